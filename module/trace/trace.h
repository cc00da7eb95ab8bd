/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver's trace events. Those that Linux 7.2's driver has too carry its names, arguments and
 * fields (drivers/hv/mshv_trace.h there), so that one tool serves both; the others are ours: every
 * hypercall, every intercept, every exit cycle. partition_id comes first, then vp_index; ours pass
 * the driver's object last, for programs that read more of it, and do not store it.
 *
 * An event whose arguments cost anything to compute is fired behind trace_..._enabled() only.
 * Formats use nothing but fields and __print_symbolic(), which libtraceevent understands.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mshv

#if !defined(MSHV_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MSHV_TRACE_H

#include <linux/tracepoint.h>
#include <linux/types.h>
#include <mshv/hvabi.h>
#include "vp/cycle.h"
#include "trace/symbols.h"

struct mshv_partition;
struct mshv_vp;

/* Hypercalls */

TRACE_EVENT(mshv_hvcall_enter,
	TP_PROTO(u64 partition_id, u32 vp_index, u16 code, u64 control, u16 reps,
		 struct mshv_partition *partition),
	TP_ARGS(partition_id, vp_index, code, control, reps, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u16, code)
		__field(u16, reps)
		__field(u64, control)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->code = code;
		__entry->reps = reps;
		__entry->control = control;
	),
	TP_printk("partition_id=%lld vp_index=%d code=%s control=%#llx reps=%u",
		  __entry->partition_id, __entry->vp_index,
		  __print_symbolic(__entry->code, MSHV_HYPERCALL_SYMBOLS),
		  __entry->control, __entry->reps)
);

TRACE_EVENT(mshv_hvcall_exit,
	TP_PROTO(u64 partition_id, u32 vp_index, u16 code, u64 control, u16 reps, u16 reps_done,
		 u16 status, u64 duration_ns, struct mshv_partition *partition),
	TP_ARGS(partition_id, vp_index, code, control, reps, reps_done, status, duration_ns,
		partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u16, code)
		__field(u16, reps)
		__field(u64, control)
		__field(u16, reps_done)
		__field(u16, status)
		__field(u64, duration_ns)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->code = code;
		__entry->reps = reps;
		__entry->control = control;
		__entry->reps_done = reps_done;
		__entry->status = status;
		__entry->duration_ns = duration_ns;
	),
	TP_printk("partition_id=%lld vp_index=%d code=%s control=%#llx reps=%u reps_done=%u status=%s duration_ns=%llu",
		  __entry->partition_id, __entry->vp_index,
		  __print_symbolic(__entry->code, MSHV_HYPERCALL_SYMBOLS),
		  __entry->control, __entry->reps, __entry->reps_done,
		  __print_symbolic(__entry->status, MSHV_STATUS_SYMBOLS),
		  __entry->duration_ns)
);

TRACE_EVENT(mshv_hvcall_create_partition,
	TP_PROTO(u64 flags, s64 partition_id),
	TP_ARGS(flags, partition_id),
	TP_STRUCT__entry(
		__field(u64, flags)
		__field(s64, partition_id)
	),
	TP_fast_assign(
		__entry->flags = flags;
		__entry->partition_id = partition_id;
	),
	TP_printk("flags=%#llx partition_id=%lld", __entry->flags, __entry->partition_id)
);

DECLARE_EVENT_CLASS(mshv_partition_status,
	TP_PROTO(u64 partition_id, u64 status),
	TP_ARGS(partition_id, status),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u64, status)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->status = status;
	),
	TP_printk("partition_id=%llu status=%#llx", __entry->partition_id, __entry->status)
);

DEFINE_EVENT(mshv_partition_status, mshv_hvcall_initialize_partition,
	TP_PROTO(u64 partition_id, u64 status),
	TP_ARGS(partition_id, status)
);

DEFINE_EVENT(mshv_partition_status, mshv_hvcall_finalize_partition,
	TP_PROTO(u64 partition_id, u64 status),
	TP_ARGS(partition_id, status)
);

