// SPDX-License-Identifier: GPL-2.0
/*
 * Several recordings of each kind. A run of the same load is not like the one before: memory lies
 * elsewhere, the host has other load. What a single pair of recordings cannot tell from a change,
 * the difference between runs of the same kind does. So a run is one value of each metric, as a
 * logarithm, and Student's test compares the runs' means, with the variance between runs of the
 * same kind (moderate.c). How intervals within a run differ does not matter.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "compare/lines.h"
#include "compare/runs.h"
#include "err.h"
#include "stats/holm.h"
#include "stats/moderate.h"
#include "stats/student.h"

#define COVERAGE	0.95
#define MISSED		0.02	/* as in interval.c */

/* Runs of a percentile or a share vary by this at least: times are told apart by buckets only. */
#define MIN_DEVIATION	0.005

/* The metrics that are tested, and the samples that each run needs */
static const struct {
	enum diff_metric metric;
	double percent;
	__u64 min_samples;
} metrics[] = {
	{ METRIC_RATE, 0, 0 },
	{ METRIC_P50, 50, DIFF_MIN_SAMPLES },
	{ METRIC_P90, 90, DIFF_MIN_P90 },
	{ METRIC_P99, 99, DIFF_MIN_P99 },
	{ METRIC_SHARE, 0, 0 },
};

#define NR_METRICS_TESTED	(sizeof(metrics) / sizeof(metrics[0]))

static bool add_run(struct diff_side *joined, const struct diff_side *run, unsigned int at)
{
	unsigned int i, j;

	for (i = 0; i < run->nr_rows; i++) {
		const struct diff_row *row = run->rows[i];
		struct diff_row *sum;

		for (j = 0; j < run->nr_intervals; j++)
			if (!diff_add(joined, row->kind, row->name, at + j, &row->cells[j], NULL,
				      row->max_ns))
				return false;
		sum = diff_row(joined, row->kind, row->name);
		if (sum)
			hist_merge(&sum->hist, &row->hist);
	}
	memcpy(&joined->seconds[at], run->seconds, run->nr_intervals * sizeof(run->seconds[0]));
	joined->lost += run->lost;
	joined->damaged |= run->damaged;
	return true;
}

/**
 * runs_join() - one recording that has what several have
 * @joined: the result, all zero but for its path; for diff_side_free() in any case
 * @runs: the recordings, at least one
 * @nr: how many
 *
 * A fact that differs between the recordings is "different".
 *
 * Return: false without memory.
 */
bool runs_join(struct diff_side *joined, const struct diff_side *runs, unsigned int nr)
{
	unsigned int i, fact, intervals = 0;

	for (i = 0; i < nr; i++)
		intervals += runs[i].nr_intervals;
	if (!diff_side_init(joined, intervals))
		return false;
	memcpy(joined->facts, runs[0].facts, sizeof(joined->facts));
	snprintf(joined->title, sizeof(joined->title), "%u runs, the first: %.120s", nr,
		 runs[0].title);
	for (intervals = 0, i = 0; i < nr; i++) {
		if (!add_run(joined, &runs[i], intervals))
			return false;
		intervals += runs[i].nr_intervals;
		for (fact = 0; fact < DIFF_NR_FACTS; fact++)
			if (diff_fact_differs(&runs[0], &runs[i], fact))
				strcpy(joined->facts[fact], "different");
	}
	return true;
}

static double rate_of(const struct diff_side *run, const struct diff_row *row)
{
	double count = 0, seconds = 0;
	unsigned int i;

	for (i = 0; i < run->nr_intervals; i++) {
		count += row ? row->cells[i].count : 0;
		seconds += run->seconds[i];
	}
	return seconds > 0 ? count / seconds : 0;
}

static double share_of(const struct diff_side *run, const struct diff_row *row)
{
	double part = 0, whole = 0;
	unsigned int i;

	for (i = 0; row && i < run->nr_intervals; i++) {
		part += row->cells[i].time_ns;
		whole += row->cells[i].whole_ns;
	}
	return whole > 0 ? part / whole : 0;
}

/* A metric of a run; 0 where there are too few samples, or nothing */
static double value_of(const struct diff_side *run, const struct diff_line *line, unsigned int which)
{
	const struct diff_row *row = diff_row(run, line->kind, line->name);

	if (metrics[which].metric == METRIC_RATE)
		return rate_of(run, row);
	if (metrics[which].metric == METRIC_SHARE)
		return line->kind == DIFF_HVCALL ? 0 : share_of(run, row);
	if (!row || row->hist.n < metrics[which].min_samples)
		return 0;
	return hist_quantile(&row->hist, metrics[which].percent, row->max_ns);
}

