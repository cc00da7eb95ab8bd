// SPDX-License-Identifier: GPL-2.0
/*
 * Histograms on the tools' side. A percentile is found by rank, and within a bucket as if its
 * samples lay evenly in it, so it is off by less than the bucket's width: 16 ns or 6.25 %.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "histq.h"

static const __u8 table[MSHV_HIST_TABLE_SIZE] = MSHV_HIST_TABLE;

/**
 * hist_index() - bucket of a value
 * @ns: the value, nanoseconds
 *
 * Return: less than MSHV_HIST_BUCKETS.
 */
__u32 hist_index(__u64 ns)
{
	return mshv_hist_index(table, ns);
}

/**
 * hist_new() - an empty histogram
 *
 * Return: for free(), or NULL without memory.
 */
struct hist *hist_new(void)
{
	struct hist *h = calloc(1, sizeof(*h));

	if (h)
		h->lo = MSHV_HIST_BUCKETS;
	return h;
}

/**
 * hist_clear() - empty a histogram
 * @h: the histogram
 */
void hist_clear(struct hist *h)
{
	if (h->hi)
		memset(&h->bucket[h->lo], 0, (h->hi - h->lo) * sizeof(h->bucket[0]));
	h->n = 0;
	h->lo = MSHV_HIST_BUCKETS;
	h->hi = 0;
}

/**
 * hist_add() - count samples
 * @h: the histogram
 * @bucket: where
 * @n: how many
 */
void hist_add(struct hist *h, unsigned int bucket, __u64 n)
{
	if (!n)
		return;
	h->bucket[bucket] += n;
	h->n += n;
	if (bucket < h->lo)
		h->lo = bucket;
	if (bucket >= h->hi)
		h->hi = bucket + 1;
}

/**
 * hist_merge() - count all samples of another histogram as well
 * @to: the histogram
 * @from: the other, unchanged
 */
void hist_merge(struct hist *to, const struct hist *from)
{
	unsigned int i;

	for (i = from->lo; i < from->hi; i++)
		to->bucket[i] += from->bucket[i];
	to->n += from->n;
	if (from->lo < to->lo)
		to->lo = from->lo;
	if (from->hi > to->hi)
		to->hi = from->hi;
}

/**
 * hist_take_delta() - what has been counted since the last look
 * @h: gets the difference, in place of what was in it
 * @seen: MSHV_HIST_BUCKETS buckets as they were; becomes @live
 * @live: the buckets as they are; they may have wrapped around once
 */
void hist_take_delta(struct hist *h, __u32 *seen, const __u32 *live)
{
	unsigned int i;

	hist_clear(h);
	for (i = 0; i < MSHV_HIST_BUCKETS; i++) {
		if (live[i] == seen[i])
			continue;
		hist_add(h, i, live[i] - seen[i]);
		seen[i] = live[i];
	}
}

/* One more than the largest time that falls into a bucket, given the longest time there was. */
static __u64 bucket_end(unsigned int bucket, __u64 max_ns)
{
	/* The last bucket also has what is above the range. */
	if (bucket == MSHV_HIST_BUCKETS - 1)
		return max_ns + 1;
	return mshv_hist_lower_ns(bucket + 1);
}

/* Return: the bucket of a rank, given in percent; and which rank it is within the bucket */
static unsigned int find_rank(const struct hist *h, double percent, double *in_bucket)
{
	double rank = ceil(percent * h->n / 100);
	__u64 before = 0;
	unsigned int i;

	if (rank < 1)
		rank = 1;
	for (i = h->lo; i + 1 < h->hi && before + h->bucket[i] < rank; i++)
		before += h->bucket[i];
	*in_bucket = rank - before;
	return i;
}

/**
 * hist_percentile() - the time that so many percent of the samples do not exceed
 * @h: the histogram
 * @percent: 0..100
 * @max_ns: the longest sample, or a bound of it
 *
 * It is the middle of a bucket, so that it is never more than 3.2 % or 8 ns from the exact one.
 *
 * Return: nanoseconds, at most @max_ns; 0 without samples.
 */
__u64 hist_percentile(const struct hist *h, double percent, __u64 max_ns)
{
	__u64 low, end, ns;
	double in_bucket;
	unsigned int i;

	if (!h->n)
		return 0;
	i = find_rank(h, percent, &in_bucket);
	low = mshv_hist_lower_ns(i);
	end = bucket_end(i, max_ns);
	ns = end > low ? low + (end - low) / 2 : low;
	return ns < max_ns ? ns : max_ns;
}

/**
 * hist_quantile() - the same, for comparing two histograms
 * @h: the histogram
 * @percent: 0..100
 * @max_ns: the longest sample, or a bound of it
 *
 * It is interpolated within the bucket: small changes are seen, though a single value may be up to
 * a bucket's width from the exact one.
 *
 * Return: nanoseconds, at most @max_ns; 0 without samples.
 */
__u64 hist_quantile(const struct hist *h, double percent, __u64 max_ns)
{
	__u64 low, end, ns;
	double in_bucket;
	unsigned int i;

	if (!h->n)
		return 0;
	i = find_rank(h, percent, &in_bucket);
	low = mshv_hist_lower_ns(i);
	end = bucket_end(i, max_ns);
	ns = low;
	if (end > low)
		ns += (end - low) * ((in_bucket - 0.5) / h->bucket[i]);
	return ns < max_ns ? ns : max_ns;
}

/**
 * hist_bound() - a time that no sample exceeds
 * @h: the histogram
 * @max_ns: another such time
 *
 * Return: nanoseconds; 0 without samples.
 */
__u64 hist_bound(const struct hist *h, __u64 max_ns)
{
	__u64 end;

	if (!h->n)
		return 0;
	end = bucket_end(h->hi - 1, max_ns) - 1;
	return end < max_ns ? end : max_ns;
}
