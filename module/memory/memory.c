// SPDX-License-Identifier: GPL-2.0
/*
 * SET_GUEST_MEMORY: the regions of a partition's guest memory, and the region of a page that the
 * guest touches. The memory behind a region is looked up when the guest touches it (fault.c).
 */
#include <linux/interval_tree.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "mshv.h"
#include "memory/region.h"
#include "trace/fire.h"
#include "trace/trace.h"

static_assert(MSHV_HV_PAGE_SIZE == PAGE_SIZE);

/* Guest physical addresses have 52 bits at most. */
#define MSHV_MAX_GFN	(BIT_ULL(52 - PAGE_SHIFT) - 1)

static struct mshv_region *mshv_memory_find(struct mshv_partition *partition, u64 first, u64 last)
{
	struct interval_tree_node *node;

	node = interval_tree_iter_first(&partition->regions, first, last);
	return node ? container_of(node, struct mshv_region, node) : NULL;
}

static struct mshv_region *mshv_memory_next(struct mshv_region *region, u64 first, u64 last)
{
	struct interval_tree_node *node = interval_tree_iter_next(&region->node, first, last);

	return node ? container_of(node, struct mshv_region, node) : NULL;
}

static u32 mshv_memory_map_flags(u8 flags)
{
	u32 map_flags = MHV_MAP_GPA_READABLE | MHV_MAP_GPA_ADJUSTABLE;

	if (flags & BIT(MSHV_SET_MEM_BIT_WRITABLE))
		map_flags |= MHV_MAP_GPA_WRITABLE;
	if (flags & BIT(MSHV_SET_MEM_BIT_EXECUTABLE))
		map_flags |= MHV_MAP_GPA_EXECUTABLE;
	return map_flags;
}

static bool mshv_memory_exists(u64 uaddr)
{
	bool exists;

	mmap_read_lock(current->mm);
	exists = vma_lookup(current->mm, uaddr);
	mmap_read_unlock(current->mm);
	return exists;
}

static int mshv_memory_map(struct mshv_partition *partition, const struct mshv_user_mem_region *mem)
{
	u64 nr_pages = mem->size >> PAGE_SHIFT, last;
	struct mshv_region *region;
	int ret;

	if (check_add_overflow(mem->guest_pfn, nr_pages - 1, &last) || last > MSHV_MAX_GFN)
		return -EINVAL;
	if (!access_ok((const void __user *)mem->userspace_addr, mem->size) ||
	    !mshv_memory_exists(mem->userspace_addr))
		return -EINVAL;
	if (mshv_memory_find(partition, mem->guest_pfn, last))
		return -EEXIST;

	region = mshv_region_create(partition, mem->guest_pfn, nr_pages, mem->userspace_addr,
				    mshv_memory_map_flags(mem->flags));
	if (IS_ERR(region))
		return PTR_ERR(region);
	ret = mshv_region_reserve(region);
	if (!ret && down_write_killable(&partition->memory_lock))
		ret = -EINTR;
	if (ret) {
		mshv_region_unmap(region);
		mshv_region_put(region);
		return ret;
	}
	interval_tree_insert(&region->node, &partition->regions);
	up_write(&partition->memory_lock);
	partition->guest_pages += nr_pages;
	return 0;
}

static int mshv_memory_unmap(struct mshv_partition *partition,
			     const struct mshv_user_mem_region *mem)
{
	struct mshv_region *region;
	int ret;

	region = mshv_memory_find(partition, mem->guest_pfn, mem->guest_pfn);
	if (!region)
		return -ENOENT;
	if (region->node.start != mem->guest_pfn || region->uaddr != mem->userspace_addr ||
	    region->nr_pages != mem->size >> PAGE_SHIFT)
		return -EINVAL;

	if (down_write_killable(&partition->memory_lock))
		return -EINTR;
	ret = mshv_region_unmap(region);
	if (!ret)
		interval_tree_remove(&region->node, &partition->regions);
	up_write(&partition->memory_lock);
	if (ret)
		return ret;

	partition->guest_pages -= region->nr_pages;
	mshv_region_put(region);
	return 0;
}

/**
 * mshv_memory_set() - MSHV_SET_GUEST_MEMORY
 * @partition: whose, its lock held
 * @uarg: struct mshv_user_mem_region
 *
 * Return: 0; -EFAULT; -EINVAL for bad arguments, for no memory at the address, and to unmap another
 * range than was mapped; -EEXIST when guest pages are mapped already; -ENOENT to unmap pages that
 * are not; -EINTR on a fatal signal; and what mshv_region_reserve() returns.
 */
