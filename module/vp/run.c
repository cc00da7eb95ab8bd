// SPDX-License-Identifier: GPL-2.0
/*
 * RUN_VP: dispatches a VP again and again until there is an intercept for the VMM, or a signal. The
 * VMM's thread lends the VP its time (the hypervisor's root scheduler), so the kernel's pending
 * work is done here between dispatches. Semantics of Linux 7.2 drivers/hv/mshv_root_main.c. What is
 * different when the hypervisor runs the VP is in scheduler.c.
 */
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include "compat.h"
#include "hv/hvcall.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/trace.h"

static_assert(sizeof(struct mhv_message) == MSHV_RUN_VP_BUF_SZ);

#define MSHV_VP_ROOT_DISPATCH_THREAD_BLOCKED	202	/* VpRootDispatchThreadBlocked */

/* Vectors that wait to be injected, by the VP's register page */
static u64 mshv_vp_interrupts(const struct mshv_vp *vp)
{
	return READ_ONCE(vp->registers->interrupt_vectors);
}

/* True if the hypervisor would not run the VP if it were dispatched. */
static bool mshv_vp_blocked(const struct mshv_vp *vp)
{
	return mshv_stats_counter(&vp->stats, MSHV_VP_ROOT_DISPATCH_THREAD_BLOCKED);
}

static enum mshv_exit_reason mshv_exit_reason(const struct mshv_vp *vp, u16 status)
{
	const struct mhv_output_dispatch_vp *out = &vp->run.out;

	if (status != MHV_STATUS_SUCCESS)
		return MSHV_EXIT_DISPATCH_FAILED;
	if (out->dispatch_state == MHV_DISPATCH_STATE_BLOCKED)
		return out->dispatch_event == MHV_DISPATCH_EVENT_SUSPEND ? MSHV_EXIT_SUSPEND :
									   MSHV_EXIT_HALTED;
	if (out->dispatch_event == MHV_DISPATCH_EVENT_INTERCEPT)
		return mshv_intercept_reason(READ_ONCE(vp->message->header.message_type));
	return MSHV_EXIT_HOST_INTERRUPT;
}

static noinline int mshv_vp_pending_work(struct mshv_vp *vp)
{
	int ret;

	if (!__xfer_to_guest_mode_work_pending())
		return 0;

	ret = mshv_xfer_to_guest_mode();
	if (trace_mshv_xfer_to_guest_mode_work_enabled())
		mshv_fire(mshv_xfer_to_guest_mode_work, vp->partition->id, vp->index,
			  read_thread_flags(), ret);
	if (ret && trace_mshv_exit_done_enabled())
		mshv_cycle_signal(vp);
	return ret;
}

/* True if the VMM does not want the VP to enter the guest; struct mshv_vp_control */
static __always_inline bool mshv_vp_must_not_enter(const struct mshv_vp *vp)
{
	return READ_ONCE(vp->control->immediate_exit);
}

static noinline int mshv_vp_told_to_leave(struct mshv_vp *vp)
{
	if (trace_mshv_exit_done_enabled())
		mshv_cycle_signal(vp);
	return -EINTR;
}

/* Handles a failed dispatch. -EAGAIN: the cause was dealt with. */
static noinline int mshv_vp_dispatch_failed(struct mshv_vp *vp, u16 status)
{
	if (mshv_status_needs_memory(status))
		return mshv_deposit(vp->partition, status, &vp->run.spent_pages) ?: -EAGAIN;
	return mshv_status_to_errno(status);
}

/*
 * One stay in the guest. Pending work is looked for when the CPU cannot change any more. An
 * interrupt that brings work after that is the hypervisor's to notice; struct mshv_hypervisor says
 * what happens if it does not. -EAGAIN: the VP did not run, and the cause was dealt with.
 */
static int mshv_vp_dispatch(struct mshv_vp *vp)
{
	u32 flags = 0;
	u16 status;

	if (vp->run.intercept_suspended)
		flags |= MHV_DISPATCH_CLEAR_INTERCEPT_SUSPEND;

	preempt_disable();
	if (unlikely(__xfer_to_guest_mode_work_pending())) {
		preempt_enable();
		return mshv_vp_pending_work(vp) ?: -EAGAIN;
	}
	/*
	 * After the look for signals: who sets the flag and then sends a signal either has the flag
	 * seen here, or the signal comes later, with an interrupt.
	 */
	if (unlikely(mshv_vp_must_not_enter(vp))) {
		preempt_enable();
		return mshv_vp_told_to_leave(vp);
	}
	WRITE_ONCE(vp->run.dispatched, true);
	/*
	 * With mshv_interrupt_assert_fast(): we see its vector, or it sees that we are gone. With
	 * mshv_partition_kill(): we see that the partition is dead, or it sees that we are inside.
	 */
	smp_mb();
	if (unlikely(READ_ONCE(vp->partition->dead))) {
		WRITE_ONCE(vp->run.dispatched, false);
		preempt_enable();
		return -EIO;
	}
	if (mshv_vp_interrupts(vp))
		flags |= MHV_DISPATCH_SCAN_INTERRUPT_INJECTION;
	if (trace_mshv_exit_done_enabled())
		mshv_cycle_enter_guest(vp);
	status = mshv_hvcall_dispatch(vp, flags);
	WRITE_ONCE(vp->run.dispatched, false);
	if (trace_mshv_exit_done_enabled())
		mshv_cycle_exit_guest(vp, mshv_exit_reason(vp, status));
	preempt_enable();

	if (trace_mshv_hvcall_dispatch_vp_enabled())
		mshv_fire(mshv_hvcall_dispatch_vp, vp->partition->id, vp->index, flags,
			  vp->run.out.dispatch_state, vp->run.out.dispatch_event,
			  mshv_vp_interrupts(vp), status);

	return likely(status == MHV_STATUS_SUCCESS) ? 0 : mshv_vp_dispatch_failed(vp, status);
}

