/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What a VMM and the mshv driver say to each other: ioctls on /dev/mshv and on the descriptors that
 * it hands out. A superset of Linux 7.2's header of this name: same numbers, names and layouts, so
 * that programs built against either run on both. Holds fixed-size types only, no inline function
 * and none of the hypervisor's own structures. Sections follow the descriptors; numbers 0x40-0x7f
 * are for what mainline lacks.
 *
 * Errors named here are beside the usual ones: EFAULT for a bad pointer, ENOMEM, ENOTTY for an
 * unknown ioctl, EIO for a hypervisor status that has no errno of its own. "MBZ" fields must be
 * zero, or the call fails with EINVAL. A call that fails has changed nothing, unless it says so.
 */
#ifndef _UAPI_LINUX_MSHV_H
#define _UAPI_LINUX_MSHV_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define MSHV_IOCTL	0xB8

/* ------------------------------------------------------------------------------------------------
 * /dev/mshv
 */

/* Bit numbers in pt_flags */
enum {
	MSHV_PT_BIT_LAPIC,			/* the hypervisor emulates a local APIC */
	MSHV_PT_BIT_X2APIC,			/* ... that has x2APIC mode */
	MSHV_PT_BIT_GPA_SUPER_PAGES,		/* guest memory may be mapped by large pages */
	MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES,	/* the argument is mshv_create_partition_v2 */
	MSHV_PT_BIT_NESTED_VIRTUALIZATION,	/* the guest may run guests itself */
	MSHV_PT_BIT_SMT_ENABLED_GUEST,		/* neighbouring VPs are siblings of a core */
	MSHV_PT_BIT_COUNT
};

#define MSHV_PT_FLAGS_MASK ((1 << MSHV_PT_BIT_COUNT) - 1)

/* Values of pt_isolation */
enum {
	MSHV_PT_ISOLATION_NONE,
	MSHV_PT_ISOLATION_COUNT
};

/**
 * struct mshv_create_partition - argument of MSHV_CREATE_PARTITION
 * @pt_flags: 1 << MSHV_PT_BIT_*, or-ed
 * @pt_isolation: MSHV_PT_ISOLATION_*
 */
struct mshv_create_partition {
	__u64 pt_flags;
	__u64 pt_isolation;
};

#define MSHV_NUM_CPU_FEATURES_BANKS 2

/**
 * struct mshv_create_partition_v2 - the longer argument of MSHV_CREATE_PARTITION
 * @pt_flags: as in the short one, with bit MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES set; that bit, not
 *	the ioctl number, makes the driver read the rest
 * @pt_isolation: as in the short one
 * @pt_num_cpu_fbanks: MSHV_NUM_CPU_FEATURES_BANKS
 * @pt_rsvd: MBZ
 * @pt_cpu_fbanks: processor features to take away from the guest, a set bit each, in the
 *	hypervisor's order
 * @pt_rsvd1: MBZ
 * @pt_disabled_xsave: XSAVE features to take away, likewise
 */
struct mshv_create_partition_v2 {
	__u64 pt_flags;
	__u64 pt_isolation;
	__u16 pt_num_cpu_fbanks;
	__u8  pt_rsvd[6];
	__u64 pt_cpu_fbanks[MSHV_NUM_CPU_FEATURES_BANKS];
	__u64 pt_rsvd1[2];
#if defined(__x86_64__)
	__u64 pt_disabled_xsave;
#else
	__u64 pt_rsvd2;			/* MBZ */
#endif
} __attribute__((packed));

/*
 * Makes a partition and returns a descriptor for it (close-on-exec). The hypervisor knows it, but
 * it is not initialized: "early" properties are set now by MSHV_ROOT_HVCALL, then comes
 * MSHV_INITIALIZE_PARTITION. Closing the last descriptor of it and of its VPs destroys it.
 * EINVAL: a flag, isolation or bank count that is not known; a reserved field that is not 0.
 */
#define MSHV_CREATE_PARTITION	_IOW(MSHV_IOCTL, 0x00, struct mshv_create_partition)

/* ------------------------------------------------------------------------------------------------
 * Partition descriptors, from MSHV_CREATE_PARTITION
 */

/**
 * struct mshv_create_vp - argument of MSHV_CREATE_VP
 * @vp_index: the guest's number for the VP, below 256
 */
struct mshv_create_vp {
	__u32 vp_index;
};

