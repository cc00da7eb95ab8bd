/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layout of the counters that the BPF programs keep and the tools read by mmap. Values only grow;
 * a reader subtracts. Included by BPF and tools after __u32 and __u64 are defined.
 *
 * Every record has one writer at a time: a VP's exits are counted under its run lock, a hypercall
 * on its CPU with preemption off. So there are no atomics; 64-bit aligned words do not tear.
 *
 * A record names its owner, because the driver gives slots again. A record found to have another
 * owner is emptied before the new owner's first event is counted: partition_id is 0 meanwhile, and
 * is the last field to be set. So a reader that finds the same partition_id, not 0, before and
 * after it read a record has read one owner's values.
 */
#ifndef MSHV_COUNTS_H
#define MSHV_COUNTS_H

#include <mshv/hist.h>

/* Exit reasons per VP slot in the series array: a power of two, so the index is a shift */
#define MSHV_COUNTS_REASONS	32
/* Hypercall slots per CPU in the series array */
#define MSHV_COUNTS_HVCALLS	128
/* Hypercall codes up to here have an entry in the code-to-slot table; others are OTHER */
#define MSHV_COUNTS_HVCALL_CODES	0x140

/* In place of a histogram's number, if no histogram was free at the record's first event */
#define MSHV_COUNTS_NO_HIST	0xffffffffU

/* Length of a process name in the kernel, TASK_COMM_LEN */
#define MSHV_COUNTS_COMM		16

/**
 * struct mshv_exit_series - exit cycles of one VP slot for one reason
 * @count: exit cycles
 * @max_ns: longest latency; the latency of a cycle is kernel_ns + vmm_ns, what the guest waited for
 *          without being halted
 * @guest_ns: sum of the time in the guest that ended in such an exit
 * @kernel_ns: sum of the time in driver and hypervisor from the exit to the re-entry
 * @vmm_ns: sum of the time in the VMM in between
 * @halted_ns: sum of the time that the VP was blocked in between
 * @partition_id: owner; 0 while there is none
 * @vp_index: owner
 * @hist: 1 + index of the histogram of the latency; 0 or MSHV_COUNTS_NO_HIST if it has none
 */
struct mshv_exit_series {
	__u64 count;
	__u64 max_ns;
	__u64 guest_ns;
	__u64 kernel_ns;
	__u64 vmm_ns;
	__u64 halted_ns;
	__u64 partition_id;
	__u32 vp_index;
	__u32 hist;
};

/**
 * struct mshv_hvcall_series - hypercalls of one code on one CPU
 * @count: calls
 * @max_ns: longest call
 * @total_ns: sum of the calls' durations
 * @errors: calls whose status was not SUCCESS
 * @reps: reps done
 * @hist: 1 + index of its histogram of the duration; 0 or MSHV_COUNTS_NO_HIST if it has none
 */
struct mshv_hvcall_series {
	__u64 count;
	__u64 max_ns;
	__u64 total_ns;
	__u64 errors;
	__u64 reps;
	__u32 hist;
	__u32 pad;
	__u64 reserved[2];
};

struct mshv_histogram {
	__u32 bucket[MSHV_HIST_BUCKETS];
};

/**
 * struct mshv_partition_hvcalls - hypercalls of one partition slot on one CPU
 * @count: calls
 * @partition_id: owner; 0 while there is none
 */
struct mshv_partition_hvcalls {
	__u64 count;
	__u64 partition_id;
};

/**
 * struct mshv_partition_owner - who a partition slot belongs to, noted at its first event
 * @partition_id: the partition; 0 while the slot was not seen in use
 * @tgid: process id of the VMM that created it, initial PID name space
 * @pad: 0
 * @comm: name of the process that caused the first event, for a VMM that is gone before anybody
 *        looks
 */
struct mshv_partition_owner {
	__u64 partition_id;
	__u32 tgid;
	__u32 pad;
	char comm[MSHV_COUNTS_COMM];
};

/**
 * struct mshv_counts_lost - what could not be counted, since the programs were loaded
 * @no_vp_slot: exits of a VP without a slot, or whose slot is above the map's size
 * @no_hist: samples that are in the sums but in no histogram, because all histograms are taken
 * @bad_reason: exits counted as OTHER, because their reason is above what a VP slot has room for
 * @overwritten: exits in records that were emptied for another owner; lost to a reader that had not
 *               seen them, which it knows by what it had seen
 */
struct mshv_counts_lost {
	__u64 no_vp_slot;
	__u64 no_hist;
	__u64 bad_reason;
	__u64 overwritten;
};

#endif /* MSHV_COUNTS_H */
