// SPDX-License-Identifier: GPL-2.0
/*
 * The VP's state pages, which the parent maps: the register page, which holds registers in both
 * directions, and the intercept message page. User space may write to them at any time: each
 * field is copied before it is looked at. VP locked.
 */
#include <linux/io.h>

#include "softhv.h"

static void softhv_segments_load(struct softhv_vp *vp, const struct mhv_vp_register_page *page)
{
	struct mhv_segment segment;
	u32 i;

	for (i = 0; i < MHV_NR_PAGE_SEGMENTS; i++) {
		segment = page->segment[i];
		softhv_segment_set(vp, i, &segment);
	}
}

/**
 * softhv_register_page_load() - take over what the parent has changed on the register page
 * @vp: locked
 *
 * Bits of RFLAGS that do not exist are dropped: nobody waits for an error here.
 */
void softhv_register_page_load(struct softhv_vp *vp)
{
	struct mhv_vp_register_page *page = vp->page;
	u32 dirty;

	if (!page || !READ_ONCE(page->isvalid))
		return;
	dirty = READ_ONCE(page->dirty);
	if (!dirty)
		return;

	if (dirty & MHV_REGISTER_PAGE_DIRTY_FLAGS)
		softhv_set_valid_rflags(vp, READ_ONCE(page->rflags) & SOFTHV_RFLAGS_VALID);
	if (dirty & MHV_REGISTER_PAGE_DIRTY_GPR)
		memcpy(vp->gpr, page->gpr, sizeof(vp->gpr));
	if (dirty & MHV_REGISTER_PAGE_DIRTY_IP)
		vp->vmcb->save.rip = READ_ONCE(page->rip);
	if (dirty & MHV_REGISTER_PAGE_DIRTY_XMM)
		memcpy(vp->fpu->xmm_space, page->xmm, sizeof(page->xmm));
	if (dirty & MHV_REGISTER_PAGE_DIRTY_SEGMENT)
		softhv_segments_load(vp, page);
	WRITE_ONCE(page->dirty, 0);
}

/**
 * softhv_register_page_store() - show the VP's registers on the register page
 * @vp: locked
 */
void softhv_register_page_store(struct softhv_vp *vp)
{
	const struct vmcb_save_area *save = &vp->vmcb->save;
	const struct vmcb_control_area *control = &vp->vmcb->control;
	struct mhv_vp_register_page *page = vp->page;
	const struct vmcb_seg *seg = &save->es;	/* and those that follow, in the page's order */
	u32 i;

	if (!page)
		return;
	page->dirty = 0;
	memcpy(page->gpr, vp->gpr, sizeof(vp->gpr));
	page->rip = save->rip;
	page->rflags = save->rflags;
	memcpy(page->xmm, vp->fpu->xmm_space, sizeof(page->xmm));
	for (i = 0; i < MHV_NR_PAGE_SEGMENTS; i++)
		page->segment[i] = softhv_segment_get(seg + i);
	page->cr0 = save->cr0;
	page->cr3 = save->cr3;
	page->cr4 = save->cr4;
	page->cr8 = control->int_ctl & V_TPR_MASK;
	page->efer = softhv_efer(vp);
	page->dr7 = save->dr7;
	page->pending_interruption = vp->pending_interruption;
	page->interrupt_state = 0;
	if (control->int_state & SVM_INTERRUPT_SHADOW_MASK)
		page->interrupt_state |= MHV_INTERRUPT_SHADOW;
	if (vp->nmi_masked)
		page->interrupt_state |= MHV_NMI_MASKED;
	page->instruction_emulation_hints = 0;
	page->xfem = vp->xfem;
	page->version = MHV_REGISTER_PAGE_VERSION;
	WRITE_ONCE(page->isvalid, 1);
}

/* VP locked. */
static u16 softhv_map_register_page(struct softhv_vp *vp, void **page)
{
	struct softhv_partition *partition = vp->partition;

	if (vp->page)
		return MHV_STATUS_OBJECT_IN_USE;
	spin_lock(&partition->lock);
	vp->page = softhv_page_take(partition);
	spin_unlock(&partition->lock);
	if (!vp->page)
		return MHV_STATUS_INSUFFICIENT_MEMORY;
	softhv_register_page_store(vp);
	*page = vp->page;
	return MHV_STATUS_SUCCESS;
}

/* VP locked. */
static u16 softhv_map_message_page(struct softhv_vp *vp, void **page)
{
	if (!(vp->partition->creation_flags & MHV_CREATE_INTERCEPT_MESSAGE_PAGE))
		return MHV_STATUS_INVALID_PARAMETER;
	if (vp->message_mapped)
		return MHV_STATUS_OBJECT_IN_USE;
	vp->message_mapped = true;
	*page = vp->message;
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_map_vp_state_page() - HVCALL_MAP_VP_STATE_PAGE
 * @args: parameters
 *
 * The page is always one of the partition's pool: a place that the caller asks for is refused.
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_map_vp_state_page(struct softhv_args *args)
{
	const struct mhv_input_map_vp_state_page *in = args->in;
	struct mhv_output_map_vp_state_page *out = args->out;
	struct softhv_vp *vp;
	void *page;
	u16 status;

	status = softhv_vp_get_locked(in->partition_id, in->vp_index, in->input_vtl, &vp);
	if (status)
		return status;
	if (in->flags)
		status = MHV_STATUS_INVALID_PARAMETER;
	else if (in->type == MHV_VP_STATE_PAGE_REGISTERS)
		status = softhv_map_register_page(vp, &page);
	else if (in->type == MHV_VP_STATE_PAGE_INTERCEPT_MESSAGE)
		status = softhv_map_message_page(vp, &page);
	else
		status = MHV_STATUS_INVALID_PARAMETER;
	softhv_vp_unlock(vp);

	if (!status)
		out->map_location = PHYS_PFN(virt_to_phys(page));
	return status;
}

/**
 * softhv_unmap_vp_state_page() - HVCALL_UNMAP_VP_STATE_PAGE
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_unmap_vp_state_page(struct softhv_args *args)
{
	const struct mhv_input_unmap_vp_state_page *in = args->in;
	struct softhv_partition *partition;
	struct softhv_vp *vp;
	u16 status;

	status = softhv_vp_get_locked(in->partition_id, in->vp_index, in->input_vtl, &vp);
	if (status)
		return status;
	if (in->type == MHV_VP_STATE_PAGE_REGISTERS && vp->page) {
		softhv_register_page_load(vp);
		partition = vp->partition;
		spin_lock(&partition->lock);
		softhv_page_return(partition, vp->page);
		spin_unlock(&partition->lock);
		vp->page = NULL;
	} else if (in->type == MHV_VP_STATE_PAGE_INTERCEPT_MESSAGE && vp->message_mapped) {
		vp->message_mapped = false;
	} else {
		status = MHV_STATUS_INVALID_PARAMETER;
	}
	softhv_vp_unlock(vp);
	return status;
}
