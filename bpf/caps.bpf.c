// SPDX-License-Identifier: GPL-2.0
/*
 * Counts who asks for, is granted, uses and is refused which capability.
 *
 * What: a record for each (partition, capability, process) in one hash map, read by key.
 *
 * Why so: capabilities are used by ioctls, thousands a second and not millions, so a hash will do,
 * and records come into being as they are needed. Different threads of a process use the same
 * capability at once, so counts are added atomically. Programs of their own, apart from those that
 * count exits: they are attached only while somebody looks at capabilities.
 *
 * Limits: when the map is full, what has no record yet is counted as lost.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <mshv/capstat.h>

char _license[] SEC("license") = "GPL";

__u64 lost;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MSHV_CAPSTAT_RECORDS);
	__type(key, struct mshv_capstat_key);
	__type(value, struct mshv_capstat);
} caps SEC(".maps");

/* Arguments of the events */
enum {
	CAP_PARTITION_ID,
	CAP_ID,
	CAP_TGID,
	CAP_RET,
};

static __always_inline struct mshv_capstat *record(__u64 *ctx)
{
	struct mshv_capstat_key key = {
		.partition_id = ctx[CAP_PARTITION_ID],
		.cap = ctx[CAP_ID],
		.tgid = ctx[CAP_TGID],
	};
	struct mshv_capstat fresh = {}, *r;

	r = bpf_map_lookup_elem(&caps, &key);
	if (r)
		return r;
	bpf_map_update_elem(&caps, &key, &fresh, BPF_NOEXIST);
	r = bpf_map_lookup_elem(&caps, &key);
	if (!r)
		__sync_fetch_and_add(&lost, 1);
	return r;
}

SEC("tp_btf/mshv_cap_query")
int mshv_caps_query(__u64 *ctx)
{
	struct mshv_capstat *r = record(ctx);

	if (r)
		__sync_fetch_and_add(&r->queries, 1);
	return 0;
}

SEC("tp_btf/mshv_cap_enable")
int mshv_caps_enable(__u64 *ctx)
{
	struct mshv_capstat *r = record(ctx);

	if (r && (__s64)ctx[CAP_RET] >= 0)
		__sync_fetch_and_add(&r->enables, 1);
	return 0;
}

SEC("tp_btf/mshv_cap_use")
int mshv_caps_use(__u64 *ctx)
{
	struct mshv_capstat *r = record(ctx);

	if (!r)
		return 0;
	if ((__s64)ctx[CAP_RET] < 0)
		__sync_fetch_and_add(&r->failures, 1);
	else
		__sync_fetch_and_add(&r->uses, 1);
	r->last_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/mshv_cap_reject")
int mshv_caps_reject(__u64 *ctx)
{
	struct mshv_capstat *r = record(ctx);

	if (r)
		__sync_fetch_and_add(&r->rejects, 1);
	return 0;
}
