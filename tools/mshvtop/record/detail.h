/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is beside the counters, as bytes: tallies, the hypervisor's counters, and what the programs
 * and mshvtop cost. Like samples, they are written as what changed, and now and then in full.
 */
#ifndef MSHVTOP_REC_DETAIL_H
#define MSHVTOP_REC_DETAIL_H

#include <stdbool.h>
#include "recording/buf.h"
#include "source/source.h"

/* More than mshvtop has programs */
#define REC_MAX_PROGRAMS	64

/**
 * struct rec_tallies - the tallies as a recording has them at some sample; all zero to begin with
 * @entry: ascending by tally_compare()
 * @nr: entries of @entry
 * @room: entries that there is room for
 */
struct rec_tallies {
	struct tally_entry *entry;
	unsigned int nr;
	unsigned int room;
};

/**
 * struct rec_details - all of it, for a reader; all zero to begin with
 * @use: what the recording may ask for; NULL: there is no limit
 * @most: tallies, when there were most of them
 * @tallies: the tallies
 * @kind: our number of each of the recording's kinds; NR_TALLY_KINDS of those that are not known
 * @programs: as in struct sample
 * @nr_programs: entries of @programs
 * @rss_bytes: likewise
 * @maps_bytes: likewise
 * @lost_tallies: likewise
 * @lost_slow: likewise
 */
struct rec_details {
	struct rec_use *use;
	unsigned int most;
	struct rec_tallies tallies;
	__u32 kind[64];
	struct program_cost programs[REC_MAX_PROGRAMS];
	unsigned int nr_programs;
	__u64 rss_bytes;
	__u64 maps_bytes;
	__u64 lost_tallies;
	__u64 lost_slow;
};

void rec_encode_detail(struct buf *b, struct rec_tallies *before, const struct sample *sample,
		       bool key);
bool rec_decode_detail(struct cursor *c, struct rec_details *details, bool key);
void rec_show_detail(const struct rec_details *details, struct sample *sample);
void rec_tallies_free(struct rec_tallies *tallies);

#endif /* MSHVTOP_REC_DETAIL_H */
