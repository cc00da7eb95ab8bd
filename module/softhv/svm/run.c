// SPDX-License-Identifier: GPL-2.0
/*
 * HVCALL_DISPATCH_VP: runs a VP on this CPU until the parent, or the host, has something to do.
 * What an exit means is decided in exit.c.
 */
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/trapnr.h>

#include "softhv/compat.h"
#include "softhv/hv/counters.h"

/* Exceptions that exit in any case; exit.c says why. */
#define SOFTHV_EXCEPTIONS	(BIT(X86_TRAP_DB) | BIT(X86_TRAP_AC) | BIT(X86_TRAP_MC))

/* Faults of an instruction that is stepped over; INT3 and INTO are the guest's. */
#define SOFTHV_STEP_FAULTS	(BIT(X86_TRAP_DE) | BIT(X86_TRAP_BR) | BIT(X86_TRAP_UD) | \
				 BIT(X86_TRAP_NM) | BIT(X86_TRAP_TS) | BIT(X86_TRAP_NP) | \
				 BIT(X86_TRAP_SS) | BIT(X86_TRAP_GP) | BIT(X86_TRAP_PF) | \
				 BIT(X86_TRAP_MF) | BIT(X86_TRAP_XF))

/* Access to DR0 to DR5, and writing DR7, exits until the guest's debug registers are loaded. */
#define SOFTHV_DR_INTERCEPTS	0x00bf003f
#define SOFTHV_DR7_ENABLES	0xff

#define OPCODE_HLT		0xf4

static noinline void softhv_set_intercepts(struct softhv_vp *vp, u32 exceptions)
{
	u32 *intercepts = vp->vmcb->control.intercepts;

	if (vp->vmcb->save.dr7 & SOFTHV_DR7_ENABLES)
		vp->guest_drs = true;
	intercepts[INTERCEPT_DR] = vp->guest_drs ? 0 : SOFTHV_DR_INTERCEPTS;
	intercepts[INTERCEPT_EXCEPTION] = exceptions | SOFTHV_EXCEPTIONS;
	/* If the instruction faults, the guest must not see the flag that steps over it. */
	if (vp->nmi_step)
		intercepts[INTERCEPT_EXCEPTION] |= SOFTHV_STEP_FAULTS;

	/* To QEMU, INT3 and INTO are software interrupts and nothing else. */
	intercepts[INTERCEPT_WORD3] &= ~BIT(INTERCEPT_INTn % 32);
	if (exceptions & (BIT(X86_TRAP_BP) | BIT(X86_TRAP_OF)))
		intercepts[INTERCEPT_WORD3] |= BIT(INTERCEPT_INTn % 32);

	vp->intercepts_set = !vp->guest_drs && !vp->nmi_step;
	vp->exceptions_set = exceptions;
}

/* They are mostly as they were, and the guest does nothing that would change them. */
static __always_inline void softhv_check_intercepts(struct softhv_vp *vp)
{
	u32 exceptions = READ_ONCE(vp->partition->exception_intercepts);

	if (unlikely(!vp->intercepts_set || vp->guest_drs || !vp->quiet ||
		     exceptions != vp->exceptions_set ||
		     (vp->vmcb->save.dr7 & SOFTHV_DR7_ENABLES)))
		softhv_set_intercepts(vp, exceptions);
}

static void softhv_load_drs(const unsigned long *dr)
{
	set_debugreg(dr[0], 0);
	set_debugreg(dr[1], 1);
	set_debugreg(dr[2], 2);
	set_debugreg(dr[3], 3);
}

static void softhv_save_drs(unsigned long *dr)
{
	get_debugreg(dr[0], 0);
	get_debugreg(dr[1], 1);
	get_debugreg(dr[2], 2);
	get_debugreg(dr[3], 3);
}

static void softhv_enter_with_drs(struct softhv_vp *vp, u64 host_vmcb_pa)
{
	if (vp->guest_drs)
		softhv_load_drs(vp->dr);
	softhv_svm_enter(vp->vmcb_pa, vp->gpr, host_vmcb_pa);
	if (vp->guest_drs)
		softhv_save_drs(vp->dr);
}

