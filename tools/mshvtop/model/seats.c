// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the exit records that have changed since the last sample, and their owners. A seat is a VP
 * in a slot. The driver gives slots again: until the new owner's first exit for a reason, the
 * slot's record for that reason still is the old owner's.
 */
#include <stdlib.h>
#include "model/priv.h"

/**
 * model_seat_owns() - whether a record belongs to the owner of a seat
 * @seat: the seat
 * @series: the record
 *
 * Return: true if so.
 */
bool model_seat_owns(const struct seat *seat, const struct mshv_exit_series *series)
{
	return series->partition_id == seat->partition_id && series->vp_index == seat->vp_index;
}

static void free_seat(struct seat *seat)
{
	struct seat **link;
	unsigned int i;

	if (seat->vp) {
		for (link = &seat->vp->seats; *link != seat; link = &(*link)->next)
			;
		*link = seat->next;
	}
	for (i = 0; i < MSHV_COUNTS_REASONS; i++) {
		if (seat->seen[i])
			free(seat->seen[i]->hist);
		free(seat->seen[i]);
	}
	free(seat);
}

static bool find_vp(struct model *m, const struct counters *c, struct seat *seat)
{
	struct model_partition *p = model_get_partition(m, c, seat->partition_id);

	seat->vp = p ? model_get_vp(p, seat->vp_index) : NULL;
	if (!seat->vp)
		return false;
	seat->next = seat->vp->seats;
	seat->vp->seats = seat;
	return true;
}

/* Forget previous owners that have no record in the slot any more. */
static struct seat *get_seat(struct model_state *s, unsigned int slot, __u64 partition_id,
			     __u32 vp_index)
{
	struct seat **link = &s->seats[slot], *seat;

	while ((seat = *link)) {
		if (seat->partition_id == partition_id && seat->vp_index == vp_index)
			return seat;
		if (seat == s->seats[slot] || seat->held || seat->changed) {
			link = &seat->older;
			continue;
		}
		*link = seat->older;
		free_seat(seat);
	}
	seat = calloc(1, sizeof(*seat));
	if (!seat)
		return NULL;
	seat->partition_id = partition_id;
	seat->vp_index = vp_index;
	seat->slot = slot;
	seat->older = s->seats[slot];
	s->seats[slot] = seat;
	return seat;
}

/* A record that has changed and is not empty */
static bool look_closer(struct model *m, const struct counters *c, unsigned int slot,
			unsigned int reason)
{
	const struct mshv_exit_series *live = &c->exits[slot * MSHV_COUNTS_REASONS + reason];
	__u64 partition_id = live->partition_id;
	struct seat *seat;
	__u32 vp_index;

	barrier();
	vp_index = live->vp_index;
	barrier();
	if (!partition_id || live->partition_id != partition_id)
		return true;
	seat = get_seat(m->state, slot, partition_id, vp_index);
	if (!seat)
		return false;
	if (seat->count[reason] == live->count)
		return true;
	if (!seat->vp && !find_vp(m, c, seat))
		return false;
	seat->changed |= 1U << reason;
	seat->vp->changed = true;
	seat->vp->partition->changed = true;
	return true;
}

/* Return: the first record from @from on that is neither empty nor as it was in the seat */
static unsigned int next_change(const struct mshv_exit_series *live, const struct seat *seat,
				unsigned int from)
{
	const __u64 partition_id = seat->partition_id;
	const __u32 vp_index = seat->vp_index;
	unsigned int i;
	__u64 count;

	for (i = from; i < MSHV_COUNTS_REASONS; i++) {
		count = live[i].count;
		if (!count)
			continue;
		if (count != seat->count[i] || live[i].partition_id != partition_id ||
		    live[i].vp_index != vp_index)
			break;
	}
	return i;
}

/**
 * model_find_changes() - find the exit records that have moved since the last sample
 * @m: the model; their seats, VPs and partitions are marked as changed
 * @c: the counters
 *
 * Return: false without memory.
 */
bool model_find_changes(struct model *m, const struct counters *c)
{
	static const struct seat nobody;
	const struct mshv_exit_series *live = c->exits;
	const struct model_state *s = m->state;
	unsigned int slot, i;

	for (slot = 0; slot < s->nr_slots; slot++, live += MSHV_COUNTS_REASONS) {
		/* A record of another owner may bring a new seat. */
		for (i = next_change(live, s->seats[slot] ?: &nobody, 0); i < MSHV_COUNTS_REASONS;
		     i = next_change(live, s->seats[slot] ?: &nobody, i + 1))
			if (!look_closer(m, c, slot, i))
				return false;
	}
	return model_join_new(m);
}

/* The record has a new owner now; what was seen of the old owner stays in the totals. */
static bool leave_record(struct model *m, struct seat *seat, unsigned int reason)
{
	struct seen_exits *seen = seat->seen[reason];
	struct model_exit *e = seat->vp ? seat->vp->exits.reason[reason] : NULL;

	if (e && model_has_exit(e) &&
	    !model_leave_series(&e->latency, seen, m->state->work))
		return false;
	m->state->overwritten += seen->last.count;
	seat->held &= ~(1U << reason);
	seat->count[reason] = 0;
	seat->seen[reason] = NULL;
	free(seen->hist);
	free(seen);
	return true;
}

/**
 * model_take_record() - a record as last seen
 * @m: the model; its room for one histogram is used
 * @seat: the seat
 * @reason: which of the slot's records
 *
 * Return: what was seen, all zero at the first time; NULL without memory.
 */
struct seen_exits *model_take_record(struct model *m, struct seat *seat, unsigned int reason)
{
	struct seat *other;

	for (other = m->state->seats[seat->slot]; other; other = other->older)
		if (other != seat && other->seen[reason] && !leave_record(m, other, reason))
			return NULL;
	seat->seen[reason] = calloc(1, sizeof(*seat->seen[reason]));
	if (seat->seen[reason])
		seat->held |= 1U << reason;
	return seat->seen[reason];
}

/**
 * model_vp_counted() - whether the numbers of a VP are those of its exits
 * @m: the model
 * @vp: the VP
 *
 * Return: false if it has never been counted, while some VPs have no slot: it may be one of them.
 */
bool model_vp_counted(const struct model *m, const struct model_vp *vp)
{
	return vp->seats || vp->exits.all.total.count || !m->lost.no_vp_slot;
}

/**
 * model_partition_counted() - whether the numbers of a partition are those of all its VPs' exits
 * @m: the model
 * @p: the partition
 */
bool model_partition_counted(const struct model *m, const struct model_partition *p)
{
	unsigned int i;

	for (i = 0; m->lost.no_vp_slot && i < p->nr_vps; i++)
		if (!p->vps[i]->gone && !model_vp_counted(m, p->vps[i]))
			return false;
	return true;
}

/**
 * model_forget_vp() - detach a VP from its seats
 * @vp: the VP
 *
 * The seats stay, so that a later change of the VP's counters is not counted from zero.
 */
void model_forget_vp(struct model_vp *vp)
{
	struct seat *seat;

	while ((seat = vp->seats)) {
		vp->seats = seat->next;
		seat->vp = NULL;
	}
}

/**
 * model_free_seats() - free all seats
 * @m: the model
 */
void model_free_seats(struct model *m)
{
	struct model_state *s = m->state;
	struct seat *seat;
	unsigned int i;

	for (i = 0; s->seats && i < s->nr_slots; i++) {
		while ((seat = s->seats[i])) {
			s->seats[i] = seat->older;
			seat->vp = NULL;
			free_seat(seat);
		}
	}
	free(s->seats);
}
