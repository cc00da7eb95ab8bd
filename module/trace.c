// SPDX-License-Identifier: GPL-2.0
/*
 * Instantiates the trace events. The driver's structures are defined before them, so that the BTF
 * of the events' pointer arguments is complete.
 */
#include "mshv.h"

#define CREATE_TRACE_POINTS
#include "trace.h"
