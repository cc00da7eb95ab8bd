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
 * - Residuals as a first-order autoregression: k intervals are worth k (1 - r) / (1 + r) (Bartlett,
 *   J. R. Stat. Soc. 98 (1935) 536-543), with r freed of its bias (Kendall, Biometrika 41 (1954)
 *   403-404).
 * - Intervals with many events weigh more in a ratio: they are worth (sum w)^2 / sum w^2 of the
 *   same weight (Kish, Survey Sampling (1965)).
 *
 * It errs to the side of finding nothing. The variance is at least that of independent events.
 * Intervals are taken to resemble each other some more than they seem to, because an estimate that
 * comes out low makes differences out of nothing. Both recordings are taken to vary as much as the
 * one that varies more, as one may just have missed the bursts of the other; so the degrees of
 * freedom are those of one of them.
 */
#include <math.h>
#include <stdbool.h>
#include "stats_ratio.h"
#include "stats_student.h"

/* Above it the number of intervals is worth next to nothing anyway. */
#define MAX_CORRELATION	0.97

/* The fewest independent intervals that any number of them is worth */
#define MIN_WORTH	2.0

/* Standard errors by which neighbours are taken to resemble each other more than they seem to */
#define SAFETY		1.5

/**
 * struct spread - how much a ratio varies between intervals
 * @known: there is something to compare
 * @variance: of the ratio, as it would be of a single independent interval
 * @floor: least variance of the ratio
 * @correlation: how much neighbours resemble each other
 * @evenness: intervals of the same weight that the recording's are worth, for each of them
 */
struct spread {
	bool known;
	double variance;
	double floor;
	double correlation;
	double evenness;
};

static double ratio_of(const struct ratio_series *s)
{
	double part = 0, whole = 0;
	unsigned int i;

	for (i = 0; i < s->nr; i++) {
		part += s->part[i];
		whole += s->whole[i];
	}
	return whole > 0 ? part / whole : 0;
}

/* How much neighbours resemble each other, from sums of squares and of neighbours' products */
static double correlation(double squares, double products, unsigned int nr)
{
	double r;

	if (squares <= 0)
		return 0;
	r = products / squares;
	r += (1 + 3 * r) / nr;
	r = fmin(fmax(r, -MAX_CORRELATION), MAX_CORRELATION);
	r += SAFETY * sqrt((1 - r * r) / nr);
	return fmin(fmax(r, 0), MAX_CORRELATION);
}

static struct spread spread_of(const struct ratio_series *s)
{
	double squares = 0, products = 0, last = 0, ratio = ratio_of(s), residual;
	double whole = 0, weights = 0;
	struct spread spread = { 0 };
	unsigned int i;

	for (i = 0; i < s->nr; i++) {
		whole += s->whole[i];
		weights += s->whole[i] * s->whole[i];
		residual = s->part[i] - ratio * s->whole[i];
		squares += residual * residual;
		products += residual * last;
		last = residual;
	}
	if (whole <= 0)
		return spread;
	spread.known = true;
	spread.variance = squares * s->nr / whole / whole;
	spread.floor = s->floor / whole / whole;
	spread.evenness = whole * whole / weights / s->nr;
	spread.correlation = correlation(squares, products, s->nr);
	return spread;
}

/* Independent intervals that a recording's are worth */
static double worth(const struct ratio_series *s, double correlation, double evenness)
{
	return fmax(s->nr * evenness * (1 - correlation) / (1 + correlation), MIN_WORTH);
}

/**
 * ratio_compare() - whether a ratio differs
 * @a: the first recording
 * @b: the second one
 *
 * Return: the ratios, and how likely the difference is to be chance; 1 if there are too few
 * intervals to tell.
 */
struct ratio_result ratio_compare(const struct ratio_series *a, const struct ratio_series *b)
{
	struct ratio_result result = { .a = ratio_of(a), .b = ratio_of(b), .p = 1 };
	double variance, correlation, evenness, worth_a, worth_b;
	struct spread x, y;

	if (a->nr < RATIO_MIN_INTERVALS || b->nr < RATIO_MIN_INTERVALS)
		return result;
	x = spread_of(a);
	y = spread_of(b);
	if (!x.known || !y.known)
		return result;
	correlation = fmax(x.correlation, y.correlation);
	evenness = fmin(x.evenness, y.evenness);
	worth_a = worth(a, correlation, evenness);
	worth_b = worth(b, correlation, evenness);
	variance = fmax(x.variance, y.variance);
	/* The mean that residuals are from takes one interval of each. */
	variance = fmax(variance / (worth_a - 1), x.floor) +
		   fmax(variance / (worth_b - 1), y.floor);
	if (variance > 0)
		result.p = student_two_sided((result.b - result.a) / sqrt(variance),
					     fmin(worth_a, worth_b) - 1);
	return result;
}
