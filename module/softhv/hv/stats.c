// SPDX-License-Identifier: GPL-2.0
/*
 * Statistics pages: what softhv counts about itself, the CPUs, partitions and VPs, the root
 * partition and its VPs among them, at the places that the hypervisor's ABI has for it. Counting
 * goes on whether a page is mapped or not; what softhv cannot know is zero. Times are in units of
 * 100 ns.
 */
#include <linux/cpu.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <asm/svm.h>
#include <asm/trapnr.h>
#include <asm/tsc.h>

#include "softhv/hv/counters.h"

#define UNITS_PER_MS	10000
#define SHOWN_PER_MS	16

/*
 * Statistics of no child partition. The page of a logical processor is written by its own CPU while
 * it dispatches.
 */
static DEFINE_SPINLOCK(softhv_stats_lock);	/* changes of @softhv_hypervisor_stats */
static struct softhv_stats softhv_hypervisor_stats;

struct softhv_lp_stats {
	raw_spinlock_t lock;	/* @stats; taken last */
	struct softhv_stats stats;
	u64 dispatches;		/* these are the CPU's own */
	u64 guest_cycles;
	u64 softhv_cycles;
};

static DEFINE_PER_CPU(struct softhv_lp_stats, softhv_lp_stats);

DEFINE_PER_CPU(struct softhv_stats, softhv_root_vp_stats);

/**
 * softhv_cycles_to_units() - a time in the hypervisor's units
 * @cycles: of the TSC
 *
 * Return: units of 100 ns; 0 if the TSC's frequency is not known.
 */
u64 softhv_cycles_to_units(u64 cycles)
{
	return tsc_khz ? mul_u64_u32_div(cycles, UNITS_PER_MS, tsc_khz) : 0;
}

/**
 * softhv_stats_hypervisor() - count partitions and VPs anew
 *
 * Context: interrupts disabled.
 */
void softhv_stats_hypervisor(void)
{
	struct softhv_stats *root = &softhv_partition_find_any(SOFTHV_ROOT_ID)->stats;
	struct softhv_stats *stats = &softhv_hypervisor_stats;
	long children;

	spin_lock(&softhv_stats_lock);
	children = atomic_long_read(&softhv_nr_partitions);
	softhv_set(stats, SOFTHV_HvLogicalProcessors, num_present_cpus());
	softhv_set(stats, SOFTHV_HvPartitions, children + 1);
	softhv_set(stats, SOFTHV_HvVirtualProcessors,
		   atomic_long_read(&softhv_nr_vps) + num_present_cpus());
	softhv_set(stats, SOFTHV_HvTotalPages, totalram_pages());
	softhv_set(root, SOFTHV_PtNumberofActiveChildPartitions, children);
	spin_unlock(&softhv_stats_lock);
}

/**
 * softhv_stats_partition() - count what a partition has anew
 * @partition: locked
 * @modified: the mappings of its memory have changed
 */
void softhv_stats_partition(struct softhv_partition *partition, bool modified)
{
	struct softhv_stats *stats = &partition->stats;
	u64 small = partition->nr_gpa_pages - partition->nr_large_pages * PTRS_PER_PMD;

	if (!stats->counter)
		return;
	softhv_set(stats, SOFTHV_PtPartitionId, partition->id);
	softhv_set(stats, SOFTHV_PtVirtualProcessors, partition->nr_vps);
	softhv_set(stats, SOFTHV_PtDepositedPages, partition->nr_free + partition->nr_used);
	softhv_set(stats, SOFTHV_PtGpaPages, partition->nr_gpa_pages);
	softhv_set(stats, SOFTHV_PtGpaPages4K, small);
	softhv_set(stats, SOFTHV_PtGpaPages2M, partition->nr_large_pages);
	if (modified)
		softhv_count(stats, SOFTHV_PtGpaSpaceModifications);
}

/**
 * softhv_stats_create() - make the page for the statistics of a partition or VP
 * @partition: locked, with a page in its pool
 * @stats: of the partition, or of one of its VPs
 */
void softhv_stats_create(struct softhv_partition *partition, struct softhv_stats *stats)
{
	stats->own = softhv_page_take(partition);
	stats->counter = stats->own;
}

/**
 * softhv_stats_destroy() - give a statistics page back
 * @partition: locked
 * @stats: from softhv_stats_create(), or not created
 */
