// SPDX-License-Identifier: GPL-2.0
/*
 * Dense numbers for partitions and VPs, by which counters are indexed. Tools read how many there
 * can be from the module's parameters. A number that was given back is handed out again as late as
 * possible, so that a reader of counters notices the change of owner. A partition or VP that gets
 * no number works all the same; only counting depends on numbers.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bits.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/xarray.h>
#include "mshv.h"

#define MSHV_SLOTS_LIMIT	BIT(20)

static unsigned int max_partition_slots = 256;
module_param(max_partition_slots, uint, 0444);
MODULE_PARM_DESC(max_partition_slots, "Partitions that can be counted at a time");

static unsigned int max_vp_slots = 1024;
module_param(max_vp_slots, uint, 0444);
MODULE_PARM_DESC(max_vp_slots, "VPs that can be counted at a time");

/* Their own locks suffice. */
static DEFINE_XARRAY_ALLOC(mshv_partition_slots);
static u32 mshv_partition_slot_next;
static DEFINE_XARRAY_ALLOC(mshv_vp_slots);
static u32 mshv_vp_slot_next;

static int mshv_slots_check_one(const char *name, unsigned int value)
{
	if (value >= 1 && value <= MSHV_SLOTS_LIMIT)
		return 0;
	pr_err("%s=%u: must be between 1 and %lu\n", name, value, MSHV_SLOTS_LIMIT);
	return -EINVAL;
}

/**
 * mshv_slots_check() - check the module's parameters
 *
 * Return: 0, or -EINVAL after a message.
 */
int mshv_slots_check(void)
{
	return mshv_slots_check_one("max_partition_slots", max_partition_slots) ?:
	       mshv_slots_check_one("max_vp_slots", max_vp_slots);
}

static u32 mshv_slot_get(struct xarray *slots, u32 *next, unsigned int max, void *owner)
{
	u32 slot;

	if (xa_alloc_cyclic(slots, &slot, owner, XA_LIMIT(0, max - 1), next, GFP_KERNEL) < 0)
		return MSHV_NO_SLOT;
	return slot;
}

static void mshv_slot_put(struct xarray *slots, u32 slot)
{
	if (slot != MSHV_NO_SLOT)
		xa_erase(slots, slot);
}

/**
 * mshv_partition_slot_get() - take a slot for a partition
 * @partition: who gets it
 *
 * Return: the slot, or MSHV_NO_SLOT.
 */
u32 mshv_partition_slot_get(struct mshv_partition *partition)
{
	return mshv_slot_get(&mshv_partition_slots, &mshv_partition_slot_next, max_partition_slots,
			     partition);
}

/**
 * mshv_partition_slot_put() - give a partition's slot back, if it has one
 * @partition: who had it
 */
void mshv_partition_slot_put(struct mshv_partition *partition)
{
	mshv_slot_put(&mshv_partition_slots, partition->slot);
}

/**
 * mshv_vp_slot_get() - take a slot for a VP
 * @vp: who gets it
 *
 * Return: the slot, or MSHV_NO_SLOT.
 */
u32 mshv_vp_slot_get(struct mshv_vp *vp)
{
	return mshv_slot_get(&mshv_vp_slots, &mshv_vp_slot_next, max_vp_slots, vp);
}

/**
 * mshv_vp_slot_put() - give a VP's slot back, if it has one
 * @vp: who had it
 */
void mshv_vp_slot_put(struct mshv_vp *vp)
{
	mshv_slot_put(&mshv_vp_slots, vp->slot);
}
