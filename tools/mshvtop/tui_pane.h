/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is beneath a table, or fills the screen of a detail: the histogram of the selected row, and
 * what else the eye looks for next.
 */
#ifndef MSHVTOP_TUI_PANE_H
#define MSHVTOP_TUI_PANE_H

#include "tui_screens.h"

/* Lines below which it is not worth its place. */
#define PANE_MIN_LINES	6

void pane_draw(const struct screen *screen, const struct shown *shown, struct area area);

#endif /* MSHVTOP_TUI_PANE_H */
