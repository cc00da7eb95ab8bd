// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual processors: create, reset and destroy them, find and lock them, and make sure that none
 * of them uses an old translation. Running a VP is in svm/run.c.
 */
#include <linux/io.h>
#include <linux/mem_encrypt.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/processor-flags.h>
#include <trace/events/ipi.h>	/* smp_send_reschedule() */

#include "softhv/compat.h"
#include "softhv/softhv.h"

#define SOFTHV_VP_PAGES		4	/* VMCB, FPU, message, statistics */

/* Attributes in the VMCB's form: type 3:0, S 4, DPL 6:5, P 7, AVL 8, L 9, D/B 10, G 11 */
#define SEG_DATA	0x93
#define SEG_CODE	0x9b
#define SEG_LDT		0x82
#define SEG_BUSY_TSS	0x8b

/**
 * softhv_vp_find() - a VP by its index
 * @partition: any
 * @index: from a hypercall
 *
 * Context: RCU read side; the VP may be used as long, but may be deleted: look after locking it.
 * Return: the VP or %NULL.
 */
struct softhv_vp *softhv_vp_find(struct softhv_partition *partition, u32 index)
{
	if (index >= SOFTHV_MAX_VPS)
		return NULL;
	/* With interrupts or preemption disabled, for DISPATCH_VP */
	return rcu_dereference_check(partition->vps[index], rcu_read_lock_any_held());
}

/**
 * softhv_vp_lock() - lock a VP, taking it out of its guest if it runs
 * @vp: any
 *
 * Context: interrupts disabled; no partition locked. May wait for one exit of the guest.
 */
void softhv_vp_lock(struct softhv_vp *vp)
{
	/*
	 * The VP's own CPU sets in_guest and then looks at waiters, with a barrier between. So
	 * either it sees us and does not enter, or we see that it may be inside and make it exit.
	 */
	atomic_inc(&vp->waiters);
	smp_mb__after_atomic();	/* with softhv_vmrun() */
	if (READ_ONCE(vp->in_guest))
		smp_send_reschedule(READ_ONCE(vp->cpu));
	spin_lock(&vp->lock);
	atomic_dec(&vp->waiters);
	/* For sparse, which cannot follow softhv_vp_get_locked() */
	__release(&vp->lock);
}

/**
 * softhv_vp_unlock() - undo softhv_vp_lock()
 * @vp: locked
 */
void softhv_vp_unlock(struct softhv_vp *vp)
{
	__acquire(&vp->lock);
	spin_unlock(&vp->lock);
}

/**
 * softhv_vp_get_locked() - find and lock the VP that a hypercall names
 * @partition_id: from the hypercall
 * @index: from the hypercall
 * @vtl: from the hypercall; only VTL 0 is there
 * @vp: the VP
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_vp_get_locked(u64 partition_id, u32 index, u8 vtl, struct softhv_vp **vp)
{
	struct softhv_partition *partition = softhv_partition_find(partition_id);

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	*vp = softhv_vp_find(partition, index);
	if (!*vp)
		return MHV_STATUS_INVALID_VP_INDEX;
	if (vtl & ~MHV_INPUT_VTL_USE)
		return MHV_STATUS_INVALID_PARAMETER;

	softhv_vp_lock(*vp);
	if ((*vp)->deleted) {
		softhv_vp_unlock(*vp);
		return MHV_STATUS_INVALID_VP_INDEX;
	}
	return MHV_STATUS_SUCCESS;
}

/* A VP that is meant, or NULL; one that is made meanwhile has no translations yet. */
static struct softhv_vp *softhv_vp_meant(struct softhv_partition *partition,
					 const unsigned long *vps, u32 index)
{
	return !vps || test_bit(index, vps) ? softhv_vp_find(partition, index) : NULL;
}

/**
 * softhv_vp_flush() - make sure that VPs use no old translations
 * @partition: any
 * @vps: bitmap of the VPs that are meant; %NULL for all
 *
 * When it returns, each of the VPs either is outside of its guest and will flush before it enters,
 * or has entered with a flush after the call.
 * Context: interrupts disabled, RCU read side. Waits for one exit of the guests at most, so the
 * caller may have a VP locked, which is not in its guest then.
 */
