// SPDX-License-Identifier: GPL-2.0
/*
 * What softhv does about an exit: answers it itself and goes on in the guest, or makes a message
 * for the parent of it. VP locked, interrupts disabled; nothing here enters the guest.
 */
#include <linux/bitfield.h>
#include <asm/page_types.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>
#include <uapi/asm/debugreg.h>

#include "softhv/hv/counters.h"

#define NPF_WRITE		BIT_ULL(1)
#define NPF_FETCH		BIT_ULL(4)
#define NPF_GUEST_TABLE		BIT_ULL(33)

#define IOIO_PORT		GENMASK_ULL(31, 16)
#define IOIO_SIZE		GENMASK_ULL(6, 4)

#define EXCEPTIONS_WITH_ERROR	(BIT(X86_TRAP_DF) | BIT(X86_TRAP_TS) | BIT(X86_TRAP_NP) | \
				 BIT(X86_TRAP_SS) | BIT(X86_TRAP_GP) | BIT(X86_TRAP_PF) | \
				 BIT(X86_TRAP_AC))

/**
 * softhv_skip() - go on after the instruction that exited
 * @vp: locked
 * @length: of the instruction
 */
void softhv_skip(struct softhv_vp *vp, u8 length)
{
	struct vmcb *vmcb = vp->vmcb;
	bool wide = (vmcb->save.efer & EFER_LMA) && (vmcb->save.cs.attrib & SVM_SELECTOR_L_MASK);

	vmcb->save.rip += length;
	if (!wide)
		vmcb->save.rip = lower_32_bits(vmcb->save.rip);
	vmcb->control.int_state &= ~SVM_INTERRUPT_SHADOW_MASK;
	vp->stepped = vmcb->save.rflags & X86_EFLAGS_TF;
}

static enum softhv_next softhv_fault(struct softhv_vp *vp, u8 vector)
{
	softhv_event_exception(vp, vector, BIT(vector) & EXCEPTIONS_WITH_ERROR, 0);
	return SOFTHV_REENTER;
}

static enum softhv_next softhv_unsupported(struct softhv_vp *vp, u32 feature, u64 parameter)
{
	struct mhv_unsupported_feature *message;

	message = softhv_message(vp, MHV_MSG_UNSUPPORTED_FEATURE, sizeof(*message));
	message->vp_index = vp->index;
	message->feature = feature;
	message->parameter = parameter;
	return SOFTHV_INTERCEPT;
}

static noinline void softhv_add_string(struct softhv_vp *vp, struct mhv_io_port_intercept *message)
{
	/* Its prefixes may name another segment than DS. */
	message->access_info |= MHV_IO_STRING;
	message->insn_byte_count = softhv_fetch(vp, message->insn_bytes, SOFTHV_MAX_INSN);
}

static enum softhv_next softhv_exit_io(struct softhv_vp *vp)
{
	struct mhv_io_port_intercept *message;
	struct vmcb *vmcb = vp->vmcb;
	u64 info = vmcb->control.exit_info_1;
	u8 length = vmcb->control.exit_info_2 - vmcb->save.rip;
	u8 access = info & SVM_IOIO_TYPE_MASK ? MHV_ACCESS_READ : MHV_ACCESS_WRITE;
	u8 size = FIELD_GET(IOIO_SIZE, info);
	u8 rep = info & SVM_IOIO_REP_MASK ? MHV_IO_REP : 0;

	softhv_count(&vp->stats, SOFTHV_VpIoInstructionsCount);
	message = softhv_intercept_io(vp, length, access, FIELD_GET(IOIO_PORT, info), size | rep);
	if (unlikely(info & SVM_IOIO_STR_MASK))
		softhv_add_string(vp, message);
	return SOFTHV_INTERCEPT;
}

/* After what a guest did to its APIC: is there something that the parent wants to know? */
static enum softhv_next softhv_after_lapic(struct softhv_vp *vp)
{
	struct mhv_apic_eoi *message;

