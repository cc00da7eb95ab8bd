/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The views: each shows the model's last interval on a stream, and reads nothing but the model.
 */
#ifndef MSHVTOP_VIEW_H
#define MSHVTOP_VIEW_H

#include <stdio.h>
#include "model.h"
#include "rows.h"

bool view_text(FILE *out, const struct model *m, const struct row_filter *filter,
	       unsigned int width);
bool view_json(FILE *out, const struct model *m, const struct row_filter *filter);

#endif /* MSHVTOP_VIEW_H */
