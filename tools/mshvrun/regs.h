/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers of a VP that is not running: by its register page where that is valid, else by
 * hypercalls. Nobody else touches the register page.
 */
#ifndef MSHVRUN_REGS_H
#define MSHVRUN_REGS_H

#include <stdbool.h>

#include <linux/types.h>

#include <mshv/hvabi.h>

struct vp;

/**
 * struct vp_regs - what handling an exit may need to know
 */
struct vp_regs {
	__u64 gpr[MHV_NR_GPRS];
	__u64 rip;
	__u64 rflags;
	struct mhv_segment segment[MHV_NR_PAGE_SEGMENTS];
	__u64 cr0;
	__u64 cr3;
	__u64 cr4;
	__u64 efer;
};

#define X86_RFLAGS_DF		(1ULL << 10)
#define X86_RFLAGS_IF		(1ULL << 9)
#define X86_CR0_PG		(1ULL << 31)
#define X86_CR4_LA57		(1ULL << 12)
#define X86_EFER_LMA		(1ULL << 10)

/* mhv_segment.attributes */
#define X86_SEGMENT_LONG	(1 << 13)
#define X86_SEGMENT_32BIT	(1 << 14)

/**
 * regs_start() - give a new VP its start state: 32-bit protected mode, flat segments, no paging,
 *	interrupts off
 * @vp: the VP
 * @gpr: its general registers
 * @rip: where it starts
 *
 * Return: true, or false after an error message.
 */
bool regs_start(struct vp *vp, const __u64 *gpr, __u64 rip);

/**
 * regs_read() - read a stopped VP's registers
 * @vp: the VP
 * @regs: filled in
 *
 * Return: true, or false after an error message.
 */
bool regs_read(struct vp *vp, struct vp_regs *regs);

/**
 * regs_finish() - write RIP and some general registers at the end of an exit's handling
 * @vp: the VP
 * @rip: where it goes on
 * @mask: bit n set: write gpr[n]
 * @gpr: values, by enum mhv_gpr; may be NULL if @mask is 0
 *
 * Return: true, or false after an error message.
 */
bool regs_finish(struct vp *vp, __u64 rip, __u32 mask, const __u64 *gpr);

#endif /* MSHVRUN_REGS_H */
