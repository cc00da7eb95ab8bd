// SPDX-License-Identifier: GPL-2.0
/* Details beneath and beside tables. */
#include <stdio.h>
#include <mshv/exits.h>
#include "num.h"
#include "slow.h"
#include "tui/draw.h"
#include "view/view.h"

#define LABEL		12

/**
 * reason_tallies() - kinds of tallies that a reason's intercepts have
 * @reason: the reason
 *
 * Return: a bit for each kind, 0 if there are none.
 */
unsigned int reason_tallies(unsigned int reason)
{
	switch (reason) {
	case MSHV_EXIT_IO_PORT:
		return 1U << MSHV_TALLY_IO_PORT;
	case MSHV_EXIT_MSR:
		return 1U << MSHV_TALLY_MSR;
	case MSHV_EXIT_CPUID:
		return 1U << MSHV_TALLY_CPUID;
	case MSHV_EXIT_UNMAPPED_GPA:
	case MSHV_EXIT_GPA_INTERCEPT:
		return 1U << MSHV_TALLY_GPA;
	case MSHV_EXIT_EXCEPTION:
		return 1U << MSHV_TALLY_EXCEPTION;
	case MSHV_EXIT_HYPERCALL:
		return 1U << MSHV_TALLY_HYPERCALL;
	default:
		return 0;
	}
}

/**
 * extra_draw_intercepts() - draw the most frequent ports, MSRs, pages and so on of a reason's
 * intercepts
 * @screen: the screen; for a screen of a VP, tallies of its whole partition are shown
 * @shown: what from
 * @reason: the reason
 * @area: where
 */
void extra_draw_intercepts(const struct screen *screen, const struct shown *shown,
			   unsigned int reason, struct area area)
{
	struct row_filter filter = { .by_partition = screen->scope != SCOPE_HOST,
				     .partition_id = screen->id };
	const struct table *table = &tables[TABLE_INTERCEPTS];
	struct rows rows = { .total = shown->total };

	if (rows_tallies(&rows, shown->model, reason_tallies(reason), &filter)) {
		rows_sort(&rows, &table->columns[table->sort], false);
		table_draw_extract(TABLE_INTERCEPTS, &rows, area);
		if (!rows.nr)
			put(area.y + 1, area.x + 1, area.w - 1, STYLE_FAINT,
			    table_is_missing(TABLE_INTERCEPTS, shown->model) ?
			    "Linux's own driver does not tell" :
			    !shown->source->details ? "not in this recording" :
			    shown->source->recorded ? "none so far" :
						      "none while this was looked at");
	}
	rows_free(&rows);
}

static void draw_title(struct area *area, const char *title)
{
	fill(area->y, area->x, area->w, STYLE_FAINT, style_rule());
	putf(area->y, area->x + 1, area->w - 1, STYLE_TITLE, " %s ", title);
	area->y++;
	area->h--;
	area->x++;
	area->w--;
}

static bool say(struct area *area, const char *what, const char *text)
{
	if (area->h <= 0)
		return false;
	put(area->y, area->x, area->w, STYLE_FAINT, what);
	put(area->y, area->x + LABEL, area->w - LABEL, STYLE_NORMAL, text);
	area->y++;
	area->h--;
	return true;
}

/**
 * extra_draw_slow() - draw everything that is known of a slow event
 * @source: source of the event
 * @row: the event
 * @area: where
 */
void extra_draw_slow(const struct source *source, const struct row *row, struct area area)
{
	static const char * const parts[] = { "guest", "hypervisor", "VMM", "halted" };
	const struct mshv_slow *s = &row->slow->event;
	char text[160], number[NUM_SIZE], place[MSHV_SLOW_STACK][SYMBOL_SIZE];
	unsigned int i, nr;

	slow_name(s, text, sizeof(text));
	draw_title(&area, text);
	num_us(number, slow_latency_ns(s));
	snprintf(text, sizeof(text), "%s us", number);
	say(&area, "took", text);
	for (i = 0; i < 4 && !s->is_hvcall; i++) {
		num_us(number, s->arg[SLOW_EXIT_GUEST_NS + i]);
		snprintf(text, sizeof(text), "%s us", number);
		say(&area, parts[i], text);
	}
	slow_arguments(s, text, sizeof(text));
	say(&area, "arguments", text[0] ? text : "none are known");
	nr = view_stack(source, s, place);
	for (i = 0; i < nr; i++)
		if (!say(&area, i ? "" : "called from", place[i]))
			return;
}

/**
 * extra_draw_cost() - draw where mshvtop's memory and time are
 * @m: the model
 * @area: where
 */
void extra_draw_cost(const struct model *m, struct area area)
{
	const struct model_detail *d = m->detail;
	char text[96], number[NUM_SIZE];

	draw_title(&area, "mshvtop itself");
	num_count(number, d->rss_bytes);
	snprintf(text, sizeof(text), "%sB resident, with the maps as far as they were read", number);
	say(&area, "memory", text);
	num_count(number, d->maps_bytes);
	snprintf(text, sizeof(text), "%sB of the BPF programs in the kernel", number);
	say(&area, "maps", text);
	snprintf(text, sizeof(text), "%.1f %% of one CPU in user space and system calls",
		 model_share(m->self_cpu_ns, m->interval_ns));
	say(&area, "CPU", text);
	snprintf(text, sizeof(text), "%.1f %% of one CPU; 0 unless sysctl kernel.bpf_stats_enabled=1",
		 model_share(m->self_bpf_ns, m->interval_ns));
	say(&area, "programs", text);
	num_count(number, model_lost_sum(&m->lost));
	snprintf(text, sizeof(text), "%s exits and samples; %llu tallies, %llu slow events", number,
		 d->lost_tallies, d->lost_slow);
	say(&area, "lost", text);
}