/* Linux's own breakpoints are off before and set again afterwards: #VMEXIT clears DR7. */
static noinline void softhv_enter_from_breakpoints(struct softhv_vp *vp, u64 host_vmcb_pa)
{
	unsigned long host_dr[4], host_dr7;

	softhv_save_drs(host_dr);
	get_debugreg(host_dr7, 7);
	set_debugreg(0UL, 7);
	softhv_enter_with_drs(vp, host_vmcb_pa);
	softhv_load_drs(host_dr);
	set_debugreg(DR6_RESERVED, 6);
	set_debugreg(host_dr7, 7);
}

/* #VMEXIT leaves the guest's DR6 there; Linux expects that nothing is set before an exception. */
static noinline void softhv_clear_dr6(void)
{
	set_debugreg(DR6_RESERVED, 6);
}

/*
 * x87 and SSE registers, which are all that a guest can use. The host's stay as they are, whosever
 * they are: so nothing has to be known of the kernel's own book about them.
 */
static void softhv_fpu_switch(struct fxregs_state *from, const struct fxregs_state *to)
{
	asm volatile("fxsaveq %0" : "=m" (*from));
	/* There FXRSTOR leaves the last x87 instruction's addresses alone if nothing is pending. */
	if (static_cpu_has_bug(X86_BUG_FXSAVE_LEAK))
		asm volatile("fnclex; emms; fildl %0" : : "m" (*(const u32 *)to));
	asm volatile("fxrstorq %0" : : "m" (*to));
}

/*
 * Into the guest and out again. False if there was no entry: somebody wants the VP or something of
 * it, or SVM is off.
 */
static bool softhv_vmrun(struct softhv_vp *vp)
{
	struct softhv_cpu *cpu = this_cpu_ptr(&softhv_cpu);
	struct vmcb *vmcb = vp->vmcb;
	int nr = smp_processor_id(), last = vp->cpu;
	bool moved = last != nr;
	u64 before;

	vmcb->save.rax = vp->gpr[MHV_RAX];
	vmcb->save.rsp = vp->gpr[MHV_RSP];
	/* What VMRUN leaves there when it cannot even start */
	vmcb->control.exit_code = SVM_EXIT_ERR;
	vmcb->control.tlb_ctl = TLB_CONTROL_DO_NOTHING;
	vmcb->control.clean = 0;

	WRITE_ONCE(vp->cpu, nr);
	WRITE_ONCE(vp->in_guest, true);
	smp_mb();	/* with softhv_vp_lock(), softhv_vp_flush_all() and softhv_vp_kick() */
	if (atomic_read(&vp->waiters) || !cpu->enabled || READ_ONCE(vp->lapic.requests)) {
		if (moved)
			vp->asid_generation = 0;	/* its ASID is another CPU's */
		WRITE_ONCE(vp->in_guest, false);
		return false;
	}
	if (READ_ONCE(vp->flush)) {
		/* Whoever sets it again from here on sees in_guest, and makes us exit. */
		WRITE_ONCE(vp->flush, false);
		moved = true;
	}
	if (unlikely(moved || vp->asid_generation != cpu->asid_generation)) {
		softhv_svm_new_asid(vp, cpu);
		softhv_stats_moved(vp, last);
	}

	if (!vp->quiet) {
		softhv_event_commit(vp);
		softhv_stats_entry(vp);
	}
	softhv_fpu_switch(&cpu->host_fpu, vp->fpu);
	before = rdtsc();
	vp->entered_at = before;
	if (unlikely(hw_breakpoint_active()))
		softhv_enter_from_breakpoints(vp, cpu->host_vmcb_pa);
	else
		softhv_enter_with_drs(vp, cpu->host_vmcb_pa);
	vp->stay_cycles += rdtsc() - before;
	if (unlikely(vmcb->save.dr6 != DR6_RESERVED))
		softhv_clear_dr6();
	softhv_fpu_switch(vp->fpu, &cpu->host_fpu);
	/* Release: who sees it may use what the guest could reach for something else. */
	smp_store_release(&vp->in_guest, false);

	/* After a refusal the save area may be the host's. */
	if (likely(vmcb->control.exit_code != SVM_EXIT_ERR)) {
		vp->gpr[MHV_RAX] = vmcb->save.rax;
		vp->gpr[MHV_RSP] = vmcb->save.rsp;
		if (!vp->quiet || (vmcb->control.exit_int_info & SVM_EXITINTINFO_VALID))
			softhv_event_collect(vp);
	}
	return true;
}

