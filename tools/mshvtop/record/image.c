// SPDX-License-Identifier: GPL-2.0
/*
 * Counters in memory of our own, laid out as the BPF programs' are. Memory that nothing was written
 * to costs nothing, as most of it is never used.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include "err.h"
#include "record/sample.h"

#define NR_PARTS	6

struct part {
	void *at;
	size_t size;
};

static void list_parts(const struct rec_image *image, struct part *parts)
{
	const struct counters *c = &image->counters;
	size_t cpus = c->nr_cpus;

	parts[0] = (struct part){
		image->exits, sizeof(*image->exits) * MSHV_COUNTS_REASONS * c->nr_vp_slots };
	parts[1] = (struct part){
		image->hvcalls, sizeof(*image->hvcalls) * MSHV_COUNTS_HVCALLS * cpus };
	parts[2] = (struct part){
		image->partition_hvcalls,
		sizeof(*image->partition_hvcalls) * c->nr_partition_slots * cpus };
	parts[3] = (struct part){
		image->partition_owners,
		sizeof(*image->partition_owners) * c->nr_partition_slots };
	parts[4] = (struct part){ image->hists, sizeof(*image->hists) * c->nr_hists };
	parts[5] = (struct part){
		image->hvcall_slot, sizeof(*image->hvcall_slot) * MSHV_COUNTS_HVCALL_CODES };
}

/**
 * rec_image_new() - an image in which everything is 0
 * @sizes: counters whose numbers of slots, CPUs and histograms it gets
 *
 * Return: the image, or NULL without memory, which has been reported.
 */
struct rec_image *rec_image_new(const struct counters *sizes)
{
	struct rec_image *image = calloc(1, sizeof(*image));
	struct part parts[NR_PARTS];
	unsigned int i;

	if (!image)
		goto err_memory;
	image->counters = *sizes;
	list_parts(image, parts);
	for (i = 0; i < NR_PARTS; i++) {
		parts[i].at = mmap(NULL, parts[i].size, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (parts[i].at == MAP_FAILED) {
			while (i--)
				munmap(parts[i].at, parts[i].size);
			goto err_memory;
		}
	}
	image->exits = parts[0].at;
	image->hvcalls = parts[1].at;
	image->partition_hvcalls = parts[2].at;
	image->partition_owners = parts[3].at;
	image->hists = parts[4].at;
	image->hvcall_slot = parts[5].at;
	image->counters.exits = image->exits;
	image->counters.hvcalls = image->hvcalls;
	image->counters.partition_hvcalls = image->partition_hvcalls;
	image->counters.partition_owners = image->partition_owners;
	image->counters.hists = image->hists;
	image->counters.hvcall_slot = image->hvcall_slot;
	image->counters.lost = &image->lost;
	return image;
err_memory:
	err("out of memory");
	free(image);
	return NULL;
}

/**
 * rec_image_empty() - set everything to 0
 * @image: the image
 */
void rec_image_empty(struct rec_image *image)
{
	struct part parts[NR_PARTS];
	unsigned int i;

	list_parts(image, parts);
	/* Private memory without a file reads as 0 after it. */
	for (i = 0; i < NR_PARTS; i++)
		madvise(parts[i].at, parts[i].size, MADV_DONTNEED);
	image->lost = (struct mshv_counts_lost){ 0 };
}

/**
 * rec_image_free() - free an image
 * @image: the image, or NULL
 */
void rec_image_free(struct rec_image *image)
{
	struct part parts[NR_PARTS];
	unsigned int i;

	if (!image)
		return;
	list_parts(image, parts);
	for (i = 0; i < NR_PARTS; i++)
		munmap(parts[i].at, parts[i].size);
	free(image);
}