DEFINE_EVENT(mshv_partition_status, mshv_hvcall_delete_partition,
	TP_PROTO(u64 partition_id, u64 status),
	TP_ARGS(partition_id, status)
);

TRACE_EVENT(mshv_hvcall_withdraw_memory,
	TP_PROTO(u64 partition_id, u64 withdrawn, u64 status),
	TP_ARGS(partition_id, withdrawn, status),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u64, withdrawn)
		__field(u64, status)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->withdrawn = withdrawn;
		__entry->status = status;
	),
	TP_printk("partition_id=%llu withdrawn=%llu status=%#llx",
		  __entry->partition_id, __entry->withdrawn, __entry->status)
);

TRACE_EVENT(mshv_deposit_memory,
	TP_PROTO(u64 partition_id, u64 pages, int ret),
	TP_ARGS(partition_id, pages, ret),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u64, pages)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->pages = pages;
		__entry->ret = ret;
	),
	TP_printk("partition_id=%lld pages=%llu ret=%d",
		  __entry->partition_id, __entry->pages, __entry->ret)
);

TRACE_EVENT(mshv_hvcall_map_vp_state_page,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 page_type, u64 status),
	TP_ARGS(partition_id, vp_index, page_type, status),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, page_type)
		__field(u64, status)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->page_type = page_type;
		__entry->status = status;
	),
	TP_printk("partition_id=%llu vp_index=%u page_type=%u status=%#llx",
		  __entry->partition_id, __entry->vp_index, __entry->page_type, __entry->status)
);

TRACE_EVENT(mshv_hvcall_dispatch_vp,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 flags, u32 dispatch_state, u32 dispatch_event,
		 u64 irq_vectors, u64 status),
	TP_ARGS(partition_id, vp_index, flags, dispatch_state, dispatch_event, irq_vectors, status),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, flags)
		__field(u32, dispatch_state)
		__field(u32, dispatch_event)
		__field(u64, irq_vectors)
		__field(u64, status)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->flags = flags;
		__entry->dispatch_state = dispatch_state;
		__entry->dispatch_event = dispatch_event;
		__entry->irq_vectors = irq_vectors;
		__entry->status = status;
	),
	TP_printk("partition_id=%llu vp_index=%u flags=%#x dispatch_state=%#x dispatch_event=%#x irq_vectors=%#016llx status=%#llx",
		  __entry->partition_id, __entry->vp_index, __entry->flags,
		  __entry->dispatch_state, __entry->dispatch_event, __entry->irq_vectors,
		  __entry->status)
);

/* Partitions and their memory */

TRACE_EVENT(mshv_create_partition,
	TP_PROTO(u64 partition_id, int vm_fd),
	TP_ARGS(partition_id, vm_fd),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(int, vm_fd)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vm_fd = vm_fd;
	),
	TP_printk("partition_id=%llu vm_fd=%d", __entry->partition_id, __entry->vm_fd)
);

DECLARE_EVENT_CLASS(mshv_partition,
	TP_PROTO(u64 partition_id),
	TP_ARGS(partition_id),
	TP_STRUCT__entry(
		__field(u64, partition_id)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
	),
	TP_printk("partition_id=%llu", __entry->partition_id)
);

DEFINE_EVENT(mshv_partition, mshv_partition_release,
	TP_PROTO(u64 partition_id),
	TP_ARGS(partition_id)
);

DEFINE_EVENT(mshv_partition, mshv_destroy_partition,
	TP_PROTO(u64 partition_id),
	TP_ARGS(partition_id)
);

TRACE_EVENT(mshv_map_user_memory,
	TP_PROTO(u64 partition_id, u64 start_uaddr, u64 start_gfn, u64 nr_pages, u32 map_flags,
		 long ret),
	TP_ARGS(partition_id, start_uaddr, start_gfn, nr_pages, map_flags, ret),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u64, start_uaddr)
		__field(u64, start_gfn)
		__field(u64, nr_pages)
		__field(u32, map_flags)
		__field(long, ret)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->start_uaddr = start_uaddr;
		__entry->start_gfn = start_gfn;
		__entry->nr_pages = nr_pages;
		__entry->map_flags = map_flags;
		__entry->ret = ret;
	),
	TP_printk("partition_id=%llu start_uaddr=%#llx start_gfn=%#llx nr_pages=%llu map_flags=%#x ret=%ld",
		  __entry->partition_id, __entry->start_uaddr, __entry->start_gfn,
		  __entry->nr_pages, __entry->map_flags, __entry->ret)
);