static void softhv_invalid_registers(struct softhv_vp *vp)
{
	struct mhv_invalid_vp_register *message;

	message = softhv_message(vp, MHV_MSG_INVALID_VP_REGISTER_VALUE, sizeof(*message));
	message->vp_index = vp->index;
}

/* Nothing to do for the VP before it is kicked. False if it was meanwhile. */
static bool softhv_block(struct softhv_vp *vp)
{
	softhv_stats_blocked(vp, true);
	WRITE_ONCE(vp->blocked, true);
	smp_mb();	/* with softhv_vp_kick() */
	if (!READ_ONCE(vp->lapic.requests))
		return true;
	WRITE_ONCE(vp->blocked, false);
	softhv_stats_blocked(vp, false);
	return false;
}

/*
 * Is HLT the instruction that an interrupt shadow covers? STI and HLT wait for an interrupt without
 * losing one only as long as the shadow is there, and QEMU forgets it at VMRUN: then an interrupt
 * comes before the HLT that waits for it. So such a HLT is not left to the CPU.
 */
static noinline bool softhv_at_halt(struct softhv_vp *vp)
{
	const struct vmcb *vmcb = vp->vmcb;
	u8 opcode;

	return !vmcb->save.cpl && !(vmcb->control.event_inj & SVM_EVTINJ_VALID) &&
	       softhv_fetch(vp, &opcode, sizeof(opcode)) && opcode == OPCODE_HLT;
}

static bool softhv_halts_in_shadow(struct softhv_vp *vp)
{
	return unlikely(vp->vmcb->control.int_state & SVM_INTERRUPT_SHADOW_MASK) &&
	       softhv_at_halt(vp);
}

/* Does an interrupt wait, be it enabled or not? */
static bool softhv_idle_is_over(struct softhv_vp *vp)
{
	bool extint;

	return vp->lapic.nmi || softhv_lapic_pending(vp, &extint) >= 0;
}

/*
 * Decide what the guest is to have at its entry, until there is something for it to do at all.
 * REENTER: it may enter. @quiet says then whether the same decision would be made again as long as
 * softhv_prepared() finds nothing new.
 */
static noinline enum softhv_next softhv_prepare(struct softhv_vp *vp)
{
	for (;;) {
		vp->quiet = false;
		if (softhv_has_lapic(vp))
			softhv_lapic_sync(vp);
		if (!vp->lapic.wait_for_sipi) {
			if (vp->check_state && !softhv_state_ok(vp)) {
				softhv_invalid_registers(vp);
				return SOFTHV_INTERCEPT;
			}
			vp->check_state = false;
			if (vp->stepped && softhv_step_done(vp))
				return SOFTHV_INTERCEPT;
			if (vp->idle && softhv_idle_is_over(vp))
				vp->idle = false;
			if (softhv_event_inject(vp)) {
				vp->halted = false;
				vp->idle = false;
			}
			if (softhv_event_window(vp))
				return SOFTHV_INTERCEPT;
			if (!vp->halted && !vp->idle)
				return SOFTHV_REENTER;
		}
		if (softhv_block(vp))
			return SOFTHV_HALT;
	}
}

/*
 * Is there nothing that softhv_prepare() would have to look at, as there was nothing before? Most
 * exits neither bring an event nor have anybody wait for one.
 */
static __always_inline bool softhv_prepared(const struct softhv_vp *vp)
{
	const struct softhv_lapic *lapic = &vp->lapic;
	u8 flags = vp->check_state | vp->halted | vp->idle | vp->nmi_masked | vp->iret_pending |
		   vp->stepped | lapic->nmi | lapic->wait_for_sipi;
	u64 events = vp->pending_interruption | vp->held_interruption | vp->pending_event.low |
		     vp->notifications | READ_ONCE(lapic->requests);

	return vp->quiet && !flags && !events && softhv_lapic_idle(vp) &&
	       lapic->tpr >> 4 == (vp->vmcb->control.int_ctl & V_TPR_MASK);
}

/*
 * RDPID cannot be intercepted and shows TSC_AUX, where Linux has the number of the CPU for user
 * space. RDTSCP exits. Returns what was there.
 */
static u64 softhv_exchange_tsc_aux(u64 value)
{
	u64 old;

	softhv_rdmsr(MSR_TSC_AUX, old);
	if (old != value)
		softhv_wrmsr(MSR_TSC_AUX, value);
	return old;
}

