// SPDX-License-Identifier: GPL-2.0
/*
 * The columns of all tables. A line of a table below defines a column completely: views, sorting
 * and help follow from it. The functions only pick values out of the model.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "view/columns.h"
#include "view/columns_detail.h"
#include "model/history.h"
#include "names.h"
#include "num.h"

static struct value number(double number)
{
	return (struct value){ .number = number };
}

/* A value that exists only if there were samples */
static struct value number_if(bool there, double number)
{
	return (struct value){ .none = !there, .number = number };
}

static struct value text(const char *text)
{
	struct value v = { .none = !text[0] };

	snprintf(v.text, sizeof(v.text), "%s", text);
	return v;
}

/* --- The last interval, or all since the start ------------------------------------------------ */

static const struct model_exit_sum *exit_sum(const struct row *row, const struct model_exit *e)
{
	return row->total ? &e->total : &e->now;
}

static const struct model_hvcall_sum *hvcall_sum(const struct row *row)
{
	return row->total ? &row->hvcall->total : &row->hvcall->now;
}

static struct value rate(const struct row *row, __u64 now, __u64 total)
{
	const struct model *m = row->model;

	if (row->total)
		return number_if(m->total_ns, m->total_ns ? total * 1e9 / m->total_ns : 0);
	return number_if(m->interval_ns, model_rate(m, now));
}

static struct value percentile(const struct row *row, const struct model_latency *latency,
			       double percent)
{
	const struct hist *total;
	struct hist room;

	if (!row->total)
		return number_if(latency->some, percent < 99 ? latency->p50_ns : latency->p99_ns);
	total = model_total(latency, &room);
	return number_if(total->n, hist_percentile(total, percent,
						   hist_bound(total, latency->max_ns)));
}

/* Rates of the last intervals as parts of the highest among them */
static struct value trend(const struct row *row, const struct model_latency *latency)
{
	double rates[TREND_LENGTH], most = 0;
	struct moment moment;
	struct value v = { 0 };
	unsigned int nr, i;

	for (nr = 0; nr < TREND_LENGTH; nr++) {
		if (!model_moment(row->model, latency, nr, &moment))
			break;
		rates[nr] = moment.seconds > 0 ? moment.count / moment.seconds : 0;
		if (rates[nr] > most)
			most = rates[nr];
	}
	v.none = !nr || most <= 0;
	if (v.none)
		return v;
	for (i = 0; i < nr; i++)
		v.text[i] = '0' + (int)ceil(rates[nr - 1 - i] / most * TREND_LEVELS);
	v.number = rates[0];
	return v;
}

/* --- Partitions and VPs ---------------------------------------------------------------------- */

static const struct model_scope *row_scope(const struct row *row)
{
	return row->vp ? &row->vp->exits : &row->partition->exits;
}

/* What is known of VPs without a slot is that they exist. */
static bool is_counted(const struct row *row)
{
	return row->vp ? model_vp_counted(row->model, row->vp) :
			 model_partition_counted(row->model, row->partition);
}

static struct value if_counted(const struct row *row, struct value value)
{
	return is_counted(row) ? value : number_if(false, 0);
}

static struct value get_partition(const struct row *row)
{
	return number(row->partition->id);
}

static struct value get_pid(const struct row *row)
{
	return number_if(row->partition->tgid, row->partition->tgid);
}

static struct value get_vmm(const struct row *row)
{
	char name[TEXT_ROOM(MSHV_COUNTS_COMM) + 2];

	/* A VMM that is gone keeps its name, in brackets. */
	snprintf(name, sizeof(name), row->partition->gone ? "(%s)" : "%s", row->partition->vmm);
	return text(name);
}

static struct value get_vps(const struct row *row)
{
	return number_if(!row->partition->hidden, row->partition->nr_live_vps);
}

static struct value get_vp(const struct row *row)
{
	return number(row->vp->index);
}

static struct value get_exit_rate(const struct row *row)
{
	const struct model_exit *all = &row_scope(row)->all;

	return if_counted(row, rate(row, all->now.count, all->total.count));
}

static struct value get_exit_total(const struct row *row)
{
	return if_counted(row, number(row_scope(row)->all.total.count));
}

static struct value get_partition_hvcall_rate(const struct row *row)
{
	if (row->model->lacks & MODEL_LACKS_CALLERS)
		return number_if(false, 0);
	return rate(row, row->partition->hvcalls.now, row->partition->hvcalls.total);
}

