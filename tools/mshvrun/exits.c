// SPDX-License-Identifier: GPL-2.0
/*
 * Dispatch of the hypervisor's messages, and the handling of those for which no instruction has
 * to be decoded, see exits.h. A handler leaves the VP's registers as they are after the
 * instruction, so that the next MSHV_RUN_VP goes on behind it.
 */
#include <stdarg.h>
#include <stdio.h>

#include "decode.h"
#include "err.h"
#include "exits.h"
#include "names.h"
#include "regs.h"
#include "vm.h"

#include <mshv/hvabi_synic.h>

#define MESSAGE_SIZE	256

enum {
	VECTOR_DEBUG = 1,
	VECTOR_BREAKPOINT = 3,
};

static const __u32 message_types[MSHV_NR_EXITS] = {
#define MSHV_EXIT(name, message) [MSHV_EXIT_##name] = message,
#include <mshv/exits.def>
#undef MSHV_EXIT
};

static enum mshv_exit_reason reason_of(__u32 message_type)
{
	enum mshv_exit_reason reason;

	for (reason = MSHV_EXIT_OTHER + 1; reason < MSHV_NR_EXITS; reason++) {
		if (message_types[reason] && message_types[reason] == message_type)
			return reason;
	}
	return MSHV_EXIT_OTHER;
}

void exit_note(const struct vp *vp, const char *format, ...)
{
	char text[MESSAGE_SIZE];
	va_list args;

	if (!vp->vm->options->verbose)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(stderr, "VP %u: %s\n", vp->index, text);
}

bool exit_end(struct vp *vp, int code, const char *format, ...)
{
	char text[MESSAGE_SIZE];
	va_list args;

	vp->exit_code = code;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	err("VP %u: %s", vp->index, text);
	return false;
}

__u64 exit_next_rip(const struct mhv_intercept_header *header, unsigned int length)
{
	bool long_mode = header->execution_state & MHV_EXEC_EFER_LMA;
	__u64 rip = header->rip + length;

	return insn_mode(&header->cs, long_mode) == 64 ? rip : rip & 0xffffffff;
}

/* The end of most exits: go on behind the instruction, with the registers in mask changed. */
static bool finish(struct vp *vp, const struct mhv_intercept_header *header, __u32 mask,
		   const __u64 *gpr)
{
	unsigned int length;

	return exit_length(vp, header, &length) &&
		(regs_finish(vp, exit_next_rip(header, length), mask, gpr) ||
		 exit_end(vp, VM_EXIT_UNHANDLED, "cannot go on at RIP %#llx", header->rip));
}

static bool handle_io(struct vp *vp, const struct mhv_message *message)
{
	const struct mhv_io_port_intercept *io = (const void *)message->payload;
	bool is_write = io->header.access_type == MHV_ACCESS_WRITE;
	unsigned int bytes = io->access_info & MHV_IO_SIZE_MASK;
	__u64 keep = bytes < 4 ? ~0ULL << (8 * bytes) : 0;
	__u64 gpr[MHV_NR_GPRS] = {};

	if (bytes != 1 && bytes != 2 && bytes != 4)
		return exit_end(vp, VM_EXIT_UNHANDLED,
				"an access of %u bytes to port %#x at RIP %#llx", bytes, io->port,
				io->header.rip);
	if (io->access_info & MHV_IO_STRING)
		return exit_string_io(vp, io);

	if (is_write) {
		exit_note(vp, "rip %#llx: out %#llx to port %#x, %u bytes", io->header.rip,
			  io->rax & ~keep & 0xffffffff, io->port, bytes);
		io_write(vp, io->port, bytes, io->rax);
		return finish(vp, &io->header, 0, NULL);
	}
	gpr[MHV_RAX] = (io->rax & keep) | io_read(vp, io->port, bytes);
	exit_note(vp, "rip %#llx: in from port %#x, %u bytes: %#llx", io->header.rip, io->port,
		  bytes, gpr[MHV_RAX] & ~keep);
	return finish(vp, &io->header, 1 << MHV_RAX, gpr);
}

