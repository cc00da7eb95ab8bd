// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's synthetic MSRs, for guests; and those of them that parents have as registers.
 * A guest without the privilege for an MSR gets #GP. VP locked.
 */
#include <asm/tsc.h>

#include "softhv/softhv.h"

#define HYPERCALL_VALID		(PAGE_MASK | MHV_HYPERCALL_LOCKED | MHV_OVERLAY_ENABLE)
#define OVERLAY_VALID		(PAGE_MASK | MHV_OVERLAY_ENABLE)

/* The APIC's timer counts nanoseconds. */
#define APIC_HZ			NSEC_PER_SEC

/* What a guest needs for an MSR; 0 for one that softhv does not know. */
static u64 guest_msr_privilege(u32 msr)
{
	switch (msr) {
	case MHV_MSR_GUEST_OS_ID:
	case MHV_MSR_HYPERCALL:
		return MHV_PRIVILEGE_HYPERCALL;
	case MHV_MSR_VP_INDEX:
		return MHV_PRIVILEGE_VP_INDEX;
	case MHV_MSR_RESET:
		return MHV_PRIVILEGE_RESET;
	case MHV_MSR_VP_RUNTIME:
		return MHV_PRIVILEGE_VP_RUNTIME;
	case MHV_MSR_TIME_REF_COUNT:
		return MHV_PRIVILEGE_REFERENCE_COUNTER;
	case MHV_MSR_REFERENCE_TSC:
		return MHV_PRIVILEGE_REFERENCE_TSC;
	case MHV_MSR_TSC_FREQUENCY:
	case MHV_MSR_APIC_FREQUENCY:
		return MHV_PRIVILEGE_FREQUENCY;
	case MHV_MSR_EOI:
	case MHV_MSR_ICR:
	case MHV_MSR_TPR:
	case MHV_MSR_VP_ASSIST_PAGE:
		return MHV_PRIVILEGE_INTR_CTRL;
	case MHV_MSR_GUEST_IDLE:
		return MHV_PRIVILEGE_GUEST_IDLE;
	case MHV_MSR_SCONTROL ... MHV_MSR_EOM:
	case MHV_MSR_SINT0 ... MHV_MSR_SINT0 + MHV_NR_SINTS - 1:
		return MHV_PRIVILEGE_SYNIC;
	case MHV_MSR_STIMER0_CONFIG ... MHV_MSR_STIMER0_CONFIG + 2 * MHV_NR_STIMERS - 1:
		return MHV_PRIVILEGE_SYNTHETIC_TIMERS;
	}
	return 0;
}

/* May the guest use an MSR? */
static enum softhv_msr_result guest_msr_check(const struct softhv_vp *vp, u32 msr)
{
	u64 privilege = guest_msr_privilege(msr);

	if (!privilege || !(softhv_guest_features(vp->partition) & MHV_FEATURE_HV1))
		return SOFTHV_MSR_UNKNOWN;
	return softhv_guest_privileges(vp->partition) & privilege ? SOFTHV_MSR_OK :
								  SOFTHV_MSR_BAD_VALUE;
}

/* The time that a VP was in its guest */
static u64 guest_runtime(const struct softhv_vp *vp)
{
	return softhv_cycles_to_units(vp->guest_cycles + vp->stay_cycles);
}

static bool guest_apic_read(struct softhv_vp *vp, u32 msr, u64 *value)
{
	if (!softhv_has_lapic(vp))
		return false;
	switch (msr) {
	case MHV_MSR_ICR:
		*value = vp->lapic.icr;
		return true;
	case MHV_MSR_TPR:
		softhv_lapic_update_ppr(vp);
		*value = vp->lapic.tpr;
		return true;
	}
	return false;
}

static bool guest_apic_write(struct softhv_vp *vp, u32 msr, u64 value)
{
	if (!softhv_has_lapic(vp))
		return false;
	switch (msr) {
	case MHV_MSR_EOI:
		softhv_lapic_eoi(vp);
		break;
	case MHV_MSR_ICR:
		vp->lapic.icr = value;
		softhv_ipi_send(vp, value);
		break;
	case MHV_MSR_TPR:
		if (value > 0xff)
			return false;
		softhv_lapic_set_tpr(vp, value);
		break;
	}
	return true;
}

