// SPDX-License-Identifier: GPL-2.0
/* The rows of each table, as the model has them now, and their order. */
#include <stdlib.h>
#include <string.h>
#include <linux/mshv.h>
#include "model/hv_counts.h"
#include "view/rows.h"
#include "source/tally.h"

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
	struct hv_counts counts;
	struct row *row;
	unsigned int i;

	rows->nr = 0;
	hv_counts_take(&counts, m, scope);
	for (i = 0; i < MSHV_COUNTS_REASONS; i++) {
		if (!scope->reason[i]->total.count && !scope->reason[i]->now.count)
			continue;
		row = add_row(rows, m);
		if (!row)
			return false;
		row->scope = scope;
		row->reason = i;
		row->hv_known = counts.known[i];
		row->hv_now = counts.now[i];
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
	for (i = 0; i < MSHV_COUNTS_HVCALLS; i++) {
		if (!m->hvcall[i].total.count && !m->hvcall[i].now.count)
			continue;
		row = add_row(rows, m);
		if (!row)
			return false;
		row->hvcall = &m->hvcall[i];
	}
	return true;
}

static bool wants_partition(const struct model *m, const struct row_filter *filter, __u64 id)
{
	const struct model_partition *p;

	if (filter->by_partition && id != filter->partition_id)
		return false;
	if (!filter->tgid)
		return true;
	p = model_find_partition(m, id);
	return p && filter_matches(filter, p);
}

/**
 * rows_tallies() - a row for everything that is counted by a number of its own
 * @rows: gets them, in place of what was in it
 * @m: the model
 * @kinds: a bit for each kind of tally that is wanted
 * @filter: of which partitions; with a filter, rows without a partition are left out
 *
 * Return: false without memory.
 */
bool rows_tallies(struct rows *rows, const struct model *m, unsigned int kinds,
		  const struct row_filter *filter)
{
	const struct model_detail *d = m->detail;
	struct row *row;
	unsigned int i;

	rows->nr = 0;
	for (i = 0; i < d->nr_tallies; i++) {
		const struct model_tally *t = &d->tally[i];

		if (!(kinds & (1U << t->key.kind)) ||
		    !wants_partition(m, filter, t->key.partition_id))
			continue;
		if (!t->total.count && !t->last.count)
			continue;
		row = add_row(rows, m);
		if (!row)
			return false;
		row->tally = t;
	}
	return true;
}

/**
 * rows_kinds() - the kinds of tallies in a table
 * @table: a table of tallies; the memory's has the counters of partitions, which are of memory
 *
 * Return: a bit for each kind.
 */
unsigned int rows_kinds(enum table_id table)
{
#define GROUP_intercept	TABLE_INTERCEPTS
#define GROUP_interrupt	TABLE_INTERRUPTS
#define GROUP_memory	TABLE_MEMORY
	static const enum table_id groups[] = {
#define GROUP_OF(kind, group) GROUP_##group,
		MSHV_TALLIES(GROUP_OF)
#undef GROUP_OF
	};
	unsigned int i, kinds = 0;

	if (table == TABLE_COUNTERS)
		return 1U << TALLY_HYPERVISOR | 1U << TALLY_PARTITION | 1U << TALLY_VP;
	if (table == TABLE_MEMORY)
		kinds = 1U << TALLY_PARTITION;
	for (i = 0; i < MSHV_NR_TALLIES; i++)
		if (groups[i] == table)
			kinds |= 1U << i;
	return kinds;
}

/* Those of the hypervisor's counters that count pages belong to memory. */
static void keep_pages(struct rows *rows)
{
	unsigned int i, kept = 0;
	char name[64];

	for (i = 0; i < rows->nr; i++) {
		tally_text(&rows->row[i].tally->key, name, sizeof(name));
		if (!tally_is_counter(&rows->row[i].tally->key) || strstr(name, "Pages"))
			rows->row[kept++] = rows->row[i];
	}
	rows->nr = kept;
}

/**
 * rows_counted() - a row for everything that a table of tallies has
 * @rows: gets them, in place of what was in it
 * @m: the model
 * @table: the table
 * @filter: as for rows_tallies()
 *
 * Return: false without memory.
 */
bool rows_counted(struct rows *rows, const struct model *m, enum table_id table,
		  const struct row_filter *filter)
{
	if (!rows_tallies(rows, m, rows_kinds(table), filter))
		return false;
	if (table == TABLE_MEMORY)
		keep_pages(rows);
	return true;
}

