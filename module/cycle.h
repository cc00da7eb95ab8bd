/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The times of an exit cycle: from an exit of the guest to its next re-entry, reported by the event
 * mshv_exit_done. Every function here is called only behind trace_mshv_exit_done_enabled(), so that
 * an untraced VP pays for nothing, and under the VP's mutex (or when nobody else can have the VP).
 */
#ifndef MSHV_CYCLE_H
#define MSHV_CYCLE_H

#include <linux/types.h>
#include <mshv/exits.h>

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

int mshv_cycle_trace_enable(void);
void mshv_cycle_trace_disable(void);

void mshv_cycle_enter_guest(struct mshv_vp *vp);
void mshv_cycle_exit_guest(struct mshv_vp *vp, enum mshv_exit_reason reason);
void mshv_cycle_signal(struct mshv_vp *vp);
void mshv_cycle_move(struct mshv_vp *vp, enum mshv_cycle_phase from, enum mshv_cycle_phase to);
void mshv_cycle_end(struct mshv_vp *vp);

#endif /* MSHV_CYCLE_H */
