// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory on demand. A region is reserved in the guest without access; a page is mapped when
 * the guest touches it (fault.c). No page is pinned or referenced: before the kernel does anything
 * to a page, its notifier takes it away from the guest, and the next touch gets what is there then.
 * So memory can be swapped, migrated, merged, copied on write and given back.
 *
 * A block that the guest has as one large page is taken away as a whole, whatever part of it the
 * kernel wants: that takes no memory, which splitting it would.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <mshv/hvabi_state.h>
#include "hv/hvcalls.h"
#include "mshv.h"
#include "memory/region.h"
#include "trace/fire.h"
#include "trace/trace.h"

/* Gives out mshv_region.generation. */
static atomic64_t mshv_generations = ATOMIC64_INIT(0);

/* A page that the guest could write to counts as written to: nobody can tell any more. */
static void mshv_block_note_taken(struct mshv_region_block *block, unsigned int start,
				  unsigned int count)
{
	unsigned int i;

	for (i = start; i < start + count; i++)
		if (test_bit(i, block->writable))
			__set_bit(i, block->dirty);
	bitmap_set(block->accessed, start, count);
	bitmap_clear(block->mapped, start, count);
	bitmap_clear(block->writable, start, count);
}

/*
 * Leaves pages without access; or if the hypervisor does not do that, takes them off the guest
 * altogether; or if it does not do that either, sees to it that the guest does not run any more.
 */
static void mshv_region_take_pages(struct mshv_region *region, u64 gfn, unsigned int count,
				   bool large)
{
	u32 flags = MHV_MAP_GPA_NO_ACCESS | (large ? MHV_MAP_GPA_LARGE_PAGE : 0);
	unsigned int done;

	if (mshv_call_map_gpa_pages(region->partition, gfn, NULL, count, flags, &done, NULL) &&
	    mshv_call_unmap_gpa_batch(region->partition, gfn, count, large))
		mshv_partition_kill(region->partition, gfn);
}

/**
 * mshv_region_take_block() - take pages of one block away from the guest, and keep them reserved
 * @region: the region, its lock held
 * @block: the notes on the block
 * @base: guest page number of its first page
 * @from: first of the pages in it
 * @to: the one after the last
 *
 * Context: sleeps for no other reason than the lock; allocates nothing, and neither does the
 * hypervisor, which has what is taken in units of what is taken.
 * Return: how many pages the guest has no more.
 */
u64 mshv_region_take_block(struct mshv_region *region, struct mshv_region_block *block, u64 base,
			   unsigned int from, unsigned int to)
{
	unsigned int start, end, count;
	u64 taken = 0;

	if (block->large) {
		mshv_region_take_pages(region, base, 1, true);
		mshv_block_note_taken(block, 0, MSHV_BLOCK_PAGES);
		block->large = false;
		taken = MSHV_BLOCK_PAGES;
	}
	while ((start = find_next_bit(block->mapped, to, from)) < to) {
		end = find_next_zero_bit(block->mapped, to, start);
		count = min_t(unsigned int, end - start, MSHV_MAP_BATCH_PAGES);
		from = start + count;
		mshv_region_take_pages(region, base + start, count, false);
		mshv_block_note_taken(block, start, count);
		taken += count;
	}
	if (taken)
		region->generation = atomic64_inc_return(&mshv_generations);
	return taken;
}

static u64 mshv_region_take(struct mshv_region *region, u64 first, u64 last, bool may_sleep)
{
	struct mshv_region_block *block;
	unsigned int from, to;
	unsigned long index;
	u64 base, taken = 0;

	xa_for_each_range(&region->blocks, index, block, first >> MSHV_BLOCK_SHIFT,
			  last >> MSHV_BLOCK_SHIFT) {
		base = (u64)index << MSHV_BLOCK_SHIFT;
		from = max(first, base) - base;
		to = min(last, base + MSHV_BLOCK_PAGES - 1) - base + 1;
		taken += mshv_region_take_block(region, block, base, from, to);
		if (may_sleep)
			cond_resched();
	}
	return taken;
}

