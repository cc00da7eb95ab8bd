// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC's state: which vectors wait and are in service, priorities, requests from outside
 * and how they are taken up, and the state as a block for the parent. regs.c has the registers as
 * guests access them, ipi.c the destinations of interrupts.
 */
#include <asm/apicdef.h>
#include <asm/msr-index.h>

#include "softhv/softhv.h"

#define PRIORITY_CLASS		0xf0
#define LAPIC_BASE_ADDRESS	GENMASK_ULL(51, 12)

static const u32 lapic_lvt_valid[SOFTHV_NR_LVTS] = {
	[SOFTHV_LVT_TIMER] = SOFTHV_LVT_VECTOR | APIC_LVT_MASKED | APIC_LVT_TIMER_PERIODIC,
	[SOFTHV_LVT_THERMAL] = SOFTHV_LVT_VECTOR | APIC_DM_FIXED_MASK | APIC_LVT_MASKED,
	[SOFTHV_LVT_PERFMON] = SOFTHV_LVT_VECTOR | APIC_DM_FIXED_MASK | APIC_LVT_MASKED,
	[SOFTHV_LVT_LINT0] = SOFTHV_LVT_VECTOR | APIC_DM_FIXED_MASK | APIC_LVT_MASKED |
			     APIC_INPUT_POLARITY | APIC_LVT_LEVEL_TRIGGER,
	[SOFTHV_LVT_LINT1] = SOFTHV_LVT_VECTOR | APIC_DM_FIXED_MASK | APIC_LVT_MASKED |
			     APIC_INPUT_POLARITY | APIC_LVT_LEVEL_TRIGGER,
	[SOFTHV_LVT_ERROR] = SOFTHV_LVT_VECTOR | APIC_LVT_MASKED,
};

/**
 * softhv_lapic_x2apic() - is an APIC in x2APIC mode
 * @vp: locked; or not, for a value that may be out of date
 */
bool softhv_lapic_x2apic(const struct softhv_vp *vp)
{
	return READ_ONCE(vp->msrs.apic_base) & X2APIC_ENABLE;
}

static bool lapic_enabled(const struct softhv_vp *vp)
{
	return READ_ONCE(vp->msrs.apic_base) & MSR_IA32_APICBASE_ENABLE;
}

/**
 * softhv_lapic_accepts() - does an APIC take interrupts with a vector
 * @vp: locked; or not, for a value that may be out of date
 */
bool softhv_lapic_accepts(const struct softhv_vp *vp)
{
	return lapic_enabled(vp) && (READ_ONCE(vp->lapic.spurious) & APIC_SPIV_APIC_ENABLED);
}

/**
 * softhv_lapic_create() - make the APIC of a new VP, as it is after power-on
 * @vp: not yet known to anybody, its MSRs reset
 */
void softhv_lapic_create(struct softhv_vp *vp)
{
	softhv_lapic_timer_init(vp);
	softhv_lapic_reset(vp);
	/* VP 0 boots, and starts the others. */
	vp->lapic.wait_for_sipi = vp->index && (vp->partition->creation_flags & MHV_CREATE_LAPIC);
}

/* The ID and the logical destination that the mode begins with */
static void lapic_reset_id(struct softhv_vp *vp)
{
	struct softhv_lapic *lapic = &vp->lapic;

	if (vp->msrs.apic_base & X2APIC_ENABLE) {
		WRITE_ONCE(lapic->id, vp->index);
		WRITE_ONCE(lapic->ldr, vp->index >> 4 << 16 | BIT(vp->index & 0xf));
	} else {
		WRITE_ONCE(lapic->id, vp->index << 24);
		WRITE_ONCE(lapic->ldr, 0);
	}
}

/**
 * softhv_lapic_reset() - the state after power-on and INIT
 * @vp: locked
 */
void softhv_lapic_reset(struct softhv_vp *vp)
{
	struct softhv_lapic *lapic = &vp->lapic;
	int i;

	softhv_lapic_timer_stop(vp);
	lapic->nmi = false;
	lapic->extint = -1;
	lapic->eoi = -1;
	lapic->dfr = APIC_DFR_FLAT;
	lapic->spurious = 0xff;
	lapic->tpr = 0;
	lapic->esr = 0;
	lapic->errors = 0;
	lapic->icr = 0;
	lapic->initial_count = 0;
	lapic->divide = 0;
	bitmap_zero(lapic->isr, SOFTHV_NR_VECTORS);
	bitmap_zero(lapic->tmr, SOFTHV_NR_VECTORS);
	bitmap_zero(lapic->irr, SOFTHV_NR_VECTORS);
	for (i = 0; i < SOFTHV_NR_LVTS; i++)
		lapic->lvt[i] = APIC_LVT_MASKED;
	lapic->lvt_cmci = APIC_LVT_MASKED;
	lapic_reset_id(vp);
	vp->vmcb->control.int_ctl &= ~V_TPR_MASK;
	softhv_lapic_update_ppr(vp);
}

