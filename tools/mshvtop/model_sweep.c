// SPDX-License-Identifier: GPL-2.0
/*
 * One pass over the counters: finds the records that have moved since the last sample, and adds
 * what they gained to everything that they are part of. Records that have not moved cost two loads.
 *
 * The memory is written to meanwhile. Each record is copied, and used only if it had the same owner
 * before and after (see mshv/stats.h); otherwise the next pass gets it. Loads stay in order: the
 * compiler is told so, and x86 keeps them.
 */
#include <stdlib.h>
#include <string.h>
#include "model_priv.h"

#define barrier()	asm volatile("" ::: "memory")

/* All later samples' gains go to totals as well; the first sample's go nowhere. */
static bool add_latency(struct model_latency *latency, const struct hist *delta, __u64 max_ns)
{
	if (max_ns > latency->max_ns)
		latency->max_ns = max_ns;
	if (!delta->n)
		return true;
	if (!latency->now)
		latency->now = hist_new();
	if (!latency->total)
		latency->total = hist_new();
	if (!latency->now || !latency->total)
		return false;
	hist_merge(latency->now, delta);
	hist_merge(latency->total, delta);
	return true;
}

static bool touch(struct model_state *s, struct model_exit *exit,
		  const struct model_partition *partition)
{
	size_t room = s->room_touched ? 2 * s->room_touched : 256;
	struct touched_exit *grown;

	/* The host's are worked out each time. */
	if (exit->touched || !partition)
		return true;
	if (s->nr_touched == s->room_touched) {
		grown = reallocarray(s->touched, room, sizeof(*grown));
		if (!grown)
			return false;
		s->touched = grown;
		s->room_touched = room;
	}
	exit->touched = true;
	s->touched[s->nr_touched++] = (struct touched_exit){ exit, partition };
	return true;
}

/**
 * struct gain - what a series gained in the interval
 * @reason: its reason
 * @sum: sums
 * @delta: histogram
 * @max_ns: longest latency since the start
 */
struct gain {
	unsigned int reason;
	struct model_exit_sum sum;
	const struct hist *delta;
	__u64 max_ns;
};

static bool add_exit(struct model_state *s, struct model_exit *e,
		     const struct model_partition *partition, const struct gain *gain)
{
	unsigned int i;

	if (!touch(s, e, partition))
		return false;
	e->now.count += gain->sum.count;
	e->total.count += gain->sum.count;
	for (i = 0; i < MODEL_NR_TIMES; i++) {
		e->now.ns[i] += gain->sum.ns[i];
		e->total.ns[i] += gain->sum.ns[i];
	}
	return add_latency(&e->latency, gain->delta, gain->max_ns);
}

static bool add_to_scope(struct model_state *s, struct model_scope *scope,
			 const struct model_partition *partition, const struct gain *gain)
{
	return add_exit(s, &scope->all, partition, gain) &&
	       add_exit(s, &scope->reason[gain->reason], partition, gain);
}

static bool same_owner(const struct mshv_exit_series *a, const struct mshv_exit_series *b)
{
	return a->partition_id == b->partition_id && a->vp_index == b->vp_index;
}

/* Return: false if the record is changing its owner just now */
static bool copy_exits(struct mshv_exit_series *copy, __u32 *hist, const struct counters *c,
		       unsigned int index)
{
	const struct mshv_exit_series *live = &c->exits[index];
	struct mshv_exit_series after;

	*copy = *live;
	barrier();
	memset(hist, 0, sizeof(c->hists[0].bucket));
	if (copy->hist && copy->hist <= c->nr_hists)
		memcpy(hist, c->hists[copy->hist - 1].bucket, sizeof(c->hists[0].bucket));
	barrier();
	after = *live;
	return copy->partition_id && same_owner(copy, &after);
}

/* What a series says now, less what it said before */
static void exits_gain(struct model_exit_sum *gain, const struct mshv_exit_series *now,
		       const struct mshv_exit_series *last)
{
	gain->count = now->count - last->count;
	gain->ns[MODEL_GUEST] = now->guest_ns - last->guest_ns;
	gain->ns[MODEL_KERNEL] = now->kernel_ns - last->kernel_ns;
	gain->ns[MODEL_VMM] = now->vmm_ns - last->vmm_ns;
	gain->ns[MODEL_HALTED] = now->halted_ns - last->halted_ns;
}

static struct model_vp *exits_vp(struct model *m, const struct counters *c,
				 const struct mshv_exit_series *series)
{
	struct model_partition *p = model_get_partition(m, c, series->partition_id);

	return p ? model_get_vp(p, series->vp_index) : NULL;
}

