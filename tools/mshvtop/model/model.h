/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happened in the last interval and since the start: host, partitions, VPs, exits by reason,
 * hypercalls by code. The views read this and nothing else; it never asks the system for anything.
 *
 * "now" is the last interval, the time between the last two samples as measured. "total" is since
 * the first sample, or since model_reset_totals(). A cycle counts when it ends: a VP that halts for
 * five seconds adds five seconds of halted time to the interval in which it wakes up, so shares of
 * time are shares of the accounted time, not of the interval's length.
 *
 * The counters have a maximum since they were loaded, which cannot be had for an interval. So
 * max_ns is exact, but since the start; now_max_ns is a bound for the interval: the end of the
 * highest bucket that grew, or max_ns if that is less. It is at most 6.25 % or 16 ns too high.
 *
 * Partition and VP objects stay at their address for as long as they are in the lists.
 */
#ifndef MSHVTOP_MODEL_H
#define MSHVTOP_MODEL_H

#include <stdbool.h>
#include <mshv/exits.h>
#include "recording/hist_pack.h"
#include "source/source.h"
#include "text.h"

/* Where a VP's time goes; the order is that of the sums in struct mshv_exit_series. */
enum model_time {
	MODEL_GUEST,
	MODEL_KERNEL,	/* driver and hypervisor */
	MODEL_VMM,
	MODEL_HALTED,
	MODEL_NR_TIMES
};

/* Intervals that are remembered, and powers of two that latencies are told apart by in them */
#define MODEL_HISTORY		120
#define MODEL_OCTAVES		(MSHV_HIST_BUCKETS / MSHV_HIST_SUB)

/* A partition that is gone is kept for this long, but no more than so many of them. */
#define MODEL_KEEP_GONE_NS	60000000000ULL
#define MODEL_KEEP_GONE		64

/* Where the histograms of a latency are; the model's own. */
enum model_place {
	MODEL_KEPT,		/* in the struct itself */
	MODEL_OF_SERIES,	/* packed: what was counted of a VP and a reason */
	MODEL_OF_VP,		/* in the series of a VP */
	MODEL_OF_PARTITION,	/* in those of the partition's VPs */
};

/**
 * struct model_latency - how long something took
 * @max_ns: longest since the counters were loaded
 * @now_max_ns: bound of the longest in the interval, 0 if there was none
 * @p50_ns: median of the interval, 0 if there was none
 * @p99_ns: 99th percentile of the interval
 * @some: there were samples in the interval
 * @place: where its histograms are, for model_now() and model_total()
 * @reason: of MODEL_OF_SERIES, and of MODEL_OF_PARTITION unless MSHV_COUNTS_REASONS: which one
 * @history: intervals before; see history.h
 * @now: MODEL_KEPT: histogram of the interval; NULL until there was a sample
 * @total: MODEL_KEPT: histogram since the start; NULL likewise
 * @vp: MODEL_OF_SERIES, MODEL_OF_VP: whose
 * @gained: MODEL_OF_SERIES: histogram of the interval; NULL without samples
 * @base: MODEL_OF_SERIES: histogram that is not of the total; NULL if it is empty
 * @partition: MODEL_OF_PARTITION: whose
 */
struct model_latency {
	__u64 max_ns;
	__u64 now_max_ns;
	__u64 p50_ns;
	__u64 p99_ns;
	bool some;
	__u8 place;
	__u8 reason;
	struct model_history *history;
	union {
		struct {
			struct hist *now;
			struct hist *total;
		};
		struct {
			const struct model_vp *vp;
			const struct hist_pack *gained;
			struct hist_pack *base;
		};
		const struct model_partition *partition;
	};
};

/* What a source with Linux's own driver cannot tell, which views show as missing */
#define MODEL_LACKS_TIMES	(1U << 0)	/* guest, kernel and halted; MODEL_GUEST has their sum */
#define MODEL_LACKS_CALLERS	(1U << 1)	/* which partition a hypercall is for */
#define MODEL_LACKS_DETAILS	(1U << 2)	/* what exits, interrupts and memory were about */
#define MODEL_LACKS_HVCALLS	(1U << 3)	/* hypercalls */
#define MODEL_LACKS_USES	(1U << 4)	/* how often capabilities are used */

struct model_exit_sum {
	__u64 count;
	__u64 ns[MODEL_NR_TIMES];
};

/**
 * struct model_exit - exits of one reason, or of all, in one scope
 * @latency: of the time from the exit to the re-entry without halted time: kernel and VMM
 */
struct model_exit {
	struct model_exit_sum now;
	struct model_exit_sum total;
	struct model_latency latency;
};

/**
 * struct model_scope - the exits of the host, of a partition or of a VP
 * @touched: a bit for each reason that there was an exit for in the interval
 * @all: for whatever reason
 * @reason: by reason; one in no list has its number as index. Those that there was never an exit
 *          for share an empty one.
 */
struct model_scope {
	__u32 touched;
	struct model_exit all;
	struct model_exit *reason[MSHV_COUNTS_REASONS];
};

/**
 * struct model_vp - a VP
 * @partition: its partition
 * @index: its number
 * @gone: it does not exist any more
 * @changed: some of its counters have moved, and wait to be added; the model's own
 * @seats: the slots that it is counted in; likewise
 * @exits: its exits
 */
