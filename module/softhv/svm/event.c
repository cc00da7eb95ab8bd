// SPDX-License-Identifier: GPL-2.0
/*
 * Events on their way into a guest: what the parent asks for by PENDING_INTERRUPTION and
 * PENDING_EVENT0, exceptions that softhv itself raises, and what an exit caught halfway. All of
 * them meet in softhv_vp.pending_interruption, in the form that the register of that name has. VP
 * locked.
 */
#include <linux/bitfield.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "softhv/softhv.h"

#define DR_GD		BIT(13)		/* of DR7 */

#define PENDING_VECTOR	GENMASK_ULL(31, 16)
#define PENDING_ERROR	GENMASK_ULL(63, 32)

/* VMRUN refuses exceptions with other vectors, and NMI's. */
#define LAST_EXCEPTION	30

static u64 softhv_pending(u64 type, u8 vector, bool has_error, u32 error)
{
	u64 event = MHV_PENDING_INTERRUPTION | type << MHV_PENDING_TYPE_SHIFT;

	event |= FIELD_PREP(PENDING_VECTOR, vector);
	if (has_error)
		event |= MHV_PENDING_DELIVER_ERROR_CODE | FIELD_PREP(PENDING_ERROR, error);
	return event;
}

static u64 softhv_pending_type(u64 event)
{
	return (event & MHV_PENDING_TYPE_MASK) >> MHV_PENDING_TYPE_SHIFT;
}

/**
 * softhv_event_ok() - can this event be delivered at all
 * @event: a value for PENDING_INTERRUPTION
 */
bool softhv_event_ok(u64 event)
{
	u64 vector = FIELD_GET(PENDING_VECTOR, event);

	if (!(event & MHV_PENDING_INTERRUPTION))
		return true;
	switch (softhv_pending_type(event)) {
	case MHV_PENDING_TYPE_INTERRUPT:
		return vector <= 0xff && !(event & MHV_PENDING_DELIVER_ERROR_CODE);
	case MHV_PENDING_TYPE_NMI:
		return !(event & MHV_PENDING_DELIVER_ERROR_CODE);
	case MHV_PENDING_TYPE_EXCEPTION:
		return vector <= LAST_EXCEPTION && vector != X86_TRAP_NMI;
	case MHV_PENDING_TYPE_SOFTWARE:
		return vector <= 0xff && !(event & MHV_PENDING_DELIVER_ERROR_CODE) &&
		       (event & MHV_PENDING_LENGTH_MASK);
	}
	return false;
}

/**
 * softhv_event_exception_ok() - can this exception be delivered at all
 * @event: the low word of a value for PENDING_EVENT0
 */
bool softhv_event_exception_ok(u64 event)
{
	u64 vector = FIELD_GET(PENDING_VECTOR, event);

	return !(event & MHV_PENDING_EVENT_TYPE_MASK) && vector <= LAST_EXCEPTION &&
	       vector != X86_TRAP_NMI;
}

/**
 * softhv_event_exception() - raise an exception in the guest, at its next entry
 * @vp: locked
 * @vector: which
 * @has_error: whether it has an error code
 * @error: the error code
 */
void softhv_event_exception(struct softhv_vp *vp, u8 vector, bool has_error, u32 error)
{
	vp->pending_interruption = softhv_pending(MHV_PENDING_TYPE_EXCEPTION, vector, has_error,
						  error);
}

/**
 * softhv_event_software() - let the guest have the software interrupt that it is at
 * @vp: locked
 * @vector: which
 * @length: of the instruction
 */
void softhv_event_software(struct softhv_vp *vp, u8 vector, u8 length)
{
	vp->pending_interruption = softhv_pending(MHV_PENDING_TYPE_SOFTWARE, vector, false, 0) |
				   (u64)length << MHV_PENDING_LENGTH_SHIFT;
}

/**
 * softhv_event_hold() - make way for an exception that comes before interrupts
 * @vp: locked
 *
 * An interrupt or NMI that the parent has asked for waits until the guest can take it after that.
 * Return: false if there is another exception already, or a software interrupt.
 */
bool softhv_event_hold(struct softhv_vp *vp)
{
	u64 event = vp->pending_interruption;

	if (!event)
		return true;
	if (softhv_pending_type(event) != MHV_PENDING_TYPE_INTERRUPT &&
	    softhv_pending_type(event) != MHV_PENDING_TYPE_NMI)
		return false;
	vp->held_interruption = event;
	vp->pending_interruption = 0;
	return true;
}

