// SPDX-License-Identifier: GPL-2.0
/*
 * ROOT_HVCALL: a VMM's own hypercalls, of a list of codes, on its own partition only: the input of
 * each begins with a partition's name, which the driver writes. The VMM's buffers are copied to
 * pages that nothing else is on.
 */
#include <linux/gfp.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "hv/hvcall.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/irq.h"

/* Elements of a rep hypercall: 12 bits of the control word */
#define MSHV_MAX_REPS	0xfff

/* Five levels of tables and the page itself, each of which may have to be read, then written to */
#define MSHV_TRANSLATION_TRIES	13

/* Calls on /dev/mshv, which only read properties of the machine */
static bool mshv_passthrough_allowed_self(u16 code)
{
	switch (code) {
	case MHV_HVCALL_GET_PARTITION_PROPERTY:
	case MHV_HVCALL_GET_PARTITION_PROPERTY_EX:
		return true;
	default:
		return false;
	}
}

static bool mshv_passthrough_allowed(u16 code, bool vp)
{
	switch (code) {
	case MHV_HVCALL_GET_PARTITION_PROPERTY:
	case MHV_HVCALL_GET_PARTITION_PROPERTY_EX:
	case MHV_HVCALL_INSTALL_INTERCEPT:
	case MHV_HVCALL_GET_VP_REGISTERS:
	case MHV_HVCALL_SET_VP_REGISTERS:
	case MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS:
	case MHV_HVCALL_CLEAR_VIRTUAL_INTERRUPT:
	case MHV_HVCALL_REGISTER_INTERCEPT_RESULT:
	case MHV_HVCALL_ASSERT_VIRTUAL_INTERRUPT:
	case MHV_HVCALL_GET_GPA_PAGES_ACCESS_STATES:
	case MHV_HVCALL_SIGNAL_EVENT_DIRECT:
	case MHV_HVCALL_POST_MESSAGE_DIRECT:
	case MHV_HVCALL_GET_VP_CPUID_VALUES:
		return true;
	case MHV_HVCALL_SET_PARTITION_PROPERTY:
		/* The partition's lock is for it. */
		return !vp;
	default:
		return false;
	}
}

static int mshv_passthrough_check(const struct mshv_root_hvcall *args, bool self, bool vp)
{
	if (args->status || !args->in_ptr || args->in_sz < sizeof(u64) ||
	    args->in_sz > MSHV_HV_PAGE_SIZE || args->reps > MSHV_MAX_REPS ||
	    memchr_inv(args->rsvd, 0, sizeof(args->rsvd)))
		return -EINVAL;
	if (args->out_ptr && (!args->out_sz || args->out_sz > MSHV_HV_PAGE_SIZE))
		return -EINVAL;
	if (self ? !mshv_passthrough_allowed_self(args->code) :
		   !mshv_passthrough_allowed(args->code, vp))
		return -EINVAL;
	return 0;
}

/*
 * The hypervisor may complete such a call later by a message that names only the partition, so a
 * partition has one such call at a time. Only the partition's descriptor makes such calls, under
 * the partition's lock.
 */
static bool mshv_passthrough_is_async(u16 code)
{
	return code == MHV_HVCALL_SET_PARTITION_PROPERTY;
}

/* -EPERM: an earlier call, whose caller was killed, is not complete. */
static int mshv_async_begin(struct mshv_async *async)
{
	/* With mshv_async_complete(): it does not touch an abandoned call any more. */
	if (atomic_read_acquire(&async->state) != MSHV_ASYNC_IDLE)
		return -EPERM;
	reinit_completion(&async->done);
	atomic_set(&async->state, MSHV_ASYNC_WAITED_FOR);
	return 0;
}

/* Only the one who waits makes the next call possible, unless it does not wait any more. */
static void mshv_async_end(struct mshv_async *async)
{
	atomic_set(&async->state, MSHV_ASYNC_IDLE);
}

