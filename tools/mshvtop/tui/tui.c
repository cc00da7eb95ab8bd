// SPDX-License-Identifier: GPL-2.0
/*
 * The live view: one loop waits for keys, the clock and signals, so that a key acts at once however
 * long the interval is. Screens form a stack: one of a few at the bottom, details above it.
 */
#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "err.h"
#include "tui/draw.h"
#include "tui/keys.h"
#include "tui/priv.h"
#include "tui/screens.h"
#include "tui/tui.h"

#define MIN_WIDTH	40
#define MIN_HEIGHT	8

/* The first interval is short, so that figures come soon even with a long interval. */
#define FIRST_INTERVAL	0.5

/* Keys that act between two drawings */
#define MAX_KEYS	32

static const enum table_id root_tables[NR_ROOTS] = {
	[ROOT_HOST] = TABLE_PARTITIONS,
	[ROOT_PARTITIONS] = TABLE_PARTITIONS,
	[ROOT_EXITS] = TABLE_EXITS,
	[ROOT_HVCALLS] = TABLE_HVCALLS,
	[ROOT_INTERRUPTS] = TABLE_INTERRUPTS,
	[ROOT_MEMORY] = TABLE_MEMORY,
	[ROOT_SLOW] = TABLE_SLOW,
	[ROOT_COUNTERS] = TABLE_COUNTERS,
	[ROOT_COST] = TABLE_COST,
	[ROOT_CAPS] = TABLE_CAPS,
};

/**
 * tui_current() - the screen that is seen
 * @tui: the view
 */
struct screen *tui_current(struct tui *tui)
{
	return tui->depth ? &tui->stack[tui->depth - 1] : &tui->roots[tui->root];
}

/**
 * tui_order() - the order of the table that is seen
 * @tui: the view
 */
struct table_order *tui_order(struct tui *tui)
{
	return &tui->shown.order[tui_current(tui)->view.table];
}

/**
 * tui_ask() - let the source read the details that the screen shows
 * @tui: the view
 */
void tui_ask(struct tui *tui)
{
	struct source *source = tui->source;

	/* A detail that is not available is missing from the screen, and the message says why. */
	if (source->want &&
	    !source->want(source, screen_wants(tui_current(tui)), tui->slow_ns))
		term_last_error(tui->message, sizeof(tui->message));
}

/**
 * tui_take() - take the rows that are seen from the model
 * @tui: the view, which ends without memory
 */
void tui_take(struct tui *tui)
{
	tui_ask(tui);
	if (screen_take(tui_current(tui), &tui->shown))
		return;
	err("out of memory");
	tui->status = EXIT_RUNTIME;
	tui->quit = true;
}

/**
 * tui_pop() - leave the topmost screen
 * @tui: the view, with one above the root
 */
void tui_pop(struct tui *tui)
{
	screen_close(&tui->stack[--tui->depth]);
}

/**
 * tui_push() - show another screen above those that there are
 * @tui: the view
 * @screen: the screen, which is taken over
 */
void tui_push(struct tui *tui, const struct screen *screen)
{
	if (tui->depth < MAX_DEPTH)
		tui->stack[tui->depth++] = *screen;
}

/**
 * tui_go_to_root() - leave all screens above the root
 * @tui: the view
 * @root: which root to show
 */
void tui_go_to_root(struct tui *tui, enum root root)
{
	while (tui->depth)
		tui_pop(tui);
	tui->root = root;
}

/* --- Drawing ---------------------------------------------------------------------------------- */

static void draw_input(int y, int width, const char *what, const char *text, const char *keys)
{
	int x = putf(y, 1, width - 1, STYLE_KEY, "%s: %s", what, text);

	fill(y, x + 1, 1, STYLE_SELECTED, L' ');
	put(y, x + 4, width - x - 4, STYLE_FAINT, keys);
}

/* The number of the selected row, where not all rows fit. Return: columns that are left. */
static int draw_place(const struct table_view *view, int y, int width)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "  %u of %u", view->selected + 1, view->rows.nr);

	if (!view->page || view->rows.nr <= view->page)
		return width;
	put(y, width - length, length, STYLE_FAINT, text);
	return width - length;
}

static void draw_bottom(struct tui *tui, int y, int width)
{
	const char *filter = tui_current(tui)->view.filter;
	int x;

	if (tui->message[0]) {
		putf(y, 0, width, STYLE_STATE, " %s ", tui->message);
		return;
	}
	if (tui->mode == MODE_FILTER) {
		draw_input(y, width, "Filter", filter, "Enter keeps it, Esc ends it");
		return;
	}
	if (tui->mode == MODE_SEARCH) {
		draw_input(y, width, "Search", tui->search, "Enter ends it, n and N go on");
		return;
	}
	x = filter[0] && tui->mode == MODE_SCREEN ?
	    putf(y, 0, width, STYLE_STATE, " filter: %s ", filter) : 0;
	if (tui->mode == MODE_SCREEN)
		width = draw_place(&tui_current(tui)->view, y, width);
	keys_draw(y, x, width, tui_keys_at(tui));
}

