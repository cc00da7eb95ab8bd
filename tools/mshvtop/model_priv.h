/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the model's own files share: what was seen of each counter at the last sample. No view
 * includes this.
 */
#ifndef MSHVTOP_MODEL_PRIV_H
#define MSHVTOP_MODEL_PRIV_H

#include "model.h"

/**
 * struct seen_exits - one exit series at the last sample, beside its values
 * @vp: whose it is
 * @hist: its histogram, all zero until it had one
 */
struct seen_exits {
	struct model_vp *vp;
	__u32 hist[MSHV_HIST_BUCKETS];
};

/**
 * struct seen_hvcalls - one hypercall series at the last sample
 * @last: its values
 * @hist: its histogram, all zero until it had one
 */
struct seen_hvcalls {
	struct mshv_hvcall_series last;
	__u32 hist[MSHV_HIST_BUCKETS];
};

/**
 * struct touched_exit - exits of a partition or VP that something was added to in the interval
 * @exit: the exits
 * @partition: they are freed with it
 */
struct touched_exit {
	struct model_exit *exit;
	const struct model_partition *partition;
};

/**
 * struct model_state - what it takes to make differences
 * @nr_exits: exit series
 * @nr_hvcalls: hypercall series
 * @nr_partition_hvcalls: counters of partitions' hypercalls
 * @exits: @nr_exits entries, NULL for those that never counted anything
 * @last_exits: @nr_exits entries: their values
 * @touched: what has to be worked out for this interval, and emptied before the next; the rest is
 *           as empty as it was
 * @nr_touched: entries of @touched
 * @room_touched: entries that there is room for
 * @hvcalls: @nr_hvcalls entries, NULL likewise
 * @partition_hvcalls: @nr_partition_hvcalls entries
 * @overwritten: exits that were read from records which have another owner now
 * @total_start_ns: where "total" begins
 * @first: the sample being read is the first: it is what the others are counted from
 * @self_cpu_ns: as in the last sample
 * @self_bpf_ns: as in the last sample
 * @nr_histories: histories that there are
 * @delta: room for the histogram of one series in the interval
 */
struct model_state {
	unsigned int nr_exits;
	unsigned int nr_hvcalls;
	unsigned int nr_partition_hvcalls;
	struct seen_exits **exits;
	struct mshv_exit_series *last_exits;
	struct touched_exit *touched;
	size_t nr_touched;
	size_t room_touched;
	struct seen_hvcalls **hvcalls;
	struct mshv_partition_hvcalls *partition_hvcalls;
	__u64 overwritten;
	__u64 total_start_ns;
	bool first;
	__u64 self_cpu_ns;
	__u64 self_bpf_ns;
	unsigned int nr_histories;
	struct hist *delta;
};

/* model_objects.c */
struct model_partition *model_get_partition(struct model *m, const struct counters *c, __u64 id);
struct model_vp *model_get_vp(struct model_partition *p, __u32 index);
bool model_merge_owners(struct model *m, const struct sample *sample);
void model_drop_gone(struct model *m);
unsigned int model_first_partition(const struct model *m, __u64 id);
void model_free_objects(struct model *m);
void model_free_latency(struct model *m, struct model_latency *latency);
void model_free_scope(struct model *m, struct model_scope *scope);

/* model_caps.c */
bool model_take_caps(struct model *m, const struct sample *sample);

/* model_detail.c */
bool model_take_detail(struct model *m, const struct sample *sample);
void model_reset_detail(struct model *m);
void model_free_detail(struct model *m);

/* model_history.c */
void model_history_add(struct model *m, struct model_latency *latency);
void model_history_free(struct model *m, struct model_latency *latency);

/* model_sweep.c */
bool model_sweep(struct model *m, const struct counters *c);

#endif /* MSHVTOP_MODEL_PRIV_H */
