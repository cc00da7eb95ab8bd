/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bars: a length for a share, and a length of four parts for where the time went.
 */
#ifndef MSHVTOP_TUI_BARS_H
#define MSHVTOP_TUI_BARS_H

#include "columns.h"
#include "tui_style.h"

void bars_share(int y, int x, int width, enum style style, double share);
void bars_times(int y, int x, int width, const struct model_exit_sum *sum, __u64 whole_ns);
void bars_legend(int y, int x, int width);
void bars_row(enum table_id table, const struct row *row, int y, int x, int width);

#endif /* MSHVTOP_TUI_BARS_H */
