// SPDX-License-Identifier: GPL-2.0
/*
 * Overlay pages, TLFS "GPA overlay pages": the hypercall page, the reference TSC page, and each
 * VP's assist page, message page and event flags. Guests place them by MSRs, parents by the
 * registers of the same names. memory/npt.c lays them into the nested tables; the content of
 * hypercall pages is here.
 */
#include <linux/mm.h>

#include "softhv/softhv.h"

static const u8 guest_hypercall_code[] = { 0x0f, 0x01, 0xd9, 0xc3 };	/* VMMCALL; RET */

/**
 * softhv_overlay_init() - prepare an overlay, which lies nowhere and has no page
 * @overlay: not yet known to anybody
 * @writable: whether the guest may write to it
 * @executable: whether the guest may execute it
 */
void softhv_overlay_init(struct softhv_overlay *overlay, bool writable, bool executable)
{
	*overlay = (struct softhv_overlay){ .writable = writable, .executable = executable };
	INIT_LIST_HEAD(&overlay->node);
}

static bool overlay_place_ok(const struct softhv_partition *partition, u64 gfn)
{
	if (gfn >= softhv_npt_gpa_limit())
		return false;
	/* The APIC's page is not to be hidden. */
	return !(partition->creation_flags & MHV_CREATE_LAPIC) ||
	       gfn != PHYS_PFN(SOFTHV_APIC_BASE);
}

/**
 * softhv_overlay_place() - put an overlay where an MSR says, or take it away
 * @partition: locked
 * @overlay: with its page
 * @msr: what is written: MHV_OVERLAY_ENABLE, and the page from bit 12 on
 *
 * Context: interrupts disabled. Waits for one exit of the guests at most.
 * Return: status; INVALID_PARAMETER, with nothing changed, for a place that cannot be.
 */
u16 softhv_overlay_place(struct softhv_partition *partition, struct softhv_overlay *overlay,
			 u64 msr)
{
	bool enable = msr & MHV_OVERLAY_ENABLE;
	u16 status = MHV_STATUS_SUCCESS;
	u64 gfn = PHYS_PFN(msr);

	if (enable && !list_empty(&overlay->node) && overlay->gfn == gfn)
		return MHV_STATUS_SUCCESS;
	if (enable && !overlay_place_ok(partition, gfn))
		return MHV_STATUS_INVALID_PARAMETER;
	if (enable)
		status = softhv_npt_lay(partition, overlay, gfn);
	else
		softhv_npt_lift(partition, overlay);
	softhv_vp_flush_all(partition);
	return status;
}

/**
 * softhv_overlay_destroy() - take an overlay away, and give its page back
 * @partition: locked
 * @overlay: of which no guest makes use any more
 */
void softhv_overlay_destroy(struct softhv_partition *partition, struct softhv_overlay *overlay)
{
	softhv_npt_lift(partition, overlay);
	if (overlay->page)
		softhv_page_return(partition, overlay->page);
	overlay->page = NULL;
}

/**
 * softhv_guest_pages() - how many pages the interface for guests takes from a partition's pool
 * @partition: any
 * @nr_overlays: SOFTHV_PARTITION_OVERLAYS or SOFTHV_VP_OVERLAYS
 *
 * Return: pages of the overlays and pages that are reserved for tables.
 */
u32 softhv_guest_pages(const struct softhv_partition *partition, u32 nr_overlays)
{
	return softhv_guest_features(partition) & MHV_FEATURE_HV1 ?
	       nr_overlays + SOFTHV_OVERLAY_TABLES : 0;
}

/**
 * softhv_guest_create() - prepare what a partition's guests have in common
 * @partition: locked, with enough pages in its pool
 */
void softhv_guest_create(struct softhv_partition *partition)
{
	struct softhv_guest *guest = &partition->guest;

	softhv_overlay_init(&guest->hypercall_page, false, true);
	softhv_overlay_init(&guest->tsc_page, false, false);
	if (!softhv_guest_pages(partition, SOFTHV_PARTITION_OVERLAYS))
		return;
	guest->hypercall_page.page = softhv_page_take(partition);
	memcpy(guest->hypercall_page.page, guest_hypercall_code, sizeof(guest_hypercall_code));
	guest->tsc_page.page = softhv_page_take(partition);
	partition->nr_reserved += SOFTHV_OVERLAY_TABLES;
}

/**
 * softhv_guest_destroy() - undo softhv_guest_create()
 * @partition: locked; has no VP any more
 */
void softhv_guest_destroy(struct softhv_partition *partition)
{
	softhv_overlay_destroy(partition, &partition->guest.hypercall_page);
	softhv_overlay_destroy(partition, &partition->guest.tsc_page);
	partition->nr_reserved = 0;
}

/**
 * softhv_guest_create_vp() - prepare the overlays of a VP
 * @vp: not yet known to anybody; its partition is locked, with enough pages in its pool
 */
void softhv_guest_create_vp(struct softhv_vp *vp)
{
	struct softhv_partition *partition = vp->partition;

	softhv_overlay_init(&vp->assist_page, true, false);
	softhv_overlay_init(&vp->synic.message_page, true, false);
	softhv_overlay_init(&vp->synic.event_page, true, false);
	if (!softhv_guest_pages(partition, SOFTHV_VP_OVERLAYS))
		return;
	vp->assist_page.page = softhv_page_take(partition);
	vp->synic.message_page.page = softhv_page_take(partition);
	vp->synic.event_page.page = softhv_page_take(partition);
	partition->nr_reserved += SOFTHV_OVERLAY_TABLES;
}

/**
 * softhv_guest_destroy_vp() - undo softhv_guest_create_vp()
 * @vp: locked, not in its guest; its partition is locked
 */
void softhv_guest_destroy_vp(struct softhv_vp *vp)
{
	struct softhv_partition *partition = vp->partition;

	if (softhv_guest_pages(partition, SOFTHV_VP_OVERLAYS))
		partition->nr_reserved -= min_t(u64, partition->nr_reserved, SOFTHV_OVERLAY_TABLES);
	softhv_overlay_destroy(partition, &vp->assist_page);
	softhv_overlay_destroy(partition, &vp->synic.message_page);
	softhv_overlay_destroy(partition, &vp->synic.event_page);
}
