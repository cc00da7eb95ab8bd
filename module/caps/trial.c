// SPDX-License-Identifier: GPL-2.0
/*
 * What a hypervisor that has just come can do, found out by doing it: small partitions are made and
 * destroyed again, and one of them gets memory, a VP and a doorbell. Nobody else sees them, and no
 * guest runs. A failure here only means that a capability is not offered.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <mshv/hvabi_state.h>
#include <mshv/hvabi_synic.h>
#include "caps/caps.h"
#include "compat.h"
#include "hv/hvcall.h"
#include "hv/hvcalls.h"
#include "mshv.h"

/* Guest pages of the trial: one with memory, and one that a doorbell is at */
#define MSHV_TRIAL_GFN		0
#define MSHV_TRIAL_DOORBELL_GPA	0x10000

/* Flags of CREATE_PARTITION, each tried on a partition of its own */
static const struct {
	enum mshv_trial trial;
	u64 flags;
} mshv_trial_flags[] = {
	{ MSHV_TRIAL_PARTITION, 0 },
	{ MSHV_TRIAL_LAPIC, MHV_CREATE_LAPIC },
	{ MSHV_TRIAL_X2APIC, MHV_CREATE_LAPIC | MHV_CREATE_X2APIC },
	{ MSHV_TRIAL_SUPER_PAGES, MHV_CREATE_GPA_SUPER_PAGES },
	{ MSHV_TRIAL_NESTED, MHV_CREATE_NESTED_VIRT },
	{ MSHV_TRIAL_SMT, MHV_CREATE_SMT_ENABLED_GUEST },
};

static const struct {
	enum mshv_trial trial;
	u32 type;
} mshv_trial_states[] = {
	{ MSHV_TRIAL_STATE_LAPIC, MHV_VP_STATE_LAPIC | MHV_VP_STATE_PFN },
	{ MSHV_TRIAL_STATE_SIMP, MHV_VP_STATE_SIM_PAGE | MHV_VP_STATE_PFN },
	{ MSHV_TRIAL_STATE_SIEFP, MHV_VP_STATE_SIEF_PAGE | MHV_VP_STATE_PFN },
	{ MSHV_TRIAL_STATE_TIMERS, MHV_VP_STATE_SYNTHETIC_TIMERS },
};

/* The hypervisor's own numbers, for the capabilities whose values they are */
static u64 mshv_trial_xsave_states, mshv_trial_processor_features, mshv_trial_address_width;

static int mshv_trial_create(struct mshv_partition *partition, u64 flags)
{
	struct mhv_input_create_partition in = {
		.flags = MHV_CREATE_EXO_PARTITION | MHV_CREATE_INTERCEPT_MESSAGE_PAGE | flags,
		.compatibility_version = MHV_COMPATIBILITY_21_H2,
	};

	return mshv_call_create_partition(&in, &partition->id);
}

static void mshv_trial_delete(struct mshv_partition *partition)
{
	mshv_withdraw(partition);
	mshv_call_delete_partition(partition);
}

static void mshv_trial_state(struct mshv_vp *vp, struct page *page, int *results)
{
	struct mhv_vp_state_header header = {
		.partition_id = vp->partition->id, .vp_index = vp->index,
	};
	struct mhv_synthetic_timers_state timers = {};
	u64 pfn = page_to_pfn(page);
	int i;

	for (i = 0; i < ARRAY_SIZE(mshv_trial_states); i++) {
		header.type = mshv_trial_states[i].type;
		results[mshv_trial_states[i].trial] =
			mshv_call_get_vp_state(vp, &header, &pfn,
					       header.type & MHV_VP_STATE_PFN ? 1 : 0, &timers);
	}
}

