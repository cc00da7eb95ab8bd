/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes of a recording's block: written into a buffer that grows, read by a cursor that cannot
 * leave it. Numbers are LEB128: seven bits a byte, the lowest first, the top bit on all but the
 * last. Failures stick, so that a caller asks once, at the end.
 */
#ifndef MSHV_REC_BUF_H
#define MSHV_REC_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

/**
 * struct buf - bytes being written; all zero to begin with
 * @data: for free()
 * @size: bytes in it
 * @capacity: bytes that there is room for
 * @failed: there was no memory; what is in it is of no use
 */
struct buf {
	__u8 *data;
	size_t size;
	size_t capacity;
	bool failed;
};

/**
 * struct cursor - bytes being read
 * @at: the next one
 * @end: behind the last one
 * @failed: something did not fit; all numbers read since are 0
 */
struct cursor {
	const __u8 *at;
	const __u8 *end;
	bool failed;
};

void buf_clear(struct buf *b);
void buf_bytes(struct buf *b, const void *data, size_t size);
void buf_number(struct buf *b, __u64 value);
void buf_text(struct buf *b, const char *text);
void buf_free(struct buf *b);

__u64 cursor_number(struct cursor *c);
__u64 cursor_limited(struct cursor *c, __u64 limit);
void cursor_text(struct cursor *c, char *text, size_t size);

#endif /* MSHV_REC_BUF_H */
