// SPDX-License-Identifier: GPL-2.0
/*
 * A comparison for people. A row that differs has a line for each metric, with the change and its
 * interval. Every other row has one line, with = where there is no change that matters and ~ where
 * there may be one that is chance, and how large a change would have been found. All of that fits
 * into 80 columns.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "compare/diff.h"
#include "compare/words.h"
#include "num.h"

#define NAME_WIDTH	28
#define CELL		17	/* a metric's two values and what is known of the change */

/* Metrics from left to right; those that are left out where there is no room */
static const struct {
	enum diff_metric metric;
	const char *heading;
	bool wide;
} columns[] = {
	{ METRIC_RATE, "rate/s", false },
	{ METRIC_P50, "p50 us", false },
	{ METRIC_P90, "p90 us", true },
	{ METRIC_P99, "p99 us", false },
	{ METRIC_SHARE, "share", true },
};

#define NR_COLUMNS	(sizeof(columns) / sizeof(columns[0]))

static bool is_shown(unsigned int column, unsigned int width)
{
	return !columns[column].wide || width >= NAME_WIDTH + NR_COLUMNS * CELL;
}

/* A metric of a row that has not changed, with the change that would have been found */
static void print_cell(FILE *out, const struct diff_value *v, enum diff_metric metric, double least)
{
	char a[NUM_SIZE], b[NUM_SIZE], shows[8];

	if (!v->known) {
		fprintf(out, "%*s", CELL, "");
		return;
	}
	words_value(a, metric, v->a);
	words_value(b, metric, v->b);
	if (v->shows < 0.995)
		snprintf(shows, sizeof(shows), "%.0f%%", ceil(v->shows * 100 - 1e-6));
	else if (v->shows < 98)
		snprintf(shows, sizeof(shows), "x%.0f", ceil(v->shows + 1));
	else
		strcpy(shows, "?");
	fprintf(out, " %5s %5s %c%-3s", a, b, words_sign(v, least), shows);
}

static void print_row(FILE *out, const struct diff_line *line, unsigned int width, double least)
{
	char name[DIFF_NAME + 16];
	unsigned int i;

	words_name(name, sizeof(name), line);
	if (strlen(name) > NAME_WIDTH)
		fprintf(out, "%s\n%*s", name, NAME_WIDTH, "");
	else
		fprintf(out, "%-*s", NAME_WIDTH, name);
	for (i = 0; i < NR_COLUMNS; i++)
		if (is_shown(i, width))
			print_cell(out, &line->value[columns[i].metric], columns[i].metric, least);
	putc('\n', out);
}

static void print_rows_alike(FILE *out, const struct diff_result *result, unsigned int width,
			     double least)
{
	unsigned int i;

	if (result->nr_differ == result->nr)
		return;
	fprintf(out, "%-*s", NAME_WIDTH, "No change found in:");
	for (i = 0; i < NR_COLUMNS; i++)
		if (is_shown(i, width))
			fprintf(out, " %-*s", CELL - 1, columns[i].heading);
	putc('\n', out);
	for (i = result->nr_differ; i < result->nr; i++)
		print_row(out, &result->lines[i], width, least);
	fputs("=: no change that matters, ~: it may be chance. Beside either stands the change\n"
	      "that would be found in eight of ten cases; ?: none would.\n\n", out);
}

static void print_change(FILE *out, const struct diff_value *v, enum diff_metric metric,
			 double least)
{
	char a[NUM_SIZE], b[NUM_SIZE], change[WORDS_CHANGE], text[WORDS_INTERVAL];

	words_value(a, metric, v->a);
	words_value(b, metric, v->b);
	fprintf(out, "  %-5s  %7s to %7s ", diff_metric_names[metric], a, b);
	if (metric == METRIC_MAX) {
		fprintf(out, "%s\n", words_unit(metric));
		return;
	}
	fprintf(out, "%-3s", words_unit(metric));
	words_interval(text, sizeof(text), v);
	if (v->differs) {
		words_change(change, sizeof(change), v->change, v->b);
		fprintf(out, "  %-7s %s\n", change, text);
		return;
	}
	fprintf(out, "  %c       %s", words_sign(v, least), text);
	words_shows(text, sizeof(text), v);
	fprintf(out, "%s\n", text);
}

/* A row that differs: a line for each metric */
static void print_line(FILE *out, const struct diff_line *line, double least)
{
	char name[DIFF_NAME + 16];
	unsigned int i;

	words_name(name, sizeof(name), line);
	if (line->p < 1e-9)
		fprintf(out, "%s: %s, p < 1e-9\n", name, diff_verdict(line));
	else
		fprintf(out, "%s: %s, p = %.1g\n", name, diff_verdict(line), line->p);
	for (i = 0; i < NR_METRICS; i++)
		if (line->value[i].known)
			print_change(out, &line->value[i], i, least);
	putc('\n', out);
}

/* The percentile that changed most, of a row that became slower */
static void print_slowest(FILE *out, const struct diff_line *line)
{
	char a[NUM_SIZE], b[NUM_SIZE], change[WORDS_CHANGE], interval[WORDS_INTERVAL];
	const struct diff_value *most = NULL;
	unsigned int i, which = 0;

	for (i = METRIC_P50; i <= METRIC_P99; i++) {
		const struct diff_value *v = &line->value[i];

		if (!v->differs || (most && v->change <= most->change))
			continue;
		most = v;
		which = i;
	}
	num_us(a, most->a);
	num_us(b, most->b);
	words_change(change, sizeof(change), most->change, most->b);
	words_interval(interval, sizeof(interval), most);
	fprintf(out, " (%s %s to %s us, %s%s%s)", diff_metric_names[which], a, b, change,
		interval[0] ? " " : "", interval);
}

