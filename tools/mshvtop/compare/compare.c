// SPDX-License-Identifier: GPL-2.0
/*
 * What differs between two recordings. Four tests a row, corrected for the number of all: its rate,
 * whether its latencies lie higher on the whole, and whether more of them are among the longest
 * tenth, or hundredth. Where latencies differ, each percentile is looked at by itself; where
 * anything does, the share of VP time, which follows from rate and latencies.
 *
 * A difference also has to be large enough to matter: with a million samples a change of half a
 * percent is significant, but may come from the host's load. The largest latency has no test,
 * because it is a single sample.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "compare/diff.h"
#include "err.h"
#include "compare/holm.h"
#include "compare/ratio.h"
#include "compare/score.h"

/* Samples that a percentile needs on either side */
#define MIN_P50		20
#define MIN_P90		50
#define MIN_P99		200

const char * const diff_metric_names[NR_METRICS] = {
	[METRIC_RATE] = "rate",
	[METRIC_P50] = "p50",
	[METRIC_P90] = "p90",
	[METRIC_P99] = "p99",
	[METRIC_MAX] = "max",
	[METRIC_SHARE] = "share",
};

enum test {
	TEST_RATE,
	TEST_RANKS,
	TEST_P90,
	TEST_P99,
	NR_TESTS
};

struct percentile {
	enum diff_metric metric;
	double percent;
	__u64 min_samples;
};

static const struct percentile percentiles[] = {
	{ METRIC_P50, 50, MIN_P50 },
	{ METRIC_P90, 90, MIN_P90 },
	{ METRIC_P99, 99, MIN_P99 },
};

#define NR_PERCENTILES	(sizeof(percentiles) / sizeof(percentiles[0]))

/**
 * struct terms - the terms of a ratio, interval by interval
 * @part: above the line
 * @whole: below it
 */
struct terms {
	double part[DIFF_MAX_INTERVALS];
	double whole[DIFF_MAX_INTERVALS];
};

/* A row that a recording lacks is one in which nothing happened. */
static const struct diff_cell *cell_of(const struct diff_row *row, unsigned int interval)
{
	static const struct diff_cell nothing;

	return row ? &row->cells[interval] : &nothing;
}

static struct ratio_series series_of(const struct terms *t, const struct diff_side *side,
				     double floor)
{
	return (struct ratio_series){
		.nr = side->nr_intervals, .part = t->part, .whole = t->whole, .floor = floor,
	};
}

static struct ratio_series rate_series(struct terms *t, const struct diff_side *side,
				       const struct diff_row *row)
{
	double sum = 0;
	unsigned int i;

	for (i = 0; i < side->nr_intervals; i++) {
		t->part[i] = cell_of(row, i)->count;
		t->whole[i] = side->seconds[i];
		sum += t->part[i];
	}
	/*
	 * The count of independent events has Poisson's distribution, whose variance is its mean.
	 */
	return series_of(t, side, sum);
}

static struct ratio_series share_series(struct terms *t, const struct diff_side *side,
					const struct diff_row *row, const struct diff_row *total)
{
	unsigned int i;

	for (i = 0; i < side->nr_intervals; i++) {
		t->part[i] = cell_of(row, i)->time_ns;
		t->whole[i] = cell_of(row ? row : total, i)->whole_ns;
	}
	return series_of(t, side, 0);
}

static struct ratio_series score_series(struct terms *t, const struct diff_side *side,
					const struct diff_row *row, const double *score)
{
	unsigned int i, j;

	for (i = 0; i < side->nr_intervals; i++) {
		const struct diff_cell *cell = cell_of(row, i);

		t->part[i] = 0;
		t->whole[i] = 0;
		for (j = 0; j < cell->nr; j++) {
			t->part[i] += score[cell->lo + j] * cell->bucket[j];
			t->whole[i] += cell->bucket[j];
		}
	}
	return series_of(t, side, score_variance(&row->hist, score));
}

/**
 * struct comparison - state of a comparison
 * @a: first recording
 * @b: second one
 * @terms_a: room for terms of @a
 * @terms_b: room for terms of @b
 * @score: room for scores
 * @pooled: room for the samples of both
 */
struct comparison {
	const struct diff_side *a;
	const struct diff_side *b;
	struct terms terms_a;
	struct terms terms_b;
	double score[MSHV_HIST_BUCKETS];
	struct hist pooled;
};

static double compare_scores(struct comparison *c, const struct diff_row *a,
			     const struct diff_row *b)
{
	struct ratio_series x = score_series(&c->terms_a, c->a, a, c->score);
	struct ratio_series y = score_series(&c->terms_b, c->b, b, c->score);

	return ratio_compare(&x, &y).p;
}

