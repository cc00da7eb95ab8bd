// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory on demand. A region is reserved in the guest without access; a page is mapped when
 * the guest touches it, with no more access than the VMM has to it at that moment, and together
 * with its neighbours that are there anyway. No page is pinned or referenced: before the kernel
 * does anything to a page, its notifier takes it away from the guest, and the next touch gets what
 * is there then. So memory can be swapped, migrated, merged, copied on write and given back.
 *
 * The sequence of the notifier tells whether what was found out about pages still holds when the
 * region's lock is taken (Documentation/mm/hmm.rst).
 */
#include <linux/bitmap.h>
#include <linux/hmm.h>
#include <linux/ioport.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <mshv/hvabi_state.h>
#include "clock.h"
#include "compat.h"
#include "hv/hvcall.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "memory/region.h"
#include "trace/trace.h"

/* 2 MiB: the unit in which the guest has memory reserved, and of the driver's notes on it */
#define MSHV_BLOCK_SHIFT	9
#define MSHV_BLOCK_PAGES	(1U << MSHV_BLOCK_SHIFT)

/* Pages that are looked at around one that the guest touches, and that a hypercall maps */
#define MSHV_FAULT_PAGES	MSHV_MAP_BATCH_PAGES

/*
 * Pages of a block that the guest has, and which of them it may write to; the block is reserved in
 * pieces of one page by then. What the hypervisor knows of a page ends when it is taken away, so
 * what the guest may have done to it until then is noted here.
 */
struct mshv_region_block {
	DECLARE_BITMAP(mapped, MSHV_BLOCK_PAGES);
	DECLARE_BITMAP(writable, MSHV_BLOCK_PAGES);
	DECLARE_BITMAP(accessed, MSHV_BLOCK_PAGES);
	DECLARE_BITMAP(dirty, MSHV_BLOCK_PAGES);
};

/*
 * How often the kernel may say that a page is there that cannot be found then, if nothing was taken
 * away meanwhile. A race or two with others that touch it are possible; but there are mappings of
 * which no page can be had, and the guest's access to them is the VMM's business.
 */
#define MSHV_MAX_IN_VAIN	16

/* What is found out about the pages around one that the guest touches */
struct mshv_fault {
	u64 gfn;			/* what the guest touches */
	u64 first;			/* the first of those looked at */
	unsigned int count;
	bool write;
	bool device;			/* it is a device's memory, and the only one looked at */
	unsigned long sequence;
	unsigned long sequence_in_vain;
	unsigned int nr_in_vain;
	unsigned long pfns[MSHV_FAULT_PAGES];	/* HMM_PFN_* */
};

static u64 mshv_region_uaddr(const struct mshv_region *region, u64 gfn)
{
	return region->uaddr + ((gfn - region->node.start) << PAGE_SHIFT);
}

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
 * Takes pages of one block away from the guest, and keeps them reserved. Allocates nothing, and
 * neither does the hypervisor, which has the block in pieces.
 */
