/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver's own structures, and what its files offer each other. Private to mshv.ko; but BPF
 * programs read the structures by CO-RE, so the names of their members are known outside.
 *
 * Lifetime: a partition lives as long as its descriptor or that of one of its VPs; the last one
 * closed destroys it with its VPs, memory and deposited pages. It holds the hypervisor's module.
 *
 * Locks, outermost first; none is held across another partition's:
 *   mshv_partition.lock	one ioctl of a partition at a time: initialized, vps[], regions
 *   mshv_vp.lock		one ioctl of a VP at a time: run, cycle
 *   mshv_interrupts.lock	list of irqfds; from interrupts
 *   mshv_partition.memory_lock	regions; to change them mshv_partition.lock is held too
 *   mmap_lock			of the VMM
 *   mshv_region.lock		which pages the guest has; also taken by the kernel's notifiers
 * The hypervisor lock (main.c) is taken alone. Interrupt handlers find partitions and VPs under
 * RCU; a partition is taken off the table, and a grace period waited for, before its VPs go.
 */
#ifndef MSHV_PRIVATE_H
#define MSHV_PRIVATE_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/mshv.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <mshv/exits.h>
#include <mshv/hvabi.h>
#include "caps/caps.h"
#include "vp/cycle.h"
#include "irq/eventfd.h"
#include "hv/hypervisor.h"
#include "debugfs.h"

struct dentry;
struct file;
struct mm_struct;

#define MSHV_MAX_VPS	256

/**
 * mshv_locked() - do something under a lock that an ioctl waits for
 * @lock: the mutex
 * @call: an expression
 *
 * Return: the value of @call; -EINTR, and @call is not evaluated, if the caller is killed.
 */
#define mshv_locked(lock, call)							\
({										\
	struct mutex *__lock = (lock);						\
	long __result = mutex_lock_killable(__lock);				\
										\
	if (!__result) {							\
		__result = (call);						\
		mutex_unlock(__lock);						\
	}									\
	__result;								\
})

enum mshv_async_state {
	MSHV_ASYNC_IDLE,		/* no call */
	MSHV_ASYNC_WAITED_FOR,		/* a call that its caller waits for */
	MSHV_ASYNC_COMPLETED,		/* the hypervisor has completed it */
	MSHV_ASYNC_ABANDONED,		/* its caller was killed; it is not complete */
};

/**
 * struct mshv_async - a hypercall that the hypervisor completes later
 * @done: the hypervisor has completed it
 * @status: enum mhv_status; valid when @done
 * @state: enum mshv_async_state
 */
struct mshv_async {
	struct completion done;
	u32 status;
	atomic_t state;
};

/**
 * struct mshv_partition - a child partition
 * @id: the hypervisor's name for it
 * @slot: dense number for counters, MSHV_NO_SLOT if there was none left
 * @vmm_tgid: process that created it, in the initial PID name space
 * @refs: its descriptor, and each of its VPs' descriptors
 * @lock: one ioctl of the partition's descriptor at a time
 * @initialized: INITIALIZE_PARTITION succeeded
 * @deposited_pages: given to the hypervisor for this partition, and not withdrawn yet
 * @guest_pages: guest memory, whether there is a page behind it or not
 * @dead: a page could not be taken away from the guest, which does not run any more
 * @memory_lock: read: nobody takes a region of @regions away
 * @tracked: the VMM asks which pages are accessed and dirty, so no large pages are used; changes
 *	with @memory_lock held for writing
 * @regions: guest memory, an interval tree by guest page number
 * @stats: the hypervisor's statistics, from when it is initialized
 * @vp_dir: where its VPs show theirs, in debugfs
 * @nr_vps: VPs that exist
 * @vps: by VP index
 * @node: in the table of partitions, by @id
 * @interrupts: routes and eventfds
 * @async: hypercall of the partition's descriptor that is not complete
 * @caps: what it may use, and uses
 */
struct mshv_partition {
	u64 id;
	u32 slot;
	u32 vmm_tgid;
	refcount_t refs;
	struct mutex lock;
	bool initialized;
	atomic64_t deposited_pages;
	u64 guest_pages;
	bool dead;
	struct rw_semaphore memory_lock;
	bool tracked;
	struct rb_root_cached regions;
	struct mshv_stats stats;
	struct dentry *vp_dir;
	u32 nr_vps;
	struct mshv_vp *vps[MSHV_MAX_VPS];
	struct hlist_node node;
	struct mshv_interrupts interrupts;
	struct mshv_async async;
	struct mshv_partition_caps caps;
};

/* Why a VP is woken */
enum mshv_kick {
	MSHV_KICK_SIGNAL,		/* the hypervisor says that it is not blocked any more */
	MSHV_KICK_INTERCEPT,		/* the hypervisor says that it has an intercept */
	MSHV_KICK_INTERRUPT,		/* it got a vector on its register page */
};

/**
 * struct mshv_vp_fault - a fault on guest memory that was dealt with
 * @gfn: guest page number
 * @generation: of the page's region, when the guest had the page
 * @access_type: MHV_ACCESS_*
 */
struct mshv_vp_fault {
	u64 gfn;
	u64 generation;
	u8 access_type;
};