/* Bit numbers in mshv_user_mem_region.flags; memory that is mapped is always readable */
enum {
	MSHV_SET_MEM_BIT_WRITABLE,
	MSHV_SET_MEM_BIT_EXECUTABLE,
	MSHV_SET_MEM_BIT_UNMAP,		/* take the region away; the other bits do not matter */
	MSHV_SET_MEM_BIT_COUNT
};

#define MSHV_SET_MEM_FLAGS_MASK ((1 << MSHV_SET_MEM_BIT_COUNT) - 1)

/* The hypervisor's page size: the unit of page numbers and alignment everywhere in this file */
#define MSHV_HV_PAGE_SIZE	0x1000

/**
 * struct mshv_user_mem_region - argument of MSHV_SET_GUEST_MEMORY
 * @size: bytes, a multiple of the page size, not 0
 * @guest_pfn: number of the first guest physical page
 * @userspace_addr: where the memory is in the caller, page-aligned
 * @flags: 1 << MSHV_SET_MEM_BIT_*, or-ed
 * @rsvd: MBZ
 */
struct mshv_user_mem_region {
	__u64 size;
	__u64 guest_pfn;
	__u64 userspace_addr;
	__u8 flags;
	__u8 rsvd[7];
};

/* Bit numbers in mshv_user_irqfd.flags */
enum {
	MSHV_IRQFD_BIT_DEASSIGN,	/* undo */
	MSHV_IRQFD_BIT_RESAMPLE,	/* level-triggered: resamplefd tells of the end */
	MSHV_IRQFD_BIT_COUNT
};

#define MSHV_IRQFD_FLAGS_MASK	((1 << MSHV_IRQFD_BIT_COUNT) - 1)

/**
 * struct mshv_user_irqfd - argument of MSHV_IRQFD
 * @fd: eventfd; a write to it raises the interrupt
 * @resamplefd: eventfd that is signalled at the guest's end of interrupt, with the RESAMPLE bit
 * @gsi: which entry of the routing table
 * @flags: 1 << MSHV_IRQFD_BIT_*, or-ed
 */
struct mshv_user_irqfd {
	__s32 fd;
	__s32 resamplefd;
	__u32 gsi;
	__u32 flags;
};

/* Bit numbers in mshv_user_ioeventfd.flags */
enum {
	MSHV_IOEVENTFD_BIT_DATAMATCH,	/* only writes of this value */
	MSHV_IOEVENTFD_BIT_PIO,		/* an I/O port, not a memory address */
	MSHV_IOEVENTFD_BIT_DEASSIGN,	/* undo */
	MSHV_IOEVENTFD_BIT_COUNT
};

#define MSHV_IOEVENTFD_FLAGS_MASK	((1 << MSHV_IOEVENTFD_BIT_COUNT) - 1)

/**
 * struct mshv_user_ioeventfd - argument of MSHV_IOEVENTFD
 * @datamatch: value that must be written, with the DATAMATCH bit
 * @addr: guest physical address that is written to
 * @len: width of the write: 1, 2, 4 or 8 bytes; 0 for any
 * @fd: eventfd that is signalled
 * @flags: 1 << MSHV_IOEVENTFD_BIT_*, or-ed
 * @rsvd: MBZ
 */
struct mshv_user_ioeventfd {
	__u64 datamatch;
	__u64 addr;
	__u32 len;
	__s32 fd;
	__u32 flags;
	__u8  rsvd[4];
};

/**
 * struct mshv_user_irq_entry - where one GSI goes: an MSI's address and data
 * @gsi: below 4096
 * @address_lo: address bits 31:0
 * @address_hi: address bits 63:32, MBZ
 * @data: the MSI's data word
 */
struct mshv_user_irq_entry {
	__u32 gsi;
	__u32 address_lo;
	__u32 address_hi;
	__u32 data;
};

/**
 * struct mshv_user_irq_table - argument of MSHV_SET_MSI_ROUTING
 * @nr: number of entries, at most 4096; 0 empties the table
 * @rsvd: MBZ
 * @entries: in any order, each GSI once
 */
struct mshv_user_irq_table {
	__u32 nr;
	__u32 rsvd;
	__extension__ struct mshv_user_irq_entry entries[];
};

/* Values of mshv_gpap_access_bitmap.access_type */
enum {
	MSHV_GPAP_ACCESS_TYPE_ACCESSED,
	MSHV_GPAP_ACCESS_TYPE_DIRTY,
	MSHV_GPAP_ACCESS_TYPE_COUNT
};

