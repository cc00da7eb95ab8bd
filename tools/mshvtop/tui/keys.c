// SPDX-License-Identifier: GPL-2.0
/*
 * The table of keys. To add a key, add a line here; act.c does what its action says.
 */
#include <curses.h>
#include <stddef.h>
#include "tui/keys.h"
#include "tui/style.h"

#define CTRL(c)		((c) & 0x1f)
#define KEY_ESC		0x1b
#define KEY_RETURN	'\r'
#define KEY_NEWLINE	'\n'
#define KEY_DELETE	0x7f

/* The highest rank of a key in the bottom line. */
#define MAX_RANK	4

#define ENTER_KEYS	{ KEY_RETURN, KEY_NEWLINE, KEY_ENTER, KEY_RIGHT }
#define BACK_KEYS	{ KEY_ESC, KEY_BACKSPACE, KEY_DELETE, CTRL('h'), KEY_LEFT }

/*
 * The bottom line and the help show keys in this order. Where two lines have the same key, the
 * first line whose place (AT_*) fits acts.
 */
const struct key_binding key_bindings[] = {
	{ ACTION_HELP, AT_SCREEN, { KEY_F(1), '?', 'h' }, "F1 ? h", "F1", "Help", 0,
	  "this help" },
	{ ACTION_HOST, AT_SCREEN, { '0' }, "0", NULL, NULL, 0,
	  "screen 0: the host at a glance" },
	{ ACTION_PARTITIONS, AT_SCREEN, { '1' }, "1", NULL, NULL, 0,
	  "screen 1: partitions with their VMMs" },
	{ ACTION_EXITS, AT_SCREEN, { '2' }, "2", NULL, NULL, 0,
	  "screen 2: exits by reason, of the whole host" },
	{ ACTION_HVCALLS, AT_SCREEN, { '3' }, "3", NULL, NULL, 0,
	  "screen 3: hypercalls by code" },
	{ ACTION_INTERRUPTS, AT_SCREEN, { '4' }, "4", NULL, NULL, 0,
	  "screen 4: interrupts and eventfds" },
	{ ACTION_MEMORY, AT_SCREEN, { '5' }, "5", NULL, NULL, 0,
	  "screen 5: memory that is mapped, touched and deposited" },
	{ ACTION_SLOW_EVENTS, AT_SCREEN, { '6' }, "6", NULL, NULL, 0,
	  "screen 6: exits and hypercalls that took long" },
	{ ACTION_COUNTERS, AT_SCREEN, { '7' }, "7", NULL, NULL, 0,
	  "screen 7: the hypervisor's own counters" },
	{ ACTION_COST, AT_SCREEN, { '8' }, "8", NULL, NULL, 0,
	  "screen 8: what mshvtop itself costs" },
	{ ACTION_CAPS, AT_SCREEN, { '9' }, "9", NULL, NULL, 0,
	  "screen 9: capabilities, and who uses or was refused them" },
	{ ACTION_NEXT_SCREEN, AT_SCREEN, { '\t' }, "Tab", "Tab", "Next", 1,
	  "next screen" },
	{ ACTION_PREVIOUS_SCREEN, AT_SCREEN, { KEY_BTAB }, "Shift-Tab", NULL, NULL, 0,
	  "screen before" },
	{ ACTION_STEP_BACK, AT_REPLAY, { KEY_LEFT, 'T' }, "Left T", "Left", "Step back", 0,
	  "in a replay: pause, and an interval back" },
	{ ACTION_STEP_ON, AT_REPLAY, { KEY_RIGHT, 't' }, "Right t", "Right", "Step on", 0,
	  "in a replay: pause, and an interval on" },
	{ ACTION_JUMP_BACK, AT_REPLAY, { '[' }, "[", NULL, NULL, 0,
	  "in a replay: ten intervals back" },
	{ ACTION_JUMP_ON, AT_REPLAY, { ']' }, "]", NULL, NULL, 0,
	  "in a replay: ten intervals on" },
	{ ACTION_ENTER, AT_PARTITIONS, ENTER_KEYS, "Enter Right", "Enter", "Exits", 0,
	  "at a partition or VP: its exits by reason" },
	{ ACTION_ENTER, AT_VPS, ENTER_KEYS, "Enter", "Enter", "Exits", 0, NULL },
	{ ACTION_ENTER, AT_EXITS | AT_HVCALLS, ENTER_KEYS, "Enter Right", "Enter", "Detail", 0,
	  "at a reason or hypercall: its histogram, large" },
	{ ACTION_VPS, AT_PARTITIONS, { 'v' }, "v", "v", "VPs", 2,
	  "VPs of the partition" },
	{ ACTION_PARTITION_CAPS, AT_PARTITIONS, { 'c' }, "c", "c", "Caps", 3,
	  "capabilities of the partition" },
	{ ACTION_BACK, AT_RETURN, BACK_KEYS, "Esc Backspace Left", "Esc", "Back", 0,
	  "end the filter, or back from where Enter or v led to" },
	{ ACTION_BACK, AT_HELP | AT_MENU | AT_COLUMNS,
	  { KEY_ESC, KEY_BACKSPACE, KEY_DELETE, 'q', KEY_F(10), KEY_F(1) },
	  "Esc", "Esc", "Close", 0, NULL },
	{ ACTION_ENTER, AT_MENU, ENTER_KEYS, "Enter", "Enter", "Sort", 0, NULL },
	{ ACTION_ENTER, AT_COLUMNS, { KEY_RETURN, KEY_NEWLINE, KEY_ENTER, ' ' }, "Space", "Space",
	  "Show or hide", 0, NULL },
	{ ACTION_UP, AT_ANY, { KEY_UP, 'k', CTRL('p') }, "Up k", NULL, NULL, 0,
	  "select the row above" },
	{ ACTION_DOWN, AT_ANY, { KEY_DOWN, 'j', CTRL('n') }, "Down j", NULL, NULL, 0,
	  "select the row below" },
	{ ACTION_PAGE_UP, AT_ANY, { KEY_PPAGE, CTRL('b') }, "PgUp", NULL, NULL, 0,
	  "a page up" },
	{ ACTION_PAGE_DOWN, AT_ANY, { KEY_NPAGE, CTRL('f') }, "PgDn", NULL, NULL, 0,
	  "a page down" },
	{ ACTION_FIRST, AT_ANY, { KEY_HOME, 'g' }, "Home g", NULL, NULL, 0,
	  "first row" },
	{ ACTION_LAST, AT_ANY, { KEY_END, 'G' }, "End G", NULL, NULL, 0,
	  "last row" },
	{ ACTION_SORT_MENU, AT_TABLE, { KEY_F(6), 's' }, "F6 s", "F6", "Sort", 0,
	  "choose the column to sort by" },
	{ ACTION_SORT_LEFT, AT_TABLE, { '<', ',' }, "<", NULL, NULL, 0,
	  "sort by the column to the left" },
	{ ACTION_SORT_RIGHT, AT_TABLE, { '>', '.' }, ">", NULL, NULL, 0,
	  "sort by the column to the right" },
	{ ACTION_INVERT, AT_TABLE, { 'I' }, "I", "I", "Invert", 4,
	  "invert the order" },
	{ ACTION_FILTER, AT_TABLE, { KEY_F(4), '/', 'f', '\\' }, "F4 / f", "F4", "Filter", 3,
	  "only rows that have a text; COLUMN=TEXT: in that column" },
	{ ACTION_SEARCH, AT_TABLE, { KEY_F(3) }, "F3", "F3", "Search", 4,
	  "look for the next row that has a text, or COLUMN=TEXT" },
	{ ACTION_SEARCH_NEXT, AT_TABLE, { 'n' }, "n", NULL, NULL, 0,
	  "the next row that has it" },
	{ ACTION_SEARCH_PREVIOUS, AT_TABLE, { 'N' }, "N", NULL, NULL, 0,
	  "the row before that has it" },
	{ ACTION_COLUMNS, AT_TABLE, { KEY_F(2), 'C' }, "F2 C", NULL, NULL, 0,
	  "choose the columns that are shown" },
	{ ACTION_CUMULATIVE, AT_SCREEN, { 'A' }, "A", NULL, NULL, 0,
	  "all since the start (or r), or the last interval alone" },
	{ ACTION_MAP, AT_SCREEN & ~AT_EXTRA, { 'm' }, "m", "m", "Map", 3,
	  "the latency below as a map over time, or as a histogram" },
	{ ACTION_PAUSE, AT_SCREEN, { ' ', 'Z' }, "Space Z", "Space", "Pause", 1,
	  "freeze the screen; counting goes on in the kernel" },
	{ ACTION_LIVE_STEP, AT_LIVE, { 't' }, "t", NULL, NULL, 0,
	  "end the interval now, and freeze the screen" },
	{ ACTION_FASTER, AT_SCREEN, { '-' }, "-", NULL, NULL, 0,
	  "shorter interval, down to 0.1 s" },
	{ ACTION_SLOWER, AT_SCREEN, { '+', '=' }, "+", NULL, NULL, 0,
	  "longer interval, up to 60 s" },
	{ ACTION_RESET, AT_SCREEN, { 'r' }, "r", NULL, NULL, 0,
	  "let the totals begin now" },
	{ ACTION_PANE, AT_TABLE, { 'p' }, "p", NULL, NULL, 0,
	  "show or hide what is beneath the table" },
	{ ACTION_REDRAW, AT_ANY, { CTRL('l') }, "Ctrl-L", NULL, NULL, 0,
	  "draw the screen anew" },
	{ ACTION_QUIT, AT_SCREEN, { 'q', KEY_F(10) }, "q F10 Ctrl-C", "q", "Quit", 0,
	  "quit" },
};

