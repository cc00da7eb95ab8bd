/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Microsoft hypervisor's ABI, as far as this project uses it: numbers and memory layouts.
 *
 * Names carry our own prefix (mhv_, MHV_), because the kernel's headers define the same things
 * under names that collide and change meaning between versions. Used by the driver, by softhv and
 * by VMM code; may include nothing but <linux/types.h> and the .def lists, and holds no bitfields:
 * masks and shifts instead. Sources: TLFS; Linux 7.2 include/hyperv/. Sizes are asserted below.
 */
#ifndef MSHV_HVABI_H
#define MSHV_HVABI_H

#include <linux/types.h>

#define MHV_PAGE_SHIFT		12
#define MHV_PAGE_SIZE		(1UL << MHV_PAGE_SHIFT)
#define MHV_LARGE_PAGE_SHIFT	21
#define MHV_PARTITION_ID_INVALID	0ULL
#define MHV_PARTITION_ID_SELF	(~0ULL)

enum mhv_hvcall {
#define MSHV_HYPERCALL(code, name) MHV_HVCALL_##name = code,
#include <mshv/hypercalls.def>
#undef MSHV_HYPERCALL
};

enum mhv_message_type {
#define MSHV_MESSAGE(type, name) MHV_MSG_##name = type,
#include <mshv/messages.def>
#undef MSHV_MESSAGE
};

enum mhv_status {
#define MSHV_STATUS(code, name, err) MHV_STATUS_##name = code,
#include <mshv/status.def>
#undef MSHV_STATUS
};

enum mhv_register_name {
#define MSHV_REGISTER(value, name) MHV_REG_##name = value,
#include <mshv/registers.def>
#undef MSHV_REGISTER
};

/* Hypercall control word, TLFS "Hypercall inputs" */
#define MHV_CONTROL_CODE_MASK		0xffffULL
#define MHV_CONTROL_FAST		(1ULL << 16)
#define MHV_CONTROL_VARHEAD_SHIFT	17
#define MHV_CONTROL_VARHEAD_MASK	(0x3ffULL << MHV_CONTROL_VARHEAD_SHIFT)
#define MHV_CONTROL_NESTED		(1ULL << 31)
#define MHV_CONTROL_REP_COUNT_SHIFT	32
#define MHV_CONTROL_REP_COUNT_MASK	(0xfffULL << MHV_CONTROL_REP_COUNT_SHIFT)
#define MHV_CONTROL_REP_START_SHIFT	48
#define MHV_CONTROL_REP_START_MASK	(0xfffULL << MHV_CONTROL_REP_START_SHIFT)
#define MHV_CONTROL_RSVD_MASK		((0xfULL << 27) | (0xfULL << 44) | (0xfULL << 60))

/* Hypercall result: status in 15:0, reps completed in 43:32 */
#define MHV_RESULT_STATUS_MASK		0xffffULL
#define MHV_RESULT_REPS_SHIFT		32
#define MHV_RESULT_REPS_MASK		(0xfffULL << MHV_RESULT_REPS_SHIFT)

struct mhv_u128 {
	__u64 low;
	__u64 high;
};

struct mhv_segment {
	__u64 base;
	__u32 limit;
	__u16 selector;
	__u16 attributes;	/* type 3:0, S 4, DPL 6:5, P 7, AVL 12, L 13, D/B 14, G 15 */
};

struct mhv_table {
	__u16 pad[3];
	__u16 limit;
	__u64 base;
};

union mhv_register_value {
	struct mhv_u128 reg128;
	__u64 reg64;
	__u32 reg32;
	__u16 reg16;
	__u8 reg8;
	struct mhv_segment segment;
	struct mhv_table table;
};

struct mhv_register_assoc {
	__u32 name;		/* enum mhv_register_name */
	__u32 reserved1;
	__u64 reserved2;
	union mhv_register_value value;
};

/* Register bits: INTERCEPT_SUSPEND and EXPLICIT_SUSPEND bit 0 */
#define MHV_SUSPENDED			(1ULL << 0)