struct model_vp {
	struct model_partition *partition;
	__u32 index;
	bool gone;
	bool changed;
	struct seat *seats;
	struct model_scope exits;
};

struct model_count {
	__u64 now;
	__u64 total;
};

/**
 * struct model_partition - a partition
 * @id: the hypervisor's id
 * @tgid: the VMM's process id; 0 if not known
 * @vmm: the VMM's name; empty if not known
 * @gone: it does not exist any more
 * @hidden: the process that has it cannot be looked at; whether it still exists is not known, and
 *          neither is which VPs there are
 * @gone_ns: when that was seen
 * @dropped: it is being freed; the model's own
 * @changed: some VPs have @changed set
 * @nr_vps: entries of @vps
 * @nr_live_vps: those that exist
 * @vps: ascending by index
 * @exits: of all its VPs
 * @hvcalls: hypercalls made for it
 */
struct model_partition {
	__u64 id;
	__u32 tgid;
	char vmm[TEXT_ROOM(MSHV_COUNTS_COMM)];
	bool gone;
	bool hidden;
	__u64 gone_ns;
	bool dropped;
	bool changed;
	unsigned int nr_vps;
	unsigned int nr_live_vps;
	struct model_vp **vps;
	struct model_scope exits;
	struct model_count hvcalls;
};

struct model_hvcall_sum {
	__u64 count;
	__u64 errors;
	__u64 reps;
	__u64 ns;
};

/**
 * struct model_hvcall - hypercalls of one code
 * @code: the code; MODEL_HVCALL_OTHER in the entry for all codes that have none of their own
 */
struct model_hvcall {
	__u32 code;
	struct model_hvcall_sum now;
	struct model_hvcall_sum total;
	struct model_latency latency;
};

#define MODEL_HVCALL_OTHER	0xffffffffU

/**
 * struct model_lost - what is missing from the counts since the counters were loaded
 * @no_vp_slot: exits of VPs without a slot
 * @no_hist: samples missing from the histograms, though not from counts and sums
 * @bad_reason: exits under OTHER because of a reason beyond what there is room for
 * @overwritten: exits of VPs that went away, whose slot was given again before they were read
 * @missed: events that came while a program ran on the same CPU
 */
struct model_lost {
	__u64 no_vp_slot;
	__u64 no_hist;
	__u64 bad_reason;
	__u64 overwritten;
	__u64 missed;
};

/**
 * struct model - all of it
 * @source: name of the source
 * @kernel: kernel that the source watches
 * @lacks: what the source cannot tell, MODEL_LACKS_*
 * @start_ns: first sample, CLOCK_MONOTONIC
 * @time_ns: last sample, CLOCK_MONOTONIC
 * @wall_ns: last sample, CLOCK_REALTIME
 * @interval_ns: between the last two samples; 0 before the second one
 * @total_ns: what "total" spans: since the start or since model_reset_totals()
 * @frames: updates so far
 * @history_ns: lengths of the last intervals, by their number modulo MODEL_HISTORY
 * @exits: of the whole host
 * @hvcalls: sum over all codes; code has no meaning
 * @hvcall: by slot; those with total.count == 0 were not made
 * @partitions: ascending by id, those that exist before a gone one of the same id
 * @nr_partitions: entries of @partitions, gone ones included
 * @nr_live_partitions: those that exist
 * @partial: as in struct sample, owners_partial
 * @nr_live_vps: VPs that exist
 * @lost: what was not counted
 * @self_cpu_ns: CPU time of this process in the interval
 * @self_bpf_ns: time in the BPF programs in the interval, 0 if the kernel does not measure it
 * @detail: what is beside the counters; see detail.h
 * @state: the model's own
 */
struct model {
	char source[32];
	char kernel[72];
	unsigned int lacks;
	__u64 start_ns;
	__u64 time_ns;
	__u64 wall_ns;
	__u64 interval_ns;
	__u64 total_ns;
	unsigned long frames;
	__u64 history_ns[MODEL_HISTORY];
	struct model_scope exits;
	struct model_hvcall hvcalls;
	struct model_hvcall hvcall[MSHV_COUNTS_HVCALLS];
	struct model_partition **partitions;
	unsigned int nr_partitions;
	unsigned int nr_live_partitions;
	bool partial;
	unsigned int nr_live_vps;
	struct model_lost lost;
	__u64 self_cpu_ns;
	__u64 self_bpf_ns;
	struct model_detail *detail;
	struct model_state *state;
};

struct model *model_new(const struct source *source, const struct sample *first);
bool model_update(struct model *m, const struct sample *sample);
bool model_restart(struct model *m, const struct sample *first);
void model_reset_totals(struct model *m);
void model_free(struct model *m);

const struct hist *model_now(const struct model_latency *latency, struct hist *room);
const struct hist *model_total(const struct model_latency *latency, struct hist *room);

const struct model_partition *model_find_partition(const struct model *m, __u64 id);
bool model_vp_counted(const struct model *m, const struct model_vp *vp);
bool model_partition_counted(const struct model *m, const struct model_partition *p);
int model_top_reason(const struct model_scope *scope, bool total);
__u64 model_time_sum(const struct model_exit_sum *sum);
__u64 model_latency_sum(const struct model_exit_sum *sum);
__u64 model_lost_sum(const struct model_lost *lost);
double model_rate(const struct model *m, __u64 now);
double model_share(__u64 part, __u64 whole);

#endif /* MSHVTOP_MODEL_H */