static struct value time_share(const struct row *row, enum model_time which)
{
	const struct model_exit_sum *all = exit_sum(row, &row_scope(row)->all);
	__u64 sum = model_time_sum(all);

	if (row->model->lacks & MODEL_LACKS_TIMES && which != MODEL_VMM)
		return number_if(false, 0);
	return if_counted(row, number_if(sum, model_share(all->ns[which], sum)));
}

static struct value get_guest(const struct row *row)
{
	return time_share(row, MODEL_GUEST);
}

static struct value get_kernel(const struct row *row)
{
	return time_share(row, MODEL_KERNEL);
}

static struct value get_vmm_time(const struct row *row)
{
	return time_share(row, MODEL_VMM);
}

static struct value get_halted(const struct row *row)
{
	return time_share(row, MODEL_HALTED);
}

static struct value get_p50(const struct row *row)
{
	return if_counted(row, percentile(row, &row_scope(row)->all.latency, 50));
}

static struct value get_p99(const struct row *row)
{
	return if_counted(row, percentile(row, &row_scope(row)->all.latency, 99));
}

static struct value get_max(const struct row *row)
{
	const struct model_exit *all = &row_scope(row)->all;

	return if_counted(row, number_if(all->latency.max_ns, all->latency.max_ns));
}

static struct value get_top(const struct row *row)
{
	int top = model_top_reason(row_scope(row), row->total);
	char room[NAME_SIZE];

	return if_counted(row, text(top < 0 ? "" : exit_name(top, room)));
}

static struct value get_trend(const struct row *row)
{
	return if_counted(row, trend(row, &row_scope(row)->all.latency));
}

static const struct column partition_columns[] = {
	{ "partition", "PART", 4, 0, false, 0, VALUE_NUMBER, get_partition,
	  "the hypervisor's number for the partition" },
	{ "pid", "PID", 7, 0, false, 0, VALUE_NUMBER, get_pid,
	  "process id of its VMM" },
	{ "vmm", "VMM", 15, 9, true, 0, VALUE_TEXT, get_vmm,
	  "name of its VMM, in brackets once the partition is gone" },
	{ "vps", "VPS", 3, 0, false, 0, VALUE_NUMBER, get_vps,
	  "virtual processors that exist" },
	{ "exits", "EXITS/s", 7, 0, false, 0, VALUE_RATE, get_exit_rate,
	  "exits per second" },
	{ "hvcalls", "HVC/s", 5, 0, false, 0, VALUE_RATE, get_partition_hvcall_rate,
	  "hypercalls per second made for it" },
	{ "guest", "GST", 3, 0, false, 0, VALUE_PERCENT, get_guest,
	  "share of its VPs' time in the guest, %" },
	{ "hv", "HV", 3, 0, false, 0, VALUE_PERCENT, get_kernel,
	  "share of its VPs' time in hypervisor and driver, %" },
	{ "vmm_time", "VMM", 3, 0, false, 0, VALUE_PERCENT, get_vmm_time,
	  "share of its VPs' time in the VMM, %" },
	{ "halted", "HLT", 3, 0, false, 0, VALUE_PERCENT, get_halted,
	  "share of its VPs' time halted, %" },
	{ "p50", "p50us", 5, 0, false, 0, VALUE_US, get_p50,
	  "median exit latency in the interval, us" },
	{ "p99", "p99us", 5, 0, false, 0, VALUE_US, get_p99,
	  "99th percentile of the exit latency in the interval, us" },
	{ "max", "max us", 6, 0, false, 1, VALUE_US, get_max,
	  "longest exit latency since the start, us" },
	{ "total", "EXITS", 6, 0, false, 2, VALUE_COUNT, get_exit_total,
	  "exits since the start" },
	{ "trend", "TREND", 24, 8, true, 3, VALUE_TREND, get_trend,
	  "exits per second in the last intervals, the last one at the right" },
	{ "top", "TOP", 22, 10, true, 0, VALUE_TEXT, get_top,
	  "the most frequent exit reason" },
};

