/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver's trace events, third part: who asks for, turns on, uses or is refused which
 * capability. Of the same system and under the same rules as those of trace.h.
 *
 * partition_id is -1 on /dev/mshv. cap is MSHV_CAP_*, or MSHV_NO_CAP for all of them; pid is that
 * of the process; ret what it gets: an errno below 0, else a value.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mshv

#if !defined(MSHV_TRACE_CAP_H) || defined(TRACE_HEADER_MULTI_READ)
#define MSHV_TRACE_CAP_H

#include <linux/tracepoint.h>
#include <linux/types.h>
#include "trace/symbols.h"

struct mshv_partition;

DECLARE_EVENT_CLASS(mshv_cap,
	TP_PROTO(u64 partition_id, u32 cap, u32 pid, long ret, struct mshv_partition *partition),
	TP_ARGS(partition_id, cap, pid, ret, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, cap)
		__field(u32, pid)
		__field(long, ret)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->cap = cap;
		__entry->pid = pid;
		__entry->ret = ret;
	),
	TP_printk("partition_id=%lld cap=%s pid=%u ret=%ld",
		  __entry->partition_id, __print_symbolic(__entry->cap, MSHV_CAP_SYMBOLS),
		  __entry->pid, __entry->ret)
);

DEFINE_EVENT(mshv_cap, mshv_cap_query,
	TP_PROTO(u64 partition_id, u32 cap, u32 pid, long ret, struct mshv_partition *partition),
	TP_ARGS(partition_id, cap, pid, ret, partition)
);

DEFINE_EVENT(mshv_cap, mshv_cap_enable,
	TP_PROTO(u64 partition_id, u32 cap, u32 pid, long ret, struct mshv_partition *partition),
	TP_ARGS(partition_id, cap, pid, ret, partition)
);

DEFINE_EVENT(mshv_cap, mshv_cap_use,
	TP_PROTO(u64 partition_id, u32 cap, u32 pid, long ret, struct mshv_partition *partition),
	TP_ARGS(partition_id, cap, pid, ret, partition)
);

DEFINE_EVENT(mshv_cap, mshv_cap_reject,
	TP_PROTO(u64 partition_id, u32 cap, u32 pid, long ret, struct mshv_partition *partition),
	TP_ARGS(partition_id, cap, pid, ret, partition)
);

#endif /* MSHV_TRACE_CAP_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH trace
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE cap

/* Outside of the guard: it reads this file again. */
#include <trace/define_trace.h>
