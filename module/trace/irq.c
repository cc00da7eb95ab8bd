// SPDX-License-Identifier: GPL-2.0
/*
 * Instantiates the trace events of irq.h; see trace.c.
 */
#include "mshv.h"

#define CREATE_TRACE_POINTS
#include "trace/irq.h"

MSHV_DECLARE_TRACE(TRACE_IOCTL, mshv_ioctl_exit);
MSHV_DECLARE_TRACE(TRACE_INTERRUPT, mshv_assert_interrupt);
