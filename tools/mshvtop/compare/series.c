// SPDX-License-Identifier: GPL-2.0
/*
 * The terms of the ratios that are compared: rates, shares of VP time, and mean scores of
 * latencies.
 */
#include "stats/score.h"
#include "compare/series.h"

/* A row that a recording lacks is one in which nothing happened. */
static const struct diff_cell *cell_of(const struct diff_row *row, unsigned int interval)
{
	static const struct diff_cell nothing;

	return row ? &row->cells[interval] : &nothing;
}

/**
 * series_rate() - events per second
 * @t: the result
 * @side: the recording
 * @row: its row; NULL: it has none
 */
void series_rate(struct series_terms *t, const struct diff_side *side, const struct diff_row *row)
{
	unsigned int i;

	/*
	 * The count of independent events has Poisson's distribution, whose variance is its mean.
	 */
	t->floor = 0;
	for (i = 0; i < side->nr_intervals; i++) {
		t->part[i] = cell_of(row, i)->count;
		t->whole[i] = side->seconds[i];
		t->floor += t->part[i];
	}
}

/**
 * series_share() - part of VP time
 * @t: the result
 * @side: the recording
 * @row: its row; NULL: it has none
 * @total: the row of all exits, whose VP time counts for a row that the recording lacks
 */
void series_share(struct series_terms *t, const struct diff_side *side, const struct diff_row *row,
		  const struct diff_row *total)
{
	unsigned int i;

	t->floor = 0;
	for (i = 0; i < side->nr_intervals; i++) {
		t->part[i] = cell_of(row, i)->time_ns;
		t->whole[i] = cell_of(row ? row : total, i)->whole_ns;
	}
}

/**
 * series_score() - mean score of latencies
 * @t: the result
 * @side: the recording
 * @row: its row
 * @score: MSHV_HIST_BUCKETS scores
 */
void series_score(struct series_terms *t, const struct diff_side *side, const struct diff_row *row,
		  const double *score)
{
	unsigned int i, j;

	for (i = 0; i < side->nr_intervals; i++) {
		const struct diff_cell *cell = cell_of(row, i);

		t->part[i] = 0;
		t->whole[i] = 0;
		for (j = 0; j < cell->nr; j++) {
			t->part[i] += score[cell->lo + j] * cell->bucket[j];
			t->whole[i] += cell->bucket[j];
		}
	}
	t->floor = score_variance(&row->hist, score);
}

/**
 * series_fit() - find out how much a ratio may vary
 * @fit: the result
 * @pair: its terms
 * @a: of as many intervals as the first recording has
 * @b: likewise, the second
 */
void series_fit(struct ratio_fit *fit, const struct series_pair *pair,
		const struct spectrum *a, const struct spectrum *b)
{
	const struct ratio_series x = {
		.nr = a->nr, .part = pair->side[0].part, .whole = pair->side[0].whole,
		.floor = pair->side[0].floor, .spectrum = a,
	};
	const struct ratio_series y = {
		.nr = b->nr, .part = pair->side[1].part, .whole = pair->side[1].whole,
		.floor = pair->side[1].floor, .spectrum = b,
	};

	ratio_fit(fit, &x, &y);
}