/* INTERNAL_ACTIVITY_STATE */
#define MHV_ACTIVITY_STARTUP_SUSPEND	(1ULL << 0)	/* waits for a startup IPI */
#define MHV_ACTIVITY_HALT_SUSPEND	(1ULL << 1)
#define MHV_ACTIVITY_IDLE_SUSPEND	(1ULL << 2)	/* has read GUEST_IDLE */

/* PENDING_INTERRUPTION */
#define MHV_PENDING_INTERRUPTION	(1ULL << 0)
#define MHV_PENDING_TYPE_SHIFT		1	/* 3 bits: 0 interrupt, 2 NMI, 3 exception */
#define MHV_PENDING_DELIVER_ERROR_CODE	(1ULL << 4)
#define MHV_PENDING_LENGTH_SHIFT	5	/* 4 bits */
#define MHV_PENDING_VECTOR_SHIFT	16	/* 16 bits */
#define MHV_PENDING_ERROR_CODE_SHIFT	32
#define MHV_PENDING_TYPE_MASK		(7ULL << MHV_PENDING_TYPE_SHIFT)
#define MHV_PENDING_TYPE_INTERRUPT	0
#define MHV_PENDING_TYPE_NMI		2
#define MHV_PENDING_TYPE_EXCEPTION	3
#define MHV_PENDING_TYPE_SOFTWARE	4	/* INT n, of the length that goes with it */
#define MHV_PENDING_LENGTH_MASK		(0xfULL << MHV_PENDING_LENGTH_SHIFT)

/* PENDING_EVENT0, an exception (type 0 in bits 3:1): low word; the parameter is the high word */
#define MHV_PENDING_EVENT		(1ULL << 0)
#define MHV_PENDING_EVENT_TYPE_MASK	(7ULL << 1)
#define MHV_PENDING_EVENT_ERROR_CODE	(1ULL << 8)
#define MHV_PENDING_EVENT_VECTOR_SHIFT	16	/* 16 bits */
#define MHV_PENDING_EVENT_ERROR_CODE_SHIFT	32

/* DELIVERABILITY_NOTIFICATIONS */
#define MHV_NOTIFY_NMI			(1ULL << 0)
#define MHV_NOTIFY_INTERRUPT		(1ULL << 1)
#define MHV_NOTIFY_PRIORITY_SHIFT	2	/* 4 bits; 0: whatever CR8 is */

/* INTERRUPT_STATE */
#define MHV_INTERRUPT_SHADOW		(1ULL << 0)
#define MHV_NMI_MASKED			(1ULL << 1)

/* HVCALL_CREATE_PARTITION */
#define MHV_CREATE_SMT_ENABLED_GUEST	(1ULL << 0)
#define MHV_CREATE_NESTED_VIRT		(1ULL << 1)
#define MHV_CREATE_GPA_SUPER_PAGES	(1ULL << 4)
#define MHV_CREATE_EXO_PARTITION	(1ULL << 8)
#define MHV_CREATE_LAPIC		(1ULL << 13)
#define MHV_CREATE_INTERCEPT_MESSAGE_PAGE	(1ULL << 19)
#define MHV_CREATE_X2APIC		(1ULL << 22)

#define MHV_COMPATIBILITY_21_H2		0x0609

#define MHV_CPU_FEATURE_BANKS		2

struct mhv_input_create_partition {
	__u64 flags;
	__u64 proximity_domain_info;
	__u32 compatibility_version;
	__u32 padding;
	__u64 disabled_processor_features[MHV_CPU_FEATURE_BANKS];
	__u64 disabled_processor_xsave_features;
	__u64 isolation_properties;
};

struct mhv_output_create_partition {
	__u64 partition_id;
};

/* INITIALIZE, FINALIZE and DELETE_PARTITION (fast), GET_PARTITION_ID's output */
struct mhv_partition_id {
	__u64 partition_id;
};

