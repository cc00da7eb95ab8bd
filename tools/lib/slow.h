/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slow events (exits and hypercalls that took long) as text: name and arguments.
 */
#ifndef MSHV_SLOW_H
#define MSHV_SLOW_H

#include <stddef.h>
#include <linux/types.h>
#include <mshv/detail.h>
#include "recording/slow.h"

/* Places in mshv_slow.arg */
enum {
	SLOW_EXIT_REASON = 1,
	SLOW_EXIT_GUEST_NS,
	SLOW_EXIT_KERNEL_NS,
	SLOW_EXIT_VMM_NS,
	SLOW_EXIT_HALTED_NS,
};

enum {
	SLOW_HVCALL_CODE,
	SLOW_HVCALL_CONTROL,
	SLOW_HVCALL_REPS,
	SLOW_HVCALL_REPS_DONE,
	SLOW_HVCALL_STATUS,
	SLOW_HVCALL_DURATION_NS,
};

__u64 slow_latency_ns(const struct mshv_slow *s);
void slow_name(const struct mshv_slow *s, char *text, size_t size);
unsigned int slow_own_places(char (*place)[SYMBOL_SIZE], unsigned int nr);
void slow_arguments(const struct mshv_slow *s, char *text, size_t size);

#endif /* MSHV_SLOW_H */
