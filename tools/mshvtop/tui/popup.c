// SPDX-License-Identifier: GPL-2.0
/*
 * Help and menu. Every word about a key comes from the table of keys, every word about a column
 * from the table of columns.
 */
#include <stdio.h>
#include "num.h"
#include "tui/draw.h"
#include "tui/keys.h"

#define KEYS_WIDTH	20
#define HEADING_WIDTH	10

/**
 * struct page - text that is longer than the screen
 * @area: where it is seen
 * @top: first line that is seen
 * @line: the line that is written next
 */
struct page {
	struct area area;
	int top;
	int line;
};

/* The next line of a page: its subject, padded, and the text. */
static void say(struct page *page, enum style style, int width, const char *what, const char *text)
{
	int y = page->line++ - page->top;

	if (y < 0 || y >= page->area.h)
		return;
	put(page->area.y + y, page->area.x, page->area.w, style, what);
	put(page->area.y + y, page->area.x + width, page->area.w - width, STYLE_NORMAL, text);
}

static void say_keys(struct page *page)
{
	unsigned int i;

	say(page, STYLE_TITLE, 0, "Keys", "");
	for (i = 0; i < nr_key_bindings; i++)
		if (key_bindings[i].doc)
			say(page, STYLE_KEY, KEYS_WIDTH, key_bindings[i].keys, key_bindings[i].doc);
}

static void say_columns(struct page *page, enum table_id id)
{
	const struct table *table = &tables[id];
	unsigned int i;
	char title[64];

	say(page, STYLE_NORMAL, 0, "", "");
	snprintf(title, sizeof(title), "Columns of %s", table->name);
	say(page, STYLE_TITLE, 0, title, "");
	for (i = 0; i < table->nr_columns; i++)
		say(page, STYLE_KEY, HEADING_WIDTH, table->columns[i].heading,
		    table->columns[i].doc);
}

static void say_lost(struct page *page, const struct model_lost *lost)
{
	const struct {
		__u64 n;
		const char *doc;
	} parts[] = {
		{ lost->no_vp_slot, "exits not counted: more VPs than there is room for" },
		{ lost->no_hist, "times in no histogram: all histograms are in use" },
		{ lost->bad_reason, "exits counted as OTHER: mshvtop does not know their reason" },
		{ lost->overwritten, "exits not seen: their VP was gone before they were read" },
		{ lost->missed, "events not counted: they came while another one was" },
	};
	char count[NUM_SIZE];
	unsigned int i;

	say(page, STYLE_NORMAL, 0, "", "");
	say(page, STYLE_TITLE, 0, "Lost, since mshvtop was started", "");
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		num_count(count, parts[i].n);
		say(page, parts[i].n ? STYLE_ALARM : STYLE_KEY, HEADING_WIDTH, count, parts[i].doc);
	}
}

static void say_times(struct page *page)
{
	static const char * const lines[] = {
		"An exit's latency is the time from leaving the guest to entering it again: in",
		"hypervisor, driver (hv) and VMM, but not halted. Shares of time are those of",
		"the exit cycles that ended in the interval. self is the CPU time of mshvtop",
		"and its BPF programs, in % of one CPU; the kernel counts the latter only while",
		"kernel.bpf_stats_enabled is set.",
	};
	unsigned int i;

	say(page, STYLE_NORMAL, 0, "", "");
	say(page, STYLE_TITLE, 0, "Times", "");
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		say(page, STYLE_NORMAL, 0, "", lines[i]);
}

/**
 * help_draw() - draw the help
 * @shown: what the screens are drawn from
 * @table: whose columns come first
 * @top: first line that is seen
 * @area: where
 *
 * Return: how many lines the help has.
 */
int help_draw(const struct shown *shown, enum table_id table, int top, struct area area)
{
	struct page page = { .area = area, .top = top };
	unsigned int i;

	say_keys(&page);
	say_columns(&page, table);
	say_times(&page);
	say_lost(&page, &shown->model->lost);
	for (i = 0; i < NR_TABLES; i++)
		if (i != table)
			say_columns(&page, i);
	return page.line;
}

/**
 * menu_draw() - draw the menu of columns
 * @view: whose columns
 * @hidden: those that are not shown, to choose columns; NULL to sort by one
 * @selected: index of the selected column
 * @area: where
 */
void menu_draw(const struct table_view *view, const unsigned int *hidden, unsigned int selected,
	       struct area area)
{
	const struct table *t = &tables[view->table];
	unsigned int i, top = 0;
	int page = area.h - 1, x;

	if (page > 0 && (int)selected >= page)
		top = selected - page + 1;
	for (i = 1; (int)i < area.h; i++)
		fill(area.y + i, area.x, area.w, STYLE_NORMAL, L' ');
	fill(area.y, area.x, area.w, STYLE_HEADING, L' ');
	put(area.y, area.x + 1, area.w - 1, STYLE_HEADING,
	    hidden ? "COLUMNS   [-] chosen, but there is no room" : "SORT BY");
	for (i = top; i < t->nr_columns && (int)(i - top) < page; i++) {
		int y = area.y + 1 + i - top;

		x = area.x + 1;
		if (hidden)
			x += put(y, x, area.w - x, STYLE_MARK,
				 *hidden & (1U << i) ? "[ ] " : view->widths[i] ? "[x] " : "[-] ");
		put(y, x, area.w - x, STYLE_KEY, t->columns[i].heading);
		put(y, x + HEADING_WIDTH, area.w - x - HEADING_WIDTH, STYLE_NORMAL,
		    t->columns[i].doc);
		if (i != selected)
			continue;
		put(y, area.x, 1, STYLE_NORMAL, ">");
		restyle(y, area.x, area.w, STYLE_SELECTED);
	}
}
