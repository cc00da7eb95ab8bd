// SPDX-License-Identifier: GPL-2.0
/*
 * A typed wrapper for each hypercall, which only fills the input. Everything that hypercalls have
 * in common is in hvcall.c. Layouts and call forms: TLFS, and Linux 7.2
 * drivers/hv/mshv_root_hv_call.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include "hv/hvcall.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/trace.h"

/* The partition's name as the hypervisor knows it; without a partition: our own. */
static u64 mshv_call_id(const struct mshv_partition *partition)
{
	return partition ? partition->id : MHV_PARTITION_ID_SELF;
}

/* A call whose only input is the partition */
static int mshv_call_partition(struct mshv_partition *partition, u16 code, u16 *status)
{
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP, .code = code,
		.fast = true, .fast_in = { partition->id },
	};
	int ret = mshv_hvcall(&call);

	*status = call.status;
	return ret;
}

/**
 * mshv_call_create_partition() - make a partition
 * @in: all that it is to be
 * @id: where to put its name
 */
int mshv_call_create_partition(struct mhv_input_create_partition *in, u64 *id)
{
	struct mhv_output_create_partition out = {};
	struct mshv_hvcall call = {
		.vp_index = MSHV_NO_VP, .code = MHV_HVCALL_CREATE_PARTITION,
		.in = in, .in_size = sizeof(*in), .out = &out, .out_size = sizeof(out),
	};
	int ret = mshv_hvcall(&call);

	*id = out.partition_id;
	mshv_fire(mshv_hvcall_create_partition, in->flags, ret ? ret : *id);
	return ret;
}

/**
 * mshv_call_initialize_partition() - let a partition have VPs and memory
 * @partition: created, its early properties set
 */
int mshv_call_initialize_partition(struct mshv_partition *partition)
{
	u16 status;
	int ret = mshv_call_partition(partition, MHV_HVCALL_INITIALIZE_PARTITION, &status);

	mshv_fire(mshv_hvcall_initialize_partition, partition->id, status);
	return ret;
}

/**
 * mshv_call_finalize_partition() - tear down what a partition has: VPs, and mappings of memory
 * @partition: initialized
 */
int mshv_call_finalize_partition(struct mshv_partition *partition)
{
	u16 status;
	int ret = mshv_call_partition(partition, MHV_HVCALL_FINALIZE_PARTITION, &status);

	mshv_fire(mshv_hvcall_finalize_partition, partition->id, status);
	return ret;
}

/**
 * mshv_call_delete_partition() - delete a partition
 * @partition: finalized or never initialized, its memory withdrawn
 */
void mshv_call_delete_partition(struct mshv_partition *partition)
{
	u16 status;

	if (mshv_call_partition(partition, MHV_HVCALL_DELETE_PARTITION, &status))
		pr_warn_once("the hypervisor keeps partition %llu, status %#x\n", partition->id,
			     status);
	mshv_fire(mshv_hvcall_delete_partition, partition->id, status);
}

/**
 * mshv_call_deposit_memory() - give pages to the hypervisor
 * @partition: for which; NULL: for the hypervisor itself
 * @pfns: their page numbers
 * @count: how many, up to MSHV_DEPOSIT_BATCH_PAGES
 * @given: where to put how many it took, the first ones, also on failure
 *
 * Asks for no memory itself.
 */
int mshv_call_deposit_memory(struct mshv_partition *partition, const u64 *pfns,
			     unsigned int count, unsigned int *given)
{
	struct {
		struct mhv_deposit_memory head;
		u64 pfns[MSHV_DEPOSIT_BATCH_PAGES];
	} in = { .head.partition_id = mshv_call_id(partition) };
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP, .code = MHV_HVCALL_DEPOSIT_MEMORY,
		.reps = count, .in = &in, .in_size = sizeof(in.head) + count * sizeof(u64),
	};
	int ret;

	memcpy(in.pfns, pfns, count * sizeof(u64));
	ret = mshv_hvcall_no_deposit(&call);
	*given = call.reps_done;
	return ret;
}

/**
 * mshv_call_withdraw_memory() - take pages back from the hypervisor
 * @partition: from which; NULL: from the hypervisor itself
 * @pfns: where to put their page numbers
 * @count: how many at most, up to MSHV_DEPOSIT_BATCH_PAGES; then how many it gave, also on failure
 *
 * Return: enum mhv_status; NO_RESOURCES when it had fewer.
 */
u16 mshv_call_withdraw_memory(struct mshv_partition *partition, u64 *pfns, unsigned int *count)
{
	struct mhv_input_withdraw_memory in = { .partition_id = mshv_call_id(partition) };
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP, .code = MHV_HVCALL_WITHDRAW_MEMORY,
		.reps = *count, .in = &in, .in_size = sizeof(in),
		.out = pfns, .out_size = *count * sizeof(u64),
	};

	memset(pfns, 0, call.out_size);
	mshv_hvcall_no_deposit(&call);
	*count = call.reps_done;
	return call.status;
}

