/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The test that mshvtop diff rests on: whether a ratio of two sums over intervals differs between
 * two recordings. A rate, a share of time, a part of samples above some time and a mean rank are
 * all such ratios.
 */
#ifndef MSHVTOP_STATS_RATIO_H
#define MSHVTOP_STATS_RATIO_H

#include <stdbool.h>
#include "stats/spectrum.h"

/* With fewer intervals than this, their variance cannot be estimated. */
#define RATIO_MIN_INTERVALS	4

/**
 * struct ratio_series - the intervals of one recording
 * @nr: intervals
 * @part: what is summed up above the line, for each
 * @whole: what is summed up below the line, for each
 * @floor: variance that the sum of @part has at least: what it would have if events were
 *         independent of each other
 * @spectrum: of @nr intervals
 */
struct ratio_series {
	unsigned int nr;
	const double *part;
	const double *whole;
	double floor;
	const struct spectrum *spectrum;
};

/**
 * struct ratio_spread - how much the ratio of one recording may vary, under each shape
 * @ratio: the ratio
 * @variance: of the ratio, as it would be of one interval
 * @inflation: factor on @variance over the number of intervals
 * @floor: least variance of the ratio
 * @df: degrees of freedom of @variance
 * @nr: intervals
 */
struct ratio_spread {
	double ratio;
	double variance[SPECTRUM_SHAPES];
	double inflation[SPECTRUM_SHAPES];
	double floor;
	double df;
	unsigned int nr;
};

/**
 * struct ratio_fit - what two recordings say about a ratio
 * @known: there are intervals enough, and something in each recording
 * @side: each recording
 * @weight: how likely each shape is, after looking
 */
struct ratio_fit {
	bool known;
	struct ratio_spread side[2];
	double weight[SPECTRUM_SHAPES];
};

void ratio_fit(struct ratio_fit *fit, const struct ratio_series *a, const struct ratio_series *b);
double ratio_p(const struct ratio_fit *fit);
double ratio_half(const struct ratio_fit *fit, unsigned int side, double p);

#endif /* MSHVTOP_STATS_RATIO_H */
