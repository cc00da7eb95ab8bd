// SPDX-License-Identifier: GPL-2.0
/*
 * SVM on each CPU: is it there and free, turn it on and off as CPUs and the system come and go,
 * and address space identifiers. Knows nothing about partitions.
 *
 * KVM's callback for emergencies (cpu_emergency_register_virt_callback()) is left to KVM: it has
 * room for one user and warns when there are two. It is there for CPUs that stop with GIF clear;
 * ours has it clear only inside of softhv_svm_enter(), which every NMI makes return.
 */
#define pr_fmt(fmt) "softhv: " fmt

#include <linux/cc_platform.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/gfp.h>
#include <linux/mem_encrypt.h>
#include <linux/mm.h>
#include <linux/set_memory.h>
#include <linux/syscore_ops.h>
#include <asm/cpufeature.h>
#include <asm/fpu/api.h>
#include <asm/fpu/types.h>
#include <asm/io.h>
#include <asm/msr.h>

#include "softhv/compat.h"
#include "softhv/softhv.h"

#define SOFTHV_VM_CR_SVMDIS	BIT_ULL(4)
#define SOFTHV_CPUID_SVM	0x8000000a

#define SOFTHV_IOPM_ORDER	2	/* 12 KiB */
#define SOFTHV_MSRPM_ORDER	1	/* 8 KiB */

DEFINE_PER_CPU(struct softhv_cpu, softhv_cpu);
struct softhv_capabilities softhv_caps;

static struct page *softhv_iopm;
static struct page *softhv_msrpm;
static enum cpuhp_state softhv_cpuhp_state;

static u64 softhv_page_pa(struct page *page)
{
	return __sme_set(page_to_phys(page));
}

/* Interrupts are disabled. */
static void softhv_svm_enable(struct softhv_cpu *cpu)
{
	u64 efer;

	softhv_rdmsr(MSR_EFER, efer);
	softhv_wrmsr(MSR_EFER, efer | EFER_SVME);
	softhv_wrmsr(MSR_VM_HSAVE_PA, softhv_page_pa(cpu->hsave));
	if (boot_cpu_has(X86_FEATURE_TSCRATEMSR))
		wrmsr(MSR_AMD64_TSC_RATIO, lower_32_bits(SVM_TSC_RATIO_DEFAULT),
		      upper_32_bits(SVM_TSC_RATIO_DEFAULT));

	/* What is in the TLB is somebody else's: begin with a flush. */
	cpu->asid_generation++;
	cpu->next_asid = softhv_caps.nr_asids;
	cpu->enabled = true;
}

/* Interrupts are disabled. */
static void softhv_svm_disable(void *unused)
{
	struct softhv_cpu *cpu = this_cpu_ptr(&softhv_cpu);
	u64 efer;

	if (!cpu->enabled)
		return;
	cpu->enabled = false;
	softhv_wrmsr(MSR_VM_HSAVE_PA, 0);
	softhv_rdmsr(MSR_EFER, efer);
	softhv_wrmsr(MSR_EFER, efer & ~EFER_SVME);
}

static int softhv_cpu_online(unsigned int nr)
{
	struct softhv_cpu *cpu;
	unsigned long flags;
	u64 efer, vm_cr;
	int ret = 0;

	local_irq_save(flags);
	cpu = this_cpu_ptr(&softhv_cpu);
	softhv_rdmsr(MSR_VM_CR, vm_cr);
	softhv_rdmsr(MSR_EFER, efer);
	if (vm_cr & SOFTHV_VM_CR_SVMDIS)
		ret = -EOPNOTSUPP;
	else if (efer & EFER_SVME)
		ret = -EBUSY;
	else
		softhv_svm_enable(cpu);
	local_irq_restore(flags);
	softhv_synic_online(nr);

	if (ret == -EOPNOTSUPP)
		pr_err("CPU %u: the firmware disables SVM (VM_CR.SVMDIS); turn it on there\n", nr);
	else if (ret == -EBUSY)
		pr_err("CPU %u: another hypervisor uses SVM (EFER.SVME is set); unload kvm_amd\n",
		       nr);
	return ret;
}

static int softhv_cpu_offline(unsigned int nr)
{
	unsigned long flags;

	softhv_synic_offline(nr);
	local_irq_save(flags);
	softhv_ports_move(nr);
	softhv_svm_disable(NULL);
	local_irq_restore(flags);
	return 0;
}

