// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that the hypervisor needs for a partition: given when it asks, taken back when the
 * partition is gone. Every page given is counted, so one that does not come back is noticed.
 *
 * Pages go in batches that grow with what the partition has got, by half of it, between 4 and 64
 * pages: a small partition stays small, a large one asks seldom. They are charged to the memory
 * cgroup of the VMM. Pages that the hypervisor needs for itself are counted separately.
 */
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <asm/io.h>
#include "hv/hvcall.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/trace.h"

#define MSHV_DEPOSIT_MIN_BATCH_PAGES	4
#define MSHV_DEPOSIT_CONTIGUOUS_ORDER	3

/*
 * Limit of the memory (64 MiB) for a call that makes no progress, so that a faulty hypervisor
 * cannot take all of the host's memory.
 */
#define MSHV_DEPOSIT_MAX_SPENT_PAGES	16384

static atomic64_t mshv_root_deposited_pages;

static atomic64_t *mshv_deposit_account(struct mshv_partition *partition)
{
	return partition ? &partition->deposited_pages : &mshv_root_deposited_pages;
}

/**
 * mshv_status_needs_memory() - tell whether a hypercall failed for want of memory
 * @status: enum mhv_status
 *
 * Return: true if mshv_deposit() may help.
 */
bool mshv_status_needs_memory(u16 status)
{
	switch (status) {
	case MHV_STATUS_INSUFFICIENT_MEMORY:
	case MHV_STATUS_INSUFFICIENT_CONTIGUOUS_MEMORY:
	case MHV_STATUS_INSUFFICIENT_ROOT_MEMORY:
	case MHV_STATUS_INSUFFICIENT_CONTIGUOUS_ROOT_MEMORY:
		return true;
	default:
		return false;
	}
}

static unsigned int mshv_deposit_alloc(u64 *pfns, unsigned int count, bool contiguous)
{
	unsigned int i, order = contiguous ? MSHV_DEPOSIT_CONTIGUOUS_ORDER : 0;
	struct page *page;

	for (i = 0; i < count; i++) {
		if (contiguous && i > 0) {
			pfns[i] = pfns[0] + i;
			continue;
		}
		page = alloc_pages(GFP_KERNEL_ACCOUNT | __GFP_NOWARN, order);
		if (!page)
			break;
		if (contiguous)
			split_page(page, order);
		pfns[i] = page_to_pfn(page);
	}
	return i;
}

/**
 * mshv_deposit() - give the hypervisor the memory that a hypercall failed for want of
 * @partition: whose hypercall it was; NULL if it was nobody's
 * @status: its status, for which mshv_status_needs_memory()
 * @spent_pages: pages deposited for this hypercall since it last made progress; counted up
 *
 * Context: may sleep, allocates memory.
 * Return: 0, -ENOMEM if there is none to give or the hypervisor wants too much, or the errno of the
 * status of DEPOSIT_MEMORY.
 */
int mshv_deposit(struct mshv_partition *partition, u16 status, u64 *spent_pages)
{
	bool contiguous = status == MHV_STATUS_INSUFFICIENT_CONTIGUOUS_MEMORY ||
			  status == MHV_STATUS_INSUFFICIENT_CONTIGUOUS_ROOT_MEMORY;
	bool root = status == MHV_STATUS_INSUFFICIENT_ROOT_MEMORY ||
		    status == MHV_STATUS_INSUFFICIENT_CONTIGUOUS_ROOT_MEMORY;
	struct mshv_partition *to = root ? NULL : partition;
	atomic64_t *account = mshv_deposit_account(to);
	u64 pfns[MSHV_DEPOSIT_BATCH_PAGES];
	unsigned int count, got, given = 0;
	int ret = -ENOMEM;

	if (contiguous)
		count = 1 << MSHV_DEPOSIT_CONTIGUOUS_ORDER;
	else
		count = clamp_t(u64, atomic64_read(account) / 2, MSHV_DEPOSIT_MIN_BATCH_PAGES,
				ARRAY_SIZE(pfns));

	if (*spent_pages + count > MSHV_DEPOSIT_MAX_SPENT_PAGES)
		goto out;
	got = mshv_deposit_alloc(pfns, count, contiguous);
	if (!got)
		goto out;

	ret = mshv_call_deposit_memory(to, pfns, got, &given);
	atomic64_add(given, account);
	*spent_pages += given;
	while (got > given)
		__free_page(pfn_to_page(pfns[--got]));
out:
	mshv_fire(mshv_deposit_memory, to ? to->id : MHV_PARTITION_ID_SELF, given, ret);
	return ret;
}

/**
 * mshv_withdraw() - take back all memory that was deposited
 * @partition: finalized, or never initialized; NULL for what the hypervisor needed itself
 *
 * Allocates nothing, so it cannot fail for want of memory.
 * Context: may sleep.
 */
void mshv_withdraw(struct mshv_partition *partition)
{
	atomic64_t *account = mshv_deposit_account(partition);
	u64 pfns[MSHV_DEPOSIT_BATCH_PAGES], withdrawn = 0, left;
	u16 status = MHV_STATUS_SUCCESS;
	unsigned int i, count = 1;

	while ((left = atomic64_read(account)) && count) {
		count = min_t(u64, left, ARRAY_SIZE(pfns));
		status = mshv_call_withdraw_memory(partition, pfns, &count);
		for (i = 0; i < count; i++)
			__free_page(pfn_to_page(pfns[i]));
		atomic64_sub(count, account);
		withdrawn += count;
		cond_resched();
	}
	/* Pages that the hypervisor keeps are its own: to free them would be worse. */
	if (left)
		pr_warn_once("the hypervisor keeps %llu pages of partition %llu, status %#x\n",
			     left, partition ? partition->id : MHV_PARTITION_ID_SELF, status);

	mshv_fire(mshv_hvcall_withdraw_memory, partition ? partition->id : MHV_PARTITION_ID_SELF,
		  withdrawn, status);
}
