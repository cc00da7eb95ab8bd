// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that do nothing, the floor that others are measured against: what it costs to have any
 * program on an event. They may not be loaded together with others on the same event, as a second
 * program makes the first one dearer.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

SEC("tp_btf/mshv_exit_done")
int empty_exit_done(void *ctx)
{
	return 0;
}

SEC("tp_btf/mshv_hvcall_exit")
int empty_hvcall_exit(void *ctx)
{
	return 0;
}

SEC("tp_btf/mshv_run_vp_entry")
int empty_run_vp_entry(void *ctx)
{
	return 0;
}

SEC("raw_tp/mshv_exit_done")
int raw_exit_done(void *ctx)
{
	return 0;
}

SEC("raw_tp/mshv_hvcall_exit")
int raw_hvcall_exit(void *ctx)
{
	return 0;
}