static enum softhv_next softhv_run_guest(struct softhv_vp *vp)
{
	enum softhv_next next;

	vp->guest_drs = false;
	do {
		if (unlikely(!softhv_prepared(vp))) {
			next = softhv_prepare(vp);
			if (next != SOFTHV_REENTER)
				return next;
		}
		next = SOFTHV_REENTER;
		softhv_check_intercepts(vp);
		if (softhv_halts_in_shadow(vp)) {
			softhv_step_undo(vp, false);
			vp->vmcb->control.exit_code = SVM_EXIT_HLT;
		} else if (!softhv_vmrun(vp)) {
			softhv_step_undo(vp, false);
			if (!READ_ONCE(vp->lapic.requests))
				next = SOFTHV_YIELD;
			continue;
		}
		next = softhv_handle_exit(vp);
	} while (next == SOFTHV_REENTER);
	return next;
}

/*
 * Has the parent completed the instruction that it was told of? Then it is not in an interrupt
 * shadow any more, and if TF was set when it began, a debug exception is to follow. A repeated
 * instruction that goes on has done a part of its work, each of which counts as one.
 */
static noinline void softhv_check_completion(struct softhv_vp *vp)
{
	struct softhv_left *left = &vp->left;
	u64 length = vp->vmcb->save.rip - left->rip;
	bool wide = (vp->vmcb->save.efer & EFER_LMA) &&
		    (vp->vmcb->save.cs.attrib & SVM_SELECTOR_L_MASK);

	left->open = false;
	if (!wide)
		length = lower_32_bits(length);
	if (length ? (left->length ? length != left->length : length > SOFTHV_MAX_INSN) :
		     vp->gpr[MHV_RCX] == left->rcx)
		return;
	if (length && left->shadow)
		vp->vmcb->control.int_state &= ~SVM_INTERRUPT_SHADOW_MASK;
	vp->stepped = left->tf;
}

/* The VP is locked, interrupts are disabled: what the host wants ends the guest's stay. */
static enum softhv_next softhv_run(struct softhv_vp *vp)
{
	u64 start = rdtsc(), guest_cycles, host_tsc_aux = 0;
	bool rdpid = static_cpu_has(X86_FEATURE_RDPID);
	enum softhv_next next = SOFTHV_YIELD;

	softhv_stats_blocked(vp, false);
	if (unlikely(vp->left.open))
		softhv_check_completion(vp);
	/*
	 * Work that an interrupt has brought before interrupts were disabled interrupts no more.
	 * The hardware's hypervisor knows nothing of that work.
	 */
	if (softhv_unkind || !(need_resched() || signal_pending(current))) {
		if (rdpid)
			host_tsc_aux = softhv_exchange_tsc_aux(vp->msrs.tsc_aux);
		next = softhv_run_guest(vp);
		if (rdpid)
			softhv_exchange_tsc_aux(host_tsc_aux);
	}
	guest_cycles = vp->stay_cycles;
	vp->stay_cycles = 0;
	softhv_stats_run(vp, rdtsc() - start, guest_cycles, next == SOFTHV_INTERCEPT);
	return next;
}

static void softhv_dispatch_result(struct softhv_vp *vp, enum softhv_next next,
				   struct mhv_output_dispatch_vp *out)
{
	switch (next) {
	case SOFTHV_INTERCEPT:
		vp->intercept_suspend = true;
		out->dispatch_state = MHV_DISPATCH_STATE_READY;
		out->dispatch_event = MHV_DISPATCH_EVENT_INTERCEPT;
		break;
	case SOFTHV_HALT:
		out->dispatch_state = MHV_DISPATCH_STATE_BLOCKED;
		out->dispatch_event = MHV_DISPATCH_EVENT_INVALID;
		break;
	default:
		out->dispatch_state = MHV_DISPATCH_STATE_READY;
		out->dispatch_event = MHV_DISPATCH_EVENT_INVALID;
	}
}

/* Interrupts that the parent left on the register page, instead of asserting them by hypercall */
static void softhv_scan_interrupts(struct softhv_vp *vp)
{
	u64 vectors;
	u8 count;

	if (!vp->page || !READ_ONCE(vp->page->interrupt_vectors))
		return;
	vectors = xchg(&vp->page->interrupt_vectors, 0);
	for (count = min_t(u8, vectors, MHV_PAGE_INTERRUPT_VECTORS); count; count--) {
		vectors >>= BITS_PER_BYTE;
		if ((u8)vectors >= 16 && softhv_lapic_accepts(vp))
			softhv_lapic_post(vp, vectors, false);
	}
}

