/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of places in the kernel that a recording's stacks have. In struct mshv_slow a stack has
 * numbers, which are addresses in a running system; here they are the names' numbers.
 */
#ifndef MSHVTOP_REC_PLACES_H
#define MSHVTOP_REC_PLACES_H

#include <linux/types.h>
#include "recording/slow.h"

/* More than the kernel has ways to make a hypercall */
#define REC_MAX_PLACES	4096

/**
 * struct rec_places - the names that came so far; all zero to begin with
 * @name: by number
 * @nr: entries of @name
 */
struct rec_places {
	char (*name)[SYMBOL_SIZE];
	unsigned int nr;
};

__u64 rec_place(struct rec_places *places, const char *name);
void rec_place_name(const struct rec_places *places, __u64 place, char *text);
void rec_places_free(struct rec_places *places);

#endif /* MSHVTOP_REC_PLACES_H */