/* Values of mshv_gpap_access_bitmap.access_op: what happens to the bits once they are read */
enum {
	MSHV_GPAP_ACCESS_OP_NOOP,
	MSHV_GPAP_ACCESS_OP_CLEAR,
	MSHV_GPAP_ACCESS_OP_SET,
	MSHV_GPAP_ACCESS_OP_COUNT
};

/**
 * struct mshv_gpap_access_bitmap - argument of MSHV_GET_GPAP_ACCESS_BITMAP
 * @access_type: MSHV_GPAP_ACCESS_TYPE_*
 * @access_op: MSHV_GPAP_ACCESS_OP_*
 * @rsvd: MBZ
 * @page_count: number of guest pages to look at
 * @gpap_base: number of the first one
 * @bitmap_ptr: pointer to (page_count + 7) / 8 bytes; bit n is page gpap_base + n
 */
struct mshv_gpap_access_bitmap {
	__u8 access_type;
	__u8 access_op;
	__u8 rsvd[6];
	__u64 page_count;
	__u64 gpap_base;
	__u64 bitmap_ptr;
};

/**
 * struct mshv_root_hvcall - argument of MSHV_ROOT_HVCALL
 * @code: the hypercall's number
 * @reps: in: elements of a rep hypercall, 0 for any other; out: elements done
 * @in_sz: bytes of input, the elements included: 8 to MSHV_HV_PAGE_SIZE
 * @out_sz: bytes of output, up to MSHV_HV_PAGE_SIZE; not looked at if @out_ptr is 0
 * @status: MBZ; out: the hypervisor's status
 * @rsvd: MBZ
 * @in_ptr: pointer to the input. The driver puts the partition's id over its first 8 bytes
 *	(that of the caller's own partition on /dev/mshv), in its copy
 * @out_ptr: pointer to the output, or 0
 */
struct mshv_root_hvcall {
	__u16 code;
	__u16 reps;
	__u16 in_sz;
	__u16 out_sz;
	__u16 status;
	__u8 rsvd[6];
	__u64 in_ptr;
	__u64 out_ptr;
};

/* Makes the partition ready for VPs and memory. A second call does nothing and returns 0. */
#define MSHV_INITIALIZE_PARTITION	_IO(MSHV_IOCTL, 0x00)

/*
 * Makes a VP and returns a descriptor for it. EINVAL: index too high; EEXIST: there is one of this
 * index; EMFILE: no descriptor free.
 */
#define MSHV_CREATE_VP			_IOW(MSHV_IOCTL, 0x01, struct mshv_create_vp)

/*
 * Maps the caller's memory into the guest, or unmaps it. The same memory may appear at several
 * guest addresses. To unmap, guest_pfn, size and userspace_addr are those of the mapping.
 * EINVAL: size 0, misaligned, unknown flag, no memory at the address, or an unmap that does not
 * match; EEXIST: overlaps a mapping; ENOENT: nothing is mapped there. Where the caller has a page
 * of 2 MiB or more, at the same place within 2 MiB as the guest, the guest gets it as one.
 */
#define MSHV_SET_GUEST_MEMORY		_IOW(MSHV_IOCTL, 0x02, struct mshv_user_mem_region)

/*
 * Ties an eventfd to an interrupt, or unties it. The GSI may get its route later.
 * EINVAL: unknown flag, or RESAMPLE for an edge-triggered route; EBADF: not an eventfd;
 * EBUSY: this eventfd is tied already.
 */
#define MSHV_IRQFD			_IOW(MSHV_IOCTL, 0x03, struct mshv_user_irqfd)

/*
 * Ties guest writes to an eventfd, or unties them: such writes do not end MSHV_RUN_VP.
 * EINVAL: bad length, unknown flag; EOPNOTSUPP: PIO, which the hypervisor has not; EEXIST: taken;
 * ENOENT: nothing to untie.
 */
#define MSHV_IOEVENTFD			_IOW(MSHV_IOCTL, 0x04, struct mshv_user_ioeventfd)

/*
 * Replaces the whole routing table. EINVAL: too many entries, a GSI too high or twice, address_hi
 * not 0.
 */
#define MSHV_SET_MSI_ROUTING		_IOW(MSHV_IOCTL, 0x05, struct mshv_user_irq_table)

