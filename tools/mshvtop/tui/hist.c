// SPDX-License-Identifier: GPL-2.0
/*
 * The range of a histogram's lines comes from all samples since the start, so that the lines keep
 * their meaning while the bars move. Where there are few lines, outliers share one line at either
 * end.
 */
#include <math.h>
#include <stdio.h>
#include "num.h"
#include "tui/draw.h"

#define LABEL_WIDTH	11	/* "1.02k-2.05k" */
#define PERCENT_WIDTH	6	/* " 100% " */
#define COUNT_WIDTH	6	/* "22.1k " */
#define MARKS_WIDTH	12	/* " p50 p99 max" */

/* Kept free behind the longest bar */
#define MARK_WIDTH	4

/* Columns from which numbers are shown beside the percentages */
#define COUNT_MIN	50

/*
 * Percent of the samples that may be out of the range at either end: a few long samples reach over
 * so many powers of two that the bulk would have a line or two only.
 */
#define SHORT_TAIL_PERCENT	0.5
#define LONG_TAIL_PERCENT	2.0

/**
 * struct scale - which buckets each line stands for
 * @group: buckets to a line
 * @first: first line's group
 * @last: last line's group
 * @below: the first line is for all shorter samples
 * @above: the last line is for all longer samples
 */
struct scale {
	unsigned int group;
	unsigned int first;
	unsigned int last;
	bool below;
	bool above;
};

/* The bucket of a rank, given in percent of the samples. */
static unsigned int bucket_at(const struct hist *h, double percent)
{
	double rank = h->n * percent / 100, before = 0;
	unsigned int i;

	for (i = h->lo; i + 1 < h->hi; i++) {
		before += h->bucket[i];
		if (before > rank)
			break;
	}
	return i;
}

static unsigned int scale_lines(const struct scale *scale)
{
	return scale->last - scale->first + 1 + scale->below + scale->above;
}

static struct scale whole_scale(const struct hist *range, unsigned int group)
{
	return (struct scale){
		.group = group,
		.first = range->lo / group,
		.last = (range->hi - 1) / group,
	};
}

static struct scale cut_scale(const struct hist *range, unsigned int group)
{
	struct scale scale = {
		.group = group,
		.first = bucket_at(range, SHORT_TAIL_PERCENT) / group,
		.last = bucket_at(range, 100 - LONG_TAIL_PERCENT) / group,
	};

	scale.below = range->lo / group < scale.first;
	scale.above = (range->hi - 1) / group > scale.last;
	return scale;
}

/* All samples if there are lines enough to tell them apart, else the bulk in more detail. */
static struct scale choose_scale(const struct hist *range, unsigned int lines)
{
	struct scale scale;
	unsigned int group;

	for (group = 1; group <= MSHV_HIST_SUB / 2; group *= 2) {
		scale = whole_scale(range, group);
		if (scale_lines(&scale) <= lines)
			return scale;
	}
	group = 1;
	do {
		scale = whole_scale(range, group);
		if (scale_lines(&scale) > lines)
			scale = cut_scale(range, group);
		group *= 2;
	} while (scale_lines(&scale) > lines && group < MSHV_HIST_BUCKETS);
	return scale;
}

/* Buckets of a line: from..to - 1; the tails take all that is beyond. */
static void line_buckets(const struct scale *scale, unsigned int line, unsigned int *from,
			 unsigned int *to)
{
	unsigned int last = scale_lines(scale) - 1;

	*from = (scale->first + line - scale->below) * scale->group;
	*to = *from + scale->group;
	if (line == 0)
		*from = 0;
	if (line == last || *to > MSHV_HIST_BUCKETS)
		*to = MSHV_HIST_BUCKETS;
	if (scale->below && line == 0)
		*to = scale->first * scale->group;
}

static __u64 count_between(const struct hist *h, unsigned int from, unsigned int to)
{
	__u64 n = 0;
	unsigned int i;

	if (from < h->lo)
		from = h->lo;
	if (to > h->hi)
		to = h->hi;
	for (i = from; i < to; i++)
		n += h->bucket[i];
	return n;
}

