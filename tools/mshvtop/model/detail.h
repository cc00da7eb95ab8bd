/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model's part for what a source shows beside the counters: tallies, what took long, and the
 * cost of the programs. Views read it as they read the rest of the model.
 */
#ifndef MSHVTOP_MODEL_DETAIL_H
#define MSHVTOP_MODEL_DETAIL_H

#include "model/model.h"
#include "model/caps.h"

/* Number of slow exits and hypercalls that are kept */
#define MODEL_SLOW	256

/**
 * struct model_tally - something that is counted
 * @key: what
 * @last: the count itself, since the programs were loaded
 * @now: in the interval
 * @total: since the start
 */
struct model_tally {
	struct mshv_tally_key key;
	struct mshv_tally last;
	struct mshv_tally now;
	struct mshv_tally total;
};

/**
 * struct model_slow - an exit or a hypercall that took long
 * @nr: sequence number
 * @wall_ns: when the event ended, CLOCK_REALTIME
 * @event: the event
 */
struct model_slow {
	__u64 nr;
	__u64 wall_ns;
	struct mshv_slow event;
};

/**
 * struct model_program - what a BPF program cost
 * @name: of the program
 * @now: in the interval
 * @total: since it was loaded
 */
struct model_program {
	char name[PROGRAM_NAME];
	struct program_cost now;
	struct program_cost total;
};

/**
 * struct model_detail - details of the model
 * @nr_tallies: entries of @tally
 * @tally: ascending by tally_compare()
 * @nr_slow: events that took long so far; the last MODEL_SLOW of them are kept
 * @slow: by number modulo MODEL_SLOW
 * @nr_programs: entries of @program
 * @program: the BPF programs
 * @rss_bytes: memory of mshvtop
 * @maps_bytes: memory of the programs' maps
 * @nr_caps: entries of @cap
 * @cap: capabilities, ascending by partition and id
 * @lost_tallies: events that were not counted because the tables of tallies and capabilities were
 *                full
 * @lost_slow: slow events that were dropped because the ring buffer was full
 */
struct model_detail {
	unsigned int nr_tallies;
	struct model_tally *tally;
	__u64 nr_slow;
	struct model_slow slow[MODEL_SLOW];
	unsigned int nr_programs;
	struct model_program *program;
	__u64 rss_bytes;
	__u64 maps_bytes;
	unsigned int nr_caps;
	struct model_cap *cap;
	__u64 lost_tallies;
	__u64 lost_slow;
};

#endif /* MSHVTOP_MODEL_DETAIL_H */