static void draw_help(struct tui *tui, struct area area)
{
	enum table_id table = tui_current(tui)->view.table;
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
	struct screen *screen = tui_current(tui);

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
			screen_draw_menu(screen, NULL, tui->menu, area);
		if (tui->mode == MODE_COLUMNS)
			screen_draw_menu(screen, &tui_order(tui)->hidden, tui->menu, area);
		draw_bottom(tui, LINES - 1, COLS);
	}
	wnoutrefresh(stdscr);
	doupdate();
}

/* --- The loop --------------------------------------------------------------------------------- */

/*
 * Return: whether more keys may wait. The number is limited, so that the screen is drawn even while
 * keys flood in.
 */
static bool take_keys(struct tui *tui)
{
	int code, taken;

	for (taken = 0; taken < MAX_KEYS && !tui->quit; taken++) {
		code = getch();
		if (code == ERR)
			return false;
		if (code != KEY_RESIZE)
			tui_act_on_key(tui, code);
	}
	return true;
}

static void take_timer(struct tui *tui)
{
	__u64 expirations;

	/* If several intervals have passed, one update covers all of them. */
	if (read(tui->timer_fd, &expirations, sizeof(expirations)) == sizeof(expirations))
		tui_update(tui);
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

/*
 * Whether the filter selects exactly one partition; a partition that is named by its id need not
 * exist yet.
 */
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

static void begin(struct tui *tui, const struct tui_options *options,
		  const struct tui_settings *settings)
{
	unsigned int i;
	__u64 id;

	tui->filter = options->filter;
	tui->shown.model = tui->model;
	tui->shown.source = tui->source;
	tui->shown.filter = &tui->filter;
	tui->shown.interval = options->interval > 0 ? options->interval : settings->interval;
	tui->shown.pane = settings->pane;
	tui->shown.map = settings->map;
	memcpy(tui->shown.order, settings->order, sizeof(tui->shown.order));
	tui->slow_ns = options->slow_ns;
	snprintf(tui->message, sizeof(tui->message), "%s", tui->source->notice);
	for (i = 0; i < NR_ROOTS; i++)
		screen_init(&tui->roots[i], root_tables[i]);
	tui->roots[ROOT_HOST].summary = true;
	tui->root = ROOT_PARTITIONS;
	if (only_partition(tui, &id)) {
		tui->root = ROOT_EXITS;
		screen_set_partition(&tui->roots[ROOT_EXITS], id);
	}
	tui_take(tui);
	tui_set_timer(tui, tui->shown.interval < FIRST_INTERVAL ? tui->shown.interval :
								  FIRST_INTERVAL);
}

/* The interval is remembered only if it was changed by a key. */
static void remember(const struct tui *tui, const struct tui_options *options,
		     struct tui_settings *settings)
{
	settings->pane = tui->shown.pane;
	settings->map = tui->shown.map;
	if (options->interval <= 0)
		settings->interval = tui->shown.interval;
	memcpy(settings->order, tui->shown.order, sizeof(settings->order));
}

/**
 * tui_default_settings() - how the view begins where nothing is remembered
 * @settings: the result
 */
void tui_default_settings(struct tui_settings *settings)
{
	unsigned int i;

	memset(settings, 0, sizeof(*settings));
	settings->interval = 1;
	settings->pane = true;
	settings->mouse = true;
	for (i = 0; i < NR_TABLES; i++)
		table_default_order(i, &settings->order[i]);
}

/**
 * tui_run() - show a model on the terminal until the user ends it
 * @source: brings the model up to date
 * @model: made from the source's first sample
 * @options: how it begins
 * @settings: how the user left it the last time; at the end, how the user leaves it now
 *
 * Return: exit status; what went wrong has been reported.
 */
int tui_run(struct source *source, struct model *model, const struct tui_options *options,
	    struct tui_settings *settings)
{
	struct tui tui = { .source = source, .model = model, .status = EXIT_OK };
	unsigned int i;

	tui.timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (tui.timer_fd < 0) {
		err_errno("timerfd");
		return EXIT_RUNTIME;
	}
	if (term_open(options->color, settings->mouse)) {
		begin(&tui, options, settings);
		loop(&tui);
		term_close();
		remember(&tui, options, settings);
	} else {
		tui.status = EXIT_RUNTIME;
	}
	tui_go_to_root(&tui, ROOT_HOST);
	for (i = 0; i < NR_ROOTS; i++)
		screen_close(&tui.roots[i]);
	close(tui.timer_fd);
	return tui.status;
}
