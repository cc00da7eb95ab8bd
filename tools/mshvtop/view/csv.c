// SPDX-License-Identifier: GPL-2.0
/*
 * The model as comma-separated values: a line for each object or row that had events in the last
 * interval. All lines have the same columns; columns that do not apply are empty. Times are
 * nanoseconds, everything else is an integer or a name.
 */
#include <inttypes.h>
#include <string.h>
#include "names.h"
#include "slow.h"
#include "source/tally.h"
#include "view/view.h"

/* The cells of lines that have no details */
#define NO_DETAILS	",,,,,,\n"

/**
 * struct line - the cells of a line that are not numbers
 * @record: what it is about
 * @partition: NULL: of the host
 * @vp: NULL: of no VP
 * @name: reason or hypercall; empty for all of them
 */
struct line {
	const char *record;
	const struct model_partition *partition;
	const struct model_vp *vp;
	const char *name;
};

/**
 * view_csv_head() - write the names of the columns
 * @out: where to
 */
void view_csv_head(FILE *out)
{
	fputs("time_ns,interval_ns,record,partition,pid,vmm,vp,name,count,errors,reps,guest_ns,"
	      "kernel_ns,vmm_ns,halted_ns,duration_ns,p50_ns,p99_ns,max_ns,what,access,pages,"
	      "value,end_ns,stack\n", out);
}

static void put_quoted(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

/* Only what needs quotes has them. */
static void put_cell(FILE *out, const char *text)
{
	if (strpbrk(text, "\",;\r\n"))
		put_quoted(out, text);
	else
		fputs(text, out);
}

static void put_line(FILE *out, const struct model *m, const struct line *line)
{
	fprintf(out, "%" PRIu64 ",%" PRIu64 ",%s,", (uint64_t)m->wall_ns, (uint64_t)m->interval_ns,
		line->record);
	if (line->partition) {
		fprintf(out, "%" PRIu64 ",%u,", (uint64_t)line->partition->id,
			line->partition->tgid);
		put_quoted(out, line->partition->vmm);
	} else {
		fputs(",,", out);
	}
	putc(',', out);
	if (line->vp)
		fprintf(out, "%u", line->vp->index);
	putc(',', out);
	put_cell(out, line->name);
	putc(',', out);
}

static void put_latency(FILE *out, const struct model_latency *l)
{
	if (l->some)
		fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 NO_DETAILS, (uint64_t)l->p50_ns,
			(uint64_t)l->p99_ns, (uint64_t)l->now_max_ns);
	else
		fputs(",," NO_DETAILS, out);
}

static void put_exit(FILE *out, const struct model *m, const struct line *line,
		     const struct model_exit *e)
{
	unsigned int i;

	put_line(out, m, line);
	fprintf(out, "%" PRIu64 ",,", (uint64_t)e->now.count);
	for (i = 0; i < MODEL_NR_TIMES; i++) {
		putc(',', out);
		if (i == MODEL_VMM || !(m->lacks & MODEL_LACKS_TIMES))
			fprintf(out, "%" PRIu64, (uint64_t)e->now.ns[i]);
	}
	fputs(",,", out);
	put_latency(out, &e->latency);
}

/* VPs without a slot are not counted. */
static bool is_counted(const struct model *m, const struct line *line)
{
	if (line->vp)
		return model_vp_counted(m, line->vp);
	return !line->partition || model_partition_counted(m, line->partition);
}

static void put_scope(FILE *out, const struct model *m, struct line *line,
		      const struct model_scope *scope)
{
	const char *record = line->record;
	char room[NAME_SIZE];
	unsigned int i;

	line->name = "";
	if (is_counted(m, line)) {
		put_exit(out, m, line, &scope->all);
	} else {
		put_line(out, m, line);
		fputs(",,,,,,,,,," NO_DETAILS, out);
	}
	line->record = "exit";
	for (i = 0; i < MSHV_COUNTS_REASONS; i++) {
		if (!scope->reason[i]->now.count)
			continue;
		line->name = exit_name(i, room);
		put_exit(out, m, line, scope->reason[i]);
	}
	line->record = record;
}

static void put_hvcall(FILE *out, const struct model *m, const char *name,
		       const struct model_hvcall *h)
{
	const struct line line = { .record = "hypercall", .name = name };

	put_line(out, m, &line);
	fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",,,,,%" PRIu64 ",", (uint64_t)h->now.count,
		(uint64_t)h->now.errors, (uint64_t)h->now.reps, (uint64_t)h->now.ns);
	put_latency(out, &h->latency);
}

