// SPDX-License-Identifier: GPL-2.0
/*
 * Exit cycles: where a VP spends its time between an exit and the next re-entry, and why it exited.
 * A clock is read once at each change of phase and only while mshv_exit_done is enabled. A cycle
 * is reported if every change was seen: a change from a phase that the VP was not known to be in,
 * or that was measured under an earlier enabling of the event, makes it unknown until the next
 * dispatch.
 */
#include "clock.h"
#include "mshv.h"
#include "trace.h"

/* Counts enablings, so that times from before the event was last disabled are recognized. */
static u64 mshv_cycle_enabling;

/**
 * mshv_cycle_trace_enable() - the first probe is about to be attached to mshv_exit_done
 *
 * Context: serialized by the tracepoint code.
 * Return: 0.
 */
int mshv_cycle_trace_enable(void)
{
	WRITE_ONCE(mshv_cycle_enabling, mshv_cycle_enabling + 1);
	return 0;
}

/**
 * mshv_cycle_trace_disable() - the last probe was detached from mshv_exit_done
 */
void mshv_cycle_trace_disable(void)
{
}

static void mshv_cycle_report(struct mshv_vp *vp)
{
	const struct mshv_exit_cycle *cycle = &vp->cycle;

	trace_mshv_exit_done(vp->partition->id, vp->index, vp->slot, cycle->reason,
			     cycle->guest_ns, cycle->kernel_ns, cycle->vmm_ns, cycle->halted_ns,
			     vp);
}

/* Books the time since the last change of phase, if the VP was in the phase @from then. */
static bool mshv_cycle_book(struct mshv_exit_cycle *cycle, enum mshv_cycle_phase from, u64 now)
{
	u64 ns = mshv_clock_since_ns(cycle->since_ns, now);

	if (cycle->phase != from || cycle->enabling != READ_ONCE(mshv_cycle_enabling)) {
		cycle->phase = MSHV_PHASE_UNKNOWN;
		return false;
	}

	switch (from) {
	case MSHV_PHASE_GUEST:
		cycle->guest_ns = ns;
		break;
	case MSHV_PHASE_KERNEL:
		cycle->kernel_ns += ns;
		break;
	case MSHV_PHASE_VMM:
		cycle->vmm_ns += ns;
		break;
	case MSHV_PHASE_HALTED:
		cycle->halted_ns += ns;
		break;
	case MSHV_PHASE_UNKNOWN:
		return false;
	}
	cycle->since_ns = now;
	return true;
}

/**
 * mshv_cycle_enter_guest() - the VP is about to be dispatched
 * @vp: the VP
 *
 * Ends the cycle that is running, if there is one, and reports it. One reading of the clock ends it
 * and begins the time in the guest, so what the event's probes take counts as the latter.
 * Context: immediately before the hypercall, preemption disabled.
 */
void mshv_cycle_enter_guest(struct mshv_vp *vp)
{
	struct mshv_exit_cycle *cycle = &vp->cycle;
	u64 now = mshv_clock_ns();

	if (mshv_cycle_book(cycle, MSHV_PHASE_KERNEL, now))
		mshv_cycle_report(vp);
	cycle->phase = MSHV_PHASE_GUEST;
	cycle->enabling = READ_ONCE(mshv_cycle_enabling);
	cycle->since_ns = now;
}

/**
 * mshv_cycle_exit_guest() - the VP was given back by the hypervisor: a cycle begins
 * @vp: the VP
 * @reason: why
 */
void mshv_cycle_exit_guest(struct mshv_vp *vp, enum mshv_exit_reason reason)
{
	struct mshv_exit_cycle *cycle = &vp->cycle;

	if (!mshv_cycle_book(cycle, MSHV_PHASE_GUEST, mshv_clock_ns()))
		return;
	cycle->phase = MSHV_PHASE_KERNEL;
	cycle->reason = reason;
	cycle->kernel_ns = 0;
	cycle->vmm_ns = 0;
	cycle->halted_ns = 0;
}

/**
 * mshv_cycle_signal() - a signal makes RUN_VP return
 * @vp: the VP
 *
 * If nothing but a host interrupt began the cycle, the signal is the better reason.
 */
void mshv_cycle_signal(struct mshv_vp *vp)
{
	if (vp->cycle.reason == MSHV_EXIT_HOST_INTERRUPT)
		vp->cycle.reason = MSHV_EXIT_SIGNAL;
}

/**
 * mshv_cycle_move() - the VP changes from one phase of its cycle to another
 * @vp: the VP
 * @from: where it was, not MSHV_PHASE_GUEST
 * @to: where it is from now on, not MSHV_PHASE_GUEST
 */
void mshv_cycle_move(struct mshv_vp *vp, enum mshv_cycle_phase from, enum mshv_cycle_phase to)
{
	if (mshv_cycle_book(&vp->cycle, from, mshv_clock_ns()))
		vp->cycle.phase = to;
}

/**
 * mshv_cycle_end() - the VP goes away, and will not enter the guest again
 * @vp: the VP, which nobody runs any more
 */
void mshv_cycle_end(struct mshv_vp *vp)
{
	if (mshv_cycle_book(&vp->cycle, MSHV_PHASE_VMM, mshv_clock_ns()))
		mshv_cycle_report(vp);
}
