// SPDX-License-Identifier: GPL-2.0
/*
 * The one place that issues hypercalls, and the events of it. Parameters are copied to pages of the
 * CPU, which belong to whoever has interrupts disabled on it; DISPATCH_VP has a page of its own,
 * because it runs with interrupts enabled and only preemption disabled. These pages are the
 * driver's own: the kernel's (hyperv_pcpu_input_arg) do not exist without the Microsoft hypervisor.
 */
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/static_call.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <asm/io.h>
#include "clock.h"
#include "hv/hvcall.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/trace.h"

struct mshv_dispatch_page {
	struct mhv_input_dispatch_vp in;
	struct mhv_output_dispatch_vp out;
};

struct mshv_hvcall_pages {
	void *in;
	void *out;
	struct mshv_dispatch_page *dispatch;
	u64 dispatch_pa;
};

static DEFINE_PER_CPU(struct mshv_hvcall_pages, mshv_hvcall_pages);

/* Longest stay in a guest where the hypervisor may miss the host's pending work: 10 ms */
#define MSHV_TIME_SLICE_100NS	(10 * 10000)

/* Time slice of DISPATCH_VP; 0: no limit. Changes only while nobody issues hypercalls. */
static u64 mshv_time_slice_100ns __read_mostly;

static u64 mshv_no_hypercall(u64 control, u64 input, u64 output)
{
	return MHV_STATUS_INVALID_HYPERCALL_CODE;
}

/* The hypervisor's function. A call by pointer would take several times as long on most CPUs. */
DEFINE_STATIC_CALL(mshv_hypercall, mshv_no_hypercall);

static void *mshv_hvcall_page(int cpu)
{
	struct page *page = alloc_pages_node(cpu_to_node(cpu), GFP_KERNEL | __GFP_ZERO, 0);

	return page ? page_address(page) : NULL;
}

/**
 * mshv_hvcall_init() - get ready to issue hypercalls
 *
 * Return: 0, or -ENOMEM.
 */
int mshv_hvcall_init(void)
{
	struct mshv_hvcall_pages *pages;
	int cpu;

	for_each_possible_cpu(cpu) {
		pages = per_cpu_ptr(&mshv_hvcall_pages, cpu);
		pages->in = mshv_hvcall_page(cpu);
		pages->out = mshv_hvcall_page(cpu);
		pages->dispatch = mshv_hvcall_page(cpu);
		if (!pages->in || !pages->out || !pages->dispatch) {
			mshv_hvcall_exit();
			return -ENOMEM;
		}
		pages->dispatch_pa = virt_to_phys(pages->dispatch);
	}
	return 0;
}

/**
 * mshv_hvcall_exit() - undo mshv_hvcall_init(), also if it was not completed
 */
void mshv_hvcall_exit(void)
{
	struct mshv_hvcall_pages *pages;
	int cpu;

	for_each_possible_cpu(cpu) {
		pages = per_cpu_ptr(&mshv_hvcall_pages, cpu);
		free_page((unsigned long)pages->in);
		free_page((unsigned long)pages->out);
		free_page((unsigned long)pages->dispatch);
	}
}

/**
 * mshv_hvcall_set_hypervisor() - begin, or end, to issue hypercalls to a hypervisor
 * @hv: the hypervisor, or NULL; nobody issues any
 *
 * Context: sleeps.
 */
void mshv_hvcall_set_hypervisor(const struct mshv_hypervisor *hv)
{
	mshv_time_slice_100ns = hv && !hv->looks_again ? MSHV_TIME_SLICE_100NS : 0;
	static_call_update(mshv_hypercall, hv ? hv->hypercall : mshv_no_hypercall);
}

static u16 mshv_control_reps(u64 control)
{
	u64 count = (control & MHV_CONTROL_REP_COUNT_MASK) >> MHV_CONTROL_REP_COUNT_SHIFT;
	u64 start = (control & MHV_CONTROL_REP_START_MASK) >> MHV_CONTROL_REP_START_SHIFT;

	return count - start;
}

static u16 mshv_result_status(u64 result)
{
	return result & MHV_RESULT_STATUS_MASK;
}

static u16 mshv_result_reps(u64 result)
{
	return (result & MHV_RESULT_REPS_MASK) >> MHV_RESULT_REPS_SHIFT;
}

static noinline u64 mshv_hvcall_issue_timed(struct mshv_partition *partition, u64 partition_id,
					    u32 vp_index, u64 control, u64 input, u64 output)
{
	u64 first_rep = (control & MHV_CONTROL_REP_START_MASK) >> MHV_CONTROL_REP_START_SHIFT;
	u64 start, end, result, last_rep;

	start = mshv_clock_ns();
	result = static_call(mshv_hypercall)(control, input, output);
	end = mshv_clock_ns();
	last_rep = max_t(u64, mshv_result_reps(result), first_rep);
	mshv_fire(mshv_hvcall_exit, partition_id, vp_index, control & MHV_CONTROL_CODE_MASK,
		  control, mshv_control_reps(control), last_rep - first_rep,
		  mshv_result_status(result), mshv_clock_since_ns(start, end), partition);
	return result;
}

/*
 * Every hypercall of the driver goes through here. The CPU may not change: interrupts or, for
 * DISPATCH_VP, preemption are disabled.
 */
