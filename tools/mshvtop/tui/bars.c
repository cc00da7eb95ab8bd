// SPDX-License-Identifier: GPL-2.0
/*
 * Bars. The parts of a bar of times differ in character as well as in colour.
 */
#include <math.h>
#include "tui/draw.h"

static const char * const time_names[MODEL_NR_TIMES] = {
	[MODEL_GUEST] = "guest",
	[MODEL_KERNEL] = "hypervisor",
	[MODEL_VMM] = "vmm",
	[MODEL_HALTED] = "halted",
};

/**
 * bars_share() - draw a bar
 * @y: line
 * @x: column
 * @width: columns of a full bar
 * @style: how
 * @share: 0..1; anything above 0 is seen
 */
void bars_share(int y, int x, int width, enum style style, double share)
{
	unsigned int steps = style_bar_steps();
	unsigned int length;

	if (width <= 0 || share <= 0)
		return;
	length = lround(fmin(share, 1) * width * steps);
	if (!length)
		length = 1;
	fill(y, x, length / steps, style, style_bar(steps));
	if (length % steps)
		fill(y, x + length / steps, 1, style, style_bar(length % steps));
}

/**
 * bars_times() - draw where the time of some exit cycles went
 * @y: line
 * @x: column
 * @width: columns of a full bar
 * @sum: the exit cycles
 * @whole_ns: the time that a full bar stands for
 */
void bars_times(int y, int x, int width, const struct model_exit_sum *sum, __u64 whole_ns)
{
	__u64 before_ns = 0;
	int part, from, to;

	if (!whole_ns)
		return;
	/* Each end is rounded by itself, so that the parts add up to the length of the sum. */
	for (part = 0, from = 0; part < MODEL_NR_TIMES; part++, from = to) {
		before_ns += sum->ns[part];
		to = lround(fmin((double)before_ns / whole_ns, 1) * width);
		fill(y, x + from, to - from, STYLE_GUEST + part, style_time(part));
	}
}

/**
 * bars_legend() - explain the parts of a bar of times
 * @y: line
 * @x: column
 * @width: columns available
 */
void bars_legend(int y, int x, int width)
{
	int part;

	for (part = 0; part < MODEL_NR_TIMES; part++) {
		int need = 2 + text_width(time_names[part]);

		if (need > width)
			return;
		fill(y, x, 1, STYLE_HEADING, style_time(part));
		put(y, x + 1, need - 1, STYLE_HEADING, time_names[part]);
		x += need;
		width -= need;
	}
}

/**
 * bars_row() - draw the bar of a table's row: its times, as a part of its table's
 * @table: which table
 * @row: the row
 * @y: line
 * @x: column
 * @width: columns of a full bar
 */
void bars_row(enum table_id table, const struct row *row, int y, int x, int width)
{
	const struct model_exit_sum *sum;

	switch (table) {
	case TABLE_PARTITIONS:
		sum = &row->partition->exits.all.now;
		bars_times(y, x, width, sum, model_time_sum(sum));
		break;
	case TABLE_VPS:
		sum = &row->vp->exits.all.now;
		bars_times(y, x, width, sum, model_time_sum(sum));
		break;
	case TABLE_EXITS:
		bars_times(y, x, width, &row->scope->reason[row->reason]->now,
			   model_time_sum(&row->scope->all.now));
		break;
	case TABLE_HVCALLS:
		if (row->model->hvcalls.now.ns)
			bars_share(y, x, width, STYLE_BAR,
				   (double)row->hvcall->now.ns / row->model->hvcalls.now.ns);
		break;
	default:
		break;
	}
}
