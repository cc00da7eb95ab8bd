/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The times of an exit cycle: from an exit of the guest to its next re-entry, reported by the event
 * mshv_exit_done. Every function here is called only behind trace_mshv_exit_done_enabled(), so that
 * an untraced VP pays for nothing, and under the VP's mutex (or when nobody else can have the VP).
 */
#ifndef MSHV_CYCLE_H
#define MSHV_CYCLE_H

#include <linux/bits.h>
#include <linux/types.h>
#include <mshv/exits.h>
#include "clock.h"

struct mshv_vp;

/* Where the VP was at the last clock read */
enum mshv_cycle_phase {
	MSHV_PHASE_UNKNOWN,		/* not measured: wait for the next dispatch */
	MSHV_PHASE_GUEST,		/* dispatched */
	MSHV_PHASE_KERNEL,		/* in the driver, a cycle is running */
	MSHV_PHASE_VMM,			/* outside of RUN_VP */
	MSHV_PHASE_HALTED,		/* waiting in RUN_VP */
	MSHV_NR_PHASES
};

/**
 * struct mshv_exit_cycle - the cycle that a VP is in
 * @state: enum mshv_cycle_phase; and which enabling of the event and which clock the times are of
 * @since: when the phase began, by that clock
 * @time: by phase: the dispatch that ended in the exit, and where the VP was since then
 * @reason: enum mshv_exit_reason of the exit that began it
 */
struct mshv_exit_cycle {
	u64 state;
	u64 since;
	u64 time[MSHV_NR_PHASES];
	u32 reason;
};

/*
 * What a VP's state is made of: the phase, the clock, and a count of enablings, so that times from
 * before the event was last disabled are recognized.
 */
#define MSHV_CYCLE_TSC		BIT_ULL(3)
#define MSHV_CYCLE_ENABLING	BIT_ULL(4)

extern u64 mshv_cycle_enabling;

int mshv_cycle_trace_enable(void);

void mshv_cycle_enter_guest(struct mshv_vp *vp);
void mshv_cycle_exit_guest(struct mshv_vp *vp, enum mshv_exit_reason reason);
void mshv_cycle_signal(struct mshv_vp *vp);
void mshv_cycle_end(struct mshv_vp *vp);

/* This is read before the clock, because it says which clock to read. */
static __always_inline u64 mshv_cycle_enabled(void)
{
	return smp_load_acquire(&mshv_cycle_enabling);	/* with mshv_cycle_trace_enable() */
}

static __always_inline u64 mshv_cycle_clock(u64 enabling)
{
	return likely(enabling & MSHV_CYCLE_TSC) ? mshv_clock_ticks() : mshv_clock_ns();
}

/* Books the time since the last change of phase, if the VP was in the phase @from then. */
static __always_inline bool mshv_cycle_book(struct mshv_exit_cycle *cycle,
					    enum mshv_cycle_phase from, u64 enabling, u64 now)
{
	if (unlikely(cycle->state != (enabling | from))) {
		cycle->state = MSHV_PHASE_UNKNOWN;
		return false;
	}
	cycle->time[from] += now - cycle->since;
	cycle->since = now;
	return true;
}

/**
 * mshv_cycle_move() - a VP changes from one phase of its cycle to another
 * @cycle: the VP's
 * @from: where it was, not MSHV_PHASE_GUEST
 * @to: where it is from now on, not MSHV_PHASE_GUEST
 */
static __always_inline void mshv_cycle_move(struct mshv_exit_cycle *cycle,
					    enum mshv_cycle_phase from,
					    enum mshv_cycle_phase to)
{
	u64 enabling = mshv_cycle_enabled();

	if (mshv_cycle_book(cycle, from, enabling, mshv_cycle_clock(enabling)))
		cycle->state = enabling | to;
}

#endif /* MSHV_CYCLE_H */
