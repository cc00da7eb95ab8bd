/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A table on the screen: which row is selected, which rows are in sight, and how they are drawn.
 * The selection belongs to a row, not to a place: it follows the row when the order changes.
 */
#ifndef MSHVTOP_TUI_TABLE_H
#define MSHVTOP_TUI_TABLE_H

#include <stdbool.h>
#include "tui/style.h"
#include "tui/tui.h"
#include "view/columns.h"
#include "view/rows.h"

#define TABLE_FILTER_SIZE	32

/**
 * struct row_key - which row it is, from one update to the next; compared, never followed
 * @object: the model's object, told from another at the same address by @id and @number
 * @id: partition
 * @number: VP, reason or hypercall
 */
struct row_key {
	const void *object;
	__u64 id;
	__u32 number;
};

/**
 * struct table_view - a table on the screen
 * @table: which
 * @rows: its rows, sorted; valid until the model's next update
 * @key: the selected row; all zero before there was one
 * @selected: its index in @rows
 * @top: index of the first row in sight
 * @moved: the user has selected the row
 * @page: rows that were in sight at the last drawing
 * @filter: only rows with this text in a cell; empty for all
 * @drawn: where it was at the last drawing
 * @widths: the columns in sight at the last drawing, 0 for those that were not
 */
struct table_view {
	enum table_id table;
	struct rows rows;
	struct row_key key;
	unsigned int selected;
	unsigned int top;
	unsigned int page;
	bool moved;
	char filter[TABLE_FILTER_SIZE];
	struct area drawn;
	unsigned char widths[MAX_COLUMNS];
};

void table_default_order(enum table_id table, struct table_order *order);
void table_choose_column(enum table_id table, struct table_order *order, unsigned int column);
void table_next_column(const struct table_view *view, struct table_order *order, int step);

void table_settle(struct table_view *view, const struct table_order *order);
void table_move(struct table_view *view, long by);
bool table_search(struct table_view *view, const char *text, unsigned int from, int step);
int table_column_at(const struct table_view *view, int x);
bool table_asks(const struct table_view *view);
const struct row *table_selected(const struct table_view *view);
void table_draw(struct table_view *view, const struct table_order *order, struct area area);
void table_draw_extract(enum table_id table, const struct rows *rows, struct area area);

unsigned int table_unknown_column(enum table_id table, const char *text);
void table_draw_more(unsigned int nr, struct area area);

#endif /* MSHVTOP_TUI_TABLE_H */