static bool mshv_region_invalidate(struct mmu_interval_notifier *notifier,
				   const struct mmu_notifier_range *range, unsigned long sequence)
{
	struct mshv_region *region = container_of(notifier, struct mshv_region, notifier);
	u64 end = region->uaddr + (region->nr_pages << PAGE_SHIFT);
	u64 first, last, taken;

	if (mmu_notifier_range_blockable(range))
		mutex_lock(&region->lock);
	else if (!mutex_trylock(&region->lock))
		return false;

	mmu_interval_set_seq(notifier, sequence);
	first = (max_t(u64, range->start, region->uaddr) - region->uaddr) >> PAGE_SHIFT;
	last = (min_t(u64, range->end, end) - 1 - region->uaddr) >> PAGE_SHIFT;
	taken = mshv_region_take(region, region->node.start + first, region->node.start + last,
				 mmu_notifier_range_blockable(range));
	mutex_unlock(&region->lock);

	if (taken)
		mshv_fire(mshv_region_invalidate, region->partition->id, region->node.start + first,
			  taken, region->partition);
	return true;
}

static const struct mmu_interval_notifier_ops mshv_region_notifier_ops = {
	.invalidate = mshv_region_invalidate,
};

/**
 * mshv_region_create() - describe a region of the caller's memory
 * @partition: whose guest gets it
 * @gfn: guest page number
 * @nr_pages: length
 * @uaddr: where the memory is, page-aligned
 * @map_flags: MHV_MAP_GPA_*
 *
 * Context: task context of the VMM, takes its mmap lock.
 * Return: the region, with a reference of the caller's; or an ERR_PTR: -ENOMEM, or -EINTR on a
 * fatal signal.
 */
struct mshv_region *mshv_region_create(struct mshv_partition *partition, u64 gfn, u64 nr_pages,
				       u64 uaddr, u32 map_flags)
{
	struct mshv_region *region = kzalloc(sizeof(*region), GFP_KERNEL_ACCOUNT);
	int ret;

	if (!region)
		return ERR_PTR(-ENOMEM);
	kref_init(&region->refs);
	region->node.start = gfn;
	region->node.last = gfn + nr_pages - 1;
	region->partition = partition;
	region->nr_pages = nr_pages;
	region->uaddr = uaddr;
	region->map_flags = map_flags;
	mutex_init(&region->lock);
	xa_init(&region->blocks);
	region->generation = atomic64_inc_return(&mshv_generations);

	ret = mmu_interval_notifier_insert(&region->notifier, current->mm, uaddr,
					   nr_pages << PAGE_SHIFT, &mshv_region_notifier_ops);
	if (ret) {
		mutex_destroy(&region->lock);
		kfree(region);
		return ERR_PTR(ret);
	}
	return region;
}

static void mshv_region_release(struct kref *refs)
{
	struct mshv_region *region = container_of(refs, struct mshv_region, refs);
	struct mshv_region_block *block;
	unsigned long index;

	mmu_interval_notifier_remove(&region->notifier);
	xa_for_each(&region->blocks, index, block)
		kfree(block);
	xa_destroy(&region->blocks);
	mutex_destroy(&region->lock);
	kfree(region);
}

/**
 * mshv_region_get() - take a reference
 * @region: does not go away meanwhile
 */
void mshv_region_get(struct mshv_region *region)
{
	kref_get(&region->refs);
}

/**
 * mshv_region_put() - drop a reference; the last one frees the region
 * @region: unmapped or closed, if the reference is the one that it was created with
 *
 * Context: sleeps, waits for the kernel's notifiers.
 */
void mshv_region_put(struct mshv_region *region)
{
	kref_put(&region->refs, mshv_region_release);
}

/* The length of what is next: whole blocks, or pages up to a block's bounds or the region's end. */
static u64 mshv_region_piece(const struct mshv_region *region, u64 gfn)
{
	u64 left = region->node.last - gfn + 1;

	if (IS_ALIGNED(gfn, MSHV_BLOCK_PAGES) && left >= MSHV_BLOCK_PAGES)
		return round_down(left, MSHV_BLOCK_PAGES);
	return min(left, MSHV_BLOCK_PAGES - gfn % MSHV_BLOCK_PAGES);
}

/**
 * mshv_region_reserve() - let a region be the guest's, without a page in it yet
 * @region: the region
 *
 * So that the hypervisor tells memory from nothing (GPA_INTERCEPT, UNMAPPED_GPA).
 *
 * Context: sleeps, allocates memory.
 * Return: 0, -EINTR on a fatal signal, -ENOMEM, or the errno of a hypercall's status; then a part
 * may be reserved: unmap it.
 */