/* Partition properties */
#define MHV_PROP_PRIVILEGE_FLAGS	0x00010000
#define MHV_PROP_SYNTHETIC_PROC_FEATURES	0x00010001
#define MHV_PROP_TIME_FREEZE		0x00030003
#define MHV_PROP_REFERENCE_TIME		0x00030005
#define MHV_PROP_PROCESSORS_PER_SOCKET	0x00050003
#define MHV_PROP_GPA_PAGE_ACCESS_TRACKING	0x00050005
#define MHV_PROP_UNIMPLEMENTED_MSR_ACTION	0x00050017
#define MHV_PROP_PROCESSOR_VENDOR	0x00060000
#define MHV_PROP_PROCESSOR_XSAVE_FEATURES	0x00060002
#define MHV_PROP_CL_FLUSH_SIZE		0x00060003
#define MHV_PROP_PHYSICAL_ADDRESS_WIDTH	0x00060006
#define MHV_PROP_XSAVE_STATES		0x00060007
#define MHV_PROP_MAX_XSAVE_DATA_SIZE	0x00060008
#define MHV_PROP_PROCESSOR_CLOCK_FREQUENCY	0x00060009
#define MHV_PROP_PROCESSOR_FEATURES0	0x0006000a
#define MHV_PROP_PROCESSOR_FEATURES1	0x0006000b
#define MHV_PROP_GUEST_OS_ID		0x00070000
#define MHV_PROP_VMM_CAPABILITIES	0x00090007
#define MHV_PROP_ASSIGNABLE_SYNTHETIC_PROC_FEATURES	0x00090009

/* MHV_PROP_UNIMPLEMENTED_MSR_ACTION */
#define MHV_UNIMPLEMENTED_MSR_FAULT	0
#define MHV_UNIMPLEMENTED_MSR_IGNORE_WRITE_READ_ZERO	1

/* MHV_PROP_PROCESSOR_VENDOR */
#define MHV_PROCESSOR_VENDOR_AMD	0
#define MHV_PROCESSOR_VENDOR_INTEL	1
#define MHV_PROCESSOR_VENDOR_HYGON	2

struct mhv_input_get_partition_property {
	__u64 partition_id;
	__u32 property_code;
	__u32 padding;
};

struct mhv_output_get_partition_property {
	__u64 property_value;
};

struct mhv_input_set_partition_property {
	__u64 partition_id;
	__u32 property_code;
	__u32 padding;
	__u64 property_value;
};

struct mhv_input_get_partition_property_ex {
	__u64 partition_id;
	__u32 property_code;
	__u32 padding;
	__u64 arg;
};

/* Output for MHV_PROP_VMM_CAPABILITIES */
#define MHV_VMM_CAPABILITIES_BANKS	1

struct mhv_vmm_capabilities {
	__u16 bank_count;
	__u16 reserved[3];
	__u64 banks[MHV_VMM_CAPABILITIES_BANKS];
};

/* Output for MHV_PROP_ASSIGNABLE_SYNTHETIC_PROC_FEATURES: bits as in SYNTHETIC_PROC_FEATURES */
#define MHV_SYNTHETIC_PROC_FEATURES_BANKS	1

struct mhv_synthetic_proc_features {
	__u16 bank_count;
	__u16 reserved[3];
	__u64 banks[MHV_SYNTHETIC_PROC_FEATURES_BANKS];
};

/* System properties */
#define MHV_SYSTEM_PROP_SCHEDULER_TYPE	15
#define MHV_SCHEDULER_LP		1
#define MHV_SCHEDULER_LP_SMT		2
#define MHV_SCHEDULER_CORE_SMT		3
#define MHV_SCHEDULER_ROOT		4

struct mhv_input_get_system_property {
	__u32 property_id;
	__u32 padding;
	__u64 arg;
};

struct mhv_output_get_system_property {
	__u64 value;
};

/* Rep hypercalls: the list follows the header */
struct mhv_deposit_memory {
	__u64 partition_id;
	__u64 gpa_page_list[];
};
#define MHV_DEPOSIT_MAX_REPS	((MHV_PAGE_SIZE - 8) / 8)

struct mhv_input_withdraw_memory {
	__u64 partition_id;
	__u64 proximity_domain_info;
};
#define MHV_WITHDRAW_MAX_REPS	(MHV_PAGE_SIZE / 8)