static const struct column vp_columns[] = {
	{ "partition", "PART", 4, 0, false, 0, VALUE_NUMBER, get_partition,
	  "the hypervisor's number for the partition" },
	{ "vp", "VP", 4, 0, false, 0, VALUE_NUMBER, get_vp,
	  "index of the virtual processor" },
	{ "exits", "EXITS/s", 7, 0, false, 0, VALUE_RATE, get_exit_rate,
	  "exits per second" },
	{ "guest", "GST", 3, 0, false, 0, VALUE_PERCENT, get_guest,
	  "share of its time in the guest, %" },
	{ "hv", "HV", 3, 0, false, 0, VALUE_PERCENT, get_kernel,
	  "share of its time in hypervisor and driver, %" },
	{ "vmm_time", "VMM", 3, 0, false, 0, VALUE_PERCENT, get_vmm_time,
	  "share of its time in the VMM, %" },
	{ "halted", "HLT", 3, 0, false, 0, VALUE_PERCENT, get_halted,
	  "share of its time halted, %" },
	{ "p50", "p50us", 6, 0, false, 0, VALUE_US, get_p50,
	  "median exit latency in the interval, us" },
	{ "p99", "p99us", 6, 0, false, 0, VALUE_US, get_p99,
	  "99th percentile of the exit latency in the interval, us" },
	{ "max", "max us", 6, 0, false, 0, VALUE_US, get_max,
	  "longest exit latency since the start, us" },
	{ "total", "EXITS", 6, 0, false, 1, VALUE_COUNT, get_exit_total,
	  "exits since the start" },
	{ "trend", "TREND", 24, 8, true, 3, VALUE_TREND, get_trend,
	  "exits per second in the last intervals, the last one at the right" },
	{ "top", "TOP", 22, 7, true, 0, VALUE_TEXT, get_top,
	  "the most frequent exit reason" },
};

/* --- Exits by reason ------------------------------------------------------------------------- */

static const struct model_exit *row_exit(const struct row *row)
{
	return row->scope->reason[row->reason];
}

static struct value get_reason(const struct row *row)
{
	char room[NAME_SIZE];

	return text(exit_name(row->reason, room));
}

/*
 * The hypervisor's counters are read while a screen shows them, so there is no total since the
 * start.
 */
static struct value get_reason_counted(const struct row *row)
{
	bool known = row->hv_known && !row->total && row->model->interval_ns;

	return number_if(known, known ? model_rate(row->model, row->hv_now) : 0);
}

static struct value get_reason_rate(const struct row *row)
{
	return rate(row, row_exit(row)->now.count, row_exit(row)->total.count);
}

static struct value get_reason_total(const struct row *row)
{
	return number(row_exit(row)->total.count);
}

static struct value get_reason_share(const struct row *row)
{
	__u64 all = exit_sum(row, &row->scope->all)->count;

	return number_if(all, model_share(exit_sum(row, row_exit(row))->count, all));
}

static struct value get_reason_time_share(const struct row *row)
{
	__u64 all = model_time_sum(exit_sum(row, &row->scope->all));

	return number_if(all, model_share(model_latency_sum(exit_sum(row, row_exit(row))), all));
}

static struct value mean(const struct row *row, __u64 ns)
{
	__u64 count = exit_sum(row, row_exit(row))->count;

	return number_if(count, count ? (double)ns / count : 0);
}

static struct value get_reason_mean(const struct row *row)
{
	return mean(row, model_latency_sum(exit_sum(row, row_exit(row))));
}

static struct value get_reason_kernel(const struct row *row)
{
	if (row->model->lacks & MODEL_LACKS_TIMES)
		return number_if(false, 0);
	return mean(row, exit_sum(row, row_exit(row))->ns[MODEL_KERNEL]);
}

static struct value get_reason_vmm(const struct row *row)
{
	return mean(row, exit_sum(row, row_exit(row))->ns[MODEL_VMM]);
}

static struct value get_reason_p50(const struct row *row)
{
	return percentile(row, &row_exit(row)->latency, 50);
}

static struct value get_reason_p99(const struct row *row)
{
	return percentile(row, &row_exit(row)->latency, 99);
}

static struct value get_reason_max(const struct row *row)
{
	return number(row_exit(row)->latency.max_ns);
}

static struct value get_reason_trend(const struct row *row)
{
	return trend(row, &row_exit(row)->latency);
}

