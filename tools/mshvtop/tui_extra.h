/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is shown of details beneath and beside tables: the numbers that a reason's intercepts were
 * about, all that is known of what took long, and where the tool's memory is.
 */
#ifndef MSHVTOP_TUI_EXTRA_H
#define MSHVTOP_TUI_EXTRA_H

#include "tui_screens.h"

unsigned int reason_tallies(unsigned int reason);
void extra_draw_intercepts(const struct screen *screen, const struct shown *shown,
			   unsigned int reason, struct area area);
void extra_draw_slow(const struct source *source, const struct row *row, struct area area);
void extra_draw_cost(const struct model *m, struct area area);

#endif /* MSHVTOP_TUI_EXTRA_H */
