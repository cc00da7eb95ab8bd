// SPDX-License-Identifier: GPL-2.0
/*
 * Nested page tables: which guest pages are backed by which host pages. The tables have the host's
 * own paging mode, as SVM wants it: five levels where the host has five. Pages for tables come
 * from the partition's pool and stay until the partition is finalized, unless a large page
 * takes a table's place. Everything here runs with the partition locked.
 */
#include <linux/io.h>
#include <linux/mem_encrypt.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <asm/processor.h>
#include <asm/special_insns.h>

#include "softhv/softhv.h"

#define NPT_PRESENT	BIT_ULL(0)
#define NPT_WRITABLE	BIT_ULL(1)
#define NPT_USER	BIT_ULL(2)	/* hardware walks these tables as a user */
#define NPT_UNCACHED	(BIT_ULL(3) | BIT_ULL(4))
#define NPT_ACCESSED	BIT_ULL(5)
#define NPT_DIRTY	BIT_ULL(6)
#define NPT_LARGE	BIT_ULL(7)
#define NPT_MAPPED	BIT_ULL(9)	/* ours: mapped, perhaps without any access */
#define NPT_NO_EXECUTE	BIT_ULL(63)
#define NPT_TABLE	(NPT_PRESENT | NPT_WRITABLE | NPT_USER | NPT_ACCESSED)

#define NPT_ENTRIES	512
#define NPT_INDEX_BITS	9

/* Beside one for each VP: more than guests have made that place their overlays in their memory */
#define MAX_OVERLAY_TABLES	64

#define NPT_MAP_FLAGS	(MHV_MAP_GPA_PERMISSIONS_MASK | MHV_MAP_GPA_ADJUSTABLE | \
			 MHV_MAP_GPA_NO_ACCESS | MHV_MAP_GPA_NOT_CACHED | MHV_MAP_GPA_LARGE_PAGE)

static int npt_levels(void)
{
	return __read_cr4() & X86_CR4_LA57 ? 5 : 4;
}

static u64 *npt_table(u64 entry)
{
	return phys_to_virt(__sme_clr(entry) & GENMASK_ULL(51, PAGE_SHIFT));
}

static bool npt_is_table(u64 entry)
{
	return (entry & NPT_PRESENT) && !(entry & NPT_MAPPED);
}

static u64 *npt_slot(u64 *table, u64 gfn, int level)
{
	return &table[(gfn >> (NPT_INDEX_BITS * (level - 1))) & (NPT_ENTRIES - 1)];
}

static u64 npt_pages_at(int level)
{
	return 1ULL << (NPT_INDEX_BITS * (level - 1));
}

static void npt_count(struct softhv_partition *partition, s64 delta)
{
	partition->nr_gpa_pages += delta;
	atomic_long_add(delta, &softhv_nr_gpa_pages);
}

/*
 * Change an entry that maps memory, or may, and keep count. Returns whether a TLB may have it. The
 * old entry is found out by the change itself: a CPU that walks the table sets bits in it at any
 * time.
 */
static bool npt_set(struct softhv_partition *partition, u64 *slot, u64 entry, int level)
{
	u64 old = xchg(slot, entry);
	s64 delta = 0;

	if (old & NPT_PRESENT)
		delta -= npt_pages_at(level);
	if (entry & NPT_PRESENT)
		delta += npt_pages_at(level);
	npt_count(partition, delta);
	if (level > 1)
		partition->nr_large_pages += !!(entry & NPT_PRESENT) - !!(old & NPT_PRESENT);

	return old & NPT_PRESENT;
}

/* The entry that maps a page, and its level; NULL when there is none. */
static u64 *npt_find(struct softhv_partition *partition, u64 gfn, int *level)
{
	u64 *table = partition->npt;
	u64 *slot;

	for (*level = npt_levels(); ; (*level)--) {
		slot = npt_slot(table, gfn, *level);
		if (!npt_is_table(*slot))
			return *slot & NPT_MAPPED ? slot : NULL;
		table = npt_table(*slot);
	}
}

/*
 * Replace a large page by a table of small ones; nothing changes for the guest. What a CPU has set
 * in the large page's entry until it was replaced is set in each of the small ones.
 */
