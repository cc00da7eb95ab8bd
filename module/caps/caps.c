// SPDX-License-Identifier: GPL-2.0
/*
 * Capabilities: which can be used here, which a partition was granted, and who uses or is refused
 * which. What is usable is found out once, when a hypervisor comes, and does not change as long as
 * anybody has the device open. Knows no capability by name.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "caps/caps.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/cap.h"

struct mshv_cap_status {
	u32 state;
	u32 reason;
	u64 value;
	u64 flags;
};

/* The lock is for files in sysfs, which are there when no hypervisor is. */
static struct mshv_cap_status mshv_cap_statuses[MSHV_NR_CAPS];
static DEFINE_MUTEX(mshv_caps_lock);

static u32 mshv_cap_index(const struct mshv_cap *cap)
{
	return cap->id - MSHV_CAP_FIRST;
}

static u64 mshv_cap_partition_id(const struct mshv_partition *partition)
{
	return partition ? partition->id : MHV_PARTITION_ID_SELF;
}

/**
 * mshv_cap_reject() - somebody was refused a capability
 * @partition: whose; NULL on /dev/mshv
 * @id: MSHV_CAP_*, also one that is not known
 * @error: the negative errno
 */
void mshv_cap_reject(struct mshv_partition *partition, u32 id, int error)
{
	if (trace_mshv_cap_reject_enabled())
		mshv_fire(mshv_cap_reject, mshv_cap_partition_id(partition), id,
			  task_tgid_nr(current), error, partition);
}

static bool mshv_cap_usable(u32 index)
{
	return mshv_cap_statuses[index].state == MSHV_CAP_STATE_USABLE;
}

static bool mshv_cap_is_of(const struct mshv_cap *cap, const struct mshv_cap *ioctl)
{
	return cap->of[0] == ioctl || cap->of[1] == ioctl;
}

/* An ioctl takes what is built, and says only what is usable. */
static u64 mshv_cap_built_flags(const struct mshv_cap *ioctl)
{
	u64 flags = 0;
	u32 i;

	for (i = 0; i < MSHV_NR_CAPS; i++)
		if (mshv_caps[i] && mshv_cap_is_of(mshv_caps[i], ioctl))
			flags |= mshv_caps[i]->flag;
	return flags;
}

static void mshv_cap_probe(u32 index, const int *trials, bool hypervisor)
{
	struct mshv_cap_status *status = &mshv_cap_statuses[index];
	struct mshv_cap_answer answer = { .value = 1 };
	const struct mshv_cap *cap = mshv_caps[index];

	memset(status, 0, sizeof(*status));
	status->reason = MSHV_CAP_REASON_NOT_BUILT;
	if (!cap)
		return;
	status->flags = cap->flag;
	if (!hypervisor && mshv_cap_source(index) == MSHV_CAP_SOURCE_HYPERVISOR)
		answer.reason = MSHV_CAP_REASON_HYPERVISOR;
	else if (trials[cap->trial])
		answer.reason = MSHV_CAP_REASON_HYPERVISOR;
	else if (cap->probe)
		cap->probe(&answer);
	status->reason = answer.reason;
	status->state = answer.reason ? MSHV_CAP_STATE_UNAVAILABLE : MSHV_CAP_STATE_USABLE;
	status->value = answer.reason ? 0 : answer.value;
}

/* A part of an ioctl can be used where the ioctl can; then it is among its flags. */
static void mshv_cap_probe_part(u32 index)
{
	struct mshv_cap_status *status = &mshv_cap_statuses[index];
	const struct mshv_cap *cap = mshv_caps[index];
	bool whole = false;
	u32 i, of;

	if (!cap || !cap->of[0] || status->state != MSHV_CAP_STATE_USABLE)
		return;
	for (i = 0; i < ARRAY_SIZE(cap->of) && cap->of[i]; i++) {
		of = mshv_cap_index(cap->of[i]);
		if (!mshv_cap_usable(of))
			continue;
		whole = true;
		mshv_cap_statuses[of].flags |= cap->flag;
	}
	if (whole)
		return;
	status->state = MSHV_CAP_STATE_UNAVAILABLE;
	status->reason = MSHV_CAP_REASON_DEPENDS;
	status->value = 0;
}

