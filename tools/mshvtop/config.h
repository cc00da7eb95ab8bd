/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the user left the live view: kept in $XDG_CONFIG_HOME/mshvtop/config, by default
 * ~/.config/mshvtop/config. Options of the command line come first, and are not remembered.
 */
#ifndef MSHVTOP_CONFIG_H
#define MSHVTOP_CONFIG_H

#include <stdbool.h>
#include "tui_table.h"

/**
 * struct config - what is remembered
 * @interval: seconds between updates
 * @pane: details beneath the table
 * @map: as a map over time
 * @mouse: the mouse is the view's, not the terminal's
 * @order: sorting and hidden columns of each table
 */
struct config {
	double interval;
	bool pane;
	bool map;
	bool mouse;
	struct table_order order[NR_TABLES];
};

void config_load(struct config *config);
void config_save(const struct config *config);

#endif /* MSHVTOP_CONFIG_H */
