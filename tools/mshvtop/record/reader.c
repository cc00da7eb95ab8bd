// SPDX-License-Identifier: GPL-2.0
/*
 * A recording as a source. The file is read from one end to the other when it is opened, so what is
 * wrong with it is said before anything is shown, and everything before the damage is used.
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
 * @sample: its block
 * @detail: the block that has what is beside its counters
 * @slow: likewise, of what took long before it
 * @caps: likewise, of the last capabilities before it
 * @time_ns: as in struct sample
 * @wall_ns: likewise
 * @key: it is in full
 */
struct place {
	struct rec_place sample;
	struct rec_place detail;
	struct rec_place slow;
	struct rec_place caps;
	__u64 time_ns;
	__u64 wall_ns;
	bool key;
};

/**
 * struct recording - an open recording
 * @source: what others see
 * @file: the file
 * @layout: what the samples' indices mean
 * @use: which of them there are
 * @next: the sample that comes next while the file is checked
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
 * @facts: JSON, or NULL if there are none
 */
struct recording {
	struct source source;
	struct rec_reader file;
	struct rec_layout layout;
	struct rec_use use;
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
	char *facts;
};

static struct cursor cursor_of(const struct buf *b)
{
	return (struct cursor){ .at = b->data, .end = b->data + b->size };
}

static enum rec_result damaged(struct recording *r, const char *why)
{
	r->file.why = why;
	return REC_DAMAGED;
}

