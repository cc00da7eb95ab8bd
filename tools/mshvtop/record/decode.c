// SPDX-License-Identifier: GPL-2.0
/*
 * From bytes to counters. The bytes are what some version of mshvtop wrote, or what is left of it:
 * no index is used before it was compared with what there is room for.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/types.h>
#include <mshv/exits.h>
#include "names.h"
#include "record/sample.h"

/* More words than any record will have */
#define MAX_WORDS	64
#define MAX_OWNERS	(1U << 20)

enum {
	NUMBER_TIME,
	NUMBER_WALL,
	NUMBER_MISSED,
	NUMBER_SELF_CPU,
	NUMBER_SELF_BPF,
	NUMBER_NO_VP_SLOT,
	NUMBER_NO_HIST,
	NUMBER_BAD_REASON,
	NUMBER_OVERWRITTEN,
	NUMBER_PARTIAL,
	NR_NUMBERS
};

/* Our number for a reason: that of its name, else one that no name has. */
static bool map_reason(struct rec_layout *layout, __u32 theirs, const char *name,
		       __u32 *first_free)
{
	char room[NAME_SIZE];
	__u32 i;

	for (i = 0; i < MSHV_NR_EXITS; i++) {
		if (!strcmp(exit_name(i, room), name)) {
			layout->reason[theirs] = i;
			return true;
		}
	}
	layout->reason[theirs] = *first_free;
	return (*first_free)++ < MSHV_COUNTS_REASONS;
}

static bool map_reasons(struct cursor *c, struct rec_layout *layout)
{
	__u32 nr = cursor_limited(c, layout->reasons + 1), first_free = MSHV_NR_EXITS, i;
	char name[REC_NAME];

	for (i = 0; i < layout->reasons; i++) {
		name[0] = '\0';
		if (i < nr)
			cursor_text(c, name, sizeof(name));
		/* Those without a name keep their number where that is free. */
		if (i >= nr && i >= first_free)
			layout->reason[i] = i;
		else if (i >= nr)
			layout->reason[i] = MSHV_EXIT_OTHER;
		else if (!map_reason(layout, i, name, &first_free))
			return false;
	}
	return !c->failed;
}

/**
 * rec_decode_layout() - read what the samples' indices mean
 * @c: the block
 * @layout: the result
 *
 * Return: false if it is not one that this version can show.
 */
bool rec_decode_layout(struct cursor *c, struct rec_layout *layout)
{
	cursor_text(c, layout->source, sizeof(layout->source));
	cursor_text(c, layout->kernel, sizeof(layout->kernel));
	layout->nr_vp_slots = cursor_limited(c, REC_MAX_SLOTS);
	layout->nr_partition_slots = cursor_limited(c, REC_MAX_SLOTS);
	layout->nr_cpus = cursor_limited(c, REC_MAX_CPUS);
	layout->nr_hists = cursor_limited(c, REC_MAX_HISTS);
	layout->reasons = cursor_limited(c, MSHV_COUNTS_REASONS + 1);
	layout->hvcalls = cursor_limited(c, MSHV_COUNTS_HVCALLS + 1);
	layout->hvcall_codes = cursor_limited(c, 1U << 16);
	if (cursor_number(c) != MSHV_HIST_BUCKETS || cursor_number(c) != MSHV_HIST_UNIT_BITS ||
	    cursor_number(c) != MSHV_HIST_SUB_BITS)
		return false;
	layout->exit_words = cursor_limited(c, MAX_WORDS);
	layout->hvcall_words = cursor_limited(c, MAX_WORDS);
	layout->partition_words = cursor_limited(c, MAX_WORDS);
	layout->owner_words = cursor_limited(c, MAX_WORDS);
	if (c->failed || !layout->nr_vp_slots || !layout->nr_partition_slots ||
	    !layout->nr_cpus || !layout->nr_hists || !layout->reasons || !layout->hvcalls)
		return false;
	return map_reasons(c, layout);
}

