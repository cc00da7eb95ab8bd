// SPDX-License-Identifier: GPL-2.0
/*
 * Writes a recording: facts and layout, then a block for each sample, and at the end one that says
 * that nothing is missing. A VMM's facts come before the first sample in which it has a partition;
 * what is beside the counters comes before each sample.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "err.h"
#include "record/detail.h"
#include "record/facts.h"
#include "recording/file.h"
#include "record/sample.h"
#include "recording/slow.h"
#include "record/recorder.h"
#include "slow.h"

/**
 * struct recorder - a recording being made
 * @file: where to
 * @source: what is recorded
 * @image: the counters as of the last sample
 * @block: the block being made
 * @owners: the owners as last written
 * @tallies: what was beside the counters, as last written
 * @lost_slow: as in struct sample, as last written
 * @caps: checksum of the partitions' capabilities, as last written
 * @nr: samples written
 * @vmms: processes whose facts were written
 * @nr_vmms: entries of @vmms
 */
struct recorder {
	struct rec_writer *file;
	const struct source *source;
	struct rec_image *image;
	struct buf block;
	struct buf owners;
	struct rec_tallies tallies;
	__u64 lost_slow;
	unsigned long caps;
	__u64 nr;
	__u32 *vmms;
	unsigned int nr_vmms;
};

static bool write_text(struct recorder *r, enum rec_type type, char *text)
{
	bool ok;

	if (!text) {
		err("out of memory");
		return false;
	}
	buf_clear(&r->block);
	buf_bytes(&r->block, text, strlen(text));
	ok = rec_write(r->file, type, REC_FLAG_SKIP, &r->block);
	free(text);
	return ok;
}

static bool know_vmm(const struct recorder *r, __u32 tgid)
{
	unsigned int i;

	for (i = 0; i < r->nr_vmms; i++)
		if (r->vmms[i] == tgid)
			return true;
	return false;
}

static bool write_vmms(struct recorder *r, const struct sample *sample)
{
	unsigned int i;
	__u32 *grown;

	for (i = 0; i < sample->nr_owners; i++) {
		const struct owner *o = &sample->owners[i];

		if (!o->tgid || know_vmm(r, o->tgid))
			continue;
		grown = reallocarray(r->vmms, r->nr_vmms + 1, sizeof(*grown));
		if (!grown) {
			err("out of memory");
			return false;
		}
		r->vmms = grown;
		grown[r->nr_vmms++] = o->tgid;
		if (!write_text(r, REC_VMM, facts_of_vmm(o)))
			return false;
	}
	return true;
}

/* Who has, or has used, something new is found out from the sample; the rest is asked for then. */
static bool write_caps(struct recorder *r, const struct sample *sample)
{
	unsigned long caps = crc32(0, (const Bytef *)&sample->nr_owners, sizeof(sample->nr_owners));
	unsigned int i;
	char *text;

	for (i = 0; i < sample->nr_owners; i++) {
		const struct owner *o = &sample->owners[i];

		caps = crc32(caps, (const Bytef *)&o->partition_id, sizeof(o->partition_id));
		caps = crc32(caps, (const Bytef *)&o->granted, sizeof(o->granted));
		caps = crc32(caps, (const Bytef *)&o->enabled, sizeof(o->enabled));
		caps = crc32(caps, (const Bytef *)&o->used, sizeof(o->used));
	}
	if (caps == r->caps)
		return true;
	r->caps = caps;
	text = facts_of_caps(sample);
	return !text || write_text(r, REC_CAPS, text);
}

static __u32 owner_tgid(const struct sample *sample, __u64 partition_id)
{
	unsigned int i;

	for (i = 0; i < sample->nr_owners; i++)
		if (sample->owners[i].partition_id == partition_id)
			return sample->owners[i].tgid;
	return 0;
}

static void put_slow(struct recorder *r, const struct sample *sample, const struct mshv_slow *event)
{
	struct rec_slow slow = { .event = *event };
	unsigned int i, first;

	slow.tgid = owner_tgid(sample, event->partition_id);
	for (i = 0; r->source->symbol && i < event->nr_stack; i++)
		r->source->symbol(r->source, event->stack[i], slow.place[i]);
	first = slow_own_places(slow.place, event->nr_stack);
	slow.event.nr_stack -= first;
	memmove(slow.place, slow.place[first], slow.event.nr_stack * sizeof(slow.place[0]));
	rec_put_slow(&r->block, &slow);
}

