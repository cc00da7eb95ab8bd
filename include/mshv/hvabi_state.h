/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor's ABI, third part: the state of a VP as a block, what a guest sees of CPUID and
 * MSRs, address translation, accessed and dirty pages, statistics pages. Same rules as hvabi.h.
 * Sources: TLFS; Linux 7.2 include/hyperv/.
 */
#ifndef MSHV_HVABI_STATE_H
#define MSHV_HVABI_STATE_H

#include <mshv/hvabi.h>

/* HVCALL_GET_VP_STATE, HVCALL_SET_VP_STATE: bit 31 tells that the data is in pages of the caller */
#define MHV_VP_STATE_PFN		0x80000000U
enum mhv_vp_state_type {
	MHV_VP_STATE_LAPIC = 0,		/* in a page */
	MHV_VP_STATE_XSAVE = 1,		/* in pages, compacted form */
	MHV_VP_STATE_SIM_PAGE = 2,	/* in a page */
	MHV_VP_STATE_SIEF_PAGE = 3,	/* in a page */
	MHV_VP_STATE_SYNTHETIC_TIMERS = 4,
};

struct mhv_vp_state_header {
	__u64 partition_id;
	__u32 vp_index;
	__u8 input_vtl;
	__u8 reserved0;
	__u16 reserved1;
	__u32 type;			/* enum mhv_vp_state_type, MHV_VP_STATE_PFN */
	__u32 reserved2;
	__u64 xsave_flags;
	__u64 xsave_states;		/* which components, as in XCR0 */
};

struct mhv_input_vp_state_pfns {
	struct mhv_vp_state_header header;
	__u64 pfns[];
};

#define MHV_VP_STATE_MAX_PFNS	((MHV_PAGE_SIZE - 40) / 8)

#define MHV_NR_STIMERS			4

/* mhv_stimer_state.flags: its message is not delivered yet */
#define MHV_STIMER_STATE_UNDELIVERED	(1U << 0)

struct mhv_stimer_state {
	__u32 flags;			/* MHV_STIMER_STATE_* */
	__u32 reserved;
	__u64 config;
	__u64 count;
	__u64 adjustment;
	__u64 undelivered_expiration_time;
};

struct mhv_synthetic_timers_state {
	struct mhv_stimer_state timer[MHV_NR_STIMERS];
	__u64 reserved[5];
};

/* MHV_VP_STATE_LAPIC: registers of the APIC, without the holes between them */
struct mhv_lapic_state {
	__u32 apic_id;
	__u32 version;
	__u32 ldr;
	__u32 dfr;
	__u32 spurious;
	__u32 isr[8];
	__u32 tmr[8];
	__u32 irr[8];
	__u32 esr;
	__u32 icr_high;
	__u32 icr_low;
	__u32 lvt_timer;
	__u32 lvt_thermal;
	__u32 lvt_perfmon;
	__u32 lvt_lint0;
	__u32 lvt_lint1;
	__u32 lvt_error;
	__u32 lvt_cmci;
	__u32 error_status;
	__u32 initial_count;
	__u32 counter_value;
	__u32 divide_configuration;
	__u32 remote_read;
};

/* HVCALL_REGISTER_INTERCEPT_RESULT; QEMU's include/hw/hyperv/hvhdk.h has the layout too */
struct mhv_cpuid_result_parameters {
	__u32 leaf;
	__u32 subleaf;
	__u8 subleaf_specific;
	__u8 always_override;
	__u16 padding;
	struct {
		__u32 value;
		__u32 mask;
	} eax, ebx, ecx, edx;
};

struct mhv_msr_result_parameters {
	__u32 msr;
	__u32 access_type;
	__u32 action;			/* MHV_UNIMPLEMENTED_MSR_* */
};

struct mhv_input_register_intercept_result {
	__u64 partition_id;
	__u32 vp_index;
	__u32 intercept_type;		/* enum mhv_intercept_type */
	union {
		struct mhv_cpuid_result_parameters cpuid;
		struct mhv_msr_result_parameters msr;
	};
};

struct mhv_cpuid_leaf {
	__u32 eax;
	__u32 ecx;
	__u32 xfem[2];
	__u32 xss[2];
};

/* mhv_input_get_vp_cpuid_values.flags */
#define MHV_CPUID_VALUES_VP_XFEM_XSS	(1U << 0)	/* the VP's instead of the leaf's */
#define MHV_CPUID_VALUES_REGISTERED	(1U << 1)	/* with registered results */
#define MHV_CPUID_VALUES_FLAGS		3U

struct mhv_input_get_vp_cpuid_values {
	__u64 partition_id;
	__u32 vp_index;
	__u32 flags;
	__u64 reserved;
	struct mhv_cpuid_leaf leaves[];
};

struct mhv_cpuid_values {
	__u32 eax;
	__u32 ebx;
	__u32 ecx;
	__u32 edx;
};

