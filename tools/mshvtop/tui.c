// SPDX-License-Identifier: GPL-2.0
/*
 * The live view: one loop waits for keys, the clock and signals, so that a key acts at once however
 * long the interval is. Screens form a stack: one of three at the bottom, details above it.
 */
#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "err.h"
#include "travel.h"
#include "tui.h"
#include "tui_keys.h"
#include "tui_popup.h"
#include "tui_screens.h"
#include "tui_term.h"

#define MIN_WIDTH	40
#define MIN_HEIGHT	8

/* The first numbers come sooner than a long interval would let them. */
#define FIRST_INTERVAL	0.5

/* Intervals that a jump in a recording goes over */
#define JUMP		10

#define NR_ROOTS	3
#define ROOT_EXITS	1
#define MAX_DEPTH	5

/* Keys that act between two drawings */
#define MAX_KEYS	32

/* More lines than the help has; where it really ends is known when it is drawn. */
#define MAX_HELP	1000

enum mode {
	MODE_SCREEN,
	MODE_HELP,
	MODE_MENU,
	MODE_FILTER,
};

/**
 * struct tui - the view
 * @source: where the model is brought up to date from
 * @model: what is shown
 * @shown: how
 * @filter: which partitions
 * @roots: the three screens
 * @root: which of them is at the bottom of the stack
 * @stack: the screens above it
 * @depth: how many
 * @mode: what lies over the screen
 * @help_top: first line of the help that is seen
 * @menu: selected column of the menu
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
	char message[128];
	int timer_fd;
	bool quit;
	int status;
};

static const enum table_id root_tables[NR_ROOTS] = {
	TABLE_PARTITIONS, TABLE_EXITS, TABLE_HVCALLS,
};

static struct screen *current(struct tui *tui)
{
	return tui->depth ? &tui->stack[tui->depth - 1] : &tui->roots[tui->root];
}

static struct table_order *current_order(struct tui *tui)
{
	return &tui->shown.order[current(tui)->view.table];
}

static void take(struct tui *tui)
{
	if (screen_take(current(tui), &tui->shown))
		return;
	err("out of memory");
	tui->status = EXIT_RUNTIME;
	tui->quit = true;
}

static void pop(struct tui *tui)
{
	screen_close(&tui->stack[--tui->depth]);
}

static void push(struct tui *tui, const struct screen *screen)
{
	if (tui->depth < MAX_DEPTH)
		tui->stack[tui->depth++] = *screen;
}

static void go_to_root(struct tui *tui, unsigned int root)
{
	while (tui->depth)
		pop(tui);
	tui->root = root;
}

/* --- Time ------------------------------------------------------------------------------------- */

static struct timespec to_timespec(double seconds)
{
	struct timespec t = { .tv_sec = seconds };

	t.tv_nsec = (seconds - t.tv_sec) * 1e9;
	return t;
}

/* 0 as the first expiration stops it. */
static void set_timer(struct tui *tui, double first)
{
	struct itimerspec spec = {
		.it_value = to_timespec(first),
		.it_interval = to_timespec(tui->shown.interval),
	};

	timerfd_settime(tui->timer_fd, 0, &spec, NULL);
}

static void update(struct tui *tui)
{
	struct sample sample;

	tui->message[0] = '\0';
	if (!tui->source->read(tui->source, &sample)) {
		tui->shown.ended = true;
		term_last_error(tui->message, sizeof(tui->message));
		if (tui->message[0])
			tui->status = EXIT_RUNTIME;
		set_timer(tui, 0);
		return;
	}
	if (!model_update(tui->model, &sample)) {
		tui->status = EXIT_RUNTIME;
		tui->quit = true;
		return;
	}
	take(tui);
}

static void toggle_pause(struct tui *tui)
{
	if (tui->shown.ended)
		return;
	tui->shown.paused = !tui->shown.paused;
	set_timer(tui, tui->shown.paused ? 0 : tui->shown.interval);
	if (!tui->shown.paused)
		update(tui);
}

