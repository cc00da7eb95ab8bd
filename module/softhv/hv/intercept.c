// SPDX-License-Identifier: GPL-2.0
/*
 * Intercepts as the parent sees them: which ones it installed, and the message that a VP leaves on
 * its intercept message page. TLFS "Intercepts".
 */
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "softhv/hv/counters.h"

static u32 softhv_message_counter(u32 type)
{
	switch (type) {
	case MHV_MSG_X64_IO_PORT_INTERCEPT:
		return SOFTHV_VpIoInterceptMessages;
	case MHV_MSG_UNMAPPED_GPA:
	case MHV_MSG_GPA_INTERCEPT:
		return SOFTHV_VpMemoryInterceptMessages;
	}
	return SOFTHV_VpOtherMessages;
}

static __always_inline void *softhv_begin(struct softhv_vp *vp, u32 type, u8 payload_size)
{
	struct mhv_message *message = vp->message;

	message->header = (struct mhv_message_header){
		.message_type = type,
		.payload_size = payload_size,
		.sender = vp->partition->id,
	};
	softhv_count(&vp->stats, softhv_message_counter(type));
	softhv_count_message(type);
	return message->payload;
}

/**
 * softhv_message() - begin a message on the VP's intercept message page
 * @vp: locked
 * @type: of the message
 * @payload_size: in bytes
 *
 * Return: the payload, all zero.
 */
void *softhv_message(struct softhv_vp *vp, u32 type, u8 payload_size)
{
	u64 *payload = softhv_begin(vp, type, payload_size);

	return memset64(payload, 0, DIV_ROUND_UP(payload_size, sizeof(u64)));
}

static __always_inline u16 softhv_execution_state(const struct softhv_vp *vp)
{
	const struct vmcb_control_area *control = &vp->vmcb->control;
	const struct vmcb_save_area *save = &vp->vmcb->save;
	u64 state = save->cpl & MHV_EXEC_CPL_MASK;

	state |= save->cr0 & X86_CR0_PE ? MHV_EXEC_CR0_PE : 0;
	state |= save->cr0 & X86_CR0_AM ? MHV_EXEC_CR0_AM : 0;
	state |= save->efer & EFER_LMA ? MHV_EXEC_EFER_LMA : 0;
	state |= save->dr7 & 0xff ? MHV_EXEC_DEBUG_ACTIVE : 0;
	state |= vp->pending_interruption ? MHV_EXEC_INTERRUPTION_PENDING : 0;
	state |= control->int_state & SVM_INTERRUPT_SHADOW_MASK ? MHV_EXEC_INTERRUPT_SHADOW : 0;
	return state;
}

/* The parent will perhaps complete the instruction; softhv_check_completion() finds out. */
static noinline void softhv_leave(struct softhv_vp *vp, u8 insn_len)
{
	const struct vmcb *vmcb = vp->vmcb;

	vp->left = (struct softhv_left){
		.open = true,
		.tf = vmcb->save.rflags & X86_EFLAGS_TF,
		.shadow = vmcb->control.int_state & SVM_INTERRUPT_SHADOW_MASK,
		.length = insn_len,
		.rip = vmcb->save.rip,
		.rcx = vp->gpr[MHV_RCX],
	};
}

static __always_inline void softhv_set_header(struct softhv_vp *vp, u8 insn_len, u8 access,
					      struct mhv_intercept_header *header)
{
	const struct vmcb_save_area *save = &vp->vmcb->save;

	header->vp_index = vp->index;
	header->insn_len_cr8 = insn_len | (vp->vmcb->control.int_ctl & V_TPR_MASK) << 4;
	header->access_type = access;
	header->execution_state = softhv_execution_state(vp);
	header->cs = softhv_segment_get(&save->cs);
	header->rip = save->rip;
	header->rflags = save->rflags;
	if (unlikely((save->rflags & X86_EFLAGS_TF) ||
		     (vp->vmcb->control.int_state & SVM_INTERRUPT_SHADOW_MASK)))
		softhv_leave(vp, insn_len);
}

/**
 * softhv_intercept() - begin a message whose payload begins with the intercept header
 * @vp: locked, at the instruction that was intercepted
 * @type: of the message
 * @payload_size: in bytes, with the header
 * @insn_len: length of the instruction, 0 if it is not known
 * @access: MHV_ACCESS_*
 *
 * Return: the payload, zero after the header.
 */
void *softhv_intercept(struct softhv_vp *vp, u32 type, u8 payload_size, u8 insn_len, u8 access)
{
	struct mhv_intercept_header *header = softhv_message(vp, type, payload_size);

	softhv_set_header(vp, insn_len, access, header);
	return header;
}

/**
 * softhv_intercept_io() - make the message about an access to a port
 * @vp: locked, at the instruction that was intercepted
 * @insn_len: length of the instruction
 * @access: MHV_ACCESS_READ or _WRITE
 * @port: which
 * @info: MHV_IO_*
 *
 * Of all messages the most frequent, so each of its words is written once.
 * Return: the payload.
 */
struct mhv_io_port_intercept *softhv_intercept_io(struct softhv_vp *vp, u8 insn_len, u8 access,
						  u16 port, u8 info)
{
	const struct vmcb_save_area *save = &vp->vmcb->save;
	struct mhv_io_port_intercept *message;

	message = softhv_begin(vp, MHV_MSG_X64_IO_PORT_INTERCEPT, sizeof(*message));
	softhv_set_header(vp, insn_len, access, &message->header);
	message->port = port;
	message->access_info = info;
	message->insn_byte_count = 0;
	message->reserved = 0;
	message->rax = vp->gpr[MHV_RAX];
	memset(message->insn_bytes, 0, sizeof(message->insn_bytes));
	message->ds = softhv_segment_get(&save->ds);
	message->es = softhv_segment_get(&save->es);
	message->rcx = vp->gpr[MHV_RCX];
	message->rsi = vp->gpr[MHV_RSI];
	message->rdi = vp->gpr[MHV_RDI];
	return message;
}

