/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A map of a latency over time: a column for each interval, the last one at the right, a line for
 * each power of two, the longest at the top.
 */
#ifndef MSHVTOP_TUI_HEAT_H
#define MSHVTOP_TUI_HEAT_H

#include "model.h"
#include "tui_style.h"

/* Columns that a map needs to say anything. */
#define HEAT_MIN_WIDTH	30

void heat_draw(struct area area, const struct model *m, const struct model_latency *latency);

#endif /* MSHVTOP_TUI_HEAT_H */
