/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of softhv share. Private to module/softhv: the driver sees module/hv/hypervisor.h.
 *
 * Locks, outermost first: softhv_vp.lock, softhv_partition.lock, the lock of the partition list,
 * those of sched.c and synic.c. All are taken with interrupts off only. A CPU clears
 * softhv_vp.in_guest before it takes any other lock than softhv_vp.lock, which it holds while the
 * guest runs: so who waits for a VP to leave its guest, with a partition's lock held, waits for one
 * exit and no more.
 */
#ifndef SOFTHV_H
#define SOFTHV_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <asm/fpu/types.h>
#include <asm/processor-flags.h>
#include <asm/svm.h>

#include <mshv/hvabi.h>
#include <mshv/hvabi_guest.h>
#include <mshv/hvabi_state.h>
#include <mshv/hvabi_synic.h>

#include "softhv/apic/lapic.h"
#include "softhv/guest/guest.h"
#include "softhv/hv/synic.h"

#define SOFTHV_ROOT_ID		1
#define SOFTHV_MAX_VPS		256
#define SOFTHV_NR_DRS		4
#define SOFTHV_MAX_INSN		15	/* bytes */

/* Hypercall codes from here on are counted together. */
#define SOFTHV_NR_CODES		0x200

/**
 * struct softhv_args - a hypercall's parameters, checked for size and place
 * @in: a copy of the fixed part of the input
 * @in_list: what follows it, of variable size or the input's elements; read each word once
 * @out: the fixed output, or the output's elements
 * @reps: how many elements there are
 * @done: elements done, at first those that an earlier call did
 * @words: size of what follows @in in words of 64 bits, where that is variable
 */
struct softhv_args {
	const void *in;
	const void *in_list;
	void *out;
	u16 reps;
	u16 done;
	u16 words;
};

enum softhv_state {
	SOFTHV_CREATED,
	SOFTHV_INITIALIZED,
	SOFTHV_FINALIZING,
	SOFTHV_FINALIZED,
	SOFTHV_DELETED,
};

/* Leaves and MSRs for which intercepts are installed */
#define SOFTHV_MAX_LISTED	96
struct softhv_intercept_list {
	u32 nr_leaves;
	u32 nr_msrs;
	u32 leaves[SOFTHV_MAX_LISTED];
	struct {
		u32 msr;
		u32 access;	/* MHV_INTERCEPT_ACCESS_* */
	} msrs[SOFTHV_MAX_LISTED];
};

/* Partition properties that are a number and no more; see property.c. */
enum softhv_stored_property {
	SOFTHV_PROP_PRIVILEGE_FLAGS,
	SOFTHV_PROP_SYNTHETIC_PROC_FEATURES,
	SOFTHV_PROP_TIME_FREEZE,
	SOFTHV_PROP_PROCESSORS_PER_SOCKET,
	SOFTHV_PROP_GPA_PAGE_ACCESS_TRACKING,
	SOFTHV_PROP_UNIMPLEMENTED_MSR_ACTION,
	SOFTHV_PROP_GUEST_OS_ID,
	SOFTHV_NR_STORED_PROPERTIES
};

struct softhv_results;
struct softhv_vp;

/* Where a VP is in softhv's own scheduler */
enum softhv_turn {
	SOFTHV_TURN_IDLE,
	SOFTHV_TURN_QUEUED,
	SOFTHV_TURN_RUNNING,
	SOFTHV_TURN_AGAIN,	/* runs, and became ready meanwhile */
	SOFTHV_TURN_NEVER,
};

/**
 * struct softhv_stats - the counters of an object
 * @counter: a page of them, mapped by the parent or not
 * @own: the page that softhv has for them
 */
struct softhv_stats {
	u64 *counter;
	u64 *own;
};