/*
 * Reads the accessed or the dirty bit of each page, and may clear or set it. From the first time on
 * that bits are changed, or that the partition's property GPA_PAGE_ACCESS_TRACKING is set, until
 * that property is cleared, each page of 4 KiB has its own bits, and the guest has no large pages.
 * A page that was taken away from the guest counts as accessed, and as dirty if the guest could
 * write to it. On failure a first part of the bitmap may be written, and the bits of its pages
 * changed; those of all other pages are as they were.
 * EINVAL: unknown type or operation; E2BIG: more pages than can be asked for.
 */
#define MSHV_GET_GPAP_ACCESS_BITMAP	_IOWR(MSHV_IOCTL, 0x06, struct mshv_gpap_access_bitmap)

/*
 * Passes a hypercall on, if it is on the driver's list for this kind of descriptor: /dev/mshv, a
 * partition or a VP. Deposits memory and goes on when the hypervisor asks for it. status and reps
 * are written back also when the call fails, and elements done stay done; output comes only with
 * success. EINVAL: not on the list, or sizes, pointers or MBZ fields wrong; EPERM: the partition
 * has an asynchronous hypercall under way; otherwise what the status stands for.
 */
#define MSHV_ROOT_HVCALL		_IOWR(MSHV_IOCTL, 0x07, struct mshv_root_hvcall)

/* ------------------------------------------------------------------------------------------------
 * VP descriptors, from MSHV_CREATE_VP. MSHV_ROOT_HVCALL works on them as well.
 */

#define MSHV_RUN_VP_BUF_SZ 256

/*
 * A VP's state pages, for mmap() of the VP's descriptor: MSHV_HV_PAGE_SIZE bytes, MAP_SHARED, at
 * this value times the system's page size. mmap() fails with ENODEV where the hypervisor has no
 * such page for the VP, with EINVAL for another offset or size.
 */
enum {
	MSHV_VP_MMAP_OFFSET_REGISTERS,
	MSHV_VP_MMAP_OFFSET_INTERCEPT_MESSAGE,
	MSHV_VP_MMAP_OFFSET_GHCB,
	MSHV_VP_MMAP_OFFSET_COUNT
};

/* Likewise, a page of this driver's own: MSHV_CAP_VP_CONTROL_PAGE, struct mshv_vp_control */
#define MSHV_VP_MMAP_OFFSET_CONTROL	0x40

/**
 * struct mshv_vp_control - what MSHV_RUN_VP looks at each time before it enters the guest
 * @immediate_exit: not 0: MSHV_RUN_VP does not enter the guest, but fails with EINTR. A message
 *	that the VMM has not got yet is delivered all the same. Only the VMM writes to it.
 * @rsvd: leave 0
 *
 * A signal alone may come just before MSHV_RUN_VP, and is lost then. Whoever wants a VP out of the
 * guest sets the flag, then sends its thread a signal (or has the signal's handler set the flag):
 * either MSHV_RUN_VP sees the flag, or the signal ends it. A flag that is set without a signal is
 * seen when the guest next leaves for any reason.
 */
struct mshv_vp_control {
	__u8 immediate_exit;
	__u8 rsvd[MSHV_HV_PAGE_SIZE - 1];
};

/**
 * struct mshv_run_vp - argument of MSHV_RUN_VP
 * @msg_buf: out: the hypervisor's message that says why the VP stopped
 */
struct mshv_run_vp {
	__u8 msg_buf[MSHV_RUN_VP_BUF_SZ];
};

/* Values of mshv_get_set_vp_state.type */
enum {
	MSHV_VP_STATE_LAPIC,
	MSHV_VP_STATE_XSAVE,		/* compacted format */
	MSHV_VP_STATE_SIMP,		/* SynIC message page */
	MSHV_VP_STATE_SIEFP,		/* SynIC event flags page */
	MSHV_VP_STATE_SYNTHETIC_TIMERS,
	MSHV_VP_STATE_COUNT
};

/**
 * struct mshv_get_set_vp_state - argument of MSHV_GET_VP_STATE and MSHV_SET_VP_STATE
 * @type: MSHV_VP_STATE_*
 * @rsvd: MBZ
 * @buf_sz: bytes of buffer, a multiple of the page size; out: bytes that the state has, also when
 *	the call fails because the buffer is too small
 * @buf_ptr: the buffer, page-aligned
 */
struct mshv_get_set_vp_state {
	__u8 type;
	__u8 rsvd[3];
	__u32 buf_sz;
	__u64 buf_ptr;
};

/*
 * Runs the VP until the guest does what the VMM has to handle. One thread at a time.
 * EINTR: a signal came first, or immediate_exit is set; just call again. EIO: among others, the
 * guest was stopped for good, as the hypervisor did not take a page of its memory away.
 */
