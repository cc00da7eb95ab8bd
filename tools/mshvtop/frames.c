// SPDX-License-Identifier: GPL-2.0
/* The sinks of batch mode: each format of frames, and the recorder. */
#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "batch.h"
#include "err.h"
#include "frames.h"
#include "recorder.h"
#include "view.h"

#define MAX_WIDTH	120
#define NS_PER_SEC	1000000000ULL

/**
 * struct frames - frames on standard output
 * @sink: what batch.c sees
 * @m: the model
 * @options: format and filter
 * @lost: what was lost up to the frame before
 */
struct frames {
	struct sink sink;
	struct model *m;
	const struct options *options;
	struct model_lost lost;
};

static unsigned int text_width(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col && size.ws_col < MAX_WIDTH)
		return size.ws_col;
	return MAX_WIDTH;
}

static bool write_view(struct frames *f)
{
	const struct row_filter *filter = &f->options->filter;
	const struct model *m = f->m;

	switch (f->options->format) {
	case FORMAT_JSON:
		return view_json_lost(stdout, m, &f->lost) && view_json(stdout, m, filter);
	case FORMAT_CSV:
		if (m->frames == 1)
			view_csv_head(stdout);
		view_csv(stdout, m, filter);
		return true;
	default:
		if (m->frames > 1)
			putchar('\n');
		return view_text(stdout, m, filter, text_width());
	}
}

static enum frame_result write_frame(struct sink *sink, const struct sample *sample)
{
	struct frames *f = (struct frames *)sink;

	if (!model_update(f->m, sample))
		return FRAME_FAILED;
	if (!write_view(f)) {
		err("out of memory");
		return FRAME_FAILED;
	}
	f->lost = f->m->lost;
	if (!fflush(stdout) && !ferror(stdout))
		return FRAME_OK;
	if (errno == EPIPE)
		return FRAME_UNREAD;
	err_errno("standard output");
	return FRAME_FAILED;
}

/**
 * frames_run() - write frames until the end
 * @source: the source
 * @m: a model of it
 * @options: the format, and as for batch_run()
 *
 * Return: exit status.
 */
int frames_run(struct source *source, struct model *m, const struct options *options)
{
	struct frames f = {
		.sink = { .frame = write_frame, .has_stdout = true },
		.m = m,
		.options = options,
		.lost = m->lost,
	};

	return batch_run(source, m->time_ns, &f.sink, options);
}

struct recording_sink {
	struct sink sink;
	struct recorder *recorder;
};

static enum frame_result record_frame(struct sink *sink, const struct sample *sample)
{
	struct recording_sink *s = (struct recording_sink *)sink;

	return recorder_add(s->recorder, sample) ? FRAME_OK : FRAME_FAILED;
}

/**
 * record_run() - record until the end
 * @source: the source
 * @first: its first sample
 * @options: the file, and as for batch_run()
 *
 * Return: exit status.
 */
int record_run(struct source *source, const struct sample *first, const struct options *options)
{
	struct recording_sink s = { .sink.frame = record_frame };
	int status;

	s.recorder = recorder_new(options->file, source, first, options->delay * NS_PER_SEC,
				  options->command);
	if (!s.recorder)
		return EXIT_RUNTIME;
	status = batch_run(source, first->time_ns, &s.sink, options);
	if (!recorder_end(s.recorder))
		status = EXIT_RUNTIME;
	return status;
}
