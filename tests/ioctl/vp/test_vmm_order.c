// SPDX-License-Identifier: GPL-2.0
/*
 * The calls by which a VMM that stands on a library makes a virtual machine, in their order: what the
 * host can give, a partition with just that, its properties, a VP, and each register that such a VMM
 * saves and restores, one by one.
 */
#include <unistd.h>
#include <mshv/hvabi_guest.h>
#include "vmm.h"

static const __u32 saved[] = {
	MHV_REG_TSC, MHV_REG_EFER, MHV_REG_KERNEL_GS_BASE, MHV_REG_APIC_BASE, MHV_REG_PAT,
	MHV_REG_SYSENTER_CS, MHV_REG_SYSENTER_EIP, MHV_REG_SYSENTER_ESP, MHV_REG_STAR,
	MHV_REG_LSTAR, MHV_REG_CSTAR, MHV_REG_SFMASK, MHV_REG_MSR_MTRR_DEF_TYPE,
	MHV_REG_MSR_MTRR_PHYS_BASE0, MHV_REG_MSR_MTRR_PHYS_BASE7, MHV_REG_MSR_MTRR_PHYS_MASK0,
	MHV_REG_MSR_MTRR_PHYS_MASK7, MHV_REG_MSR_MTRR_FIX64K00000, MHV_REG_MSR_MTRR_FIX16K80000,
	MHV_REG_MSR_MTRR_FIX16KA0000, MHV_REG_MSR_MTRR_FIX4KC0000, MHV_REG_MSR_MTRR_FIX4KF8000,
	MHV_REG_TSC_AUX, MHV_REG_TSC_ADJUST, MHV_REG_DEBUG_CTL, MHV_REG_MSR_IA32_MISC_ENABLE,
	MHV_REG_GUEST_OS_ID, MHV_REG_HYPERCALL, MHV_REG_REFERENCE_TSC, MHV_REG_SINT0,
	MHV_REG_SINT0 + 15, MHV_REG_SCONTROL, MHV_REG_SIEFP, MHV_REG_SIMP, MHV_REG_XFEM,
	MHV_REG_INTERNAL_ACTIVITY_STATE, MHV_REG_PENDING_INTERRUPTION, MHV_REG_INTERRUPT_STATE,
	MHV_REG_SPEC_CTRL, MHV_REG_EOM, MHV_REG_DR0, MHV_REG_DR0 + 3, MHV_REG_DR6, MHV_REG_DR7,
	MHV_REG_PENDING_EVENT0, MHV_REG_PENDING_EVENT1, MHV_REG_DELIVERABILITY_NOTIFICATIONS,
};

static int get(int fd, __u32 code, __u64 *value)
{
	struct mhv_input_get_partition_property in = { .property_code = code };

	return hvcall(fd, MHV_HVCALL_GET_PARTITION_PROPERTY, 0, &in, sizeof(in), value,
		      sizeof(*value), NULL);
}

static int set(int partition, __u32 code, __u64 value)
{
	struct mhv_input_set_partition_property in = {
		.property_code = code, .property_value = value,
	};

	return hvcall(partition, MHV_HVCALL_SET_PARTITION_PROPERTY, 0, &in, sizeof(in), NULL, 0,
		      NULL);
}

static int register_get(int vp, __u32 name, union mhv_register_value *value)
{
	struct {
		struct mhv_input_get_vp_registers head;
		__u32 name;
	} __attribute__((packed)) in = { .name = name };

	return hvcall(vp, MHV_HVCALL_GET_VP_REGISTERS, 1, &in, sizeof(in), value, sizeof(*value),
		      NULL);
}

/* Clients pass a buffer for the longest answer that there could be. */
static __u64 assignable(int device)
{
	const __u64 needed = MHV_FEATURE_HYPERVISOR_PRESENT | MHV_FEATURE_HV1 |
			     MHV_FEATURE_HYPERCALL | MHV_FEATURE_VP_INDEX |
			     MHV_FEATURE_REFERENCE_TSC | MHV_FEATURE_FREQUENCY;
	const __u64 known = 0xfff | MHV_FEATURE_EXTENDED_GVA_RANGES | MHV_FEATURE_DIRECT_TIMERS |
			    MHV_FEATURE_EX_PROCESSOR_MASKS | MHV_FEATURE_TLB_FLUSH |
			    MHV_FEATURE_CLUSTER_IPI | MHV_FEATURE_LONG_SPIN_WAIT |
			    MHV_FEATURE_SIGNAL_EVENTS;
	struct mhv_input_get_partition_property_ex in = {
		.property_code = MHV_PROP_ASSIGNABLE_SYNTHETIC_PROC_FEATURES,
	};
	union {
		struct mhv_synthetic_proc_features features;
		__u8 bytes[PAGE - sizeof(in)];
	} out = { .features.banks[0] = ~0ULL };

	ok(!hvcall(device, MHV_HVCALL_GET_PARTITION_PROPERTY_EX, 0, &in, sizeof(in), &out,
		   sizeof(out), NULL) && out.features.bank_count == 1,
	   "the features for guests, of %u banks", out.features.bank_count);
	ok((out.features.banks[0] & needed) == needed, "what Linux needs of them (%#llx)",
	   out.features.banks[0]);
	ok(!(out.features.banks[0] & ~known), "none that guests do not get");
	in.arg = 1;
	fails(hvcall(device, MHV_HVCALL_GET_PARTITION_PROPERTY_EX, 0, &in, sizeof(in), &out,
		     sizeof(out), NULL), EINVAL);
	return out.features.banks[0];
}

