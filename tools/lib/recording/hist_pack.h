/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms as they are kept, by the hundred thousand: in blocks of eight buckets, of which only
 * those in use are there, with counts of as many bytes as the largest one needs. And what such a
 * histogram gains in an interval, found by looking at the buckets as they are counted.
 */
#ifndef MSHV_HIST_PACK_H
#define MSHV_HIST_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include "histq.h"

#define HIST_BLOCK	8
#define HIST_BLOCKS	(MSHV_HIST_BUCKETS / HIST_BLOCK)

/**
 * struct hist_pack - a histogram, packed
 * @head: a bit for each block of buckets that is there; above them the size of a count, as the
 *        power of two of its bytes
 * @counts: of the buckets of these blocks
 */
struct hist_pack {
	__u64 head;
	__u8 counts[];
};

/**
 * struct hist_gain - what was added to a histogram
 * @n: samples
 * @blocks: a bit for each block of buckets that has some
 * @all: all counts, or'ed
 * @lo: lowest bucket that has some, if there are any
 * @hi: 1 + the highest
 * @nr: blocks that have some
 * @block: which, ascending
 * @count: by how much their buckets have grown
 */
struct hist_gain {
	__u64 n;
	__u64 blocks;
	__u32 all;
	unsigned int lo;
	unsigned int hi;
	unsigned int nr;
	__u8 block[HIST_BLOCKS];
	__u32 count[HIST_BLOCKS][HIST_BLOCK];
};

/* In place of how many samples are expected, if that is not known */
#define HIST_ANY	0

void hist_gain_clear(struct hist_gain *gain);
void hist_gain_take(struct hist_gain *gain, const struct hist_pack *seen, const __u32 *live,
		    __u64 expected);
__u64 hist_gain_percentile(const struct hist_gain *gain, double percent, __u64 max_ns);
__u64 hist_gain_bound(const struct hist_gain *gain, __u64 max_ns);
void hist_add_gain(struct hist *to, const struct hist_gain *gain);

size_t hist_gain_size(const struct hist_gain *gain);
void hist_gain_pack(struct hist_pack *pack, const struct hist_gain *gain);
size_t hist_pack_size(const struct hist *h);
void hist_pack(struct hist_pack *pack, const struct hist *h);
struct hist_pack *hist_pack_copy(const struct hist_pack *pack);
bool hist_pack_add(struct hist_pack **pack, const struct hist_gain *gain);
void hist_unpack(struct hist *to, const struct hist_pack *pack, bool less);

#endif /* MSHV_HIST_PACK_H */
