/* SPDX-License-Identifier: GPL-2.0 */
/* What the command line asked for. */
#ifndef MSHVTOP_OPTIONS_H
#define MSHVTOP_OPTIONS_H

#include <stdbool.h>
#include "rows.h"

/**
 * struct options - the command line
 * @batch: write frames rather than show a screen
 * @json: frames are JSON
 * @delay: interval in seconds
 * @frames: end after so many; 0: do not
 * @filter: which partitions
 * @debug: show libbpf's messages
 * @color: colours where the terminal has them
 * @command: run this and end with it; NULL: nothing
 */
struct options {
	bool batch;
	bool json;
	double delay;
	__u64 frames;
	struct row_filter filter;
	bool debug;
	bool color;
	char **command;
};

void options_parse(struct options *options, int argc, char **argv);

#endif /* MSHVTOP_OPTIONS_H */