static bool handle_msr(struct vp *vp, const struct mhv_message *message)
{
	const struct mhv_msr_intercept *msr = (const void *)message->payload;
	__u64 gpr[MHV_NR_GPRS] = {};
	__u64 value;

	if (msr->header.access_type == MHV_ACCESS_WRITE) {
		value = msr->rdx << 32 | (msr->rax & 0xffffffff);
		exit_note(vp, "rip %#llx: wrmsr %#x = %#llx", msr->header.rip, msr->msr, value);
		msr_write(vp, msr->msr, value);
		return finish(vp, &msr->header, 0, NULL);
	}
	value = msr_read(vp, msr->msr);
	exit_note(vp, "rip %#llx: rdmsr %#x = %#llx", msr->header.rip, msr->msr, value);
	gpr[MHV_RAX] = value & 0xffffffff;
	gpr[MHV_RDX] = value >> 32;
	return finish(vp, &msr->header, 1 << MHV_RAX | 1 << MHV_RDX, gpr);
}

static bool handle_cpuid(struct vp *vp, const struct mhv_message *message)
{
	const struct mhv_cpuid_intercept *cpuid = (const void *)message->payload;
	struct cpuid_result result = {
		.eax = cpuid->default_rax,
		.ebx = cpuid->default_rbx,
		.ecx = cpuid->default_rcx,
		.edx = cpuid->default_rdx,
	};
	__u64 gpr[MHV_NR_GPRS] = {};

	cpuid_leaf(vp, cpuid->rax, &result);
	exit_note(vp, "rip %#llx: cpuid %#x.%#x = %#x %#x %#x %#x", cpuid->header.rip,
		  (__u32)cpuid->rax, (__u32)cpuid->rcx, result.eax, result.ebx, result.ecx,
		  result.edx);
	gpr[MHV_RAX] = result.eax;
	gpr[MHV_RBX] = result.ebx;
	gpr[MHV_RCX] = result.ecx;
	gpr[MHV_RDX] = result.edx;
	return finish(vp, &cpuid->header,
		      1 << MHV_RAX | 1 << MHV_RBX | 1 << MHV_RCX | 1 << MHV_RDX, gpr);
}

static bool handle_hypercall(struct vp *vp, const struct mhv_message *message)
{
	const struct mhv_hypercall_intercept *call = (const void *)message->payload;
	__u64 gpr[MHV_NR_GPRS] = {};

	gpr[MHV_RAX] = guest_hypercall(vp, call->rax, call->rcx);
	exit_note(vp, "rip %#llx: hypercall %#x(%#x) = %#x", call->header.rip, (__u32)call->rax,
		  (__u32)call->rcx, (__u32)gpr[MHV_RAX]);
	return finish(vp, &call->header, 1 << MHV_RAX, gpr);
}

/* RIP is at a breakpoint, and has to get behind it; a debug exception comes with RIP right. */
static bool handle_exception(struct vp *vp, const struct mhv_message *message)
{
	const struct mhv_exception_intercept *exception = (const void *)message->payload;

	exit_note(vp, "rip %#llx: exception %u, parameter %#llx", exception->header.rip,
		  exception->vector, exception->parameter);
	if (exception->vector == VECTOR_BREAKPOINT)
		return finish(vp, &exception->header, 0, NULL);
	if (exception->vector == VECTOR_DEBUG)
		return true;
	if (exception->info & MHV_EXCEPTION_ERROR_CODE_VALID)
		return exit_end(vp, VM_EXIT_EXCEPTION,
				"exception %u, error code %#x, parameter %#llx, at RIP %#llx",
				exception->vector, exception->error_code, exception->parameter,
				exception->header.rip);
	return exit_end(vp, VM_EXIT_EXCEPTION,
			"exception %u, no error code, parameter %#llx, at RIP %#llx",
			exception->vector, exception->parameter, exception->header.rip);
}

