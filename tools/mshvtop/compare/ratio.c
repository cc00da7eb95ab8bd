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
 *   403-404). Where noise hides a slow drift, neighbours resemble each other little although the
 *   drift adds up; sums of several intervals show it. So both are looked at, and the larger of the
 *   variances is taken.
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
#include "compare/ratio.h"
#include "compare/student.h"

/* Above this correlation the intervals are worth next to nothing. */
#define MAX_CORRELATION	0.97

/* Least number of independent intervals that a recording is worth */
#define MIN_WORTH	2.0

/* Standard errors by which neighbours are taken to resemble each other more than they seem to */
#define SAFETY		1.75

/* Intervals that are summed up to see a drift: the root of their number, over this */
#define SUMMED		1.5

/**
 * struct spread - how much a ratio varies between intervals
 * @known: there is something to compare
 * @variance: of the ratio, as it would be of a single interval
 * @floor: least variance of the ratio
 * @correlation: correlation of neighbouring intervals
 * @inflation: factor by which the correlation increases the variance
 * @evenness: intervals of the same weight that the recording's are worth, for each of them
 */
struct spread {
	bool known;
	double variance;
	double floor;
	double correlation;
	double inflation;
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

/**
 * struct moments - sums over the residuals, or over sums of several of them
 * @nr: residuals, or sums
 * @squares: of their squares
 * @products: of those of neighbours
 */
struct moments {
	unsigned int nr;
	double squares;
	double products;
};

static struct moments moments_of(const struct ratio_series *s, unsigned int each)
{
	double ratio = ratio_of(s), residual = 0, last = 0;
	struct moments m = { 0 };
	unsigned int i;

	for (i = 0; i < s->nr; i++) {
		residual += s->part[i] - ratio * s->whole[i];
		if ((i + 1) % each)
			continue;
		m.nr++;
		m.squares += residual * residual;
		m.products += residual * last;
		last = residual;
		residual = 0;
	}
	return m;
}

static double correlation(const struct moments *m, double safety)
{
	double r;

	if (m->squares <= 0)
		return 0;
	r = m->products / m->squares;
	r += (1 + 3 * r) / m->nr;
	r = fmin(fmax(r, -MAX_CORRELATION), MAX_CORRELATION);
	r += safety * sqrt((1 - r * r) / m->nr);
	return fmin(fmax(r, 0), MAX_CORRELATION);
}

static double inflation(double r)
{
	return (1 + r) / (1 - r);
}

static struct spread spread_of(const struct ratio_series *s)
{
	struct moments single = moments_of(s, 1);
	struct moments summed = moments_of(s, fmax(sqrt(s->nr) / SUMMED, 1));
	struct spread spread = { 0 };
	double whole = 0, weights = 0;
	unsigned int i;

	for (i = 0; i < s->nr; i++) {
		whole += s->whole[i];
		weights += s->whole[i] * s->whole[i];
	}
	if (whole <= 0)
		return spread;
	spread.known = true;
	spread.variance = single.squares * s->nr / whole / whole;
	spread.floor = s->floor / whole / whole;
	spread.evenness = whole * whole / weights / s->nr;
	spread.correlation = correlation(&single, SAFETY);
	spread.inflation = inflation(spread.correlation);
	if (single.squares > 0)
		spread.inflation = fmax(spread.inflation, summed.squares / single.squares *
					inflation(correlation(&summed, 0)));
	return spread;
}

/* Independent intervals that a recording's are worth */
static double worth(const struct ratio_series *s, double factor)
{
	return fmax(s->nr * factor, MIN_WORTH);
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
	double variance, evenness, factor, df;
	struct spread x, y;

	if (a->nr < RATIO_MIN_INTERVALS || b->nr < RATIO_MIN_INTERVALS)
		return result;
	x = spread_of(a);
	y = spread_of(b);
	if (!x.known || !y.known)
		return result;
	variance = fmax(x.variance, y.variance);
	evenness = fmin(x.evenness, y.evenness);
	factor = evenness / fmax(x.inflation, y.inflation);
	/* Residuals are taken from the mean, which costs each recording one degree of freedom. */
	variance = fmax(variance / (worth(a, factor) - 1), x.floor) +
		   fmax(variance / (worth(b, factor) - 1), y.floor);
	factor = evenness / inflation(fmax(x.correlation, y.correlation));
	df = fmin(worth(a, factor), worth(b, factor)) - 1;
	if (variance > 0)
		result.p = student_two_sided((result.b - result.a) / sqrt(variance), df);
	return result;
}
