/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scores of a histogram's buckets. The mean score of a recording's samples is what is compared: the
 * scores say for what, whether samples lie higher on the whole, or more of them above a percentile.
 */
#ifndef MSHVTOP_STATS_SCORE_H
#define MSHVTOP_STATS_SCORE_H

#include "histq.h"

void score_ranks(const struct hist *pooled, double *score);
void score_above(const struct hist *pooled, double percent, double *score);
double score_variance(const struct hist *h, const double *score);

#endif /* MSHVTOP_STATS_SCORE_H */
