// SPDX-License-Identifier: GPL-2.0
/*
 * Colours, attributes and characters. Every style is told from its neighbours without colour too:
 * by bold, reverse or its character. A process's name may hold any bytes, so text is checked here.
 */
#include <curses.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tui/style.h"

struct look {
	attr_t mono;
	attr_t color;
	short foreground;
	short background;
};

static const struct look looks[NR_STYLES] = {
	[STYLE_NORMAL]	 = { A_NORMAL, A_NORMAL, -1, -1 },
	[STYLE_TITLE]	 = { A_BOLD, A_BOLD, -1, -1 },
	[STYLE_FAINT]	 = { A_DIM, A_NORMAL, COLOR_CYAN, -1 },
	[STYLE_HEADING]	 = { A_REVERSE, A_NORMAL, COLOR_BLACK, COLOR_GREEN },
	[STYLE_SORTED]	 = { A_REVERSE | A_BOLD, A_NORMAL, COLOR_BLACK, COLOR_CYAN },
	[STYLE_SELECTED] = { A_REVERSE, A_NORMAL, COLOR_BLACK, COLOR_CYAN },
	[STYLE_KEY]	 = { A_BOLD, A_BOLD, COLOR_CYAN, -1 },
	[STYLE_ALARM]	 = { A_REVERSE | A_BOLD, A_BOLD, COLOR_WHITE, COLOR_RED },
	[STYLE_STATE]	 = { A_REVERSE, A_NORMAL, COLOR_BLACK, COLOR_YELLOW },
	[STYLE_BAR]	 = { A_NORMAL, A_NORMAL, COLOR_GREEN, -1 },
	[STYLE_PAST]	 = { A_DIM, A_NORMAL, COLOR_CYAN, -1 },
	[STYLE_MARK]	 = { A_BOLD, A_BOLD, COLOR_YELLOW, -1 },
	[STYLE_GUEST]	 = { A_NORMAL, A_NORMAL, COLOR_GREEN, -1 },
	[STYLE_KERNEL]	 = { A_NORMAL, A_BOLD, COLOR_BLUE, -1 },
	[STYLE_VMM]	 = { A_NORMAL, A_NORMAL, COLOR_YELLOW, -1 },
	[STYLE_HALTED]	 = { A_DIM, A_NORMAL, COLOR_CYAN, -1 },
};

static attr_t attributes[NR_STYLES];
static short pairs[NR_STYLES];

enum charset {
	CHARSET_ASCII,
	CHARSET_CONSOLE,	/* the kernel's console has halves, but no eighths */
	CHARSET_UNICODE,
};

static enum charset charset;

static const wchar_t eighths[] = L" \u258f\u258e\u258d\u258c\u258b\u258a\u2589\u2588";
static const wchar_t halves[] = L" \u258c\u2588";

/**
 * style_init() - choose styles and characters for this terminal and locale; after initscr()
 * @color: use colours where the terminal has them
 */
void style_init(bool color)
{
	const char *term = getenv("TERM");
	short background = -1;
	int i;

	charset = CHARSET_ASCII;
	if (!strcmp(nl_langinfo(CODESET), "UTF-8"))
		charset = term && !strcmp(term, "linux") ? CHARSET_CONSOLE : CHARSET_UNICODE;
	color = color && has_colors() && start_color() == OK && COLORS >= 8;
	if (color && use_default_colors() != OK)
		background = COLOR_BLACK;
	for (i = 0; i < NR_STYLES; i++) {
		const struct look *look = &looks[i];
		short back = look->background < 0 ? background : look->background;
		short fore = look->foreground;

		attributes[i] = color ? look->color : look->mono;
		pairs[i] = 0;
		if (!color || (fore < 0 && back < 0))
			continue;
		if (fore < 0)
			fore = COLOR_WHITE;
		if (init_pair(i + 1, fore, back) == OK)
			pairs[i] = i + 1;
	}
}

/**
 * style_arrow() - mark of the column that a table is sorted by
 * @up: values grow downwards
 */
wchar_t style_arrow(bool up)
{
	if (charset == CHARSET_ASCII)
		return up ? L'^' : L'v';
	return up ? L'\u25b2' : L'\u25bc';
}

/** style_rule() - a piece of a horizontal line */
wchar_t style_rule(void)
{
	return charset == CHARSET_ASCII ? L'-' : L'\u2500';
}

/**
 * style_time() - character for one of the four times
 * @part: enum model_time
 */
