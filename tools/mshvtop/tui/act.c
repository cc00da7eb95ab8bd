// SPDX-License-Identifier: GPL-2.0
/* What keys do, on screens and in the windows over them (help, menus). Nothing is drawn here. */
#include <curses.h>
#include <stdio.h>
#include <string.h>
#include "tui/keys.h"
#include "tui/priv.h"

/* Intervals that a jump in a recording goes over */
#define JUMP		10

/* More lines than the help has; drawing corrects the position to the help's real end. */
#define MAX_HELP	1000

#define KEY_ESCAPE	0x1b

static void move_in_screen(struct tui *tui, enum action action)
{
	struct table_view *view = &tui_current(tui)->view;
	long page = view->page > 1 ? view->page - 1 : 1;

	switch (action) {
	case ACTION_UP:
		table_move(view, -1);
		break;
	case ACTION_DOWN:
		table_move(view, 1);
		break;
	case ACTION_PAGE_UP:
		table_move(view, -page);
		break;
	case ACTION_PAGE_DOWN:
		table_move(view, page);
		break;
	case ACTION_FIRST:
		table_move(view, -(long)view->rows.nr);
		break;
	default:
		table_move(view, view->rows.nr);
	}
}

static int moved(int value, enum action action, int page, int end)
{
	switch (action) {
	case ACTION_UP:
		value--;
		break;
	case ACTION_DOWN:
		value++;
		break;
	case ACTION_PAGE_UP:
		value -= page;
		break;
	case ACTION_PAGE_DOWN:
		value += page;
		break;
	case ACTION_FIRST:
		value = 0;
		break;
	case ACTION_LAST:
		value = end;
		break;
	default:
		break;
	}
	if (value > end)
		value = end;
	return value < 0 ? 0 : value;
}

static void go_back(struct tui *tui)
{
	struct screen *screen = tui_current(tui);

	/* A detail has the filter of the table that it lies over. */
	if (screen->view.filter[0] && !screen->detail)
		screen->view.filter[0] = '\0';
	else if (tui->depth)
		tui_pop(tui);
}

static void open_behind(struct tui *tui, enum action action)
{
	const struct screen *screen = tui_current(tui);
	struct screen next;
	bool opened;

	if (action == ACTION_VPS)
		opened = screen_open_vps(screen, &next);
	else if (action == ACTION_PARTITION_CAPS)
		opened = screen_open_caps(screen, &next);
	else
		opened = screen_open_behind(screen, &next);
	if (opened)
		tui_push(tui, &next);
}

static void search(struct tui *tui, unsigned int from, int step)
{
	if (!tui->search[0] || table_search(&tui_current(tui)->view, tui->search, from, step))
		return;
	snprintf(tui->message, sizeof(tui->message), "Nothing here has \"%s\".", tui->search);
}

static void act_on_search(struct tui *tui, enum action action)
{
	unsigned int selected = tui_current(tui)->view.selected;

	switch (action) {
	case ACTION_SEARCH_NEXT:
		search(tui, selected + 1, 1);
		break;
	case ACTION_SEARCH_PREVIOUS:
		search(tui, selected ? selected - 1 : tui_current(tui)->view.rows.nr - 1, -1);
		break;
	default:
		tui->search[0] = '\0';
		tui->searched_from = selected;
		tui->mode = MODE_SEARCH;
	}
}

static void act_on_order(struct tui *tui, enum action action)
{
	const struct screen *screen = tui_current(tui);
	struct table_order *order = tui_order(tui);

	switch (action) {
	case ACTION_SORT_LEFT:
		table_next_column(&screen->view, order, -1);
		break;
	case ACTION_SORT_RIGHT:
		table_next_column(&screen->view, order, 1);
		break;
	case ACTION_INVERT:
		order->ascending = !order->ascending;
		break;
	case ACTION_COLUMNS:
		tui->menu = 0;
		tui->mode = MODE_COLUMNS;
		break;
	default:
		tui->menu = order->column;
		tui->mode = MODE_MENU;
	}
}

/* How things are shown, the same on all screens */
static void act_on_look(struct tui *tui, enum action action)
{
	switch (action) {
	case ACTION_CUMULATIVE:
		tui->shown.total = !tui->shown.total;
		break;
	case ACTION_MAP:
		tui->shown.map = !tui->shown.map;
		break;
	case ACTION_PANE:
		tui->shown.pane = !tui->shown.pane;
		break;
	default:
		tui->help_top = 0;
		tui->mode = MODE_HELP;
	}
}

