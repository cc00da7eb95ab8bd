// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC's registers as guests reach them: on a page of memory (xAPIC), which is never
 * mapped so that each access exits, or as MSRs (x2APIC). VP locked.
 */
#include <linux/mm.h>
#include <asm/apicdef.h>
#include <asm/msr-index.h>

#include "softhv/memory/decode.h"

#define MSR_X2APIC_FIRST	0x800

/* Registers by number: the offset on the page divided by 16, or the MSR's number less 0x800 */
enum lapic_register {
	LAPIC_ID = 0x02,
	LAPIC_VERSION = 0x03,
	LAPIC_TPR = 0x08,
	LAPIC_APR = 0x09,
	LAPIC_PPR = 0x0a,
	LAPIC_EOI = 0x0b,
	LAPIC_LDR = 0x0d,
	LAPIC_DFR = 0x0e,
	LAPIC_SPURIOUS = 0x0f,
	LAPIC_ISR = 0x10,
	LAPIC_TMR = 0x18,
	LAPIC_IRR = 0x20,
	LAPIC_ESR = 0x28,
	LAPIC_ICR = 0x30,
	LAPIC_ICR_HIGH = 0x31,
	LAPIC_LVT = 0x32,
	LAPIC_INITIAL_COUNT = 0x38,
	LAPIC_CURRENT_COUNT = 0x39,
	LAPIC_DIVIDE = 0x3e,
	LAPIC_SELF_IPI = 0x3f,
};

#define LAPIC_MAP_WORDS		(SOFTHV_NR_VECTORS / 32)
#define LAPIC_LAST_LVT		(LAPIC_LVT + SOFTHV_NR_LVTS - 1)

static u32 lapic_map_word(const unsigned long *map, u32 word)
{
	return READ_ONCE(map[word / 2]) >> (word % 2 * 32);
}

/* Registers that both modes have. False: there is none of that number, or it cannot be read. */
static bool lapic_read(struct softhv_vp *vp, u32 reg, u64 *value)
{
	const struct softhv_lapic *lapic = &vp->lapic;

	switch (reg) {
	case LAPIC_ID:
		*value = lapic->id;
		break;
	case LAPIC_VERSION:
		*value = SOFTHV_LAPIC_VERSION;
		break;
	case LAPIC_TPR:
		softhv_lapic_update_ppr(vp);
		*value = lapic->tpr;
		break;
	case LAPIC_PPR:
		softhv_lapic_update_ppr(vp);
		*value = lapic->ppr;
		break;
	case LAPIC_LDR:
		*value = lapic->ldr;
		break;
	case LAPIC_SPURIOUS:
		*value = lapic->spurious;
		break;
	case LAPIC_ISR ... LAPIC_ISR + LAPIC_MAP_WORDS - 1:
		*value = lapic_map_word(lapic->isr, reg - LAPIC_ISR);
		break;
	case LAPIC_TMR ... LAPIC_TMR + LAPIC_MAP_WORDS - 1:
		*value = lapic_map_word(lapic->tmr, reg - LAPIC_TMR);
		break;
	case LAPIC_IRR ... LAPIC_IRR + LAPIC_MAP_WORDS - 1:
		*value = lapic_map_word(lapic->irr, reg - LAPIC_IRR) |
			 lapic_map_word(lapic->posted, reg - LAPIC_IRR);
		break;
	case LAPIC_ESR:
		*value = lapic->esr;
		break;
	case LAPIC_LVT ... LAPIC_LAST_LVT:
		*value = lapic->lvt[reg - LAPIC_LVT];
		break;
	case LAPIC_INITIAL_COUNT:
		*value = lapic->initial_count;
		break;
	case LAPIC_CURRENT_COUNT:
		*value = softhv_lapic_timer_count(vp);
		break;
	case LAPIC_DIVIDE:
		*value = lapic->divide;
		break;
	default:
		return false;
	}
	return true;
}

static void lapic_set_divide(struct softhv_vp *vp, u32 value)
{
	u32 left = softhv_lapic_timer_count(vp);

	vp->lapic.divide = value & SOFTHV_LAPIC_DIVIDE_VALID;
	if (left)
		softhv_lapic_timer_start(vp, left);
}

/* Registers that both modes have. False: there is none of that number, or it cannot be written. */
static bool lapic_write(struct softhv_vp *vp, u32 reg, u32 value)
{
	struct softhv_lapic *lapic = &vp->lapic;

	switch (reg) {
	case LAPIC_TPR:
		softhv_lapic_set_tpr(vp, value);
		break;
	case LAPIC_EOI:
		softhv_lapic_eoi(vp);
		break;
	case LAPIC_SPURIOUS:
		softhv_lapic_set_spurious(vp, value);
		break;
	case LAPIC_ESR:
		lapic->esr = lapic->errors;
		lapic->errors = 0;
		break;
	case LAPIC_LVT ... LAPIC_LAST_LVT:
		softhv_lapic_set_lvt(vp, reg - LAPIC_LVT, value);
		break;
	case LAPIC_INITIAL_COUNT:
		lapic->initial_count = value;
		softhv_lapic_timer_start(vp, value);
		break;
	case LAPIC_DIVIDE:
		lapic_set_divide(vp, value);
		break;
	default:
		return false;
	}
	return true;
}

