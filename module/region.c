// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory by pinning: all pages of a region are taken from the VMM and mapped when the region
 * is set, and stay until it is unset. They cannot be reclaimed meanwhile, so they count as the
 * VMM's pinned memory (VmPin) and against RLIMIT_MEMLOCK unless it has CAP_IPC_LOCK.
 */
#include <linux/capability.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include "compat.h"
#include "hvcalls.h"
#include "mshv.h"
#include "region.h"

/* Between two looks for a fatal signal; a long-term pin allocates memory for that many, too. */
#define MSHV_PIN_BATCH_PAGES	512

/**
 * mshv_region_alloc() - describe a region of the caller's memory
 * @gfn: guest page number
 * @nr_pages: length
 * @uaddr: where the memory is, page-aligned
 * @map_flags: MHV_MAP_GPA_*
 *
 * Return: the region, which mshv_region_free() frees; NULL if there is no memory.
 */
struct mshv_region *mshv_region_alloc(u64 gfn, u64 nr_pages, u64 uaddr, u32 map_flags)
{
	struct mshv_region *region = kzalloc(sizeof(*region), GFP_KERNEL_ACCOUNT);

	if (!region)
		return NULL;
	region->pages = kvmalloc_array(nr_pages, sizeof(*region->pages),
				       GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!region->pages) {
		kfree(region);
		return NULL;
	}
	region->node.start = gfn;
	region->node.last = gfn + nr_pages - 1;
	region->nr_pages = nr_pages;
	region->uaddr = uaddr;
	region->map_flags = map_flags;
	region->mm = current->mm;
	mmgrab(region->mm);
	return region;
}

static int mshv_region_pin_batch(struct mshv_region *region)
{
	unsigned long uaddr = region->uaddr + (region->nr_pinned << PAGE_SHIFT);
	int nr = min_t(u64, region->nr_pages - region->nr_pinned, MSHV_PIN_BATCH_PAGES);
	struct page **pages = region->pages + region->nr_pinned;
	unsigned int flags = FOLL_LONGTERM;
	int ret;

	if (region->map_flags & MHV_MAP_GPA_WRITABLE)
		return pin_user_pages_fast(uaddr, nr, flags | FOLL_WRITE, pages);

	ret = pin_user_pages_fast(uaddr, nr, flags | MSHV_FOLL_READ_UNSHARE, pages);
	if (ret == -EFAULT && MSHV_FOLL_READ_UNSHARE)
		ret = pin_user_pages_fast(uaddr, nr, flags, pages);
	return ret;
}

static int mshv_region_pin(struct mshv_region *region)
{
	u64 limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT, pinned;
	int ret;

	pinned = atomic64_add_return(region->nr_pages, &region->mm->pinned_vm);
	if (pinned > limit && !capable(CAP_IPC_LOCK)) {
		atomic64_sub(region->nr_pages, &region->mm->pinned_vm);
		return -ENOMEM;
	}

	while (region->nr_pinned < region->nr_pages) {
		ret = fatal_signal_pending(current) ? -EINTR : mshv_region_pin_batch(region);
		if (ret <= 0) {
			/* The rest is not pinned, and will not be. */
			atomic64_sub(region->nr_pages - region->nr_pinned, &region->mm->pinned_vm);
			return ret ?: -EFAULT;
		}
		region->nr_pinned += ret;
		cond_resched();
	}
	return 0;
}

/**
 * mshv_region_map() - map a region into a guest
 * @partition: whose guest
 * @region: the region
 *
 * Context: task context of the VMM, sleeps.
 * Return: 0; -ENOMEM also over RLIMIT_MEMLOCK; -EFAULT when there is no memory at some address, or
 * none that can be written to if the guest may; -EINTR on a fatal signal; or the errno of a
 * hypercall's status. On failure a part may be mapped and pinned: unmap and free it.
 */
int mshv_region_map(struct mshv_partition *partition, struct mshv_region *region)
{
	int ret = mshv_region_pin(region);

	if (ret)
		return ret;
	return mshv_call_map_gpa_pages(partition, region->node.start, region->pages,
				       region->nr_pages, region->map_flags, &region->nr_mapped);
}

/**
 * mshv_region_unmap() - take a region away from a guest
 * @partition: whose guest
 * @region: the region, mapped or not
 *
 * Return: 0, or the errno of a hypercall's status; then the guest may still have it.
 */
int mshv_region_unmap(struct mshv_partition *partition, struct mshv_region *region)
{
	int ret = 0;

	if (region->nr_mapped)
		ret = mshv_call_unmap_gpa_pages(partition, region->node.start, region->nr_mapped);
	if (!ret)
		region->nr_mapped = 0;
	return ret;
}

/**
 * mshv_region_free() - be done with a region
 * @region: the region; pages that the guest may still have stay pinned for good
 */
void mshv_region_free(struct mshv_region *region)
{
	bool dirty = region->map_flags & MHV_MAP_GPA_WRITABLE;
	u64 i, nr;

	if (!WARN_ON_ONCE(region->nr_mapped)) {
		for (i = 0; i < region->nr_pinned; i += nr) {
			nr = min_t(u64, region->nr_pinned - i, MSHV_PIN_BATCH_PAGES);
			unpin_user_pages_dirty_lock(region->pages + i, nr, dirty);
			cond_resched();
		}
		atomic64_sub(region->nr_pinned, &region->mm->pinned_vm);
	}
	mmdrop(region->mm);
	kvfree(region->pages);
	kfree(region);
}