/**
 * struct softhv_partition - a partition
 * @id: what hypercalls name it by
 * @node: in the list of partitions; looked up under RCU
 * @rcu: frees it
 * @creation_flags: MHV_CREATE_*
 * @disabled_features: MHV_PROP_PROCESSOR_FEATURES0 that guests shall not see
 * @lock: protects all below; what VPs read without it says so
 * @state: how far it is in its life
 * @free_pages: deposited and not used, each page holding the address of the next
 * @nr_free: their number
 * @nr_used: deposited pages in use
 * @nr_reserved: free pages that only overlays may take
 * @nr_overlay_tables: tables that were made for overlays
 * @npt: root of the nested page tables
 * @nr_gpa_pages: guest pages of 4 KiB that are backed by memory
 * @nr_large_pages: pages of 2 MiB among them
 * @nr_vps: VPs that there are
 * @vp_limit: one more than the highest index in @vps
 * @exception_intercepts: vectors that exit to the parent; VPs read it without the lock
 * @msr_intercepts: access to MSRs that exits to the parent; VPs read it without the lock
 * @hypercall_intercept: VMMCALL exits to the parent; VPs read it without the lock
 * @listed: intercepts by CPUID leaf and MSR
 * @properties: those that are only stored; VPs read single ones without the lock
 * @started_ns: when its reference time was 0
 * @frozen_ns: when its time was stopped; 0 while it runs
 * @frozen_tsc: the TSC at that time; 0 while it runs; VPs read it without the lock
 * @frozen_cycles: how long its time was stopped altogether
 * @clock: its reference time
 * @guest: the interface for its guests
 * @overlays: those that lie over its memory
 * @results: of CPUID and MSRs, registered for all VPs
 * @stats: its counters; made when it is initialized
 * @doorbells: ports that its guests can ring; changes in port.c alone, which has a lock for it
 * @completion: a hypercall about it that is answered by a message; the synic's lock
 * @vps: by index; looked up under RCU
 */
struct softhv_partition {
	u64 id;
	struct hlist_node node;
	struct rcu_head rcu;
	u64 creation_flags;
	u64 disabled_features;

	spinlock_t lock;	/* all below */
	enum softhv_state state;
	void *free_pages;
	u64 nr_free;
	u64 nr_used;
	u64 nr_reserved;
	u32 nr_overlay_tables;
	u64 *npt;
	u64 nr_gpa_pages;
	u64 nr_large_pages;
	u32 nr_vps;
	u32 vp_limit;
	u32 exception_intercepts;
	u32 msr_intercepts;
	bool hypercall_intercept;
	struct softhv_intercept_list listed;
	u64 properties[SOFTHV_NR_STORED_PROPERTIES];
	u64 started_ns;
	u64 frozen_ns;
	u64 frozen_tsc;
	u64 frozen_cycles;
	struct softhv_clock clock;
	struct softhv_guest guest;
	struct list_head overlays;
	struct softhv_results *results;
	struct softhv_stats stats;
	struct hlist_head doorbells;
	struct softhv_completion completion;
	struct softhv_vp __rcu *vps[SOFTHV_MAX_VPS];
};

/* MSRs whose value nothing but the guest looks at; see msr.c. */
#define SOFTHV_NR_MTRR_RANGES	8
#define SOFTHV_NR_MTRR_FIXED	11
struct softhv_msrs {
	u64 apic_base;
	u64 tsc_adjust;
	u64 tsc_aux;
	u64 misc_enable;
	u64 mcg_status;
	u64 mtrr_def_type;
	u64 mtrr_range[2 * SOFTHV_NR_MTRR_RANGES];	/* base, mask, base, ... */
	u64 mtrr_fixed[SOFTHV_NR_MTRR_FIXED];
};

/**
 * struct softhv_guest_synic - a guest's SynIC
 * @message_page: the overlay that @simp places; without features for guests a page of the
 *	partition's pool that lies nowhere, and is there since somebody wrote to it
 * @event_page: likewise, of event flags, by @siefp
 * @scontrol: the register of that name
 * @siefp: the register of that name
 * @simp: the register of that name
 * @sint: the registers of that name
 * @auto_eoi: vectors that one of them delivers, whose interrupts end when they begin
 */
struct softhv_guest_synic {
	struct softhv_overlay message_page;
	struct softhv_overlay event_page;
	u64 scontrol;
	u64 siefp;
	u64 simp;
	u64 sint[MHV_NR_SINTS];
	DECLARE_BITMAP(auto_eoi, SOFTHV_NR_VECTORS);
};

