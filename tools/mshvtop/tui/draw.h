/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What draws the parts of a screen: its head, the table's pane with histograms, maps over time and
 * details, bars, the summary of the host, and the help and menus that lie over a screen for a while.
 */
#ifndef MSHVTOP_TUI_DRAW_H
#define MSHVTOP_TUI_DRAW_H

#include "histq.h"
#include "model/model.h"
#include "tui/screens.h"
#include "tui/style.h"
#include "view/columns.h"

/*
 * The first two lines of every screen: what is watched, whether the figures can be trusted, and the
 * host's figures as a whole.
 */
#define HEAD_LINES	2

void head_draw(const struct screen *screen, const struct shown *shown, int width);

/*
 * Bars: a length for a share, and a length of four parts for where the time went.
 */
void bars_share(int y, int x, int width, enum style style, double share);
void bars_times(int y, int x, int width, const struct model_exit_sum *sum, __u64 whole_ns);
void bars_legend(int y, int x, int width);
void bars_row(enum table_id table, const struct row *row, int y, int x, int width);

/*
 * A histogram of times as horizontal bars, in as many lines as there are.
 */
/* Columns that a histogram needs to say anything. */
#define HIST_MIN_WIDTH	36

/**
 * struct hist_marks - values that are marked beside the bars; 0 for no mark
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

/*
 * A map of a latency over time: a column for each interval, the last one at the right, a line for
 * each power of two, the longest at the top.
 */
/* Columns that a map needs to say anything. */
#define HEAT_MIN_WIDTH	30

void heat_draw(struct area area, const struct model *m, const struct model_latency *latency);

/*
 * The pane beneath a table, which fills the screen of a detail: the histogram of the selected row,
 * and the numbers that explain it.
 */
/* Lines that a pane needs to say anything. */
#define PANE_MIN_LINES	6

void pane_draw(const struct screen *screen, const struct shown *shown, struct area area);

/*
 * Details beneath and beside tables: the ports, MSRs, pages and so on of a reason's intercepts,
 * everything that is known of a slow event, and where the tool's memory is.
 */
unsigned int reason_tallies(unsigned int reason);
void extra_draw_intercepts(const struct screen *screen, const struct shown *shown,
			   unsigned int reason, struct area area);
void extra_draw_slow(const struct source *source, const struct row *row, struct area area);
void extra_draw_cost(const struct model *m, struct area area);

/*
 * The host at a glance: the first rows of each table, and the latency of all exits over time.
 */
void summary_draw(struct screen *screen, const struct shown *shown, struct area area);

/*
 * Windows over a screen: the help, and the menu of columns.
 */
int help_draw(const struct shown *shown, enum table_id table, int top, struct area area);
void menu_draw(const struct table_view *view, const unsigned int *hidden, unsigned int selected,
	       struct area area);

#endif /* MSHVTOP_TUI_DRAW_H */
