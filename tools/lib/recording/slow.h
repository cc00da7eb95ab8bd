/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What took long, as a recording has it: self-contained, so that whoever reads only this needs
 * nothing else of the recording. Reasons go by name, and places in the kernel too: addresses mean
 * nothing after the next boot, and are nobody else's business.
 */
#ifndef MSHV_REC_SLOW_H
#define MSHV_REC_SLOW_H

#include <stdbool.h>
#include <linux/types.h>
#include <mshv/detail.h>
#include "recording/buf.h"

/* Holds name and offset of a place in the kernel. */
#define SYMBOL_SIZE	80

/**
 * struct rec_slow - an exit or a hypercall that took long
 * @event: the event; its stack has a length only
 * @tgid: the VMM; 0 if not known
 * @place: of each entry of the stack
 */
struct rec_slow {
	struct mshv_slow event;
	__u32 tgid;
	char place[MSHV_SLOW_STACK][SYMBOL_SIZE];
};

void rec_put_slow(struct buf *b, const struct rec_slow *s);
bool rec_take_slow(struct cursor *c, struct rec_slow *s);

#endif /* MSHV_REC_SLOW_H */
