// SPDX-License-Identifier: GPL-2.0
/*
 * Details of the selected row. On the left is always the histogram of the last interval; on the
 * right, where there is room, the histogram since the start, the reasons, or the intercepts'
 * details.
 */
#include <stdio.h>
#include "num.h"
#include "tui/draw.h"

/* Columns that two histograms side by side need. */
#define TWO_HISTS_WIDTH	100

/* Columns that the reasons beside a histogram need, and columns that the histogram has before they
 * get more.
 */
#define MIN_REASONS	32
#define WIDE_HIST	60

#define GAP		2

struct subject {
	char title[128];
	const struct model_latency *latency;
	__u64 now;
	__u64 total;
	const struct model_exit *exit;
	const struct model_scope *reasons;
};

static void describe(struct subject *subject, const struct row *row, enum table_id table)
{
	const struct column *name = &tables[table].columns[0];
	const struct model_partition *p = row->partition;
	struct value value = name->get(row);

	*subject = (struct subject){ 0 };
	switch (table) {
	case TABLE_PARTITIONS:
		subject->reasons = &p->exits;
		subject->exit = &p->exits.all;
		snprintf(subject->title, sizeof(subject->title), "partition %llu: latency of exits",
			 (unsigned long long)p->id);
		break;
	case TABLE_VPS:
		subject->reasons = &row->vp->exits;
		subject->exit = &row->vp->exits.all;
		snprintf(subject->title, sizeof(subject->title), "VP %u: latency of exits",
			 row->vp->index);
		break;
	case TABLE_EXITS:
		subject->exit = row->scope->reason[row->reason];
		snprintf(subject->title, sizeof(subject->title), "%s: latency of exits",
			 value.text);
		break;
	default:
		subject->latency = &row->hvcall->latency;
		subject->now = row->hvcall->now.count;
		subject->total = row->hvcall->total.count;
		snprintf(subject->title, sizeof(subject->title), "%s: duration of calls",
			 value.text);
	}
	if (subject->exit) {
		subject->latency = &subject->exit->latency;
		subject->now = subject->exit->now.count;
		subject->total = subject->exit->total.count;
	}
}

static void draw_title(const struct subject *subject, struct area area)
{
	static const char meaning[] =
		" from leaving the guest to entering it again, without halts ";
	int x;

	fill(area.y, area.x, area.w, STYLE_FAINT, style_rule());
	x = putf(area.y, area.x + 1, area.w - 1, STYLE_TITLE, " %s, us ", subject->title) + 3;
	if (subject->exit && x + text_width(meaning) < area.w)
		put(area.y, area.x + x, area.w - x, STYLE_FAINT, meaning);
}

/* Average parts of an exit cycle: guest, kernel, VMM, halted. */
static void draw_means(const struct model *m, const struct model_exit *exit, int y, int x, int width)
{
	static const char * const names[MODEL_NR_TIMES] = { "guest", "hypervisor and driver", "VMM",
							    "halted" };
	char mean[NUM_SIZE];
	unsigned int i;

	if (!exit->now.count)
		return;
	x += put(y, x, width, STYLE_NORMAL, "mean per exit, us: ");
	for (i = 0; i < MODEL_NR_TIMES; i++) {
		if (m->lacks & MODEL_LACKS_TIMES && i != MODEL_VMM)
			continue;
		num_us(mean, (double)exit->now.ns[i] / exit->now.count);
		x += putf(y, x, width - x, STYLE_GUEST + i, "%s %s  ", names[i], mean);
	}
}

static void draw_hist(const struct subject *subject, bool past, __u64 span_ns, struct area area)
{
	const struct model_latency *latency = subject->latency;
	struct hist room[2];
	const struct hist *now = model_now(latency, &room[0]);
	const struct hist *total = model_total(latency, &room[1]);
	struct hist_marks marks = { 0 };
	char count[NUM_SIZE];

	if (!past) {
		marks.p50_ns = latency->p50_ns;
		marks.p99_ns = latency->p99_ns;
		marks.max_ns = latency->now_max_ns;
	} else if (total->n) {
		marks.max_ns = hist_bound(total, latency->max_ns);
		marks.p50_ns = hist_percentile(total, 50, marks.max_ns);
		marks.p99_ns = hist_percentile(total, 99, marks.max_ns);
	}
	num_count(count, past ? subject->total : subject->now);
	putf(area.y, area.x, area.w, STYLE_NORMAL, "%s %.1f s: %s",
	     past ? "all of" : "last", span_ns / 1e9, count);
	area.y++;
	area.h--;
	hist_draw(area, past ? total : now, total, &marks,
		  past ? STYLE_PAST : STYLE_BAR);
}

