// SPDX-License-Identifier: GPL-2.0
/*
 * The stand-in's half with the 20 events of Azure Linux's driver, whose arguments come in another
 * order than Linux 7.2's, results first. Hypercalls go through no function there.
 */
#include <linux/delay.h>
#include "standin.h"

#define CREATE_TRACE_POINTS
#include "azure_events.h"

#define ROOT_SCHEDULER	"root"

static void run_vp(u64 id, u32 vp, u32 message)
{
	trace_mshv_run_vp_entry(id, vp, ROOT_SCHEDULER);
	trace_mshv_hvcall_dispatch_vp(0, id, vp, 0, 1, 2);
	udelay(2);
	trace_mshv_run_vp_exit(0, id, vp, message);
	atomic64_inc(&standin_intercepts);
}

static void vp_end(u64 id, u32 vp)
{
	trace_mshv_root_sched_unsuspend_vp(0, id, vp);
	trace_mshv_root_sched_handle_work(0, id, vp, 4);
	/* A run that a signal has ended, with the message of the one before */
	trace_mshv_run_vp_entry(id, vp, ROOT_SCHEDULER);
	trace_mshv_run_vp_exit(-EINTR, id, vp, CPUID_MESSAGE);
	trace_mshv_disable_vp_dispatch(0, id, vp);
	trace_mshv_drain_vp_signals(id, vp);
	trace_mshv_vp_release(id, vp);
}

void standin_play(unsigned int rounds)
{
	u64 id = atomic64_inc_return(&standin_partition_id);
	unsigned int i;
	u32 vp;

	trace_mshv_hvcall_create_partition(0, id, 0x80100);
	trace_mshv_create_partition(0, id, 5);
	trace_mshv_hvcall_set_partition_property(0, id, 0x10000, 1);
	trace_mshv_hvcall_initialize_partition(0, id);
	trace_mshv_update_routing_table(id, NULL, &standin_partition_id, 1);
	for (vp = 0; vp < NR_VPS; vp++) {
		trace_mshv_hvcall_map_vp_state_page(0, id, vp, 1);
		trace_mshv_create_vp(0, id, vp, 6 + vp);
	}
	for (i = 0; i < rounds; i++) {
		for (vp = 0; vp < NR_VPS; vp++)
			run_vp(id, vp, i % 2 ? CPUID_MESSAGE : IO_PORT_MESSAGE);
		/* The VMM is at work. */
		usleep_range(5, 10);
	}
	for (vp = 0; vp < NR_VPS; vp++)
		vp_end(id, vp);
	trace_mshv_partition_release(id);
	trace_mshv_destroy_partition(id);
	trace_mshv_hvcall_finalize_partition(0, id);
	trace_mshv_hvcall_withdraw_memory(0, id);
	/* INVALID_PARTITION_STATE, which no partition's id is */
	trace_mshv_hvcall_delete_partition(7, id);
}

/* Nobody could see them. */
void standin_call(unsigned int calls, unsigned int pause_us)
{
}
