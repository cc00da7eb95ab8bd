// SPDX-License-Identifier: GPL-2.0
/*
 * The stand-in's half with the 24 events of Linux 7.2's driver, and functions named like those that
 * issue its hypercalls.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>
#include "standin.h"
#include "standin_events.h"

/* Codes of hypercalls, and how often each was made */
enum {
	CREATE_PARTITION = 0x40,
	INITIALIZE_PARTITION = 0x41,
	DELETE_PARTITION = 0x43,
	MAP_GPA_PAGES = 0x4b,
	ASSERT_VIRTUAL_INTERRUPT = 0x94,
	DISPATCH_VP = 0xc2,
	NR_CODES = 0x100,
};

#define REPS_SHIFT	32

static atomic_t calls[NR_CODES];

#define GUEST_US	500
#define DRIVER_US	10
#define HALTED_US	500

/* The driver's variable: 4 when it dispatches VPs, else the hypervisor does */
unsigned int hv_scheduler_type = 4;
module_param_named(scheduler, hv_scheduler_type, uint, 0600);

/* The names are the interface: probes are put on them. */
u64 hv_std_hypercall(u64 control, u64 param1, u64 param2);
int hv_call_create_partition(u64 flags, u64 *id);
int hv_call_initialize_partition(u64 id);
int hv_call_map_gpa_pages(u64 id, u64 gfn, u32 pages);
int hv_call_delete_partition(u64 id);

/* By the clock that times are taken from: udelay() may be far off in a virtual machine. */
static void busy(unsigned int us)
{
	u64 end = ktime_get_ns() + us * 1000ULL;

	while (ktime_get_ns() < end)
		cpu_relax();
}

/* Each element of a list is dealt with; a control without a list has none. */
noinline __noclone u64 hv_std_hypercall(u64 control, u64 param1, u64 param2)
{
	atomic_inc(&calls[control % NR_CODES]);
	if (control == DISPATCH_VP)
		busy(GUEST_US);
	return control & GENMASK_ULL(43, REPS_SHIFT);
}

noinline int hv_call_create_partition(u64 flags, u64 *id)
{
	*id = atomic64_inc_return(&standin_partition_id);
	hv_std_hypercall(CREATE_PARTITION, 0, 0);
	trace_mshv_hvcall_create_partition(flags, *id);
	return 0;
}

noinline int hv_call_initialize_partition(u64 id)
{
	udelay(20);
	hv_std_hypercall(INITIALIZE_PARTITION, 0, 0);
	trace_mshv_hvcall_initialize_partition(id, 0);
	return 0;
}

noinline int hv_call_map_gpa_pages(u64 id, u64 gfn, u32 pages)
{
	udelay(10);
	hv_std_hypercall(MAP_GPA_PAGES | (u64)pages << REPS_SHIFT, 0, 0);
	trace_mshv_map_user_memory(id, 0x7f0000000000, gfn, pages, 3, 0);
	return 0;
}

noinline int hv_call_delete_partition(u64 id)
{
	hv_std_hypercall(DELETE_PARTITION, 0, 0);
	trace_mshv_hvcall_finalize_partition(id, 0);
	trace_mshv_hvcall_withdraw_memory(id, 0, 0);
	trace_mshv_hvcall_delete_partition(id, 0);
	return 0;
}

static void run_vp(u64 id, u32 vp, u32 message)
{
	trace_mshv_run_vp_entry(id, vp);
	preempt_disable();
	hv_std_hypercall(DISPATCH_VP, 0, 0);
	preempt_enable();
	trace_mshv_hvcall_dispatch_vp(id, vp, 0, 0, 0, 0, 0);
	trace_mshv_handle_gpa_intercept(id, vp, 16, 2, true);
	if (message == CPUID_MESSAGE) {
		usleep_range(HALTED_US, HALTED_US + 1);
		trace_mshv_vp_wait_for_hv_kick(id, vp, true, true, false);
	}
	busy(DRIVER_US);
	trace_mshv_run_vp_exit(id, vp, message, 0);
	atomic64_inc(&standin_intercepts);
}

static void vp_end(u64 id, u32 vp)
{
	trace_mshv_vp_clear_explicit_suspend(id, vp, 0);
	trace_mshv_vp_wait_for_hv_kick(id, vp, true, false, false);
	trace_mshv_xfer_to_guest_mode_work(id, vp, 4, 0);
	trace_mshv_disable_vp_dispatch(id, vp, 0);
	trace_mshv_drain_vp_signals(id, vp);
	trace_mshv_vp_release(id, vp);
}

void standin_play(unsigned int rounds)
{
	unsigned int i;
	u32 vp;
	u64 id;

	hv_call_create_partition(0x80100, &id);
	trace_mshv_create_partition(id, 5);
	hv_call_initialize_partition(id);
	hv_call_map_gpa_pages(id, 0, 256);
	trace_mshv_update_routing_table(id, NULL, &standin_partition_id, 1);
	trace_mshv_assign_ioeventfd(id, 0xd0000000, 4, 1, false, &standin_partition_id, 0);
	for (vp = 0; vp < NR_VPS; vp++) {
		trace_mshv_hvcall_map_vp_state_page(id, vp, 0, 0);
		trace_mshv_create_vp(id, vp, 6 + vp);
	}
	for (i = 0; i < rounds; i++) {
		for (vp = 0; vp < NR_VPS; vp++)
			run_vp(id, vp, i % 2 ? CPUID_MESSAGE : IO_PORT_MESSAGE);
		/* The VMM is at work. */
		usleep_range(5, 10);
	}
	for (vp = 0; vp < NR_VPS; vp++)
		vp_end(id, vp);
	trace_mshv_deassign_ioeventfd(id, 0xd0000000, 4, 1, false, &standin_partition_id);
	trace_mshv_partition_release(id);
	trace_mshv_destroy_partition(id);
	hv_call_delete_partition(id);
}

/* Linux makes calls whose input is in registers with preemption on. */
void standin_call(unsigned int calls, unsigned int pause_us)
{
	while (calls-- && !fatal_signal_pending(current)) {
		hv_std_hypercall(ASSERT_VIRTUAL_INTERRUPT, 0, 0);
		if (pause_us)
			usleep_range(pause_us, pause_us + 1);
		cond_resched();
	}
}
