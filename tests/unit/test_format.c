// SPDX-License-Identifier: GPL-2.0
/* Numbers as they are shown and read, and the layout of tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "num.h"
#include "view/columns.h"

static const char *rate(double value)
{
	static char text[NUM_SIZE];
	size_t length = num_rate(text, value);

	assert_int_equal(length, strlen(text));
	return text;
}

static const char *count(double value)
{
	static char text[NUM_SIZE];
	size_t length = num_count(text, value);

	assert_int_equal(length, strlen(text));
	return text;
}

static const char *us(double ns)
{
	static char text[NUM_SIZE];
	size_t length = num_us(text, ns);

	assert_int_equal(length, strlen(text));
	return text;
}

static void rates_have_three_significant_digits(void **state)
{
	(void)state;
	assert_string_equal(rate(0), "0");
	assert_string_equal(rate(0.25), "0.250");
	assert_string_equal(rate(0.9994), "0.999");
	assert_string_equal(rate(0.9996), "1.00");
	assert_string_equal(rate(9.994), "9.99");
	assert_string_equal(rate(9.996), "10.0");
	assert_string_equal(rate(99.94), "99.9");
	assert_string_equal(rate(99.96), "100");
	assert_string_equal(rate(999.4), "999");
	assert_string_equal(rate(999.6), "1.00k");
	assert_string_equal(rate(31234), "31.2k");
	assert_string_equal(rate(999600), "1.00M");
	assert_string_equal(rate(2.5e9), "2.50G");
	assert_string_equal(rate(1.8e19), "18.0E");
	assert_string_equal(rate(-0.25), "-0.250");
	assert_string_equal(rate(-31234), "-31.2k");
}

static void counts_below_a_thousand_are_whole(void **state)
{
	(void)state;
	assert_string_equal(count(0), "0");
	assert_string_equal(count(7), "7");
	assert_string_equal(count(999), "999");
	assert_string_equal(count(1000), "1.00k");
	assert_string_equal(count(22104), "22.1k");
}

static void times_are_in_microseconds(void **state)
{
	(void)state;
	assert_string_equal(us(0), "0");
	assert_string_equal(us(450), "0.450");
	assert_string_equal(us(9810), "9.81");
	assert_string_equal(us(12400), "12.4");
	assert_string_equal(us(118000), "118");
	assert_string_equal(us(1900000), "1.90k");
	assert_string_equal(us(5e9), "5.00M");
}

static void no_number_is_wider_than_its_column(void **state)
{
	double value;

	(void)state;
	for (value = 1e-6; value < 1.8e19; value *= 1.01) {
		assert_true(strlen(rate(value)) <= 5);
		assert_true(strlen(count(value)) <= 5);
		assert_true(strlen(us(value)) <= 5);
	}
}

static void seconds_are_read_whole_and_in_range(void **state)
{
	double s;

	(void)state;
	assert_true(num_parse_seconds("0.1", 0.1, 3600, &s));
	assert_true(s > 0.099 && s < 0.101);
	assert_true(num_parse_seconds("3600", 0.1, 3600, &s));
	assert_false(num_parse_seconds("0.09", 0.1, 3600, &s));
	assert_false(num_parse_seconds("3601", 0.1, 3600, &s));
	assert_false(num_parse_seconds("-1", 0.1, 3600, &s));
	assert_false(num_parse_seconds("1s", 0.1, 3600, &s));
	assert_false(num_parse_seconds("", 0.1, 3600, &s));
	assert_false(num_parse_seconds("nan", 0.1, 3600, &s));
	assert_false(num_parse_seconds("inf", 0.1, 3600, &s));
	assert_false(num_parse_seconds("1e999", 0.1, 3600, &s));
}

static void whole_numbers_are_read_whole_and_in_range(void **state)
{
	__u64 n;

	(void)state;
	assert_true(num_parse_u64("17", 1, 100, &n) && n == 17);
	assert_true(num_parse_u64("0x1F", 1, 100, &n) && n == 31);
	assert_true(num_parse_u64("010", 1, 100, &n) && n == 10);
	assert_true(num_parse_u64("18446744073709551615", 0, UINT64_MAX, &n) && n == UINT64_MAX);
	assert_false(num_parse_u64("18446744073709551616", 0, UINT64_MAX, &n));
	assert_false(num_parse_u64("0", 1, 100, &n));
	assert_false(num_parse_u64("101", 1, 100, &n));
	assert_false(num_parse_u64("-1", 0, UINT64_MAX, &n));
	assert_false(num_parse_u64("+1", 0, 100, &n));
	assert_false(num_parse_u64(" 1", 0, 100, &n));
	assert_false(num_parse_u64("1x", 0, 100, &n));
	assert_false(num_parse_u64("0x", 0, 100, &n));
	assert_false(num_parse_u64("", 0, 100, &n));
}

static void headings_fit_their_columns(void **state)
{
	unsigned int t, i, j;

	(void)state;
	for (t = 0; t < NR_TABLES; t++) {
		const struct table *table = &tables[t];

		assert_true(table->nr_columns <= MAX_COLUMNS);
		assert_true(table->sort < table->nr_columns);
		for (i = 0; i < table->nr_columns; i++) {
			const struct column *c = &table->columns[i];

			assert_true(strlen(c->heading) <= (c->min ?: c->width));
			assert_true(c->min <= c->width);
			assert_true(c->kind == VALUE_TEXT || c->kind == VALUE_TREND || !c->min);
			assert_non_null(c->get);
			assert_ptr_equal(column_find(table, c->id), c);
			for (j = 0; j < i; j++)
				assert_string_not_equal(c->id, table->columns[j].id);
		}
	}
	assert_null(column_find(&tables[TABLE_EXITS], "nonsense"));
}

static void every_table_fits_a_screen_of_80_columns(void **state)
{
	unsigned char widths[MAX_COLUMNS];
	unsigned int t, i, width, last, sum;

	(void)state;
	for (t = 0; t < NR_TABLES; t++) {
		last = 0;
		for (width = 79; width <= 200; width++) {
			sum = columns_fit(&tables[t], 0, width, widths);
			assert_true(sum <= width);
			assert_true(sum >= last);
			last = sum;
			for (i = 0; i < tables[t].nr_columns; i++) {
				if (!tables[t].columns[i].rank)
					assert_true(widths[i] > 0);
				assert_true(widths[i] <= tables[t].columns[i].width);
			}
		}
		for (i = 0; i < tables[t].nr_columns; i++)
			assert_int_equal(widths[i], tables[t].columns[i].width);
	}
}

static void what_cannot_fit_says_how_wide_it_is(void **state)
{
	unsigned char widths[MAX_COLUMNS];

	(void)state;
	assert_true(columns_fit(&tables[TABLE_PARTITIONS], 0, 20, widths) > 20);
}

/* A row has a unit, and a source and formula, after what it begins with. */
static bool file_has_row(FILE *file, const char *begin)
{
	char line[512], unit[256], formula[256];

	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, begin, strlen(begin)))
			return sscanf(line + strlen(begin), " %255[^| ] | %255[^|]|", unit,
				      formula) == 2;
	return false;
}