static void mshv_trial_vp(struct mshv_vp *vp, struct page *page, int *results)
{
	void *at;
	u64 rip;

	results[MSHV_TRIAL_VP] = mshv_call_create_vp(vp->partition, vp->index);
	if (results[MSHV_TRIAL_VP])
		return;
	results[MSHV_TRIAL_REGISTERS] = mshv_call_get_vp_register(vp, MHV_REG_RIP, &rip);
	mshv_trial_state(vp, page, results);
	results[MSHV_TRIAL_INTERCEPT_PAGE] =
		mshv_call_map_vp_state_page(vp, MHV_VP_STATE_PAGE_INTERCEPT_MESSAGE, &at);
	if (!results[MSHV_TRIAL_INTERCEPT_PAGE])
		mshv_call_unmap_vp_state_page(vp, MHV_VP_STATE_PAGE_INTERCEPT_MESSAGE);
	results[MSHV_TRIAL_REGISTERS_PAGE] =
		mshv_call_map_vp_state_page(vp, MHV_VP_STATE_PAGE_REGISTERS, &at);
	if (!results[MSHV_TRIAL_REGISTERS_PAGE])
		mshv_call_unmap_vp_state_page(vp, MHV_VP_STATE_PAGE_REGISTERS);
}

static void mshv_trial_memory(struct mshv_partition *partition, struct page *page, int *results)
{
	u64 pfn = page_to_pfn(page);
	u64 spent_pages = 0;
	unsigned int done;
	u8 states;
	u16 status;
	u32 told;
	int ret;

	do {
		ret = mshv_call_map_gpa_pages(partition, MSHV_TRIAL_GFN, &pfn, 1,
					      MHV_MAP_GPA_READABLE | MHV_MAP_GPA_WRITABLE |
					      MHV_MAP_GPA_ADJUSTABLE, &done, &status);
	} while (ret && mshv_status_needs_memory(status) &&
		 !mshv_deposit(partition, status, &spent_pages));
	results[MSHV_TRIAL_MEMORY] = ret;
	if (ret)
		return;
	results[MSHV_TRIAL_ACCESS] =
		mshv_call_get_gpa_access_states(partition, MSHV_TRIAL_GFN, 1, 0, &states,
						&told);
	mshv_call_unmap_gpa_batch(partition, MSHV_TRIAL_GFN, 1, false);
}

/* Nobody writes there, so it never rings. */
static void mshv_trial_doorbell(struct mshv_partition *partition, int *results)
{
	struct mshv_ioeventfd *ioeventfd = kzalloc(sizeof(*ioeventfd), GFP_KERNEL);

	if (!ioeventfd)
		return;
	ioeventfd->partition = partition;
	ioeventfd->addr = MSHV_TRIAL_DOORBELL_GPA;
	ioeventfd->wildcard = true;
	results[MSHV_TRIAL_DOORBELL] =
		mshv_port_open(ioeventfd, MHV_DOORBELL_SIZE_ANY | MHV_DOORBELL_ANY_VALUE);
	if (!results[MSHV_TRIAL_DOORBELL]) {
		mshv_port_close(ioeventfd);
		synchronize_rcu();
	}
	kfree(ioeventfd);
}

static void mshv_trial_properties(struct mshv_partition *partition, int *results)
{
	results[MSHV_TRIAL_STATE_XSAVE] =
		mshv_call_get_partition_property(partition, MHV_PROP_XSAVE_STATES,
						 &mshv_trial_xsave_states);
	if (mshv_call_get_partition_property(partition, MHV_PROP_PROCESSOR_FEATURES0,
					     &mshv_trial_processor_features))
		mshv_trial_processor_features = 0;
	if (mshv_call_get_partition_property(partition, MHV_PROP_PHYSICAL_ADDRESS_WIDTH,
					     &mshv_trial_address_width))
		mshv_trial_address_width = 0;
}

/* What needs an initialized partition. The VP is deleted with it. */
static void mshv_trial_initialized(struct mshv_vp *vp, int *results)
{
	struct mshv_partition *partition = vp->partition;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (!page)
		return;
	results[MSHV_TRIAL_INITIALIZE] = mshv_call_initialize_partition(partition);
	if (!results[MSHV_TRIAL_INITIALIZE]) {
		mshv_trial_properties(partition, results);
		mshv_trial_memory(partition, page, results);
		mshv_trial_vp(vp, page, results);
		mshv_trial_doorbell(partition, results);
		mshv_call_finalize_partition(partition);
	}
	__free_page(page);
}

