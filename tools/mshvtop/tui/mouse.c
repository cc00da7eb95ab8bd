// SPDX-License-Identifier: GPL-2.0
/*
 * The mouse does what keys do: a click selects a row, or sorts by the column whose heading it is
 * on, and by the same again inverts the order; a second click on a row opens what lies behind it;
 * the wheel moves.
 */
#include <curses.h>
#include "tui/keys.h"
#include "tui/priv.h"

/* Rows that the wheel moves by */
#define WHEEL_ROWS	3

static void click(struct tui *tui, int x, int y)
{
	struct screen *screen = tui_current(tui);
	struct table_view *view = &screen->view;
	struct table_order *order = tui_order(tui);
	int row = y - view->drawn.y - 1, column;
	unsigned int before = view->selected;

	if (row == -1) {
		column = table_column_at(view, x);
		if (column < 0)
			return;
		if ((unsigned int)column == order->column)
			order->ascending = !order->ascending;
		else
			table_choose_column(view->table, order, column);
		tui_take(tui);
		return;
	}
	if (row < 0 || row >= (int)view->page || view->top + row >= view->rows.nr)
		return;
	table_move(view, (long)view->top + row - (long)before);
	if (view->selected == before)
		tui_act(tui, ACTION_ENTER);
}

/**
 * tui_act_on_mouse() - do what the mouse asks for
 * @tui: the view
 */
void tui_act_on_mouse(struct tui *tui)
{
	int i;
	MEVENT event;

	if (getmouse(&event) != OK)
		return;
	if (event.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED)) {
		for (i = 0; i < WHEEL_ROWS; i++)
			tui_act(tui, event.bstate & BUTTON4_PRESSED ? ACTION_UP : ACTION_DOWN);
	} else if (tui->mode == MODE_SCREEN && event.bstate & BUTTON1_PRESSED) {
		click(tui, event.x, event.y);
	}
}
