// SPDX-License-Identifier: GPL-2.0
/*
 * Text that is cleaned is UTF-8 and has neither control characters nor those that change the order
 * or the look of what is around them. What is not allowed is written as \xHH, byte by byte, so that
 * nothing vanishes. A character that was cut in its middle at the end is left out: the kernel cuts
 * names of processes so.
 */
#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "text.h"

/* Return: bytes of the character that begins here, 0 if none does; -1 if it is cut at the end */
static int take(const unsigned char *in, size_t length, unsigned int *character)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int nr = in[0] < 0x80 ? 1 : in[0] >= 0xc2 && in[0] < 0xe0 ? 2 :
		 in[0] >= 0xe0 && in[0] < 0xf0 ? 3 : in[0] >= 0xf0 && in[0] < 0xf5 ? 4 : 0;
	int i;

	if (nr < 2) {
		*character = in[0];
		return nr;
	}
	*character = in[0] & (0x7f >> nr);
	for (i = 1; i < nr; i++) {
		if ((size_t)i == length)
			return -1;
		if ((in[i] & 0xc0) != 0x80)
			return 0;
		*character = *character << 6 | (in[i] & 0x3f);
	}
	if (*character < least[nr] || *character > 0x10ffff ||
	    (*character >= 0xd800 && *character < 0xe000))
		return 0;
	return nr;
}

/* Characters that are shown as themselves, and change nothing beside them */
static bool is_allowed(unsigned int c)
{
	static const struct {
		unsigned int first;
		unsigned int last;
	} not[] = {
		{ 0, 0x1f }, { 0x7f, 0x9f },		/* control */
		{ 0xad, 0xad }, { 0x61c, 0x61c },	/* soft hyphen, Arabic letter mark */
		{ 0x180e, 0x180e },			/* Mongolian vowel separator */
		{ 0x200b, 0x200f },			/* no width, direction */
		{ 0x2028, 0x202e },			/* line, paragraph, direction */
		{ 0x2060, 0x206f },			/* joiners, direction */
		{ 0xfe00, 0xfe0f },			/* variants */
		{ 0xfeff, 0xfeff }, { 0xfff0, 0xfffb },	/* byte order, annotations */
		{ 0xfffe, 0xffff },			/* no characters */
		{ 0xe0000, 0xe0fff },			/* tags, variants */
	};
	unsigned int i;

	for (i = 0; i < sizeof(not) / sizeof(not[0]); i++)
		if (c >= not[i].first && c <= not[i].last)
			return false;
	return (c & 0xfffe) != 0xfffe;
}

/**
 * text_clean() - make text from outside fit to be shown
 * @out: the result; never ends within a character
 * @size: of @out; with TEXT_ROOM() nothing is cut
 * @in: the text; its end is a zero byte or @length
 * @length: bytes of @in
 *
 * Text that is clean already stays as it is.
 *
 * Return: bytes of @out.
 */
size_t text_clean(char *out, size_t size, const char *in, size_t length)
{
	const unsigned char *at = (const unsigned char *)in;
	size_t used = 0;
	unsigned int c;
	int nr;

	length = strnlen(in, length);
	while (length) {
		nr = take(at, length, &c);
		if (nr < 0)
			break;
		if (nr && is_allowed(c)) {
			if (used + nr >= size)
				break;
			memcpy(&out[used], at, nr);
			used += nr;
		} else {
			nr = nr ? nr : 1;
			if (used + 4 * nr >= size)
				break;
			for (int i = 0; i < nr; i++, used += 4)
				snprintf(&out[used], 5, "\\x%02x", at[i]);
		}
		at += nr;
		length -= nr;
	}
	out[used] = '\0';
	return used;
}

/**
 * text_is_clean() - whether text_clean() would leave a text as it is
 * @text: the text
 */
bool text_is_clean(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t length = strlen(text);
	unsigned int c;
	int nr;

	for (; length; at += nr, length -= nr) {
		nr = take(at, length, &c);
		if (nr <= 0 || !is_allowed(c))
			return false;
	}
	return true;
}

static bool locale_is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* Columns that a character takes on the terminal; those that it cannot show are shown as one '?'. */
static unsigned int columns_of(unsigned int character, bool utf8)
{
	int width;

	if (character < 0x80 || !utf8)
		return 1;
	width = wcwidth(character);
	return width < 0 ? 1 : width;
}

/**
 * text_columns() - how many columns a text takes on the terminal
 * @text: clean
 */
unsigned int text_columns(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t length = strlen(text);
	bool utf8 = locale_is_utf8();
	unsigned int c, columns = 0;
	int nr;

	for (; length; at += nr, length -= nr) {
		nr = take(at, length, &c);
		if (nr <= 0)
			break;
		columns += columns_of(c, utf8);
	}
	return columns;
}

/**
 * text_fit() - a text as it is shown in a table
 * @out: the result; in a locale that is not of UTF-8, other characters than ASCII's are '?'
 * @size: of @out
 * @in: the text; clean
 * @columns: what there is room for on the terminal
 * @pad: fill up with spaces
 */
void text_fit(char *out, size_t size, const char *in, unsigned int columns, bool pad)
{
	const unsigned char *at = (const unsigned char *)in;
	size_t length = strlen(in), used = 0;
	bool utf8 = locale_is_utf8();
	unsigned int c, wide;
	int nr;

	for (; length; at += nr, length -= nr) {
		nr = take(at, length, &c);
		if (nr <= 0)
			break;
		wide = columns_of(c, utf8);
		if (wide > columns || used + nr >= size)
			break;
		columns -= wide;
		if (c >= 0x80 && (!utf8 || wcwidth(c) < 0)) {
			out[used++] = '?';
			continue;
		}
		memcpy(&out[used], at, nr);
		used += nr;
	}
	for (; pad && columns && used + 1 < size; columns--)
		out[used++] = ' ';
	out[used] = '\0';
}
