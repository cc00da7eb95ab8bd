/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The views that write to a stream. Each view shows the model's last interval and reads only the
 * model; only the names of addresses in the kernel, for the stacks of slow events, come from the
 * source.
 */
#ifndef MSHVTOP_VIEW_H
#define MSHVTOP_VIEW_H

#include <stdio.h>
#include "model/model.h"
#include "recording/slow.h"
#include "view/rows.h"

/* The host at a glance: two lines, the same in all views for people */
#define SUMMARY_LINES	2

/**
 * struct view_before - the state before the last interval
 * @lost: lost events
 * @lost_tallies: events lost from tallies
 * @lost_slow: lost slow events
 * @nr_slow: number of slow events
 */
struct view_before {
	struct model_lost lost;
	__u64 lost_tallies;
	__u64 lost_slow;
	__u64 nr_slow;
};

/**
 * struct view_details - how details are shown
 * @source: source of the model, for the names of addresses in the kernel
 * @filter: which partitions
 * @before: tells the interval's slow events from earlier ones
 */
struct view_details {
	const struct source *source;
	const struct row_filter *filter;
	const struct view_before *before;
};

void view_before_set(struct view_before *before, const struct model *m);
bool view_details_rows(struct rows *rows, const struct model *m, enum table_id table,
		       const struct view_details *d);
bool view_details_known(const struct model *m, const struct source *source, enum table_id table);
unsigned int view_stack(const struct source *source, const struct mshv_slow *s,
			char (*place)[SYMBOL_SIZE]);

void view_summary(char *text, size_t size, const struct model *m, unsigned int line,
		  unsigned int width);
bool view_text(FILE *out, const struct model *m, const struct row_filter *filter,
	       unsigned int width);
bool view_text_details(FILE *out, const struct model *m, const struct view_details *d,
		       unsigned int width);
bool view_json(FILE *out, const struct model *m, const struct row_filter *filter);
bool view_json_lost(FILE *out, const struct model *m, const struct view_before *before);
bool view_json_details(FILE *out, const struct model *m, const struct view_details *d);
void view_csv_head(FILE *out);
void view_csv(FILE *out, const struct model *m, const struct row_filter *filter);
bool view_csv_details(FILE *out, const struct model *m, const struct view_details *d);

#endif /* MSHVTOP_VIEW_H */
