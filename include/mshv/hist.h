/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Index arithmetic of the log-linear latency histogram: linear buckets of 16 ns up to 256 ns, then
 * 16 buckets for each power of two up to 68.7 s, so that a bucket is at most 16 ns or 6.25 % wide.
 * Compiled by BPF and by the tools; needs __u32 and __u64 to be defined, includes nothing, and has
 * no loop and no division on the counting side.
 */
#ifndef MSHV_HIST_H
#define MSHV_HIST_H

#define MSHV_HIST_UNIT_BITS	4	/* resolution: 16 ns */
#define MSHV_HIST_SUB_BITS	4	/* 16 buckets for each power of two */
#define MSHV_HIST_SUB		(1 << MSHV_HIST_SUB_BITS)
#define MSHV_HIST_MAX_BITS	36	/* 2^36 ns = 68.7 s */
#define MSHV_HIST_BUCKETS	\
	((MSHV_HIST_MAX_BITS - MSHV_HIST_UNIT_BITS - MSHV_HIST_SUB_BITS + 1) * MSHV_HIST_SUB)

/**
 * mshv_hist_index() - bucket of a value
 * @ns: the value, nanoseconds
 *
 * Return: 0 <= index < MSHV_HIST_BUCKETS; the last bucket takes everything above its range.
 */
static inline __u32 mshv_hist_index(__u64 ns)
{
	__u32 units, v, msb = 0;

	if (ns >> MSHV_HIST_MAX_BITS)
		return MSHV_HIST_BUCKETS - 1;
	units = (__u32)(ns >> MSHV_HIST_UNIT_BITS);
	if (units < MSHV_HIST_SUB)
		return units;

	v = units;
	if (v >> 16) {
		v >>= 16;
		msb += 16;
	}
	if (v >> 8) {
		v >>= 8;
		msb += 8;
	}
	if (v >> 4) {
		v >>= 4;
		msb += 4;
	}
	if (v >> 2) {
		v >>= 2;
		msb += 2;
	}
	msb += v >> 1;
	/* The shifted value is 16..31: its leading one counts the octave up by one. */
	return (msb - MSHV_HIST_SUB_BITS) * MSHV_HIST_SUB + (units >> (msb - MSHV_HIST_SUB_BITS));
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
