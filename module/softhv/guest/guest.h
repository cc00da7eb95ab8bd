/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor as guests see it, TLFS: what a partition has of it is decided by its parent, by
 * the properties SYNTHETIC_PROC_FEATURES and PRIVILEGE_FLAGS. A partition without
 * MHV_FEATURE_HYPERVISOR_PRESENT has nothing of what is here. Included by softhv.h.
 */
#ifndef SOFTHV_GUEST_H
#define SOFTHV_GUEST_H

#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/types.h>

struct mhv_message;
struct mhv_synthetic_timers_state;
struct softhv_cpuid;
struct softhv_partition;
struct softhv_vp;

/* What softhv offers of SYNTHETIC_PROC_FEATURES */
#define SOFTHV_GUEST_FEATURES	(MHV_FEATURE_HYPERVISOR_PRESENT | MHV_FEATURE_HV1 | \
				 MHV_FEATURE_VP_RUNTIME | MHV_FEATURE_REFERENCE_COUNTER | \
				 MHV_FEATURE_SYNIC | MHV_FEATURE_SYNTHETIC_TIMERS | \
				 MHV_FEATURE_INTR_CTRL | MHV_FEATURE_HYPERCALL | \
				 MHV_FEATURE_VP_INDEX | MHV_FEATURE_REFERENCE_TSC | \
				 MHV_FEATURE_GUEST_IDLE | MHV_FEATURE_FREQUENCY | \
				 MHV_FEATURE_EXTENDED_GVA_RANGES | MHV_FEATURE_DIRECT_TIMERS | \
				 MHV_FEATURE_EX_PROCESSOR_MASKS | MHV_FEATURE_TLB_FLUSH | \
				 MHV_FEATURE_CLUSTER_IPI | MHV_FEATURE_LONG_SPIN_WAIT | \
				 MHV_FEATURE_SIGNAL_EVENTS)

/* How long a guest spins for a lock before it says so, if it can */
#define SOFTHV_SPINS_BEFORE_CALL	0xfff

/* Pages that a partition's pool must have left: for its overlays, and for tables that map them */
#define SOFTHV_PARTITION_OVERLAYS	2
#define SOFTHV_VP_OVERLAYS		3
#define SOFTHV_OVERLAY_TABLES		3

/**
 * struct softhv_overlay - a page of the hypervisor that lies over a page of the guest's
 * @node: in the partition's list while it lies there
 * @gfn: where
 * @under: the nested entry that the parent's page has; of several overlays at one place the
 *	first in the list is the one that is seen, and has it
 * @page: the content, a page of the partition's pool; kept until the owner is destroyed
 * @writable: the guest may write to it
 * @executable: the guest may execute it
 */
struct softhv_overlay {
	struct list_head node;
	u64 gfn;
	u64 under;
	void *page;
	bool writable;
	bool executable;
};

/**
 * struct softhv_clock - a partition's reference time, as a function of the TSC
 * @by_tsc: it is one; otherwise the time is that of the host's clock
 * @scale: units of 100 ns for each tick, times 2^64
 * @tsc_offset: what is added to the host's TSC first: the guest's TSC, as long as VPs agree
 * @offset: what is added at the end
 * @sequence: of the reference TSC page, when it was valid last
 * @set_value: what the parent has set a VP's TSC to last, or those of several VPs
 * @set_offset: the offset that this came to
 * @set_at: the host's TSC when it did so for the first of them
 * @set_round: counts such times
 */
struct softhv_clock {
	bool by_tsc;
	u32 sequence;
	u64 scale;
	u64 tsc_offset;
	u64 offset;
	u64 set_value;
	u64 set_offset;
	u64 set_at;
	u64 set_round;
};

/**
 * struct softhv_guest - what all VPs of a partition share of the interface
 * @hypercall: the MSR of that name
 * @reference_tsc: likewise
 * @hypercall_page: the overlay that it places
 * @tsc_page: likewise
 */
struct softhv_guest {
	u64 hypercall;
	u64 reference_tsc;
	struct softhv_overlay hypercall_page;
	struct softhv_overlay tsc_page;
};

/**
 * struct softhv_stimer - a synthetic timer, beside what the parent saves of it
 * @vp: whose
 * @timer: fires when the VP is to look at it
 * @expires: the reference time at which it expires next
 */
struct softhv_stimer {
	struct softhv_vp *vp;
	struct hrtimer timer;
	u64 expires;
};

/* features.c */
u64 softhv_guest_features(const struct softhv_partition *partition);
u64 softhv_guest_privileges(const struct softhv_partition *partition);
bool softhv_guest_cpuid(const struct softhv_vp *vp, u32 leaf, struct softhv_cpuid *value);

/* overlay.c */
void softhv_overlay_init(struct softhv_overlay *overlay, bool writable, bool executable);
u16 softhv_overlay_place(struct softhv_partition *partition, struct softhv_overlay *overlay,
			 u64 msr);
void softhv_overlay_destroy(struct softhv_partition *partition, struct softhv_overlay *overlay);
u32 softhv_guest_pages(const struct softhv_partition *partition, u32 nr_overlays);
void softhv_guest_create(struct softhv_partition *partition);
void softhv_guest_destroy(struct softhv_partition *partition);
void softhv_guest_create_vp(struct softhv_vp *vp);
void softhv_guest_destroy_vp(struct softhv_vp *vp);

/* clock.c */
void softhv_clock_init(struct softhv_partition *partition);
u64 softhv_reference_time(struct softhv_partition *partition);
u64 softhv_tsc(const struct softhv_partition *partition);
void softhv_time_freeze(struct softhv_partition *partition, bool freeze);
void softhv_tsc_put_back(struct softhv_partition *partition);
void softhv_tsc_set_offset(struct softhv_vp *vp, u64 offset);
void softhv_tsc_set(struct softhv_vp *vp, u64 value);
void softhv_clock_show(struct softhv_partition *partition);

/* hypercall.c: what has to do with exits is in softhv.h */
bool softhv_guest_hypercall_count(u32 index, u16 *code, u64 *count);
bool softhv_guest_hypercall_ok(const struct softhv_vp *vp);

/* stimer.c */
void softhv_stimers_init(struct softhv_vp *vp);
void softhv_stimers_stop(struct softhv_vp *vp);
void softhv_stimers_expire(struct softhv_vp *vp);
void softhv_stimers_retry(struct softhv_vp *vp);
void softhv_stimers_restore(struct softhv_vp *vp, const struct mhv_synthetic_timers_state *state);
u64 softhv_stimer_read(const struct softhv_vp *vp, u32 msr);
bool softhv_stimer_write(struct softhv_vp *vp, u32 msr, u64 value);

/* msr.c */
u16 softhv_guest_register_set(struct softhv_vp *vp, u32 msr, u64 value);
u64 softhv_guest_register_get(struct softhv_vp *vp, u32 msr);

#endif /* SOFTHV_GUEST_H */
