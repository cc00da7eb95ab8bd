/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An argument of an event whose place is only known when the programs are loaded: constant data set
 * before. Needs vmlinux.h first.
 */
#ifndef MSHV_BPF_ARGUMENT_H
#define MSHV_BPF_ARGUMENT_H

#include <bpf/bpf_helpers.h>
#include <mshv/layout.h>

/*
 * The verifier knows constant data, so only one of these reads remains of the program that runs.
 * It refuses an address that is computed from the context, which is why each read has its own
 * constant offset, and why the compiler is kept from joining them.
 */
static __always_inline __u64 argument(const __u64 *args, __u8 index)
{
	__u64 value = 0;

#define MSHV_READ_ARGUMENT(i)		\
	if (index == (i)) {		\
		value = args[i];	\
		barrier_var(value);	\
		return value;		\
	}
	MSHV_READ_ARGUMENT(0)
	MSHV_READ_ARGUMENT(1)
	MSHV_READ_ARGUMENT(2)
	MSHV_READ_ARGUMENT(3)
	MSHV_READ_ARGUMENT(4)
	MSHV_READ_ARGUMENT(5)
	MSHV_READ_ARGUMENT(6)
	MSHV_READ_ARGUMENT(7)
	MSHV_READ_ARGUMENT(8)
	MSHV_READ_ARGUMENT(9)
#undef MSHV_READ_ARGUMENT
	return value;
}

#endif /* MSHV_BPF_ARGUMENT_H */
