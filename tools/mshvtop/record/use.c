// SPDX-License-Identifier: GPL-2.0
/*
 * What a recording makes its reader remember, and how much that may be. A file of a kilobyte must not
 * cost gigabytes, whatever sizes it claims and however far apart the things are that it has.
 */
#include <stdlib.h>
#include <string.h>
#include "model/model.h"
#include "record/sample.h"

#define PAGE	4096

/* What the model has of each beside the counters, and of tables here: about */
#define OF_SLOT		(MSHV_COUNTS_REASONS * sizeof(struct mshv_exit_series) + 2 * PAGE)
#define OF_HISTOGRAM	(sizeof(struct mshv_histogram) + PAGE)
#define OF_CPU		(4 * PAGE)
#define OF_PARTITION	(sizeof(struct owner) + sizeof(struct model_partition) + 64)
#define OF_VP		(sizeof(__u32) + sizeof(struct model_vp) + 32)

static __u32 less(__u32 a, __u64 b)
{
	return a < b ? a : b;
}

/**
 * rec_use_init() - nothing is used yet
 * @use: the result; rec_use_free() has to be called, also after a failure
 * @layout: the recording's
 * @may_ask: bytes of memory that it may ask for
 *
 * Return: false without memory.
 */
bool rec_use_init(struct rec_use *use, const struct rec_layout *layout, __u64 may_ask)
{
	use->left = may_ask;
	/* Memory that is not written to costs nothing. */
	use->vp_slot = calloc(layout->nr_vp_slots, sizeof(*use->vp_slot));
	use->partition_slot = calloc(layout->nr_partition_slots, sizeof(*use->partition_slot));
	use->cpu = calloc(layout->nr_cpus, sizeof(*use->cpu));
	use->hist = calloc(layout->nr_hists / 8 + 1, 1);
	return use->vp_slot && use->partition_slot && use->cpu && use->hist;
}

/**
 * rec_use_sizes() - sizes that an image needs at most
 * @sizes: the result
 * @layout: the recording's
 * @may_ask: bytes of memory that it may ask for
 */
void rec_use_sizes(struct counters *sizes, const struct rec_layout *layout, __u64 may_ask)
{
	memset(sizes, 0, sizeof(*sizes));
	sizes->nr_vp_slots = less(layout->nr_vp_slots, may_ask / OF_SLOT);
	sizes->nr_partition_slots = less(layout->nr_partition_slots, may_ask / PAGE);
	sizes->nr_cpus = less(layout->nr_cpus, may_ask / OF_CPU);
	sizes->nr_hists = layout->nr_hists;
}

/**
 * rec_use_take() - take from what a recording may ask for
 * @use: what it uses; NULL: there is no limit
 * @bytes: how much
 *
 * Return: false if that is too much.
 */
bool rec_use_take(struct rec_use *use, __u64 bytes)
{
	if (!use)
		return true;
	if (bytes > use->left) {
		use->left = 0;
		return false;
	}
	use->left -= bytes;
	return true;
}

static bool number(struct rec_use *use, __u32 *table, __u32 *nr, __u32 most, __u32 theirs,
		   __u64 bytes, __u32 *ours)
{
	if (!table[theirs]) {
		if (!rec_use_take(use, *nr < most ? bytes : use->left + 1))
			return false;
		table[theirs] = ++*nr;
	}
	*ours = table[theirs] - 1;
	return *ours < most;
}

/**
 * rec_use_vp_slot() - the number here of a VP slot of a recording
 * @image: the image
 * @theirs: number in the recording
 * @ours: the result
 *
 * Return: false if there is none.
 */
bool rec_use_vp_slot(struct rec_image *image, __u32 theirs, __u32 *ours)
{
	struct rec_use *use = image->use;

	*ours = theirs;
	return !use || number(use, use->vp_slot, &use->nr_vp_slots, image->counters.nr_vp_slots,
			      theirs, OF_SLOT, ours);
}

/**
 * rec_use_partition_slot() - the number here of a partition slot of a recording
 * @image: the image
 * @theirs: number in the recording
 * @ours: the result
 *
 * Return: false if there is none.
 */
bool rec_use_partition_slot(struct rec_image *image, __u32 theirs, __u32 *ours)
{
	struct rec_use *use = image->use;

	*ours = theirs;
	return !use || number(use, use->partition_slot, &use->nr_partition_slots,
			      image->counters.nr_partition_slots, theirs, PAGE, ours);
}

/**
 * rec_use_cpu() - the number here of a CPU of a recording
 * @image: the image
 * @theirs: number in the recording
 * @ours: the result
 *
 * Return: false if there is none.
 */
bool rec_use_cpu(struct rec_image *image, __u32 theirs, __u32 *ours)
{
	struct rec_use *use = image->use;

	*ours = theirs;
	return !use || number(use, use->cpu, &use->nr_cpus, image->counters.nr_cpus, theirs,
			      OF_CPU, ours);
}

/**
 * rec_use_hist() - a histogram of a recording is needed
 * @image: the image
 * @hist: its number
 *
 * Return: false if that is too much.
 */
bool rec_use_hist(struct rec_image *image, __u32 hist)
{
	struct rec_use *use = image->use;

	if (!use || use->hist[hist / 8] & 1U << hist % 8)
		return true;
	use->hist[hist / 8] |= 1U << hist % 8;
	return rec_use_take(use, OF_HISTOGRAM);
}

/**
 * rec_use_owners() - partitions exist
 * @image: the image
 * @partitions: how many
 * @vps: VPs of all of them
 *
 * Return: false if that is too much.
 */
bool rec_use_owners(struct rec_image *image, unsigned int partitions, __u64 vps)
{
	const __u64 bytes = partitions * OF_PARTITION + vps * OF_VP;
	struct rec_use *use = image->use;
	bool ok = true;

	if (use && bytes > use->most_owners) {
		ok = rec_use_take(use, bytes - use->most_owners);
		use->most_owners = bytes;
	}
	return ok;
}

/**
 * rec_use_free() - free the tables
 * @use: what was used
 */
void rec_use_free(struct rec_use *use)
{
	free(use->vp_slot);
	free(use->partition_slot);
	free(use->cpu);
	free(use->hist);
	memset(use, 0, sizeof(*use));
}