static bool write_slow(struct recorder *r, const struct sample *sample)
{
	unsigned int i;

	if (!sample->nr_slow && sample->lost_slow == r->lost_slow)
		return true;
	r->lost_slow = sample->lost_slow;
	buf_clear(&r->block);
	buf_number(&r->block, sample->lost_slow);
	buf_number(&r->block, sample->nr_slow);
	for (i = 0; i < sample->nr_slow; i++)
		put_slow(r, sample, &sample->slow[i]);
	return rec_write(r->file, REC_SLOW, REC_FLAG_SKIP, &r->block);
}

static bool write_details(struct recorder *r, const struct sample *sample, bool key)
{
	if (!r->source->details)
		return true;
	buf_clear(&r->block);
	rec_encode_detail(&r->block, &r->tallies, sample, key);
	return rec_write(r->file, REC_DETAIL, REC_FLAG_SKIP | (key ? REC_FLAG_KEY : 0),
			 &r->block) && write_slow(r, sample);
}

/**
 * recorder_new() - begin a recording
 * @path: the file
 * @source: what is recorded, until the recorder is freed
 * @sample: one of its samples, for what there is to know before the first that is recorded
 * @interval_ns: the interval that was asked for, for the facts
 * @command: what runs meanwhile, for the facts; may be NULL
 *
 * The file stays as it is until recorder_start().
 *
 * Return: the recorder, or NULL, which has been reported.
 */
struct recorder *recorder_new(const char *path, const struct source *source,
			      const struct sample *sample, __u64 interval_ns, char **command)
{
	struct recorder *r = calloc(1, sizeof(*r));

	if (!r) {
		err("out of memory");
		return NULL;
	}
	r->source = source;
	r->image = rec_image_new(sample->counters);
	r->file = r->image ? rec_create(path) : NULL;
	if (!r->file)
		goto err_abandon;
	if (!write_text(r, REC_FACTS, facts_of_host(source, sample->wall_ns, interval_ns, command)))
		goto err_abandon;
	buf_clear(&r->block);
	rec_encode_layout(&r->block, source, sample->counters);
	/* Finding out about VMMs takes its time, which is not to be that of the first interval. */
	if (!rec_write(r->file, REC_LAYOUT, 0, &r->block) || !write_vmms(r, sample) ||
	    !write_caps(r, sample))
		goto err_abandon;
	return r;
err_abandon:
	recorder_abandon(r);
	return NULL;
}

/**
 * recorder_start() - replace what is in the file by the recording
 * @r: the recorder; before that the file stays as it was
 *
 * Return: false if that failed, which has been reported.
 */
bool recorder_start(struct recorder *r)
{
	return rec_start(r->file);
}

/**
 * recorder_add() - write a sample
 * @r: the recorder
 * @sample: of the same source, later than the one before
 *
 * Return: false if that failed, which has been reported.
 */
bool recorder_add(struct recorder *r, const struct sample *sample)
{
	bool key = r->nr % REC_KEY_EVERY == 0;

	if (!write_vmms(r, sample) || !write_caps(r, sample) || !write_details(r, sample, key))
		return false;
	buf_clear(&r->block);
	rec_encode_sample(&r->block, r->image, sample, &r->owners, key);
	r->nr++;
	return rec_write(r->file, REC_SAMPLE, key ? REC_FLAG_KEY : 0, &r->block);
}

/**
 * recorder_end() - finish a recording and free the recorder
 * @r: the recorder
 *
 * Return: false if that failed, which has been reported.
 */
bool recorder_end(struct recorder *r)
{
	bool ok;

	buf_clear(&r->block);
	buf_number(&r->block, r->nr);
	ok = rec_write(r->file, REC_END, 0, &r->block);
	ok = rec_close(r->file) && ok;
	r->file = NULL;
	recorder_abandon(r);
	return ok;
}

/**
 * recorder_abandon() - free the recorder, leaving the file as it is
 * @r: the recorder
 */
void recorder_abandon(struct recorder *r)
{
	if (r->file)
		rec_abandon(r->file);
	rec_image_free(r->image);
	buf_free(&r->block);
	buf_free(&r->owners);
	rec_tallies_free(&r->tallies);
	free(r->vmms);
	free(r);
}
