/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The screens: what each is about, its table, and which screen lies behind a row. They read the
 * model; what keys do and when things are drawn is for tui.c.
 */
#ifndef MSHVTOP_TUI_SCREENS_H
#define MSHVTOP_TUI_SCREENS_H

#include <stdbool.h>
#include "model/model.h"
#include "tui/table.h"

enum scope_kind {
	SCOPE_HOST,
	SCOPE_PARTITION,
	SCOPE_VP,
};

/**
 * struct screen - a screen
 * @view: its table
 * @scope: what it is about
 * @id: SCOPE_PARTITION and SCOPE_VP: the partition
 * @vp_index: SCOPE_VP
 * @detail: the selected row fills it
 * @summary: the first rows of other tables are beneath its table
 * @partition: of @scope; NULL if it is not known any more; valid until the model's next update
 * @vp: of @scope; likewise
 */
struct screen {
	struct table_view view;
	enum scope_kind scope;
	__u64 id;
	__u32 vp_index;
	bool detail;
	bool summary;
	const struct model_partition *partition;
	const struct model_vp *vp;
};

/**
 * struct shown - what a screen is drawn from
 * @model: the model
 * @filter: which partitions are wanted
 * @order: what each table is sorted by
 * @pane: show details of the selected row beneath the table
 * @map: as a map over time, not as a histogram
 * @total: all since the start, not the last interval
 * @interval: seconds that were asked for
 * @paused: the model stands still
 * @ended: the source has ended
 * @source: where the model is from: a recording has its moments
 */
struct shown {
	const struct model *model;
	const struct row_filter *filter;
	struct table_order order[NR_TABLES];
	bool pane;
	bool map;
	bool total;
	double interval;
	bool paused;
	bool ended;
	const struct source *source;
};

void screen_init(struct screen *screen, enum table_id table);
void screen_set_partition(struct screen *screen, __u64 id);
bool screen_open_behind(const struct screen *screen, struct screen *behind);
bool screen_open_vps(const struct screen *screen, struct screen *vps);
bool screen_open_caps(const struct screen *screen, struct screen *caps);
bool screen_take(struct screen *screen, const struct shown *shown);
void screen_draw(struct screen *screen, const struct shown *shown, struct area area);
void screen_draw_menu(const struct screen *screen, const unsigned int *hidden, unsigned int column,
		      struct area area);
unsigned int screen_at(const struct screen *screen);
unsigned int screen_wants(const struct screen *screen);
const struct model_scope *screen_scope(const struct screen *screen, const struct model *m);
void screen_close(struct screen *screen);

#endif /* MSHVTOP_TUI_SCREENS_H */