static int partition_make(int device, __u64 features)
{
	__u64 features0 = 0, features1 = 0, xsave = 0;
	struct mshv_create_partition_v2 args = {
		.pt_flags = 1 << MSHV_PT_BIT_LAPIC | 1 << MSHV_PT_BIT_X2APIC |
			    1 << MSHV_PT_BIT_GPA_SUPER_PAGES |
			    1 << MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES,
		.pt_num_cpu_fbanks = MSHV_NUM_CPU_FEATURES_BANKS,
	};
	int partition;

	ok(!get(device, MHV_PROP_PROCESSOR_FEATURES0, &features0) &&
	   !get(device, MHV_PROP_PROCESSOR_FEATURES1, &features1) &&
	   !get(device, MHV_PROP_PROCESSOR_XSAVE_FEATURES, &xsave), "what the processor has");
	args.pt_cpu_fbanks[0] = ~features0;
	args.pt_cpu_fbanks[1] = ~features1;
	args.pt_disabled_xsave = ~xsave;
	partition = ioctl(device, MSHV_CREATE_PARTITION, &args);
	ok(partition >= 0, "a partition with all that and no more");
	ok(!set(partition, MHV_PROP_SYNTHETIC_PROC_FEATURES, features), "its features for guests");
	ok(!ioctl(partition, MSHV_INITIALIZE_PARTITION), "initialized");
	ok(!set(partition, MHV_PROP_UNIMPLEMENTED_MSR_ACTION,
		MHV_UNIMPLEMENTED_MSR_IGNORE_WRITE_READ_ZERO), "unknown MSRs ignored");
	ok(!set(partition, MHV_PROP_TIME_FREEZE, 1) && !set(partition, MHV_PROP_PROCESSORS_PER_SOCKET,
							    1),
	   "its time stopped, its processors' sockets told");
	return partition;
}

static void test_registers(int vp)
{
	union mhv_register_value value = {};
	__u32 unread = 0, unwritten = 0;

	for (size_t i = 0; i < sizeof(saved) / sizeof(*saved); i++) {
		value = (union mhv_register_value){};
		if (register_get(vp, saved[i], &value))
			unread = saved[i];
		else if (register_set(vp, 0, saved[i], &value))
			unwritten = saved[i];
	}
	ok(!unread, "each register read (not: %#x)", unread);
	ok(!unwritten, "and written as it was (not: %#x)", unwritten);

	value = (union mhv_register_value){ .reg64 = MHV_PENDING_EVENT };
	fails(register_set(vp, 0, MHV_REG_PENDING_EVENT1, &value), EINVAL);
	ok(!register_get(vp, MHV_REG_PENDING_EVENT1, &value) && !value.reg128.low,
	   "no second event is pending");
	value.reg64 = ~0ULL;
	ok(!register_get(vp, MHV_REG_VP_RUNTIME, &value) && !value.reg64,
	   "a VP that has not run has no time (%llu)", value.reg64);
	fails(register_set(vp, 0, MHV_REG_VP_RUNTIME, &value), EIO);
}

static int place(int vp, __u32 name, __u64 value)
{
	return register_set(vp, 0, name, &(union mhv_register_value){ .reg64 = value });
}

static bool placed(int vp, __u32 name, __u64 value)
{
	union mhv_register_value is = {};

	return !register_get(vp, name, &is) && is.reg64 == value;
}

/* What a guest places by MSRs, a parent that restores it places by registers. */
static void test_overlays(int vp)
{
	ok(!place(vp, MHV_REG_HYPERCALL, 0x5001) && placed(vp, MHV_REG_HYPERCALL, 0x5000),
	   "no hypercall page for a guest that has not told who it is");
	ok(!place(vp, MHV_REG_GUEST_OS_ID, 1) && !place(vp, MHV_REG_HYPERCALL, 0x5001) &&
	   placed(vp, MHV_REG_HYPERCALL, 0x5001), "the hypercall page");
	fails(place(vp, MHV_REG_HYPERCALL, 0xfee00001), EINVAL);
	fails(place(vp, MHV_REG_HYPERCALL, 1ULL << 60 | 1), EINVAL);
	ok(placed(vp, MHV_REG_HYPERCALL, 0x5001), "the page stays where it was");
	ok(!place(vp, MHV_REG_REFERENCE_TSC, 0x5001) && placed(vp, MHV_REG_REFERENCE_TSC, 0x5001),
	   "the reference TSC page over it");
	ok(!place(vp, MHV_REG_VP_ASSIST_PAGE, 0x7001) && !place(vp, MHV_REG_SIMP, 0x8001) &&
	   !place(vp, MHV_REG_SIEFP, 0x9001) && placed(vp, MHV_REG_SIEFP, 0x9001), "the VP's own");
}

int main(void)
{
	int device = device_open();
	int partition = partition_make(device, assignable(device)), vp;

	vp = vp_create(partition, 0);
	ok(vp >= 0, "a VP");
	test_registers(vp);
	test_overlays(vp);
	ok(!set(partition, MHV_PROP_TIME_FREEZE, 0), "its time goes on");
	close(vp);
	close(partition);
	ok(softhv_counter("partitions") == 0, "no partition is left");
	return done();
}
