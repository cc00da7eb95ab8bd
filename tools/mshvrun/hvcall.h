/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls through the driver (MSHV_ROOT_HVCALL), with an error message that names the call and
 * the hypervisor's status. Knows nothing of what the calls mean.
 */
#ifndef MSHVRUN_HVCALL_H
#define MSHVRUN_HVCALL_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include <mshv/hvabi.h>

/**
 * struct hvcall - a hypercall and its parameters
 * @code: enum mhv_hvcall
 * @what: for the error message: "SET_VP_REGISTERS of VP 2"
 * @in: input; the driver puts the partition's id in its first 8 bytes
 * @in_bytes: its size
 * @out: output, or NULL
 * @out_bytes: its size
 * @reps: elements of a rep call, otherwise 0
 */
struct hvcall {
	enum mhv_hvcall code;
	const char *what;
	const void *in;
	size_t in_bytes;
	void *out;
	size_t out_bytes;
	unsigned int reps;
};

/**
 * hvcall() - issue a hypercall
 * @fd: descriptor of the partition or of the VP
 * @call: all elements of a rep call are done, or it has failed
 *
 * Return: true, or false after an error message.
 */
bool hvcall(int fd, const struct hvcall *call);

#endif /* MSHVRUN_HVCALL_H */
