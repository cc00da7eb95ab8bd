// SPDX-License-Identifier: GPL-2.0
/* Messages on standard error: program, text, and for err_errno() what the system says. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "err.h"
#include "text.h"

/* Longer ones are cut. */
#define MAX_MESSAGE	4096

static const char *program = "mshv";

/**
 * err_set_program() - name the program that messages begin with
 * @name: stays valid
 */
void err_set_program(const char *name)
{
	program = name;
}

static void say(int error, const char *format, va_list args)
{
	char text[MAX_MESSAGE], clean[TEXT_ROOM(MAX_MESSAGE)];

	/* Names of files and what is in them may be part of the message. */
	vsnprintf(text, sizeof(text), format, args);
	text_clean(clean, sizeof(clean), text, sizeof(text));
	if (error)
		fprintf(stderr, "%s: %s: %s\n", program, clean, strerror(error));
	else
		fprintf(stderr, "%s: %s\n", program, clean);
}

/**
 * err() - report an error
 * @format: thing, value, what to do; without newline
 */
void err(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(0, format, args);
	va_end(args);
}

/**
 * err_errno() - report an error, with errno's text at its end
 * @format: the thing; without newline
 */
void err_errno(const char *format, ...)
{
	int error = errno;
	va_list args;

	va_start(args, format);
	say(error, format, args);
	va_end(args);
}
