// SPDX-License-Identifier: GPL-2.0
/*
 * GET_GPAP_ACCESS_BITMAP: which guest pages were accessed or written to, as the hypervisor knows
 * it, and the driver for pages that it has taken away. In batches, so that memory and time do not
 * depend on how many are asked for.
 */
#include <linux/minmax.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <mshv/hvabi_state.h>
#include "hv/hvcalls.h"
#include "mshv.h"

/* A hypercall's worth, and whole bytes of the bitmap; on the stack */
#define MSHV_GPAP_BATCH_PAGES	512

/* As many as there can be guest pages */
#define MSHV_GPAP_MAX_PAGES	BIT_ULL(52 - PAGE_SHIFT)

/* A page that was not accessed was not written to, and the reverse. */
static u64 mshv_gpap_flags(u8 type, u8 op)
{
	bool dirty = type == MSHV_GPAP_ACCESS_TYPE_DIRTY;

	switch (op) {
	case MSHV_GPAP_ACCESS_OP_CLEAR:
		return dirty ? MHV_GPA_CLEAR_DIRTY : MHV_GPA_CLEAR_ACCESSED | MHV_GPA_CLEAR_DIRTY;
	case MSHV_GPAP_ACCESS_OP_SET:
		return dirty ? MHV_GPA_SET_DIRTY | MHV_GPA_SET_ACCESSED : MHV_GPA_SET_ACCESSED;
	default:
		return 0;
	}
}

/* The bits of a batch. What does not reach the VMM is told the next time. */
static int mshv_gpap_batch(struct mshv_partition *partition, u64 gfn, u32 count, u64 flags, u8 bit,
			   u8 __user *ubitmap)
{
	u8 states[MSHV_GPAP_BATCH_PAGES], bitmap[MSHV_GPAP_BATCH_PAGES / BITS_PER_BYTE] = {};
	u32 i, told;
	int ret;

	ret = mshv_call_get_gpa_access_states(partition, gfn, count, flags, states, &told) ?:
	      mshv_memory_access_states(partition, gfn, count, flags, states);
	for (i = 0; !ret && i < count; i++)
		if (states[i] & bit)
			bitmap[i / BITS_PER_BYTE] |= 1 << i % BITS_PER_BYTE;
	if (!ret && copy_to_user(ubitmap, bitmap, DIV_ROUND_UP(count, BITS_PER_BYTE)))
		ret = -EFAULT;
	if (ret && flags)
		mshv_memory_note_states(partition, gfn, told, states);
	return ret;
}

/**
 * mshv_gpap_access_bitmap() - MSHV_GET_GPAP_ACCESS_BITMAP
 * @partition: whose, its lock held
 * @uarg: struct mshv_gpap_access_bitmap
 *
 * From the first time on that bits are changed, each page of 4 KiB has bits of its own; before that
 * a large page may have the same ones for all of its pages.
 * On failure a first part of the bitmap may have been written, and the bits of its pages changed;
 * the rest is as it was.
 *
 * Context: task context, sleeps.
 * Return: 0; -EFAULT; -EINVAL for bad arguments; -E2BIG for more pages than there can be; -EINTR on
 * a fatal signal; -ENOMEM; or the errno of the hypercall's status.
 */
long mshv_gpap_access_bitmap(struct mshv_partition *partition, void __user *uarg)
{
	struct mshv_gpap_access_bitmap args;
	u64 done, flags;
	u32 count;
	u8 bit;
	int ret;

	if (copy_from_user(&args, uarg, sizeof(args)))
		return -EFAULT;
	if (args.access_type >= MSHV_GPAP_ACCESS_TYPE_COUNT ||
	    args.access_op >= MSHV_GPAP_ACCESS_OP_COUNT ||
	    memchr_inv(args.rsvd, 0, sizeof(args.rsvd)) || !args.page_count || !args.bitmap_ptr)
		return -EINVAL;
	if (args.page_count > MSHV_GPAP_MAX_PAGES)
		return -E2BIG;
	if (!access_ok(u64_to_user_ptr(args.bitmap_ptr),
		       DIV_ROUND_UP(args.page_count, BITS_PER_BYTE)))
		return -EFAULT;

	ret = mshv_cap_check_flags(partition, &mshv_cap_GET_GPAP_ACCESS_BITMAP,
				   BIT_ULL(args.access_type));
	if (ret)
		return ret;

	flags = mshv_gpap_flags(args.access_type, args.access_op);
	if (flags) {
		ret = mshv_memory_track(partition, true);
		if (ret)
			return ret;
	}
	bit = args.access_type == MSHV_GPAP_ACCESS_TYPE_DIRTY ? MHV_GPA_DIRTY : MHV_GPA_ACCESSED;

	for (done = 0; done < args.page_count; done += count) {
		if (fatal_signal_pending(current))
			return -EINTR;
		count = min_t(u64, args.page_count - done, MSHV_GPAP_BATCH_PAGES);
		ret = mshv_gpap_batch(partition, args.gpap_base + done, count, flags, bit,
				      u64_to_user_ptr(args.bitmap_ptr + done / BITS_PER_BYTE));
		if (ret)
			return ret;
		cond_resched();
	}
	mshv_cap_use_flags(partition, &mshv_cap_GET_GPAP_ACCESS_BITMAP, BIT_ULL(args.access_type),
			   0);
	return 0;
}

MSHV_DECLARE_IOCTL(GET_GPAP_ACCESS_BITMAP, mshv_gpap_access_bitmap, struct mshv_gpap_access_bitmap,
		   .trial = MSHV_TRIAL_ACCESS);
MSHV_DECLARE_FLAG(GPAP_ACCESSED, MSHV_GPAP_ACCESS_TYPE_ACCESSED, GET_GPAP_ACCESS_BITMAP);
MSHV_DECLARE_FLAG(GPAP_DIRTY, MSHV_GPAP_ACCESS_TYPE_DIRTY, GET_GPAP_ACCESS_BITMAP);
