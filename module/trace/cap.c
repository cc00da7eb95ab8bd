// SPDX-License-Identifier: GPL-2.0
/*
 * Instantiates the trace events of cap.h; see trace.c.
 */
#include "mshv.h"

#define CREATE_TRACE_POINTS
#include "trace/cap.h"

MSHV_DECLARE_TRACE(TRACE_CAP, mshv_cap_use);
