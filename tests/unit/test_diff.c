// SPDX-License-Identifier: GPL-2.0
/*
 * What a comparison finds in generated recordings: nothing where there is nothing, however bursty
 * the load, and a change of a tenth where there is one. All random numbers come from fixed seeds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>

#include <cmocka.h>
#include <jansson.h>

#include "compare/diff.h"
#include "stats/holm.h"
#include "stats/student.h"
#include "load.h"

#define INTERVALS	60
#define MORE_INTERVALS	120
#define MAX_ROWS	8

static void generate_long(struct diff_side *side, unsigned int intervals, const struct load *loads,
			  unsigned int nr)
{
	assert_true(load_generate(side, intervals, loads, nr, NULL));
}

static void generate(struct diff_side *side, const struct load *loads, unsigned int nr)
{
	generate_long(side, INTERVALS, loads, nr);
}

static const struct diff_settings usual = { .level = 0.01, .least = 0.05 };
static const struct diff_settings whatever_size = { .level = 0.01 };

static const struct diff_line *find(const struct diff_result *result, const char *name)
{
	unsigned int i;

	for (i = 0; i < result->nr; i++)
		if (!strcmp(result->lines[i].name, name))
			return &result->lines[i];
	fail_msg("no row %s", name);
	return NULL;
}

/* Steady, wandering, bursty, rare, and with a heavy tail */
static const struct load mixed[] = {
	{ .name = "STEADY", .mean = 100, .median_ns = 9000, .sigma = 0.3 },
	{ .name = "WANDERS", .mean = 60, .median_ns = 12000, .sigma = 0.5, .wander = 0.3,
	  .memory = 0.6 },
	{ .name = "SWAYS", .mean = 60, .median_ns = 12000, .sigma = 0.3, .wander = 0.3,
	  .memory = 0.3 },
	{ .name = "DRIFTS", .mean = 60, .median_ns = 5000, .sigma = 0.4, .wander = 0.3,
	  .memory = 0.9 },
	{ .name = "BURSTS", .mean = 20, .median_ns = 20000, .sigma = 0.6, .burst = 0.05 },
	{ .name = "RARE", .mean = 0.3, .median_ns = 100000, .sigma = 1 },
	{ .name = "HEAVY", .mean = 80, .median_ns = 9000, .sigma = 1.2, .wander = 0.2 },
};

#define NR_MIXED	(sizeof(mixed) / sizeof(mixed[0]))

/* Return: pairs of recordings of the same load in which anything is found */
static unsigned int false_alarms(const struct load *loads, unsigned int nr, unsigned int pairs,
				 const struct diff_settings *settings)
{
	struct diff_settings quick = *settings;
	struct diff_result result;
	struct diff_side a, b;
	unsigned int alarms = 0;

	quick.quick = true;
	while (pairs--) {
		generate(&a, loads, nr);
		generate(&b, loads, nr);
		assert_true(diff_compare(&result, &a, &b, &quick));
		alarms += result.nr_differ > 0;
		diff_result_free(&result);
		diff_side_free(&a);
		diff_side_free(&b);
	}
	return alarms;
}

static void the_same_load_is_not_found_to_differ(void **state)
{
	unsigned int alarms;

	(void)state;
	load_seed(1);
	alarms = false_alarms(mixed, NR_MIXED, 1000, &usual);
	print_message("# %u of 1000 pairs\n", alarms);
	assert_true(alarms < 10);
}

/* The smallest change that matters must not be what keeps it quiet; the level is 1 %. */
static void each_kind_of_load_by_itself_keeps_to_the_level(void **state)
{
	unsigned int i, alarms;

	(void)state;
	load_seed(2);
	for (i = 0; i < NR_MIXED; i++) {
		alarms = false_alarms(&mixed[i], 1, 4000, &whatever_size);
		print_message("# %s: %u of 4000 pairs\n", mixed[i].name, alarms);
		assert_true(alarms < 40);
	}
}