/**
 * mshv_call_map_gpa_pages() - map pages into a guest, with the memory that the hypervisor has
 * @partition: whose
 * @gfn: guest page number of the first
 * @pfns: their page numbers; NULL for MHV_MAP_GPA_NO_ACCESS, which takes none
 * @count: how many, up to MSHV_MAP_BATCH_PAGES
 * @flags: MHV_MAP_GPA_*; with MHV_MAP_GPA_LARGE_PAGE they are pages of 2 MiB, named by the number
 *	of the first page of 4 KiB in each
 * @done: where to put how many were mapped, the first ones, also on failure
 * @status: where to put the hypervisor's status, or NULL
 *
 * Context: does not sleep, and allocates nothing: for when the kernel is short of memory.
 * Return: 0, or the errno of the status.
 */
int mshv_call_map_gpa_pages(struct mshv_partition *partition, u64 gfn, const u64 *pfns,
			    unsigned int count, u32 flags, unsigned int *done, u16 *status)
{
	struct {
		struct mhv_input_map_gpa_pages head;
		u64 pfns[MSHV_MAP_BATCH_PAGES];
	} in = {
		.head = {
			.target_partition_id = partition->id, .target_gpa_base = gfn,
			.map_flags = flags,
		},
	};
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP, .code = MHV_HVCALL_MAP_GPA_PAGES,
		.reps = count, .in = &in, .in_size = sizeof(in.head) + count * sizeof(u64),
	};
	int ret;

	if (pfns)
		memcpy(in.pfns, pfns, count * sizeof(u64));
	ret = mshv_hvcall_no_deposit(&call);
	*done = call.reps_done;
	if (status)
		*status = call.status;
	return ret;
}

/**
 * mshv_call_reserve_gpa_pages() - map pages into a guest without any access, and nothing behind
 * @partition: whose
 * @gfn: guest page number of the first
 * @count: how many; whole blocks if @large
 * @large: in units of 2 MiB
 *
 * Return: as all, or -EINTR on a fatal signal.
 */
int mshv_call_reserve_gpa_pages(struct mshv_partition *partition, u64 gfn, u64 count, bool large)
{
	struct mhv_input_map_gpa_pages *in = (void *)get_zeroed_page(GFP_KERNEL);
	unsigned int shift = large ? MHV_LARGE_PAGE_SHIFT - MHV_PAGE_SHIFT : 0;
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP, .code = MHV_HVCALL_MAP_GPA_PAGES,
		.bounce = true, .in = in,
	};
	u64 done = 0;
	int ret = 0;

	if (!in)
		return -ENOMEM;
	in->target_partition_id = partition->id;
	in->map_flags = MHV_MAP_GPA_NO_ACCESS | (large ? MHV_MAP_GPA_LARGE_PAGE : 0);

	while (!ret && done < count) {
		call.reps = min_t(u64, (count - done) >> shift, MHV_MAP_GPA_MAX_REPS);
		call.reps_done = 0;
		in->target_gpa_base = gfn + done;
		ret = fatal_signal_pending(current) ? -EINTR : mshv_hvcall(&call);
		done += (u64)call.reps << shift;
		cond_resched();
	}

	free_page((unsigned long)in);
	return ret;
}

/**
 * mshv_call_unmap_gpa_batch() - take mapped pages away from a guest, if it takes no memory
 * @partition: whose
 * @gfn: guest page number of the first
 * @count: how many, up to MHV_UNMAP_GPA_MAX_REPS
 * @large: they are pages of 2 MiB
 *
 * Context: does not sleep, and allocates nothing.
 */
int mshv_call_unmap_gpa_batch(struct mshv_partition *partition, u64 gfn, unsigned int count,
			      bool large)
{
	struct mhv_input_unmap_gpa_pages in = {
		.target_partition_id = partition->id, .target_gpa_base = gfn,
		.unmap_flags = large ? MHV_UNMAP_GPA_LARGE_PAGE : 0,
	};
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP, .code = MHV_HVCALL_UNMAP_GPA_PAGES,
		.reps = count, .in = &in, .in_size = sizeof(in),
	};

	return mshv_hvcall_no_deposit(&call);
}

/**
 * mshv_call_unmap_gpa_pages() - take mapped or reserved pages away from a guest
 * @partition: whose
 * @gfn: guest page number of the first
 * @count: how many; whole blocks if @large
 * @large: they are reserved in units of 2 MiB
 */