	if (vp->lapic.eoi < 0)
		return SOFTHV_REENTER;
	message = softhv_message(vp, MHV_MSG_X64_APIC_EOI, sizeof(*message));
	message->vp_index = vp->index;
	message->interrupt_vector = vp->lapic.eoi;
	vp->lapic.eoi = -1;
	return SOFTHV_INTERCEPT;
}

static enum softhv_next softhv_msr_message(struct softhv_vp *vp, u32 msr, u8 access)
{
	struct mhv_msr_intercept *message;

	message = softhv_intercept(vp, MHV_MSG_X64_MSR_INTERCEPT, sizeof(*message), 2, access);
	message->msr = msr;
	message->rdx = vp->gpr[MHV_RDX];
	message->rax = vp->gpr[MHV_RAX];
	return SOFTHV_INTERCEPT;
}

static enum softhv_next softhv_exit_shutdown(struct softhv_vp *vp)
{
	vp->shut_down = true;
	vp->pending_interruption = 0;
	vp->held_interruption = 0;
	softhv_intercept(vp, MHV_MSG_UNRECOVERABLE_EXCEPTION, sizeof(struct mhv_intercept_header),
			 0, MHV_ACCESS_READ);
	return SOFTHV_INTERCEPT;
}

static enum softhv_next softhv_exit_msr(struct softhv_vp *vp)
{
	struct softhv_partition *partition = vp->partition;
	u64 action = READ_ONCE(partition->properties[SOFTHV_PROP_UNIMPLEMENTED_MSR_ACTION]);
	bool write = vp->vmcb->control.exit_info_1;
	u8 access = write ? MHV_ACCESS_WRITE : MHV_ACCESS_READ;
	u8 mask = write ? MHV_INTERCEPT_ACCESS_WRITE : MHV_INTERCEPT_ACCESS_READ;
	u64 value = lower_32_bits(vp->gpr[MHV_RAX]) | vp->gpr[MHV_RDX] << 32;
	u32 msr = vp->gpr[MHV_RCX];
	enum softhv_msr_result result;

	if (softhv_msr_listed(partition, msr, mask))
		return softhv_msr_message(vp, msr, access);

	if (write && msr == MSR_IA32_APICBASE && !softhv_lapic_base_ok(vp, value, true))
		return softhv_fault(vp, X86_TRAP_GP);
	result = write ? softhv_msr_write(vp, msr, value, true) : softhv_msr_read(vp, msr, &value);
	if (result == SOFTHV_MSR_UNKNOWN) {
		if (READ_ONCE(partition->msr_intercepts) & mask)
			return softhv_msr_message(vp, msr, access);
		softhv_msr_result(vp, msr, mask, &action);
		if (action == MHV_UNIMPLEMENTED_MSR_FAULT)
			return softhv_fault(vp, X86_TRAP_GP);
		value = 0;
	} else if (result == SOFTHV_MSR_BAD_VALUE) {
		return softhv_fault(vp, X86_TRAP_GP);
	} else if (result == SOFTHV_MSR_RESET) {
		/* What a parent resets its guests for */
		return softhv_exit_shutdown(vp);
	}

	if (!write) {
		vp->gpr[MHV_RAX] = lower_32_bits(value);
		vp->gpr[MHV_RDX] = upper_32_bits(value);
	}
	softhv_skip(vp, 2);
	return softhv_after_lapic(vp);
}

static enum softhv_next softhv_exit_cpuid(struct softhv_vp *vp)
{
	u32 leaf = vp->gpr[MHV_RAX];
	struct mhv_cpuid_intercept *message;
	struct softhv_cpuid value;
	bool always;

	always = softhv_cpuid_result(vp, leaf, vp->gpr[MHV_RCX], &value);
	if (always || !softhv_leaf_intercepted(vp->partition, leaf)) {
		vp->gpr[MHV_RAX] = value.eax;
		vp->gpr[MHV_RBX] = value.ebx;
		vp->gpr[MHV_RCX] = value.ecx;
		vp->gpr[MHV_RDX] = value.edx;
		softhv_skip(vp, 2);
		return SOFTHV_REENTER;
	}

