// SPDX-License-Identifier: GPL-2.0
/*
 * What hypercalls gained since the last sample: by code, over all CPUs; and how many of them were
 * made for each partition.
 */
#include <stdlib.h>
#include <string.h>
#include "model/priv.h"

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
	if (max_ns > h->latency.max_ns)
		h->latency.max_ns = max_ns;
	return model_keep(&h->latency, delta);
}

static bool sweep_one_hvcall(struct model *m, const struct counters *c, unsigned int index)
{
	struct model_state *s = m->state;
	struct seen_hvcalls *seen = s->hvcalls[index];
	struct mshv_hvcall_series now = c->hvcalls[index];
	struct model_work *w = s->work;
	struct model_hvcall_sum gain;

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
	hist_clear(&w->one);
	if (now.hist && now.hist <= c->nr_hists) {
		hist_gain_take(&w->gain, seen->hist, c->hists[now.hist - 1].bucket, HIST_ANY);
		if (!hist_pack_add(&seen->hist, &w->gain))
			return false;
		hist_add_gain(&w->one, &w->gain);
	}
	if (s->first) {
		memset(&gain, 0, sizeof(gain));
		hist_clear(&w->one);
	}
	return add_hvcall(&m->hvcall[index % MSHV_COUNTS_HVCALLS], &gain, &w->one, now.max_ns) &&
	       add_hvcall(&m->hvcalls, &gain, &w->one, now.max_ns);
}

static bool sweep_codes(struct model *m, const struct counters *c)
{
	struct model_state *s = m->state;
	unsigned int i;
	__u32 slot;

	for (i = 0; i < MSHV_COUNTS_HVCALL_CODES; i++) {
		slot = c->hvcall_slot[i];
		if (slot && slot < MSHV_COUNTS_HVCALLS)
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
	return model_join_new(m);
}

/**
 * model_sweep_hvcalls() - add what the counters of hypercalls gained since the last sample
 * @m: the model, with the interval's values empty
 * @c: the counters
 *
 * Return: false without memory.
 */
bool model_sweep_hvcalls(struct model *m, const struct counters *c)
{
	unsigned int i;

	if (!sweep_codes(m, c) || !sweep_partition_hvcalls(m, c))
		return false;
	model_finish_kept(m, &m->hvcalls.latency);
	for (i = 0; i < MSHV_COUNTS_HVCALLS; i++)
		model_finish_kept(m, &m->hvcall[i].latency);
	return true;
}
