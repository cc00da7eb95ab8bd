// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers as people read and write them. Output never depends on the locale of numbers, which the
 * tools leave at "C".
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "num.h"

/* Three significant digits; values below 1 have three decimals. */
static int three_digits(char *text, size_t size, double value)
{
	static const char suffixes[] = " kMGTPE";
	const char *suffix = suffixes;
	int decimals;

	if (value == 0)
		return snprintf(text, size, "0");
	/* 999.5 and above are written as 1.00k */
	while (value >= 999.5 && suffix[1]) {
		value /= 1000;
		suffix++;
	}
	if (value < 0.9995)
		decimals = 3;
	else if (value < 9.995)
		decimals = 2;
	else
		decimals = value < 99.95 ? 1 : 0;
	if (suffix == suffixes)
		return snprintf(text, size, "%.*f", decimals, value);
	return snprintf(text, size, "%.*f%c", decimals, value, *suffix);
}

/**
 * num_rate() - write a rate
 * @text: NUM_SIZE bytes
 * @value: per second; negative for a value that falls
 *
 * Return: characters written.
 */
int num_rate(char *text, double value)
{
	if (value >= 0)
		return three_digits(text, NUM_SIZE, value);
	text[0] = '-';
	return 1 + three_digits(text + 1, NUM_SIZE - 1, -value);
}

/**
 * num_count() - write a number of things
 * @text: NUM_SIZE bytes
 * @value: not negative
 *
 * Return: characters written.
 */
int num_count(char *text, double value)
{
	if (value < 999.5)
		return snprintf(text, NUM_SIZE, "%.0f", value);
	return three_digits(text, NUM_SIZE, value);
}

/**
 * num_us() - write a time in microseconds
 * @text: NUM_SIZE bytes
 * @ns: the time in nanoseconds, not negative
 *
 * Return: characters written.
 */
int num_us(char *text, double ns)
{
	return three_digits(text, NUM_SIZE, ns / 1000);
}

/**
 * num_percent() - write a percentage, without the sign
 * @text: NUM_SIZE bytes
 * @percent: 0..100, or more where that is what was measured
 *
 * Return: characters written.
 */
int num_percent(char *text, double percent)
{
	return snprintf(text, NUM_SIZE, "%.0f", percent);
}

/**
 * num_parse_seconds() - read a number of seconds, with a fraction or without
 * @text: all of it must be the number
 * @low: smallest accepted
 * @high: largest accepted
 * @seconds: the result; stays as it is otherwise
 *
 * Return: whether it is a number in that range.
 */
bool num_parse_seconds(const char *text, double low, double high, double *seconds)
{
	double number;
	char *end;

	errno = 0;
	number = strtod(text, &end);
	if (errno || end == text || *end || !(number >= low && number <= high))
		return false;
	*seconds = number;
	return true;
}

/**
 * num_parse_u64() - read a whole number, decimal, or hexadecimal after 0x
 * @text: all of it must be the number
 * @low: smallest accepted
 * @high: largest accepted
 * @value: the result; stays as it is otherwise
 *
 * Return: whether it is a number in that range.
 */
bool num_parse_u64(const char *text, __u64 low, __u64 high, __u64 *value)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	__u64 number;
	char *end;

	/* strtoull() accepts a sign and white space, also behind 0x */
	if (text[0] < '0' || text[0] > '9' || (hex && !isxdigit((unsigned char)text[2])))
		return false;
	errno = 0;
	number = strtoull(text, &end, hex ? 16 : 10);
	if (errno || *end || number < low || number > high)
		return false;
	*value = number;
	return true;
}