void softhv_stats_destroy(struct softhv_partition *partition, struct softhv_stats *stats)
{
	if (stats->own)
		softhv_page_return(partition, stats->own);
	*stats = (struct softhv_stats){};
}

/* What an exit counts as */
static u32 softhv_exit_counter(const struct softhv_vp *vp)
{
	u32 code = vp->vmcb->control.exit_code;

	switch (code) {
	case SVM_EXIT_MSR:
		return SOFTHV_VpMsrAccessesCount;
	case SVM_EXIT_CPUID:
		return SOFTHV_VpCpuidInstructionsCount;
	case SVM_EXIT_HLT:
		return SOFTHV_VpHltInstructionsCount;
	case SVM_EXIT_MWAIT:
	case SVM_EXIT_MWAIT_COND:
		return SOFTHV_VpMwaitInstructionsCount;
	case SVM_EXIT_VMMCALL:
		return SOFTHV_VpHypercallsCount;
	case SVM_EXIT_NPF:
		return SOFTHV_VpNestedPageFaultInterceptsCount;
	case SVM_EXIT_INTR:
	case SVM_EXIT_NMI:
		return SOFTHV_VpExternalInterruptsCount;
	case SVM_EXIT_VINTR:
		return SOFTHV_VpPendingInterruptsCount;
	case SVM_EXIT_READ_CR0 ... SVM_EXIT_WRITE_CR8:
		return SOFTHV_VpControlRegisterAccessesCount;
	case SVM_EXIT_READ_DR0 ... SVM_EXIT_WRITE_DR7:
		return SOFTHV_VpDebugRegisterAccessesCount;
	case SVM_EXIT_EXCP_BASE + X86_TRAP_PF:
		return SOFTHV_VpPageFaultInterceptsCount;
	}
	return SOFTHV_VpOtherInterceptsCount;
}

/**
 * softhv_stats_exit() - count an exit
 * @vp: locked, its exit not for a port, which exit.c counts by itself
 */
void softhv_stats_exit(struct softhv_vp *vp)
{
	softhv_count(&vp->stats, softhv_exit_counter(vp));
}

/**
 * softhv_stats_moved() - count a VP's coming to another CPU
 * @vp: locked
 * @last: the CPU that it ran on before, -1 if on none; it may be the same
 */
void softhv_stats_moved(struct softhv_vp *vp, int last)
{
	if (last >= 0 && last != vp->cpu)
		softhv_count(&vp->stats, SOFTHV_VpLogicalProcessorMigrations);
}

/**
 * softhv_stats_entry() - count what is injected with an entry
 * @vp: locked
 */
void softhv_stats_entry(struct softhv_vp *vp)
{
	u32 event = vp->vmcb->control.event_inj;

	if (vp->virtual_interrupt || ((event & SVM_EVTINJ_VALID) &&
				      (event & SVM_EVTINJ_TYPE_MASK) == SVM_EVTINJ_TYPE_INTR))
		softhv_count(&vp->stats, SOFTHV_VpVirtualInterrupts);
}

/* Show how long a VP and its CPU have been busy. */
static noinline void softhv_stats_show_times(struct softhv_vp *vp, struct softhv_lp_stats *lp)
{
	vp->hidden_cycles = 0;
	softhv_set(&vp->stats, SOFTHV_VpTotalRunTime,
		   softhv_cycles_to_units(vp->guest_cycles + vp->softhv_cycles));
	softhv_set(&vp->stats, SOFTHV_VpHypervisorRunTime,
		   softhv_cycles_to_units(vp->softhv_cycles));

	raw_spin_lock(&lp->lock);
	softhv_set(&lp->stats, SOFTHV_LpContextSwitches, lp->dispatches);
	softhv_set(&lp->stats, SOFTHV_LpTotalRunTime,
		   softhv_cycles_to_units(lp->guest_cycles + lp->softhv_cycles));
	softhv_set(&lp->stats, SOFTHV_LpHypervisorRunTime,
		   softhv_cycles_to_units(lp->softhv_cycles));
	raw_spin_unlock(&lp->lock);
}