#define MSHV_RUN_VP			_IOR(MSHV_IOCTL, 0x00, struct mshv_run_vp)

/* Reads or writes a state of the VP. EINVAL: unknown type, buffer misaligned or too small. */
#define MSHV_GET_VP_STATE		_IOWR(MSHV_IOCTL, 0x01, struct mshv_get_set_vp_state)
#define MSHV_SET_VP_STATE		_IOWR(MSHV_IOCTL, 0x02, struct mshv_get_set_vp_state)

/* ------------------------------------------------------------------------------------------------
 * Capabilities: what this driver, on this hypervisor and hardware, can do, each by itself; there
 * is no version. Calls on every descriptor of this driver, unless it says otherwise. Arguments
 * begin with their size: a caller of another age than the driver's passes the one it knows; what
 * it does not pass is zero. Besides the usual errors these give E2BIG for a part that the driver
 * does not know and that is not zero, EINVAL for what makes no sense, and EOPNOTSUPP for what does
 * but cannot be had.
 */

/*
 * Ids, which are never used for anything else. Ids below 0x100 are mainline's, see
 * MSHV_CHECK_EXTENSION.
 */
enum {
	/* ioctls */
	MSHV_CAP_CREATE_PARTITION = 0x100,
	MSHV_CAP_INITIALIZE_PARTITION,
	MSHV_CAP_CREATE_VP,
	MSHV_CAP_SET_GUEST_MEMORY,
	MSHV_CAP_ROOT_HVCALL,
	MSHV_CAP_RUN_VP,
	MSHV_CAP_IRQFD,
	MSHV_CAP_IOEVENTFD,
	MSHV_CAP_SET_MSI_ROUTING,
	MSHV_CAP_GET_GPAP_ACCESS_BITMAP,
	MSHV_CAP_GET_VP_STATE,
	MSHV_CAP_SET_VP_STATE,
	MSHV_CAP_GET_CAPS,
	MSHV_CAP_CHECK_EXTENSION,
	MSHV_CAP_CREATE_PARTITION_CAPS,
	MSHV_CAP_ENABLE_CAP,
	/* flag bits, and the longer argument of MSHV_CREATE_PARTITION */
	MSHV_CAP_PT_LAPIC,
	MSHV_CAP_PT_X2APIC,
	MSHV_CAP_PT_GPA_SUPER_PAGES,
	MSHV_CAP_PT_CPU_AND_XSAVE_FEATURES,
	MSHV_CAP_PT_NESTED_VIRTUALIZATION,
	MSHV_CAP_PT_SMT_ENABLED_GUEST,
	MSHV_CAP_MEM_WRITABLE,
	MSHV_CAP_MEM_EXECUTABLE,
	MSHV_CAP_MEM_UNMAP,
	MSHV_CAP_IRQFD_DEASSIGN,
	MSHV_CAP_IRQFD_RESAMPLE,
	MSHV_CAP_IOEVENTFD_DATAMATCH,
	MSHV_CAP_IOEVENTFD_PIO,
	MSHV_CAP_IOEVENTFD_DEASSIGN,
	MSHV_CAP_GPAP_ACCESSED,
	MSHV_CAP_GPAP_DIRTY,
	MSHV_CAP_VP_STATE_LAPIC,
	MSHV_CAP_VP_STATE_XSAVE,
	MSHV_CAP_VP_STATE_SIMP,
	MSHV_CAP_VP_STATE_SIEFP,
	MSHV_CAP_VP_STATE_SYNTHETIC_TIMERS,
	/* what else there is */
	MSHV_CAP_VP_REGISTERS_PAGE,
	MSHV_CAP_VP_INTERCEPT_PAGE,
	MSHV_CAP_FDINFO,
	MSHV_CAP_ONLY_GRANTED,
	MSHV_CAP_DEBUGFS_STATS,
	/* groups of tracepoints */
	MSHV_CAP_TRACE_HVCALL,
	MSHV_CAP_TRACE_INTERCEPT,
	MSHV_CAP_TRACE_EXIT,
	MSHV_CAP_TRACE_IOCTL,
	MSHV_CAP_TRACE_INTERRUPT,
	MSHV_CAP_TRACE_MEMORY,
	MSHV_CAP_TRACE_CAP,
	/* the hypervisor's and the hardware's */
	MSHV_CAP_HV_ROOT_SCHEDULER,
	MSHV_CAP_HV_SYNIC,
	MSHV_CAP_HV_VECTOR_INJECTION,
	MSHV_CAP_HV_XSAVE_STATES,
	MSHV_CAP_HV_PROCESSOR_FEATURES,
	MSHV_CAP_HV_PHYSICAL_ADDRESS_WIDTH,
	MSHV_CAP_HW_CONSTANT_TSC,
	MSHV_CAP_HW_GIB_PAGES,
	MSHV_CAP_HW_XSAVE,
	/* what came later */
	MSHV_CAP_VP_CONTROL_PAGE
};

