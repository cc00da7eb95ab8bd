// SPDX-License-Identifier: GPL-2.0
/*
 * Takes the rows of a recording, interval by interval, from the model. Partitions have other ids in
 * another run, so VPs are named by the VMM's name, the partition's place among those of that name,
 * and the VP's index.
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include "compare/diff.h"
#include "err.h"
#include "names.h"

/**
 * struct diff_guest - a partition of the recording
 * @id: the hypervisor's id
 * @tgid: its VMM
 * @vmm: the VMM's name
 * @place: its place among those of that name, from 1
 */
struct diff_guest {
	__u64 id;
	__u32 tgid;
	char vmm[TEXT_ROOM(MSHV_COUNTS_COMM)];
	unsigned int place;
};

static int compare_rows(const void *x, const void *y)
{
	const struct diff_row *a = x, *b = y;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void forget_node(void *node)
{
	(void)node;
}

/**
 * diff_side_init() - a recording without rows
 * @side: the recording
 * @nr_intervals: intervals; their lengths are 0
 *
 * Return: false without memory.
 */
bool diff_side_init(struct diff_side *side, unsigned int nr_intervals)
{
	side->nr_intervals = nr_intervals;
	side->seconds = calloc(nr_intervals + 1, sizeof(side->seconds[0]));
	return side->seconds;
}

/**
 * diff_side_free() - free what a recording has
 * @side: the recording
 */
void diff_side_free(struct diff_side *side)
{
	unsigned int i, j;

	tdestroy(side->tree, forget_node);
	for (i = 0; i < side->nr_rows; i++) {
		for (j = 0; j < side->nr_intervals; j++)
			free(side->rows[i]->cells[j].bucket);
		free(side->rows[i]->cells);
		free(side->rows[i]);
	}
	free(side->rows);
	free(side->guests);
	free(side->seconds);
}

/**
 * diff_row() - look a row up
 * @side: the recording
 * @kind: the row's kind
 * @name: the row's name
 *
 * Return: the row, or NULL if it has none.
 */
struct diff_row *diff_row(const struct diff_side *side, enum diff_kind kind, const char *name)
{
	struct diff_row key = { .kind = kind }, **found;

	snprintf(key.name, sizeof(key.name), "%s", name);
	found = tfind(&key, &side->tree, compare_rows);
	return found ? *found : NULL;
}

static struct diff_row *new_row(struct diff_side *side, enum diff_kind kind, const char *name)
{
	struct diff_row *row = calloc(1, sizeof(*row)), **grown;

	if (!row)
		return NULL;
	row->kind = kind;
	row->hist.lo = MSHV_HIST_BUCKETS;
	snprintf(row->name, sizeof(row->name), "%s", name);
	row->cells = calloc(side->nr_intervals + 1, sizeof(row->cells[0]));
	grown = reallocarray(side->rows, side->nr_rows + 1, sizeof(*grown));
	if (grown)
		side->rows = grown;
	if (!row->cells || !grown || !tsearch(row, &side->tree, compare_rows)) {
		free(row->cells);
		free(row);
		return NULL;
	}
	side->rows[side->nr_rows++] = row;
	return row;
}

static bool add_hist(struct diff_cell *cell, const struct hist *hist)
{
	unsigned int lo = hist->lo, hi = hist->hi, i;
	__u32 *bucket;

	if (!hist->n)
		return true;
	if (cell->nr && cell->lo < lo)
		lo = cell->lo;
	if (cell->nr && cell->lo + cell->nr > hi)
		hi = cell->lo + cell->nr;
	bucket = calloc(hi - lo, sizeof(*bucket));
	if (!bucket)
		return false;
	for (i = 0; i < cell->nr; i++)
		bucket[cell->lo + i - lo] += cell->bucket[i];
	for (i = hist->lo; i < hist->hi; i++)
		bucket[i - lo] += hist->bucket[i];
	free(cell->bucket);
	cell->bucket = bucket;
	cell->lo = lo;
	cell->nr = hi - lo;
	return true;
}

/**
 * diff_add() - add to a row's interval
 * @side: the recording
 * @kind: the row's kind
 * @name: the row's name; it is made if it is new
 * @interval: which
 * @cell: its numbers; the buckets are not looked at
 * @hist: its latencies; NULL: none
 * @max_ns: longest so far
 *
 * Return: false without memory.
 */
bool diff_add(struct diff_side *side, enum diff_kind kind, const char *name, unsigned int interval,
	      const struct diff_cell *cell, const struct hist *hist, __u64 max_ns)
{
	struct diff_row *row = diff_row(side, kind, name);
	struct diff_cell *sum;

	if (!row)
		row = new_row(side, kind, name);
	if (!row)
		return false;
	sum = &row->cells[interval];
	sum->count += cell->count;
	sum->time_ns += cell->time_ns;
	sum->whole_ns += cell->whole_ns;
	if (max_ns > row->max_ns)
		row->max_ns = max_ns;
	if (!hist)
		return true;
	hist_merge(&row->hist, hist);
	return add_hist(sum, hist);
}

static bool add_exit(struct diff_side *side, enum diff_kind kind, const char *name,
		     unsigned int interval, const struct model_exit *e,
		     const struct model_exit_sum *whole)
{
	const struct diff_cell cell = {
		.count = e->now.count,
		.time_ns = model_latency_sum(&e->now),
		.whole_ns = model_time_sum(whole),
	};
	struct hist room;

	return diff_add(side, kind, name, interval, &cell, model_now(&e->latency, &room),
			e->latency.max_ns);
}

static bool add_hvcall(struct diff_side *side, enum diff_kind kind, const char *name,
		       unsigned int interval, const struct model_hvcall *h)
{
	const struct diff_cell cell = { .count = h->now.count };
	struct hist room;

	return diff_add(side, kind, name, interval, &cell, model_now(&h->latency, &room),
			h->latency.max_ns);
}

static const struct diff_guest *guest_of(struct diff_side *side, const struct model_partition *p)
{
	struct diff_guest *g;
	unsigned int i, place = 1;

	for (i = 0; i < side->nr_guests; i++) {
		g = &side->guests[i];
		if (g->id == p->id && g->tgid == p->tgid)
			return g;
		place += !strcmp(g->vmm, p->vmm);
	}
	g = reallocarray(side->guests, side->nr_guests + 1, sizeof(*g));
	if (!g)
		return NULL;
	side->guests = g;
	g = &side->guests[side->nr_guests++];
	*g = (struct diff_guest){ .id = p->id, .tgid = p->tgid, .place = place };
	memcpy(g->vmm, p->vmm, sizeof(g->vmm));
	return g;
}

static bool add_vps(struct diff_side *side, const struct model *m, unsigned int interval)
{
	char name[DIFF_NAME];
	unsigned int i, j;

	for (i = 0; i < m->nr_partitions; i++) {
		const struct model_partition *p = m->partitions[i];
		const struct diff_guest *guest = guest_of(side, p);

		if (!guest)
			return false;
		for (j = 0; j < p->nr_vps; j++) {
			const struct model_exit *all = &p->vps[j]->exits.all;

			if (!model_vp_counted(m, p->vps[j]))
				continue;
			snprintf(name, sizeof(name), "%s#%u/%u", guest->vmm, guest->place,
				 p->vps[j]->index);
			if (!add_exit(side, DIFF_VP, name, interval, all, &all->now))
				return false;
		}
	}
	return true;
}

static bool add_frame(struct diff_side *side, const struct model *m, unsigned int interval)
{
	const struct model_exit *all = &m->exits.all;
	char room[NAME_SIZE];
	unsigned int i;

	side->seconds[interval] += m->interval_ns / 1e9;
	if (!add_exit(side, DIFF_TOTAL, "exits", interval, all, &all->now) ||
	    !add_hvcall(side, DIFF_TOTAL, "hypercalls", interval, &m->hvcalls) ||
	    !add_vps(side, m, interval))
		return false;
	for (i = 0; i < MSHV_COUNTS_REASONS; i++)
		if (m->exits.reason[i]->total.count &&
		    !add_exit(side, DIFF_EXIT, exit_name(i, room), interval,
			      m->exits.reason[i], &all->now))
			return false;
	for (i = 0; i < MSHV_COUNTS_HVCALLS; i++) {
		const struct model_hvcall *h = &m->hvcall[i];
		const char *name = h->code == MODEL_HVCALL_OTHER ? "OTHER" :
				   hvcall_name(h->code, room);

		if (h->total.count && !add_hvcall(side, DIFF_HVCALL, name, interval, h))
			return false;
	}
	return true;
}

/* Intervals before a row's first event count for its share, too. */
static void complete_wholes(struct diff_side *side)
{
	const struct diff_row *total = diff_row(side, DIFF_TOTAL, "exits");
	unsigned int i, j;

	for (i = 0; total && i < side->nr_rows; i++) {
		if (side->rows[i]->kind != DIFF_EXIT)
			continue;
		for (j = 0; j < side->nr_intervals; j++)
			side->rows[i]->cells[j].whole_ns = total->cells[j].whole_ns;
	}
}

static void make_title(struct diff_side *side, const struct model *m)
{
	char vmms[80] = "";
	unsigned int i;

	for (i = 0; i < m->nr_partitions; i++) {
		const char *name = m->partitions[i]->vmm;
		size_t length = strlen(vmms);

		if (name[0] && !strstr(vmms, name))
			snprintf(&vmms[length], sizeof(vmms) - length, ", %s", name);
	}
	snprintf(side->title, sizeof(side->title), "%s%s, %.0f s", m->kernel, vmms,
		 m->total_ns / 1e9);
}

/**
 * diff_take() - read a recording
 * @side: the result, all zero but for its path; for diff_side_free() in any case
 * @source: the recording
 *
 * Return: false if that failed, which has been reported.
 */
bool diff_take(struct diff_side *side, struct source *source)
{
	unsigned long frames = source->nr_samples - 1, each, frame;
	struct sample sample;
	struct model *m;
	bool ok = true;

	if (frames < 1) {
		err("%s: has one sample only, and no interval", side->path);
		return false;
	}
	each = (frames + DIFF_MAX_INTERVALS - 1) / DIFF_MAX_INTERVALS;
	if (!source->read(source, &sample))
		return false;
	m = model_new(source, &sample);
	if (!m)
		return false;
	ok = diff_side_init(side, (frames + each - 1) / each);
	for (frame = 0; ok && source->read(source, &sample); frame++)
		ok = model_update(m, &sample) && add_frame(side, m, frame / each);
	if (!ok)
		err("%s: out of memory", side->path);
	else if (!source->ended)
		ok = false;
	if (ok) {
		complete_wholes(side);
		make_title(side, m);
		side->lost = model_lost_sum(&m->lost);
	}
	model_free(m);
	return ok;
}
