// SPDX-License-Identifier: GPL-2.0
/* Arenas: a list of blocks. Blocks behind the one in use are empty. */
#include <stdlib.h>
#include <string.h>
#include "arena.h"

#define BLOCK_SIZE	(256 * 1024)

struct arena_block {
	struct arena_block *next;
	max_align_t memory[BLOCK_SIZE / sizeof(max_align_t)];
};

static struct arena_block *next_block(struct arena *arena)
{
	struct arena_block **link = arena->last ? &arena->last->next : &arena->first;

	if (!*link) {
		*link = malloc(sizeof(**link));
		if (!*link)
			return NULL;
		(*link)->next = NULL;
	}
	arena->last = *link;
	arena->used = 0;
	return arena->last;
}

/**
 * arena_alloc() - take memory
 * @arena: the arena
 * @size: bytes, at most ARENA_MAX
 *
 * Return: memory with any contents, aligned for 64-bit numbers; NULL without memory.
 */
void *arena_alloc(struct arena *arena, size_t size)
{
	void *memory;

	size = (size + 7) & ~(size_t)7;
	if ((!arena->last || size > BLOCK_SIZE - arena->used) && !next_block(arena))
		return NULL;
	memory = (char *)arena->last->memory + arena->used;
	arena->used += size;
	return memory;
}

/**
 * arena_reset() - give up all memory that was taken, and keep it for the next use
 * @arena: the arena
 */
void arena_reset(struct arena *arena)
{
	arena->last = arena->first;
	arena->used = 0;
}

/**
 * arena_free() - free the memory of an arena
 * @arena: usable again afterwards
 */
void arena_free(struct arena *arena)
{
	struct arena_block *block;

	while ((block = arena->first)) {
		arena->first = block->next;
		free(block);
	}
	memset(arena, 0, sizeof(*arena));
}