/* Values of mshv_cap_info.state */
enum {
	MSHV_CAP_STATE_ABSENT,		/* this driver has not got it */
	MSHV_CAP_STATE_USABLE,
	MSHV_CAP_STATE_UNAVAILABLE,	/* the driver has, but it would fail; see reason */
	MSHV_CAP_STATE_REMOVED		/* there was such a capability */
};

/* Values of mshv_cap_info.reason */
enum {
	MSHV_CAP_REASON_NONE,
	MSHV_CAP_REASON_NOT_BUILT,	/* left out when the driver was built */
	MSHV_CAP_REASON_HYPERVISOR,	/* the hypervisor has refused it, or has none */
	MSHV_CAP_REASON_HARDWARE,	/* the processors lack it */
	MSHV_CAP_REASON_KERNEL,		/* the kernel was configured without */
	MSHV_CAP_REASON_DEPENDS,	/* it is a part of something that is not usable */
	MSHV_CAP_REASON_REMOVED
};

/* Values of mshv_cap_info.source: on whom it depends that the state is what it is */
enum {
	MSHV_CAP_SOURCE_DRIVER,
	MSHV_CAP_SOURCE_HYPERVISOR,
	MSHV_CAP_SOURCE_HARDWARE
};

/* Values of mshv_cap_info.kind */
enum {
	MSHV_CAP_KIND_IOCTL,
	MSHV_CAP_KIND_FLAG,		/* a flag bit, or a value of an enumeration */
	MSHV_CAP_KIND_STRUCT,		/* an extension of a structure */
	MSHV_CAP_KIND_MMAP,
	MSHV_CAP_KIND_TRACE,
	MSHV_CAP_KIND_FEATURE
};

/* Bit numbers in mshv_cap_info.marks; the last three are a partition's, and its VPs' */
enum {
	MSHV_CAP_MARK_BIT_BASE,		/* everybody has it, without asking */
	MSHV_CAP_MARK_BIT_OPTIN,	/* does nothing until MSHV_ENABLE_CAP */
	MSHV_CAP_MARK_BIT_GRANTED,	/* asked for at creation, and held for good */
	MSHV_CAP_MARK_BIT_ENABLED,
	MSHV_CAP_MARK_BIT_USED
};

/**
 * struct mshv_cap_info - a capability
 * @id: MSHV_CAP_*
 * @state: MSHV_CAP_STATE_*; found by trying, when the driver met the hypervisor
 * @reason: MSHV_CAP_REASON_*: why it is not usable
 * @source: MSHV_CAP_SOURCE_*
 * @value: a number that belongs to it, else 1 if it is usable and 0 if not
 * @flags: of an ioctl: the flag bits that it takes, or 1 << each value of its enumeration; of a
 *	flag: its bit
 * @min_size: bytes of the ioctl's argument that it takes at least; 0 without an argument
 * @max_size: bytes of it that this driver knows
 * @kind: MSHV_CAP_KIND_*
 * @marks: 1 << MSHV_CAP_MARK_BIT_*, or-ed
 */
struct mshv_cap_info {
	__u32 id;
	__u32 state;
	__u32 reason;
	__u32 source;
	__u64 value;
	__u64 flags;
	__u32 min_size;
	__u32 max_size;
	__u32 kind;
	__u32 marks;
};

/**
 * struct mshv_get_caps - argument of MSHV_GET_CAPS
 * @size: bytes of this structure that the caller knows
 * @entry_size: bytes of struct mshv_cap_info that the caller knows; out: that the driver knows
 * @nr: entries that there is room for; out: capabilities that there are, of which as many as there
 *	was room for have been written
 * @rsvd: MBZ
 * @entries_ptr: pointer to the entries, entry_size as passed apart; what the driver does not know
 *	of an entry is zeroed
 */
