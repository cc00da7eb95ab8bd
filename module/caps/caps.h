/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Capabilities: what the driver, on this hypervisor and hardware, can do, each by itself. Ids and
 * texts are in the one list, include/mshv/caps.def. The code that carries a capability out is
 * declared beside that code by one of the macros below, so a capability of the list without a
 * handler does not link. Whoever uses a capability goes through mshv_cap_call() or
 * mshv_cap_begin(), which refuse what the driver was built without (MSHV_DROP_CAPS) and what a
 * partition was not granted.
 */
#ifndef MSHV_CAPS_H
#define MSHV_CAPS_H

#include <linux/bitmap.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/mshv.h>
#include <linux/tracepoint-defs.h>
#include <linux/types.h>

struct attribute_group;
struct mshv_partition;

/* Ids are dense from here on; what is kept for each is indexed by its distance from here. */
#define MSHV_CAP_FIRST	MSHV_CAP_CREATE_PARTITION
#define MSHV_NR_CAPS	(MSHV_CAP_VP_CONTROL_PAGE + 1 - MSHV_CAP_FIRST)

/* What is tried when a hypervisor comes, to find out what would fail (trial.c) */
enum mshv_trial {
	MSHV_TRIAL_NONE,		/* nothing can fail */
	MSHV_TRIAL_NEVER,		/* no hypervisor has it */
	MSHV_TRIAL_PARTITION,
	MSHV_TRIAL_LAPIC,
	MSHV_TRIAL_X2APIC,
	MSHV_TRIAL_SUPER_PAGES,
	MSHV_TRIAL_NESTED,
	MSHV_TRIAL_SMT,
	MSHV_TRIAL_INITIALIZE,
	MSHV_TRIAL_VP,
	MSHV_TRIAL_INTERCEPT_PAGE,
	MSHV_TRIAL_REGISTERS_PAGE,
	MSHV_TRIAL_REGISTERS,
	MSHV_TRIAL_MEMORY,
	MSHV_TRIAL_ACCESS,
	MSHV_TRIAL_STATE_LAPIC,
	MSHV_TRIAL_STATE_XSAVE,
	MSHV_TRIAL_STATE_SIMP,
	MSHV_TRIAL_STATE_SIEFP,
	MSHV_TRIAL_STATE_TIMERS,
	MSHV_TRIAL_DOORBELL,
	MSHV_NR_TRIALS
};

/**
 * struct mshv_cap_answer - what a probe says
 * @reason: MSHV_CAP_REASON_*: why the capability cannot be used, NONE at first
 * @value: a number that belongs to it, 1 at first
 */
struct mshv_cap_answer {
	u32 reason;
	u64 value;
};

/**
 * struct mshv_cap - what carries out a capability
 * @id: MSHV_CAP_*
 * @asks: it only asks about capabilities, so no partition has to be granted it
 * @min_size: bytes of the argument that are taken at least
 * @max_size: bytes of it that are known
 * @flag: of what is a part of an ioctl: its bit in that one's flags
 * @of: those ioctls
 * @event: of tracepoints: one of the group
 * @enable: of what is opt-in: turns it on, under the partition's lock
 * @probe: asked when a hypervisor comes
 * @handler: the function behind it
 * @trial: what has to succeed
 */
struct mshv_cap {
	u32 id;
	bool asks;
	u32 min_size;
	u32 max_size;
	u64 flag;
	const struct mshv_cap *of[2];
	const struct tracepoint *event;
	void (*enable)(struct mshv_partition *partition);
	void (*probe)(struct mshv_cap_answer *answer);
	const void *handler;
	enum mshv_trial trial;
};

#define MSHV_CAP(id, name, ...) extern const struct mshv_cap mshv_cap_##name;
#include <mshv/caps.def>

