// SPDX-License-Identifier: GPL-2.0
/*
 * Holm, Scand. J. Stat. 6 (1979) 65-70: the chance of even one false finding among all tests stays
 * below the level, however the tests depend on each other; and many do here, totals being sums. A
 * false discovery rate would let some through, each of which stops somebody's CI.
 */
#include <stdlib.h>
#include "stats/holm.h"

static int compare(const void *a, const void *b)
{
	double x = **(double * const *)a, y = **(double * const *)b;

	return (x > y) - (x < y);
}

/**
 * holm_adjust() - make probabilities comparable with the level for all tests together
 * @p: probabilities, replaced by the adjusted ones
 * @nr: how many
 *
 * Return: false without memory.
 */
bool holm_adjust(double *p, unsigned int nr)
{
	double **order = calloc(nr + 1, sizeof(*order)), least = 0, adjusted;
	unsigned int i;

	if (!order)
		return false;
	for (i = 0; i < nr; i++)
		order[i] = &p[i];
	qsort(order, nr, sizeof(*order), compare);
	for (i = 0; i < nr; i++) {
		adjusted = *order[i] * (nr - i);
		if (adjusted > least)
			least = adjusted < 1 ? adjusted : 1;
		*order[i] = least;
	}
	free(order);
	return true;
}