/**
 * mshv_caps_probe() - find out which capabilities can be used
 * @hypervisor: there is one, and the driver is set up with it; nobody uses the device
 *
 * Context: process context, sleeps.
 */
void mshv_caps_probe(bool hypervisor)
{
	int trials[MSHV_NR_TRIALS] = {};
	u32 i;

	for (i = MSHV_TRIAL_NONE + 1; i < MSHV_NR_TRIALS; i++)
		trials[i] = -ENODEV;
	if (hypervisor)
		mshv_trials_run(trials);
	trials[MSHV_TRIAL_NEVER] = -EOPNOTSUPP;
	mutex_lock(&mshv_caps_lock);
	for (i = 0; i < MSHV_NR_CAPS; i++)
		mshv_cap_probe(i, trials, hypervisor);
	for (i = 0; i < MSHV_NR_CAPS; i++)
		mshv_cap_probe_part(i);
	mutex_unlock(&mshv_caps_lock);
}

/**
 * mshv_cap_state() - whether a capability can be used
 * @index: its id's distance from MSHV_CAP_FIRST, less than MSHV_NR_CAPS
 * @reason: where to put why not, MSHV_CAP_REASON_*
 * @value: where to put its value
 *
 * Context: process context, may sleep.
 * Return: MSHV_CAP_STATE_*.
 */
u32 mshv_cap_state(u32 index, u32 *reason, u64 *value)
{
	u32 state;

	mutex_lock(&mshv_caps_lock);
	state = mshv_cap_statuses[index].state;
	*reason = mshv_cap_statuses[index].reason;
	*value = mshv_cap_statuses[index].value;
	mutex_unlock(&mshv_caps_lock);
	return state;
}

/**
 * mshv_cap_flags() - the bits of flags that belong to a capability
 * @cap: of an ioctl: those that can be used; of a flag: its own
 */
u64 mshv_cap_flags(const struct mshv_cap *cap)
{
	return mshv_cap_statuses[mshv_cap_index(cap)].flags;
}

/**
 * mshv_cap_is_built() - tell whether the driver was built with a capability
 * @cap: the capability
 */
bool mshv_cap_is_built(const struct mshv_cap *cap)
{
	return mshv_caps[mshv_cap_index(cap)];
}

/**
 * mshv_cap_begin() - tell whether a partition may use a capability
 * @partition: which; NULL on /dev/mshv
 * @cap: what it is about to use
 *
 * Return: 0; -ENOTTY when the driver was built without it; -EOPNOTSUPP when it was not granted to a
 * partition that uses nothing else.
 */
int mshv_cap_begin(struct mshv_partition *partition, const struct mshv_cap *cap)
{
	u32 index = mshv_cap_index(cap);
	int ret = 0;

	if (!mshv_cap_is_built(cap))
		ret = -ENOTTY;
	else if (partition && unlikely(READ_ONCE(partition->caps.only_granted)) && !cap->asks &&
		 !mshv_cap_is_base(index) && !test_bit(index, partition->caps.granted))
		ret = -EOPNOTSUPP;
	if (ret)
		mshv_cap_reject(partition, cap->id, ret);
	return ret;
}

/**
 * mshv_cap_mark() - remember that a partition has used a capability
 * @partition: which
 * @cap: what
 *
 * Context: any.
 */
void mshv_cap_mark(struct mshv_partition *partition, const struct mshv_cap *cap)
{
	u32 index = mshv_cap_index(cap);

	if (!test_bit(index, partition->caps.used))
		set_bit(index, partition->caps.used);
}

/**
 * mshv_cap_end() - a capability was used
 * @partition: by whom; NULL on /dev/mshv
 * @cap: which
 * @ret: what came of it, an errno below 0
 */
