// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's SynIC as its parent sees it: HVCALL_SIGNAL_EVENT_DIRECT and HVCALL_POST_MESSAGE_DIRECT
 * put an event or a message into the VP's SynIC pages, as MSHV_VP_STATE_SIMP and _SIEFP show
 * them, and raise the interrupt that the source's SINT register asks for.
 */
#include <linux/bitops.h>

#include "softhv/softhv.h"

#define EVENT_FLAGS_PER_SINT	2048

/**
 * softhv_guest_synic_reset() - bring a guest's SynIC into the state after power-on
 * @vp: locked, or not yet known to anybody
 */
void softhv_guest_synic_reset(struct softhv_vp *vp)
{
	int i;

	for (i = 0; i < MHV_NR_SINTS; i++)
		vp->synic.sint[i] = MHV_SINT_MASKED;
}

/**
 * softhv_guest_sint_set() - set one of the registers SINT0 to SINT15
 * @vp: locked
 * @sint: which
 * @value: what to write
 *
 * Return: false, with nothing changed, for a vector that is an exception's.
 */
bool softhv_guest_sint_set(struct softhv_vp *vp, u32 sint, u64 value)
{
	u32 i;

	if (!(value & MHV_SINT_MASKED) && (value & MHV_SINT_VECTOR_MASK) < 16)
		return false;
	vp->synic.sint[sint] = value;
	bitmap_zero(vp->synic.auto_eoi, SOFTHV_NR_VECTORS);
	for (i = 0; i < MHV_NR_SINTS; i++)
		if ((vp->synic.sint[i] & (MHV_SINT_AUTO_EOI | MHV_SINT_MASKED)) ==
		    MHV_SINT_AUTO_EOI)
			__set_bit(vp->synic.sint[i] & MHV_SINT_VECTOR_MASK, vp->synic.auto_eoi);
	return true;
}

static void softhv_sint_interrupt(struct softhv_vp *vp, u32 sint)
{
	u64 value = vp->synic.sint[sint];

	if (!(value & (MHV_SINT_MASKED | MHV_SINT_POLLING)) && softhv_has_lapic(vp))
		softhv_lapic_post(vp, value & MHV_SINT_VECTOR_MASK, false);
}

/**
 * softhv_guest_message() - put a message of the hypervisor's own into a VP's message page
 * @vp: locked
 * @sint: for which
 * @message: the message
 *
 * A message for a SynIC that the guest has not turned on is lost.
 * Return: false if another message is in its place, which says from then on that one waits.
 */
bool softhv_guest_message(struct softhv_vp *vp, u32 sint, const struct mhv_message *message)
{
	struct mhv_message_page *page = vp->synic.message_page.page;
	struct mhv_message *slot = &page->sint[sint];

	if (!(vp->synic.scontrol & vp->synic.simp & MHV_SYNIC_ENABLE))
		return true;
	if (READ_ONCE(slot->header.message_type) != MHV_MSG_NONE) {
		slot->header.flags |= MHV_MESSAGE_PENDING;
		/* The guest takes the message, and then looks whether another one waits. */
		smp_mb();
		if (READ_ONCE(slot->header.message_type) != MHV_MSG_NONE)
			return false;
	}
	*slot = *message;
	softhv_sint_interrupt(vp, sint);
	return true;
}

/**
 * softhv_signal_event_direct() - HVCALL_SIGNAL_EVENT_DIRECT
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_signal_event_direct(struct softhv_args *args)
{
	const struct mhv_input_signal_event_direct *in = args->in;
	struct mhv_output_signal_event_direct *out = args->out;
	struct softhv_vp *vp;
	bool newly = false;
	u16 status;

	if (in->target_sint >= MHV_NR_SINTS || in->flag_number >= EVENT_FLAGS_PER_SINT)
		return MHV_STATUS_INVALID_PARAMETER;
	status = softhv_vp_get_locked(in->target_partition_id, in->target_vp, in->target_vtl, &vp);
	if (status)
		return status;
	status = softhv_vp_page(vp, &vp->synic.event_page.page);
	if (!status) {
		newly = !__test_and_set_bit(in->target_sint * EVENT_FLAGS_PER_SINT +
					    in->flag_number, vp->synic.event_page.page);
		if (newly)
			softhv_sint_interrupt(vp, in->target_sint);
	}
	softhv_vp_unlock(vp);
	if (!status)
		*out = (struct mhv_output_signal_event_direct){ .newly_signaled = newly };
	return status;
}

/**
 * softhv_post_message_direct() - HVCALL_POST_MESSAGE_DIRECT
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status; OBJECT_IN_USE while there is another message, which then says that one waits.
 */
u16 softhv_post_message_direct(struct softhv_args *args)
{
	const struct mhv_input_post_message_direct *in = args->in;
	const struct mhv_message *message = (const void *)in->message;
	struct mhv_message_page *page;
	struct mhv_message *slot;
	struct softhv_vp *vp;
	u16 status;

	if (in->sint_index >= MHV_NR_SINTS || message->header.message_type == MHV_MSG_NONE ||
	    message->header.payload_size > MHV_MESSAGE_PAYLOAD_SIZE)
		return MHV_STATUS_INVALID_PARAMETER;
	status = softhv_vp_get_locked(in->partition_id, in->vp_index, in->vtl, &vp);
	if (status)
		return status;
	status = softhv_vp_page(vp, &vp->synic.message_page.page);
	if (status)
		goto unlock;

	page = vp->synic.message_page.page;
	slot = &page->sint[in->sint_index];
	if (slot->header.message_type != MHV_MSG_NONE) {
		slot->header.flags |= MHV_MESSAGE_PENDING;
		status = MHV_STATUS_OBJECT_IN_USE;
		goto unlock;
	}
	*slot = *message;
	softhv_sint_interrupt(vp, in->sint_index);
unlock:
	softhv_vp_unlock(vp);
	return status;
}
