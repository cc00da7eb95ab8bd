// SPDX-License-Identifier: GPL-2.0
/*
 * From the counters to bytes. The counters may move meanwhile; a record is taken as the model takes
 * it, only if it had the same owner before and after (mshv/counts.h), else with the next sample.
 */
#include <string.h>
#include <linux/types.h>
#include <mshv/exits.h>
#include "names.h"
#include "record/sample.h"

#define barrier()	asm volatile("" ::: "memory")
#define WORDS(type)	(sizeof(type) / sizeof(__u64))

/**
 * rec_encode_layout() - write what the samples' indices will mean
 * @b: the buffer
 * @source: named in it
 * @c: the source's counters
 */
void rec_encode_layout(struct buf *b, const struct source *source, const struct counters *c)
{
	const __u32 numbers[] = {
		c->nr_vp_slots, c->nr_partition_slots, c->nr_cpus, c->nr_hists,
		MSHV_COUNTS_REASONS, MSHV_COUNTS_HVCALLS, MSHV_COUNTS_HVCALL_CODES,
		MSHV_HIST_BUCKETS, MSHV_HIST_UNIT_BITS, MSHV_HIST_SUB_BITS,
		WORDS(struct mshv_exit_series), WORDS(struct mshv_hvcall_series),
		WORDS(struct mshv_partition_hvcalls), WORDS(struct mshv_partition_owner),
	};
	char room[NAME_SIZE];
	unsigned int i;

	buf_text(b, source->name);
	buf_text(b, source->kernel);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		buf_number(b, numbers[i]);
	buf_number(b, MSHV_NR_EXITS);
	for (i = 0; i < MSHV_NR_EXITS; i++)
		buf_text(b, exit_name(i, room));
}

/* What is listed by index: the distance to the one before, and 0 at the end. */
static void begin_record(struct buf *b, unsigned int index, long *last)
{
	buf_number(b, (long)index - *last);
	*last = index;
}

/* Differences modulo 2^64, so that it does not matter which way a word went */
static void put_words(struct buf *b, void *image, const void *now, unsigned int nr)
{
	__u64 *old = image;
	const __u64 *new = now;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		buf_number(b, new[i] - old[i]);
		old[i] = new[i];
	}
}

static void put_hist(struct buf *b, struct mshv_histogram *old, const struct mshv_histogram *now)
{
	unsigned int i;
	long last = -1;

	for (i = 0; i < MSHV_HIST_BUCKETS; i++) {
		if (old->bucket[i] == now->bucket[i])
			continue;
		begin_record(b, i, &last);
		buf_number(b, (__u32)(now->bucket[i] - old->bucket[i]));
		old->bucket[i] = now->bucket[i];
	}
	buf_number(b, 0);
}

static void copy_hist(struct mshv_histogram *copy, const struct counters *c, __u32 hist)
{
	barrier();
	*copy = c->hists[hist - 1];
	barrier();
}

static bool has_hist(const struct counters *c, __u32 hist)
{
	return hist && hist <= c->nr_hists;
}

static void put_exits(struct buf *b, struct rec_image *image, const struct counters *c)
{
	struct mshv_exit_series now, after, *old;
	struct mshv_histogram hist;
	unsigned int i;
	long last = -1;

	for (i = 0; i < c->nr_vp_slots * MSHV_COUNTS_REASONS; i++) {
		old = &image->exits[i];
		if (c->exits[i].count == old->count &&
		    c->exits[i].partition_id == old->partition_id &&
		    c->exits[i].vp_index == old->vp_index)
			continue;
		now = c->exits[i];
		if (has_hist(c, now.hist))
			copy_hist(&hist, c, now.hist);
		else
			now.hist = 0;
		barrier();
		after = c->exits[i];
		if (!now.partition_id || after.partition_id != now.partition_id ||
		    after.vp_index != now.vp_index)
			continue;
		begin_record(b, i, &last);
		put_words(b, old, &now, WORDS(now));
		if (now.hist)
			put_hist(b, &image->hists[now.hist - 1], &hist);
	}
	buf_number(b, 0);
}

