// SPDX-License-Identifier: GPL-2.0
/*
 * Instantiates the trace events of trace_irq.h; see trace.c.
 */
#include "mshv.h"

#define CREATE_TRACE_POINTS
#include "trace_irq.h"
