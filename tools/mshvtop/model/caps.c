// SPDX-License-Identifier: GPL-2.0
/*
 * Capabilities: one entry for each capability of the host, one for each capability of each
 * partition, and one for each further capability that was counted. The entries are made anew from
 * each sample, because partitions come and go. Differences are taken against the previous sample's
 * entries.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/mshv.h>
#include <mshv/exits.h>
#include "model/caps.h"
#include "model/detail.h"
#include "model/priv.h"

/**
 * struct making - the entries being made
 * @m: the model
 * @sample: the sample that the entries are made from
 * @cap: the entries, ascending once they are settled
 * @nr: how many
 * @room: room of @cap, in entries
 */
struct making {
	const struct model *m;
	const struct sample *sample;
	struct model_cap *cap;
	unsigned int nr;
	unsigned int room;
};

/*
 * Uses of /dev/mshv are counted by process; uses of a partition are counted once, whichever process
 * makes them.
 */
static int compare(const void *a, const void *b)
{
	const struct model_cap *x = a, *y = b;

	if (x->partition_id != y->partition_id)
		return x->partition_id < y->partition_id ? -1 : 1;
	if (x->partition_id == MODEL_CAP_DEVICE && x->tgid != y->tgid)
		return x->tgid < y->tgid ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static bool add(struct making *k, __u64 partition_id, __u32 tgid, __u32 id)
{
	struct model_cap *grown;

	if (k->nr == k->room) {
		k->room = k->room ? k->room * 2 : 256;
		grown = reallocarray(k->cap, k->room, sizeof(*grown));
		if (!grown)
			return false;
		k->cap = grown;
	}
	k->cap[k->nr++] = (struct model_cap) {
		.partition_id = partition_id, .tgid = tgid, .id = id,
	};
	return true;
}

static struct model_cap *find(struct model_cap *caps, unsigned int nr, const struct model_cap *key)
{
	return nr ? bsearch(key, caps, nr, sizeof(*caps), compare) : NULL;
}

static int compare_owner(const void *id, const void *owner)
{
	const __u64 a = *(const __u64 *)id, b = ((const struct owner *)owner)->partition_id;

	return (a > b) - (a < b);
}

static const struct owner *find_owner(const struct sample *s, __u64 id)
{
	return s->nr_owners ? bsearch(&id, s->owners, s->nr_owners, sizeof(*s->owners),
				      compare_owner) : NULL;
}

/* The counted rows are grouped by partition: find the first group, or the next one. */
static const struct owner *next_of(const struct sample *s, const struct capwatch_row *row,
				   const struct owner *after)
{
	const struct owner *o = after ? after + 1 : s->owners;

	if (row->key.partition_id != CAPWATCH_DEVICE)
		return after ? NULL : find_owner(s, row->key.partition_id);
	for (; o < s->owners + s->nr_owners; o++)
		if (o->tgid == row->key.tgid)
			return o;
	return NULL;
}

static bool counts(const struct capwatch_row *row)
{
	return row->key.cap != MSHV_NO_CAP &&
	       (row->count.uses || row->count.failures || row->count.rejects);
}

static bool add_row(struct making *k, const struct capwatch_row *row)
{
	const struct owner *o = next_of(k->sample, row, NULL);

	if (!counts(row))
		return true;
	if (!o)
		return add(k, row->key.partition_id, row->key.tgid, row->key.cap);
	for (; o; o = next_of(k->sample, row, o))
		if (!add(k, o->partition_id, o->tgid, row->key.cap))
			return false;
	return true;
}

static bool add_all(struct making *k)
{
	const struct sample *s = k->sample;
	unsigned int i, j;

	for (i = 0; i < s->caps->nr; i++) {
		if (!add(k, MODEL_CAP_HOST, 0, s->caps->infos[i].id))
			return false;
		for (j = 0; j < s->nr_owners; j++)
			if (!add(k, s->owners[j].partition_id, s->owners[j].tgid,
				 s->caps->infos[i].id))
				return false;
	}
	for (i = 0; i < s->nr_cap_rows; i++)
		if (!add_row(k, &s->cap_rows[i]))
			return false;
	return true;
}

/* Sort the entries and merge equal ones. */
static void settle(struct making *k)
{
	unsigned int i, kept = 0;

	if (k->nr)
		qsort(k->cap, k->nr, sizeof(*k->cap), compare);
	for (i = 0; i < k->nr; i++)
		if (!kept || compare(&k->cap[kept - 1], &k->cap[i]))
			k->cap[kept++] = k->cap[i];
	k->nr = kept;
}

static void describe(const struct making *k, struct model_cap *cap)
{
	const struct mshv_cap_info *info = hostcaps_find(k->sample->caps, cap->id);
	const struct owner *o = find_owner(k->sample, cap->partition_id);
	const struct model_partition *p;

	if (info) {
		cap->told = true;
		cap->state = info->state;
		cap->reason = info->reason;
		cap->base = info->marks & 1 << MSHV_CAP_MARK_BIT_BASE;
	}
	if (o) {
		cap->tgid = o->tgid;
		memcpy(cap->vmm, o->comm, sizeof(cap->vmm));
		cap->granted = cap_set_has(&o->granted, cap->id);
		cap->enabled = cap_set_has(&o->enabled, cap->id);
		cap->used = cap_set_has(&o->used, cap->id);
		return;
	}
	p = model_find_partition(k->m, cap->partition_id);
	if (p)
		memcpy(cap->vmm, p->vmm, sizeof(cap->vmm));
}

static void count_row(struct making *k, const struct capwatch_row *row)
{
	const struct owner *o = next_of(k->sample, row, NULL);
	struct model_cap key, *cap;

	if (!counts(row))
		return;
	do {
		key = (struct model_cap) {
			.partition_id = o ? o->partition_id : row->key.partition_id,
			.tgid = row->key.tgid, .id = row->key.cap,
		};
		cap = find(k->cap, k->nr, &key);
		cap->last.uses += row->count.uses;
		cap->last.failures += row->count.failures;
		cap->last.refusals += row->count.rejects;
		if (row->count.last_ns > cap->last_ns)
			cap->last_ns = row->count.last_ns;
	} while (o && (o = next_of(k->sample, row, o)));
}

static void take_difference(struct model_cap *cap, const struct model_cap *before)
{
	cap->now = cap->last;
	if (before) {
		cap->now.uses -= before->last.uses;
		cap->now.failures -= before->last.failures;
		cap->now.refusals -= before->last.refusals;
		cap->total = before->total;
	}
	cap->total.uses += cap->now.uses;
	cap->total.failures += cap->now.failures;
	cap->total.refusals += cap->now.refusals;
}

/**
 * model_take_caps() - go on to the next sample's capabilities
 * @m: the model, with its details
 * @sample: the sample; the entries stay as they are if it has no capabilities
 *
 * Return: false without memory.
 */
bool model_take_caps(struct model *m, const struct sample *sample)
{
	struct making k = { .m = m, .sample = sample };
	struct model_detail *d = m->detail;
	unsigned int i;

	if (!sample->caps) {
		for (i = 0; i < d->nr_caps; i++)
			d->cap[i].now = (struct model_cap_sum) { 0 };
		return true;
	}
	if (!add_all(&k)) {
		free(k.cap);
		return false;
	}
	settle(&k);
	for (i = 0; i < k.nr; i++)
		describe(&k, &k.cap[i]);
	for (i = 0; i < sample->nr_cap_rows; i++)
		count_row(&k, &sample->cap_rows[i]);
	for (i = 0; i < k.nr; i++)
		take_difference(&k.cap[i], find(d->cap, d->nr_caps, &k.cap[i]));
	free(d->cap);
	d->cap = k.cap;
	d->nr_caps = k.nr;
	return true;
}

/**
 * model_cap_touched() - whether a capability was granted, enabled, used or refused
 * @cap: the capability, in a partition or of a process
 */
bool model_cap_touched(const struct model_cap *cap)
{
	return cap->granted || cap->enabled || cap->used || cap->last.uses || cap->last.failures ||
	       cap->last.refusals;
}
