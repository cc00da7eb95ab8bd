// SPDX-License-Identifier: GPL-2.0
/*
 * Walks the guest's own page tables, to read the instruction that the guest is at. Without side
 * effects: sets no accessed bits, raises no faults, checks no permissions, because the guest
 * itself was just here. VP locked.
 */
#include <linux/mm.h>
#include <asm/processor-flags.h>

#include "softhv.h"

#define PTE_PRESENT	BIT_ULL(0)
#define PTE_LARGE	BIT_ULL(7)
#define PTE_ADDRESS	GENMASK_ULL(51, 12)
/* A page of 4 MiB in a 32-bit entry: address bits 39:32 in 20:13 */
#define PSE_ADDRESS	GENMASK_ULL(31, 22)
#define PSE_HIGH_SHIFT	13
#define PSE_HIGH_MASK	0xffULL

/* How one level of tables is indexed. */
struct walk_level {
	u8 shift;
	u8 bits;
	bool large;	/* an entry may map a page here */
};

static const struct walk_level long_mode[] = {
	{ 39, 9, false }, { 30, 9, true }, { 21, 9, true }, { 12, 9, false },
};

static const struct walk_level pae_mode[] = {
	{ 30, 2, false }, { 21, 9, true }, { 12, 9, false },
};

static const struct walk_level legacy_mode[] = {
	{ 22, 10, true }, { 12, 10, false },
};

/* Reads a page table entry, of 4 or 8 bytes; one that cannot be read is not present. */
static u64 softhv_read_entry(struct softhv_vp *vp, u64 gpa, u32 size)
{
	struct softhv_partition *partition = vp->partition;
	const void *entry;
	u64 value = 0;

	spin_lock(&partition->lock);
	entry = softhv_npt_read_ptr(partition, gpa);
	if (entry)
		value = size == sizeof(u32) ? READ_ONCE(*(const u32 *)entry) :
					      READ_ONCE(*(const u64 *)entry);
	spin_unlock(&partition->lock);
	return value;
}

static bool softhv_walk(struct softhv_vp *vp, u64 gva, const struct walk_level *levels, u32 nr,
			u64 table, u64 *gpa)
{
	u32 size = levels[nr - 1].bits == 10 ? sizeof(u32) : sizeof(u64);
	bool large_pages = size == sizeof(u64) || (vp->vmcb->save.cr4 & X86_CR4_PSE);
	u64 entry = table;
	u64 page, index;
	u32 i;

	for (i = 0; i < nr; i++) {
		index = (gva >> levels[i].shift) & GENMASK_ULL(levels[i].bits - 1, 0);
		entry = softhv_read_entry(vp, table + index * size, size);
		if (!(entry & PTE_PRESENT))
			return false;
		if (levels[i].large && (entry & PTE_LARGE) && large_pages)
			break;
		table = entry & PTE_ADDRESS;
	}

	i = min(i, nr - 1);
	page = BIT_ULL(levels[i].shift);
	*gpa = entry & PTE_ADDRESS & ~(page - 1);
	if (size == sizeof(u32) && levels[i].large)
		*gpa = (entry & PSE_ADDRESS) | ((entry >> PSE_HIGH_SHIFT) & PSE_HIGH_MASK) << 32;
	*gpa |= gva & (page - 1);
	return true;
}

/**
 * softhv_gva_to_gpa() - translate an address as the guest does
 * @vp: locked
 * @gva: linear address
 * @gpa: the guest physical address
 *
 * Return: whether there is one.
 */
bool softhv_gva_to_gpa(struct softhv_vp *vp, u64 gva, u64 *gpa)
{
	const struct vmcb_save_area *save = &vp->vmcb->save;

	if (!(save->cr0 & X86_CR0_PG)) {
		*gpa = gva;
		return true;
	}
	if (save->efer & EFER_LMA)
		return softhv_walk(vp, gva, long_mode, ARRAY_SIZE(long_mode),
				   save->cr3 & PTE_ADDRESS, gpa);
	if (save->cr4 & X86_CR4_PAE)
		return softhv_walk(vp, gva, pae_mode, ARRAY_SIZE(pae_mode),
				   save->cr3 & GENMASK_ULL(31, 5), gpa);
	return softhv_walk(vp, gva, legacy_mode, ARRAY_SIZE(legacy_mode),
			   save->cr3 & GENMASK_ULL(31, 12), gpa);
}

/**
 * softhv_linear_rip() - the linear address of the next instruction
 * @vp: locked
 */
u64 softhv_linear_rip(const struct softhv_vp *vp)
{
	const struct vmcb_save_area *save = &vp->vmcb->save;

	if ((save->efer & EFER_LMA) && (save->cs.attrib & SVM_SELECTOR_L_MASK))
		return save->rip;
	return lower_32_bits(save->cs.base + save->rip);
}

/**
 * softhv_fetch() - read the bytes of the next instruction, and what follows it
 * @vp: locked
 * @bytes: where to
 * @size: how many to read at most; no more than a page
 *
 * Return: how many could be read.
 */
u8 softhv_fetch(struct softhv_vp *vp, u8 *bytes, u8 size)
{
	struct softhv_partition *partition = vp->partition;
	u64 gva = softhv_linear_rip(vp);
	u8 done = 0;

	while (done < size) {
		u8 part = min_t(u64, size - done, PAGE_SIZE - offset_in_page(gva + done));
		const u8 *from;
		u64 gpa;

		if (!softhv_gva_to_gpa(vp, gva + done, &gpa))
			break;
		spin_lock(&partition->lock);
		from = softhv_npt_read_ptr(partition, gpa);
		if (from)
			memcpy(bytes + done, from, part);
		spin_unlock(&partition->lock);
		if (!from)
			break;
		done += part;
	}
	return done;
}
