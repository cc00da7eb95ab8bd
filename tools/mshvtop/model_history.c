// SPDX-License-Identifier: GPL-2.0
/*
 * Histories are rings, written to only when there was something in an interval: what is between two
 * moments is known to be empty by their numbers.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "model_history.h"
#include "model_priv.h"

/* Of 4.3 KB each, 35 MB at most */
#define MAX_HISTORIES	8192

/**
 * struct model_history - the last intervals of a latency
 * @last: number of the last interval that is in it
 * @ring: by number of the interval
 */
struct model_history {
	unsigned long last;
	struct moment ring[MODEL_HISTORY];
};

static void fill_moment(struct moment *moment, const struct hist *hist)
{
	__u64 octave[MODEL_OCTAVES] = { 0 };
	unsigned int i;

	moment->count = hist->n < UINT32_MAX ? hist->n : UINT32_MAX;
	for (i = hist->lo; i < hist->hi; i++)
		octave[i / MSHV_HIST_SUB] += hist->bucket[i];
	for (i = 0; i < MODEL_OCTAVES; i++)
		moment->share[i] = (octave[i] * 255 + hist->n - 1) / hist->n;
}

/**
 * model_history_add() - remember a latency's last interval
 * @m: the model, its times those of the interval
 * @latency: with samples in the interval
 *
 * Without memory, or with too many histories already, nothing is remembered.
 */
void model_history_add(struct model *m, struct model_latency *latency)
{
	struct model_history *h = latency->history;
	unsigned long i;

	if (!h) {
		if (m->state->nr_histories >= MAX_HISTORIES)
			return;
		h = calloc(1, sizeof(*h));
		if (!h)
			return;
		latency->history = h;
		m->state->nr_histories++;
		h->last = m->frames;
	}
	if (m->frames - h->last > MODEL_HISTORY)
		h->last = m->frames - MODEL_HISTORY;
	for (i = h->last + 1; i < m->frames; i++)
		memset(&h->ring[i % MODEL_HISTORY], 0, sizeof(h->ring[0]));
	h->last = m->frames;
	fill_moment(&h->ring[m->frames % MODEL_HISTORY], latency->now);
}

/**
 * model_history_free() - forget the history of a latency
 * @m: the model
 * @latency: whose; it may have none
 */
void model_history_free(struct model *m, struct model_latency *latency)
{
	if (!latency->history)
		return;
	free(latency->history);
	latency->history = NULL;
	m->state->nr_histories--;
}

/**
 * model_moment() - what a latency was in an interval
 * @m: the model
 * @latency: whose
 * @ago: 0 for the last interval, up to MODEL_HISTORY - 1
 * @seconds: length of the interval
 *
 * Return: the moment; NULL if there was no such interval, or if it is not known.
 */
const struct moment *model_moment(const struct model *m, const struct model_latency *latency,
				  unsigned int ago, double *seconds)
{
	static const struct moment nothing;
	unsigned long frame = m->frames - ago;

	if (ago >= MODEL_HISTORY || ago >= m->frames || !latency->history)
		return NULL;
	*seconds = m->history_ns[frame % MODEL_HISTORY] / 1e9;
	if (frame > latency->history->last)
		return &nothing;
	return &latency->history->ring[frame % MODEL_HISTORY];
}
