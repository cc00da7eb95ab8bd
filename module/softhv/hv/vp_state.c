// SPDX-License-Identifier: GPL-2.0
/*
 * HVCALL_GET_VP_STATE and HVCALL_SET_VP_STATE: those parts of a VP's state that are blocks and not
 * registers. Most of them come and go in pages of the caller, which user space may write to at any
 * time: what is checked is copied first.
 */
#include <linux/io.h>
#include <linux/mm.h>

#include "softhv/softhv.h"

#define XCOMP_BV_COMPACTED	BIT_ULL(63)

/* XSAVE's compacted form, with the components that guests have here */
struct softhv_xsave {
	struct fxregs_state legacy;
	struct xstate_header header;
};

/* A part that is a page: kept since it was first set, zero before */
static u16 softhv_get_page(const void *state, void *page)
{
	if (state)
		memcpy(page, state, PAGE_SIZE);
	else
		clear_page(page);
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_vp_page() - a page for a part of a VP's state that is kept from now on
 * @vp: locked
 * @state: where the VP has it, %NULL if it has not
 *
 * Return: status.
 */
u16 softhv_vp_page(struct softhv_vp *vp, void **state)
{
	struct softhv_partition *partition = vp->partition;

	if (!*state) {
		spin_lock(&partition->lock);
		*state = softhv_page_take(partition);
		spin_unlock(&partition->lock);
	}
	return *state ? MHV_STATUS_SUCCESS : MHV_STATUS_INSUFFICIENT_MEMORY;
}

static u16 softhv_set_page(struct softhv_vp *vp, void **state, const void *page)
{
	u16 status = softhv_vp_page(vp, state);

	if (!status)
		memcpy(*state, page, PAGE_SIZE);
	return status;
}

static void softhv_get_xsave(struct softhv_vp *vp, void *page)
{
	struct softhv_xsave *xsave = page;

	xsave->legacy = *vp->fpu;
	xsave->header = (struct xstate_header){
		.xfeatures = XFEATURE_MASK_FPSSE,
		.xcomp_bv = XCOMP_BV_COMPACTED | XFEATURE_MASK_FPSSE,
	};
}

static bool softhv_xsave_ok(const struct softhv_xsave *xsave)
{
	const struct xstate_header *header = &xsave->header;
	u64 compacted = header->xcomp_bv & ~XCOMP_BV_COMPACTED;
	int i;

	if (header->xfeatures & ~XFEATURE_MASK_FPSSE)
		return false;
	/* Of these components both forms have the same layout. */
	if (header->xcomp_bv &&
	    (!(header->xcomp_bv & XCOMP_BV_COMPACTED) || (compacted & ~XFEATURE_MASK_FPSSE) ||
	     (header->xfeatures & ~compacted)))
		return false;
	for (i = 0; i < ARRAY_SIZE(header->reserved); i++)
		if (header->reserved[i])
			return false;
	/* FXRSTOR would fault on it. */
	return !(xsave->legacy.mxcsr & ~softhv_caps.mxcsr_mask);
}

static u16 softhv_set_xsave(struct softhv_vp *vp, const void *page)
{
	struct softhv_xsave xsave = *(const struct softhv_xsave *)page;

	if (!softhv_xsave_ok(&xsave))
		return MHV_STATUS_INVALID_PARAMETER;
	/* A component that is not there is in its initial state. */
	if (!(xsave.header.xfeatures & XFEATURE_MASK_FP)) {
		memset(&xsave.legacy, 0, offsetof(struct fxregs_state, mxcsr));
		memset(xsave.legacy.st_space, 0, sizeof(xsave.legacy.st_space));
		xsave.legacy.cwd = SOFTHV_INITIAL_FCW;
	}
	if (!(xsave.header.xfeatures & XFEATURE_MASK_SSE))
		memset(xsave.legacy.xmm_space, 0, sizeof(xsave.legacy.xmm_space));
	*vp->fpu = xsave.legacy;
	return MHV_STATUS_SUCCESS;
}

/* A partition that was created without them has none. */
static u16 softhv_get_lapic(struct softhv_vp *vp, void *page)
{
	struct mhv_lapic_state state = {};

	if (!softhv_has_lapic(vp))
		return MHV_STATUS_INVALID_VP_STATE;
	softhv_lapic_get_state(vp, &state);
	clear_page(page);
	memcpy(page, &state, sizeof(state));
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_set_lapic(struct softhv_vp *vp, const void *page)
{
	struct mhv_lapic_state state = *(const struct mhv_lapic_state *)page;

	if (!softhv_has_lapic(vp))
		return MHV_STATUS_INVALID_VP_STATE;
	return softhv_lapic_set_state(vp, &state);
}

/* The caller's page: all that goes by pages needs but one. */
static u16 softhv_state_data(const struct softhv_args *args, void **page)
{
	u64 pfn;

	if (!args->words)
		return MHV_STATUS_INVALID_PARAMETER;
	pfn = READ_ONCE(*(const u64 *)args->in_list);
	if (!softhv_pfn_is_ram(pfn) || is_zero_pfn(pfn))
		return MHV_STATUS_INVALID_PARAMETER;
	*page = phys_to_virt(PFN_PHYS(pfn));
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_state_check(const struct mhv_vp_state_header *in, const struct softhv_args *args,
			      u16 words)
{
	bool pages = in->type & MHV_VP_STATE_PFN;
	u32 type = in->type & ~MHV_VP_STATE_PFN;
	bool timers = type == MHV_VP_STATE_SYNTHETIC_TIMERS;

	if (in->reserved0 || in->reserved1 || in->reserved2)
		return MHV_STATUS_INVALID_PARAMETER;
	/* All but the timers are in pages. */
	if (type > MHV_VP_STATE_SYNTHETIC_TIMERS || pages == timers)
		return MHV_STATUS_INVALID_PARAMETER;
	if (!pages && args->words != words)
		return MHV_STATUS_INVALID_PARAMETER;
	if (type == MHV_VP_STATE_XSAVE &&
	    (in->xsave_flags || (in->xsave_states & ~XFEATURE_MASK_FPSSE)))
		return MHV_STATUS_INVALID_PARAMETER;
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_get_vp_state() - HVCALL_GET_VP_STATE
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_get_vp_state(struct softhv_args *args)
{
	const struct mhv_vp_state_header *in = args->in;
	struct mhv_synthetic_timers_state *timers = args->out;
	u32 type = in->type & ~MHV_VP_STATE_PFN;
	struct softhv_vp *vp;
	void *page = NULL;
	u16 status;

	status = softhv_state_check(in, args, 0);
	if (!status && type == MHV_VP_STATE_SYNTHETIC_TIMERS && !timers)
		status = MHV_STATUS_INVALID_PARAMETER;
	if (!status && (in->type & MHV_VP_STATE_PFN))
		status = softhv_state_data(args, &page);
	if (!status)
		status = softhv_vp_get_locked(in->partition_id, in->vp_index, in->input_vtl, &vp);
	if (status)
		return status;

	switch (type) {
	case MHV_VP_STATE_LAPIC:
		status = softhv_get_lapic(vp, page);
		break;
	case MHV_VP_STATE_XSAVE:
		softhv_register_page_load(vp);
		softhv_get_xsave(vp, page);
		break;
	case MHV_VP_STATE_SIM_PAGE:
		status = softhv_get_page(vp->synic.message_page.page, page);
		break;
	case MHV_VP_STATE_SIEF_PAGE:
		status = softhv_get_page(vp->synic.event_page.page, page);
		break;
	default:
		*timers = vp->stimers;
	}
	softhv_vp_unlock(vp);
	return status;
}

/**
 * softhv_set_vp_state() - HVCALL_SET_VP_STATE
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_set_vp_state(struct softhv_args *args)
{
	const struct mhv_vp_state_header *in = args->in;
	u32 type = in->type & ~MHV_VP_STATE_PFN;
	struct mhv_synthetic_timers_state timers;
	struct softhv_vp *vp;
	void *page = NULL;
	u16 status;

	status = softhv_state_check(in, args, sizeof(vp->stimers) / sizeof(u64));
	if (!status && (in->type & MHV_VP_STATE_PFN))
		status = softhv_state_data(args, &page);
	if (!status)
		status = softhv_vp_get_locked(in->partition_id, in->vp_index, in->input_vtl, &vp);
	if (status)
		return status;

	switch (type) {
	case MHV_VP_STATE_LAPIC:
		status = softhv_set_lapic(vp, page);
		break;
	case MHV_VP_STATE_XSAVE:
		softhv_register_page_load(vp);
		status = softhv_set_xsave(vp, page);
		break;
	case MHV_VP_STATE_SIM_PAGE:
		status = softhv_set_page(vp, &vp->synic.message_page.page, page);
		break;
	case MHV_VP_STATE_SIEF_PAGE:
		status = softhv_set_page(vp, &vp->synic.event_page.page, page);
		break;
	default:
		memcpy(&timers, args->in_list, sizeof(timers));
		softhv_stimers_restore(vp, &timers);
	}
	softhv_register_page_store(vp);
	softhv_vp_unlock(vp);
	return status;
}
