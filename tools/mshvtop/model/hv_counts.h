/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often VPs left their guests as the hypervisor itself counts it, for what ends in the
 * hypervisor and never reaches Linux. From its statistics in debugfs: sums, no times of single
 * exits.
 */
#ifndef MSHVTOP_HV_COUNTS_H
#define MSHVTOP_HV_COUNTS_H

#include "model/detail.h"

/**
 * struct hv_counts - by reason
 * @known: there is a counter, and it was read
 * @now: in the interval
 */
struct hv_counts {
	bool known[MSHV_COUNTS_REASONS];
	__u64 now[MSHV_COUNTS_REASONS];
};

void hv_counts_take(struct hv_counts *counts, const struct model *m,
		    const struct model_scope *scope);

#endif /* MSHVTOP_HV_COUNTS_H */
