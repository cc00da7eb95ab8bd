/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The live view: a full-screen view over a source and its model, until the user ends it. The view
 * draws only what is in the model, by the tables of columns.h.
 */
#ifndef MSHVTOP_TUI_H
#define MSHVTOP_TUI_H

#include <stdbool.h>
#include "model/model.h"
#include "view/rows.h"
#include "source/source.h"

/* The interval, as options and keys may set it, in seconds. */
#define TUI_MIN_INTERVAL	0.1
#define TUI_MAX_INTERVAL	60.0

/**
 * struct tui_options - how the view begins
 * @interval: seconds between updates, TUI_MIN_INTERVAL .. TUI_MAX_INTERVAL; 0: as in the settings
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

/**
 * struct table_order - what a table is sorted by, and its hidden columns
 * @column: index of the column
 * @ascending: smallest first
 * @hidden: a bit for each column that is not wanted
 */
struct table_order {
	unsigned int column;
	bool ascending;
	unsigned int hidden;
};

/**
 * struct tui_settings - how the user left the view
 * @interval: seconds between updates
 * @pane: details beneath the table
 * @map: as a map over time
 * @mouse: the mouse is the view's, not the terminal's
 * @order: sorting and hidden columns of each table
 */
struct tui_settings {
	double interval;
	bool pane;
	bool map;
	bool mouse;
	struct table_order order[NR_TABLES];
};

void tui_default_settings(struct tui_settings *settings);
int tui_run(struct source *source, struct model *model, const struct tui_options *options,
	    struct tui_settings *settings);

#endif /* MSHVTOP_TUI_H */
