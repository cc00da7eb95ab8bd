// SPDX-License-Identifier: GPL-2.0
/*
 * Draws any table from the columns' table. This file knows neither the contents of a cell nor where
 * rows come from.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "tui/draw.h"
#include "tui/table.h"

/* Holds any cell: the widest column, in characters of up to four bytes. */
#define CELL_SIZE	256

/* Columns that a bar of times needs to be worth its place. */
#define MIN_BAR		24
#define MAX_BAR		64

/**
 * table_default_order() - the order that a table begins with
 * @table: which
 * @order: the result
 */
void table_default_order(enum table_id table, struct table_order *order)
{
	order->column = tables[table].sort;
	order->ascending = false;
	order->hidden = 0;
}

/**
 * table_choose_column() - sort by a column, in the direction that fits it
 * @table: which
 * @order: the order to change
 * @column: index of the column
 */
void table_choose_column(enum table_id table, struct table_order *order, unsigned int column)
{
	enum value_kind kind = tables[table].columns[column].kind;

	order->column = column;
	order->ascending = kind == VALUE_TEXT || kind == VALUE_NUMBER;
}

/**
 * table_next_column() - sort by the next column in sight
 * @view: the table
 * @order: the order to change
 * @step: 1 to the right, -1 to the left
 */
void table_next_column(const struct table_view *view, struct table_order *order, int step)
{
	unsigned int nr = tables[view->table].nr_columns;
	unsigned int i = order->column;

	do {
		i = (i + nr + step) % nr;
	} while (!view->widths[i] && i != order->column);
	table_choose_column(view->table, order, i);
}

static struct row_key row_key(enum table_id table, const struct row *row)
{
	struct row_key key = { 0 };

	switch (table) {
	case TABLE_PARTITIONS:
		key.object = row->partition;
		key.id = row->partition->id;
		break;
	case TABLE_VPS:
		key.object = row->vp;
		key.id = row->partition->id;
		key.number = row->vp->index;
		break;
	case TABLE_EXITS:
		key.object = row->scope;
		key.number = row->reason;
		break;
	case TABLE_HVCALLS:
		key.object = row->hvcall;
		key.number = row->hvcall->code;
		break;
	case TABLE_SLOW:
		key.id = row->slow->nr;
		key.number = 1;
		break;
	case TABLE_CAPS:
		/*
		 * Rows of /dev/mshv are told apart by process; the key of such a row has an id
		 * above all ids of partitions.
		 */
		key.id = row->cap->partition_id ^ (__u64)row->cap->tgid << 32;
		key.number = row->cap->id;
		break;
	case TABLE_COST:
		key.object = row->program;
		break;
	default:
		key.object = (const void *)(uintptr_t)row->tally->key.number;
		key.id = row->tally->key.partition_id;
		key.number = row->tally->key.kind << 16 | (row->tally->key.access & 0xffff);
	}
	return key;
}

static bool same_key(const struct row_key *a, const struct row_key *b)
{
	return a->object == b->object && a->id == b->id && a->number == b->number;
}

static bool cell_matches(const struct column *column, const struct row *row, const char *text)
{
	struct value value;
	char number[32];

	if (column->kind != VALUE_TEXT && column->kind != VALUE_NUMBER)
		return false;
	value = column->get(row);
	if (value.none)
		return false;
	if (column->kind == VALUE_TEXT)
		return strcasestr(value.text, text);
	snprintf(number, sizeof(number), "%.0f", value.number);
	return !strcmp(number, text);
}

/* The column of COLUMN=TEXT, and where TEXT begins; NULL if the text is not of that form */
static const struct column *named_column(const struct table *table, const char *text,
					 const char **rest)
{
	size_t length = strcspn(text, "=");
	unsigned int i;

	if (!text[length])
		return NULL;
	*rest = text + length + 1;
	for (i = 0; i < table->nr_columns; i++) {
		const struct column *column = &table->columns[i];

		if ((strlen(column->heading) == length &&
		     !strncasecmp(column->heading, text, length)) ||
		    (strlen(column->id) == length && !strncasecmp(column->id, text, length)))
			return column;
	}
	return NULL;
}

/**
 * table_unknown_column() - the column that a filter names, and that the table does not have
 * @table: the table
 * @text: the filter
 *
 * Return: length of its name; 0 if the filter names none, or one that is there.
 */
unsigned int table_unknown_column(enum table_id table, const char *text)
{
	size_t length = strcspn(text, "=");
	const char *rest;

	return text[length] && !named_column(&tables[table], text, &rest) ? length : 0;
}

static bool row_matches(const struct table *table, const struct row *row, const char *text)
{
	const struct column *column;
	const char *rest;
	unsigned int i;

	column = named_column(table, text, &rest);
	/* A filter on a column is complete once it has a text; until then every row passes. */
	if (column)
		return !rest[0] || cell_matches(column, row, rest);
	for (i = 0; i < table->nr_columns; i++)
		if (cell_matches(&table->columns[i], row, text))
			return true;
	return false;
}

