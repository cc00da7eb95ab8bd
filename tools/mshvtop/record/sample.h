/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Samples as bytes. A sample is written as what changed since the one before, and from time to time
 * in full (a key sample), so that a reader can begin in the middle. Both sides keep an image: the
 * counters as the recording has them so far.
 */
#ifndef MSHVTOP_REC_SAMPLE_H
#define MSHVTOP_REC_SAMPLE_H

#include <stdbool.h>
#include "recording/buf.h"
#include "recording/file.h"
#include "source/source.h"

/* The most that a recording's layout may ask for: what no host has */
#define REC_MAX_SLOTS	(1U << 20)
#define REC_MAX_CPUS	(1U << 16)
#define REC_MAX_HISTS	(1U << 22)

/* The most VPs of a partition: their numbers are below */
#define REC_MAX_VPS	(1U << 16)

#define REC_NAME	32

/**
 * struct rec_layout - what the indices in samples mean
 *
 * A recording may be from another version: reasons go by name, and records may have more words or
 * fewer than ours.
 *
 * @source: as in struct source
 * @kernel: as in struct source
 * @nr_vp_slots: as in struct counters
 * @nr_partition_slots: as in struct counters
 * @nr_cpus: as in struct counters
 * @nr_hists: as in struct counters
 * @reasons: records of a VP slot
 * @hvcalls: records of a CPU
 * @hvcall_codes: entries of the table of codes
 * @exit_words: 64-bit words of an exit record
 * @hvcall_words: of a hypercall record
 * @partition_words: of a partition's hypercall record
 * @owner_words: of an owner record
 * @reason: our number of each of the recording's reasons
 */
struct rec_layout {
	char source[32];
	char kernel[72];
	__u32 nr_vp_slots;
	__u32 nr_partition_slots;
	__u32 nr_cpus;
	__u32 nr_hists;
	__u32 reasons;
	__u32 hvcalls;
	__u32 hvcall_codes;
	__u32 exit_words;
	__u32 hvcall_words;
	__u32 partition_words;
	__u32 owner_words;
	__u32 reason[MSHV_COUNTS_REASONS];
};

/**
 * struct rec_use - what a recording uses of all that its layout has room for
 *
 * A layout may have room for a million slots, of which samples use three. Slots and CPUs get numbers
 * here in the order in which they are met, so that memory and time go by what is used.
 *
 * @left: bytes of memory that the recording may still ask for
 * @vp_slot: by the recording's number: the number here + 1; 0: not met yet
 * @partition_slot: likewise
 * @cpu: likewise
 * @nr_vp_slots: how many were met
 * @nr_partition_slots: likewise
 * @nr_cpus: likewise
 * @hist: a bit for each histogram that was met
 * @most_owners: bytes that the owners took, when they took most
 */
struct rec_use {
	__u64 left;
	__u32 *vp_slot;
	__u32 *partition_slot;
	__u32 *cpu;
	__u32 nr_vp_slots;
	__u32 nr_partition_slots;
	__u32 nr_cpus;
	__u8 *hist;
	__u64 most_owners;
};

/**
 * struct rec_image - the counters as a recording has them at some sample
 * @counters: points to what follows
 * @use: which of the recording's numbers are which of @counters; NULL: they are the same
 * @exits: and the others: as in struct counters
 */
struct rec_image {
	struct counters counters;
	struct rec_use *use;
	struct mshv_exit_series *exits;
	struct mshv_hvcall_series *hvcalls;
	struct mshv_partition_hvcalls *partition_hvcalls;
	struct mshv_partition_owner *partition_owners;
	struct mshv_histogram *hists;
	__u32 *hvcall_slot;
	struct mshv_counts_lost lost;
};

struct rec_image *rec_image_new(const struct counters *sizes);
void rec_image_empty(struct rec_image *image);
void rec_image_free(struct rec_image *image);

bool rec_use_init(struct rec_use *use, const struct rec_layout *layout, __u64 may_ask);
void rec_use_sizes(struct counters *sizes, const struct rec_layout *layout, __u64 may_ask);
bool rec_use_take(struct rec_use *use, __u64 bytes);
bool rec_use_vp_slot(struct rec_image *image, __u32 theirs, __u32 *ours);
bool rec_use_partition_slot(struct rec_image *image, __u32 theirs, __u32 *ours);
bool rec_use_cpu(struct rec_image *image, __u32 theirs, __u32 *ours);
bool rec_use_hist(struct rec_image *image, __u32 hist);
bool rec_use_owners(struct rec_image *image, unsigned int partitions, __u64 vps);
void rec_use_free(struct rec_use *use);

void rec_encode_layout(struct buf *b, const struct source *source, const struct counters *c);
void rec_encode_sample(struct buf *b, struct rec_image *image, const struct sample *sample,
		       struct buf *owners, bool key);

/**
 * struct rec_owners - the owners as a recording has them at some sample
 * @list: as in struct sample
 * @nr: entries of @list
 */
struct rec_owners {
	struct owner *list;
	unsigned int nr;
};

bool rec_decode_layout(struct cursor *c, struct rec_layout *layout);
bool rec_decode_sample(struct cursor *c, const struct rec_layout *layout, struct rec_image *image,
		       struct rec_owners *owners, struct sample *sample, bool key);
void rec_owners_free(struct rec_owners *owners);

#endif /* MSHVTOP_REC_SAMPLE_H */