/* To another interval of a recording, where it stands still */
static void step(struct tui *tui, long by)
{
	long last = tui->source->nr_samples - 1, to = (long)tui->source->next - 1 + by;

	if (to > last)
		to = last;
	if (to < 1)
		to = last ? 1 : 0;
	tui->shown.ended = false;
	tui->shown.paused = true;
	set_timer(tui, 0);
	if (!travel_to(tui->model, tui->source, to)) {
		tui->status = EXIT_RUNTIME;
		tui->quit = true;
		return;
	}
	tui->shown.ended = to == last;
}

static void change_interval(struct tui *tui, bool longer)
{
	static const double steps[] = { TUI_MIN_INTERVAL, 0.2, 0.5, 1, 2, 5, 10, 20, 30,
					TUI_MAX_INTERVAL };
	const int nr = sizeof(steps) / sizeof(steps[0]);
	double interval = tui->shown.interval;
	int i;

	if (longer) {
		for (i = 0; i < nr - 1 && steps[i] <= interval; i++)
			;
	} else {
		for (i = nr - 1; i > 0 && steps[i] >= interval; i--)
			;
	}
	tui->shown.interval = steps[i];
	if (!tui->shown.paused && !tui->shown.ended)
		set_timer(tui, steps[i]);
}

/* --- Keys ------------------------------------------------------------------------------------- */

static void move_in_screen(struct tui *tui, enum action action)
{
	struct table_view *view = &current(tui)->view;
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
	struct screen *screen = current(tui);

	/* A detail has the filter of the table that it lies over. */
	if (screen->view.filter[0] && !screen->detail)
		screen->view.filter[0] = '\0';
	else if (tui->depth)
		pop(tui);
}

static void open_behind(struct tui *tui, enum action action)
{
	struct screen next;

	if (action == ACTION_VPS ? screen_open_vps(current(tui), &next) :
				   screen_open_behind(current(tui), &next))
		push(tui, &next);
}

static void act_on_order(struct tui *tui, enum action action)
{
	const struct screen *screen = current(tui);
	struct table_order *order = current_order(tui);

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
	default:
		tui->menu = order->column;
		tui->mode = MODE_MENU;
	}
}

static void act_in_screen(struct tui *tui, enum action action)
{
	switch (action) {
	case ACTION_PARTITIONS:
	case ACTION_EXITS:
	case ACTION_HVCALLS:
		go_to_root(tui, action - ACTION_PARTITIONS);
		break;
	case ACTION_NEXT_SCREEN:
		go_to_root(tui, (tui->root + 1) % NR_ROOTS);
		break;
	case ACTION_PREVIOUS_SCREEN:
		go_to_root(tui, (tui->root + NR_ROOTS - 1) % NR_ROOTS);
		break;
	case ACTION_ENTER:
	case ACTION_VPS:
		open_behind(tui, action);
		break;
	case ACTION_BACK:
		go_back(tui);
		break;
	case ACTION_SORT_LEFT:
	case ACTION_SORT_RIGHT:
	case ACTION_SORT_MENU:
	case ACTION_INVERT:
		act_on_order(tui, action);
		break;
	case ACTION_FILTER:
		tui->mode = MODE_FILTER;
		break;
	case ACTION_PAUSE:
		toggle_pause(tui);
		break;
	case ACTION_SLOWER:
	case ACTION_FASTER:
		change_interval(tui, action == ACTION_SLOWER);
		break;
	case ACTION_STEP_BACK:
	case ACTION_STEP_ON:
		step(tui, action == ACTION_STEP_ON ? 1 : -1);
		break;
	case ACTION_JUMP_BACK:
	case ACTION_JUMP_ON:
		step(tui, action == ACTION_JUMP_ON ? JUMP : -JUMP);
		break;
	case ACTION_RESET:
		model_reset_totals(tui->model);
		snprintf(tui->message, sizeof(tui->message), "Totals begin now.");
		/* The rows of the interval that is shown stay until the next one. */
		return;
	case ACTION_PANE:
		tui->shown.pane = !tui->shown.pane;
		break;
	case ACTION_HELP:
		tui->help_top = 0;
		tui->mode = MODE_HELP;
		break;
	case ACTION_QUIT:
		tui->quit = true;
		break;
	default:
		move_in_screen(tui, action);
		return;
	}
	take(tui);
}

