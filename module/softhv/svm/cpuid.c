// SPDX-License-Identifier: GPL-2.0
/*
 * CPUID for guests: the host's, reduced to what a guest can use here. Lists say what is shown, not
 * what is hidden, so that a CPU with something new shows nothing that softhv does not switch.
 */
#include <asm/cpufeature.h>
#include <asm/processor.h>

#include "softhv/compat.h"
#include "softhv/softhv.h"

#define MAX_LEAF		0x00000007
#define MAX_EXTENDED_LEAF	0x80000008
#define HYPERVISOR_LEAF		0x40000000

/* By the number that the kernel has for a feature: word * 32 + bit */
#define F(name)	BIT(X86_FEATURE_##name & 31)

#define LEAF_1_ECX	(F(XMM3) | F(PCLMULQDQ) | F(SSSE3) | F(CX16) | F(XMM4_1) | F(XMM4_2) | \
			 F(MOVBE) | F(POPCNT) | F(AES) | F(RDRAND))
#define LEAF_1_EDX	(F(FPU) | F(VME) | F(DE) | F(PSE) | F(TSC) | F(MSR) | F(PAE) | F(MCE) | \
			 F(CX8) | F(APIC) | F(SEP) | F(MTRR) | F(PGE) | F(MCA) | F(CMOV) | \
			 F(PAT) | F(PSE36) | F(CLFLUSH) | F(MMX) | F(FXSR) | F(XMM) | F(XMM2))
#define LEAF_7_EBX	(F(FSGSBASE) | F(BMI1) | F(SMEP) | F(BMI2) | F(ERMS) | F(RDSEED) | \
			 F(ADX) | F(SMAP) | F(CLFLUSHOPT) | F(CLWB) | F(SHA_NI))
#define LEAF_7_ECX	F(UMIP)
#define LEAF_7_EDX	F(FSRM)
#define EXTENDED_1_ECX	(F(LAHF_LM) | F(CR8_LEGACY) | F(ABM) | F(SSE4A) | F(MISALIGNSSE) | \
			 F(3DNOWPREFETCH))
#define EXTENDED_1_EDX	((LEAF_1_EDX & 0x0183f3ff & ~F(SEP)) | F(SYSCALL) | F(NX) | F(MMXEXT) | \
			 F(GBPAGES) | F(LM) | F(3DNOWEXT) | F(3DNOW))
/* What is so about the processor, and is nothing that somebody has to do */
#define EXTENDED_21_EAX	(BIT(0) | BIT(1) | BIT(2) | BIT(6) | BIT(10) | BIT(11) | BIT(29) | BIT(30))
#define LEAF_6_EAX	BIT(2)	/* the APIC's timer never stops */
#define EXTENDED_7_EDX	BIT(8)	/* invariant TSC */

/* Processor features of the hypervisor's ABI, as far as they can be here. */
static const struct {
	u8 bit;		/* in MHV_PROP_PROCESSOR_FEATURES0 */
	u16 feature;
} softhv_features[] = {
	{ 0, X86_FEATURE_XMM3 }, { 1, X86_FEATURE_LAHF_LM }, { 2, X86_FEATURE_SSSE3 },
	{ 3, X86_FEATURE_XMM4_1 }, { 4, X86_FEATURE_XMM4_2 }, { 5, X86_FEATURE_SSE4A },
	{ 7, X86_FEATURE_POPCNT }, { 8, X86_FEATURE_CX16 }, { 9, X86_FEATURE_CR8_LEGACY },
	{ 10, X86_FEATURE_ABM }, { 11, X86_FEATURE_MISALIGNSSE }, { 12, X86_FEATURE_MMXEXT },
	{ 13, X86_FEATURE_3DNOW }, { 14, X86_FEATURE_3DNOWEXT }, { 15, X86_FEATURE_GBPAGES },
	{ 16, X86_FEATURE_AES }, { 17, X86_FEATURE_PCLMULQDQ }, { 21, X86_FEATURE_RDRAND },
	{ 22, X86_FEATURE_FSGSBASE }, { 23, X86_FEATURE_SMEP }, { 24, X86_FEATURE_ERMS },
	{ 25, X86_FEATURE_BMI1 }, { 26, X86_FEATURE_BMI2 }, { 29, X86_FEATURE_MOVBE },
	{ 32, X86_FEATURE_RDSEED }, { 33, X86_FEATURE_ADX }, { 35, X86_FEATURE_SMAP },
	{ 39, X86_FEATURE_CLFLUSHOPT }, { 40, X86_FEATURE_CLWB }, { 41, X86_FEATURE_SHA_NI },
	{ 49, X86_FEATURE_FSRM }, { 58, X86_FEATURE_UMIP },
};