/**
 * softhv_lapic_base_ok() - can this be written to APIC_BASE
 * @vp: locked
 * @value: what is to be written
 * @by_guest: the guest writes it, and may not go from any mode to any other
 */
bool softhv_lapic_base_ok(const struct softhv_vp *vp, u64 value, bool by_guest)
{
	const u64 modes = MSR_IA32_APICBASE_ENABLE | X2APIC_ENABLE;
	u64 old = vp->msrs.apic_base & modes;
	u64 flags = vp->partition->creation_flags;

	if (value & ~(MSR_IA32_APICBASE_BSP | modes | LAPIC_BASE_ADDRESS))
		return false;
	if (!(flags & MHV_CREATE_LAPIC))
		return !(value & X2APIC_ENABLE);
	/* The APIC's page cannot move: the hole in the guest's memory is at a fixed address. */
	if ((value & LAPIC_BASE_ADDRESS) != SOFTHV_APIC_BASE)
		return false;
	value &= modes;
	if (value == X2APIC_ENABLE || ((value & X2APIC_ENABLE) && !(flags & MHV_CREATE_X2APIC)))
		return false;
	if (!by_guest || value == old)
		return true;
	return old == modes ? !value : old || !(value & X2APIC_ENABLE);
}

/**
 * softhv_lapic_set_base() - write APIC_BASE
 * @vp: locked
 * @value: a value for which softhv_lapic_base_ok() is true
 */
void softhv_lapic_set_base(struct softhv_vp *vp, u64 value)
{
	const u64 modes = MSR_IA32_APICBASE_ENABLE | X2APIC_ENABLE;
	u64 old = vp->msrs.apic_base & modes;

	WRITE_ONCE(vp->msrs.apic_base, value);
	if ((value & modes) == old)
		return;
	/* An APIC that is turned off loses its state, and its timer stops. */
	if (!(value & MSR_IA32_APICBASE_ENABLE))
		softhv_lapic_reset(vp);
	else
		lapic_reset_id(vp);
}

/**
 * softhv_lapic_request() - send a request to a VP, and make the VP notice it
 * @vp: any; RCU read side
 * @request: what
 *
 * An INIT undoes what came before it, so it replaces the requests that the VP has not taken up yet;
 * those beside it in &softhv_lapic.requests came later.
 *
 * Context: any but NMI.
 */
void softhv_lapic_request(struct softhv_vp *vp, enum softhv_request request)
{
	if (request == SOFTHV_REQUEST_INIT)
		xchg(&vp->lapic.requests, BIT(SOFTHV_REQUEST_INIT));
	else
		set_bit(request, &vp->lapic.requests);
	softhv_vp_kick(vp);
}

/**
 * softhv_lapic_post() - send an interrupt to a VP
 * @vp: any; RCU read side
 * @vector: 16 or more
 * @level: it is level triggered, so that the parent wants to know of its end
 *
 * Context: any but NMI.
 */
void softhv_lapic_post(struct softhv_vp *vp, u8 vector, bool level)
{
	if (level)
		set_bit(vector, vp->lapic.posted_level);
	else
		clear_bit(vector, vp->lapic.posted_level);
	smp_mb__before_atomic();	/* with lapic_take_vectors() */
	set_bit(vector, vp->lapic.posted);
	softhv_lapic_request(vp, SOFTHV_REQUEST_VECTORS);
}

/* An entry of the LVT, or a pin, becomes active. */
static void lapic_lvt_fire(struct softhv_vp *vp, u32 lvt, u8 extint_vector)
{
	if ((lvt & APIC_LVT_MASKED) || !lapic_enabled(vp))
		return;
	switch (lvt & APIC_DM_FIXED_MASK) {
	case APIC_DM_FIXED:
		if ((lvt & SOFTHV_LVT_VECTOR) >= 16)
			softhv_lapic_post(vp, lvt, lvt & APIC_LVT_LEVEL_TRIGGER);
		break;
	case APIC_DM_NMI:
		softhv_lapic_request(vp, SOFTHV_REQUEST_NMI);
		break;
	case APIC_DM_INIT:
		softhv_lapic_request(vp, SOFTHV_REQUEST_INIT);
		break;
	case APIC_DM_EXTINT:
		WRITE_ONCE(vp->lapic.extint_vector, extint_vector);
		softhv_lapic_request(vp, SOFTHV_REQUEST_EXTINT);
		break;
	}
}

