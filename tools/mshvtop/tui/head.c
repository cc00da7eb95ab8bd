// SPDX-License-Identifier: GPL-2.0
/*
 * The first two lines. Each is a row of fields that are left out, the least important first, where
 * the line is too short for all.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "num.h"
#include "tui/draw.h"

#define MAX_FIELDS	12
#define FIELD_SIZE	96
#define GAP		2
#define CLOSE_GAP	1

/*
 * The real length of an interval is shown if it differs from the requested one by more than this
 * part.
 */
#define INTERVAL_TOLERANCE	0.1

/* Columns from which the line of the host has room for a bar of times. */
#define MIN_BAR		20
#define MAX_BAR		64

/**
 * struct field - a piece of a line
 * @text: what; empty if it is left out
 * @style: how
 * @rank: 0 always stays; of the others the highest go first
 * @cut: characters that are enough where there is no room for all; 0 if all are needed
 * @close: one space after the field before it, not two
 * @right: at the right end of the line, with all fields after it
 */
struct field {
	char text[FIELD_SIZE];
	enum style style;
	unsigned int rank;
	unsigned int cut;
	bool close;
	bool right;
};

struct line {
	unsigned int nr;
	struct field field[MAX_FIELDS];
};

static struct field *add_field(struct line *line, enum style style, unsigned int rank)
{
	struct field *field = &line->field[line->nr++];

	memset(field, 0, sizeof(*field));
	field->style = style;
	field->rank = rank;
	return field;
}

#define add(line, style, rank, ...) \
	snprintf(add_field(line, style, rank)->text, FIELD_SIZE, __VA_ARGS__)

static int gap(const struct field *field)
{
	return field->close ? CLOSE_GAP : GAP;
}

/* Columns of all fields from one on. */
static int width_from(const struct line *line, unsigned int from)
{
	int width = 0;
	unsigned int i;

	for (i = from; i < line->nr; i++)
		if (line->field[i].text[0])
			width += text_width(line->field[i].text) +
				 (width ? gap(&line->field[i]) : 0);
	return width;
}

static bool drop_field(struct line *line)
{
	struct field *drop = NULL;
	unsigned int i;

	for (i = 0; i < line->nr; i++) {
		struct field *field = &line->field[i];

		if (field->text[0] && field->rank && (!drop || field->rank >= drop->rank))
			drop = field;
	}
	if (!drop)
		return false;
	drop->text[0] = '\0';
	return true;
}

static void shorten(struct line *line, int width)
{
	unsigned int i;

	for (i = 0; i < line->nr && width_from(line, 0) > width; i++)
		if (line->field[i].cut)
			line->field[i].text[line->field[i].cut] = '\0';
	while (width_from(line, 0) > width && drop_field(line))
		;
}

/* Return: what is free between the fields on the left and those at the right end. */
static struct area draw_line(struct line *line, int y, int width)
{
	struct area room = { .y = y, .h = 1 };
	unsigned int i;
	int x = 0;

	shorten(line, width);
	for (i = 0; i < line->nr; i++) {
		struct field *field = &line->field[i];

		if (field->right && !room.w) {
			room.x = x + GAP;
			x = width - width_from(line, i);
			room.w = x - GAP - room.x;
		} else if (x && field->text[0]) {
			x += gap(field);
		}
		x += put(y, x, width - x, field->style, field->text);
	}
	return room;
}

static void add_subject(struct line *line, const struct screen *screen, const struct model *m)
{
	const struct model_partition *p = screen->partition;
	unsigned long long id = screen->id;
	struct field *kernel;

	if (screen->scope == SCOPE_HOST) {
		add(line, STYLE_NORMAL, 1, "%s", m->source);
		/* Where there is no room for the kernel's name, its version alone is shown. */
		kernel = add_field(line, STYLE_NORMAL, 4);
		snprintf(kernel->text, FIELD_SIZE, "%s", m->kernel);
		kernel->cut = strspn(m->kernel, "0123456789.");
		return;
	}
	if (screen->scope == SCOPE_VP)
		add(line, STYLE_TITLE, 0, "VP %u of partition %llu", screen->vp_index, id);
	else
		add(line, STYLE_TITLE, 0, "partition %llu", id);
	if (!p) {
		add(line, STYLE_ALARM, 0, "gone");
		return;
	}
	if (p->tgid)
		add(line, STYLE_NORMAL, 1, "%s, pid %u", p->vmm[0] ? p->vmm : "?", p->tgid);
	else
		add(line, STYLE_NORMAL, 1, "VMM not known");
	if (p->gone)
		add(line, STYLE_STATE, 0, "gone");
	else if (screen->scope == SCOPE_PARTITION && !p->hidden)
		add(line, STYLE_NORMAL, 2, "%u VP%s", p->nr_live_vps,
		    p->nr_live_vps == 1 ? "" : "s");
}

/* In a recording: time of the interval, its number, and the number of intervals */
static void add_moment(struct line *line, const struct shown *shown)
{
	const struct source *source = shown->source;
	time_t seconds = shown->model->wall_ns / 1000000000;
	char clock[16];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	add(line, STYLE_STATE, 0, " %s %lu/%lu ", clock, source->next ? source->next - 1 : 0,
	    source->nr_samples - 1);
}