/* Bits of one register of CPUID that are features that the partition was created without */
static u32 softhv_disabled(const struct softhv_partition *partition, u32 word)
{
	u32 bits = 0;
	int i;

	if (!partition->disabled_features)
		return 0;
	for (i = 0; i < ARRAY_SIZE(softhv_features); i++)
		if (softhv_features[i].feature / 32 == word &&
		    (partition->disabled_features & BIT_ULL(softhv_features[i].bit)))
			bits |= BIT(softhv_features[i].feature & 31);
	return bits;
}

static void softhv_leaf_1(const struct softhv_vp *vp, struct softhv_cpuid *value)
{
	const struct softhv_partition *partition = vp->partition;

	value->ebx = (value->ebx & 0xff00) | vp->index << 24;
	value->ecx &= LEAF_1_ECX & ~softhv_disabled(partition, CPUID_1_ECX);
	value->ecx |= BIT(31);	/* there is a hypervisor */
	value->edx &= LEAF_1_EDX;
	if ((partition->creation_flags & MHV_CREATE_LAPIC) &&
	    (partition->creation_flags & MHV_CREATE_X2APIC))
		value->ecx |= F(X2APIC);
	if (!(partition->creation_flags & MHV_CREATE_LAPIC) ||
	    !(vp->msrs.apic_base & BIT(11)))
		value->edx &= ~F(APIC);
}

static void softhv_extended_8(struct softhv_cpuid *value)
{
	value->eax = softhv_caps.gpa_bits | 48 << 8;
	value->ebx = 0;
	value->ecx = 0;
	value->edx = 0;
}

static void softhv_hypervisor_leaf(struct softhv_cpuid *value)
{
	/* Not Microsoft's signature: this partition's guests have nothing of its interface. */
	memcpy(&value->ebx, "mshv", 4);
	memcpy(&value->ecx, "soft", 4);
	memcpy(&value->edx, "hv  ", 4);
	value->eax = HYPERVISOR_LEAF;
}

/**
 * softhv_cpuid() - what CPUID says to a guest
 * @vp: locked
 * @leaf: EAX
 * @subleaf: ECX
 * @value: the result
 */
void softhv_cpuid(const struct softhv_vp *vp, u32 leaf, u32 subleaf, struct softhv_cpuid *value)
{
	const struct softhv_partition *partition = vp->partition;

	if (softhv_guest_cpuid(vp, leaf, value))
		return;
	*value = (struct softhv_cpuid){};
	if (leaf == HYPERVISOR_LEAF)
		softhv_hypervisor_leaf(value);
	if (leaf > MAX_LEAF && (leaf < 0x80000000 || leaf > MAX_EXTENDED_LEAF))
		return;
	cpuid_count(leaf, subleaf, &value->eax, &value->ebx, &value->ecx, &value->edx);

	switch (leaf) {
	case 0:
		value->eax = min_t(u32, value->eax, MAX_LEAF);
		break;
	case 1:
		softhv_leaf_1(vp, value);
		break;
	case 7:
		value->eax = 0;
		value->ebx &= subleaf ? 0 : LEAF_7_EBX & ~softhv_disabled(partition, CPUID_7_0_EBX);
		value->ecx &= subleaf ? 0 : LEAF_7_ECX & ~softhv_disabled(partition, CPUID_7_ECX);
		value->edx &= subleaf ? 0 : LEAF_7_EDX & ~softhv_disabled(partition, CPUID_7_EDX);
		break;
	case 0x80000000:
		value->eax = min_t(u32, value->eax, MAX_EXTENDED_LEAF);
		break;
	case 0x80000001:
		value->ecx &= EXTENDED_1_ECX & ~softhv_disabled(partition, CPUID_8000_0001_ECX);
		value->edx &= EXTENDED_1_EDX & ~softhv_disabled(partition, CPUID_8000_0001_EDX);
		break;
	case 0x80000002 ... 0x80000006:
		/* the CPU's name and its caches */
		break;
	case 0x80000007:
		value->eax = 0;
		value->ebx = 0;
		value->ecx = 0;
		value->edx &= EXTENDED_7_EDX;
		break;
	case 0x80000008:
		softhv_extended_8(value);
		break;
	default:
		*value = (struct softhv_cpuid){};
	}
}