/* The VP is locked. */
static void softhv_dispatch(struct softhv_vp *vp, u32 flags, u64 time_slice_100ns,
			    struct mhv_output_dispatch_vp *out)
{
	enum softhv_next next;

	WRITE_ONCE(vp->blocked, false);
	if (flags & MHV_DISPATCH_SCAN_INTERRUPT_INJECTION)
		softhv_scan_interrupts(vp);
	softhv_register_page_load(vp);
	if ((flags & MHV_DISPATCH_CLEAR_INTERCEPT_SUSPEND) && !vp->shut_down)
		vp->intercept_suspend = false;
	if (vp->intercept_suspend || vp->explicit_suspend || vp->dispatch_suspend) {
		vp->found_suspended = true;
		out->dispatch_state = MHV_DISPATCH_STATE_BLOCKED;
		out->dispatch_event = MHV_DISPATCH_EVENT_SUSPEND;
		return;
	}

	if (time_slice_100ns)
		hrtimer_start(&vp->slice, ns_to_ktime(time_slice_100ns * 100),
			      HRTIMER_MODE_REL_PINNED_HARD);
	next = softhv_run(vp);
	softhv_dispatch_result(vp, next, out);
	softhv_register_page_store(vp);
}

/**
 * softhv_dispatch_vp() - HVCALL_DISPATCH_VP
 * @in: parameters, which may change: each is read once
 * @out: result
 *
 * Context: preemption disabled, which is as good as the RCU read side; interrupts enabled.
 * Return: status.
 */
u16 softhv_dispatch_vp(const struct mhv_input_dispatch_vp *in, struct mhv_output_dispatch_vp *out)
{
	struct softhv_partition *partition = softhv_partition_find(READ_ONCE(in->partition_id));
	u64 time_slice_100ns = READ_ONCE(in->time_slice_100ns);
	u32 flags = READ_ONCE(in->flags);
	u16 status = MHV_STATUS_SUCCESS;
	struct softhv_vp *vp;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	vp = softhv_vp_find(partition, READ_ONCE(in->vp_index));
	if (!vp)
		return MHV_STATUS_INVALID_VP_INDEX;
	if (flags & ~MHV_DISPATCH_FLAGS_MASK)
		return MHV_STATUS_INVALID_PARAMETER;
	if (softhv_sched_is_own())
		return MHV_STATUS_OPERATION_DENIED;
	if (cmpxchg(&vp->dispatched, false, true))
		return MHV_STATUS_INVALID_VP_STATE;

	local_irq_disable();
	spin_lock(&vp->lock);
	if (vp->deleted)
		status = MHV_STATUS_INVALID_VP_INDEX;
	else
		softhv_dispatch(vp, flags, time_slice_100ns, out);
	spin_unlock(&vp->lock);
	local_irq_enable();

	if (time_slice_100ns)
		hrtimer_cancel(&vp->slice);
	WRITE_ONCE(vp->dispatched, false);
	return status;
}

/* The VP is locked. Returns whether it wants to run again at once. */
static bool softhv_turn(struct softhv_vp *vp)
{
	enum softhv_next next;

	WRITE_ONCE(vp->blocked, false);
	if (vp->deleted || vp->intercept_suspend || vp->explicit_suspend || vp->dispatch_suspend)
		return false;
	softhv_register_page_load(vp);
	next = softhv_run(vp);
	softhv_register_page_store(vp);
	if (next == SOFTHV_INTERCEPT) {
		vp->intercept_suspend = true;
		softhv_synic_tell(vp, SOFTHV_TELL_INTERCEPT);
	}
	return next == SOFTHV_YIELD;
}

/**
 * softhv_run_turn() - run a VP for softhv's own scheduler, until the host wants the CPU at most
 * @vp: nobody else runs it
 *
 * Context: preemption disabled, interrupts enabled, RCU read side.
 * Return: whether it wants to run again.
 */
bool softhv_run_turn(struct softhv_vp *vp)
{
	bool again;

	local_irq_disable();
	spin_lock(&vp->lock);
	again = softhv_turn(vp);
	spin_unlock(&vp->lock);
	local_irq_enable();
	return again;
}
