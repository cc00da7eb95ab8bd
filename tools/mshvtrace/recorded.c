// SPDX-License-Identifier: GPL-2.0
/*
 * Goes through a recording's blocks for slow events. The counters between them are for mshvtop. A
 * file that is cut off or damaged is used up to the damage.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "err.h"
#include "filter.h"
#include "recording/file.h"
#include "recorded.h"

_Static_assert(MSHV_SLOW_ARGS <= MSHV_TRACE_ARGS, "arguments of what took long have no room");

/**
 * recorded_is() - whether a file is a recording of mshvtop
 * @file: its name
 */
bool recorded_is(const char *file)
{
	FILE *in = fopen(file, "re");
	char magic[sizeof(REC_MAGIC) - 1];
	bool is = in && fread(magic, sizeof(magic), 1, in) == 1 &&
		  !memcmp(magic, REC_MAGIC, sizeof(magic));

	if (in)
		fclose(in);
	return is;
}

/* Return: whether to go on */
static bool take_events(const struct buf *block, const struct stream_options *options,
			recorded_take take, void *data, __u64 *lost)
{
	struct cursor c = { .at = block->data, .end = block->data + block->size };
	struct rec_slow slow;
	__u64 nr;

	*lost = cursor_number(&c);
	for (nr = cursor_number(&c); nr && rec_take_slow(&c, &slow); nr--) {
		struct mshv_trace_record r = {
			.time_ns = slow.event.time_ns,
			.partition_id = slow.event.partition_id,
			.vp_index = slow.event.vp_index,
			.kind = slow.event.is_hvcall ? MSHV_TRACE_HVCALL : MSHV_TRACE_EXIT,
			.tgid = slow.tgid,
		};

		memcpy(r.arg, slow.event.arg, sizeof(slow.event.arg));
		if (filter_wants(options, &r) && !take(data, &r, &slow))
			return false;
	}
	return true;
}

/**
 * recorded_read() - take the events of a recording, in the order in which it has them
 * @file: its name
 * @options: what is wanted
 * @take: takes events
 * @data: for @take
 * @lost: gets the number of events that were lost as it was recorded
 *
 * Return: false after an error or at damage, which was reported.
 */
bool recorded_read(const char *file, const struct stream_options *options, recorded_take take,
		   void *data, __u64 *lost)
{
	off_t at = sizeof(struct rec_head);
	enum rec_result result = REC_OK;
	struct buf block = { 0 };
	struct rec_block head;
	bool more = true;
	int fd;

	*lost = 0;
	fd = rec_open(file);
	if (fd < 0)
		return false;
	while (more) {
		result = rec_read_head(fd, at, &head);
		if (result == REC_OK && head.type == REC_SLOW)
			result = rec_read_data(fd, at, &head, &block);
		if (result != REC_OK)
			break;
		if (head.type == REC_SLOW)
			more = take_events(&block, options, take, data, lost);
		at += sizeof(head) + head.stored;
	}
	if (result == REC_CUT || result == REC_DAMAGED)
		err("%s: %s at byte %lld; what is before it was used", file,
		    result == REC_CUT ? "cut off" : "damaged", (long long)at);
	buf_free(&block);
	close(fd);
	return result == REC_OK || result == REC_EOF || result == REC_CUT;
}