/* Return: of 100 pairs those in which p99 of the row, and no other row, is found to be longer */
static unsigned int found(double scale, double tail, double sigma, double samples)
{
	const struct load before[] = {
		{ .name = "IO_PORT", .mean = samples / MORE_INTERVALS, .median_ns = 9000,
		  .sigma = sigma },
		mixed[0], mixed[1], mixed[4], mixed[5],
	};
	const unsigned int nr = sizeof(before) / sizeof(before[0]);
	struct load after[MAX_ROWS];
	unsigned int i, hits = 0;

	memcpy(after, before, sizeof(before));
	after[0].scale = scale;
	after[0].tail = tail;
	for (i = 0; i < 100; i++) {
		struct diff_rule rule;
		struct diff_settings settings = usual;
		struct diff_result result;
		const struct diff_value *p99;
		struct diff_side a, b;

		assert_true(diff_rule_parse(&rule, "p99:+5%"));
		settings.rules = &rule;
		settings.nr_rules = 1;
		settings.quick = true;
		generate_long(&a, MORE_INTERVALS, before, nr);
		generate_long(&b, MORE_INTERVALS, after, nr);
		assert_true(diff_compare(&result, &a, &b, &settings));
		p99 = &find(&result, "IO_PORT")->value[METRIC_P99];
		hits += result.nr_differ == 1 && result.lines[0].differs && p99->differs &&
			p99->change > 0.05 && p99->change < 0.16 &&
			diff_rule_row(&rule, &result.lines[0]) == DIFF_BROKEN;
		diff_result_free(&result);
		diff_side_free(&a);
		diff_side_free(&b);
	}
	print_message("# %u of 100\n", hits);
	return hits;
}

static void a_tenth_more_latency_is_found_with_10000_samples(void **state)
{
	(void)state;
	load_seed(3);
	assert_true(found(1.1, 0, 0.3, 10000) >= 90);
}

static void a_tenth_more_in_the_tail_alone_is_found_with_15000_samples(void **state)
{
	(void)state;
	load_seed(4);
	assert_true(found(0, 1.1, 0.2, 15000) >= 90);
}

static void a_rate_that_changes_is_found(void **state)
{
	const struct load before = { .name = "CPUID", .mean = 100, .median_ns = 9000, .sigma = 1,
				     .wander = 0.1, .memory = 0.3 };
	struct load after = before;
	struct diff_result result;
	struct diff_side a, b;
	const struct diff_line *line;

	(void)state;
	load_seed(5);
	after.mean = 130;
	generate(&a, &before, 1);
	generate(&b, &after, 1);
	assert_true(diff_compare(&result, &a, &b, &usual));
	line = find(&result, "CPUID");
	assert_true(line->value[METRIC_RATE].differs);
	assert_true(fabs(line->value[METRIC_RATE].change - 0.3) < 0.1);
	assert_false(line->value[METRIC_P99].differs);
	diff_result_free(&result);
	diff_side_free(&a);
	diff_side_free(&b);
}

/* Five events in a row are no more than one when it comes to what may come again. */
static void one_burst_proves_nothing(void **state)
{
	struct load nothing = { .name = "OTHER", .mean = 0, .median_ns = 9000 };
	const struct diff_cell burst = { .count = 50, .time_ns = 50 * 9000.0, .whole_ns = 0 };
	struct hist *hist = hist_new();
	struct diff_result result;
	struct diff_side a, b;

	(void)state;
	load_seed(6);
	hist_add(hist, hist_index(9000), 50);
	generate(&a, &nothing, 1);
	generate(&b, &nothing, 1);
	assert_true(diff_add(&b, DIFF_EXIT, "OTHER", 7, &burst, hist, 9000));
	assert_true(diff_compare(&result, &a, &b, &usual));
	assert_int_equal(result.nr_differ, 0);
	diff_result_free(&result);
	diff_side_free(&a);
	diff_side_free(&b);
	free(hist);
}

