// SPDX-License-Identifier: GPL-2.0
/* The words and numbers in which people read a comparison. */
#include <math.h>
#include <string.h>
#include "compare/words.h"
#include "num.h"

/* From here on, ten times as much, a change is a factor. */
#define FACTOR		8.995

/**
 * words_kind() - what a row is about
 * @kind: its kind
 */
const char *words_kind(enum diff_kind kind)
{
	static const char * const kinds[DIFF_NR_KINDS] = {
		[DIFF_TOTAL] = "all",
		[DIFF_VP] = "vp",
		[DIFF_EXIT] = "exit",
		[DIFF_HVCALL] = "hvcall",
	};

	return kinds[kind];
}

/**
 * words_unit() - the unit of a metric's values
 * @metric: the metric
 */
const char *words_unit(enum diff_metric metric)
{
	switch (metric) {
	case METRIC_RATE:
		return "/s";
	case METRIC_SHARE:
		return "";
	default:
		return "us";
	}
}

/**
 * words_sign() - what stands in the place of a change that was not found
 * @v: the value
 * @least: smallest change that matters
 *
 * Return: = where there is less than that, ~ where there is more.
 */
char words_sign(const struct diff_value *v, double least)
{
	return fabs(v->change) < least ? '=' : '~';
}

/**
 * words_name() - the name of a row with its kind
 * @text: the result
 * @size: room for it
 * @line: the row
 */
void words_name(char *text, size_t size, const struct diff_line *line)
{
	snprintf(text, size, "%s %s", words_kind(line->kind), line->name);
}

/**
 * words_value() - a metric's value without its unit
 * @text: the result, NUM_SIZE characters
 * @metric: the metric
 * @value: its value
 */
void words_value(char *text, enum diff_metric metric, double value)
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

/**
 * words_change() - a change
 * @text: the result
 * @size: room for it
 * @change: the change
 * @value: the value after it
 */
void words_change(char *text, size_t size, double change, double value)
{
	if (isinf(change))
		snprintf(text, size, "new");
	else if (!value)
		snprintf(text, size, "gone");
	else if (change >= FACTOR)
		snprintf(text, size, "x%.0f", change + 1);
	else
		snprintf(text, size, "%+.0f %%", change * 100);
}

static void write_end(char *text, size_t size, double change, bool factor)
{
	if (isinf(change))
		snprintf(text, size, "?");
	else if (factor || change >= FACTOR)
		snprintf(text, size, "x%.3g", change + 1);
	else
		snprintf(text, size, "%+.0f", change * 100);
}

/**
 * words_interval() - the interval of a change
 * @text: the result; empty where it is unknown
 * @size: room for it
 * @v: the value
 */
void words_interval(char *text, size_t size, const struct diff_value *v)
{
	bool factor = v->change >= FACTOR;
	char low[WORDS_CHANGE], high[WORDS_CHANGE];

	text[0] = '\0';
	if (v->low <= -1 && isinf(v->high))
		return;
	write_end(low, sizeof(low), v->low, factor);
	write_end(high, sizeof(high), v->high, factor);
	snprintf(text, size, "[%s, %s]", low, high);
}

/**
 * words_shows() - which change would have been found
 * @text: the result; empty where that is unknown
 * @size: room for it
 * @v: the value
 */
void words_shows(char *text, size_t size, const struct diff_value *v)
{
	text[0] = '\0';
	if (!v->tested || isnan(v->shows))
		return;
	if (isinf(v->shows) || v->shows >= 1000)
		snprintf(text, size, " no change would show");
	else if (v->shows >= FACTOR)
		snprintf(text, size, " changes over x%.0f would show", ceil(v->shows + 1));
	else
		snprintf(text, size, " changes over %.0f %% would show",
			 ceil(v->shows * 100 - 1e-6));
}

/**
 * diff_verdict() - the kind of change of a row in a word
 * @line: the row, which differs
 *
 * Return: the word, for latency before rate, because users feel latency.
 */
const char *diff_verdict(const struct diff_line *line)
{
	bool up = false, down = false;
	unsigned int i;

	for (i = METRIC_P50; i <= METRIC_P99; i++) {
		const struct diff_value *v = &line->value[i];

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
