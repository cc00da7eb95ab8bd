// SPDX-License-Identifier: GPL-2.0
/*
 * Histories are rings with one entry for each interval that had samples; the intervals' numbers
 * tell which ones in between were empty. A history has only the powers of two that ever had a
 * sample, because a latency takes up few of them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "model/history.h"
#include "model/priv.h"

/*
 * Memory limits up to which new histories are made. The last part of the memory is reserved for
 * rows of tables: all exits of a partition or of a VP.
 */
#define MAX_BYTES	(6UL * 1024 * 1024)
#define MAX_OF_VPS	(MAX_BYTES / 8 * 6)
#define MAX_OF_REASONS	(MAX_BYTES / 8 * 5)
#define MAX_OF_SERIES	(MAX_BYTES / 8 * 4)

/**
 * struct model_history - the last intervals of a latency
 * @last: number of the last interval that is in it
 * @first: the lowest power of two
 * @nr: how many
 * @count: samples, by number of the interval
 * @share: as in struct moment, likewise, for each power of two
 */
struct model_history {
	unsigned long last;
	unsigned int first;
	unsigned int nr;
	__u32 count[MODEL_HISTORY];
	__u8 (*share)[MODEL_HISTORY];
};

/**
 * model_history_wants() - whether there is a history, or room for one
 * @m: the model
 * @latency: whose
 *
 * Return: true if an interval is to be remembered.
 */
bool model_history_wants(const struct model *m, const struct model_latency *latency)
{
	const size_t used = m->state->history_bytes;

	if (latency->history)
		return true;
	switch (latency->place) {
	case MODEL_KEPT:
		return true;
	case MODEL_OF_PARTITION:
		return used < (latency->reason < MSHV_COUNTS_REASONS ? MAX_OF_REASONS : MAX_BYTES);
	case MODEL_OF_VP:
		return used < MAX_OF_VPS;
	default:
		return used < MAX_OF_SERIES;
	}
}

/* Let a history have some powers of two, beside those that it has. */
static bool widen(struct model *m, struct model_history *h, unsigned int first, unsigned int end)
{
	const size_t row = sizeof(h->share[0]);
	__u8 (*grown)[MODEL_HISTORY];

	if (h->nr && h->first < first)
		first = h->first;
	if (h->nr && h->first + h->nr > end)
		end = h->first + h->nr;
	if (h->nr == end - first)
		return true;
	grown = calloc(end - first, row);
	if (!grown)
		return false;
	if (h->nr)
		memcpy(grown[h->first - first], h->share, h->nr * row);
	m->state->history_bytes += (end - first - h->nr) * row;
	free(h->share);
	h->share = grown;
	h->first = first;
	h->nr = end - first;
	return true;
}

static void clear_moment(struct model_history *h, unsigned int at)
{
	unsigned int i;

	h->count[at] = 0;
	for (i = 0; i < h->nr; i++)
		h->share[i][at] = 0;
}

static void fill_moment(struct model_history *h, unsigned int at, const struct hist *hist)
{
	__u64 octave[MODEL_OCTAVES] = { 0 };
	unsigned int i;

	h->count[at] = hist->n < UINT32_MAX ? hist->n : UINT32_MAX;
	for (i = hist->lo; i < hist->hi; i++)
		octave[i / MSHV_HIST_SUB] += hist->bucket[i];
	for (i = 0; i < h->nr; i++)
		h->share[i][at] = (octave[h->first + i] * 255 + hist->n - 1) / hist->n;
}

/**
 * model_history_add() - remember a latency's last interval
 * @m: the model, its times those of the interval
 * @latency: whose; model_history_wants() it
 * @now: its samples in the interval, not none
 *
 * Without memory nothing is remembered.
 */
void model_history_add(struct model *m, struct model_latency *latency, const struct hist *now)
{
	struct model_history *h = latency->history;
	unsigned long i;

	if (!h) {
		h = calloc(1, sizeof(*h));
		if (!h)
			return;
		latency->history = h;
		m->state->history_bytes += sizeof(*h);
		h->last = m->frames;
	}
	if (!widen(m, h, now->lo / MSHV_HIST_SUB, (now->hi - 1) / MSHV_HIST_SUB + 1))
		return;
	if (m->frames - h->last > MODEL_HISTORY)
		h->last = m->frames - MODEL_HISTORY;
	for (i = h->last + 1; i < m->frames; i++)
		clear_moment(h, i % MODEL_HISTORY);
	h->last = m->frames;
	fill_moment(h, m->frames % MODEL_HISTORY, now);
}

/**
 * model_history_free() - forget the history of a latency
 * @m: the model
 * @latency: whose; it may have none
 */
void model_history_free(struct model *m, struct model_latency *latency)
{
	struct model_history *h = latency->history;

	if (!h)
		return;
	m->state->history_bytes -= sizeof(*h) + h->nr * sizeof(h->share[0]);
	free(h->share);
	free(h);
	latency->history = NULL;
}

/**
 * model_moment() - what a latency was in an interval
 * @m: the model
 * @latency: whose
 * @ago: 0 for the last interval, up to MODEL_HISTORY - 1
 * @moment: the result
 *
 * Return: false if there was no such interval, or if it is not known.
 */
bool model_moment(const struct model *m, const struct model_latency *latency, unsigned int ago,
		  struct moment *moment)
{
	const struct model_history *h = latency->history;
	unsigned long frame = m->frames - ago;
	unsigned int at = frame % MODEL_HISTORY, i;

	if (ago >= MODEL_HISTORY || ago >= m->frames || !h)
		return false;
	memset(moment, 0, sizeof(*moment));
	moment->seconds = m->history_ns[at] / 1e9;
	if (frame > h->last)
		return true;
	moment->count = h->count[at];
	for (i = 0; i < h->nr; i++)
		moment->share[h->first + i] = h->share[i][at];
	return true;
}