int mshv_call_unmap_gpa_pages(struct mshv_partition *partition, u64 gfn, u64 count, bool large)
{
	unsigned int shift = large ? MHV_LARGE_PAGE_SHIFT - MHV_PAGE_SHIFT : 0;
	struct mhv_input_unmap_gpa_pages in = {
		.target_partition_id = partition->id,
		.unmap_flags = large ? MHV_UNMAP_GPA_LARGE_PAGE : 0,
	};
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP, .code = MHV_HVCALL_UNMAP_GPA_PAGES,
		.in = &in, .in_size = sizeof(in),
	};
	u64 done = 0;
	int ret = 0;

	while (!ret && done < count) {
		call.reps = min_t(u64, (count - done) >> shift, MHV_UNMAP_GPA_MAX_REPS);
		call.reps_done = 0;
		in.target_gpa_base = gfn + done;
		ret = mshv_hvcall(&call);
		done += (u64)call.reps << shift;
		cond_resched();
	}
	return ret;
}

/**
 * mshv_call_create_vp() - make a VP
 * @partition: initialized
 * @vp_index: its number
 */
int mshv_call_create_vp(struct mshv_partition *partition, u32 vp_index)
{
	struct mhv_input_create_vp in = { .partition_id = partition->id, .vp_index = vp_index };
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = vp_index, .code = MHV_HVCALL_CREATE_VP,
		.in = &in, .in_size = sizeof(in),
	};

	return mshv_hvcall(&call);
}

/**
 * mshv_call_delete_vp() - delete a VP
 * @partition: whose
 * @vp_index: its number
 */
int mshv_call_delete_vp(struct mshv_partition *partition, u32 vp_index)
{
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = vp_index, .code = MHV_HVCALL_DELETE_VP,
		.fast = true, .fast_in = { partition->id, vp_index },
	};

	return mshv_hvcall(&call);
}

/**
 * mshv_call_set_vp_register() - set a VP's register of up to 64 bits
 * @vp: the VP
 * @name: enum mhv_register_name
 * @value: its value
 */
int mshv_call_set_vp_register(struct mshv_vp *vp, u32 name, u64 value)
{
	struct {
		struct mhv_input_set_vp_registers head;
		struct mhv_register_assoc element;
	} in = {
		.head = { .partition_id = vp->partition->id, .vp_index = vp->index },
		.element = { .name = name, .value.reg64 = value },
	};
	struct mshv_hvcall call = {
		.partition = vp->partition, .vp_index = vp->index,
		.code = MHV_HVCALL_SET_VP_REGISTERS, .reps = 1, .in = &in, .in_size = sizeof(in),
	};

	return mshv_hvcall(&call);
}

/**
 * mshv_call_stop_vp() - let the hypervisor not run a VP, until its partition is gone
 * @vp: the VP
 *
 * Context: does not sleep, and allocates nothing.
 */
int mshv_call_stop_vp(struct mshv_vp *vp)
{
	struct {
		struct mhv_input_set_vp_registers head;
		struct mhv_register_assoc element;
	} in = {
		.head = { .partition_id = vp->partition->id, .vp_index = vp->index },
		.element = { .name = MHV_REG_DISPATCH_SUSPEND, .value.reg64 = MHV_SUSPENDED },
	};
	struct mshv_hvcall call = {
		.partition = vp->partition, .vp_index = vp->index,
		.code = MHV_HVCALL_SET_VP_REGISTERS, .reps = 1, .in = &in, .in_size = sizeof(in),
	};

	return mshv_hvcall_no_deposit(&call);
}

/**
 * mshv_call_map_vp_state_page() - get at a page that the hypervisor keeps for a VP
 * @vp: the VP
 * @type: which page
 * @state: where to put its address
 */
int mshv_call_map_vp_state_page(struct mshv_vp *vp, enum mhv_vp_state_page type, void **state)
{
	struct mhv_input_map_vp_state_page in = {
		.partition_id = vp->partition->id, .vp_index = vp->index, .type = type,
	};
	struct mhv_output_map_vp_state_page out = {};
	struct mshv_hvcall call = {
		.partition = vp->partition, .vp_index = vp->index,
		.code = MHV_HVCALL_MAP_VP_STATE_PAGE, .in = &in, .in_size = sizeof(in),
		.out = &out, .out_size = sizeof(out),
	};
	int ret = mshv_hvcall(&call);

	if (!ret)
		*state = pfn_to_kaddr(out.map_location);
	mshv_fire(mshv_hvcall_map_vp_state_page, vp->partition->id, vp->index, type, call.status);
	return ret;
}

/**
 * mshv_call_unmap_vp_state_page() - be done with a page that the hypervisor keeps for a VP
 * @vp: the VP
 * @type: which page
 */
int mshv_call_unmap_vp_state_page(struct mshv_vp *vp, enum mhv_vp_state_page type)
{
	struct mhv_input_unmap_vp_state_page in = {
		.partition_id = vp->partition->id, .vp_index = vp->index, .type = type,
	};
	struct mshv_hvcall call = {
		.partition = vp->partition, .vp_index = vp->index,
		.code = MHV_HVCALL_UNMAP_VP_STATE_PAGE, .in = &in, .in_size = sizeof(in),
	};

	return mshv_hvcall(&call);
}