/*
 * Suspend takes all CPUs but the first offline, and then calls these on it with interrupts
 * disabled. Linux changed their arguments within its stable releases, so Kbuild looks which ones
 * there are.
 */
#ifdef SOFTHV_SYSCORE_DATA
#define SOFTHV_SYSCORE_ARG	void *data
#else
#define SOFTHV_SYSCORE_ARG	void
#endif

static bool softhv_was_enabled;

static int softhv_suspend(SOFTHV_SYSCORE_ARG)
{
	softhv_was_enabled = __this_cpu_read(softhv_cpu.enabled);
	softhv_svm_disable(NULL);
	return 0;
}

static void softhv_resume(SOFTHV_SYSCORE_ARG)
{
	if (softhv_was_enabled)
		softhv_svm_enable(this_cpu_ptr(&softhv_cpu));
}

/* Reboot and kexec: the next kernel finds the CPUs as they were. */
static void softhv_shutdown(SOFTHV_SYSCORE_ARG)
{
	on_each_cpu(softhv_svm_disable, NULL, 1);
}

static struct syscore_ops softhv_syscore_ops = {
	.suspend = softhv_suspend,
	.resume = softhv_resume,
	.shutdown = softhv_shutdown,
};

#ifdef SOFTHV_SYSCORE_DATA
static struct syscore softhv_syscore = {
	.ops = &softhv_syscore_ops,
};

static void softhv_syscore_register(void)
{
	register_syscore(&softhv_syscore);
}

static void softhv_syscore_unregister(void)
{
	unregister_syscore(&softhv_syscore);
}
#else
static void softhv_syscore_register(void)
{
	register_syscore_ops(&softhv_syscore_ops);
}

static void softhv_syscore_unregister(void)
{
	unregister_syscore_ops(&softhv_syscore_ops);
}
#endif

static int softhv_check_cpu(void)
{
	u32 eax, ebx, ecx, edx;

	if (!boot_cpu_has(X86_FEATURE_SVM)) {
		pr_err("this CPU has no SVM; an AMD or Hygon processor with it is needed\n");
		return -ENODEV;
	}
	if (cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT)) {
		pr_err("memory is encrypted by SEV, which SVM guests cannot be inside of\n");
		return -EOPNOTSUPP;
	}
	cpuid(SOFTHV_CPUID_SVM, &eax, &ebx, &ecx, &edx);
	if (!(edx & BIT(0))) {
		pr_err("this CPU's SVM has no nested paging (CPUID 0x%x EDX bit 0)\n",
		       SOFTHV_CPUID_SVM);
		return -ENODEV;
	}
	if (ebx < 2) {
		pr_err("this CPU's SVM has no address space identifiers for guests (CPUID 0x%x)\n",
		       SOFTHV_CPUID_SVM);
		return -ENODEV;
	}
	softhv_caps.nr_asids = ebx;
	return 0;
}

/* Registers that a guest may not have the host trip over. */
static void softhv_set_capabilities(void)
{
	static const struct {
		u32 feature;
		u64 cr4;
	} cr4_of[] = {
		{ X86_FEATURE_VME, X86_CR4_VME | X86_CR4_PVI },
		{ X86_FEATURE_TSC, X86_CR4_TSD },
		{ X86_FEATURE_DE, X86_CR4_DE },
		{ X86_FEATURE_PSE, X86_CR4_PSE },
		{ X86_FEATURE_PAE, X86_CR4_PAE },
		{ X86_FEATURE_MCE, X86_CR4_MCE },
		{ X86_FEATURE_PGE, X86_CR4_PGE },
		{ X86_FEATURE_FXSR, X86_CR4_OSFXSR },
		{ X86_FEATURE_XMM, X86_CR4_OSXMMEXCPT },
		{ X86_FEATURE_UMIP, X86_CR4_UMIP },
		{ X86_FEATURE_FSGSBASE, X86_CR4_FSGSBASE },
		{ X86_FEATURE_SMEP, X86_CR4_SMEP },
		{ X86_FEATURE_SMAP, X86_CR4_SMAP },
	};
	struct fxregs_state fx __aligned(16);
	u32 i;

	/*
	 * Not in this list on purpose: OSXSAVE, because XSETBV would change the host's XCR0 where
	 * the CPU does not intercept it, and what needs state that is not switched (PKE, CET,
	 * LA57).
	 */
	softhv_caps.cr4 = X86_CR4_PCE;
	for (i = 0; i < ARRAY_SIZE(cr4_of); i++)
		if (boot_cpu_has(cr4_of[i].feature))
			softhv_caps.cr4 |= cr4_of[i].cr4;

	softhv_caps.efer = EFER_SCE | EFER_LME | EFER_LMA;
	if (boot_cpu_has(X86_FEATURE_NX))
		softhv_caps.efer |= EFER_NX;
	softhv_caps.gpa_bits = min_t(u32, boot_cpu_data.x86_phys_bits, 48);

	memset(&fx, 0, sizeof(fx));
	kernel_fpu_begin();
	asm volatile("fxsave %0" : "+m" (fx));
	kernel_fpu_end();
	softhv_caps.mxcsr_mask = fx.mxcsr_mask ?: 0xffbf;
}

