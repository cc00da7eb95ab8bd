/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How latencies were in the intervals before the last one, coarsely: how many samples, and how they
 * were spread over the powers of two. Trends and maps are drawn from histories; exact figures come
 * from the histograms. The memory for histories is limited: the host always has a history, then
 * partitions, VPs and reasons get one as long as there is memory.
 */
#ifndef MSHVTOP_MODEL_HISTORY_H
#define MSHVTOP_MODEL_HISTORY_H

#include "model/model.h"

/**
 * struct moment - one interval of a history
 * @seconds: length of the interval
 * @count: samples
 * @share: of those, 0..255, in each power of two; not 0 where there is any
 */
struct moment {
	double seconds;
	__u32 count;
	__u8 share[MODEL_OCTAVES];
};

bool model_moment(const struct model *m, const struct model_latency *latency, unsigned int ago,
		  struct moment *moment);

#endif /* MSHVTOP_MODEL_HISTORY_H */
