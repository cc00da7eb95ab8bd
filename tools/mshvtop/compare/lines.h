/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of a comparison. */
#ifndef MSHVTOP_LINES_H
#define MSHVTOP_LINES_H

#include "compare/diff.h"

bool lines_init(struct diff_result *result, const struct diff_side *a, const struct diff_side *b);
void lines_judge(struct diff_line *line, enum diff_metric metric, bool found,
		 const struct diff_settings *settings);
void lines_sort(struct diff_result *result);

#endif /* MSHVTOP_LINES_H */
