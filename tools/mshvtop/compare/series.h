/* SPDX-License-Identifier: GPL-2.0 */
/* What a row of two recordings says interval by interval, as the terms of ratios. */
#ifndef MSHVTOP_SERIES_H
#define MSHVTOP_SERIES_H

#include "compare/diff.h"
#include "stats/ratio.h"

/**
 * struct series_terms - the terms of a ratio, interval by interval
 * @part: above the line
 * @whole: below it
 * @floor: as in struct ratio_series
 */
struct series_terms {
	double part[DIFF_MAX_INTERVALS];
	double whole[DIFF_MAX_INTERVALS];
	double floor;
};

/**
 * struct series_pair - those of both recordings
 * @known: there is something to compare
 * @side: each recording
 */
struct series_pair {
	bool known;
	struct series_terms side[2];
};

void series_rate(struct series_terms *t, const struct diff_side *side, const struct diff_row *row);
void series_share(struct series_terms *t, const struct diff_side *side, const struct diff_row *row,
		  const struct diff_row *total);
void series_score(struct series_terms *t, const struct diff_side *side, const struct diff_row *row,
		  const double *score);
void series_fit(struct ratio_fit *fit, const struct series_pair *pair,
		const struct spectrum *a, const struct spectrum *b);

#endif /* MSHVTOP_SERIES_H */