	message = softhv_intercept(vp, MHV_MSG_X64_CPUID_INTERCEPT, sizeof(*message), 2,
				   MHV_ACCESS_EXECUTE);
	message->rax = vp->gpr[MHV_RAX];
	message->rcx = vp->gpr[MHV_RCX];
	message->rdx = vp->gpr[MHV_RDX];
	message->rbx = vp->gpr[MHV_RBX];
	message->default_rax = value.eax;
	message->default_rcx = value.ecx;
	message->default_rdx = value.edx;
	message->default_rbx = value.ebx;
	return SOFTHV_INTERCEPT;
}

static enum softhv_next softhv_exit_halt(struct softhv_vp *vp)
{
	if (softhv_has_lapic(vp)) {
		softhv_skip(vp, 1);
		vp->halted = true;
		return SOFTHV_REENTER;
	}
	softhv_intercept(vp, MHV_MSG_X64_HALT, sizeof(struct mhv_intercept_header), 1,
			 MHV_ACCESS_EXECUTE);
	return SOFTHV_INTERCEPT;
}

/* The linear address of a fetch that faulted: that of the instruction or of its end. */
static bool softhv_fetch_gva(struct softhv_vp *vp, u64 gpa, u64 *gva)
{
	u64 page, rip = softhv_linear_rip(vp);

	*gva = rip;
	if (softhv_gva_to_gpa(vp, *gva, &page) && PHYS_PFN(page) == PHYS_PFN(gpa))
		return true;
	*gva = (rip & PAGE_MASK) + PAGE_SIZE;
	return *gva - rip < SOFTHV_MAX_INSN && softhv_gva_to_gpa(vp, *gva, &page) &&
	       PHYS_PFN(page) == PHYS_PFN(gpa);
}

static struct mhv_memory_intercept *softhv_memory_message(struct softhv_vp *vp, u32 type, u64 gpa,
							  u8 access)
{
	struct mhv_memory_intercept *message;

	message = softhv_intercept(vp, type, sizeof(*message), 0, access);
	message->cache_type = MHV_CACHE_TYPE_WRITE_BACK;
	message->tpr_priority = vp->vmcb->control.int_ctl & V_TPR_MASK;
	message->gpa = gpa;
	message->insn_byte_count = softhv_fetch(vp, message->insn_bytes,
						sizeof(message->insn_bytes));
	return message;
}

static enum softhv_next softhv_exit_hypercall(struct softhv_vp *vp)
{
	struct mhv_hypercall_intercept *message;
	enum softhv_next next;
	u64 missing;

	if (!READ_ONCE(vp->partition->hypercall_intercept) && softhv_guest_hypercall_ok(vp)) {
		next = softhv_guest_hypercall(vp, &missing);
		if (next == SOFTHV_INTERCEPT)
			softhv_memory_message(vp, MHV_MSG_GPA_INTERCEPT, missing, MHV_ACCESS_READ);
		return next;
	}
	if (!READ_ONCE(vp->partition->hypercall_intercept) || vp->vmcb->save.cpl)
		return softhv_fault(vp, X86_TRAP_UD);

	message = softhv_intercept(vp, MHV_MSG_HYPERCALL_INTERCEPT,
				   offsetof(struct mhv_hypercall_intercept, pad), 3,
				   MHV_ACCESS_EXECUTE);
	message->rax = vp->gpr[MHV_RAX];
	message->rbx = vp->gpr[MHV_RBX];
	message->rcx = vp->gpr[MHV_RCX];
	message->rdx = vp->gpr[MHV_RDX];
	message->r8 = vp->gpr[MHV_R8];
	message->rsi = vp->gpr[MHV_RSI];
	message->rdi = vp->gpr[MHV_RDI];
	memcpy(message->xmm, vp->fpu->xmm_space, sizeof(message->xmm));
	return SOFTHV_INTERCEPT;
}

static enum softhv_next softhv_exit_npf(struct softhv_vp *vp)
{
	struct vmcb_control_area *control = &vp->vmcb->control;
	struct softhv_partition *partition = vp->partition;
	u64 info = control->exit_info_1;
	u64 gpa = control->exit_info_2;
	struct mhv_memory_intercept *message;
	enum softhv_npt_access result;
	u8 access = MHV_ACCESS_READ;
	bool overlay;