/**
 * softhv_lapic_lint() - a VP's interrupt pin becomes active
 * @vp: any; RCU read side
 * @pin: 0 or 1
 * @vector: what the parent's PIC would answer
 *
 * Context: any but NMI.
 */
void softhv_lapic_lint(struct softhv_vp *vp, u32 pin, u8 vector)
{
	lapic_lvt_fire(vp, READ_ONCE(vp->lapic.lvt[SOFTHV_LVT_LINT0 + pin]), vector);
}

/**
 * softhv_lapic_error() - note an error, and interrupt the guest for it
 * @vp: locked
 * @error: bit of the error status register
 */
void softhv_lapic_error(struct softhv_vp *vp, u32 error)
{
	vp->lapic.errors |= error;
	lapic_lvt_fire(vp, vp->lapic.lvt[SOFTHV_LVT_ERROR], 0);
}

static void lapic_take_vectors(struct softhv_lapic *lapic)
{
	unsigned long vectors, level;
	u32 i;

	for (i = 0; i < BITS_TO_LONGS(SOFTHV_NR_VECTORS); i++) {
		if (!READ_ONCE(lapic->posted[i]))
			continue;
		vectors = xchg(&lapic->posted[i], 0);	/* with softhv_lapic_post() */
		level = READ_ONCE(lapic->posted_level[i]);
		lapic->irr[i] |= vectors;
		lapic->tmr[i] = (lapic->tmr[i] & ~vectors) | (level & vectors);
	}
}

/*
 * INIT turns the APIC off, so that no vector is accepted that was posted until now: one that came
 * before the INIT is lost with the APIC's state, one that came after found no APIC.
 */
static void lapic_init(struct softhv_vp *vp)
{
	struct softhv_lapic *lapic = &vp->lapic;
	u32 i;

	softhv_vp_init_reset(vp);
	for (i = 0; i < BITS_TO_LONGS(SOFTHV_NR_VECTORS); i++)
		xchg(&lapic->posted[i], 0);	/* with softhv_lapic_post() */
}

/**
 * softhv_lapic_sync() - handle the requests that were sent to a VP
 * @vp: locked, not in its guest
 */
void softhv_lapic_sync(struct softhv_vp *vp)
{
	struct softhv_lapic *lapic = &vp->lapic;
	unsigned long requests;

	if (READ_ONCE(lapic->requests)) {
		requests = xchg(&lapic->requests, 0);
		if (requests & BIT(SOFTHV_REQUEST_INIT))
			lapic_init(vp);
		if ((requests & BIT(SOFTHV_REQUEST_SIPI)) && lapic->wait_for_sipi)
			softhv_vp_startup(vp, READ_ONCE(lapic->sipi_vector));
		if (requests & BIT(SOFTHV_REQUEST_STIMERS)) {
			softhv_stimers_expire(vp);
			requests |= xchg(&lapic->requests, 0);
		}
		if (requests & BIT(SOFTHV_REQUEST_VECTORS))
			lapic_take_vectors(lapic);
		if (requests & BIT(SOFTHV_REQUEST_NMI))
			lapic->nmi = true;
		if (requests & BIT(SOFTHV_REQUEST_CLEAR_EXTINT))
			lapic->extint = -1;
		if (requests & BIT(SOFTHV_REQUEST_EXTINT))
			lapic->extint = READ_ONCE(lapic->extint_vector);
	}
	softhv_lapic_update_ppr(vp);
}

static int lapic_highest(const unsigned long *vectors)
{
	int i;

	for (i = BITS_TO_LONGS(SOFTHV_NR_VECTORS) - 1; i >= 0; i--)
		if (vectors[i])
			return i * BITS_PER_LONG + __fls(vectors[i]);
	return -1;
}

/**
 * softhv_lapic_update_ppr() - compute the processor priority
 * @vp: locked
 *
 * Takes over what the guest did to CR8 while it ran.
 */
void softhv_lapic_update_ppr(struct softhv_vp *vp)
{
	struct softhv_lapic *lapic = &vp->lapic;
	u8 cr8 = vp->vmcb->control.int_ctl & V_TPR_MASK;
	int in_service = lapic_highest(lapic->isr);
	u8 ppr;

	if (lapic->tpr >> 4 != cr8)
		lapic->tpr = cr8 << 4;
	ppr = lapic->tpr;
	if (in_service >= 0 && (in_service & PRIORITY_CLASS) > (ppr & PRIORITY_CLASS))
		ppr = in_service & PRIORITY_CLASS;
	WRITE_ONCE(lapic->ppr, ppr);
}