static const struct column exit_columns[] = {
	{ "reason", "REASON", 24, 16, true, 0, VALUE_TEXT, get_reason,
	  "why the guest was left" },
	{ "rate", "RATE/s", 7, 0, false, 0, VALUE_RATE, get_reason_rate,
	  "exits per second" },
	{ "total", "TOTAL", 6, 0, false, 2, VALUE_COUNT, get_reason_total,
	  "exits since the start" },
	{ "exits", "%EXITS", 6, 0, false, 0, VALUE_PERCENT, get_reason_share,
	  "share of all exits in the interval" },
	{ "time", "%TIME", 5, 0, false, 0, VALUE_PERCENT, get_reason_time_share,
	  "share of the VPs' time that was waited for such exits, without halts" },
	{ "mean", "mean us", 7, 0, false, 0, VALUE_US, get_reason_mean,
	  "mean latency in the interval: hypervisor, driver and VMM, us" },
	{ "hv", "hv us", 6, 0, false, 2, VALUE_US, get_reason_kernel,
	  "hypervisor's and driver's part of the mean, us" },
	{ "vmm", "vmm us", 6, 0, false, 2, VALUE_US, get_reason_vmm,
	  "VMM's part of the mean, us" },
	{ "p50", "p50us", 6, 0, false, 0, VALUE_US, get_reason_p50,
	  "median latency in the interval, us" },
	{ "p99", "p99us", 6, 0, false, 0, VALUE_US, get_reason_p99,
	  "99th percentile of the latency in the interval, us" },
	{ "max", "max us", 6, 0, false, 0, VALUE_US, get_reason_max,
	  "longest latency since the start, us" },
	{ "counted", "HYP/s", 6, 0, false, 3, VALUE_ASKED_RATE, get_reason_counted,
	  "such exits per second by the hypervisor's count, from debugfs" },
	{ "trend", "TREND", 24, 8, true, 1, VALUE_TREND, get_reason_trend,
	  "exits per second in the last intervals, the last one at the right" },
};

/* --- Hypercalls by code ---------------------------------------------------------------------- */

static struct value get_hvcall(const struct row *row)
{
	char room[NAME_SIZE];

	if (row->hvcall->code == MODEL_HVCALL_OTHER)
		return text("OTHER");
	return text(hvcall_name(row->hvcall->code, room));
}

static struct value get_hvcall_rate(const struct row *row)
{
	return rate(row, row->hvcall->now.count, row->hvcall->total.count);
}

static struct value get_hvcall_total(const struct row *row)
{
	return number(row->hvcall->total.count);
}

static struct value get_hvcall_errors(const struct row *row)
{
	return number(hvcall_sum(row)->errors);
}

static struct value get_hvcall_reps(const struct row *row)
{
	return rate(row, row->hvcall->now.reps, row->hvcall->total.reps);
}

static struct value get_hvcall_mean(const struct row *row)
{
	const struct model_hvcall_sum *sum = hvcall_sum(row);

	return number_if(sum->count, sum->count ? (double)sum->ns / sum->count : 0);
}

static struct value get_hvcall_p50(const struct row *row)
{
	return percentile(row, &row->hvcall->latency, 50);
}

static struct value get_hvcall_p99(const struct row *row)
{
	return percentile(row, &row->hvcall->latency, 99);
}

static struct value get_hvcall_max(const struct row *row)
{
	return number(row->hvcall->latency.max_ns);
}

static struct value get_hvcall_trend(const struct row *row)
{
	return trend(row, &row->hvcall->latency);
}

static const struct column hvcall_columns[] = {
	{ "hypercall", "HYPERCALL", 36, 20, true, 0, VALUE_TEXT, get_hvcall,
	  "what was asked of the hypervisor" },
	{ "rate", "RATE/s", 7, 0, false, 0, VALUE_RATE, get_hvcall_rate,
	  "calls per second" },
	{ "total", "TOTAL", 6, 0, false, 1, VALUE_COUNT, get_hvcall_total,
	  "calls since the start" },
	{ "errors", "ERRORS", 6, 0, false, 0, VALUE_COUNT, get_hvcall_errors,
	  "calls in the interval with another status than SUCCESS" },
	{ "reps", "REPS/s", 7, 0, false, 2, VALUE_RATE, get_hvcall_reps,
	  "list elements dealt with, per second" },
	{ "mean", "mean us", 7, 0, false, 0, VALUE_US, get_hvcall_mean,
	  "mean duration in the interval, us" },
	{ "p50", "p50us", 6, 0, false, 0, VALUE_US, get_hvcall_p50,
	  "median duration in the interval, us" },
	{ "p99", "p99us", 6, 0, false, 0, VALUE_US, get_hvcall_p99,
	  "99th percentile of the duration in the interval, us" },
	{ "max", "max us", 6, 0, false, 0, VALUE_US, get_hvcall_max,
	  "longest duration since the start, us" },
	{ "trend", "TREND", 24, 8, true, 3, VALUE_TREND, get_hvcall_trend,
	  "calls per second in the last intervals, the last one at the right" },
};

