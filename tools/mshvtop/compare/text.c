// SPDX-License-Identifier: GPL-2.0
/*
 * A comparison for people: a line for each row, with the change where one was found, = where there
 * is no change that matters, and ~ where the change may be chance.
 */
#include <math.h>
#include <string.h>
#include "compare/diff.h"
#include "num.h"

#define NAME_WIDTH	30
#define CELL		24	/* a metric's two values and its change, with the space before */

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
	{ METRIC_MAX, "max us", true },
	{ METRIC_SHARE, "share of VP time", false },
};

#define NR_COLUMNS	(sizeof(columns) / sizeof(columns[0]))
#define VERDICT		24

static const char * const kinds[DIFF_NR_KINDS] = {
	[DIFF_TOTAL] = "all",
	[DIFF_VP] = "vp",
	[DIFF_EXIT] = "exit",
	[DIFF_HVCALL] = "hvcall",
};

static bool is_shown(unsigned int column, unsigned int width)
{
	return !columns[column].wide || width >= NAME_WIDTH + NR_COLUMNS * CELL + VERDICT;
}

static void write_value(char *text, enum diff_metric metric, double value)
{
	switch (metric) {
	case METRIC_RATE:
		num_rate(text, value);
		break;
	case METRIC_SHARE:
		snprintf(text, NUM_SIZE, "%.1f%%", value * 100);
		break;
	default:
		num_us(text, value);
	}
}

static void write_change(char *text, size_t size, const struct diff_value *v)
{
	if (isinf(v->change))
		snprintf(text, size, "new");
	else if (!v->b)
		snprintf(text, size, "gone");
	else if (v->change >= 9.995)
		snprintf(text, size, "x%.0f", v->change + 1);
	else
		snprintf(text, size, "%+.0f%%", v->change * 100);
}

static void print_metric(FILE *out, const struct diff_line *line, enum diff_metric metric,
			 double least)
{
	const struct diff_value *v = &line->value[metric];
	char a[NUM_SIZE], b[NUM_SIZE], change[16] = "";

	if (!v->known) {
		fprintf(out, " %*s", CELL - 1, "");
		return;
	}
	write_value(a, metric, v->a);
	write_value(b, metric, v->b);
	if (v->differs)
		write_change(change, sizeof(change), v);
	else if (metric != METRIC_MAX)
		snprintf(change, sizeof(change), fabs(v->change) < least ? "=" : "~");
	fprintf(out, "  %7s %7s %-6s", a, b, change);
}

static const enum diff_metric latencies[] = { METRIC_P50, METRIC_P90, METRIC_P99 };

#define NR_LATENCIES	(sizeof(latencies) / sizeof(latencies[0]))

/* The kind of change in a word: latency before rate, because users feel latency */
static const char *verdict(const struct diff_line *line)
{
	bool up = false, down = false;
	unsigned int i;

	for (i = 0; i < NR_LATENCIES; i++) {
		const struct diff_value *v = &line->value[latencies[i]];

		up |= v->differs && v->change > 0;
		down |= v->differs && v->change < 0;
	}
	if (up && down)
		return "wider";
	if (up || down)
		return up ? "slower" : "faster";
	if (line->value[METRIC_RATE].differs)
		return line->value[METRIC_RATE].change > 0 ? "more often" : "less often";
	return line->value[METRIC_SHARE].change > 0 ? "larger share" : "smaller share";
}

static void print_line(FILE *out, const struct diff_line *line, unsigned int width, double least)
{
	char name[DIFF_NAME + 16];
	unsigned int i;

	snprintf(name, sizeof(name), "%s %s", kinds[line->kind], line->name);
	fprintf(out, "%-*.*s", NAME_WIDTH, NAME_WIDTH, name);
	for (i = 0; i < NR_COLUMNS; i++)
		if (is_shown(i, width))
			print_metric(out, line, columns[i].metric, least);
	if (line->differs && line->p < 1e-9)
		fprintf(out, " <- %s, p < 1e-9", verdict(line));
	else if (line->differs)
		fprintf(out, " <- %s, p = %.1g", verdict(line), line->p);
	putc('\n', out);
}

/* The percentile that changed most, of a row that became slower */
static void print_slowest(FILE *out, const struct diff_line *line)
{
	static const char * const names[] = { "p50", "p90", "p99" };
	char a[NUM_SIZE], b[NUM_SIZE], change[16];
	const struct diff_value *most = NULL;
	unsigned int i, which = 0;

	for (i = 0; i < NR_LATENCIES; i++) {
		const struct diff_value *v = &line->value[latencies[i]];

		if (!v->differs || (most && v->change <= most->change))
			continue;
		most = v;
		which = i;
	}
	num_us(a, most->a);
	num_us(b, most->b);
	write_change(change, sizeof(change), most);
	fprintf(out, " (%s %s to %s us, %s)", names[which], a, b, change);
}

/* The answer that most people look for: which exits and hypercalls took longer */
static void print_slower(FILE *out, const struct diff_result *result, bool tested)
{
	const char *separator = "Slower:";
	unsigned int i;

	for (i = 0; i < result->nr; i++) {
		const struct diff_line *line = &result->lines[i];

		if (!line->differs || strcmp(verdict(line), "slower") ||
		    (line->kind != DIFF_EXIT && line->kind != DIFF_HVCALL))
			continue;
		fprintf(out, "%s %s %s", separator, kinds[line->kind], line->name);
		print_slowest(out, line);
		separator = ",";
	}
	if (separator[0] == ',')
		fputs(".\n", out);
	else if (!tested)
		fputs("Whether an exit or a hypercall became slower is unknown: too few intervals.\n",
		      out);
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
		fprintf(out, "%s %s %s", separator, kinds[line->kind], line->name);
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
			fputs(" too few intervals or events to tell:", out);
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

	fprintf(out, "%s  %s\n%s  %s\n\n%*s", a->path, a->title, b->path, b->title, NAME_WIDTH, "");
	for (i = 0; i < NR_COLUMNS; i++)
		if (is_shown(i, width))
			fprintf(out, "  %-*s", CELL - 2, columns[i].heading);
	putc('\n', out);
	for (i = 0; i < result->nr; i++)
		print_line(out, &result->lines[i], width, settings->least);
	fprintf(out, "%u of %u rows differ%s by %g %% or more at %g %% (corrected for %u tests).\n",
		result->nr_differ, result->nr, result->nr_differ == 1 ? "s" : "",
		settings->least * 100, settings->level * 100, result->nr_tests);
	print_facts(out, a, b);
	print_only(out, result);
	print_slower(out, result, a->nr_intervals >= DIFF_MIN_INTERVALS &&
		     b->nr_intervals >= DIFF_MIN_INTERVALS);
	for (i = 0; i < settings->nr_rules; i++)
		print_rule(out, result, &settings->rules[i]);
}
