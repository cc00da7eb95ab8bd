// SPDX-License-Identifier: GPL-2.0
/* Rules such as p99:+10%: a metric, and a change that makes the comparison fail. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "compare/diff.h"

/**
 * diff_rule_parse() - read a rule
 * @rule: the result; points to @text
 * @text: METRIC:+N% or METRIC:-N%
 *
 * Return: false if the text is no rule.
 */
bool diff_rule_parse(struct diff_rule *rule, const char *text)
{
	const char *colon = strchr(text, ':');
	size_t length;
	char *end;
	int i;

	if (!colon || (colon[1] != '+' && colon[1] != '-'))
		return false;
	length = colon - text;
	for (i = 0; i < NR_METRICS; i++)
		if (strlen(diff_metric_names[i]) == length &&
		    !strncmp(text, diff_metric_names[i], length))
			break;
	if (i == NR_METRICS || colon[2] < '0' || colon[2] > '9')
		return false;
	rule->text = text;
	rule->metric = i;
	rule->change = strtod(colon + 1, &end) / 100;
	return !strcmp(end, "%") && isfinite(rule->change) && rule->change != 0;
}

/* Whether the interval of a change excludes that it reaches the rule's */
static bool excludes(const struct diff_rule *rule, const struct diff_value *v)
{
	/* What happened in neither has not changed, and what is gone has no logarithm. */
	if (!v->a && !v->b)
		return true;
	if (v->differs && (v->change > 0) != (rule->change > 0))
		return true;
	return rule->change > 0 ? v->high < rule->change : v->low > rule->change;
}

/**
 * diff_rule_row() - what a row says about a rule
 * @rule: the rule
 * @line: the row
 *
 * The largest latency has no test, so a rule on it takes the change as it is. A change that would
 * break the rule, but may be chance, may also be none; and a change that would not may be larger
 * than it seems. A rule holds if the interval of the change excludes that it is broken.
 *
 * Return: DIFF_SILENT if the row is not in both recordings, or has too few samples, which as far as
 * they go do not break it.
 */
enum diff_answer diff_rule_row(const struct diff_rule *rule, const struct diff_line *line)
{
	const struct diff_value *v = &line->value[rule->metric];
	bool reached = rule->change > 0 ? v->change >= rule->change : v->change <= rule->change;
	bool few = line->n_a < DIFF_MIN_SAMPLES && line->n_b < DIFF_MIN_SAMPLES;

	if (v->known && rule->metric == METRIC_MAX)
		return reached ? DIFF_BROKEN : DIFF_HOLDS;
	if (v->differs && reached)
		return DIFF_BROKEN;
	if (!v->known || few)
		return (v->known || v->guessed) && reached ? DIFF_UNKNOWN : DIFF_SILENT;
	return !reached && v->tested && excludes(rule, v) ? DIFF_HOLDS : DIFF_UNKNOWN;
}

/**
 * diff_rule_answer() - whether a rule holds
 * @rule: the rule
 * @result: the comparison
 *
 * Return: DIFF_BROKEN, DIFF_HOLDS, or DIFF_UNKNOWN if a row, all rows, or what is missing of a
 * damaged recording leave it open.
 */
enum diff_answer diff_rule_answer(const struct diff_rule *rule, const struct diff_result *result)
{
	enum diff_answer all = DIFF_SILENT, one;
	unsigned int i;

	for (i = 0; i < result->nr; i++) {
		one = diff_rule_row(rule, &result->lines[i]);
		if (one > all)
			all = one;
	}
	if (all == DIFF_BROKEN || (all == DIFF_HOLDS && !result->damaged))
		return all;
	return DIFF_UNKNOWN;
}
