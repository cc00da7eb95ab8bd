// SPDX-License-Identifier: GPL-2.0
/*
 * The guest touches a page that is not mapped, or not mapped for this kind of access. The page is
 * mapped with no more access than the VMM has to it at that moment, and together with its
 * neighbours that are there anyway; and if the VMM has it in a large page, then as one.
 *
 * The sequence of the notifier tells whether what was found out about pages still holds when the
 * region's lock is taken (Documentation/mm/hmm.rst).
 */
#include <linux/hmm.h>
#include <linux/ioport.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/swap.h>
#include "clock.h"
#include "compat.h"
#include "hv/hvcall.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "memory/region.h"
#include "trace/fire.h"
#include "trace/trace.h"

/* Pages around a touched one that are looked at, and mapped by one hypercall */
#define MSHV_FAULT_PAGES	MSHV_MAP_BATCH_PAGES

/*
 * How often the kernel may say that a page is there that cannot be found then, if nothing was taken
 * away meanwhile. A race or two with others that touch it are possible; but there are mappings of
 * which no page can be had, and the guest's access to them is the VMM's business.
 */
#define MSHV_MAX_IN_VAIN	16

/**
 * struct mshv_fault - what is found out about the pages around one that the guest touches
 * @gfn: what the guest touches
 * @first: the first of those looked at
 * @count: how many were looked at
 * @write: the guest writes
 * @execute: the guest executes
 * @device: the page is a device's memory, and the only one looked at
 * @large: all of the block is one page to the VMM
 * @sequence: of the notifier, before
 * @sequence_in_vain: of the notifier, when the kernel last said that the page is there
 * @nr_in_vain: how often it has said so since then
 * @nr_mapped: pages that the guest got
 * @status: enum mhv_status, of the last hypercall
 * @pfns: HMM_PFN_*
 */
struct mshv_fault {
	u64 gfn;
	u64 first;
	unsigned int count;
	bool write;
	bool execute;
	bool device;
	bool large;
	unsigned long sequence;
	unsigned long sequence_in_vain;
	unsigned int nr_in_vain;
	unsigned int nr_mapped;
	u16 status;
	unsigned long pfns[MSHV_FAULT_PAGES];
};

static u64 mshv_fault_pfn(const struct mshv_fault *fault, unsigned int i)
{
	return fault->pfns[i] & ~HMM_PFN_FLAGS;
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
	fault->large = false;
	fault->first = fault->gfn;
	fault->count = 1;
	fault->pfns[0] = pfn | HMM_PFN_VALID | (fault->write ? HMM_PFN_WRITE : 0);
	return 0;
}

/*
 * Whether the block is a large page to the VMM, or a part of a larger one, and in the same place of
 * it as to the guest. Large pages have one access, so the one page's is that of all.
 */
