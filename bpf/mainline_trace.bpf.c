// SPDX-License-Identifier: GPL-2.0
/*
 * Hands over the events of Linux's own driver one by one, all arguments as they are, as trace.bpf.c
 * does with ours: the same record, buffer and filter. Raw tracepoints, as the arguments are
 * numbers, so that no BTF of the driver is needed.
 *
 * Limits: these events have no durations and do not say who the VMM is, so the filter knows only
 * partitions, VPs, and the process that an event happens in.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <mshv/trace.h>

char _license[] SEC("license") = "GPL";

/* Bytes to read for which the reader is woken */
#define WAKE_BYTES	(64 << 10)
#define NO_VP		0xffffffffU

/* Set before loading */
const volatile struct mshv_trace_filter filter = {};

__u64 lost;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} events SEC(".maps");

static __always_inline int send(const __u64 *args, __u32 kind, int nr, int partition, int vp)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32, vp_index = NO_VP;
	__u64 partition_id = args[partition];
	struct mshv_trace_record *r;
	int i;

	if (vp >= 0)
		vp_index = args[vp];
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
	r->pad = 0;
#pragma unroll
	for (i = 0; i < MSHV_TRACE_ARGS; i++)
		r->arg[i] = i < nr ? args[i] : 0;
	bpf_ringbuf_submit(r, bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= WAKE_BYTES ?
			      BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
	return 0;
}

#define MSHV_MAINLINE(event, nr, partition, vp, ...)					\
SEC("raw_tp/" #event)									\
int on_##event(struct bpf_raw_tracepoint_args *ctx)					\
{											\
	return send(ctx->args, MSHV_TRACE_##event, nr, partition, vp);			\
}
#include <mshv/mainline.def>
