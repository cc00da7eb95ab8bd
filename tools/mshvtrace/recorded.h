/* SPDX-License-Identifier: GPL-2.0 */
/* Slow events from a recording of mshvtop. */
#ifndef MSHVTRACE_RECORDED_H
#define MSHVTRACE_RECORDED_H

#include <stdbool.h>
#include "recording/slow.h"
#include "stream.h"

/* Takes an event and everything else that is known of it. Return: whether to go on */
typedef bool (*recorded_take)(void *data, const struct mshv_trace_record *r,
			      const struct rec_slow *slow);

bool recorded_read(const char *file, const struct stream_options *options, recorded_take take,
		   void *data, __u64 *lost);

#endif /* MSHVTRACE_RECORDED_H */