static bool mshv_fault_is_large(const struct mshv_region *region, const struct mshv_fault *fault)
{
	unsigned int i = fault->gfn - fault->first;

	return hmm_pfn_to_map_order(fault->pfns[i]) >= MSHV_BLOCK_SHIFT &&
	       (mshv_fault_pfn(fault, i) - fault->gfn) % MSHV_BLOCK_PAGES == 0 &&
	       mshv_region_has_block(region, fault->gfn);
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
	fault->large = false;
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
	if ((pfn & (wanted | HMM_PFN_ERROR)) != wanted)
		return -EBUSY;
	fault->large = mshv_fault_is_large(region, fault);
	return 0;
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
	struct page *page = pfn_to_page(mshv_fault_pfn(fault, i));
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

/* Maps what was found in pages of 4 KiB: hypercalls for runs of pages of the same access. */
static int mshv_fault_map_pages(struct mshv_region *region, struct mshv_region_block *block,
				struct mshv_fault *fault)
{
	u64 base = round_down(fault->gfn, MSHV_BLOCK_PAGES);
	unsigned int i = 0, from, start, done;
	u64 pfns[MSHV_FAULT_PAGES];
	int ret = 0;
	u32 flags;

	/* A large page that is to be had in pieces, or that is not one to the VMM any more */
	if (block->large && mshv_fault_wanted(fault, block, fault->gfn - fault->first))
		mshv_region_take_block(region, block, base, 0, 0);

	while (!ret && i < fault->count) {
		if (!mshv_fault_wanted(fault, block, i)) {
			i++;
			continue;
		}
		flags = mshv_fault_map_flags(region, fault, i);
		for (from = i; i < fault->count && mshv_fault_wanted(fault, block, i) &&
			       mshv_fault_map_flags(region, fault, i) == flags; i++) {
			pfns[i - from] = mshv_fault_pfn(fault, i);
			if (!fault->device)
				mshv_fault_note_use(fault, i, flags);
		}
		start = fault->first + from - base;
		mshv_block_note_replaced(block, start, i - from);
		block->pieces = true;
		ret = mshv_call_map_gpa_pages(region->partition, base + start, pfns, i - from,
					      flags, &done, &fault->status);
		bitmap_set(block->mapped, start, done);
		if (flags & MHV_MAP_GPA_WRITABLE)
			bitmap_set(block->writable, start, done);
		fault->nr_mapped += done;
	}
	return ret;
}

/* Maps the block that was found as one large page, unless the guest has it. */
static int mshv_fault_map_large(struct mshv_region *region, struct mshv_region_block *block,
				struct mshv_fault *fault)
{
	unsigned int i = fault->gfn - fault->first, done;
	u32 flags = mshv_fault_map_flags(region, fault, i);
	u64 base = round_down(fault->gfn, MSHV_BLOCK_PAGES);
	u64 pfn = round_down(mshv_fault_pfn(fault, i), MSHV_BLOCK_PAGES);
	int ret;

	if (!mshv_fault_wanted(fault, block, i))
		return 0;
	/* What the guest has of it by now, in pieces or with less access */
	mshv_region_take_block(region, block, base, 0, MSHV_BLOCK_PAGES);
	mshv_fault_note_use(fault, i, flags);
	ret = mshv_call_map_gpa_pages(region->partition, base, &pfn, 1,
				      flags | MHV_MAP_GPA_LARGE_PAGE, &done, &fault->status);
	if (ret)
		return ret;
	block->large = true;
	block->pieces = false;
	bitmap_fill(block->mapped, MSHV_BLOCK_PAGES);
	if (flags & MHV_MAP_GPA_WRITABLE)
		bitmap_fill(block->writable, MSHV_BLOCK_PAGES);
	fault->nr_mapped += MSHV_BLOCK_PAGES;
	return 0;
}

/*
 * Maps what was found, the region's lock held. Returns what the first hypercall that fails does.
 * Pages that are tracked are so one by one.
 */
static int mshv_fault_map(struct mshv_region *region, struct mshv_region_block *block,
			  struct mshv_fault *fault)
{
	u32 flags = mshv_fault_map_flags(region, fault, fault->gfn - fault->first);
	int ret;

	/* More than the guest may do to what is there: mapping it would change nothing. */
	if (fault->execute && !(flags & MHV_MAP_GPA_EXECUTABLE))
		return -EFAULT;
	if (!fault->large || block->refused || READ_ONCE(region->partition->tracked))
		return mshv_fault_map_pages(region, block, fault);
	ret = mshv_fault_map_large(region, block, fault);
	if (!ret || mshv_status_needs_memory(fault->status))
		return ret;
	block->refused = true;
	return mshv_fault_map_pages(region, block, fault);
}

/* Maps what was looked at, if that is how it still is. -EBUSY: it is not. */
static int mshv_fault_commit(struct mshv_region *region, struct mshv_region_block *block,
			     struct mshv_fault *fault, u64 *generation)
{
	int ret;

	fault->status = MHV_STATUS_SUCCESS;
	mutex_lock(&region->lock);
	if (region->gone)
		ret = -ESTALE;
	else if (mmu_interval_read_retry(&region->notifier, fault->sequence))
		ret = -EBUSY;
	else
		ret = mshv_fault_map(region, block, fault);
	*generation = region->generation;
	mutex_unlock(&region->lock);
	return ret;
}

static int mshv_region_fault_in(struct mshv_region *region, struct mshv_fault *fault,
				u64 *generation)
{
	struct mshv_region_block *block = mshv_region_block(region, fault->gfn);
	u64 spent_pages = 0;
	int ret;

	if (!block)
		return -ENOMEM;
	for (;;) {
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
		ret = mshv_fault_look(region, fault);
		if (!ret)
			ret = mshv_fault_commit(region, block, fault, generation);
		if (ret == -EBUSY)
			continue;
		if (!ret || !mshv_status_needs_memory(fault->status))
			return ret;
		ret = mshv_deposit(region->partition, fault->status, &spent_pages);
		if (ret)
			return ret;
	}
}

/**
 * mshv_region_fault() - give the guest a page that it has touched
 * @region: the region, to which the caller has a reference
 * @gfn: which page of it
 * @access_type: MHV_ACCESS_*, which the region allows
 * @generation: where to put the region's, when the guest had the page
 *
 * Context: task context of anybody, sleeps, takes the VMM's mmap lock; may wait for whoever
 * provides the page, until a signal comes.
 * Return: 0 when the guest can go on; -EINTR when a signal is pending; -ENOMEM; -ESTALE when the
 * region is taken away from the guest; another errno when there is no memory at the address, or
 * none that can be accessed so.
 */
int mshv_region_fault(struct mshv_region *region, u64 gfn, u8 access_type, u64 *generation)
{
	struct mshv_fault fault = {
		.gfn = gfn, .write = access_type == MHV_ACCESS_WRITE,
		.execute = access_type == MHV_ACCESS_EXECUTE,
	};
	struct mm_struct *mm = region->notifier.mm;
	u64 begin = 0;
	int ret;

	/* Without the VMM's address space there is no memory of it. */
	if (!mmget_not_zero(mm))
		return -EFAULT;
	if (trace_mshv_region_fault_enabled())
		begin = mshv_clock_ns();
	ret = mshv_region_fault_in(region, &fault, generation);
	mmput(mm);
	/* One that began before the event was enabled has no duration. */
	if (trace_mshv_region_fault_enabled() && begin)
		mshv_fire(mshv_region_fault, region->partition->id, gfn, fault.nr_mapped,
			  fault.write, ret, mshv_clock_since_ns(begin, mshv_clock_ns()),
			  region->partition);
	return ret;
}