static int mshv_async_wait(struct mshv_async *async, u16 *status)
{
	if (wait_for_completion_killable(&async->done)) {
		if (atomic_cmpxchg(&async->state, MSHV_ASYNC_WAITED_FOR, MSHV_ASYNC_ABANDONED) ==
		    MSHV_ASYNC_WAITED_FOR)
			return -EINTR;
		/* The interrupt handler is about to complete it. */
		wait_for_completion(&async->done);
	}
	*status = async->status;
	mshv_async_end(async);
	return mshv_status_to_errno(*status);
}

/**
 * mshv_async_complete() - the hypervisor has completed a partition's hypercall
 * @partition: whose
 * @status: enum mhv_status
 *
 * Context: interrupt.
 */
void mshv_async_complete(struct mshv_partition *partition, u32 status)
{
	struct mshv_async *async = &partition->async;

	if (trace_mshv_async_completion_enabled())
		mshv_fire(mshv_async_completion, partition->id, status, partition);
	if (atomic_read(&async->state) == MSHV_ASYNC_WAITED_FOR) {
		async->status = status;
		if (atomic_cmpxchg(&async->state, MSHV_ASYNC_WAITED_FOR, MSHV_ASYNC_COMPLETED) ==
		    MSHV_ASYNC_WAITED_FOR) {
			complete(&async->done);
			return;
		}
	}
	/* With mshv_async_begin() */
	atomic_cmpxchg_release(&async->state, MSHV_ASYNC_ABANDONED, MSHV_ASYNC_IDLE);
}

/*
 * Waits for the end of the call. If the call failed for want of memory, the hypervisor gets memory
 * and the call is made again.
 */
static int mshv_passthrough_async(struct mshv_hvcall *call)
{
	struct mshv_async *async = &call->partition->async;
	u64 spent_pages = 0;
	int ret;

	do {
		ret = mshv_async_begin(async);
		if (ret)
			return ret;
		call->reps_done = 0;
		ret = mshv_hvcall(call);
		if (call->status != MHV_STATUS_CALL_PENDING) {
			mshv_async_end(async);
			return ret;
		}
		ret = mshv_async_wait(async, &call->status);
		if (ret == -EINTR || !mshv_status_needs_memory(call->status))
			return ret;
		ret = mshv_deposit(call->partition, call->status, &spent_pages);
	} while (!ret);

	return ret;
}

/*
 * Memory that the guest has not touched yet is memory without access to the hypervisor, and stops a
 * translation. The output names the page: a page table, or the page that was looked for.
 */
static bool mshv_translation_resumes(const struct mshv_hvcall *call)
{
	const struct mhv_output_translate_virtual_address *out = call->out;

	if (call->code != MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS || !out || !call->partition)
		return false;
	switch (out->result_code) {
	case MHV_TRANSLATE_GPA_NO_READ_ACCESS:
	case MHV_TRANSLATE_GPA_NO_WRITE_ACCESS:
		return !mshv_memory_touch(call->partition, out->gpa_page,
					  out->result_code == MHV_TRANSLATE_GPA_NO_WRITE_ACCESS ?
					  MHV_ACCESS_WRITE : MHV_ACCESS_READ);
	default:
		return false;
	}
}

/*
 * The hypervisor does not know the bits of pages that were taken away from the guest; the driver
 * keeps them.
 */
static int mshv_access_states_complete(const struct mshv_hvcall *call)
{
	const struct mhv_input_get_gpa_pages_access_states *in = call->in;

	if (call->code != MHV_HVCALL_GET_GPA_PAGES_ACCESS_STATES || !call->out || !call->partition)
		return 0;
	return mshv_memory_access_states(call->partition, in->gpa_page_number, call->reps_done,
					 in->flags, call->out);
}

/* Whether the call changes what is known of pages, so that it has to be known page by page */
static bool mshv_changes_access_states(const struct mshv_hvcall *call)
{
	const struct mhv_input_get_gpa_pages_access_states *in = call->in;

	return call->code == MHV_HVCALL_GET_GPA_PAGES_ACCESS_STATES && call->partition && in->flags;
}