struct mshv_get_caps {
	__u32 size;
	__u32 entry_size;
	__u32 nr;
	__u32 rsvd;
	__u64 entries_ptr;
};

/**
 * struct mshv_create_partition_caps - argument of MSHV_CREATE_PARTITION_CAPS
 * @size: bytes of this structure that the caller knows
 * @nr_required: ids at required_ptr, up to 256
 * @nr_optional: ids at optional_ptr, likewise
 * @missing: MBZ; out, with EOPNOTSUPP: the first required capability that cannot be had
 * @required_ptr: pointer to __u32 ids of capabilities without which there shall be no partition
 * @optional_ptr: pointer to __u32 ids of capabilities that it shall have if they are usable
 * @pt_flags: as in mshv_create_partition_v2; MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES says that the
 *	features below count
 * @pt_isolation: likewise
 * @pt_cpu_fbanks: likewise; else MBZ
 * @pt_disabled_xsave: likewise; else MBZ
 */
struct mshv_create_partition_caps {
	__u32 size;
	__u32 nr_required;
	__u32 nr_optional;
	__u32 missing;
	__u64 required_ptr;
	__u64 optional_ptr;
	__u64 pt_flags;
	__u64 pt_isolation;
	__u64 pt_cpu_fbanks[MSHV_NUM_CPU_FEATURES_BANKS];
	__u64 pt_disabled_xsave;
};

/**
 * struct mshv_enable_cap - argument of MSHV_ENABLE_CAP
 * @size: bytes of this structure that the caller knows
 * @id: MSHV_CAP_*, of one with MSHV_CAP_MARK_BIT_OPTIN
 * @flags: no bit of it is known
 */
struct mshv_enable_cap {
	__u32 size;
	__u32 id;
	__u64 flags;
};

/* The state of all capabilities at once, the numbers that were removed among them. */
#define MSHV_GET_CAPS			_IO(MSHV_IOCTL, 0x40)

/*
 * On /dev/mshv: MSHV_CREATE_PARTITION for those who say what they need. What is granted can be used
 * as long as the partition lives; capabilities that were not asked for work as they always do.
 * EOPNOTSUPP: a required capability is not usable, it is in missing; or bits of pt_flags are not.
 */
#define MSHV_CREATE_PARTITION_CAPS	_IO(MSHV_IOCTL, 0x41)

/*
 * On partitions, before MSHV_INITIALIZE_PARTITION: turns a capability on, for good. Once more does
 * nothing. EOPNOTSUPP: not usable, or unknown, or a flag; EINVAL: not one that is turned on;
 * EBADFD: too late.
 *
 * MSHV_CAP_ONLY_GRANTED: what is neither granted nor base fails with EOPNOTSUPP from then on.
 */
#define MSHV_ENABLE_CAP			_IO(MSHV_IOCTL, 0x42)

/* ------------------------------------------------------------------------------------------------
 * Virtual trust levels: mainline's other mshv driver, for a host that runs in VTL2 beside its
 * guest. This project's driver answers none of these but MSHV_CHECK_EXTENSION; they are here so
 * that the header is whole.
 */

/* Arguments of MSHV_CHECK_EXTENSION */
#define MSHV_CAP_CORE_API_STABLE        0x0
#define MSHV_CAP_REGISTER_PAGE          0x1
#define MSHV_CAP_VTL_RETURN_ACTION      0x2
#define MSHV_CAP_DR6_SHARED             0x3
#define MSHV_MAX_RUN_MSG_SIZE                256

/**
 * struct mshv_vp_registers - argument of MSHV_GET_VP_REGISTERS and MSHV_SET_VP_REGISTERS
 * @count: registers; only 1 works
 * @reserved: not used
 * @regs_ptr: pointer to the hypervisor's name-and-value pairs
 */
struct mshv_vp_registers {
	__u32 count;
	__u32 reserved;
	__u64 regs_ptr;
};

/**
 * struct mshv_vtl_set_eventfd - argument of MSHV_SINT_SET_EVENTFD
 * @fd: eventfd, or negative for none
 * @flag: which event flag signals it
 */
struct mshv_vtl_set_eventfd {
	__s32 fd;
	__u32 flag;
};

/**
 * struct mshv_vtl_signal_event - argument of MSHV_SINT_SIGNAL_EVENT
 * @connection_id: where to
 * @flag: which event flag
 */
struct mshv_vtl_signal_event {
	__u32 connection_id;
	__u32 flag;
};

