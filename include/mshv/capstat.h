/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layout of the counters of capabilities, between bpf/caps.bpf.c and the tools. Included after
 * the fixed-size types are defined; includes no type header itself.
 */
#ifndef MSHV_CAPSTAT_H
#define MSHV_CAPSTAT_H

/* Room for records; events that do not fit are counted as lost. */
#define MSHV_CAPSTAT_RECORDS	8192

/**
 * struct mshv_capstat_key - key of the counters
 * @partition_id: all ones: of /dev/mshv
 * @cap: MSHV_CAP_*, or MSHV_NO_CAP for all at once
 * @tgid: process
 */
struct mshv_capstat_key {
	__u64 partition_id;
	__u32 cap;
	__u32 tgid;
};

/**
 * struct mshv_capstat - what was done with a capability
 * @uses: uses that succeeded
 * @failures: uses that failed
 * @rejects: refusals
 * @queries: questions
 * @enables: grants, and times it was turned on
 * @last_ns: CLOCK_MONOTONIC of the last use
 */
struct mshv_capstat {
	__u64 uses;
	__u64 failures;
	__u64 rejects;
	__u64 queries;
	__u64 enables;
	__u64 last_ns;
};

#endif /* MSHV_CAPSTAT_H */
