/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The views that write to a stream. Each shows the model's last interval, and reads nothing but the
 * model.
 */
#ifndef MSHVTOP_VIEW_H
#define MSHVTOP_VIEW_H

#include <stdio.h>
#include "model.h"
#include "rows.h"

/* The host at a glance: two lines, the same in all views for people */
#define SUMMARY_LINES	2

void view_summary(char *text, size_t size, const struct model *m, unsigned int line,
		  unsigned int width);
bool view_text(FILE *out, const struct model *m, const struct row_filter *filter,
	       unsigned int width);
bool view_json(FILE *out, const struct model *m, const struct row_filter *filter);
bool view_json_lost(FILE *out, const struct model *m, const struct model_lost *before);
void view_csv_head(FILE *out);
void view_csv(FILE *out, const struct model *m, const struct row_filter *filter);

#endif /* MSHVTOP_VIEW_H */