/* The answer that most people look for: which exits and hypercalls took longer */
static void print_slower(FILE *out, const struct diff_result *result, bool tested)
{
	const char *separator = "Slower:";
	unsigned int i;

	for (i = 0; i < result->nr; i++) {
		const struct diff_line *line = &result->lines[i];

		if (!line->differs || strcmp(diff_verdict(line), "slower") ||
		    (line->kind != DIFF_EXIT && line->kind != DIFF_HVCALL))
			continue;
		fprintf(out, "%s %s %s", separator, words_kind(line->kind), line->name);
		print_slowest(out, line);
		separator = ",";
	}
	if (separator[0] == ',')
		fputs(".\n", out);
	else if (!tested)
		fputs("Whether an exit or a hypercall became slower is unknown: too few "
		      "intervals.\n", out);
	else if (result->damaged)
		fputs("Whether an exit or a hypercall became slower is unknown: a recording is "
		      "damaged.\n", out);
	else
		fputs("No exit and no hypercall was found to be slower.\n", out);
}

/* Rows that say the same about a rule */
static void print_rows(FILE *out, const struct diff_result *result, const struct diff_rule *rule,
		       enum diff_answer answer)
{
	const char *separator = "";
	unsigned int i;

	for (i = 0; i < result->nr; i++) {
		const struct diff_line *line = &result->lines[i];

		if (diff_rule_row(rule, line) != answer)
			continue;
		fprintf(out, "%s %s %s", separator, words_kind(line->kind), line->name);
		separator = ",";
	}
}

static void print_rule(FILE *out, const struct diff_result *result, const struct diff_rule *rule)
{
	unsigned int i, unknown = 0;

	for (i = 0; i < result->nr; i++)
		unknown += diff_rule_row(rule, &result->lines[i]) == DIFF_UNKNOWN;
	switch (diff_rule_answer(rule, result)) {
	case DIFF_BROKEN:
		fprintf(out, "Rule %s is broken by:", rule->text);
		print_rows(out, result, rule, DIFF_BROKEN);
		break;
	case DIFF_HOLDS:
		fprintf(out, "Rule %s holds", rule->text);
		break;
	default:
		fprintf(out, "Rule %s: unknown,", rule->text);
		if (unknown) {
			fputs(" the change may be larger, or smaller, than it seems:", out);
			print_rows(out, result, rule, DIFF_UNKNOWN);
		} else {
			fputs(result->damaged ? " a recording is damaged" :
			      " no row could be tested", out);
		}
	}
	fputs(".\n", out);
}

static void print_facts(FILE *out, const struct diff_side *a, const struct diff_side *b)
{
	const char *separator = "Not recorded the same way:";
	unsigned int i;

	for (i = 0; i < DIFF_NR_FACTS; i++) {
		if (!diff_fact_differs(a, b, i))
			continue;
		fprintf(out, "%s %s %s / %s", separator, diff_fact_names[i],
			a->facts[i][0] ? a->facts[i] : "?", b->facts[i][0] ? b->facts[i] : "?");
		separator = ",";
	}
	if (separator[0] == ',')
		fputs(".\n", out);
}

static void print_only(FILE *out, const struct diff_result *result)
{
	static const char * const which[] = { "first", "second" };
	unsigned int i, j;

	for (i = 0; i < 2; i++) {
		if (!result->nr_only[i])
			continue;
		fprintf(out, "Not compared, only in the %s:", which[i]);
		for (j = 0; j < result->nr_only[i]; j++)
			fprintf(out, "%s vp %s", j ? "," : "", result->only[i][j]->name);
		fputs(".\n", out);
	}
}

/**
 * diff_text() - write a comparison as text
 * @out: where to
 * @a: first recording
 * @b: second one
 * @result: the comparison
 * @settings: how it was made
 * @width: of a line, for how many columns there is room
 */
void diff_text(FILE *out, const struct diff_side *a, const struct diff_side *b,
	       const struct diff_result *result, const struct diff_settings *settings,
	       unsigned int width)
{
	unsigned int i;

	fprintf(out, "%s\n  %s\n%s\n  %s\n\n", a->path, a->title, b->path, b->title);
	for (i = 0; i < result->nr_differ; i++)
		print_line(out, &result->lines[i], settings->least);
	print_rows_alike(out, result, width, settings->least);
	fprintf(out, "%u of %u rows differ%s by %g %% or more at %g %% (corrected for %u tests).\n",
		result->nr_differ, result->nr, result->nr_differ == 1 ? "s" : "",
		settings->least * 100, settings->level * 100, result->nr_tests);
	if (result->same)
		fputs("Both are the same recording.\n", out);
	print_facts(out, a, b);
	print_only(out, result);
	print_slower(out, result, a->nr_intervals >= DIFF_MIN_INTERVALS &&
		     b->nr_intervals >= DIFF_MIN_INTERVALS);
	for (i = 0; i < settings->nr_rules; i++)
		print_rule(out, result, &settings->rules[i]);
}
