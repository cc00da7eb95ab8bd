// SPDX-License-Identifier: GPL-2.0
/*
 * Instantiates the trace events. The driver's structures are defined before them, so that the BTF
 * of the events' pointer arguments is complete. Those of each exit and each hypercall are exported
 * for modules that measure what a probe on them costs.
 */
#include "mshv.h"

#define CREATE_TRACE_POINTS
#include "trace/trace.h"

MSHV_DECLARE_TRACE(TRACE_HVCALL, mshv_hvcall_exit);
MSHV_DECLARE_TRACE(TRACE_INTERCEPT, mshv_intercept_io_port);
MSHV_DECLARE_TRACE(TRACE_EXIT, mshv_exit_done);
MSHV_DECLARE_TRACE(TRACE_MEMORY, mshv_map_user_memory);

EXPORT_TRACEPOINT_SYMBOL_GPL(mshv_exit_done);
EXPORT_TRACEPOINT_SYMBOL_GPL(mshv_hvcall_exit);
EXPORT_TRACEPOINT_SYMBOL_GPL(mshv_run_vp_entry);