/**
 * struct softhv_left - an instruction that is the parent's to complete
 * @open: there is one, and @tf or @shadow is true
 * @tf: it was begun with TF set
 * @shadow: it is in an interrupt shadow
 * @length: in bytes, 0 if that is not known
 * @rip: where it is
 * @rcx: the count, if it is a repeated one
 */
struct softhv_left {
	bool open;
	bool tf;
	bool shadow;
	u8 length;
	u64 rip;
	u64 rcx;
};

/**
 * struct softhv_vp - a virtual processor
 * @partition: to which it belongs; lives longer
 * @index: in its partition
 * @rcu: frees it
 *
 * @lock: protects all below but the next group. Held while the guest runs; see softhv_vp_lock().
 *
 * @waiters: CPUs that want @lock; a VP with any does not enter its guest
 * @cpu: where @in_guest was set last
 * @blocked: waits for a request; whoever makes one takes the flag back and says so
 * @in_guest: its guest runs, or is about to
 * @flush: translations may be out of date: the next entry must not use any old one
 *
 * @tell: SOFTHV_TELL_*, what the root is to be told; the synic's lock
 * @told_by: the CPU that will
 * @untold: it is to be told nothing any more
 * @signal_count: how often it was, or will be, told that the VP is ready
 * @told: in the list of that CPU
 * @turn: for softhv's own scheduler; that one's lock
 * @queued: in its queue
 *
 * @deleted: pages are gone, nothing may be done with it
 * @dispatched: a DISPATCH_VP is at work on it
 * @explicit_suspend: the register of that name
 * @found_suspended: the parent was told by DISPATCH_VP that the VP is suspended
 * @intercept_suspend: the register of that name
 * @dispatch_suspend: the register of that name: no signals any more
 * @shut_down: triple fault: it stays suspended until that register is cleared, or RIP is set
 * @halted: waits for an interrupt after HLT
 * @idle: waits for an interrupt, be it enabled or not: the guest has read GUEST_IDLE
 * @lme_held: EFER.LME is set for the guest, but not in @vmcb; see softhv_efer_settle()
 * @stepped: an instruction has ended that was begun with TF set: a debug exception is to follow
 * @check_state: somebody set registers: look before VMRUN whether they fit together
 * @nmi_masked: between NMI and IRET
 * @iret_pending: an IRET that ends @nmi_masked is about to run, at @iret_rip
 * @nmi_step: the guest makes a step over it, or out of an interrupt shadow, for which an NMI waits
 * @tf_set: for that, TF is set in @vmcb
 * @guest_drs: DR0 to DR3 are the guest's while it runs; else each access to them exits
 * @iret_rip: see @iret_pending
 * @pending_interruption: the register of that name: an event to deliver at the next entry
 * @held_interruption: an interrupt or NMI that has to wait for the end of an exception's delivery
 * @left: what the parent was told of last
 * @virtual_interrupt: the next entry delivers it as the VMCB's virtual interrupt
 * @quiet: @vmcb is set up to deliver nothing and to watch for nothing to be deliverable
 * @intercepts_set: @vmcb has the intercepts of a guest that does not use debug registers
 * @exceptions_set: and of these exceptions
 * @pending_event: the register PENDING_EVENT0
 * @notifications: the register DELIVERABILITY_NOTIFICATIONS
 * @xfem: the register of that name
 * @vmcb: the hardware's state; a page of the partition's pool
 * @vmcb_pa: where it is
 * @fpu: a page of the partition's pool
 * @message: the intercept message page; a page of the partition's pool
 * @page: the register page while it is mapped, a page of the partition's pool
 * @shown: the segments that are on @page, as @vmcb has them
 * @message_mapped: the parent knows where @message is
 * @gpr: general registers, in the order of enum mhv_gpr; all true outside of VMRUN
 * @dr: DR0 to DR3
 * @msrs: values that are only stored
 * @synic: the guest's SynIC
 * @stimers: its synthetic timers, as the parent sees them
 * @stimer: what stands for them
 * @stimers_fired: those that are to be looked at; set by their callbacks
 * @results: of CPUID and MSRs, registered for this VP
 * @stats: its counters, a page of the partition's pool or of the parent
 * @assist: the MSR VP_ASSIST_PAGE
 * @assist_page: the overlay that it places
 * @frozen_cycles: what of the partition's its TSC has been put back by
 * @tsc_set_round: &softhv_clock.set_round when the parent has set its TSC
 * @entered_at: the host's TSC when it entered its guest last
 * @guest_cycles: how long it was in its guest, before this stay in softhv
 * @stay_cycles: how long in this stay
 * @softhv_cycles: how long softhv was busy with it
 * @hidden_cycles: what of both @stats does not tell yet
 * @lapic: its local APIC
 * @asid_generation: when the ASID in @vmcb was given out, as softhv_cpu has it
 * @slice: ends a dispatch with a time slice
 */