void softhv_vp_flush(struct softhv_partition *partition, const unsigned long *vps)
{
	u32 limit = READ_ONCE(partition->vp_limit), i;
	struct softhv_vp *vp;

	for (i = 0; i < limit; i++) {
		vp = softhv_vp_meant(partition, vps, i);
		if (vp)
			WRITE_ONCE(vp->flush, true);
	}
	/*
	 * The tables and the flags are changed before we look at in_guest. A VP sets in_guest
	 * before it looks at its flag, with a barrier between: so it flushes, or we see it inside.
	 */
	smp_mb();
	for (i = 0; i < limit; i++) {
		vp = softhv_vp_meant(partition, vps, i);
		if (vp && READ_ONCE(vp->in_guest))
			smp_send_reschedule(READ_ONCE(vp->cpu));
	}
	for (i = 0; i < limit; i++) {
		vp = softhv_vp_meant(partition, vps, i);
		/*
		 * A VP that clears the flag has begun a new stay in the guest with a flush, which
		 * is as good.
		 */
		while (vp && smp_load_acquire(&vp->in_guest) && READ_ONCE(vp->flush))
			cpu_relax();
	}
}

/**
 * softhv_vp_flush_all() - make sure that no VP of a partition uses old translations
 * @partition: locked, with its nested page tables changed
 *
 * Context: as for softhv_vp_flush().
 */
void softhv_vp_flush_all(struct softhv_partition *partition)
{
	softhv_vp_flush(partition, NULL);
}

static void softhv_seg_init(struct vmcb_seg *seg, u16 attrib)
{
	seg->selector = 0;
	seg->attrib = attrib;
	seg->limit = 0xffff;
	seg->base = 0;
}

static void softhv_reset_save_area(struct softhv_vp *vp)
{
	struct vmcb_save_area *save = &vp->vmcb->save;

	memset(save, 0, sizeof(*save));
	softhv_seg_init(&save->es, SEG_DATA);
	softhv_seg_init(&save->cs, SEG_CODE);
	softhv_seg_init(&save->ss, SEG_DATA);
	softhv_seg_init(&save->ds, SEG_DATA);
	softhv_seg_init(&save->fs, SEG_DATA);
	softhv_seg_init(&save->gs, SEG_DATA);
	softhv_seg_init(&save->gdtr, 0);
	softhv_seg_init(&save->idtr, 0);
	softhv_seg_init(&save->ldtr, SEG_LDT);
	softhv_seg_init(&save->tr, SEG_BUSY_TSS);
	save->cs.selector = 0xf000;
	save->cs.base = 0xffff0000;
	save->rip = 0xfff0;
	save->rflags = X86_EFLAGS_FIXED;
	save->cr0 = X86_CR0_NW | X86_CR0_CD | X86_CR0_ET;
	save->dr6 = 0xffff0ff0;
	save->dr7 = 0x400;
	save->efer = EFER_SVME;
	save->g_pat = 0x0007040600070406ULL;
}

static void softhv_intercept_set(struct vmcb_control_area *control, u32 bit)
{
	control->intercepts[bit / 32] |= BIT(bit % 32);
}

static void softhv_init_control(struct softhv_vp *vp)
{
	static const u8 intercepts[] = {
		INTERCEPT_CR4_WRITE, INTERCEPT_INTR, INTERCEPT_NMI, INTERCEPT_SMI, INTERCEPT_INIT,
		INTERCEPT_RDPMC, INTERCEPT_CPUID, INTERCEPT_RSM, INTERCEPT_INVD, INTERCEPT_HLT,
		INTERCEPT_INVLPGA, INTERCEPT_IOIO_PROT, INTERCEPT_MSR_PROT, INTERCEPT_TASK_SWITCH,
		INTERCEPT_FERR_FREEZE, INTERCEPT_SHUTDOWN, INTERCEPT_VMRUN, INTERCEPT_VMMCALL,
		INTERCEPT_VMLOAD, INTERCEPT_VMSAVE, INTERCEPT_STGI, INTERCEPT_CLGI,
		INTERCEPT_SKINIT, INTERCEPT_RDTSCP, INTERCEPT_WBINVD, INTERCEPT_MONITOR,
		INTERCEPT_MWAIT, INTERCEPT_XSETBV, INTERCEPT_RDPRU, INTERCEPT_INVPCID,
	};
	struct vmcb_control_area *control = &vp->vmcb->control;
	int i;

	for (i = 0; i < ARRAY_SIZE(intercepts); i++)
		softhv_intercept_set(control, intercepts[i]);
	control->iopm_base_pa = softhv_caps.iopm_pa;
	control->msrpm_base_pa = softhv_caps.msrpm_pa;
	control->int_ctl = V_INTR_MASKING_MASK;
	softhv_vmcb_enable_npt(control);
	control->nested_cr3 = __sme_set(virt_to_phys(vp->partition->npt));
}

