// SPDX-License-Identifier: GPL-2.0
/*
 * The histograms of the model's latencies. Those of the host and of hypercalls are kept. Of exits,
 * only the series (one VP, one reason) have histograms, in packed form: the counters as last seen,
 * the part that is older than the total, and the gain of the interval. Histograms of VPs and
 * partitions are added up from the series on demand, because there may be a hundred thousand
 * series, of which a view shows a screenful.
 */
#include <stdlib.h>
#include <string.h>
#include "model/priv.h"

static void add_seen(struct hist *to, const struct model_latency *series)
{
	const struct seat *seat;

	for (seat = series->vp->seats; seat; seat = seat->next) {
		const struct seen_exits *seen = seat->seen[series->reason];

		if (seen && seen->hist)
			hist_unpack(to, seen->hist, false);
	}
}

static void add_series(struct hist *to, const struct model_latency *series, bool total)
{
	if (!total) {
		if (series->gained)
			hist_unpack(to, series->gained, false);
		return;
	}
	add_seen(to, series);
	if (series->base)
		hist_unpack(to, series->base, true);
}

static void add_vp(struct hist *to, const struct model_vp *vp, unsigned int reason, bool total)
{
	unsigned int i;

	if (reason < MSHV_COUNTS_REASONS) {
		if (model_has_exit(vp->exits.reason[reason]))
			add_series(to, &vp->exits.reason[reason]->latency, total);
		return;
	}
	for (i = 0; i < MSHV_COUNTS_REASONS; i++)
		if (model_has_exit(vp->exits.reason[i]))
			add_series(to, &vp->exits.reason[i]->latency, total);
}

static const struct hist *make_hist(const struct model_latency *latency, bool total,
				    struct hist *room)
{
	const struct model_partition *p;
	const struct hist *kept;
	unsigned int i;

	hist_init(room);
	switch (latency->place) {
	case MODEL_KEPT:
		kept = total ? latency->total : latency->now;
		return kept ? kept : room;
	case MODEL_OF_SERIES:
		add_series(room, latency, total);
		break;
	case MODEL_OF_VP:
		add_vp(room, latency->vp, MSHV_COUNTS_REASONS, total);
		break;
	default:
		p = latency->partition;
		for (i = 0; i < p->nr_vps; i++)
			add_vp(room, p->vps[i], latency->reason, total);
	}
	return room;
}

/**
 * model_now() - a latency's histogram of the last interval
 * @latency: the latency
 * @room: for the histogram, if it has to be made
 *
 * Return: the histogram, @room or until the next update.
 */
const struct hist *model_now(const struct model_latency *latency, struct hist *room)
{
	return make_hist(latency, false, room);
}

/**
 * model_total() - a latency's histogram since the start
 * @latency: the latency
 * @room: for the histogram, if it has to be made
 *
 * Return: the histogram, @room or until the next update.
 */
const struct hist *model_total(const struct model_latency *latency, struct hist *room)
{
	return make_hist(latency, true, room);
}

/**
 * model_keep() - add to a histogram of the interval that is kept
 * @latency: the latency, MODEL_KEPT
 * @gained: what was gained, or part of it
 *
 * Return: false without memory.
 */
bool model_keep(struct model_latency *latency, const struct hist *gained)
{
	if (!gained->n)
		return true;
	if (!latency->now)
		latency->now = hist_new();
	if (!latency->total)
		latency->total = hist_new();
	if (!latency->now || !latency->total)
		return false;
	hist_merge(latency->now, gained);
	return true;
}

static bool set_base(struct model_latency *series, const struct hist *h)
{
	struct hist_pack *base = NULL;

	if (h->hi) {
		base = malloc(hist_pack_size(h));
		if (!base)
			return false;
		hist_pack(base, h);
	}
	free(series->base);
	series->base = base;
	return true;
}

/* A series as last seen, if the series is in one slot only, as it nearly always is */
static bool seen_in_one(const struct model_latency *series, const struct hist_pack **pack)
{
	const struct seat *seat;

	*pack = NULL;
	for (seat = series->vp->seats; seat; seat = seat->next) {
		const struct seen_exits *seen = seat->seen[series->reason];

		if (!seen || !seen->hist)
			continue;
		if (*pack)
			return false;
		*pack = seen->hist;
	}
	return true;
}

/**
 * model_rebase() - let the total begin at this moment
 * @series: MODEL_OF_SERIES
 * @work: room
 *
 * Return: false without memory; the total is as it was then.
 */
bool model_rebase(struct model_latency *series, struct model_work *work)
{
	const struct hist_pack *seen;
	struct hist_pack *base = NULL;

	if (!seen_in_one(series, &seen)) {
		hist_clear(&work->one);
		add_seen(&work->one, series);
		return set_base(series, &work->one);
	}
	if (seen) {
		base = hist_pack_copy(seen);
		if (!base)
			return false;
	}
	free(series->base);
	series->base = base;
	return true;
}

/**
 * model_leave_series() - keep what was seen of a record in the total, when the record gets another
 * owner
 * @series: what the record was part of, MODEL_OF_SERIES
 * @seen: what was seen, still among the seats of the VP
 * @work: room
 *
 * The base may become negative, which is harmless: counts are modulo 2^64.
 *
 * Return: false without memory.
 */
bool model_leave_series(struct model_latency *series, const struct seen_exits *seen,
			struct model_work *work)
{
	if (!seen->hist)
		return true;
	hist_clear(&work->one);
	if (series->base)
		hist_unpack(&work->one, series->base, false);
	hist_unpack(&work->one, seen->hist, true);
	return set_base(series, &work->one);
}

/**
 * model_finish() - compute the percentiles and the maximum of an interval
 * @m: the model
 * @latency: the latency
 * @now: its histogram of the interval
 */
void model_finish(struct model *m, struct model_latency *latency, const struct hist *now)
{
	latency->some = now->n;
	latency->now_max_ns = hist_bound(now, latency->max_ns);
	latency->p50_ns = hist_percentile(now, 50, latency->now_max_ns);
	latency->p99_ns = hist_percentile(now, 99, latency->now_max_ns);
	if (now->n && model_history_wants(m, latency))
		model_history_add(m, latency, now);
}

/**
 * model_finish_kept() - likewise, once everything has been added
 * @m: the model
 * @latency: the latency, MODEL_KEPT
 */
void model_finish_kept(struct model *m, struct model_latency *latency)
{
	if (!latency->now)
		return;
	hist_merge(latency->total, latency->now);
	model_finish(m, latency, latency->now);
}

/**
 * model_clear_latency() - begin an interval
 * @latency: the latency
 */
void model_clear_latency(struct model_latency *latency)
{
	latency->some = false;
	latency->now_max_ns = 0;
	latency->p50_ns = 0;
	latency->p99_ns = 0;
	if (latency->place == MODEL_OF_SERIES)
		latency->gained = NULL;
	else if (latency->place == MODEL_KEPT && latency->now)
		hist_clear(latency->now);
}

/**
 * model_free_latency() - free the histograms of a latency
 * @m: the model
 * @latency: the latency
 */
void model_free_latency(struct model *m, struct model_latency *latency)
{
	if (latency->place == MODEL_OF_SERIES) {
		free(latency->base);
	} else if (latency->place == MODEL_KEPT) {
		free(latency->now);
		free(latency->total);
	}
	model_history_free(m, latency);
}
