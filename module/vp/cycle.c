// SPDX-License-Identifier: GPL-2.0
/*
 * Exit cycles: where a VP spends its time between an exit and the next re-entry, and why it exited.
 * A clock is read once at each change of phase and only while mshv_exit_done is enabled. A cycle
 * is reported if every change was seen: a change from a phase that the VP was not known to be in,
 * or that was measured under an earlier enabling of the event, makes it unknown until the next
 * dispatch.
 */
#include <linux/atomic.h>
#include <linux/math64.h>
#include <linux/time64.h>
#include "clock.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/trace.h"

#define MSHV_TSC_SHIFT		32

u64 mshv_cycle_enabling __read_mostly;	/* all but the phase */
static u64 mshv_tsc_ns __read_mostly;	/* a cycle of the TSC, in 2^-MSHV_TSC_SHIFT ns */

/**
 * mshv_cycle_trace_enable() - the first probe is about to be attached to mshv_exit_done
 *
 * Context: serialized by the tracepoint code.
 * Return: 0.
 */
int mshv_cycle_trace_enable(void)
{
	u64 enabling = round_down(mshv_cycle_enabling, MSHV_CYCLE_ENABLING) + MSHV_CYCLE_ENABLING;

	if (mshv_clock_has_ticks()) {
		WRITE_ONCE(mshv_tsc_ns, div_u64((u64)NSEC_PER_MSEC << MSHV_TSC_SHIFT, tsc_khz));
		enabling |= MSHV_CYCLE_TSC;
	}
	/* Whoever sees it converts by the factor. */
	smp_store_release(&mshv_cycle_enabling, enabling);
	return 0;
}

/* A clock that differs a little between CPUs must not give a negative time. */
static __always_inline u64 mshv_cycle_ns(u64 time, u64 tsc_ns)
{
	return (s64)time > 0 ? mul_u64_u64_shr(time, tsc_ns, MSHV_TSC_SHIFT) : 0;
}

/*
 * The kernel has found out that the TSC is not good for durations: they are measured by the other
 * clock from now on. The cycle of each other VP that is under way is not reported.
 */
static noinline void mshv_cycle_leave_tsc(u64 state)
{
	u64 enabling = round_down(state, MSHV_CYCLE_ENABLING) | MSHV_CYCLE_TSC;

	/* Whoever comes second, or after a new enabling, finds it done. */
	cmpxchg(&mshv_cycle_enabling, enabling,
		round_down(state, MSHV_CYCLE_ENABLING) + MSHV_CYCLE_ENABLING);
}

static __always_inline void mshv_cycle_report(struct mshv_vp *vp)
{
	const struct mshv_exit_cycle *cycle = &vp->cycle;
	u64 tsc_ns = BIT_ULL(MSHV_TSC_SHIFT);

	if (likely(cycle->state & MSHV_CYCLE_TSC)) {
		tsc_ns = READ_ONCE(mshv_tsc_ns);
		if (unlikely(check_tsc_unstable()))
			mshv_cycle_leave_tsc(cycle->state);
	}
	mshv_fire(mshv_exit_done, vp->partition->id, vp->index, vp->slot, cycle->reason,
		  mshv_cycle_ns(cycle->time[MSHV_PHASE_GUEST], tsc_ns),
		  mshv_cycle_ns(cycle->time[MSHV_PHASE_KERNEL], tsc_ns),
		  mshv_cycle_ns(cycle->time[MSHV_PHASE_VMM], tsc_ns),
		  mshv_cycle_ns(cycle->time[MSHV_PHASE_HALTED], tsc_ns), vp);
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
	u64 enabling = mshv_cycle_enabled();
	struct mshv_exit_cycle *cycle = &vp->cycle;
	u64 now = mshv_cycle_clock(enabling);

	if (mshv_cycle_book(cycle, MSHV_PHASE_KERNEL, enabling, now))
		mshv_cycle_report(vp);
	cycle->state = enabling | MSHV_PHASE_GUEST;
	cycle->since = now;
	cycle->time[MSHV_PHASE_GUEST] = 0;
}

/**
 * mshv_cycle_exit_guest() - the VP was given back by the hypervisor: a cycle begins
 * @vp: the VP
 * @reason: why
 */
void mshv_cycle_exit_guest(struct mshv_vp *vp, enum mshv_exit_reason reason)
{
	u64 enabling = mshv_cycle_enabled();
	struct mshv_exit_cycle *cycle = &vp->cycle;

	if (!mshv_cycle_book(cycle, MSHV_PHASE_GUEST, enabling, mshv_cycle_clock(enabling)))
		return;
	cycle->state = enabling | MSHV_PHASE_KERNEL;
	cycle->reason = reason;
	cycle->time[MSHV_PHASE_KERNEL] = 0;
	cycle->time[MSHV_PHASE_VMM] = 0;
	cycle->time[MSHV_PHASE_HALTED] = 0;
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
 * mshv_cycle_end() - the VP goes away, and will not enter the guest again
 * @vp: the VP, which nobody runs any more
 */
void mshv_cycle_end(struct mshv_vp *vp)
{
	u64 enabling = mshv_cycle_enabled();

	if (mshv_cycle_book(&vp->cycle, MSHV_PHASE_VMM, enabling, mshv_cycle_clock(enabling)))
		mshv_cycle_report(vp);
}