static bool xapic_read(struct softhv_vp *vp, u32 reg, u64 *value)
{
	switch (reg) {
	case LAPIC_APR:
		*value = 0;
		return true;
	case LAPIC_DFR:
		*value = vp->lapic.dfr;
		return true;
	case LAPIC_ICR:
		*value = lower_32_bits(vp->lapic.icr);
		return true;
	case LAPIC_ICR_HIGH:
		*value = upper_32_bits(vp->lapic.icr);
		return true;
	}
	return lapic_read(vp, reg, value);
}

static bool xapic_write(struct softhv_vp *vp, u32 reg, u32 value)
{
	struct softhv_lapic *lapic = &vp->lapic;

	switch (reg) {
	case LAPIC_ID:
		/* The VP's index; it cannot be changed. */
		return true;
	case LAPIC_LDR:
		WRITE_ONCE(lapic->ldr, value & 0xff000000);
		return true;
	case LAPIC_DFR:
		WRITE_ONCE(lapic->dfr, value | ~SOFTHV_LAPIC_DFR_MODEL);
		return true;
	case LAPIC_ICR:
		lapic->icr = (lapic->icr & GENMASK_ULL(63, 32)) | value;
		softhv_ipi_send(vp, lapic->icr);
		return true;
	case LAPIC_ICR_HIGH:
		lapic->icr = lower_32_bits(lapic->icr) | (u64)(value & 0xff000000) << 32;
		return true;
	}
	return lapic_write(vp, reg, value);
}

/**
 * softhv_lapic_mmio() - do what a guest wants with the page of its APIC
 * @vp: locked, with an exit for a nested page fault on that page
 * @gpa: what it accesses
 *
 * Return: false if it is not the APIC that is there, or not an access that drivers use.
 */
bool softhv_lapic_mmio(struct softhv_vp *vp, u64 gpa)
{
	u32 offset = offset_in_page(gpa), reg = offset >> 4;
	struct softhv_mmio access;
	bool known = true;
	u64 value = 0;

	if (!(vp->msrs.apic_base & MSR_IA32_APICBASE_ENABLE) || softhv_lapic_x2apic(vp))
		return false;
	if (!softhv_mmio_decode(vp, gpa, &access))
		return false;
	if (access.read)
		known = xapic_read(vp, reg, &value);
	/* Each register is the first four of 16 bytes, and is written as a whole. */
	value = offset & 0xc ? 0 : value >> (8 * (offset & 3));
	value = softhv_mmio_compute(vp, &access, value);
	if (access.write && (access.size < 4 || offset & 0xf || !xapic_write(vp, reg, value)))
		known = false;
	if (!known)
		softhv_lapic_error(vp, APIC_ESR_ILLREGA);
	softhv_skip(vp, access.length);
	return true;
}

/**
 * softhv_lapic_msr_read() - read a register of an APIC in x2APIC mode
 * @vp: locked
 * @msr: 0x800 to 0x8ff
 * @value: filled in
 *
 * Return: false if there is nothing to read there.
 */
bool softhv_lapic_msr_read(struct softhv_vp *vp, u32 msr, u64 *value)
{
	if (!softhv_lapic_x2apic(vp))
		return false;
	if (msr == MSR_X2APIC_FIRST + LAPIC_ICR) {
		*value = vp->lapic.icr;
		return true;
	}
	return lapic_read(vp, msr - MSR_X2APIC_FIRST, value);
}

/**
 * softhv_lapic_msr_write() - write a register of an APIC in x2APIC mode
 * @vp: locked
 * @msr: 0x800 to 0x8ff
 * @value: what to write
 *
 * Return: false if the register or the value is not allowed.
 */
bool softhv_lapic_msr_write(struct softhv_vp *vp, u32 msr, u64 value)
{
	u32 reg = msr - MSR_X2APIC_FIRST;

	if (!softhv_lapic_x2apic(vp))
		return false;
	if (reg == LAPIC_ICR) {
		vp->lapic.icr = value;
		softhv_ipi_send(vp, value);
		return true;
	}
	if (upper_32_bits(value))
		return false;
	switch (reg) {
	case LAPIC_EOI:
	case LAPIC_ESR:
		if (value)
			return false;
		break;
	case LAPIC_TPR:
		if (value > 0xff)
			return false;
		break;
	case LAPIC_SELF_IPI:
		if (value > 0xff)
			return false;
		softhv_ipi_send(vp, value | APIC_DEST_SELF);
		return true;
	}
	return lapic_write(vp, reg, value);
}
