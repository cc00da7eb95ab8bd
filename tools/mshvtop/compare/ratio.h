/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The test that mshvtop diff rests on: whether a ratio of two sums over intervals differs between
 * two recordings. A rate, a share of time, a part of samples above some time and a mean rank are
 * all such ratios.
 */
#ifndef MSHVTOP_STATS_RATIO_H
#define MSHVTOP_STATS_RATIO_H

/* With fewer intervals than this, their variance cannot be estimated. */
#define RATIO_MIN_INTERVALS	4

/**
 * struct ratio_series - the intervals of one recording
 * @nr: intervals
 * @part: what is summed up above the line, for each
 * @whole: what is summed up below the line, for each
 * @floor: variance that the sum of @part has at least: what it would have if events were
 *         independent of each other
 */
struct ratio_series {
	unsigned int nr;
	const double *part;
	const double *whole;
	double floor;
};

/**
 * struct ratio_result - how two recordings compare
 * @a: ratio in the first
 * @b: ratio in the second
 * @p: how likely a difference at least that large is if there is none
 */
struct ratio_result {
	double a;
	double b;
	double p;
};

struct ratio_result ratio_compare(const struct ratio_series *a, const struct ratio_series *b);

#endif /* MSHVTOP_STATS_RATIO_H */
