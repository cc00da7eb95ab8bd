// SPDX-License-Identifier: GPL-2.0
/* Numbers and text in a recording's blocks. Knows nothing of what they mean. */
#include <stdlib.h>
#include <string.h>
#include "recording/buf.h"
#include "text.h"

/**
 * buf_clear() - begin again, keeping the memory
 * @b: the buffer
 */
void buf_clear(struct buf *b)
{
	b->size = 0;
	b->failed = false;
}

static bool make_room(struct buf *b, size_t size)
{
	size_t capacity = b->capacity ? b->capacity : 4096;
	__u8 *grown;

	if (b->failed)
		return false;
	if (b->capacity - b->size >= size)
		return true;
	while (capacity - b->size < size)
		capacity *= 2;
	grown = realloc(b->data, capacity);
	if (!grown) {
		b->failed = true;
		return false;
	}
	b->data = grown;
	b->capacity = capacity;
	return true;
}

/**
 * buf_bytes() - write bytes
 * @b: the buffer
 * @data: the bytes
 * @size: how many
 */
void buf_bytes(struct buf *b, const void *data, size_t size)
{
	if (!size || !make_room(b, size))
		return;
	memcpy(&b->data[b->size], data, size);
	b->size += size;
}

/**
 * buf_number() - write a number
 * @b: the buffer
 * @value: the number
 */
void buf_number(struct buf *b, __u64 value)
{
	if (!make_room(b, 10))
		return;
	for (; value > 0x7f; value >>= 7)
		b->data[b->size++] = value | 0x80;
	b->data[b->size++] = value;
}

/**
 * buf_text() - write a text: its length, then its bytes
 * @b: the buffer
 * @text: the text
 */
void buf_text(struct buf *b, const char *text)
{
	size_t length = strlen(text);

	buf_number(b, length);
	buf_bytes(b, text, length);
}

/**
 * buf_free() - give the memory back
 * @b: the buffer
 */
void buf_free(struct buf *b)
{
	free(b->data);
	memset(b, 0, sizeof(*b));
}

/**
 * cursor_number() - read a number
 * @c: the cursor
 *
 * Return: the number; 0 after a failure.
 */
__u64 cursor_number(struct cursor *c)
{
	unsigned int shift;
	__u64 value = 0;

	for (shift = 0; shift < 64 && c->at < c->end && !c->failed; shift += 7) {
		__u8 byte = *c->at++;

		value |= (__u64)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	c->failed = true;
	return 0;
}

/**
 * cursor_limited() - read a number that has to be below something
 * @c: the cursor
 * @limit: the first number that is too large
 *
 * Return: the number; 0 after a failure, which a number at the limit or above it is.
 */
__u64 cursor_limited(struct cursor *c, __u64 limit)
{
	__u64 value = cursor_number(c);

	if (value < limit)
		return value;
	c->failed = true;
	return 0;
}

/**
 * cursor_text() - read a text
 * @c: the cursor
 * @text: the result, cleaned and cut to fit; empty after a failure
 * @size: of @text
 */
void cursor_text(struct cursor *c, char *text, size_t size)
{
	__u64 length = cursor_number(c);

	text[0] = '\0';
	if (length > (size_t)(c->end - c->at))
		c->failed = true;
	if (c->failed)
		return;
	text_clean(text, size, (const char *)c->at, length);
	c->at += length;
}