static void apply_filter(struct table_view *view)
{
	struct rows *rows = &view->rows;
	unsigned int i, kept = 0;

	if (!view->filter[0])
		return;
	for (i = 0; i < rows->nr; i++)
		if (row_matches(&tables[view->table], &rows->row[i], view->filter))
			rows->row[kept++] = rows->row[i];
	rows->nr = kept;
}

/* When the selected row is gone, the row that takes its place is selected. */
static void select_row(struct table_view *view, unsigned int index)
{
	if (!view->rows.nr) {
		view->selected = 0;
		return;
	}
	view->selected = index < view->rows.nr ? index : view->rows.nr - 1;
	view->key = row_key(view->table, &view->rows.row[view->selected]);
}

/**
 * table_settle() - bring rows into order and find the selected one again
 * @view: the table, its rows just taken from the model
 * @order: what it is sorted by
 */
void table_settle(struct table_view *view, const struct table_order *order)
{
	unsigned int i, found;

	apply_filter(view);
	rows_sort(&view->rows, &tables[view->table].columns[order->column], order->ascending);
	found = view->rows.nr;
	for (i = 0; i < view->rows.nr; i++) {
		struct row_key key = row_key(view->table, &view->rows.row[i]);

		if (same_key(&key, &view->key)) {
			found = i;
			break;
		}
		/*
		 * Going back in a recording makes all objects anew, so rows are found by id and
		 * number.
		 */
		if (view->key.object && key.id == view->key.id && key.number == view->key.number)
			found = i;
	}
	/*
	 * In a table of events, the newest row (the first) stays selected until the user selects
	 * another one.
	 */
	if (view->table > TABLE_HVCALLS && !view->moved)
		found = 0;
	select_row(view, found < view->rows.nr ? found : view->selected);
}

/**
 * table_move() - select another row
 * @view: the table
 * @by: rows down, or up if negative; stops at the first and last one
 */
void table_move(struct table_view *view, long by)
{
	long to = (long)view->selected + by;

	view->moved = to > 0;
	select_row(view, to < 0 ? 0 : to);
}

/**
 * table_search() - select the next row that has a text
 * @view: the table
 * @text: what is looked for in names
 * @from: index of the row to look at first
 * @step: 1 down, -1 up; goes on at the other end
 *
 * Return: false if no row has it; the selection stays then.
 */
bool table_search(struct table_view *view, const char *text, unsigned int from, int step)
{
	unsigned int nr = view->rows.nr, i, at;

	for (i = 0; i < nr; i++) {
		at = (from + nr + (step < 0 ? nr - i : i)) % nr;
		if (!row_matches(&tables[view->table], &view->rows.row[at], text))
			continue;
		view->moved = true;
		select_row(view, at);
		return true;
	}
	return false;
}

/**
 * table_column_at() - which column is seen somewhere
 * @view: the table
 * @x: column of the screen
 *
 * Return: its index, -1 if there is none.
 */
int table_column_at(const struct table_view *view, int x)
{
	int at = view->drawn.x;
	unsigned int i;

	for (i = 0; i < tables[view->table].nr_columns; i++) {
		if (!view->widths[i])
			continue;
		if (x >= at && x <= at + view->widths[i])
			return i;
		at += view->widths[i] + 1;
	}
	return -1;
}

/**
 * table_asks() - whether a column in sight needs a detail that the source reads on demand only
 * @view: the table
 */
bool table_asks(const struct table_view *view)
{
	unsigned int i;

	for (i = 0; i < tables[view->table].nr_columns; i++)
		if (view->widths[i] && tables[view->table].columns[i].kind == VALUE_ASKED_RATE)
			return true;
	return false;
}

/**
 * table_selected() - the selected row
 * @view: the table
 *
 * Return: the row, valid until the model's next update; NULL in an empty table.
 */
const struct row *table_selected(const struct table_view *view)
{
	return view->rows.nr ? &view->rows.row[view->selected] : NULL;
}

/* Keep the selected row in sight, and leave no line empty while there are rows above. */
static void scroll(struct table_view *view)
{
	if (view->top + view->page > view->rows.nr)
		view->top = view->rows.nr > view->page ? view->rows.nr - view->page : 0;
	if (view->selected < view->top)
		view->top = view->selected;
	if (view->page && view->selected >= view->top + view->page)
		view->top = view->selected - view->page + 1;
}

/* A cut number would be a wrong one, so a column that does not fit is left out. */
static void fit_columns(const struct table *table, unsigned int hidden, int width,
			unsigned char *widths)
{
	unsigned int i;
	int used = 0;

	memset(widths, 0, MAX_COLUMNS);
	if (width <= 0)
		return;
	columns_fit(table, hidden, width - 1, widths);
	for (i = 0; i < table->nr_columns; i++) {
		if (!widths[i])
			continue;
		if (used + 1 + widths[i] > width)
			widths[i] = 0;
		else
			used += 1 + widths[i];
	}
}