struct softhv_vp {
	struct softhv_partition *partition;
	u32 index;
	struct rcu_head rcu;

	spinlock_t lock;	/* all below but the next group */

	atomic_t waiters;
	int cpu;
	bool in_guest;
	bool blocked;
	bool flush;

	u32 tell;
	u32 told_by;
	bool untold;
	u64 signal_count;
	struct list_head told;
	enum softhv_turn turn;
	struct list_head queued;

	bool deleted;
	bool dispatched;
	bool explicit_suspend;
	bool found_suspended;
	bool intercept_suspend;
	bool dispatch_suspend;
	bool shut_down;
	bool halted;
	bool idle;
	bool lme_held;
	bool stepped;
	bool check_state;
	bool nmi_masked;
	bool iret_pending;
	bool nmi_step;
	bool tf_set;
	bool guest_drs;
	bool virtual_interrupt;
	bool quiet;
	bool intercepts_set;
	u32 exceptions_set;
	bool message_mapped;
	u64 iret_rip;
	u64 pending_interruption;
	u64 held_interruption;
	struct softhv_left left;
	struct mhv_u128 pending_event;
	u64 notifications;
	u64 xfem;
	struct vmcb *vmcb;
	u64 vmcb_pa;
	struct fxregs_state *fpu;
	struct mhv_message *message;
	struct mhv_vp_register_page *page;
	struct vmcb_seg shown[MHV_NR_PAGE_SEGMENTS];
	u64 gpr[MHV_NR_GPRS];
	unsigned long dr[SOFTHV_NR_DRS];
	struct softhv_msrs msrs;
	struct softhv_guest_synic synic;
	struct mhv_synthetic_timers_state stimers;
	struct softhv_stimer stimer[MHV_NR_STIMERS];
	unsigned long stimers_fired;
	struct softhv_results *results;
	struct softhv_stats stats;
	u64 assist;
	struct softhv_overlay assist_page;
	u64 frozen_cycles;
	u64 tsc_set_round;
	u64 entered_at;
	u64 guest_cycles;
	u64 stay_cycles;
	u64 softhv_cycles;
	u64 hidden_cycles;
	struct softhv_lapic lapic;
	u64 asid_generation;
	struct hrtimer slice;
};

/**
 * struct softhv_cpu - what each CPU has for SVM
 * @enabled: EFER.SVME is set, by us
 * @asid_generation: counts how often all ASIDs were given out
 * @next_asid: the next to give out
 * @hsave: page that the hardware saves the host's state to at VMRUN
 * @host_vmcb: page that VMSAVE saves the rest of it to
 * @host_vmcb_pa: where that is
 * @host_fpu: x87 and SSE registers of the host while a guest has them
 */
struct softhv_cpu {
	bool enabled;
	u64 asid_generation;
	u32 next_asid;
	struct page *hsave;
	struct page *host_vmcb;
	u64 host_vmcb_pa;
	struct fxregs_state host_fpu __aligned(16);
};

DECLARE_PER_CPU(struct softhv_cpu, softhv_cpu);

/* First of the MTRR ranges' MSRs: base, mask, base, ... */
#define MSR_MTRR_RANGE_BASE	0x200

