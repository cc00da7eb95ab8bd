// SPDX-License-Identifier: GPL-2.0
/*
 * Details beside the counters of counts.bpf.c, counted while a screen shows them: ports, MSRs,
 * CPUID leaves and pages of intercepts, interrupts and eventfds that fire, memory that is mapped,
 * and slow exits and hypercalls with their arguments.
 *
 * What: a hash of tallies by partition, kind and number, and a ring buffer for slow events.
 *
 * Why so: numbers like these come from guests, and there is no end of them, so they are hashed;
 * that and a second program on an event cost more than all of counts.bpf.c. So all is loaded once,
 * when privileges are there, but a group of programs is attached only while its screen is seen.
 *
 * Limits: tallies take atomics, as several CPUs may count for one partition. When the hash is full,
 * events with numbers that are not in it yet are counted as lost. When the ring buffer is full,
 * slow events are dropped and counted as lost.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <mshv/detail.h>
#include "driver.h"

char _license[] SEC("license") = "GPL";

#define MAX_TALLIES	16384
#define PAGE_BITS	12

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_TALLIES);
	__type(key, struct mshv_tally_key);
	__type(value, struct mshv_tally);
} tallies SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 << 10);
} slow SEC(".maps");

/* Events that could not be counted or handed over */
__u64 lost_tallies;
__u64 lost_slow;

/* The threshold of slow events; may be set while the programs run */
__u64 slow_ns;

static __always_inline void tally(__u64 partition_id, __u32 kind, __u64 number, __u32 access,
				  __u64 amount, bool failed)
{
	struct mshv_tally_key key = {
		.partition_id = partition_id,
		.number = number,
		.kind = kind,
		.access = access,
	};
	struct mshv_tally *t = bpf_map_lookup_elem(&tallies, &key);

	if (!t) {
		struct mshv_tally none = {};

		bpf_map_update_elem(&tallies, &key, &none, BPF_NOEXIST);
		t = bpf_map_lookup_elem(&tallies, &key);
		if (!t) {
			__sync_fetch_and_add(&lost_tallies, 1);
			return;
		}
	}
	__sync_fetch_and_add(&t->count, 1);
	if (amount)
		__sync_fetch_and_add(&t->amount, amount);
	if (failed)
		__sync_fetch_and_add(&t->errors, 1);
}

/* --- Intercepts: partition, VP, then what follows in the event -------------------------------- */

SEC("tp_btf/mshv_intercept_io_port")
int intercept_io_port(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_IO_PORT, (__u16)ctx[2], !!(__u8)ctx[4], 0, false);
	return 0;
}

SEC("tp_btf/mshv_intercept_msr")
int intercept_msr(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_MSR, (__u32)ctx[2], !!(__u8)ctx[3], 0, false);
	return 0;
}

SEC("tp_btf/mshv_intercept_cpuid")
int intercept_cpuid(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_CPUID, (__u32)ctx[2], ctx[3], 0, false);
	return 0;
}

SEC("tp_btf/mshv_intercept_gpa")
int intercept_gpa(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_GPA, ctx[3] >> PAGE_BITS, (__u8)ctx[5], 0, false);
	return 0;
}

SEC("tp_btf/mshv_intercept_exception")
int intercept_exception(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_EXCEPTION, (__u16)ctx[2], 0, 0, false);
	return 0;
}

SEC("tp_btf/mshv_intercept_hypercall")
int intercept_hypercall(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_HYPERCALL, ctx[3], 0, 0, false);
	return 0;
}

/* --- Interrupts ------------------------------------------------------------------------------- */

SEC("tp_btf/mshv_assert_interrupt")
int interrupt_assert(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_INTERRUPT, (__u32)ctx[1], 0, 0, (__u16)ctx[5]);
	return 0;
}

SEC("tp_btf/mshv_irqfd_fire")
int interrupt_irqfd(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_IRQFD, (__u32)ctx[1], 0, 0, !(__u8)ctx[2]);
	return 0;
}

SEC("tp_btf/mshv_irqfd_resample")
int interrupt_resample(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_RESAMPLE, (__u32)ctx[1], 0, 0, false);
	return 0;
}

