// SPDX-License-Identifier: GPL-2.0
/*
 * GET_VP_STATE and SET_VP_STATE: a VP's local APIC, extended processor state, SynIC pages and
 * timers as blocks that the driver does not look into. The hypervisor copies most of them to or
 * from the VMM's pages itself, which are pinned meanwhile. Semantics of Linux 7.2
 * drivers/hv/mshv_root_main.c.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <mshv/hvabi_state.h>
#include "hv/hvcalls.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/trace.h"

/* XSAVE components that are always asked for: x87 and SSE */
#define MSHV_XSAVE_LEGACY	(BIT_ULL(0) | BIT_ULL(1))

/* What is to be moved: the request as the hypervisor wants it, and its size */
struct mshv_vp_state {
	struct mhv_vp_state_header header;
	u32 bytes;
};

static int mshv_vp_state_xsave(struct mshv_vp *vp, struct mshv_vp_state *state)
{
	u64 bytes;
	int ret;

	ret = mshv_call_get_partition_property(vp->partition, MHV_PROP_XSAVE_STATES,
					       &state->header.xsave_states) ?:
	      mshv_call_get_partition_property(vp->partition, MHV_PROP_MAX_XSAVE_DATA_SIZE, &bytes);
	if (ret)
		return ret;
	state->header.xsave_states |= MSHV_XSAVE_LEGACY;
	state->header.type = MHV_VP_STATE_XSAVE | MHV_VP_STATE_PFN;
	state->bytes = bytes;
	return 0;
}

static int mshv_vp_state_describe(struct mshv_vp *vp, u8 type, struct mshv_vp_state *state)
{
	*state = (struct mshv_vp_state) {
		.header = { .partition_id = vp->partition->id, .vp_index = vp->index },
		.bytes = MSHV_HV_PAGE_SIZE,
	};

	switch (type) {
	case MSHV_VP_STATE_LAPIC:
		state->header.type = MHV_VP_STATE_LAPIC | MHV_VP_STATE_PFN;
		return 0;
	case MSHV_VP_STATE_XSAVE:
		return mshv_vp_state_xsave(vp, state);
	case MSHV_VP_STATE_SIMP:
		state->header.type = MHV_VP_STATE_SIM_PAGE | MHV_VP_STATE_PFN;
		return 0;
	case MSHV_VP_STATE_SIEFP:
		state->header.type = MHV_VP_STATE_SIEF_PAGE | MHV_VP_STATE_PFN;
		return 0;
	case MSHV_VP_STATE_SYNTHETIC_TIMERS:
		state->header.type = MHV_VP_STATE_SYNTHETIC_TIMERS;
		state->bytes = sizeof(struct mhv_synthetic_timers_state);
		return 0;
	default:
		return -EINVAL;
	}
}

/* The state that goes by the hypercall's own parameters */
static int mshv_vp_state_move(struct mshv_vp *vp, const struct mshv_vp_state *state,
			      void __user *ubuffer, bool is_set)
{
	struct mhv_synthetic_timers_state timers = {};
	int ret;

	if (is_set) {
		if (copy_from_user(&timers, ubuffer, sizeof(timers)))
			return -EFAULT;
		return mshv_call_set_vp_state(vp, &state->header, &timers, sizeof(timers));
	}

	ret = mshv_call_get_vp_state(vp, &state->header, NULL, 0, &timers);
	if (!ret && copy_to_user(ubuffer, &timers, sizeof(timers)))
		ret = -EFAULT;
	return ret;
}

static int mshv_vp_state_pin(unsigned long uaddr, unsigned int count, bool is_set,
			     struct page **pages, unsigned int *pinned)
{
	unsigned int flags = is_set ? 0 : FOLL_WRITE;
	int ret;

	for (*pinned = 0; *pinned < count; *pinned += ret) {
		ret = pin_user_pages_fast(uaddr + *pinned * PAGE_SIZE, count - *pinned, flags,
					  pages + *pinned);
		if (ret <= 0)
			return ret ?: -EFAULT;
	}
	return 0;
}

