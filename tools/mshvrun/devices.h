/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest finds outside of its memory: I/O ports, an MMIO page, two MSRs, a CPUID leaf and
 * hypercalls. What is not listed here reads all ones (MSRs: 0) and takes writes without effect, as
 * on a PC's bus. Nothing here knows how an access came about.
 */
#ifndef MSHVRUN_DEVICES_H
#define MSHVRUN_DEVICES_H

#include <pthread.h>

#include <linux/types.h>

/* I/O ports */
#define VM_PORT_SERIAL		0x3f8	/* a 16550 without input; what it sends goes to stdout */
#define VM_PORT_SERIAL_LAST	0x3ff
#define VM_PORT_DEBUG		0xe9	/* bytes go to stdout; reads 0xe9 */
#define VM_PORT_EXIT		0xf4	/* a write ends the machine, the value is the exit code */

/* Registers of the MMIO page, 4 bytes each */
#define VM_MMIO_GPA		0xd0000000ULL
#define VM_MMIO_ID		0x0	/* VM_MMIO_ID_VALUE */
#define VM_MMIO_SCRATCH		0x4	/* keeps what is written, for all VPs */
#define VM_MMIO_READS		0x8	/* how often this VP has read this register */
#define VM_MMIO_ID_VALUE	0x4d534856U

/* MSRs */
#define VM_MSR_SCRATCH		0x40000200U	/* keeps what is written, for each VP */
#define VM_MSR_VP_INDEX		0x40000201U	/* read-only */

/* CPUID: EAX, EBX "mshvrun ", ECX VP index, EDX number of VPs */
#define VM_CPUID_LEAF		0x40000100U

/* Hypercalls, by EAX; any other gives -1 */
#define VM_HYPERCALL_PUTCHAR	0	/* prints CL */
#define VM_HYPERCALL_VP_INDEX	1

struct vp;

/**
 * struct vm_devices - state that all VPs share
 * @lock: protects what follows
 */
struct vm_devices {
	pthread_mutex_t lock;
	__u32 mmio_scratch;
	__u8 serial_ier;
	__u8 serial_lcr;
	__u8 serial_mcr;
	__u8 serial_scratch;
	__u8 serial_divisor[2];
};

/* State of the VP's own; only its thread touches it */
struct vp_devices {
	__u32 mmio_reads;
	__u64 msr_scratch;
};

/**
 * struct cpuid_result - registers after CPUID
 */
struct cpuid_result {
	__u32 eax;
	__u32 ebx;
	__u32 ecx;
	__u32 edx;
};

/**
 * io_read() - IN
 * @vp: whose access it is
 * @port: I/O port
 * @bytes: 1, 2 or 4
 *
 * Return: the value, in the low @bytes bytes.
 */
__u32 io_read(struct vp *vp, __u16 port, unsigned int bytes);

/**
 * io_write() - OUT
 * @vp: whose access it is
 * @port: I/O port
 * @bytes: 1, 2 or 4
 * @value: the value; bits above @bytes bytes are ignored
 */
void io_write(struct vp *vp, __u16 port, unsigned int bytes, __u32 value);

/**
 * mmio_read() - read outside of memory
 * @vp: whose access it is
 * @gpa: guest physical address
 * @bytes: 1 to 8, within a page
 *
 * Return: the value, in the low @bytes bytes.
 */
__u64 mmio_read(struct vp *vp, __u64 gpa, unsigned int bytes);

/**
 * mmio_write() - write outside of memory, or to read-only memory
 * @vp: whose access it is
 * @gpa: guest physical address
 * @bytes: 1 to 8, within a page
 * @value: the value; bits above @bytes bytes are ignored
 */
void mmio_write(struct vp *vp, __u64 gpa, unsigned int bytes, __u64 value);

/**
 * msr_read() - RDMSR
 * @vp: whose access it is
 * @msr: number
 *
 * Return: the value.
 */
__u64 msr_read(struct vp *vp, __u32 msr);

/**
 * msr_write() - WRMSR
 * @vp: whose access it is
 * @msr: number
 * @value: EDX:EAX
 */
void msr_write(struct vp *vp, __u32 msr, __u64 value);

/**
 * cpuid_leaf() - CPUID of a leaf that is mshvrun's
 * @vp: whose access it is
 * @leaf: EAX
 * @result: filled in for VM_CPUID_LEAF, otherwise left as it is
 */
void cpuid_leaf(const struct vp *vp, __u32 leaf, struct cpuid_result *result);

/**
 * guest_hypercall() - VMMCALL
 * @vp: whose call it is
 * @number: EAX
 * @parameter: ECX
 *
 * Return: the new EAX.
 */
__u32 guest_hypercall(struct vp *vp, __u32 number, __u32 parameter);

#endif /* MSHVRUN_DEVICES_H */
