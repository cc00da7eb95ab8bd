// SPDX-License-Identifier: GPL-2.0
/*
 * The screens. A screen remembers partition and VP by number, and looks them up after each update,
 * as they may be gone by then.
 */
#include <stdio.h>
#include <string.h>
#include "tui/draw.h"
#include "tui/keys.h"
#include "tui/screens.h"

/* Height from which an empty line separates the head from the table. */
#define ROOMY_LINES	20

/* Lines that the pane beneath a table leaves to it. */
#define MIN_TABLE_LINES	6

/* Largest useful height of a pane. */
#define MAX_PANE_LINES	20

/**
 * screen_init() - the screen of a table, as it is at the start
 * @screen: the screen
 * @table: what it shows
 *
 * It is about the whole host.
 */
void screen_init(struct screen *screen, enum table_id table)
{
	memset(screen, 0, sizeof(*screen));
	screen->view.table = table;
}

/**
 * screen_set_partition() - let a screen be about a partition
 * @screen: the screen
 * @id: the partition, which need not exist
 */
void screen_set_partition(struct screen *screen, __u64 id)
{
	screen->scope = SCOPE_PARTITION;
	screen->id = id;
}

/**
 * screen_open_behind() - the screen behind the selected row
 * @screen: the screen that is shown
 * @behind: the result
 *
 * Return: whether there is one.
 */
bool screen_open_behind(const struct screen *screen, struct screen *behind)
{
	const struct row *row = table_selected(&screen->view);

	if (!row || screen->detail)
		return false;
	screen_init(behind, TABLE_EXITS);
	switch (screen->view.table) {
	case TABLE_PARTITIONS:
		screen_set_partition(behind, row->partition->id);
		return true;
	case TABLE_VPS:
		screen_set_partition(behind, row->partition->id);
		behind->scope = SCOPE_VP;
		behind->vp_index = row->vp->index;
		return true;
	case TABLE_EXITS:
	case TABLE_HVCALLS:
		*behind = *screen;
		memset(&behind->view.rows, 0, sizeof(behind->view.rows));
		behind->detail = true;
		return true;
	default:
		return false;
	}
}

/**
 * screen_open_vps() - the screen of the selected partition's VPs
 * @screen: the screen that is shown
 * @vps: the result
 *
 * Return: whether a partition is selected.
 */
bool screen_open_vps(const struct screen *screen, struct screen *vps)
{
	const struct row *row = table_selected(&screen->view);

	if (!row || screen->view.table != TABLE_PARTITIONS)
		return false;
	screen_init(vps, TABLE_VPS);
	screen_set_partition(vps, row->partition->id);
	return true;
}

/**
 * screen_open_caps() - the screen of the selected partition's capabilities
 * @screen: the screen that is shown
 * @caps: the result
 *
 * Return: whether a partition is selected.
 */
bool screen_open_caps(const struct screen *screen, struct screen *caps)
{
	const struct row *row = table_selected(&screen->view);

	if (!row || screen->view.table != TABLE_PARTITIONS)
		return false;
	screen_init(caps, TABLE_CAPS);
	screen_set_partition(caps, row->partition->id);
	return true;
}

static void find_scope(struct screen *screen, const struct model *m)
{
	unsigned int i;

	screen->partition = NULL;
	screen->vp = NULL;
	if (screen->scope == SCOPE_HOST)
		return;
	screen->partition = model_find_partition(m, screen->id);
	if (!screen->partition || screen->scope != SCOPE_VP)
		return;
	for (i = 0; i < screen->partition->nr_vps; i++)
		if (screen->partition->vps[i]->index == screen->vp_index)
			screen->vp = screen->partition->vps[i];
}

/**
 * screen_scope() - the exits that a screen is about
 * @screen: the screen, after screen_take()
 * @m: the model
 *
 * Return: the exits; NULL if that partition or VP is not known any more.
 */
