// SPDX-License-Identifier: GPL-2.0
/* The rows of a comparison: which there are, which differ, and in which order they are shown. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "compare/lines.h"

static int compare_lines(const void *x, const void *y)
{
	const struct diff_line *a = x, *b = y;

	if (a->differs != b->differs)
		return b->differs - a->differs;
	if (a->effect != b->effect)
		return a->effect < b->effect ? 1 : -1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->name, b->name);
}

/*
 * VPs are compared where both recordings have them, everything else where one of them does. VPs
 * that only one recording has are listed by themselves.
 */
static void list_rows(struct diff_result *result, const struct diff_side *from,
		      const struct diff_side *other, bool second)
{
	unsigned int i;

	for (i = 0; i < from->nr_rows; i++) {
		const struct diff_row *row = from->rows[i];
		bool both = diff_row(other, row->kind, row->name);
		struct diff_line *line = &result->lines[result->nr];

		if (!both && row->kind == DIFF_VP)
			result->only[second][result->nr_only[second]++] = row;
		if ((both && second) || (!both && row->kind == DIFF_VP))
			continue;
		line->kind = row->kind;
		memcpy(line->name, row->name, sizeof(line->name));
		result->nr++;
	}
}

/**
 * lines_init() - the rows of a comparison
 * @result: the result; for diff_result_free() in any case
 * @a: first recording
 * @b: second one
 *
 * Return: false without memory.
 */
bool lines_init(struct diff_result *result, const struct diff_side *a, const struct diff_side *b)
{
	memset(result, 0, sizeof(*result));
	result->lines = calloc(a->nr_rows + b->nr_rows + 1, sizeof(result->lines[0]));
	result->only[0] = calloc(a->nr_rows + 1, sizeof(result->only[0][0]));
	result->only[1] = calloc(b->nr_rows + 1, sizeof(result->only[1][0]));
	if (!result->lines || !result->only[0] || !result->only[1])
		return false;
	result->damaged = a->damaged || b->damaged;
	list_rows(result, a, b, false);
	list_rows(result, b, a, true);
	return true;
}

/**
 * lines_judge() - whether a metric of a row differs
 * @line: the row
 * @metric: the metric
 * @found: the difference is more than chance
 * @settings: how to compare
 */
void lines_judge(struct diff_line *line, enum diff_metric metric, bool found,
		 const struct diff_settings *settings)
{
	struct diff_value *v = &line->value[metric];
	double effect;

	v->differs = found && fabs(v->change) >= settings->least;
	if (!v->differs)
		return;
	line->differs = true;
	effect = fabs(log(v->b / v->a));
	if (effect > line->effect)
		line->effect = effect;
}

/**
 * lines_sort() - bring the rows in order
 * @result: the comparison
 */
void lines_sort(struct diff_result *result)
{
	qsort(result->lines, result->nr, sizeof(result->lines[0]), compare_lines);
}

/**
 * diff_result_free() - free a result
 * @result: the result
 */
void diff_result_free(struct diff_result *result)
{
	free(result->lines);
	free(result->only[0]);
	free(result->only[1]);
}
