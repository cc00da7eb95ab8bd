// SPDX-License-Identifier: GPL-2.0
/*
 * A recording as a source. The file is checked from one end to the other when it is opened, so what
 * is wrong with it is said before anything is shown, and everything before the damage is used.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "err.h"
#include "record/caps.h"
#include "record/detail.h"
#include "recording/file.h"
#include "record/places.h"
#include "record/sample.h"
#include "recording/slow.h"
#include "caps/snapshot.h"
#include "source/source.h"

#define NS_PER_SEC	1000000000ULL

/* What took long between two samples; more than recorders keep is not shown. */
#define MAX_SLOW	1024

/**
 * struct place - where a sample is
 * @at: where its block begins
 * @detail: where the block begins that has what is beside its counters; 0: there is none
 * @slow: likewise, of what took long before it
 * @caps: likewise, of the last capabilities before it
 * @key: it is in full
 */
struct place {
	off_t at;
	off_t detail;
	off_t slow;
	off_t caps;
	bool key;
};

/**
 * struct recording - an open recording
 * @source: what others see
 * @path: for messages
 * @fd: the file
 * @layout: what the samples' indices mean
 * @has_layout: there was one
 * @ended: there was the block that says that nothing is missing
 * @next: the sample that comes next while the file is scanned
 * @places: the samples
 * @nr: entries of @places
 * @first: the first sample that is shown
 * @decoded: number of the sample that @image has, plus 1; 0: none
 * @image: the counters
 * @owners: the partitions
 * @details: what is beside the counters
 * @slow: what took long before the sample
 * @stacks: names in the stacks of @slow
 * @caps: capabilities as they were at the sample that was read last
 * @expected: number of the sample that comes after that one
 * @block: a block's bytes
 * @facts: JSON, or NULL if there are none
 */
struct recording {
	struct source source;
	const char *path;
	int fd;
	struct rec_layout layout;
	bool has_layout;
	bool ended;
	struct place next;
	struct place *places;
	unsigned long nr;
	unsigned long first;
	unsigned long decoded;
	struct rec_image *image;
	struct rec_owners owners;
	struct rec_details details;
	struct mshv_slow slow[MAX_SLOW];
	struct rec_places stacks;
	struct rec_caps caps;
	unsigned long expected;
	struct buf block;
	char *facts;
};

static struct cursor cursor_of(const struct buf *b)
{
	return (struct cursor){ .at = b->data, .end = b->data + b->size };
}

static bool add_place(struct recording *r, off_t at, bool key)
{
	struct place place = r->next;
	struct place *grown;

	if (!(r->nr & (r->nr - 1))) {
		grown = reallocarray(r->places, r->nr ? r->nr * 2 : 1, sizeof(*grown));
		if (!grown) {
			err("out of memory");
			return false;
		}
		r->places = grown;
	}
	place.at = at;
	place.key = key;
	r->places[r->nr++] = place;
	r->next = (struct place){ .caps = place.caps };
	return true;
}

/* Return: whether the block is one that this version can go on behind */
static enum rec_result take_block(struct recording *r, off_t at, const struct rec_block *head)
{
	struct cursor c = cursor_of(&r->block);

	switch (head->type) {
	case REC_FACTS:
		free(r->facts);
		r->facts = strndup((char *)r->block.data, r->block.size);
		return REC_OK;
	case REC_LAYOUT:
		if (r->has_layout)
			return REC_DAMAGED;
		r->has_layout = rec_decode_layout(&c, &r->layout);
		return r->has_layout ? REC_OK : REC_DAMAGED;
	case REC_SAMPLE:
		/* The first has to stand for itself. */
		if (!r->has_layout || (!r->nr && !(head->flags & REC_FLAG_KEY)))
			return REC_DAMAGED;
		return add_place(r, at, head->flags & REC_FLAG_KEY) ? REC_OK : REC_FAILED;
	case REC_DETAIL:
		r->next.detail = at;
		r->source.details = true;
		return REC_OK;
	case REC_SLOW:
		r->next.slow = at;
		return REC_OK;
	case REC_CAPS:
		r->next.caps = at;
		return REC_OK;
	case REC_END:
		r->ended = true;
		return REC_OK;
	default:
		return head->flags & REC_FLAG_SKIP ? REC_OK : REC_DAMAGED;
	}
}

