// SPDX-License-Identifier: GPL-2.0
/*
 * What a comparison of several recordings of each kind finds: nothing where only runs differ from
 * each other, and a change that is larger than that. All random numbers come from fixed seeds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>

#include <cmocka.h>

#include "compare/diff.h"
#include "compare/runs.h"
#include "load.h"
#include "stats/moderate.h"

#define RUNS		3
#define INTERVALS	40

static const struct diff_settings usual = { .level = 0.01, .least = 0.05 };

static const struct load rows[] = {
	{ .name = "IO_PORT", .mean = 60, .median_ns = 16000, .sigma = 0.5, .wander = 0.1 },
	{ .name = "CPUID", .mean = 40, .median_ns = 12000, .sigma = 0.3, .wander = 0.3,
	  .memory = 0.9 },
	{ .name = "MSR", .mean = 25, .median_ns = 9000, .sigma = 1.2 },
	{ .name = "HALT", .mean = 15, .median_ns = 90000, .sigma = 0.8 },
	{ .name = "BURSTS", .mean = 10, .median_ns = 90000, .sigma = 0.8, .burst = 0.05 },
	{ .name = "RARE", .mean = 0.5, .median_ns = 40000, .sigma = 1 },
};

#define NR_ROWS		(sizeof(rows) / sizeof(rows[0]))

/**
 * struct outcome - what was found in comparisons
 * @found: those in which anything was found
 * @hits: those in which p90 of the first row was
 * @intervals: intervals of the others
 * @covering: those which the true change, none, is in
 */
struct outcome {
	unsigned int found;
	unsigned int hits;
	unsigned int intervals;
	unsigned int covering;
};

static void count(struct outcome *o, const struct diff_result *result, double scale)
{
	unsigned int i, j;

	o->found += result->nr_differ > 0;
	for (i = 0; i < result->nr; i++) {
		const struct diff_line *line = &result->lines[i];

		if (!strcmp(line->name, rows[0].name)) {
			o->hits += line->value[METRIC_P90].differs &&
				   line->value[METRIC_P90].low < scale - 1 &&
				   line->value[METRIC_P90].high > scale - 1;
			continue;
		}
		for (j = 0; j < NR_METRICS; j++) {
			if (!line->value[j].bounded)
				continue;
			o->intervals++;
			o->covering += line->value[j].low <= 0 && line->value[j].high >= 0;
		}
	}
}

/* Runs of which each has other rates; in the second kind, latencies of the first row are scaled. */
static struct outcome compare(unsigned int times, double scale)
{
	struct load loads[NR_ROWS];
	struct outcome o = { 0 };
	unsigned int i, j;

	for (; times; times--) {
		struct diff_side run[2][RUNS], joined[2];
		struct diff_result result;

		memset(joined, 0, sizeof(joined));
		for (i = 0; i < 2; i++) {
			memcpy(loads, rows, sizeof(loads));
			loads[0].scale = i ? scale : 1;
			for (j = 0; j < RUNS; j++) {
				struct load_host host = { .rate = exp(0.2 * load_normal()) };

				assert_true(load_generate(&run[i][j], INTERVALS, loads, NR_ROWS,
							  &host));
			}
			assert_true(runs_join(&joined[i], run[i], RUNS));
		}
		assert_true(runs_compare(&result, run[0], RUNS, run[1], RUNS, joined, &usual));
		count(&o, &result, scale);
		diff_result_free(&result);
		for (i = 0; i < 2; i++) {
			for (j = 0; j < RUNS; j++)
				diff_side_free(&run[i][j]);
			diff_side_free(&joined[i]);
		}
	}
	return o;
}

static void runs_that_differ_among_themselves_prove_nothing(void **state)
{
	struct outcome o;

	(void)state;
	load_seed(1);
	o = compare(1000, 1);
	print_message("# found in %u of 1000, %.1f %% of %u intervals\n", o.found,
		      100.0 * o.covering / o.intervals, o.intervals);
	assert_true(o.found < 10);
	assert_true(o.covering > 0.94 * o.intervals);
}

static void a_change_beyond_that_is_found(void **state)
{
	struct outcome o;

	(void)state;
	load_seed(2);
	o = compare(100, 2);
	print_message("# found in %u of 100\n", o.hits);
	assert_true(o.hits >= 85);
}

static void runs_are_joined(void **state)
{
	struct diff_side run[2], joined = { 0 };

	(void)state;
	load_seed(3);
	assert_true(load_generate(&run[0], 5, rows, 2, NULL));
	assert_true(load_generate(&run[1], 7, rows, 3, NULL));
	strcpy(run[0].facts[DIFF_HOST], "one");
	strcpy(run[1].facts[DIFF_HOST], "two");
	run[1].damaged = true;
	assert_true(runs_join(&joined, run, 2));
	assert_int_equal(joined.nr_intervals, 12);
	assert_int_equal(joined.nr_rows, 3);
	assert_true(joined.damaged);
	assert_string_equal(joined.facts[DIFF_HOST], "different");
	assert_int_equal(diff_row(&joined, DIFF_EXIT, "CPUID")->hist.n,
			 diff_row(&run[0], DIFF_EXIT, "CPUID")->hist.n +
			 diff_row(&run[1], DIFF_EXIT, "CPUID")->hist.n);
	assert_true(diff_same(&run[0], &run[0]));
	assert_false(diff_same(&run[0], &run[1]));
	diff_side_free(&run[0]);
	diff_side_free(&run[1]);
	diff_side_free(&joined);
}

/* Rows that vary alike say how much one varies, rows that do not say nothing. */
static void what_is_usual_is_worth_more_the_more_rows_are_alike(void **state)
{
	const double alike[] = { 1, 1.1, 0.9, 1, 1.05, 0.95 };
	const double unlike[] = { 1e-6, 1e6, 1e-3, 1e3, 1, 1e9 };
	struct moderate_prior prior;

	(void)state;
	prior = moderate_prior(alike, 6, 4);
	assert_true(prior.df == 2 && prior.variance > 0.9 && prior.variance < 1.6);
	prior = moderate_prior(unlike, 6, 4);
	assert_true(prior.df < 0.5);
	assert_true(moderate_prior(alike, 3, 4).df == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_that_differ_among_themselves_prove_nothing),
		cmocka_unit_test(a_change_beyond_that_is_found),
		cmocka_unit_test(runs_are_joined),
		cmocka_unit_test(what_is_usual_is_worth_more_the_more_rows_are_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
