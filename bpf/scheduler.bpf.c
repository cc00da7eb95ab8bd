// SPDX-License-Identifier: GPL-2.0
/*
 * Reads how Linux's own driver lets VPs run: a variable of the driver, which tells it nowhere else.
 * The program is run once by the tool and attached to nothing. It is an object of its own because a
 * kernel that is locked down does not load programs that read memory, and the others are loaded
 * there all the same.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

extern const void hv_scheduler_type __ksym __weak;

/* The variable's value; 0, which is no scheduler, if it is not there */
__u32 scheduler;

SEC("raw_tp")
int read_scheduler(void *ctx)
{
	const void *from = &hv_scheduler_type;
	__u32 value = 0;

	if (from && !bpf_probe_read_kernel(&value, sizeof(value), from))
		scheduler = value;
	return 0;
}
