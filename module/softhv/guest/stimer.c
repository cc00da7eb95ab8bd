// SPDX-License-Identifier: GPL-2.0
/*
 * Synthetic timers, four for each VP, TLFS "Synthetic timers": they expire at a reference time,
 * once or periodically, and either send a message to one of the VP's SINTs or interrupt the VP.
 *
 * An hrtimer stands for each. Its callback takes no lock: it leaves a request, and what expired is
 * found when the VP takes the request up. A periodic timer is started again then and not before: a
 * VP that nobody runs costs the host nothing, and a period that went by meanwhile is left out.
 */
#include <linux/ktime.h>

#include "softhv/compat.h"
#include "softhv/softhv.h"

#define UNIT_NS			100

/* Shortest period, so that a guest's timer alone cannot keep the host busy */
#define STIMER_MIN_UNITS	(100 * NSEC_PER_USEC / UNIT_NS)

#define STIMER_VALID		(MHV_STIMER_ENABLE | MHV_STIMER_PERIODIC | MHV_STIMER_LAZY | \
				 MHV_STIMER_AUTO_ENABLE | MHV_STIMER_VECTOR_MASK | \
				 MHV_STIMER_DIRECT | MHV_STIMER_SINT_MASK)

static u8 stimer_vector(u64 config)
{
	return (config & MHV_STIMER_VECTOR_MASK) >> MHV_STIMER_VECTOR_SHIFT;
}

static u32 stimer_sint(u64 config)
{
	return (config & MHV_STIMER_SINT_MASK) >> MHV_STIMER_SINT_SHIFT;
}

static enum hrtimer_restart stimer_fires(struct hrtimer *timer)
{
	struct softhv_stimer *stimer = container_of(timer, struct softhv_stimer, timer);
	struct softhv_vp *vp = stimer->vp;

	set_bit(stimer - vp->stimer, &vp->stimers_fired);
	smp_mb__after_atomic();	/* with softhv_stimers_expire(), which takes the request first */
	softhv_lapic_request(vp, SOFTHV_REQUEST_STIMERS);
	return HRTIMER_NORESTART;
}

/**
 * softhv_stimers_init() - prepare the timers of a new VP
 * @vp: not yet known to anybody
 */
void softhv_stimers_init(struct softhv_vp *vp)
{
	int i;

	for (i = 0; i < MHV_NR_STIMERS; i++) {
		vp->stimer[i].vp = vp;
		softhv_hrtimer_setup(&vp->stimer[i].timer, stimer_fires, CLOCK_MONOTONIC,
				     HRTIMER_MODE_REL_HARD);
	}
}

static void stimer_stop(struct softhv_vp *vp, u32 i)
{
	/* A callback that runs on another CPU takes no lock that is held here. */
	hrtimer_cancel(&vp->stimer[i].timer);
	clear_bit(i, &vp->stimers_fired);
}

/**
 * softhv_stimers_stop() - let no timer fire any more
 * @vp: locked
 */
void softhv_stimers_stop(struct softhv_vp *vp)
{
	u32 i;

	for (i = 0; i < MHV_NR_STIMERS; i++)
		stimer_stop(vp, i);
}

/* Have the VP look at a timer when its time has come. */
static void stimer_arm(struct softhv_vp *vp, u32 i, u64 now)
{
	u64 left = vp->stimer[i].expires - now;

	hrtimer_start(&vp->stimer[i].timer, ns_to_ktime(min_t(u64, left, KTIME_MAX / UNIT_NS) *
							UNIT_NS), HRTIMER_MODE_REL_HARD);
}

/* Does the partition have timers, and an APIC for their interrupts? */
static bool stimers_run(const struct softhv_vp *vp)
{
	return softhv_has_lapic(vp) && (softhv_guest_privileges(vp->partition) &
					MHV_PRIVILEGE_SYNTHETIC_TIMERS);
}

/* A timer's configuration or count has changed. */
static void stimer_begin(struct softhv_vp *vp, u32 i)
{
	const struct mhv_stimer_state *state = &vp->stimers.timer[i];
	u64 now;

	stimer_stop(vp, i);
	if (!(state->config & MHV_STIMER_ENABLE) || !state->count || !stimers_run(vp))
		return;
	now = softhv_reference_time(vp->partition);
	vp->stimer[i].expires = state->config & MHV_STIMER_PERIODIC ? now + state->count :
								     state->count;
	if (vp->stimer[i].expires > now) {
		stimer_arm(vp, i, now);
	} else {
		set_bit(i, &vp->stimers_fired);
		smp_mb__after_atomic();	/* as in stimer_fires() */
		softhv_lapic_request(vp, SOFTHV_REQUEST_STIMERS);
	}
}

/* Send the message of a timer that has expired. False if there is another one in its place. */
static bool stimer_message(struct softhv_vp *vp, u32 i, u64 expired, u64 now)
{
	const struct mhv_timer_message payload = {
		.timer_index = i, .expiration_time = expired, .delivery_time = now,
	};
	struct mhv_message message = {
		.header.message_type = MHV_MSG_TIMER_EXPIRED,
		.header.payload_size = sizeof(payload),
	};
	struct mhv_stimer_state *state = &vp->stimers.timer[i];

	memcpy(message.payload, &payload, sizeof(payload));
	if (softhv_guest_message(vp, stimer_sint(state->config), &message)) {
		state->flags &= ~MHV_STIMER_STATE_UNDELIVERED;
		return true;
	}
	state->flags |= MHV_STIMER_STATE_UNDELIVERED;
	state->undelivered_expiration_time = expired;
	return false;
}

