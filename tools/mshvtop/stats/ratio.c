// SPDX-License-Identifier: GPL-2.0
/*
 * Events that come in bursts tell less than as many independent ones, and what an interval saw
 * resembles what the one before it saw. So the unit is the interval, not the event, and intervals
 * count for less the more they resemble each other.
 *
 * - Variance of a ratio of sums by its linearized residuals, interval by interval: Cochran,
 *   Sampling Techniques, 3rd ed. (1977), 6.3 and 9A. With one part per event it is the test of Rao
 *   and Scott, Biometrics 48 (1992) 577-585, for clustered binary data, and with ranks that of
 *   Obuchowski, Biometrics 53 (1997) 567-578. Counts may be overdispersed as they like.
 * - The variance of the residuals' mean follows from their slow cosine sums, under each of the
 *   shapes of spectrum.c. Which shape holds is not known; each has the weight that it has after
 *   looking at the cosine sums of both recordings (Bayes, with the prior of spectrum.c and 1 / s
 *   for the scale s). A probability is the mean of those under the shapes, so what is not known
 *   about the resemblance makes it larger, but a difference of many times its spread is found even
 *   under the shape with most memory. The number of cosine sums gives the degrees of freedom, which
 *   do not vanish with the correlation.
 * - Where a few intervals, or a few bursts of several, have most of the events, there are no more
 *   degrees of freedom than bursts: (sum w)^2 / sum w^2 (Kish, Survey Sampling (1965)), with the
 *   squares' sum over groups of neighbours, too, as a burst lasts longer than an interval.
 *
 * A test errs to the side of finding nothing: both recordings are taken to vary as much as the one
 * that varies more, as one may just have missed the bursts of the other. The variance is at least
 * that of independent events.
 */
#include <math.h>
#include <string.h>
#include "stats/ratio.h"
#include "stats/student.h"

/* A shape whose part in a probability is at most this is left out. */
#define UNLIKELY	1e-5

/* Steps in which the half of an interval is looked for */
#define MAX_STEPS	60
#define PRECISION	0.002

static double ratio_of(const struct ratio_series *s, double *whole)
{
	double part = 0;
	unsigned int i;

	*whole = 0;
	for (i = 0; i < s->nr; i++) {
		part += s->part[i];
		*whole += s->whole[i];
	}
	return *whole > 0 ? part / *whole : 0;
}

/* Square of the coefficient of variation of sums of so many neighbours, times that number */
static double unevenness(const double *value, unsigned int nr, unsigned int each)
{
	unsigned int i, groups = nr / each;
	double sum = 0, squares = 0, group = 0;

	for (i = 0; i < groups * each; i++) {
		group += value[i];
		if ((i + 1) % each)
			continue;
		sum += group;
		squares += group * group;
		group = 0;
	}
	return sum > 0 ? (squares * groups / sum / sum - 1) * each : 0;
}

/* Bursts that values are worth */
static double bursts_of(const double *value, unsigned int nr)
{
	return nr / (1 + fmax(unevenness(value, nr, 1), unevenness(value, nr, sqrt(nr))));
}

/* Bursts of events that a recording is worth, as both of them show */
static double shared_bursts(const struct ratio_series *a, const struct ratio_series *b)
{
	double whole[2 * SPECTRUM_MAX_INTERVALS];

	memcpy(whole, a->whole, a->nr * sizeof(whole[0]));
	memcpy(&whole[a->nr], b->whole, b->nr * sizeof(whole[0]));
	return bursts_of(whole, a->nr + b->nr) * fmin(a->nr, b->nr) / (a->nr + b->nr);
}

/*
 * Squares of the residuals' cosine sums. Return: the bursts that the recording is worth: of events,
 * of what is counted of them, and of the residuals.
 */
static double set_squares(double *square, const struct ratio_series *s, double ratio)
{
	double residual[SPECTRUM_MAX_INTERVALS], size[SPECTRUM_MAX_INTERVALS], sum;
	unsigned int i, j;

	for (i = 0; i < s->nr; i++) {
		residual[i] = s->part[i] - ratio * s->whole[i];
		size[i] = fabs(residual[i]);
	}
	for (j = 0; j < s->spectrum->nr_sums; j++) {
		for (sum = 0, i = 0; i < s->nr; i++)
			sum += s->spectrum->wave[j][i] * residual[i];
		square[j] = sum * sum;
	}
	return fmin(fmin(bursts_of(s->part, s->nr), bursts_of(s->whole, s->nr)),
		    bursts_of(size, s->nr));
}

/*
 * Adds to the logarithms of the shapes' likelihoods. Return: false if there is nothing to
 * compare.
 */
