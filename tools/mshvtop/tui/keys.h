/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each key does, and where. The one table of keys: input, the bottom line and the help come
 * from it.
 */
#ifndef MSHVTOP_TUI_KEYS_H
#define MSHVTOP_TUI_KEYS_H

enum action {
	ACTION_NONE,
	ACTION_HOST,
	ACTION_PARTITIONS,
	ACTION_EXITS,
	ACTION_HVCALLS,
	ACTION_INTERRUPTS,
	ACTION_MEMORY,
	ACTION_SLOW_EVENTS,
	ACTION_COUNTERS,
	ACTION_COST,
	ACTION_CAPS,
	ACTION_NEXT_SCREEN,
	ACTION_PREVIOUS_SCREEN,
	ACTION_ENTER,
	ACTION_VPS,
	ACTION_PARTITION_CAPS,
	ACTION_BACK,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_SORT_LEFT,
	ACTION_SORT_RIGHT,
	ACTION_SORT_MENU,
	ACTION_INVERT,
	ACTION_FILTER,
	ACTION_SEARCH,
	ACTION_SEARCH_NEXT,
	ACTION_SEARCH_PREVIOUS,
	ACTION_COLUMNS,
	ACTION_CUMULATIVE,
	ACTION_MAP,
	ACTION_LIVE_STEP,
	ACTION_PAUSE,
	ACTION_SLOWER,
	ACTION_FASTER,
	ACTION_RESET,
	ACTION_STEP_BACK,
	ACTION_STEP_ON,
	ACTION_JUMP_BACK,
	ACTION_JUMP_ON,
	ACTION_PANE,
	ACTION_REDRAW,
	ACTION_HELP,
	ACTION_QUIT,
};

/* Where a key means something: at the table of a screen, or in a window over it. */
#define AT_PARTITIONS	(1U << 0)
#define AT_VPS		(1U << 1)
#define AT_EXITS	(1U << 2)
#define AT_HVCALLS	(1U << 3)
#define AT_DETAIL	(1U << 4)
#define AT_HELP		(1U << 5)
#define AT_MENU		(1U << 6)
#define AT_RETURN	(1U << 7)	/* with another one: only on a screen opened from another */
#define AT_REPLAY	(1U << 8)	/* with another one: only in a recording */
#define AT_COLUMNS	(1U << 9)
#define AT_LIVE		(1U << 10)	/* with another one: only live */
#define AT_EXTRA	(1U << 11)	/* a table whose rows open no screen */
#define AT_TABLE	(AT_PARTITIONS | AT_VPS | AT_EXITS | AT_HVCALLS | AT_EXTRA)
#define AT_SCREEN	(AT_TABLE | AT_DETAIL)
#define AT_ANY		(AT_SCREEN | AT_HELP | AT_MENU | AT_COLUMNS)

#define KEY_CODES	6

/**
 * struct key_binding - some keys and what they do
 * @action: what
 * @at: where
 * @codes: the keys, as getch() gives them; 0 after the last
 * @keys: their names, as in the help
 * @key: the name in the bottom line; NULL if it is not there
 * @label: what the bottom line says
 * @rank: in the bottom line, 0 is always shown; of the others the highest are left out first
 * @doc: what the help says; NULL if another line says it already
 */
struct key_binding {
	enum action action;
	unsigned int at;
	int codes[KEY_CODES];
	const char *keys;
	const char *key;
	const char *label;
	unsigned int rank;
	const char *doc;
};

extern const struct key_binding key_bindings[];
extern const unsigned int nr_key_bindings;

enum action key_action(int code, unsigned int at);
void keys_draw(int y, int x, int width, unsigned int at);

#endif /* MSHVTOP_TUI_KEYS_H */