static bool npt_split(struct softhv_partition *partition, u64 *slot)
{
	u64 *table = softhv_page_take(partition);
	u64 entry = READ_ONCE(*slot) & ~NPT_LARGE, set;
	int i;

	if (!table)
		return false;
	if (entry & NPT_PRESENT)
		partition->nr_large_pages--;
	for (i = 0; i < NPT_ENTRIES; i++)
		table[i] = entry & NPT_PRESENT ? entry + ((u64)i << PAGE_SHIFT) : entry;
	set = xchg(slot, __sme_set(virt_to_phys(table)) | NPT_TABLE) & ~entry &
	      (NPT_ACCESSED | NPT_DIRTY);
	for (i = 0; set && i < NPT_ENTRIES; i++)
		atomic64_or(set, (atomic64_t *)&table[i]);
	return true;
}

/*
 * The slot for a page at @level (1: 4 KiB, 2: 2 MiB), with the tables above it made. NULL when the
 * pool has not enough pages for all that are missing; nothing was changed then.
 */
static u64 *npt_make(struct softhv_partition *partition, u64 gfn, int level)
{
	u64 *table = partition->npt;
	int at = npt_levels();
	u64 *slot;

	for (;; at--) {
		slot = npt_slot(table, gfn, at);
		if (at == level)
			return slot;
		if (!npt_is_table(*slot))
			break;
		table = npt_table(*slot);
	}

	if (*slot & NPT_MAPPED) {
		/* Only level 2 has large pages, so what is wanted is right below. */
		if (!npt_split(partition, slot))
			return NULL;
		return npt_slot(npt_table(*slot), gfn, level);
	}
	if (softhv_pages_left(partition) < at - level)
		return NULL;
	for (; at > level; at--) {
		table = softhv_page_take(partition);
		WRITE_ONCE(*slot, __sme_set(virt_to_phys(table)) | NPT_TABLE);
		slot = npt_slot(table, gfn, at - 1);
	}
	return slot;
}

/* The overlay that is seen at a page, or NULL */
static struct softhv_overlay *npt_overlay_at(struct softhv_partition *partition, u64 gfn)
{
	struct softhv_overlay *overlay;

	list_for_each_entry(overlay, &partition->overlays, node)
		if (overlay->gfn == gfn)
			return overlay;
	return NULL;
}

static bool npt_has_overlay(struct softhv_partition *partition, u64 gfn, int level)
{
	struct softhv_overlay *overlay;

	list_for_each_entry(overlay, &partition->overlays, node)
		if (overlay->gfn - gfn < npt_pages_at(level))
			return true;
	return false;
}

/* Where the parent's own entry for a page is: in the table, or kept by what lies over it. */
static u64 *npt_parents(struct softhv_partition *partition, u64 *slot, u64 gfn, int level)
{
	struct softhv_overlay *overlay = level == 1 ? npt_overlay_at(partition, gfn) : NULL;

	return overlay ? &overlay->under : slot;
}

static u64 npt_overlay_entry(const struct softhv_overlay *overlay)
{
	u64 entry = __sme_set(virt_to_phys(overlay->page)) | NPT_PRESENT | NPT_USER | NPT_MAPPED;

	if (overlay->writable)
		entry |= NPT_WRITABLE;
	if (!overlay->executable)
		entry |= NPT_NO_EXECUTE;
	return entry;
}

/**
 * softhv_npt_is_overlay() - does a page of the hypervisor lie over a page of the guest
 * @partition: locked
 * @gpa: where
 */
bool softhv_npt_is_overlay(struct softhv_partition *partition, u64 gpa)
{
	return npt_overlay_at(partition, PHYS_PFN(gpa));
}

/**
 * softhv_npt_lay() - lay an overlay over a page of the guest, or over what lies there already
 * @partition: locked
 * @overlay: with its page; it may lie elsewhere, and does so no more
 * @gfn: where, below softhv_npt_gpa_limit()
 *
 * It takes hold when the VPs' old translations are gone: softhv_vp_flush_all(). A guest that lays
 * overlays here and there has only so many tables made for that: they stay.
 * Return: status; INSUFFICIENT_MEMORY, with nothing changed, if there are no pages for tables.
 */
