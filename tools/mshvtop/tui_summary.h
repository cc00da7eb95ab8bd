/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host at a glance: the first rows of each table, and the latency of all exits over time.
 */
#ifndef MSHVTOP_TUI_SUMMARY_H
#define MSHVTOP_TUI_SUMMARY_H

#include "tui_screens.h"

void summary_draw(struct screen *screen, const struct shown *shown, struct area area);

#endif /* MSHVTOP_TUI_SUMMARY_H */
