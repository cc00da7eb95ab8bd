/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A VP that reads from, or writes to, one address of its memory and comes back, for tests of guest
 * memory of many kinds; and what the hypervisor's statistics say of a partition's memory.
 */
#ifndef TESTS_IOCTL_TOUCH_H
#define TESTS_IOCTL_TOUCH_H

#include "vmm.h"

#define LARGE_PAGE	(2UL << 20)

enum touch {
	TOUCH_READ,
	TOUCH_WRITE,
};

/**
 * struct toucher - a partition with one VP and a page of code
 * @partition: its descriptor; it has no local APIC
 * @vp: its VP's descriptor
 * @code: the page, at guest address 0
 */
struct toucher {
	int partition;
	int vp;
	void *code;
};

bool toucher_open(struct toucher *toucher, int device);
void toucher_close(struct toucher *toucher);
__u32 toucher_touch(const struct toucher *toucher, enum touch how, __u64 gpa);
long partition_counter(int partition, const char *name);

#endif /* TESTS_IOCTL_TOUCH_H */
