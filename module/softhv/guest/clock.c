// SPDX-License-Identifier: GPL-2.0
/*
 * A partition's time: the reference time, in units of 100 ns since the partition was created; the
 * page by which guests compute it from their TSC; and the TSCs of its VPs.
 *
 * Where the host's TSCs are one clock, the reference time is a linear function of the TSC. The MSR
 * TIME_REF_COUNT and the page then give the same time to the last digit on each VP, and no guest
 * sees the time go back when it uses both. A change of the function lets the time go on one unit
 * later than it was. Else the time is the host's clock, and the page says that it is not valid.
 */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <asm/barrier.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "softhv/softhv.h"

#define UNIT_NS		100
#define UNITS_PER_MS	(NSEC_PER_MSEC / UNIT_NS)

/* The quotient in clock_scale() has to fit 64 bits. */
#define MIN_TSC_KHZ	(2 * UNITS_PER_MS)

static u64 clock_scale(void)
{
	return mul_u64_u64_div_u64(1ULL << 63, 2 * UNITS_PER_MS, tsc_khz);
}

/**
 * softhv_clock_init() - begin a partition's time
 * @partition: not yet known to anybody
 */
void softhv_clock_init(struct softhv_partition *partition)
{
	struct softhv_clock *clock = &partition->clock;

	partition->started_ns = ktime_get_ns();
	clock->by_tsc = !check_tsc_unstable() && tsc_khz >= MIN_TSC_KHZ;
	if (!clock->by_tsc)
		return;
	clock->scale = clock_scale();
	clock->offset = -mul_u64_u64_shr(rdtsc_ordered(), clock->scale, 64);
}

static u64 clock_tsc(const struct softhv_partition *partition)
{
	return READ_ONCE(partition->frozen_tsc) ?: rdtsc_ordered();
}

static u64 clock_at(const struct softhv_clock *clock, u64 tsc)
{
	return mul_u64_u64_shr(tsc + clock->tsc_offset, clock->scale, 64) + clock->offset;
}

static u64 clock_ns(const struct softhv_partition *partition)
{
	return partition->frozen_ns ?: ktime_get_ns();
}

/* The host has found that its TSC is no clock. Partition locked. */
static void clock_leave_tsc(struct softhv_partition *partition)
{
	struct softhv_clock *clock = &partition->clock;
	u64 now = clock_at(clock, clock_tsc(partition)) + 1;

	clock->by_tsc = false;
	partition->started_ns = clock_ns(partition) - now * UNIT_NS;
	softhv_clock_show(partition);
}

/* Partition locked. */
static u64 clock_read(struct softhv_partition *partition)
{
	if (partition->clock.by_tsc && check_tsc_unstable())
		clock_leave_tsc(partition);
	if (partition->clock.by_tsc)
		return clock_at(&partition->clock, clock_tsc(partition));
	return div_u64(clock_ns(partition) - partition->started_ns, UNIT_NS);
}

/**
 * softhv_reference_time() - a partition's reference time
 * @partition: not locked
 *
 * Context: interrupts disabled.
 * Return: units of 100 ns since it was created, without the time for which it was stopped.
 */
u64 softhv_reference_time(struct softhv_partition *partition)
{
	u64 units;

	spin_lock(&partition->lock);
	units = clock_read(partition);
	spin_unlock(&partition->lock);
	return units;
}

/**
 * softhv_tsc() - the TSC that a partition's VPs add their offsets to
 * @partition: any
 *
 * Return: that of this CPU, or where it was when the partition's time was stopped.
 */
u64 softhv_tsc(const struct softhv_partition *partition)
{
	return READ_ONCE(partition->frozen_tsc) ?: rdtsc();
}

/* Have all VPs the same TSC, and which? Partition locked. */
static bool clock_vps_agree(struct softhv_partition *partition, u64 *offset)
{
	bool any = false;
	u32 i;

	*offset = partition->clock.tsc_offset;
	for (i = 0; i < partition->vp_limit; i++) {
		const struct softhv_vp *vp = softhv_vp_find(partition, i);
		u64 its;

		if (!vp)
			continue;
		its = READ_ONCE(vp->vmcb->control.tsc_offset);
		if (any && its != *offset)
			return false;
		*offset = its;
		any = true;
	}
	return true;
}

/**
 * softhv_clock_show() - bring the reference TSC page up to date
 * @partition: locked
 *
 * A guest that reads the page meanwhile finds that its sequence has changed, and reads again; or
 * that the page is not valid, and reads the MSR.
 */
