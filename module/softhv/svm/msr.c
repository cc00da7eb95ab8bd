// SPDX-License-Identifier: GPL-2.0
/*
 * The MSRs that guests have without the parent's help, for RDMSR and WRMSR and for the VP registers
 * that are MSRs. All others are unknown: what happens then is the parent's choice. VP locked.
 */
#include <asm/apicdef.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/mtrr.h>
#include <asm/processor-flags.h>

#include "softhv/compat.h"
#include "softhv/softhv.h"

#define MTRR_DEF_TYPE_VALID	0xcffULL
#define MTRR_CAP		(SOFTHV_NR_MTRR_RANGES | BIT(8) | BIT(10)) /* fixed, WC */
#define MTRR_RANGE_END		(MSR_MTRR_RANGE_BASE + 2 * SOFTHV_NR_MTRR_RANGES - 1)

/**
 * softhv_msr_reset() - bring the MSRs that are not in the VMCB into the state after power-on
 * @vp: not yet known to anybody
 */
void softhv_msr_reset(struct softhv_vp *vp)
{
	vp->msrs.apic_base = SOFTHV_APIC_BASE | MSR_IA32_APICBASE_ENABLE;
	if (!vp->index)
		vp->msrs.apic_base |= MSR_IA32_APICBASE_BSP;
}

/**
 * softhv_efer_settle() - decide whether the hardware gets to see EFER.LME
 * @vp: locked, with CR0, CR4 or EFER changed
 *
 * At an exit of a guest with LME but neither PG nor PAE, QEMU keeps the guest's CR0 for the host:
 * it loads the host's while LME and PAE are still the guest's, and takes that for an error. LME
 * makes no difference to such a guest until it sets PAE, for which it needs us, or PG, which is an
 * error then; so its writes to CR0 exit as long.
 */
void softhv_efer_settle(struct softhv_vp *vp)
{
	struct vmcb_save_area *save = &vp->vmcb->save;
	u32 *intercepts = vp->vmcb->control.intercepts;
	u64 lme = softhv_efer(vp) & EFER_LME;

	vp->lme_held = lme && !(save->cr0 & X86_CR0_PG) && !(save->cr4 & X86_CR4_PAE);
	save->efer &= ~EFER_LME;
	if (!vp->lme_held)
		save->efer |= lme;
	intercepts[INTERCEPT_CR0_WRITE / 32] &= ~BIT(INTERCEPT_CR0_WRITE % 32);
	if (vp->lme_held)
		intercepts[INTERCEPT_CR0_WRITE / 32] |= BIT(INTERCEPT_CR0_WRITE % 32);
}

static bool softhv_canonical(u64 address)
{
	return sign_extend64(address, 47) == (s64)address;
}

/* Each byte is a memory type: UC 0, WC 1, WT 4, WP 5, WB 6, and UC- 7 for PAT alone. */
static bool softhv_types_ok(u64 types, bool pat)
{
	int i;

	for (i = 0; i < 8; i++, types >>= 8) {
		u8 type = types;

		if (type > 7 || type == 2 || type == 3 || (type == 7 && !pat))
			return false;
	}
	return true;
}

/* Where a fixed MTRR is stored: fix64K_00000, fix16K_80000, _A0000, fix4K_C0000 ... _F8000 */
static u64 *softhv_mtrr_fixed(struct softhv_vp *vp, u32 msr)
{
	if (msr == MSR_MTRRfix64K_00000)
		return &vp->msrs.mtrr_fixed[0];
	if (msr < MSR_MTRRfix4K_C0000)
		return &vp->msrs.mtrr_fixed[1 + msr - MSR_MTRRfix16K_80000];
	return &vp->msrs.mtrr_fixed[3 + msr - MSR_MTRRfix4K_C0000];
}

