// SPDX-License-Identifier: GPL-2.0
/* The rows of each table, as the model has them now, and their order. */
#include <stdlib.h>
#include <string.h>
#include "rows.h"

/**
 * filter_matches() - whether a partition is wanted
 * @filter: what is wanted
 * @partition: the partition
 *
 * Return: true if so.
 */
bool filter_matches(const struct row_filter *filter, const struct model_partition *partition)
{
	if (filter->by_partition && partition->id != filter->partition_id)
		return false;
	return !filter->tgid || partition->tgid == filter->tgid;
}

static struct row *add_row(struct rows *rows, const struct model *m)
{
	struct row *row;

	if (rows->nr == rows->capacity) {
		unsigned int capacity = rows->capacity ? rows->capacity * 2 : 32;

		row = reallocarray(rows->row, capacity, sizeof(*row));
		if (!row)
			return NULL;
		rows->row = row;
		rows->capacity = capacity;
	}
	row = &rows->row[rows->nr++];
	memset(row, 0, sizeof(*row));
	row->model = m;
	row->total = rows->total;
	return row;
}

/**
 * rows_partitions() - a row for each partition
 * @rows: gets them, in place of what was in it
 * @m: the model
 * @filter: which partitions
 *
 * Return: false without memory.
 */
bool rows_partitions(struct rows *rows, const struct model *m, const struct row_filter *filter)
{
	struct row *row;
	unsigned int i;

	rows->nr = 0;
	for (i = 0; i < m->nr_partitions; i++) {
		if (!filter_matches(filter, m->partitions[i]))
			continue;
		row = add_row(rows, m);
		if (!row)
			return false;
		row->partition = m->partitions[i];
	}
	return true;
}

/**
 * rows_vps() - a row for each VP
 * @rows: gets them, in place of what was in it
 * @m: the model
 * @filter: of which partitions
 *
 * Return: false without memory.
 */
bool rows_vps(struct rows *rows, const struct model *m, const struct row_filter *filter)
{
	unsigned int i, j;
	struct row *row;

	rows->nr = 0;
	for (i = 0; i < m->nr_partitions; i++) {
		const struct model_partition *p = m->partitions[i];

		if (!filter_matches(filter, p))
			continue;
		for (j = 0; j < p->nr_vps; j++) {
			row = add_row(rows, m);
			if (!row)
				return false;
			row->partition = p;
			row->vp = p->vps[j];
		}
	}
	return true;
}

/**
 * rows_exits() - a row for each reason that there was an exit for since the start
 * @rows: gets them, in place of what was in it
 * @m: the model
 * @scope: whose exits
 *
 * Return: false without memory.
 */
bool rows_exits(struct rows *rows, const struct model *m, const struct model_scope *scope)
{
	struct row *row;
	unsigned int i;

	rows->nr = 0;
	for (i = 0; i < MSHV_STATS_REASONS; i++) {
		if (!scope->reason[i].total.count && !scope->reason[i].now.count)
			continue;
		row = add_row(rows, m);
		if (!row)
			return false;
		row->scope = scope;
		row->reason = i;
	}
	return true;
}

/**
 * rows_hvcalls() - a row for each hypercall that was made since the start
 * @rows: gets them, in place of what was in it
 * @m: the model
 *
 * Return: false without memory.
 */
bool rows_hvcalls(struct rows *rows, const struct model *m)
{
	struct row *row;
	unsigned int i;

	rows->nr = 0;
	for (i = 0; i < MSHV_STATS_HVCALLS; i++) {
		if (!m->hvcall[i].total.count && !m->hvcall[i].now.count)
			continue;
		row = add_row(rows, m);
		if (!row)
			return false;
		row->hvcall = &m->hvcall[i];
	}
	return true;
}

/* Rows are made in the order of what they are about; that order stays between equal ones. */
struct order {
	const struct column *by;
	bool ascending;
};

static int order_of_making(const struct row *a, const struct row *b)
{
	if (a->vp)
		return a->partition->id != b->partition->id ?
		       (a->partition->id > b->partition->id) * 2 - 1 :
		       (a->vp->index > b->vp->index) - (a->vp->index < b->vp->index);
	if (a->partition)
		return (a->partition->id > b->partition->id) -
		       (a->partition->id < b->partition->id);
	if (a->scope)
		return (int)a->reason - (int)b->reason;
	return (a->hvcall->code > b->hvcall->code) - (a->hvcall->code < b->hvcall->code);
}

static int compare_rows(const void *a, const void *b, void *context)
{
	const struct order *order = context;
	int by = column_compare(order->by, a, b);

	if (!by)
		return order_of_making(a, b);
	return order->ascending ? by : -by;
}

/**
 * rows_sort() - put rows in order
 * @rows: rows of one table
 * @by: column of that table
 * @ascending: the smallest first, not the largest
 */
void rows_sort(struct rows *rows, const struct column *by, bool ascending)
{
	struct order order = { .by = by, .ascending = ascending };

	if (rows->nr)
		qsort_r(rows->row, rows->nr, sizeof(rows->row[0]), compare_rows, &order);
}

/**
 * rows_free() - free the memory of rows
 * @rows: usable again afterwards
 */
void rows_free(struct rows *rows)
{
	free(rows->row);
	memset(rows, 0, sizeof(*rows));
}
