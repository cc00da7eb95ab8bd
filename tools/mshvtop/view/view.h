/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The views that write to a stream. Each shows the model's last interval, and reads nothing but the
 * model; details, too, of which only names of places in the kernel are the source's.
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
 * struct view_before - how things stood before the last interval
 * @lost: what had been lost
 * @lost_tallies: events that there had been no room for in tallies
 * @lost_slow: likewise, in what took long
 * @nr_slow: how many had taken long
 */
struct view_before {
	struct model_lost lost;
	__u64 lost_tallies;
	__u64 lost_slow;
	__u64 nr_slow;
};

/**
 * struct view_details - what is shown beside the counters
 * @source: where it is from, for the names of places in the kernel
 * @filter: which partitions
 * @before: to tell what took long in the interval from what did earlier
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