static void act_in_screen(struct tui *tui, enum action action)
{
	switch (action) {
	case ACTION_HOST ... ACTION_CAPS:
		tui_go_to_root(tui, action - ACTION_HOST);
		break;
	case ACTION_NEXT_SCREEN:
		tui_go_to_root(tui, (tui->root + 1) % NR_ROOTS);
		break;
	case ACTION_PREVIOUS_SCREEN:
		tui_go_to_root(tui, (tui->root + NR_ROOTS - 1) % NR_ROOTS);
		break;
	case ACTION_ENTER:
	case ACTION_VPS:
	case ACTION_PARTITION_CAPS:
		open_behind(tui, action);
		break;
	case ACTION_BACK:
		go_back(tui);
		break;
	case ACTION_SORT_LEFT:
	case ACTION_SORT_RIGHT:
	case ACTION_SORT_MENU:
	case ACTION_COLUMNS:
	case ACTION_INVERT:
		act_on_order(tui, action);
		break;
	case ACTION_FILTER:
		tui->mode = MODE_FILTER;
		break;
	case ACTION_SEARCH:
	case ACTION_SEARCH_NEXT:
	case ACTION_SEARCH_PREVIOUS:
		act_on_search(tui, action);
		return;
	case ACTION_LIVE_STEP:
		tui_step_live(tui);
		break;
	case ACTION_PAUSE:
		tui_toggle_pause(tui);
		break;
	case ACTION_SLOWER:
	case ACTION_FASTER:
		tui_change_interval(tui, action == ACTION_SLOWER);
		break;
	case ACTION_STEP_BACK:
	case ACTION_STEP_ON:
		tui_step(tui, action == ACTION_STEP_ON ? 1 : -1);
		break;
	case ACTION_JUMP_BACK:
	case ACTION_JUMP_ON:
		tui_step(tui, action == ACTION_JUMP_ON ? JUMP : -JUMP);
		break;
	case ACTION_RESET:
		model_reset_totals(tui->model);
		snprintf(tui->message, sizeof(tui->message), "Totals begin now.");
		/* The screen keeps the rows of the last interval until the next one. */
		return;
	case ACTION_CUMULATIVE:
	case ACTION_MAP:
	case ACTION_PANE:
	case ACTION_HELP:
		act_on_look(tui, action);
		break;
	case ACTION_QUIT:
		tui->quit = true;
		break;
	default:
		move_in_screen(tui, action);
		return;
	}
	tui_take(tui);
}

static void act_in_help(struct tui *tui, enum action action)
{
	if (action == ACTION_BACK)
		tui->mode = MODE_SCREEN;
	else
		tui->help_top = moved(tui->help_top, action, LINES - 3, MAX_HELP);
}

/* The first column names the row and stays. */
static void act_in_menu(struct tui *tui, enum action action)
{
	enum table_id table = tui_current(tui)->view.table;
	struct table_order *order = tui_order(tui);
	bool columns = tui->mode == MODE_COLUMNS;

	if (action == ACTION_BACK || (action == ACTION_ENTER && !columns))
		tui->mode = MODE_SCREEN;
	else if (action == ACTION_ENTER && tui->menu)
		order->hidden ^= 1U << tui->menu;
	else
		tui->menu = moved(tui->menu, action, LINES / 2, tables[table].nr_columns - 1);
	if (action == ACTION_ENTER && !columns) {
		table_choose_column(table, order, tui->menu);
		tui_take(tui);
	}
}

static void edit_text(char *text, int code)
{
	size_t length = strlen(text);

	if (code == KEY_BACKSPACE || code == 0x7f || code == '\b') {
		if (length)
			text[length - 1] = '\0';
	} else if (code >= ' ' && code < 0x7f && length + 1 < TABLE_FILTER_SIZE) {
		text[length] = code;
		text[length + 1] = '\0';
	}
}

static void edit_filter(struct tui *tui, int code)
{
	char *filter = tui_current(tui)->view.filter;

	if (key_action(code, AT_MENU) == ACTION_ENTER) {
		tui->mode = MODE_SCREEN;
	} else if (code == KEY_ESCAPE) {
		filter[0] = '\0';
		tui->mode = MODE_SCREEN;
	} else {
		edit_text(filter, code);
	}
	tui_take(tui);
}

/* The search selects a row with each character that is typed. */
static void edit_search(struct tui *tui, int code)
{
	if (key_action(code, AT_MENU) == ACTION_ENTER || code == KEY_ESCAPE) {
		tui->mode = MODE_SCREEN;
		return;
	}
	edit_text(tui->search, code);
	search(tui, tui->searched_from, 1);
}

/**
 * tui_keys_at() - which keys mean something now
 * @tui: the view
 *
 * Return: AT_*.
 */
unsigned int tui_keys_at(struct tui *tui)
{
	struct screen *screen = tui_current(tui);
	bool can_return = tui->depth || screen->view.filter[0];

	switch (tui->mode) {
	case MODE_HELP:
		return AT_HELP;
	case MODE_MENU:
		return AT_MENU;
	case MODE_COLUMNS:
		return AT_COLUMNS;
	default:
		return screen_at(screen) | (can_return ? AT_RETURN : 0) |
		       (tui->source->recorded ? AT_REPLAY : AT_LIVE);
	}
}

/**
 * tui_act() - do what is asked for
 * @tui: the view, without an open text field
 * @action: what
 */
void tui_act(struct tui *tui, enum action action)
{
	if (tui->mode == MODE_HELP)
		act_in_help(tui, action);
	else if (tui->mode == MODE_MENU || tui->mode == MODE_COLUMNS)
		act_in_menu(tui, action);
	else
		act_in_screen(tui, action);
}

/**
 * tui_act_on_key() - do what a key asks for
 * @tui: the view
 * @code: the key, as getch() gives it
 */
void tui_act_on_key(struct tui *tui, int code)
{
	enum action action = key_action(code, tui_keys_at(tui));

	tui->message[0] = '\0';
	if (code == KEY_MOUSE) {
		tui_act_on_mouse(tui);
		return;
	}
	if (tui->mode == MODE_FILTER) {
		edit_filter(tui, code);
		return;
	}
	if (tui->mode == MODE_SEARCH) {
		edit_search(tui, code);
		return;
	}
	if (action == ACTION_REDRAW)
		term_redraw();
	if (action == ACTION_NONE || action == ACTION_REDRAW)
		return;
	tui_act(tui, action);
}
