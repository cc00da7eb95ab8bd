// SPDX-License-Identifier: GPL-2.0
/*
 * Goes through a recording's blocks for slow events. The counters between them are for mshvtop. A
 * file that is cut off or damaged is used up to the damage.
 */
#include <string.h>
#include "filter.h"
#include "recording/file.h"
#include "recorded.h"

_Static_assert(MSHV_SLOW_ARGS <= MSHV_TRACE_ARGS, "arguments of what took long have no room");

static enum rec_result take_events(struct rec_reader *file, const struct stream_options *options,
				   recorded_take take, void *data, __u64 *lost, unsigned long *taken,
				   bool *more)
{
	struct cursor c = { .at = file->raw.data, .end = file->raw.data + file->raw.size };
	struct rec_slow slow;
	__u64 nr;

	*lost = cursor_number(&c);
	for (nr = cursor_number(&c); nr && *more; nr--) {
		struct mshv_trace_record r;

		if (!rec_take_slow(&c, &slow))
			break;
		r = (struct mshv_trace_record){
			.time_ns = slow.event.time_ns,
			.partition_id = slow.event.partition_id,
			.vp_index = slow.event.vp_index,
			.kind = slow.event.is_hvcall ? MSHV_TRACE_HVCALL : MSHV_TRACE_EXIT,
			.tgid = slow.tgid,
		};
		memcpy(r.arg, slow.event.arg, sizeof(slow.event.arg));
		if (filter_wants(options, &r)) {
			*more = take(data, &r, &slow);
			++*taken;
		}
	}
	if (!c.failed)
		return REC_OK;
	file->why = "what took long makes no sense";
	return REC_DAMAGED;
}

/**
 * recorded_read() - take the events of a recording, in the order in which it has them
 * @path: its name
 * @options: what is wanted
 * @take: takes events
 * @data: for @take
 * @lost: gets the number of events that were lost as it was recorded
 *
 * Return: false after an error or at damage, which was reported.
 */
bool recorded_read(const char *path, const struct stream_options *options, recorded_take take,
		   void *data, __u64 *lost)
{
	struct rec_reader file;
	enum rec_result result;
	unsigned long nr = 0;
	bool more = true;

	*lost = 0;
	if (!rec_open(&file, path)) {
		rec_reader_close(&file);
		return false;
	}
	do {
		result = rec_next(&file);
		if (result == REC_OK && file.head.type == REC_SLOW)
			result = take_events(&file, options, take, data, lost, &nr, &more);
	} while (more && result == REC_OK);
	rec_say_end(&file, result, "events", nr);
	rec_reader_close(&file);
	return result == REC_OK || result == REC_EOF || result == REC_CUT;
}
