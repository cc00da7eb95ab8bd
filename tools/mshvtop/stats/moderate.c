// SPDX-License-Identifier: GPL-2.0
/*
 * Three runs of each kind say little about how much a row varies from run to run, but all rows
 * together say what is usual. The variance of a row is taken as the mean of its own and the usual
 * one, weighted with their degrees of freedom. How many the usual one is worth follows from how
 * much the rows' variances differ from each other: Smyth, Stat. Appl. Genet. Mol. Biol. 3 (2004) 3,
 * section 6.2. They are at most half of the row's own, because rows of a recording are not
 * independent of each other.
 */
#include <math.h>
#include "stats/moderate.h"

/* Rows that it takes to tell what is usual */
#define MIN_ROWS	5

#define MAX_STEPS	50

/*
 * Derivatives of the logarithm of the gamma function: DLMF 5.5.2 up to where 5.11.2 is exact
 * enough
 */
static double digamma(double x)
{
	double below = 0;

	for (; x < 8; x++)
		below += 1 / x;
	return log(x) - 1 / (2 * x) - 1 / (12 * x * x) + 1 / (120 * pow(x, 4)) -
	       1 / (252 * pow(x, 6)) - below;
}

static double trigamma(double x)
{
	double below = 0;

	for (; x < 8; x++)
		below += 1 / (x * x);
	return below + 1 / x + 1 / (2 * x * x) + 1 / (6 * pow(x, 3)) - 1 / (30 * pow(x, 5)) +
	       1 / (42 * pow(x, 7));
}

/* Return: x of which the trigamma function has a value; the function falls. */
static double trigamma_inverse(double value)
{
	double low = 1e-3, high = 1e6, middle;
	unsigned int i;

	for (i = 0; i < MAX_STEPS; i++) {
		middle = sqrt(low * high);
		if (trigamma(middle) > value)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/**
 * moderate_prior() - find out what is usual
 * @variance: variances of rows; those that are 0 are not looked at
 * @nr: how many
 * @df: degrees of freedom of each
 *
 * Return: what is usual; of no degrees of freedom if there are too few rows.
 */
struct moderate_prior moderate_prior(const double *variance, unsigned int nr, double df)
{
	double sum = 0, squares = 0, mean, excess, half;
	struct moderate_prior prior = { 0 };
	unsigned int i, used = 0;

	for (i = 0; i < nr; i++) {
		double one = log(variance[i]) - digamma(df / 2) + log(df / 2);

		if (variance[i] <= 0)
			continue;
		used++;
		sum += one;
		squares += one * one;
	}
	if (used < MIN_ROWS)
		return prior;
	mean = sum / used;
	excess = (squares - used * mean * mean) / (used - 1) - trigamma(df / 2);
	half = excess > 0 ? trigamma_inverse(excess) : INFINITY;
	prior.df = fmin(2 * half, df / 2);
	half = fmin(half, 1e6);
	prior.variance = exp(mean + digamma(half) - log(half));
	return prior;
}
