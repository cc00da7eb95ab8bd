// SPDX-License-Identifier: GPL-2.0
/*
 * The parts have their lines from the size of the screen alone, so that nothing moves when rows
 * come and go. The table of partitions has the selection; of the other tables only the first rows
 * are shown.
 */
#include "tui/draw.h"

/* Columns at which exits and hypercalls are side by side */
#define WIDE		160

#define GAP		2

static void draw_extract(enum table_id table, struct rows *rows, bool there, struct area area)
{
	if (there) {
		rows_sort(rows, &tables[table].columns[tables[table].sort], false);
		table_draw_extract(table, rows, area);
	}
	rows_free(rows);
}

static void draw_exits(const struct shown *shown, struct area area)
{
	struct rows rows = { .total = shown->total };

	draw_extract(TABLE_EXITS, &rows, rows_exits(&rows, shown->model, &shown->model->exits),
		     area);
}

static void draw_hvcalls(const struct shown *shown, struct area area)
{
	struct rows rows = { .total = shown->total };

	draw_extract(TABLE_HVCALLS, &rows, rows_hvcalls(&rows, shown->model), area);
}

static void draw_latency(const struct shown *shown, struct area area)
{
	fill(area.y, area.x, area.w, STYLE_FAINT, style_rule());
	put(area.y, area.x + 1, area.w - 1, STYLE_TITLE,
	    " latency of exits, us, in each interval, the last one at the right ");
	area.y++;
	area.h--;
	area.x++;
	area.w--;
	heat_draw(area, shown->model, &shown->model->exits.all.latency);
}

/* All of them can be selected, but not all can be seen. */
static void draw_partitions(struct screen *screen, const struct shown *shown, struct area area)
{
	struct table_view *view = &screen->view;
	bool more = area.h > 2 && (int)view->rows.nr > area.h - 1;

	area.h -= more;
	table_draw(view, &shown->order[TABLE_PARTITIONS], area);
	if (more)
		table_draw_more(view->rows.nr - view->page,
				(struct area){ area.y + area.h, area.x, 1, area.w });
}

/**
 * summary_draw() - draw the host at a glance
 * @screen: the screen, after screen_take(); its table is that of the partitions
 * @shown: what from
 * @area: where
 */
void summary_draw(struct screen *screen, const struct shown *shown, struct area area)
{
	struct area part = area;
	bool wide = area.w >= WIDE;
	int lines = area.h / (wide ? 3 : 4);

	draw_partitions(screen, shown, (struct area){ area.y, area.x, lines, area.w });
	part.h = lines;
	part.y += lines;
	if (wide)
		part.w = (area.w - GAP) / 2;
	draw_exits(shown, part);
	if (wide) {
		part.x += part.w + GAP;
		part.w = area.w - part.x;
	} else {
		part.y += lines;
	}
	draw_hvcalls(shown, part);
	part = area;
	part.y += lines * (wide ? 2 : 3);
	part.h = area.h - lines * (wide ? 2 : 3);
	draw_latency(shown, part);
}