const struct model_scope *screen_scope(const struct screen *screen, const struct model *m)
{
	switch (screen->scope) {
	case SCOPE_PARTITION:
		return screen->partition ? &screen->partition->exits : NULL;
	case SCOPE_VP:
		return screen->vp ? &screen->vp->exits : NULL;
	default:
		return &m->exits;
	}
}

static bool take_rows(struct screen *screen, const struct shown *shown)
{
	struct row_filter one = { .by_partition = true, .partition_id = screen->id };
	const struct model_scope *scope = screen_scope(screen, shown->model);
	struct rows *rows = &screen->view.rows;

	rows->total = shown->total;
	switch (screen->view.table) {
	case TABLE_PARTITIONS:
		return rows_partitions(rows, shown->model, shown->filter);
	case TABLE_VPS:
		return rows_vps(rows, shown->model, &one);
	case TABLE_EXITS:
		rows->nr = 0;
		return !scope || rows_exits(rows, shown->model, scope);
	case TABLE_HVCALLS:
		return rows_hvcalls(rows, shown->model);
	case TABLE_SLOW:
		return rows_slow(rows, shown->model, shown->filter);
	case TABLE_COST:
		return rows_programs(rows, shown->model);
	case TABLE_CAPS:
		return rows_caps(rows, shown->model,
				 screen->scope == SCOPE_HOST ? shown->filter : &one);
	default:
		return rows_counted(rows, shown->model, screen->view.table, shown->filter);
	}
}

/**
 * screen_take() - take a screen's rows from the model
 * @screen: the screen
 * @shown: what from
 *
 * To be called after each update of the model and each change of order or filter, before the
 * screen is drawn or asked for a row.
 *
 * Return: false without memory.
 */
bool screen_take(struct screen *screen, const struct shown *shown)
{
	find_scope(screen, shown->model);
	if (!take_rows(screen, shown))
		return false;
	table_settle(&screen->view, &shown->order[screen->view.table]);
	/*
	 * Before the first interval all figures are 0, so the order means nothing; the selection
	 * stays at the top until there are figures.
	 */
	if (!shown->model->interval_ns)
		memset(&screen->view.key, 0, sizeof(screen->view.key));
	return true;
}

/* Why the table is empty, and what to do; beneath its headings. */
static void say_empty(const struct screen *screen, const struct shown *shown, struct area area)
{
	unsigned int unknown = table_unknown_column(screen->view.table, screen->view.filter);
	char text[128];

	if (unknown)
		snprintf(text, sizeof(text), "There is no column \"%.*s\" and no such text. F1 names "
			 "the columns, Esc shows all.", (int)unknown, screen->view.filter);
	else if (screen->view.filter[0])
		snprintf(text, sizeof(text), "Nothing here has \"%s\". Esc shows all.",
			 screen->view.filter);
	else if (!screen_scope(screen, shown->model))
		snprintf(text, sizeof(text), "There is no partition %llu.",
			 (unsigned long long)screen->id);
	else if (screen->view.table == TABLE_PARTITIONS && shown->model->nr_partitions)
		snprintf(text, sizeof(text), "None of the partitions is as -p or --pid says.");
	else if (screen->view.table == TABLE_PARTITIONS)
		snprintf(text, sizeof(text), "No partitions. Start a VM, and it is shown here.");
	else if (!shown->model->interval_ns)
		snprintf(text, sizeof(text), "measuring...");
	else if (screen->view.table == TABLE_EXITS)
		snprintf(text, sizeof(text), "No exits so far.");
	else if (screen->view.table == TABLE_CAPS && shown->source->recorded)
		snprintf(text, sizeof(text),
			 "The driver that was recorded told nothing of capabilities.");
	else if (table_is_missing(screen->view.table, shown->model))
		snprintf(text, sizeof(text), "Linux's own driver tells nothing of this.");
	else if (screen->view.table > TABLE_HVCALLS)
		snprintf(text, sizeof(text), "%s", !shown->source->details ?
			 "This recording has nothing of this: mshvtop record --no-details made it." :
			 shown->source->recorded ? "Nothing so far." :
			 "Nothing so far. What happens while this is on the screen is shown.");
	else
		snprintf(text, sizeof(text), "No hypercalls so far.");
	area.y++;
	area.h--;
	put_centered(area, STYLE_TITLE, text);
}

