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

/*
 * The buckets of the first so many units. One look-up is cheaper in BPF than comparisons, and it
 * serves all values: every 256 times as long a time is 8 powers of two, that is 128 buckets, on.
 */
#define MSHV_HIST_TABLE_BITS	12

#define MSHV_HIST_ENTRY(shift, n) \
	[(16 + (n)) << (shift) ... ((17 + (n)) << (shift)) - 1] = 16 * (shift) + 16 + (n)
#define MSHV_HIST_ENTRIES(shift) \
	MSHV_HIST_ENTRY(shift, 0), MSHV_HIST_ENTRY(shift, 1), MSHV_HIST_ENTRY(shift, 2), \
	MSHV_HIST_ENTRY(shift, 3), MSHV_HIST_ENTRY(shift, 4), MSHV_HIST_ENTRY(shift, 5), \
	MSHV_HIST_ENTRY(shift, 6), MSHV_HIST_ENTRY(shift, 7), MSHV_HIST_ENTRY(shift, 8), \
	MSHV_HIST_ENTRY(shift, 9), MSHV_HIST_ENTRY(shift, 10), MSHV_HIST_ENTRY(shift, 11), \
	MSHV_HIST_ENTRY(shift, 12), MSHV_HIST_ENTRY(shift, 13), MSHV_HIST_ENTRY(shift, 14), \
	MSHV_HIST_ENTRY(shift, 15)

static const __u8 mshv_hist_table[1 << MSHV_HIST_TABLE_BITS] = {
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	MSHV_HIST_ENTRIES(0), MSHV_HIST_ENTRIES(1), MSHV_HIST_ENTRIES(2), MSHV_HIST_ENTRIES(3),
	MSHV_HIST_ENTRIES(4), MSHV_HIST_ENTRIES(5), MSHV_HIST_ENTRIES(6), MSHV_HIST_ENTRIES(7),
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

	/* The BPF verifier knows the range of what was compared, so that has to be what indexes. */
	asm volatile("" : "+r"(units));
	if (__builtin_expect(units < 1ULL << MSHV_HIST_TABLE_BITS, 1))
		return mshv_hist_table[units];
	if (units < 1ULL << (MSHV_HIST_TABLE_BITS + 8))
		return mshv_hist_table[units >> 8] + 8 * MSHV_HIST_SUB;
	if (units < 1ULL << (MSHV_HIST_TABLE_BITS + 16))
		return mshv_hist_table[units >> 16] + 16 * MSHV_HIST_SUB;
	if (units < 1ULL << (MSHV_HIST_MAX_BITS - MSHV_HIST_UNIT_BITS))
		return mshv_hist_table[units >> 24] + 24 * MSHV_HIST_SUB;
	return MSHV_HIST_BUCKETS - 1;
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