/* The state that the hypervisor moves to or from the VMM's pages */
static int mshv_vp_state_move_pages(struct mshv_vp *vp, const struct mshv_vp_state *state,
				    u64 uaddr, unsigned int count, bool is_set)
{
	unsigned int pinned, i;
	struct mhv_synthetic_timers_state unused = {};
	struct page **pages;
	u64 *pfns;
	int ret;

	pages = kmalloc_array(count, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	pfns = kmalloc_array(count, sizeof(*pfns), GFP_KERNEL_ACCOUNT);
	ret = -ENOMEM;
	if (!pages || !pfns)
		goto out_free;

	ret = mshv_vp_state_pin(uaddr, count, is_set, pages, &pinned);
	if (ret)
		goto out_unpin;
	for (i = 0; i < count; i++)
		pfns[i] = page_to_pfn(pages[i]);
	if (is_set)
		ret = mshv_call_set_vp_state(vp, &state->header, pfns, count * sizeof(*pfns));
	else
		ret = mshv_call_get_vp_state(vp, &state->header, pfns, count, &unused);
out_unpin:
	unpin_user_pages_dirty_lock(pages, pinned, !is_set);
out_free:
	kfree(pfns);
	kfree(pages);
	return ret;
}

static long mshv_vp_state(struct mshv_vp *vp, struct mshv_get_set_vp_state __user *uarg,
			  bool is_set)
{
	const struct mshv_cap *cap = is_set ? &mshv_cap_SET_VP_STATE : &mshv_cap_GET_VP_STATE;
	struct mshv_get_set_vp_state args;
	struct mshv_vp_state state;
	u64 end;
	int ret;

	if (copy_from_user(&args, uarg, sizeof(args)))
		return -EFAULT;
	if (args.type >= MSHV_VP_STATE_COUNT || memchr_inv(args.rsvd, 0, sizeof(args.rsvd)) ||
	    !args.buf_sz || !PAGE_ALIGNED(args.buf_sz) || !PAGE_ALIGNED(args.buf_ptr))
		return -EINVAL;
	ret = mshv_cap_check_flags(vp->partition, cap, BIT_ULL(args.type));
	if (ret)
		return ret;
	if (check_add_overflow(args.buf_ptr, (u64)args.buf_sz, &end))
		return -EOVERFLOW;
	if (!access_ok(u64_to_user_ptr(args.buf_ptr), args.buf_sz))
		return -EFAULT;

	ret = mshv_vp_state_describe(vp, args.type, &state);
	if (ret)
		return ret;
	if (put_user(state.bytes, &uarg->buf_sz))
		return -EFAULT;

	if (state.bytes > args.buf_sz || args.buf_sz >> PAGE_SHIFT > MHV_VP_STATE_MAX_PFNS)
		ret = -EINVAL;
	else if (state.header.type & MHV_VP_STATE_PFN)
		ret = mshv_vp_state_move_pages(vp, &state, args.buf_ptr, args.buf_sz >> PAGE_SHIFT,
					       is_set);
	else
		ret = mshv_vp_state_move(vp, &state, u64_to_user_ptr(args.buf_ptr), is_set);

	if (is_set)
		mshv_fire(mshv_set_vp_state, vp->partition->id, vp->index, args.type, state.bytes,
			  ret, vp);
	else
		mshv_fire(mshv_get_vp_state, vp->partition->id, vp->index, args.type, state.bytes,
			  ret, vp);
	mshv_cap_use_flags(vp->partition, cap, BIT_ULL(args.type), ret);
	return ret;
}

/**
 * mshv_vp_state_get() - MSHV_GET_VP_STATE
 * @vp: the VP, its lock held
 * @uarg: struct mshv_get_set_vp_state; its buf_sz becomes the size that the state has, also when
 *	the buffer is too small for it
 *
 * Context: task context, sleeps.
 * Return: 0; -EFAULT; -EINVAL for bad arguments and for a buffer that is too small or has more
 * pages than a hypercall can name; -EOVERFLOW; -ENOMEM; or the errno of a hypercall's status.
 */
long mshv_vp_state_get(struct mshv_vp *vp, void __user *uarg)
{
	return mshv_vp_state(vp, uarg, false);
}

/**
 * mshv_vp_state_set() - MSHV_SET_VP_STATE
 * @vp: the VP, its lock held
 * @uarg: as in mshv_vp_state_get()
 *
 * Context: task context, sleeps.
 * Return: as mshv_vp_state_get().
 */
long mshv_vp_state_set(struct mshv_vp *vp, void __user *uarg)
{
	return mshv_vp_state(vp, uarg, true);
}

MSHV_DECLARE_IOCTL(GET_VP_STATE, mshv_vp_state_get, struct mshv_get_set_vp_state,
		   .trial = MSHV_TRIAL_VP);
MSHV_DECLARE_IOCTL(SET_VP_STATE, mshv_vp_state_set, struct mshv_get_set_vp_state,
		   .trial = MSHV_TRIAL_VP);

#define MSHV_DECLARE_VP_STATE(name, _trial)						\
	MSHV_DECLARE_CAP(name, .flag = BIT_ULL(MSHV_##name), .trial = (_trial),	\
			 .of = { &mshv_cap_GET_VP_STATE, &mshv_cap_SET_VP_STATE })

MSHV_DECLARE_VP_STATE(VP_STATE_LAPIC, MSHV_TRIAL_STATE_LAPIC);
MSHV_DECLARE_VP_STATE(VP_STATE_XSAVE, MSHV_TRIAL_STATE_XSAVE);
MSHV_DECLARE_VP_STATE(VP_STATE_SIMP, MSHV_TRIAL_STATE_SIMP);
MSHV_DECLARE_VP_STATE(VP_STATE_SIEFP, MSHV_TRIAL_STATE_SIEFP);
MSHV_DECLARE_VP_STATE(VP_STATE_SYNTHETIC_TIMERS, MSHV_TRIAL_STATE_TIMERS);