/* HVCALL_GET_MEMORY_BALANCE */
struct mhv_input_get_memory_balance {
	__u64 partition_id;
	__u64 proximity_domain_info;
};

struct mhv_output_get_memory_balance {
	__u64 pages_available;
	__u64 pages_in_use;
};

#define MHV_MAP_GPA_READABLE		0x1
#define MHV_MAP_GPA_WRITABLE		0x2
#define MHV_MAP_GPA_KERNEL_EXECUTABLE	0x4
#define MHV_MAP_GPA_USER_EXECUTABLE	0x8
#define MHV_MAP_GPA_EXECUTABLE		0xc
#define MHV_MAP_GPA_PERMISSIONS_MASK	0xf
#define MHV_MAP_GPA_ADJUSTABLE		0x8000
#define MHV_MAP_GPA_NO_ACCESS		0x10000
#define MHV_MAP_GPA_NOT_CACHED		0x200000
#define MHV_MAP_GPA_LARGE_PAGE		0x80000000U

struct mhv_input_map_gpa_pages {
	__u64 target_partition_id;
	__u64 target_gpa_base;		/* page number */
	__u32 map_flags;
	__u32 padding;
	__u64 source_gpa_page_list[];
};
#define MHV_MAP_GPA_MAX_REPS	((MHV_PAGE_SIZE - 24) / 8)

#define MHV_UNMAP_GPA_LARGE_PAGE	0x2

struct mhv_input_unmap_gpa_pages {
	__u64 target_partition_id;
	__u64 target_gpa_base;		/* page number */
	__u32 unmap_flags;
	__u32 padding;
};
#define MHV_UNMAP_GPA_MAX_REPS	512

/* HVCALL_INSTALL_INTERCEPT */
#define MHV_INTERCEPT_ACCESS_READ	1
#define MHV_INTERCEPT_ACCESS_WRITE	2
#define MHV_INTERCEPT_ACCESS_EXECUTE	4

enum mhv_intercept_type {
	MHV_INTERCEPT_IO_PORT = 0,
	MHV_INTERCEPT_MSR = 1,
	MHV_INTERCEPT_CPUID = 2,
	MHV_INTERCEPT_EXCEPTION = 3,
	MHV_INTERCEPT_MMIO = 5,
	MHV_INTERCEPT_GLOBAL_CPUID = 6,
	MHV_INTERCEPT_APIC_SMI = 7,
	MHV_INTERCEPT_HYPERCALL = 8,
	MHV_INTERCEPT_APIC_INIT_SIPI = 9,
	MHV_INTERCEPT_APIC_WRITE = 0xb,
	MHV_INTERCEPT_MSR_INDEX = 0xc,
};

struct mhv_input_install_intercept {
	__u64 partition_id;
	__u32 access_type_mask;
	__u32 intercept_type;		/* enum mhv_intercept_type */
	__u64 intercept_parameter;	/* port, CPUID leaf, vector or MSR */
};

struct mhv_input_create_vp {
	__u64 partition_id;
	__u32 vp_index;
	__u8 padding[3];
	__u8 subnode_type;
	__u64 subnode_id;
	__u64 proximity_domain_info;
	__u64 flags;
};

struct mhv_input_delete_vp {
	__u64 partition_id;
	__u32 vp_index;
	__u32 reserved;
};

/* input_vtl: the VTL in 3:0, and whether to use it or the caller's */
#define MHV_INPUT_VTL_USE	(1 << 4)

struct mhv_input_get_vp_registers {
	__u64 partition_id;
	__u32 vp_index;
	__u8 input_vtl;
	__u8 rsvd[3];
	__u32 names[];
};
#define MHV_GET_REGISTERS_MAX_REPS	(MHV_PAGE_SIZE / 16)	/* output: 16 bytes each */

struct mhv_input_set_vp_registers {
	__u64 partition_id;
	__u32 vp_index;
	__u8 input_vtl;
	__u8 rsvd[3];
	struct mhv_register_assoc elements[];
};
#define MHV_SET_REGISTERS_MAX_REPS	((MHV_PAGE_SIZE - 16) / 32)