/* MSRs that are a number in the VMCB, or in the VP, and need no care when they are read. */
static u64 *softhv_msr_storage(struct softhv_vp *vp, u32 msr)
{
	struct vmcb_save_area *save = &vp->vmcb->save;

	switch (msr) {
	case MSR_IA32_CR_PAT:
		return &save->g_pat;
	case MSR_FS_BASE:
		return &save->fs.base;
	case MSR_GS_BASE:
		return &save->gs.base;
	case MSR_KERNEL_GS_BASE:
		return &save->kernel_gs_base;
	case MSR_STAR:
		return &save->star;
	case MSR_LSTAR:
		return &save->lstar;
	case MSR_CSTAR:
		return &save->cstar;
	case MSR_SYSCALL_MASK:
		return &save->sfmask;
	case MSR_IA32_SYSENTER_CS:
		return &save->sysenter_cs;
	case MSR_IA32_SYSENTER_ESP:
		return &save->sysenter_esp;
	case MSR_IA32_SYSENTER_EIP:
		return &save->sysenter_eip;
	case MSR_IA32_TSC_ADJUST:
		return &vp->msrs.tsc_adjust;
	case MSR_TSC_AUX:
		return &vp->msrs.tsc_aux;
	case MSR_IA32_MISC_ENABLE:
		return &vp->msrs.misc_enable;
	case MSR_IA32_MCG_STATUS:
		return &vp->msrs.mcg_status;
	case MSR_MTRRdefType:
		return &vp->msrs.mtrr_def_type;
	case MSR_MTRR_RANGE_BASE ... MTRR_RANGE_END:
		return &vp->msrs.mtrr_range[msr - MSR_MTRR_RANGE_BASE];
	case MSR_MTRRfix64K_00000:
	case MSR_MTRRfix16K_80000:
	case MSR_MTRRfix16K_A0000:
	case MSR_MTRRfix4K_C0000 ... MSR_MTRRfix4K_F8000:
		return softhv_mtrr_fixed(vp, msr);
	}
	return NULL;
}

/**
 * softhv_msr_read() - read an MSR as the guest does
 * @vp: locked
 * @msr: which
 * @value: its value
 */
enum softhv_msr_result softhv_msr_read(struct softhv_vp *vp, u32 msr, u64 *value)
{
	const u64 *storage = softhv_msr_storage(vp, msr);

	if (storage) {
		*value = *storage;
		return SOFTHV_MSR_OK;
	}
	switch (msr) {
	case MHV_MSR_FIRST ... MHV_MSR_LAST:
		return softhv_guest_msr_read(vp, msr, value);
	case APIC_BASE_MSR ... APIC_BASE_MSR + 0xff:
		if (!softhv_has_lapic(vp))
			return SOFTHV_MSR_UNKNOWN;
		return softhv_lapic_msr_read(vp, msr, value) ? SOFTHV_MSR_OK : SOFTHV_MSR_BAD_VALUE;
	case MSR_EFER:
		*value = softhv_efer(vp);
		return SOFTHV_MSR_OK;
	case MSR_IA32_TSC:
		*value = softhv_tsc(vp->partition) + vp->vmcb->control.tsc_offset;
		return SOFTHV_MSR_OK;
	case MSR_IA32_APICBASE:
		*value = vp->msrs.apic_base;
		return SOFTHV_MSR_OK;
	case MSR_MTRRcap:
		*value = MTRR_CAP;
		return SOFTHV_MSR_OK;
	case MSR_IA32_MCG_CAP:		/* no banks */
	case MSR_IA32_UCODE_REV:
	case MSR_IA32_DEBUGCTLMSR:	/* no branch records */
		*value = 0;
		return SOFTHV_MSR_OK;
	}
	return SOFTHV_MSR_UNKNOWN;
}

static bool softhv_write_efer(struct softhv_vp *vp, u64 value)
{
	struct vmcb_save_area *save = &vp->vmcb->save;

	if (value & ~softhv_caps.efer)
		return false;
	if ((save->cr0 & X86_CR0_PG) && ((softhv_efer(vp) ^ value) & EFER_LME))
		return false;
	/* LMA is the CPU's to set. */
	save->efer = (save->efer & EFER_LMA) | (value & ~EFER_LMA) | EFER_SVME;
	vp->lme_held = false;
	softhv_efer_settle(vp);
	WRITE_ONCE(vp->flush, true);
	return true;
}

