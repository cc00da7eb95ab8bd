// SPDX-License-Identifier: GPL-2.0
/*
 * Analysis of covariance: what the other rows of an interval have in common (the median of the
 * logarithms of their ratios) is a covariate of a row. How far the row follows the covariate is
 * estimated within the recordings, not between them, and then taken out of every interval.
 * A change of one row stays, a change that all rows share goes, and so does the noise that they
 * share, which makes smaller changes visible. The median is not moved by a few rows that have
 * changed themselves.
 */
#include <math.h>
#include <stdlib.h>
#include "compare/contrast.h"

/* Rows that it takes to tell what rows share */
#define MIN_CONTROLS	3

/* What a row needs above the line in an interval on average, to say something about it */
#define MIN_PART	2.0

/* A row follows what rows share in the same direction, and not much further. */
#define MAX_SLOPE	1.5

/**
 * contrast_init() - room for rows
 * @c: the result; for contrast_free() in any case
 * @nr_rows: rows
 * @nr_a: intervals of the first recording
 * @nr_b: intervals of the second
 *
 * Return: false without memory.
 */
bool contrast_init(struct contrast *c, unsigned int nr_rows, unsigned int nr_a, unsigned int nr_b)
{
	c->nr_rows = nr_rows;
	c->nr[0] = nr_a;
	c->nr[1] = nr_b;
	c->usable = calloc(nr_rows + 1, sizeof(c->usable[0]));
	c->log = calloc(nr_rows + 1, sizeof(c->log[0]));
	return c->usable && c->log;
}

/**
 * contrast_free() - free the room
 * @c: the rows
 */
void contrast_free(struct contrast *c)
{
	free(c->usable);
	free(c->log);
}

static void sums_of(const struct series_terms *t, unsigned int nr, double *part, double *whole)
{
	unsigned int i;

	*part = 0;
	*whole = 0;
	for (i = 0; i < nr; i++) {
		*part += t->part[i];
		*whole += t->whole[i];
	}
}

/**
 * contrast_set() - take a row
 * @c: the rows
 * @row: which
 * @pair: its terms
 * @control: the row is independent of the others, no sum of them
 */
void contrast_set(struct contrast *c, unsigned int row, const struct series_pair *pair,
		  bool control)
{
	double part[2], whole[2], ratio;
	unsigned int side, i;

	c->usable[row] = false;
	if (!control || !pair->known)
		return;
	for (side = 0; side < 2; side++) {
		sums_of(&pair->side[side], c->nr[side], &part[side], &whole[side]);
		if (part[side] < MIN_PART * c->nr[side] || whole[side] <= 0)
			return;
	}
	c->usable[row] = true;
	ratio = (part[0] + part[1]) / (whole[0] + whole[1]);
	/* One more of both keeps the logarithm finite, and an empty interval says nothing. */
	for (side = 0; side < 2; side++)
		for (i = 0; i < c->nr[side]; i++)
			c->log[row][side][i] = log((pair->side[side].part[i] + 1) /
						   (ratio * pair->side[side].whole[i] + 1));
}

static int compare(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* What the other rows of an interval have in common */
static double median_of(const struct contrast *c, unsigned int row, unsigned int side,
			unsigned int interval, double *room)
{
	unsigned int i, nr = 0;

	for (i = 0; i < c->nr_rows; i++)
		if (i != row && c->usable[i])
			room[nr++] = c->log[i][side][interval];
	qsort(room, nr, sizeof(room[0]), compare);
	return (room[(nr - 1) / 2] + room[nr / 2]) / 2;
}

/* How far the row follows what rows share, from interval to interval of the same recording */
static double slope_of(const struct contrast *c, const struct series_pair *pair,
		       double (*shared)[DIFF_MAX_INTERVALS])
{
	double products = 0, squares = 0, part, whole, mean, deviation;
	unsigned int side, i;

	for (side = 0; side < 2; side++) {
		const struct series_terms *t = &pair->side[side];

		sums_of(t, c->nr[side], &part, &whole);
		if (part <= 0)
			continue;
		for (mean = 0, i = 0; i < c->nr[side]; i++)
			mean += shared[side][i] / c->nr[side];
		for (i = 0; i < c->nr[side]; i++) {
			deviation = (t->part[i] - part / whole * t->whole[i]) / part * c->nr[side];
			products += deviation * (shared[side][i] - mean);
			squares += (shared[side][i] - mean) * (shared[side][i] - mean);
		}
	}
	return squares > 0 ? fmin(fmax(products / squares, 0), MAX_SLOPE) : 0;
}

/**
 * contrast_adjust() - take out of a row what it shares with the others
 * @c: the rows
 * @row: which
 * @pair: its terms
 * @adjusted: the result
 * @room: for as many numbers as there are rows
 *
 * Return: false if there are too few other rows to tell what they share.
 */
bool contrast_adjust(const struct contrast *c, unsigned int row, const struct series_pair *pair,
		     struct series_pair *adjusted, double *room)
{
	double shared[2][DIFF_MAX_INTERVALS], slope;
	unsigned int controls = 0, side, i;

	for (i = 0; i < c->nr_rows; i++)
		controls += i != row && c->usable[i];
	if (controls < MIN_CONTROLS)
		return false;
	for (side = 0; side < 2; side++)
		for (i = 0; i < c->nr[side]; i++)
			shared[side][i] = median_of(c, row, side, i, room);
	slope = slope_of(c, pair, shared);
	*adjusted = *pair;
	for (side = 0; side < 2; side++)
		for (i = 0; i < c->nr[side]; i++)
			adjusted->side[side].part[i] *= exp(-slope * shared[side][i]);
	return true;
}
