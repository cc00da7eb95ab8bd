// SPDX-License-Identifier: GPL-2.0
/*
 * The model as comma-separated values: a line for each thing that something happened to in the last
 * interval, all with the same columns, of which those that do not apply are empty. Times are
 * nanoseconds, everything else is an integer or a name.
 */
#include <inttypes.h>
#include "names.h"
#include "view.h"

/**
 * struct line - a line's cells beside its numbers
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
	      "kernel_ns,vmm_ns,halted_ns,duration_ns,p50_ns,p99_ns,max_ns\n", out);
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
	fprintf(out, ",%s,", line->name);
}

static void put_latency(FILE *out, const struct model_latency *l)
{
	if (l->some)
		fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", (uint64_t)l->p50_ns,
			(uint64_t)l->p99_ns, (uint64_t)l->now_max_ns);
	else
		fputs(",,\n", out);
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

static void put_scope(FILE *out, const struct model *m, struct line *line,
		      const struct model_scope *scope)
{
	const char *record = line->record;
	char room[NAME_SIZE];
	unsigned int i;

	line->name = "";
	put_exit(out, m, line, &scope->all);
	line->record = "exit";
	for (i = 0; i < MSHV_STATS_REASONS; i++) {
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
	for (i = 0; i < MSHV_STATS_HVCALLS; i++) {
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
	/* What is missing since the counters were loaded, of which the count is the only number */
	line = (struct line){ .record = "lost", .name = "" };
	put_line(out, m, &line);
	fprintf(out, "%" PRIu64 ",,,,,,,,,,\n", (uint64_t)model_lost_sum(&m->lost));
}