SEC("tp_btf/mshv_ioeventfd_fire")
int interrupt_ioeventfd(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_IOEVENTFD, ctx[1], 1, 0, false);
	return 0;
}

SEC("tp_btf/mshv_vp_kick")
int interrupt_kick(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_KICK, (__u32)ctx[1], 0, 0, false);
	return 0;
}

/* --- Memory ----------------------------------------------------------------------------------- */

SEC("tp_btf/mshv_map_user_memory")
int memory_map(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_MAP, 0, 0, ctx[3], (__s64)ctx[5] < 0);
	return 0;
}

SEC("tp_btf/mshv_unmap_user_memory")
int memory_unmap(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_UNMAP, 0, 0, ctx[3], (__s32)ctx[4] < 0);
	return 0;
}

SEC("tp_btf/mshv_region_fault")
int memory_fault(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_FAULT, 0, !!(__u8)ctx[3], ctx[2], (__s32)ctx[4] < 0);
	return 0;
}

SEC("tp_btf/mshv_region_invalidate")
int memory_invalidate(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_INVALIDATE, 0, 0, ctx[2], false);
	return 0;
}

SEC("tp_btf/mshv_deposit_memory")
int memory_deposit(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_DEPOSIT, 0, 0, ctx[1], (__s32)ctx[2] < 0);
	return 0;
}

SEC("tp_btf/mshv_hvcall_withdraw_memory")
int memory_withdraw(__u64 *ctx)
{
	tally(ctx[0], MSHV_TALLY_WITHDRAW, 0, 0, ctx[1], ctx[2] != 0);
	return 0;
}

/* --- What takes long -------------------------------------------------------------------------- */

enum {
	PARTITION_ID,
	VP_INDEX,
	FIRST_ARGUMENT,
	HVCALL_DURATION_NS = 7,
	EXIT_KERNEL_NS = 5,
	EXIT_VMM_NS = 6,
	EXIT_VP = 8,
};

static __always_inline struct mshv_slow *begin_slow(__u64 *ctx, __u32 is_hvcall)
{
	struct mshv_slow *s = bpf_ringbuf_reserve(&slow, sizeof(*s), 0);
	int i;

	if (!s) {
		__sync_fetch_and_add(&lost_slow, 1);
		return NULL;
	}
	s->time_ns = bpf_ktime_get_ns();
	s->partition_id = ctx[PARTITION_ID];
	s->vp_index = ctx[VP_INDEX];
	s->is_hvcall = is_hvcall;
#pragma unroll
	for (i = 0; i < MSHV_SLOW_ARGS; i++)
		s->arg[i] = ctx[FIRST_ARGUMENT + i];
	s->message_type = 0;
	s->nr_stack = 0;
	return s;
}

SEC("tp_btf/mshv_exit_done")
int slow_exit(__u64 *ctx)
{
	struct mshv_vp___bpf *vp = (void *)ctx[EXIT_VP];
	struct mhv_message___bpf *message;
	struct mshv_slow *s;
	unsigned int i;

	if (ctx[EXIT_KERNEL_NS] + ctx[EXIT_VMM_NS] < slow_ns)
		return 0;
	s = begin_slow(ctx, 0);
	if (!s)
		return 0;
	/* The VP has not been entered again yet, so the page still has the message of the exit. */
	message = vp ? vp->message : NULL;
	if (message) {
		s->message_type = message->header.message_type;
		/* Not by a helper that reads memory: a kernel that is locked down has none. */
#pragma unroll
		for (i = 0; i < MSHV_SLOW_MESSAGE; i++)
			s->message[i] = message->payload[i];
	}
	bpf_ringbuf_submit(s, BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("tp_btf/mshv_hvcall_exit")
int slow_hvcall(__u64 *ctx)
{
	struct mshv_slow *s;
	long bytes;

	if (ctx[HVCALL_DURATION_NS] < slow_ns)
		return 0;
	s = begin_slow(ctx, 1);
	if (!s)
		return 0;
	bytes = bpf_get_stack(ctx, s->stack, sizeof(s->stack), 0);
	if (bytes > 0)
		s->nr_stack = bytes / sizeof(s->stack[0]);
	bpf_ringbuf_submit(s, BPF_RB_NO_WAKEUP);
	return 0;
}