static void report_end(struct recording *r, enum rec_result result, off_t at)
{
	r->source.damaged = result == REC_DAMAGED || (result == REC_CUT && r->ended);
	if (r->source.damaged)
		err("%s: damaged at byte %lld; the %lu samples before it are used", r->path,
		    (long long)at, r->nr);
	else if (result == REC_CUT)
		err("%s: cut off in the middle of a block at byte %lld; the %lu samples before it "
		    "are used", r->path, (long long)at, r->nr);
	else if (!r->ended)
		err("%s: not finished, its recorder was killed or is still at work; all %lu "
		    "samples are used", r->path, r->nr);
}

/* Return: false if nothing can be read at all, which has been reported */
static bool scan(struct recording *r)
{
	off_t at = sizeof(struct rec_head);
	struct rec_block head;
	enum rec_result result;

	for (;;) {
		result = rec_read_head(r->fd, at, &head);
		if (result == REC_OK)
			result = rec_read_data(r->fd, at, &head, &r->block);
		if (result == REC_OK)
			result = take_block(r, at, &head);
		if (result == REC_FAILED)
			return false;
		if (result != REC_OK)
			break;
		at += sizeof(head) + head.stored;
	}
	report_end(r, result, at);
	if (r->nr)
		return true;
	err("%s: no sample in it that can be read", r->path);
	return false;
}

/* Return: false if it is not what it was when the file was scanned, which has been reported */
static bool read_block(struct recording *r, off_t at, struct cursor *c)
{
	struct rec_block head;

	if (rec_read_head(r->fd, at, &head) != REC_OK ||
	    rec_read_data(r->fd, at, &head, &r->block) != REC_OK) {
		err("%s: has changed at byte %lld since it was opened", r->path, (long long)at);
		return false;
	}
	*c = cursor_of(&r->block);
	return true;
}

static bool take_slow(struct recording *r, struct cursor *c, struct sample *sample)
{
	struct rec_slow slow;
	unsigned int i;
	__u64 nr;

	/* How many were lost is said with the details as well. */
	cursor_number(c);
	for (nr = cursor_number(c); nr && sample->nr_slow < MAX_SLOW; nr--) {
		struct mshv_slow *event = &r->slow[sample->nr_slow];

		if (!rec_take_slow(c, &slow))
			return false;
		*event = slow.event;
		for (i = 0; i < event->nr_stack; i++)
			event->stack[i] = rec_place(&r->stacks, slow.place[i]);
		sample->nr_slow++;
	}
	sample->slow = r->slow;
	return !c->failed;
}

static bool decode_details(struct recording *r, const struct place *place, struct sample *sample)
{
	struct cursor c;

	if (place->detail) {
		if (!read_block(r, place->detail, &c))
			return false;
		if (!rec_decode_detail(&c, &r->details, place->key))
			goto err_sense;
		rec_show_detail(&r->details, sample);
	}
	if (!place->slow)
		return true;
	if (!read_block(r, place->slow, &c))
		return false;
	if (take_slow(r, &c, sample))
		return true;
err_sense:
	err("%s: what is beside the sample at byte %lld makes no sense", r->path,
	    (long long)place->at);
	return false;
}

static bool decode(struct recording *r, unsigned long n, struct sample *sample)
{
	const struct place *place = &r->places[n];
	struct cursor c;

	r->decoded = 0;
	if (!read_block(r, place->at, &c))
		return false;
	if (!rec_decode_sample(&c, &r->layout, r->image, &r->owners, sample, place->key)) {
		err("%s: sample %lu at byte %lld makes no sense", r->path, n,
		    (long long)place->at);
		return false;
	}
	if (!decode_details(r, place, sample))
		return false;
	r->decoded = n + 1;
	return true;
}

/* Bring the image to a sample, from where it is or from the last one in full. */
static bool go_to(struct recording *r, unsigned long n, struct sample *sample)
{
	unsigned long from = n;

	while (!r->places[from].key && from != r->decoded)
		from--;
	for (; from <= n; from++)
		if (!decode(r, from, sample))
			return false;
	return true;
}

/* They are in the sample only where they may be others than in the one that was read before. */
static bool show_caps(struct recording *r, unsigned long n, struct sample *sample)
{
	off_t at = r->places[n].caps;
	bool changed = at != r->caps.at;
	struct cursor c;

	if (!at || (!changed && n == r->expected))
		return true;
	if (changed && !read_block(r, at, &c))
		return false;
	if (changed && !rec_caps_take(&r->caps, at, &c)) {
		err("%s: the capabilities at byte %lld make no sense", r->path, (long long)at);
		return false;
	}
	snapshot_sets(r->caps.snapshot, r->owners.list, r->owners.nr);
	sample->caps = &r->caps.host;
	return true;
}