long mshv_memory_set(struct mshv_partition *partition, void __user *uarg)
{
	struct mshv_user_mem_region mem;
	int ret;

	if (copy_from_user(&mem, uarg, sizeof(mem)))
		return -EFAULT;
	if (!mem.size || !PAGE_ALIGNED(mem.size) || !PAGE_ALIGNED(mem.userspace_addr) ||
	    memchr_inv(mem.rsvd, 0, sizeof(mem.rsvd)))
		return -EINVAL;
	ret = mshv_cap_check_flags(partition, &mshv_cap_SET_GUEST_MEMORY, mem.flags);
	if (ret)
		return ret;

	if (mem.flags & BIT(MSHV_SET_MEM_BIT_UNMAP)) {
		ret = mshv_memory_unmap(partition, &mem);
		mshv_fire(mshv_unmap_user_memory, partition->id, mem.userspace_addr, mem.guest_pfn,
			  mem.size >> PAGE_SHIFT, ret);
	} else {
		ret = mshv_memory_map(partition, &mem);
		mshv_fire(mshv_map_user_memory, partition->id, mem.userspace_addr, mem.guest_pfn,
			  mem.size >> PAGE_SHIFT, mshv_memory_map_flags(mem.flags), ret);
	}
	mshv_cap_use_flags(partition, &mshv_cap_SET_GUEST_MEMORY, mem.flags, ret);
	return ret;
}

MSHV_DECLARE_IOCTL(SET_GUEST_MEMORY, mshv_memory_set, struct mshv_user_mem_region,
		   .trial = MSHV_TRIAL_MEMORY);
MSHV_DECLARE_FLAG(MEM_WRITABLE, MSHV_SET_MEM_BIT_WRITABLE, SET_GUEST_MEMORY);
MSHV_DECLARE_FLAG(MEM_EXECUTABLE, MSHV_SET_MEM_BIT_EXECUTABLE, SET_GUEST_MEMORY);
MSHV_DECLARE_FLAG(MEM_UNMAP, MSHV_SET_MEM_BIT_UNMAP, SET_GUEST_MEMORY);

static bool mshv_memory_may_access(const struct mshv_region *region, u8 access_type)
{
	switch (access_type) {
	case MHV_ACCESS_WRITE:
		return region->map_flags & MHV_MAP_GPA_WRITABLE;
	case MHV_ACCESS_EXECUTE:
		return region->map_flags & MHV_MAP_GPA_EXECUTABLE;
	default:
		return true;
	}
}

/* As mshv_memory_touch(); puts the generation of the page's region into @generation. */
static int mshv_memory_give(struct mshv_partition *partition, u64 gfn, u8 access_type,
			    u64 *generation)
{
	struct mshv_region *region;
	int ret;

	do {
		if (down_read_killable(&partition->memory_lock))
			return -EINTR;
		region = mshv_memory_find(partition, gfn, gfn);
		if (region && mshv_memory_may_access(region, access_type))
			mshv_region_get(region);
		else
			region = NULL;
		up_read(&partition->memory_lock);
		if (!region)
			return -EFAULT;
		/* It may have to wait for the page, so the lock is not held. */
		ret = mshv_region_fault(region, gfn, access_type, generation);
		mshv_region_put(region);
	} while (ret == -ESTALE);

	return ret;
}

/**
 * mshv_memory_touch() - let a page be there as if the guest had touched it
 * @partition: whose guest
 * @gfn: the page
 * @access_type: MHV_ACCESS_*
 *
 * Context: task context, sleeps.
 * Return: 0; -EFAULT where the guest has no memory, or may not do so; and what mshv_region_fault()
 * returns.
 */
int mshv_memory_touch(struct mshv_partition *partition, u64 gfn, u8 access_type)
{
	u64 generation;

	return mshv_memory_give(partition, gfn, access_type, &generation);
}

/**
 * mshv_memory_track() - let each page of 4 KiB tell whether it was accessed and written to, or not
 * @partition: whose guest
 * @tracked: whether; before the hypervisor is asked to forget anything of a page
 *
 * Context: task context, sleeps.
 * Return: 0, or -EINTR on a fatal signal.
 */
