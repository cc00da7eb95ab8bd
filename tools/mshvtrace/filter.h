/* SPDX-License-Identifier: GPL-2.0 */
/* The filter of the BPF programs, for events that come from files. */
#ifndef MSHVTRACE_FILTER_H
#define MSHVTRACE_FILTER_H

#include <stdbool.h>
#include "stream.h"

bool filter_wants(const struct stream_options *options, const struct mshv_trace_record *r);

#endif /* MSHVTRACE_FILTER_H */
