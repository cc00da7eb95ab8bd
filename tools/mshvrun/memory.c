// SPDX-License-Identifier: GPL-2.0
/*
 * Access to the guest's memory, see memory.h. Everything that comes from the guest's page tables is
 * checked against the memory that there is.
 */
#include <string.h>

#include "devices.h"
#include "memory.h"
#include "regs.h"
#include "vm.h"

#define PTE_PRESENT		0x1ULL
#define PTE_LARGE		0x80ULL
#define PTE_ADDRESS_MASK	0x000ffffffffff000ULL
#define PAGING_LEVELS		4

void *memory_at(const struct vm *vm, __u64 gpa, size_t bytes, bool write)
{
	__u64 ram = vm->options->mem_bytes;

	if (gpa >= VM_ROM_GPA && gpa < VM_ROM_GPA + VM_ROM_BYTES)
		return write ? NULL : vm->rom + (gpa - VM_ROM_GPA);
	if (gpa >= ram || bytes > ram - gpa)
		return NULL;
	return vm->ram + gpa;
}

const char *memory_translate(const struct vm *vm, const struct vp_regs *regs, __u64 linear,
			     __u64 *gpa)
{
	__u64 base = regs->cr3 & PTE_ADDRESS_MASK;
	__u64 offset_mask = 0;
	int level;

	if (!(regs->cr0 & X86_CR0_PG)) {
		*gpa = linear & 0xffffffff;
		return NULL;
	}
	if (!(regs->efer & X86_EFER_LMA) || (regs->cr4 & X86_CR4_LA57))
		return "needs a paging mode that mshvrun does not know: it knows 4-level paging";

	for (level = PAGING_LEVELS; level > 0; level--) {
		unsigned int shift = 12 + 9 * (level - 1);
		__u64 *at = memory_at(vm, base + 8 * ((linear >> shift) & 0x1ff), 8, false);
		__u64 entry;

		if (!at)
			return "needs a page table that is not in memory";
		/* Another VP may be changing it. */
		entry = __atomic_load_n(at, __ATOMIC_RELAXED);
		if (!(entry & PTE_PRESENT))
			return "needs an address that the guest's page tables do not have";
		base = entry & PTE_ADDRESS_MASK;
		offset_mask = (1ULL << shift) - 1;
		if (level < PAGING_LEVELS && (entry & PTE_LARGE))
			break;
	}
	*gpa = (base & ~offset_mask) | (linear & offset_mask);
	return NULL;
}

/* How much of an access lies in its first page, and is not too wide for a device */
static size_t first_part(__u64 linear, size_t bytes)
{
	size_t in_page = MHV_PAGE_SIZE - (linear & (MHV_PAGE_SIZE - 1));

	return bytes < in_page ? bytes : in_page;
}

const char *memory_read(struct vp *vp, const struct vp_regs *regs, __u64 linear, void *data,
			size_t bytes)
{
	while (bytes) {
		size_t part = first_part(linear, bytes);
		const char *error;
		const void *from;
		__u64 gpa, value;

		error = memory_translate(vp->vm, regs, linear, &gpa);
		if (error)
			return error;
		from = memory_at(vp->vm, gpa, part, false);
		if (from) {
			memcpy(data, from, part);
		} else {
			part = part < sizeof(value) ? part : sizeof(value);
			value = mmio_read(vp, gpa, part);
			memcpy(data, &value, part);
		}
		data = (char *)data + part;
		linear += part;
		bytes -= part;
	}
	return NULL;
}

const char *memory_write(struct vp *vp, const struct vp_regs *regs, __u64 linear, const void *data,
			 size_t bytes)
{
	while (bytes) {
		size_t part = first_part(linear, bytes);
		const char *error;
		__u64 value = 0;
		__u64 gpa;
		void *to;

		error = memory_translate(vp->vm, regs, linear, &gpa);
		if (error)
			return error;
		to = memory_at(vp->vm, gpa, part, true);
		if (to) {
			memcpy(to, data, part);
		} else {
			memcpy(&value, data, part);
			mmio_write(vp, gpa, part, value);
		}
		data = (const char *)data + part;
		linear += part;
		bytes -= part;
	}
	return NULL;
}