/**
 * rows_slow() - a row for each exit and hypercall that took long, of the last ones
 * @rows: gets them, in place of what was in it
 * @m: the model
 * @filter: of which partitions
 *
 * Return: false without memory.
 */
bool rows_slow(struct rows *rows, const struct model *m, const struct row_filter *filter)
{
	const struct model_detail *d = m->detail;
	struct row *row;
	__u64 i;

	rows->nr = 0;
	for (i = d->nr_slow > MODEL_SLOW ? d->nr_slow - MODEL_SLOW : 0; i < d->nr_slow; i++) {
		const struct model_slow *slow = &d->slow[i % MODEL_SLOW];

		if (!wants_partition(m, filter, slow->event.partition_id))
			continue;
		row = add_row(rows, m);
		if (!row)
			return false;
		row->slow = slow;
	}
	return true;
}

/**
 * rows_programs() - a row for each BPF program
 * @rows: gets them, in place of what was in it
 * @m: the model
 *
 * Return: false without memory.
 */
bool rows_programs(struct rows *rows, const struct model *m)
{
	struct row *row;
	unsigned int i;

	rows->nr = 0;
	for (i = 0; i < m->detail->nr_programs; i++) {
		row = add_row(rows, m);
		if (!row)
			return false;
		row->program = &m->detail->program[i];
	}
	return true;
}

static bool wants_cap(const struct model *m, const struct row_filter *filter,
		      const struct model_cap *cap)
{
	if (cap->partition_id == MODEL_CAP_DEVICE)
		return !filter->by_partition && (!filter->tgid || cap->tgid == filter->tgid);
	return wants_partition(m, filter, cap->partition_id);
}

/* Whether a partition or a process has a row for a capability of the host. */
static bool has_row_with(const struct model *m, __u32 id)
{
	unsigned int i;

	for (i = 0; i < m->detail->nr_caps; i++)
		if (m->detail->cap[i].id == id && model_cap_touched(&m->detail->cap[i]))
			return true;
	return false;
}

/**
 * rows_caps() - a row for each capability that was touched, by partition or process, and for all
 * others of the host
 * @rows: gets them, in place of what was in it
 * @m: the model
 * @filter: of which partitions; if the filter selects one partition, it has a row for every
 *          capability
 *
 * Return: false without memory.
 */
bool rows_caps(struct rows *rows, const struct model *m, const struct row_filter *filter)
{
	struct row *row;
	unsigned int i;

	rows->nr = 0;
	for (i = 0; i < m->detail->nr_caps; i++) {
		const struct model_cap *cap = &m->detail->cap[i];
		bool removed = cap->told && cap->state == MSHV_CAP_STATE_REMOVED;

		if (!wants_cap(m, filter, cap))
			continue;
		if (!model_cap_touched(cap) &&
		    (removed || (cap->partition_id == MODEL_CAP_HOST ? has_row_with(m, cap->id) :
								       !filter->by_partition)))
			continue;
		row = add_row(rows, m);
		if (!row)
			return false;
		row->cap = cap;
	}
	return true;
}

/* Rows are made in the order of what they are about; that order stays between equal ones. */
struct order {
	const struct column *by;
	bool ascending;
};

/* Capabilities that nobody has touched come last. */
static int order_of_caps(const struct model_cap *a, const struct model_cap *b)
{
	bool of_host = a->partition_id == MODEL_CAP_HOST;

	if (of_host != (b->partition_id == MODEL_CAP_HOST))
		return of_host ? 1 : -1;
	return (a > b) - (a < b);
}

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
	if (a->tally)
		return (a->tally > b->tally) - (a->tally < b->tally);
	if (a->slow)
		return (a->slow->nr > b->slow->nr) - (a->slow->nr < b->slow->nr);
	if (a->cap)
		return order_of_caps(a->cap, b->cap);
	if (a->program)
		return (a->program > b->program) - (a->program < b->program);
	return (a->hvcall->code > b->hvcall->code) - (a->hvcall->code < b->hvcall->code);
}

static int compare_rows(const void *a, const void *b, void *context)
{
	const struct order *order = context;
	const struct row *x = a, *y = b;
	int by = column_compare(order->by, &x->key, &y->key);

	if (!by)
		return order_of_making(x, y);
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
	unsigned int i;

	/*
	 * A percentile may have to be computed, so this is done once for each row, before sorting.
	 */
	for (i = 0; i < rows->nr; i++)
		rows->row[i].key = by->get(&rows->row[i]);
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
