// SPDX-License-Identifier: GPL-2.0
/*
 * RUN_VP: dispatches a VP again and again until there is an intercept for the VMM, or a signal. The
 * VMM's thread lends the VP its time (the hypervisor's root scheduler), so the kernel's pending
 * work is done here between dispatches. Semantics of Linux 7.2 drivers/hv/mshv_root_main.c. What is
 * different when the hypervisor runs the VP is in scheduler.c.
 */
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include "compat.h"
#include "hvcall.h"
#include "hvcalls.h"
#include "mshv.h"
#include "trace.h"

static_assert(sizeof(struct mhv_message) == MSHV_RUN_VP_BUF_SZ);

#define MSHV_VP_ROOT_DISPATCH_THREAD_BLOCKED	202	/* VpRootDispatchThreadBlocked */

/* Vectors that wait to be injected, by the VP's register page */
static u64 mshv_vp_interrupts(const struct mshv_vp *vp)
{
	return READ_ONCE(vp->registers->interrupt_vectors);
}

/* The hypervisor would not run it if it were dispatched. */
static bool mshv_vp_blocked(const struct mshv_vp *vp)
{
	return mshv_stats_counter(&vp->stats, MSHV_VP_ROOT_DISPATCH_THREAD_BLOCKED);
}

static enum mshv_exit_reason mshv_exit_reason(const struct mshv_vp *vp, u16 status,
					      const struct mhv_output_dispatch_vp *out)
{
	if (status != MHV_STATUS_SUCCESS)
		return MSHV_EXIT_DISPATCH_FAILED;
	if (out->dispatch_state == MHV_DISPATCH_STATE_BLOCKED)
		return out->dispatch_event == MHV_DISPATCH_EVENT_SUSPEND ? MSHV_EXIT_SUSPEND :
									   MSHV_EXIT_HALTED;
	if (out->dispatch_event == MHV_DISPATCH_EVENT_INTERCEPT)
		return mshv_intercept_reason(READ_ONCE(vp->message->header.message_type));
	return MSHV_EXIT_HOST_INTERRUPT;
}

/*
 * One stay in the guest. Pending work is looked for once more when the CPU cannot change any more:
 * an interrupt that brings some from here on makes the hypervisor give the VP back. -EAGAIN: the VP
 * did not run, and the cause was dealt with or is the work.
 */
static int mshv_vp_dispatch(struct mshv_vp *vp, struct mhv_output_dispatch_vp *out,
			    u64 *spent_pages)
{
	u32 flags = 0;
	u16 status;

	if (vp->run.intercept_suspended)
		flags |= MHV_DISPATCH_CLEAR_INTERCEPT_SUSPEND;

	preempt_disable();
	if (__xfer_to_guest_mode_work_pending()) {
		preempt_enable();
		return -EAGAIN;
	}
	WRITE_ONCE(vp->run.dispatched, true);
	/* With mshv_interrupt_assert_fast(): we see its vector, or it sees that we are gone. */
	smp_mb();
	if (mshv_vp_interrupts(vp))
		flags |= MHV_DISPATCH_SCAN_INTERRUPT_INJECTION;
	if (trace_mshv_exit_done_enabled())
		mshv_cycle_enter_guest(vp);
	status = mshv_hvcall_dispatch(vp, flags, out);
	WRITE_ONCE(vp->run.dispatched, false);
	if (trace_mshv_exit_done_enabled())
		mshv_cycle_exit_guest(vp, mshv_exit_reason(vp, status, out));
	preempt_enable();

	if (trace_mshv_hvcall_dispatch_vp_enabled())
		trace_mshv_hvcall_dispatch_vp(vp->partition->id, vp->index, flags,
					      out->dispatch_state, out->dispatch_event,
					      mshv_vp_interrupts(vp), status);

	if (likely(status == MHV_STATUS_SUCCESS))
		return 0;
	if (mshv_status_needs_memory(status))
		return mshv_deposit(vp->partition, status, spent_pages) ?: -EAGAIN;
	return mshv_status_to_errno(status);
}

/* Waits until a halted VP has something to do again. */
static int mshv_vp_halted(struct mshv_vp *vp)
{
	int ret;

	if (trace_mshv_exit_done_enabled())
		mshv_cycle_move(vp, MSHV_PHASE_KERNEL, MSHV_PHASE_HALTED);
	ret = wait_event_interruptible(vp->run.wait,
				       (READ_ONCE(vp->run.kicked) && !mshv_vp_blocked(vp)) ||
				       mshv_vp_interrupts(vp));
	if (trace_mshv_exit_done_enabled())
		mshv_cycle_move(vp, MSHV_PHASE_HALTED, MSHV_PHASE_KERNEL);
	if (ret)
		return -EINTR;

	if (trace_mshv_vp_wait_for_hv_kick_enabled()) {
		bool kicked = READ_ONCE(vp->run.kicked);

		trace_mshv_vp_wait_for_hv_kick(vp->partition->id, vp->index, kicked,
					       mshv_vp_blocked(vp), mshv_vp_interrupts(vp));
	}
	WRITE_ONCE(vp->run.kicked, false);
	return 0;
}

/* The hypervisor starts a VP suspended, and others may suspend it by hypercall. */
static int mshv_vp_resume(struct mshv_vp *vp)
{
	int ret = mshv_call_set_vp_register(vp, MHV_REG_EXPLICIT_SUSPEND, 0);

	/* Here rather than at each run: a VP is resumed when it starts. */
	mshv_cap_mark(vp->partition, &mshv_cap_RUN_VP);
	trace_mshv_vp_clear_explicit_suspend(vp->partition->id, vp->index, ret);
	return ret;
}

