/* SPDX-License-Identifier: GPL-2.0 */
/* Samples of a source, one for each interval, to a sink, until something ends them. */
#ifndef MSHVTOP_BATCH_H
#define MSHVTOP_BATCH_H

#include "options.h"
#include "source/source.h"

enum frame_result {
	FRAME_OK,
	FRAME_FAILED,	/* reported */
	FRAME_UNREAD,	/* nobody wants more of them */
};

/**
 * struct sink - what takes samples
 * @begin: takes the first one, as late as can be before the command is started; NULL if the first
 *         one was taken before
 * @start: the command was started; NULL if that does not matter
 * @frame: takes one
 * @pass: takes one that is between two frames of a recording; false to end, which was reported.
 *        NULL if nothing of them is needed
 * @has_stdout: it writes to standard output
 */
struct sink {
	bool (*begin)(struct sink *sink, const struct sample *first);
	bool (*start)(struct sink *sink);
	enum frame_result (*frame)(struct sink *sink, const struct sample *sample);
	bool (*pass)(struct sink *sink, const struct sample *sample);
	bool has_stdout;
};

int batch_run(struct source *source, __u64 start_ns, struct sink *sink,
	      const struct options *options);

#endif /* MSHVTOP_BATCH_H */
