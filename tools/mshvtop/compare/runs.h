/* SPDX-License-Identifier: GPL-2.0 */
/* Comparing several recordings of each kind: how much they differ from run to run decides. */
#ifndef MSHVTOP_RUNS_H
#define MSHVTOP_RUNS_H

#include "compare/diff.h"

bool runs_join(struct diff_side *joined, const struct diff_side *runs, unsigned int nr);
bool runs_compare(struct diff_result *result, const struct diff_side *a, unsigned int nr_a,
		  const struct diff_side *b, unsigned int nr_b, const struct diff_side *joined,
		  const struct diff_settings *settings);

#endif /* MSHVTOP_RUNS_H */