void softhv_clock_show(struct softhv_partition *partition)
{
	struct mhv_reference_tsc_page *page = partition->guest.tsc_page.page;
	struct softhv_clock *clock = &partition->clock;
	u64 offset;

	if (!page)
		return;
	WRITE_ONCE(page->sequence, MHV_REFERENCE_TSC_INVALID);
	smp_wmb();	/* with the guest, which reads the sequence before and after the rest */
	if (!clock->by_tsc || !clock_vps_agree(partition, &offset) || offset != clock->tsc_offset)
		return;
	WRITE_ONCE(page->scale, clock->scale);
	WRITE_ONCE(page->offset, clock->offset);
	smp_wmb();	/* likewise */
	/* Older hypervisors had a second number for a page that is not valid. */
	if (++clock->sequence == U32_MAX)
		clock->sequence = 1;
	WRITE_ONCE(page->sequence, clock->sequence);
}

/* A VP's TSC has changed. Partition locked. */
static void clock_follow(struct softhv_partition *partition)
{
	struct softhv_clock *clock = &partition->clock;
	u64 offset, tsc, now;

	if (clock->by_tsc && clock_vps_agree(partition, &offset) && offset != clock->tsc_offset) {
		tsc = clock_tsc(partition);
		now = clock_at(clock, tsc) + 1;
		clock->tsc_offset = offset;
		clock->offset += now - clock_at(clock, tsc);
	}
	softhv_clock_show(partition);
}

/**
 * softhv_tsc_set_offset() - set by how much a VP's TSC differs from the host's
 * @vp: locked; its partition is not
 * @offset: what is added to the host's
 */
void softhv_tsc_set_offset(struct softhv_vp *vp, u64 offset)
{
	struct softhv_partition *partition = vp->partition;

	spin_lock(&partition->lock);
	WRITE_ONCE(vp->vmcb->control.tsc_offset, offset);
	clock_follow(partition);
	spin_unlock(&partition->lock);
}

/* Does a value that a VP's TSC is set to go with what other VPs' were set to? Partition locked. */
static bool clock_set_together(const struct softhv_vp *vp, u64 value)
{
	const struct softhv_clock *clock = &vp->partition->clock;

	return clock->set_round && clock->set_value == value &&
	       vp->tsc_set_round != clock->set_round && vp->entered_at < clock->set_at;
}

/**
 * softhv_tsc_set() - the parent sets a VP's TSC
 * @vp: locked; its partition is not
 * @value: to what
 *
 * A parent that resets its VPs, or restores them, sets the same TSC for each of them, but not at
 * the same time. As long as a VP has not run meanwhile, its TSC is that of the first one, as on a
 * machine that is turned on; so it makes no difference how long the parent takes.
 */
void softhv_tsc_set(struct softhv_vp *vp, u64 value)
{
	struct softhv_partition *partition = vp->partition;
	struct softhv_clock *clock = &partition->clock;

	spin_lock(&partition->lock);
	if (!clock_set_together(vp, value)) {
		clock->set_value = value;
		clock->set_offset = value - softhv_tsc(partition);
		clock->set_at = rdtsc();
		clock->set_round++;
	}
	vp->tsc_set_round = clock->set_round;
	WRITE_ONCE(vp->vmcb->control.tsc_offset, clock->set_offset);
	clock_follow(partition);
	spin_unlock(&partition->lock);
}

/**
 * softhv_time_freeze() - stop a partition's time, or let it go on
 * @partition: locked; its parent has suspended the VPs
 * @freeze: which of the two
 *
 * The reference TSC page stays as it is: the VPs' TSCs stand still with the time. When the time
 * goes on, softhv_tsc_put_back() is due.
 */
void softhv_time_freeze(struct softhv_partition *partition, bool freeze)
{
	struct softhv_clock *clock = &partition->clock;
	u64 now = ktime_get_ns(), cycles;

	if (freeze == !!partition->frozen_ns)
		return;
	if (freeze) {
		partition->frozen_ns = now;
		WRITE_ONCE(partition->frozen_tsc, rdtsc());
		return;
	}
	cycles = rdtsc() - partition->frozen_tsc;
	partition->started_ns += now - partition->frozen_ns;
	partition->frozen_ns = 0;
	WRITE_ONCE(partition->frozen_tsc, 0);
	partition->frozen_cycles += cycles;
	clock->tsc_offset -= cycles;
	clock->set_offset -= cycles;
}

/**
 * softhv_tsc_put_back() - let VPs not notice the time for which theirs was stopped
 * @partition: not locked
 *
 * Context: interrupts disabled, RCU read side.
 */
void softhv_tsc_put_back(struct softhv_partition *partition)
{
	struct softhv_vp *vp;
	u64 cycles;
	u32 i;

	for (i = 0; i < READ_ONCE(partition->vp_limit); i++) {
		if (softhv_vp_get_locked(partition->id, i, 0, &vp))
			continue;
		spin_lock(&partition->lock);
		cycles = partition->frozen_cycles - vp->frozen_cycles;
		WRITE_ONCE(vp->vmcb->control.tsc_offset, vp->vmcb->control.tsc_offset - cycles);
		vp->frozen_cycles = partition->frozen_cycles;
		spin_unlock(&partition->lock);
		softhv_vp_unlock(vp);
	}
}
