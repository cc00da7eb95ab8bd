// SPDX-License-Identifier: GPL-2.0
/*
 * VP registers by the hypervisor's names: one table lists them and says how each is read and
 * written. VMRUN must be able to take, or to refuse without harm, whatever a caller sets: single
 * values are checked when they are set, and their combination before the VP runs.
 */
#include <linux/ktime.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "softhv/hv/registers.h"
#include "softhv/softhv.h"

#define CR0_VALID	(X86_CR0_PE | X86_CR0_MP | X86_CR0_EM | X86_CR0_TS | X86_CR0_ET | \
			 X86_CR0_NE | X86_CR0_WP | X86_CR0_AM | X86_CR0_NW | X86_CR0_CD | \
			 X86_CR0_PG)
#define CR8_VALID		0xf

/**
 * struct softhv_register - registers with consecutive names that work in the same way
 * @first: name of the first
 * @count: how many there are
 * @arg: passed to @get and @set: an index, MSR or offset
 * @stride: added to @arg for each further register; 0 stands for 1
 * @get: reads into a value that is all zero
 * @set: checks and writes; %NULL where there is nothing to set
 */
struct softhv_register {
	u32 first;
	u16 count;
	u16 stride;
	u32 arg;
	u16 (*get)(struct softhv_vp *vp, u32 arg, union mhv_register_value *value);
	u16 (*set)(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value);
};

/**
 * softhv_segment_set() - set a segment register
 * @vp: locked
 * @index: as for softhv_segment()
 * @value: in the hypervisor's form
 *
 * Return: status.
 */