#define MSHV_DECLARE_CAP(name, ...)							\
	static_assert(MSHV_CAP_##name >= MSHV_CAP_FIRST);				\
	const struct mshv_cap mshv_cap_##name = { .id = MSHV_CAP_##name, __VA_ARGS__ }

/* An ioctl: its function, and the type of its argument */
#define MSHV_DECLARE_IOCTL(name, function, type, ...)						\
	MSHV_DECLARE_CAP(name, .handler = (function), .min_size = sizeof(type),		\
			 .max_size = sizeof(type), __VA_ARGS__)

/* A bit in the flags of an ioctl, which is declared in the same file */
#define MSHV_DECLARE_FLAG(name, bit, ioctl, ...)						\
	MSHV_DECLARE_CAP(name, .flag = BIT_ULL(bit), .of = { &mshv_cap_##ioctl }, __VA_ARGS__)

/* A group of tracepoints, by one of them; without tracepoints there is nothing to say of them */
#ifdef TRACEPOINTS_ENABLED
#define MSHV_DECLARE_TRACE(name, _event)							\
	MSHV_DECLARE_CAP(name, .event = &__tracepoint_##_event)
#else
#define MSHV_DECLARE_TRACE(name, _event)							\
	MSHV_DECLARE_CAP(name)
#endif

/**
 * struct mshv_partition_caps - what a partition has to do with capabilities
 * @granted: asked for when it was made, and there
 * @enabled: turned on
 * @used: succeeded once at least
 * @only_granted: MSHV_CAP_ONLY_GRANTED is on
 */
struct mshv_partition_caps {
	DECLARE_BITMAP(granted, MSHV_NR_CAPS);
	DECLARE_BITMAP(enabled, MSHV_NR_CAPS);
	DECLARE_BITMAP(used, MSHV_NR_CAPS);
	bool only_granted;
};

/* list.c */
extern const struct mshv_cap * const mshv_caps[MSHV_NR_CAPS];
extern const struct attribute_group *mshv_caps_groups[];
u32 mshv_cap_source(u32 index);
u32 mshv_cap_kind(u32 index);
bool mshv_cap_is_base(u32 index);
bool mshv_cap_is_optin(u32 index);

/* trial.c */
void mshv_trials_run(int *results);

/* caps.c */
void mshv_caps_probe(bool hypervisor);
u32 mshv_cap_state(u32 index, u32 *reason, u64 *value);
u64 mshv_cap_flags(const struct mshv_cap *cap);
bool mshv_cap_is_built(const struct mshv_cap *cap);
int mshv_cap_begin(struct mshv_partition *partition, const struct mshv_cap *cap);
void mshv_cap_mark(struct mshv_partition *partition, const struct mshv_cap *cap);
void mshv_cap_end(struct mshv_partition *partition, const struct mshv_cap *cap, long ret);
int mshv_cap_check_flags(struct mshv_partition *partition, const struct mshv_cap *ioctl, u64 flags);
void mshv_cap_use_flags(struct mshv_partition *partition, const struct mshv_cap *ioctl, u64 flags,
			long ret);
void mshv_cap_reject(struct mshv_partition *partition, u32 id, int error);
u32 mshv_caps_missing(const u32 *required, u32 nr_required);
void mshv_caps_grant(struct mshv_partition *partition, const u32 *ids, u32 nr);

/**
 * mshv_cap_call() - use a capability: check it, do it, and report what came of it
 * @_partition: by whom; NULL on /dev/mshv
 * @name: the capability, as in the list
 * @call: the expression that carries it out; evaluated only if the capability may be used
 *
 * Return: the value of @call; or the errno of mshv_cap_begin().
 */
#define mshv_cap_call(_partition, name, call)						\
({											\
	struct mshv_partition *__partition = (_partition);				\
	long __ret = mshv_cap_begin(__partition, &mshv_cap_##name);			\
											\
	if (!__ret) {									\
		__ret = (call);								\
		mshv_cap_end(__partition, &mshv_cap_##name, __ret);			\
	}										\
	__ret;										\
})

/* ioctl.c */
int mshv_cap_copy_args(void *args, size_t size, size_t min_size, const void __user *uarg);
long mshv_caps_get(struct mshv_partition *partition, void __user *uarg);
long mshv_cap_check(struct mshv_partition *partition, void __user *uarg);
long mshv_cap_enable(struct mshv_partition *partition, void __user *uarg);

#endif /* MSHV_CAPS_H */
