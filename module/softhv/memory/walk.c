// SPDX-License-Identifier: GPL-2.0
/*
 * Walks the guest's own page tables, to read the instruction that the guest is at and to translate
 * addresses for the parent. Raises no faults, and sets accessed and dirty bits only when it is
 * asked to. VP locked.
 */
#include <linux/mm.h>
#include <asm/processor-flags.h>

#include "softhv/softhv.h"

#define PTE_PRESENT	BIT_ULL(0)
#define PTE_WRITABLE	BIT_ULL(1)
#define PTE_USER	BIT_ULL(2)
#define PTE_ACCESSED	BIT_ULL(5)
#define PTE_DIRTY	BIT_ULL(6)
#define PTE_LARGE	BIT_ULL(7)
#define PTE_ADDRESS	GENMASK_ULL(51, 12)
#define PTE_NO_EXECUTE	BIT_ULL(63)
/* The PAT bit of a large page, in the middle of address bits that have to be zero */
#define PTE_LARGE_PAT	BIT_ULL(12)
/* A page of 4 MiB in a 32-bit entry: address bits 39:32 in 20:13 */
#define PSE_ADDRESS	GENMASK_ULL(31, 22)
#define PSE_HIGH_SHIFT	13
#define PSE_HIGH_MASK	0xffULL

#define WALK_MAX_LEVELS	4

/* How one level of tables is indexed. */
struct walk_level {
	u8 shift;
	u8 bits;
	bool large;	/* an entry may map a page here */
	bool rights;	/* an entry limits what the pages below it may be used for */
};

static const struct walk_level long_mode[] = {
	{ 39, 9, false, true }, { 30, 9, true, true }, { 21, 9, true, true },
	{ 12, 9, false, true },
};

static const struct walk_level pae_mode[] = {
	{ 30, 2, false, false }, { 21, 9, true, true }, { 12, 9, false, true },
};

static const struct walk_level legacy_mode[] = {
	{ 22, 10, true, true }, { 12, 10, false, true },
};

/**
 * struct walk - a walk in progress
 * @levels: the tables of the guest's paging mode
 * @nr_levels: their number
 * @entry_size: 4 or 8 bytes
 * @at: addresses of the entries that were used
 * @used: their number
 * @writable: what all entries allow
 * @user: what all entries allow
 * @no_execute: what any entry forbids
 */
struct walk {
	const struct walk_level *levels;
	u32 nr_levels;
	u32 entry_size;
	u64 at[WALK_MAX_LEVELS];
	u32 used;
	bool writable;
	bool user;
	bool no_execute;
};

/* Read a page table entry, of 4 or 8 bytes. */
static enum mhv_translate_result walk_read(struct softhv_vp *vp, u64 gpa, u32 size, u64 *value)
{
	struct softhv_partition *partition = vp->partition;
	enum mhv_translate_result result = MHV_TRANSLATE_SUCCESS;
	const void *entry;

	spin_lock(&partition->lock);
	entry = softhv_npt_read_ptr(partition, gpa);
	if (entry)
		*value = size == sizeof(u32) ? READ_ONCE(*(const u32 *)entry) :
					       READ_ONCE(*(const u64 *)entry);
	else
		result = softhv_npt_access(partition, gpa, MHV_ACCESS_READ) ==
			 SOFTHV_NPT_UNMAPPED ? MHV_TRANSLATE_GPA_UNMAPPED :
					       MHV_TRANSLATE_GPA_NO_READ_ACCESS;
	spin_unlock(&partition->lock);
	return result;
}

/* Set bits of a page table entry; all of them are in its lower half. */
static enum mhv_translate_result walk_set(struct softhv_vp *vp, u64 gpa, u32 bits)
{
	struct softhv_partition *partition = vp->partition;
	enum mhv_translate_result result = MHV_TRANSLATE_SUCCESS;
	atomic_t *entry;

	spin_lock(&partition->lock);
	entry = softhv_npt_write_ptr(partition, gpa);
	if (entry)
		atomic_or(bits, entry);
	else
		result = MHV_TRANSLATE_GPA_NO_WRITE_ACCESS;
	spin_unlock(&partition->lock);
	return result;
}

/* Bits that the CPU faults on when they are set in an entry of 8 bytes */
static u64 walk_reserved(const struct softhv_vp *vp, const struct walk_level *level, u64 entry)
{
	u64 reserved = PTE_ADDRESS & ~(BIT_ULL(softhv_caps.gpa_bits) - 1);

	if (!(vp->vmcb->save.efer & EFER_NX))
		reserved |= PTE_NO_EXECUTE;
	if (level->shift == long_mode[0].shift)
		reserved |= PTE_LARGE;
	if (level->large && (entry & PTE_LARGE))
		reserved |= (BIT_ULL(level->shift) - 1) & PTE_ADDRESS & ~PTE_LARGE_PAT;
	return reserved;
}