/* Leaves that only describe: caches, topology, frequencies, names; and those of hypervisors */
static bool softhv_describes(u32 leaf)
{
	switch (leaf) {
	case 0x00000000:
	case 0x00000002 ... 0x00000004:
	case 0x0000000b:
	case 0x00000015 ... 0x00000016:
	case 0x00000018:
	case 0x0000001a:
	case 0x0000001f:
	case 0x80000000:
	case 0x80000002 ... 0x80000006:
	case 0x80000019 ... 0x8000001a:
	case 0x8000001d ... 0x8000001e:
	case 0x80000026:
		return true;
	}
	return leaf >= HYPERVISOR_LEAF && leaf < 0x80000000;
}

/* Widths of addresses are three numbers; threads and their numbers the parent may choose. */
static void softhv_limit_extended_8(const struct softhv_cpuid *limit, struct softhv_cpuid *value)
{
	u32 physical = min(value->eax & 0xff, limit->eax & 0xff);
	u32 linear = min(value->eax >> 8 & 0xff, limit->eax >> 8 & 0xff);

	value->eax = physical | linear << 8;
	value->ebx &= limit->ebx;
	value->edx &= limit->edx;
}

/**
 * softhv_cpuid_limit() - take away what a guest cannot use here from what the parent registered
 * @vp: locked
 * @leaf: EAX
 * @subleaf: ECX
 * @value: the result
 *
 * A guest that believed in XSAVE would die of it, and one that believed in a barrier would have
 * none. So a leaf that promises anything has a limit, and is empty if softhv does not know it.
 */
void softhv_cpuid_limit(const struct softhv_vp *vp, u32 leaf, u32 subleaf,
			struct softhv_cpuid *value)
{
	struct softhv_cpuid limit;

	if (softhv_describes(leaf))
		return;
	softhv_cpuid(vp, leaf, subleaf, &limit);
	switch (leaf) {
	case 0x00000001:
	case 0x80000001:
		value->ecx &= limit.ecx;
		value->edx &= limit.edx;
		break;
	case 0x00000006:
		*value = (struct softhv_cpuid){ .eax = value->eax & LEAF_6_EAX };
		break;
	case 0x00000007:
	case 0x80000007:
		value->eax &= limit.eax;
		value->ebx &= limit.ebx;
		value->ecx &= limit.ecx;
		value->edx &= limit.edx;
		break;
	case 0x80000008:
		softhv_limit_extended_8(&limit, value);
		break;
	case 0x80000021:
		value->eax &= EXTENDED_21_EAX;
		if (value->eax)
			value->eax &= cpuid_eax(0x80000000) < leaf ? 0 : cpuid_eax(leaf);
		value->ebx = 0;
		value->ecx = 0;
		value->edx = 0;
		break;
	default:
		*value = (struct softhv_cpuid){};
	}
}

/**
 * softhv_cpuid_init() - find out what guests can be shown
 */
void softhv_cpuid_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(softhv_features); i++)
		if (boot_cpu_has(softhv_features[i].feature))
			softhv_caps.features |= BIT_ULL(softhv_features[i].bit);
}