static void draw_map(const struct subject *subject, const struct model *m, struct area area)
{
	put(area.y, area.x, area.w, STYLE_NORMAL, "each interval, the last one at the right");
	area.y++;
	area.h--;
	heat_draw(area, m, subject->latency);
}

static void draw_reasons(const struct model *m, const struct model_scope *scope, bool total,
			 struct area area)
{
	const struct table *table = &tables[TABLE_EXITS];
	struct rows rows = { .total = total };

	if (rows_exits(&rows, m, scope)) {
		rows_sort(&rows, &table->columns[table->sort], false);
		table_draw_extract(TABLE_EXITS, &rows, area);
	}
	rows_free(&rows);
}

/* Columns of the histogram of the last interval: all columns if nothing fits beside it. */
static int left_width(const struct subject *subject, int width)
{
	int half = (width - GAP) / 2;

	if (!subject->reasons)
		return width < TWO_HISTS_WIDTH ? width : half;
	if (width < HIST_MIN_WIDTH + GAP + MIN_REASONS)
		return width;
	return half < WIDE_HIST ? width - GAP - MIN_REASONS : half;
}

/* Draw the details of a reason's intercepts, and return the rest of the area. */
static struct area leave_intercepts(const struct screen *screen, const struct shown *shown,
				    unsigned int reason, struct area area, int *whole)
{
	struct area part = area;

	if (area.w >= TWO_HISTS_WIDTH) {
		area.w = *whole = (area.w - GAP) / 2;
		part.x += area.w + GAP;
		part.w -= area.w + GAP;
	} else {
		part.h = area.h / 2;
		part.y += area.h - part.h;
		area.h -= part.h;
	}
	extra_draw_intercepts(screen, shown, reason, part);
	return area;
}

/**
 * pane_draw() - draw details of a screen's selected row
 * @screen: the screen, after screen_take()
 * @shown: what from
 * @area: where
 */
void pane_draw(const struct screen *screen, const struct shown *shown, struct area area)
{
	const struct row *row = table_selected(&screen->view);
	const struct model *m = shown->model;
	struct subject subject;
	struct area right;
	int whole;

	if (!row)
		return;
	if (row->slow) {
		extra_draw_slow(shown->source, row, area);
		return;
	}
	if (row->program) {
		extra_draw_cost(m, area);
		return;
	}
	describe(&subject, row, screen->view.table);
	draw_title(&subject, area);
	area.y++;
	area.h--;
	if (screen->detail && subject.exit) {
		draw_means(shown->model, subject.exit, area.y, area.x + 1, area.w - 1);
		area.y += 2;
		area.h -= 2;
	}
	area.x++;
	area.w--;
	right = area;
	whole = area.w;
	if (screen->detail && subject.exit && reason_tallies(row->reason))
		area = leave_intercepts(screen, shown, row->reason, area, &whole);
	else
		area.w = left_width(&subject, area.w);
	right.x += area.w + GAP;
	right.w = whole - area.w - GAP;
	if (right.w <= 0)
		right.w = 0;
	if (shown->map && right.w >= WIDE_HIST) {
		draw_map(&subject, m, right);
		draw_hist(&subject, false, m->interval_ns, area);
		return;
	}
	if (right.w && subject.reasons)
		draw_reasons(m, subject.reasons, shown->total, right);
	else if (right.w && !shown->map)
		draw_hist(&subject, true, m->total_ns, right);
	else
		area.w = whole;
	if (shown->map)
		draw_map(&subject, m, area);
	else
		draw_hist(&subject, false, m->interval_ns, area);
}
