// SPDX-License-Identifier: GPL-2.0
/*
 * The model's partitions and VPs: made when they are first heard of, from the owners or from a
 * counter; marked as gone when the owners do not have them any more, kept for a while, then freed.
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include "model/priv.h"
#include "text.h"

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
	for (i = 0; i < m->state->nr_new; i++)
		free_partition(m, m->state->fresh[i]);
	model_forget_new(m);
}

/* Open a gap of one pointer at a position of an array that has *nr of them. */
static void *insert_pointer(void *array, unsigned int *nr, unsigned int at)
{
	void **grown = array;

	/* There is room for a power of two. */
	if (!(*nr & (*nr - 1)))
		grown = reallocarray(array, *nr ? *nr * 2 : 1, sizeof(*grown));
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

static int compare_ids(const void *a, const void *b)
{
	const struct model_partition *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/*
 * New partitions are not put into the list one by one, because each would move those behind it. They
 * wait in a tree by id until model_join_new().
 */
static struct model_partition *add_partition(struct model *m, __u64 id)
{
	struct model_state *s = m->state;
	struct model_partition *p = calloc(1, sizeof(*p)), **grown;

	if (!p)
		return NULL;
	p->id = id;
	if (!(s->nr_new & (s->nr_new - 1))) {
		grown = reallocarray(s->fresh, s->nr_new ? s->nr_new * 2 : 1, sizeof(*grown));
		if (!grown)
			goto err_free;
		s->fresh = grown;
	}
	if (!tsearch(p, &s->new_by_id, compare_ids))
		goto err_free;
	s->fresh[s->nr_new++] = p;
	model_init_scope(&p->exits, &(struct model_latency){
		.place = MODEL_OF_PARTITION,
		.reason = MSHV_COUNTS_REASONS,
		.partition = p,
	});
	return p;
err_free:
	free(p);
	return NULL;
}

static struct model_partition *find_new(const struct model *m, __u64 id)
{
	const struct model_partition key = { .id = id };
	void *found = tfind(&key, &m->state->new_by_id, compare_ids);

	return found ? *(struct model_partition **)found : NULL;
}

static int compare_new(const void *a, const void *b)
{
	return compare_ids(*(void * const *)a, *(void * const *)b);
}

/**
 * model_join_new() - let new partitions be in the list
 * @m: the model
 *
 * A new partition goes before those of the same id, which are gone.
 *
 * Return: false without memory.
 */
bool model_join_new(struct model *m)
{
	struct model_state *s = m->state;
	unsigned int nr = m->nr_partitions + s->nr_new, old = 0, new = 0, i;
	struct model_partition **all;

	if (!s->nr_new)
		return true;
	all = calloc(nr, sizeof(*all));
	if (!all)
		return false;
	qsort(s->fresh, s->nr_new, sizeof(s->fresh[0]), compare_new);
	for (i = 0; i < nr; i++) {
		bool is_new = old == m->nr_partitions ||
			      (new < s->nr_new && s->fresh[new]->id <= m->partitions[old]->id);

		all[i] = is_new ? s->fresh[new++] : m->partitions[old++];
	}
	free(m->partitions);
	m->partitions = all;
	m->nr_partitions = nr;
	model_forget_new(m);
	return true;
}

static void keep(void *partition)
{
	(void)partition;
}

/**
 * model_forget_new() - empty the tree of new partitions
 * @m: the model; the partitions stay
 */
void model_forget_new(struct model *m)
{
	struct model_state *s = m->state;

	tdestroy(s->new_by_id, keep);
	free(s->fresh);
	s->new_by_id = NULL;
	s->fresh = NULL;
	s->nr_new = 0;
}

static void set_name(struct model_partition *p, const char *comm, size_t size)
{
	text_clean(p->vmm, sizeof(p->vmm), comm, size);
}

static int compare_owners(const void *a, const void *b)
{
	const struct mshv_partition_owner *x = *(const void * const *)a;
	const struct mshv_partition_owner *y = *(const void * const *)b;

	return (x->partition_id > y->partition_id) - (x->partition_id < y->partition_id);
}

/* The counters' owners by id, made when one is looked for the first time in an update. */
static bool sort_owners(struct model_state *s, const struct counters *c)
{
	unsigned int i;

	if (s->owners_sorted)
		return true;
	if (!s->owners)
		s->owners = calloc(c->nr_partition_slots, sizeof(*s->owners));
	if (!s->owners)
		return false;
	for (i = 0; i < c->nr_partition_slots; i++)
		s->owners[i] = &c->partition_owners[i];
	qsort(s->owners, c->nr_partition_slots, sizeof(*s->owners), compare_owners);
	s->owners_sorted = true;
	return true;
}

/* The BPF programs note who a partition belonged to, for when /proc does not say so any more. */
static bool name_from_counters(struct model *m, struct model_partition *p, const struct counters *c)
{
	struct mshv_partition_owner key = { .partition_id = p->id }, owner;
	const struct mshv_partition_owner *at = &key, **found;

	if (!sort_owners(m->state, c))
		return false;
	found = bsearch(&at, m->state->owners, c->nr_partition_slots, sizeof(*found),
			compare_owners);
	if (!found)
		return true;
	owner = **found;
	if (owner.partition_id == p->id) {
		p->tgid = owner.tgid;
		set_name(p, owner.comm, sizeof(owner.comm));
	}
	return true;
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
	struct model_partition *p = find_new(m, id);

	if (!p)
		p = (struct model_partition *)model_find_partition(m, id);
	if (p)
		return p;
	p = add_partition(m, id);
	if (!p)
		return NULL;
	/* Where not all processes can be looked at, it may just not be seen. */
	p->hidden = m->partial;
	p->gone = !m->partial;
	p->gone_ns = m->time_ns;
	return name_from_counters(m, p, c) ? p : NULL;
}

/* Return: position of the first VP whose index is not less; the number of them if there is none */
static unsigned int first_vp(const struct model_partition *p, __u32 index)
{
	unsigned int low = 0, high = p->nr_vps, middle;

	if (high && p->vps[high - 1]->index < index)
		return high;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (p->vps[middle]->index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
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
		at = first_vp(p, index);
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
	vp->gone = !p->hidden;
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
	p->hidden = false;
	p->nr_live_vps = owner->nr_vps;
	if (owner->tgid)
		p->tgid = owner->tgid;
	if (owner->comm[0])
		set_name(p, owner->comm, sizeof(owner->comm));
	for (i = 0; i < p->nr_vps; i++)
		p->vps[i]->gone = true;
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

	m->partial = sample->owners_partial;
	/*
	 * gone_ns tells partitions that vanished in this interval from those that vanished earlier.
	 */
	for (i = 0; i < m->nr_partitions; i++) {
		struct model_partition *p = m->partitions[i];

		/* What has been seen to be gone stays so. */
		p->hidden = m->partial && !p->gone;
		if (!p->gone)
			p->gone_ns = m->time_ns;
		p->gone = !p->hidden;
		p->nr_live_vps = 0;
		for (j = 0; j < p->nr_vps; j++)
			p->vps[j]->gone = !p->hidden || p->vps[j]->gone;
	}
	m->nr_live_partitions = 0;
	m->nr_live_vps = 0;
	for (i = 0; i < sample->nr_owners; i++)
		if (!merge_owner(m, &sample->owners[i]))
			return false;
	return model_join_new(m);
}

static int compare_gone(const void *a, const void *b)
{
	const struct model_partition *x = *(void * const *)a, *y = *(void * const *)b;

	if (x->gone_ns != y->gone_ns)
		return (x->gone_ns > y->gone_ns) - (x->gone_ns < y->gone_ns);
	return compare_ids(x, y);
}

/* Free those that are too old or too many, of partitions that are gone, the oldest of them first. */
static void drop(struct model *m, struct model_partition **gone, unsigned int nr)
{
	unsigned int i, kept = 0;

	for (i = 0; i < nr; i++) {
		if (nr - i <= MODEL_KEEP_GONE && m->time_ns - gone[i]->gone_ns < MODEL_KEEP_GONE_NS)
			break;
		gone[i]->dropped = true;
	}
	for (i = 0; i < m->nr_partitions; i++) {
		if (m->partitions[i]->dropped)
			free_partition(m, m->partitions[i]);
		else
			m->partitions[kept++] = m->partitions[i];
	}
	m->nr_partitions = kept;
}

/**
 * model_drop_gone() - free partitions that are gone for long, and the oldest of too many
 * @m: the model
 *
 * Return: false without memory.
 */
bool model_drop_gone(struct model *m)
{
	struct model_partition **gone;
	unsigned int i, nr = 0;
	bool any = false;

	for (i = 0; i < m->nr_partitions; i++) {
		const struct model_partition *p = m->partitions[i];

		nr += p->gone;
		any = any || (p->gone && m->time_ns - p->gone_ns >= MODEL_KEEP_GONE_NS);
	}
	if (!any && nr <= MODEL_KEEP_GONE)
		return true;
	gone = calloc(nr, sizeof(*gone));
	if (!gone)
		return false;
	for (i = 0, nr = 0; i < m->nr_partitions; i++)
		if (m->partitions[i]->gone)
			gone[nr++] = m->partitions[i];
	qsort(gone, nr, sizeof(*gone), compare_gone);
	drop(m, gone, nr);
	free(gone);
	return true;
}