static void put_hvcalls(struct buf *b, struct rec_image *image, const struct counters *c)
{
	struct mshv_histogram hist;
	unsigned int i;
	long last = -1;

	for (i = 0; i < c->nr_cpus * MSHV_COUNTS_HVCALLS; i++) {
		struct mshv_hvcall_series now;

		if (c->hvcalls[i].count == image->hvcalls[i].count)
			continue;
		now = c->hvcalls[i];
		if (!has_hist(c, now.hist))
			now.hist = 0;
		begin_record(b, i, &last);
		put_words(b, &image->hvcalls[i], &now, WORDS(now));
		if (!now.hist)
			continue;
		copy_hist(&hist, c, now.hist);
		put_hist(b, &image->hists[now.hist - 1], &hist);
	}
	buf_number(b, 0);
}

static void put_partitions(struct buf *b, struct rec_image *image, const struct counters *c)
{
	struct mshv_partition_hvcalls calls;
	struct mshv_partition_owner owner;
	unsigned int i;
	long last = -1;

	for (i = 0; i < c->nr_cpus * c->nr_partition_slots; i++) {
		calls = c->partition_hvcalls[i];
		barrier();
		if (!calls.partition_id ||
		    calls.partition_id != c->partition_hvcalls[i].partition_id ||
		    !memcmp(&calls, &image->partition_hvcalls[i], sizeof(calls)))
			continue;
		begin_record(b, i, &last);
		put_words(b, &image->partition_hvcalls[i], &calls, WORDS(calls));
	}
	buf_number(b, 0);
	last = -1;
	for (i = 0; i < c->nr_partition_slots; i++) {
		owner = c->partition_owners[i];
		barrier();
		if (!owner.partition_id ||
		    owner.partition_id != c->partition_owners[i].partition_id ||
		    !memcmp(&owner, &image->partition_owners[i], sizeof(owner)))
			continue;
		begin_record(b, i, &last);
		put_words(b, &image->partition_owners[i], &owner, WORDS(owner));
	}
	buf_number(b, 0);
}

static void put_codes(struct buf *b, struct rec_image *image, const struct counters *c)
{
	unsigned int i;
	long last = -1;

	for (i = 0; i < MSHV_COUNTS_HVCALL_CODES; i++) {
		__u32 slot = c->hvcall_slot[i];

		if (slot == image->hvcall_slot[i])
			continue;
		begin_record(b, i, &last);
		buf_number(b, slot);
		image->hvcall_slot[i] = slot;
	}
	buf_number(b, 0);
}

/* They seldom change: then 1 and all of them, else 0. */
static void put_owners(struct buf *b, const struct sample *sample, struct buf *before, bool key)
{
	struct buf now = { 0 };
	unsigned int i, j;

	buf_number(&now, sample->nr_owners);
	for (i = 0; i < sample->nr_owners; i++) {
		const struct owner *o = &sample->owners[i];

		buf_number(&now, o->partition_id);
		buf_number(&now, o->tgid);
		buf_text(&now, o->comm);
		buf_number(&now, o->nr_vps);
		for (j = 0; j < o->nr_vps; j++)
			buf_number(&now, o->vps[j]);
	}
	if (now.failed)
		b->failed = true;
	if (!key && now.size == before->size && !memcmp(now.data, before->data, now.size)) {
		buf_number(b, 0);
		buf_free(&now);
		return;
	}
	buf_number(b, 1);
	buf_bytes(b, now.data, now.size);
	buf_free(before);
	*before = now;
}

/**
 * rec_encode_sample() - write a sample
 * @b: the buffer
 * @image: the recording's image, which follows the sample
 * @sample: the sample
 * @owners: the owners as they were written last; all zero to begin with
 * @key: write it in full
 */
void rec_encode_sample(struct buf *b, struct rec_image *image, const struct sample *sample,
		       struct buf *owners, bool key)
{
	const struct counters *c = sample->counters;
	const __u64 numbers[] = {
		sample->time_ns, sample->wall_ns, sample->missed, sample->self_cpu_ns,
		sample->self_bpf_ns, c->lost->no_vp_slot, c->lost->no_hist, c->lost->bad_reason,
		c->lost->overwritten, sample->owners_partial,
	};
	const unsigned int nr = sizeof(numbers) / sizeof(numbers[0]);
	unsigned int i;

	buf_number(b, nr);
	for (i = 0; i < nr; i++)
		buf_number(b, numbers[i]);
	if (key)
		rec_image_empty(image);
	put_owners(b, sample, owners, key);
	put_codes(b, image, c);
	put_exits(b, image, c);
	put_hvcalls(b, image, c);
	put_partitions(b, image, c);
}
