// SPDX-License-Identifier: GPL-2.0
/*
 * The VP's state pages, which the parent maps: the register page, which holds registers in both
 * directions, and the intercept message page. User space may write to them at any time: each
 * field is copied before it is looked at. VP locked.
 */
#include <linux/io.h>

#include "softhv/softhv.h"

/* Make sure that the segments on the register page are shown anew. */
static void softhv_segments_forget(struct softhv_vp *vp)
{
	/* An impossible value of attributes, so that the comparison fails */
	vp->shown[0].attrib = U16_MAX;
}

static void softhv_segments_load(struct softhv_vp *vp, const struct mhv_vp_register_page *page)
{
	struct mhv_segment segment;
	u32 i;

	for (i = 0; i < MHV_NR_PAGE_SEGMENTS; i++) {
		segment = page->segment[i];
		softhv_segment_set(vp, i, &segment);
	}
	softhv_segments_forget(vp);
}

/* Bits of RFLAGS that do not exist are dropped: nobody waits for an error here. */
static noinline void softhv_registers_load(struct softhv_vp *vp, u32 dirty)
{
	const struct mhv_vp_register_page *page = vp->page;

	if (dirty & MHV_REGISTER_PAGE_DIRTY_FLAGS)
		softhv_set_valid_rflags(vp, READ_ONCE(page->rflags) & SOFTHV_RFLAGS_VALID);
	if (dirty & MHV_REGISTER_PAGE_DIRTY_GPR)
		memcpy(vp->gpr, page->gpr, sizeof(vp->gpr));
	if (dirty & MHV_REGISTER_PAGE_DIRTY_XMM)
		memcpy(vp->fpu->xmm_space, page->xmm, sizeof(page->xmm));
	if (dirty & MHV_REGISTER_PAGE_DIRTY_SEGMENT)
		softhv_segments_load(vp, page);
}

/**
 * softhv_register_page_load() - take over what the parent has changed on the register page
 * @vp: locked
 */
void softhv_register_page_load(struct softhv_vp *vp)
{
	struct mhv_vp_register_page *page = vp->page;
	u32 dirty;

	if (!page || !READ_ONCE(page->isvalid))
		return;
	dirty = READ_ONCE(page->dirty);
	WRITE_ONCE(page->dirty, 0);
	if (dirty & MHV_REGISTER_PAGE_DIRTY_IP) {
		vp->vmcb->save.rip = READ_ONCE(page->rip);
		vp->shut_down = false;
	}
	if (dirty & ~MHV_REGISTER_PAGE_DIRTY_IP)
		softhv_registers_load(vp, dirty);
}

static u64 softhv_segment_change(const struct vmcb_seg *now, const struct vmcb_seg *shown)
{
	return (now->base ^ shown->base) | (*(const u64 *)now ^ *(const u64 *)shown);
}

/*
 * Guests seldom change segments: to compare them with what was shown last takes half the time of
 * showing them. So what the parent writes there, without saying so, may stay until the guest has
 * changed one.
 */
static void softhv_segments_store(struct softhv_vp *vp, struct mhv_vp_register_page *page)
{
	/* Those that follow ES are in the page's order. */
	const struct vmcb_seg *seg = &vp->vmcb->save.es;
	struct vmcb_seg *shown = vp->shown;
	u32 i;

	BUILD_BUG_ON(ARRAY_SIZE(vp->shown) != 6);
	if (likely(!(softhv_segment_change(&seg[0], &shown[0]) |
		     softhv_segment_change(&seg[1], &shown[1]) |
		     softhv_segment_change(&seg[2], &shown[2]) |
		     softhv_segment_change(&seg[3], &shown[3]) |
		     softhv_segment_change(&seg[4], &shown[4]) |
		     softhv_segment_change(&seg[5], &shown[5]))))
		return;
	for (i = 0; i < MHV_NR_PAGE_SEGMENTS; i++) {
		shown[i] = seg[i];
		page->segment[i] = softhv_segment_get(&seg[i]);
	}
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
	u64 state = 0;

	if (!page)
		return;
	memcpy(page->gpr, vp->gpr, sizeof(vp->gpr));
	page->rip = save->rip;
	page->rflags = save->rflags;
	memcpy(page->xmm, vp->fpu->xmm_space, sizeof(page->xmm));
	softhv_segments_store(vp, page);
	page->cr0 = save->cr0;
	page->cr3 = save->cr3;
	page->cr4 = save->cr4;
	page->cr8 = control->int_ctl & V_TPR_MASK;
	page->efer = softhv_efer(vp);
	page->dr7 = save->dr7;
	page->pending_interruption = vp->pending_interruption;
	state |= control->int_state & SVM_INTERRUPT_SHADOW_MASK ? MHV_INTERRUPT_SHADOW : 0;
	state |= vp->nmi_masked ? MHV_NMI_MASKED : 0;
	page->interrupt_state = state;
	page->instruction_emulation_hints = 0;
	page->xfem = vp->xfem;
	page->version = MHV_REGISTER_PAGE_VERSION;
	page->isvalid = 1;
	page->rsvdz = 0;
	page->dirty = 0;
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
	softhv_segments_forget(vp);
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
