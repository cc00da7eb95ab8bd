// SPDX-License-Identifier: GPL-2.0
/*
 * Intervals that follow each other resemble each other, so that their mean varies more than that of
 * as many independent ones. How much more shows in their slow movements: in the sums of the
 * intervals with the weights of slow cosines, which are nearly independent of each other and of the
 * mean (Mueller, Watson, Econometrica 76 (2008) 979-1016). How the variance of the mean follows
 * from that of the cosine sums depends on the shape of the spectrum. Shapes are: white noise, and
 * white noise with a part of each size that is a first-order autoregression of each correlation up
 * to 0.98. For each the variances are exact sums over the autocovariances, not their limits for
 * many intervals.
 */
#include <math.h>
#include "stats/spectrum.h"

/* Correlation of the neighbours within the part that has memory; its size; how likely they are */
static const double memory[] = { 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.96, 0.98 };
static const double memory_prior[] = { 0.14, 0.14, 0.14, 0.13, 0.12, 0.12, 0.11, 0.10 };
static const double part[] = { 0.1, 0.35, 0.7, 1 };
static const double part_prior[] = { 0.07, 0.18, 0.22, 0.53 };

#define NR_MEMORIES	(sizeof(memory) / sizeof(memory[0]))
#define NR_PARTS	(sizeof(part) / sizeof(part[0]))
#define WHITE_PRIOR	0.45

/*
 * Intervals for each cosine sum: waves that are shorter than six intervals say little of slow
 * ones.
 */
#define INTERVALS_PER_SUM	3
#define MIN_SUMS		6

/*
 * Variance of a weighted sum of intervals of variance 1, with so much correlation for each
 * distance
 */
static double variance_of(const double *products, unsigned int nr, double correlation)
{
	double variance = products[0], power = 1;
	unsigned int i;

	for (i = 1; i < nr; i++) {
		power *= correlation;
		variance += 2 * power * products[i];
	}
	return variance;
}

static void set_products(double *products, const double *weight, unsigned int nr)
{
	unsigned int i, distance;

	for (distance = 0; distance < nr; distance++) {
		products[distance] = 0;
		for (i = 0; i + distance < nr; i++)
			products[distance] += weight[i] * weight[i + distance];
	}
}

/* Variances of one of the sums, or of the mean, under all shapes with memory */
static void set_shapes(double *variance, unsigned int step, const double *products, unsigned int nr)
{
	unsigned int i, j;

	*variance = products[0];
	for (i = 0; i < NR_MEMORIES; i++) {
		double slow = variance_of(products, nr, memory[i]);

		for (j = 0; j < NR_PARTS; j++) {
			variance += step;
			*variance = (1 - part[j]) * products[0] + part[j] * slow;
		}
	}
}

/**
 * spectrum_init() - find out what there is to know before looking
 * @s: the result
 * @nr: intervals, at least 2, at most SPECTRUM_MAX_INTERVALS
 */
void spectrum_init(struct spectrum *s, unsigned int nr)
{
	double products[SPECTRUM_MAX_INTERVALS], even[SPECTRUM_MAX_INTERVALS];
	unsigned int i, j;

	s->nr = nr;
	s->nr_sums = fmin(fmax(nr / INTERVALS_PER_SUM, MIN_SUMS), SPECTRUM_MAX_SUMS);
	if (s->nr_sums > nr - 1)
		s->nr_sums = nr - 1;
	for (i = 0; i < nr; i++)
		even[i] = 1 / sqrt(nr);
	set_products(products, even, nr);
	set_shapes(s->mean, 1, products, nr);
	for (j = 0; j < s->nr_sums; j++) {
		for (i = 0; i < nr; i++)
			s->wave[j][i] = sqrt(2.0 / nr) * cos(M_PI * (j + 1) * (i + 0.5) / nr);
		set_products(products, s->wave[j], nr);
		set_shapes(&s->sum[0][j], SPECTRUM_MAX_SUMS, products, nr);
	}
	s->prior[0] = WHITE_PRIOR;
	for (i = 0; i < NR_MEMORIES; i++)
		for (j = 0; j < NR_PARTS; j++)
			s->prior[1 + i * NR_PARTS + j] =
				(1 - WHITE_PRIOR) * memory_prior[i] * part_prior[j];
	for (i = 0; i < SPECTRUM_SHAPES; i++) {
		s->log_sums[i] = 0;
		for (j = 0; j < s->nr_sums; j++)
			s->log_sums[i] += log(s->sum[i][j]);
	}
}