void mshv_cap_end(struct mshv_partition *partition, const struct mshv_cap *cap, long ret)
{
	if (partition && ret >= 0)
		mshv_cap_mark(partition, cap);
	if (trace_mshv_cap_use_enabled())
		mshv_fire(mshv_cap_use, mshv_cap_partition_id(partition), cap->id,
			  task_tgid_nr(current), ret, partition);
}

/* The next capability at or after *index that is a part of an ioctl and has one of the flags */
static const struct mshv_cap *mshv_cap_next_part(const struct mshv_cap *ioctl, u64 flags,
						 u32 *index)
{
	const struct mshv_cap *cap;

	while (*index < MSHV_NR_CAPS) {
		cap = mshv_caps[(*index)++];
		if (cap && cap->flag & flags && mshv_cap_is_of(cap, ioctl))
			return cap;
	}
	return NULL;
}

/**
 * mshv_cap_check_flags() - tell whether an ioctl takes flags
 * @partition: whose descriptor it came on; NULL on /dev/mshv
 * @ioctl: the ioctl's capability
 * @flags: the bits that are asked for, or 1 << value of an enumeration
 *
 * Return: 0; -EINVAL for a flag that is not known; -EOPNOTSUPP for one that was not granted to a
 * partition that uses nothing else.
 */
int mshv_cap_check_flags(struct mshv_partition *partition, const struct mshv_cap *ioctl, u64 flags)
{
	const struct mshv_cap *cap;
	u32 index = 0;
	int ret = 0;

	if (flags & ~mshv_cap_built_flags(ioctl)) {
		mshv_cap_reject(partition, ioctl->id, -EINVAL);
		return -EINVAL;
	}
	while (!ret && (cap = mshv_cap_next_part(ioctl, flags, &index)))
		ret = mshv_cap_begin(partition, cap);
	return ret;
}

/**
 * mshv_cap_use_flags() - flags of an ioctl were used
 * @partition: by whom; NULL on /dev/mshv
 * @ioctl: the ioctl's capability
 * @flags: as in mshv_cap_check_flags()
 * @ret: what came of it, an errno below 0
 */
void mshv_cap_use_flags(struct mshv_partition *partition, const struct mshv_cap *ioctl, u64 flags,
			long ret)
{
	const struct mshv_cap *cap;
	u32 index = 0;

	while ((cap = mshv_cap_next_part(ioctl, flags, &index)))
		mshv_cap_end(partition, cap, ret);
}

static void mshv_cap_grant(struct mshv_partition *partition, u32 index)
{
	set_bit(index, partition->caps.granted);
	if (trace_mshv_cap_enable_enabled())
		mshv_fire(mshv_cap_enable, partition->id, index + MSHV_CAP_FIRST,
			  task_tgid_nr(current), 0, partition);
}

static bool mshv_cap_id_usable(u32 id)
{
	return id >= MSHV_CAP_FIRST && id - MSHV_CAP_FIRST < MSHV_NR_CAPS &&
	       mshv_cap_usable(id - MSHV_CAP_FIRST);
}

/**
 * mshv_caps_missing() - the first of some capabilities that cannot be used
 * @required: ids
 * @nr_required: how many
 *
 * Return: its index in @required, or @nr_required.
 */
u32 mshv_caps_missing(const u32 *required, u32 nr_required)
{
	u32 i;

	for (i = 0; i < nr_required; i++)
		if (!mshv_cap_id_usable(required[i]))
			break;
	return i;
}

/**
 * mshv_caps_grant() - let a new partition have capabilities for its life
 * @partition: the partition, which nobody else has yet
 * @ids: which; those that cannot be used are left out
 * @nr: how many
 */
void mshv_caps_grant(struct mshv_partition *partition, const u32 *ids, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if (mshv_cap_id_usable(ids[i]))
			mshv_cap_grant(partition, ids[i] - MSHV_CAP_FIRST);
		else
			mshv_cap_reject(partition, ids[i], -EOPNOTSUPP);
}
