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
 * hist_init() - make memory an empty histogram
 * @h: the memory
 */
void hist_init(struct hist *h)
{
	memset(h, 0, sizeof(*h));
	h->lo = MSHV_HIST_BUCKETS;
}

/**
 * hist_new() - an empty histogram
 *
 * Return: for free(), or NULL without memory.
 */
struct hist *hist_new(void)
{
	struct hist *h = malloc(sizeof(*h));

	if (h)
		hist_init(h);
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
 * hist_trim() - find out which buckets are in use, after some were made smaller
 * @h: the histogram
 */
void hist_trim(struct hist *h)
{
	while (h->lo < h->hi && !h->bucket[h->lo])
		h->lo++;
	while (h->lo < h->hi && !h->bucket[h->hi - 1])
		h->hi--;
	if (h->lo < h->hi)
		return;
	h->lo = MSHV_HIST_BUCKETS;
	h->hi = 0;
}

/* One more than the largest time that falls into a bucket, given the longest time there was. */
static __u64 bucket_end(unsigned int bucket, __u64 max_ns)
{
	/* The last bucket also holds the times above the range. */
	if (bucket == MSHV_HIST_BUCKETS - 1)
		return max_ns + 1;
	return mshv_hist_lower_ns(bucket + 1);
}

/**
 * hist_rank() - which of the samples, by size, a percentile is
 * @n: samples, not 0
 * @percent: 0..100
 *
 * Return: 1 for the smallest, at most @n.
 */
__u64 hist_rank(__u64 n, double percent)
{
	double rank = ceil(percent * n / 100);

	if (rank < 1)
		return 1;
	return rank < n ? rank : n;
}

/**
 * hist_middle() - the time that stands for those in a bucket
 * @bucket: the bucket
 * @max_ns: the longest sample of the histogram, or a bound of it
 *
 * Return: nanoseconds, at most @max_ns.
 */
__u64 hist_middle(unsigned int bucket, __u64 max_ns)
{
	__u64 low = mshv_hist_lower_ns(bucket), end = bucket_end(bucket, max_ns), ns;

	ns = end > low ? low + (end - low) / 2 : low;
	return ns < max_ns ? ns : max_ns;
}

/**
 * hist_last() - a time that no sample in a bucket and those below exceeds
 * @bucket: the bucket
 * @max_ns: another such time
 *
 * Return: nanoseconds.
 */
__u64 hist_last(unsigned int bucket, __u64 max_ns)
{
	__u64 end = bucket_end(bucket, max_ns) - 1;

	return end < max_ns ? end : max_ns;
}

/* Return: the bucket of a rank, given in percent; and which rank it is within the bucket */
static unsigned int find_rank(const struct hist *h, double percent, __u64 *in_bucket)
{
	__u64 rank = hist_rank(h->n, percent), n;
	unsigned int i;

	/*
	 * High ranks are searched from the end: they are near it, and a few long times leave many
	 * empty buckets in between.
	 */
	if (rank > h->n / 2) {
		n = h->n;
		for (i = h->hi; i > h->lo && n >= rank;)
			n -= h->bucket[--i];
	} else {
		n = 0;
		for (i = h->lo; i + 1 < h->hi && n + h->bucket[i] < rank; i++)
			n += h->bucket[i];
	}
	*in_bucket = rank - n;
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
	__u64 in_bucket;

	return h->n ? hist_middle(find_rank(h, percent, &in_bucket), max_ns) : 0;
}

/**
 * hist_quantile() - hist_percentile() for comparing two histograms
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
	__u64 low, end, ns, in_bucket;
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
	return h->n ? hist_last(h->hi - 1, max_ns) : 0;
}
