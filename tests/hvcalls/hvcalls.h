/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a test program asks of the module: a hypercall with any control word and parameters, and a
 * CPU that takes no interrupts for a while. For tests in a virtual machine, and for nothing else.
 */
#ifndef TESTS_HVCALLS_H
#define TESTS_HVCALLS_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define HVCALLS_DEVICE	"mshv-hvcalls"

/**
 * struct hvcalls_call - a hypercall
 * @control: control word
 * @in: address of the input, copied; of a fast call, its two words
 * @out: address of the output, or 0
 * @in_size: size of the input, up to a page
 * @out_size: size of the output, up to a page
 * @offset: where the input begins in its page
 * @reserved: 0
 * @address: physical address of the input instead, or 0
 * @result: result: the result word
 */
struct hvcalls_call {
	__u64 control;
	__u64 in;
	__u64 out;
	__u32 in_size;
	__u32 out_size;
	__u32 offset;
	__u32 reserved;
	__u64 address;
	__u64 result;
};

#define HVCALLS_ISSUE	_IOWR('H', 0, struct hvcalls_call)
/* Number of a page that nobody uses */
#define HVCALLS_PAGE	_IOR('H', 1, __u64)
/* This CPU takes no interrupts until HVCALLS_RELEASE, or for 15 seconds; then ETIMEDOUT. */
#define HVCALLS_HOLD	_IO('H', 2)
#define HVCALLS_RELEASE	_IO('H', 3)
/* EAGAIN: none is held yet */
#define HVCALLS_HELD	_IO('H', 4)
/* What the driver does before a reboot */
#define HVCALLS_REBOOT	_IO('H', 5)

#endif /* TESTS_HVCALLS_H */