/**
 * struct moments - the runs of one kind, as logarithms
 * @nr: runs
 * @mean: their mean
 * @squares: sum of the squared distances from the mean
 */
struct moments {
	unsigned int nr;
	double mean;
	double squares;
};

static struct moments moments_of(const struct diff_side *runs, unsigned int nr,
				 const struct diff_line *line, unsigned int which)
{
	struct moments m = { .nr = nr };
	unsigned int i;

	for (i = 0; i < nr; i++)
		m.mean += log(value_of(&runs[i], line, which)) / nr;
	for (i = 0; isfinite(m.mean) && i < nr; i++)
		m.squares += pow(log(value_of(&runs[i], line, which)) - m.mean, 2);
	return m;
}

/**
 * struct work - state of a comparison
 * @runs: the runs of each kind
 * @nr: how many
 * @joined: all of each kind in one
 * @df: degrees of freedom of a row's variance
 * @moments: of each row, of each kind, for one metric
 * @variance: of each row, for one metric; 0: unknown
 */
struct work {
	const struct diff_side *runs[2];
	unsigned int nr[2];
	const struct diff_side *joined;
	double df;
	struct moments (*moments)[2];
	double *variance;
};

static void set_value(struct diff_value *v, double a, double b)
{
	v->a = a;
	v->b = b;
	v->change = a == b ? 0 : (b - a) / a;
}

/* The values of a row as they would be in one long recording, for those that have no logarithm */
static void set_joined(const struct work *w, struct diff_line *line)
{
	const struct diff_row *row[2];
	unsigned int i, j;

	for (i = 0; i < 2; i++)
		row[i] = diff_row(&w->joined[i], line->kind, line->name);
	line->n_a = row[0] ? row[0]->hist.n : 0;
	line->n_b = row[1] ? row[1]->hist.n : 0;
	for (i = 0; i < NR_METRICS; i++) {
		line->value[i].p = 1;
		line->value[i].low = -1;
		line->value[i].high = INFINITY;
		line->value[i].shows = INFINITY;
	}
	for (i = 0; i < NR_METRICS_TESTED; i++) {
		struct diff_value *v = &line->value[metrics[i].metric];
		double x[2];

		for (j = 0; j < 2; j++)
			x[j] = value_of(&w->joined[j], line, i);
		set_value(v, x[0], x[1]);
		v->known = metrics[i].metric == METRIC_RATE;
		v->guessed = !v->known && x[0] > 0 && x[1] > 0;
	}
	if (!line->n_a || !line->n_b)
		return;
	set_value(&line->value[METRIC_MAX], row[0]->max_ns, row[1]->max_ns);
	line->value[METRIC_MAX].known = true;
}

/* Variance that the logarithm of a metric has between runs at least */
static double floor_of(const struct work *w, const struct diff_line *line, unsigned int which)
{
	double events = line->n_a + line->n_b;

	/* The count of independent events has Poisson's distribution. */
	if (metrics[which].metric == METRIC_RATE && events > 0)
		return (w->nr[0] + w->nr[1]) / events;
	return MIN_DEVIATION * MIN_DEVIATION;
}

static void set_moments(struct work *w, const struct diff_result *result, unsigned int which)
{
	unsigned int i, j;

	for (i = 0; i < result->nr; i++) {
		for (j = 0; j < 2; j++)
			w->moments[i][j] = moments_of(w->runs[j], w->nr[j], &result->lines[i],
						      which);
		w->variance[i] = 0;
		if (isfinite(w->moments[i][0].mean) && isfinite(w->moments[i][1].mean))
			w->variance[i] = fmax((w->moments[i][0].squares +
					       w->moments[i][1].squares) / w->df,
					      floor_of(w, &result->lines[i], which));
	}
}

