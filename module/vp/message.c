// SPDX-License-Identifier: GPL-2.0
/*
 * What the hypervisor's messages do: wake the VPs that they name, ring doorbells, complete
 * hypercalls, tell of the end of an interrupt. In the interrupt handler, so partitions and VPs are
 * found under RCU; a message about one that is gone is dropped.
 */
#include <linux/bits.h>
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include "irq/eventfd.h"
#include "mshv.h"
#include "irq/synic.h"
#include "trace/fire.h"
#include "trace/irq.h"

static_assert(sizeof(struct mhv_message) == MHV_MESSAGE_SIZE);

/**
 * mshv_vp_wake() - make a VP's RUN_VP look again what there is to do
 * @vp: the VP
 * @source: why
 *
 * Context: any but NMI.
 */
void mshv_vp_wake(struct mshv_vp *vp, enum mshv_kick source)
{
	if (trace_mshv_vp_kick_enabled())
		mshv_fire(mshv_vp_kick, vp->partition->id, vp->index, source, vp);
	wake_up(&vp->run.wait);
}

/* RCU read side, as long as the VP is used. */
static struct mshv_vp *mshv_message_vp(const struct mshv_partition *partition, u32 vp_index)
{
	/* With mshv_vp_setup(): who sees the VP sees all of it. */
	return vp_index < MSHV_MAX_VPS ? smp_load_acquire(&partition->vps[vp_index]) : NULL;
}

static void mshv_message_kick(const struct mshv_partition *partition, u32 vp_index,
			      enum mshv_kick source)
{
	struct mshv_vp *vp = mshv_message_vp(partition, vp_index);

	if (!vp)
		return;
	if (source == MSHV_KICK_SIGNAL)
		atomic64_inc(&vp->run.signals);
	WRITE_ONCE(vp->run.kicked, true);
	mshv_vp_wake(vp, source);
}

static void mshv_signal_pairs(const struct mhv_vp_signal_pair *pairs)
{
	struct mshv_partition *partition;
	u32 i, count = min_t(u32, pairs->vp_count, MHV_SIGNAL_PAIRS);

	for (i = 0; i < count; i++) {
		partition = mshv_partition_find(pairs->partition_ids[i]);
		if (partition)
			mshv_message_kick(partition, pairs->vp_indexes[i], MSHV_KICK_SIGNAL);
	}
}

/* Only banks whose bit is set in the mask are in the message, one after the other. */
static void mshv_signal_bitset(const struct mhv_vp_signal_bitset *set)
{
	struct mshv_partition *partition = mshv_partition_find(set->partition_id);
	unsigned long banks = set->valid_bank_mask, vps;
	const u64 *contents = set->bank, *end = set->bank + MHV_SIGNAL_BANKS;
	unsigned int bank, bit;

	if (!partition || set->format)
		return;
	for_each_set_bit(bank, &banks, BITS_PER_LONG) {
		if (contents == end)
			break;
		vps = *contents++;
		for_each_set_bit(bit, &vps, BITS_PER_LONG)
			mshv_message_kick(partition, bank * BITS_PER_LONG + bit, MSHV_KICK_SIGNAL);
	}
}

static void mshv_message_intercept(const struct mhv_message *message)
{
	const struct mhv_opaque_intercept *opaque = (const void *)message->payload;
	struct mshv_partition *partition = mshv_partition_find(message->header.sender);

	if (partition)
		mshv_message_kick(partition, opaque->vp_index, MSHV_KICK_INTERCEPT);
}

static void mshv_message_eoi(const struct mhv_message *message)
{
	const struct mhv_apic_eoi *eoi = (const void *)message->payload;
	struct mshv_partition *partition = mshv_partition_find(message->header.sender);

	if (partition)
		mshv_irqfd_ack(partition, eoi->interrupt_vector);
}

static void mshv_message_async(const struct mhv_async_completion *completion)
{
	struct mshv_partition *partition = mshv_partition_find(completion->partition_id);

	if (partition)
		mshv_async_complete(partition, completion->status);
}

/**
 * mshv_message_handle() - do what a message asks for
 * @message: at the SINT of intercepts
 *
 * The hypervisor dispatches no VP itself while the driver does, and the other way round, so each
 * way of waking a VP counts only under its scheduler.
 * Context: interrupt.
 */
void mshv_message_handle(const struct mhv_message *message)
{
	const struct mhv_sint_notification *notification = (const void *)message->payload;

	rcu_read_lock();
	switch (message->header.message_type) {
	case MHV_MSG_SYNIC_SINT_INTERCEPT:
		if (notification->sint_index == MHV_SINT_DOORBELL)
			mshv_synic_doorbells();
		break;
	case MHV_MSG_SCHEDULER_VP_SIGNAL_PAIR:
		if (mshv_scheduler_is_root())
			mshv_signal_pairs((const void *)message->payload);
		break;
	case MHV_MSG_SCHEDULER_VP_SIGNAL_BITSET:
		if (mshv_scheduler_is_root())
			mshv_signal_bitset((const void *)message->payload);
		break;
	case MHV_MSG_OPAQUE_INTERCEPT:
		if (!mshv_scheduler_is_root())
			mshv_message_intercept(message);
		break;
	case MHV_MSG_X64_APIC_EOI:
		mshv_message_eoi(message);
		break;
	case MHV_MSG_ASYNC_CALL_COMPLETION:
		mshv_message_async((const void *)message->payload);
		break;
	}
	rcu_read_unlock();
}