/**
 * softhv_guest_msr_read() - read a synthetic MSR as the guest does
 * @vp: locked
 * @msr: from MHV_MSR_FIRST on
 * @value: its value
 */
enum softhv_msr_result softhv_guest_msr_read(struct softhv_vp *vp, u32 msr, u64 *value)
{
	enum softhv_msr_result result = guest_msr_check(vp, msr);

	if (result)
		return result;
	*value = 0;
	switch (msr) {
	case MHV_MSR_VP_INDEX:
		*value = vp->index;
		break;
	case MHV_MSR_RESET:
		break;
	case MHV_MSR_VP_RUNTIME:
		*value = guest_runtime(vp);
		break;
	case MHV_MSR_TIME_REF_COUNT:
		*value = softhv_reference_time(vp->partition);
		break;
	case MHV_MSR_TSC_FREQUENCY:
		*value = tsc_khz * 1000ULL;
		break;
	case MHV_MSR_APIC_FREQUENCY:
		*value = APIC_HZ;
		break;
	case MHV_MSR_EOI:
	case MHV_MSR_ICR:
	case MHV_MSR_TPR:
		return guest_apic_read(vp, msr, value) ? SOFTHV_MSR_OK : SOFTHV_MSR_BAD_VALUE;
	case MHV_MSR_SCONTROL:
		*value = vp->synic.scontrol;
		break;
	case MHV_MSR_SVERSION:
		*value = MHV_SYNIC_VERSION;
		break;
	case MHV_MSR_EOM:
		break;
	case MHV_MSR_SINT0 ... MHV_MSR_SINT0 + MHV_NR_SINTS - 1:
		*value = vp->synic.sint[msr - MHV_MSR_SINT0];
		break;
	case MHV_MSR_STIMER0_CONFIG ... MHV_MSR_STIMER0_CONFIG + 2 * MHV_NR_STIMERS - 1:
		*value = softhv_stimer_read(vp, msr);
		break;
	case MHV_MSR_GUEST_IDLE:
		/* Without an APIC of the hypervisor there is no interrupt to wait for. */
		vp->idle = softhv_has_lapic(vp);
		break;
	default:
		*value = softhv_guest_register_get(vp, msr);
	}
	return SOFTHV_MSR_OK;
}

/**
 * softhv_guest_msr_write() - write a synthetic MSR as the guest does
 * @vp: locked
 * @msr: from MHV_MSR_FIRST on
 * @value: what to write
 */
enum softhv_msr_result softhv_guest_msr_write(struct softhv_vp *vp, u32 msr, u64 value)
{
	enum softhv_msr_result result = guest_msr_check(vp, msr);

	if (result)
		return result;
	switch (msr) {
	case MHV_MSR_VP_INDEX:
	case MHV_MSR_VP_RUNTIME:
	case MHV_MSR_TIME_REF_COUNT:
	case MHV_MSR_TSC_FREQUENCY:
	case MHV_MSR_APIC_FREQUENCY:
	case MHV_MSR_GUEST_IDLE:
	case MHV_MSR_SVERSION:
		return SOFTHV_MSR_BAD_VALUE;
	case MHV_MSR_SCONTROL:
		if (value & ~MHV_SYNIC_ENABLE)
			return SOFTHV_MSR_BAD_VALUE;
		vp->synic.scontrol = value;
		return SOFTHV_MSR_OK;
	case MHV_MSR_EOM:
		softhv_stimers_retry(vp);
		return SOFTHV_MSR_OK;
	case MHV_MSR_SINT0 ... MHV_MSR_SINT0 + MHV_NR_SINTS - 1:
		return softhv_guest_sint_set(vp, msr - MHV_MSR_SINT0, value) ?
		       SOFTHV_MSR_OK : SOFTHV_MSR_BAD_VALUE;
	case MHV_MSR_STIMER0_CONFIG ... MHV_MSR_STIMER0_CONFIG + 2 * MHV_NR_STIMERS - 1:
		return softhv_stimer_write(vp, msr, value) ? SOFTHV_MSR_OK : SOFTHV_MSR_BAD_VALUE;
	case MHV_MSR_RESET:
		return value & MHV_RESET ? SOFTHV_MSR_RESET : SOFTHV_MSR_OK;
	case MHV_MSR_EOI:
	case MHV_MSR_ICR:
	case MHV_MSR_TPR:
		return guest_apic_write(vp, msr, value) ? SOFTHV_MSR_OK : SOFTHV_MSR_BAD_VALUE;
	case MHV_MSR_HYPERCALL:
		/* Only a reset unlocks it. */
		if (READ_ONCE(vp->partition->guest.hypercall) & MHV_HYPERCALL_LOCKED)
			return SOFTHV_MSR_BAD_VALUE;
		break;
	}
	return softhv_guest_register_set(vp, msr, value) ? SOFTHV_MSR_BAD_VALUE : SOFTHV_MSR_OK;
}

