// SPDX-License-Identifier: GPL-2.0
/*
 * Which parts of the hypervisor's interface a partition's guests have, and the CPUID leaves that
 * tell them: TLFS "Feature and interface discovery".
 */
#include <linux/cpumask.h>
#include <linux/string.h>
#include <asm/tsc.h>

#include "softhv/softhv.h"

#define VERSION_MAJOR	10
#define VERSION_MINOR	0

/* Privileges that softhv knows; a parent can give all of them by PRIVILEGE_FLAGS, too. */
#define GUEST_PRIVILEGES	(MHV_PRIVILEGE_VP_RUNTIME | MHV_PRIVILEGE_REFERENCE_COUNTER | \
				 MHV_PRIVILEGE_SYNIC | MHV_PRIVILEGE_SYNTHETIC_TIMERS | \
				 MHV_PRIVILEGE_INTR_CTRL | MHV_PRIVILEGE_HYPERCALL | \
				 MHV_PRIVILEGE_VP_INDEX | MHV_PRIVILEGE_RESET | \
				 MHV_PRIVILEGE_REFERENCE_TSC | MHV_PRIVILEGE_GUEST_IDLE | \
				 MHV_PRIVILEGE_FREQUENCY | MHV_PRIVILEGE_POST_MESSAGES | \
				 MHV_PRIVILEGE_SIGNAL_EVENTS)

/* Features that are a privilege */
static const struct {
	u64 feature;
	u64 privilege;
} guest_privileges[] = {
	{ MHV_FEATURE_VP_RUNTIME, MHV_PRIVILEGE_VP_RUNTIME },
	{ MHV_FEATURE_REFERENCE_COUNTER, MHV_PRIVILEGE_REFERENCE_COUNTER },
	{ MHV_FEATURE_SYNIC, MHV_PRIVILEGE_SYNIC },
	{ MHV_FEATURE_SYNTHETIC_TIMERS, MHV_PRIVILEGE_SYNTHETIC_TIMERS },
	{ MHV_FEATURE_INTR_CTRL, MHV_PRIVILEGE_INTR_CTRL },
	{ MHV_FEATURE_HYPERCALL, MHV_PRIVILEGE_HYPERCALL },
	{ MHV_FEATURE_VP_INDEX, MHV_PRIVILEGE_VP_INDEX },
	{ MHV_FEATURE_REFERENCE_TSC, MHV_PRIVILEGE_REFERENCE_TSC },
	{ MHV_FEATURE_GUEST_IDLE, MHV_PRIVILEGE_GUEST_IDLE },
	{ MHV_FEATURE_FREQUENCY, MHV_PRIVILEGE_FREQUENCY },
	{ MHV_FEATURE_SIGNAL_EVENTS, MHV_PRIVILEGE_SIGNAL_EVENTS },
};

/**
 * softhv_guest_features() - what a partition has of SYNTHETIC_PROC_FEATURES
 * @partition: any; the property does not change once there are VPs
 *
 * Return: MHV_FEATURE_*, without what softhv does not have; 0 if guests see no hypervisor.
 */
u64 softhv_guest_features(const struct softhv_partition *partition)
{
	u64 features = READ_ONCE(partition->properties[SOFTHV_PROP_SYNTHETIC_PROC_FEATURES]);

	features &= SOFTHV_GUEST_FEATURES;
	if (!(features & MHV_FEATURE_HYPERVISOR_PRESENT))
		return 0;
	if (!(features & MHV_FEATURE_HV1))
		return MHV_FEATURE_HYPERVISOR_PRESENT;
	/* Without a frequency there is none to tell. */
	return tsc_khz ? features : features & ~MHV_FEATURE_FREQUENCY;
}

/**
 * softhv_guest_privileges() - what a partition's guests may use
 * @partition: any
 *
 * Return: MHV_PRIVILEGE_*.
 */
u64 softhv_guest_privileges(const struct softhv_partition *partition)
{
	u64 features = softhv_guest_features(partition), privileges;
	int i;

	if (!(features & MHV_FEATURE_HV1))
		return 0;
	privileges = READ_ONCE(partition->properties[SOFTHV_PROP_PRIVILEGE_FLAGS]);
	privileges &= GUEST_PRIVILEGES;
	if (!tsc_khz)
		privileges &= ~MHV_PRIVILEGE_FREQUENCY;
	for (i = 0; i < ARRAY_SIZE(guest_privileges); i++)
		if (features & guest_privileges[i].feature)
			privileges |= guest_privileges[i].privilege;
	return privileges;
}