static void act_in_help(struct tui *tui, enum action action)
{
	if (action == ACTION_BACK)
		tui->mode = MODE_SCREEN;
	else
		tui->help_top = moved(tui->help_top, action, LINES - 3, MAX_HELP);
}

static void act_in_menu(struct tui *tui, enum action action)
{
	enum table_id table = current(tui)->view.table;

	if (action == ACTION_BACK || action == ACTION_ENTER)
		tui->mode = MODE_SCREEN;
	else
		tui->menu = moved(tui->menu, action, LINES / 2, tables[table].nr_columns - 1);
	if (action == ACTION_ENTER) {
		table_choose_column(table, current_order(tui), tui->menu);
		take(tui);
	}
}

static void edit_filter(struct tui *tui, int code)
{
	char *filter = current(tui)->view.filter;
	size_t length = strlen(filter);

	if (key_action(code, AT_MENU) == ACTION_ENTER) {
		tui->mode = MODE_SCREEN;
	} else if (code == 0x1b) {
		filter[0] = '\0';
		tui->mode = MODE_SCREEN;
	} else if (code == KEY_BACKSPACE || code == 0x7f || code == '\b') {
		if (length)
			filter[length - 1] = '\0';
	} else if (code >= ' ' && code < 0x7f && length + 1 < TABLE_FILTER_SIZE) {
		filter[length] = code;
		filter[length + 1] = '\0';
	}
	take(tui);
}

static unsigned int keys_at(struct tui *tui)
{
	struct screen *screen = current(tui);
	bool can_return = tui->depth || screen->view.filter[0];

	switch (tui->mode) {
	case MODE_HELP:
		return AT_HELP;
	case MODE_MENU:
		return AT_MENU;
	default:
		return screen_at(screen) | (can_return ? AT_RETURN : 0) |
		       (tui->source->recorded ? AT_REPLAY : 0);
	}
}

static void act_on_key(struct tui *tui, int code)
{
	enum action action = key_action(code, keys_at(tui));

	tui->message[0] = '\0';
	if (tui->mode == MODE_FILTER) {
		edit_filter(tui, code);
		return;
	}
	if (action == ACTION_REDRAW)
		term_redraw();
	if (action == ACTION_NONE || action == ACTION_REDRAW)
		return;
	if (tui->mode == MODE_HELP)
		act_in_help(tui, action);
	else if (tui->mode == MODE_MENU)
		act_in_menu(tui, action);
	else
		act_in_screen(tui, action);
}

/* --- Drawing ---------------------------------------------------------------------------------- */

static void draw_bottom(struct tui *tui, int y, int width)
{
	const char *filter = current(tui)->view.filter;
	int x;

	if (tui->message[0]) {
		putf(y, 0, width, STYLE_STATE, " %s ", tui->message);
		return;
	}
	if (tui->mode == MODE_FILTER) {
		x = putf(y, 1, width - 1, STYLE_KEY, "Filter: %s", filter);
		fill(y, x + 1, 1, STYLE_SELECTED, L' ');
		put(y, x + 4, width - x - 4, STYLE_FAINT, "Enter keeps it, Esc ends it");
		return;
	}
	x = filter[0] && tui->mode == MODE_SCREEN ?
	    putf(y, 0, width, STYLE_STATE, " filter: %s ", filter) : 0;
	keys_draw(y, x, width, keys_at(tui));
}

static void draw_help(struct tui *tui, struct area area)
{
	enum table_id table = current(tui)->view.table;
	struct area inner = { 2, 1, area.h - 2, area.w - 1 };
	struct area nowhere = { 0 };
	int lines;

	putf(0, 0, area.w, STYLE_TITLE, "mshvtop   help   (arrows move, Esc closes)");
	lines = help_draw(&tui->shown, table, 0, nowhere);
	if (tui->help_top > lines - inner.h)
		tui->help_top = lines > inner.h ? lines - inner.h : 0;
	help_draw(&tui->shown, table, tui->help_top, inner);
}