/* May this value be written to an MSR that softhv_msr_storage() knows? */
static bool softhv_msr_value_ok(u32 msr, u64 value)
{
	switch (msr) {
	case MSR_IA32_CR_PAT:
		return softhv_types_ok(value, true);
	case MSR_FS_BASE:
	case MSR_GS_BASE:
	case MSR_KERNEL_GS_BASE:
	case MSR_LSTAR:
	case MSR_CSTAR:
	case MSR_IA32_SYSENTER_ESP:
	case MSR_IA32_SYSENTER_EIP:
		return softhv_canonical(value);
	case MSR_SYSCALL_MASK:
	case MSR_IA32_SYSENTER_CS:
	case MSR_TSC_AUX:
		return !upper_32_bits(value);
	case MSR_IA32_MCG_STATUS:
		return value <= 7;
	case MSR_MTRRdefType:
		return !(value & ~MTRR_DEF_TYPE_VALID) && softhv_types_ok(value & 0xff, false);
	case MSR_MTRRfix64K_00000:
	case MSR_MTRRfix16K_80000:
	case MSR_MTRRfix16K_A0000:
	case MSR_MTRRfix4K_C0000 ... MSR_MTRRfix4K_F8000:
		return softhv_types_ok(value, false);
	}
	return true;
}

/**
 * softhv_msr_write() - write an MSR as the guest does
 * @vp: locked
 * @msr: which
 * @value: what to write
 * @by_guest: the guest does so; the parent, which restores a state, sets each of TSC and TSC_ADJUST
 * without moving the other
 */
enum softhv_msr_result softhv_msr_write(struct softhv_vp *vp, u32 msr, u64 value, bool by_guest)
{
	u64 *storage = softhv_msr_storage(vp, msr);

	if (storage) {
		if (!softhv_msr_value_ok(msr, value))
			return SOFTHV_MSR_BAD_VALUE;
		if (msr == MSR_IA32_TSC_ADJUST && by_guest)
			softhv_tsc_set_offset(vp, vp->vmcb->control.tsc_offset + value - *storage);
		/* It is there while the guest runs: see softhv_exchange_tsc_aux(). */
		if (msr == MSR_TSC_AUX && by_guest && static_cpu_has(X86_FEATURE_RDPID))
			softhv_wrmsr(MSR_TSC_AUX, value);
		*storage = value;
		return SOFTHV_MSR_OK;
	}
	switch (msr) {
	case MHV_MSR_FIRST ... MHV_MSR_LAST:
		return softhv_guest_msr_write(vp, msr, value);
	case APIC_BASE_MSR ... APIC_BASE_MSR + 0xff:
		if (!softhv_has_lapic(vp))
			return SOFTHV_MSR_UNKNOWN;
		return softhv_lapic_msr_write(vp, msr, value) ? SOFTHV_MSR_OK :
								SOFTHV_MSR_BAD_VALUE;
	case MSR_IA32_APICBASE:
		if (!softhv_lapic_base_ok(vp, value, false))
			return SOFTHV_MSR_BAD_VALUE;
		softhv_lapic_set_base(vp, value);
		return SOFTHV_MSR_OK;
	case MSR_EFER:
		return softhv_write_efer(vp, value) ? SOFTHV_MSR_OK : SOFTHV_MSR_BAD_VALUE;
	case MSR_IA32_TSC:
		value -= softhv_tsc(vp->partition);
		if (by_guest)
			vp->msrs.tsc_adjust += value - vp->vmcb->control.tsc_offset;
		softhv_tsc_set_offset(vp, value);
		return SOFTHV_MSR_OK;
	case MSR_IA32_DEBUGCTLMSR:
		return value ? SOFTHV_MSR_BAD_VALUE : SOFTHV_MSR_OK;
	case MSR_IA32_UCODE_REV:
		return SOFTHV_MSR_OK;
	case MSR_MTRRcap:
	case MSR_IA32_MCG_CAP:
		return SOFTHV_MSR_BAD_VALUE;
	}
	return SOFTHV_MSR_UNKNOWN;
}
