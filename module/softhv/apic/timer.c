// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC's timer, one-shot and periodic. It counts nanoseconds: its bus has 1 GHz. An
 * hrtimer stands for it, whose callback needs no lock: it reads single fields and posts a request.
 */
#include <linux/ktime.h>
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

static enum hrtimer_restart lapic_timer_fires(struct hrtimer *timer)
{
	struct softhv_vp *vp = container_of(timer, struct softhv_vp, lapic.timer);
	u32 lvt = READ_ONCE(vp->lapic.lvt[SOFTHV_LVT_TIMER]);
	u64 ns = READ_ONCE(vp->lapic.timer_ns);

	if (!(lvt & APIC_LVT_MASKED) && (lvt & SOFTHV_LVT_VECTOR) >= 16)
		softhv_lapic_post(vp, lvt, false);
	if (!(lvt & APIC_LVT_TIMER_PERIODIC))
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ns_to_ktime(max_t(u64, ns, LAPIC_TIMER_MIN_NS)));
	return HRTIMER_RESTART;
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
