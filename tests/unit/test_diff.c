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
#include "compare/holm.h"
#include "compare/student.h"

#define INTERVALS	60
#define MORE_INTERVALS	120
#define NR_NORMALS	8192
#define MAX_ROWS	8

static double normals[NR_NORMALS];	/* quantiles of the normal distribution, evenly spaced */
static __u64 seed;

/* xorshift64*, Vigna, ACM Trans. Math. Softw. 42 (2016) 30 */
static __u64 number(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 2685821657736338717ULL;
}

static double uniform(void)
{
	return (number() >> 11) * 0x1p-53;
}

static double normal(void)
{
	return normals[number() >> 51];
}

static unsigned int poisson(double mean)
{
	double limit = exp(-mean), product = uniform();
	unsigned int n = 0;

	if (mean > 500)
		return mean + sqrt(mean) * normal() + 0.5;
	for (; product > limit; product *= uniform())
		n++;
	return n;
}

static int fill_normals(void **state)
{
	double low, high, middle, p;
	unsigned int i, j;

	(void)state;
	for (i = 0; i < NR_NORMALS; i++) {
		p = (i + 0.5) / NR_NORMALS;
		low = -6;
		high = 6;
		for (j = 0; j < 40; j++) {
			middle = (low + high) / 2;
			if (erfc(-middle / M_SQRT2) / 2 < p)
				low = middle;
			else
				high = middle;
		}
		normals[i] = low;
	}
	return 0;
}

/**
 * struct load - how a row behaves
 * @name: the row
 * @mean: events in an interval
 * @median_ns: of the latency
 * @sigma: of the latency's logarithm
 * @wander: how far rate and latency wander from interval to interval, as a logarithm
 * @memory: how much of that stays for the next interval, 0..1
 * @burst: chance that a burst begins in an interval, of five intervals' mean length
 * @scale: all latencies are longer by this factor
 * @tail: those above the 98th percentile are longer by this factor
 */
struct load {
	const char *name;
	double mean;
	double median_ns;
	double sigma;
	double wander;
	double memory;
	double burst;
	double scale;
	double tail;
};

static double latency(const struct load *load, double log_scale)
{
	double z = normal(), ns = load->median_ns * exp(load->sigma * z + log_scale);

	if (load->scale)
		ns *= load->scale;
	if (load->tail && z > 2.0537)
		ns *= load->tail;
	return ns;
}

static void generate_row(struct diff_side *side, const struct load *load)
{
	double wander = load->wander * normal();
	bool burst = load->burst && uniform() < 0.2;
	unsigned int i, j, n;
	struct hist *hist = hist_new();
	__u64 max_ns = 0, ns;

	for (i = 0; i < side->nr_intervals; i++) {
		struct diff_cell cell = { .whole_ns = 2e9 };

		wander = load->memory * wander +
			 load->wander * sqrt(1 - load->memory * load->memory) * normal();
		if (load->burst)
			burst = uniform() < (burst ? 0.8 : load->burst);
		n = poisson(load->mean * exp(wander) * (burst ? 8 : 1));
		hist_clear(hist);
		for (j = 0; j < n; j++) {
			ns = latency(load, wander / 4 + (burst ? 1 : 0));
			hist_add(hist, hist_index(ns), 1);
			cell.time_ns += ns;
			if (ns > max_ns)
				max_ns = ns;
		}
		cell.count = n;
		assert_true(diff_add(side, DIFF_EXIT, load->name, i, &cell, hist, max_ns));
	}
	free(hist);
}

static void generate_long(struct diff_side *side, unsigned int intervals, const struct load *loads,
			  unsigned int nr)
{
	unsigned int i;

	memset(side, 0, sizeof(*side));
	side->path = "generated";
	assert_true(diff_side_init(side, intervals));
	for (i = 0; i < intervals; i++)
		side->seconds[i] = 1;
	for (i = 0; i < nr; i++)
		generate_row(side, &loads[i]);
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
	struct diff_result result;
	struct diff_side a, b;
	unsigned int alarms = 0;

	while (pairs--) {
		generate(&a, loads, nr);
		generate(&b, loads, nr);
		assert_true(diff_compare(&result, &a, &b, settings));
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
	seed = 1;
	alarms = false_alarms(mixed, NR_MIXED, 1000, &usual);
	print_message("# %u of 1000 pairs\n", alarms);
	assert_true(alarms < 10);
}

/* The smallest change that matters must not be what keeps it quiet; the level is 1 %. */
static void each_kind_of_load_by_itself_keeps_to_the_level(void **state)
{
	unsigned int i, alarms;

	(void)state;
	seed = 2;
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
	seed = 3;
	assert_true(found(1.1, 0, 0.3, 10000) >= 90);
}

static void a_tenth_more_in_the_tail_alone_is_found_with_10000_samples(void **state)
{
	(void)state;
	seed = 4;
	assert_true(found(0, 1.1, 0.2, 10000) >= 90);
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
	seed = 5;
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
	seed = 6;
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
	seed = 7;
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
	const struct load before = { "MSR", mean, 20000, 0.8, 0.3, 0.3, 0, 0, 0 };
	struct load after = before;
	struct diff_settings settings = usual;
	struct diff_result result;
	enum diff_answer all;
	struct diff_rule rule;
	struct diff_side a, b;
	__u64 kept;

	after.scale = scale;
	kept = seed;
	generate_long(&a, intervals, &before, 1);
	if (!scale)
		seed = kept;
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
	seed = 11;
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

static void what_is_not_compared_is_said(void **state)
{
	const struct load load = { "MSR", 200, 20000, 0.8, 0.3, 0.3, 0, 0, 0 };
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
		cmocka_unit_test(a_tenth_more_in_the_tail_alone_is_found_with_10000_samples),
		cmocka_unit_test(a_rate_that_changes_is_found),
		cmocka_unit_test(one_burst_proves_nothing),
		cmocka_unit_test(rules_are_read),
		cmocka_unit_test(both_views_say_which_row_breaks_a_rule),
		cmocka_unit_test(a_rule_that_could_not_be_tested_does_not_hold),
		cmocka_unit_test(what_is_not_compared_is_said),
		cmocka_unit_test(students_t_has_its_probabilities),
		cmocka_unit_test(holm_multiplies_by_what_is_left),
	};

	return cmocka_run_group_tests(tests, fill_normals, NULL);
}
