/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What lies over a screen for a while: the help, the menu of columns to sort by.
 */
#ifndef MSHVTOP_TUI_POPUP_H
#define MSHVTOP_TUI_POPUP_H

#include "tui_screens.h"

int help_draw(const struct shown *shown, enum table_id table, int top, struct area area);
void menu_draw(enum table_id table, const unsigned int *hidden, unsigned int selected,
	       struct area area);

#endif /* MSHVTOP_TUI_POPUP_H */