int mshv_region_reserve(struct mshv_region *region)
{
	u64 gfn = region->node.start, end = region->node.last + 1, piece;
	int ret = 0;

	for (; !ret && gfn < end; gfn += piece) {
		piece = mshv_region_piece(region, gfn);
		ret = mshv_call_reserve_gpa_pages(region->partition, gfn, piece,
						  !(piece % MSHV_BLOCK_PAGES));
	}
	return ret;
}

/**
 * mshv_region_block() - the notes on a block, made if there are none
 * @region: the region, its lock not held
 * @gfn: a page of the block
 *
 * Context: sleeps, allocates memory.
 * Return: the notes, which stay as long as the region; or NULL when there is no memory.
 */
struct mshv_region_block *mshv_region_block(struct mshv_region *region, u64 gfn)
{
	unsigned long index = gfn >> MSHV_BLOCK_SHIFT;
	struct mshv_region_block *block = xa_load(&region->blocks, index), *old;

	if (block)
		return block;
	block = kzalloc(sizeof(*block), GFP_KERNEL_ACCOUNT);
	if (!block)
		return NULL;
	old = xa_cmpxchg(&region->blocks, index, NULL, block, GFP_KERNEL_ACCOUNT);
	if (old) {
		kfree(block);
		block = xa_is_err(old) ? NULL : old;
	}
	return block;
}

/**
 * mshv_region_split() - let the guest have no large page any more
 * @region: the region, of a partition whose pages are tracked
 *
 * Pages of 4 KiB take the place of a large page when the guest touches them.
 * Context: sleeps.
 */
void mshv_region_split(struct mshv_region *region)
{
	struct mshv_region_block *block;
	unsigned long index;

	/*
	 * Who takes the lock later sees that pages are tracked. Who had it earlier has made his
	 * notes, which are found here.
	 */
	mutex_lock(&region->lock);
	xa_for_each(&region->blocks, index, block) {
		if (block->large)
			mshv_region_take_block(region, block, (u64)index << MSHV_BLOCK_SHIFT, 0, 0);
		mutex_unlock(&region->lock);
		cond_resched();
		mutex_lock(&region->lock);
	}
	mutex_unlock(&region->lock);
}

/**
 * mshv_region_join() - let the guest have large pages where it may have had to do without
 * @region: the region, of a partition whose pages are no longer tracked
 *
 * What could be part of a large page is taken away; the guest gets one if it touches the block.
 * Context: sleeps.
 */
void mshv_region_join(struct mshv_region *region)
{
	struct mshv_region_block *block;
	unsigned long index;
	u64 base;

	xa_for_each(&region->blocks, index, block) {
		base = (u64)index << MSHV_BLOCK_SHIFT;
		if (!mshv_region_has_block(region, base) ||
		    !IS_ALIGNED(mshv_region_uaddr(region, base), MSHV_BLOCK_PAGES << PAGE_SHIFT))
			continue;
		mutex_lock(&region->lock);
		if (!block->large)
			mshv_region_take_block(region, block, base, 0, MSHV_BLOCK_PAGES);
		mutex_unlock(&region->lock);
		cond_resched();
	}
}

static u8 mshv_block_access_state(struct mshv_region_block *block, unsigned int i, u64 flags)
{
	u8 state = 0;

	if (test_bit(i, block->accessed))
		state |= MHV_GPA_ACCESSED;
	if (test_bit(i, block->dirty))
		state |= MHV_GPA_DIRTY;
	if (flags & MHV_GPA_CLEAR_ACCESSED)
		__clear_bit(i, block->accessed);
	if (flags & MHV_GPA_CLEAR_DIRTY)
		__clear_bit(i, block->dirty);
	if (flags & MHV_GPA_SET_ACCESSED)
		__set_bit(i, block->accessed);
	if (flags & MHV_GPA_SET_DIRTY)
		__set_bit(i, block->dirty);
	return state;
}

/**
 * mshv_region_access_states() - add what pages were when they were taken away from the guest
 * @region: the region, which does not go away meanwhile
 * @gfn: guest page number of the first
 * @count: how many; those that are not the region's are left alone
 * @flags: MHV_GPA_CLEAR_*, MHV_GPA_SET_*: what to forget, or to note, then
 * @states: MHV_GPA_ACCESSED and MHV_GPA_DIRTY, as the hypervisor has told them just now
 *
 * In this order, the hypervisor first: a page that is taken away in between is told twice at worst.
 * What is set is noted for pages that the guest has not got, too.
 * Context: sleeps, allocates memory.
 * Return: 0, or -ENOMEM when there is none to note what is set; a part may be noted then.
 */
