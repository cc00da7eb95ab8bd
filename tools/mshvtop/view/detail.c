// SPDX-License-Identifier: GPL-2.0
/* What views share about details: their rows, and which rows belong to the interval. */
#include <string.h>
#include "slow.h"
#include "view/view.h"

/**
 * view_before_set() - remember the state before an interval
 * @before: the result
 * @m: the model
 */
void view_before_set(struct view_before *before, const struct model *m)
{
	before->lost = m->lost;
	before->lost_tallies = m->detail->lost_tallies;
	before->lost_slow = m->detail->lost_slow;
	before->nr_slow = m->detail->nr_slow;
}

/**
 * view_details_known() - whether the source can have data for a table
 * @m: the model
 * @source: source of the model
 * @table: a table of details
 *
 * Return: false if the driver does not tell, or the recording was made without it.
 */
bool view_details_known(const struct model *m, const struct source *source, enum table_id table)
{
	return !table_is_missing(table, m) && (!source->recorded || source->details);
}

static void keep_new(struct rows *rows, __u64 first)
{
	unsigned int i, kept = 0;

	for (i = 0; i < rows->nr; i++)
		if (rows->row[i].slow->nr >= first)
			rows->row[kept++] = rows->row[i];
	rows->nr = kept;
}

/**
 * view_details_rows() - the rows of a table of details
 * @rows: gets them, in place of what was in it
 * @m: the model
 * @table: the table; of slow events, only those of the last interval are taken
 * @d: what is wanted
 *
 * Return: false without memory.
 */
bool view_details_rows(struct rows *rows, const struct model *m, enum table_id table,
		       const struct view_details *d)
{
	if (table == TABLE_COST)
		return rows_programs(rows, m);
	if (table != TABLE_SLOW)
		return rows_counted(rows, m, table, d->filter);
	if (!rows_slow(rows, m, d->filter))
		return false;
	keep_new(rows, d->before->nr_slow);
	return true;
}

/**
 * view_stack() - the kernel's call stack of a slow event
 * @source: source of the event
 * @s: the event
 * @place: MSHV_SLOW_STACK names, innermost first
 *
 * Return: how many there are.
 */
unsigned int view_stack(const struct source *source, const struct mshv_slow *s,
			char (*place)[SYMBOL_SIZE])
{
	unsigned int i, first;

	if (!source->symbol)
		return 0;
	for (i = 0; i < s->nr_stack; i++)
		source->symbol(source, s->stack[i], place[i]);
	first = slow_own_places(place, s->nr_stack);
	memmove(place, place[first], (s->nr_stack - first) * sizeof(place[0]));
	return s->nr_stack - first;
}