/* --- All of them ----------------------------------------------------------------------------- */

#define TABLE(table_name, table_columns, by) {				\
	.name = table_name,						\
	.columns = table_columns,					\
	.nr_columns = sizeof(table_columns) / sizeof(table_columns[0]),	\
	.sort = by,							\
}

const struct table tables[NR_TABLES] = {
	[TABLE_PARTITIONS] = TABLE("partitions", partition_columns, 4),
	[TABLE_VPS] = TABLE("vps", vp_columns, 2),
	[TABLE_EXITS] = TABLE("exits", exit_columns, 1),
	[TABLE_HVCALLS] = TABLE("hypercalls", hvcall_columns, 1),
	[TABLE_INTERCEPTS] = { "intercepts", intercept_columns, NR_INTERCEPT_COLUMNS, 3 },
	[TABLE_INTERRUPTS] = { "interrupts", interrupt_columns, NR_INTERRUPT_COLUMNS, 3 },
	[TABLE_MEMORY] = { "memory", memory_columns, NR_MEMORY_COLUMNS, 5 },
	[TABLE_SLOW] = { "slow", slow_columns, NR_SLOW_COLUMNS, 0 },
	[TABLE_COUNTERS] = { "counters", counter_columns, NR_COUNTER_COLUMNS, 4 },
	[TABLE_COST] = { "cost", cost_columns, NR_COST_COLUMNS, 3 },
	[TABLE_CAPS] = { "capabilities", cap_columns, NR_CAP_COLUMNS, 6 },
};

_Static_assert(sizeof(partition_columns) / sizeof(partition_columns[0]) <= MAX_COLUMNS,
	       "MAX_COLUMNS is too small");

/**
 * table_is_missing() - whether the source has no data for a table
 * @table: the table
 * @m: a model of the source
 *
 * Return: true if it is empty for that reason.
 */
bool table_is_missing(enum table_id table, const struct model *m)
{
	switch (table) {
	case TABLE_HVCALLS:
		return m->lacks & MODEL_LACKS_HVCALLS;
	case TABLE_INTERCEPTS:
	case TABLE_INTERRUPTS:
	case TABLE_MEMORY:
	case TABLE_SLOW:
	case TABLE_CAPS:
		return m->lacks & MODEL_LACKS_DETAILS;
	default:
		return false;
	}
}

/**
 * column_find() - look a column up
 * @table: the table
 * @id: the column's id
 *
 * Return: the column, or NULL.
 */
const struct column *column_find(const struct table *table, const char *id)
{
	unsigned int i;

	for (i = 0; i < table->nr_columns; i++)
		if (!strcmp(table->columns[i].id, id))
			return &table->columns[i];
	return NULL;
}

/**
 * columns_of_screens() - the columns that only a screen can show: trends, and figures that are read
 * while a screen shows them
 * @table: the table
 *
 * Return: a bit for each.
 */
unsigned int columns_of_screens(const struct table *table)
{
	unsigned int i, found = 0;

	for (i = 0; i < table->nr_columns; i++)
		if (table->columns[i].kind == VALUE_TREND ||
		    table->columns[i].kind == VALUE_ASKED_RATE)
			found |= 1U << i;
	return found;
}

static unsigned int sum_widths(const struct table *table, const unsigned char *widths)
{
	unsigned int i, sum = 0;

	for (i = 0; i < table->nr_columns; i++)
		if (widths[i])
			sum += widths[i] + !!sum;
	return sum;
}

/* Return: the shown column of the highest rank above 0, the last of those; -1 if there is none */
static int next_to_drop(const struct table *table, const unsigned char *widths)
{
	unsigned int i, rank = 1;
	int drop = -1;

	for (i = 0; i < table->nr_columns; i++) {
		if (!widths[i] || table->columns[i].rank < rank)
			continue;
		rank = table->columns[i].rank;
		drop = i;
	}
	return drop;
}

