/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the model's own files share: what was seen of each counter at the last sample. No view
 * includes this.
 */
#ifndef MSHVTOP_MODEL_PRIV_H
#define MSHVTOP_MODEL_PRIV_H

#include "arena.h"
#include "model/model.h"

/*
 * The counters change while they are read, so loads have to stay in order. x86 keeps the order of
 * loads; only the compiler has to be told.
 */
#define barrier()	asm volatile("" ::: "memory")

/**
 * struct seen_exits - one exit series, as it was at the last sample
 * @last: its values
 * @found: samples in @hist
 * @hist: its histogram; NULL until it had one
 */
struct seen_exits {
	struct model_exit_sum last;
	__u64 found;
	struct hist_pack *hist;
};

/**
 * struct seat - a VP that has, or had, a slot, and the exits as last seen there
 * @partition_id: partition of the owner that the records name
 * @vp_index: likewise
 * @slot: the VP slot
 * @vp: the VP; NULL while it is not in the model
 * @next: another seat of @vp
 * @older: the previous owner of the slot, which still has records there
 * @held: a bit for each reason in @seen
 * @changed: a bit for each reason whose record has moved since the last sample
 * @count: exits at the last sample, by reason
 * @seen: series as last seen, by reason
 */
struct seat {
	__u64 partition_id;
	__u32 vp_index;
	unsigned int slot;
	struct model_vp *vp;
	struct seat *next;
	struct seat *older;
	__u32 held;
	__u32 changed;
	__u64 count[MSHV_COUNTS_REASONS];
	struct seen_exits *seen[MSHV_COUNTS_REASONS];
};

/**
 * struct seen_hvcalls - one hypercall series at the last sample
 * @last: its values
 * @hist: its histogram; NULL until it had one
 */
struct seen_hvcalls {
	struct mshv_hvcall_series last;
	struct hist_pack *hist;
};

/**
 * struct model_work - room for what is being added up
 * @gain: histogram of one series in the interval
 * @one: of one, for a moment
 * @vp: of one VP
 * @partition: of one partition
 * @reason: of one partition by reason
 */
struct model_work {
	struct hist_gain gain;
	struct hist one;
	struct hist vp;
	struct hist partition;
	struct hist reason[MSHV_COUNTS_REASONS];
};

/**
 * struct model_state - the previous sample, for differences
 * @nr_slots: VP slots
 * @nr_hvcalls: hypercall series
 * @nr_partition_hvcalls: counters of partitions' hypercalls
 * @seats: @nr_slots entries: the last owner of each slot; NULL for slots that were never used
 * @hvcalls: @nr_hvcalls entries, NULL for those that never counted anything
 * @partition_hvcalls: @nr_partition_hvcalls entries
 * @fresh: partitions that are new in this update, until model_join_new()
 * @nr_new: entries of @fresh
 * @new_by_id: the same as a tree
 * @owners: the counters' owners of partitions, ascending by id; NULL until one was looked for
 * @owners_sorted: they are as in this update
 * @overwritten: exits that had been counted in records which have another owner now
 * @total_start_ns: where "total" begins
 * @first: the current sample is the first one, which later samples are compared with
 * @self_cpu_ns: as in the last sample
 * @self_bpf_ns: as in the last sample
 * @history_bytes: memory of the histories
 * @arena: the series' histograms of the interval
 * @work: room for adding up
 */
struct model_state {
	unsigned int nr_slots;
	unsigned int nr_hvcalls;
	unsigned int nr_partition_hvcalls;
	struct seat **seats;
	struct seen_hvcalls **hvcalls;
	struct mshv_partition_hvcalls *partition_hvcalls;
	struct model_partition **fresh;
	unsigned int nr_new;
	void *new_by_id;
	const struct mshv_partition_owner **owners;
	bool owners_sorted;
	__u64 overwritten;
	__u64 total_start_ns;
	bool first;
	__u64 self_cpu_ns;
	__u64 self_bpf_ns;
	size_t history_bytes;
	struct arena arena;
	struct model_work *work;
};

/* objects.c */
struct model_partition *model_get_partition(struct model *m, const struct counters *c, __u64 id);
struct model_vp *model_get_vp(struct model_partition *p, __u32 index);
bool model_merge_owners(struct model *m, const struct sample *sample);
bool model_join_new(struct model *m);
void model_forget_new(struct model *m);
bool model_drop_gone(struct model *m);
unsigned int model_first_partition(const struct model *m, __u64 id);
void model_free_objects(struct model *m);
void model_init_scope(struct model_scope *scope, const struct model_latency *all);
struct model_exit *model_get_exit(struct model_scope *scope, unsigned int reason);
bool model_has_exit(const struct model_exit *exit);
void model_free_scope(struct model *m, struct model_scope *scope);

/* privileges.c */
bool model_take_caps(struct model *m, const struct sample *sample);

/* detail.c */
bool model_take_detail(struct model *m, const struct sample *sample);
void model_reset_detail(struct model *m);
void model_free_detail(struct model *m);

/* hist.c */
bool model_keep(struct model_latency *latency, const struct hist *gained);
bool model_rebase(struct model_latency *latency, struct model_work *work);
bool model_leave_series(struct model_latency *latency, const struct seen_exits *seen,
			struct model_work *work);
void model_finish(struct model *m, struct model_latency *latency, const struct hist *now);
void model_finish_kept(struct model *m, struct model_latency *latency);
void model_clear_latency(struct model_latency *latency);
void model_free_latency(struct model *m, struct model_latency *latency);

/* seats.c */
bool model_find_changes(struct model *m, const struct counters *c);
bool model_seat_owns(const struct seat *seat, const struct mshv_exit_series *series);
struct seen_exits *model_take_record(struct model *m, struct seat *seat, unsigned int reason);
void model_forget_vp(struct model_vp *vp);
void model_free_seats(struct model *m);

/* history.c */
bool model_history_wants(const struct model *m, const struct model_latency *latency);
void model_history_add(struct model *m, struct model_latency *latency, const struct hist *now);
void model_history_free(struct model *m, struct model_latency *latency);

/* hvcalls.c */
bool model_sweep_hvcalls(struct model *m, const struct counters *c);

/* sweep.c */
bool model_sweep_exits(struct model *m, const struct counters *c);

#endif /* MSHVTOP_MODEL_PRIV_H */
