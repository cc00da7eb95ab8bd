/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The live view: a full-screen view over a source and its model, until the user ends it. It draws
 * nothing but what is in the model and in the tables of columns.h.
 */
#ifndef MSHVTOP_TUI_H
#define MSHVTOP_TUI_H

#include <stdbool.h>
#include "model.h"
#include "rows.h"
#include "source.h"

/* The interval, as options and keys may set it, in seconds. */
#define TUI_MIN_INTERVAL	0.1
#define TUI_MAX_INTERVAL	60.0

/**
 * struct tui_options - how the view begins
 * @interval: seconds between updates, TUI_MIN_INTERVAL .. TUI_MAX_INTERVAL; 0: as remembered
 * @slow_ns: exits and hypercalls that take as long are listed as slow
 * @color: use colours where the terminal has them
 * @filter: which partitions are shown; one partition alone is shown by its exits
 */
struct tui_options {
	double interval;
	__u64 slow_ns;
	bool color;
	struct row_filter filter;
};

int tui_run(struct source *source, struct model *model, const struct tui_options *options);

#endif /* MSHVTOP_TUI_H */
