/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scores of a histogram's buckets. The mean scores of two recordings are compared. The choice of
 * scores decides what is tested: whether samples lie higher on the whole, or whether more of them
 * lie above a time.
 */
#ifndef MSHVTOP_STATS_SCORE_H
#define MSHVTOP_STATS_SCORE_H

#include "histq.h"

void score_ranks(const struct hist *pooled, double *score);
void score_above(double ns, double *score);
double score_variance(const struct hist *h, const double *score);

#endif /* MSHVTOP_STATS_SCORE_H */
