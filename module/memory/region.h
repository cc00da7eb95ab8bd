/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A region of guest memory: how the VMM's pages get into the guest when it touches them, and out of
 * it when the kernel wants them. Who has which regions is not its business (memory.c).
 */
#ifndef MSHV_REGION_H
#define MSHV_REGION_H

#include <linux/interval_tree.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct mshv_partition;

/**
 * struct mshv_region - a range of guest pages and the memory behind it
 * @node: guest page numbers, start and last
 * @notifier: tells what the kernel does to the memory; its mm is the VMM's address space
 * @partition: whose guest
 * @uaddr: where the memory is in the VMM
 * @nr_pages: length
 * @map_flags: MHV_MAP_GPA_*: what the guest may do at most
 * @lock: @blocks and the guest's mappings of pages, against the notifier, which is called when
 *	memory is short: nobody allocates any while holding it
 * @blocks: by guest page number >> MSHV_BLOCK_SHIFT; struct mshv_region_block for those that have
 *	had a page mapped
 */
struct mshv_region {
	struct interval_tree_node node;
	struct mmu_interval_notifier notifier;
	struct mshv_partition *partition;
	u64 uaddr;
	u64 nr_pages;
	u32 map_flags;
	struct mutex lock;
	struct xarray blocks;
};

struct mshv_region *mshv_region_create(struct mshv_partition *partition, u64 gfn, u64 nr_pages,
				       u64 uaddr, u32 map_flags);
int mshv_region_reserve(struct mshv_region *region);
int mshv_region_fault(struct mshv_region *region, u64 gfn, bool write);
int mshv_region_access_states(struct mshv_region *region, u64 gfn, u32 count, u64 flags,
			      u8 *states);
int mshv_region_unmap(struct mshv_region *region);
void mshv_region_free(struct mshv_region *region);

#endif /* MSHV_REGION_H */