static bool recording_read(struct source *source, struct sample *sample)
{
	struct recording *r = (struct recording *)source;
	unsigned long n = r->first + source->next;

	source->ended = source->next >= source->nr_samples;
	if (source->ended || !go_to(r, n, sample) || !show_caps(r, n, sample))
		return false;
	r->expected = n + 1;
	source->next++;
	return true;
}

static void recording_seek(struct source *source, unsigned long n)
{
	source->next = n < source->nr_samples ? n : source->nr_samples - 1;
}

static void recording_symbol(const struct source *source, __u64 entry, char *text)
{
	rec_place_name(&((const struct recording *)source)->stacks, entry, text);
}

static void recording_close(struct source *source)
{
	struct recording *r = (struct recording *)source;

	if (r->fd >= 0)
		close(r->fd);
	rec_image_free(r->image);
	rec_owners_free(&r->owners);
	rec_tallies_free(&r->details.tallies);
	rec_places_free(&r->stacks);
	rec_caps_free(&r->caps);
	buf_free(&r->block);
	free(r->places);
	free(r->facts);
	free(r);
}

/* --- Ranges ---------------------------------------------------------------------------------- */

/* Return: a moment as CLOCK_REALTIME; recordings that begin before a clock time have it later. */
static __u64 to_wall(const struct rec_moment *moment, __u64 begin_ns)
{
	time_t begin = begin_ns / NS_PER_SEC;
	struct tm tm;
	time_t then;

	if (!moment->by_clock)
		return begin_ns + (__u64)(moment->seconds * NS_PER_SEC);
	localtime_r(&begin, &tm);
	tm.tm_hour = 0;
	tm.tm_min = 0;
	tm.tm_sec = moment->seconds;
	then = mktime(&tm);
	if (then < begin) {
		tm.tm_mday++;
		then = mktime(&tm);
	}
	return then * NS_PER_SEC;
}

/* The first sample at a moment or after it; r->nr if there is none */
static bool find_sample(struct recording *r, __u64 wall_ns, unsigned long *n)
{
	unsigned long low = 0, high = r->nr, middle;
	struct sample sample;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (!go_to(r, middle, &sample))
			return false;
		if (sample.wall_ns < wall_ns)
			low = middle + 1;
		else
			high = middle;
	}
	*n = low;
	return true;
}

static bool choose_range(struct recording *r, const struct rec_range *range)
{
	unsigned long end = r->nr;
	struct sample sample;
	__u64 begin_ns;

	if (!go_to(r, 0, &sample))
		return false;
	begin_ns = sample.wall_ns;
	if (range->begin.given &&
	    !find_sample(r, to_wall(&range->begin, begin_ns), &r->first))
		return false;
	if (range->end.given && !find_sample(r, to_wall(&range->end, begin_ns) + 1, &end))
		return false;
	if (end <= r->first) {
		err("%s: nothing is left of it between --begin and --end", r->path);
		return false;
	}
	r->source.nr_samples = end - r->first;
	return true;
}

/**
 * source_rec_open() - show a recording
 * @path: the file; stays valid until the source is closed
 * @range: which part of it
 *
 * Return: the source, or NULL, which has been reported, as damage is.
 */
struct source *source_rec_open(const char *path, const struct rec_range *range)
{
	struct recording *r = calloc(1, sizeof(*r));
	struct counters sizes = { 0 };

	if (!r) {
		err("out of memory");
		return NULL;
	}
	r->path = path;
	r->source.recorded = true;
	r->source.read = recording_read;
	r->source.seek = recording_seek;
	r->source.symbol = recording_symbol;
	r->source.close = recording_close;
	r->fd = rec_open(path);
	if (r->fd < 0 || !scan(r))
		goto err_close;
	memcpy(r->source.name, r->layout.source, sizeof(r->source.name));
	memcpy(r->source.kernel, r->layout.kernel, sizeof(r->source.kernel));
	sizes.nr_vp_slots = r->layout.nr_vp_slots;
	sizes.nr_partition_slots = r->layout.nr_partition_slots;
	sizes.nr_cpus = r->layout.nr_cpus;
	sizes.nr_hists = r->layout.nr_hists;
	r->image = rec_image_new(&sizes);
	if (!r->image || !choose_range(r, range))
		goto err_close;
	return &r->source;
err_close:
	recording_close(&r->source);
	return NULL;
}

/**
 * source_rec_facts() - what a recording says about where it was made
 * @source: from source_rec_open()
 *
 * Return: JSON, or NULL if it says nothing; valid until the source is closed.
 */
const char *source_rec_facts(const struct source *source)
{
	return ((const struct recording *)source)->facts;
}