static void put_hvcalls(FILE *out, const struct model *m)
{
	char room[NAME_SIZE];
	unsigned int i;

	if (m->lacks & MODEL_LACKS_HVCALLS)
		return;
	put_hvcall(out, m, "", &m->hvcalls);
	for (i = 0; i < MSHV_COUNTS_HVCALLS; i++) {
		const struct model_hvcall *h = &m->hvcall[i];

		if (h->now.count)
			put_hvcall(out, m, h->code == MODEL_HVCALL_OTHER ? "OTHER" :
				   hvcall_name(h->code, room), h);
	}
}

/**
 * view_csv() - write the last interval as lines of comma-separated values
 * @out: where to
 * @m: the model
 * @filter: which partitions and VPs; the host's sums are not filtered
 *
 * Errors of @out are for the caller to find.
 */
void view_csv(FILE *out, const struct model *m, const struct row_filter *filter)
{
	struct line line = { .record = "host" };
	unsigned int i, j;

	put_scope(out, m, &line, &m->exits);
	for (i = 0; i < m->nr_partitions; i++) {
		const struct model_partition *p = m->partitions[i];

		if (!filter_matches(filter, p))
			continue;
		line = (struct line){ .record = "partition", .partition = p };
		put_scope(out, m, &line, &p->exits);
		line.record = "vp";
		for (j = 0; j < p->nr_vps; j++) {
			line.vp = p->vps[j];
			put_scope(out, m, &line, &line.vp->exits);
		}
	}
	put_hvcalls(out, m);
	/*
	 * Lost events since the counters were loaded; the count is the only number of such a line
	 */
	line = (struct line){ .record = "lost", .name = "" };
	put_line(out, m, &line);
	fprintf(out, "%" PRIu64 ",,,,,,,,,," NO_DETAILS, (uint64_t)model_lost_sum(&m->lost));
}

/* --- What is beside the counters -------------------------------------------------------------- */

/*
 * The columns that hold numbers, from count on; only details have the columns from PAGES on. The
 * count of a hypervisor's counter is negative when the counter falls.
 */
enum number {
	COUNT, ERRORS, REPS, GUEST, KERNEL, VMM, HALTED, DURATION, P50, P99, MAX,
	PAGES, VALUE, END,
	NR_NUMBERS
};

/**
 * struct detail_line - a line
 * @record: what it is about
 * @partition_id: its number; 0 or -1: none
 * @vp: its number; -1: none
 * @name: what it is
 * @what: what of
 * @access: how
 * @has: a bit for each number that is known
 * @number: the numbers
 * @nr_places: entries of @place
 * @place: where in the kernel, innermost first
 */
struct detail_line {
	const char *record;
	__u64 partition_id;
	__u32 vp;
	char name[96];
	char what[160];
	const char *access;
	unsigned int has;
	__u64 number[NR_NUMBERS];
	unsigned int nr_places;
	char place[MSHV_SLOW_STACK][SYMBOL_SIZE];
};

static struct detail_line detail_line(const char *record)
{
	return (struct detail_line){ .record = record, .vp = ~0U, .access = "" };
}

static void set(struct detail_line *line, enum number column, __u64 value)
{
	line->has |= 1U << column;
	line->number[column] = value;
}

static void put_numbers(FILE *out, const struct detail_line *line, enum number first,
			enum number end)
{
	unsigned int i;

	for (i = first; i < end; i++) {
		putc(',', out);
		if (line->has & (1U << i))
			fprintf(out, "%" PRId64, (int64_t)line->number[i]);
	}
}

static void put_detail(FILE *out, const struct model *m, const struct detail_line *line)
{
	const struct model_partition *p = model_find_partition(m, line->partition_id);
	char stack[MSHV_SLOW_STACK * (SYMBOL_SIZE + 1)];
	unsigned int i;
	size_t at = 0;

	fprintf(out, "%" PRIu64 ",%" PRIu64 ",%s,", (uint64_t)m->wall_ns, (uint64_t)m->interval_ns,
		line->record);
	if (line->partition_id && line->partition_id != ~0ULL)
		fprintf(out, "%" PRIu64, (uint64_t)line->partition_id);
	putc(',', out);
	if (p) {
		fprintf(out, "%u,", p->tgid);
		put_quoted(out, p->vmm);
	} else {
		putc(',', out);
	}
	putc(',', out);
	if (line->vp != ~0U)
		fprintf(out, "%u", line->vp);
	putc(',', out);
	put_cell(out, line->name);
	put_numbers(out, line, COUNT, PAGES);
	putc(',', out);
	put_quoted(out, line->what);
	fprintf(out, ",%s", line->access);
	put_numbers(out, line, PAGES, NR_NUMBERS);
	putc(',', out);
	for (i = 0; i < line->nr_places; i++)
		at += snprintf(&stack[at], sizeof(stack) - at, "%s%s", i ? ";" : "",
			       line->place[i]);
	if (at)
		put_quoted(out, stack);
	putc('\n', out);
}

