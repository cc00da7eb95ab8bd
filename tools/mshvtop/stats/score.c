// SPDX-License-Identifier: GPL-2.0
/*
 * Two tests on bucketed times, both as mean scores:
 *
 * - Mid-ranks: the test of Wilcoxon (Biometrics Bull. 1 (1945) 80-83) and of Mann and Whitney (Ann.
 *   Math. Stat. 18 (1947) 50-60), samples of a bucket being ties. It finds that times lie higher on
 *   the whole, whatever their distribution, and is not moved by a few that are very long.
 * - Above a time between the percentiles of both: Mood's median test (Introduction to the Theory of
 *   Statistics (1950)) at any percentile. It finds a change in the tail that ranks do not show.
 *   Where the percentiles are alike, the time is that of the pooled samples; where they are far
 *   apart, it is far from both, so that it matters little how much either wanders.
 *
 * Buckets of 6.25 % cost little: ranks see any change that moves samples to another bucket, and a
 * time within a bucket takes as much of it as lies above, as if samples lay evenly in it.
 */
#include <math.h>
#include "stats/score.h"

/**
 * score_ranks() - part of the pooled samples that lies below a bucket's
 * @pooled: all samples
 * @score: MSHV_HIST_BUCKETS scores, 0..1; those of a bucket lie half below each other
 */
void score_ranks(const struct hist *pooled, double *score)
{
	double below = 0;
	unsigned int i;

	for (i = 0; i < MSHV_HIST_BUCKETS; i++) {
		score[i] = pooled->n ? (below + pooled->bucket[i] / 2.0) / pooled->n : 0;
		below += pooled->bucket[i];
	}
}

/**
 * score_above() - part of a bucket that lies above a time
 * @ns: the time
 * @score: MSHV_HIST_BUCKETS scores: 0 below it, 1 above it
 */
void score_above(double ns, double *score)
{
	double low, end;
	unsigned int i;

	for (i = 0; i < MSHV_HIST_BUCKETS; i++) {
		low = mshv_hist_lower_ns(i);
		end = i + 1 < MSHV_HIST_BUCKETS ? mshv_hist_lower_ns(i + 1) : INFINITY;
		if (low >= ns)
			score[i] = 1;
		else if (end <= ns || isinf(end))
			score[i] = 0;
		else
			score[i] = (end - ns) / (end - low);
	}
}

/**
 * score_variance() - variance of the sum of a histogram's scores, were its samples independent
 * @h: the samples
 * @score: the scores
 *
 * Return: the variance.
 */
double score_variance(const struct hist *h, const double *score)
{
	double sum = 0, squares = 0;
	unsigned int i;

	for (i = h->lo; i < h->hi; i++) {
		sum += score[i] * h->bucket[i];
		squares += score[i] * score[i] * h->bucket[i];
	}
	return h->n ? squares - sum * sum / h->n : 0;
}