enum mhv_vp_state_page {
	MHV_VP_STATE_PAGE_REGISTERS = 0,
	MHV_VP_STATE_PAGE_INTERCEPT_MESSAGE = 1,
	MHV_VP_STATE_PAGE_GHCB = 2,
};

struct mhv_input_map_vp_state_page {
	__u64 partition_id;
	__u32 vp_index;
	__u16 type;			/* enum mhv_vp_state_page */
	__u8 input_vtl;
	__u8 flags;
	__u64 requested_map_location;
};

struct mhv_output_map_vp_state_page {
	__u64 map_location;		/* page number */
};

struct mhv_input_unmap_vp_state_page {
	__u64 partition_id;
	__u32 vp_index;
	__u16 type;			/* enum mhv_vp_state_page */
	__u8 input_vtl;
	__u8 reserved;
};

/* HVCALL_DISPATCH_VP */
#define MHV_DISPATCH_CLEAR_INTERCEPT_SUSPEND	0x1
#define MHV_DISPATCH_SCAN_INTERRUPT_INJECTION	0x40
#define MHV_DISPATCH_FLAGS_MASK			0x7f	/* the rest is about speculation */

enum mhv_dispatch_state {
	MHV_DISPATCH_STATE_INVALID = 0,
	MHV_DISPATCH_STATE_BLOCKED = 1,
	MHV_DISPATCH_STATE_READY = 2,
};

enum mhv_dispatch_event {
	MHV_DISPATCH_EVENT_INVALID = 0,
	MHV_DISPATCH_EVENT_SUSPEND = 1,
	MHV_DISPATCH_EVENT_INTERCEPT = 2,
};

struct mhv_input_dispatch_vp {
	__u64 partition_id;
	__u32 vp_index;
	__u32 flags;
	__u64 time_slice_100ns;		/* 0: until something happens */
	__u64 spec_ctrl;
};

struct mhv_output_dispatch_vp {
	__u32 dispatch_state;		/* enum mhv_dispatch_state */
	__u32 dispatch_event;		/* enum mhv_dispatch_event */
};

/* The VP's register page, TLFS hv_vp_register_page */
#define MHV_REGISTER_PAGE_VERSION	1
#define MHV_REGISTER_PAGE_DIRTY_GPR	(1U << 0)
#define MHV_REGISTER_PAGE_DIRTY_IP	(1U << 1)
#define MHV_REGISTER_PAGE_DIRTY_XMM	(1U << 2)
#define MHV_REGISTER_PAGE_DIRTY_SEGMENT	(1U << 3)
#define MHV_REGISTER_PAGE_DIRTY_FLAGS	(1U << 4)

/* Order of gpr[], of the exception message and of MHV_REG_RAX.. */
enum mhv_gpr {
	MHV_RAX, MHV_RCX, MHV_RDX, MHV_RBX, MHV_RSP, MHV_RBP, MHV_RSI, MHV_RDI,
	MHV_R8, MHV_R9, MHV_R10, MHV_R11, MHV_R12, MHV_R13, MHV_R14, MHV_R15,
	MHV_NR_GPRS
};

/* Order of segment[] and of MHV_REG_ES.. */
enum mhv_segment_index {
	MHV_SEG_ES, MHV_SEG_CS, MHV_SEG_SS, MHV_SEG_DS, MHV_SEG_FS, MHV_SEG_GS,
	MHV_NR_PAGE_SEGMENTS
};

struct mhv_vp_register_page {
	__u16 version;
	__u8 isvalid;
	__u8 rsvdz;
	__u32 dirty;
	__u64 gpr[MHV_NR_GPRS];
	__u64 rip;
	__u64 rflags;
	__u64 reserved;
	struct mhv_u128 xmm[6];
	struct mhv_segment segment[MHV_NR_PAGE_SEGMENTS];
	__u64 cr0;
	__u64 cr3;
	__u64 cr4;
	__u64 cr8;
	__u64 efer;
	__u64 dr7;
	__u64 pending_interruption;
	__u64 interrupt_state;
	__u64 instruction_emulation_hints;
	__u64 xfem;
	__u8 reserved1[0x100];
	__u64 interrupt_vectors;	/* count in the lowest byte, then up to 7 vectors */
};

