/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all rows share: when the host is busy with something else, every row of an interval sees it.
 * The contrast of a row is what is left of it without that.
 */
#ifndef MSHVTOP_CONTRAST_H
#define MSHVTOP_CONTRAST_H

#include "compare/series.h"

/**
 * struct contrast - what the rows of two recordings say, interval by interval
 * @nr_rows: rows
 * @nr: intervals of each recording
 * @usable: of each row: it may be a control
 * @log: of each row, of each recording: logarithm of its ratio in an interval over that in all of
 *         both
 */
struct contrast {
	unsigned int nr_rows;
	unsigned int nr[2];
	bool *usable;
	double (*log)[2][DIFF_MAX_INTERVALS];
};

bool contrast_init(struct contrast *c, unsigned int nr_rows, unsigned int nr_a, unsigned int nr_b);
void contrast_free(struct contrast *c);
void contrast_set(struct contrast *c, unsigned int row, const struct series_pair *pair,
		  bool control);
bool contrast_adjust(const struct contrast *c, unsigned int row, const struct series_pair *pair,
		     struct series_pair *adjusted, double *room);

#endif /* MSHVTOP_CONTRAST_H */
