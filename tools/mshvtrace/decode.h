/* SPDX-License-Identifier: GPL-2.0 */
/* An event as people and programs read it. Nothing here knows where events come from. */
#ifndef MSHVTRACE_DECODE_H
#define MSHVTRACE_DECODE_H

#include <stdbool.h>
#include <stdio.h>
#include <linux/types.h>
#include <mshv/trace.h>
#include "recording/slow.h"

#define EVENT_NAME	48

const char *event_argument(unsigned int kind, unsigned int i, const char **elsewhere);
void event_name(const struct mshv_trace_record *r, char *name);
bool event_duration(const struct mshv_trace_record *r, __u64 *ns);
bool event_failed(const struct mshv_trace_record *r);
void event_text(FILE *out, const struct mshv_trace_record *r, __u64 start_ns);
void event_text_more(FILE *out, const struct rec_slow *slow);
bool event_json(FILE *out, const struct mshv_trace_record *r, const struct rec_slow *slow);

#endif /* MSHVTRACE_DECODE_H */
