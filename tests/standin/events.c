// SPDX-License-Identifier: GPL-2.0
/* Instantiates the stand-in's trace events. */
#include <linux/module.h>

#define CREATE_TRACE_POINTS
#include "standin_events.h"