TRACE_EVENT(mshv_unmap_user_memory,
	TP_PROTO(u64 partition_id, u64 start_uaddr, u64 start_gfn, u64 nr_pages, int ret),
	TP_ARGS(partition_id, start_uaddr, start_gfn, nr_pages, ret),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u64, start_uaddr)
		__field(u64, start_gfn)
		__field(u64, nr_pages)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->start_uaddr = start_uaddr;
		__entry->start_gfn = start_gfn;
		__entry->nr_pages = nr_pages;
		__entry->ret = ret;
	),
	TP_printk("partition_id=%llu start_uaddr=%#llx start_gfn=%#llx nr_pages=%llu ret=%d",
		  __entry->partition_id, __entry->start_uaddr, __entry->start_gfn,
		  __entry->nr_pages, __entry->ret)
);

/* Virtual processors */

TRACE_EVENT(mshv_create_vp,
	TP_PROTO(u64 partition_id, u32 vp_index, long vp_fd),
	TP_ARGS(partition_id, vp_index, vp_fd),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(long, vp_fd)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->vp_fd = vp_fd;
	),
	TP_printk("partition_id=%llu vp_index=%u vp_fd=%ld",
		  __entry->partition_id, __entry->vp_index, __entry->vp_fd)
);

TRACE_EVENT(mshv_handle_gpa_intercept,
	TP_PROTO(u64 partition_id, u32 vp_index, u64 gfn, u8 access_type, bool handled),
	TP_ARGS(partition_id, vp_index, gfn, access_type, handled),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u64, gfn)
		__field(u8, access_type)
		__field(bool, handled)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->gfn = gfn;
		__entry->access_type = access_type > MHV_ACCESS_EXECUTE ? '?' : "RWX"[access_type];
		__entry->handled = handled;
	),
	/* The letters R, W, X and ?: libtraceevent knows neither %c nor character constants. */
	TP_printk("partition_id=%llu vp_index=%u gfn=0x%llx access_type=%s handled=%d",
		  __entry->partition_id, __entry->vp_index, __entry->gfn,
		  __print_symbolic(__entry->access_type, { 0x52, "R" }, { 0x57, "W" },
				   { 0x58, "X" }, { 0x3f, "?" }),
		  __entry->handled)
);

TRACE_EVENT(mshv_region_fault,
	TP_PROTO(u64 partition_id, u64 gfn, u64 nr_pages, u8 write, int ret, u64 duration_ns,
		 struct mshv_partition *partition),
	TP_ARGS(partition_id, gfn, nr_pages, write, ret, duration_ns, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u64, gfn)
		__field(u64, nr_pages)
		__field(u8, write)
		__field(int, ret)
		__field(u64, duration_ns)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->gfn = gfn;
		__entry->nr_pages = nr_pages;
		__entry->write = write;
		__entry->ret = ret;
		__entry->duration_ns = duration_ns;
	),
	TP_printk("partition_id=%llu gfn=%#llx nr_pages=%llu write=%u ret=%d duration_ns=%llu",
		  __entry->partition_id, __entry->gfn, __entry->nr_pages, __entry->write,
		  __entry->ret, __entry->duration_ns)
);

TRACE_EVENT(mshv_region_invalidate,
	TP_PROTO(u64 partition_id, u64 gfn, u64 nr_pages, struct mshv_partition *partition),
	TP_ARGS(partition_id, gfn, nr_pages, partition),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u64, gfn)
		__field(u64, nr_pages)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->gfn = gfn;
		__entry->nr_pages = nr_pages;
	),
	TP_printk("partition_id=%llu gfn=%#llx nr_pages=%llu", __entry->partition_id, __entry->gfn,
		  __entry->nr_pages)
);