static void draw(struct tui *tui)
{
	struct area area = { .h = LINES - 1, .w = COLS };
	struct screen *screen = current(tui);

	erase();
	if (LINES < MIN_HEIGHT || COLS < MIN_WIDTH) {
		putf(0, 0, COLS, STYLE_NORMAL, "Too small: %dx%d.", COLS, LINES);
		putf(1, 0, COLS, STYLE_NORMAL, "mshvtop needs %dx%d.", MIN_WIDTH, MIN_HEIGHT);
	} else {
		if (tui->mode == MODE_HELP)
			draw_help(tui, area);
		else
			screen_draw(screen, &tui->shown, area);
		if (tui->mode == MODE_MENU)
			screen_draw_menu(screen, tui->menu, area);
		draw_bottom(tui, LINES - 1, COLS);
	}
	wnoutrefresh(stdscr);
	doupdate();
}

/* --- The loop --------------------------------------------------------------------------------- */

/* Return: whether there may be more, so that even a flood of keys is seen to act. */
static bool take_keys(struct tui *tui)
{
	int code, taken;

	for (taken = 0; taken < MAX_KEYS && !tui->quit; taken++) {
		code = getch();
		if (code == ERR)
			return false;
		if (code != KEY_RESIZE)
			act_on_key(tui, code);
	}
	return true;
}

static void take_timer(struct tui *tui)
{
	__u64 expirations;

	/* If several intervals have gone by, one update has them all. */
	if (read(tui->timer_fd, &expirations, sizeof(expirations)) == sizeof(expirations))
		update(tui);
}

static void loop(struct tui *tui)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = tui->timer_fd, .events = POLLIN },
		{ .fd = term_signal_fd(), .events = POLLIN },
	};
	bool more = false;

	while (!tui->quit) {
		draw(tui);
		if (poll(fds, 3, more ? 0 : -1) < 0 && errno != EINTR)
			break;
		if (fds[2].revents && !term_take_signals())
			break;
		/* The terminal has gone away. */
		if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			break;
		more = take_keys(tui);
		if (fds[1].revents && !tui->quit)
			take_timer(tui);
	}
}

/* Whether the filter leaves one partition alone, which need not exist yet if it is named. */
static bool only_partition(const struct tui *tui, __u64 *id)
{
	const struct model *m = tui->model;
	unsigned int i, nr = 0;

	*id = tui->filter.partition_id;
	if (tui->filter.by_partition || !tui->filter.tgid)
		return tui->filter.by_partition;
	for (i = 0; i < m->nr_partitions; i++) {
		if (!filter_matches(&tui->filter, m->partitions[i]))
			continue;
		*id = m->partitions[i]->id;
		nr++;
	}
	return nr == 1;
}

static void begin(struct tui *tui, const struct tui_options *options)
{
	unsigned int i;
	__u64 id;

	tui->filter = options->filter;
	tui->shown.model = tui->model;
	tui->shown.source = tui->source;
	tui->shown.filter = &tui->filter;
	tui->shown.interval = options->interval;
	tui->shown.pane = true;
	for (i = 0; i < NR_TABLES; i++)
		table_default_order(i, &tui->shown.order[i]);
	for (i = 0; i < NR_ROOTS; i++)
		screen_init(&tui->roots[i], root_tables[i]);
	if (only_partition(tui, &id)) {
		tui->root = ROOT_EXITS;
		screen_set_partition(&tui->roots[ROOT_EXITS], id);
	}
	take(tui);
	set_timer(tui, options->interval < FIRST_INTERVAL ? options->interval : FIRST_INTERVAL);
}

/**
 * tui_run() - show a model on the terminal until the user ends it
 * @source: brings the model up to date
 * @model: made from the source's first sample
 * @options: how it begins
 *
 * Return: exit status; what went wrong has been reported.
 */
int tui_run(struct source *source, struct model *model, const struct tui_options *options)
{
	struct tui tui = { .source = source, .model = model, .status = EXIT_OK };
	unsigned int i;

	tui.timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (tui.timer_fd < 0) {
		err_errno("timerfd");
		return EXIT_RUNTIME;
	}
	if (term_open(options->color)) {
		begin(&tui, options);
		loop(&tui);
		term_close();
	} else {
		tui.status = EXIT_RUNTIME;
	}
	go_to_root(&tui, 0);
	for (i = 0; i < NR_ROOTS; i++)
		screen_close(&tui.roots[i]);
	close(tui.timer_fd);
	return tui.status;
}
