/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of details: tallies, slow events, the tool's own cost, and capabilities. Views reach
 * them through columns.h like all other columns.
 */
#ifndef MSHVTOP_COLUMNS_DETAIL_H
#define MSHVTOP_COLUMNS_DETAIL_H

#include "view/columns.h"

extern const struct column intercept_columns[];
extern const struct column interrupt_columns[];
extern const struct column memory_columns[];
extern const struct column slow_columns[];
extern const struct column counter_columns[];
extern const struct column cost_columns[];
extern const struct column cap_columns[];

#define NR_INTERCEPT_COLUMNS	6
#define NR_INTERRUPT_COLUMNS	6
#define NR_MEMORY_COLUMNS	7
#define NR_SLOW_COLUMNS		8
#define NR_COUNTER_COLUMNS	6
#define NR_COST_COLUMNS		5
#define NR_CAP_COLUMNS		13

#endif /* MSHVTOP_COLUMNS_DETAIL_H */
