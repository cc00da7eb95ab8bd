// SPDX-License-Identifier: GPL-2.0
/*
 * Intervals of changes, and the smallest change that a test would have found.
 *
 * - The interval of a ratio of one recording is that of ratio.c; on the scale of logarithms it is
 *   as long as its half over the ratio.
 * - The interval of a percentile is where the part of samples below it may be (Woodruff, J. Am.
 *   Stat. Assoc. 47 (1952) 635-646): the part's interval, taken to times by the recording's own
 *   histogram.
 * - The interval of a change has the ends of both on the scale of logarithms as the sides of a
 *   right triangle (Zou, Donner, Stat. Med. 27 (2008) 1693-1702), so that an interval that is
 *   longer above than below stays so.
 * - A bucket says that a percentile is in it, not where. If most samples are in one bucket, they
 *   may lie anywhere in it; if few are, they lie evenly. So a bucket's width counts by the part of
 *   the samples that is in it.
 * - A change is found in eight of ten recordings or more if it is larger than the half of an interval at the
 *   probability that a test needs, and that of one that seldom has a change below it.
 */
#include <math.h>
#include <string.h>
#include "compare/interval.h"
#include "stats/score.h"

#define COVERAGE	0.95

/* A row may be tested without what it shares with others, too. */
#define TESTS		2

/*
 * Two-sided probability of a change below the one that shows. One side is less than one in ten,
 * because how far intervals resemble each other is not the same in the next recording.
 */
#define MISSED		0.02

/* Standard deviations in half of an interval of COVERAGE, for an even distribution of width 1 */
#define EVEN		(1.96 / 3.4641)

/**
 * struct ends - how far an interval reaches, as logarithms
 * @below: below the value
 * @above: above it
 */
struct ends {
	double below;
	double above;
};

static const struct {
	enum diff_metric metric;
	double percent;
} percentiles[] = {
	{ METRIC_P50, 50 }, { METRIC_P90, 90 }, { METRIC_P99, 99 },
};

#define NR_PERCENTILES	(sizeof(percentiles) / sizeof(percentiles[0]))

static struct ends ends_of_ratio(const struct ratio_fit *fit, unsigned int side, double p)
{
	double half = ratio_half(fit, side, p) / fit->side[side].ratio;

	return (struct ends){ half, half };
}

/* Part of a bucket's width by which a percentile may be off, as a logarithm */
static double resolution_of(const struct hist *h, __u64 ns)
{
	unsigned int bucket = hist_index(ns);
	double low = mshv_hist_lower_ns(bucket), end = mshv_hist_lower_ns(bucket + 1);

	return EVEN * h->bucket[bucket] / h->n * (end - low) / fmax(ns, 1);
}

static struct ends ends_of_percentile(const struct ratio_fit *fit, unsigned int side, double p,
				      const struct diff_row *row, double percent, double value)
{
	double half = 100 * ratio_half(fit, side, p), off = resolution_of(&row->hist, value);
	struct ends ends = { INFINITY, INFINITY };

	if (percent - half > 0)
		ends.below = log(value / hist_quantile(&row->hist, percent - half, row->max_ns));
	if (percent + half < 100)
		ends.above = log(hist_quantile(&row->hist, percent + half, row->max_ns) / value);
	ends.below = hypot(ends.below, off);
	ends.above = hypot(ends.above, off);
	return ends;
}

static struct ends ends_of_change(const struct ends *end)
{
	return (struct ends){
		.below = hypot(end[1].below, end[0].above),
		.above = hypot(end[1].above, end[0].below),
	};
}

/* A test takes both recordings to vary as much as the one that varies more. */
static double largest(const struct ends *end)
{
	return M_SQRT2 * fmax(fmax(end[0].above, end[0].below), fmax(end[1].above, end[1].below));
}

/* A change that is zero or infinite has no logarithm, and one that was not tested no interval. */
static bool has_interval(const struct diff_value *v)
{
	return v->known && v->tested && v->a > 0 && v->b > 0;
}

/* @end: of both recordings, at COVERAGE, at the level of a test, and at MISSED */
static void set_interval(struct diff_value *v, const struct ends (*end)[2], double least)
{
	struct ends usual = ends_of_change(end[0]);

	v->low = v->b / v->a * exp(-usual.below) - 1;
	v->high = v->b / v->a * exp(usual.above) - 1;
	v->bounded = isfinite(usual.above);
	v->shows = fmax(exp(largest(end[1]) + largest(end[2])) - 1, least);
}

static void find_ratio(struct interval_work *w, struct diff_value *v)
{
	const double p[] = { 1 - COVERAGE, w->level / TESTS, MISSED };
	struct ends end[3][2];
	struct ratio_fit fit;
	unsigned int i, j;

	series_fit(&fit, &w->pair, w->spectrum[0], w->spectrum[1]);
	if (!fit.known)
		return;
	for (i = 0; i < 3; i++)
		for (j = 0; j < 2; j++)
			end[i][j] = ends_of_ratio(&fit, j, p[i]);
	set_interval(v, end, w->least);
}

static void find_percentile(struct interval_work *w, struct diff_value *v,
			    const struct diff_row **row, double percent)
{
	const double p[] = { 1 - COVERAGE, w->level / TESTS, MISSED };
	const double value[] = { v->a, v->b };
	struct ends end[3][2];
	struct ratio_fit fit;
	unsigned int i, j;

	for (i = 0; i < 2; i++) {
		score_above(value[i], w->score);
		series_score(&w->pair.side[i], w->side[i], row[i], w->score);
	}
	series_fit(&fit, &w->pair, w->spectrum[0], w->spectrum[1]);
	if (!fit.known)
		return;
	for (i = 0; i < 3; i++)
		for (j = 0; j < 2; j++)
			end[i][j] = ends_of_percentile(&fit, j, p[i], row[j], percent, value[j]);
	set_interval(v, end, w->least);
}

/**
 * interval_find() - find out how exactly the changes of a row are known
 * @w: what it takes
 * @line: the row
 * @same: both are the same recording, between which nothing has changed
 */
void interval_find(struct interval_work *w, struct diff_line *line, bool same)
{
	const struct diff_row *row[2];
	struct diff_value *v;
	unsigned int i, j;

	for (i = 0; i < NR_METRICS; i++) {
		line->value[i].bounded = false;
		line->value[i].low = -1;
		line->value[i].high = INFINITY;
		line->value[i].shows = INFINITY;
	}
	for (i = 0; i < 2; i++)
		row[i] = diff_row(w->side[i], line->kind, line->name);
	v = &line->value[METRIC_RATE];
	if (has_interval(v)) {
		for (j = 0; j < 2; j++)
			series_rate(&w->pair.side[j], w->side[j], row[j]);
		find_ratio(w, v);
	}
	v = &line->value[METRIC_SHARE];
	if (has_interval(v)) {
		for (j = 0; j < 2; j++)
			series_share(&w->pair.side[j], w->side[j], row[j], NULL);
		find_ratio(w, v);
	}
	for (i = 0; i < NR_PERCENTILES; i++) {
		v = &line->value[percentiles[i].metric];
		if (has_interval(v))
			find_percentile(w, v, row, percentiles[i].percent);
	}
	for (i = 0; same && i < NR_METRICS; i++) {
		v = &line->value[i];
		v->bounded = v->tested;
		v->low = v->tested ? 0 : -1;
		v->high = v->tested ? 0 : INFINITY;
	}
}
