/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF programs read of the driver's objects beyond the tracepoints' arguments. These are
 * flavours (the part from ___ on is ignored): CO-RE finds the fields in the running module's BTF by
 * name, so the driver may move them, and only these names are a seam. Needs vmlinux.h first.
 */
#ifndef MSHV_BPF_DRIVER_H
#define MSHV_BPF_DRIVER_H

#define MSHV_CORE __attribute__((preserve_access_index))

struct mshv_partition___bpf {
	__u64 id;
	__u32 slot;
	__u32 vmm_tgid;
} MSHV_CORE;

struct mhv_message_header___bpf {
	__u32 message_type;
} MSHV_CORE;

struct mhv_message___bpf {
	struct mhv_message_header___bpf header;
	__u64 payload[30];
} MSHV_CORE;

struct mshv_vp___bpf {
	struct mshv_partition___bpf *partition;
	struct mhv_message___bpf *message;
} MSHV_CORE;

#endif /* MSHV_BPF_DRIVER_H */