static int mshv_vp_pending_work(struct mshv_vp *vp)
{
	int ret;

	if (!__xfer_to_guest_mode_work_pending())
		return 0;

	ret = mshv_xfer_to_guest_mode();
	if (trace_mshv_xfer_to_guest_mode_work_enabled())
		trace_mshv_xfer_to_guest_mode_work(vp->partition->id, vp->index,
						   read_thread_flags(), ret);
	if (ret && trace_mshv_exit_done_enabled())
		mshv_cycle_signal(vp);
	return ret;
}

/* There is a message; it may be for the driver itself. */
static int mshv_vp_intercepted(struct mshv_vp *vp)
{
	int ret;

	mshv_intercept_trace(vp);
	ret = mshv_intercept_handle(vp) ? 1 : mshv_memory_fault(vp);
	vp->run.undelivered = !ret;
	return min(ret, 0);
}

/* Runs the VP until there is a message for the VMM. */
static int mshv_vp_run_loop(struct mshv_vp *vp)
{
	struct mhv_output_dispatch_vp out;
	bool resumed = false;
	u64 spent_pages = 0;
	int ret;

	do {
		ret = mshv_vp_pending_work(vp);
		if (ret)
			break;

		ret = mshv_vp_dispatch(vp, &out, &spent_pages);
		if (ret == -EAGAIN) {
			ret = 0;
			continue;
		}
		if (ret)
			break;
		vp->run.intercept_suspended = false;
		spent_pages = 0;

		if (out.dispatch_state != MHV_DISPATCH_STATE_BLOCKED) {
			if (out.dispatch_event == MHV_DISPATCH_EVENT_INTERCEPT) {
				vp->run.intercept_suspended = true;
				ret = mshv_vp_intercepted(vp);
			}
			resumed = false;
		} else if (out.dispatch_event == MHV_DISPATCH_EVENT_SUSPEND && !resumed) {
			ret = mshv_vp_resume(vp);
			resumed = true;
		} else {
			/* Also if it is suspended for a reason that is not ours to clear. */
			ret = mshv_vp_halted(vp);
			resumed = false;
		}
	} while (!ret && !vp->run.undelivered);

	return ret;
}

/* The same, if the hypervisor runs it. */
static int mshv_vp_await_loop(struct mshv_vp *vp)
{
	int ret;

	do {
		ret = mshv_vp_pending_work(vp) ?: mshv_vp_run_by_hypervisor(vp);
		if (!ret)
			ret = mshv_vp_intercepted(vp);
	} while (!ret && !vp->run.undelivered);

	return ret;
}

/*
 * Copies as much of the message as there is, which may be a third of its place. What the VMM can do
 * to the size does no harm: everything on the page is the VMM's to see.
 */
static int mshv_vp_deliver(struct mshv_vp *vp, u64 __user *to)
{
	const u64 *from = (const u64 *)vp->message;
	size_t size = sizeof(vp->message->header) + READ_ONCE(vp->message->header.payload_size);
	size_t i, words = min_t(size_t, round_up(size, 16), MHV_MESSAGE_SIZE) / sizeof(u64);

	if (!user_write_access_begin(to, words * sizeof(u64)))
		return -EFAULT;
	for (i = 0; i < words; i += 2) {
		unsafe_put_user(READ_ONCE(from[i]), to + i, fault);
		unsafe_put_user(READ_ONCE(from[i + 1]), to + i + 1, fault);
	}
	user_write_access_end();
	vp->run.undelivered = false;
	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

/**
 * mshv_vp_run() - MSHV_RUN_VP
 * @vp: the VP, its lock held
 * @umessage: where the VMM wants the intercept message
 *
 * Context: task context, sleeps.
 * Return: 0, -EINTR when a signal is pending, -EFAULT when @umessage cannot be written (the message
 * is kept for the next call), -ENOMEM, or the errno of a hypercall's status.
 */
long mshv_vp_run(struct mshv_vp *vp, void __user *umessage)
{
	u32 type = MHV_MSG_NONE;
	int ret = 0;

	if (trace_mshv_run_vp_entry_enabled())
		trace_mshv_run_vp_entry(vp->partition->id, vp->index);
	if (trace_mshv_exit_done_enabled())
		mshv_cycle_move(vp, MSHV_PHASE_VMM, MSHV_PHASE_KERNEL);

	if (!vp->run.undelivered)
		ret = mshv_scheduler_is_root() ? mshv_vp_run_loop(vp) : mshv_vp_await_loop(vp);
	if (!ret) {
		type = READ_ONCE(vp->message->header.message_type);
		ret = mshv_vp_deliver(vp, umessage);
	}

	if (trace_mshv_exit_done_enabled())
		mshv_cycle_move(vp, MSHV_PHASE_KERNEL, MSHV_PHASE_VMM);
	if (trace_mshv_run_vp_exit_enabled())
		trace_mshv_run_vp_exit(vp->partition->id, vp->index, type, ret);
	return ret;
}

MSHV_DECLARE_IOCTL(RUN_VP, MSHV_ON_VP, MSHV_RUN_VP, vp, mshv_vp_run, struct mshv_run_vp,
		   .trial = MSHV_TRIAL_VP);
