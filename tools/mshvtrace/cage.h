/* SPDX-License-Identifier: GPL-2.0 */
/* A part of the program that reads what cannot be trusted, in a process that can do nothing else. */
#ifndef MSHVTRACE_CAGE_H
#define MSHVTRACE_CAGE_H

#include <stdbool.h>
#include <linux/types.h>
#include "stream.h"

/* Such a process, as it sees itself */
struct cage;

/**
 * struct cage_limits - what the process may use
 * @memory_bytes: beside what the program has already
 * @cpu_seconds: in all
 */
struct cage_limits {
	__u64 memory_bytes;
	__u64 cpu_seconds;
};

/* Runs in the process. Return: false if the file is not one that can be read */
typedef bool (*cage_work)(struct cage *cage, void *data, __u64 *lost);

enum cage_result {
	CAGE_OK,
	CAGE_REFUSED,	/* the work returned false */
	CAGE_DIED,	/* the process did not come to its end, which was reported */
	CAGE_FAILED,	/* there was no process, which was reported */
};

enum cage_result cage_run(const char *name, const struct cage_limits *limits, cage_work work,
			  void *work_data, stream_take take, void *take_data, __u64 *lost);
bool cage_put(struct cage *cage, const struct mshv_trace_record *r);

#endif /* MSHVTRACE_CAGE_H */