static __always_inline u64 mshv_hvcall_issue(struct mshv_partition *partition, u64 partition_id,
					     u32 vp_index, u64 control, u64 input, u64 output)
{
	if (trace_mshv_hvcall_enter_enabled())
		mshv_fire(mshv_hvcall_enter, partition_id, vp_index,
			  control & MHV_CONTROL_CODE_MASK, control, mshv_control_reps(control),
			  partition);
	if (trace_mshv_hvcall_exit_enabled())
		return mshv_hvcall_issue_timed(partition, partition_id, vp_index, control, input,
					       output);
	return static_call(mshv_hypercall)(control, input, output);
}

/* Issues the call, beginning with the first element that is not done. */
static u64 mshv_hvcall_once(const struct mshv_hvcall *call)
{
	u64 id = call->partition ? call->partition->id : MHV_PARTITION_ID_SELF;
	u64 control = call->code, input = 0, output = 0, result;
	struct mshv_hvcall_pages *pages;
	unsigned long flags;

	control |= (u64)call->reps << MHV_CONTROL_REP_COUNT_SHIFT;
	control |= (u64)call->reps_done << MHV_CONTROL_REP_START_SHIFT;
	control |= (u64)call->varhead << MHV_CONTROL_VARHEAD_SHIFT;

	local_irq_save(flags);
	pages = this_cpu_ptr(&mshv_hvcall_pages);
	if (call->fast) {
		control |= MHV_CONTROL_FAST;
		input = call->fast_in[0];
		output = call->fast_in[1];
	} else if (call->bounce) {
		input = virt_to_phys((void *)call->in);
		output = call->out ? virt_to_phys(call->out) : 0;
	} else {
		memcpy(pages->in, call->in, call->in_size);
		input = virt_to_phys(pages->in);
		if (call->out) {
			/*
			 * Output of earlier elements may be on another CPU's page, so it is copied
			 * along.
			 */
			memcpy(pages->out, call->out, call->out_size);
			output = virt_to_phys(pages->out);
		}
	}
	result = mshv_hvcall_issue(call->partition, id, call->vp_index, control, input, output);
	if (output && !call->fast && !call->bounce)
		memcpy(call->out, pages->out, call->out_size);
	local_irq_restore(flags);

	return result;
}

/**
 * mshv_hvcall_no_deposit() - issue a hypercall until it is done or fails
 * @call: the call; its reps_done says where to begin
 *
 * Context: may sleep.
 * Return: 0, or the errno of the status (status.def); -EIO too if a rep call makes no progress.
 */
int mshv_hvcall_no_deposit(struct mshv_hvcall *call)
{
	u16 reps_before;
	u64 result;

	do {
		reps_before = call->reps_done;
		result = mshv_hvcall_once(call);
		call->status = mshv_result_status(result);
		if (call->reps)
			call->reps_done = clamp_t(u16, mshv_result_reps(result), reps_before,
						  call->reps);
		if (call->status != MHV_STATUS_SUCCESS)
			return mshv_status_to_errno(call->status);
		if (call->reps_done == call->reps)
			return 0;
	} while (call->reps_done > reps_before);

	return -EIO;
}

/**
 * mshv_hvcall() - issue a hypercall, and give the hypervisor the memory that it takes
 * @call: the call; reps_done is 0
 *
 * Context: may sleep, allocates memory.
 * Return: 0, -ENOMEM if there was no memory to give, or the errno of the status (status.def).
 */
int mshv_hvcall(struct mshv_hvcall *call)
{
	u64 spent_pages = 0;
	u16 reps_before;
	int ret;

	do {
		reps_before = call->reps_done;
		ret = mshv_hvcall_no_deposit(call);
		if (!ret || !mshv_status_needs_memory(call->status))
			return ret;
		if (call->reps_done > reps_before)
			spent_pages = 0;
		ret = mshv_deposit(call->partition, call->status, &spent_pages);
	} while (!ret);

	return ret;
}

/**
 * mshv_hvcall_dispatch() - DISPATCH_VP: run a VP on this CPU until something happens
 * @vp: the VP
 * @flags: MHV_DISPATCH_*
 *
 * Why it stopped is in the VP's run.out; zeroes if it did not run.
 * Context: preemption disabled, interrupts enabled.
 * Return: enum mhv_status.
 */
u16 mshv_hvcall_dispatch(struct mshv_vp *vp, u32 flags)
{
	struct mshv_dispatch_page *page = this_cpu_read(mshv_hvcall_pages.dispatch);
	u64 pa = this_cpu_read(mshv_hvcall_pages.dispatch_pa);
	struct mshv_partition *partition = vp->partition;
	u64 result;

	page->in = (struct mhv_input_dispatch_vp){
		.partition_id = partition->id, .vp_index = vp->index, .flags = flags,
		.time_slice_100ns = mshv_time_slice_100ns,
	};
	page->out = (struct mhv_output_dispatch_vp){};
	result = mshv_hvcall_issue(partition, partition->id, vp->index, MHV_HVCALL_DISPATCH_VP,
				   pa, pa + offsetof(struct mshv_dispatch_page, out));
	vp->run.out = page->out;
	return mshv_result_status(result);
}