#define MHV_PAGE_INTERRUPT_VECTORS	7

/* Messages */
#define MHV_MESSAGE_SIZE		256
#define MHV_MESSAGE_PAYLOAD_SIZE	240

struct mhv_message_header {
	__u32 message_type;		/* enum mhv_message_type */
	__u8 payload_size;
	__u8 flags;			/* bit 0: another message waits */
	__u8 reserved[2];
	__u64 sender;
};

struct mhv_message {
	struct mhv_message_header header;
	union {
		__u64 payload[MHV_MESSAGE_PAYLOAD_SIZE / 8];
		__u8 payload_bytes[MHV_MESSAGE_PAYLOAD_SIZE];
	};
};

#define MHV_ACCESS_READ		0
#define MHV_ACCESS_WRITE	1
#define MHV_ACCESS_EXECUTE	2

/* mhv_intercept_header.execution_state */
#define MHV_EXEC_CPL_MASK		0x3
#define MHV_EXEC_CR0_PE			(1 << 2)
#define MHV_EXEC_CR0_AM			(1 << 3)
#define MHV_EXEC_EFER_LMA		(1 << 4)
#define MHV_EXEC_DEBUG_ACTIVE		(1 << 5)
#define MHV_EXEC_INTERRUPTION_PENDING	(1 << 6)
#define MHV_EXEC_INTERRUPT_SHADOW	(1 << 12)

struct mhv_intercept_header {
	__u32 vp_index;
	__u8 insn_len_cr8;		/* instruction length 3:0 (0: not known), CR8 7:4 */
	__u8 access_type;		/* MHV_ACCESS_* */
	__u16 execution_state;		/* MHV_EXEC_* */
	struct mhv_segment cs;
	__u64 rip;
	__u64 rflags;
};

/* mhv_memory_intercept.cache_type */
#define MHV_CACHE_TYPE_WRITE_BACK	6

/* mhv_memory_intercept.access_info */
#define MHV_MEMORY_GVA_VALID		(1 << 0)
#define MHV_MEMORY_GVA_GPA_VALID	(1 << 1)

struct mhv_memory_intercept {
	struct mhv_intercept_header header;
	__u32 cache_type;
	__u8 insn_byte_count;
	__u8 access_info;		/* MHV_MEMORY_* */
	__u8 tpr_priority;
	__u8 reserved;
	__u64 gva;
	__u64 gpa;
	__u8 insn_bytes[16];
};

/* mhv_io_port_intercept.access_info */
#define MHV_IO_SIZE_MASK		0x7	/* 1, 2 or 4 bytes */
#define MHV_IO_STRING			(1 << 3)
#define MHV_IO_REP			(1 << 4)

struct mhv_io_port_intercept {
	struct mhv_intercept_header header;
	__u16 port;
	__u8 access_info;		/* MHV_IO_* */
	__u8 insn_byte_count;
	__u32 reserved;
	__u64 rax;
	__u8 insn_bytes[16];
	struct mhv_segment ds;
	struct mhv_segment es;
	__u64 rcx;
	__u64 rsi;
	__u64 rdi;
};

struct mhv_msr_intercept {
	struct mhv_intercept_header header;
	__u32 msr;
	__u32 reserved;
	__u64 rdx;
	__u64 rax;
};

struct mhv_cpuid_intercept {
	struct mhv_intercept_header header;
	__u64 rax;
	__u64 rcx;
	__u64 rdx;
	__u64 rbx;
	__u64 default_rax;
	__u64 default_rcx;
	__u64 default_rdx;
	__u64 default_rbx;
};

/* mhv_exception_intercept.info */
#define MHV_EXCEPTION_ERROR_CODE_VALID	(1 << 0)
#define MHV_EXCEPTION_SOFTWARE		(1 << 1)

struct mhv_exception_intercept {
	struct mhv_intercept_header header;
	__u16 vector;
	__u8 info;			/* MHV_EXCEPTION_* */
	__u8 insn_byte_count;
	__u32 error_code;
	__u64 parameter;		/* #PF: CR2; #DB: DR6 */
	__u64 reserved;
	__u8 insn_bytes[16];
	struct mhv_segment ds;
	struct mhv_segment ss;
	__u64 gpr[MHV_NR_GPRS];
};