int mshv_region_access_states(struct mshv_region *region, u64 gfn, u32 count, u64 flags, u8 *states)
{
	bool set = flags & (MHV_GPA_SET_ACCESSED | MHV_GPA_SET_DIRTY);
	u64 at = max_t(u64, gfn, region->node.start);
	u64 end = min_t(u64, gfn + count - 1, region->node.last) + 1, next;
	struct mshv_region_block *block;

	for (; at < end; at = next) {
		next = min(round_down(at, MSHV_BLOCK_PAGES) + MSHV_BLOCK_PAGES, end);
		block = set ? mshv_region_block(region, at) :
			      xa_load(&region->blocks, at >> MSHV_BLOCK_SHIFT);
		if (!block) {
			if (set)
				return -ENOMEM;
			continue;
		}
		mutex_lock(&region->lock);
		for (; at < next; at++)
			states[at - gfn] |= mshv_block_access_state(block, at % MSHV_BLOCK_PAGES,
								    flags);
		mutex_unlock(&region->lock);
	}
	return 0;
}

/**
 * mshv_region_note_states() - note what was told of pages, and forgotten, but not heard
 * @region: the region, which does not go away meanwhile
 * @gfn: guest page number of the first
 * @count: how many; those that are not the region's are left alone
 * @states: MHV_GPA_ACCESSED and MHV_GPA_DIRTY
 *
 * Context: sleeps.
 */
void mshv_region_note_states(struct mshv_region *region, u64 gfn, u32 count, const u8 *states)
{
	u64 at = max_t(u64, gfn, region->node.start);
	u64 end = min_t(u64, gfn + count - 1, region->node.last) + 1;
	struct mshv_region_block *block;

	mutex_lock(&region->lock);
	for (; at < end; at++) {
		block = xa_load(&region->blocks, at >> MSHV_BLOCK_SHIFT);
		/* Where there are no notes the guest has had no page. */
		if (!block)
			continue;
		if (states[at - gfn] & MHV_GPA_ACCESSED)
			__set_bit(at % MSHV_BLOCK_PAGES, block->accessed);
		if (states[at - gfn] & MHV_GPA_DIRTY)
			__set_bit(at % MSHV_BLOCK_PAGES, block->dirty);
	}
	mutex_unlock(&region->lock);
}

/**
 * mshv_region_close() - let the guest get no page of a region any more
 * @region: the region
 *
 * The guest has no page of it then; its reservation stays.
 * Context: sleeps.
 */
void mshv_region_close(struct mshv_region *region)
{
	mutex_lock(&region->lock);
	region->gone = true;
	mshv_region_take(region, region->node.start, region->node.last, true);
	mutex_unlock(&region->lock);
}

/* What is next to be taken off the guest altogether, in units of the hypervisor's */
static u64 mshv_region_unmap_piece(struct mshv_region *region, u64 gfn, bool *large)
{
	u64 piece = mshv_region_piece(region, gfn);
	unsigned long index = gfn >> MSHV_BLOCK_SHIFT;
	struct mshv_region_block *block = xa_load(&region->blocks, index);

	*large = !(piece % MSHV_BLOCK_PAGES);
	if (!*large)
		return piece;
	if (block) {
		*large = !block->pieces;
		return MSHV_BLOCK_PAGES;
	}
	/* Blocks of which there are no notes are as they were reserved. */
	if (xa_find(&region->blocks, &index, (gfn + piece - 1) >> MSHV_BLOCK_SHIFT, XA_PRESENT))
		piece = ((u64)index << MSHV_BLOCK_SHIFT) - gfn;
	return piece;
}

/**
 * mshv_region_unmap() - take a region away from the guest, reservation and all
 * @region: the region, reserved as a whole or in part
 *
 * Context: sleeps, allocates memory.
 * Return: 0, or the errno of a hypercall's status; then the guest may get pages of it again.
 */
int mshv_region_unmap(struct mshv_region *region)
{
	u64 gfn = region->node.start, end = region->node.last + 1, piece;
	bool large;
	int ret = 0;

	mshv_region_close(region);
	for (; !ret && gfn < end; gfn += piece) {
		piece = mshv_region_unmap_piece(region, gfn, &large);
		ret = mshv_call_unmap_gpa_pages(region->partition, gfn, piece, large);
		cond_resched();
	}
	if (ret) {
		mutex_lock(&region->lock);
		region->gone = false;
		mutex_unlock(&region->lock);
	}
	return ret;
}
