// SPDX-License-Identifier: GPL-2.0
/*
 * What an intercept message says: the reason for the exit, and an event with the decoded payload.
 * The message lies on a page that the VMM has mapped too and may write to, so it is copied before
 * it is looked at; what the driver does with it harms nobody but the VMM's own guest.
 */
#include <linux/string.h>
#include <mshv/hvabi_synic.h>
#include "mshv.h"
#include "trace/fire.h"
#include "trace/trace.h"

/**
 * mshv_intercept_reason() - reason for an exit that delivered a message
 * @message_type: enum mhv_message_type
 *
 * Return: its reason in exits.def, MSHV_EXIT_OTHER if it is not there.
 */
enum mshv_exit_reason mshv_intercept_reason(u32 message_type)
{
	/* A reason without a message gets a case label that is no message type. */
	switch (message_type) {
#define MSHV_EXIT(name, message)								\
	case (message) ?: MSHV_EXIT_##name:							\
		return (message) ? MSHV_EXIT_##name : MSHV_EXIT_OTHER;
#include <mshv/exits.def>
#undef MSHV_EXIT
	}
	return MSHV_EXIT_OTHER;
}

static void mshv_trace_io_port(struct mshv_vp *vp, const void *payload)
{
	const struct mhv_io_port_intercept *io = payload;

	mshv_fire(mshv_intercept_io_port, vp->partition->id, vp->index, io->port,
		  io->access_info & MHV_IO_SIZE_MASK, io->header.access_type == MHV_ACCESS_WRITE,
		  !!(io->access_info & MHV_IO_STRING), !!(io->access_info & MHV_IO_REP), io->rax,
		  io->header.rip, vp);
}

static void mshv_trace_msr(struct mshv_vp *vp, const void *payload)
{
	const struct mhv_msr_intercept *msr = payload;
	bool is_write = msr->header.access_type == MHV_ACCESS_WRITE;
	u64 value = is_write ? msr->rdx << 32 | (u32)msr->rax : 0;

	mshv_fire(mshv_intercept_msr, vp->partition->id, vp->index, msr->msr, is_write, value,
		  msr->header.rip, vp);
}

static void mshv_trace_cpuid(struct mshv_vp *vp, const void *payload)
{
	const struct mhv_cpuid_intercept *cpuid = payload;

	mshv_fire(mshv_intercept_cpuid, vp->partition->id, vp->index, cpuid->rax, cpuid->rcx,
		  cpuid->header.rip, vp);
}

static void mshv_trace_gpa(struct mshv_vp *vp, u32 type, const void *payload)
{
	const struct mhv_memory_intercept *memory = payload;
	u64 gva = memory->access_info & MHV_MEMORY_GVA_VALID ? memory->gva : 0;

	mshv_fire(mshv_intercept_gpa, vp->partition->id, vp->index, type, memory->gpa, gva,
		  memory->header.access_type, memory->header.rip, vp);
}

static void mshv_trace_exception(struct mshv_vp *vp, const void *payload)
{
	const struct mhv_exception_intercept *exception = payload;

	mshv_fire(mshv_intercept_exception, vp->partition->id, vp->index, exception->vector,
		  exception->error_code, exception->parameter, exception->header.rip, vp);
}

static void mshv_trace_hypercall(struct mshv_vp *vp, const void *payload)
{
	const struct mhv_hypercall_intercept *hypercall = payload;

	mshv_fire(mshv_intercept_hypercall, vp->partition->id, vp->index, hypercall->rax,
		  hypercall->rcx, hypercall->rdx, hypercall->r8, hypercall->header.rip, vp);
}

/**
 * mshv_intercept_trace() - fire the event of the message on a VP's intercept page
 * @vp: the VP, its lock held
 *
 * To be called once for each message, while an event of intercepts is enabled.
 */
void mshv_intercept_trace(struct mshv_vp *vp)
{
	struct mhv_message message = *vp->message;
	const struct mhv_intercept_header *header = (const void *)message.payload;
	u32 type = message.header.message_type;

	switch (type) {
	case MHV_MSG_X64_IO_PORT_INTERCEPT:
		return mshv_trace_io_port(vp, message.payload);
	case MHV_MSG_X64_MSR_INTERCEPT:
		return mshv_trace_msr(vp, message.payload);
	case MHV_MSG_X64_CPUID_INTERCEPT:
		return mshv_trace_cpuid(vp, message.payload);
	case MHV_MSG_UNMAPPED_GPA:
	case MHV_MSG_GPA_INTERCEPT:
	case MHV_MSG_UNACCEPTED_GPA:
		return mshv_trace_gpa(vp, type, message.payload);
	case MHV_MSG_X64_EXCEPTION_INTERCEPT:
		return mshv_trace_exception(vp, message.payload);
	case MHV_MSG_HYPERCALL_INTERCEPT:
		return mshv_trace_hypercall(vp, message.payload);
	case MHV_MSG_X64_HALT:
		mshv_fire(mshv_intercept_halt, vp->partition->id, vp->index, header->rip, vp);
		return;
	case MHV_MSG_UNRECOVERABLE_EXCEPTION:
		mshv_fire(mshv_intercept_triple_fault, vp->partition->id, vp->index, header->rip,
			  vp);
		return;
	default:
		mshv_fire(mshv_intercept_other, vp->partition->id, vp->index, type,
			  message.payload[0], message.payload[1], vp);
	}
}

/**
 * mshv_intercept_eoi() - deal with the end of an interrupt
 * @vp: the VP, its lock held, whose intercept it is
 *
 * Return: true if the VP can go on; false if the VMM has to be told.
 */
bool mshv_intercept_eoi(struct mshv_vp *vp)
{
	const struct mhv_apic_eoi *eoi = (const void *)vp->message->payload;

	return mshv_irqfd_ack(vp->partition, READ_ONCE(eoi->interrupt_vector));
}
