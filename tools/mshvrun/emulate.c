// SPDX-License-Identifier: GPL-2.0
/*
 * Exits that need the instruction: access to what is no memory, and string I/O. The bytes come with
 * the message, or from the guest's memory where the hypervisor sends none or too few.
 */
#include <string.h>

#include "decode.h"
#include "exits.h"
#include "memory.h"
#include "regs.h"
#include "vm.h"

/* Elements of a string I/O instruction per exit, so that a signal does not wait for all of them */
#define STRING_IO_BATCH	4096

struct code {
	__u8 bytes[INSN_MAX_BYTES];
	size_t nr_bytes;
	unsigned int mode;
};

static bool truncated(const struct code *code)
{
	unsigned int length;

	return insn_length(code->bytes, code->nr_bytes, code->mode, &length) == INSN_TRUNCATED;
}

/*
 * The instruction's page first, and the next one only if the instruction goes on there: what lies
 * behind it need not be memory.
 */
static void fetch_code(struct vp *vp, const struct mhv_intercept_header *header,
		       const struct vp_regs *regs, const __u8 *sent, size_t nr_sent,
		       struct code *code)
{
	__u64 linear = header->rip;
	size_t in_page;

	code->mode = insn_mode(&header->cs, header->execution_state & MHV_EXEC_EFER_LMA);
	code->nr_bytes = nr_sent < INSN_MAX_BYTES ? nr_sent : INSN_MAX_BYTES;
	if (nr_sent)
		memcpy(code->bytes, sent, code->nr_bytes);
	if (!truncated(code))
		return;

	if (code->mode != 64)
		linear = (linear + header->cs.base) & 0xffffffff;
	in_page = MHV_PAGE_SIZE - (linear & (MHV_PAGE_SIZE - 1));
	code->nr_bytes = in_page < INSN_MAX_BYTES ? in_page : INSN_MAX_BYTES;
	if (memory_read(vp, regs, linear, code->bytes, code->nr_bytes))
		code->nr_bytes = 0;
	else if (truncated(code) && in_page < INSN_MAX_BYTES &&
		 !memory_read(vp, regs, linear + in_page, code->bytes + in_page,
			      INSN_MAX_BYTES - in_page))
		code->nr_bytes = INSN_MAX_BYTES;
}

bool exit_length(struct vp *vp, const struct mhv_intercept_header *header, unsigned int *length)
{
	struct vp_regs regs;
	struct code code;

	*length = header->insn_len_cr8 & 0xf;
	if (*length)
		return true;
	if (!regs_read(vp, &regs))
		return exit_end(vp, VM_EXIT_UNHANDLED, "stopped at RIP %#llx", header->rip);
	fetch_code(vp, header, &regs, NULL, 0, &code);
	return insn_length(code.bytes, code.nr_bytes, code.mode, length) == INSN_OK ||
		exit_end(vp, VM_EXIT_UNHANDLED, "finds no instruction at RIP %#llx", header->rip);
}

static bool fetch_and_decode(struct vp *vp, const struct mhv_intercept_header *header,
			     struct vp_regs *regs, const __u8 *sent, size_t nr_sent,
			     struct insn *insn)
{
	struct code code;
	char text[96];

	if (!regs_read(vp, regs))
		return exit_end(vp, VM_EXIT_UNHANDLED, "stopped at RIP %#llx", header->rip);
	fetch_code(vp, header, regs, sent, nr_sent, &code);
	if (insn_decode(code.bytes, code.nr_bytes, code.mode, insn) == INSN_OK)
		return true;
	insn_print(code.bytes, code.nr_bytes, code.mode, text, sizeof(text));
	return exit_end(vp, VM_EXIT_UNHANDLED,
			"cannot emulate the device access at RIP %#llx: %s",
			header->rip, text);
}

/* Reads or writes one memory operand; the value is in the low bytes. */
static const char *read_operand(struct vp *vp, const struct insn *insn, const struct insn_mem *mem,
				const struct vp_regs *regs, __u64 *value)
{
	*value = 0;
	return memory_read(vp, regs, insn_linear(insn, mem, regs), value, insn->size);
}

static const char *write_operand(struct vp *vp, const struct insn *insn,
				 const struct insn_mem *mem, const struct vp_regs *regs,
				 __u64 value)
{
	return memory_write(vp, regs, insn_linear(insn, mem, regs), &value, insn->size);
}