u16 softhv_segment_set(struct softhv_vp *vp, u32 index, const struct mhv_segment *value)
{
	struct vmcb_seg *seg = softhv_segment(vp, index);

	seg->base = value->base;
	seg->limit = value->limit;
	seg->selector = value->selector;
	seg->attrib = (value->attributes & 0xff) | ((value->attributes >> 4) & 0xf00);
	vp->check_state = true;
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_set_valid_rflags() - set RFLAGS
 * @vp: locked
 * @rflags: within SOFTHV_RFLAGS_VALID
 */
void softhv_set_valid_rflags(struct softhv_vp *vp, u64 rflags)
{
	vp->vmcb->save.rflags = rflags | X86_EFLAGS_FIXED;
	vp->check_state = true;
}

/**
 * softhv_state_ok() - do the registers fit together, so that VMRUN can take them
 * @vp: locked
 *
 * Derives what follows from other registers: EFER.LMA and the privilege level.
 */
bool softhv_state_ok(struct softhv_vp *vp)
{
	struct vmcb_save_area *save = &vp->vmcb->save;
	bool protected = save->cr0 & X86_CR0_PE;
	bool paging = save->cr0 & X86_CR0_PG;
	bool long_mode = paging && (softhv_efer(vp) & EFER_LME);
	bool virtual_8086 = save->rflags & X86_EFLAGS_VM;

	if (paging && !protected)
		return false;
	if ((save->cr0 & X86_CR0_NW) && !(save->cr0 & X86_CR0_CD))
		return false;
	if (long_mode && !(save->cr4 & X86_CR4_PAE))
		return false;
	if (long_mode && (save->cs.attrib & SVM_SELECTOR_L_MASK) &&
	    (save->cs.attrib & SVM_SELECTOR_DB_MASK))
		return false;
	if (virtual_8086 && (long_mode || !protected))
		return false;

	save->efer &= ~EFER_LMA;
	if (long_mode)
		save->efer |= EFER_LMA;
	softhv_efer_settle(vp);
	if (!protected)
		save->cpl = 0;
	else if (virtual_8086)
		save->cpl = 3;
	else
		save->cpl = (save->ss.attrib & SVM_SELECTOR_DPL_MASK) >> SVM_SELECTOR_DPL_SHIFT;
	return true;
}

static u16 softhv_get_gpr(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = vp->gpr[arg];
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_gpr(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	vp->gpr[arg] = value->reg64;
	return MHV_STATUS_SUCCESS;
}

/* A number of 64 bits in the VMCB's save area */
static u64 *softhv_saved(struct softhv_vp *vp, u32 offset)
{
	return (void *)&vp->vmcb->save + offset;
}

static u16 softhv_get_saved(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = *softhv_saved(vp, arg);
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_saved(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	*softhv_saved(vp, arg) = value->reg64;
	return MHV_STATUS_SUCCESS;
}

/* Whoever sets it after a triple fault has the VP begin anew. */
static u16 softhv_set_rip(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	vp->shut_down = false;
	return softhv_set_saved(vp, arg, value);
}

static u16 softhv_set_rflags(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	if (value->reg64 & ~SOFTHV_RFLAGS_VALID)
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	softhv_set_valid_rflags(vp, value->reg64);
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_cr0(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	if (value->reg64 & ~CR0_VALID)
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	vp->vmcb->save.cr0 = value->reg64 | X86_CR0_ET;
	vp->check_state = true;
	vp->flush = true;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_cr3(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	if (value->reg64 >> softhv_caps.gpa_bits)
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	vp->vmcb->save.cr3 = value->reg64;
	vp->flush = true;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_cr4(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	if (value->reg64 & ~softhv_caps.cr4)
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	vp->vmcb->save.cr4 = value->reg64;
	vp->check_state = true;
	vp->flush = true;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_cr8(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = vp->vmcb->control.int_ctl & V_TPR_MASK;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_cr8(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	u32 *int_ctl = &vp->vmcb->control.int_ctl;

	if (value->reg64 & ~CR8_VALID)
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	*int_ctl = (*int_ctl & ~V_TPR_MASK) | value->reg64;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_efer(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = softhv_efer(vp);
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_efer(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	if (value->reg64 & ~softhv_caps.efer)
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	vp->vmcb->save.efer = value->reg64 | EFER_SVME;
	vp->lme_held = false;
	vp->check_state = true;
	vp->flush = true;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_xfem(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = vp->xfem;
	return MHV_STATUS_SUCCESS;
}

/* There is no XSAVE in guests: XCR0 can be what every CPU has and no more. */
static u16 softhv_set_xfem(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	if ((value->reg64 & ~XFEATURE_MASK_FPSSE) || !(value->reg64 & XFEATURE_MASK_FP))
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	vp->xfem = value->reg64;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_dr(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = vp->dr[arg];
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_dr(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	vp->dr[arg] = value->reg64;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_saved_32(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	if (upper_32_bits(value->reg64))
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	return softhv_set_saved(vp, arg, value);
}

static u16 softhv_get_segment(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->segment = softhv_segment_get(softhv_segment(vp, arg));
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_segment(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	return softhv_segment_set(vp, arg, &value->segment);
}

/* IDTR, GDTR */
static struct vmcb_seg *softhv_table(struct softhv_vp *vp, u32 arg)
{
	return arg ? &vp->vmcb->save.gdtr : &vp->vmcb->save.idtr;
}

static u16 softhv_get_table(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->table.limit = softhv_table(vp, arg)->limit;
	value->table.base = softhv_table(vp, arg)->base;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_table(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	softhv_table(vp, arg)->limit = value->table.limit;
	softhv_table(vp, arg)->base = value->table.base;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_msr(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	return softhv_msr_read(vp, arg, &value->reg64) ? MHV_STATUS_INVALID_PARAMETER :
							 MHV_STATUS_SUCCESS;
}

static u16 softhv_set_msr(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	return softhv_msr_write(vp, arg, value->reg64, false) ? MHV_STATUS_INVALID_REGISTER_VALUE :
								MHV_STATUS_SUCCESS;
}

/*
 * The parent suspends a VP, or wakes it up. With softhv's own scheduler the VP runs at once. With
 * the root scheduler the parent is told that the VP is ready if it had found the VP suspended:
 * Linux's driver does not dispatch it again before.
 */
static void softhv_resumed(struct softhv_vp *vp, bool found_suspended)
{
	if ((softhv_sched_is_own() || found_suspended) && !vp->explicit_suspend &&
	    !vp->intercept_suspend && !vp->dispatch_suspend)
		softhv_sched_ready(vp);
}

static u16 softhv_get_dispatch_suspend(struct softhv_vp *vp, u32 arg,
				       union mhv_register_value *value)
{
	value->reg64 = vp->dispatch_suspend ? MHV_SUSPENDED : 0;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_dispatch_suspend(struct softhv_vp *vp, u32 arg,
				       const union mhv_register_value *value)
{
	WRITE_ONCE(vp->dispatch_suspend, value->reg64 & MHV_SUSPENDED);
	softhv_resumed(vp, false);
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_signal_count(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = READ_ONCE(vp->signal_count);
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_explicit_suspend(struct softhv_vp *vp, u32 arg,
				       union mhv_register_value *value)
{
	value->reg64 = vp->explicit_suspend ? MHV_SUSPENDED : 0;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_explicit_suspend(struct softhv_vp *vp, u32 arg,
				       const union mhv_register_value *value)
{
	vp->explicit_suspend = value->reg64 & MHV_SUSPENDED;
	softhv_resumed(vp, !vp->explicit_suspend && vp->found_suspended);
	if (!vp->explicit_suspend)
		vp->found_suspended = false;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_intercept_suspend(struct softhv_vp *vp, u32 arg,
					union mhv_register_value *value)
{
	value->reg64 = vp->intercept_suspend ? MHV_SUSPENDED : 0;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_intercept_suspend(struct softhv_vp *vp, u32 arg,
					const union mhv_register_value *value)
{
	vp->intercept_suspend = value->reg64 & MHV_SUSPENDED;
	if (!vp->intercept_suspend)
		vp->shut_down = false;
	softhv_resumed(vp, false);
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_activity(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	if (vp->lapic.wait_for_sipi)
		value->reg64 |= MHV_ACTIVITY_STARTUP_SUSPEND;
	if (vp->halted)
		value->reg64 |= MHV_ACTIVITY_HALT_SUSPEND;
	if (vp->idle)
		value->reg64 |= MHV_ACTIVITY_IDLE_SUSPEND;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_activity(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	if (value->reg64 & ~(MHV_ACTIVITY_STARTUP_SUSPEND | MHV_ACTIVITY_HALT_SUSPEND |
			     MHV_ACTIVITY_IDLE_SUSPEND))
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	vp->lapic.wait_for_sipi = value->reg64 & MHV_ACTIVITY_STARTUP_SUSPEND;
	vp->halted = value->reg64 & MHV_ACTIVITY_HALT_SUSPEND;
	vp->idle = value->reg64 & MHV_ACTIVITY_IDLE_SUSPEND;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_pending_interruption(struct softhv_vp *vp, u32 arg,
					   union mhv_register_value *value)
{
	value->reg64 = vp->pending_interruption;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_pending_interruption(struct softhv_vp *vp, u32 arg,
					   const union mhv_register_value *value)
{
	if (!softhv_event_ok(value->reg64))
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	vp->pending_interruption = value->reg64 & MHV_PENDING_INTERRUPTION ? value->reg64 : 0;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_interrupt_state(struct softhv_vp *vp, u32 arg,
				      union mhv_register_value *value)
{
	if (vp->vmcb->control.int_state & SVM_INTERRUPT_SHADOW_MASK)
		value->reg64 |= MHV_INTERRUPT_SHADOW;
	if (vp->nmi_masked)
		value->reg64 |= MHV_NMI_MASKED;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_interrupt_state(struct softhv_vp *vp, u32 arg,
				      const union mhv_register_value *value)
{
	struct vmcb_control_area *control = &vp->vmcb->control;

	if (value->reg64 & ~(MHV_INTERRUPT_SHADOW | MHV_NMI_MASKED))
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	control->int_state &= ~SVM_INTERRUPT_SHADOW_MASK;
	if (value->reg64 & MHV_INTERRUPT_SHADOW)
		control->int_state |= SVM_INTERRUPT_SHADOW_MASK;
	vp->nmi_masked = value->reg64 & MHV_NMI_MASKED;
	vp->iret_pending = false;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_pending_event(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg128 = vp->pending_event;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_pending_event(struct softhv_vp *vp, u32 arg,
				    const union mhv_register_value *value)
{
	u64 event = value->reg128.low;

	if ((event & MHV_PENDING_EVENT) && !softhv_event_exception_ok(event))
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	vp->pending_event = (struct mhv_u128){};
	if (event & MHV_PENDING_EVENT)
		vp->pending_event = value->reg128;
	return MHV_STATUS_SUCCESS;
}

/* There is never a second event beside the first: nothing is pending here, and nothing can be. */
static u16 softhv_get_no_event(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_no_event(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	return value->reg128.low & MHV_PENDING_EVENT ? MHV_STATUS_INVALID_REGISTER_VALUE :
						       MHV_STATUS_SUCCESS;
}

/* A register that has no bit which a guest could set */
static u16 softhv_get_nothing(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_nothing(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	return value->reg64 ? MHV_STATUS_INVALID_REGISTER_VALUE : MHV_STATUS_SUCCESS;
}

/* The time in the guest, in units of 100 ns */
static u16 softhv_get_runtime(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = softhv_cycles_to_units(vp->guest_cycles);
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_notifications(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = vp->notifications;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_notifications(struct softhv_vp *vp, u32 arg,
				    const union mhv_register_value *value)
{
	u64 valid = MHV_NOTIFY_NMI | MHV_NOTIFY_INTERRUPT | 0xfULL << MHV_NOTIFY_PRIORITY_SHIFT;

	if (value->reg64 & ~valid)
		return MHV_STATUS_INVALID_REGISTER_VALUE;
	/* Where the APIC is the hypervisor's, so are NMIs. */
	if ((value->reg64 & MHV_NOTIFY_NMI) && softhv_has_lapic(vp))
		return MHV_STATUS_INVALID_PARAMETER;
	vp->notifications = value->reg64;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_index(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = vp->index;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_get_time(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = softhv_reference_time(vp->partition);
	return MHV_STATUS_SUCCESS;
}

/* What guests place by MSRs, too */
static u16 softhv_get_guest_msr(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = softhv_guest_register_get(vp, arg);
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_guest_msr(struct softhv_vp *vp, u32 arg,
				const union mhv_register_value *value)
{
	return softhv_guest_register_set(vp, arg, value->reg64) ?
	       MHV_STATUS_INVALID_REGISTER_VALUE : MHV_STATUS_SUCCESS;
}

static u16 softhv_get_stimer(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = softhv_stimer_read(vp, arg);
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_stimer(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	return softhv_stimer_write(vp, arg, value->reg64) ? MHV_STATUS_SUCCESS :
							   MHV_STATUS_INVALID_REGISTER_VALUE;
}

static u16 softhv_set_tsc(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	softhv_tsc_set(vp, value->reg64);
	return MHV_STATUS_SUCCESS;
}

#define SYNTHETIC(field)	offsetof(struct softhv_guest_synic, field)

/* The guest's SynIC */
static u64 *softhv_synthetic(struct softhv_vp *vp, u32 offset)
{
	return (void *)&vp->synic + offset;
}

static u16 softhv_get_synthetic(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = *softhv_synthetic(vp, arg);
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_synthetic(struct softhv_vp *vp, u32 arg,
				const union mhv_register_value *value)
{
	*softhv_synthetic(vp, arg) = value->reg64;
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_sint(struct softhv_vp *vp, u32 arg, const union mhv_register_value *value)
{
	return softhv_guest_sint_set(vp, (arg - SYNTHETIC(sint)) / sizeof(u64), value->reg64) ?
	       MHV_STATUS_SUCCESS : MHV_STATUS_INVALID_REGISTER_VALUE;
}

static u16 softhv_get_synic_version(struct softhv_vp *vp, u32 arg, union mhv_register_value *value)
{
	value->reg64 = MHV_SYNIC_VERSION;
	return MHV_STATUS_SUCCESS;
}

#define SAVED(field)	offsetof(struct vmcb_save_area, field)
#define RW(name, n, argument, type) \
	{ .first = MHV_REG_##name, .count = n, .arg = argument, \
	  .get = softhv_get_##type, .set = softhv_set_##type }
#define MSRS(name, n, msr, step) \
	{ .first = MHV_REG_##name, .count = n, .arg = msr, .stride = step, \
	  .get = softhv_get_msr, .set = softhv_set_msr }

static const struct softhv_register softhv_registers[] = {
	RW(RAX, MHV_NR_GPRS, 0, gpr),
	{ MHV_REG_RIP, 1, 0, SAVED(rip), softhv_get_saved, softhv_set_rip },
	{ MHV_REG_RFLAGS, 1, 0, SAVED(rflags), softhv_get_saved, softhv_set_rflags },
	RW(ES, 8, 0, segment),
	RW(IDTR, 2, 0, table),
	{ MHV_REG_CR0, 1, 0, SAVED(cr0), softhv_get_saved, softhv_set_cr0 },
	RW(CR2, 1, SAVED(cr2), saved),
	{ MHV_REG_CR3, 1, 0, SAVED(cr3), softhv_get_saved, softhv_set_cr3 },
	{ MHV_REG_CR4, 1, 0, SAVED(cr4), softhv_get_saved, softhv_set_cr4 },
	RW(CR8, 1, 0, cr8),
	RW(XFEM, 1, 0, xfem),
	{ MHV_REG_INTERMEDIATE_CR0, 1, 0, SAVED(cr0), softhv_get_saved, softhv_set_cr0 },
	{ MHV_REG_INTERMEDIATE_CR3, 1, 0, SAVED(cr3), softhv_get_saved, softhv_set_cr3 },
	{ MHV_REG_INTERMEDIATE_CR4, 1, 0, SAVED(cr4), softhv_get_saved, softhv_set_cr4 },
	RW(INTERMEDIATE_CR8, 1, 0, cr8),
	RW(EFER, 1, 0, efer),
	RW(DR0, SOFTHV_NR_DRS, 0, dr),
	{ MHV_REG_DR6, 1, 0, SAVED(dr6), softhv_get_saved, softhv_set_saved_32 },
	{ MHV_REG_DR7, 1, 0, SAVED(dr7), softhv_get_saved, softhv_set_saved_32 },
	RW(XMM0, 16, 0, xmm),
	RW(FP_MMX0, 8, 0, mmx),
	RW(FP_CONTROL_STATUS, 1, 0, fp_control),
	RW(XMM_CONTROL_STATUS, 1, 0, xmm_control),

	RW(EXPLICIT_SUSPEND, 1, 0, explicit_suspend),
	RW(INTERCEPT_SUSPEND, 1, 0, intercept_suspend),
	RW(DISPATCH_SUSPEND, 1, 0, dispatch_suspend),
	{ MHV_REG_VP_ROOT_SIGNAL_COUNT, 1, 0, 0, softhv_get_signal_count },
	RW(INTERNAL_ACTIVITY_STATE, 1, 0, activity),
	RW(PENDING_INTERRUPTION, 1, 0, pending_interruption),
	RW(INTERRUPT_STATE, 1, 0, interrupt_state),
	RW(PENDING_EVENT0, 1, 0, pending_event),
	RW(PENDING_EVENT1, 1, 0, no_event),
	RW(DELIVERABILITY_NOTIFICATIONS, 1, 0, notifications),
	{ MHV_REG_VP_INDEX, 1, 0, 0, softhv_get_index },
	{ MHV_REG_INITIAL_APIC_ID, 1, 0, 0, softhv_get_index },
	{ MHV_REG_VP_RUNTIME, 1, 0, 0, softhv_get_runtime },
	{ MHV_REG_TIME_REF_COUNT, 1, 0, 0, softhv_get_time },

	RW(HYPERCALL, 1, MHV_MSR_HYPERCALL, guest_msr),
	RW(GUEST_OS_ID, 1, MHV_MSR_GUEST_OS_ID, guest_msr),
	RW(REFERENCE_TSC, 1, MHV_MSR_REFERENCE_TSC, guest_msr),
	RW(VP_ASSIST_PAGE, 1, MHV_MSR_VP_ASSIST_PAGE, guest_msr),
	{ MHV_REG_SINT0, MHV_NR_SINTS, sizeof(u64), SYNTHETIC(sint), softhv_get_synthetic,
	  softhv_set_sint },
	RW(SCONTROL, 1, SYNTHETIC(scontrol), synthetic),
	{ MHV_REG_SVERSION, 1, 0, 0, softhv_get_synic_version },
	RW(STIMER0_CONFIG, 2 * MHV_NR_STIMERS, MHV_MSR_STIMER0_CONFIG, stimer),
	RW(SIEFP, 1, MHV_MSR_SIEFP, guest_msr),
	RW(SIMP, 1, MHV_MSR_SIMP, guest_msr),
	RW(EOM, 1, 0, nothing),

	{ MHV_REG_TSC, 1, 0, MSR_IA32_TSC, softhv_get_msr, softhv_set_tsc },
	MSRS(KERNEL_GS_BASE, 1, MSR_KERNEL_GS_BASE, 0),
	MSRS(APIC_BASE, 1, MSR_IA32_APICBASE, 0),
	MSRS(PAT, 1, MSR_IA32_CR_PAT, 0),
	MSRS(SYSENTER_CS, 1, MSR_IA32_SYSENTER_CS, 0),
	MSRS(SYSENTER_EIP, 1, MSR_IA32_SYSENTER_EIP, 0),
	MSRS(SYSENTER_ESP, 1, MSR_IA32_SYSENTER_ESP, 0),
	MSRS(STAR, 1, MSR_STAR, 0),
	MSRS(LSTAR, 1, MSR_LSTAR, 0),
	MSRS(CSTAR, 1, MSR_CSTAR, 0),
	MSRS(SFMASK, 1, MSR_SYSCALL_MASK, 0),
	MSRS(TSC_AUX, 1, MSR_TSC_AUX, 0),
	MSRS(TSC_ADJUST, 1, MSR_IA32_TSC_ADJUST, 0),
	MSRS(MSR_IA32_MISC_ENABLE, 1, MSR_IA32_MISC_ENABLE, 0),
	MSRS(DEBUG_CTL, 1, MSR_IA32_DEBUGCTLMSR, 0),
	RW(SPEC_CTRL, 1, 0, nothing),
	{ MHV_REG_MSR_MTRR_CAP, 1, 0, MSR_MTRRcap, softhv_get_msr },
	MSRS(MSR_MTRR_DEF_TYPE, 1, MSR_MTRRdefType, 0),
	MSRS(MSR_MTRR_PHYS_BASE0, SOFTHV_NR_MTRR_RANGES, MSR_MTRR_RANGE_BASE, 2),
	MSRS(MSR_MTRR_PHYS_MASK0, SOFTHV_NR_MTRR_RANGES, MSR_MTRR_RANGE_BASE + 1, 2),
	MSRS(MSR_MTRR_FIX64K00000, 1, MSR_MTRRfix64K_00000, 0),
	MSRS(MSR_MTRR_FIX16K80000, 2, MSR_MTRRfix16K_80000, 1),
	MSRS(MSR_MTRR_FIX4KC0000, 8, MSR_MTRRfix4K_C0000, 1),
};

static const struct softhv_register *softhv_find_register(u32 name, u32 *arg)
{
	const struct softhv_register *reg;
	u32 i, position;

	for (i = 0; i < ARRAY_SIZE(softhv_registers); i++) {
		reg = &softhv_registers[i];
		position = name - reg->first;
		if (position < reg->count) {
			*arg = reg->arg + position * (reg->stride ?: 1);
			return reg;
		}
	}
	return NULL;
}

/**
 * softhv_get_vp_registers() - HVCALL_GET_VP_REGISTERS
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_get_vp_registers(struct softhv_args *args)
{
	const struct mhv_input_get_vp_registers *in = args->in;
	union mhv_register_value *values = args->out;
	const struct softhv_register *reg;
	const u32 *names = args->in_list;
	struct softhv_vp *vp;
	u16 status;
	u32 arg;

	status = softhv_vp_get_locked(in->partition_id, in->vp_index, in->input_vtl, &vp);
	if (status)
		return status;

	softhv_register_page_load(vp);
	while (!status && args->done < args->reps) {
		union mhv_register_value value = {};

		reg = softhv_find_register(READ_ONCE(names[args->done]), &arg);
		status = reg ? reg->get(vp, arg, &value) : MHV_STATUS_INVALID_PARAMETER;
		if (!status)
			values[args->done++] = value;
	}
	softhv_vp_unlock(vp);
	return status;
}

/**
 * softhv_set_vp_registers() - HVCALL_SET_VP_REGISTERS
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_set_vp_registers(struct softhv_args *args)
{
	const struct mhv_input_set_vp_registers *in = args->in;
	const struct mhv_register_assoc *elements = args->in_list;
	const struct softhv_register *reg;
	struct softhv_vp *vp;
	u16 status;
	u32 arg;

	status = softhv_vp_get_locked(in->partition_id, in->vp_index, in->input_vtl, &vp);
	if (status)
		return status;

	softhv_register_page_load(vp);
	while (!status && args->done < args->reps) {
		struct mhv_register_assoc element = elements[args->done];

		reg = softhv_find_register(element.name, &arg);
		if (!reg)
			status = MHV_STATUS_INVALID_PARAMETER;
		else if (!reg->set)
			status = MHV_STATUS_ACCESS_DENIED;
		else
			status = reg->set(vp, arg, &element.value);
		if (!status)
			args->done++;
	}
	softhv_register_page_store(vp);
	softhv_vp_unlock(vp);
	/* A blocked VP may have got the event that it waits for. */
	softhv_vp_kick(vp);
	return status;
}