/* What the CPUs are capable of, the same on all; set once at load. */
struct softhv_capabilities {
	u32 nr_asids;
	u32 gpa_bits;		/* width of guest physical addresses */
	u32 mxcsr_mask;
	u64 cr4;		/* bits that a guest may set */
	u64 efer;		/* bits that a guest may set */
	u64 features;		/* MHV_PROP_PROCESSOR_FEATURES0 that there are */
	u64 iopm_pa;		/* all ports exit */
	u64 msrpm_pa;		/* all MSRs exit */
};

extern struct softhv_capabilities softhv_caps;
extern bool softhv_unkind;

/* debugfs.c */
extern atomic_long_t softhv_nr_partitions;
extern atomic_long_t softhv_nr_vps;
extern atomic_long_t softhv_nr_deposited;
extern atomic_long_t softhv_nr_gpa_pages;
extern atomic_long_t softhv_nr_ports;
void softhv_debugfs_init(void);
void softhv_debugfs_exit(void);

/* hypercall.c */
int softhv_hypercall_init(void);
void softhv_hypercall_exit(void);
u64 softhv_hypercall(u64 control, u64 input, u64 output);
u64 softhv_hypercall_count(u16 code);
bool softhv_pfn_is_ram(u64 pfn);

/* svm.c */
int softhv_svm_init(void);
void softhv_svm_exit(void);
void softhv_svm_new_asid(struct softhv_vp *vp, struct softhv_cpu *cpu);

/* entry.S */
void softhv_svm_enter(u64 vmcb_pa, u64 *gpr, u64 host_vmcb_pa);

/* partition.c */
struct softhv_partition *softhv_partition_find(u64 id);
struct softhv_partition *softhv_partition_find_any(u64 id);

/* Whether a hypercall's name of a partition is the caller's own. */
static inline bool softhv_is_root(u64 partition_id)
{
	return partition_id == MHV_PARTITION_ID_SELF || partition_id == SOFTHV_ROOT_ID;
}

void softhv_partition_exit(void);
u16 softhv_create_partition(struct softhv_args *args);
u16 softhv_initialize_partition(struct softhv_args *args);
u16 softhv_finalize_partition(struct softhv_args *args);
u16 softhv_delete_partition(struct softhv_args *args);
u16 softhv_get_partition_id(struct softhv_args *args);

/* property.c */
void softhv_property_init(void);
u16 softhv_get_partition_property(struct softhv_args *args);
u16 softhv_set_partition_property(struct softhv_args *args);
u16 softhv_get_partition_property_ex(struct softhv_args *args);
u16 softhv_get_system_property(struct softhv_args *args);

/* memory.c */
u64 softhv_pages_left(const struct softhv_partition *partition);
void *softhv_page_take(struct softhv_partition *partition);
void softhv_page_return(struct softhv_partition *partition, void *page);
void softhv_pages_move(struct softhv_partition *from, struct softhv_partition *to);
u64 softhv_pages_drop(struct softhv_partition *partition);
bool softhv_page_is_deposited(const struct page *page);
u16 softhv_deposit_memory(struct softhv_args *args);
u16 softhv_withdraw_memory(struct softhv_args *args);
u16 softhv_get_memory_balance(struct softhv_args *args);

/* npt.c */
#define SOFTHV_NPT_MAX_LEVELS	5
enum softhv_npt_access {
	SOFTHV_NPT_UNMAPPED,
	SOFTHV_NPT_DENIED,
	SOFTHV_NPT_ALLOWED,
};

bool softhv_npt_is_overlay(struct softhv_partition *partition, u64 gpa);
u16 softhv_npt_lay(struct softhv_partition *partition, struct softhv_overlay *overlay, u64 gfn);
void softhv_npt_lift(struct softhv_partition *partition, struct softhv_overlay *overlay);
void softhv_npt_create(struct softhv_partition *partition);
void softhv_npt_destroy(struct softhv_partition *partition);
enum softhv_npt_access softhv_npt_access(struct softhv_partition *partition, u64 gpa, u8 access);
const void *softhv_npt_read_ptr(struct softhv_partition *partition, u64 gpa);
void *softhv_npt_write_ptr(struct softhv_partition *partition, u64 gpa);
u16 softhv_npt_access_state(struct softhv_partition *partition, u64 gfn, u8 clear, u8 set,
			    u8 *state);
