// SPDX-License-Identifier: GPL-2.0
/*
 * The pool of memory that each partition has: pages come in by deposit, are taken for what the
 * hypervisor needs for the partition, come back, and leave by withdrawal. Nothing of page size is
 * allocated in any other way once a partition exists.
 */
#include <linux/io.h>
#include <linux/mm.h>

#include "softhv/softhv.h"

/* What a deposited page has for its private data; nobody else has the address of it. */
static const char softhv_deposited;

/**
 * softhv_page_is_deposited() - has a page been deposited, and not withdrawn since
 * @page: any
 */
bool softhv_page_is_deposited(const struct page *page)
{
	return page_private(page) == (unsigned long)&softhv_deposited;
}

/*
 * A page without any other user: not part of a compound page, and not mapped by a program, of a
 * file, or of a kernel cache.
 */
static bool softhv_page_is_spare(u64 pfn)
{
	struct folio *folio;

	if (!softhv_pfn_is_ram(pfn) || is_zero_pfn(pfn))
		return false;
	folio = page_folio(pfn_to_page(pfn));
	return folio_ref_count(folio) == 1 && !folio_test_large(folio) && !folio_test_slab(folio) &&
	       !folio_test_lru(folio) && !folio_mapped(folio) && !folio->mapping;
}

/* From now on, or no longer, the hypervisor's */
static void softhv_page_mark(void *page, bool deposited)
{
	set_page_private(virt_to_page(page), deposited ? (unsigned long)&softhv_deposited : 0);
	atomic_long_add(deposited ? 1 : -1, &softhv_nr_deposited);
}

static void softhv_page_push(struct softhv_partition *partition, void *page)
{
	*(void **)page = partition->free_pages;
	partition->free_pages = page;
	partition->nr_free++;
}

static void *softhv_page_pop(struct softhv_partition *partition)
{
	void *page = partition->free_pages;

	if (page) {
		partition->free_pages = *(void **)page;
		partition->nr_free--;
		clear_page(page);
	}
	return page;
}

/**
 * softhv_pages_left() - how many pages can be taken from a partition's pool
 * @partition: locked
 *
 * Return: their number, without those that are reserved.
 */
u64 softhv_pages_left(const struct softhv_partition *partition)
{
	return partition->nr_free - min(partition->nr_free, partition->nr_reserved);
}

/**
 * softhv_page_take() - take a page from a partition's pool
 * @partition: locked
 *
 * Return: a page of zeros, or %NULL if there is none that is not reserved.
 */
void *softhv_page_take(struct softhv_partition *partition)
{
	void *page = softhv_pages_left(partition) ? softhv_page_pop(partition) : NULL;

	if (page)
		partition->nr_used++;
	return page;
}

/**
 * softhv_page_return() - give a page back to the pool that it was taken from
 * @partition: locked
 * @page: with any content
 */
void softhv_page_return(struct softhv_partition *partition, void *page)
{
	softhv_page_push(partition, page);
	partition->nr_used--;
}

/**
 * softhv_pages_move() - move all free pages from one pool to another
 * @from: not locked, and used by nobody else any more
 * @to: not locked
 */
void softhv_pages_move(struct softhv_partition *from, struct softhv_partition *to)
{
	void *page;

	while ((page = softhv_page_pop(from))) {
		spin_lock(&to->lock);
		softhv_page_push(to, page);
		spin_unlock(&to->lock);
	}
}

/**
 * softhv_pages_drop() - free the pages of a pool that nobody is left to withdraw
 * @partition: used by nobody else any more
 *
 * Return: how many there were.
 */
u64 softhv_pages_drop(struct softhv_partition *partition)
{
	u64 count = partition->nr_free;
	void *page;

	while ((page = softhv_page_pop(partition))) {
		softhv_page_mark(page, false);
		free_page((unsigned long)page);
	}
	return count;
}

/**
 * softhv_deposit_memory() - HVCALL_DEPOSIT_MEMORY
 * @args: parameters
 *
 * A page that was deposited already, or is somebody's, is refused.
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_deposit_memory(struct softhv_args *args)
{
	const struct mhv_deposit_memory *in = args->in;
	struct softhv_partition *partition = softhv_partition_find_any(in->partition_id);
	const u64 *pages = args->in_list;
	u16 status = MHV_STATUS_SUCCESS;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;

	spin_lock(&partition->lock);
	if (partition->state == SOFTHV_DELETED)
		status = MHV_STATUS_INVALID_PARTITION_ID;
	for (; !status && args->done < args->reps; args->done++) {
		u64 pfn = READ_ONCE(pages[args->done]);
		void *page = phys_to_virt(PFN_PHYS(pfn));

		if (!softhv_page_is_spare(pfn)) {
			status = MHV_STATUS_INVALID_PARAMETER;
			break;
		}
		softhv_page_mark(page, true);
		softhv_page_push(partition, page);
	}
	softhv_stats_partition(partition, false);
	spin_unlock(&partition->lock);
	return status;
}

/**
 * softhv_withdraw_memory() - HVCALL_WITHDRAW_MEMORY
 * @args: parameters
 *
 * The pages come back as zeros. NO_RESOURCES when there are fewer than were asked for.
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_withdraw_memory(struct softhv_args *args)
{
	const struct mhv_input_withdraw_memory *in = args->in;
	struct softhv_partition *partition = softhv_partition_find_any(in->partition_id);
	u16 status = MHV_STATUS_SUCCESS;
	u64 *pages = args->out;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;

	spin_lock(&partition->lock);
	if (partition->state == SOFTHV_DELETED)
		status = MHV_STATUS_INVALID_PARTITION_ID;
	for (; !status && args->done < args->reps; args->done++) {
		void *page = softhv_page_pop(partition);

		if (!page) {
			status = MHV_STATUS_NO_RESOURCES;
			break;
		}
		pages[args->done] = PHYS_PFN(virt_to_phys(page));
		softhv_page_mark(page, false);
	}
	softhv_stats_partition(partition, false);
	spin_unlock(&partition->lock);
	return status;
}

/**
 * softhv_get_memory_balance() - HVCALL_GET_MEMORY_BALANCE
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_get_memory_balance(struct softhv_args *args)
{
	const struct mhv_input_get_memory_balance *in = args->in;
	struct softhv_partition *partition = softhv_partition_find_any(in->partition_id);
	struct mhv_output_get_memory_balance *out = args->out;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;

	spin_lock(&partition->lock);
	out->pages_available = partition->nr_free;
	out->pages_in_use = partition->nr_used;
	spin_unlock(&partition->lock);
	return MHV_STATUS_SUCCESS;
}