static void softhv_free_pages(void)
{
	int nr;

	for_each_possible_cpu(nr) {
		struct softhv_cpu *cpu = per_cpu_ptr(&softhv_cpu, nr);

		if (cpu->hsave)
			__free_page(cpu->hsave);
		if (cpu->host_vmcb)
			__free_page(cpu->host_vmcb);
	}
	if (softhv_iopm)
		__free_pages(softhv_iopm, SOFTHV_IOPM_ORDER);
	if (softhv_msrpm)
		__free_pages(softhv_msrpm, SOFTHV_MSRPM_ORDER);
}

static int softhv_alloc_pages(void)
{
	int nr;

	for_each_possible_cpu(nr) {
		struct softhv_cpu *cpu = per_cpu_ptr(&softhv_cpu, nr);

		cpu->hsave = alloc_page(GFP_KERNEL | __GFP_ZERO);
		cpu->host_vmcb = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!cpu->hsave || !cpu->host_vmcb)
			goto fail;
		cpu->host_vmcb_pa = softhv_page_pa(cpu->host_vmcb);
	}
	softhv_iopm = alloc_pages(GFP_KERNEL, SOFTHV_IOPM_ORDER);
	softhv_msrpm = alloc_pages(GFP_KERNEL, SOFTHV_MSRPM_ORDER);
	if (!softhv_iopm || !softhv_msrpm)
		goto fail;

	/* Everything exits. */
	memset(page_address(softhv_iopm), 0xff, PAGE_SIZE << SOFTHV_IOPM_ORDER);
	memset(page_address(softhv_msrpm), 0xff, PAGE_SIZE << SOFTHV_MSRPM_ORDER);
	softhv_caps.iopm_pa = softhv_page_pa(softhv_iopm);
	softhv_caps.msrpm_pa = softhv_page_pa(softhv_msrpm);
	return 0;

fail:
	softhv_free_pages();
	return -ENOMEM;
}

/**
 * softhv_svm_new_asid() - give a VP an address space identifier that has no entry in the TLB
 * @vp: about to enter its guest on this CPU
 * @cpu: this CPU's
 *
 * An identifier is not used again before all were given out; then the whole TLB is flushed, so an
 * unused identifier is as good as a flush.
 * Context: interrupts disabled, VP locked.
 */
void softhv_svm_new_asid(struct softhv_vp *vp, struct softhv_cpu *cpu)
{
	struct vmcb_control_area *control = &vp->vmcb->control;

	if (cpu->next_asid >= softhv_caps.nr_asids) {
		cpu->asid_generation++;
		cpu->next_asid = 1;
		control->tlb_ctl = TLB_CONTROL_FLUSH_ALL_ASID;
	}
	control->asid = cpu->next_asid++;
	vp->asid_generation = cpu->asid_generation;
}

/**
 * softhv_svm_init() - find out what the CPUs can do, and turn SVM on everywhere
 *
 * Context: process context, may sleep.
 * Return: 0; -ENODEV, -EOPNOTSUPP or -EBUSY with the reason in the log; -ENOMEM.
 */
int softhv_svm_init(void)
{
	int ret = softhv_check_cpu();

	if (ret)
		return ret;
	softhv_set_capabilities();
	ret = softhv_alloc_pages();
	if (ret)
		return ret;

	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "softhv:online", softhv_cpu_online,
				softhv_cpu_offline);
	if (ret < 0) {
		softhv_free_pages();
		return ret;
	}
	softhv_cpuhp_state = ret;
	softhv_syscore_register();
	return 0;
}

/**
 * softhv_svm_exit() - undo softhv_svm_init()
 *
 * Context: process context, may sleep; no VP is left.
 */
void softhv_svm_exit(void)
{
	softhv_syscore_unregister();
	cpuhp_remove_state(softhv_cpuhp_state);
	softhv_free_pages();
}