DECLARE_EVENT_CLASS(mshv_vp_state,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 type, u32 bytes, int ret, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, type, bytes, ret, vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, type)
		__field(u32, bytes)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->type = type;
		__entry->bytes = bytes;
		__entry->ret = ret;
	),
	TP_printk("partition_id=%llu vp_index=%u type=%s bytes=%u ret=%d",
		  __entry->partition_id, __entry->vp_index,
		  __print_symbolic(__entry->type, { 0, "LAPIC" }, { 1, "XSAVE" }, { 2, "SIMP" },
				   { 3, "SIEFP" }, { 4, "SYNTHETIC_TIMERS" }),
		  __entry->bytes, __entry->ret)
);

DEFINE_EVENT(mshv_vp_state, mshv_get_vp_state,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 type, u32 bytes, int ret, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, type, bytes, ret, vp)
);

DEFINE_EVENT(mshv_vp_state, mshv_set_vp_state,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 type, u32 bytes, int ret, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, type, bytes, ret, vp)
);

TRACE_EVENT(mshv_destroy_vp,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 vp_slot, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, vp_slot, vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, vp_slot)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->vp_slot = vp_slot;
	),
	TP_printk("partition_id=%llu vp_index=%u vp_slot=%d",
		  __entry->partition_id, __entry->vp_index, __entry->vp_slot)
);

DECLARE_EVENT_CLASS(mshv_vp,
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
	TP_printk("partition_id=%llu vp_index=%u", __entry->partition_id, __entry->vp_index)
);

DEFINE_EVENT(mshv_vp, mshv_vp_release,
	TP_PROTO(u64 partition_id, u32 vp_index),
	TP_ARGS(partition_id, vp_index)
);

DEFINE_EVENT(mshv_vp, mshv_run_vp_entry,
	TP_PROTO(u64 partition_id, u32 vp_index),
	TP_ARGS(partition_id, vp_index)
);

TRACE_EVENT(mshv_run_vp_exit,
	TP_PROTO(u64 partition_id, u32 vp_index, u64 hv_message_type, long ret),
	TP_ARGS(partition_id, vp_index, hv_message_type, ret),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u64, hv_message_type)
		__field(long, ret)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->hv_message_type = hv_message_type;
		__entry->ret = ret;
	),
	TP_printk("partition_id=%llu vp_index=%u hv_message_type=%#llx ret=%ld",
		  __entry->partition_id, __entry->vp_index, __entry->hv_message_type,
		  __entry->ret)
);

TRACE_EVENT(mshv_vp_clear_explicit_suspend,
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

TRACE_EVENT(mshv_xfer_to_guest_mode_work,
	TP_PROTO(u64 partition_id, u32 vp_index, unsigned long thread_info_flag, long ret),
	TP_ARGS(partition_id, vp_index, thread_info_flag, ret),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(unsigned long, thread_info_flag)
		__field(long, ret)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->thread_info_flag = thread_info_flag;
		__entry->ret = ret;
	),
	TP_printk("partition_id=%llu vp_index=%u thread_info_flag=%#lx ret=%ld",
		  __entry->partition_id, __entry->vp_index, __entry->thread_info_flag,
		  __entry->ret)
);

TRACE_EVENT(mshv_vp_wait_for_hv_kick,
	TP_PROTO(u64 partition_id, u32 vp_index, bool kicked_by_hv, bool blocked, bool irq_pending),
	TP_ARGS(partition_id, vp_index, kicked_by_hv, blocked, irq_pending),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(bool, kicked_by_hv)
		__field(bool, blocked)
		__field(bool, irq_pending)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->kicked_by_hv = kicked_by_hv;
		__entry->blocked = blocked;
		__entry->irq_pending = irq_pending;
	),
	TP_printk("partition_id=%llu vp_index=%u kicked_by_hv=%d blocked=%d irq_pending=%d",
		  __entry->partition_id, __entry->vp_index, __entry->kicked_by_hv,
		  __entry->blocked, __entry->irq_pending)
);

