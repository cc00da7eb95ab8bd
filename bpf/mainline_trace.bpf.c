// SPDX-License-Identifier: GPL-2.0
/*
 * Hands over the events of Linux's own driver one by one, as trace.bpf.c does with ours: the same
 * record, buffer and filter. Which argument stands where differs from kernel to kernel, so the tool
 * looks it up and sets it as constant data. The arguments are numbers, so these are raw
 * tracepoints.
 *
 * Limits: these events have no durations and do not say who the VMM is, so the filter knows only
 * partitions, VPs, and the process that an event happens in.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <mshv/trace.h>
#include "argument.h"

char _license[] SEC("license") = "GPL";

/* Bytes to read for which the reader is woken */
#define WAKE_BYTES	(64 << 10)
#define NO_VP		0xffffffffU

/* Set before loading */
const volatile struct mshv_trace_filter filter = {};
const volatile struct mshv_trace_layout layouts[MSHV_NR_MAINLINE] = {};

__u64 lost;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} events SEC(".maps");

static __always_inline int send(const __u64 *args, __u32 kind)
{
	const volatile struct mshv_trace_layout *layout = &layouts[kind - MSHV_NR_TRACE_KINDS];
	__u32 tgid = bpf_get_current_pid_tgid() >> 32, vp_index = NO_VP;
	__u64 partition_id = argument(args, layout->partition_id);
	struct mshv_trace_record *r;
	__u8 place;
	int i;

	place = layout->vp_index;
	if (place != MSHV_NO_ARGUMENT)
		vp_index = argument(args, place);
	if ((filter.partition_id && partition_id != filter.partition_id) ||
	    (filter.vp_index && vp_index != filter.vp_index - 1) ||
	    (filter.tgid && tgid != filter.tgid))
		return 0;
	r = bpf_ringbuf_reserve(&events, sizeof(*r), 0);
	if (!r) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	r->time_ns = bpf_ktime_get_ns();
	r->partition_id = partition_id;
	r->vp_index = vp_index;
	r->kind = kind;
	r->tgid = tgid;
	r->absent = 0;
#pragma unroll
	for (i = 0; i < MSHV_TRACE_ARGS; i++) {
		place = layout->arg[i];
		if (place == MSHV_NO_ARGUMENT)
			r->absent |= 1U << i;
		r->arg[i] = argument(args, place);
	}
	bpf_ringbuf_submit(r, bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= WAKE_BYTES ?
			      BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
	return 0;
}

#define MSHV_MAINLINE(event, ...)							\
SEC("raw_tp/" #event)									\
int on_##event(struct bpf_raw_tracepoint_args *ctx)					\
{											\
	return send(ctx->args, MSHV_TRACE_##event);					\
}
#include <mshv/mainline.def>