/* Lines of the pane: from the size alone, so that nothing moves when rows come and go. */
static int pane_lines(const struct screen *screen, const struct shown *shown, int lines)
{
	int pane;

	if (screen->detail)
		return lines - 2;
	if (!shown->pane || lines < MIN_TABLE_LINES + PANE_MIN_LINES)
		return 0;
	if (screen->view.table > TABLE_HVCALLS && screen->view.table != TABLE_SLOW &&
	    screen->view.table != TABLE_COST)
		return 0;
	pane = lines / 2 < MAX_PANE_LINES ? lines / 2 : MAX_PANE_LINES;
	return pane > PANE_MIN_LINES ? pane : PANE_MIN_LINES;
}

static struct area below_head(struct area area)
{
	int head = HEAD_LINES + (area.h >= ROOMY_LINES);

	return (struct area){ area.y + head, area.x, area.h - head, area.w };
}

/**
 * screen_draw() - draw a screen except for its last line
 * @screen: the screen, after screen_take()
 * @shown: what from
 * @area: where
 */
void screen_draw(struct screen *screen, const struct shown *shown, struct area area)
{
	struct area table = below_head(area);
	struct area pane = table;

	head_draw(screen, shown, area.w);
	if (screen->summary) {
		summary_draw(screen, shown, table);
		return;
	}
	pane.h = pane_lines(screen, shown, table.h);
	table.h -= pane.h;
	pane.y += table.h;
	table_draw(&screen->view, &shown->order[screen->view.table], table);
	if (!screen->view.rows.nr)
		say_empty(screen, shown, table);
	else if (pane.h)
		pane_draw(screen, shown, pane);
}

/**
 * screen_draw_menu() - draw the menu of columns over a screen
 * @screen: the screen
 * @hidden: the columns that are hidden, to choose columns; NULL to sort by one
 * @column: the selected one
 * @area: of the screen
 */
void screen_draw_menu(const struct screen *screen, const unsigned int *hidden, unsigned int column,
		      struct area area)
{
	menu_draw(&screen->view, hidden, column, below_head(area));
}

/**
 * screen_at() - which keys mean something on a screen
 * @screen: the screen
 *
 * Return: one of AT_*.
 */
unsigned int screen_at(const struct screen *screen)
{
	static const unsigned int at[NR_TABLES] = {
		[TABLE_PARTITIONS] = AT_PARTITIONS,
		[TABLE_VPS] = AT_VPS,
		[TABLE_EXITS] = AT_EXITS,
		[TABLE_HVCALLS] = AT_HVCALLS,
	};

	if (screen->detail)
		return AT_DETAIL;
	return screen->view.table > TABLE_HVCALLS ? AT_EXTRA : at[screen->view.table];
}

/**
 * screen_wants() - details that a screen shows
 * @screen: the screen
 *
 * Return: WANT_*.
 */
unsigned int screen_wants(const struct screen *screen)
{
	switch (screen->view.table) {
	case TABLE_EXITS:
		return (screen->detail ? WANT_INTERCEPT : 0) |
		       (table_asks(&screen->view) ? WANT_COUNTERS : 0);
	case TABLE_INTERRUPTS:
		return WANT_INTERRUPT;
	case TABLE_MEMORY:
		return WANT_MEMORY | WANT_COUNTERS;
	case TABLE_SLOW:
		return WANT_SLOW;
	case TABLE_COUNTERS:
		return WANT_COUNTERS;
	case TABLE_CAPS:
		return WANT_CAPS;
	default:
		return 0;
	}
}

/**
 * screen_close() - free what a screen holds
 * @screen: the screen
 */
void screen_close(struct screen *screen)
{
	rows_free(&screen->view.rows);
}