/* HVCALL_TRANSLATE_VIRTUAL_ADDRESS */
#define MHV_TRANSLATE_VALIDATE_READ	(1ULL << 0)
#define MHV_TRANSLATE_VALIDATE_WRITE	(1ULL << 1)
#define MHV_TRANSLATE_VALIDATE_EXECUTE	(1ULL << 2)
#define MHV_TRANSLATE_PRIVILEGE_EXEMPT	(1ULL << 3)
#define MHV_TRANSLATE_SET_PAGE_TABLE_BITS	(1ULL << 4)

enum mhv_translate_result {
	MHV_TRANSLATE_SUCCESS = 0,
	MHV_TRANSLATE_PAGE_NOT_PRESENT = 1,
	MHV_TRANSLATE_PRIVILEGE_VIOLATION = 2,
	MHV_TRANSLATE_INVALID_PAGE_TABLE_FLAGS = 3,
	MHV_TRANSLATE_GPA_UNMAPPED = 4,
	MHV_TRANSLATE_GPA_NO_READ_ACCESS = 5,
	MHV_TRANSLATE_GPA_NO_WRITE_ACCESS = 6,
};

struct mhv_input_translate_virtual_address {
	__u64 partition_id;
	__u32 vp_index;
	__u32 padding;
	__u64 control_flags;		/* MHV_TRANSLATE_* */
	__u64 gva_page;
};

struct mhv_output_translate_virtual_address {
	__u32 result_code;		/* enum mhv_translate_result */
	__u32 cache_type;		/* 7:0; bit 8: overlay page */
	__u64 gpa_page;
};

/* HVCALL_GET_GPA_PAGES_ACCESS_STATES: a byte for each page */
#define MHV_GPA_CLEAR_ACCESSED		(1ULL << 0)
#define MHV_GPA_SET_ACCESSED		(1ULL << 1)
#define MHV_GPA_CLEAR_DIRTY		(1ULL << 2)
#define MHV_GPA_SET_DIRTY		(1ULL << 3)
#define MHV_GPA_ACCESSED		(1 << 0)
#define MHV_GPA_DIRTY			(1 << 1)

struct mhv_input_get_gpa_pages_access_states {
	__u64 partition_id;
	__u64 flags;			/* MHV_GPA_CLEAR_*, MHV_GPA_SET_* */
	__u64 gpa_page_number;
};

/* Statistics pages */
enum mhv_stats_object {
	MHV_STATS_HYPERVISOR = 0x00001,
	MHV_STATS_LOGICAL_PROCESSOR = 0x00002,
	MHV_STATS_PARTITION = 0x10001,
	MHV_STATS_VP = 0x10002,
};

enum mhv_stats_area {
	MHV_STATS_AREA_SELF = 0,
	MHV_STATS_AREA_PARENT = 1,
	MHV_STATS_AREA_INTERNAL = 2,
};

/* By object: index of the logical processor, or id of the partition and index of the VP */
struct mhv_stats_identity {
	union {
		__u32 lp_index;
		__u64 partition_id;
	};
	__u32 vp_index;
	__u16 flags;
	__u8 reserved;
	__u8 area;			/* enum mhv_stats_area */
};

struct mhv_input_map_stats_page {
	__u32 type;			/* enum mhv_stats_object */
	__u32 padding;
	struct mhv_stats_identity identity;
};

struct mhv_output_map_stats_page {
	__u64 map_location;		/* page number */
};

struct mhv_input_map_stats_page2 {
	struct mhv_input_map_stats_page map;
	__u64 map_location;		/* page number */
};

#define MHV_STATS_COUNTERS		512
struct mhv_stats_page {
	__u64 counter[MHV_STATS_COUNTERS];	/* by index of counters.def */
};

MHV_ASSERT_SIZE(struct mhv_vp_state_header, 40);
MHV_ASSERT_SIZE(struct mhv_synthetic_timers_state, 200);
MHV_ASSERT_SIZE(struct mhv_cpuid_result_parameters, 44);
MHV_ASSERT_SIZE(struct mhv_cpuid_leaf, 24);
MHV_ASSERT_SIZE(struct mhv_input_get_vp_cpuid_values, 24);
MHV_ASSERT_SIZE(struct mhv_input_translate_virtual_address, 32);
MHV_ASSERT_SIZE(struct mhv_output_translate_virtual_address, 16);
MHV_ASSERT_SIZE(struct mhv_input_get_gpa_pages_access_states, 24);
MHV_ASSERT_SIZE(struct mhv_stats_identity, 16);
MHV_ASSERT_SIZE(struct mhv_input_map_stats_page, 24);
MHV_ASSERT_SIZE(struct mhv_input_map_stats_page2, 32);
MHV_ASSERT_SIZE(struct mhv_stats_page, MHV_PAGE_SIZE);

#endif /* MSHV_HVABI_STATE_H */
