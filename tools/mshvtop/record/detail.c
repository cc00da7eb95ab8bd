// SPDX-License-Identifier: GPL-2.0
/*
 * Tallies go by names between versions: their kinds, and the hypervisor's counters, whose numbers
 * are places in a list that may grow. A tally is written when it has changed.
 */
#include <stdlib.h>
#include <string.h>
#include "record/detail.h"
#include "record/sample.h"
#include "source/debugfs.h"
#include "source/tally.h"

#define MAX_NUMBERS	64
#define MAX_KINDS	64
#define KIND_NAME	32

enum {
	NUMBER_RSS,
	NUMBER_MAPS,
	NUMBER_LOST_TALLIES,
	NUMBER_LOST_SLOW,
	NR_NUMBERS
};

static bool is_named(__u32 kind)
{
	return kind >= MSHV_NR_TALLIES;
}

static bool make_room(struct rec_tallies *t, unsigned int nr)
{
	unsigned int room = t->room ? t->room : 256;
	struct tally_entry *grown;

	if (nr <= t->room)
		return true;
	while (room < nr)
		room *= 2;
	grown = reallocarray(t->entry, room, sizeof(*grown));
	if (!grown)
		return false;
	t->entry = grown;
	t->room = room;
	return true;
}

/* --- Writing --------------------------------------------------------------------------------- */

static void put_tally(struct buf *b, const struct mshv_tally *before,
		      const struct tally_entry *entry)
{
	const struct mshv_tally_key *key = &entry->key;

	buf_number(b, key->kind + 1);
	buf_number(b, key->partition_id);
	buf_number(b, is_named(key->kind));
	if (is_named(key->kind))
		buf_text(b, statistics_name(key->kind, key->number));
	else
		buf_number(b, key->number);
	buf_number(b, key->access);
	buf_number(b, entry->value.count - before->count);
	buf_number(b, entry->value.amount - before->amount);
	buf_number(b, entry->value.errors - before->errors);
}

/* Both are in order, so one pass is enough; 0 ends the list. */
static void put_tallies(struct buf *b, const struct rec_tallies *before,
			const struct sample *sample)
{
	static const struct mshv_tally none;
	const struct mshv_tally *was;
	unsigned int i, old = 0;

	for (i = 0; i < sample->nr_tallies; i++) {
		const struct tally_entry *entry = &sample->tallies[i];

		while (old < before->nr && tally_compare(&before->entry[old].key, &entry->key) < 0)
			old++;
		was = old < before->nr && !tally_compare(&before->entry[old].key, &entry->key) ?
		      &before->entry[old].value : &none;
		if (memcmp(was, &entry->value, sizeof(*was)))
			put_tally(b, was, entry);
	}
	buf_number(b, 0);
}

/* What a reader has after this: also what the sample does not have any more */
static bool remember(struct rec_tallies *before, const struct sample *sample)
{
	unsigned int old = 0, new = 0, nr = 0;
	struct rec_tallies now = { 0 };
	int order;

	if (!make_room(&now, before->nr + sample->nr_tallies + 1))
		return false;
	while (old < before->nr || new < sample->nr_tallies) {
		order = old == before->nr ? 1 : new == sample->nr_tallies ? -1 :
			tally_compare(&before->entry[old].key, &sample->tallies[new].key);
		now.entry[nr++] = order < 0 ? before->entry[old] : sample->tallies[new];
		old += order <= 0;
		new += order >= 0;
	}
	now.nr = nr;
	rec_tallies_free(before);
	*before = now;
	return true;
}

/**
 * rec_encode_detail() - write what is beside a sample's counters
 * @b: the buffer
 * @before: the tallies as a reader has them; all zero to begin with
 * @sample: the sample
 * @key: write them in full
 */
void rec_encode_detail(struct buf *b, struct rec_tallies *before, const struct sample *sample,
		       bool key)
{
	const __u64 numbers[NR_NUMBERS] = {
		[NUMBER_RSS] = sample->self_rss_bytes,
		[NUMBER_MAPS] = sample->self_maps_bytes,
		[NUMBER_LOST_TALLIES] = sample->lost_tallies,
		[NUMBER_LOST_SLOW] = sample->lost_slow,
	};
	unsigned int i;

	buf_number(b, NR_NUMBERS);
	for (i = 0; i < NR_NUMBERS; i++)
		buf_number(b, numbers[i]);
	buf_number(b, sample->nr_programs);
	for (i = 0; i < sample->nr_programs; i++) {
		buf_text(b, sample->programs[i].name);
		buf_number(b, sample->programs[i].runs);
		buf_number(b, sample->programs[i].ns);
		buf_number(b, sample->programs[i].missed);
	}
	buf_number(b, key ? NR_TALLY_KINDS : 0);
	for (i = 0; key && i < NR_TALLY_KINDS; i++)
		buf_text(b, tally_kind_name(i));
	if (key)
		before->nr = 0;
	put_tallies(b, before, sample);
	if (!remember(before, sample))
		b->failed = true;
}

/* --- Reading --------------------------------------------------------------------------------- */

static void take_numbers(struct cursor *c, struct rec_details *d)
{
	__u64 numbers[NR_NUMBERS] = { 0 }, number;
	unsigned int i, nr = cursor_limited(c, MAX_NUMBERS);

	for (i = 0; i < nr; i++) {
		number = cursor_number(c);
		if (i < NR_NUMBERS)
			numbers[i] = number;
	}
	d->rss_bytes = numbers[NUMBER_RSS];
	d->maps_bytes = numbers[NUMBER_MAPS];
	d->lost_tallies = numbers[NUMBER_LOST_TALLIES];
	d->lost_slow = numbers[NUMBER_LOST_SLOW];
}

