/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor's ABI, fourth part: what guests see of the hypervisor: CPUID leaves, synthetic
 * MSRs, pages that lie over the guest's memory, the hypercalls that guests make. Same rules as
 * hvabi.h. Sources: TLFS; Linux 7.2 include/hyperv/.
 */
#ifndef MSHV_HVABI_GUEST_H
#define MSHV_HVABI_GUEST_H

#include <mshv/hvabi.h>

/* MHV_PROP_SYNTHETIC_PROC_FEATURES */
#define MHV_FEATURE_HYPERVISOR_PRESENT	(1ULL << 0)	/* leaves 0x40000000 and 0x40000001 */
#define MHV_FEATURE_HV1			(1ULL << 1)	/* leaves up to 0x40000006 */
#define MHV_FEATURE_VP_RUNTIME		(1ULL << 2)
#define MHV_FEATURE_REFERENCE_COUNTER	(1ULL << 3)
#define MHV_FEATURE_SYNIC		(1ULL << 4)
#define MHV_FEATURE_SYNTHETIC_TIMERS	(1ULL << 5)
#define MHV_FEATURE_INTR_CTRL		(1ULL << 6)	/* EOI, ICR, TPR; VP assist page */
#define MHV_FEATURE_HYPERCALL		(1ULL << 7)	/* GUEST_OS_ID, HYPERCALL */
#define MHV_FEATURE_VP_INDEX		(1ULL << 8)
#define MHV_FEATURE_REFERENCE_TSC	(1ULL << 9)
#define MHV_FEATURE_GUEST_IDLE		(1ULL << 10)
#define MHV_FEATURE_FREQUENCY		(1ULL << 11)
#define MHV_FEATURE_EXTENDED_GVA_RANGES	(1ULL << 15)
#define MHV_FEATURE_DIRECT_TIMERS	(1ULL << 22)
#define MHV_FEATURE_EX_PROCESSOR_MASKS	(1ULL << 24)
#define MHV_FEATURE_TLB_FLUSH		(1ULL << 25)
#define MHV_FEATURE_CLUSTER_IPI		(1ULL << 26)
#define MHV_FEATURE_LONG_SPIN_WAIT	(1ULL << 27)
#define MHV_FEATURE_SIGNAL_EVENTS	(1ULL << 29)

/* MHV_PROP_PRIVILEGE_FLAGS; leaf 0x40000003, EAX and EBX */
#define MHV_PRIVILEGE_VP_RUNTIME	(1ULL << 0)
#define MHV_PRIVILEGE_REFERENCE_COUNTER	(1ULL << 1)
#define MHV_PRIVILEGE_SYNIC		(1ULL << 2)
#define MHV_PRIVILEGE_SYNTHETIC_TIMERS	(1ULL << 3)
#define MHV_PRIVILEGE_INTR_CTRL		(1ULL << 4)
#define MHV_PRIVILEGE_HYPERCALL		(1ULL << 5)
#define MHV_PRIVILEGE_VP_INDEX		(1ULL << 6)
#define MHV_PRIVILEGE_RESET		(1ULL << 7)
#define MHV_PRIVILEGE_REFERENCE_TSC	(1ULL << 9)
#define MHV_PRIVILEGE_GUEST_IDLE	(1ULL << 10)
#define MHV_PRIVILEGE_FREQUENCY		(1ULL << 11)
#define MHV_PRIVILEGE_POST_MESSAGES	(1ULL << 36)
#define MHV_PRIVILEGE_SIGNAL_EVENTS	(1ULL << 37)

/* Leaf 0x40000000 and those that follow */
#define MHV_CPUID_VENDOR		0x40000000
#define MHV_CPUID_INTERFACE		0x40000001
#define MHV_CPUID_VERSION		0x40000002
#define MHV_CPUID_FEATURES		0x40000003
#define MHV_CPUID_RECOMMENDATIONS	0x40000004
#define MHV_CPUID_LIMITS		0x40000005
#define MHV_CPUID_HARDWARE		0x40000006

#define MHV_INTERFACE_HV0		0x30237648	/* "Hv#0": none that is defined */
#define MHV_INTERFACE_HV1		0x31237648	/* "Hv#1" */

/* Leaf 0x40000003, EDX */
#define MHV_CPUID_XMM_INPUT		(1U << 4)
#define MHV_CPUID_GUEST_IDLE		(1U << 5)
#define MHV_CPUID_FREQUENCY_MSRS	(1U << 8)
#define MHV_CPUID_EXTENDED_GVA_RANGES	(1U << 14)
#define MHV_CPUID_DIRECT_TIMERS		(1U << 19)

/* Leaf 0x40000004, EAX */
#define MHV_RECOMMEND_REMOTE_FLUSH	(1U << 2)
#define MHV_RECOMMEND_APIC_MSRS		(1U << 3)
#define MHV_RECOMMEND_RESET_MSR		(1U << 4)
#define MHV_RECOMMEND_RELAXED_TIMING	(1U << 5)
#define MHV_RECOMMEND_NO_AUTO_EOI	(1U << 9)
#define MHV_RECOMMEND_CLUSTER_IPI	(1U << 10)
#define MHV_RECOMMEND_EX_PROCESSOR_MASKS	(1U << 11)
#define MHV_RECOMMEND_NEVER_SPIN_CALL	0xffffffffU	/* EBX */

/* Leaf 0x40000006, EAX */
#define MHV_HARDWARE_NESTED_PAGING	(1U << 3)