/* Waits until a halted VP has something to do again. */
static noinline int mshv_vp_halted(struct mshv_vp *vp)
{
	int ret;

	if (trace_mshv_exit_done_enabled())
		mshv_cycle_move(&vp->cycle, MSHV_PHASE_KERNEL, MSHV_PHASE_HALTED);
	ret = wait_event_interruptible(vp->run.wait,
				       (READ_ONCE(vp->run.kicked) && !mshv_vp_blocked(vp)) ||
				       mshv_vp_interrupts(vp) ||
				       READ_ONCE(vp->partition->dead));
	if (trace_mshv_exit_done_enabled())
		mshv_cycle_move(&vp->cycle, MSHV_PHASE_HALTED, MSHV_PHASE_KERNEL);
	if (ret)
		return -EINTR;

	if (trace_mshv_vp_wait_for_hv_kick_enabled()) {
		bool kicked = READ_ONCE(vp->run.kicked);

		mshv_fire(mshv_vp_wait_for_hv_kick, vp->partition->id, vp->index, kicked,
			  mshv_vp_blocked(vp), mshv_vp_interrupts(vp));
	}
	WRITE_ONCE(vp->run.kicked, false);
	return 0;
}

/* The hypervisor starts a VP suspended, and others may suspend it by hypercall. */
static noinline int mshv_vp_resume(struct mshv_vp *vp)
{
	int ret = mshv_call_set_vp_register(vp, MHV_REG_EXPLICIT_SUSPEND, 0);

	/* Here rather than at each run: a VP is resumed when it starts. */
	mshv_cap_mark(vp->partition, &mshv_cap_RUN_VP);
	mshv_fire(mshv_vp_clear_explicit_suspend, vp->partition->id, vp->index, ret);
	return ret;
}

static __always_inline bool mshv_intercept_is_traced(void)
{
	return trace_mshv_intercept_io_port_enabled() || trace_mshv_intercept_msr_enabled() ||
	       trace_mshv_intercept_cpuid_enabled() || trace_mshv_intercept_gpa_enabled() ||
	       trace_mshv_intercept_exception_enabled() ||
	       trace_mshv_intercept_hypercall_enabled() || trace_mshv_intercept_halt_enabled() ||
	       trace_mshv_intercept_triple_fault_enabled() ||
	       trace_mshv_intercept_other_enabled();
}

/*
 * Handles a message, which may be for the driver itself. The VMM can write to the page, so the type
 * may be anything; no type makes the driver do more than the guest could have made it do.
 */
static __always_inline int mshv_vp_intercepted(struct mshv_vp *vp)
{
	int ret = 0;

	if (mshv_intercept_is_traced())
		mshv_intercept_trace(vp);
	switch (READ_ONCE(vp->message->header.message_type)) {
	case MHV_MSG_X64_APIC_EOI:
		ret = mshv_intercept_eoi(vp);
		break;
	case MHV_MSG_GPA_INTERCEPT:
	case MHV_MSG_UNMAPPED_GPA:
		ret = mshv_memory_fault(vp);
		break;
	}
	vp->run.undelivered = !ret;
	return min(ret, 0);
}

/*
 * While the guest ran, this CPU used nothing that RCU protects. A guest that only spins comes here
 * at each tick of the host, and nowhere else, so a grace period would wait until the VP is
 * preempted.
 */
static void mshv_vp_quiescent(void)
{
	local_irq_disable();
	rcu_note_context_switch(false);
	local_irq_enable();
}

/* A dispatch that did not end with a message */
static noinline int mshv_vp_stopped(struct mshv_vp *vp)
{
	const struct mhv_output_dispatch_vp *out = &vp->run.out;
	bool was_resumed = vp->run.resumed;

	mshv_vp_quiescent();
	vp->run.resumed = false;
	if (out->dispatch_state != MHV_DISPATCH_STATE_BLOCKED)
		return 0;
	/* It may also be suspended for a reason that is not ours to clear. */
	if (out->dispatch_event != MHV_DISPATCH_EVENT_SUSPEND || was_resumed)
		return mshv_vp_halted(vp);
	vp->run.resumed = true;
	return mshv_vp_resume(vp);
}