/* Return: false if it is not what it was when the file was checked, which has been reported */
static bool read_block(struct recording *r, const struct rec_place *place, struct cursor *c)
{
	if (!rec_again(&r->file, place))
		return false;
	*c = cursor_of(&r->file.raw);
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

/* Return: false after an error, with what is wrong in @why unless it has been reported */
static bool decode_details(struct recording *r, const struct place *place, struct sample *sample,
			   const char **why)
{
	struct cursor c;

	if (place->detail.at) {
		if (!read_block(r, &place->detail, &c))
			return false;
		*why = "a sample's details make no sense";
		if (!rec_decode_detail(&c, &r->details, place->key))
			return false;
		rec_show_detail(&r->details, sample);
	}
	*why = NULL;
	if (!place->slow.at)
		return true;
	if (!read_block(r, &place->slow, &c))
		return false;
	*why = "what took long makes no sense";
	return take_slow(r, &c, sample);
}

static bool decode(struct recording *r, const struct place *place, struct sample *sample,
		   const char **why)
{
	struct cursor c;

	*why = NULL;
	if (!read_block(r, &place->sample, &c))
		return false;
	*why = "a sample makes no sense";
	if (!rec_decode_sample(&c, &r->layout, r->image, &r->owners, sample, place->key))
		return false;
	return decode_details(r, place, sample, why);
}

/* --- Checking the file ----------------------------------------------------------------------- */

/* All sizes are those that there may be, until it is known what is used. */
static bool make_image(struct recording *r)
{
	struct counters sizes;

	rec_use_sizes(&sizes, &r->layout, rec_may_ask(&r->file));
	r->image = rec_image_new(&sizes);
	if (!r->image)
		return false;
	if (!rec_use_init(&r->use, &r->layout, rec_may_ask(&r->file))) {
		err("out of memory");
		return false;
	}
	r->image->use = &r->use;
	r->details.use = &r->use;
	return true;
}

/* What was not used by any sample takes no room and no time. */
static bool shrink_image(struct recording *r)
{
	const struct counters sizes = {
		.nr_vp_slots = r->use.nr_vp_slots ?: 1,
		.nr_partition_slots = r->use.nr_partition_slots ?: 1,
		.nr_cpus = r->use.nr_cpus ?: 1,
		.nr_hists = r->layout.nr_hists,
	};
	struct rec_image *image = rec_image_new(&sizes);

	if (!image)
		return false;
	image->use = &r->use;
	rec_image_free(r->image);
	r->image = image;
	return true;
}

static enum rec_result add_place(struct recording *r)
{
	struct rec_reader *f = &r->file;
	struct place place = r->next, *grown;
	const char *why;
	struct sample sample;

	if (!(r->nr & (r->nr - 1))) {
		grown = reallocarray(r->places, r->nr ? r->nr * 2 : 1, sizeof(*grown));
		if (!grown) {
			err("out of memory");
			return REC_FAILED;
		}
		r->places = grown;
	}
	place.sample = f->place;
	place.key = f->head.flags & REC_FLAG_KEY;
	if (!decode(r, &place, &sample, &why)) {
		if (!why)
			return REC_FAILED;
		f->place = place.sample;
		f->vouched = r->nr;
		return damaged(r, r->use.left ? why : "a sample asks for more memory than a "
			       "hundred times the file's size");
	}
	f->place = place.sample;
	place.time_ns = sample.time_ns;
	place.wall_ns = sample.wall_ns;
	r->places[r->nr++] = place;
	r->next = (struct place){ .caps = place.caps };
	return REC_OK;
}

static enum rec_result take_layout(struct recording *r)
{
	struct cursor c = cursor_of(&r->file.raw);

	if (!rec_decode_layout(&c, &r->layout))
		return damaged(r, "the layout makes no sense");
	return make_image(r) ? REC_OK : REC_FAILED;
}

static enum rec_result take_caps(struct recording *r)
{
	struct cursor c = cursor_of(&r->file.raw);
	struct rec_caps caps = { 0 };
	bool ok = snapshot_fits(r->file.raw.size, rec_may_ask(&r->file)) &&
		  rec_caps_take(&caps, r->file.place.at, &c);

	rec_caps_free(&caps);
	if (!ok)
		return damaged(r, "the capabilities make no sense");
	r->next.caps = r->file.place;
	return REC_OK;
}

/* Return: whether the block is one that this version can go on behind */
static enum rec_result take_block(struct recording *r)
{
	switch (r->file.head.type) {
	case REC_FACTS:
		r->facts = strndup((char *)r->file.raw.data, r->file.raw.size);
		return REC_OK;
	case REC_LAYOUT:
		return take_layout(r);
	case REC_SAMPLE:
		return add_place(r);
	case REC_DETAIL:
		r->next.detail = r->file.place;
		r->source.details = true;
		return REC_OK;
	case REC_SLOW:
		r->next.slow = r->file.place;
		return REC_OK;
	case REC_CAPS:
		return take_caps(r);
	default:
		return REC_OK;
	}
}

/* Return: false if nothing can be read at all, which has been reported */
static bool scan(struct recording *r)
{
	enum rec_result result;

	do {
		result = rec_next(&r->file);
		if (result == REC_OK)
			result = take_block(r);
	} while (result == REC_OK);
	if (result == REC_FAILED)
		return false;
	if (r->nr > r->file.vouched)
		r->nr = r->file.vouched;
	r->source.damaged = result == REC_DAMAGED;
	rec_say_end(&r->file, result, "samples", r->nr);
	rec_describe_end(&r->file, result, "samples", r->nr, r->source.notice,
			 sizeof(r->source.notice));
	if (r->nr)
		return shrink_image(r);
	err("%s: no sample in it that can be read", r->file.path);
	return false;
}

/* --- Reading --------------------------------------------------------------------------------- */

/* Bring the image to a sample, from where it is or from the last one in full. */
static bool go_to(struct recording *r, unsigned long n, struct sample *sample)
{
	unsigned long from = n;
	const char *why;

	while (!r->places[from].key && from != r->decoded)
		from--;
	for (; from <= n; from++) {
		r->decoded = 0;
		if (!decode(r, &r->places[from], sample, &why)) {
			if (why)
				err("%s: at byte %lld: %s", r->file.path,
				    (long long)r->places[from].sample.at, why);
			return false;
		}
		r->decoded = from + 1;
	}
	return true;
}

/* They are in the sample only where they may be others than in the one that was read before. */
static bool show_caps(struct recording *r, unsigned long n, struct sample *sample)
{
	const struct rec_place *place = &r->places[n].caps;
	bool changed = place->at != r->caps.at;
	struct cursor c;

	if (!place->at || (!changed && n == r->expected))
		return true;
	if (changed && !read_block(r, place, &c))
		return false;
	if (changed && !rec_caps_take(&r->caps, place->at, &c)) {
		err("%s: the capabilities at byte %lld make no sense", r->file.path,
		    (long long)place->at);
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

	rec_reader_close(&r->file);
	rec_use_free(&r->use);
	rec_image_free(r->image);
	rec_owners_free(&r->owners);
	rec_tallies_free(&r->details.tallies);
	rec_places_free(&r->stacks);
	rec_caps_free(&r->caps);
	free(r->places);
	free(r->facts);
	free(r);
}

/* --- Ranges ---------------------------------------------------------------------------------- */

/* A clock time as CLOCK_REALTIME; recordings that begin after it have it on the next day. */
static __u64 clock_to_wall(const struct rec_moment *moment, __u64 begin_ns)
{
	time_t begin = begin_ns / NS_PER_SEC, then;
	unsigned int seconds = moment->seconds;
	int days;

	for (days = 0; ; days++) {
		struct tm tm;

		localtime_r(&begin, &tm);
		tm.tm_mday += days;
		tm.tm_hour = seconds / 3600;
		tm.tm_min = seconds / 60 % 60;
		tm.tm_sec = seconds % 60;
		/* Whether it is summer then is another question than whether it is at the beginning. */
		tm.tm_isdst = -1;
		then = mktime(&tm);
		if (then >= begin || days)
			return then * NS_PER_SEC;
	}
}

/* Seconds go by a clock that nobody sets; clock times by what the clock said. */
static bool is_before(const struct recording *r, unsigned long n, const struct rec_moment *moment)
{
	const struct place *first = r->places, *place = &first[n];

	if (moment->by_clock)
		return place->wall_ns < clock_to_wall(moment, first->wall_ns);
	return place->time_ns - first->time_ns < (__u64)(moment->seconds * NS_PER_SEC);
}

static bool is_behind(const struct recording *r, unsigned long n, const struct rec_moment *moment)
{
	const struct place *first = r->places, *place = &first[n];

	if (moment->by_clock)
		return place->wall_ns > clock_to_wall(moment, first->wall_ns);
	return place->time_ns - first->time_ns > (__u64)(moment->seconds * NS_PER_SEC);
}

/* If the clock was set back and has shown a time twice, both are in the part. */
static bool choose_range(struct recording *r, const struct rec_range *range)
{
	unsigned long end = r->nr;

	while (range->begin.given && r->first < r->nr && is_before(r, r->first, &range->begin))
		r->first++;
	while (range->end.given && end && is_behind(r, end - 1, &range->end))
		end--;
	if (end <= r->first) {
		err("%s: nothing is left of it between --begin and --end", r->file.path);
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

	if (!r) {
		err("out of memory");
		return NULL;
	}
	r->source.recorded = true;
	r->source.read = recording_read;
	r->source.seek = recording_seek;
	r->source.symbol = recording_symbol;
	r->source.close = recording_close;
	if (!rec_open(&r->file, path) || !scan(r) || !choose_range(r, range))
		goto err_close;
	memcpy(r->source.name, r->layout.source, sizeof(r->source.name));
	memcpy(r->source.kernel, r->layout.kernel, sizeof(r->source.kernel));
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
