/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often VPs left their guests by the hypervisor's own counters, which include exits that the
 * hypervisor handles itself and Linux never sees. The counters come from debugfs and are sums
 * without times of single exits.
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
