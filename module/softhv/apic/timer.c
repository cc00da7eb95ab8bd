// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC's timer, one-shot and periodic. It counts nanoseconds: its bus has 1 GHz. An
 * hrtimer stands for it, whose callback needs no lock: it reads single fields and posts a request.
 *
 * A periodic timer whose interrupt is masked, or still waits to be delivered, changes nothing when
 * it fires, so the hrtimer rests meanwhile: a guest that never takes its interrupts, and a VP that
 * nobody runs, cost the host nothing. The count goes on, as it follows from the clock.
 */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <asm/apicdef.h>

#include "softhv/compat.h"
#include "softhv/softhv.h"

/* Shortest period, so that a guest's timer alone cannot keep the host busy */
#define LAPIC_TIMER_MIN_NS	(100 * NSEC_PER_USEC)

static u32 lapic_timer_shift(const struct softhv_lapic *lapic)
{
	u32 divide = lapic->divide;

	/* 0: by 2, 1: by 4 ... 6: by 128, 7: by 1 */
	return (((divide & 8) >> 1 | (divide & 3)) + 1) & 7;
}

/* Would the timer's interrupt make a difference? */
static bool lapic_timer_matters(const struct softhv_lapic *lapic, u32 lvt)
{
	u32 vector = lvt & SOFTHV_LVT_VECTOR;

	return !(lvt & APIC_LVT_MASKED) && vector >= 16 && !test_bit(vector, lapic->posted) &&
	       !test_bit(vector, lapic->irr);
}

static enum hrtimer_restart lapic_timer_fires(struct hrtimer *timer)
{
	struct softhv_vp *vp = container_of(timer, struct softhv_vp, lapic.timer);
	struct softhv_lapic *lapic = &vp->lapic;
	u32 lvt = READ_ONCE(lapic->lvt[SOFTHV_LVT_TIMER]);
	u64 ns = READ_ONCE(lapic->timer_ns);

	if (!lapic_timer_matters(lapic, lvt)) {
		WRITE_ONCE(lapic->timer_rests, true);
		/* With softhv_lapic_timer_resume(): it sees the flag, or we see what it is for. */
		smp_mb();
		lvt = READ_ONCE(lapic->lvt[SOFTHV_LVT_TIMER]);
		if (!lapic_timer_matters(lapic, lvt))
			return HRTIMER_NORESTART;
	}
	softhv_lapic_post(vp, lvt, false);
	if (!(lvt & APIC_LVT_TIMER_PERIODIC))
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ns_to_ktime(max_t(u64, ns, LAPIC_TIMER_MIN_NS)));
	return HRTIMER_RESTART;
}

/**
 * softhv_lapic_timer_resume() - let a periodic timer fire again that had no effect
 * @vp: locked; its timer's entry has changed, or its interrupt was delivered
 */
void softhv_lapic_timer_resume(struct softhv_vp *vp)
{
	struct softhv_lapic *lapic = &vp->lapic;
	u64 ns = lapic->timer_ns, periods;

	smp_mb();	/* with lapic_timer_fires() */
	if (!READ_ONCE(lapic->timer_rests))
		return;
	hrtimer_cancel(&lapic->timer);
	WRITE_ONCE(lapic->timer_rests, false);
	if (!ns || !(lapic->lvt[SOFTHV_LVT_TIMER] & APIC_LVT_TIMER_PERIODIC))
		return;
	periods = div64_u64(ktime_to_ns(ktime_sub(ktime_get(), lapic->timer_start)), ns) + 1;
	/* The shortest period holds here, too. */
	if (ns < LAPIC_TIMER_MIN_NS)
		periods += div64_u64(LAPIC_TIMER_MIN_NS, ns);
	hrtimer_start(&lapic->timer, ktime_add_ns(lapic->timer_start, periods * ns),
		      HRTIMER_MODE_ABS_HARD);
}

/**
 * softhv_lapic_timer_init() - prepare the timer of a new VP
 * @vp: not yet known to anybody
 */
void softhv_lapic_timer_init(struct softhv_vp *vp)
{
	softhv_hrtimer_setup(&vp->lapic.timer, lapic_timer_fires, CLOCK_MONOTONIC,
			   HRTIMER_MODE_ABS_HARD);
}

/**
 * softhv_lapic_timer_stop() - stop the timer; it fires no more
 * @vp: locked, or not yet known to anybody
 */
void softhv_lapic_timer_stop(struct softhv_vp *vp)
{
	/*
	 * A callback that runs on another CPU takes no lock, so waiting for it here cannot
	 * deadlock.
	 */
	hrtimer_cancel(&vp->lapic.timer);
	WRITE_ONCE(vp->lapic.timer_rests, false);
	vp->lapic.timer_ns = 0;
}

/**
 * softhv_lapic_timer_start() - start the timer, with &softhv_lapic.initial_count for its period
 * @vp: locked
 * @count: what is left of the first period; 0 stops the timer
 */
void softhv_lapic_timer_start(struct softhv_vp *vp, u32 count)
{
	struct softhv_lapic *lapic = &vp->lapic;
	u32 shift = lapic_timer_shift(lapic);
	u64 left = (u64)count << shift;

	softhv_lapic_timer_stop(vp);
	if (!count)
		return;
	lapic->timer_ns = max_t(u64, left, (u64)lapic->initial_count << shift);
	lapic->timer_start = ktime_sub_ns(ktime_get(), lapic->timer_ns - left);
	hrtimer_start(&lapic->timer, ktime_add_ns(lapic->timer_start, lapic->timer_ns),
		      HRTIMER_MODE_ABS_HARD);
}

/**
 * softhv_lapic_timer_count() - the timer's current count
 * @vp: locked
 */
u32 softhv_lapic_timer_count(const struct softhv_vp *vp)
{
	const struct softhv_lapic *lapic = &vp->lapic;
	u64 elapsed;

	if (!lapic->timer_ns)
		return 0;
	elapsed = ktime_to_ns(ktime_sub(ktime_get(), lapic->timer_start));
	if (lapic->lvt[SOFTHV_LVT_TIMER] & APIC_LVT_TIMER_PERIODIC)
		elapsed %= lapic->timer_ns;
	else if (elapsed >= lapic->timer_ns)
		return 0;
	return (lapic->timer_ns - elapsed) >> lapic_timer_shift(lapic);
}