/**
 * softhv_lapic_set_tpr() - write the task priority
 * @vp: locked
 * @value: the register
 */
void softhv_lapic_set_tpr(struct softhv_vp *vp, u8 value)
{
	u32 *int_ctl = &vp->vmcb->control.int_ctl;

	vp->lapic.tpr = value;
	*int_ctl = (*int_ctl & ~V_TPR_MASK) | value >> 4;
	softhv_lapic_update_ppr(vp);
}

/**
 * softhv_lapic_eoi() - the guest is done with the interrupt of the highest priority
 * @vp: locked
 */
void softhv_lapic_eoi(struct softhv_vp *vp)
{
	struct softhv_lapic *lapic = &vp->lapic;
	int vector = lapic_highest(lapic->isr);

	if (vector < 0)
		return;
	__clear_bit(vector, lapic->isr);
	if (test_bit(vector, lapic->tmr))
		lapic->eoi = vector;
	softhv_lapic_update_ppr(vp);
}

/**
 * softhv_lapic_pending() - the interrupt that the guest is to have next
 * @vp: locked, synchronized
 * @extint: whether it is the parent's PIC's, which knows no priorities
 *
 * Return: its vector, or -1 if there is none that the processor priority lets through.
 */
int softhv_lapic_pending(struct softhv_vp *vp, bool *extint)
{
	struct softhv_lapic *lapic = &vp->lapic;
	int vector = lapic_highest(lapic->irr);

	*extint = lapic->extint >= 0;
	if (*extint)
		return lapic->extint;
	if (vector < 0 || !softhv_lapic_accepts(vp))
		return -1;
	return (vector & PRIORITY_CLASS) > (lapic->ppr & PRIORITY_CLASS) ? vector : -1;
}

/**
 * softhv_lapic_acknowledge() - an interrupt is on its way into the guest
 * @vp: locked
 * @vector: from softhv_lapic_pending()
 * @extint: likewise
 */
void softhv_lapic_acknowledge(struct softhv_vp *vp, int vector, bool extint)
{
	struct softhv_lapic *lapic = &vp->lapic;

	if (extint) {
		lapic->extint = -1;
		return;
	}
	__clear_bit(vector, lapic->irr);
	if (!test_bit(vector, vp->synic.auto_eoi))
		__set_bit(vector, lapic->isr);
	softhv_lapic_update_ppr(vp);
	if (vector == (lapic->lvt[SOFTHV_LVT_TIMER] & SOFTHV_LVT_VECTOR))
		softhv_lapic_timer_resume(vp);
}

/**
 * softhv_lapic_tpr_blocks() - would the guest get an interrupt if it lowered CR8
 * @vp: locked, synchronized
 */
bool softhv_lapic_tpr_blocks(struct softhv_vp *vp)
{
	const struct softhv_lapic *lapic = &vp->lapic;
	int vector = lapic_highest(lapic->irr);

	return vector >= 0 && (lapic->tpr & PRIORITY_CLASS) >= (vector & PRIORITY_CLASS) &&
	       lapic_highest(lapic->isr) < (vector & PRIORITY_CLASS);
}

/**
 * softhv_lapic_set_lvt() - write an entry of the local vector table
 * @vp: locked
 * @lvt: which
 * @value: what to write; bits that do not exist are ignored
 */
void softhv_lapic_set_lvt(struct softhv_vp *vp, enum softhv_lvt lvt, u32 value)
{
	value &= lapic_lvt_valid[lvt];
	if (!(vp->lapic.spurious & APIC_SPIV_APIC_ENABLED))
		value |= APIC_LVT_MASKED;
	WRITE_ONCE(vp->lapic.lvt[lvt], value);
	if (lvt == SOFTHV_LVT_TIMER)
		softhv_lapic_timer_resume(vp);
}

/**
 * softhv_lapic_set_spurious() - write the spurious interrupt vector register
 * @vp: locked
 * @value: what to write
 */
void softhv_lapic_set_spurious(struct softhv_vp *vp, u32 value)
{
	struct softhv_lapic *lapic = &vp->lapic;
	int i;

	WRITE_ONCE(lapic->spurious, value & (SOFTHV_LVT_VECTOR | APIC_SPIV_APIC_ENABLED |
					     APIC_SPIV_FOCUS_DISABLED));
	/* An APIC that is turned off by software has all of its table masked. */
	for (i = 0; i < SOFTHV_NR_LVTS; i++)
		softhv_lapic_set_lvt(vp, i, lapic->lvt[i]);
}