/* Enabling begins a new measurement: times from before are of no use. */
TRACE_EVENT_FN(mshv_exit_done,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 vp_slot, u32 reason, u64 guest_ns,
		 u64 kernel_ns, u64 vmm_ns, u64 halted_ns, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, vp_slot, reason, guest_ns, kernel_ns, vmm_ns, halted_ns,
		vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, vp_slot)
		__field(u32, reason)
		__field(u64, guest_ns)
		__field(u64, kernel_ns)
		__field(u64, vmm_ns)
		__field(u64, halted_ns)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->vp_slot = vp_slot;
		__entry->reason = reason;
		__entry->guest_ns = guest_ns;
		__entry->kernel_ns = kernel_ns;
		__entry->vmm_ns = vmm_ns;
		__entry->halted_ns = halted_ns;
	),
	TP_printk("partition_id=%llu vp_index=%u vp_slot=%d reason=%s guest_ns=%llu kernel_ns=%llu vmm_ns=%llu halted_ns=%llu",
		  __entry->partition_id, __entry->vp_index, __entry->vp_slot,
		  __print_symbolic(__entry->reason, MSHV_EXIT_SYMBOLS),
		  __entry->guest_ns, __entry->kernel_ns, __entry->vmm_ns, __entry->halted_ns),
	mshv_cycle_trace_enable, NULL
);

/* Intercepts, one event as a message is delivered to the VMM */

TRACE_EVENT(mshv_intercept_io_port,
	TP_PROTO(u64 partition_id, u32 vp_index, u16 port, u8 size, u8 is_write, u8 is_string,
		 u8 is_rep, u64 rax, u64 rip, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, port, size, is_write, is_string, is_rep, rax, rip, vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u16, port)
		__field(u8, size)
		__field(u8, is_write)
		__field(u8, is_string)
		__field(u8, is_rep)
		__field(u64, rax)
		__field(u64, rip)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->port = port;
		__entry->size = size;
		__entry->is_write = is_write;
		__entry->is_string = is_string;
		__entry->is_rep = is_rep;
		__entry->rax = rax;
		__entry->rip = rip;
	),
	TP_printk("partition_id=%llu vp_index=%u port=%#x size=%u is_write=%u is_string=%u is_rep=%u rax=%#llx rip=%#llx",
		  __entry->partition_id, __entry->vp_index, __entry->port, __entry->size,
		  __entry->is_write, __entry->is_string, __entry->is_rep, __entry->rax,
		  __entry->rip)
);

TRACE_EVENT(mshv_intercept_msr,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 msr, u8 is_write, u64 value, u64 rip,
		 struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, msr, is_write, value, rip, vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, msr)
		__field(u8, is_write)
		__field(u64, value)
		__field(u64, rip)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->msr = msr;
		__entry->is_write = is_write;
		__entry->value = value;
		__entry->rip = rip;
	),
	TP_printk("partition_id=%llu vp_index=%u msr=%#x is_write=%u value=%#llx rip=%#llx",
		  __entry->partition_id, __entry->vp_index, __entry->msr, __entry->is_write,
		  __entry->value, __entry->rip)
);

TRACE_EVENT(mshv_intercept_cpuid,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 leaf, u32 subleaf, u64 rip,
		 struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, leaf, subleaf, rip, vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, leaf)
		__field(u32, subleaf)
		__field(u64, rip)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->leaf = leaf;
		__entry->subleaf = subleaf;
		__entry->rip = rip;
	),
	TP_printk("partition_id=%llu vp_index=%u leaf=%#x subleaf=%#x rip=%#llx",
		  __entry->partition_id, __entry->vp_index, __entry->leaf, __entry->subleaf,
		  __entry->rip)
);