static void set_value(struct diff_value *value, double a, double b, double p)
{
	value->known = true;
	value->a = a;
	value->b = b;
	value->change = a == b ? 0 : (b - a) / a;
	value->p = p;
}

static bool have_intervals(const struct comparison *c)
{
	return c->a->nr_intervals >= DIFF_MIN_INTERVALS && c->b->nr_intervals >= DIFF_MIN_INTERVALS;
}

static void compare_rates(struct comparison *c, struct diff_line *line, const struct diff_row *a,
			  const struct diff_row *b)
{
	struct ratio_series x = rate_series(&c->terms_a, c->a, a);
	struct ratio_series y = rate_series(&c->terms_b, c->b, b);
	struct ratio_result r = ratio_compare(&x, &y);

	set_value(&line->value[METRIC_RATE], r.a, r.b, r.p);
	line->value[METRIC_RATE].tested = have_intervals(c);
}

static void compare_shares(struct comparison *c, struct diff_line *line, const struct diff_row *a,
			   const struct diff_row *b)
{
	const struct diff_row *total_a = diff_row(c->a, DIFF_TOTAL, "exits");
	const struct diff_row *total_b = diff_row(c->b, DIFF_TOTAL, "exits");
	struct ratio_series x, y;
	struct ratio_result r;

	if (line->kind == DIFF_HVCALL || !strcmp(line->name, "hypercalls"))
		return;
	x = share_series(&c->terms_a, c->a, a, total_a);
	y = share_series(&c->terms_b, c->b, b, total_b);
	r = ratio_compare(&x, &y);
	set_value(&line->value[METRIC_SHARE], r.a, r.b, r.p);
	line->value[METRIC_SHARE].tested = have_intervals(c);
}

/* Latencies need samples on both sides. */
static void compare_latencies(struct comparison *c, struct diff_line *line, double *p,
			      const struct diff_row *a, const struct diff_row *b)
{
	__u64 least;
	unsigned int i;

	if (!a || !b || !a->hist.n || !b->hist.n)
		return;
	least = a->hist.n < b->hist.n ? a->hist.n : b->hist.n;
	set_value(&line->value[METRIC_MAX], a->max_ns, b->max_ns, 1);
	hist_clear(&c->pooled);
	hist_merge(&c->pooled, &a->hist);
	hist_merge(&c->pooled, &b->hist);
	for (i = 0; i < NR_PERCENTILES; i++) {
		const struct percentile *q = &percentiles[i];
		struct diff_value *v = &line->value[q->metric];

		set_value(v, hist_quantile(&a->hist, q->percent, a->max_ns),
			  hist_quantile(&b->hist, q->percent, b->max_ns), 1);
		v->known = least >= q->min_samples;
		v->guessed = !v->known;
		v->tested = v->known && have_intervals(c);
		if (!v->known)
			continue;
		score_above(&c->pooled, q->percent, c->score);
		v->p = compare_scores(c, a, b);
	}
	if (least < MIN_P50)
		return;
	score_ranks(&c->pooled, c->score);
	p[TEST_RANKS] = compare_scores(c, a, b);
	if (line->value[METRIC_P90].known)
		p[TEST_P90] = line->value[METRIC_P90].p;
	if (line->value[METRIC_P99].known)
		p[TEST_P99] = line->value[METRIC_P99].p;
}

static void compare_row(struct comparison *c, struct diff_line *line, double *p)
{
	const struct diff_row *a = diff_row(c->a, line->kind, line->name);
	const struct diff_row *b = diff_row(c->b, line->kind, line->name);
	unsigned int i;

	for (i = 0; i < NR_METRICS; i++)
		line->value[i].p = 1;
	for (i = 0; i < NR_TESTS; i++)
		p[i] = NAN;
	line->n_a = a ? a->hist.n : 0;
	line->n_b = b ? b->hist.n : 0;
	compare_rates(c, line, a, b);
	compare_shares(c, line, a, b);
	compare_latencies(c, line, p, a, b);
	p[TEST_RATE] = line->value[METRIC_RATE].p;
}

/* --- What was found -------------------------------------------------------------------------- */

static void judge_value(struct diff_line *line, enum diff_metric metric, bool found,
			const struct diff_settings *settings)
{
	struct diff_value *v = &line->value[metric];
	double effect;

	v->differs = found && fabs(v->change) >= settings->least;
	if (!v->differs)
		return;
	line->differs = true;
	effect = fabs(log(v->b / v->a));
	if (effect > line->effect)
		line->effect = effect;
}

