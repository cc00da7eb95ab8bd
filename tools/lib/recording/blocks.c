// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks from a file, one after the other. Since format 2 a block's checksum depends on all blocks
 * before it, so that one that is missing, doubled, moved or another recorder's is damage where it is
 * met. Files of format 1 have to be believed more: the times of samples, which of them are in full,
 * the details that belong to each, and their number at the end are compared.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include "err.h"
#include "recording/file.h"

_Static_assert(sizeof(struct rec_head) == 16, "struct rec_head has holes");
_Static_assert(sizeof(struct rec_block) == 24, "struct rec_block has holes");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "recordings are little-endian");

/* All blocks together may become so large, beside REC_TIMES the file's size. */
#define RAW_ANYWAY	(1U << 20)

/* Return: bytes read, which are fewer only at the end of the file; -1 after an error */
static ssize_t read_at(int fd, off_t at, void *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = pread(fd, (char *)data + done, size - done, at + done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		done += got;
	}
	return done;
}

/**
 * rec_open() - open a recording for reading
 * @r: the result; rec_reader_close() has to be called, also after a failure
 * @path: the file; stays valid
 *
 * Return: false if it is no recording or not one that can be read, which has been reported.
 */
bool rec_open(struct rec_reader *r, const char *path)
{
	struct rec_head head = { 0 };
	struct stat st;

	memset(r, 0, sizeof(*r));
	r->path = path;
	/* No writer is waited for, if this is a pipe. */
	r->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (r->fd < 0 || fstat(r->fd, &st)) {
		err_errno("%s: cannot be opened", path);
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		err("%s: not a regular file; a recording has to be one", path);
		return false;
	}
	if (read_at(r->fd, 0, &head, sizeof(head)) != sizeof(head) ||
	    memcmp(head.magic, REC_MAGIC, sizeof(head.magic))) {
		err("%s: not a recording; mshvtop record -o makes them", path);
		return false;
	}
	if (!head.format || head.format > REC_FORMAT) {
		err("%s: of format %u, while this program knows those up to %u; use the one that "
		    "recorded it, or a newer one", path, head.format, REC_FORMAT);
		return false;
	}
	r->size = st.st_size;
	r->format = head.format;
	r->next.at = sizeof(head);
	r->next.chain = r->format < REC_CHAINED ? 0 : head.seed;
	return true;
}

/**
 * rec_may_ask() - how much memory a recording may ask for
 * @r: the reader
 *
 * Return: bytes.
 */
__u64 rec_may_ask(const struct rec_reader *r)
{
	return (__u64)r->size * REC_TIMES + REC_ANYWAY;
}

static enum rec_result damaged(struct rec_reader *r, const char *why)
{
	r->why = why;
	return REC_DAMAGED;
}

static enum rec_result read_head(struct rec_reader *r)
{
	struct rec_block *head = &r->head;
	ssize_t got = read_at(r->fd, r->place.at, head, sizeof(*head));
	struct stat st;

	if (got < 0 || fstat(r->fd, &st)) {
		err_errno("%s: cannot be read", r->path);
		return REC_FAILED;
	}
	if (!got)
		return REC_EOF;
	if (got < (ssize_t)sizeof(*head))
		return REC_CUT;
	if (head->magic != REC_BLOCK_MAGIC ||
	    head->head_crc != crc32(r->place.chain, (const Bytef *)head,
				    offsetof(struct rec_block, head_crc)))
		return damaged(r, r->format < REC_CHAINED ? "no block begins here" :
			       "the block that follows the one before does not begin here");
	if (head->stored > REC_MAX_BYTES || head->raw > REC_MAX_BYTES)
		return damaged(r, "a block is larger than any can be");
	if (st.st_size - r->place.at - (off_t)sizeof(*head) < (off_t)head->stored)
		return REC_CUT;
	return REC_OK;
}