/* What softhv_event_hold() has put aside, if the guest can take it now */
static void softhv_take_held(struct softhv_vp *vp)
{
	bool nmi = softhv_pending_type(vp->held_interruption) == MHV_PENDING_TYPE_NMI;

	if ((vp->vmcb->control.int_state & SVM_INTERRUPT_SHADOW_MASK) ||
	    (nmi ? vp->nmi_masked : !(vp->vmcb->save.rflags & X86_EFLAGS_IF)))
		return;
	vp->pending_interruption = vp->held_interruption;
	vp->held_interruption = 0;
}

/* PENDING_EVENT0 is an exception with what goes into CR2 or DR6. */
static void softhv_take_pending_event(struct softhv_vp *vp)
{
	u64 event = vp->pending_event.low;
	u8 vector = event >> MHV_PENDING_EVENT_VECTOR_SHIFT;

	if (vector == X86_TRAP_PF)
		vp->vmcb->save.cr2 = vp->pending_event.high;
	if (vector == X86_TRAP_DB)
		vp->vmcb->save.dr6 = lower_32_bits(vp->pending_event.high);
	softhv_event_exception(vp, vector, event & MHV_PENDING_EVENT_ERROR_CODE,
			       event >> MHV_PENDING_EVENT_ERROR_CODE_SHIFT);
	vp->pending_event = (struct mhv_u128){};
}

/* What the guest's own APIC has for it: an NMI, else the interrupt that is next. */
static void softhv_take_interrupt(struct softhv_vp *vp)
{
	struct softhv_lapic *lapic = &vp->lapic;
	bool extint;
	int vector;

	if (vp->vmcb->control.int_state & SVM_INTERRUPT_SHADOW_MASK)
		return;
	if (lapic->nmi && !vp->nmi_masked) {
		lapic->nmi = false;
		vp->pending_interruption = softhv_pending(MHV_PENDING_TYPE_NMI, X86_TRAP_NMI, false,
							  0);
		return;
	}
	if (!(vp->vmcb->save.rflags & X86_EFLAGS_IF))
		return;
	vector = softhv_lapic_pending(vp, &extint);
	if (vector < 0)
		return;
	softhv_lapic_acknowledge(vp, vector, extint);
	vp->pending_interruption = softhv_pending(MHV_PENDING_TYPE_INTERRUPT, vector, false, 0);
}

/**
 * softhv_event_inject() - put the pending event where VMRUN delivers it from
 * @vp: locked, about to enter its guest
 *
 * Return: whether there is one.
 */
bool softhv_event_inject(struct softhv_vp *vp)
{
	struct vmcb_control_area *control = &vp->vmcb->control;
	u64 event;

	if (!vp->pending_interruption && vp->pending_event.low)
		softhv_take_pending_event(vp);
	if (!vp->pending_interruption && vp->held_interruption)
		softhv_take_held(vp);
	if (!vp->pending_interruption && softhv_has_lapic(vp))
		softhv_take_interrupt(vp);
	event = vp->pending_interruption;
	control->event_inj = 0;
	if (!event)
		return false;

	control->event_inj = SVM_EVTINJ_VALID | FIELD_GET(PENDING_VECTOR, event);
	switch (softhv_pending_type(event)) {
	case MHV_PENDING_TYPE_NMI:
		control->event_inj = SVM_EVTINJ_VALID | SVM_EVTINJ_TYPE_NMI | X86_TRAP_NMI;
		break;
	case MHV_PENDING_TYPE_EXCEPTION:
		control->event_inj |= SVM_EVTINJ_TYPE_EXEPT;
		/* The CPU does so only when it raises the exception itself. */
		if (FIELD_GET(PENDING_VECTOR, event) == X86_TRAP_DB)
			vp->vmcb->save.dr7 &= ~(u64)DR_GD;
		break;
	case MHV_PENDING_TYPE_SOFTWARE:
		control->event_inj |= SVM_EVTINJ_TYPE_SOFT;
		break;
	}
	if (event & MHV_PENDING_DELIVER_ERROR_CODE) {
		control->event_inj |= SVM_EVTINJ_VALID_ERR;
		control->event_inj_err = FIELD_GET(PENDING_ERROR, event);
	}
	return true;
}

/* What a software interrupt returns to is behind it, and so is RIP while it is delivered. */
static u8 softhv_software_length(struct softhv_vp *vp)
{
	u64 event = vp->pending_interruption;

	if (!event || softhv_pending_type(event) != MHV_PENDING_TYPE_SOFTWARE)
		return 0;
	return (event & MHV_PENDING_LENGTH_MASK) >> MHV_PENDING_LENGTH_SHIFT;
}