/* Return: whether there is another record, and which */
static bool next_record(struct cursor *c, __u64 *index, __u64 limit)
{
	__u64 gap = cursor_number(c);

	if (!gap || c->failed)
		return false;
	*index += gap;
	if (gap <= limit && *index < limit)
		return true;
	c->failed = true;
	return false;
}

static void take_words(struct cursor *c, void *record, unsigned int ours, unsigned int theirs)
{
	__u64 *words = record, difference;
	unsigned int i;

	for (i = 0; i < theirs; i++) {
		difference = cursor_number(c);
		if (i < ours)
			words[i] += difference;
	}
}

static void take_hist(struct cursor *c, struct rec_image *image, __u32 hist)
{
	__u64 bucket = -1ULL;

	if (!hist)
		return;
	if (hist > image->counters.nr_hists || !rec_use_hist(image, hist - 1)) {
		c->failed = true;
		return;
	}
	while (next_record(c, &bucket, MSHV_HIST_BUCKETS))
		image->hists[hist - 1].bucket[bucket] += cursor_number(c);
}

#define WORDS(type)	(sizeof(type) / sizeof(__u64))

static void take_exits(struct cursor *c, const struct rec_layout *layout, struct rec_image *image)
{
	__u64 index = -1ULL;
	__u32 slot;

	while (next_record(c, &index, (__u64)layout->nr_vp_slots * layout->reasons)) {
		struct mshv_exit_series *s;

		if (!rec_use_vp_slot(image, index / layout->reasons, &slot)) {
			c->failed = true;
			return;
		}
		s = &image->exits[(size_t)slot * MSHV_COUNTS_REASONS +
				  layout->reason[index % layout->reasons]];
		take_words(c, s, WORDS(*s), layout->exit_words);
		if (s->vp_index >= REC_MAX_VPS)
			c->failed = true;
		take_hist(c, image, s->hist);
	}
}

static void take_hvcalls(struct cursor *c, const struct rec_layout *layout, struct rec_image *image)
{
	__u64 index = -1ULL;
	__u32 cpu;

	while (next_record(c, &index, (__u64)layout->nr_cpus * layout->hvcalls)) {
		struct mshv_hvcall_series *s;

		if (!rec_use_cpu(image, index / layout->hvcalls, &cpu)) {
			c->failed = true;
			return;
		}
		s = &image->hvcalls[(size_t)cpu * MSHV_COUNTS_HVCALLS + index % layout->hvcalls];
		take_words(c, s, WORDS(*s), layout->hvcall_words);
		take_hist(c, image, s->hist);
	}
}

static void take_partitions(struct cursor *c, const struct rec_layout *layout,
			    struct rec_image *image)
{
	const size_t row = image->counters.nr_partition_slots;
	__u64 index = -1ULL;
	__u32 cpu, slot;

	while (next_record(c, &index, (__u64)layout->nr_cpus * layout->nr_partition_slots)) {
		if (!rec_use_cpu(image, index / layout->nr_partition_slots, &cpu) ||
		    !rec_use_partition_slot(image, index % layout->nr_partition_slots, &slot)) {
			c->failed = true;
			return;
		}
		take_words(c, &image->partition_hvcalls[cpu * row + slot],
			   WORDS(struct mshv_partition_hvcalls), layout->partition_words);
	}
	index = -1ULL;
	while (next_record(c, &index, layout->nr_partition_slots)) {
		if (!rec_use_partition_slot(image, index, &slot)) {
			c->failed = true;
			return;
		}
		take_words(c, &image->partition_owners[slot],
			   WORDS(struct mshv_partition_owner), layout->owner_words);
	}
}

static void take_codes(struct cursor *c, const struct rec_layout *layout, struct rec_image *image)
{
	__u64 code = -1ULL;
	__u32 slot;

	while (next_record(c, &code, layout->hvcall_codes)) {
		slot = cursor_limited(c, layout->hvcalls);
		if (code < MSHV_COUNTS_HVCALL_CODES)
			image->hvcall_slot[code] = slot;
	}
}

