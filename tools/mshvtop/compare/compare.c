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
#include "compare/contrast.h"
#include "stats/holm.h"
#include "compare/interval.h"
#include "compare/lines.h"
#include "stats/score.h"

const char * const diff_metric_names[NR_METRICS] = {
	[METRIC_RATE] = "rate",
	[METRIC_P50] = "p50",
	[METRIC_P90] = "p90",
	[METRIC_P99] = "p99",
	[METRIC_MAX] = "max",
	[METRIC_SHARE] = "share",
};

/* Tests of a row; that of the median is made where one of the others finds something. */
enum test {
	TEST_RATE,
	TEST_RANKS,
	TEST_P90,
	TEST_P99,
	NR_TESTS,
	TEST_P50 = NR_TESTS,
	NR_TERMS
};

struct percentile {
	enum diff_metric metric;
	enum test test;
	double percent;
	__u64 min_samples;
};

static const struct percentile percentiles[] = {
	{ METRIC_P50, TEST_P50, 50, DIFF_MIN_SAMPLES },
	{ METRIC_P90, TEST_P90, 90, DIFF_MIN_P90 },
	{ METRIC_P99, TEST_P99, 99, DIFF_MIN_P99 },
};

#define NR_PERCENTILES	(sizeof(percentiles) / sizeof(percentiles[0]))

/**
 * struct comparison - state of a comparison
 * @side: the recordings
 * @least: smallest change that matters
 * @spectrum: of their intervals
 * @contrast: what rows share
 * @pairs: terms of all rows for one of the tests
 * @adjusted: terms of a row without what rows share
 * @score: room for scores
 * @pooled: room for the samples of both
 * @room: for as many numbers as there are rows
 */
struct comparison {
	const struct diff_side *side[2];
	double least;
	struct spectrum spectrum[2];
	struct contrast contrast;
	struct series_pair *pairs;
	struct series_pair adjusted;
	double score[MSHV_HIST_BUCKETS];
	struct hist pooled;
	double *room;
};

static bool have_intervals(const struct comparison *c)
{
	return c->side[0]->nr_intervals >= DIFF_MIN_INTERVALS &&
	       c->side[1]->nr_intervals >= DIFF_MIN_INTERVALS;
}

static void find_rows(const struct comparison *c, const struct diff_line *line,
		      const struct diff_row **row)
{
	row[0] = diff_row(c->side[0], line->kind, line->name);
	row[1] = diff_row(c->side[1], line->kind, line->name);
}

static void set_value(struct diff_value *value, double a, double b)
{
	value->known = true;
	value->a = a;
	value->b = b;
	value->change = a == b ? 0 : (b - a) / a;
}

/* The values of a row, and which of them are known */
static void set_values(const struct comparison *c, struct diff_line *line)
{
	const struct diff_row *row[2];
	__u64 least;
	unsigned int i;

	for (i = 0; i < NR_METRICS; i++)
		line->value[i].p = 1;
	find_rows(c, line, row);
	line->n_a = row[0] ? row[0]->hist.n : 0;
	line->n_b = row[1] ? row[1]->hist.n : 0;
	least = line->n_a < line->n_b ? line->n_a : line->n_b;
	if (!least)
		return;
	set_value(&line->value[METRIC_MAX], row[0]->max_ns, row[1]->max_ns);
	for (i = 0; i < NR_PERCENTILES; i++) {
		const struct percentile *q = &percentiles[i];
		struct diff_value *v = &line->value[q->metric];

		set_value(v, hist_quantile(&row[0]->hist, q->percent, row[0]->max_ns),
			  hist_quantile(&row[1]->hist, q->percent, row[1]->max_ns));
		v->known = least >= q->min_samples;
		v->guessed = !v->known;
		v->tested = v->known && have_intervals(c);
	}
}

static bool has_test(const struct diff_line *line, enum test test)
{
	switch (test) {
	case TEST_RATE:
		return true;
	case TEST_P90:
		return line->value[METRIC_P90].known;
	case TEST_P99:
		return line->value[METRIC_P99].known;
	default:
		return line->value[METRIC_P50].known;
	}
}

/* The scores of latencies that a test compares */
static void set_score(struct comparison *c, const struct diff_line *line, enum test test,
		      const struct diff_row **row)
{
	unsigned int i;

	for (i = 0; i < NR_PERCENTILES; i++) {
		const struct diff_value *v = &line->value[percentiles[i].metric];

		if (percentiles[i].test == test)
			score_above(sqrt(v->a * v->b), c->score);
	}
	if (test != TEST_RANKS)
		return;
	hist_clear(&c->pooled);
	hist_merge(&c->pooled, &row[0]->hist);
	hist_merge(&c->pooled, &row[1]->hist);
	score_ranks(&c->pooled, c->score);
}