	/* The walk of the guest's tables for a fetch is no fetch from them. */
	if ((info & NPF_FETCH) && !(info & NPF_GUEST_TABLE))
		access = MHV_ACCESS_EXECUTE;
	else if (info & NPF_WRITE)
		access = MHV_ACCESS_WRITE;

	/* For a walk of the guest's tables there is no memory; it does not use the APIC. */
	if (softhv_has_lapic(vp) && access != MHV_ACCESS_EXECUTE && !(info & NPF_GUEST_TABLE) &&
	    (gpa & PAGE_MASK) == SOFTHV_APIC_BASE && softhv_lapic_mmio(vp, gpa))
		return softhv_after_lapic(vp);

	spin_lock(&partition->lock);
	result = softhv_npt_access(partition, gpa, access);
	overlay = softhv_npt_is_overlay(partition, gpa);
	spin_unlock(&partition->lock);
	if (result == SOFTHV_NPT_DENIED && overlay)
		return softhv_fault(vp, X86_TRAP_GP);
	if (result == SOFTHV_NPT_ALLOWED) {
		/* Mapped meanwhile. A TLB that kept the refusal has to forget it. */
		WRITE_ONCE(vp->flush, true);
		return SOFTHV_REENTER;
	}

	if (result == SOFTHV_NPT_UNMAPPED && access == MHV_ACCESS_WRITE &&
	    !(info & NPF_GUEST_TABLE) && softhv_doorbell(vp, gpa))
		return SOFTHV_REENTER;

	message = softhv_memory_message(vp, result == SOFTHV_NPT_UNMAPPED ? MHV_MSG_UNMAPPED_GPA :
					MHV_MSG_GPA_INTERCEPT, gpa, access);
	if (access == MHV_ACCESS_EXECUTE && softhv_fetch_gva(vp, gpa, &message->gva))
		message->access_info = MHV_MEMORY_GVA_VALID | MHV_MEMORY_GVA_GPA_VALID;
	return SOFTHV_INTERCEPT;
}

static enum softhv_next softhv_exception_message(struct softhv_vp *vp, u8 vector)
{
	bool software = vector == X86_TRAP_BP || vector == X86_TRAP_OF;
	struct vmcb *vmcb = vp->vmcb;
	struct mhv_exception_intercept *message;

	message = softhv_intercept(vp, MHV_MSG_X64_EXCEPTION_INTERCEPT, sizeof(*message),
				   software ? 1 : 0, MHV_ACCESS_EXECUTE);
	message->vector = vector;
	if (BIT(vector) & EXCEPTIONS_WITH_ERROR) {
		message->info |= MHV_EXCEPTION_ERROR_CODE_VALID;
		message->error_code = vmcb->control.exit_info_1;
	}
	if (software)
		message->info |= MHV_EXCEPTION_SOFTWARE;
	if (vector == X86_TRAP_PF)
		message->parameter = vmcb->control.exit_info_2;
	if (vector == X86_TRAP_DB)
		message->parameter = vmcb->save.dr6;
	message->insn_byte_count = softhv_fetch(vp, message->insn_bytes,
						sizeof(message->insn_bytes));
	/* Its instruction has ended, or begins anew. */
	vp->left.open = false;
	message->ds = softhv_segment_get(&vmcb->save.ds);
	message->ss = softhv_segment_get(&vmcb->save.ss);
	memcpy(message->gpr, vp->gpr, sizeof(message->gpr));
	return SOFTHV_INTERCEPT;
}

/**
 * softhv_step_done() - raise the debug exception behind an instruction that was begun with TF set
 * @vp: locked, about to enter its guest, with @stepped set
 *
 * Return: true if the exception is the parent's: there is a message.
 */