/* The bits did not reach the VMM, so they are noted, and told the next time. */
static void mshv_access_states_unheard(const struct mshv_hvcall *call)
{
	const struct mhv_input_get_gpa_pages_access_states *in = call->in;

	if (call->out && mshv_changes_access_states(call))
		mshv_memory_note_states(call->partition, in->gpa_page_number, call->reps_done,
					call->out);
}

static int mshv_property_complete(const struct mshv_hvcall *call)
{
	const struct mhv_input_set_partition_property *in = call->in;

	if (call->code != MHV_HVCALL_SET_PARTITION_PROPERTY || !call->partition ||
	    in->property_code != MHV_PROP_GPA_PAGE_ACCESS_TRACKING)
		return 0;
	return mshv_memory_track(call->partition, in->property_value);
}

static int mshv_passthrough_issue(struct mshv_hvcall *call)
{
	int tries = MSHV_TRANSLATION_TRIES, ret;

	if (call->partition && mshv_passthrough_is_async(call->code))
		return mshv_passthrough_async(call) ?: mshv_property_complete(call);
	if (mshv_changes_access_states(call)) {
		ret = mshv_memory_track(call->partition, true);
		if (ret)
			return ret;
	}
	do {
		ret = mshv_hvcall(call);
	} while (!ret && --tries && mshv_translation_resumes(call));
	if (!ret)
		ret = mshv_access_states_complete(call);
	/* A call that is completed later by a message, which no caller would wait for. */
	return call->status == MHV_STATUS_CALL_PENDING ? -EBADFD : ret;
}

/**
 * mshv_passthrough() - MSHV_ROOT_HVCALL
 * @partition: by whose descriptor, its lock or its VP's held; NULL: by the device's
 * @vp: by whose descriptor; NULL: by the partition's
 * @uarg: struct mshv_root_hvcall; its status and reps are written also if the hypercall fails
 *
 * Return: 0; -EFAULT; -EINVAL for bad arguments and for a code that is not allowed; -ENOMEM;
 * -EPERM if a call of the partition's is not complete; -EBADFD if the call is not, and should be;
 * -EINTR if the caller is killed; or the errno of the hypercall's status.
 */
long mshv_passthrough(struct mshv_partition *partition, struct mshv_vp *vp,
			     void __user *uarg)
{
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = vp ? vp->index : MSHV_NO_VP, .bounce = true,
	};
	struct mshv_root_hvcall args;
	u64 *in;
	int ret;

	if (copy_from_user(&args, uarg, sizeof(args)))
		return -EFAULT;
	ret = mshv_passthrough_check(&args, !partition, vp);
	if (ret)
		return ret;

	in = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!in)
		return -ENOMEM;
	if (args.out_ptr) {
		ret = -ENOMEM;
		call.out = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
		if (!call.out)
			goto out;
	}
	ret = -EFAULT;
	if (copy_from_user(in, u64_to_user_ptr(args.in_ptr), args.in_sz))
		goto out;
	in[0] = partition ? partition->id : MHV_PARTITION_ID_SELF;

	call.code = args.code;
	call.reps = args.reps;
	call.in = in;
	ret = mshv_passthrough_issue(&call);

	args.status = call.status;
	args.reps = call.reps_done;
	if (copy_to_user(uarg, &args, sizeof(args)))
		ret = -EFAULT;
	if (!ret && call.out &&
	    copy_to_user(u64_to_user_ptr(args.out_ptr), call.out, args.out_sz))
		ret = -EFAULT;
	if (ret)
		mshv_access_states_unheard(&call);
out:
	free_page((unsigned long)call.out);
	free_page((unsigned long)in);
	return ret;
}

MSHV_DECLARE_IOCTL(ROOT_HVCALL, mshv_passthrough, struct mshv_root_hvcall,
		   .trial = MSHV_TRIAL_REGISTERS);