static bool unpack(struct rec_reader *r, const __u8 *stored)
{
	const struct rec_block *head = &r->head;

	if (crc32(0, stored, head->stored) != head->crc)
		return false;
	if (head->flags & REC_FLAG_ZSTD) {
		if (ZSTD_decompress(r->raw.data, head->raw, stored, head->stored) != head->raw)
			return false;
	} else {
		if (head->stored != head->raw)
			return false;
		memcpy(r->raw.data, stored, head->raw);
	}
	r->raw.size = head->raw;
	return true;
}

static enum rec_result read_data(struct rec_reader *r)
{
	const struct rec_block *head = &r->head;
	enum rec_result result = REC_FAILED;
	__u8 *stored = malloc(head->stored + 1);
	__u8 *grown = r->raw.data;
	ssize_t got;

	buf_clear(&r->raw);
	if (r->raw.capacity <= head->raw)
		grown = realloc(r->raw.data, head->raw + 1);
	if (grown && r->raw.capacity <= head->raw) {
		r->raw.data = grown;
		r->raw.capacity = head->raw + 1;
	}
	if (!stored || !grown) {
		err("out of memory");
		goto out_free;
	}
	got = read_at(r->fd, r->place.at + sizeof(*head), stored, head->stored);
	if (got < 0) {
		err_errno("%s: cannot be read", r->path);
		goto out_free;
	}
	if (got == (ssize_t)head->stored && unpack(r, stored))
		result = REC_OK;
	else
		result = damaged(r, "a block's bytes are not those that were written");
out_free:
	free(stored);
	return result;
}

/* --- Order and completeness ------------------------------------------------------------------ */

/*
 * Which of the samples before this block are missing or in the wrong place is not known, but one that
 * is in full stands for itself, and so do the samples between two of those in full.
 */
static enum rec_result doubt(struct rec_reader *r, const char *why)
{
	if (r->samples && r->format < REC_CHAINED)
		r->vouched = (r->samples - 1) / REC_KEY_EVERY * REC_KEY_EVERY + 1;
	return damaged(r, why);
}

static enum rec_result check_sample(struct rec_reader *r)
{
	struct cursor c = { .at = r->raw.data, .end = r->raw.data + r->raw.size };
	bool key = r->head.flags & REC_FLAG_KEY;
	bool detail = r->detail;
	__u64 nr, time_ns;

	nr = cursor_number(&c);
	time_ns = cursor_number(&c);
	r->detail = false;
	r->slow = false;
	if (!r->layout)
		return damaged(r, "a sample comes before the layout");
	if (!nr || c.failed)
		return damaged(r, "a sample has no time");
	if (key != (r->samples % REC_KEY_EVERY == 0))
		return doubt(r, "samples are missing, or too many, before this one");
	if (r->samples && time_ns <= r->time_ns)
		return doubt(r, "a sample is not later than the one before it");
	if (r->samples && detail != r->details)
		return doubt(r, "a sample's details are missing, or another sample's are here");
	r->details = detail;
	r->time_ns = time_ns;
	r->vouched = ++r->samples;
	return REC_OK;
}

static enum rec_result check_end(struct rec_reader *r)
{
	struct cursor c = { .at = r->raw.data, .end = r->raw.data + r->raw.size };
	__u64 nr = cursor_number(&c);

	r->ended = true;
	if (!c.failed && nr == r->samples && !r->detail && !r->slow)
		return REC_OK;
	return doubt(r, "the number of samples at the end is not that of the samples before it");
}

static enum rec_result check_order(struct rec_reader *r)
{
	if (r->ended)
		return damaged(r, "there is something behind the end");
	switch (r->head.type) {
	case REC_FACTS:
		if (r->facts)
			return damaged(r, "the facts are here again");
		r->facts = true;
		return REC_OK;
	case REC_LAYOUT:
		if (r->layout)
			return damaged(r, "the layout is here again");
		r->layout = true;
		return REC_OK;
	case REC_SAMPLE:
		return check_sample(r);
	case REC_DETAIL:
		if (r->detail || r->slow)
			return doubt(r, "a sample's details are here twice");
		r->detail = true;
		return REC_OK;
	case REC_SLOW:
		if (r->slow)
			return doubt(r, "what took long is here twice");
		r->slow = true;
		return REC_OK;
	case REC_VMM:
	case REC_CAPS:
		return REC_OK;
	case REC_END:
		return check_end(r);
	default:
		if (r->head.flags & REC_FLAG_SKIP)
			return REC_OK;
		return damaged(r, "a block is of a type that this version does not know");
	}
}