static void put_tally(FILE *out, const struct model *m, const char *record, enum table_id table,
		      const struct model_tally *t)
{
	struct detail_line line = detail_line(record);

	if (!t->now.count)
		return;
	line.partition_id = t->key.partition_id;
	snprintf(line.name, sizeof(line.name), "%s", tally_kind_name(t->key.kind));
	tally_text(&t->key, line.what, sizeof(line.what));
	line.access = tally_access(&t->key);
	set(&line, COUNT, t->now.count);
	if (table != TABLE_INTERCEPTS)
		set(&line, ERRORS, t->now.errors);
	if (table == TABLE_MEMORY)
		set(&line, PAGES, t->now.amount);
	put_detail(out, m, &line);
}

static void put_counter(FILE *out, const struct model *m, const struct model_tally *t)
{
	struct detail_line line = detail_line("counter");

	line.partition_id = t->key.partition_id;
	if (t->key.kind == TALLY_VP)
		line.vp = t->key.access;
	tally_text(&t->key, line.name, sizeof(line.name));
	snprintf(line.what, sizeof(line.what), "%s", tally_kind_name(t->key.kind));
	set(&line, COUNT, t->now.count);
	set(&line, VALUE, t->last.count);
	put_detail(out, m, &line);
}

static void put_slow(FILE *out, const struct model *m, const struct source *source,
		     const struct model_slow *slow)
{
	struct detail_line line = detail_line("slow");
	const struct mshv_slow *s = &slow->event;
	unsigned int i;

	line.partition_id = s->partition_id;
	line.vp = s->vp_index;
	slow_name(s, line.name, sizeof(line.name));
	slow_arguments(s, line.what, sizeof(line.what));
	set(&line, COUNT, 1);
	set(&line, END, slow->wall_ns);
	if (s->is_hvcall) {
		set(&line, ERRORS, s->arg[SLOW_HVCALL_STATUS] != 0);
		set(&line, REPS, s->arg[SLOW_HVCALL_REPS_DONE]);
		set(&line, DURATION, s->arg[SLOW_HVCALL_DURATION_NS]);
		line.nr_places = view_stack(source, s, line.place);
	} else {
		for (i = 0; i < MODEL_NR_TIMES; i++)
			set(&line, GUEST + i, s->arg[SLOW_EXIT_GUEST_NS + i]);
	}
	put_detail(out, m, &line);
}

static void put_program(FILE *out, const struct model *m, const struct model_program *p)
{
	struct detail_line line = detail_line("program");

	snprintf(line.name, sizeof(line.name), "%s", p->name);
	set(&line, COUNT, p->now.runs);
	set(&line, DURATION, p->now.ns);
	put_detail(out, m, &line);
}

static void put_row(FILE *out, const struct row *row, const char *record, enum table_id table,
		    const struct source *source)
{
	if (row->slow)
		put_slow(out, row->model, source, row->slow);
	else if (row->program)
		put_program(out, row->model, row->program);
	else if (!tally_is_counter(&row->tally->key))
		put_tally(out, row->model, record, table, row->tally);
	else if (table == TABLE_COUNTERS)
		put_counter(out, row->model, row->tally);
}

/**
 * view_csv_details() - write the details of the last interval as further lines
 * @out: where to
 * @m: the model
 * @d: which details
 *
 * Return: false without memory; errors of @out are for the caller to find.
 */
bool view_csv_details(FILE *out, const struct model *m, const struct view_details *d)
{
	static const struct {
		const char *record;
		enum table_id table;
	} parts[] = {
		{ "intercept", TABLE_INTERCEPTS }, { "interrupt", TABLE_INTERRUPTS },
		{ "memory", TABLE_MEMORY }, { "slow", TABLE_SLOW }, { "counter", TABLE_COUNTERS },
		{ "program", TABLE_COST },
	};
	struct rows rows = { 0 };
	unsigned int i, j;
	bool ok = true;

	for (i = 0; ok && i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!view_details_known(m, d->source, parts[i].table))
			continue;
		ok = view_details_rows(&rows, m, parts[i].table, d);
		for (j = 0; ok && j < rows.nr; j++)
			put_row(out, &rows.row[j], parts[i].record, parts[i].table, d->source);
	}
	rows_free(&rows);
	return ok;
}