static void set_terms(struct comparison *c, const struct diff_line *line, enum test test,
		      struct series_pair *pair)
{
	const struct diff_row *row[2];
	unsigned int i;

	pair->known = has_test(line, test);
	if (!pair->known)
		return;
	find_rows(c, line, row);
	if (test != TEST_RATE)
		set_score(c, line, test, row);
	for (i = 0; i < 2; i++) {
		if (test == TEST_RATE)
			series_rate(&pair->side[i], c->side[i], row[i]);
		else
			series_score(&pair->side[i], c->side[i], row[i], c->score);
	}
}

static double change_of(const struct ratio_fit *fit)
{
	return log(fit->side[1].ratio / fit->side[0].ratio);
}

/*
 * Whether a contrast speaks of the row itself. Without the change that all rows share the row's own
 * may be smaller or larger than the whole one, but a row whose whole change is small, or in the
 * other direction, has not changed.
 */
static bool is_of_row(const struct comparison *c, const struct ratio_fit *raw,
		      const struct ratio_fit *contrast)
{
	double whole = change_of(raw), own = change_of(contrast);

	return fabs(raw->side[1].ratio / raw->side[0].ratio - 1) >= c->least &&
	       fabs(own - whole) <= fabs(whole) / 2;
}

/*
 * Probability of a row's test: the lower of that of its terms as they are and that of their
 * contrast with the other rows, corrected for taking the lower one.
 */
static double test_row(struct comparison *c, unsigned int line, struct ratio_fit *raw)
{
	const struct series_pair *pair = &c->pairs[line];
	struct ratio_fit contrast;
	double p;

	series_fit(raw, pair, &c->spectrum[0], &c->spectrum[1]);
	p = ratio_p(raw);
	if (!raw->known || !contrast_adjust(&c->contrast, line, pair, &c->adjusted, c->room))
		return p;
	series_fit(&contrast, &c->adjusted, &c->spectrum[0], &c->spectrum[1]);
	if (contrast.known && is_of_row(c, raw, &contrast))
		p = fmin(p, ratio_p(&contrast));
	return fmin(2 * p, 1);
}

static void keep(const struct comparison *c, struct diff_line *line, enum test test,
		 const struct ratio_fit *raw, double p)
{
	struct diff_value *v = &line->value[METRIC_RATE];
	unsigned int i;

	if (test == TEST_RATE) {
		set_value(v, raw->side[0].ratio, raw->side[1].ratio);
		v->tested = have_intervals(c);
		v->p = p;
	}
	for (i = 0; i < NR_PERCENTILES; i++)
		if (percentiles[i].test == test)
			line->value[percentiles[i].metric].p = p;
}

/* A sum of rows, or a VP, in which all reasons are, is no control. */
static bool is_control(const struct diff_line *line)
{
	return line->kind == DIFF_EXIT || line->kind == DIFF_HVCALL;
}

static void compare_rows(struct comparison *c, struct diff_result *result, double *p)
{
	struct ratio_fit raw;
	unsigned int i, test;
	double one;

	for (test = 0; test < NR_TERMS; test++) {
		for (i = 0; i < result->nr; i++) {
			set_terms(c, &result->lines[i], test, &c->pairs[i]);
			contrast_set(&c->contrast, i, &c->pairs[i], is_control(&result->lines[i]));
		}
		for (i = 0; i < result->nr; i++) {
			one = c->pairs[i].known ? test_row(c, i, &raw) : NAN;
			if (c->pairs[i].known)
				keep(c, &result->lines[i], test, &raw, one);
			if (test < NR_TESTS)
				p[i * NR_TESTS + test] = one;
		}
	}
}

static void compare_shares(struct comparison *c, struct diff_line *line)
{
	struct diff_value *v = &line->value[METRIC_SHARE];
	struct series_pair *pair = &c->adjusted;
	const struct diff_row *row[2];
	struct ratio_fit fit;
	unsigned int i;

	if (line->kind == DIFF_HVCALL || !strcmp(line->name, "hypercalls"))
		return;
	find_rows(c, line, row);
	for (i = 0; i < 2; i++)
		series_share(&pair->side[i], c->side[i], row[i],
			     diff_row(c->side[i], DIFF_TOTAL, "exits"));
	series_fit(&fit, pair, &c->spectrum[0], &c->spectrum[1]);
	set_value(v, fit.side[0].ratio, fit.side[1].ratio);
	v->p = ratio_p(&fit);
	v->tested = have_intervals(c);
}

