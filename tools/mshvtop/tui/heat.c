// SPDX-License-Identifier: GPL-2.0
/*
 * Each column is about its own interval: a busy one and a quiet one look alike if their latencies
 * were spread alike. Trends, not maps, show how many samples an interval had.
 */
#include <stdio.h>
#include "model/history.h"
#include "num.h"
#include "tui/draw.h"

#define LABEL_WIDTH	12	/* "1.02k-2.05k " */

/* Parts of an interval's samples, of 255, from which the steps of style_shade() are shown */
static const __u8 steps[STYLE_SHADES] = { 1, 13, 51, 115 };

/**
 * struct span - the powers of two that are shown
 * @first: shortest
 * @last: longest
 * @group: powers of two to a line
 */
struct span {
	unsigned int first;
	unsigned int last;
	unsigned int group;
};

/*
 * Every power of two that had a sample in the intervals in sight; a line has several of them where
 * there are too few lines.
 */
static bool find_span(struct span *span, const struct model *m, const struct model_latency *latency,
		      int columns, int lines)
{
	unsigned int i, octave;
	struct moment moment;

	span->first = MODEL_OCTAVES;
	span->last = 0;
	for (i = 0; (int)i < columns; i++) {
		if (!model_moment(m, latency, i, &moment))
			break;
		for (octave = 0; octave < MODEL_OCTAVES; octave++) {
			if (!moment.share[octave])
				continue;
			if (octave < span->first)
				span->first = octave;
			if (octave > span->last)
				span->last = octave;
		}
	}
	if (span->first > span->last)
		return false;
	for (span->group = 1; (int)((span->last - span->first) / span->group) >= lines;)
		span->group++;
	return true;
}

static void draw_label(const struct span *span, unsigned int first, int y, int x)
{
	char low[NUM_SIZE], high[NUM_SIZE];

	num_us(low, mshv_hist_lower_ns(first * MSHV_HIST_SUB));
	num_us(high, mshv_hist_lower_ns((first + span->group) * MSHV_HIST_SUB));
	putf(y, x, LABEL_WIDTH, STYLE_FAINT, "%5s-%-5s", low, high);
}

static void draw_cell(const struct moment *moment, const struct span *span, unsigned int first,
		      int y, int x)
{
	unsigned int i, share = 0, step = 0;

	for (i = first; i < first + span->group && i < MODEL_OCTAVES; i++)
		share += moment->share[i];
	while (step < STYLE_SHADES && share >= steps[step])
		step++;
	if (step)
		fill(y, x, 1, step > 2 ? STYLE_BAR : STYLE_PAST, style_shade(step));
}

/**
 * heat_draw() - draw a map
 * @area: where; at least HEAT_MIN_WIDTH columns
 * @m: the model
 * @latency: the latency
 */
void heat_draw(struct area area, const struct model *m, const struct model_latency *latency)
{
	int columns = area.w - LABEL_WIDTH, x = area.x + area.w - 1, line, i;
	struct moment moment;
	struct span span;

	if (area.h < 2 || area.w < HEAT_MIN_WIDTH ||
	    !find_span(&span, m, latency, columns, area.h))
		return;
	for (line = 0; line <= (int)((span.last - span.first) / span.group); line++) {
		unsigned int first = span.first + line * span.group;
		int y = area.y + (span.last - span.first) / span.group - line;

		draw_label(&span, first, y, area.x);
		for (i = 0; i < columns; i++) {
			if (!model_moment(m, latency, i, &moment))
				break;
			draw_cell(&moment, &span, first, y, x - i);
		}
	}
}
