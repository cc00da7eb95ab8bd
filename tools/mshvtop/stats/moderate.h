/* SPDX-License-Identifier: GPL-2.0 */
/* Variances of many rows from few values each. */
#ifndef MSHVTOP_STATS_MODERATE_H
#define MSHVTOP_STATS_MODERATE_H

/**
 * struct moderate_prior - what the variances of all rows say about that of one
 * @df: degrees of freedom that this is worth; 0: nothing
 * @variance: the variance that a row is likely to have
 */
struct moderate_prior {
	double df;
	double variance;
};

struct moderate_prior moderate_prior(const double *variance, unsigned int nr, double df);

#endif /* MSHVTOP_STATS_MODERATE_H */
