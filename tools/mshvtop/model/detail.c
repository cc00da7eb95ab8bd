// SPDX-License-Identifier: GPL-2.0
/*
 * Differences of details: tallies, slow events, costs of programs. Which tallies a sample has
 * depends on what the source is asked for; a tally that is not in a sample keeps its values.
 */
#include <stdlib.h>
#include <string.h>
#include "model/detail.h"
#include "model/priv.h"

static void difference(struct mshv_tally *d, const struct mshv_tally *a, const struct mshv_tally *b)
{
	d->count = a->count - b->count;
	d->amount = a->amount - b->amount;
	d->errors = a->errors - b->errors;
}

static void add(struct mshv_tally *sum, const struct mshv_tally *more)
{
	sum->count += more->count;
	sum->amount += more->amount;
	sum->errors += more->errors;
}

/*
 * The hypervisor's counters started long before the first sample, so their first value is no gain.
 */
static void take_tally(struct model_tally *to, const struct tally_entry *from, bool seen)
{
	if (!seen) {
		to->key = from->key;
		if (from->key.kind >= MSHV_NR_TALLIES)
			to->last = from->value;
	}
	difference(&to->now, &from->value, &to->last);
	to->last = from->value;
	add(&to->total, &to->now);
}

/* Both are in order, so one pass merges them. */
static bool merge_tallies(struct model_detail *d, const struct sample *sample, bool first)
{
	struct model_tally *merged;
	unsigned int old = 0, new = 0, nr = 0;
	int order;

	merged = calloc(d->nr_tallies + sample->nr_tallies + 1, sizeof(*merged));
	if (!merged)
		return false;
	while (old < d->nr_tallies || new < sample->nr_tallies) {
		if (old == d->nr_tallies)
			order = 1;
		else if (new == sample->nr_tallies)
			order = -1;
		else
			order = tally_compare(&d->tally[old].key, &sample->tallies[new].key);
		if (order <= 0) {
			merged[nr] = d->tally[old++];
			memset(&merged[nr].now, 0, sizeof(merged[nr].now));
		}
		if (order >= 0)
			take_tally(&merged[nr], &sample->tallies[new++], order == 0);
		if (first) {
			memset(&merged[nr].now, 0, sizeof(merged[nr].now));
			memset(&merged[nr].total, 0, sizeof(merged[nr].total));
		}
		nr++;
	}
	free(d->tally);
	d->tally = merged;
	d->nr_tallies = nr;
	return true;
}

static void take_slow(struct model_detail *d, const struct sample *sample)
{
	unsigned int i;

	for (i = 0; i < sample->nr_slow; i++) {
		struct model_slow *slow = &d->slow[d->nr_slow % MODEL_SLOW];

		slow->event = sample->slow[i];
		slow->wall_ns = sample->wall_ns - (sample->time_ns - slow->event.time_ns);
		slow->nr = d->nr_slow++;
	}
}

static bool take_programs(struct model_detail *d, const struct sample *sample)
{
	struct model_program *grown;
	unsigned int i;

	if (sample->nr_programs > d->nr_programs) {
		grown = reallocarray(d->program, sample->nr_programs, sizeof(*grown));
		if (!grown)
			return false;
		memset(&grown[d->nr_programs], 0,
		       (sample->nr_programs - d->nr_programs) * sizeof(*grown));
		d->program = grown;
		d->nr_programs = sample->nr_programs;
	}
	for (i = 0; i < sample->nr_programs; i++) {
		struct model_program *p = &d->program[i];
		const struct program_cost *cost = &sample->programs[i];

		memcpy(p->name, cost->name, sizeof(p->name));
		p->now.runs = cost->runs - p->total.runs;
		p->now.ns = cost->ns - p->total.ns;
		p->now.missed = cost->missed - p->total.missed;
		p->total = *cost;
	}
	return true;
}

/**
 * model_take_detail() - go on to the next sample's details
 * @m: the model
 * @sample: the sample
 *
 * Return: false without memory.
 */
bool model_take_detail(struct model *m, const struct sample *sample)
{
	struct model_detail *d = m->detail;

	if (!d) {
		d = calloc(1, sizeof(*d));
		if (!d)
			return false;
		m->detail = d;
	}
	take_slow(d, sample);
	d->rss_bytes = sample->self_rss_bytes;
	d->maps_bytes = sample->self_maps_bytes;
	d->lost_tallies = sample->lost_tallies;
	d->lost_slow = sample->lost_slow;
	return merge_tallies(d, sample, m->state->first) && take_programs(d, sample) &&
	       model_take_caps(m, sample);
}

/**
 * model_reset_detail() - let the totals of tallies and capabilities begin anew
 * @m: the model
 */
void model_reset_detail(struct model *m)
{
	unsigned int i;

	for (i = 0; i < m->detail->nr_tallies; i++)
		memset(&m->detail->tally[i].total, 0, sizeof(m->detail->tally[i].total));
	for (i = 0; i < m->detail->nr_caps; i++)
		memset(&m->detail->cap[i].total, 0, sizeof(m->detail->cap[i].total));
}

/**
 * model_free_detail() - free the details
 * @m: the model; it may have none
 */
void model_free_detail(struct model *m)
{
	if (!m->detail)
		return;
	free(m->detail->tally);
	free(m->detail->program);
	free(m->detail->cap);
	free(m->detail);
}