/* The state after power-on, but for the VMCB. */
static void softhv_reset(struct softhv_vp *vp)
{
	vp->gpr[MHV_RDX] = cpuid_eax(1);
	vp->fpu->cwd = SOFTHV_INITIAL_FCW;
	vp->fpu->mxcsr = MXCSR_DEFAULT;
	vp->xfem = XFEATURE_MASK_FP;
	softhv_guest_synic_reset(vp);
	softhv_msr_reset(vp);
	softhv_lapic_create(vp);
}

/**
 * softhv_vp_rebuild() - make a VMCB anew, in the state after power-on and with nothing pending
 * @vp: locked, or not yet known to anybody
 *
 * The TSC runs on.
 */
void softhv_vp_rebuild(struct softhv_vp *vp)
{
	u64 tsc_offset = vp->vmcb->control.tsc_offset;

	memset(vp->vmcb, 0, sizeof(*vp->vmcb));
	vp->vmcb->control.tsc_offset = tsc_offset;
	softhv_init_control(vp);
	softhv_reset_save_area(vp);
	vp->asid_generation = 0;
	vp->lme_held = false;
	vp->nmi_masked = false;
	vp->iret_pending = false;
	vp->nmi_step = false;
	vp->tf_set = false;
	vp->stepped = false;
	vp->left.open = false;
	vp->pending_interruption = 0;
	vp->held_interruption = 0;
	vp->virtual_interrupt = false;
	vp->quiet = false;
	vp->intercepts_set = false;
	vp->pending_event = (struct mhv_u128){};
	vp->notifications = 0;
}

/**
 * softhv_vp_init_reset() - INIT: everything as after power-on, but for the FPU and most MSRs
 * @vp: locked
 *
 * The VP that boots begins anew; all others wait for a startup IPI.
 */
void softhv_vp_init_reset(struct softhv_vp *vp)
{
	u64 pat = vp->vmcb->save.g_pat;

	softhv_vp_rebuild(vp);
	vp->vmcb->save.g_pat = pat;
	memset(vp->gpr, 0, sizeof(vp->gpr));
	memset(vp->dr, 0, sizeof(vp->dr));
	vp->gpr[MHV_RDX] = cpuid_eax(1);
	vp->halted = false;
	vp->idle = false;
	vp->check_state = true;
	softhv_lapic_reset(vp);
	vp->lapic.wait_for_sipi = !(vp->msrs.apic_base & MSR_IA32_APICBASE_BSP);
}

/**
 * softhv_vp_startup() - startup IPI: begin to run, in real mode
 * @vp: locked, waiting for it
 * @vector: number of the page to begin at
 */
void softhv_vp_startup(struct softhv_vp *vp, u8 vector)
{
	struct vmcb_save_area *save = &vp->vmcb->save;

	save->cs.selector = vector << 8;
	save->cs.base = vector << PAGE_SHIFT;
	save->rip = 0;
	vp->lapic.wait_for_sipi = false;
}

static enum hrtimer_restart softhv_slice_over(struct hrtimer *timer)
{
	/* The interrupt itself ends the guest's stay; there is nothing else to do. */
	return HRTIMER_NORESTART;
}

