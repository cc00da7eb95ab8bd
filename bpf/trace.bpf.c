// SPDX-License-Identifier: GPL-2.0
/*
 * Hands events over one by one: every hypercall, every exit cycle, every intercept with what it was
 * about, as far as the filter lets them through.
 *
 * What: a record of fixed size for each event in one ring buffer, in the order of the events.
 *
 * Why so:
 * - The filter is constant data, set before loading: an unused filter costs nothing, because the
 *   verifier removes the dead branches. Programs whose events are not wanted are not loaded.
 * - The reader is woken when there is much to read, and looks from time to time by itself. Waking
 *   it for each event would cost more than the event.
 * - When the buffer is full an event is dropped and counted; nothing waits for the reader.
 *
 * Limits: following every event makes a busy guest much slower; counts.bpf.c counts for a fraction
 * of that.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <mshv/trace.h>
#include "driver.h"

char _license[] SEC("license") = "GPL";

/* Bytes to read for which the reader is woken */
#define WAKE_BYTES	(64 << 10)

/* Set before loading */
const volatile struct mshv_trace_filter filter = {};

__u64 lost;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} events SEC(".maps");

/* Arguments that all events begin with, and those that the filter looks at */
enum {
	PARTITION_ID,
	VP_INDEX,
	FIRST_ARGUMENT,
	HVCALL_CODE = FIRST_ARGUMENT,
	HVCALL_DURATION_NS = 7,
	EXIT_REASON = 3,
	EXIT_KERNEL_NS = 5,
	EXIT_VMM_NS = 6,
};

static __always_inline void send(__u64 *ctx, __u32 kind, __u32 nr_args,
				 struct mshv_partition___bpf *partition)
{
	struct mshv_trace_record *r;
	__u64 flags;
	__u32 tgid, i;

	if (filter.partition_id && ctx[PARTITION_ID] != filter.partition_id)
		return;
	if (filter.vp_index && (__u32)ctx[VP_INDEX] != filter.vp_index - 1)
		return;
	tgid = partition ? partition->vmm_tgid : bpf_get_current_pid_tgid() >> 32;
	if (filter.tgid && tgid != filter.tgid)
		return;
	r = bpf_ringbuf_reserve(&events, sizeof(*r), 0);
	if (!r) {
		__sync_fetch_and_add(&lost, 1);
		return;
	}
	r->time_ns = bpf_ktime_get_ns();
	r->partition_id = ctx[PARTITION_ID];
	r->vp_index = ctx[VP_INDEX];
	r->kind = kind;
	r->tgid = tgid;
	r->absent = 0;
#pragma unroll
	for (i = 0; i < MSHV_TRACE_ARGS; i++)
		r->arg[i] = i < nr_args ? ctx[FIRST_ARGUMENT + i] : 0;
	flags = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= WAKE_BYTES ?
		BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
	bpf_ringbuf_submit(r, flags);
}

SEC("tp_btf/mshv_hvcall_exit")
int mshv_trace_HVCALL(__u64 *ctx)
{
	if (filter.code && (__u16)ctx[HVCALL_CODE] != filter.code - 1)
		return 0;
	if (filter.min_ns && ctx[HVCALL_DURATION_NS] < filter.min_ns)
		return 0;
	send(ctx, MSHV_TRACE_HVCALL, 6, (void *)ctx[8]);
	return 0;
}

/* Latencies are what the guest waited for without being halted, as in mshv/counts.h. */
SEC("tp_btf/mshv_exit_done")
int mshv_trace_EXIT(__u64 *ctx)
{
	struct mshv_vp___bpf *vp = (void *)ctx[8];

	if (filter.reason && (__u32)ctx[EXIT_REASON] != filter.reason - 1)
		return 0;
	if (filter.min_ns && ctx[EXIT_KERNEL_NS] + ctx[EXIT_VMM_NS] < filter.min_ns)
		return 0;
	send(ctx, MSHV_TRACE_EXIT, 6, vp ? vp->partition : NULL);
	return 0;
}

#define INTERCEPT(kind, event, nr)						\
SEC("tp_btf/" #event)								\
int mshv_trace_##kind(__u64 *ctx)						\
{										\
	struct mshv_vp___bpf *vp = (void *)ctx[FIRST_ARGUMENT + nr];		\
										\
	send(ctx, MSHV_TRACE_##kind, nr, vp ? vp->partition : NULL);		\
	return 0;								\
}

INTERCEPT(IO_PORT, mshv_intercept_io_port, 7)
INTERCEPT(MSR, mshv_intercept_msr, 4)
INTERCEPT(CPUID, mshv_intercept_cpuid, 3)
INTERCEPT(GPA, mshv_intercept_gpa, 5)
INTERCEPT(EXCEPTION, mshv_intercept_exception, 4)
INTERCEPT(HYPERCALL, mshv_intercept_hypercall, 5)
INTERCEPT(HALT, mshv_intercept_halt, 1)
INTERCEPT(TRIPLE_FAULT, mshv_intercept_triple_fault, 1)
INTERCEPT(OTHER, mshv_intercept_other, 3)