TRACE_EVENT(mshv_intercept_gpa,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 message_type, u64 gpa, u64 gva,
		 u8 access_type, u64 rip, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, message_type, gpa, gva, access_type, rip, vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, message_type)
		__field(u64, gpa)
		__field(u64, gva)
		__field(u8, access_type)
		__field(u64, rip)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->message_type = message_type;
		__entry->gpa = gpa;
		__entry->gva = gva;
		__entry->access_type = access_type;
		__entry->rip = rip;
	),
	TP_printk("partition_id=%llu vp_index=%u message_type=%s gpa=%#llx gva=%#llx access_type=%s rip=%#llx",
		  __entry->partition_id, __entry->vp_index,
		  __print_symbolic(__entry->message_type, MSHV_MESSAGE_SYMBOLS),
		  __entry->gpa, __entry->gva,
		  __print_symbolic(__entry->access_type, { 0, "R" }, { 1, "W" }, { 2, "X" }),
		  __entry->rip)
);

TRACE_EVENT(mshv_intercept_exception,
	TP_PROTO(u64 partition_id, u32 vp_index, u16 vector, u32 error_code, u64 parameter,
		 u64 rip, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, vector, error_code, parameter, rip, vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u16, vector)
		__field(u32, error_code)
		__field(u64, parameter)
		__field(u64, rip)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->vector = vector;
		__entry->error_code = error_code;
		__entry->parameter = parameter;
		__entry->rip = rip;
	),
	TP_printk("partition_id=%llu vp_index=%u vector=%u error_code=%#x parameter=%#llx rip=%#llx",
		  __entry->partition_id, __entry->vp_index, __entry->vector, __entry->error_code,
		  __entry->parameter, __entry->rip)
);

TRACE_EVENT(mshv_intercept_hypercall,
	TP_PROTO(u64 partition_id, u32 vp_index, u64 rax, u64 rcx, u64 rdx, u64 r8, u64 rip,
		 struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, rax, rcx, rdx, r8, rip, vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u64, rax)
		__field(u64, rcx)
		__field(u64, rdx)
		__field(u64, r8)
		__field(u64, rip)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->rax = rax;
		__entry->rcx = rcx;
		__entry->rdx = rdx;
		__entry->r8 = r8;
		__entry->rip = rip;
	),
	TP_printk("partition_id=%llu vp_index=%u rax=%#llx rcx=%#llx rdx=%#llx r8=%#llx rip=%#llx",
		  __entry->partition_id, __entry->vp_index, __entry->rax, __entry->rcx,
		  __entry->rdx, __entry->r8, __entry->rip)
);

DECLARE_EVENT_CLASS(mshv_intercept_rip,
	TP_PROTO(u64 partition_id, u32 vp_index, u64 rip, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, rip, vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u64, rip)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->rip = rip;
	),
	TP_printk("partition_id=%llu vp_index=%u rip=%#llx",
		  __entry->partition_id, __entry->vp_index, __entry->rip)
);

DEFINE_EVENT(mshv_intercept_rip, mshv_intercept_halt,
	TP_PROTO(u64 partition_id, u32 vp_index, u64 rip, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, rip, vp)
);

DEFINE_EVENT(mshv_intercept_rip, mshv_intercept_triple_fault,
	TP_PROTO(u64 partition_id, u32 vp_index, u64 rip, struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, rip, vp)
);

TRACE_EVENT(mshv_intercept_other,
	TP_PROTO(u64 partition_id, u32 vp_index, u32 message_type, u64 payload0, u64 payload1,
		 struct mshv_vp *vp),
	TP_ARGS(partition_id, vp_index, message_type, payload0, payload1, vp),
	TP_STRUCT__entry(
		__field(u64, partition_id)
		__field(u32, vp_index)
		__field(u32, message_type)
		__field(u64, payload0)
		__field(u64, payload1)
	),
	TP_fast_assign(
		__entry->partition_id = partition_id;
		__entry->vp_index = vp_index;
		__entry->message_type = message_type;
		__entry->payload0 = payload0;
		__entry->payload1 = payload1;
	),
	TP_printk("partition_id=%llu vp_index=%u message_type=%s payload0=%#llx payload1=%#llx",
		  __entry->partition_id, __entry->vp_index,
		  __print_symbolic(__entry->message_type, MSHV_MESSAGE_SYMBOLS),
		  __entry->payload0, __entry->payload1)
);

#endif /* MSHV_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH trace
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

/* Outside of the guard: it reads this file again. */
#include <trace/define_trace.h>