static void take_programs(struct cursor *c, struct rec_details *d)
{
	unsigned int i;

	d->nr_programs = cursor_limited(c, REC_MAX_PROGRAMS + 1);
	for (i = 0; i < d->nr_programs; i++) {
		struct program_cost *cost = &d->programs[i];

		cursor_text(c, cost->name, sizeof(cost->name));
		cost->runs = cursor_number(c);
		cost->ns = cursor_number(c);
		cost->missed = cursor_number(c);
	}
}

static void take_kinds(struct cursor *c, struct rec_details *d)
{
	unsigned int i, nr = cursor_limited(c, MAX_KINDS + 1);
	char name[KIND_NAME];
	__u32 kind;

	for (i = 0; i < nr; i++) {
		cursor_text(c, name, sizeof(name));
		for (kind = 0; kind < NR_TALLY_KINDS; kind++)
			if (!strcmp(name, tally_kind_name(kind)))
				break;
		d->kind[i] = kind;
	}
	for (; nr && i < MAX_KINDS; i++)
		d->kind[i] = NR_TALLY_KINDS;
}

/* Return: whether it is one that this version knows */
static bool take_tally(struct cursor *c, const struct rec_details *d, __u32 kind,
		       struct tally_entry *entry)
{
	char name[64] = "";
	bool known, named;

	memset(entry, 0, sizeof(*entry));
	entry->key.kind = d->kind[kind];
	known = entry->key.kind < NR_TALLY_KINDS;
	entry->key.partition_id = cursor_number(c);
	named = cursor_limited(c, 2);
	if (named)
		cursor_text(c, name, sizeof(name));
	else
		entry->key.number = cursor_number(c);
	entry->key.access = cursor_number(c);
	entry->value.count = cursor_number(c);
	entry->value.amount = cursor_number(c);
	entry->value.errors = cursor_number(c);
	if (!known || named != is_named(entry->key.kind))
		return false;
	return !named || statistics_number(entry->key.kind, name, &entry->key.number);
}

static int compare(const void *a, const void *b)
{
	return tally_compare(&((const struct tally_entry *)a)->key,
			     &((const struct tally_entry *)b)->key);
}

/* What the model has of a tally beside it: about */
#define OF_TALLY	(4 * sizeof(struct tally_entry))

static bool add_tally(struct rec_details *d, unsigned int sorted, const struct tally_entry *entry)
{
	struct rec_tallies *t = &d->tallies;
	struct tally_entry *found = sorted ? bsearch(entry, t->entry, sorted, sizeof(*entry),
						     compare) : NULL;

	if (found) {
		found->value.count += entry->value.count;
		found->value.amount += entry->value.amount;
		found->value.errors += entry->value.errors;
		return true;
	}
	if (t->nr == d->most) {
		if (!rec_use_take(d->use, OF_TALLY))
			return false;
		d->most++;
	}
	if (!make_room(t, t->nr + 1))
		return false;
	t->entry[t->nr++] = *entry;
	return true;
}

static bool take_tallies(struct cursor *c, struct rec_details *d)
{
	struct rec_tallies *t = &d->tallies;
	unsigned int sorted = t->nr, i;
	struct tally_entry entry;
	__u32 kind;

	for (;;) {
		kind = cursor_limited(c, MAX_KINDS + 1);
		if (!kind || c->failed)
			break;
		if (take_tally(c, d, kind - 1, &entry) && !c->failed && !add_tally(d, sorted, &entry))
			return false;
	}
	if (t->nr > sorted)
		qsort(t->entry, t->nr, sizeof(t->entry[0]), compare);
	for (i = 1; i < t->nr && t->nr > sorted; i++)
		if (!compare(&t->entry[i - 1], &t->entry[i]))
			return false;
	return !c->failed;
}

/**
 * rec_decode_detail() - read what is beside a sample's counters
 * @c: the block
 * @details: as of the sample before; any if this one is in full
 * @key: this one is in full
 *
 * Return: false if it makes no sense, or without memory.
 */
bool rec_decode_detail(struct cursor *c, struct rec_details *details, bool key)
{
	take_numbers(c, details);
	take_programs(c, details);
	take_kinds(c, details);
	if (key)
		details->tallies.nr = 0;
	return take_tallies(c, details);
}

/**
 * rec_show_detail() - let a sample have details
 * @details: the details, which the sample points to
 * @sample: the sample
 */
void rec_show_detail(const struct rec_details *details, struct sample *sample)
{
	sample->tallies = details->tallies.entry;
	sample->nr_tallies = details->tallies.nr;
	sample->programs = details->programs;
	sample->nr_programs = details->nr_programs;
	sample->self_rss_bytes = details->rss_bytes;
	sample->self_maps_bytes = details->maps_bytes;
	sample->lost_tallies = details->lost_tallies;
	sample->lost_slow = details->lost_slow;
}

/**
 * rec_tallies_free() - free tallies
 * @tallies: the tallies, which are none afterwards
 */
void rec_tallies_free(struct rec_tallies *tallies)
{
	free(tallies->entry);
	memset(tallies, 0, sizeof(*tallies));
}