static void rules_are_read(void **state)
{
	static const char * const bad[] = {
		"p99", "p99:", "p99:10%", "p99:+10", "p98:+10%", "p99:+%", "p99:+0%", ":+1%",
		"p99:+1e400%", "p99:+-1%", "p99:+5%x", "", "p9:+5%",
	};
	struct diff_rule rule;
	unsigned int i;

	(void)state;
	assert_true(diff_rule_parse(&rule, "share:-2.5%"));
	assert_int_equal(rule.metric, METRIC_SHARE);
	assert_true(fabs(rule.change + 0.025) < 1e-12);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (diff_rule_parse(&rule, bad[i]))
			fail_msg("'%s' is taken for a rule", bad[i]);
}

static void both_views_say_which_row_breaks_a_rule(void **state)
{
	const struct load before = { .name = "MSR", .mean = 200, .median_ns = 9000, .sigma = 0.2 };
	struct load after = before;
	struct diff_settings settings = usual;
	struct diff_result result;
	struct diff_rule rule;
	struct diff_side a, b;
	char *text, *slower;
	size_t size;
	FILE *out;
	json_t *root, *row;

	(void)state;
	load_seed(7);
	after.scale = 1.5;
	generate(&a, &before, 1);
	generate(&b, &after, 1);
	assert_true(diff_rule_parse(&rule, "p99:+10%"));
	settings.rules = &rule;
	settings.nr_rules = 1;
	assert_true(diff_compare(&result, &a, &b, &settings));
	out = open_memstream(&text, &size);
	diff_text(out, &a, &b, &result, &settings, 200);
	fclose(out);
	assert_non_null(strstr(text, "slower"));
	assert_non_null(strstr(text, "1 of 1 rows differs by 5 % or more at 1 %"));
	slower = strstr(text, "Slower: exit MSR (p");
	assert_non_null(slower);
	assert_non_null(strstr(slower, " us, +5"));
	assert_non_null(strstr(text, "Rule p99:+10% is broken by: exit MSR.\n"));
	free(text);
	out = open_memstream(&text, &size);
	assert_true(diff_json(out, &a, &b, &result, &settings));
	fclose(out);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	row = json_array_get(json_object_get(root, "rows"), 0);
	assert_true(json_is_true(json_object_get(row, "differs")));
	assert_true(json_is_true(json_object_get(json_object_get(row, "p99_ns"), "differs")));
	row = json_array_get(json_object_get(root, "rules"), 0);
	assert_int_equal(json_array_size(json_object_get(row, "broken_by")), 1);
	json_decref(root);
	free(text);
	diff_result_free(&result);
	diff_side_free(&a);
	diff_side_free(&b);
}

/* The answer to a rule, on so many intervals with so many events each, scaled in the second */
static enum diff_answer answer(const char *text, unsigned int intervals, double mean, double scale,
			       bool damaged)
{
	const struct load before = {
		.name = "MSR", .mean = mean, .median_ns = 20000, .sigma = 0.8, .wander = 0.3,
		.memory = 0.3,
	};
	struct load after = before;
	struct diff_settings settings = usual;
	struct diff_result result;
	enum diff_answer all;
	struct diff_rule rule;
	struct diff_side a, b;

	after.scale = scale;
	load_seed(intervals);
	generate_long(&a, intervals, &before, 1);
	if (!scale)
		load_seed(intervals);
	generate_long(&b, intervals, &after, 1);
	b.damaged = damaged;
	assert_true(diff_rule_parse(&rule, text));
	settings.rules = &rule;
	settings.nr_rules = 1;
	assert_true(diff_compare(&result, &a, &b, &settings));
	all = diff_rule_answer(&rule, &result);
	diff_result_free(&result);
	diff_side_free(&a);
	diff_side_free(&b);
	return all;
}

