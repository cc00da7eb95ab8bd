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

/**
 * diff_rule_broken() - whether a row breaks a rule
 * @rule: the rule
 * @line: the row
 *
 * The largest latency has no test, so a rule on it takes the change as it is.
 *
 * Return: true if so.
 */
bool diff_rule_broken(const struct diff_rule *rule, const struct diff_line *line)
{
	const struct diff_value *v = &line->value[rule->metric];

	if (!v->known || (!v->differs && rule->metric != METRIC_MAX))
		return false;
	return rule->change > 0 ? v->change >= rule->change : v->change <= rule->change;
}
