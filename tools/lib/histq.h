/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms on the tools' side: buckets as in mshv/hist.h, 64 bits wide, and percentiles, bounds
 * and sums of them. The range of buckets in use is kept, so that the cost of clearing and merging
 * depends on the range in use.
 */
#ifndef MSHV_HISTQ_H
#define MSHV_HISTQ_H

#include <linux/types.h>
#include <mshv/hist.h>

/**
 * struct hist - a histogram of times
 * @n: samples in it
 * @lo: lowest bucket in use; MSHV_HIST_BUCKETS while empty
 * @hi: 1 + highest bucket in use; 0 while empty
 * @bucket: samples in each bucket
 */
struct hist {
	__u64 n;
	__u32 lo;
	__u32 hi;
	__u64 bucket[MSHV_HIST_BUCKETS];
};

__u32 hist_index(__u64 ns);
void hist_init(struct hist *h);
struct hist *hist_new(void);
void hist_clear(struct hist *h);
void hist_add(struct hist *h, unsigned int bucket, __u64 n);
void hist_merge(struct hist *to, const struct hist *from);
void hist_trim(struct hist *h);
__u64 hist_rank(__u64 n, double percent);
__u64 hist_middle(unsigned int bucket, __u64 max_ns);
__u64 hist_last(unsigned int bucket, __u64 max_ns);
__u64 hist_percentile(const struct hist *h, double percent, __u64 max_ns);
__u64 hist_quantile(const struct hist *h, double percent, __u64 max_ns);
__u64 hist_bound(const struct hist *h, __u64 max_ns);

#endif /* MSHV_HISTQ_H */