static void add_interval(struct line *line, const struct shown *shown)
{
	double last = shown->model->interval_ns / 1e9;

	if (shown->source->recorded)
		add_moment(line, shown);
	else
		add(line, STYLE_NORMAL, 2, "every %g s", shown->interval);
	if (shown->source->recorded && last > 0)
		add(line, STYLE_NORMAL, 2, "speed %.2g", last / shown->interval);
	/*
	 * The first interval is short on purpose, and an interval after a pause is long; neither is
	 * remarked on.
	 */
	if (!shown->source->recorded && last > 0 && fabs(last / shown->interval - 1) > INTERVAL_TOLERANCE)
		add(line, STYLE_NORMAL, 5, "shown: %.1f s", last);
	if (shown->total)
		add(line, STYLE_STATE, 0, " since start ");
	if (shown->source->damaged)
		add(line, STYLE_ALARM, 0, " DAMAGED ");
	if (shown->ended)
		add(line, STYLE_ALARM, 0, " ENDED ");
	else if (shown->paused)
		add(line, STYLE_STATE, 0, " PAUSED ");
}

static void add_lost(struct line *line, const struct model *m)
{
	__u64 lost = model_lost_sum(&m->lost);
	struct field *field = add_field(line, lost ? STYLE_ALARM : STYLE_NORMAL, 0);
	char count[NUM_SIZE];

	num_count(count, lost);
	snprintf(field->text, FIELD_SIZE, lost ? " lost %s " : "lost %s", count);
	field->right = true;
}

static void draw_title(const struct screen *screen, const struct shown *shown, int width)
{
	const struct model *m = shown->model;
	struct line line = { 0 };

	add(&line, STYLE_TITLE, 5, "mshvtop");
	add_subject(&line, screen, m);
	add_interval(&line, shown);
	if (screen->scope == SCOPE_HOST && m->partial)
		add(&line, STYLE_NORMAL, 1, "? partitions ? VPs");
	else if (screen->scope == SCOPE_HOST)
		add(&line, STYLE_NORMAL, 1, "%u partition%s %u VP%s", m->nr_live_partitions,
		    m->nr_live_partitions == 1 ? "" : "s", m->nr_live_vps,
		    m->nr_live_vps == 1 ? "" : "s");
	add_lost(&line, m);
	draw_line(&line, 0, width);
}

static void add_times(struct line *line, const struct model *m, const struct model_exit_sum *now)
{
	static const char * const names[MODEL_NR_TIMES] = { "guest", "hv", "vmm", "halt" };
	__u64 all = model_time_sum(now);
	char percent[NUM_SIZE] = "-";
	struct field *field;
	unsigned int i;

	for (i = 0; i < MODEL_NR_TIMES; i++) {
		if (m->lacks & MODEL_LACKS_TIMES && i != MODEL_VMM)
			continue;
		if (all)
			num_percent(percent, model_share(now->ns[i], all));
		field = add_field(line, STYLE_GUEST + i, 2);
		snprintf(field->text, FIELD_SIZE, "%s %s%%", names[i], percent);
		field->close = i > 0;
	}
}

static void add_self(struct line *line, const struct model *m)
{
	struct field *field = add_field(line, STYLE_NORMAL, 4);
	__u64 self_ns = m->self_cpu_ns + m->self_bpf_ns;

	field->right = true;
	if (m->interval_ns)
		snprintf(field->text, FIELD_SIZE, "self %.1f%%",
			 model_share(self_ns, m->interval_ns));
	else
		snprintf(field->text, FIELD_SIZE, "self -");
}

/* Of the interval, or of all since the start, as the table beneath is */
static void add_rate(struct line *line, unsigned int rank, const char *name,
		     const struct shown *shown, __u64 now, __u64 total)
{
	const struct model *m = shown->model;
	char rate[NUM_SIZE] = "-";

	if (shown->total && m->total_ns)
		num_rate(rate, total * 1e9 / m->total_ns);
	else if (!shown->total && m->interval_ns)
		num_rate(rate, model_rate(m, now));
	add(line, STYLE_TITLE, rank, "%s %s/s", name, rate);
}

static void draw_summary(const struct screen *screen, const struct shown *shown, int width)
{
	const struct model_scope *scope = screen_scope(screen, shown->model);
	const struct model *m = shown->model;
	const struct model_exit_sum *sum;
	struct line line = { 0 };
	struct area room;

	if (!scope)
		return;
	sum = shown->total ? &scope->all.total : &scope->all.now;
	add_rate(&line, 0, "exits", shown, scope->all.now.count, scope->all.total.count);
	if (screen->scope == SCOPE_HOST && !(m->lacks & MODEL_LACKS_HVCALLS))
		add_rate(&line, 3, "hypercalls", shown, m->hvcalls.now.count,
			 m->hvcalls.total.count);
	else if (screen->scope == SCOPE_PARTITION && !(m->lacks & MODEL_LACKS_CALLERS))
		add_rate(&line, 3, "hypercalls", shown, screen->partition->hvcalls.now,
			 screen->partition->hvcalls.total);
	if (m->interval_ns)
		add_times(&line, m, sum);
	else
		add(&line, STYLE_NORMAL, 0, "measuring...");
	add_self(&line, m);
	room = draw_line(&line, 1, width);
	if (room.w >= MIN_BAR)
		bars_times(room.y, room.x, room.w < MAX_BAR ? room.w : MAX_BAR, sum,
			   model_time_sum(sum));
}

/**
 * head_draw() - draw the first two lines
 * @screen: the screen, after screen_take()
 * @shown: what from
 * @width: columns
 */
void head_draw(const struct screen *screen, const struct shown *shown, int width)
{
	draw_title(screen, shown, width);
	draw_summary(screen, shown, width);
}