static bool set_spread(struct ratio_spread *spread, double *likelihood,
		       const struct ratio_series *s)
{
	const struct spectrum *spectrum = s->spectrum;
	double square[SPECTRUM_MAX_SUMS], whole, bursts, scale;
	unsigned int i, j;

	spread->ratio = ratio_of(s, &whole);
	if (whole <= 0)
		return false;
	bursts = set_squares(square, s, spread->ratio);
	spread->nr = s->nr;
	spread->floor = s->floor / whole / whole;
	spread->df = fmax(fmin(spectrum->nr_sums, bursts - 2), 1);
	for (i = 0; i < SPECTRUM_SHAPES; i++) {
		for (scale = 0, j = 0; j < spectrum->nr_sums; j++)
			scale += square[j] / spectrum->sum[i][j];
		scale /= spectrum->nr_sums;
		spread->inflation[i] = spectrum->mean[i];
		spread->variance[i] = scale * s->nr * s->nr / whole / whole;
		if (scale > 0)
			likelihood[i] -= (spectrum->log_sums[i] +
					  spectrum->nr_sums * log(scale)) / 2;
	}
	return true;
}

/**
 * ratio_fit() - find out how much a ratio may vary
 * @fit: the result
 * @a: the first recording
 * @b: the second one
 */
void ratio_fit(struct ratio_fit *fit, const struct ratio_series *a, const struct ratio_series *b)
{
	double likelihood[SPECTRUM_SHAPES] = { 0 }, most = -INFINITY, sum = 0, whole;
	unsigned int i;

	memset(fit, 0, sizeof(*fit));
	fit->side[0].ratio = ratio_of(a, &whole);
	fit->side[1].ratio = ratio_of(b, &whole);
	if (a->nr < RATIO_MIN_INTERVALS || b->nr < RATIO_MIN_INTERVALS)
		return;
	if (!set_spread(&fit->side[0], likelihood, a) || !set_spread(&fit->side[1], likelihood, b))
		return;
	for (i = 0; i < 2; i++)
		fit->side[i].df = fmax(fmin(fit->side[i].df, shared_bursts(a, b) - 2), 1);
	for (i = 0; i < SPECTRUM_SHAPES; i++) {
		likelihood[i] += log(a->spectrum->prior[i]);
		most = fmax(most, likelihood[i]);
	}
	for (i = 0; i < SPECTRUM_SHAPES; i++) {
		fit->weight[i] = exp(likelihood[i] - most);
		sum += fit->weight[i];
	}
	for (i = 0; i < SPECTRUM_SHAPES; i++)
		fit->weight[i] /= sum;
	fit->known = true;
}

static double variance_of(const struct ratio_spread *s, double variance, unsigned int shape)
{
	return fmax(variance * s->inflation[shape] / s->nr, s->floor);
}

/**
 * ratio_p() - whether a ratio differs
 * @fit: what is known
 *
 * Return: how likely a difference at least that large is if there is none; 1 if there are too few
 * intervals to tell.
 */
double ratio_p(const struct ratio_fit *fit)
{
	const struct ratio_spread *a = &fit->side[0], *b = &fit->side[1];
	const struct ratio_spread *more;
	double p = 0, variance;
	unsigned int i;

	if (!fit->known)
		return 1;
	/* The last shapes, with most memory, have most of a small probability. */
	for (i = SPECTRUM_SHAPES; i--;) {
		if (fit->weight[i] <= UNLIKELY * p)
			continue;
		more = a->variance[i] > b->variance[i] ? a : b;
		variance = variance_of(a, more->variance[i], i) +
			   variance_of(b, more->variance[i], i);
		p += fit->weight[i] * (variance > 0 ?
			student_two_sided((b->ratio - a->ratio) / sqrt(variance), more->df) :
			a->ratio == b->ratio);
	}
	return fmin(p, 1);
}

static double outside(const struct ratio_fit *fit, const struct ratio_spread *s, double half)
{
	double p = 0, variance;
	unsigned int i;

	for (i = SPECTRUM_SHAPES; i--;) {
		variance = variance_of(s, s->variance[i], i);
		if (variance > 0 && fit->weight[i] > UNLIKELY * p)
			p += fit->weight[i] * student_two_sided(half / sqrt(variance), s->df);
	}
	return p;
}

/**
 * ratio_half() - half the length of an interval around the ratio of one recording
 * @fit: what is known
 * @side: 0 or 1
 * @p: how likely the ratio that repetitions would have in the long run is to be outside
 *
 * Return: half the length; infinite if there are too few intervals to tell.
 */
double ratio_half(const struct ratio_fit *fit, unsigned int side, double p)
{
	const struct ratio_spread *s = &fit->side[side];
	double low = 0, high = 0, middle;
	unsigned int i;

	if (!fit->known)
		return INFINITY;
	for (i = 0; i < SPECTRUM_SHAPES; i++)
		high = fmax(high, fit->weight[i] * sqrt(variance_of(s, s->variance[i], i)));
	for (i = 0; i < MAX_STEPS && outside(fit, s, high) > p; i++) {
		low = high;
		high *= 2;
	}
	for (i = 0; i < MAX_STEPS && high - low > high * PRECISION; i++) {
		middle = (low + high) / 2;
		if (outside(fit, s, middle) > p)
			low = middle;
		else
			high = middle;
	}
	return high;
}
