/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What took long, as text: what it was, and its arguments.
 */
#ifndef MSHVTOP_SLOW_H
#define MSHVTOP_SLOW_H

#include <stddef.h>
#include "source.h"

__u64 slow_latency_ns(const struct mshv_slow *s);
void slow_name(const struct mshv_slow *s, char *text, size_t size);
void slow_arguments(const struct mshv_slow *s, char *text, size_t size);

#endif /* MSHVTOP_SLOW_H */
