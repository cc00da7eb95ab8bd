/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Index arithmetic of the log-linear latency histogram: linear buckets of 16 ns up to 256 ns, then
 * 16 buckets for each power of two up to 68.7 s, so that a bucket is at most 16 ns or 6.25 % wide.
 * Compiled by BPF and by the tools; needs __u8, __u32 and __u64 to be defined, includes nothing,
 * and has no loop and no division on the counting side.
 */
#ifndef MSHV_HIST_H
#define MSHV_HIST_H

#define MSHV_HIST_UNIT_BITS	4	/* resolution: 16 ns */
#define MSHV_HIST_SUB_BITS	4	/* 16 buckets for each power of two */
#define MSHV_HIST_SUB		(1 << MSHV_HIST_SUB_BITS)
#define MSHV_HIST_MAX_BITS	36	/* 2^36 ns = 68.7 s */
#define MSHV_HIST_BUCKETS	\
	((MSHV_HIST_MAX_BITS - MSHV_HIST_UNIT_BITS - MSHV_HIST_SUB_BITS + 1) * MSHV_HIST_SUB)

#define MSHV_HIST_LOG2_SIZE	512

/* The integer logarithm of 1..511: one look-up in 512 bytes is cheaper in BPF than comparisons. */
static const __u8 mshv_hist_log2[MSHV_HIST_LOG2_SIZE] = {
	[2 ... 3] = 1, [4 ... 7] = 2, [8 ... 15] = 3, [16 ... 31] = 4, [32 ... 63] = 5,
	[64 ... 127] = 6, [128 ... 255] = 7, [256 ... 511] = 8,
};

/**
 * mshv_hist_index() - bucket of a value
 * @ns: the value, nanoseconds
 *
 * Return: 0 <= index < MSHV_HIST_BUCKETS; the last bucket takes everything above its range.
 */
static inline __u64 mshv_hist_index(__u64 ns)
{
	__u64 units = ns >> MSHV_HIST_UNIT_BITS;
	__u64 shift;	/* makes units 16..31, the position within its power of two */

	/* The BPF verifier knows the range of what was compared, so that has to be what indexes. */
	asm volatile("" : "+r"(units));
	if (units < MSHV_HIST_LOG2_SIZE) {
		if (units < MSHV_HIST_SUB)
			return units;
		shift = mshv_hist_log2[units] - MSHV_HIST_SUB_BITS;
	} else if (units < (__u64)MSHV_HIST_LOG2_SIZE << 8) {
		shift = mshv_hist_log2[units >> 8] + 8 - MSHV_HIST_SUB_BITS;
	} else if (units < (__u64)MSHV_HIST_LOG2_SIZE << 16) {
		shift = mshv_hist_log2[units >> 16] + 16 - MSHV_HIST_SUB_BITS;
	} else if (units < 1ULL << (MSHV_HIST_MAX_BITS - MSHV_HIST_UNIT_BITS)) {
		shift = mshv_hist_log2[units >> 24] + 24 - MSHV_HIST_SUB_BITS;
	} else {
		return MSHV_HIST_BUCKETS - 1;
	}
	/* The leading one of 16..31 counts the power of two up by one. */
	return shift * MSHV_HIST_SUB + (units >> shift);
}

/**
 * mshv_hist_lower_ns() - smallest value that falls into a bucket
 * @index: bucket, or MSHV_HIST_BUCKETS for the end of the last one
 *
 * Return: nanoseconds.
 */
static inline __u64 mshv_hist_lower_ns(__u32 index)
{
	__u32 octave = index / MSHV_HIST_SUB;
	__u64 units = index;

	if (octave)
		units = (__u64)(MSHV_HIST_SUB + index % MSHV_HIST_SUB) << (octave - 1);
	return units << MSHV_HIST_UNIT_BITS;
}

#endif /* MSHV_HIST_H */
