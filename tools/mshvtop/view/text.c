// SPDX-License-Identifier: GPL-2.0
/*
 * The model as text: two lines of summary, then partitions, exits by reason and hypercalls by code,
 * the same columns as on the screen. For people; programs read the JSON.
 */
#include <limits.h>
#include <string.h>
#include "num.h"
#include "view/view.h"

/* Longest line of a table: every column at its width, one space between */
#define MAX_LINE	512

/* Rows of a table of details; there may be thousands. */
#define MAX_DETAILS	20

/* The left part is cut, because the right one (losses) must be seen. */
static void join(char *text, size_t size, const char *left, const char *right, unsigned int width)
{
	int room = (int)width - (int)strlen(right) - 1;

	if (room < 0)
		room = 0;
	snprintf(text, size, "%-*.*s %s", room, room, left, right);
}

static void summary_source(char *text, size_t size, const struct model *m, unsigned int width)
{
	char left[160], right[32], counts[64], lost[NUM_SIZE];
	int kernel, fixed;

	num_count(lost, model_lost_sum(&m->lost));
	snprintf(right, sizeof(right), "lost %s", lost);
	if (m->partial)
		snprintf(counts, sizeof(counts), "every %.1fs   ? partitions ? VPs",
			 m->interval_ns / 1e9);
	else
		snprintf(counts, sizeof(counts), "every %.1fs   %u partition%s %u VP%s",
			 m->interval_ns / 1e9, m->nr_live_partitions,
			 m->nr_live_partitions == 1 ? "" : "s", m->nr_live_vps,
			 m->nr_live_vps == 1 ? "" : "s");
	/* The kernel's name is long; its version comes first in it. */
	fixed = strlen("mshvtop   ") + strlen(m->source) + 1 + strlen("   ") + strlen(counts) + 1 +
		strlen(right);
	kernel = (int)width - fixed;
	if (kernel < 6)
		kernel = 6;
	snprintf(left, sizeof(left), "mshvtop   %s %.*s   %s", m->source, kernel, m->kernel,
		 counts);
	join(text, size, left, right, width);
}

/* Where the time went, as far as the source knows */
static void times_text(char *text, size_t size, const struct model *m)
{
	const struct model_exit_sum *now = &m->exits.all.now;
	__u64 time = model_time_sum(now);

	if (m->lacks & MODEL_LACKS_TIMES)
		snprintf(text, size, "guest - hv - vmm %.0f%% halt -",
			 model_share(now->ns[MODEL_VMM], time));
	else
		snprintf(text, size, "guest %.0f%% hv %.0f%% vmm %.0f%% halt %.0f%%",
			 model_share(now->ns[MODEL_GUEST], time),
			 model_share(now->ns[MODEL_KERNEL], time),
			 model_share(now->ns[MODEL_VMM], time),
			 model_share(now->ns[MODEL_HALTED], time));
}

static void summary_host(char *text, size_t size, const struct model *m, unsigned int width)
{
	char left[160], right[32], exits[NUM_SIZE], hvcalls[NUM_SIZE] = "-", times[80];

	num_rate(exits, model_rate(m, m->exits.all.now.count));
	if (!(m->lacks & MODEL_LACKS_HVCALLS))
		num_rate(hvcalls, model_rate(m, m->hvcalls.now.count));
	times_text(times, sizeof(times), m);
	snprintf(left, sizeof(left), "exits %s/s  hypercalls %s/s   %s", exits, hvcalls, times);
	snprintf(right, sizeof(right), "self %.1f%%",
		 model_share(m->self_cpu_ns + m->self_bpf_ns, m->interval_ns));
	join(text, size, left, right, width);
}

/**
 * view_summary() - one line of what is said of the host as a whole
 * @text: the result
 * @size: of @text
 * @m: the model
 * @line: 0 .. SUMMARY_LINES - 1
 * @width: what there is room for
 */
void view_summary(char *text, size_t size, const struct model *m, unsigned int line,
		  unsigned int width)
{
	if (line == 0)
		summary_source(text, size, m, width);
	else
		summary_host(text, size, m, width);
}

static void print_line(FILE *out, char *line)
{
	size_t length = strlen(line);

	while (length && line[length - 1] == ' ')
		length--;
	fprintf(out, "%.*s\n", (int)length, line);
}