/* Partition locked. */
static u16 softhv_list_leaf(struct softhv_partition *partition, u32 leaf, bool install)
{
	struct softhv_intercept_list *list = &partition->listed;
	u32 i;

	for (i = 0; i < list->nr_leaves && list->leaves[i] != leaf; i++)
		;
	if (install) {
		if (i == SOFTHV_MAX_LISTED)
			return MHV_STATUS_NO_RESOURCES;
		list->leaves[i] = leaf;
		list->nr_leaves = max(list->nr_leaves, i + 1);
	} else if (i < list->nr_leaves) {
		list->leaves[i] = list->leaves[--list->nr_leaves];
	}
	return MHV_STATUS_SUCCESS;
}

/* Partition locked. */
static u16 softhv_list_msr(struct softhv_partition *partition, u32 msr, u32 access)
{
	struct softhv_intercept_list *list = &partition->listed;
	u32 i;

	for (i = 0; i < list->nr_msrs && list->msrs[i].msr != msr; i++)
		;
	if (access) {
		if (i == SOFTHV_MAX_LISTED)
			return MHV_STATUS_NO_RESOURCES;
		list->msrs[i].msr = msr;
		list->msrs[i].access = access;
		list->nr_msrs = max(list->nr_msrs, i + 1);
	} else if (i < list->nr_msrs) {
		list->msrs[i] = list->msrs[--list->nr_msrs];
	}
	return MHV_STATUS_SUCCESS;
}

/* Partition locked. */
static u16 softhv_install(struct softhv_partition *partition, u32 type, u64 parameter, u32 access)
{
	switch (type) {
	case MHV_INTERCEPT_IO_PORT:
		/* All ports are the parent's in any case. */
		return MHV_STATUS_SUCCESS;
	case MHV_INTERCEPT_MSR:
		WRITE_ONCE(partition->msr_intercepts, access);
		return MHV_STATUS_SUCCESS;
	case MHV_INTERCEPT_MSR_INDEX:
		return softhv_list_msr(partition, parameter, access);
	case MHV_INTERCEPT_CPUID:
		return softhv_list_leaf(partition, parameter, access);
	case MHV_INTERCEPT_EXCEPTION:
		if (access)
			partition->exception_intercepts |= BIT(parameter);
		else
			partition->exception_intercepts &= ~BIT(parameter);
		return MHV_STATUS_SUCCESS;
	case MHV_INTERCEPT_HYPERCALL:
		WRITE_ONCE(partition->hypercall_intercept, access);
		return MHV_STATUS_SUCCESS;
	}
	return MHV_STATUS_INVALID_PARAMETER;
}

static bool softhv_install_ok(const struct mhv_input_install_intercept *in)
{
	u32 valid = MHV_INTERCEPT_ACCESS_EXECUTE;
	u64 limit = U32_MAX;

	switch (in->intercept_type) {
	case MHV_INTERCEPT_IO_PORT:
		limit = U16_MAX;
		fallthrough;
	case MHV_INTERCEPT_MSR:
	case MHV_INTERCEPT_MSR_INDEX:
		valid = MHV_INTERCEPT_ACCESS_READ | MHV_INTERCEPT_ACCESS_WRITE;
		break;
	case MHV_INTERCEPT_EXCEPTION:
		limit = 31;
		break;
	}
	return !(in->access_type_mask & ~valid) && in->intercept_parameter <= limit;
}

/**
 * softhv_install_intercept() - HVCALL_INSTALL_INTERCEPT
 * @args: parameters
 *
 * Without any access in the mask it takes an intercept away.
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_install_intercept(struct softhv_args *args)
{
	const struct mhv_input_install_intercept *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->partition_id);
	u16 status = MHV_STATUS_INVALID_PARTITION_STATE;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	if (!softhv_install_ok(in))
		return MHV_STATUS_INVALID_PARAMETER;

	spin_lock(&partition->lock);
	if (partition->state == SOFTHV_CREATED || partition->state == SOFTHV_INITIALIZED)
		status = softhv_install(partition, in->intercept_type, in->intercept_parameter,
					in->access_type_mask);
	spin_unlock(&partition->lock);
	return status;
}

/**
 * softhv_leaf_intercepted() - has the parent an intercept for a CPUID leaf
 * @partition: not locked
 * @leaf: EAX
 */
bool softhv_leaf_intercepted(struct softhv_partition *partition, u32 leaf)
{
	const struct softhv_intercept_list *list = &partition->listed;
	bool found = false;
	u32 i;

	spin_lock(&partition->lock);
	for (i = 0; i < list->nr_leaves && !found; i++)
		found = list->leaves[i] == leaf;
	spin_unlock(&partition->lock);
	return found;
}

/**
 * softhv_msr_listed() - has the parent an intercept for this very MSR
 * @partition: not locked
 * @msr: which
 * @access: MHV_INTERCEPT_ACCESS_READ or _WRITE
 */
bool softhv_msr_listed(struct softhv_partition *partition, u32 msr, u8 access)
{
	const struct softhv_intercept_list *list = &partition->listed;
	bool found = false;
	u32 i;

	spin_lock(&partition->lock);
	for (i = 0; i < list->nr_msrs && !found; i++)
		found = list->msrs[i].msr == msr && (list->msrs[i].access & access);
	spin_unlock(&partition->lock);
	return found;
}