/**
 * softhv_event_commit() - the entry that delivers the event is certain now
 * @vp: locked
 */
void softhv_event_commit(struct softhv_vp *vp)
{
	vp->vmcb->save.rip += softhv_software_length(vp);
	vp->vmcb->control.next_rip = vp->vmcb->save.rip;
}

/* From NMI to IRET, which exits, no other NMI is to be delivered. */
static void softhv_nmi_mask(struct softhv_vp *vp, bool masked)
{
	vp->nmi_masked = masked;
	vp->iret_pending = false;
}

/**
 * softhv_step_undo() - take TF back, which was set for a step of the guest's
 * @vp: locked
 * @entered: the guest was entered with it
 *
 * An IRET that has run has loaded the guest's own TF. No other instruction that stands in an
 * interrupt shadow is thought to do so.
 */
void softhv_step_undo(struct softhv_vp *vp, bool entered)
{
	if (!vp->tf_set)
		return;
	vp->tf_set = false;
	if (!entered || !vp->iret_pending || vp->vmcb->save.rip == vp->iret_rip)
		vp->vmcb->save.rflags &= ~X86_EFLAGS_TF;
}

/**
 * softhv_event_collect() - what became of the event at VMRUN
 * @vp: locked, just out of its guest
 *
 * An event whose delivery an exit cut off is pending again. A software interrupt that the guest
 * began itself is not: the guest runs the instruction once more.
 */
void softhv_event_collect(struct softhv_vp *vp)
{
	struct vmcb_control_area *control = &vp->vmcb->control;
	u32 info = control->exit_int_info;
	u8 length = softhv_software_length(vp);
	u8 vector = info & SVM_EXITINTINFO_VEC_MASK;

	if (softhv_pending_type(vp->pending_interruption) == MHV_PENDING_TYPE_NMI)
		softhv_nmi_mask(vp, true);
	softhv_step_undo(vp, true);
	if (vp->iret_pending && vp->vmcb->save.rip != vp->iret_rip)
		softhv_nmi_mask(vp, false);

	/* QEMU tells of the attempt to deliver it in both places. */
	if (vp->virtual_interrupt && (control->int_ctl & V_IRQ_MASK))
		return;
	vp->pending_interruption = 0;
	if (!(info & SVM_EXITINTINFO_VALID))
		return;
	switch (info & SVM_EXITINTINFO_TYPE_MASK) {
	case SVM_EXITINTINFO_TYPE_INTR:
		vp->pending_interruption = softhv_pending(MHV_PENDING_TYPE_INTERRUPT, vector, false,
							  0);
		break;
	case SVM_EXITINTINFO_TYPE_NMI:
		vp->pending_interruption = softhv_pending(MHV_PENDING_TYPE_NMI, vector, false, 0);
		softhv_nmi_mask(vp, false);
		break;
	case SVM_EXITINTINFO_TYPE_EXEPT:
		if (vector != X86_TRAP_BP && vector != X86_TRAP_OF)
			softhv_event_exception(vp, vector, info & SVM_EXITINTINFO_VALID_ERR,
					       control->exit_int_info_err);
		break;
	case SVM_EXITINTINFO_TYPE_SOFT:
		if (length) {
			vp->vmcb->save.rip -= length;
			softhv_event_software(vp, vector, length);
		}
		break;
	}
}

static void softhv_intercept_if(struct softhv_vp *vp, u32 bit, bool wanted)
{
	u32 *word = &vp->vmcb->control.intercepts[bit / 32];

	if (wanted)
		*word |= BIT(bit % 32);
	else
		*word &= ~BIT(bit % 32);
}

static bool softhv_deliverable(struct softhv_vp *vp, u32 type)
{
	struct mhv_interruption_deliverable *message;

	vp->notifications &= type == MHV_PENDING_TYPE_NMI ? ~MHV_NOTIFY_NMI : ~MHV_NOTIFY_INTERRUPT;
	message = softhv_intercept(vp, MHV_MSG_X64_INTERRUPTION_DELIVERABLE, sizeof(*message), 0,
				   MHV_ACCESS_READ);
	message->type = type;
	/* It comes between two instructions. */
	vp->left.open = false;
	return true;
}

/*
 * The interrupt that is about to be injected, as the VMCB's virtual interrupt: if the guest takes
 * it at once, that is the same. QEMU delivers an injected interrupt a second time when it has
 * something else to do before the next exit; a virtual one it does not.
 */