wchar_t style_time(unsigned int part)
{
	return (charset == CHARSET_ASCII ? L"#=+." : L"\u2588\u2593\u2592\u2591")[part];
}

/** style_bar_steps() - how many steps a bar can grow within one character */
unsigned int style_bar_steps(void)
{
	if (charset == CHARSET_ASCII)
		return 1;
	return charset == CHARSET_CONSOLE ? 2 : 8;
}

/**
 * style_bar() - a piece of a bar
 * @step: how much of the character is filled, up to style_bar_steps()
 */
wchar_t style_bar(unsigned int step)
{
	if (charset == CHARSET_ASCII)
		return step ? L'#' : L' ';
	return charset == CHARSET_CONSOLE ? halves[step] : eighths[step];
}

/**
 * style_level() - one interval of a trend
 * @level: its height, 0 to TREND_LEVELS of columns.h
 */
wchar_t style_level(unsigned int level)
{
	static const wchar_t lines[] = L" \u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
	static const wchar_t console[] = L" __\u2584\u2584\u2584\u2588\u2588\u2588";
	static const wchar_t ascii[] = L" .:-=+*#@";

	if (charset == CHARSET_ASCII)
		return ascii[level];
	return charset == CHARSET_CONSOLE ? console[level] : lines[level];
}

/**
 * style_shade() - a field of a map
 * @step: how dark, 0 to STYLE_SHADES
 */
wchar_t style_shade(unsigned int step)
{
	return (charset == CHARSET_ASCII ? L" .:+#" : L" \u00b7\u2591\u2592\u2588")[step];
}

static void set_style(enum style style)
{
	attr_set(attributes[style], pairs[style], NULL);
}

/* The next character of a text, '?' for what cannot be shown; 0 at the end. */
static wchar_t next_character(const char **text, mbstate_t *state)
{
	wchar_t c;
	size_t n = mbrtowc(&c, *text, MB_CUR_MAX, state);

	if (n == (size_t)-1 || n == (size_t)-2) {
		memset(state, 0, sizeof(*state));
		c = L'?';
		n = 1;
	}
	*text += n;
	/*
	 * A combining or control character takes no column, and would shift all characters after
	 * it.
	 */
	return c && wcwidth(c) < 1 ? L'?' : c;
}

/**
 * put() - write text into a field
 * @y: line
 * @x: column
 * @width: columns of the field; text that does not fit is cut
 * @style: how
 * @text: in the locale's encoding
 *
 * Return: columns written.
 */
int put(int y, int x, int width, enum style style, const char *text)
{
	mbstate_t state = { 0 };
	int used = 0;
	wchar_t c;

	set_style(style);
	if (width <= 0 || move(y, x) == ERR)
		return 0;
	while ((c = next_character(&text, &state)) && used + wcwidth(c) <= width) {
		addnwstr(&c, 1);
		used += wcwidth(c);
	}
	return used;
}

/**
 * putf() - write formatted text into a field
 * @y: line
 * @x: column
 * @width: columns of the field
 * @style: how
 * @format: as printf()
 *
 * Return: columns written.
 */
int putf(int y, int x, int width, enum style style, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return put(y, x, width, style, text);
}

/**
 * put_centered() - write a line of text into the middle of an area
 * @area: where
 * @style: how
 * @text: what
 */
void put_centered(struct area area, enum style style, const char *text)
{
	int width = text_width(text);
	int x = width < area.w ? (area.w - width) / 2 : 0;

	if (area.h > 0)
		put(area.y + (area.h - 1) / 2, area.x + x, area.w - x, style, text);
}

/**
 * fill() - write a character many times
 * @y: line
 * @x: column
 * @width: how often
 * @style: how
 * @character: one column wide
 */
void fill(int y, int x, int width, enum style style, wchar_t character)
{
	set_style(style);
	if (width <= 0 || move(y, x) == ERR)
		return;
	while (width-- > 0)
		addnwstr(&character, 1);
}

/**
 * restyle() - change how a part of a line looks
 * @y: line
 * @x: column
 * @width: columns
 * @style: how
 */
void restyle(int y, int x, int width, enum style style)
{
	if (width > 0)
		mvchgat(y, x, width, attributes[style], pairs[style], NULL);
}

/**
 * text_width() - columns that put() needs for a text
 * @text: in the locale's encoding
 */
int text_width(const char *text)
{
	mbstate_t state = { 0 };
	int width = 0;
	wchar_t c;

	while ((c = next_character(&text, &state)))
		width += wcwidth(c);
	return width;
}
