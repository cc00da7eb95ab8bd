/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where counters come from: the live BPF programs, a recording, or a generator for tests. A source
 * shows the counters in the BPF programs' own layout and says who the partitions are; it computes
 * nothing. Everything about differences, rates and percentiles is the model's.
 */
#ifndef MSHVTOP_SOURCE_H
#define MSHVTOP_SOURCE_H

#include <stdbool.h>
#include <linux/types.h>
#include <mshv/detail.h>
#include <mshv/counts.h>
#include "caps/capwatch.h"
#include "caps/hostcaps.h"
#include "owners.h"

/**
 * struct counters - the counters, as they lie in memory
 *
 * All values only grow, but for records that change their owner (see mshv/counts.h). The memory may
 * change while it is read.
 *
 * @nr_vp_slots: VP slots in @exits
 * @nr_partition_slots: partition slots in @partition_hvcalls and @partition_owners
 * @nr_cpus: CPUs in @hvcalls and @partition_hvcalls
 * @nr_hists: histograms in @hists
 * @exits: [VP slot][MSHV_COUNTS_REASONS]
 * @hvcalls: [CPU][MSHV_COUNTS_HVCALLS]
 * @hvcall_slot: [MSHV_COUNTS_HVCALL_CODES]: slot in @hvcalls of a code, 0 for those under OTHER
 * @partition_hvcalls: [CPU][partition slot]
 * @partition_owners: [partition slot]
 * @hists: what the hist fields of the series, less 1, are indices of
 * @lost: what was not counted
 */
struct counters {
	unsigned int nr_vp_slots;
	unsigned int nr_partition_slots;
	unsigned int nr_cpus;
	unsigned int nr_hists;
	const struct mshv_exit_series *exits;
	const struct mshv_hvcall_series *hvcalls;
	const __u32 *hvcall_slot;
	const struct mshv_partition_hvcalls *partition_hvcalls;
	const struct mshv_partition_owner *partition_owners;
	const struct mshv_histogram *hists;
	const struct mshv_counts_lost *lost;
};

/*
 * Names of sources with Linux's own driver: it dispatches VPs itself, so that times in the guest
 * and halted are known; it or the hypervisor does, and they are not; there are no probes on
 * hypercalls
 */
#define SOURCE_MAINLINE_SPLIT		"mshv_root, root scheduler"
#define SOURCE_MAINLINE			"mshv_root"
#define SOURCE_MAINLINE_NO_CALLS	"mshv_root, no hypercalls"

/* What a source reads beside the counters, while a view wants it */
#define WANT_INTERCEPT	(1U << 0)	/* what intercepts are about */
#define WANT_INTERRUPT	(1U << 1)	/* interrupts and eventfds */
#define WANT_MEMORY	(1U << 2)	/* changes of memory */
#define WANT_SLOW	(1U << 3)	/* exits and hypercalls that take long */
#define WANT_COUNTERS	(1U << 4)	/* the hypervisor's statistics */
#define WANT_CAPS	(1U << 5)	/* capabilities, and the processes that use them */
#define WANT_SETS	(1U << 6)	/* capabilities of the owners, up to date in each sample */
#define WANT_RECORDED	((1U << 5) - 1)	/* everything that recordings hold */

/*
 * Kinds of tallies beside those of enum mshv_tally_kind: statistics of the hypervisor, of a
 * partition, of a VP, from debugfs. The number is the place in include/mshv/counters.def, access
 * is the VP, count is the value.
 */
enum {
	TALLY_HYPERVISOR = MSHV_NR_TALLIES,
	TALLY_PARTITION,
	TALLY_VP,
	NR_TALLY_KINDS
};

/* One thing that was counted */
struct tally_entry {
	struct mshv_tally_key key;
	struct mshv_tally value;
};

#define PROGRAM_NAME	20

/**
 * struct program_cost - what a BPF program has cost since it was loaded
 * @name: of the program
 * @runs: how often it ran; 0 unless the kernel's kernel.bpf_stats_enabled is on
 * @ns: how long in all; likewise
 * @missed: events that came while a program ran on the same CPU
 */
struct program_cost {
	char name[PROGRAM_NAME];
	__u64 runs;
	__u64 ns;
	__u64 missed;
};

