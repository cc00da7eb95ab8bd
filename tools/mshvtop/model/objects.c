// SPDX-License-Identifier: GPL-2.0
/*
 * The model's partitions and VPs: made when they are first heard of, from the owners or from a
 * counter; marked as gone when the owners do not have them any more, kept for a while, then freed.
 */
#include <stdlib.h>
#include <string.h>
#include "model/priv.h"

/* Shared by all reasons without an exit; never changed. */
static struct model_exit no_exit;

/**
 * model_has_exit() - whether there ever was such an exit
 * @exit: one of a scope's, by reason
 *
 * Return: true if so.
 */
bool model_has_exit(const struct model_exit *exit)
{
	return exit != &no_exit;
}

/**
 * model_init_scope() - make a scope without exits
 * @scope: all zero
 * @all: where the histograms of all its exits are
 */
void model_init_scope(struct model_scope *scope, const struct model_latency *all)
{
	unsigned int i;

	scope->all.latency = *all;
	for (i = 0; i < MSHV_COUNTS_REASONS; i++)
		scope->reason[i] = &no_exit;
}

/**
 * model_get_exit() - the exits of a scope for a reason
 * @scope: the scope
 * @reason: the reason
 *
 * Return: the exits, to be changed; NULL without memory.
 */
struct model_exit *model_get_exit(struct model_scope *scope, unsigned int reason)
{
	const struct model_latency *all = &scope->all.latency;
	struct model_exit *e = scope->reason[reason];

	if (model_has_exit(e))
		return e;
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	e->latency.reason = reason;
	e->latency.place = all->place;
	if (all->place == MODEL_OF_VP) {
		e->latency.place = MODEL_OF_SERIES;
		e->latency.vp = all->vp;
	} else if (all->place == MODEL_OF_PARTITION) {
		e->latency.partition = all->partition;
	}
	scope->reason[reason] = e;
	return e;
}

/**
 * model_free_scope() - free what is in a scope
 * @m: the model
 * @scope: the scope
 */
void model_free_scope(struct model *m, struct model_scope *scope)
{
	unsigned int i;

	model_free_latency(m, &scope->all.latency);
	for (i = 0; i < MSHV_COUNTS_REASONS; i++) {
		if (!model_has_exit(scope->reason[i]))
			continue;
		model_free_latency(m, &scope->reason[i]->latency);
		free(scope->reason[i]);
	}
}

static void free_partition(struct model *m, struct model_partition *p)
{
	unsigned int i;

	for (i = 0; i < p->nr_vps; i++) {
		model_forget_vp(p->vps[i]);
		model_free_scope(m, &p->vps[i]->exits);
		free(p->vps[i]);
	}
	model_free_scope(m, &p->exits);
	free(p->vps);
	free(p);
}

/**
 * model_free_objects() - free all partitions and VPs
 * @m: the model
 */
void model_free_objects(struct model *m)
{
	unsigned int i;

	for (i = 0; i < m->nr_partitions; i++)
		free_partition(m, m->partitions[i]);
	free(m->partitions);
}

