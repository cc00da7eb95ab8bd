/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor's ABI, second part: the synthetic interrupt controller (SynIC), the messages that
 * come by it, ports and doorbells, and interrupts into a guest. Same rules as hvabi.h.
 * Sources: TLFS "Synthetic Interrupt Controller"; Linux 7.2 include/hyperv/.
 */
#ifndef MSHV_HVABI_SYNIC_H
#define MSHV_HVABI_SYNIC_H

#include <mshv/hvabi.h>

#define MHV_MSR_VP_INDEX		0x40000002
#define MHV_MSR_SCONTROL		0x40000080
#define MHV_MSR_SVERSION		0x40000081
#define MHV_MSR_SIEFP			0x40000082
#define MHV_MSR_SIMP			0x40000083
#define MHV_MSR_EOM			0x40000084
#define MHV_MSR_SIRBP			0x40000085
#define MHV_MSR_SINT0			0x40000090

/* SCONTROL, SIEFP, SIMP, SIRBP: bit 0; the latter three hold a page number from bit 12 on */
#define MHV_SYNIC_ENABLE		(1ULL << 0)

/* SINTn */
#define MHV_SINT_VECTOR_MASK		0xffULL
#define MHV_SINT_MASKED			(1ULL << 16)
#define MHV_SINT_AUTO_EOI		(1ULL << 17)
#define MHV_SINT_POLLING		(1ULL << 18)
#define MHV_SINT_AS_INTERCEPT		(1ULL << 19)

#define MHV_NR_SINTS			16
#define MHV_SYNIC_VERSION		1
#define MHV_SINT_INTERCEPTION		0	/* intercepts, scheduler and completion messages */
#define MHV_SINT_DOORBELL		5	/* the one that Linux takes for doorbells */

/* SIMP page */
struct mhv_message_page {
	struct mhv_message sint[MHV_NR_SINTS];
};

/* mhv_message_header.flags */
#define MHV_MESSAGE_PENDING		(1 << 0)

/* SIRBP page. A port number in data[] is an event; 0 is an empty place. */
#define MHV_EVENT_RING_SIZE		63

struct mhv_event_ring {
	__u8 signal_masked;
	__u8 ring_full;
	__u16 reserved;
	__u32 data[MHV_EVENT_RING_SIZE];
};

struct mhv_event_ring_page {
	struct mhv_event_ring sint[MHV_NR_SINTS];
};

/* Payloads of messages at MHV_SINT_INTERCEPTION */
struct mhv_opaque_intercept {
	__u32 vp_index;
};

struct mhv_sint_notification {
	__u32 sint_index;
};

struct mhv_async_completion {
	__u64 partition_id;
	__u32 status;
	__u32 completion_count;
	__u64 sub_status;
};

#define MHV_SIGNAL_PAIRS		19
struct mhv_vp_signal_pair {
	__u32 overflow_count;
	__u8 vp_count;
	__u8 reserved1[3];
	__u64 partition_ids[MHV_SIGNAL_PAIRS];
	__u32 vp_indexes[MHV_SIGNAL_PAIRS];
	__u8 reserved2[4];
};

/* VPs as a bank mask and up to 16 banks of 64 VPs */
#define MHV_SIGNAL_BANKS		16
struct mhv_vp_signal_bitset {
	__u64 partition_id;
	__u32 overflow_count;
	__u16 vp_count;
	__u16 reserved;
	__u64 format;			/* 0: sparse */
	__u64 valid_bank_mask;
	__u64 bank[MHV_SIGNAL_BANKS];
};

/* Ports and connections */
enum mhv_port_type {
	MHV_PORT_MESSAGE = 1,
	MHV_PORT_EVENT = 2,
	MHV_PORT_MONITOR = 3,
	MHV_PORT_DOORBELL = 4,
};

#define MHV_PORT_ID_MASK		0xffffff
#define MHV_ANY_VP			0xffffffffU

struct mhv_port_info {
	__u32 port_type;		/* enum mhv_port_type */
	__u32 padding;
	__u32 target_sint;
	__u32 target_vp;
	__u64 reserved;
};

struct mhv_input_create_port {
	__u64 port_partition_id;
	__u32 port_id;
	__u8 port_vtl;
	__u8 min_connection_vtl;
	__u16 padding;
	__u64 connection_partition_id;
	struct mhv_port_info port_info;
	__u64 proximity_domain_info;
};

struct mhv_input_delete_port {
	__u64 port_partition_id;
	__u32 port_id;
	__u32 reserved;
};

