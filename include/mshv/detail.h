/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What mshvtop counts while a screen asks for it: tallies of intercepts, interrupts and changes of
 * memory by port, MSR, vector and so on, and slow exits and hypercalls. Included by BPF and tools
 * after __u32 and __u64 are defined.
 */
#ifndef MSHV_DETAIL_H
#define MSHV_DETAIL_H

/*
 * TALLY(kind, group): kinds of events that are counted by a number (port, MSR, vector, ...). Each
 * group is switched on and off by itself; the names of a group's programs begin with the group's
 * name.
 */
#define MSHV_TALLIES(TALLY)			\
	TALLY(IO_PORT, intercept)		\
	TALLY(MSR, intercept)			\
	TALLY(CPUID, intercept)			\
	TALLY(GPA, intercept)			\
	TALLY(EXCEPTION, intercept)		\
	TALLY(HYPERCALL, intercept)		\
	TALLY(INTERRUPT, interrupt)		\
	TALLY(IRQFD, interrupt)			\
	TALLY(RESAMPLE, interrupt)		\
	TALLY(IOEVENTFD, interrupt)		\
	TALLY(KICK, interrupt)			\
	TALLY(MAP, memory)			\
	TALLY(UNMAP, memory)			\
	TALLY(FAULT, memory)			\
	TALLY(INVALIDATE, memory)		\
	TALLY(DEPOSIT, memory)			\
	TALLY(WITHDRAW, memory)

enum mshv_tally_kind {
#define MSHV_TALLY_KIND(kind, group) MSHV_TALLY_##kind,
	MSHV_TALLIES(MSHV_TALLY_KIND)
#undef MSHV_TALLY_KIND
	MSHV_NR_TALLIES
};

/**
 * struct mshv_tally_key - what is counted
 * @partition_id: whose
 * @number: which: a port, an MSR, a CPUID leaf, a guest page, a vector, the control word of a
 *          guest's hypercall, a GSI, an ioeventfd's address, a VP; 0 for memory
 * @kind: enum mshv_tally_kind
 * @access: 1 if it was written; the subleaf of a CPUID leaf; MHV_ACCESS_* of a guest page
 */
struct mshv_tally_key {
	__u64 partition_id;
	__u64 number;
	__u32 kind;
	__u32 access;
};

/**
 * struct mshv_tally - the counts of a tally
 * @count: events
 * @amount: pages, of memory
 * @errors: events that failed
 */
struct mshv_tally {
	__u64 count;
	__u64 amount;
	__u64 errors;
};

#define MSHV_SLOW_ARGS		6
#define MSHV_SLOW_MESSAGE	30	/* 64-bit words */
#define MSHV_SLOW_STACK		16

/**
 * struct mshv_slow - an exit or a hypercall that took long
 * @time_ns: when it ended, CLOCK_MONOTONIC
 * @partition_id: whose
 * @vp_index: whose
 * @is_hvcall: which of the two
 * @arg: mshv_exit_done: slot, reason, guest, kernel, VMM and halted ns; mshv_hvcall_exit: code,
 *       control, reps, reps done, status, duration
 * @message_type: of an exit's intercept message; 0 if there is none
 * @nr_stack: entries of @stack
 * @message: payload of that message
 * @stack: of a hypercall: where in the kernel it was made, innermost first
 */
struct mshv_slow {
	__u64 time_ns;
	__u64 partition_id;
	__u32 vp_index;
	__u32 is_hvcall;
	__u64 arg[MSHV_SLOW_ARGS];
	__u32 message_type;
	__u32 nr_stack;
	__u64 message[MSHV_SLOW_MESSAGE];
	__u64 stack[MSHV_SLOW_STACK];
};

#endif /* MSHV_DETAIL_H */