/* The document has them in the order of the tables, so one pass finds all; it is run at the top. */
static void every_column_is_in_the_document(void **state)
{
	FILE *file = fopen("docs/columns.md", "re");
	char begin[256];
	unsigned int t, i;

	(void)state;
	assert_non_null(file);
	for (t = 0; t < NR_TABLES; t++) {
		for (i = 0; i < tables[t].nr_columns; i++) {
			snprintf(begin, sizeof(begin), "| %s | %s |", tables[t].columns[i].heading,
				 tables[t].columns[i].doc);
			if (!file_has_row(file, begin))
				fail_msg("docs/columns.md: not there, not in order, or not complete: %s", begin);
		}
	}
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_have_three_significant_digits),
		cmocka_unit_test(counts_below_a_thousand_are_whole),
		cmocka_unit_test(times_are_in_microseconds),
		cmocka_unit_test(no_number_is_wider_than_its_column),
		cmocka_unit_test(seconds_are_read_whole_and_in_range),
		cmocka_unit_test(whole_numbers_are_read_whole_and_in_range),
		cmocka_unit_test(headings_fit_their_columns),
		cmocka_unit_test(every_table_fits_a_screen_of_80_columns),
		cmocka_unit_test(what_cannot_fit_says_how_wide_it_is),
		cmocka_unit_test(every_column_is_in_the_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
