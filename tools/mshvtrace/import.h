/* SPDX-License-Identifier: GPL-2.0 */
/* Events from a file that trace-cmd has recorded. Nothing here knows what they mean. */
#ifndef MSHVTRACE_IMPORT_H
#define MSHVTRACE_IMPORT_H

#include "cage.h"
#include "stream.h"

enum cage_result import_read(const char *file, const struct stream_options *options,
			     stream_take take, void *data, __u64 *lost);

#endif /* MSHVTRACE_IMPORT_H */