/* Synthetic MSRs; those of the SynIC, and VP_INDEX, are in hvabi_synic.h. */
#define MHV_MSR_FIRST			0x40000000
#define MHV_MSR_LAST			0x400001ff
#define MHV_MSR_GUEST_OS_ID		0x40000000
#define MHV_MSR_HYPERCALL		0x40000001
#define MHV_MSR_RESET			0x40000003
#define MHV_MSR_VP_RUNTIME		0x40000010
#define MHV_MSR_TIME_REF_COUNT		0x40000020
#define MHV_MSR_REFERENCE_TSC		0x40000021
#define MHV_MSR_TSC_FREQUENCY		0x40000022
#define MHV_MSR_APIC_FREQUENCY		0x40000023
#define MHV_MSR_EOI			0x40000070
#define MHV_MSR_ICR			0x40000071
#define MHV_MSR_TPR			0x40000072
#define MHV_MSR_VP_ASSIST_PAGE		0x40000073
#define MHV_MSR_STIMER0_CONFIG		0x400000b0	/* then STIMER0_COUNT, STIMER1_CONFIG ... */
#define MHV_MSR_STIMER0_COUNT		0x400000b1
#define MHV_MSR_GUEST_IDLE		0x400000f0

/* HYPERCALL, REFERENCE_TSC, VP_ASSIST_PAGE, SIMP, SIEFP: a page of the guest's from bit 12 on */
#define MHV_OVERLAY_ENABLE		(1ULL << 0)
#define MHV_HYPERCALL_LOCKED		(1ULL << 1)

#define MHV_RESET			(1ULL << 0)	/* MHV_MSR_RESET */

/* Page of MHV_MSR_REFERENCE_TSC: time = (TSC * scale >> 64) + offset, in units of 100 ns */
#define MHV_REFERENCE_TSC_INVALID	0		/* sequence: use TIME_REF_COUNT */

struct mhv_reference_tsc_page {
	__u32 sequence;
	__u32 reserved;
	__u64 scale;
	__s64 offset;
};

/* STIMERn_CONFIG */
#define MHV_STIMER_ENABLE		(1ULL << 0)
#define MHV_STIMER_PERIODIC		(1ULL << 1)
#define MHV_STIMER_LAZY			(1ULL << 2)
#define MHV_STIMER_AUTO_ENABLE		(1ULL << 3)
#define MHV_STIMER_VECTOR_SHIFT		4
#define MHV_STIMER_VECTOR_MASK		(0xffULL << MHV_STIMER_VECTOR_SHIFT)
#define MHV_STIMER_DIRECT		(1ULL << 12)
#define MHV_STIMER_SINT_SHIFT		16
#define MHV_STIMER_SINT_MASK		(0xfULL << MHV_STIMER_SINT_SHIFT)

/* Payload of MHV_MSG_TIMER_EXPIRED */
struct mhv_timer_message {
	__u32 timer_index;
	__u32 reserved;
	__u64 expiration_time;
	__u64 delivery_time;
};

/* Sets of VPs in hypercalls: each bit of the mask tells of 64 VPs; there is a bank for each bit. */
#define MHV_VP_SET_SPARSE		0
#define MHV_VP_SET_ALL			1

struct mhv_vp_set {
	__u64 format;
	__u64 valid_bank_mask;
};

/* FLUSH_VIRTUAL_ADDRESS_SPACE, FLUSH_VIRTUAL_ADDRESS_LIST (rep: ranges follow) */
#define MHV_FLUSH_ALL_PROCESSORS	(1ULL << 0)
#define MHV_FLUSH_ALL_ADDRESS_SPACES	(1ULL << 1)
#define MHV_FLUSH_NON_GLOBAL_ONLY	(1ULL << 2)
#define MHV_FLUSH_EXTENDED_RANGES	(1ULL << 3)

struct mhv_input_flush {
	__u64 address_space;
	__u64 flags;
	__u64 processor_mask;
};

/* Those with _EX: the set's banks follow, then ranges */
struct mhv_input_flush_ex {
	__u64 address_space;
	__u64 flags;
	struct mhv_vp_set vps;
};

/* SEND_IPI */
struct mhv_input_send_ipi {
	__u32 vector;
	__u8 target_vtl;
	__u8 reserved[3];
	__u64 processor_mask;
};

/* SEND_IPI_EX: the set's banks follow */
struct mhv_input_send_ipi_ex {
	__u32 vector;
	__u8 target_vtl;
	__u8 reserved[3];
	struct mhv_vp_set vps;
};

/* NOTIFY_LONG_SPIN_WAIT */
struct mhv_input_long_spin_wait {
	__u64 spins;
};

/* POST_MESSAGE */
struct mhv_input_post_message {
	__u32 connection_id;
	__u32 reserved;
	__u32 message_type;
	__u32 payload_size;
	__u64 payload[MHV_MESSAGE_PAYLOAD_SIZE / 8];
};

/* SIGNAL_EVENT */
struct mhv_input_signal_event {
	__u32 connection_id;
	__u16 flag_number;
	__u16 reserved;
};

MHV_ASSERT_SIZE(struct mhv_reference_tsc_page, 24);
MHV_ASSERT_SIZE(struct mhv_timer_message, 24);
MHV_ASSERT_SIZE(struct mhv_input_flush, 24);
MHV_ASSERT_SIZE(struct mhv_input_flush_ex, 32);
MHV_ASSERT_SIZE(struct mhv_input_send_ipi, 16);
MHV_ASSERT_SIZE(struct mhv_input_send_ipi_ex, 24);
MHV_ASSERT_SIZE(struct mhv_input_post_message, 256);
MHV_ASSERT_SIZE(struct mhv_input_signal_event, 8);

#endif /* MSHV_HVABI_GUEST_H */
