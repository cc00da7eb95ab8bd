// SPDX-License-Identifier: GPL-2.0
/* No text from outside moves the cursor, forges a line or ends a string before its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <locale.h>

#include "json_clean.h"
#include "recording/buf.h"
#include "text.h"

static void is_cleaned_to(const char *in, size_t length, const char *expected)
{
	char out[256];

	assert_int_equal(text_clean(out, sizeof(out), in, length), strlen(expected));
	assert_string_equal(out, expected);
	assert_true(text_is_clean(out));
}

static void names_of_all_alphabets_stay(void **state)
{
	static const char * const names[] = {
		"", "qemu-system-x86", "машина", "仮想マシン", "Größe \\ 100 %", "🐧", "עברית",
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		is_cleaned_to(names[i], strlen(names[i]), names[i]);
		assert_true(text_is_clean(names[i]));
	}
}

static void control_characters_are_written_out(void **state)
{
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{ "\x1b[31mRED", "\\x1b[31mRED" }, { "a\nb", "a\\x0ab" }, { "\r", "\\x0d" },
		{ "\x7f", "\\x7f" }, { "\xc2\x9b" "2J", "\\xc2\\x9b2J" },
		{ "\xe2\x80\xae" "abc", "\\xe2\\x80\\xaeabc" },	/* from right to left */
		{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" },			/* another line */
		{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },
		{ "\xff\xfe", "\\xff\\xfe" }, { "\xc0\xaf", "\\xc0\\xaf" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },			/* half a pair of UTF-16 */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },	/* above all characters */
		{ "\xe0\x80\x80", "\\xe0\\x80\\x80" }, { "a\x80z", "a\\x80z" },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_cleaned_to(cases[i].in, strlen(cases[i].in), cases[i].out);
}

/* The kernel cuts names at 15 bytes. */
static void a_character_cut_at_the_end_is_left_out(void **state)
{
	(void)state;
	is_cleaned_to("машинах", 13, "машина");
	is_cleaned_to("a\xf0\x9f\x90", 4, "a");
	is_cleaned_to("ab\0cd", 5, "ab");
}

static void nothing_is_cut_within_a_character(void **state)
{
	char out[8];
	size_t size;

	(void)state;
	for (size = 1; size <= sizeof(out); size++) {
		memset(out, 'x', sizeof(out));
		assert_true(text_clean(out, size, "я\x01я", 5) < size);
		assert_true(strlen(out) < size && text_is_clean(out));
		assert_true(!strchr(out, '\\') || strstr(out, "\\x01"));
	}
}

/* Whatever bytes there are: what comes out is clean, has room, and stays as it is. */
static void all_bytes_become_clean(void **state)
{
	char in[15], out[TEXT_ROOM(sizeof(in))], again[sizeof(out)];
	unsigned int i, j;

	(void)state;
	srand(1);
	for (i = 0; i < 200000; i++) {
		for (j = 0; j < sizeof(in); j++)
			in[j] = i % 2 ? rand() : "\xe2\x80\xae\x1b\xd0\xb0q\xf0\x9f\n"[rand() % 10];
		text_clean(out, sizeof(out), in, sizeof(in));
		assert_true(text_is_clean(out));
		text_clean(again, sizeof(again), out, strlen(out));
		assert_string_equal(out, again);
		for (j = 0; out[j]; j++)
			assert_false((out[j] >= 0 && out[j] < ' ') || out[j] == 0x7f);
	}
}

static void tables_go_by_columns(void **state)
{
	char out[64];

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	text_fit(out, sizeof(out), "машина", 8, true);
	assert_string_equal(out, "машина  ");
	text_fit(out, sizeof(out), "仮想マシン", 5, true);
	assert_string_equal(out, "仮想 ");
	assert_int_equal(text_columns("仮想マ"), 6);
	setlocale(LC_CTYPE, "C");
	text_fit(out, sizeof(out), "aя", 4, true);
	assert_string_equal(out, "a?  ");
}

static void texts_of_recordings_are_cleaned(void **state)
{
	struct buf b = { 0 };
	struct cursor c;
	char text[32];

	(void)state;
	buf_text(&b, "\x1b]0;owned\x07");
	buf_number(&b, 7);
	c = (struct cursor){ .at = b.data, .end = b.data + b.size };
	cursor_text(&c, text, sizeof(text));
	assert_string_equal(text, "\\x1b]0;owned\\x07");
	assert_int_equal(cursor_number(&c), 7);
	buf_free(&b);
}

static void texts_of_json_are_cleaned(void **state)
{
	json_t *o = json_loads("{\"a\": [\"\\u001b[2J\", {\"b\": \"\\u202ex\"}], \"c\": \"d\"}", 0,
			       NULL);
	char *text;

	(void)state;
	assert_true(json_clean(o));
	text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text, "{\"a\":[\"\\\\x1b[2J\",{\"b\":\"\\\\xe2\\\\x80\\\\xaex\"}],\"c\":\"d\"}");
	free(text);
	json_decref(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_all_alphabets_stay),
		cmocka_unit_test(control_characters_are_written_out),
		cmocka_unit_test(a_character_cut_at_the_end_is_left_out),
		cmocka_unit_test(nothing_is_cut_within_a_character),
		cmocka_unit_test(all_bytes_become_clean),
		cmocka_unit_test(tables_go_by_columns),
		cmocka_unit_test(texts_of_recordings_are_cleaned),
		cmocka_unit_test(texts_of_json_are_cleaned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