static void a_rule_that_could_not_be_tested_does_not_hold(void **state)
{
	(void)state;
	load_seed(11);
	/* Enough of everything, and the same twice */
	assert_int_equal(answer("p99:+10%", 60, 200, 0, false), DIFF_HOLDS);
	assert_int_equal(answer("rate:+10%", 60, 200, 0, false), DIFF_HOLDS);
	assert_int_equal(answer("p99:+10%", 60, 200, 10, false), DIFF_BROKEN);
	/* Too few intervals, however large the change is, and if there is none */
	assert_int_equal(answer("p99:+10%", 3, 400, 10, false), DIFF_UNKNOWN);
	assert_int_equal(answer("p99:+10%", 3, 400, 0, false), DIFF_UNKNOWN);
	assert_int_equal(answer("rate:+10%", 3, 400, 0, false), DIFF_UNKNOWN);
	/* Too few events for a 99th percentile, which is ten times as long */
	assert_int_equal(answer("p99:+10%", 20, 2, 10, false), DIFF_UNKNOWN);
	/* Nothing that could be tested at all */
	assert_int_equal(answer("p99:+10%", 20, 2, 0, false), DIFF_UNKNOWN);
	/* What is missing may break it; what is there does, whatever is missing. */
	assert_int_equal(answer("p99:+10%", 60, 200, 0, true), DIFF_UNKNOWN);
	assert_int_equal(answer("p99:+10%", 60, 200, 10, true), DIFF_BROKEN);
}

/* A change that was not found may still be there. */
static void a_rule_holds_only_where_the_interval_excludes_that_it_is_broken(void **state)
{
	(void)state;
	load_seed(12);
	assert_int_equal(answer("p99:+200%", 60, 200, 1, false), DIFF_HOLDS);
	assert_int_equal(answer("p99:-90%", 60, 200, 1, false), DIFF_HOLDS);
	assert_int_equal(answer("rate:+300%", 60, 200, 1, false), DIFF_HOLDS);
	assert_int_equal(answer("p99:+200%", 60, 5, 1, false), DIFF_UNKNOWN);
	assert_int_equal(answer("p99:+10%", 60, 5, 1, false), DIFF_UNKNOWN);
	assert_int_equal(answer("rate:+5%", 10, 5, 1, false), DIFF_UNKNOWN);
	/* What became faster did not become slower. */
	assert_int_equal(answer("p99:+10%", 60, 200, 0.1, false), DIFF_HOLDS);
}

static void each_change_has_its_interval_in_80_columns(void **state)
{
	const struct load before[] = {
		{ .name = "MSR", .mean = 200, .median_ns = 9000, .sigma = 0.2 },
		{ .name = "a-VMM-of-15-let#4096/4095", .mean = 40, .median_ns = 1e9, .sigma = 0.2 },
		{ .name = "a-VMM-whose-name-has\\x1b\\x1b\\x1b#4096/4095", .mean = 50,
		  .median_ns = 5e9, .sigma = 3 },
	};
	const unsigned int nr = sizeof(before) / sizeof(before[0]);
	struct load after[MAX_ROWS];
	struct diff_result result;
	const struct diff_value *v;
	struct diff_side a, b;
	char *text, *line;
	size_t size;
	FILE *out;

	(void)state;
	load_seed(13);
	memcpy(after, before, sizeof(before));
	after[0].scale = 1.5;
	generate(&a, before, nr);
	generate(&b, after, nr);
	assert_true(diff_compare(&result, &a, &b, &usual));
	v = &find(&result, "MSR")->value[METRIC_P90];
	assert_true(v->bounded && v->low < 0.5 && v->high > 0.5 && v->high - v->low < 0.1);
	v = &result.lines[1].value[METRIC_P50];
	assert_true(v->bounded && v->low < 0 && v->high > 0 && v->shows > v->high);
	out = open_memstream(&text, &size);
	diff_text(out, &a, &b, &result, &usual, 80);
	fclose(out);
	assert_non_null(strstr(text, "exit MSR: slower, p < 1e-9\n"));
	assert_non_null(strstr(text, " +50 %   [+4"));
	assert_non_null(strstr(text, " changes over "));
	assert_non_null(strstr(text, "exit a-VMM-whose-name-has\\x1b\\x1b\\x1b#4096/4095\n"));
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (strlen(line) > 80 && !strstr(line, "Slower"))
			fail_msg("over 80 columns: '%s'", line);
	free(text);
	diff_result_free(&result);
	diff_side_free(&a);
	diff_side_free(&b);
}