/* The end of a VP: nothing would wake it. */
static bool handle_halt(struct vp *vp, const struct mhv_message *message)
{
	const struct mhv_intercept_header *header = (const void *)message->payload;
	struct vp_regs regs;

	if (!regs_read(vp, &regs))
		return exit_end(vp, VM_EXIT_UNHANDLED, "halted at RIP %#llx, exit code not known",
				header->rip);
	vp->exit_code = vm_exit_code((__u32)regs.gpr[MHV_RAX]);
	exit_note(vp, "rip %#llx: halt, exit code %d", header->rip, vp->exit_code);
	if (header->rflags & X86_RFLAGS_IF)
		return exit_end(vp, vp->exit_code,
				"halted at RIP %#llx with interrupts on, but there are none",
				header->rip);
	return false;
}

static bool handle_triple_fault(struct vp *vp, const struct mhv_message *message)
{
	const struct mhv_intercept_header *header = (const void *)message->payload;

	return exit_end(vp, VM_EXIT_TRIPLE_FAULT, "triple fault at RIP %#llx", header->rip);
}

/* The guest's APIC had a level-triggered interrupt; here is no device that would want to know. */
static bool handle_eoi(struct vp *vp, const struct mhv_message *message)
{
	const struct mhv_apic_eoi *eoi = (const void *)message->payload;

	exit_note(vp, "end of interrupt, vector %#x", eoi->interrupt_vector);
	return true;
}

static const struct {
	size_t payload_bytes;
	bool (*handle)(struct vp *vp, const struct mhv_message *message);
} handlers[MSHV_NR_EXITS] = {
	[MSHV_EXIT_UNMAPPED_GPA] = { sizeof(struct mhv_memory_intercept), exit_memory },
	[MSHV_EXIT_GPA_INTERCEPT] = { sizeof(struct mhv_memory_intercept), exit_memory },
	[MSHV_EXIT_IO_PORT] = { sizeof(struct mhv_io_port_intercept), handle_io },
	[MSHV_EXIT_MSR] = { sizeof(struct mhv_msr_intercept), handle_msr },
	[MSHV_EXIT_CPUID] = { sizeof(struct mhv_cpuid_intercept), handle_cpuid },
	[MSHV_EXIT_EXCEPTION] = { sizeof(struct mhv_exception_intercept), handle_exception },
	[MSHV_EXIT_HYPERCALL] = { offsetof(struct mhv_hypercall_intercept, pad), handle_hypercall },
	[MSHV_EXIT_APIC_EOI] = { sizeof(struct mhv_apic_eoi), handle_eoi },
	[MSHV_EXIT_HALT] = { sizeof(struct mhv_intercept_header), handle_halt },
	[MSHV_EXIT_TRIPLE_FAULT] = { sizeof(struct mhv_intercept_header), handle_triple_fault },
};

static bool unhandled(struct vp *vp, const struct mhv_message *message)
{
	const struct mhv_intercept_header *header = (const void *)message->payload;
	__u32 type = message->header.message_type;
	char room[NAME_SIZE];

	if (message->header.payload_size < sizeof(*header))
		return exit_end(vp, VM_EXIT_UNHANDLED,
				"message %#x (%s) of %u bytes, which mshvrun does not handle", type,
				message_name(type, room), message->header.payload_size);
	return exit_end(vp, VM_EXIT_UNHANDLED,
			"message %#x (%s) of %u bytes at RIP %#llx, which mshvrun does not handle",
			type, message_name(type, room), message->header.payload_size, header->rip);
}

bool exit_handle(struct vp *vp, const struct mhv_message *message)
{
	const struct vm_options *options = vp->vm->options;
	enum mshv_exit_reason reason = reason_of(message->header.message_type);

	vp->exits[reason]++;
	if (options->delay_reason == MSHV_NR_EXITS || options->delay_reason == reason)
		vm_delay(options->delay_us);
	if (!handlers[reason].handle ||
	    message->header.payload_size < handlers[reason].payload_bytes)
		return unhandled(vp, message);
	return handlers[reason].handle(vp, message);
}