static void softhv_inject_virtually(struct softhv_vp *vp)
{
	struct vmcb_control_area *control = &vp->vmcb->control;

	vp->virtual_interrupt = vp->pending_interruption &&
		softhv_pending_type(vp->pending_interruption) == MHV_PENDING_TYPE_INTERRUPT &&
		!(control->int_state & SVM_INTERRUPT_SHADOW_MASK) &&
		(vp->vmcb->save.rflags & X86_EFLAGS_IF);
	if (!vp->virtual_interrupt)
		return;
	control->event_inj = 0;
	control->int_vector = FIELD_GET(PENDING_VECTOR, vp->pending_interruption);
	control->int_ctl |= V_IRQ_MASK | V_IGN_TPR_MASK;
}

/**
 * softhv_event_window() - watch for the guest being ready for an interrupt or NMI that waits
 * @vp: locked, about to enter its guest
 *
 * That is one of its own APIC, or of the parent, which asks by DELIVERABILITY_NOTIFICATIONS; each
 * such request is answered once.
 * Return: true if the guest is ready, and there is a message that says so.
 */
bool softhv_event_window(struct softhv_vp *vp)
{
	struct vmcb_control_area *control = &vp->vmcb->control;
	u32 priority = (vp->notifications >> MHV_NOTIFY_PRIORITY_SHIFT) & 0xf;
	bool wanted = vp->notifications & MHV_NOTIFY_INTERRUPT;
	bool nmi = softhv_pending_type(vp->pending_interruption) == MHV_PENDING_TYPE_NMI;
	bool shadowed = false;
	bool waiting = vp->held_interruption, low_cr8 = false, extint;
	bool ready = !(control->int_state & SVM_INTERRUPT_SHADOW_MASK) &&
		     !(control->event_inj & SVM_EVTINJ_VALID);

	/* From an entry that did not happen */
	softhv_step_undo(vp, true);
	if ((vp->notifications & MHV_NOTIFY_NMI) && ready && !vp->nmi_masked)
		return softhv_deliverable(vp, MHV_PENDING_TYPE_NMI);
	if (wanted && ready && (vp->vmcb->save.rflags & X86_EFLAGS_IF) &&
	    (!priority || priority > (control->int_ctl & V_TPR_MASK)))
		return softhv_deliverable(vp, MHV_PENDING_TYPE_INTERRUPT);

	vp->virtual_interrupt = false;
	control->int_ctl &= ~V_IRQ_INJECTION_BITS_MASK;
	if (softhv_has_lapic(vp) && !softhv_lapic_idle(vp)) {
		/* Does an interrupt wait for nothing but the guest's allowing it? */
		waiting |= softhv_lapic_pending(vp, &extint) >= 0;
		low_cr8 = softhv_lapic_tpr_blocks(vp);
	}
	/* An NMI waits for the end of an interrupt shadow, as with IF set an interrupt does. */
	if ((control->int_state & SVM_INTERRUPT_SHADOW_MASK) && !vp->nmi_masked &&
	    (vp->lapic.nmi || vp->held_interruption || (vp->notifications & MHV_NOTIFY_NMI))) {
		shadowed = !(vp->vmcb->save.rflags & X86_EFLAGS_IF);
		waiting |= !shadowed;
	}
	/* To watch, a virtual interrupt that is never delivered, because it exits first */
	if (waiting)
		control->int_ctl |= V_IRQ_MASK | V_IGN_TPR_MASK;
	else if (wanted)
		control->int_ctl |= V_IRQ_MASK | (priority << V_INTR_PRIO_SHIFT) |
				    (priority ? 0 : V_IGN_TPR_MASK);
	else
		softhv_inject_virtually(vp);
	softhv_intercept_if(vp, INTERCEPT_VINTR, wanted || waiting);
	/* An NMI that is delivered by this entry may run to its IRET without any other exit. */
	softhv_intercept_if(vp, INTERCEPT_IRET, nmi || (vp->nmi_masked && !vp->iret_pending));
	softhv_intercept_if(vp, INTERCEPT_CR8_WRITE, low_cr8);

	/* The one after the IRET, or after the shadow, is the instruction that an NMI waits for. */
	vp->nmi_step = (shadowed || (vp->lapic.nmi && vp->iret_pending)) &&
		       !vp->pending_interruption && !(vp->vmcb->save.rflags & X86_EFLAGS_TF);
	vp->tf_set = vp->nmi_step;
	if (vp->nmi_step)
		vp->vmcb->save.rflags |= X86_EFLAGS_TF;
	vp->quiet = !(control->event_inj & SVM_EVTINJ_VALID) && !vp->virtual_interrupt && !wanted &&
		    !waiting && !low_cr8 && !nmi && !vp->nmi_masked && !vp->nmi_step;
	return false;
}
