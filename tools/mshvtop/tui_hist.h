/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A histogram of times as horizontal bars, in as many lines as there are.
 */
#ifndef MSHVTOP_TUI_HIST_H
#define MSHVTOP_TUI_HIST_H

#include "histq.h"
#include "tui_style.h"

/* Columns that a histogram needs to say anything. */
#define HIST_MIN_WIDTH	36

/**
 * struct hist_marks - what is pointed out beside the bars; 0 for nothing
 * @p50_ns: median
 * @p99_ns: 99th percentile
 * @max_ns: longest
 */
struct hist_marks {
	__u64 p50_ns;
	__u64 p99_ns;
	__u64 max_ns;
};

void hist_draw(struct area area, const struct hist *hist, const struct hist *range,
	       const struct hist_marks *marks, enum style style);

#endif /* MSHVTOP_TUI_HIST_H */