/* Open a gap of one pointer at a position of an array that has *nr of them. */
static void *insert_pointer(void *array, unsigned int *nr, unsigned int at)
{
	void **grown = reallocarray(array, *nr + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	memmove(&grown[at + 1], &grown[at], (*nr - at) * sizeof(*grown));
	grown[at] = NULL;
	++*nr;
	return grown;
}

/**
 * model_first_partition() - where an id is, or would be, in the list of partitions
 * @m: the model
 * @id: the hypervisor's id
 *
 * Return: position of the first partition whose id is not less; the number of them if there is none.
 */
unsigned int model_first_partition(const struct model *m, __u64 id)
{
	unsigned int low = 0, high = m->nr_partitions, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (m->partitions[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A new partition goes before those of the same id, which are gone. */
static struct model_partition *add_partition(struct model *m, __u64 id)
{
	struct model_partition *p = calloc(1, sizeof(*p));
	struct model_partition **grown;
	unsigned int at;

	if (!p)
		return NULL;
	at = model_first_partition(m, id);
	grown = insert_pointer(m->partitions, &m->nr_partitions, at);
	if (!grown) {
		free(p);
		return NULL;
	}
	m->partitions = grown;
	grown[at] = p;
	p->id = id;
	model_init_scope(&p->exits, &(struct model_latency){
		.place = MODEL_OF_PARTITION,
		.reason = MSHV_COUNTS_REASONS,
		.partition = p,
	});
	return p;
}

/* A process may name itself as it likes; what is shown on terminals and in JSON is plain ASCII. */
static void set_name(struct model_partition *p, const char *comm)
{
	unsigned int i;

	for (i = 0; i < sizeof(p->vmm) - 1 && comm[i]; i++)
		p->vmm[i] = comm[i] >= ' ' && comm[i] <= '~' ? comm[i] : '?';
	p->vmm[i] = '\0';
}

/* The BPF programs note who a partition belonged to, for when /proc does not say so any more. */
static void name_from_counters(struct model_partition *p, const struct counters *c)
{
	const struct mshv_partition_owner *owner;
	unsigned int i;

	for (i = 0; i < c->nr_partition_slots; i++) {
		owner = &c->partition_owners[i];
		if (owner->partition_id != p->id)
			continue;
		p->tgid = owner->tgid;
		set_name(p, owner->comm);
		return;
	}
}

/**
 * model_get_partition() - the partition that a counter belongs to
 * @m: the model
 * @c: the counters, for the name of a partition that is new
 * @id: the hypervisor's id
 *
 * A partition that is not among the owners is gone already, or so new that the next sample's owners
 * will have it.
 *
 * Return: the partition, or NULL without memory.
 */
struct model_partition *model_get_partition(struct model *m, const struct counters *c, __u64 id)
{
	struct model_partition *p = (struct model_partition *)model_find_partition(m, id);

	if (p)
		return p;
	p = add_partition(m, id);
	if (!p)
		return NULL;
	p->gone = true;
	p->gone_ns = m->time_ns;
	name_from_counters(p, c);
	return p;
}

/**
 * model_get_vp() - a VP of a partition
 * @p: the partition
 * @index: the VP's number; a new one does not exist until the owners say so
 *
 * Return: the VP, or NULL without memory.
 */
struct model_vp *model_get_vp(struct model_partition *p, __u32 index)
{
	struct model_vp **grown, *vp;
	unsigned int at = index;

	/* VPs are mostly numbered from 0 on, so the index is tried first. */
	if (at >= p->nr_vps || p->vps[at]->index != index)
		for (at = 0; at < p->nr_vps && p->vps[at]->index < index; at++)
			;
	if (at < p->nr_vps && p->vps[at]->index == index)
		return p->vps[at];
	vp = calloc(1, sizeof(*vp));
	if (!vp)
		return NULL;
	grown = insert_pointer(p->vps, &p->nr_vps, at);
	if (!grown) {
		free(vp);
		return NULL;
	}
	p->vps = grown;
	grown[at] = vp;
	vp->partition = p;
	vp->index = index;
	vp->gone = true;
	model_init_scope(&vp->exits, &(struct model_latency){ .place = MODEL_OF_VP, .vp = vp });
	return vp;
}

/* An id that comes back with another VMM is another partition. */
static struct model_partition *find_owned(struct model *m, const struct owner *owner)
{
	struct model_partition *p;
	unsigned int i;

	for (i = model_first_partition(m, owner->partition_id); i < m->nr_partitions; i++) {
		p = m->partitions[i];
		if (p->id != owner->partition_id)
			break;
		if (!p->tgid || !owner->tgid || p->tgid == owner->tgid)
			return p;
	}
	return add_partition(m, owner->partition_id);
}

static bool merge_owner(struct model *m, const struct owner *owner)
{
	struct model_partition *p = find_owned(m, owner);
	struct model_vp *vp;
	unsigned int i;

	if (!p)
		return false;
	p->gone = false;
	p->nr_live_vps = owner->nr_vps;
	if (owner->tgid)
		p->tgid = owner->tgid;
	if (owner->comm[0])
		set_name(p, owner->comm);
	for (i = 0; i < owner->nr_vps; i++) {
		vp = model_get_vp(p, owner->vps[i]);
		if (!vp)
			return false;
		vp->gone = false;
	}
	m->nr_live_partitions++;
	m->nr_live_vps += owner->nr_vps;
	return true;
}

/**
 * model_merge_owners() - which partitions and VPs exist
 * @m: the model
 * @sample: has the owners
 *
 * Return: false without memory.
 */
bool model_merge_owners(struct model *m, const struct sample *sample)
{
	unsigned int i, j;

	/*
	 * gone_ns tells partitions that vanished in this interval from those that vanished earlier.
	 */
	for (i = 0; i < m->nr_partitions; i++) {
		struct model_partition *p = m->partitions[i];

		if (!p->gone)
			p->gone_ns = m->time_ns;
		p->gone = true;
		p->nr_live_vps = 0;
		for (j = 0; j < p->nr_vps; j++)
			p->vps[j]->gone = true;
	}
	m->nr_live_partitions = 0;
	m->nr_live_vps = 0;
	for (i = 0; i < sample->nr_owners; i++)
		if (!merge_owner(m, &sample->owners[i]))
			return false;
	return true;
}

static void forget_partition(struct model *m, unsigned int at)
{
	struct model_partition *p = m->partitions[at];

	memmove(&m->partitions[at], &m->partitions[at + 1],
		(m->nr_partitions - at - 1) * sizeof(m->partitions[0]));
	m->nr_partitions--;
	free_partition(m, p);
}

/**
 * model_drop_gone() - free partitions that are gone for long, and the oldest of too many
 * @m: the model
 */
void model_drop_gone(struct model *m)
{
	unsigned int i, oldest, gone;

	do {
		gone = 0;
		oldest = 0;
		for (i = 0; i < m->nr_partitions; i++) {
			if (!m->partitions[i]->gone)
				continue;
			if (!gone || m->partitions[i]->gone_ns < m->partitions[oldest]->gone_ns)
				oldest = i;
			gone++;
		}
		if (!gone || (gone <= MODEL_KEEP_GONE && m->time_ns -
			      m->partitions[oldest]->gone_ns < MODEL_KEEP_GONE_NS))
			return;
		forget_partition(m, oldest);
	} while (gone > 1);
}