/**
 * softhv_stats_run() - count a stay in softhv, and in the guest
 * @vp: locked, on the CPU where it ran
 * @cycles: how long that was
 * @guest_cycles: how much of it in the guest
 * @message: there is a message for the parent, so the VP is likely to be back soon
 *
 * Times are shown when there are some to show: a VP that exits often would spend more on the
 * conversion than there is to add.
 */
void softhv_stats_run(struct softhv_vp *vp, u64 cycles, u64 guest_cycles, bool message)
{
	struct softhv_lp_stats *lp = this_cpu_ptr(&softhv_lp_stats);
	u64 softhv_cycles = cycles - guest_cycles;

	softhv_count(&vp->stats, SOFTHV_VpLogicalProcessorDispatches);
	vp->guest_cycles += guest_cycles;
	vp->softhv_cycles += softhv_cycles;
	vp->hidden_cycles += cycles;
	lp->dispatches++;
	lp->guest_cycles += guest_cycles;
	lp->softhv_cycles += softhv_cycles;
	if (unlikely(!message || vp->hidden_cycles >= tsc_khz / SHOWN_PER_MS))
		softhv_stats_show_times(vp, lp);
}

/*
 * Move the counters to another page, the caller's (@to) or softhv's own (%NULL). What is counted is
 * protected by the caller.
 */
static u16 softhv_stats_move(struct softhv_stats *stats, u64 *to)
{
	if (to && stats->counter != stats->own)
		return MHV_STATUS_OBJECT_IN_USE;
	if (!to)
		to = stats->own;
	if (to != stats->counter)
		copy_page(to, stats->counter);
	stats->counter = to;
	return MHV_STATUS_SUCCESS;
}

/* A function that does something to statistics while nobody counts. */
typedef u16 (*softhv_stats_action)(struct softhv_stats *stats, u64 *page);

static u16 softhv_stats_of_partition(u64 id, u64 *page, softhv_stats_action action)
{
	struct softhv_partition *partition = softhv_partition_find_any(id);
	u16 status = MHV_STATUS_INVALID_PARTITION_STATE;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	spin_lock(&partition->lock);
	if (partition->stats.own)
		status = action(&partition->stats, page);
	spin_unlock(&partition->lock);
	return status;
}

static u16 softhv_stats_of_lp(u32 index, u64 *page, softhv_stats_action action)
{
	struct softhv_lp_stats *lp;
	u16 status;

	if (index >= nr_cpu_ids || !cpu_possible(index))
		return MHV_STATUS_INVALID_LP_INDEX;
	lp = per_cpu_ptr(&softhv_lp_stats, index);
	raw_spin_lock(&lp->lock);
	status = action(&lp->stats, page);
	raw_spin_unlock(&lp->lock);
	return status;
}

/* The page cannot be replaced, because its CPU counts without taking a lock. */
static u16 softhv_stats_of_root_vp(u32 index, u64 *page, softhv_stats_action action)
{
	if (index >= nr_cpu_ids || !cpu_possible(index))
		return MHV_STATUS_INVALID_VP_INDEX;
	if (action == softhv_stats_move)
		return MHV_STATUS_INVALID_PARAMETER;
	return action(per_cpu_ptr(&softhv_root_vp_stats, index), page);
}

/* Find the object that a hypercall names, and do it to its statistics. */
static u16 softhv_stats_do(const struct mhv_input_map_stats_page *in, u64 *page,
			   softhv_stats_action action)
{
	const struct mhv_stats_identity *identity = &in->identity;
	struct softhv_vp *vp;
	u16 status;

	/* Only the area SELF exists. */
	if (in->padding || identity->area != MHV_STATS_AREA_SELF)
		return MHV_STATUS_INVALID_PARAMETER;
	switch (in->type) {
	case MHV_STATS_HYPERVISOR:
		spin_lock(&softhv_stats_lock);
		status = action(&softhv_hypervisor_stats, page);
		spin_unlock(&softhv_stats_lock);
		return status;
	case MHV_STATS_LOGICAL_PROCESSOR:
		return softhv_stats_of_lp(identity->lp_index, page, action);
	case MHV_STATS_PARTITION:
		/* As those of its VPs */
		if (softhv_is_root(identity->partition_id) && action == softhv_stats_move)
			return MHV_STATUS_INVALID_PARAMETER;
		return softhv_stats_of_partition(identity->partition_id, page, action);
	case MHV_STATS_VP:
		if (softhv_is_root(identity->partition_id))
			return softhv_stats_of_root_vp(identity->vp_index, page, action);
		status = softhv_vp_get_locked(identity->partition_id, identity->vp_index, 0, &vp);
		if (status)
			return status;
		status = action(&vp->stats, page);
		softhv_vp_unlock(vp);
		return status;
	}
	return MHV_STATUS_INVALID_PARAMETER;
}