/* Doorbell flags: how wide the write has to be, and whether its value matters */
#define MHV_DOORBELL_SIZE_ANY		0
#define MHV_DOORBELL_SIZE_BYTE		1
#define MHV_DOORBELL_SIZE_WORD		2
#define MHV_DOORBELL_SIZE_DWORD		3
#define MHV_DOORBELL_SIZE_QWORD		4
#define MHV_DOORBELL_SIZE_MASK		7
#define MHV_DOORBELL_ANY_VALUE		0x80000000U

struct mhv_connection_info {
	__u32 port_type;		/* enum mhv_port_type */
	__u32 padding;
	__u64 gpa;
	__u64 trigger_value;
	__u64 flags;			/* MHV_DOORBELL_* */
};

struct mhv_input_connect_port {
	__u64 connection_partition_id;
	__u32 connection_id;
	__u8 connection_vtl;
	__u8 reserved0;
	__u16 reserved1;
	__u64 port_partition_id;
	__u32 port_id;
	__u32 reserved2;
	struct mhv_connection_info connection_info;
	__u64 proximity_domain_info;
};

#define MHV_DISCONNECT_DOORBELL		(1U << 0)
struct mhv_input_disconnect_port {
	__u64 connection_partition_id;
	__u32 connection_id;
	__u32 flags;			/* MHV_DISCONNECT_DOORBELL */
};

struct mhv_input_notify_port_ring_empty {
	__u32 sint_index;
	__u32 reserved;
};

/* Interrupts into a guest */
enum mhv_interrupt_type {
	MHV_INTERRUPT_FIXED = 0,
	MHV_INTERRUPT_LOWEST_PRIORITY = 1,
	MHV_INTERRUPT_SMI = 2,
	MHV_INTERRUPT_REMOTE_READ = 3,
	MHV_INTERRUPT_NMI = 4,
	MHV_INTERRUPT_INIT = 5,
	MHV_INTERRUPT_SIPI = 6,
	MHV_INTERRUPT_EXTINT = 7,
	MHV_INTERRUPT_LOCALINT0 = 8,
	MHV_INTERRUPT_LOCALINT1 = 9,
};

/* mhv_input_assert_virtual_interrupt.control_flags */
#define MHV_INTERRUPT_LEVEL_TRIGGERED	(1U << 0)
#define MHV_INTERRUPT_LOGICAL_DEST	(1U << 1)

struct mhv_input_assert_virtual_interrupt {
	__u64 partition_id;
	__u32 interrupt_type;		/* enum mhv_interrupt_type */
	__u32 control_flags;
	__u64 dest_addr;		/* APIC id or logical destination */
	__u32 vector;
	__u8 target_vtl;
	__u8 reserved0;
	__u16 reserved1;
};

struct mhv_input_signal_event_direct {
	__u64 target_partition_id;
	__u32 target_vp;
	__u8 target_vtl;
	__u8 target_sint;
	__u16 flag_number;
};

struct mhv_output_signal_event_direct {
	__u8 newly_signaled;
	__u8 reserved[7];
};

struct mhv_input_post_message_direct {
	__u64 partition_id;
	__u32 vp_index;
	__u8 vtl;
	__u8 padding[3];
	__u32 sint_index;
	__u8 message[MHV_MESSAGE_SIZE];
	__u32 padding2;
};

struct mhv_apic_eoi {
	__u32 vp_index;
	__u32 interrupt_vector;
};

MHV_ASSERT_SIZE(struct mhv_message_page, MHV_PAGE_SIZE);
MHV_ASSERT_SIZE(struct mhv_event_ring_page, MHV_PAGE_SIZE);
MHV_ASSERT_SIZE(struct mhv_async_completion, 24);
MHV_ASSERT_SIZE(struct mhv_vp_signal_pair, MHV_MESSAGE_PAYLOAD_SIZE);
MHV_ASSERT_SIZE(struct mhv_vp_signal_bitset, 160);
MHV_ASSERT_SIZE(struct mhv_input_create_port, 56);
MHV_ASSERT_SIZE(struct mhv_input_delete_port, 16);
MHV_ASSERT_SIZE(struct mhv_input_connect_port, 72);
MHV_ASSERT_SIZE(struct mhv_input_disconnect_port, 16);
MHV_ASSERT_SIZE(struct mhv_input_assert_virtual_interrupt, 32);
MHV_ASSERT_SIZE(struct mhv_input_post_message_direct, 280);

#endif /* MSHV_HVABI_SYNIC_H */