/**
 * struct mshv_vtl_sint_post_msg - argument of MSHV_SINT_POST_MESSAGE
 * @message_type: the hypervisor's message type
 * @connection_id: where to
 * @payload_size: bytes, no more than a message's payload has
 * @payload_ptr: pointer to the payload
 */
struct mshv_vtl_sint_post_msg {
	__u64 message_type;
	__u32 connection_id;
	__u32 payload_size;
	__u64 payload_ptr;
};

/**
 * struct mshv_vtl_ram_disposition - argument of MSHV_ADD_VTL0_MEMORY
 * @start_pfn: number of the first page
 * @last_pfn: number of the page after the last one
 */
struct mshv_vtl_ram_disposition {
	__u64 start_pfn;
	__u64 last_pfn;
};

/**
 * struct mshv_vtl_set_poll_file - argument of MSHV_SET_POLL_FILE
 * @cpu: whose wait for the lower level also ends
 * @fd: when this descriptor becomes ready
 */
struct mshv_vtl_set_poll_file {
	__u32 cpu;
	__u32 fd;
};

/**
 * struct mshv_vtl_hvcall_setup - argument of MSHV_HVCALL_SETUP
 * @bitmap_array_size: bytes of the bitmap
 * @allow_bitmap_ptr: pointer to a bitmap of the hypercalls to allow
 */
struct mshv_vtl_hvcall_setup {
	__u64 bitmap_array_size;
	__u64 allow_bitmap_ptr;
};

/**
 * struct mshv_vtl_hvcall - argument of MSHV_HVCALL
 * @control: hypercall control word
 * @input_size: bytes of input
 * @input_ptr: pointer to it
 * @status: out: the hypervisor's status
 * @output_size: bytes of output
 * @output_ptr: pointer to it
 */
struct mshv_vtl_hvcall {
	__u64 control;
	__u64 input_size;
	__u64 input_ptr;
	__u64 status;
	__u64 output_size;
	__u64 output_ptr;
};

/**
 * struct mshv_sint_mask - argument of MSHV_SINT_PAUSE_MESSAGE_STREAM
 * @mask: 1 stops messages, 0 lets them come
 * @reserved: MBZ
 */
struct mshv_sint_mask {
	__u8 mask;
	__u8 reserved[7];
};

/*
 * Is MSHV_CAP_* there? In the VTL driver on its /dev/mshv, and of the four above. In this driver on
 * every descriptor, and of any: 1, or its value if that is an int above 0; 0 if it is not usable,
 * or not known.
 */
#define MSHV_CHECK_EXTENSION    _IOW(MSHV_IOCTL, 0x00, __u32)

/* A descriptor for a trust level, and the calls on it */
#define MSHV_CREATE_VTL			_IOR(MSHV_IOCTL, 0x1D, char)
#define MSHV_ADD_VTL0_MEMORY	_IOW(MSHV_IOCTL, 0x21, struct mshv_vtl_ram_disposition)
#define MSHV_SET_POLL_FILE		_IOW(MSHV_IOCTL, 0x25, struct mshv_vtl_set_poll_file)
#define MSHV_RETURN_TO_LOWER_VTL	_IO(MSHV_IOCTL, 0x27)
#define MSHV_GET_VP_REGISTERS		_IOWR(MSHV_IOCTL, 0x05, struct mshv_vp_registers)
#define MSHV_SET_VP_REGISTERS		_IOW(MSHV_IOCTL, 0x06, struct mshv_vp_registers)

/* On /dev/mshv_sint */
#define MSHV_SINT_SIGNAL_EVENT    _IOW(MSHV_IOCTL, 0x22, struct mshv_vtl_signal_event)
#define MSHV_SINT_POST_MESSAGE    _IOW(MSHV_IOCTL, 0x23, struct mshv_vtl_sint_post_msg)
#define MSHV_SINT_SET_EVENTFD     _IOW(MSHV_IOCTL, 0x24, struct mshv_vtl_set_eventfd)
#define MSHV_SINT_PAUSE_MESSAGE_STREAM     _IOW(MSHV_IOCTL, 0x25, struct mshv_sint_mask)

/* On /dev/mshv_hvcall */
#define MSHV_HVCALL_SETUP        _IOW(MSHV_IOCTL, 0x1E, struct mshv_vtl_hvcall_setup)
#define MSHV_HVCALL              _IOWR(MSHV_IOCTL, 0x1F, struct mshv_vtl_hvcall)

#endif /* _UAPI_LINUX_MSHV_H */
