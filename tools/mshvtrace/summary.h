/* SPDX-License-Identifier: GPL-2.0 */
/* Events by name: how many, how long, how many failed. */
#ifndef MSHVTRACE_SUMMARY_H
#define MSHVTRACE_SUMMARY_H

#include <stdbool.h>
#include <stdio.h>
#include <linux/types.h>
#include <mshv/trace.h>

struct summary;

struct summary *summary_new(void);
bool summary_add(struct summary *s, const struct mshv_trace_record *r);
void summary_print(FILE *out, struct summary *s);
void summary_free(struct summary *s);

#endif /* MSHVTRACE_SUMMARY_H */
