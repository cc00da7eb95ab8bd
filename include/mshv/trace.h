/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF programs of mshvtrace put into their ring buffer: one record for each event, with
 * the tracepoint's arguments in its order. Included by BPF and tools after __u32 and __u64 are
 * defined.
 */
#ifndef MSHV_TRACE_RECORD_H
#define MSHV_TRACE_RECORD_H

/* TRACE(kind, tracepoint) */
#define MSHV_TRACE_KINDS(TRACE)					\
	TRACE(HVCALL, mshv_hvcall_exit)				\
	TRACE(EXIT, mshv_exit_done)				\
	TRACE(IO_PORT, mshv_intercept_io_port)			\
	TRACE(MSR, mshv_intercept_msr)				\
	TRACE(CPUID, mshv_intercept_cpuid)			\
	TRACE(GPA, mshv_intercept_gpa)				\
	TRACE(EXCEPTION, mshv_intercept_exception)		\
	TRACE(HYPERCALL, mshv_intercept_hypercall)		\
	TRACE(HALT, mshv_intercept_halt)			\
	TRACE(TRIPLE_FAULT, mshv_intercept_triple_fault)	\
	TRACE(OTHER, mshv_intercept_other)

enum mshv_trace_kind {
#define MSHV_TRACE_KIND(kind, event) MSHV_TRACE_##kind,
	MSHV_TRACE_KINDS(MSHV_TRACE_KIND)
#undef MSHV_TRACE_KIND
	MSHV_NR_TRACE_KINDS
};

/* Events of Linux's own driver have kinds above those. */
enum mshv_trace_mainline {
	MSHV_TRACE_BEFORE_MAINLINE = MSHV_NR_TRACE_KINDS - 1,
#define MSHV_MAINLINE(event, ...) MSHV_TRACE_##event,
#include <mshv/mainline.def>
#undef MSHV_MAINLINE
	MSHV_NR_RECORD_KINDS
};

#define MSHV_NR_MAINLINE	(MSHV_NR_RECORD_KINDS - MSHV_NR_TRACE_KINDS)

#define MSHV_TRACE_ARGS		7

/**
 * struct mshv_trace_record - an event
 * @time_ns: CLOCK_MONOTONIC
 * @partition_id: whose; MSHV_NO_PARTITION
 * @vp_index: whose; MSHV_NO_VP
 * @kind: enum mshv_trace_kind, or enum mshv_trace_mainline
 * @tgid: the VMM; the process that made a hypercall for no partition
 * @absent: a bit for each of @arg that the event does not have
 * @arg: the other arguments in their order, less the driver's object
 */
struct mshv_trace_record {
	__u64 time_ns;
	__u64 partition_id;
	__u32 vp_index;
	__u32 kind;
	__u32 tgid;
	__u32 absent;
	__u64 arg[MSHV_TRACE_ARGS];
};

/**
 * struct mshv_trace_layout - where an event of Linux's own driver has its arguments
 * @partition_id: the partition
 * @vp_index: the VP, or MSHV_NO_ARGUMENT
 * @arg: the others as in struct mshv_trace_record, or MSHV_NO_ARGUMENT
 */
struct mshv_trace_layout {
	__u8 partition_id;
	__u8 vp_index;
	__u8 arg[MSHV_TRACE_ARGS];
};

/**
 * struct mshv_trace_filter - which events are wanted; all zero: all that there are programs for
 * @partition_id: of this partition only, unless 0
 * @min_ns: hypercalls and exits that took this long at least
 * @tgid: of this VMM only, unless 0
 * @vp_index: of the VP with this number, plus 1, only, unless 0
 * @code: hypercalls of this code, plus 1, only, unless 0
 * @reason: exits for this reason, plus 1, only, unless 0
 */
struct mshv_trace_filter {
	__u64 partition_id;
	__u64 min_ns;
	__u32 tgid;
	__u32 vp_index;
	__u32 code;
	__u32 reason;
};

#endif /* MSHV_TRACE_RECORD_H */