int mshv_memory_track(struct mshv_partition *partition, bool tracked)
{
	struct mshv_region *region;

	if (READ_ONCE(partition->tracked) == tracked)
		return 0;
	if (down_write_killable(&partition->memory_lock))
		return -EINTR;
	WRITE_ONCE(partition->tracked, tracked);
	for (region = mshv_memory_find(partition, 0, MSHV_MAX_GFN); region;
	     region = mshv_memory_next(region, 0, MSHV_MAX_GFN)) {
		if (tracked)
			mshv_region_split(region);
		else
			mshv_region_join(region);
	}
	up_write(&partition->memory_lock);
	return 0;
}

/**
 * mshv_memory_access_states() - tell which guest pages were accessed and written to
 * @partition: whose
 * @gfn: guest page number of the first
 * @count: how many, as the hypervisor was asked; it may be 0
 * @flags: MHV_GPA_CLEAR_*, MHV_GPA_SET_*: what to forget, or to note, as the hypervisor has already
 * @states: what the hypervisor has told just now; added to by what it does not know any more
 *
 * Context: task context, sleeps, allocates memory.
 * Return: 0, -ENOMEM, or -EINTR on a fatal signal.
 */
int mshv_memory_access_states(struct mshv_partition *partition, u64 gfn, u32 count, u64 flags,
			      u8 *states)
{
	struct mshv_region *region;
	u64 last;
	int ret = 0;

	if (!count || check_add_overflow(gfn, (u64)count - 1, &last))
		return 0;
	if (down_read_killable(&partition->memory_lock))
		return -EINTR;
	for (region = mshv_memory_find(partition, gfn, last); region && !ret;
	     region = mshv_memory_next(region, gfn, last))
		ret = mshv_region_access_states(region, gfn, count, flags, states);
	up_read(&partition->memory_lock);
	return ret;
}

/**
 * mshv_memory_note_states() - let what was told of pages be told again, as nobody has heard it
 * @partition: whose
 * @gfn: guest page number of the first
 * @count: how many; it may be 0
 * @states: what was told, and may have been forgotten since
 *
 * Context: task context, sleeps.
 */
void mshv_memory_note_states(struct mshv_partition *partition, u64 gfn, u32 count, const u8 *states)
{
	struct mshv_region *region;
	u64 last;

	if (!count || check_add_overflow(gfn, (u64)count - 1, &last))
		return;
	down_read(&partition->memory_lock);
	for (region = mshv_memory_find(partition, gfn, last); region;
	     region = mshv_memory_next(region, gfn, last))
		mshv_region_note_states(region, gfn, count, states);
	up_read(&partition->memory_lock);
}

/**
 * mshv_memory_fault() - deal with an intercept of a guest's access to memory
 * @vp: the VP, its lock held, whose intercept it is
 *
 * The message may be anything, for the VMM can write to it; so what it makes the driver do is what
 * the guest could have made it do.
 *
 * Context: task context, sleeps.
 * Return: 1 when the guest can go on (or a signal is pending, and it may try again); 0 when the
 * intercept is the VMM's; -ENOMEM.
 */
int mshv_memory_fault(struct mshv_vp *vp)
{
	const struct mhv_memory_intercept *memory = (const void *)vp->message->payload;
	struct mshv_partition *partition = vp->partition;
	struct mshv_vp_fault fault = {};
	int ret;

	fault.access_type = READ_ONCE(memory->header.access_type);
	fault.gfn = READ_ONCE(memory->gpa) >> PAGE_SHIFT;
	ret = mshv_memory_give(partition, fault.gfn, fault.access_type, &fault.generation);
	/*
	 * The guest had the page for this kind of access, has still got it, and yet could not go
	 * on: what keeps it from that is not the driver's to deal with.
	 */
	if (!ret && fault.gfn == vp->run.fault.gfn &&
	    fault.generation == vp->run.fault.generation &&
	    fault.access_type == vp->run.fault.access_type)
		ret = -EFAULT;
	else if (!ret)
		vp->run.fault = fault;
	mshv_fire(mshv_handle_gpa_intercept, partition->id, vp->index, fault.gfn, fault.access_type,
		  !ret);
	if (!ret || ret == -EINTR)
		return 1;
	return ret == -ENOMEM ? ret : 0;
}

/**
 * mshv_memory_destroy() - be done with all memory of a partition
 * @partition: the partition, which nobody else has any more
 *
 * The guest has reserved addresses left then, but no page of anybody's.
 */
void mshv_memory_destroy(struct mshv_partition *partition)
{
	struct mshv_region *region;

	while ((region = mshv_memory_find(partition, 0, MSHV_MAX_GFN))) {
		interval_tree_remove(&region->node, &partition->regions);
		mshv_region_close(region);
		mshv_region_put(region);
	}
}