struct mhv_hypercall_intercept {
	struct mhv_intercept_header header;
	__u64 rax;
	__u64 rbx;
	__u64 rcx;
	__u64 rdx;
	__u64 r8;
	__u64 rsi;
	__u64 rdi;
	struct mhv_u128 xmm[6];
	__u32 flags;
	__u32 pad;
};

struct mhv_invalid_vp_register {
	__u32 vp_index;
	__u32 reserved;
};

#define MHV_UNSUPPORTED_INTERCEPT	1
#define MHV_UNSUPPORTED_TASK_SWITCH	2

struct mhv_unsupported_feature {
	__u32 vp_index;
	__u32 feature;			/* MHV_UNSUPPORTED_* */
	__u64 parameter;
};

struct mhv_interruption_deliverable {
	struct mhv_intercept_header header;
	__u32 type;			/* MHV_PENDING_TYPE_* */
	__u32 reserved;
};

#define MHV_ASSERT_SIZE(type, size) \
	_Static_assert(sizeof(type) == (size), #type " has another size than the hypervisor's")

MHV_ASSERT_SIZE(union mhv_register_value, 16);
MHV_ASSERT_SIZE(struct mhv_register_assoc, 32);
MHV_ASSERT_SIZE(struct mhv_input_create_partition, 56);
MHV_ASSERT_SIZE(struct mhv_input_get_partition_property, 16);
MHV_ASSERT_SIZE(struct mhv_input_set_partition_property, 24);
MHV_ASSERT_SIZE(struct mhv_input_get_partition_property_ex, 24);
MHV_ASSERT_SIZE(struct mhv_deposit_memory, 8);
MHV_ASSERT_SIZE(struct mhv_input_withdraw_memory, 16);
MHV_ASSERT_SIZE(struct mhv_input_map_gpa_pages, 24);
MHV_ASSERT_SIZE(struct mhv_input_unmap_gpa_pages, 24);
MHV_ASSERT_SIZE(struct mhv_input_install_intercept, 24);
MHV_ASSERT_SIZE(struct mhv_input_create_vp, 40);
MHV_ASSERT_SIZE(struct mhv_input_delete_vp, 16);
MHV_ASSERT_SIZE(struct mhv_input_get_vp_registers, 16);
MHV_ASSERT_SIZE(struct mhv_input_set_vp_registers, 16);
MHV_ASSERT_SIZE(struct mhv_input_map_vp_state_page, 24);
MHV_ASSERT_SIZE(struct mhv_input_unmap_vp_state_page, 16);
MHV_ASSERT_SIZE(struct mhv_input_dispatch_vp, 32);
MHV_ASSERT_SIZE(struct mhv_output_dispatch_vp, 8);
MHV_ASSERT_SIZE(struct mhv_vp_register_page, 696);
MHV_ASSERT_SIZE(struct mhv_message, MHV_MESSAGE_SIZE);
MHV_ASSERT_SIZE(struct mhv_intercept_header, 40);
MHV_ASSERT_SIZE(struct mhv_memory_intercept, 80);
MHV_ASSERT_SIZE(struct mhv_io_port_intercept, 128);
MHV_ASSERT_SIZE(struct mhv_msr_intercept, 64);
MHV_ASSERT_SIZE(struct mhv_cpuid_intercept, 104);
MHV_ASSERT_SIZE(struct mhv_exception_intercept, 240);
/* The hypervisor's has 196 bytes; the last four are the tail padding of ours. */
MHV_ASSERT_SIZE(struct mhv_hypercall_intercept, 200);
MHV_ASSERT_SIZE(struct mhv_vmm_capabilities, 16);
MHV_ASSERT_SIZE(struct mhv_synthetic_proc_features, 16);
MHV_ASSERT_SIZE(struct mhv_unsupported_feature, 16);
MHV_ASSERT_SIZE(struct mhv_interruption_deliverable, 48);

#endif /* MSHV_HVABI_H */
