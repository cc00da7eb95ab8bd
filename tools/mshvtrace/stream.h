/* SPDX-License-Identifier: GPL-2.0 */
/* Events as they come from the BPF programs. Nothing here knows what they mean. */
#ifndef MSHVTRACE_STREAM_H
#define MSHVTRACE_STREAM_H

#include <stdbool.h>
#include <linux/types.h>
#include <mshv/trace.h>

/**
 * struct stream_options - what is wanted
 * @filter: filter of the BPF programs
 * @kinds: the kinds of events, a bit for each enum mshv_trace_kind
 * @kinds_given: @kinds is not just all of them
 * @buffer_bytes: size of the buffer, a power of two of at least a page
 * @debug: show what libbpf says
 */
struct stream_options {
	struct mshv_trace_filter filter;
	__u32 kinds;
	bool kinds_given;
	__u32 buffer_bytes;
	bool debug;
};

/* Takes an event. Return: whether to go on */
typedef bool (*stream_take)(void *data, const struct mshv_trace_record *r);

enum stream_result {
	STREAM_EMPTY,	/* nothing more for now */
	STREAM_MORE,	/* there may be more at once */
	STREAM_ENDED,	/* the taker has had enough, or an error was reported */
};

struct stream;

struct stream *stream_open(const struct stream_options *options, stream_take take, void *data);
int stream_fd(const struct stream *s);
enum stream_result stream_read(struct stream *s);
__u64 stream_lost(const struct stream *s);
void stream_stop(struct stream *s);
void stream_close(struct stream *s);

#endif /* MSHVTRACE_STREAM_H */
