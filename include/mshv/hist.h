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
 * serves all values: every 4096 times as long a time is 12 powers of two, that is 192 buckets, on.
 */
#define MSHV_HIST_TABLE_BITS	16
#define MSHV_HIST_TABLE_SIZE	(1 << MSHV_HIST_TABLE_BITS)
/* A unit that is beyond the table has to be in the second power of two or above when shifted. */
#define MSHV_HIST_STEP_BITS	(MSHV_HIST_TABLE_BITS - MSHV_HIST_SUB_BITS)
#define MSHV_HIST_STEP		(MSHV_HIST_STEP_BITS * MSHV_HIST_SUB)

#define MSHV_HIST_ENTRY(shift, n) \
	[(16 + (n)) << (shift) ... ((17 + (n)) << (shift)) - 1] = 16 * (shift) + 16 + (n)
#define MSHV_HIST_ENTRIES(shift) \
	MSHV_HIST_ENTRY(shift, 0), MSHV_HIST_ENTRY(shift, 1), MSHV_HIST_ENTRY(shift, 2), \
	MSHV_HIST_ENTRY(shift, 3), MSHV_HIST_ENTRY(shift, 4), MSHV_HIST_ENTRY(shift, 5), \
	MSHV_HIST_ENTRY(shift, 6), MSHV_HIST_ENTRY(shift, 7), MSHV_HIST_ENTRY(shift, 8), \
	MSHV_HIST_ENTRY(shift, 9), MSHV_HIST_ENTRY(shift, 10), MSHV_HIST_ENTRY(shift, 11), \
	MSHV_HIST_ENTRY(shift, 12), MSHV_HIST_ENTRY(shift, 13), MSHV_HIST_ENTRY(shift, 14), \
	MSHV_HIST_ENTRY(shift, 15)

/* Initializer of the table, MSHV_HIST_TABLE_SIZE bytes */
#define MSHV_HIST_TABLE { \
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, \
	MSHV_HIST_ENTRIES(0), MSHV_HIST_ENTRIES(1), MSHV_HIST_ENTRIES(2), MSHV_HIST_ENTRIES(3), \
	MSHV_HIST_ENTRIES(4), MSHV_HIST_ENTRIES(5), MSHV_HIST_ENTRIES(6), MSHV_HIST_ENTRIES(7), \
	MSHV_HIST_ENTRIES(8), MSHV_HIST_ENTRIES(9), MSHV_HIST_ENTRIES(10), \
	MSHV_HIST_ENTRIES(11) \
}

/**
 * mshv_hist_index() - bucket of a value
 * @table: MSHV_HIST_TABLE
 * @ns: the value, nanoseconds
 *
 * Return: 0 <= index < MSHV_HIST_BUCKETS; the last bucket takes everything above its range.
 */
static inline __u64 mshv_hist_index(const __u8 *table, __u64 ns)
{
	__u64 units = ns >> MSHV_HIST_UNIT_BITS;

	/* The BPF verifier knows the range of what was compared, so that has to be what indexes. */
	asm volatile("" : "+r"(units));
	if (__builtin_expect(units < MSHV_HIST_TABLE_SIZE, 1))
		return table[units];
	if (units < (__u64)MSHV_HIST_TABLE_SIZE << MSHV_HIST_STEP_BITS)
		return table[units >> MSHV_HIST_STEP_BITS] + MSHV_HIST_STEP;
	units >>= 2 * MSHV_HIST_STEP_BITS;
	asm volatile("" : "+r"(units));
	if (units < 1ULL << (MSHV_HIST_MAX_BITS - MSHV_HIST_UNIT_BITS - 2 * MSHV_HIST_STEP_BITS))
		return table[units] + 2 * MSHV_HIST_STEP;
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