static void stimer_deliver(struct softhv_vp *vp, u32 i, u64 now)
{
	struct mhv_stimer_state *state = &vp->stimers.timer[i];

	if (state->config & MHV_STIMER_DIRECT) {
		softhv_lapic_post(vp, stimer_vector(state->config), false);
		return;
	}
	/* Of a timer that expires again before its message is sent there is one message. */
	if (!(state->flags & MHV_STIMER_STATE_UNDELIVERED))
		stimer_message(vp, i, vp->stimer[i].expires, now);
}

static void stimer_expire(struct softhv_vp *vp, u32 i)
{
	struct mhv_stimer_state *state = &vp->stimers.timer[i];
	u64 now = softhv_reference_time(vp->partition), periods;

	if (!(state->config & MHV_STIMER_ENABLE))
		return;
	/* The two clocks need not be the same, and a partition's time may have been stopped. */
	if (now < vp->stimer[i].expires) {
		stimer_arm(vp, i, now);
		return;
	}
	stimer_deliver(vp, i, now);
	if (!(state->config & MHV_STIMER_PERIODIC)) {
		state->config &= ~MHV_STIMER_ENABLE;
		return;
	}
	periods = div64_u64(now - vp->stimer[i].expires, state->count) + 1;
	if (state->count < STIMER_MIN_UNITS)
		periods += div64_u64(STIMER_MIN_UNITS, state->count);
	vp->stimer[i].expires += periods * state->count;
	stimer_arm(vp, i, now);
}

/**
 * softhv_stimers_expire() - see to the timers that have fired
 * @vp: locked, not in its guest, with SOFTHV_REQUEST_STIMERS taken
 */
void softhv_stimers_expire(struct softhv_vp *vp)
{
	unsigned long fired = xchg(&vp->stimers_fired, 0);
	u32 i;

	for_each_set_bit(i, &fired, MHV_NR_STIMERS)
		stimer_expire(vp, i);
}

/**
 * softhv_stimers_retry() - send the messages for which there was no place
 * @vp: locked; its guest has taken a message
 */
void softhv_stimers_retry(struct softhv_vp *vp)
{
	u64 now = softhv_reference_time(vp->partition);
	struct mhv_stimer_state *state;
	u32 i;

	for (i = 0; i < MHV_NR_STIMERS; i++) {
		state = &vp->stimers.timer[i];
		if (state->flags & MHV_STIMER_STATE_UNDELIVERED)
			stimer_message(vp, i, state->undelivered_expiration_time, now);
	}
}

static bool stimer_config_ok(const struct softhv_vp *vp, u64 config)
{
	if (config & ~STIMER_VALID)
		return false;
	if (!(config & MHV_STIMER_DIRECT))
		return true;
	return (softhv_guest_features(vp->partition) & MHV_FEATURE_DIRECT_TIMERS) &&
	       stimer_vector(config) >= 16;
}

/**
 * softhv_stimer_read() - read a timer's configuration or count
 * @vp: locked
 * @msr: MHV_MSR_STIMER0_CONFIG and those that follow
 */
u64 softhv_stimer_read(const struct softhv_vp *vp, u32 msr)
{
	u32 reg = msr - MHV_MSR_STIMER0_CONFIG;
	const struct mhv_stimer_state *state = &vp->stimers.timer[reg / 2];

	return reg % 2 ? state->count : state->config;
}

/**
 * softhv_stimer_write() - set a timer's configuration or count
 * @vp: locked; its partition is not
 * @msr: MHV_MSR_STIMER0_CONFIG and those that follow
 * @value: what to write
 *
 * A timer that would send its message to SINT 0 is not enabled, nor is one with a count of 0.
 * Return: false, with nothing changed, for a value that cannot be.
 */
bool softhv_stimer_write(struct softhv_vp *vp, u32 msr, u64 value)
{
	u32 reg = msr - MHV_MSR_STIMER0_CONFIG, i = reg / 2;
	struct mhv_stimer_state *state = &vp->stimers.timer[i];

	if (reg % 2) {
		state->count = value;
		if (!value)
			state->config &= ~MHV_STIMER_ENABLE;
		else if (state->config & MHV_STIMER_AUTO_ENABLE)
			state->config |= MHV_STIMER_ENABLE;
	} else {
		if (!stimer_config_ok(vp, value))
			return false;
		state->config = value;
	}
	if (!(state->config & MHV_STIMER_DIRECT) && !stimer_sint(state->config))
		state->config &= ~MHV_STIMER_ENABLE;
	state->flags &= ~MHV_STIMER_STATE_UNDELIVERED;
	stimer_begin(vp, i);
	return true;
}

/**
 * softhv_stimers_restore() - take the timers over as the parent has set them
 * @vp: locked; its partition is not
 * @state: read once
 *
 * In a partition without timers the state is kept, and does nothing.
 */
void softhv_stimers_restore(struct softhv_vp *vp, const struct mhv_synthetic_timers_state *state)
{
	u32 i;

	softhv_stimers_stop(vp);
	vp->stimers = *state;
	if (!stimers_run(vp))
		return;
	for (i = 0; i < MHV_NR_STIMERS; i++) {
		if (!stimer_config_ok(vp, vp->stimers.timer[i].config))
			vp->stimers.timer[i].config &= ~MHV_STIMER_ENABLE;
		stimer_begin(vp, i);
	}
}