u64 softhv_npt_gpa_limit(void);
u16 softhv_map_gpa_pages(struct softhv_args *args);
u16 softhv_unmap_gpa_pages(struct softhv_args *args);

/* vp.c */
struct softhv_vp *softhv_vp_find(struct softhv_partition *partition, u32 index);
u16 softhv_vp_get_locked(u64 partition_id, u32 index, u8 vtl, struct softhv_vp **vp);
void softhv_vp_lock(struct softhv_vp *vp);
void softhv_vp_unlock(struct softhv_vp *vp);
void softhv_vp_flush(struct softhv_partition *partition, const unsigned long *vps);
void softhv_vp_flush_all(struct softhv_partition *partition);
void softhv_vp_rebuild(struct softhv_vp *vp);
void softhv_vp_destroy(struct softhv_vp *vp);
void softhv_vp_init_reset(struct softhv_vp *vp);
void softhv_vp_startup(struct softhv_vp *vp, u8 vector);
u16 softhv_create_vp(struct softhv_args *args);
u16 softhv_delete_vp(struct softhv_args *args);

/* state_page.c */
void softhv_register_page_load(struct softhv_vp *vp);
void softhv_register_page_store(struct softhv_vp *vp);
u16 softhv_map_vp_state_page(struct softhv_args *args);
u16 softhv_unmap_vp_state_page(struct softhv_args *args);

/* registers.c */
#define SOFTHV_RFLAGS_VALID	(X86_EFLAGS_CF | X86_EFLAGS_FIXED | X86_EFLAGS_PF | \
				 X86_EFLAGS_AF | X86_EFLAGS_ZF | X86_EFLAGS_SF | \
				 X86_EFLAGS_TF | X86_EFLAGS_IF | X86_EFLAGS_DF | \
				 X86_EFLAGS_OF | X86_EFLAGS_IOPL | X86_EFLAGS_NT | \
				 X86_EFLAGS_RF | X86_EFLAGS_VM | X86_EFLAGS_AC | \
				 X86_EFLAGS_VIF | X86_EFLAGS_VIP | X86_EFLAGS_ID)
u16 softhv_segment_set(struct softhv_vp *vp, u32 index, const struct mhv_segment *value);
void softhv_set_valid_rflags(struct softhv_vp *vp, u64 rflags);
bool softhv_state_ok(struct softhv_vp *vp);
u16 softhv_get_vp_registers(struct softhv_args *args);
u16 softhv_set_vp_registers(struct softhv_args *args);

/* msr.c */
enum softhv_msr_result {
	SOFTHV_MSR_OK,
	SOFTHV_MSR_UNKNOWN,
	SOFTHV_MSR_BAD_VALUE,
	SOFTHV_MSR_RESET,		/* the guest resets its partition */
};

enum softhv_msr_result softhv_guest_msr_read(struct softhv_vp *vp, u32 msr, u64 *value);
enum softhv_msr_result softhv_guest_msr_write(struct softhv_vp *vp, u32 msr, u64 value);
enum softhv_msr_result softhv_msr_read(struct softhv_vp *vp, u32 msr, u64 *value);
enum softhv_msr_result softhv_msr_write(struct softhv_vp *vp, u32 msr, u64 value, bool by_guest);
void softhv_msr_reset(struct softhv_vp *vp);
void softhv_efer_settle(struct softhv_vp *vp);

/* cpuid.c */
struct softhv_cpuid {
	u32 eax;
	u32 ebx;
	u32 ecx;
	u32 edx;
};

void softhv_cpuid_init(void);
void softhv_cpuid(const struct softhv_vp *vp, u32 leaf, u32 subleaf, struct softhv_cpuid *value);
void softhv_cpuid_limit(const struct softhv_vp *vp, u32 leaf, u32 subleaf,
			struct softhv_cpuid *value);