/* A partition is known by its VMM's name, which is worth more than what may be left out. */
static unsigned int wanted_width(const struct column *column)
{
	return column->min && column->get != get_vmm ? column->min : column->width;
}

/* Return: the width of the columns that are left, which is more than @width if all have rank 0 */
static unsigned int drop_columns(const struct table *table, unsigned int width,
				 unsigned char *widths)
{
	unsigned int sum;
	int drop;

	while ((sum = sum_widths(table, widths)) > width) {
		drop = next_to_drop(table, widths);
		if (drop < 0)
			break;
		widths[drop] = 0;
	}
	return sum;
}

/**
 * columns_fit() - lay a table out
 * @table: the table
 * @hidden: a bit for each column that is not wanted
 * @width: what there is room for
 * @widths: MAX_COLUMNS entries: the width of each column, 0 for those that are left out
 *
 * Columns are left out by rank until the rest fits. Those that may be cut count with their least
 * width; names of VMMs do so only if all that may be left out is.
 * The width that is left then goes to the cut columns, from left to right. Columns are one space
 * apart.
 *
 * Return: the width of all of it, which is more than @width if not even rank 0 fits.
 */
unsigned int columns_fit(const struct table *table, unsigned int hidden, unsigned int width,
			 unsigned char *widths)
{
	unsigned int i, sum, more;

	for (i = 0; i < table->nr_columns; i++)
		widths[i] = hidden & (1U << i) ? 0 : wanted_width(&table->columns[i]);
	sum = drop_columns(table, width, widths);
	for (i = 0; sum > width && i < table->nr_columns; i++)
		if (widths[i] && table->columns[i].min)
			widths[i] = table->columns[i].min;
	sum = drop_columns(table, width, widths);
	if (sum > width)
		return sum;
	for (i = 0; i < table->nr_columns; i++) {
		if (!widths[i] || !table->columns[i].min)
			continue;
		more = table->columns[i].width - widths[i];
		if (more > width - sum)
			more = width - sum;
		widths[i] += more;
		sum += more;
	}
	return sum;
}

static void pad(char *cell, size_t size, bool left, unsigned int width, const char *contents)
{
	if (left)
		text_fit(cell, size, contents, width, true);
	else
		snprintf(cell, size, "%*s", (int)width, contents);
}

/**
 * column_format() - write a cell
 * @cell: the result
 * @size: of @cell
 * @column: which column
 * @width: its width; a number that is wider is written in full
 * @row: which row
 */
void column_format(char *cell, size_t size, const struct column *column, unsigned int width,
		   const struct row *row)
{
	struct value v = column->get(row);
	char contents[NUM_SIZE] = "-";

	if (column->kind == VALUE_TEXT || column->kind == VALUE_TREND) {
		pad(cell, size, column->left, width, v.none ? contents : v.text);
		return;
	}
	if (!v.none) {
		switch (column->kind) {
		case VALUE_COUNT:
			num_count(contents, v.number);
			break;
		case VALUE_RATE:
		case VALUE_ASKED_RATE:
			num_rate(contents, v.number);
			break;
		case VALUE_PERCENT:
			num_percent(contents, v.number);
			break;
		case VALUE_US:
			num_us(contents, v.number);
			break;
		default:
			snprintf(contents, sizeof(contents), "%.0f", v.number);
		}
	}
	pad(cell, size, column->left, width, contents);
}

/**
 * column_heading() - write a column's head
 * @cell: the result
 * @size: of @cell
 * @column: which column
 * @width: its width
 */
void column_heading(char *cell, size_t size, const struct column *column, unsigned int width)
{
	pad(cell, size, column->left, width, column->heading);
}

/**
 * column_compare() - order of two values of a column
 * @column: which column
 * @a: a value
 * @b: another one
 *
 * Return: negative, 0 or positive; a cell without a value is less than any other.
 */
int column_compare(const struct column *column, const struct value *a, const struct value *b)
{
	if (a->none || b->none)
		return b->none - a->none;
	if (column->kind == VALUE_TEXT)
		return strcmp(a->text, b->text);
	return (a->number > b->number) - (a->number < b->number);
}