static void what_is_not_compared_is_said(void **state)
{
	const struct load load = {
		.name = "MSR", .mean = 200, .median_ns = 20000, .sigma = 0.8, .wander = 0.3,
		.memory = 0.3,
	};
	struct diff_cell cell = { .count = 1 };
	struct diff_result result;
	struct diff_side a, b;
	struct hist hist;
	char *text;
	size_t size;
	FILE *out;

	(void)state;
	hist_init(&hist);
	generate(&a, &load, 1);
	generate(&b, &load, 1);
	assert_true(diff_add(&a, DIFF_VP, "qemu#1/0", 0, &cell, &hist, 0));
	assert_true(diff_add(&b, DIFF_VP, "crosvm#1/0", 0, &cell, &hist, 0));
	strcpy(a.facts[DIFF_KERNEL], "6.1");
	strcpy(b.facts[DIFF_KERNEL], "6.12");
	strcpy(a.facts[DIFF_DETAILS], "yes");
	strcpy(b.facts[DIFF_DETAILS], "yes");
	assert_true(diff_compare(&result, &a, &b, &usual));
	out = open_memstream(&text, &size);
	diff_text(out, &a, &b, &result, &usual, 200);
	fclose(out);
	assert_non_null(strstr(text, "Not recorded the same way: kernel 6.1 / 6.12.\n"));
	assert_non_null(strstr(text, "Not compared, only in the first: vp qemu#1/0.\n"));
	assert_non_null(strstr(text, "Not compared, only in the second: vp crosvm#1/0.\n"));
	free(text);
	diff_result_free(&result);
	diff_side_free(&a);
	diff_side_free(&b);
}

/* Values of tables: Abramowitz and Stegun, table 26.10, and the normal distribution */
static void students_t_has_its_probabilities(void **state)
{
	(void)state;
	assert_true(fabs(student_two_sided(12.706, 1) - 0.05) < 1e-5);
	assert_true(fabs(student_two_sided(2.228, 10) - 0.05) < 1e-4);
	assert_true(fabs(student_two_sided(-3.169, 10) - 0.01) < 1e-4);
	assert_true(fabs(student_two_sided(2.576, 1e7) - 0.01) < 1e-4);
	assert_true(student_two_sided(0, 5) == 1);
	assert_true(fabs(student_two_sided(6, 1e9) / 1.973e-9 - 1) < 1e-3);
	assert_true(student_two_sided(40, 1e9) < 1e-300);
}

static void holm_multiplies_by_what_is_left(void **state)
{
	double p[] = { 0.02, 0.001, 0.5, 0.04 };

	(void)state;
	assert_true(holm_adjust(p, 4));
	assert_true(fabs(p[1] - 0.004) < 1e-12);
	assert_true(fabs(p[0] - 0.06) < 1e-12);
	assert_true(fabs(p[3] - 0.08) < 1e-12);
	assert_true(fabs(p[2] - 0.5) < 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_load_is_not_found_to_differ),
		cmocka_unit_test(each_kind_of_load_by_itself_keeps_to_the_level),
		cmocka_unit_test(a_tenth_more_latency_is_found_with_10000_samples),
		cmocka_unit_test(a_tenth_more_in_the_tail_alone_is_found_with_15000_samples),
		cmocka_unit_test(a_rate_that_changes_is_found),
		cmocka_unit_test(one_burst_proves_nothing),
		cmocka_unit_test(rules_are_read),
		cmocka_unit_test(both_views_say_which_row_breaks_a_rule),
		cmocka_unit_test(a_rule_that_could_not_be_tested_does_not_hold),
		cmocka_unit_test(a_rule_holds_only_where_the_interval_excludes_that_it_is_broken),
		cmocka_unit_test(each_change_has_its_interval_in_80_columns),
		cmocka_unit_test(what_is_not_compared_is_said),
		cmocka_unit_test(students_t_has_its_probabilities),
		cmocka_unit_test(holm_multiplies_by_what_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