static bool judge(struct diff_line *line, const double *p, const struct diff_settings *settings)
{
	double each[NR_PERCENTILES];
	bool latency = p[TEST_RANKS] < settings->level || p[TEST_P90] < settings->level ||
		       p[TEST_P99] < settings->level;
	unsigned int i;

	line->p = 1;
	for (i = 0; i < NR_TESTS; i++)
		if (p[i] < line->p)
			line->p = p[i];
	line->value[METRIC_RATE].p = p[TEST_RATE];
	judge_value(line, METRIC_RATE, p[TEST_RATE] < settings->level, settings);
	for (i = 0; i < NR_PERCENTILES; i++)
		each[i] = line->value[percentiles[i].metric].p;
	if (!holm_adjust(each, NR_PERCENTILES))
		return false;
	for (i = 0; i < NR_PERCENTILES; i++) {
		line->value[percentiles[i].metric].p = each[i];
		judge_value(line, percentiles[i].metric, latency && each[i] < settings->level,
			    settings);
	}
	judge_value(line, METRIC_SHARE,
		    line->differs && line->value[METRIC_SHARE].p < settings->level, settings);
	return true;
}

/* Correct the probabilities for the number of tests. */
static bool correct(struct diff_result *result, double *p)
{
	unsigned int i, nr = result->nr * NR_TESTS, made = 0;
	double *list = calloc(nr + 1, sizeof(*list));
	bool ok;

	if (!list)
		return false;
	for (i = 0; i < nr; i++)
		if (!isnan(p[i]))
			list[made++] = p[i];
	ok = holm_adjust(list, made);
	result->nr_tests = made;
	for (made = 0, i = 0; i < nr; i++)
		if (!isnan(p[i]))
			p[i] = list[made++];
	free(list);
	return ok;
}

static int compare_lines(const void *x, const void *y)
{
	const struct diff_line *a = x, *b = y;

	if (a->differs != b->differs)
		return b->differs - a->differs;
	if (a->effect != b->effect)
		return a->effect < b->effect ? 1 : -1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->name, b->name);
}

/*
 * VPs are compared where both recordings have them, everything else where one of them does. VPs that
 * only one recording has are listed by themselves.
 */
static void list_rows(struct diff_result *result, const struct diff_side *from,
		      const struct diff_side *other, bool second)
{
	unsigned int i;

	for (i = 0; i < from->nr_rows; i++) {
		const struct diff_row *row = from->rows[i];
		bool both = diff_row(other, row->kind, row->name);
		struct diff_line *line = &result->lines[result->nr];

		if (!both && row->kind == DIFF_VP)
			result->only[second][result->nr_only[second]++] = row;
		if ((both && second) || (!both && row->kind == DIFF_VP))
			continue;
		line->kind = row->kind;
		memcpy(line->name, row->name, sizeof(line->name));
		result->nr++;
	}
}

/**
 * diff_compare() - compare two recordings
 * @result: the result; for diff_result_free() in any case
 * @a: first recording
 * @b: second one
 * @settings: how
 *
 * Return: false without memory, which has been reported.
 */
bool diff_compare(struct diff_result *result, const struct diff_side *a, const struct diff_side *b,
		  const struct diff_settings *settings)
{
	struct comparison *c = calloc(1, sizeof(*c));
	double *p = calloc((a->nr_rows + b->nr_rows + 1) * NR_TESTS, sizeof(*p));
	unsigned int i;
	bool ok = false;

	memset(result, 0, sizeof(*result));
	result->lines = calloc(a->nr_rows + b->nr_rows + 1, sizeof(result->lines[0]));
	result->only[0] = calloc(a->nr_rows + 1, sizeof(result->only[0][0]));
	result->only[1] = calloc(b->nr_rows + 1, sizeof(result->only[1][0]));
	if (!c || !p || !result->lines || !result->only[0] || !result->only[1])
		goto out_free;
	result->damaged = a->damaged || b->damaged;
	c->a = a;
	c->b = b;
	c->pooled.lo = MSHV_HIST_BUCKETS;
	list_rows(result, a, b, false);
	list_rows(result, b, a, true);
	for (i = 0; i < result->nr; i++)
		compare_row(c, &result->lines[i], &p[i * NR_TESTS]);
	if (!correct(result, p))
		goto out_free;
	for (i = 0; i < result->nr; i++) {
		if (!judge(&result->lines[i], &p[i * NR_TESTS], settings))
			goto out_free;
		result->nr_differ += result->lines[i].differs;
	}
	qsort(result->lines, result->nr, sizeof(result->lines[0]), compare_lines);
	ok = true;
out_free:
	if (!ok)
		err("out of memory");
	free(p);
	free(c);
	return ok;
}

/**
 * diff_result_free() - free a result
 * @result: the result
 */
void diff_result_free(struct diff_result *result)
{
	free(result->lines);
	free(result->only[0]);
	free(result->only[1]);
}
