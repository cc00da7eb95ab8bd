/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How latencies were in the intervals before the last one, coarsely: how many samples, and how they
 * were spread over the powers of two. For trends and maps; whatever needs figures takes them from
 * the histograms. There are only so many histories, so that a host with many VPs does not pay for
 * what nobody looks at: those of the host, then of partitions, then of VPs.
 */
#ifndef MSHVTOP_MODEL_HISTORY_H
#define MSHVTOP_MODEL_HISTORY_H

#include "model.h"

/**
 * struct moment - one interval of a history
 * @count: samples
 * @share: of those, 0..255, in each power of two; not 0 where there is any
 */
struct moment {
	__u32 count;
	__u8 share[MODEL_OCTAVES];
};

const struct moment *model_moment(const struct model *m, const struct model_latency *latency,
				  unsigned int ago, double *seconds);

#endif /* MSHVTOP_MODEL_HISTORY_H */
