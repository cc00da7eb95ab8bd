/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much a mean over intervals varies, when intervals resemble those before them: the ways in
 * which that may be, and what each of them says about the sums that can be seen.
 */
#ifndef MSHVTOP_STATS_SPECTRUM_H
#define MSHVTOP_STATS_SPECTRUM_H

/* Most intervals of a recording, and most cosine sums that are taken of them */
#define SPECTRUM_MAX_INTERVALS	256
#define SPECTRUM_MAX_SUMS	40

/* Ways in which intervals may depend on each other */
#define SPECTRUM_SHAPES		33

/**
 * struct spectrum - what is known of so many intervals before looking at them
 * @nr: intervals
 * @nr_sums: cosine sums
 * @wave: weights of the intervals in each cosine sum; the squares of a sum's weights add up to 1
 * @prior: how likely each shape is
 * @mean: under each shape, for intervals of variance 1: variance of the sum of all intervals, over
 *         @nr
 * @sum: likewise, variance of each cosine sum
 * @log_sums: sum of the logarithms of @sum
 */
struct spectrum {
	unsigned int nr;
	unsigned int nr_sums;
	double wave[SPECTRUM_MAX_SUMS][SPECTRUM_MAX_INTERVALS];
	double prior[SPECTRUM_SHAPES];
	double mean[SPECTRUM_SHAPES];
	double sum[SPECTRUM_SHAPES][SPECTRUM_MAX_SUMS];
	double log_sums[SPECTRUM_SHAPES];
};

void spectrum_init(struct spectrum *s, unsigned int nr);

#endif /* MSHVTOP_STATS_SPECTRUM_H */
