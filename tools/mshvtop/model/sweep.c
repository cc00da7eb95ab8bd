// SPDX-License-Identifier: GPL-2.0
/*
 * One pass over the exits' counters: reads the records that have changed since the last sample, and
 * adds their gain to VP, partition, reason and host. The pass goes by partition and VP, so the gain
 * of a VP is summed up first, then added to its partition as a whole.
 *
 * BPF programs write to the memory meanwhile. A record's values are used only if the record had the
 * same owner before and after the reading (see mshv/counts.h); otherwise the next pass takes them.
 */
#include <stdlib.h>
#include <string.h>
#include "model/priv.h"

static void add_sum(struct model_exit_sum *to, const struct model_exit_sum *gain)
{
	unsigned int i;

	to->count += gain->count;
	for (i = 0; i < MODEL_NR_TIMES; i++)
		to->ns[i] += gain->ns[i];
}

static void add_to_exit(struct model_exit *e, const struct model_exit_sum *gain, __u64 max_ns)
{
	add_sum(&e->now, gain);
	add_sum(&e->total, gain);
	if (max_ns > e->latency.max_ns)
		e->latency.max_ns = max_ns;
}

/* The record's gain since the last sample; the last sample's values are brought up to date */
static void take_sum(struct model_exit_sum *gain, struct model_exit_sum *last,
		     const struct mshv_exit_series *now)
{
	const struct model_exit_sum sum = {
		.count = now->count,
		.ns = {
			[MODEL_GUEST] = now->guest_ns,
			[MODEL_KERNEL] = now->kernel_ns,
			[MODEL_VMM] = now->vmm_ns,
			[MODEL_HALTED] = now->halted_ns,
		},
	};
	unsigned int i;

	gain->count = sum.count - last->count;
	for (i = 0; i < MODEL_NR_TIMES; i++)
		gain->ns[i] = sum.ns[i] - last->ns[i];
	*last = sum;
}

/*
 * When a VP has got another slot, two records are of one series, and the interval's gain is the sum
 * of both.
 */
static bool join_series(struct model *m, struct model_latency *series)
{
	struct model_state *s = m->state;
	struct hist *sum = &s->work->one;
	struct hist_pack *gained;

	hist_clear(sum);
	hist_unpack(sum, series->gained, false);
	hist_add_gain(sum, &s->work->gain);
	gained = arena_alloc(&s->arena, hist_pack_size(sum));
	if (!gained)
		return false;
	hist_pack(gained, sum);
	series->gained = gained;
	model_finish(m, series, sum);
	return true;
}

/* Only the series itself: VP, partition and host have the gain already. */
static bool finish_series(struct model *m, struct model_latency *series)
{
	struct model_state *s = m->state;
	const struct hist_gain *gain = &s->work->gain;
	struct hist_pack *gained;

	if (!gain->nr)
		return true;
	if (series->gained)
		return join_series(m, series);
	gained = arena_alloc(&s->arena, hist_gain_size(gain));
	if (!gained)
		return false;
	hist_gain_pack(gained, gain);
	series->gained = gained;
	series->some = true;
	series->now_max_ns = hist_gain_bound(gain, series->max_ns);
	series->p50_ns = hist_gain_percentile(gain, 50, series->now_max_ns);
	series->p99_ns = hist_gain_percentile(gain, 99, series->now_max_ns);
	if (model_history_wants(m, series)) {
		hist_clear(&s->work->one);
		hist_add_gain(&s->work->one, gain);
		model_history_add(m, series, &s->work->one);
	}
	return true;
}

/* The exits of a VP for a reason. What was seen for them when the model did not have the VP, or not
 * any more, is not of their total.
 */
static struct model_exit *get_series(struct model *m, struct model_vp *vp, unsigned int reason)
{
	struct model_exit *e = vp->exits.reason[reason];

	if (model_has_exit(e))
		return e;
	e = model_get_exit(&vp->exits, reason);
	return e && model_rebase(&e->latency, m->state->work) ? e : NULL;
}

