/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A region of guest memory: how the VMM's pages get into the guest and out of it again. Who has
 * which regions is not its business (memory.c), so that another way of getting at the pages can
 * replace pinning.
 */
#ifndef MSHV_REGION_H
#define MSHV_REGION_H

#include <linux/interval_tree.h>
#include <linux/types.h>

struct mm_struct;
struct mshv_partition;
struct page;

/**
 * struct mshv_region - a range of guest pages and the memory behind it
 * @node: guest page numbers, start and last
 * @uaddr: where the memory is in @mm
 * @mm: the VMM's address space, charged with the pinned pages
 * @map_flags: MHV_MAP_GPA_*
 * @nr_pages: length
 * @nr_pinned: pages that are pinned, the first ones
 * @nr_mapped: pages that the guest may have, the first ones
 * @pages: the pinned pages
 */
struct mshv_region {
	struct interval_tree_node node;
	u64 uaddr;
	struct mm_struct *mm;
	u32 map_flags;
	u64 nr_pages;
	u64 nr_pinned;
	u64 nr_mapped;
	struct page **pages;
};

struct mshv_region *mshv_region_alloc(u64 gfn, u64 nr_pages, u64 uaddr, u32 map_flags);
int mshv_region_map(struct mshv_partition *partition, struct mshv_region *region);
int mshv_region_unmap(struct mshv_partition *partition, struct mshv_region *region);
void mshv_region_free(struct mshv_region *region);

#endif /* MSHV_REGION_H */
