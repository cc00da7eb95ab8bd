/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What took long, as text: what it was, and its arguments.
 */
#ifndef MSHV_SLOW_H
#define MSHV_SLOW_H

#include <stddef.h>
#include <linux/types.h>
#include <mshv/detail.h>
#include "rec_slow.h"

__u64 slow_latency_ns(const struct mshv_slow *s);
void slow_name(const struct mshv_slow *s, char *text, size_t size);
unsigned int slow_own_places(char (*place)[SYMBOL_SIZE], unsigned int nr);
void slow_arguments(const struct mshv_slow *s, char *text, size_t size);

#endif /* MSHV_SLOW_H */
