// SPDX-License-Identifier: GPL-2.0
/*
 * The transport to the Microsoft hypervisor (struct mshv_hypervisor), by what kernels from 6.1 to
 * 7.2 offer a module. The only file that includes the kernel's own headers of the hypervisor's ABI,
 * whose names mean different things in different kernels; it asserts that numbers are the same.
 *
 * Which interrupt slot is used: before 7.2 there is only that of VMBus, which a root partition
 * leaves alone unless it is nested; since then there is one for this.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bits.h>
#include <linux/kconfig.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/version.h>
#include <mshv/hvabi_synic.h>
#include "hv/hyperv.h"
#include "hv/hypervisor.h"

#if IS_ENABLED(CONFIG_HYPERV)
#include <asm/hypervisor.h>
#include <asm/mshyperv.h>
#include <asm/processor.h>

static_assert(MHV_HVCALL_DEPOSIT_MEMORY == HVCALL_DEPOSIT_MEMORY);
static_assert(MHV_HVCALL_CREATE_VP == HVCALL_CREATE_VP);
static_assert(MHV_HVCALL_GET_VP_REGISTERS == HVCALL_GET_VP_REGISTERS);
static_assert(MHV_HVCALL_SET_VP_REGISTERS == HVCALL_SET_VP_REGISTERS);
static_assert(MHV_HVCALL_GET_PARTITION_ID == HVCALL_GET_PARTITION_ID);
static_assert(MHV_HVCALL_ADD_LOGICAL_PROCESSOR == HVCALL_ADD_LOGICAL_PROCESSOR);
static_assert(MHV_STATUS_SUCCESS == HV_STATUS_SUCCESS);
static_assert(MHV_STATUS_INSUFFICIENT_MEMORY == HV_STATUS_INSUFFICIENT_MEMORY);
static_assert(MHV_STATUS_INVALID_PARAMETER == HV_STATUS_INVALID_PARAMETER);
static_assert(MHV_CONTROL_FAST == HV_HYPERCALL_FAST_BIT);
static_assert(MHV_CONTROL_VARHEAD_SHIFT == HV_HYPERCALL_VARHEAD_OFFSET);
static_assert(MHV_CONTROL_REP_COUNT_SHIFT == HV_HYPERCALL_REP_COMP_OFFSET);
static_assert(MHV_CONTROL_REP_START_SHIFT == HV_HYPERCALL_REP_START_OFFSET);
static_assert(MHV_RESULT_STATUS_MASK == HV_HYPERCALL_RESULT_MASK);
static_assert(MHV_RESULT_REPS_MASK == HV_HYPERCALL_REP_COMP_MASK);
static_assert(sizeof(struct mhv_message) == sizeof(struct hv_message));
static_assert(sizeof(struct mhv_message_page) == sizeof(struct hv_message_page));

#define MSHV_ROOT_PRIVILEGES	(HV_CREATE_PARTITIONS | HV_CPU_MANAGEMENT)

/* HYPERV_CPUID_FEATURES, ECX: DISPATCH_VP takes interrupts from the VP's register page. */
#define MSHV_INTERRUPT_INJECTION_AVAILABLE	BIT(9)

static bool mshv_hyperv_is_root(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	/* Kernels without CONFIG_MSHV_ROOT take themselves for guests. */
	return hv_root_partition() ||
	       ((ms_hyperv.priv_high & MSHV_ROOT_PRIVILEGES) == MSHV_ROOT_PRIVILEGES &&
		!(ms_hyperv.priv_high & HV_ISOLATION));
#else
	return hv_root_partition;
#endif
}

/* Whether the interrupt that VMBus has is ours to take */
static bool mshv_hyperv_interrupt_is_taken(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	return false;
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	return hv_nested;
#else
	return false;
#endif
}

/*
 * The kernel's function takes addresses of its direct map and converts them to physical ones. Its
 * function for fast calls takes only the code; all fast calls of this driver consist of the code
 * and two parameters.
 */
