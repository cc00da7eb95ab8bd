/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The first two lines of every screen: what is watched and whether it can be trusted, and how it
 * does on the whole.
 */
#ifndef MSHVTOP_TUI_HEAD_H
#define MSHVTOP_TUI_HEAD_H

#include "tui_screens.h"

#define HEAD_LINES	2

void head_draw(const struct screen *screen, const struct shown *shown, int width);

#endif /* MSHVTOP_TUI_HEAD_H */