/**
 * rec_owners_free() - free owners
 * @owners: the owners, which are none afterwards
 */
void rec_owners_free(struct rec_owners *owners)
{
	unsigned int i;

	for (i = 0; i < owners->nr; i++)
		free(owners->list[i].vps);
	free(owners->list);
	memset(owners, 0, sizeof(*owners));
}

static bool take_owner(struct cursor *c, struct owner *o)
{
	unsigned int i;

	o->partition_id = cursor_number(c);
	o->tgid = cursor_number(c);
	cursor_text(c, o->comm, sizeof(o->comm));
	o->nr_vps = cursor_limited(c, REC_MAX_VPS);
	/* Each takes a byte at least. */
	if (o->nr_vps > (size_t)(c->end - c->at))
		c->failed = true;
	o->vps = c->failed ? NULL : calloc(o->nr_vps + 1, sizeof(o->vps[0]));
	if (!o->vps)
		return false;
	for (i = 0; i < o->nr_vps; i++) {
		o->vps[i] = cursor_limited(c, REC_MAX_VPS);
		if (i && o->vps[i] <= o->vps[i - 1])
			c->failed = true;
	}
	return !c->failed;
}

/* Partitions and their VPs are ascending. */
static bool take_owners(struct cursor *c, struct rec_image *image, struct rec_owners *owners)
{
	unsigned int nr;
	__u64 vps = 0;

	if (!cursor_limited(c, 2))
		return !c->failed;
	rec_owners_free(owners);
	nr = cursor_limited(c, MAX_OWNERS);
	if (nr > (size_t)(c->end - c->at) || !rec_use_owners(image, nr, 0))
		return false;
	owners->list = calloc(nr + 1, sizeof(owners->list[0]));
	if (!owners->list)
		return false;
	while (owners->nr < nr) {
		struct owner *o = &owners->list[owners->nr++];

		if (!take_owner(c, o))
			return false;
		vps += o->nr_vps;
		if (!rec_use_owners(image, nr, vps) ||
		    (o > owners->list && o->partition_id <= o[-1].partition_id))
			return false;
	}
	return !c->failed;
}

/**
 * rec_decode_sample() - read a sample
 * @c: the block
 * @layout: the recording's
 * @image: as of the sample before; any if this one is in full
 * @owners: likewise
 * @sample: the result; points to @image and @owners
 * @key: this sample is in full
 *
 * Return: false if it is none, or without memory.
 */
bool rec_decode_sample(struct cursor *c, const struct rec_layout *layout, struct rec_image *image,
		       struct rec_owners *owners, struct sample *sample, bool key)
{
	__u64 numbers[NR_NUMBERS] = { 0 }, nr = cursor_limited(c, MAX_WORDS), number;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		number = cursor_number(c);
		if (i < NR_NUMBERS)
			numbers[i] = number;
	}
	if (key)
		rec_image_empty(image);
	if (!take_owners(c, image, owners))
		return false;
	take_codes(c, layout, image);
	take_exits(c, layout, image);
	take_hvcalls(c, layout, image);
	take_partitions(c, layout, image);
	image->lost.no_vp_slot = numbers[NUMBER_NO_VP_SLOT];
	image->lost.no_hist = numbers[NUMBER_NO_HIST];
	image->lost.bad_reason = numbers[NUMBER_BAD_REASON];
	image->lost.overwritten = numbers[NUMBER_OVERWRITTEN];
	memset(sample, 0, sizeof(*sample));
	sample->time_ns = numbers[NUMBER_TIME];
	sample->wall_ns = numbers[NUMBER_WALL];
	sample->missed = numbers[NUMBER_MISSED];
	sample->self_cpu_ns = numbers[NUMBER_SELF_CPU];
	sample->self_bpf_ns = numbers[NUMBER_SELF_BPF];
	sample->counters = &image->counters;
	sample->owners = owners->list;
	sample->nr_owners = owners->nr;
	sample->owners_partial = numbers[NUMBER_PARTIAL];
	return !c->failed;
}