const unsigned int nr_key_bindings = sizeof(key_bindings) / sizeof(key_bindings[0]);

/**
 * key_action() - what a key does
 * @code: the key, as getch() gives it
 * @at: where: AT_*
 */
enum action key_action(int code, unsigned int at)
{
	unsigned int i, j;

	for (i = 0; i < nr_key_bindings; i++)
		for (j = 0; j < KEY_CODES && key_bindings[i].codes[j]; j++)
			if (key_bindings[i].codes[j] == code && key_bindings[i].at & at)
				return key_bindings[i].action;
	return ACTION_NONE;
}

static bool in_bottom_line(const struct key_binding *binding, unsigned int at, unsigned int rank)
{
	return binding->key && binding->at & at && binding->rank <= rank;
}

/* Columns of all keys up to a rank, with two between them. */
static int bottom_width(unsigned int at, unsigned int rank)
{
	unsigned int i;
	int width = 0;

	for (i = 0; i < nr_key_bindings; i++)
		if (in_bottom_line(&key_bindings[i], at, rank))
			width += text_width(key_bindings[i].key) + 1 +
				 text_width(key_bindings[i].label) + (width ? 2 : 0);
	return width;
}

/**
 * keys_draw() - draw the keys that matter, as many as there is room for
 * @y: line
 * @x: column to begin at
 * @width: columns of the line
 * @at: where: AT_*
 */
void keys_draw(int y, int x, int width, unsigned int at)
{
	unsigned int i, rank = MAX_RANK;

	x++;
	while (rank && bottom_width(at, rank) > width - x)
		rank--;
	for (i = 0; i < nr_key_bindings; i++) {
		const struct key_binding *binding = &key_bindings[i];

		if (!in_bottom_line(binding, at, rank))
			continue;
		x += put(y, x, width - x, STYLE_KEY, binding->key) + 1;
		x += put(y, x, width - x, STYLE_NORMAL, binding->label) + 2;
	}
}