static bool read_record(struct model *m, const struct counters *c, struct seat *seat,
			unsigned int reason)
{
	const struct mshv_exit_series *live =
		&c->exits[seat->slot * MSHV_COUNTS_REASONS + reason];
	struct model_work *w = m->state->work;
	struct mshv_exit_series now = *live;
	struct seen_exits *seen = seat->seen[reason];
	struct model_vp *vp = seat->vp;
	struct model_exit_sum gain;
	struct model_exit *e;

	barrier();
	if (!model_seat_owns(seat, &now))
		return true;
	e = get_series(m, vp, reason);
	if (!seen)
		seen = model_take_record(m, seat, reason);
	if (!e || !seen)
		return false;
	hist_gain_clear(&w->gain);
	if (now.hist && now.hist <= c->nr_hists)
		hist_gain_take(&w->gain, seen->hist, c->hists[now.hist - 1].bucket,
			       now.count - seen->found);
	barrier();
	if (!model_seat_owns(seat, live))
		return true;
	if (!hist_pack_add(&seen->hist, &w->gain))
		return false;
	seen->found += w->gain.n;
	seat->count[reason] = now.count;
	take_sum(&gain, &seen->last, &now);
	if (m->state->first) {
		memset(&gain, 0, sizeof(gain));
		if (!model_rebase(&e->latency, w))
			return false;
		hist_gain_clear(&w->gain);
	}
	vp->exits.touched |= 1U << reason;
	add_to_exit(e, &gain, now.max_ns);
	add_to_exit(&vp->exits.all, &gain, now.max_ns);
	e = model_get_exit(&vp->partition->exits, reason);
	if (!e)
		return false;
	vp->partition->exits.touched |= 1U << reason;
	add_to_exit(e, &gain, now.max_ns);
	hist_add_gain(&w->vp, &w->gain);
	hist_add_gain(&w->reason[reason], &w->gain);
	return finish_series(m, &vp->exits.reason[reason]->latency);
}

static bool sweep_vp(struct model *m, const struct counters *c, struct model_vp *vp)
{
	struct model_work *w = m->state->work;
	struct seat *seat;
	__u32 left;

	vp->changed = false;
	hist_clear(&w->vp);
	for (seat = vp->seats; seat; seat = seat->next) {
		left = seat->changed;
		seat->changed = 0;
		for (; left; left &= left - 1)
			if (!read_record(m, c, seat, __builtin_ctz(left)))
				return false;
	}
	model_finish(m, &vp->exits.all.latency, &w->vp);
	hist_merge(&w->partition, &w->vp);
	add_to_exit(&vp->partition->exits.all, &vp->exits.all.now, vp->exits.all.latency.max_ns);
	return true;
}

/* A partition's interval is complete: it becomes part of the host's. */
static bool hand_on(struct model *m, struct model_partition *p)
{
	struct model_work *w = m->state->work;
	struct model_exit *e, *host;
	unsigned int i;
	__u32 left;

	for (left = p->exits.touched; left; left &= left - 1) {
		i = __builtin_ctz(left);
		e = p->exits.reason[i];
		host = model_get_exit(&m->exits, i);
		if (!host || !model_keep(&host->latency, &w->reason[i]))
			return false;
		add_to_exit(host, &e->now, e->latency.max_ns);
		model_finish(m, &e->latency, &w->reason[i]);
		hist_clear(&w->reason[i]);
	}
	m->exits.touched |= p->exits.touched;
	e = &p->exits.all;
	model_finish(m, &e->latency, &w->partition);
	add_to_exit(&m->exits.all, &e->now, e->latency.max_ns);
	return model_keep(&m->exits.all.latency, &w->partition);
}

static bool sweep_partition(struct model *m, const struct counters *c, struct model_partition *p)
{
	unsigned int i;

	p->changed = false;
	hist_clear(&m->state->work->partition);
	for (i = 0; i < p->nr_vps; i++)
		if (p->vps[i]->changed && !sweep_vp(m, c, p->vps[i]))
			return false;
	return hand_on(m, p);
}

/**
 * model_sweep_exits() - add what the counters of exits gained since the last sample
 * @m: the model, with the interval's values empty
 * @c: the counters
 *
 * Return: false without memory.
 */
bool model_sweep_exits(struct model *m, const struct counters *c)
{
	unsigned int i;
	__u32 left;

	if (!model_find_changes(m, c))
		return false;
	for (i = 0; i < m->nr_partitions; i++)
		if (m->partitions[i]->changed && !sweep_partition(m, c, m->partitions[i]))
			return false;
	model_finish_kept(m, &m->exits.all.latency);
	for (left = m->exits.touched; left; left &= left - 1)
		model_finish_kept(m, &m->exits.reason[__builtin_ctz(left)]->latency);
	return true;
}