static void print_row(FILE *out, const struct table *table, const unsigned char *widths,
		      const struct row *row)
{
	char line[MAX_LINE];
	size_t at = 0;
	unsigned int i;

	for (i = 0; i < table->nr_columns; i++) {
		if (!widths[i])
			continue;
		if (at)
			line[at++] = ' ';
		if (row)
			column_format(&line[at], sizeof(line) - at, &table->columns[i], widths[i],
				      row);
		else
			column_heading(&line[at], sizeof(line) - at, &table->columns[i], widths[i]);
		at += strlen(&line[at]);
	}
	print_line(out, line);
}

static void print_table(FILE *out, enum table_id id, struct rows *rows, unsigned int most,
			unsigned int width)
{
	const struct table *table = &tables[id];
	unsigned char widths[MAX_COLUMNS];
	unsigned int i;

	columns_fit(table, columns_of_screens(table), width, widths);
	rows_sort(rows, &table->columns[table->sort], false);
	putc('\n', out);
	print_row(out, table, widths, NULL);
	for (i = 0; i < rows->nr && i < most; i++)
		print_row(out, table, widths, &rows->row[i]);
	if (rows->nr > most)
		fprintf(out, "and %u more\n", rows->nr - most);
	if (!rows->nr)
		fprintf(out, "no %s\n", table->name);
}

/* The one partition that the filter leaves, or NULL if there are more or none */
static const struct model_partition *only_partition(const struct rows *partitions)
{
	return partitions->nr == 1 ? partitions->row[0].partition : NULL;
}

/**
 * view_text() - write the last interval as text
 * @out: where to
 * @m: the model
 * @filter: which partitions; if one partition is left, the exits are those of that partition
 * @width: of a line at most, as long as the columns that are always shown fit
 *
 * Return: false without memory; errors of @out are for the caller to find.
 */
bool view_text(FILE *out, const struct model *m, const struct row_filter *filter,
	       unsigned int width)
{
	bool filtered = filter->by_partition || filter->tgid;
	const struct model_partition *only = NULL;
	struct rows rows = { 0 };
	char line[MAX_LINE];
	bool ok = false;
	unsigned int i;

	for (i = 0; i < SUMMARY_LINES; i++) {
		view_summary(line, sizeof(line), m, i, width);
		print_line(out, line);
	}
	if (!rows_partitions(&rows, m, filter))
		goto out_free;
	if (filtered)
		only = only_partition(&rows);
	print_table(out, TABLE_PARTITIONS, &rows, UINT_MAX, width);
	if (only)
		fprintf(out, "\nexits of partition %llu", only->id);
	else if (filtered)
		fputs("\nexits of the host", out);
	if (!rows_exits(&rows, m, only ? &only->exits : &m->exits))
		goto out_free;
	print_table(out, TABLE_EXITS, &rows, UINT_MAX, width);
	if (filtered)
		fputs("\nhypercalls of the host", out);
	if (!rows_hvcalls(&rows, m))
		goto out_free;
	print_table(out, TABLE_HVCALLS, &rows, UINT_MAX, width);
	ok = true;
out_free:
	rows_free(&rows);
	return ok;
}

/**
 * view_text_details() - write the details of the last interval as text
 * @out: where to
 * @m: the model
 * @d: what is wanted
 * @width: as for view_text()
 *
 * Return: false without memory; errors of @out are for the caller to find.
 */
bool view_text_details(FILE *out, const struct model *m, const struct view_details *d,
		       unsigned int width)
{
	static const enum table_id shown[] = {
		TABLE_INTERCEPTS, TABLE_INTERRUPTS, TABLE_MEMORY, TABLE_SLOW, TABLE_COUNTERS,
		TABLE_COST,
	};
	struct rows rows = { 0 };
	bool ok = true;
	unsigned int i;

	for (i = 0; ok && i < sizeof(shown) / sizeof(shown[0]); i++) {
		if (!view_details_known(m, d->source, shown[i])) {
			fprintf(out, "\n%s: not known\n", tables[shown[i]].name);
			continue;
		}
		ok = view_details_rows(&rows, m, shown[i], d);
		if (ok)
			print_table(out, shown[i], &rows, MAX_DETAILS, width);
	}
	rows_free(&rows);
	return ok;
}