/**
 * struct sample - what a source shows at one moment
 * @time_ns: CLOCK_MONOTONIC
 * @wall_ns: CLOCK_REALTIME
 * @counters: valid until the source is closed; their contents may move on
 * @owners: all partitions that exist, ascending by id; valid until the next read
 * @nr_owners: entries of @owners
 * @owners_partial: some processes could not be looked at, so there may be more partitions and VPs
 * @missed: events that no program counted, because they came while one ran on the same CPU
 * @self_cpu_ns: CPU time that this process has used
 * @self_bpf_ns: time in the BPF programs, 0 unless the kernel's kernel.bpf_stats_enabled is on
 * @self_rss_bytes: memory of this process
 * @self_maps_bytes: memory of the programs' maps
 * @tallies: tallies that @want asked for, ascending by tally_compare(); valid until the next read
 * @nr_tallies: entries of @tallies
 * @slow: slow events since the last read; likewise
 * @nr_slow: entries of @slow
 * @lost_tallies: events that were not counted because @tallies or @cap_rows were full
 * @lost_slow: slow events that were dropped because the ring buffer was full
 * @programs: the BPF programs
 * @nr_programs: entries of @programs
 * @caps: what the driver can do; NULL unless asked for by @want; valid until the next read
 * @cap_rows: uses and refusals that were counted, in no order; likewise
 * @nr_cap_rows: entries of @cap_rows
 */
struct sample {
	__u64 time_ns;
	__u64 wall_ns;
	const struct counters *counters;
	const struct owner *owners;
	unsigned int nr_owners;
	bool owners_partial;
	__u64 missed;
	__u64 self_cpu_ns;
	__u64 self_bpf_ns;
	__u64 self_rss_bytes;
	__u64 self_maps_bytes;
	const struct tally_entry *tallies;
	unsigned int nr_tallies;
	const struct mshv_slow *slow;
	unsigned int nr_slow;
	__u64 lost_tallies;
	__u64 lost_slow;
	const struct program_cost *programs;
	unsigned int nr_programs;
	const struct hostcaps *caps;
	const struct capwatch_row *cap_rows;
	unsigned int nr_cap_rows;
};

/**
 * struct source - one source
 * @name: driver and hypervisor, such as "mshv+softhv"
 * @kernel: release of the kernel that the counters come from
 * @recorded: samples are from the past, and are there without waiting
 * @details: samples have, or may have, details
 * @damaged: the recording is damaged; only the part before the damage is shown
 * @notice: what is wrong with the recording, in a sentence; empty if nothing is
 * @ended: @read has no more samples
 * @nr_samples: samples of what is recorded
 * @next: number of the sample that @read takes next, if recorded
 * @read: fills a sample; false at the source's end, or on an error, which has been reported
 * @seek: chooses the sample that @read takes next; NULL unless recorded
 * @want: chooses what is read, WANT_*; NULL if there is no choice
 * @symbol: names an entry of a slow event's stack, in SYMBOL_SIZE bytes; NULL if it has no names
 * @close: frees everything
 */
struct source {
	char name[32];
	char kernel[72];
	bool recorded;
	bool details;
	bool damaged;
	char notice[128];
	bool ended;
	unsigned long nr_samples;
	unsigned long next;
	bool (*read)(struct source *source, struct sample *sample);
	void (*seek)(struct source *source, unsigned long n);
	bool (*want)(struct source *source, unsigned int wanted, __u64 slow_ns);
	void (*symbol)(const struct source *source, __u64 entry, char *text);
	void (*close)(struct source *source);
};

/**
 * struct rec_moment - a moment of a recording
 * @given: there is one
 * @by_clock: @seconds are since midnight, else since the recording's beginning
 * @seconds: when
 */
struct rec_moment {
	bool given;
	bool by_clock;
	double seconds;
};

/* The part of a recording that is wanted; all zero for all of it */
struct rec_range {
	struct rec_moment begin;
	struct rec_moment end;
};

int tally_compare(const struct mshv_tally_key *a, const struct mshv_tally_key *b);

struct source *source_live_open(bool debug, bool details);
struct source *source_mainline_open(bool debug);
struct source *source_rec_open(const char *path, const struct rec_range *range);
const char *source_rec_facts(const struct source *source);

#endif /* MSHVTOP_SOURCE_H */