/**
 * rec_next() - read the next block
 * @r: the reader, whose @head and @raw get the block
 *
 * Return: REC_OK if the block is one that was written, and behind the one before. After anything
 * else there is nothing more to be read.
 */
enum rec_result rec_next(struct rec_reader *r)
{
	enum rec_result result;

	r->place = r->next;
	result = read_head(r);
	if (result == REC_CUT && r->ended)
		return damaged(r, "there is something behind the end");
	if (result != REC_OK)
		return result;
	r->next.at = r->place.at + sizeof(r->head) + r->head.stored;
	if (r->format >= REC_CHAINED)
		r->next.chain = r->head.head_crc;
	r->raw_bytes += r->head.raw;
	if (r->raw_bytes > (__u64)r->next.at * REC_TIMES + RAW_ANYWAY)
		return damaged(r, "a block asks for more than a hundred times the file's size");
	result = read_data(r);
	return result == REC_OK ? check_order(r) : result;
}

/**
 * rec_again() - read a block again
 * @r: the reader, whose @head and @raw get the block
 * @place: as the reader had it then
 *
 * Return: false if it is not what it was, which has been reported.
 */
bool rec_again(struct rec_reader *r, const struct rec_place *place)
{
	r->place = *place;
	if (read_head(r) == REC_OK && read_data(r) == REC_OK)
		return true;
	err("%s: has changed at byte %lld since it was opened", r->path, (long long)place->at);
	return false;
}

/**
 * rec_describe_end() - what is wrong with a recording, if anything is
 * @r: the reader
 * @result: of the last rec_next()
 * @unit: what was read, such as "samples"
 * @nr: how many of it are used
 * @text: the result; empty if nothing is wrong, or if that was reported
 * @size: of @text
 */
void rec_describe_end(const struct rec_reader *r, enum rec_result result, const char *unit,
		      unsigned long nr, char *text, size_t size)
{
	text[0] = '\0';
	if (result == REC_DAMAGED)
		snprintf(text, size, "damaged at byte %lld: %s; %lu %s before it are used",
			 (long long)r->place.at, r->why, nr, unit);
	else if (result == REC_CUT)
		snprintf(text, size, "cut off in the middle of a block at byte %lld; the %lu %s "
			 "before it are used", (long long)r->place.at, nr, unit);
	else if (result == REC_EOF && !r->ended)
		snprintf(text, size, "not finished, its recorder was killed or is still at work; all "
			 "%lu %s are used", nr, unit);
}

/**
 * rec_say_end() - report what is wrong with a recording, if anything is
 * @r: the reader
 * @result: of the last rec_next()
 * @unit: what was read, such as "samples"
 * @nr: how many of it are used
 */
void rec_say_end(const struct rec_reader *r, enum rec_result result, const char *unit,
		 unsigned long nr)
{
	char text[256];

	rec_describe_end(r, result, unit, nr, text, sizeof(text));
	if (text[0])
		err("%s: %s", r->path, text);
}

/**
 * rec_reader_close() - close a recording
 * @r: the reader
 */
void rec_reader_close(struct rec_reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	buf_free(&r->raw);
}

/**
 * rec_is_one() - whether a file is a recording of mshvtop
 * @path: the file
 */
bool rec_is_one(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char magic[sizeof(REC_MAGIC) - 1];
	struct stat st;
	bool is = fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) &&
		  read_at(fd, 0, magic, sizeof(magic)) == sizeof(magic) &&
		  !memcmp(magic, REC_MAGIC, sizeof(magic));

	if (fd >= 0)
		close(fd);
	return is;
}