static enum mhv_translate_result walk_tables(struct softhv_vp *vp, struct walk *walk, u64 gva,
					     u64 table, u64 *gpa)
{
	bool wide = walk->entry_size == sizeof(u64);
	bool large_pages = wide || (vp->vmcb->save.cr4 & X86_CR4_PSE);
	const struct walk_level *level;
	enum mhv_translate_result result;
	u64 entry, page, index;

	for (level = walk->levels; ; level++) {
		index = (gva >> level->shift) & GENMASK_ULL(level->bits - 1, 0);
		walk->at[walk->used] = table + index * walk->entry_size;
		*gpa = walk->at[walk->used];
		result = walk_read(vp, walk->at[walk->used++], walk->entry_size, &entry);
		if (result)
			return result;
		*gpa = 0;
		if (!(entry & PTE_PRESENT))
			return MHV_TRANSLATE_PAGE_NOT_PRESENT;
		if (wide && (entry & walk_reserved(vp, level, entry)))
			return MHV_TRANSLATE_INVALID_PAGE_TABLE_FLAGS;
		if (level->rights) {
			walk->writable &= !!(entry & PTE_WRITABLE);
			walk->user &= !!(entry & PTE_USER);
			walk->no_execute |= wide && (entry & PTE_NO_EXECUTE);
		}
		if (walk->used == walk->nr_levels)
			break;
		if (level->large && (entry & PTE_LARGE) && large_pages)
			break;
		table = entry & PTE_ADDRESS;
	}

	page = BIT_ULL(level->shift);
	*gpa = entry & PTE_ADDRESS & ~(page - 1);
	if (!wide && level->large)
		*gpa = (entry & PSE_ADDRESS) | ((entry >> PSE_HIGH_SHIFT) & PSE_HIGH_MASK) << 32;
	*gpa |= gva & (page - 1);
	return MHV_TRANSLATE_SUCCESS;
}

/* What the tables allow, as the CPU judges it. */
static bool walk_allowed(const struct softhv_vp *vp, const struct walk *walk, u64 flags)
{
	const struct vmcb_save_area *save = &vp->vmcb->save;
	bool user = save->cpl == 3 && !(flags & MHV_TRANSLATE_PRIVILEGE_EXEMPT);
	bool data = flags & (MHV_TRANSLATE_VALIDATE_READ | MHV_TRANSLATE_VALIDATE_WRITE);
	bool supervisor = !user && !(flags & MHV_TRANSLATE_PRIVILEGE_EXEMPT);

	if (user && !walk->user && (data || (flags & MHV_TRANSLATE_VALIDATE_EXECUTE)))
		return false;
	if ((flags & MHV_TRANSLATE_VALIDATE_WRITE) && !walk->writable &&
	    (user || (save->cr0 & X86_CR0_WP)))
		return false;
	if ((flags & MHV_TRANSLATE_VALIDATE_EXECUTE) &&
	    (walk->no_execute || (supervisor && walk->user && (save->cr4 & X86_CR4_SMEP))))
		return false;
	return !(data && supervisor && walk->user && (save->cr4 & X86_CR4_SMAP) &&
		 !(save->rflags & X86_EFLAGS_AC));
}

static enum mhv_translate_result walk_mark(struct softhv_vp *vp, const struct walk *walk, u64 flags,
					   u64 *gpa)
{
	enum mhv_translate_result result = MHV_TRANSLATE_SUCCESS;
	u32 i, bits;

	for (i = 0; i < walk->used && !result; i++) {
		bits = PTE_ACCESSED;
		if (i == walk->used - 1 && (flags & MHV_TRANSLATE_VALIDATE_WRITE))
			bits |= PTE_DIRTY;
		/* The first entries of PAE have no such bits. */
		if (walk->levels[i].rights)
			result = walk_set(vp, walk->at[i], bits);
		if (result)
			*gpa = walk->at[i];
	}
	return result;
}

/**
 * softhv_walk() - translate an address as the guest does, with the checks that are wanted
 * @vp: locked
 * @gva: linear address
 * @flags: MHV_TRANSLATE_*
 * @gpa: the guest physical address; of an entry of the tables that cannot be read or marked, if so
 *
 * Looks at the guest's tables only, not at whether @gpa is mapped.
 * Return: enum mhv_translate_result.
 */
enum mhv_translate_result softhv_walk(struct softhv_vp *vp, u64 gva, u64 flags, u64 *gpa)
{
	const struct vmcb_save_area *save = &vp->vmcb->save;
	struct walk walk = { .writable = true, .user = true, .entry_size = sizeof(u64) };
	enum mhv_translate_result result;
	u64 table;

	if (!(save->cr0 & X86_CR0_PG)) {
		*gpa = gva;
		return MHV_TRANSLATE_SUCCESS;
	}
	if (save->efer & EFER_LMA) {
		if (sign_extend64(gva, 47) != (s64)gva)
			return MHV_TRANSLATE_PAGE_NOT_PRESENT;
		walk.levels = long_mode;
		walk.nr_levels = ARRAY_SIZE(long_mode);
		table = save->cr3 & PTE_ADDRESS;
	} else if (save->cr4 & X86_CR4_PAE) {
		walk.levels = pae_mode;
		walk.nr_levels = ARRAY_SIZE(pae_mode);
		table = save->cr3 & GENMASK_ULL(31, 5);
	} else {
		walk.levels = legacy_mode;
		walk.nr_levels = ARRAY_SIZE(legacy_mode);
		walk.entry_size = sizeof(u32);
		table = save->cr3 & GENMASK_ULL(31, 12);
	}

	result = walk_tables(vp, &walk, gva, table, gpa);
	if (!result && !walk_allowed(vp, &walk, flags))
		result = MHV_TRANSLATE_PRIVILEGE_VIOLATION;
	if (!result && (flags & MHV_TRANSLATE_SET_PAGE_TABLE_BITS))
		result = walk_mark(vp, &walk, flags, gpa);
	return result;
}

/**
 * softhv_gva_to_gpa() - translate an address without any check
 * @vp: locked
 * @gva: linear address
 * @gpa: the guest physical address
 *
 * Return: whether there is one.
 */
bool softhv_gva_to_gpa(struct softhv_vp *vp, u64 gva, u64 *gpa)
{
	return softhv_walk(vp, gva, 0, gpa) == MHV_TRANSLATE_SUCCESS;
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