/* Return: t that is exceeded in either direction with a probability */
static double critical(double p, double df)
{
	double low = 0, high = 1, middle;
	unsigned int i;

	while (student_two_sided(high, df) > p && high < 1e12)
		high *= 2;
	for (i = 0; i < 50; i++) {
		middle = (low + high) / 2;
		if (student_two_sided(middle, df) > p)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static void test_row(const struct work *w, struct diff_value *v, unsigned int row,
		     const struct moderate_prior *prior, const struct diff_settings *settings,
		     unsigned int nr_tests)
{
	const struct moments *m = w->moments[row];
	double df = w->df + prior->df, change = m[1].mean - m[0].mean, variance, error;

	/* A row that varies more than is usual does so by itself, and the others say nothing. */
	variance = (w->variance[row] * w->df + prior->variance * prior->df) / df;
	if (w->variance[row] > variance) {
		variance = w->variance[row];
		df = w->df;
	}
	error = sqrt(variance * (1.0 / m[0].nr + 1.0 / m[1].nr));
	v->known = true;
	v->guessed = false;
	v->tested = true;
	v->bounded = true;
	set_value(v, exp(m[0].mean), exp(m[1].mean));
	v->p = student_two_sided(change / error, df);
	v->low = exp(change - critical(1 - COVERAGE, df) * error) - 1;
	v->high = exp(change + critical(1 - COVERAGE, df) * error) - 1;
	v->shows = fmax(exp((critical(settings->level / nr_tests, df) + critical(MISSED, df)) *
			    error) - 1, settings->least);
}

/* Rows whose runs all have a value of each metric, that is, tests */
static unsigned int count_tests(struct work *w, const struct diff_result *result)
{
	unsigned int which, i, nr = 0;

	for (which = 0; which < NR_METRICS_TESTED; which++) {
		set_moments(w, result, which);
		for (i = 0; i < result->nr; i++)
			nr += isfinite(w->moments[i][0].mean) && isfinite(w->moments[i][1].mean);
	}
	return nr;
}

static bool correct(struct diff_result *result)
{
	double *p = calloc(result->nr * NR_METRICS_TESTED + 1, sizeof(*p));
	unsigned int i, j, nr = 0;
	bool ok = p;

	for (i = 0; ok && i < result->nr; i++)
		for (j = 0; j < NR_METRICS_TESTED; j++)
			if (result->lines[i].value[metrics[j].metric].tested)
				p[nr++] = result->lines[i].value[metrics[j].metric].p;
	ok = ok && holm_adjust(p, nr);
	for (nr = 0, i = 0; ok && i < result->nr; i++)
		for (j = 0; j < NR_METRICS_TESTED; j++)
			if (result->lines[i].value[metrics[j].metric].tested)
				result->lines[i].value[metrics[j].metric].p = p[nr++];
	free(p);
	return ok;
}

static void judge(struct diff_result *result, const struct diff_settings *settings)
{
	unsigned int i, j;

	for (i = 0; i < result->nr; i++) {
		struct diff_line *line = &result->lines[i];

		line->p = 1;
		for (j = 0; j < NR_METRICS_TESTED; j++) {
			struct diff_value *v = &line->value[metrics[j].metric];

			line->p = fmin(line->p, v->p);
			lines_judge(line, metrics[j].metric,
				    v->tested && v->p < settings->level, settings);
		}
		result->nr_differ += line->differs;
	}
}

/**
 * runs_compare() - compare several recordings of each kind
 * @result: the result; for diff_result_free() in any case
 * @a: recordings of the first kind
 * @nr_a: how many
 * @b: recordings of the second kind
 * @nr_b: how many; at least 3 together with @nr_a
 * @joined: runs_join() of each
 * @settings: how to compare
 *
 * Return: false without memory, which has been reported.
 */
bool runs_compare(struct diff_result *result, const struct diff_side *a, unsigned int nr_a,
		  const struct diff_side *b, unsigned int nr_b, const struct diff_side *joined,
		  const struct diff_settings *settings)
{
	struct work w = {
		.runs = { a, b }, .nr = { nr_a, nr_b }, .joined = joined, .df = nr_a + nr_b - 2,
	};
	struct moderate_prior prior;
	unsigned int which, i;
	bool ok = lines_init(result, &joined[0], &joined[1]);

	w.moments = calloc(result->nr + 1, sizeof(w.moments[0]));
	w.variance = calloc(result->nr + 1, sizeof(w.variance[0]));
	ok = ok && w.moments && w.variance;
	for (i = 0; ok && i < result->nr; i++)
		set_joined(&w, &result->lines[i]);
	if (ok)
		result->nr_tests = count_tests(&w, result);
	for (which = 0; ok && which < NR_METRICS_TESTED; which++) {
		set_moments(&w, result, which);
		prior = moderate_prior(w.variance, result->nr, w.df);
		for (i = 0; i < result->nr; i++)
			if (isfinite(w.moments[i][0].mean) && isfinite(w.moments[i][1].mean))
				test_row(&w, &result->lines[i].value[metrics[which].metric], i,
					 &prior, settings, result->nr_tests);
	}
	ok = ok && correct(result);
	if (ok) {
		judge(result, settings);
		lines_sort(result);
	} else {
		err("out of memory");
	}
	free(w.moments);
	free(w.variance);
	return ok;
}
