// SPDX-License-Identifier: GPL-2.0
/*
 * The ioctls about capabilities: all at once, one, turning one on. They work on any descriptor
 * where that makes sense. Arguments begin with their size, so that callers and drivers of different
 * age understand each other; the size itself is read once more with the rest and not looked at
 * then.
 */
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "caps/caps.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/cap.h"

static const u32 mshv_caps_removed[] = {
#define MSHV_CAP_REMOVED(id, name, why) id,
#include <mshv/caps.def>
};

#define MSHV_CAPS_TOLD	(MSHV_NR_CAPS + ARRAY_SIZE(mshv_caps_removed))

/**
 * mshv_cap_copy_args() - copy an argument that begins with its size
 * @args: where to
 * @size: bytes that the driver knows; those that the caller has not passed become zero
 * @min_size: bytes that the caller has to pass
 * @uarg: the caller's
 *
 * Return: 0; -EFAULT; -EINVAL if it is too small; -E2BIG if what the driver does not know of it is
 * not zero.
 */
int mshv_cap_copy_args(void *args, size_t size, size_t min_size, const void __user *uarg)
{
	u32 usize;

	if (get_user(usize, (const u32 __user *)uarg))
		return -EFAULT;
	if (usize < min_size)
		return -EINVAL;
	if (usize > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(args, size, uarg, usize);
}

static void mshv_cap_trace_query(struct mshv_partition *partition, u32 id, long ret)
{
	if (trace_mshv_cap_query_enabled())
		mshv_fire(mshv_cap_query, partition ? partition->id : MHV_PARTITION_ID_SELF, id,
			  task_tgid_nr(current), ret, partition);
}

static u32 mshv_cap_marks(const struct mshv_partition *partition, u32 index)
{
	u32 marks = 0;

	if (mshv_cap_is_base(index))
		marks |= BIT(MSHV_CAP_MARK_BIT_BASE);
	if (mshv_cap_is_optin(index))
		marks |= BIT(MSHV_CAP_MARK_BIT_OPTIN);
	if (!partition)
		return marks;
	if (test_bit(index, partition->caps.granted))
		marks |= BIT(MSHV_CAP_MARK_BIT_GRANTED);
	if (test_bit(index, partition->caps.enabled))
		marks |= BIT(MSHV_CAP_MARK_BIT_ENABLED);
	if (test_bit(index, partition->caps.used))
		marks |= BIT(MSHV_CAP_MARK_BIT_USED);
	return marks;
}

/* Those that were removed come first. */
static void mshv_cap_describe(const struct mshv_partition *partition, u32 nr,
			      struct mshv_cap_info *info)
{
	const struct mshv_cap *cap;
	u32 index;

	memset(info, 0, sizeof(*info));
	if (nr < ARRAY_SIZE(mshv_caps_removed)) {
		info->id = mshv_caps_removed[nr];
		info->state = MSHV_CAP_STATE_REMOVED;
		info->reason = MSHV_CAP_REASON_REMOVED;
		return;
	}
	index = nr - ARRAY_SIZE(mshv_caps_removed);
	cap = mshv_caps[index];
	info->id = index + MSHV_CAP_FIRST;
	info->state = mshv_cap_state(index, &info->reason, &info->value);
	info->source = mshv_cap_source(index);
	info->kind = mshv_cap_kind(index);
	info->marks = mshv_cap_marks(partition, index);
	if (!cap)
		return;
	info->flags = mshv_cap_flags(cap);
	info->min_size = cap->min_size;
	info->max_size = cap->max_size;
}

static int mshv_caps_write(const struct mshv_partition *partition, void __user *to, u32 nr,
			   u32 entry_size)
{
	struct mshv_cap_info info;
	size_t known = min_t(size_t, entry_size, sizeof(info));
	u32 i;

	for (i = 0; i < nr; i++, to += entry_size) {
		mshv_cap_describe(partition, i, &info);
		if (copy_to_user(to, &info, known) || clear_user(to + known, entry_size - known))
			return -EFAULT;
	}
	return 0;
}

/**
 * mshv_caps_get() - MSHV_GET_CAPS
 * @partition: whose marks are told; NULL on /dev/mshv
 * @uarg: struct mshv_get_caps
 *
 * Context: sleeps; needs no lock.
 * Return: 0; -EFAULT, -EINVAL or -E2BIG.
 */
long mshv_caps_get(struct mshv_partition *partition, void __user *uarg)
{
	struct mshv_get_caps args;
	u32 entry_size, nr;
	int ret;

	ret = mshv_cap_copy_args(&args, sizeof(args), sizeof(args), uarg);
	if (!ret && (args.rsvd || args.entry_size < sizeof(struct mshv_cap_info) ||
		     args.entry_size > PAGE_SIZE))
		ret = -EINVAL;
	if (ret)
		goto out;

	entry_size = args.entry_size;
	nr = min_t(u32, args.nr, MSHV_CAPS_TOLD);
	ret = mshv_caps_write(partition, u64_to_user_ptr(args.entries_ptr), nr, entry_size);
	args.entry_size = sizeof(struct mshv_cap_info);
	args.nr = MSHV_CAPS_TOLD;
	if (!ret && copy_to_user(uarg + sizeof(args.size), &args.entry_size,
				 offsetofend(struct mshv_get_caps, nr) - sizeof(args.size)))
		ret = -EFAULT;
out:
	mshv_cap_trace_query(partition, MSHV_NO_CAP, ret ?: nr);
	return ret;
}

MSHV_DECLARE_IOCTL(GET_CAPS, mshv_caps_get, struct mshv_get_caps, .asks = true);

/**
 * mshv_cap_check() - MSHV_CHECK_EXTENSION
 * @partition: who asks; NULL on /dev/mshv
 * @uarg: u32: the id
 *
 * Context: sleeps; needs no lock.
 * Return: the capability's value if it can be used, else 0; -EFAULT.
 */
long mshv_cap_check(struct mshv_partition *partition, void __user *uarg)
{
	u32 id, reason;
	long ret = 0;
	u64 value;

	if (get_user(id, (const u32 __user *)uarg))
		return -EFAULT;
	if (id >= MSHV_CAP_FIRST && id - MSHV_CAP_FIRST < MSHV_NR_CAPS &&
	    mshv_cap_state(id - MSHV_CAP_FIRST, &reason, &value) == MSHV_CAP_STATE_USABLE)
		ret = value && value <= INT_MAX ? value : 1;
	mshv_cap_trace_query(partition, id, ret);
	return ret;
}

MSHV_DECLARE_IOCTL(CHECK_EXTENSION, mshv_cap_check, u32, .asks = true);

static long mshv_cap_do_enable(struct mshv_partition *partition,
			       const struct mshv_enable_cap *args)
{
	u32 index = args->id - MSHV_CAP_FIRST, reason;
	u64 value;

	if (args->flags || args->id < MSHV_CAP_FIRST || index >= MSHV_NR_CAPS ||
	    mshv_cap_state(index, &reason, &value) != MSHV_CAP_STATE_USABLE)
		return -EOPNOTSUPP;
	if (!mshv_cap_is_optin(index))
		return -EINVAL;
	if (test_bit(index, partition->caps.enabled))
		return 0;
	if (partition->initialized)
		return -EBADFD;
	set_bit(index, partition->caps.granted);
	/* So that it can be asked for once more, whatever it is. */
	set_bit(MSHV_CAP_ENABLE_CAP - MSHV_CAP_FIRST, partition->caps.granted);
	set_bit(index, partition->caps.enabled);
	mshv_caps[index]->enable(partition);
	mshv_cap_end(partition, mshv_caps[index], 0);
	return 0;
}

/**
 * mshv_cap_enable() - MSHV_ENABLE_CAP
 * @partition: whose, its lock held
 * @uarg: struct mshv_enable_cap
 *
 * Return: 0; -EFAULT, -EINVAL, -E2BIG; -EOPNOTSUPP if it cannot be had; -EBADFD once the partition
 * is initialized.
 */
long mshv_cap_enable(struct mshv_partition *partition, void __user *uarg)
{
	struct mshv_enable_cap args;
	long ret;

	ret = mshv_cap_copy_args(&args, sizeof(args), sizeof(args), uarg);
	if (ret)
		return ret;
	ret = mshv_cap_do_enable(partition, &args);
	if (ret)
		mshv_cap_reject(partition, args.id, ret);
	if (trace_mshv_cap_enable_enabled())
		mshv_fire(mshv_cap_enable, partition->id, args.id, task_tgid_nr(current), ret,
			  partition);
	return ret;
}

MSHV_DECLARE_IOCTL(ENABLE_CAP, mshv_cap_enable, struct mshv_enable_cap);

static void mshv_cap_confine(struct mshv_partition *partition)
{
	WRITE_ONCE(partition->caps.only_granted, true);
}

MSHV_DECLARE_CAP(ONLY_GRANTED, .enable = mshv_cap_confine);
