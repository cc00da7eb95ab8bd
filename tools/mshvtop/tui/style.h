/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How things look: styles with colours or without, the characters that bars are made of, and text
 * put into a field of the screen. Everything that is drawn goes through here.
 */
#ifndef MSHVTOP_TUI_STYLE_H
#define MSHVTOP_TUI_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

enum style {
	STYLE_NORMAL,
	STYLE_TITLE,
	STYLE_FAINT,	/* units, legends, partitions and VPs that are gone */
	STYLE_HEADING,
	STYLE_SORTED,	/* heading of the column that the table is sorted by */
	STYLE_SELECTED,
	STYLE_KEY,
	STYLE_ALARM,
	STYLE_STATE,	/* PAUSED and its like */
	STYLE_BAR,
	STYLE_PAST,	/* bars of earlier intervals */
	STYLE_MARK,	/* percentiles beside a histogram */
	STYLE_GUEST,	/* the four times, in the order of enum model_time */
	STYLE_KERNEL,
	STYLE_VMM,
	STYLE_HALTED,
	NR_STYLES
};

/* A part of the screen, in lines and columns. */
struct area {
	int y;
	int x;
	int h;
	int w;
};

void style_init(bool color);
wchar_t style_arrow(bool up);
wchar_t style_rule(void);
wchar_t style_time(unsigned int part);
unsigned int style_bar_steps(void);
wchar_t style_bar(unsigned int step);
wchar_t style_level(unsigned int level);
wchar_t style_shade(unsigned int step);

/* Steps of style_shade(), without the empty one */
#define STYLE_SHADES	4

int put(int y, int x, int width, enum style style, const char *text);
int putf(int y, int x, int width, enum style style, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void put_centered(struct area area, enum style style, const char *text);
void fill(int y, int x, int width, enum style style, wchar_t character);
void restyle(int y, int x, int width, enum style style);
int text_width(const char *text);

/*
 * The terminal (term.c): taken over and given back as it was, on every way out that a process can
 * act on.
 */
bool term_open(bool color, bool mouse);
int term_signal_fd(void);
bool term_take_signals(void);
void term_redraw(void);
void term_last_error(char *text, size_t size);
void term_close(void);

#endif /* MSHVTOP_TUI_STYLE_H */