static u64 mshv_region_take_block(struct mshv_region *region, struct mshv_region_block *block,
				  u64 base, unsigned int from, unsigned int to)
{
	unsigned int start, end, count, done;
	u64 taken = 0;

	while ((start = find_next_bit(block->mapped, to, from)) < to) {
		end = find_next_zero_bit(block->mapped, to, start);
		count = min_t(unsigned int, end - start, MSHV_MAP_BATCH_PAGES);
		from = start + count;
		if (mshv_call_map_gpa_pages(region->partition, base + start, NULL, count,
					    MHV_MAP_GPA_NO_ACCESS, &done, NULL))
			WARN_ONCE(mshv_call_unmap_gpa_batch(region->partition, base + start, count),
				  "mshv: guest pages %#llx+%u cannot be taken away\n",
				  base + start, count);
		mshv_block_note_taken(block, start, count);
		taken += count;
	}
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
		trace_mshv_region_invalidate(region->partition->id, region->node.start + first,
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
 * Return: the region, which mshv_region_free() frees; or an ERR_PTR: -ENOMEM, or -EINTR on a fatal
 * signal.
 */
struct mshv_region *mshv_region_create(struct mshv_partition *partition, u64 gfn, u64 nr_pages,
				       u64 uaddr, u32 map_flags)
{
	struct mshv_region *region = kzalloc(sizeof(*region), GFP_KERNEL_ACCOUNT);
	int ret;

	if (!region)
		return ERR_PTR(-ENOMEM);
	region->node.start = gfn;
	region->node.last = gfn + nr_pages - 1;
	region->partition = partition;
	region->nr_pages = nr_pages;
	region->uaddr = uaddr;
	region->map_flags = map_flags;
	mutex_init(&region->lock);
	xa_init(&region->blocks);

	ret = mmu_interval_notifier_insert(&region->notifier, current->mm, uaddr,
					   nr_pages << PAGE_SHIFT, &mshv_region_notifier_ops);
	if (ret) {
		mutex_destroy(&region->lock);
		kfree(region);
		return ERR_PTR(ret);
	}
	return region;
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

/* The notes on a block, made if there are none. */
static struct mshv_region_block *mshv_region_block(struct mshv_region *region, u64 gfn)
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

/*
 * Lets the kernel do for a page what it does when the VMM touches it. Who waits for the page can be
 * interrupted. The mmap lock is dropped in any case.
 * -EBUSY: the page may be there by now.
 */
static int mshv_fault_bring_in(struct mm_struct *mm, struct vm_area_struct *vma,
			       unsigned long uaddr, struct mshv_fault *fault)
{
	unsigned int flags = FAULT_FLAG_DEFAULT | FAULT_FLAG_REMOTE;
	vm_fault_t result;

	if (fault->sequence != fault->sequence_in_vain)
		fault->nr_in_vain = 0;
	fault->sequence_in_vain = fault->sequence;
	if (!(vma->vm_flags & VM_READ) || (fault->write && !(vma->vm_flags & VM_WRITE)) ||
	    fault->nr_in_vain == MSHV_MAX_IN_VAIN) {
		mmap_read_unlock(mm);
		return -EFAULT;
	}

	if (fault->write)
		flags |= FAULT_FLAG_WRITE;
	result = handle_mm_fault(vma, uaddr, flags, NULL);
	if (result & (VM_FAULT_RETRY | VM_FAULT_COMPLETED))
		return -EBUSY;
	mmap_read_unlock(mm);
	if (result & VM_FAULT_ERROR)
		return vm_fault_to_errno(result, 0);
	fault->nr_in_vain++;
	return -EBUSY;
}

/* A device's page: not the kernel's memory, and to be had one at a time. */
static int mshv_fault_look_device(struct vm_area_struct *vma, unsigned long uaddr,
				  struct mshv_fault *fault)
{
	unsigned long pfn;

	if (mshv_follow_pfn(vma, uaddr, fault->write, &pfn))
		return -EBUSY;
	if (page_is_ram(pfn))
		return -EFAULT;

	fault->device = true;
	fault->first = fault->gfn;
	fault->count = 1;
	fault->pfns[0] = pfn | HMM_PFN_VALID | (fault->write ? HMM_PFN_WRITE : 0);
	return 0;
}

/* The page, and what is around it and there anyway */
static int mshv_fault_look_memory(struct mshv_region *region, struct mshv_fault *fault)
{
	struct hmm_range range = {
		.notifier = &region->notifier,
		.notifier_seq = fault->sequence,
		.hmm_pfns = fault->pfns,
	};
	unsigned long wanted = HMM_PFN_VALID | (fault->write ? HMM_PFN_WRITE : 0), pfn;
	u64 last;
	int ret;

	fault->device = false;
	fault->first = max_t(u64, round_down(fault->gfn, MSHV_FAULT_PAGES), region->node.start);
	last = min_t(u64, round_down(fault->gfn, MSHV_FAULT_PAGES) + MSHV_FAULT_PAGES - 1,
		     region->node.last);
	fault->count = last - fault->first + 1;
	range.start = mshv_region_uaddr(region, fault->first);
	range.end = range.start + ((u64)fault->count << PAGE_SHIFT);
	ret = hmm_range_fault(&range);
	if (ret)
		return ret;
	pfn = fault->pfns[fault->gfn - fault->first];
	return (pfn & (wanted | HMM_PFN_ERROR)) == wanted ? 0 : -EBUSY;
}

/* What is there at an address of the VMM; -EBUSY: nothing for the moment. */
static int mshv_fault_look(struct mshv_region *region, struct mshv_fault *fault)
{
	unsigned long uaddr = mshv_region_uaddr(region, fault->gfn);
	struct mm_struct *mm = region->notifier.mm;
	struct vm_area_struct *vma;
	int ret = -EFAULT;

	fault->sequence = mmu_interval_read_begin(&region->notifier);
	mmap_read_lock(mm);
	vma = vma_lookup(mm, uaddr);
	if (vma)
		ret = vma->vm_flags & (VM_IO | VM_PFNMAP) ?
		      mshv_fault_look_device(vma, uaddr, fault) :
		      mshv_fault_look_memory(region, fault);
	if (ret == -EBUSY)
		return mshv_fault_bring_in(mm, vma, uaddr, fault);
	mmap_read_unlock(mm);
	return ret;
}

static u32 mshv_fault_map_flags(const struct mshv_region *region, const struct mshv_fault *fault,
				unsigned int i)
{
	u32 flags = region->map_flags;

	if (!(fault->pfns[i] & HMM_PFN_WRITE))
		flags &= ~MHV_MAP_GPA_WRITABLE;
	if (fault->device)
		flags = (flags & ~MHV_MAP_GPA_EXECUTABLE) | MHV_MAP_GPA_NOT_CACHED;
	return flags;
}

/*
 * The kernel does not see what the guest does, so it is told beforehand. A page of a file that may
 * be written to is known to be written to.
 */
static void mshv_fault_note_use(const struct mshv_fault *fault, unsigned int i, u32 flags)
{
	struct page *page = pfn_to_page(fault->pfns[i] & ~HMM_PFN_FLAGS);
	struct folio *folio;

	if (PageReserved(page))
		return;
	folio = page_folio(page);
	folio_mark_accessed(folio);
	if ((flags & MHV_MAP_GPA_WRITABLE) &&
	    (folio_test_anon(folio) || folio_test_swapbacked(folio)))
		folio_mark_dirty(folio);
}

/*
 * Which of the pages are to be mapped: those that the guest has not got yet, and the one that it
 * touches if it may not write to it yet and does. A page that another VP has got meanwhile is left
 * alone: mapping a page anew makes the hypervisor forget that it was written to.
 */
static bool mshv_fault_wanted(const struct mshv_fault *fault,
			      const struct mshv_region_block *block, unsigned int i)
{
	u64 gfn = fault->first + i;
	unsigned int bit = gfn % MSHV_BLOCK_PAGES;

	if (!(fault->pfns[i] & HMM_PFN_VALID) || (fault->pfns[i] & HMM_PFN_ERROR))
		return false;
	if (!test_bit(bit, block->mapped))
		return true;
	return gfn == fault->gfn && fault->write && !test_bit(bit, block->writable);
}

/* What the hypervisor forgets of pages that are mapped anew: they were only read from so far. */
static void mshv_block_note_replaced(struct mshv_region_block *block, unsigned int start,
				     unsigned int count)
{
	unsigned int i;

	for (i = start; i < start + count; i++)
		if (test_bit(i, block->mapped))
			__set_bit(i, block->accessed);
}

/*
 * Maps what was found, the region's lock held: hypercalls for runs of pages of the same access.
 * Returns what the first one that fails does, and its status.
 */
static int mshv_fault_map(struct mshv_region *region, struct mshv_region_block *block,
			  const struct mshv_fault *fault, u16 *status, unsigned int *nr_mapped)
{
	u64 pfns[MSHV_FAULT_PAGES];
	unsigned int i = 0, from, done;
	int ret = 0;
	u32 flags;

	while (!ret && i < fault->count) {
		if (!mshv_fault_wanted(fault, block, i)) {
			i++;
			continue;
		}
		flags = mshv_fault_map_flags(region, fault, i);
		for (from = i; i < fault->count && mshv_fault_wanted(fault, block, i) &&
			       mshv_fault_map_flags(region, fault, i) == flags; i++) {
			pfns[i - from] = fault->pfns[i] & ~HMM_PFN_FLAGS;
			if (!fault->device)
				mshv_fault_note_use(fault, i, flags);
		}
		mshv_block_note_replaced(block, (fault->first + from) % MSHV_BLOCK_PAGES, i - from);
		ret = mshv_call_map_gpa_pages(region->partition, fault->first + from, pfns,
					      i - from, flags, &done, status);
		bitmap_set(block->mapped, (fault->first + from) % MSHV_BLOCK_PAGES, done);
		if (flags & MHV_MAP_GPA_WRITABLE)
			bitmap_set(block->writable, (fault->first + from) % MSHV_BLOCK_PAGES, done);
		*nr_mapped += done;
	}
	return ret;
}

static int mshv_region_fault_in(struct mshv_region *region, struct mshv_fault *fault,
				unsigned int *nr_mapped)
{
	struct mshv_region_block *block = mshv_region_block(region, fault->gfn);
	u64 spent_pages = 0;
	u16 status;
	int ret;

	if (!block)
		return -ENOMEM;
	for (;;) {
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
		ret = mshv_fault_look(region, fault);
		if (ret == -EBUSY)
			continue;
		if (ret)
			return ret;

		mutex_lock(&region->lock);
		if (mmu_interval_read_retry(&region->notifier, fault->sequence)) {
			mutex_unlock(&region->lock);
			continue;
		}
		status = MHV_STATUS_SUCCESS;
		ret = mshv_fault_map(region, block, fault, &status, nr_mapped);
		mutex_unlock(&region->lock);

		if (!ret || !mshv_status_needs_memory(status))
			return ret;
		ret = mshv_deposit(region->partition, status, &spent_pages);
		if (ret)
			return ret;
	}
}

/**
 * mshv_region_fault() - give the guest a page that it has touched
 * @region: the region, which does not go away meanwhile
 * @gfn: which page of it
 * @write: the guest writes to it
 *
 * Context: task context of anybody, sleeps, takes the VMM's mmap lock.
 * Return: 0 when the guest can go on; -EINTR when a signal is pending; -ENOMEM; another errno when
 * there is no memory at the address, or none that can be accessed so.
 */
int mshv_region_fault(struct mshv_region *region, u64 gfn, bool write)
{
	struct mshv_fault fault = { .gfn = gfn, .write = write };
	struct mm_struct *mm = region->notifier.mm;
	unsigned int nr_mapped = 0;
	u64 begin = 0;
	int ret;

	/* Without the VMM's address space there is no memory of it. */
	if (!mmget_not_zero(mm))
		return -EFAULT;
	if (trace_mshv_region_fault_enabled())
		begin = mshv_clock_ns();
	ret = mshv_region_fault_in(region, &fault, &nr_mapped);
	mmput(mm);
	/* One that began before the event was enabled has no duration. */
	if (trace_mshv_region_fault_enabled() && begin)
		trace_mshv_region_fault(region->partition->id, gfn, nr_mapped, write, ret,
					mshv_clock_since_ns(begin, mshv_clock_ns()),
					region->partition);
	return ret;
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
 * mshv_region_unmap() - take a region away from the guest, reservation and all
 * @region: the region, reserved as a whole or in part; nobody faults on it any more
 *
 * Context: sleeps, allocates memory.
 * Return: 0, or the errno of a hypercall's status.
 */
int mshv_region_unmap(struct mshv_region *region)
{
	u64 gfn = region->node.start, end = region->node.last + 1, piece;
	bool large;
	int ret = 0;

	mutex_lock(&region->lock);
	mshv_region_take(region, region->node.start, region->node.last, true);
	mutex_unlock(&region->lock);

	for (; !ret && gfn < end; gfn += piece) {
		piece = mshv_region_piece(region, gfn);
		large = !(piece % MSHV_BLOCK_PAGES);
		if (large) {
			unsigned long index = gfn >> MSHV_BLOCK_SHIFT;

			/* A block that had pages is in pieces; up to the next such it is not. */
			if (xa_load(&region->blocks, index)) {
				piece = MSHV_BLOCK_PAGES;
				large = false;
			} else if (xa_find(&region->blocks, &index, (gfn + piece - 1) >>
					   MSHV_BLOCK_SHIFT, XA_PRESENT)) {
				piece = ((u64)index << MSHV_BLOCK_SHIFT) - gfn;
			}
		}
		ret = mshv_call_unmap_gpa_pages(region->partition, gfn, piece,
						large);
		cond_resched();
	}
	return ret;
}

/**
 * mshv_region_free() - be done with a region
 * @region: the region; the guest's pages of it are taken away, its reservation may stay
 *
 * Context: sleeps.
 */
void mshv_region_free(struct mshv_region *region)
{
	struct mshv_region_block *block;
	unsigned long index;

	mutex_lock(&region->lock);
	mshv_region_take(region, region->node.start, region->node.last, true);
	mutex_unlock(&region->lock);

	mmu_interval_notifier_remove(&region->notifier);
	xa_for_each(&region->blocks, index, block)
		kfree(block);
	xa_destroy(&region->blocks);
	mutex_destroy(&region->lock);
	kfree(region);
}
