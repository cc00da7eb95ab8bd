/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for many small objects that are all given up at once. The arena keeps the memory for the
 * next objects, so objects that are made anew in each interval cost neither malloc() nor page
 * faults.
 */
#ifndef MSHV_ARENA_H
#define MSHV_ARENA_H

#include <stddef.h>

/* Largest size of an allocation */
#define ARENA_MAX	4096

/**
 * struct arena - an arena; all zero while it has nothing
 * @first: its blocks, in the order of their use
 * @last: the one in use
 * @used: bytes of it
 */
struct arena {
	struct arena_block *first;
	struct arena_block *last;
	size_t used;
};

void *arena_alloc(struct arena *arena, size_t size);
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

#endif /* MSHV_ARENA_H */
