/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest's memory as mshvrun sees it: by guest physical address, and by linear address through
 * the guest's page tables. Addresses that are no memory go to the devices.
 */
#ifndef MSHVRUN_MEMORY_H
#define MSHVRUN_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct vm;
struct vp;
struct vp_regs;

/**
 * memory_at() - the host's view of guest memory
 * @vm: the machine
 * @gpa: guest physical address
 * @bytes: how much of it; must not cross a page
 * @write: read-only memory is no memory
 *
 * Return: a pointer to it, or NULL where there is no memory.
 */
void *memory_at(const struct vm *vm, __u64 gpa, size_t bytes, bool write);

/**
 * memory_translate() - linear to guest physical address, as the VP's page tables have it
 * @vm: the machine
 * @regs: the VP's registers
 * @linear: linear address
 * @gpa: filled in
 *
 * Reads the tables, sets no accessed or dirty bits and looks at no rights: it follows accesses that
 * the processor made already. Knows 4-level paging and no paging.
 *
 * Return: NULL, or what is wrong, as the end of a sentence.
 */
const char *memory_translate(const struct vm *vm, const struct vp_regs *regs, __u64 linear,
			     __u64 *gpa);

/**
 * memory_read() - read by linear address, from memory or devices
 * @vp: whose access it is
 * @regs: its registers
 * @linear: linear address
 * @data: filled in
 * @bytes: 1 to 16; devices are read in parts of at most 8
 *
 * Return: NULL, or what is wrong, as the end of a sentence.
 */
const char *memory_read(struct vp *vp, const struct vp_regs *regs, __u64 linear, void *data,
			size_t bytes);

/**
 * memory_write() - write by linear address, to memory or devices
 * @vp: whose access it is
 * @regs: its registers
 * @linear: linear address
 * @data: what to write
 * @bytes: 1 to 8
 *
 * Return: NULL, or what is wrong, as the end of a sentence.
 */
const char *memory_write(struct vp *vp, const struct vp_regs *regs, __u64 linear, const void *data,
			 size_t bytes);

#endif /* MSHVRUN_MEMORY_H */