static void draw_label(const struct scale *scale, unsigned int line, int y, int x)
{
	unsigned int last = scale_lines(scale) - 1;
	unsigned int first = (scale->first + line - scale->below) * scale->group;
	char low[NUM_SIZE], high[NUM_SIZE];

	num_us(low, mshv_hist_lower_ns(first));
	if (scale->below && line == 0) {
		num_us(high, mshv_hist_lower_ns(scale->first * scale->group));
		putf(y, x, LABEL_WIDTH, STYLE_FAINT, "     <%-5s", high);
	} else if (scale->above && line == last) {
		putf(y, x, LABEL_WIDTH, STYLE_FAINT, "     >%-5s", low);
	} else {
		num_us(high, mshv_hist_lower_ns(first + scale->group));
		putf(y, x, LABEL_WIDTH, STYLE_FAINT, "%5s-%-5s", low, high);
	}
}

static bool is_in(__u64 ns, unsigned int from, unsigned int to)
{
	unsigned int index = hist_index(ns);

	return ns && index >= from && index < to;
}

/* Behind the bar, or at the end of the line where the bar is long. */
static void draw_marks(const struct hist_marks *marks, unsigned int from, unsigned int to, int y,
		       int x, int end)
{
	char text[MARKS_WIDTH + 1];
	int width;

	width = snprintf(text, sizeof(text), "%s%s%s",
			 is_in(marks->p50_ns, from, to) ? " p50" : "",
			 is_in(marks->p99_ns, from, to) ? " p99" : "",
			 is_in(marks->max_ns, from, to) ? " max" : "");
	put(y, x + width > end ? end - width : x, width, STYLE_MARK, text);
}

/**
 * struct lines - what all lines of a histogram have in common
 * @hist: what is drawn
 * @scale: which buckets they stand for
 * @most: samples of the line that has most
 * @style: of the bars
 * @area: where
 */
struct lines {
	const struct hist *hist;
	struct scale scale;
	__u64 most;
	enum style style;
	struct area area;
};

static void draw_hist_line(const struct lines *lines, unsigned int line,
			   const struct hist_marks *marks)
{
	const struct area *area = &lines->area;
	int y = area->y + line, x = area->x, end = area->x + area->w;
	char percent[NUM_SIZE], count[NUM_SIZE];
	unsigned int from, to;
	double share;
	__u64 n;

	draw_label(&lines->scale, line, y, x);
	line_buckets(&lines->scale, line, &from, &to);
	n = count_between(lines->hist, from, to);
	if (!n)
		return;
	x += LABEL_WIDTH;
	num_percent(percent, 100.0 * n / lines->hist->n);
	x += putf(y, x, PERCENT_WIDTH, STYLE_NORMAL, " %3s%% ", percent);
	if (area->w >= COUNT_MIN) {
		num_count(count, n);
		x += putf(y, x, COUNT_WIDTH, STYLE_FAINT, "%5s ", count);
	}
	share = (double)n / lines->most;
	bars_share(y, x, end - MARK_WIDTH - x, lines->style, share);
	draw_marks(marks, from, to, y, x + (int)ceil((end - MARK_WIDTH - x) * share), end);
}

/**
 * hist_draw() - draw a histogram: time in microseconds, share, number, bar
 * @area: where; at least HIST_MIN_WIDTH columns
 * @hist: what is drawn, or NULL
 * @range: histogram that gives the range of times, or NULL
 * @marks: values that are marked
 * @style: of the bars
 */
void hist_draw(struct area area, const struct hist *hist, const struct hist *range,
	       const struct hist_marks *marks, enum style style)
{
	struct lines lines = { .hist = hist, .style = style, .area = area };
	unsigned int line, from, to;
	__u64 n;

	if (area.h < 2 || area.w < HIST_MIN_WIDTH || !hist || !hist->n)
		return;
	lines.scale = choose_scale(range && range->n ? range : hist, area.h);
	for (line = 0; line < scale_lines(&lines.scale); line++) {
		line_buckets(&lines.scale, line, &from, &to);
		n = count_between(hist, from, to);
		if (n > lines.most)
			lines.most = n;
	}
	for (line = 0; line < scale_lines(&lines.scale) && (int)line < area.h; line++)
		draw_hist_line(&lines, line, marks);
}