/**
 * softhv_lapic_get_state() - the APIC's state for the parent
 * @vp: locked
 * @state: filled in
 */
void softhv_lapic_get_state(struct softhv_vp *vp, struct mhv_lapic_state *state)
{
	const struct softhv_lapic *lapic = &vp->lapic;

	softhv_lapic_sync(vp);
	memset(state, 0, sizeof(*state));
	state->apic_id = lapic->id;
	state->version = SOFTHV_LAPIC_VERSION;
	state->ldr = lapic->ldr;
	state->dfr = lapic->dfr;
	state->spurious = lapic->spurious;
	bitmap_to_arr32(state->isr, lapic->isr, SOFTHV_NR_VECTORS);
	bitmap_to_arr32(state->tmr, lapic->tmr, SOFTHV_NR_VECTORS);
	bitmap_to_arr32(state->irr, lapic->irr, SOFTHV_NR_VECTORS);
	state->esr = lapic->esr;
	state->icr_high = upper_32_bits(lapic->icr);
	state->icr_low = lower_32_bits(lapic->icr);
	state->lvt_timer = lapic->lvt[SOFTHV_LVT_TIMER];
	state->lvt_thermal = lapic->lvt[SOFTHV_LVT_THERMAL];
	state->lvt_perfmon = lapic->lvt[SOFTHV_LVT_PERFMON];
	state->lvt_lint0 = lapic->lvt[SOFTHV_LVT_LINT0];
	state->lvt_lint1 = lapic->lvt[SOFTHV_LVT_LINT1];
	state->lvt_error = lapic->lvt[SOFTHV_LVT_ERROR];
	state->lvt_cmci = lapic->lvt_cmci;
	state->error_status = lapic->errors;
	state->initial_count = lapic->initial_count;
	state->counter_value = softhv_lapic_timer_count(vp);
	state->divide_configuration = lapic->divide;
}

/**
 * softhv_lapic_set_state() - take over the APIC's state from the parent
 * @vp: locked
 * @state: read once
 *
 * The table's entries are taken as they are: a parent may set up the pins of an APIC that the guest
 * has not turned on yet, as firmware would.
 * Return: status; INVALID_REGISTER_VALUE, with nothing changed, for vectors below 16.
 */
u16 softhv_lapic_set_state(struct softhv_vp *vp, const struct mhv_lapic_state *state)
{
	const u32 lvts[SOFTHV_NR_LVTS] = {
		[SOFTHV_LVT_TIMER] = state->lvt_timer,
		[SOFTHV_LVT_THERMAL] = state->lvt_thermal,
		[SOFTHV_LVT_PERFMON] = state->lvt_perfmon,
		[SOFTHV_LVT_LINT0] = state->lvt_lint0,
		[SOFTHV_LVT_LINT1] = state->lvt_lint1,
		[SOFTHV_LVT_ERROR] = state->lvt_error,
	};
	struct softhv_lapic *lapic = &vp->lapic;
	int i;

	if ((state->isr[0] | state->irr[0]) & 0xffff)
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	softhv_lapic_timer_stop(vp);
	softhv_lapic_sync(vp);
	WRITE_ONCE(lapic->id, state->apic_id);
	WRITE_ONCE(lapic->ldr, state->ldr);
	WRITE_ONCE(lapic->dfr, state->dfr | ~SOFTHV_LAPIC_DFR_MODEL);
	softhv_lapic_set_spurious(vp, state->spurious);
	bitmap_from_arr32(lapic->isr, state->isr, SOFTHV_NR_VECTORS);
	bitmap_from_arr32(lapic->tmr, state->tmr, SOFTHV_NR_VECTORS);
	bitmap_from_arr32(lapic->irr, state->irr, SOFTHV_NR_VECTORS);
	lapic->esr = state->esr;
	lapic->errors = state->error_status;
	lapic->icr = (u64)state->icr_high << 32 | state->icr_low;
	for (i = 0; i < SOFTHV_NR_LVTS; i++)
		WRITE_ONCE(lapic->lvt[i], lvts[i] & lapic_lvt_valid[i]);
	lapic->lvt_cmci = state->lvt_cmci;
	lapic->divide = state->divide_configuration & SOFTHV_LAPIC_DIVIDE_VALID;
	lapic->initial_count = state->initial_count;
	if (state->counter_value)
		softhv_lapic_timer_start(vp, state->counter_value);
	softhv_lapic_update_ppr(vp);
	softhv_vp_kick(vp);
	return MHV_STATUS_SUCCESS;
}