/**
 * mshv_trials_run() - try what the hypervisor can do
 * @results: by enum mshv_trial: 0, or the errno that it failed with; what could not be tried for
 *	want of something else has failed
 *
 * Context: process context, sleeps; mshv_hv is set, and nobody else uses it.
 */
void mshv_trials_run(int *results)
{
	struct mshv_partition *partition = kzalloc(sizeof(*partition), GFP_KERNEL);
	struct mshv_vp *vp = kzalloc(sizeof(*vp), GFP_KERNEL);
	int i;

	for (i = MSHV_TRIAL_NEVER; i < MSHV_NR_TRIALS; i++)
		results[i] = -EOPNOTSUPP;
	if (!partition || !vp)
		goto out;
	partition->slot = MSHV_NO_SLOT;
	vp->slot = MSHV_NO_SLOT;
	vp->partition = partition;

	for (i = 0; i < ARRAY_SIZE(mshv_trial_flags); i++) {
		enum mshv_trial trial = mshv_trial_flags[i].trial;

		results[trial] = mshv_trial_create(partition, mshv_trial_flags[i].flags);
		if (!results[trial])
			mshv_trial_delete(partition);
	}
	if (mshv_trial_create(partition, results[MSHV_TRIAL_LAPIC] ? 0 : MHV_CREATE_LAPIC))
		goto out;
	mshv_trial_initialized(vp, results);
	mshv_trial_delete(partition);
out:
	kfree(vp);
	kfree(partition);
}

static void mshv_probe_xsave_states(struct mshv_cap_answer *answer)
{
	answer->value = mshv_trial_xsave_states;
}

MSHV_DECLARE_CAP(HV_XSAVE_STATES, .probe = mshv_probe_xsave_states,
		 .trial = MSHV_TRIAL_STATE_XSAVE);

static void mshv_probe_processor_features(struct mshv_cap_answer *answer)
{
	answer->value = mshv_trial_processor_features;
	if (!answer->value)
		answer->reason = MSHV_CAP_REASON_HYPERVISOR;
}

MSHV_DECLARE_CAP(HV_PROCESSOR_FEATURES, .probe = mshv_probe_processor_features);

static void mshv_probe_address_width(struct mshv_cap_answer *answer)
{
	answer->value = mshv_trial_address_width;
	if (!answer->value)
		answer->reason = MSHV_CAP_REASON_HYPERVISOR;
}

MSHV_DECLARE_CAP(HV_PHYSICAL_ADDRESS_WIDTH, .probe = mshv_probe_address_width);

static void mshv_probe_cpu(struct mshv_cap_answer *answer, bool has, u64 value)
{
	answer->value = value;
	if (!has)
		answer->reason = MSHV_CAP_REASON_HARDWARE;
}

static void mshv_probe_constant_tsc(struct mshv_cap_answer *answer)
{
	mshv_probe_cpu(answer, boot_cpu_has(X86_FEATURE_CONSTANT_TSC), 1);
}

MSHV_DECLARE_CAP(HW_CONSTANT_TSC, .probe = mshv_probe_constant_tsc);

static void mshv_probe_gib_pages(struct mshv_cap_answer *answer)
{
	mshv_probe_cpu(answer, boot_cpu_has(X86_FEATURE_GBPAGES), 1);
}

MSHV_DECLARE_CAP(HW_GIB_PAGES, .probe = mshv_probe_gib_pages);

/* CPUID leaf 13 tells the components; the kernel's own set is not for modules. */
static void mshv_probe_xsave(struct mshv_cap_answer *answer)
{
	u32 eax = 0, ebx, ecx = 0, edx = 0;
	bool has = boot_cpu_has(X86_FEATURE_XSAVE);

	if (has)
		cpuid_count(13, 0, &eax, &ebx, &ecx, &edx);
	mshv_probe_cpu(answer, has, (u64)edx << 32 | eax);
}

MSHV_DECLARE_CAP(HW_XSAVE, .probe = mshv_probe_xsave);