static u64 mshv_hyperv_hypercall(u64 control, u64 input, u64 output)
{
	if (control & MHV_CONTROL_FAST)
		return hv_do_fast_hypercall16(control & MHV_CONTROL_CODE_MASK, input, output);
	return hv_do_hypercall(control, input ? phys_to_virt(input) : NULL,
			       output ? phys_to_virt(output) : NULL);
}

static u64 mshv_hyperv_read_msr(u32 msr)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	return hv_get_non_nested_msr(msr);
#else
	return hv_get_register(msr);
#endif
}

static void mshv_hyperv_write_msr(u32 msr, u64 value)
{
	/* Where the kernel's interrupt entry does not acknowledge, the hypervisor has to. */
	if (msr >= MHV_MSR_SINT0 && msr < MHV_MSR_SINT0 + MHV_NR_SINTS &&
	    !(value & MHV_SINT_MASKED) && !(ms_hyperv.hints & HV_DEPRECATING_AEOI_RECOMMENDED))
		value |= MHV_SINT_AUTO_EOI;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	hv_set_non_nested_msr(msr, value);
#else
	hv_set_register(msr, value);
#endif
}

static int mshv_hyperv_set_interrupt_handler(void (*handler)(void))
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	hv_setup_mshv_handler(handler);
#else
	if (handler)
		hv_setup_vmbus_handler(handler);
	else
		hv_remove_vmbus_handler();
#endif
	/* The handler runs with interrupts disabled, so a grace period waits for its end. */
	if (!handler)
		synchronize_rcu();
	return 0;
}

static struct mshv_hypervisor mshv_hyperv = {
	.name = "Microsoft",
	.owner = THIS_MODULE,
	.hypercall = mshv_hyperv_hypercall,
	.read_msr = mshv_hyperv_read_msr,
	.write_msr = mshv_hyperv_write_msr,
	.set_interrupt_handler = mshv_hyperv_set_interrupt_handler,
};

static bool mshv_hyperv_registered;

/**
 * mshv_hyperv_absence() - why the Microsoft hypervisor is not the driver's
 *
 * Return: the reason, or NULL when nothing stands against it.
 */
const char *mshv_hyperv_absence(void)
{
	if (x86_hyper_type != X86_HYPER_MS_HYPERV)
		return "this kernel does not run on the Microsoft hypervisor";
	if (!mshv_hyperv_is_root())
		return "this kernel is a guest of the Microsoft hypervisor, not its root partition";
	if (mshv_hyperv_interrupt_is_taken())
		return "VMBus has the interrupt of this nested root partition";
	return NULL;
}

/**
 * mshv_hyperv_register() - offer the Microsoft hypervisor to the driver, if it is there
 *
 * Context: process context, at load, once it is known that no other driver has /dev/mshv: Linux's
 * own driver would have the interrupt slot, too.
 * Return: 0, also if it is not there; or what mshv_hypervisor_register() returns.
 */
int mshv_hyperv_register(void)
{
	int ret;

	if (mshv_hyperv_absence())
		return 0;
	mshv_hyperv.takes_vectors = cpuid_ecx(HYPERV_CPUID_FEATURES) &
				    MSHV_INTERRUPT_INJECTION_AVAILABLE;
	ret = mshv_hypervisor_register(&mshv_hyperv);
	mshv_hyperv_registered = !ret;
	return ret;
}

/**
 * mshv_hyperv_unregister() - undo mshv_hyperv_register()
 */
void mshv_hyperv_unregister(void)
{
	if (mshv_hyperv_registered)
		mshv_hypervisor_unregister(&mshv_hyperv);
	mshv_hyperv_registered = false;
}

#else /* CONFIG_HYPERV */

const char *mshv_hyperv_absence(void)
{
	return "this kernel knows nothing of the Microsoft hypervisor (CONFIG_HYPERV)";
}

int mshv_hyperv_register(void)
{
	return 0;
}

void mshv_hyperv_unregister(void)
{
}

#endif /* CONFIG_HYPERV */
