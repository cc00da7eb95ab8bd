/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the driver's ioctls share: results in TAP, and short ways to make partitions,
 * VPs and hypercalls. They run as root in a virtual machine where nobody else uses the hypervisor,
 * and look at softhv's own counters to see that a call that failed has changed nothing.
 */
#ifndef TESTS_IOCTL_VMM_H
#define TESTS_IOCTL_VMM_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <mshv/hvabi.h>
#include <linux/mshv.h>

#define PAGE		MSHV_HV_PAGE_SIZE
#define WRITABLE	(1 << MSHV_SET_MEM_BIT_WRITABLE)
#define EXECUTABLE	(1 << MSHV_SET_MEM_BIT_EXECUTABLE)
#define UNMAP		(1 << MSHV_SET_MEM_BIT_UNMAP)

/* An address that no program has memory at, and one of the kernel's */
#define BAD_POINTER	((void *)8)
#define KERNEL_ADDRESS	0xffff888000000000ULL

/* What a call that fails may not change */
struct state {
	long partitions;
	long vps;
	long gpa_pages;
	long ports;
	long descriptors;
	long pinned_kib;
};

void ok(bool passed, const char *format, ...) __attribute__((format(printf, 2, 3)));
int done(void);

void state_read(struct state *state);
bool state_same(const struct state *a, const struct state *b);
long softhv_counter(const char *name);
bool fd_line_is(int fd, const char *name, const char *value);
__u64 partition_id(int fd);
bool vp_is_blocked(int partition, __u32 index);
bool vp_wait_blocked(int partition, __u32 index);

int device_open(void);
int partition_create(int device);
int partition_new(int device);
int vp_create(int partition, __u32 index);
int memory_set(int partition, void *at, __u64 gpa, __u64 bytes, __u8 flags);
void *pages_new(size_t count);
int hvcall(int fd, __u16 code, __u16 reps, const void *in, size_t in_bytes, void *out,
	   size_t out_bytes, __u16 *status);
int register_set(int vp, __u32 index, __u32 name, const union mhv_register_value *value);
int vp_start(int vp, __u32 index, __u64 rip);

/* The call fails with the errno, and nothing is changed. */
#define fails(call, error) do {									\
	struct state before_, after_;								\
	int ret_, errno_;									\
												\
	state_read(&before_);									\
	errno = 0;										\
	ret_ = (call);										\
	errno_ = errno;										\
	state_read(&after_);									\
	ok(ret_ == -1 && errno_ == (error), "%s: %s (returned %d, errno %d)", #error, #call,	\
	   ret_, errno_);									\
	if (!state_same(&before_, &after_))							\
		ok(false, "nothing changed by %s", #call);					\
} while (0)

#endif /* TESTS_IOCTL_VMM_H */
