// SPDX-License-Identifier: GPL-2.0
/*
 * mshv_bench.ko: fires the driver's events in a loop and counts what each costs. A measurement is
 * asked for by writing a number of events to a file in debugfs, and the file is then read for the
 * TSC cycles that they took, which are instructions where a virtual machine's clock counts those.
 *
 * Events go out in batches with interrupts off, so that nothing else is counted; in between, whoever
 * reads the events may run. Not for a machine that does anything else: partitions that do not exist
 * show up in all tools.
 */
#include <linux/debugfs.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <asm/msr.h>
#include <asm/tsc.h>
#include <mshv/exits.h>
#include "mshv.h"
#include "trace/trace.h"

#define BENCH_BATCH		1024
#define BENCH_EVENTS_MAX	BIT(24)
#define BENCH_VPS_PER_PARTITION	8

/* Of the times, as powers of two of nanoseconds: 0.5 us to 250 ms */
#define BENCH_TIME_BITS_MIN	9
#define BENCH_TIME_BITS_MAX	27

struct bench_event {
	u64 partition_id;
	u32 vp_index;
	u32 vp_slot;
	u32 reason;
	u16 code;
	u64 guest_ns;
	u64 kernel_ns;
	u64 vmm_ns;
	u64 halted_ns;
};

static struct bench_event bench_events[BENCH_BATCH];
static struct dentry *bench_dir;
static u32 bench_seed;

static unsigned int vps = 64;
module_param(vps, uint, 0444);
MODULE_PARM_DESC(vps, "VPs that have the exits, eight of each partition");

/* The same numbers each time */
static u32 bench_random(void)
{
	bench_seed = bench_seed * 1664525 + 1013904223;
	return bench_seed >> 8;
}

static u64 bench_time(void)
{
	u32 bits = BENCH_TIME_BITS_MIN +
		   bench_random() % (BENCH_TIME_BITS_MAX - BENCH_TIME_BITS_MIN + 1);

	return BIT_ULL(bits) + (bench_random() & (BIT_ULL(bits) - 1));
}

/* Few reasons and codes make up most of what happens, as on a real host. */
static u32 bench_skewed(u32 n)
{
	return min(bench_random() % n, bench_random() % n);
}

static void bench_fill(void)
{
	static const u32 reasons[] = {
		MSHV_EXIT_IO_PORT, MSHV_EXIT_MSR, MSHV_EXIT_UNMAPPED_GPA, MSHV_EXIT_HALTED,
		MSHV_EXIT_CPUID, MSHV_EXIT_HOST_INTERRUPT, MSHV_EXIT_HYPERCALL, MSHV_EXIT_APIC_EOI,
	};
	static const u16 codes[] = {
		MHV_HVCALL_DISPATCH_VP, MHV_HVCALL_SET_VP_REGISTERS, MHV_HVCALL_GET_VP_REGISTERS,
		MHV_HVCALL_ASSERT_VIRTUAL_INTERRUPT,
	};
	struct bench_event *e;

	for (e = bench_events; e < bench_events + BENCH_BATCH; e++) {
		e->vp_slot = (e - bench_events) % vps;
		e->vp_index = e->vp_slot % BENCH_VPS_PER_PARTITION;
		e->partition_id = 1 + e->vp_slot / BENCH_VPS_PER_PARTITION;
		e->reason = reasons[bench_skewed(ARRAY_SIZE(reasons))];
		e->code = codes[bench_skewed(ARRAY_SIZE(codes))];
		e->guest_ns = bench_time();
		e->kernel_ns = bench_time();
		e->vmm_ns = bench_time();
		e->halted_ns = e->reason == MSHV_EXIT_HALTED ? bench_time() : 0;
	}
}

static __always_inline void bench_exit(const struct bench_event *e)
{
	if (trace_mshv_exit_done_enabled())
		trace_mshv_exit_done(e->partition_id, e->vp_index, e->vp_slot, e->reason,
				     e->guest_ns, e->kernel_ns, e->vmm_ns, e->halted_ns, NULL);
}

static __always_inline void bench_hvcall(const struct bench_event *e)
{
	if (trace_mshv_hvcall_exit_enabled())
		trace_mshv_hvcall_exit(e->partition_id, e->vp_index, e->code, e->code, 0, 0,
				       MHV_STATUS_SUCCESS, e->kernel_ns, NULL);
}

static __always_inline void bench_entry(const struct bench_event *e)
{
	if (trace_mshv_run_vp_entry_enabled())
		trace_mshv_run_vp_entry(e->partition_id, e->vp_index);
}

/* A loop for each, so that the event is inlined into it as it is into the driver. */
#define BENCH_FILE(name, event)									\
static u64 bench_##name##_cycles;								\
												\
static noinline u64 bench_##name##_batch(void)							\
{												\
	const struct bench_event *e;								\
	unsigned long flags;									\
	u64 cycles;										\
												\
	local_irq_save(flags);									\
	cycles = rdtsc_ordered();								\
	for (e = bench_events; e < bench_events + BENCH_BATCH; e++)				\
		event(e);									\
	cycles = rdtsc_ordered() - cycles;							\
	local_irq_restore(flags);								\
	return cycles;										\
}												\
												\
static int bench_##name##_set(void *data, u64 events)						\
{												\
	if (!events || events % BENCH_BATCH || events > BENCH_EVENTS_MAX)			\
		return -EINVAL;									\
	bench_##name##_cycles = 0;								\
	for (; events; events -= BENCH_BATCH) {							\
		bench_##name##_cycles += bench_##name##_batch();				\
		if (signal_pending(current))							\
			return -EINTR;								\
		yield();									\
	}											\
	return 0;										\
}												\
												\
static int bench_##name##_get(void *data, u64 *cycles)						\
{												\
	*cycles = bench_##name##_cycles;							\
	return 0;										\
}												\
												\
DEFINE_DEBUGFS_ATTRIBUTE(bench_##name##_fops, bench_##name##_get, bench_##name##_set, "%llu\n")

BENCH_FILE(exit_done, bench_exit);
BENCH_FILE(hvcall_exit, bench_hvcall);
BENCH_FILE(run_vp_entry, bench_entry);

static int __init bench_init(void)
{
	if (!vps || vps > BENCH_BATCH) {
		pr_err("vps=%u: must be between 1 and %u\n", vps, BENCH_BATCH);
		return -EINVAL;
	}
	bench_fill();
	bench_dir = debugfs_create_dir("mshv_bench", NULL);
	debugfs_create_file("exit_done", 0600, bench_dir, NULL, &bench_exit_done_fops);
	debugfs_create_file("hvcall_exit", 0600, bench_dir, NULL, &bench_hvcall_exit_fops);
	debugfs_create_file("run_vp_entry", 0600, bench_dir, NULL, &bench_run_vp_entry_fops);
	return 0;
}

static void __exit bench_exit_module(void)
{
	debugfs_remove(bench_dir);
}

module_init(bench_init);
module_exit(bench_exit_module);

MODULE_DESCRIPTION("Costs of the mshv driver's trace events");
MODULE_LICENSE("GPL");