/* Where the value of a register of this kind is kept; all but VPs' own with the partition locked */
static u64 *guest_register(struct softhv_vp *vp, u32 msr, struct softhv_overlay **overlay)
{
	struct softhv_guest *guest = &vp->partition->guest;

	switch (msr) {
	case MHV_MSR_HYPERCALL:
		*overlay = &guest->hypercall_page;
		return &guest->hypercall;
	case MHV_MSR_REFERENCE_TSC:
		*overlay = &guest->tsc_page;
		return &guest->reference_tsc;
	case MHV_MSR_VP_ASSIST_PAGE:
		*overlay = &vp->assist_page;
		return &vp->assist;
	case MHV_MSR_SIMP:
		*overlay = &vp->synic.message_page;
		return &vp->synic.simp;
	case MHV_MSR_SIEFP:
		*overlay = &vp->synic.event_page;
		return &vp->synic.siefp;
	}
	*overlay = NULL;
	return &vp->partition->properties[SOFTHV_PROP_GUEST_OS_ID];
}

/**
 * softhv_guest_register_get() - read GUEST_OS_ID, or a register that places an overlay
 * @vp: locked
 * @msr: which; MHV_MSR_*
 */
u64 softhv_guest_register_get(struct softhv_vp *vp, u32 msr)
{
	struct softhv_overlay *overlay;

	return READ_ONCE(*guest_register(vp, msr, &overlay));
}

/*
 * Set GUEST_OS_ID, or a register that places an overlay; partition locked. There is no hypercall
 * page while the guest has not told who it is.
 */
static u16 guest_register_set(struct softhv_vp *vp, u32 msr, u64 value)
{
	struct softhv_partition *partition = vp->partition;
	struct softhv_guest *guest = &partition->guest;
	struct softhv_overlay *overlay;
	u64 *place = guest_register(vp, msr, &overlay);
	u64 os_id = READ_ONCE(partition->properties[SOFTHV_PROP_GUEST_OS_ID]);
	u16 status = MHV_STATUS_SUCCESS;

	if (msr == MHV_MSR_HYPERCALL && !os_id)
		value &= ~MHV_OVERLAY_ENABLE;
	if (overlay)
		value &= msr == MHV_MSR_HYPERCALL ? HYPERCALL_VALID : OVERLAY_VALID;
	if (msr == MHV_MSR_REFERENCE_TSC)
		softhv_clock_show(partition);
	if (overlay)
		status = softhv_overlay_place(partition, overlay, value);
	if (status)
		return status;
	WRITE_ONCE(*place, value);
	if (msr == MHV_MSR_GUEST_OS_ID && !value) {
		softhv_overlay_place(partition, &guest->hypercall_page, 0);
		WRITE_ONCE(guest->hypercall, guest->hypercall & ~MHV_OVERLAY_ENABLE);
	}
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_guest_register_set() - set GUEST_OS_ID, or a register that places an overlay
 * @vp: locked; its partition is not
 * @msr: which; MHV_MSR_*
 * @value: a value from the guest, or from the parent
 *
 * In a partition whose guests do not have the interface the value is kept, and does nothing.
 * Return: status, with nothing changed if it is an error.
 */
u16 softhv_guest_register_set(struct softhv_vp *vp, u32 msr, u64 value)
{
	struct softhv_partition *partition = vp->partition;
	struct softhv_overlay *overlay;
	u16 status = MHV_STATUS_SUCCESS;

	spin_lock(&partition->lock);
	if (softhv_guest_features(partition) & MHV_FEATURE_HV1)
		status = guest_register_set(vp, msr, value);
	else
		WRITE_ONCE(*guest_register(vp, msr, &overlay), value);
	spin_unlock(&partition->lock);
	return status;
}
