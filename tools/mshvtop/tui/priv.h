/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the live view's loop share: its state, time (time.c), what keys do (act.c,
 * mouse.c), drawing and waiting (tui.c). No screen includes this.
 */
#ifndef MSHVTOP_TUI_PRIV_H
#define MSHVTOP_TUI_PRIV_H

#include <stdbool.h>
#include "tui/keys.h"
#include "tui/screens.h"

#define MAX_DEPTH	5

enum mode {
	MODE_SCREEN,
	MODE_HELP,
	MODE_MENU,
	MODE_COLUMNS,
	MODE_FILTER,
	MODE_SEARCH,
};

/* The screens at the bottom of the stack, in the order of their actions from ACTION_HOST on */
enum root {
	ROOT_HOST,
	ROOT_PARTITIONS,
	ROOT_EXITS,
	ROOT_HVCALLS,
	ROOT_INTERRUPTS,
	ROOT_MEMORY,
	ROOT_SLOW,
	ROOT_COUNTERS,
	ROOT_COST,
	ROOT_CAPS,
	NR_ROOTS
};

/**
 * struct tui - the view
 * @source: source of the model's samples
 * @model: what is show the model is shownn
 * @shown: how
 * @filter: which partitions
 * @roots: the screens at the bottom
 * @root: which of them is at the bottom of the stack
 * @stack: the screens above it
 * @depth: how many
 * @mode: the window over the screen
 * @help_top: first line of the help that is seen
 * @menu: selected column of the menu
 * @search: text that was looked for last
 * @searched_from: row that was selected when the search began
 * @slow_ns: events that take less time are not listed as slow
 * @message: stands in place of the keys until one is pressed
 * @timer_fd: the clock of the interval
 * @quit: the user wants to leave
 * @status: exit status
 */
struct tui {
	struct source *source;
	struct model *model;
	struct shown shown;
	struct row_filter filter;
	struct screen roots[NR_ROOTS];
	unsigned int root;
	struct screen stack[MAX_DEPTH];
	unsigned int depth;
	enum mode mode;
	int help_top;
	unsigned int menu;
	char search[TABLE_FILTER_SIZE];
	unsigned int searched_from;
	__u64 slow_ns;
	char message[128];
	int timer_fd;
	bool quit;
	int status;
};

/* tui.c */
struct screen *tui_current(struct tui *tui);
struct table_order *tui_order(struct tui *tui);
void tui_ask(struct tui *tui);
void tui_take(struct tui *tui);
void tui_pop(struct tui *tui);
void tui_push(struct tui *tui, const struct screen *screen);
void tui_go_to_root(struct tui *tui, enum root root);

/* time.c */
void tui_set_timer(struct tui *tui, double first);
void tui_update(struct tui *tui);
void tui_toggle_pause(struct tui *tui);
void tui_step_live(struct tui *tui);
void tui_step(struct tui *tui, long by);
void tui_change_interval(struct tui *tui, bool longer);

/* act.c */
void tui_act(struct tui *tui, enum action action);
void tui_act_on_key(struct tui *tui, int code);
unsigned int tui_keys_at(struct tui *tui);

/* mouse.c */
void tui_act_on_mouse(struct tui *tui);

#endif /* MSHVTOP_TUI_PRIV_H */