/* cpuid_results.c */
void softhv_results_free(struct softhv_partition *partition, struct softhv_results **results);
bool softhv_cpuid_result(struct softhv_vp *vp, u32 leaf, u32 subleaf, struct softhv_cpuid *value);
bool softhv_msr_result(struct softhv_vp *vp, u32 msr, u8 access, u64 *action);
u16 softhv_register_intercept_result(struct softhv_args *args);
u16 softhv_get_vp_cpuid_values(struct softhv_args *args);

/* sched.c */
int softhv_sched_init(void);
void softhv_sched_exit(void);
extern bool softhv_sched_own;
void softhv_sched_ready(struct softhv_vp *vp);
void softhv_sched_forget(struct softhv_vp *vp);
void softhv_vp_kick(struct softhv_vp *vp);

/* run.c */
bool softhv_run_turn(struct softhv_vp *vp);
u16 softhv_dispatch_vp(const struct mhv_input_dispatch_vp *in, struct mhv_output_dispatch_vp *out);

/* event.c */
bool softhv_event_ok(u64 event);
bool softhv_event_exception_ok(u64 event);
bool softhv_event_hold(struct softhv_vp *vp);
void softhv_step_undo(struct softhv_vp *vp, bool entered);
bool softhv_event_inject(struct softhv_vp *vp);
void softhv_event_commit(struct softhv_vp *vp);
void softhv_event_collect(struct softhv_vp *vp);
void softhv_event_exception(struct softhv_vp *vp, u8 vector, bool has_error, u32 error);
void softhv_event_software(struct softhv_vp *vp, u8 vector, u8 length);
bool softhv_event_window(struct softhv_vp *vp);

/* exit.c: what softhv does about an exit */
enum softhv_next {
	SOFTHV_REENTER,		/* done, go on in the guest */
	SOFTHV_YIELD,		/* the host has something to do */
	SOFTHV_INTERCEPT,	/* there is a message for the parent */
	SOFTHV_HALT,		/* nothing to do before an interrupt */
};

enum softhv_next softhv_handle_exit(struct softhv_vp *vp);
enum softhv_next softhv_guest_hypercall(struct softhv_vp *vp, u64 *missing);
bool softhv_step_done(struct softhv_vp *vp);
void softhv_skip(struct softhv_vp *vp, u8 length);

/**
 * softhv_segment() - a segment register of a VP
 * @vp: locked
 * @index: enum mhv_segment_index; after those LDTR and TR
 */
static inline struct vmcb_seg *softhv_segment(struct softhv_vp *vp, u32 index)
{
	/* The save area begins with ES, CS, SS, DS, FS, GS, GDTR, LDTR, IDTR, TR. */
	static const u8 position[] = { 0, 1, 2, 3, 4, 5, 7, 9 };

	BUILD_BUG_ON(offsetof(struct vmcb_save_area, tr) != 9 * sizeof(struct vmcb_seg));
	return (struct vmcb_seg *)&vp->vmcb->save + position[index];
}

/**
 * softhv_segment_get() - a segment in the hypervisor's form
 * @seg: from the VMCB
 */
static inline struct mhv_segment softhv_segment_get(const struct vmcb_seg *seg)
{
	union {
		struct mhv_segment segment;
		u64 word[2];
	} value = { .word[0] = seg->base };
	u64 rest = rol64(*(const u64 *)seg, 32);

	/* Limit and selector have changed places, and the upper attributes move up. */
	BUILD_BUG_ON(offsetof(struct mhv_segment, limit) != sizeof(u64));
	value.word[1] = (rest & GENMASK_ULL(55, 0)) | (rest & GENMASK_ULL(59, 56)) << 4;
	return value.segment;
}

/**
 * softhv_efer() - EFER as the guest sees it
 * @vp: locked
 */
static inline u64 softhv_efer(const struct softhv_vp *vp)
{
	return (vp->vmcb->save.efer & ~EFER_SVME) | (vp->lme_held ? EFER_LME : 0);
}

/**
 * softhv_sched_is_own() - does softhv run VPs by itself
 */
static inline bool softhv_sched_is_own(void)
{
	return softhv_sched_own;
}

/**
 * softhv_has_lapic() - has the hypervisor an APIC for a VP
 * @vp: any
 */
