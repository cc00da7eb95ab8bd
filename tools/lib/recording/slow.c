// SPDX-License-Identifier: GPL-2.0
/*
 * One event to bytes and back. What another version has more of (arguments, words of a message,
 * entries of a stack) is read over.
 */
#include <string.h>
#include <mshv/exits.h>
#include "names.h"
#include "recording/slow.h"

/* Where arguments of an exit have its reason */
#define EXIT_REASON	1

/* More than any version will have of anything */
#define MANY		4096

/* A message is mostly zeros at its end. */
static unsigned int message_words(const struct mshv_slow *s)
{
	unsigned int nr = MSHV_SLOW_MESSAGE;

	while (nr && !s->message[nr - 1])
		nr--;
	return nr;
}

/**
 * rec_put_slow() - write an event
 * @b: the buffer
 * @s: the event
 */
void rec_put_slow(struct buf *b, const struct rec_slow *s)
{
	unsigned int i, words = message_words(&s->event);
	char room[NAME_SIZE];

	buf_number(b, s->event.time_ns);
	buf_number(b, s->event.partition_id);
	buf_number(b, s->event.vp_index);
	buf_number(b, s->tgid);
	buf_number(b, s->event.is_hvcall);
	buf_text(b, s->event.is_hvcall ? "" : exit_name(s->event.arg[EXIT_REASON], room));
	buf_number(b, MSHV_SLOW_ARGS);
	for (i = 0; i < MSHV_SLOW_ARGS; i++)
		buf_number(b, s->event.arg[i]);
	buf_number(b, s->event.message_type);
	buf_number(b, words);
	for (i = 0; i < words; i++)
		buf_number(b, s->event.message[i]);
	buf_number(b, s->event.nr_stack);
	for (i = 0; i < s->event.nr_stack; i++)
		buf_text(b, s->place[i]);
}

static unsigned int take_numbers(struct cursor *c, __u64 *numbers, unsigned int room)
{
	unsigned int i, nr = cursor_limited(c, MANY);
	__u64 number;

	for (i = 0; i < nr && !c->failed; i++) {
		number = cursor_number(c);
		if (i < room)
			numbers[i] = number;
	}
	return nr < room ? nr : room;
}

static unsigned int take_places(struct cursor *c, struct rec_slow *s)
{
	unsigned int i, nr = cursor_limited(c, MANY);
	char other[SYMBOL_SIZE];

	for (i = 0; i < nr && !c->failed; i++)
		cursor_text(c, i < MSHV_SLOW_STACK ? s->place[i] : other, SYMBOL_SIZE);
	return nr < MSHV_SLOW_STACK ? nr : MSHV_SLOW_STACK;
}

/**
 * rec_take_slow() - read an event
 * @c: the block
 * @s: the result
 *
 * Return: false if there is none that makes sense.
 */
bool rec_take_slow(struct cursor *c, struct rec_slow *s)
{
	unsigned int reason;
	char name[32];

	memset(s, 0, sizeof(*s));
	s->event.time_ns = cursor_number(c);
	s->event.partition_id = cursor_number(c);
	s->event.vp_index = cursor_number(c);
	s->tgid = cursor_number(c);
	s->event.is_hvcall = cursor_limited(c, 2);
	cursor_text(c, name, sizeof(name));
	take_numbers(c, s->event.arg, MSHV_SLOW_ARGS);
	if (!s->event.is_hvcall)
		s->event.arg[EXIT_REASON] = exit_number(name, &reason) ? reason : MSHV_EXIT_OTHER;
	s->event.message_type = cursor_number(c);
	take_numbers(c, s->event.message, MSHV_SLOW_MESSAGE);
	s->event.nr_stack = take_places(c, s);
	return !c->failed;
}
