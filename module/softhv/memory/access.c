// SPDX-License-Identifier: GPL-2.0
/*
 * HVCALL_GET_GPA_PAGES_ACCESS_STATES: which pages a guest has accessed and written to, by the bits
 * that the CPU sets in the nested page tables.
 */
#include "softhv/softhv.h"

#define ACCESS_FLAGS	(MHV_GPA_CLEAR_ACCESSED | MHV_GPA_SET_ACCESSED | \
			 MHV_GPA_CLEAR_DIRTY | MHV_GPA_SET_DIRTY)

/* What a pair of flags means: bit 0 of the mask for accessed, bit 1 for dirty */
static u8 softhv_access_mask(u64 flags, u64 accessed, u64 dirty)
{
	return (flags & accessed ? MHV_GPA_ACCESSED : 0) | (flags & dirty ? MHV_GPA_DIRTY : 0);
}

/**
 * softhv_get_gpa_pages_access_states() - HVCALL_GET_GPA_PAGES_ACCESS_STATES
 * @args: parameters
 *
 * The output is as it was before anything is cleared or set. A page that is not mapped was not
 * accessed.
 * Context: interrupts disabled, RCU read side.
 * Return: status; INSUFFICIENT_MEMORY only when a large page has to be split.
 */
u16 softhv_get_gpa_pages_access_states(struct softhv_args *args)
{
	const struct mhv_input_get_gpa_pages_access_states *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->partition_id);
	u8 clear = softhv_access_mask(in->flags, MHV_GPA_CLEAR_ACCESSED, MHV_GPA_CLEAR_DIRTY);
	u8 set = softhv_access_mask(in->flags, MHV_GPA_SET_ACCESSED, MHV_GPA_SET_DIRTY);
	u64 limit = softhv_npt_gpa_limit();
	u16 status = MHV_STATUS_SUCCESS;
	u8 *states = args->out;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	if ((in->flags & ~ACCESS_FLAGS) || (clear & set))
		return MHV_STATUS_INVALID_PARAMETER;
	if (in->gpa_page_number >= limit || args->reps > limit - in->gpa_page_number)
		return MHV_STATUS_INVALID_PARAMETER;

	spin_lock(&partition->lock);
	if (partition->state != SOFTHV_INITIALIZED)
		status = MHV_STATUS_INVALID_PARTITION_STATE;
	while (!status && args->done < args->reps) {
		status = softhv_npt_access_state(partition, in->gpa_page_number + args->done,
						 clear, set, &states[args->done]);
		if (!status)
			args->done++;
	}
	if (clear && args->done)
		softhv_vp_flush_all(partition);
	spin_unlock(&partition->lock);
	return status;
}
