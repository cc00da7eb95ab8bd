/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver's trace events, second part: interrupts, eventfds, the SynIC, schedulers and ioctls.
 * Of the same system and under the same rules as those of trace.h.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mshv

#if !defined(MSHV_TRACE_IRQ_H) || defined(TRACE_HEADER_MULTI_READ)
#define MSHV_TRACE_IRQ_H

#include <linux/tracepoint.h>
#include <linux/types.h>
#include "trace/symbols.h"

struct mshv_partition;
struct mshv_vp;

/* Interrupts into a guest, and eventfds */

TRACE_EVENT(mshv_update_routing_table,
	TP_PROTO(u64 partition_id, void *old, void *new, u32 numents),
	TP_ARGS(partition_id, old, new, numents),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(void *, old)
		__field(void *, new)
		__field(u32, numents)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->old = old;
		__entry->new = new;
		__entry->numents = numents;
	),
	TP_printk("partition_id=%llu old=%p new=%p numents=%u",
		  __entry->partition_id, __entry->old, __entry->new, __entry->numents)
);

DECLARE_EVENT_CLASS(mshv_irqfd,
	TP_PROTO(u64 partition_id, u32 gsi, int fd, u32 flags, int ret,
		 struct mshv_partition *partition),
	TP_ARGS(partition_id, gsi, fd, flags, ret, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, gsi)
		__field(int, fd)
		__field(u32, flags)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->gsi = gsi;
		__entry->fd = fd;
		__entry->flags = flags;
		__entry->ret = ret;
	),
	TP_printk("partition_id=%llu gsi=%u fd=%d flags=%#x ret=%d",
		  __entry->partition_id, __entry->gsi, __entry->fd, __entry->flags, __entry->ret)
);

DEFINE_EVENT(mshv_irqfd, mshv_irqfd_assign,
	TP_PROTO(u64 partition_id, u32 gsi, int fd, u32 flags, int ret,
		 struct mshv_partition *partition),
	TP_ARGS(partition_id, gsi, fd, flags, ret, partition)
);

DEFINE_EVENT(mshv_irqfd, mshv_irqfd_deassign,
	TP_PROTO(u64 partition_id, u32 gsi, int fd, u32 flags, int ret,
		 struct mshv_partition *partition),
	TP_ARGS(partition_id, gsi, fd, flags, ret, partition)
);

TRACE_EVENT(mshv_irqfd_fire,
	TP_PROTO(u64 partition_id, u32 gsi, bool routed, struct mshv_partition *partition),
	TP_ARGS(partition_id, gsi, routed, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, gsi)
		__field(bool, routed)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->gsi = gsi;
		__entry->routed = routed;
	),
	TP_printk("partition_id=%llu gsi=%u routed=%d",
		  __entry->partition_id, __entry->gsi, __entry->routed)
);

TRACE_EVENT(mshv_irqfd_resample,
	TP_PROTO(u64 partition_id, u32 gsi, u32 vector, struct mshv_partition *partition),
	TP_ARGS(partition_id, gsi, vector, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, gsi)
		__field(u32, vector)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->gsi = gsi;
		__entry->vector = vector;
	),
	TP_printk("partition_id=%llu gsi=%u vector=%u",
		  __entry->partition_id, __entry->gsi, __entry->vector)
);

TRACE_EVENT(mshv_assert_interrupt,
	TP_PROTO(u64 partition_id, u32 vector, u32 type, u64 dest, bool fast, u16 status,
		 struct mshv_partition *partition),
	TP_ARGS(partition_id, vector, type, dest, fast, status, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vector)
		__field(u32, type)
		__field(u64, dest)
		__field(bool, fast)
		__field(u16, status)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vector = vector;
		__entry->type = type;
		__entry->dest = dest;
		__entry->fast = fast;
		__entry->status = status;
	),
	TP_printk("partition_id=%llu vector=%u type=%s dest=%#llx fast=%d status=%s",
		  __entry->partition_id, __entry->vector,
		  __print_symbolic(__entry->type, { 0, "FIXED" }, { 1, "LOWEST_PRIORITY" },
				   { 2, "SMI" }, { 4, "NMI" }, { 5, "INIT" }, { 6, "SIPI" },
				   { 7, "EXTINT" }),
		  __entry->dest, __entry->fast,
		  __print_symbolic(__entry->status, MSHV_STATUS_SYMBOLS))
);

TRACE_EVENT(mshv_assign_ioeventfd,
	TP_PROTO(u64 partition_id, u64 addr, u64 length, u64 datamatch, bool wildcard,
		 void *eventfd, int ret),
	TP_ARGS(partition_id, addr, length, datamatch, wildcard, eventfd, ret),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u64, addr)
		__field(u64, length)
		__field(u64, datamatch)
		__field(bool, wildcard)
		__field(void *, eventfd)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->addr = addr;
		__entry->length = length;
		__entry->datamatch = datamatch;
		__entry->wildcard = wildcard;
		__entry->eventfd = eventfd;
		__entry->ret = ret;
	),
	TP_printk("partition_id=%llu addr=%#016llx length=%#llx datamatch=%#llx wildcard=%d eventfd=%p ret=%d",
		  __entry->partition_id, __entry->addr, __entry->length, __entry->datamatch,
		  __entry->wildcard, __entry->eventfd, __entry->ret)
);