bool softhv_step_done(struct softhv_vp *vp)
{
	vp->stepped = false;
	/* An exception that the parent raises belongs to an instruction that has not ended. */
	if (vp->pending_event.low || !softhv_event_hold(vp))
		return false;
	vp->vmcb->save.dr6 |= DR_STEP;
	if (READ_ONCE(vp->partition->exception_intercepts) & BIT(X86_TRAP_DB)) {
		vp->halted = false;
		vp->idle = false;
		softhv_exception_message(vp, X86_TRAP_DB);
		return true;
	}
	softhv_event_exception(vp, X86_TRAP_DB, false, 0);
	return false;
}

static enum softhv_next softhv_exit_exception(struct softhv_vp *vp, u8 vector)
{
	if (vector == X86_TRAP_MC) {
		/* It is the host's, and #VMEXIT has swallowed it. */
		asm volatile("int $0x12");
		return SOFTHV_YIELD;
	}
	if (vector == X86_TRAP_DB && vp->nmi_step) {
		/* The guest is past what an NMI waits for, and has not asked for this one. */
		vp->vmcb->save.dr6 &= ~DR_STEP;
		return SOFTHV_REENTER;
	}
	if (READ_ONCE(vp->partition->exception_intercepts) & BIT(vector))
		return softhv_exception_message(vp, vector);
	/*
	 * #DB and #AC exit because a guest can make the CPU deliver them again and again without
	 * ever being interruptible. Delivering the exception may end in the same exit before the
	 * CPU looks at interrupts, so the host has to get its own in between. Others are faults of
	 * an IRET.
	 */
	if (vector == X86_TRAP_PF)
		vp->vmcb->save.cr2 = vp->vmcb->control.exit_info_2;
	/* It may have come up while an interrupt was delivered, which must not be lost. */
	softhv_event_hold(vp);
	softhv_event_exception(vp, vector, BIT(vector) & EXCEPTIONS_WITH_ERROR,
			       vp->vmcb->control.exit_info_1);
	return SOFTHV_YIELD;
}

/* INT n goes on as it was; INT3 and INTO may be exceptions that the parent wants. */
static enum softhv_next softhv_exit_software_interrupt(struct softhv_vp *vp)
{
	u32 exceptions = READ_ONCE(vp->partition->exception_intercepts);
	u8 bytes[2] = {}, vector, length = 1;

	softhv_fetch(vp, bytes, sizeof(bytes));
	switch (bytes[0]) {
	case 0xcc:
		vector = X86_TRAP_BP;
		break;
	case 0xce:
		vector = X86_TRAP_OF;
		break;
	case 0xcd:
		vector = bytes[1];
		length = 2;
		break;
	default:
		return softhv_unsupported(vp, MHV_UNSUPPORTED_INTERCEPT, SVM_EXIT_SWINT);
	}
	if (length == 1 && (exceptions & BIT(vector)))
		return softhv_exception_message(vp, vector);
	softhv_event_software(vp, vector, length);
	return SOFTHV_REENTER;
}

/*
 * Decode a MOV to CR4 or CR8, of which the exit has told that it is one. Returns the register that
 * it moves, or one that does not exist.
 */
static u8 softhv_decode_mov_cr(struct softhv_vp *vp, u8 *length)
{
	bool wide = (vp->vmcb->save.efer & EFER_LMA) &&
		    (vp->vmcb->save.cs.attrib & SVM_SELECTOR_L_MASK);
	u8 bytes[SOFTHV_MAX_INSN], size, rex = 0, i;

	size = softhv_fetch(vp, bytes, sizeof(bytes));
	for (i = 0; i < size; i++) {
		switch (bytes[i]) {
		case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65: case 0x66:
		case 0x67: case 0xf0: case 0xf2: case 0xf3:
			rex = 0;
			continue;
		}
		if (!wide || (bytes[i] & 0xf0) != 0x40)
			break;
		rex = bytes[i];
	}
	if (i + 3 > size || bytes[i] != 0x0f || bytes[i + 1] != 0x22)
		return MHV_NR_GPRS;
	*length = i + 3;
	return (bytes[i + 2] & 7) | (rex & 1) << 3;
}