/* Does the instruction's work; tells which registers changed and whether there is more to do. */
static const char *execute(struct vp *vp, const struct insn *insn, struct vp_regs *regs,
			   __u32 *mask, bool *more)
{
	const char *error;
	__u64 value;

	switch (insn->kind) {
	case INSN_LOAD:
		error = read_operand(vp, insn, &insn->mem, regs, &value);
		if (!error)
			insn_load_register(insn, regs->gpr, value);
		*mask = 1 << insn->gpr;
		return error;
	case INSN_STORE:
		return write_operand(vp, insn, &insn->mem, regs,
				     insn_store_value(insn, regs->gpr));
	case INSN_STOS:
		error = write_operand(vp, insn, &insn->mem, regs,
				      insn_store_value(insn, regs->gpr));
		break;
	case INSN_MOVS:
		error = read_operand(vp, insn, &insn->from, regs, &value);
		if (!error)
			error = write_operand(vp, insn, &insn->mem, regs, value);
		break;
	default:
		return "is of string I/O, which comes by another message";
	}
	*mask = 1 << MHV_RSI | 1 << MHV_RDI | 1 << MHV_RCX;
	*more = insn_string_step(insn, regs);
	return error;
}

/* The address that the hypervisor names must be one that the instruction has. */
static bool addresses(const struct vp *vp, const struct insn *insn, const struct insn_mem *mem,
		      const struct vp_regs *regs, __u64 gpa)
{
	__u64 linear = insn_linear(insn, mem, regs);
	unsigned int i;
	__u64 at;

	for (i = 0; i < insn->size; i++) {
		if (!memory_translate(vp->vm, regs, linear + i, &at) && at == gpa)
			return true;
	}
	return false;
}

bool exit_memory(struct vp *vp, const struct mhv_message *message)
{
	const struct mhv_memory_intercept *access = (const void *)message->payload;
	const struct mhv_intercept_header *header = &access->header;
	struct vp_regs regs;
	struct insn insn;
	const char *error;
	bool more = false;
	__u32 mask = 0;
	__u64 rip;

	exit_note(vp, "rip %#llx: %s GPA %#llx", header->rip,
		  header->access_type == MHV_ACCESS_READ ? "reads" :
		  header->access_type == MHV_ACCESS_WRITE ? "writes" : "executes", access->gpa);
	if (header->access_type == MHV_ACCESS_EXECUTE)
		return exit_end(vp, VM_EXIT_UNHANDLED,
				"executes at RIP %#llx, GPA %#llx, where there is no memory",
				header->rip, access->gpa);
	if (!fetch_and_decode(vp, header, &regs, access->insn_bytes, access->insn_byte_count,
			      &insn))
		return false;
	if (!addresses(vp, &insn, &insn.mem, &regs, access->gpa) &&
	    !(insn.kind == INSN_MOVS && addresses(vp, &insn, &insn.from, &regs, access->gpa)))
		return exit_end(vp, VM_EXIT_UNHANDLED,
				"the instruction at RIP %#llx does not access GPA %#llx, as the message says",
				header->rip, access->gpa);

	error = execute(vp, &insn, &regs, &mask, &more);
	if (error)
		return exit_end(vp, VM_EXIT_UNHANDLED, "the instruction at RIP %#llx %s",
				header->rip, error);
	rip = more ? header->rip : exit_next_rip(header, insn.length);
	return regs_finish(vp, rip, mask, regs.gpr) ||
		exit_end(vp, VM_EXIT_UNHANDLED, "cannot go on at RIP %#llx", header->rip);
}

/* One element between memory and a port */
static const char *transfer(struct vp *vp, const struct insn *insn, const struct vp_regs *regs,
			    __u16 port)
{
	const char *error;
	__u64 value;

	if (insn->kind == INSN_INS)
		return write_operand(vp, insn, &insn->mem, regs, io_read(vp, port, insn->size));
	error = read_operand(vp, insn, &insn->from, regs, &value);
	if (!error)
		io_write(vp, port, insn->size, value);
	return error;
}

bool exit_string_io(struct vp *vp, const struct mhv_io_port_intercept *io)
{
	const struct mhv_intercept_header *header = &io->header;
	unsigned int done = 0;
	struct vp_regs regs;
	struct insn insn;
	const char *error;
	bool more;

	if (!fetch_and_decode(vp, header, &regs, io->insn_bytes, io->insn_byte_count, &insn))
		return false;
	if (insn.kind != INSN_INS && insn.kind != INSN_OUTS)
		return exit_end(vp, VM_EXIT_UNHANDLED,
				"the instruction at RIP %#llx is not INS or OUTS",
				header->rip);

	more = !insn_count_is_zero(&insn, &regs);
	while (more && done < STRING_IO_BATCH) {
		error = transfer(vp, &insn, &regs, io->port);
		if (error)
			return exit_end(vp, VM_EXIT_UNHANDLED, "the instruction at RIP %#llx %s",
					header->rip, error);
		more = insn_string_step(&insn, &regs);
		done++;
	}
	exit_note(vp, "rip %#llx: %s port %#x, %u elements of %u bytes", header->rip,
		  insn.kind == INSN_INS ? "ins from" : "outs to", io->port, done, insn.size);
	return regs_finish(vp, more ? header->rip : exit_next_rip(header, insn.length),
			   1 << MHV_RSI | 1 << MHV_RDI | 1 << MHV_RCX, regs.gpr) ||
		exit_end(vp, VM_EXIT_UNHANDLED, "cannot go on at RIP %#llx", header->rip);
}