TRACE_EVENT(mshv_deassign_ioeventfd,
	TP_PROTO(u64 partition_id, u64 addr, u64 length, u64 datamatch, bool wildcard,
		 void *eventfd),
	TP_ARGS(partition_id, addr, length, datamatch, wildcard, eventfd),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u64, addr)
		__field(u64, length)
		__field(u64, datamatch)
		__field(bool, wildcard)
		__field(void *, eventfd)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->addr = addr;
		__entry->length = length;
		__entry->datamatch = datamatch;
		__entry->wildcard = wildcard;
		__entry->eventfd = eventfd;
	),
	TP_printk("partition_id=%llu addr=%#016llx length=%#llx datamatch=%#llx wildcard=%d eventfd=%p",
		  __entry->partition_id, __entry->addr, __entry->length, __entry->datamatch,
		  __entry->wildcard, __entry->eventfd)
);

TRACE_EVENT(mshv_ioeventfd_fire,
	TP_PROTO(u64 partition_id, u64 addr, u32 port, struct mshv_partition *partition),
	TP_ARGS(partition_id, addr, port, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u64, addr)
		__field(u32, port)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->addr = addr;
		__entry->port = port;
	),
	TP_printk("partition_id=%llu addr=%#llx port=%u",
		  __entry->partition_id, __entry->addr, __entry->port)
);

/* SynIC and schedulers */

TRACE_EVENT(mshv_synic_message,
	TP_PROTO(u32 cpu, u32 message_type),
	TP_ARGS(cpu, message_type),
	TP_STRUCT__entry(
		__field(u32, cpu)
		__field(u32, message_type)
	),
	TP_fast_assign(
		__entry->cpu = cpu;
		__entry->message_type = message_type;
	),
	TP_printk("cpu=%u message_type=%s",
		  __entry->cpu, __print_symbolic(__entry->message_type, MSHV_MESSAGE_SYMBOLS))
);

TRACE_EVENT(mshv_vp_kick,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 source, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, source, vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, source)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->source = source;
	),
	TP_printk("partition_id=%llu vp_index=%u source=%s",
		  __entry->partition_id, __entry->vp_index,
		  __print_symbolic(__entry->source, { 0, "SIGNAL" }, { 1, "INTERCEPT" },
				   { 2, "INTERRUPT" }))
);

TRACE_EVENT(mshv_drain_vp_signals,
	TP_PROTO(u64 partition_id, u32 vp_index),
	TP_ARGS(partition_id, vp_index),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
	),
	TP_printk("partition_id=%llu vp_index=%u",
		  __entry->partition_id, __entry->vp_index)
);

TRACE_EVENT(mshv_disable_vp_dispatch,
	TP_PROTO(u64 partition_id, u32 vp_index, int ret),
	TP_ARGS(partition_id, vp_index, ret),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->ret = ret;
	),
	TP_printk("partition_id=%llu vp_index=%u ret=%d",
		  __entry->partition_id, __entry->vp_index, __entry->ret)
);

TRACE_EVENT(mshv_async_completion,
	TP_PROTO(u64 partition_id, u32 status, struct mshv_partition *partition),
	TP_ARGS(partition_id, status, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, status)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->status = status;
	),
	TP_printk("partition_id=%llu status=%s",
		  __entry->partition_id, __print_symbolic(__entry->status, MSHV_STATUS_SYMBOLS))
);

/* ioctls; partition_id and vp_index as in mshv_hvcall_enter */

TRACE_EVENT(mshv_ioctl_enter,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 cmd, struct mshv_partition *partition),
	TP_ARGS(partition_id, vp_index, cmd, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, cmd)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->cmd = cmd;
	),
	TP_printk("partition_id=%lld vp_index=%d cmd=%#x",
		  __entry->partition_id, __entry->vp_index, __entry->cmd)
);

TRACE_EVENT(mshv_ioctl_exit,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 cmd, long ret,
		 struct mshv_partition *partition),
	TP_ARGS(partition_id, vp_index, cmd, ret, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, cmd)
		__field(long, ret)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->cmd = cmd;
		__entry->ret = ret;
	),
	TP_printk("partition_id=%lld vp_index=%d cmd=%#x ret=%ld",
		  __entry->partition_id, __entry->vp_index, __entry->cmd, __entry->ret)
);

#endif /* MSHV_TRACE_IRQ_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH trace
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE irq

/* Outside of the guard: it reads this file again. */
#include <trace/define_trace.h>