static int draw_headings(const struct table *table, const unsigned char *widths,
			 const struct table_order *order, struct area area)
{
	char cell[CELL_SIZE];
	int x = area.x + 1;
	unsigned int i;

	fill(area.y, area.x, area.w, STYLE_HEADING, L' ');
	for (i = 0; i < table->nr_columns; i++) {
		bool sorted = order && i == order->column;

		if (!widths[i])
			continue;
		column_heading(cell, sizeof(cell), &table->columns[i], widths[i]);
		put(area.y, x, widths[i], sorted ? STYLE_SORTED : STYLE_HEADING, cell);
		/* In the gap before the column, so that no heading needs room for it */
		if (sorted)
			fill(area.y, x - 1, 1, STYLE_SORTED, style_arrow(order->ascending));
		x += widths[i] + 1;
	}
	return x - area.x;
}

/* As many of the last intervals as fit, the newest at the right */
static void draw_trend(const struct column *column, const struct row *row, int y, int x, int width)
{
	struct value v = column->get(row);
	int nr = v.none ? 0 : strlen(v.text), i;

	for (i = 0; i < width && i < nr; i++)
		fill(y, x + width - 1 - i, 1, STYLE_BAR, style_level(v.text[nr - 1 - i] - '0'));
}

static void draw_row(const struct table *table, const unsigned char *widths, const struct row *row,
		     enum style style, int y, int x)
{
	char cell[CELL_SIZE];
	unsigned int i;

	for (i = 0; i < table->nr_columns; i++) {
		if (!widths[i])
			continue;
		if (table->columns[i].kind == VALUE_TREND) {
			draw_trend(&table->columns[i], row, y, x, widths[i]);
		} else {
			column_format(cell, sizeof(cell), &table->columns[i], widths[i], row);
			put(y, x, widths[i], style, cell);
		}
		x += widths[i] + 1;
	}
}

static bool row_is_gone(const struct row *row)
{
	return row->vp ? row->vp->gone : row->partition && row->partition->gone;
}

/* The times of a row as a bar, where the columns leave room for it. */
static void draw_time_bars(const struct table_view *view, struct area area)
{
	unsigned int i;

	if (area.w < MIN_BAR)
		return;
	if (area.w > MAX_BAR)
		area.w = MAX_BAR;
	if (view->table > TABLE_HVCALLS)
		return;
	put(area.y, area.x, area.w, STYLE_HEADING,
	    view->table == TABLE_HVCALLS ? "SHARE OF TIME" : "TIME");
	if (view->table != TABLE_HVCALLS)
		bars_legend(area.y, area.x + 6, area.w - 6);
	for (i = 0; i < view->page && view->top + i < view->rows.nr; i++)
		bars_row(view->table, &view->rows.row[view->top + i], area.y + 1 + i, area.x,
			 area.w);
}

/**
 * table_draw() - draw a table with its headings and its selected row
 * @view: the table
 * @order: what it is sorted by
 * @area: where; the first line is the headings'
 */
void table_draw(struct table_view *view, const struct table_order *order, struct area area)
{
	const struct table *table = &tables[view->table];
	unsigned int i;
	int used;

	fit_columns(table, order->hidden, area.w, view->widths);
	used = draw_headings(table, view->widths, order, area);
	view->drawn = area;
	view->page = area.h > 1 ? area.h - 1 : 0;
	scroll(view);
	for (i = 0; i < view->page && view->top + i < view->rows.nr; i++) {
		const struct row *row = &view->rows.row[view->top + i];
		bool selected = view->top + i == view->selected;
		int y = area.y + 1 + i;

		draw_row(table, view->widths, row, row_is_gone(row) ? STYLE_FAINT : STYLE_NORMAL, y,
			 area.x + 1);
		if (!selected)
			continue;
		put(y, area.x, 1, STYLE_NORMAL, ">");
		restyle(y, area.x, used, STYLE_SELECTED);
	}
	draw_time_bars(view, (struct area){ area.y, area.x + used + 1, area.h, area.w - used - 2 });
}

/**
 * table_draw_more() - say that there are rows for which there is no room
 * @nr: how many
 * @area: the line
 */
void table_draw_more(unsigned int nr, struct area area)
{
	char text[32];

	snprintf(text, sizeof(text), "and %u more", nr);
	put(area.y, area.x + 1, area.w - 1, STYLE_FAINT, text);
}

/**
 * table_draw_extract() - draw the first rows of a table, without a selection
 * @table: which
 * @rows: its rows, in order
 * @area: where; the first line is the headings'
 */
void table_draw_extract(enum table_id table, const struct rows *rows, struct area area)
{
	unsigned char widths[MAX_COLUMNS];
	unsigned int i;

	if (area.h < 2)
		return;
	fit_columns(&tables[table], columns_of_screens(&tables[table]), area.w, widths);
	draw_headings(&tables[table], widths, NULL, area);
	if ((int)rows->nr > area.h - 1) {
		area.h--;
		table_draw_more(rows->nr - (area.h - 1),
				(struct area){ area.y + area.h, area.x, 1, area.w });
	}
	for (i = 0; (int)i < area.h - 1 && i < rows->nr; i++)
		draw_row(&tables[table], widths, &rows->row[i], STYLE_NORMAL, area.y + 1 + i,
			 area.x + 1);
}
