/* SPDX-License-Identifier: GPL-2.0 */
/* What the command line asked for. */
#ifndef MSHVTOP_OPTIONS_H
#define MSHVTOP_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include "view/rows.h"
#include "source/source.h"

enum mode {
	MODE_LIVE,
	MODE_RECORD,
	MODE_REPLAY,
};

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_CSV,
};

/**
 * struct options - the command line
 * @mode: what to do
 * @batch: write frames rather than show a screen
 * @format: of the frames
 * @delay: interval in seconds; 0 in a replay: that of the recording
 * @slow_ns: exits and hypercalls that take as long are listed as slow
 * @batch_details: frames include details, not only counters
 * @no_details: --no-details was given
 * @details: details may be wanted
 * @delay_given: @delay is from the command line
 * @frames: end after so many frames; 0: no limit
 * @filter: which partitions
 * @debug: show libbpf's messages
 * @color: colours where the terminal has them
 * @command: run this and end with it; NULL: nothing
 * @file: the recording to make or to show
 * @range: which part of it to show
 */
struct options {
	enum mode mode;
	bool batch;
	enum format format;
	double delay;
	bool delay_given;
	__u64 slow_ns;
	bool batch_details;
	bool no_details;
	bool details;
	__u64 frames;
	struct row_filter filter;
	bool debug;
	bool color;
	char **command;
	const char *file;
	struct rec_range range;
};

/* In diff.c: those that come with diff */
extern const struct argp_option diff_options[];

int options_find_mode(int argc, char **argv);
void options_parse(struct options *options, int argc, char **argv);

#endif /* MSHVTOP_OPTIONS_H */