/* Partition locked, with enough pages in its pool. */
static void softhv_vp_init(struct softhv_vp *vp, struct softhv_partition *partition, u32 index)
{
	vp->partition = partition;
	vp->index = index;
	spin_lock_init(&vp->lock);
	vp->cpu = -1;
	INIT_LIST_HEAD(&vp->told);
	INIT_LIST_HEAD(&vp->queued);
	vp->explicit_suspend = true;
	vp->vmcb = softhv_page_take(partition);
	vp->vmcb_pa = __sme_set(virt_to_phys(vp->vmcb));
	vp->fpu = softhv_page_take(partition);
	vp->message = softhv_page_take(partition);
	softhv_stats_create(partition, &vp->stats);
	softhv_hrtimer_setup(&vp->slice, softhv_slice_over, CLOCK_MONOTONIC,
			   HRTIMER_MODE_REL_PINNED_HARD);
	softhv_stimers_init(vp);
	softhv_guest_create_vp(vp);
	softhv_vp_rebuild(vp);
	vp->vmcb->control.tsc_offset = partition->clock.tsc_offset;
	vp->frozen_cycles = partition->frozen_cycles;
	softhv_reset(vp);
}

/**
 * softhv_create_vp() - HVCALL_CREATE_VP
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_create_vp(struct softhv_args *args)
{
	const struct mhv_input_create_vp *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->partition_id);
	u16 status = MHV_STATUS_SUCCESS;
	struct softhv_vp *vp;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	if (in->vp_index >= SOFTHV_MAX_VPS)
		return MHV_STATUS_INVALID_VP_INDEX;
	if (in->flags)
		return MHV_STATUS_INVALID_PARAMETER;
	vp = kzalloc(sizeof(*vp), GFP_ATOMIC);
	if (!vp)
		return MHV_STATUS_NO_RESOURCES;

	spin_lock(&partition->lock);
	if (partition->state != SOFTHV_INITIALIZED)
		status = MHV_STATUS_INVALID_PARTITION_STATE;
	else if (rcu_access_pointer(partition->vps[in->vp_index]))
		status = MHV_STATUS_INVALID_VP_INDEX;
	else if (softhv_pages_left(partition) <
		 SOFTHV_VP_PAGES + softhv_guest_pages(partition, SOFTHV_VP_OVERLAYS))
		status = MHV_STATUS_INSUFFICIENT_MEMORY;
	if (!status) {
		softhv_vp_init(vp, partition, in->vp_index);
		rcu_assign_pointer(partition->vps[in->vp_index], vp);
		partition->vp_limit = max(partition->vp_limit, in->vp_index + 1);
		partition->nr_vps++;
		softhv_stats_partition(partition, false);
		atomic_long_inc(&softhv_nr_vps);
		softhv_stats_hypervisor();
	}
	spin_unlock(&partition->lock);

	if (status)
		kfree(vp);
	return status;
}

/**
 * softhv_vp_destroy() - take a VP out of its partition, and give its pages back to the pool
 * @vp: not locked; if it runs, it is made to exit
 *
 * Does nothing if somebody else did it meanwhile.
 * Context: interrupts disabled, RCU read side, no partition locked.
 */
void softhv_vp_destroy(struct softhv_vp *vp)
{
	struct softhv_partition *partition = vp->partition;
	bool deleted;

	softhv_vp_lock(vp);
	deleted = vp->deleted;
	vp->deleted = true;
	if (!deleted) {
		softhv_lapic_timer_stop(vp);
		softhv_stimers_stop(vp);
		softhv_sched_forget(vp);
		softhv_synic_forget(vp);
		spin_lock(&partition->lock);
		softhv_page_return(partition, vp->vmcb);
		softhv_page_return(partition, vp->fpu);
		softhv_page_return(partition, vp->message);
		if (vp->page)
			softhv_page_return(partition, vp->page);
		softhv_guest_destroy_vp(vp);
		softhv_results_free(partition, &vp->results);
		softhv_stats_destroy(partition, &vp->stats);
		partition->nr_vps--;
		softhv_stats_partition(partition, false);
		RCU_INIT_POINTER(partition->vps[vp->index], NULL);
		spin_unlock(&partition->lock);
	}
	softhv_vp_unlock(vp);

	if (!deleted) {
		atomic_long_dec(&softhv_nr_vps);
		softhv_stats_hypervisor();
		kfree_rcu(vp, rcu);
	}
}

/**
 * softhv_delete_vp() - HVCALL_DELETE_VP
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_delete_vp(struct softhv_args *args)
{
	const struct mhv_input_delete_vp *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->partition_id);
	struct softhv_vp *vp;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	vp = softhv_vp_find(partition, in->vp_index);
	if (!vp)
		return MHV_STATUS_INVALID_VP_INDEX;
	softhv_vp_destroy(vp);
	return MHV_STATUS_SUCCESS;
}