/*
 * Guests do not write CR4 themselves, so that they cannot set what the host does not switch: with
 * OSXSAVE, XSETBV would be theirs, and it is the host's XCR0 that it sets.
 */
static enum softhv_next softhv_exit_cr4(struct softhv_vp *vp)
{
	struct vmcb_save_area *save = &vp->vmcb->save;
	u8 reg, length = 0;
	u64 value;

	reg = softhv_decode_mov_cr(vp, &length);
	if (reg >= MHV_NR_GPRS)
		return softhv_unsupported(vp, MHV_UNSUPPORTED_INTERCEPT, SVM_EXIT_WRITE_CR4);
	value = vp->gpr[reg];
	if (!(save->efer & EFER_LMA) || !(save->cs.attrib & SVM_SELECTOR_L_MASK))
		value = lower_32_bits(value);

	if ((value & ~softhv_caps.cr4) || ((save->efer & EFER_LMA) && !(value & X86_CR4_PAE)))
		return softhv_fault(vp, X86_TRAP_GP);
	/* What it changes about paging shall hold at once. */
	WRITE_ONCE(vp->flush, true);
	save->cr4 = value;
	softhv_efer_settle(vp);
	softhv_skip(vp, length);
	return SOFTHV_REENTER;
}

/*
 * Writes to CR0 exit only while EFER.LME is set without PAE and kept from the hardware, which would
 * therefore take PG where a processor raises #GP; see softhv_efer_settle().
 */
static enum softhv_next softhv_exit_cr0(struct softhv_vp *vp)
{
	struct vmcb_save_area *save = &vp->vmcb->save;
	u8 bytes[2] = {}, reg, length = 0;
	u64 value;

	reg = softhv_decode_mov_cr(vp, &length);
	if (reg < MHV_NR_GPRS) {
		value = lower_32_bits(vp->gpr[reg]) | X86_CR0_ET;
	} else if (softhv_fetch(vp, bytes, sizeof(bytes)) == sizeof(bytes) && bytes[0] == 0x0f &&
		   bytes[1] == 0x06) {
		value = save->cr0 & ~(u64)X86_CR0_TS;	/* CLTS */
		length = sizeof(bytes);
	} else {
		return softhv_unsupported(vp, MHV_UNSUPPORTED_INTERCEPT, SVM_EXIT_WRITE_CR0);
	}
	if ((value & X86_CR0_PG) || ((value & X86_CR0_NW) && !(value & X86_CR0_CD)))
		return softhv_fault(vp, X86_TRAP_GP);
	save->cr0 = value;
	if (!(value & X86_CR0_PE))
		save->cpl = 0;
	WRITE_ONCE(vp->flush, true);
	softhv_skip(vp, length);
	return SOFTHV_REENTER;
}

/* Only while an interrupt waits for the guest to lower it. */
static enum softhv_next softhv_exit_cr8(struct softhv_vp *vp)
{
	u8 reg, length = 0;

	reg = softhv_decode_mov_cr(vp, &length);
	if (reg >= MHV_NR_GPRS)
		return softhv_unsupported(vp, MHV_UNSUPPORTED_INTERCEPT, SVM_EXIT_WRITE_CR8);
	if (vp->gpr[reg] & ~(u64)V_TPR_MASK)
		return softhv_fault(vp, X86_TRAP_GP);
	softhv_lapic_set_tpr(vp, vp->gpr[reg] << 4);
	softhv_skip(vp, length);
	return SOFTHV_REENTER;
}

static enum softhv_next softhv_exit_iret(struct softhv_vp *vp)
{
	/* Before it has run, an NMI would use the stack that the IRET is to free. */
	vp->iret_pending = true;
	vp->iret_rip = vp->vmcb->save.rip;
	return SOFTHV_REENTER;
}

static enum softhv_next softhv_exit_error(struct softhv_vp *vp)
{
	struct mhv_invalid_vp_register *message;

	/* What VMRUN refuses it may have half replaced by the host's: nobody shall see that. */
	softhv_vp_rebuild(vp);
	message = softhv_message(vp, MHV_MSG_INVALID_VP_REGISTER_VALUE, sizeof(*message));
	message->vp_index = vp->index;
	return SOFTHV_INTERCEPT;
}