/**
 * struct mshv_vp_run - what RUN_VP remembers from one dispatch to the next
 * @wait: where RUN_VP waits, for a halted VP or for the hypervisor that runs it
 * @kicked: set, then @wait woken, by what ends the wait
 * @dispatched: in DISPATCH_VP
 * @signals: how often the hypervisor has said that it is not blocked any more
 * @intercept_suspended: the VP waits for its intercept to be dealt with
 * @undelivered: the message on the intercept page has not reached the VMM
 * @resumed: RUN_VP has just told the hypervisor to resume the VP
 * @fault: the last fault on guest memory after which the guest could go on
 * @spent_pages: pages deposited since the last dispatch that did not fail for want of memory
 * @out: how the last dispatch ended
 */
struct mshv_vp_run {
	wait_queue_head_t wait;
	bool kicked;
	bool dispatched;
	atomic64_t signals;
	bool intercept_suspended;
	bool undelivered;
	bool resumed;
	struct mshv_vp_fault fault;
	u64 spent_pages;
	struct mhv_output_dispatch_vp out;
};

/**
 * struct mshv_vp - a virtual processor
 * @partition: whose VP it is
 * @index: the guest's number for it
 * @slot: dense number for counters, MSHV_NO_SLOT if there was none left
 * @lock: one ioctl of the VP's descriptor at a time
 * @message: page that the hypervisor writes intercept messages to
 * @registers: the register page, kept by the hypervisor
 * @control: page that the VMM may write to at any time
 * @stats: the hypervisor's statistics
 * @run: state of RUN_VP
 * @cycle: times of the exit cycle that it is in
 */
struct mshv_vp {
	struct mshv_partition *partition;
	u32 index;
	u32 slot;
	struct mutex lock;
	struct mhv_message *message;
	struct mhv_vp_register_page *registers;
	const struct mshv_vp_control *control;
	struct mshv_stats stats;
	struct mshv_vp_run run;
	struct mshv_exit_cycle cycle;
};

/* main.c */
extern const struct mshv_hypervisor *mshv_hv;

/* partition.c */
struct mshv_partition *mshv_partition_find(u64 id);
void mshv_partition_get(struct mshv_partition *partition);
void mshv_partition_put(struct mshv_partition *partition);
void mshv_partition_kill(struct mshv_partition *partition, u64 gfn);
long mshv_partition_create(void __user *uarg);
long mshv_partition_create_caps(void __user *uarg);

/* vp.c */
long mshv_vp_create(struct mshv_partition *partition, void __user *uarg);
void mshv_vp_destroy(struct mshv_vp *vp);

/* run.c */
long mshv_vp_run(struct mshv_vp *vp, void __user *umessage);

/* state.c */
long mshv_vp_state_get(struct mshv_vp *vp, void __user *uarg);
long mshv_vp_state_set(struct mshv_vp *vp, void __user *uarg);

/* scheduler.c */
extern u64 mshv_scheduler;

/**
 * mshv_scheduler_is_root() - tell whether the driver dispatches the VPs
 *
 * Context: somebody holds the hypervisor, or it is being registered.
 */
static inline bool mshv_scheduler_is_root(void)
{
	return mshv_scheduler == MHV_SCHEDULER_ROOT;
}

int mshv_scheduler_init(void);
int mshv_vp_run_by_hypervisor(struct mshv_vp *vp);
void mshv_scheduler_stop(struct mshv_partition *partition);

/* message.c */
void mshv_vp_wake(struct mshv_vp *vp, enum mshv_kick source);

/* intercept.c */
enum mshv_exit_reason mshv_intercept_reason(u32 message_type);
void mshv_intercept_trace(struct mshv_vp *vp);
bool mshv_intercept_eoi(struct mshv_vp *vp);

/* gpap.c */
long mshv_gpap_access_bitmap(struct mshv_partition *partition, void __user *uarg);

/* memory.c */
long mshv_memory_set(struct mshv_partition *partition, void __user *uarg);
int mshv_memory_touch(struct mshv_partition *partition, u64 gfn, u8 access_type);
int mshv_memory_track(struct mshv_partition *partition, bool tracked);
int mshv_memory_access_states(struct mshv_partition *partition, u64 gfn, u32 count, u64 flags,
			      u8 *states);
void mshv_memory_note_states(struct mshv_partition *partition, u64 gfn, u32 count,
			     const u8 *states);
int mshv_memory_fault(struct mshv_vp *vp);
void mshv_memory_destroy(struct mshv_partition *partition);

/* passthrough.c */
long mshv_passthrough(struct mshv_partition *partition, struct mshv_vp *vp, void __user *uarg);
void mshv_async_complete(struct mshv_partition *partition, u32 status);

/* slots.c */
int mshv_slots_check(void);
u32 mshv_partition_slot_get(struct mshv_partition *partition);
void mshv_partition_slot_put(struct mshv_partition *partition);
u32 mshv_vp_slot_get(struct mshv_vp *vp);
void mshv_vp_slot_put(struct mshv_vp *vp);

/* status.c */
int mshv_status_to_errno(u16 status);

#endif /* MSHV_PRIVATE_H */
