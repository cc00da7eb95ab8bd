/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A region of guest memory: how the VMM's pages get into the guest when it touches them (fault.c),
 * and out of it when the kernel wants them (region.c). Who has which regions is not its business
 * (memory.c).
 */
#ifndef MSHV_REGION_H
#define MSHV_REGION_H

#include <linux/bitmap.h>
#include <linux/interval_tree.h>
#include <linux/kref.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct mshv_partition;

/* 2 MiB: a large page, and the unit of what is reserved in the guest and of the driver's notes */
#define MSHV_BLOCK_SHIFT	9
#define MSHV_BLOCK_PAGES	(1U << MSHV_BLOCK_SHIFT)

/**
 * struct mshv_region - a range of guest pages and the memory behind it
 * @refs: its partition, and who faults on it
 * @node: guest page numbers, start and last
 * @notifier: tells what the kernel does to the memory; its mm is the VMM's address space
 * @partition: whose guest
 * @uaddr: where the memory is in the VMM
 * @nr_pages: length
 * @map_flags: MHV_MAP_GPA_*: what the guest may do at most
 * @lock: all below and the guest's mappings of pages, against the notifier, which is called when
 *	memory is short: nobody allocates any while holding it
 * @gone: it is being taken away from the guest, which gets no page of it any more
 * @generation: changes when a page is taken away; the same never again, for any region
 * @blocks: by guest page number >> MSHV_BLOCK_SHIFT; struct mshv_region_block for those that have
 *	had a page mapped
 */
struct mshv_region {
	struct kref refs;
	struct interval_tree_node node;
	struct mmu_interval_notifier notifier;
	struct mshv_partition *partition;
	u64 uaddr;
	u64 nr_pages;
	u32 map_flags;
	struct mutex lock;
	bool gone;
	u64 generation;
	struct xarray blocks;
};

/**
 * struct mshv_region_block - notes on the guest's pages of a block
 * @large: the guest has all of them, as one large page
 * @pieces: the hypervisor has the block in pages of 4 KiB
 * @refused: the hypervisor did not map it as a large page, and is not asked again
 * @mapped: pages that the guest has
 * @writable: those of them that it may write to
 * @accessed: pages that count as accessed, whatever the hypervisor says: what the hypervisor knows
 *	of a page ends when the page is taken away or mapped anew, so what the guest may have done
 *	to it until then is noted here
 * @dirty: likewise, as written to
 */
struct mshv_region_block {
	bool large;
	bool pieces;
	bool refused;
	DECLARE_BITMAP(mapped, MSHV_BLOCK_PAGES);
	DECLARE_BITMAP(writable, MSHV_BLOCK_PAGES);
	DECLARE_BITMAP(accessed, MSHV_BLOCK_PAGES);
	DECLARE_BITMAP(dirty, MSHV_BLOCK_PAGES);
};

/* region.c */
struct mshv_region *mshv_region_create(struct mshv_partition *partition, u64 gfn, u64 nr_pages,
				       u64 uaddr, u32 map_flags);
void mshv_region_get(struct mshv_region *region);
void mshv_region_put(struct mshv_region *region);
int mshv_region_reserve(struct mshv_region *region);
int mshv_region_unmap(struct mshv_region *region);
void mshv_region_close(struct mshv_region *region);
struct mshv_region_block *mshv_region_block(struct mshv_region *region, u64 gfn);
u64 mshv_region_take_block(struct mshv_region *region, struct mshv_region_block *block, u64 base,
			   unsigned int from, unsigned int to);
void mshv_region_split(struct mshv_region *region);
void mshv_region_join(struct mshv_region *region);
int mshv_region_access_states(struct mshv_region *region, u64 gfn, u32 count, u64 flags,
			      u8 *states);
void mshv_region_note_states(struct mshv_region *region, u64 gfn, u32 count, const u8 *states);

/* fault.c */
int mshv_region_fault(struct mshv_region *region, u64 gfn, u8 access_type, u64 *generation);

/**
 * mshv_region_uaddr() - where a guest page is in the VMM
 * @region: the region
 * @gfn: the page's number
 */
static inline unsigned long mshv_region_uaddr(const struct mshv_region *region, u64 gfn)
{
	return region->uaddr + ((gfn - region->node.start) << PAGE_SHIFT);
}

/**
 * mshv_region_has_block() - is all of a block a region's
 * @region: the region
 * @gfn: any page of the block
 */
static inline bool mshv_region_has_block(const struct mshv_region *region, u64 gfn)
{
	u64 base = round_down(gfn, MSHV_BLOCK_PAGES);

	return base >= region->node.start && base + MSHV_BLOCK_PAGES - 1 <= region->node.last;
}

#endif /* MSHV_REGION_H */