/* Any exit but those for ports */
static noinline enum softhv_next softhv_handle_other_exit(struct softhv_vp *vp, u32 code)
{
	softhv_stats_exit(vp);
	switch (code) {
	case SVM_EXIT_INTR:
	case SVM_EXIT_NMI:
	case SVM_EXIT_SMI:
	case SVM_EXIT_INIT:
	case SVM_EXIT_FERR_FREEZE:
		return SOFTHV_YIELD;
	case SVM_EXIT_VINTR:
		/* The window that was asked for is open; softhv_event_window() says so. */
		return SOFTHV_REENTER;
	case SVM_EXIT_MSR:
		return softhv_exit_msr(vp);
	case SVM_EXIT_CPUID:
		return softhv_exit_cpuid(vp);
	case SVM_EXIT_HLT:
		return softhv_exit_halt(vp);
	case SVM_EXIT_VMMCALL:
		return softhv_exit_hypercall(vp);
	case SVM_EXIT_NPF:
		return softhv_exit_npf(vp);
	case SVM_EXIT_SHUTDOWN:
		return softhv_exit_shutdown(vp);
	case SVM_EXIT_WRITE_CR0:
		return softhv_exit_cr0(vp);
	case SVM_EXIT_WRITE_CR4:
		return softhv_exit_cr4(vp);
	case SVM_EXIT_WRITE_CR8:
		return softhv_exit_cr8(vp);
	case SVM_EXIT_READ_DR0 ... SVM_EXIT_READ_DR0 + 15:
	case SVM_EXIT_WRITE_DR0 ... SVM_EXIT_WRITE_DR0 + 15:
		vp->guest_drs = true;
		return SOFTHV_REENTER;
	case SVM_EXIT_IRET:
		return softhv_exit_iret(vp);
	case SVM_EXIT_EXCP_BASE ... SVM_EXIT_EXCP_BASE + 31:
		return softhv_exit_exception(vp, code - SVM_EXIT_EXCP_BASE);
	case SVM_EXIT_SWINT:
		return softhv_exit_software_interrupt(vp);
	case SVM_EXIT_INVD:
	case SVM_EXIT_WBINVD:
		softhv_skip(vp, 2);
		return SOFTHV_REENTER;
	case SVM_EXIT_RDPMC:
		return softhv_fault(vp, X86_TRAP_GP);
	case SVM_EXIT_RSM:
	case SVM_EXIT_VMRUN:
	case SVM_EXIT_VMLOAD:
	case SVM_EXIT_VMSAVE:
	case SVM_EXIT_STGI:
	case SVM_EXIT_CLGI:
	case SVM_EXIT_SKINIT:
	case SVM_EXIT_INVLPGA:
	case SVM_EXIT_RDTSCP:
	case SVM_EXIT_MONITOR:
	case SVM_EXIT_MWAIT:
	case SVM_EXIT_MWAIT_COND:
	case SVM_EXIT_XSETBV:
	case SVM_EXIT_RDPRU:
	case SVM_EXIT_INVPCID:
		/* CPUID hides them. */
		return softhv_fault(vp, X86_TRAP_UD);
	case SVM_EXIT_TASK_SWITCH:
		return softhv_unsupported(vp, MHV_UNSUPPORTED_TASK_SWITCH,
					  (u16)vp->vmcb->control.exit_info_1);
	case (u32)SVM_EXIT_ERR:
		return softhv_exit_error(vp);
	}
	return softhv_unsupported(vp, MHV_UNSUPPORTED_INTERCEPT, code);
}

/**
 * softhv_handle_exit() - decide what an exit means
 * @vp: locked, just out of its guest
 *
 * Return: what to do next.
 */
enum softhv_next softhv_handle_exit(struct softhv_vp *vp)
{
	u32 code = vp->vmcb->control.exit_code;

	return code == SVM_EXIT_IOIO ? softhv_exit_io(vp) : softhv_handle_other_exit(vp, code);
}