static bool sweep_one_exits(struct model *m, const struct counters *c, unsigned int index)
{
	struct model_state *s = m->state;
	struct seen_exits *seen = s->exits[index];
	struct mshv_exit_series now, *last = &s->last_exits[index];
	struct gain gain = { .reason = index % MSHV_STATS_REASONS, .delta = s->delta };
	__u32 hist[MSHV_HIST_BUCKETS];
	struct model_partition *p;

	if (!copy_exits(&now, hist, c, index))
		return true;
	if (!seen) {
		seen = calloc(1, sizeof(*seen));
		if (!seen)
			return false;
		s->exits[index] = seen;
	} else if (!same_owner(&now, last)) {
		s->overwritten += last->count;
		memset(last, 0, sizeof(*last));
		memset(seen, 0, sizeof(*seen));
	}
	if (!seen->vp)
		seen->vp = exits_vp(m, c, &now);
	if (!seen->vp)
		return false;
	exits_gain(&gain.sum, &now, last);
	*last = now;
	gain.max_ns = now.max_ns;
	hist_take_delta(s->delta, seen->hist, hist);
	if (s->first) {
		memset(&gain.sum, 0, sizeof(gain.sum));
		hist_clear(s->delta);
	}
	p = seen->vp->partition;
	return add_to_scope(s, &seen->vp->exits, p, &gain) &&
	       add_to_scope(s, &p->exits, p, &gain) && add_to_scope(s, &m->exits, NULL, &gain);
}

static bool sweep_exits(struct model *m, const struct counters *c)
{
	const struct mshv_exit_series *live = c->exits;
	const struct mshv_exit_series *last = m->state->last_exits;
	unsigned int i;

	for (i = 0; i < m->state->nr_exits; i++) {
		if (!live[i].count)
			continue;
		if (last[i].count == live[i].count && same_owner(&last[i], &live[i]))
			continue;
		if (!sweep_one_exits(m, c, i))
			return false;
	}
	return true;
}

static bool add_hvcall(struct model_hvcall *h, const struct model_hvcall_sum *gain,
		       const struct hist *delta, __u64 max_ns)
{
	h->now.count += gain->count;
	h->now.errors += gain->errors;
	h->now.reps += gain->reps;
	h->now.ns += gain->ns;
	h->total.count += gain->count;
	h->total.errors += gain->errors;
	h->total.reps += gain->reps;
	h->total.ns += gain->ns;
	return add_latency(&h->latency, delta, max_ns);
}

static bool sweep_one_hvcall(struct model *m, const struct counters *c, unsigned int index)
{
	struct model_state *s = m->state;
	struct seen_hvcalls *seen = s->hvcalls[index];
	struct mshv_hvcall_series now = c->hvcalls[index];
	__u32 hist[MSHV_HIST_BUCKETS] = { 0 };
	struct model_hvcall_sum gain;

	barrier();
	if (now.hist && now.hist <= c->nr_hists)
		memcpy(hist, c->hists[now.hist - 1].bucket, sizeof(hist));
	barrier();
	if (!seen) {
		seen = calloc(1, sizeof(*seen));
		if (!seen)
			return false;
		s->hvcalls[index] = seen;
	}
	gain.count = now.count - seen->last.count;
	gain.errors = now.errors - seen->last.errors;
	gain.reps = now.reps - seen->last.reps;
	gain.ns = now.total_ns - seen->last.total_ns;
	seen->last = now;
	hist_take_delta(s->delta, seen->hist, hist);
	if (s->first) {
		memset(&gain, 0, sizeof(gain));
		hist_clear(s->delta);
	}
	return add_hvcall(&m->hvcall[index % MSHV_STATS_HVCALLS], &gain, s->delta, now.max_ns) &&
	       add_hvcall(&m->hvcalls, &gain, s->delta, now.max_ns);
}

static bool sweep_hvcalls(struct model *m, const struct counters *c)
{
	struct model_state *s = m->state;
	unsigned int i;
	__u32 slot;

	for (i = 0; i < MSHV_STATS_HVCALL_CODES; i++) {
		slot = c->hvcall_slot[i];
		if (slot && slot < MSHV_STATS_HVCALLS)
			m->hvcall[slot].code = i;
	}
	for (i = 0; i < s->nr_hvcalls; i++) {
		if (c->hvcalls[i].count == (s->hvcalls[i] ? s->hvcalls[i]->last.count : 0))
			continue;
		if (!sweep_one_hvcall(m, c, i))
			return false;
	}
	return true;
}

static bool sweep_partition_hvcalls(struct model *m, const struct counters *c)
{
	struct model_state *s = m->state;
	unsigned int i;

	for (i = 0; i < s->nr_partition_hvcalls; i++) {
		const struct mshv_partition_hvcalls *live = &c->partition_hvcalls[i];
		struct mshv_partition_hvcalls *last = &s->partition_hvcalls[i];
		struct mshv_partition_hvcalls now = *live;
		struct model_partition *p;
		__u64 gain;

		barrier();
		if (!now.partition_id || now.partition_id != live->partition_id)
			continue;
		gain = now.count;
		if (now.partition_id == last->partition_id)
			gain -= last->count;
		*last = now;
		if (!gain || s->first)
			continue;
		p = model_get_partition(m, c, now.partition_id);
		if (!p)
			return false;
		p->hvcalls.now += gain;
		p->hvcalls.total += gain;
	}
	return true;
}

/**
 * model_sweep() - add what the counters gained since the last sample
 * @m: the model, with the interval's values empty
 * @c: the counters
 *
 * Return: false without memory.
 */
bool model_sweep(struct model *m, const struct counters *c)
{
	return sweep_exits(m, c) && sweep_hvcalls(m, c) && sweep_partition_hvcalls(m, c);
}
