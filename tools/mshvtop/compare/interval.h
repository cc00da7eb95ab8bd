/* SPDX-License-Identifier: GPL-2.0 */
/* How exactly the changes of a row are known. */
#ifndef MSHVTOP_INTERVAL_H
#define MSHVTOP_INTERVAL_H

#include "compare/series.h"

/**
 * struct interval_work - what it takes to find out
 * @side: the recordings
 * @spectrum: of their intervals
 * @level: probability below which a test of this row would find something
 * @least: smallest change that matters
 * @pair: room for terms
 * @score: room for scores
 */
struct interval_work {
	const struct diff_side *side[2];
	const struct spectrum *spectrum[2];
	double level;
	double least;
	struct series_pair pair;
	double score[MSHV_HIST_BUCKETS];
};

void interval_find(struct interval_work *w, struct diff_line *line, bool same);

#endif /* MSHVTOP_INTERVAL_H */