static u16 softhv_stats_map(struct softhv_stats *stats, u64 *page)
{
	*page = PHYS_PFN(virt_to_phys(stats->own));
	return stats->counter == stats->own ? MHV_STATUS_SUCCESS : MHV_STATUS_OBJECT_IN_USE;
}

static u16 softhv_stats_unmap(struct softhv_stats *stats, u64 *page)
{
	return softhv_stats_move(stats, NULL);
}

/**
 * softhv_map_stats_page() - HVCALL_MAP_STATS_PAGE
 * @args: parameters
 *
 * The page lives as long as what it is about.
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_map_stats_page(struct softhv_args *args)
{
	struct mhv_output_map_stats_page *out = args->out;
	u64 pfn = 0;
	u16 status;

	status = softhv_stats_do(args->in, &pfn, softhv_stats_map);
	if (!status)
		out->map_location = pfn;
	return status;
}

/**
 * softhv_map_stats_page2() - HVCALL_MAP_STATS_PAGE2: the page is the caller's
 * @args: parameters
 *
 * The caller may use the page for something else after it has unmapped it, and only then.
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_map_stats_page2(struct softhv_args *args)
{
	const struct mhv_input_map_stats_page2 *in = args->in;

	if (!softhv_pfn_is_ram(in->map_location) || is_zero_pfn(in->map_location))
		return MHV_STATUS_INVALID_PARAMETER;
	return softhv_stats_do(&in->map, phys_to_virt(PFN_PHYS(in->map_location)),
			       softhv_stats_move);
}

/**
 * softhv_unmap_stats_page() - HVCALL_UNMAP_STATS_PAGE
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_unmap_stats_page(struct softhv_args *args)
{
	return softhv_stats_do(args->in, NULL, softhv_stats_unmap);
}

static void softhv_stats_free(struct softhv_stats *stats)
{
	free_page((unsigned long)stats->own);
	*stats = (struct softhv_stats){};
}

static bool softhv_stats_alloc(struct softhv_stats *stats)
{
	stats->own = (u64 *)get_zeroed_page(GFP_KERNEL);
	stats->counter = stats->own;
	return stats->own;
}

/**
 * softhv_stats_exit_all() - free the pages of softhv_stats_init()
 *
 * Context: process context; no hypercall is made any more.
 */
void softhv_stats_exit_all(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		softhv_stats_free(&per_cpu_ptr(&softhv_lp_stats, cpu)->stats);
		softhv_stats_free(per_cpu_ptr(&softhv_root_vp_stats, cpu));
	}
	softhv_stats_free(&softhv_partition_find_any(SOFTHV_ROOT_ID)->stats);
	softhv_stats_free(&softhv_hypervisor_stats);
}

/**
 * softhv_stats_init() - make the pages of the hypervisor, the CPUs and the root partition
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int softhv_stats_init(void)
{
	struct softhv_partition *root = softhv_partition_find_any(SOFTHV_ROOT_ID);
	struct softhv_lp_stats *lp;
	int cpu;

	for_each_possible_cpu(cpu) {
		lp = per_cpu_ptr(&softhv_lp_stats, cpu);
		raw_spin_lock_init(&lp->lock);
		if (!softhv_stats_alloc(&lp->stats) ||
		    !softhv_stats_alloc(per_cpu_ptr(&softhv_root_vp_stats, cpu)))
			goto fail;
	}
	if (!softhv_stats_alloc(&root->stats) || !softhv_stats_alloc(&softhv_hypervisor_stats))
		goto fail;

	root->nr_vps = num_present_cpus();
	local_irq_disable();
	softhv_stats_hypervisor();
	spin_lock(&root->lock);
	softhv_stats_partition(root, false);
	spin_unlock(&root->lock);
	local_irq_enable();
	return 0;
fail:
	softhv_stats_exit_all();
	return -ENOMEM;
}
