// SPDX-License-Identifier: GPL-2.0
/*
 * HVCALL_TRANSLATE_VIRTUAL_ADDRESS: translates an address as a VP would, for a parent that emulates
 * its instructions. The walk itself is in walk.c.
 */
#include <linux/mm.h>

#include "softhv/softhv.h"

#define TRANSLATE_FLAGS	(MHV_TRANSLATE_VALIDATE_READ | MHV_TRANSLATE_VALIDATE_WRITE | \
			 MHV_TRANSLATE_VALIDATE_EXECUTE | MHV_TRANSLATE_PRIVILEGE_EXEMPT | \
			 MHV_TRANSLATE_SET_PAGE_TABLE_BITS)

/* Whether the page that was found can be used in this way. */
static enum mhv_translate_result softhv_check_target(struct softhv_partition *partition, u64 gpa,
						     u64 flags)
{
	enum mhv_translate_result result = MHV_TRANSLATE_SUCCESS;
	enum softhv_npt_access read, write;

	spin_lock(&partition->lock);
	read = softhv_npt_access(partition, gpa, MHV_ACCESS_READ);
	write = softhv_npt_access(partition, gpa, MHV_ACCESS_WRITE);
	spin_unlock(&partition->lock);

	if (read == SOFTHV_NPT_UNMAPPED)
		result = MHV_TRANSLATE_GPA_UNMAPPED;
	else if (read == SOFTHV_NPT_DENIED &&
		 (flags & (MHV_TRANSLATE_VALIDATE_READ | MHV_TRANSLATE_VALIDATE_EXECUTE)))
		result = MHV_TRANSLATE_GPA_NO_READ_ACCESS;
	else if (write == SOFTHV_NPT_DENIED && (flags & MHV_TRANSLATE_VALIDATE_WRITE))
		result = MHV_TRANSLATE_GPA_NO_WRITE_ACCESS;
	return result;
}

/**
 * softhv_translate_virtual_address() - HVCALL_TRANSLATE_VIRTUAL_ADDRESS
 * @args: parameters
 *
 * The page is in the output also when it is not mapped, or not for this access: what the parent
 * has there may be a device.
 * Context: interrupts disabled, RCU read side.
 * Return: status; why there is no translation is in the output.
 */
u16 softhv_translate_virtual_address(struct softhv_args *args)
{
	const struct mhv_input_translate_virtual_address *in = args->in;
	struct mhv_output_translate_virtual_address *out = args->out;
	enum mhv_translate_result result;
	struct softhv_vp *vp;
	u64 gpa = 0;
	u16 status;

	status = softhv_vp_get_locked(in->partition_id, in->vp_index, 0, &vp);
	if (status)
		return status;
	if ((in->control_flags & ~TRANSLATE_FLAGS) || in->padding ||
	    in->gva_page > PHYS_PFN(U64_MAX))
		status = MHV_STATUS_INVALID_PARAMETER;
	if (status)
		goto unlock;
	softhv_register_page_load(vp);

	/* Privilege level and mode follow from registers that may have been set just now. */
	if (vp->check_state && !softhv_state_ok(vp)) {
		status = MHV_STATUS_INVALID_VP_STATE;
		goto unlock;
	}
	result = softhv_walk(vp, in->gva_page << PAGE_SHIFT, in->control_flags, &gpa);
	if (!result)
		result = softhv_check_target(vp->partition, gpa, in->control_flags);
	*out = (struct mhv_output_translate_virtual_address){
		.result_code = result,
		.cache_type = MHV_CACHE_TYPE_WRITE_BACK,
		.gpa_page = PHYS_PFN(gpa),
	};
unlock:
	softhv_vp_unlock(vp);
	return status;
}
