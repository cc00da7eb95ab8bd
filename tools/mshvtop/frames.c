// SPDX-License-Identifier: GPL-2.0
/* The sinks of batch mode: each format of frames, and the recorder. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "batch.h"
#include "err.h"
#include "frames.h"
#include "record/recorder.h"
#include "view/view.h"

#define MAX_WIDTH	120
#define NS_PER_SEC	1000000000ULL

/**
 * struct frames - frames on standard output
 * @sink: what batch.c sees
 * @source: the source
 * @m: the model
 * @options: format and filter
 * @before: state at the previous frame
 * @matched: there was a partition that the filter wants
 * @slow: slow events since the previous frame
 * @nr_slow: entries of @slow
 */
struct frames {
	struct sink sink;
	const struct source *source;
	struct model *m;
	const struct options *options;
	struct view_before before;
	bool matched;
	struct mshv_slow *slow;
	unsigned int nr_slow;
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
		return view_json_lost(stdout, m, &f->before) && view_json(stdout, m, filter);
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

static bool write_details(struct frames *f)
{
	const struct view_details d = {
		.source = f->source,
		.filter = &f->options->filter,
		.before = &f->before,
	};

	switch (f->options->format) {
	case FORMAT_JSON:
		return view_json_details(stdout, f->m, &d);
	case FORMAT_CSV:
		return view_csv_details(stdout, f->m, &d);
	default:
		return view_text_details(stdout, f->m, &d, text_width());
	}
}

/*
 * Counts add up from sample to sample, but a slow event is in one sample only, so slow events are
 * collected.
 */
static bool keep_slow(struct frames *f, const struct sample *sample)
{
	unsigned int nr = f->nr_slow + sample->nr_slow;
	struct mshv_slow *grown;

	if (!sample->nr_slow)
		return true;
	grown = reallocarray(f->slow, nr, sizeof(*grown));
	if (!grown) {
		err("out of memory");
		return false;
	}
	memcpy(&grown[f->nr_slow], sample->slow, sample->nr_slow * sizeof(*grown));
	f->slow = grown;
	f->nr_slow = nr;
	return true;
}

static bool pass_sample(struct sink *sink, const struct sample *sample)
{
	return keep_slow((struct frames *)sink, sample);
}

static bool update(struct frames *f, const struct sample *sample)
{
	struct sample all = *sample;
	bool ok;

	if (!f->nr_slow)
		return model_update(f->m, sample);
	if (!keep_slow(f, sample))
		return false;
	all.slow = f->slow;
	all.nr_slow = f->nr_slow;
	ok = model_update(f->m, &all);
	f->nr_slow = 0;
	return ok;
}

static void look_for_wanted(struct frames *f)
{
	unsigned int i;

	for (i = 0; !f->matched && i < f->m->nr_partitions; i++)
		f->matched = filter_matches(&f->options->filter, f->m->partitions[i]);
}

/* Return: whether there was what the filter is about, else that is reported */
static bool was_there(const struct frames *f)
{
	const struct row_filter *filter = &f->options->filter;

	if (f->matched || (!filter->by_partition && !filter->tgid))
		return true;
	if (filter->by_partition)
		err("-p %llu: there was no such partition%s", filter->partition_id,
		    filter->tgid ? " of that VMM" : "; column PART has them");
	else
		err("--pid %u: there was no partition of such a process; column PID has them",
		    filter->tgid);
	return false;
}

static enum frame_result write_frame(struct sink *sink, const struct sample *sample)
{
	struct frames *f = (struct frames *)sink;

	if (!update(f, sample))
		return FRAME_FAILED;
	look_for_wanted(f);
	if (!write_view(f) || (f->options->batch_details && !write_details(f))) {
		err("out of memory");
		return FRAME_FAILED;
	}
	view_before_set(&f->before, f->m);
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
		.source = source,
		.m = m,
		.options = options,
	};
	int status;

	if (options->batch_details)
		f.sink.pass = pass_sample;
	view_before_set(&f.before, m);
	look_for_wanted(&f);
	status = batch_run(source, m->time_ns, &f.sink, options);
	free(f.slow);
	if (!was_there(&f) && status == EXIT_OK)
		status = EXIT_RUNTIME;
	return status;
}

struct recording_sink {
	struct sink sink;
	struct recorder *recorder;
	bool started;
};

static bool record_first(struct sink *sink, const struct sample *first)
{
	return recorder_add(((struct recording_sink *)sink)->recorder, first);
}

static bool record_start(struct sink *sink)
{
	struct recording_sink *s = (struct recording_sink *)sink;

	s->started = true;
	return recorder_start(s->recorder);
}

static enum frame_result record_frame(struct sink *sink, const struct sample *sample)
{
	struct recording_sink *s = (struct recording_sink *)sink;

	return recorder_add(s->recorder, sample) ? FRAME_OK : FRAME_FAILED;
}

/**
 * record_run() - record until the end
 * @source: the source
 * @sample: one of its samples, from before the recording
 * @options: the file, and as for batch_run()
 *
 * The file stays as it was if the command cannot be run.
 *
 * Return: exit status.
 */
int record_run(struct source *source, const struct sample *sample, const struct options *options)
{
	struct recording_sink s = {
		.sink = { .begin = record_first, .start = record_start, .frame = record_frame },
	};
	int status;

	s.recorder = recorder_new(options->file, source, sample, options->delay * NS_PER_SEC,
				  options->command);
	if (!s.recorder)
		return EXIT_RUNTIME;
	status = batch_run(source, 0, &s.sink, options);
	if (!s.started)
		recorder_abandon(s.recorder);
	else if (!recorder_end(s.recorder))
		status = EXIT_RUNTIME;
	return status;
}