static inline bool softhv_has_lapic(const struct softhv_vp *vp)
{
	return vp->partition->creation_flags & MHV_CREATE_LAPIC;
}

/**
 * softhv_lapic_idle() - is there no interrupt of any kind that waits
 * @vp: locked, synchronized
 */
static inline bool softhv_lapic_idle(const struct softhv_vp *vp)
{
	const unsigned long *irr = vp->lapic.irr;

	BUILD_BUG_ON(BITS_TO_LONGS(SOFTHV_NR_VECTORS) != 4);
	return !(irr[0] | irr[1] | irr[2] | irr[3]) && vp->lapic.extint < 0;
}

/* intercept.c */
void *softhv_message(struct softhv_vp *vp, u32 type, u8 payload_size);
void *softhv_intercept(struct softhv_vp *vp, u32 type, u8 payload_size, u8 insn_len, u8 access);
struct mhv_io_port_intercept *softhv_intercept_io(struct softhv_vp *vp, u8 insn_len, u8 access,
						  u16 port, u8 info);
u16 softhv_install_intercept(struct softhv_args *args);
bool softhv_leaf_intercepted(struct softhv_partition *partition, u32 leaf);
bool softhv_msr_listed(struct softhv_partition *partition, u32 msr, u8 access);

/* translate.c */
u16 softhv_translate_virtual_address(struct softhv_args *args);

/* access.c */
u16 softhv_get_gpa_pages_access_states(struct softhv_args *args);

/* vp_state.c */
#define SOFTHV_INITIAL_FCW	0x37f

u16 softhv_vp_page(struct softhv_vp *vp, void **state);
u16 softhv_get_vp_state(struct softhv_args *args);
u16 softhv_set_vp_state(struct softhv_args *args);

/* port.c */
u16 softhv_create_port(struct softhv_args *args);
u16 softhv_delete_port(struct softhv_args *args);
u16 softhv_connect_port(struct softhv_args *args);
u16 softhv_disconnect_port(struct softhv_args *args);
u16 softhv_notify_port_ring_empty(struct softhv_args *args);
bool softhv_doorbell(struct softhv_vp *vp, u64 gpa);
void softhv_disconnect_all(struct softhv_partition *partition);
void softhv_ports_move(unsigned int nr);
void softhv_port_exit(void);

/* synic_guest.c */
void softhv_guest_synic_reset(struct softhv_vp *vp);
bool softhv_guest_sint_set(struct softhv_vp *vp, u32 sint, u64 value);
bool softhv_guest_message(struct softhv_vp *vp, u32 sint, const struct mhv_message *message);
u16 softhv_signal_event_direct(struct softhv_args *args);
u16 softhv_post_message_direct(struct softhv_args *args);

/* stats.c */
int softhv_stats_init(void);
void softhv_stats_exit_all(void);
void softhv_stats_hypervisor(void);
void softhv_stats_partition(struct softhv_partition *partition, bool modified);
void softhv_stats_create(struct softhv_partition *partition, struct softhv_stats *stats);
void softhv_stats_destroy(struct softhv_partition *partition, struct softhv_stats *stats);
void softhv_stats_moved(struct softhv_vp *vp, int last);
void softhv_stats_entry(struct softhv_vp *vp);
void softhv_stats_exit(struct softhv_vp *vp);
u64 softhv_cycles_to_units(u64 cycles);
void softhv_stats_run(struct softhv_vp *vp, u64 cycles, u64 guest_cycles, bool message);
u16 softhv_map_stats_page(struct softhv_args *args);
u16 softhv_map_stats_page2(struct softhv_args *args);
u16 softhv_unmap_stats_page(struct softhv_args *args);

/* walk.c */
enum mhv_translate_result softhv_walk(struct softhv_vp *vp, u64 gva, u64 flags, u64 *gpa);
bool softhv_gva_to_gpa(struct softhv_vp *vp, u64 gva, u64 *gpa);
u8 softhv_fetch(struct softhv_vp *vp, u8 *bytes, u8 size);
u64 softhv_linear_rip(const struct softhv_vp *vp);

#endif /* SOFTHV_H */