/* --- What was found -------------------------------------------------------------------------- */

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
	lines_judge(line, METRIC_RATE, p[TEST_RATE] < settings->level, settings);
	for (i = 0; i < NR_PERCENTILES; i++)
		each[i] = line->value[percentiles[i].metric].p;
	if (!holm_adjust(each, NR_PERCENTILES))
		return false;
	for (i = 0; i < NR_PERCENTILES; i++) {
		line->value[percentiles[i].metric].p = each[i];
		lines_judge(line, percentiles[i].metric, latency && each[i] < settings->level,
			    settings);
	}
	lines_judge(line, METRIC_SHARE,
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

static bool init(struct comparison *c, const struct diff_side *a, const struct diff_side *b,
		 const struct diff_settings *settings)
{
	unsigned int nr = a->nr_rows + b->nr_rows;

	c->side[0] = a;
	c->side[1] = b;
	c->least = settings->least;
	c->pooled.lo = MSHV_HIST_BUCKETS;
	spectrum_init(&c->spectrum[0], a->nr_intervals);
	spectrum_init(&c->spectrum[1], b->nr_intervals);
	c->pairs = calloc(nr + 1, sizeof(c->pairs[0]));
	c->room = calloc(nr + 1, sizeof(c->room[0]));
	return contrast_init(&c->contrast, nr, a->nr_intervals, b->nr_intervals) && c->pairs &&
	       c->room;
}

static void drop(struct comparison *c)
{
	if (!c)
		return;
	contrast_free(&c->contrast);
	free(c->pairs);
	free(c->room);
	free(c);
}

static bool same_cell(const struct diff_cell *x, const struct diff_cell *y)
{
	return x->count == y->count && x->time_ns == y->time_ns && x->whole_ns == y->whole_ns &&
	       x->lo == y->lo && x->nr == y->nr &&
	       (!x->nr || !memcmp(x->bucket, y->bucket, x->nr * sizeof(x->bucket[0])));
}

/**
 * diff_same() - whether two recordings are the same one
 * @a: first recording
 * @b: second one
 *
 * Two recordings never say the same of each interval to the nanosecond, but one and its copy do.
 */
bool diff_same(const struct diff_side *a, const struct diff_side *b)
{
	unsigned int i, j;

	if (a->nr_intervals != b->nr_intervals || a->nr_rows != b->nr_rows ||
	    memcmp(a->seconds, b->seconds, a->nr_intervals * sizeof(a->seconds[0])))
		return false;
	for (i = 0; i < a->nr_rows; i++) {
		const struct diff_row *x = a->rows[i], *y = diff_row(b, x->kind, x->name);

		if (!y || x->max_ns != y->max_ns)
			return false;
		for (j = 0; j < a->nr_intervals; j++)
			if (!same_cell(&x->cells[j], &y->cells[j]))
				return false;
	}
	return true;
}

/*
 * How exactly each change is known. The first test to be made has to be as unlikely as all
 * together.
 */
static bool find_intervals(struct diff_result *result, const struct comparison *c,
			   const struct diff_settings *settings)
{
	struct interval_work *w = calloc(1, sizeof(*w));
	unsigned int i;

	if (!w)
		return false;
	for (i = 0; i < 2; i++) {
		w->side[i] = c->side[i];
		w->spectrum[i] = &c->spectrum[i];
	}
	w->level = settings->level / (result->nr_tests ? result->nr_tests : 1);
	w->least = settings->least;
	for (i = 0; i < result->nr; i++)
		interval_find(w, &result->lines[i], result->same);
	free(w);
	return true;
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

	if (!lines_init(result, a, b) || !c || !p || !init(c, a, b, settings))
		goto out_free;
	for (i = 0; i < result->nr; i++) {
		set_values(c, &result->lines[i]);
		compare_shares(c, &result->lines[i]);
	}
	compare_rows(c, result, p);
	if (!correct(result, p))
		goto out_free;
	for (i = 0; i < result->nr; i++) {
		if (!judge(&result->lines[i], &p[i * NR_TESTS], settings))
			goto out_free;
		result->nr_differ += result->lines[i].differs;
	}
	result->same = diff_same(a, b);
	if (!settings->quick && !find_intervals(result, c, settings))
		goto out_free;
	lines_sort(result);
	ok = true;
out_free:
	if (!ok)
		err("out of memory");
	free(p);
	drop(c);
	return ok;
}