/* A dispatch, and what comes of it */
static int mshv_vp_turn(struct mshv_vp *vp)
{
	const struct mhv_output_dispatch_vp *out = &vp->run.out;
	int ret;

	ret = mshv_vp_dispatch(vp);
	if (unlikely(ret))
		return ret == -EAGAIN ? 0 : ret;
	vp->run.intercept_suspended = false;
	vp->run.spent_pages = 0;

	if (unlikely(out->dispatch_state == MHV_DISPATCH_STATE_BLOCKED ||
		     out->dispatch_event != MHV_DISPATCH_EVENT_INTERCEPT))
		return mshv_vp_stopped(vp);
	vp->run.intercept_suspended = true;
	vp->run.resumed = false;
	return mshv_vp_intercepted(vp);
}

/* Runs the VP until there is a message for the VMM. */
static int mshv_vp_run_loop(struct mshv_vp *vp)
{
	int ret;

	vp->run.resumed = false;
	vp->run.spent_pages = 0;
	do {
		ret = mshv_vp_turn(vp);
	} while (!ret && !vp->run.undelivered);

	return ret;
}

/* Likewise, if the hypervisor runs the VP. */
static noinline int mshv_vp_await_loop(struct mshv_vp *vp)
{
	int ret;

	do {
		ret = mshv_vp_pending_work(vp);
		if (!ret)
			ret = mshv_vp_must_not_enter(vp) ? mshv_vp_told_to_leave(vp) :
							   mshv_vp_run_by_hypervisor(vp);
		if (!ret)
			ret = mshv_vp_intercepted(vp);
	} while (!ret && !vp->run.undelivered);

	return ret;
}

/*
 * Copies the whole message, also what is behind its payload: the VMM can write to the payload's
 * size, and everything on the page is the VMM's to see.
 */
static int mshv_vp_deliver(struct mshv_vp *vp, u64 __user *to)
{
	const u64 *from = (const u64 *)vp->message;
	size_t i;

	if (!user_write_access_begin(to, MHV_MESSAGE_SIZE))
		return -EFAULT;
	/* Unrolled, the copy is moves and nothing else */
#pragma GCC unroll 32
	for (i = 0; i < MHV_MESSAGE_SIZE / sizeof(u64); i++)
		unsafe_put_user(READ_ONCE(from[i]), to + i, fault);
	user_write_access_end();
	vp->run.undelivered = false;
	return 0;

fault:
	user_write_access_end();
	return -EFAULT;
}

static void mshv_vp_trace_entry(struct mshv_vp *vp)
{
	if (trace_mshv_run_vp_entry_enabled())
		mshv_fire(mshv_run_vp_entry, vp->partition->id, vp->index);
	if (trace_mshv_exit_done_enabled())
		mshv_cycle_move(&vp->cycle, MSHV_PHASE_VMM, MSHV_PHASE_KERNEL);
}

static void mshv_vp_trace_exit(struct mshv_vp *vp, long ret)
{
	u32 type = MHV_MSG_NONE;

	if (trace_mshv_exit_done_enabled())
		mshv_cycle_move(&vp->cycle, MSHV_PHASE_KERNEL, MSHV_PHASE_VMM);
	if (trace_mshv_run_vp_exit_enabled()) {
		if (!ret || vp->run.undelivered)
			type = READ_ONCE(vp->message->header.message_type);
		mshv_fire(mshv_run_vp_exit, vp->partition->id, vp->index, type, ret);
	}
}

/**
 * mshv_vp_run() - MSHV_RUN_VP
 * @vp: the VP, its lock held
 * @umessage: where the VMM wants the intercept message
 *
 * Context: task context, sleeps.
 * Return: 0, -EINTR when a signal is pending or the VMM has set immediate_exit, -EFAULT when
 * @umessage cannot be written (the message is kept for the next call), -ENOMEM, or the errno of a
 * hypercall's status.
 */
long mshv_vp_run(struct mshv_vp *vp, void __user *umessage)
{
	int ret = 0;

	mshv_vp_trace_entry(vp);
	if (likely(!vp->run.undelivered))
		ret = likely(mshv_scheduler_is_root()) ? mshv_vp_run_loop(vp) :
							 mshv_vp_await_loop(vp);
	if (likely(!ret))
		ret = mshv_vp_deliver(vp, umessage);
	mshv_vp_trace_exit(vp, ret);
	return ret;
}

MSHV_DECLARE_IOCTL(RUN_VP, mshv_vp_run, struct mshv_run_vp, .trial = MSHV_TRIAL_VP);