static void guest_leaf_features(const struct softhv_partition *partition,
				struct softhv_cpuid *value)
{
	u64 privileges = softhv_guest_privileges(partition);
	u64 features = softhv_guest_features(partition);

	value->eax = lower_32_bits(privileges);
	value->ebx = upper_32_bits(privileges);
	if (privileges & MHV_PRIVILEGE_HYPERCALL)
		value->edx |= MHV_CPUID_XMM_INPUT;
	if (privileges & MHV_PRIVILEGE_GUEST_IDLE)
		value->edx |= MHV_CPUID_GUEST_IDLE;
	if (privileges & MHV_PRIVILEGE_FREQUENCY)
		value->edx |= MHV_CPUID_FREQUENCY_MSRS;
	if (features & MHV_FEATURE_EXTENDED_GVA_RANGES)
		value->edx |= MHV_CPUID_EXTENDED_GVA_RANGES;
	if (features & MHV_FEATURE_DIRECT_TIMERS)
		value->edx |= MHV_CPUID_DIRECT_TIMERS;
}

static void guest_leaf_recommendations(const struct softhv_vp *vp, struct softhv_cpuid *value)
{
	u64 privileges = softhv_guest_privileges(vp->partition);
	u64 features = softhv_guest_features(vp->partition);

	value->eax = MHV_RECOMMEND_RELAXED_TIMING | MHV_RECOMMEND_NO_AUTO_EOI;
	if (features & MHV_FEATURE_TLB_FLUSH)
		value->eax |= MHV_RECOMMEND_REMOTE_FLUSH;
	/* In x2APIC mode the APIC's own MSRs are as good. */
	if ((privileges & MHV_PRIVILEGE_INTR_CTRL) && softhv_has_lapic(vp) &&
	    !(vp->partition->creation_flags & MHV_CREATE_X2APIC))
		value->eax |= MHV_RECOMMEND_APIC_MSRS;
	if (privileges & MHV_PRIVILEGE_RESET)
		value->eax |= MHV_RECOMMEND_RESET_MSR;
	if ((features & MHV_FEATURE_CLUSTER_IPI) && softhv_has_lapic(vp))
		value->eax |= MHV_RECOMMEND_CLUSTER_IPI;
	if (features & MHV_FEATURE_EX_PROCESSOR_MASKS)
		value->eax |= MHV_RECOMMEND_EX_PROCESSOR_MASKS;
	value->ebx = features & MHV_FEATURE_LONG_SPIN_WAIT ? SOFTHV_SPINS_BEFORE_CALL :
							    MHV_RECOMMEND_NEVER_SPIN_CALL;
	value->ecx = softhv_caps.gpa_bits;
}

/**
 * softhv_guest_cpuid() - the leaves by which guests find the hypervisor
 * @vp: locked
 * @leaf: EAX
 * @value: filled in, if it is one of them
 *
 * Return: whether the partition's guests see these leaves, and this is one.
 */
bool softhv_guest_cpuid(const struct softhv_vp *vp, u32 leaf, struct softhv_cpuid *value)
{
	u64 features = softhv_guest_features(vp->partition);
	bool hv1 = features & MHV_FEATURE_HV1;
	u32 last = hv1 ? MHV_CPUID_HARDWARE : MHV_CPUID_INTERFACE;

	if (!features || leaf < MHV_CPUID_VENDOR || leaf > last)
		return false;
	*value = (struct softhv_cpuid){};
	switch (leaf) {
	case MHV_CPUID_VENDOR:
		value->eax = last;
		memcpy(&value->ebx, "Micr", 4);
		memcpy(&value->ecx, "osof", 4);
		memcpy(&value->edx, "t Hv", 4);
		break;
	case MHV_CPUID_INTERFACE:
		value->eax = hv1 ? MHV_INTERFACE_HV1 : MHV_INTERFACE_HV0;
		break;
	case MHV_CPUID_VERSION:
		value->ebx = VERSION_MAJOR << 16 | VERSION_MINOR;
		break;
	case MHV_CPUID_FEATURES:
		guest_leaf_features(vp->partition, value);
		break;
	case MHV_CPUID_RECOMMENDATIONS:
		guest_leaf_recommendations(vp, value);
		break;
	case MHV_CPUID_LIMITS:
		value->eax = SOFTHV_MAX_VPS;
		value->ebx = nr_cpu_ids;
		break;
	case MHV_CPUID_HARDWARE:
		value->eax = MHV_HARDWARE_NESTED_PAGING;
		break;
	}
	return true;
}