u16 softhv_npt_lay(struct softhv_partition *partition, struct softhv_overlay *overlay, u64 gfn)
{
	u64 reserved = partition->nr_reserved, used = partition->nr_used;
	struct softhv_overlay *below;
	u64 *slot, old;

	if (partition->nr_overlay_tables >= MAX_OVERLAY_TABLES + partition->nr_vps)
		return MHV_STATUS_INSUFFICIENT_MEMORY;
	partition->nr_reserved = 0;
	slot = npt_make(partition, gfn, 1);
	partition->nr_reserved = min(reserved, partition->nr_free);
	partition->nr_overlay_tables += partition->nr_used - used;
	if (!slot)
		return MHV_STATUS_INSUFFICIENT_MEMORY;

	softhv_npt_lift(partition, overlay);
	below = npt_overlay_at(partition, gfn);
	overlay->gfn = gfn;
	list_add(&overlay->node, &partition->overlays);
	old = xchg(slot, npt_overlay_entry(overlay));
	overlay->under = below ? below->under : old;
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_npt_lift() - take an overlay away
 * @partition: locked
 * @overlay: any; nothing is done if it lies nowhere
 *
 * It takes hold when the VPs' old translations are gone: softhv_vp_flush_all().
 */
void softhv_npt_lift(struct softhv_partition *partition, struct softhv_overlay *overlay)
{
	bool seen = npt_overlay_at(partition, overlay->gfn) == overlay;
	struct softhv_overlay *below;
	int level;
	u64 *slot;

	list_del_init(&overlay->node);
	if (!seen)
		return;
	slot = npt_find(partition, overlay->gfn, &level);
	below = npt_overlay_at(partition, overlay->gfn);
	if (below)
		below->under = overlay->under;
	xchg(slot, below ? npt_overlay_entry(below) : overlay->under);
}

/* Give a table back, and those below it; no CPU may use them any more. */
static void npt_free_tables(struct softhv_partition *partition, u64 *table, int level)
{
	int i;

	for (i = 0; level > 1 && i < NPT_ENTRIES; i++)
		if (npt_is_table(table[i]))
			npt_free_tables(partition, npt_table(table[i]), level - 1);
	softhv_page_return(partition, table);
}

/**
 * softhv_npt_create() - give a partition an empty guest physical address space
 * @partition: locked, with a page in its pool
 */
void softhv_npt_create(struct softhv_partition *partition)
{
	partition->npt = softhv_page_take(partition);
}

/**
 * softhv_npt_destroy() - unmap all, and give the tables back
 * @partition: locked; has no VP any more
 */
void softhv_npt_destroy(struct softhv_partition *partition)
{
	if (!partition->npt)
		return;
	npt_free_tables(partition, partition->npt, npt_levels());
	npt_count(partition, -partition->nr_gpa_pages);
	partition->nr_large_pages = 0;
	partition->npt = NULL;
}

/**
 * softhv_npt_access() - may a guest access a page in this way
 * @partition: locked
 * @gpa: where
 * @access: MHV_ACCESS_*
 */
enum softhv_npt_access softhv_npt_access(struct softhv_partition *partition, u64 gpa, u8 access)
{
	int level;
	u64 *slot;

	if (gpa >> softhv_caps.gpa_bits || !partition->npt)
		return SOFTHV_NPT_UNMAPPED;
	slot = npt_find(partition, PHYS_PFN(gpa), &level);
	if (!slot)
		return SOFTHV_NPT_UNMAPPED;
	if (!(*slot & NPT_PRESENT))
		return SOFTHV_NPT_DENIED;
	if (access == MHV_ACCESS_WRITE && !(*slot & NPT_WRITABLE))
		return SOFTHV_NPT_DENIED;
	if (access == MHV_ACCESS_EXECUTE && (*slot & NPT_NO_EXECUTE))
		return SOFTHV_NPT_DENIED;
	return SOFTHV_NPT_ALLOWED;
}

/*
 * Where the kernel has a page of the guest, by the entry that maps it; NULL for a device's. Guests
 * may have memory that is not in the kernel's direct map (memfd_secret): softhv cannot look at such
 * memory. Whether a page is in the direct map does not change while a guest has it.
 */
static void *npt_ptr(u64 entry, int level, u64 gpa)
{
	u64 pa = __sme_clr(entry) & GENMASK_ULL(51, PAGE_SHIFT);
	void *ptr = phys_to_virt(pa + (gpa & ((npt_pages_at(level) << PAGE_SHIFT) - 1)));
	u8 probe;

	if (entry & NPT_UNCACHED)
		return NULL;
	return copy_from_kernel_nofault(&probe, ptr, sizeof(probe)) ? NULL : ptr;
}

/**
 * softhv_npt_read_ptr() - look at guest memory
 * @partition: locked; the memory is the guest's as long
 * @gpa: where
 *
 * Return: pointer to the byte at @gpa, good to the end of the page and for reading once, because
 * the guest may change it meanwhile; %NULL when the guest cannot read there, it is a device's, or
 * the kernel itself cannot access it.
 */
const void *softhv_npt_read_ptr(struct softhv_partition *partition, u64 gpa)
{
	int level;
	u64 *slot;

	if (softhv_npt_access(partition, gpa, MHV_ACCESS_READ) != SOFTHV_NPT_ALLOWED)
		return NULL;
	slot = npt_find(partition, PHYS_PFN(gpa), &level);
	return npt_ptr(READ_ONCE(*slot), level, gpa);
}

/**
 * softhv_npt_write_ptr() - write to guest memory in the guest's place
 * @partition: locked; the memory is the guest's as long
 * @gpa: where
 *
 * Counts as the guest's access: the page is accessed and dirty.
 * Return: pointer to the byte at @gpa, good to the end of the page; %NULL when the guest cannot
 * write there, it is a device's, or the kernel itself cannot access it.
 */
void *softhv_npt_write_ptr(struct softhv_partition *partition, u64 gpa)
{
	int level;
	u64 *slot;
	void *ptr;

	if (softhv_npt_access(partition, gpa, MHV_ACCESS_WRITE) != SOFTHV_NPT_ALLOWED)
		return NULL;
	slot = npt_find(partition, PHYS_PFN(gpa), &level);
	ptr = npt_ptr(READ_ONCE(*slot), level, gpa);
	if (ptr)
		atomic64_or(NPT_ACCESSED | NPT_DIRTY, (atomic64_t *)slot);
	return ptr;
}

static u64 npt_access_bits(u8 states)
{
	return (states & MHV_GPA_ACCESSED ? NPT_ACCESSED : 0) |
	       (states & MHV_GPA_DIRTY ? NPT_DIRTY : 0);
}

/**
 * softhv_npt_access_state() - has a guest accessed or written to a page
 * @partition: locked
 * @gfn: the page, below softhv_npt_gpa_limit()
 * @clear: MHV_GPA_ACCESSED, MHV_GPA_DIRTY: what to forget. That takes hold when the VPs' old
 *	translations are gone: softhv_vp_flush_all().
 * @set: likewise, what to pretend
 * @state: what there was before: MHV_GPA_ACCESSED, MHV_GPA_DIRTY; 0 if nothing is mapped
 *
 * A large page has one state; to change that of a part of it, it is split.
 * Return: status.
 */
u16 softhv_npt_access_state(struct softhv_partition *partition, u64 gfn, u8 clear, u8 set,
			    u8 *state)
{
	u64 clear_bits = npt_access_bits(clear);
	u64 set_bits = npt_access_bits(set);
	u64 *slot, entry;
	int level;

	*state = 0;
	slot = npt_find(partition, gfn, &level);
	if (slot)
		slot = npt_parents(partition, slot, gfn, level);
	if (!slot || !(*slot & NPT_PRESENT))
		return MHV_STATUS_SUCCESS;
	if (level > 1 && ((*slot & clear_bits) || (~*slot & set_bits))) {
		if (!npt_split(partition, slot))
			return MHV_STATUS_INSUFFICIENT_MEMORY;
		slot = npt_find(partition, gfn, &level);
	}

	/* A CPU that walks the table may set them at the same time. */
	entry = atomic64_fetch_andnot(clear_bits, (atomic64_t *)slot);
	if (entry & NPT_ACCESSED)
		*state |= MHV_GPA_ACCESSED;
	if (entry & NPT_DIRTY)
		*state |= MHV_GPA_DIRTY;
	if (set_bits)
		atomic64_or(set_bits, (atomic64_t *)slot);
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_npt_gpa_limit() - the first guest page number that cannot exist
 */
u64 softhv_npt_gpa_limit(void)
{
	return 1ULL << (softhv_caps.gpa_bits - PAGE_SHIFT);
}

/* A run of guest pages that a rep hypercall works on. */
struct npt_range {
	u64 gfn;	/* of the first element */
	int level;	/* of each page */
	u64 entry;	/* what goes into the tables, but for the address */
	bool flush;	/* a TLB may have what was there before */
};

static u16 npt_range_init(struct npt_range *range, u64 gfn, bool large, u16 reps)
{
	u64 limit = softhv_npt_gpa_limit();

	range->gfn = gfn;
	range->level = large ? 2 : 1;
	if (gfn >= limit || gfn + reps * npt_pages_at(range->level) > limit)
		return MHV_STATUS_INVALID_PARAMETER;
	if (!IS_ALIGNED(gfn, npt_pages_at(range->level)))
		return MHV_STATUS_INVALID_PARAMETER;
	return MHV_STATUS_SUCCESS;
}

static u64 npt_entry_of(u32 flags)
{
	u64 entry = NPT_MAPPED;

	/* There is no nested page that can be written or executed but not read. */
	if ((flags & MHV_MAP_GPA_READABLE) && !(flags & MHV_MAP_GPA_NO_ACCESS)) {
		entry |= NPT_PRESENT | NPT_USER;
		if (flags & MHV_MAP_GPA_WRITABLE)
			entry |= NPT_WRITABLE;
		if (!(flags & MHV_MAP_GPA_EXECUTABLE))
			entry |= NPT_NO_EXECUTE;
	}
	if (flags & MHV_MAP_GPA_NOT_CACHED)
		entry |= NPT_UNCACHED;
	if (flags & MHV_MAP_GPA_LARGE_PAGE)
		entry |= NPT_LARGE;
	return entry;
}

/* A device's memory is mapped uncached, and is nothing that softhv itself looks at. */
static bool npt_source_ok(u64 pfn, int level, bool uncached)
{
	u64 i;

	if (!IS_ALIGNED(pfn, npt_pages_at(level)))
		return false;
	if (uncached)
		return !(PFN_PHYS(pfn) >> boot_cpu_data.x86_phys_bits);
	for (i = 0; i < npt_pages_at(level); i++)
		if (!softhv_pfn_is_ram(pfn + i))
			return false;
	return true;
}

/* Unmap all small pages of a table, and give it back, so that a large page can take its place. */
static void npt_drop_table(struct softhv_partition *partition, u64 *slot)
{
	u64 *table = npt_table(*slot);
	s64 present = 0;
	int i;

	/* No CPU finds the table any more when its pages are counted. */
	xchg(slot, 0);
	for (i = 0; i < NPT_ENTRIES; i++)
		present += READ_ONCE(table[i]) & NPT_PRESENT;
	npt_count(partition, -present);
	softhv_vp_flush_all(partition);
	softhv_page_return(partition, table);
}

static bool npt_covers_apic(const struct softhv_partition *partition, u64 gfn, int level)
{
	return (partition->creation_flags & MHV_CREATE_LAPIC) &&
	       PHYS_PFN(SOFTHV_APIC_BASE) - gfn < npt_pages_at(level);
}

/* Guests access their APIC, whatever the parent maps there: it is mapped, but without access. */
static u16 npt_punch_apic(struct softhv_partition *partition, u64 *slot, int level)
{
	u64 gfn = PHYS_PFN(SOFTHV_APIC_BASE);

	if (level > 1) {
		if (!npt_split(partition, slot)) {
			npt_set(partition, slot, 0, level);
			return MHV_STATUS_INSUFFICIENT_MEMORY;
		}
		slot = npt_slot(npt_table(*slot), gfn, 1);
	}
	npt_set(partition, slot, NPT_MAPPED, 1);
	return MHV_STATUS_SUCCESS;
}

/* Whether a table maps a page, perhaps without any access */
static bool npt_is_in_use(const u64 *table)
{
	int i;

	for (i = 0; i < NPT_ENTRIES; i++)
		if (READ_ONCE(table[i]) & NPT_MAPPED)
			return true;
	return false;
}

/*
 * Map what would be a large page as small ones, in the table that is there: there is an overlay
 * among them, which guests are not to miss for a moment.
 */
static void npt_map_around(struct softhv_partition *partition, struct npt_range *range, u64 *table,
			   u64 gfn, u64 entry)
{
	u64 small = entry & ~NPT_LARGE;
	u64 *slot;
	int i;

	for (i = 0; i < NPT_ENTRIES; i++) {
		slot = npt_parents(partition, &table[i], gfn + i, 1);
		if (npt_covers_apic(partition, gfn + i, 1))
			range->flush |= npt_set(partition, slot, NPT_MAPPED, 1);
		else
			range->flush |= npt_set(partition, slot, small, 1);
		if (small & NPT_PRESENT)
			small += PAGE_SIZE;
	}
}

static u16 npt_map_one(struct softhv_partition *partition, struct npt_range *range, u64 gfn,
		       u64 pfn)
{
	u16 status = MHV_STATUS_SUCCESS;
	u64 entry = range->entry;
	u64 *slot;

	if (entry & NPT_PRESENT) {
		if (!npt_source_ok(pfn, range->level, entry & NPT_UNCACHED))
			return MHV_STATUS_INVALID_PARAMETER;
		entry |= entry & NPT_UNCACHED ? PFN_PHYS(pfn) : __sme_set(PFN_PHYS(pfn));
	}
	slot = npt_make(partition, gfn, range->level);
	if (!slot)
		return MHV_STATUS_INSUFFICIENT_MEMORY;

	if (npt_is_table(*slot) && npt_has_overlay(partition, gfn, range->level)) {
		npt_map_around(partition, range, npt_table(*slot), gfn, entry);
		return MHV_STATUS_SUCCESS;
	}
	if (npt_is_table(*slot)) {
		if (softhv_unkind && npt_is_in_use(npt_table(*slot)))
			return MHV_STATUS_INVALID_PARAMETER;
		npt_drop_table(partition, slot);
	}
	range->flush |= npt_set(partition, npt_parents(partition, slot, gfn, range->level), entry,
				range->level);
	if (npt_covers_apic(partition, gfn, range->level)) {
		status = npt_punch_apic(partition, slot, range->level);
		range->flush = true;
	}
	return status;
}

/**
 * softhv_map_gpa_pages() - HVCALL_MAP_GPA_PAGES
 * @args: parameters
 *
 * A page that is mapped already is mapped anew, with the new access.
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_map_gpa_pages(struct softhv_args *args)
{
	const struct mhv_input_map_gpa_pages *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->target_partition_id);
	const u64 *pages = args->in_list;
	struct npt_range range = { .entry = npt_entry_of(in->map_flags) };
	u16 status;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	/* Nothing is said by the padding, and Linux's driver does not clear it. */
	if (in->map_flags & ~NPT_MAP_FLAGS)
		return MHV_STATUS_INVALID_PARAMETER;
	status = npt_range_init(&range, in->target_gpa_base,
				in->map_flags & MHV_MAP_GPA_LARGE_PAGE, args->reps);
	if (status)
		return status;

	spin_lock(&partition->lock);
	if (partition->state != SOFTHV_INITIALIZED)
		status = MHV_STATUS_INVALID_PARTITION_STATE;
	while (!status && args->done < args->reps) {
		status = npt_map_one(partition, &range,
				     range.gfn + args->done * npt_pages_at(range.level),
				     READ_ONCE(pages[args->done]));
		if (!status)
			args->done++;
	}
	if (range.flush)
		softhv_vp_flush_all(partition);
	softhv_stats_partition(partition, true);
	spin_unlock(&partition->lock);
	return status;
}

static u16 npt_unmap_one(struct softhv_partition *partition, struct npt_range *range, u64 gfn)
{
	u64 end = gfn + npt_pages_at(range->level);
	int level;
	u64 *slot;

	for (; gfn < end; gfn++) {
		slot = npt_find(partition, gfn, &level);
		if (!slot)
			continue;
		if (level > range->level) {
			if (!npt_split(partition, slot))
				return MHV_STATUS_INSUFFICIENT_MEMORY;
			slot = npt_find(partition, gfn, &level);
		}
		slot = npt_parents(partition, slot, gfn, level);
		range->flush |= npt_set(partition, slot, 0, level);
		if (level == range->level)
			break;
	}
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_unmap_gpa_pages() - HVCALL_UNMAP_GPA_PAGES
 * @args: parameters
 *
 * When it returns, no CPU uses the pages that were mapped. Pages that are not mapped count as done.
 * Context: interrupts disabled, RCU read side.
 * Return: status; INSUFFICIENT_MEMORY only when a large page has to be split.
 */
u16 softhv_unmap_gpa_pages(struct softhv_args *args)
{
	const struct mhv_input_unmap_gpa_pages *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->target_partition_id);
	struct npt_range range = {};
	u16 status;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	/* As for softhv_map_gpa_pages(), the padding may be anything. */
	if (in->unmap_flags & ~MHV_UNMAP_GPA_LARGE_PAGE)
		return MHV_STATUS_INVALID_PARAMETER;
	status = npt_range_init(&range, in->target_gpa_base,
				in->unmap_flags & MHV_UNMAP_GPA_LARGE_PAGE, args->reps);
	if (status)
		return status;

	spin_lock(&partition->lock);
	if (partition->state != SOFTHV_INITIALIZED)
		status = MHV_STATUS_INVALID_PARTITION_STATE;
	while (!status && args->done < args->reps) {
		status = npt_unmap_one(partition, &range,
				       range.gfn + args->done * npt_pages_at(range.level));
		if (!status)
			args->done++;
	}
	if (range.flush)
		softhv_vp_flush_all(partition);
	softhv_stats_partition(partition, true);
	spin_unlock(&partition->lock);
	return status;
}
