// SPDX-License-Identifier: GPL-2.0
/*
 * Instruction decoding by Zydis, and the arithmetic of the instructions of decode.h: partial
 * registers, wrapping addresses, string registers. Zydis's types do not leave this file.
 */
#include <stdio.h>
#include <string.h>

#include <Zydis/Zydis.h>

#include "decode.h"

struct decoded {
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
};

static enum insn_result decode(const void *bytes, size_t nr_bytes, unsigned int mode,
			       struct decoded *decoded)
{
	ZydisDecoder decoder;
	ZyanStatus status;

	if (mode == 64)
		ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	else if (mode == 32)
		ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LEGACY_32, ZYDIS_STACK_WIDTH_32);
	else
		ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LEGACY_16, ZYDIS_STACK_WIDTH_16);
	if (!nr_bytes)
		return INSN_TRUNCATED;
	status = ZydisDecoderDecodeFull(&decoder, bytes, nr_bytes, &decoded->insn, decoded->op);
	if (ZYAN_SUCCESS(status))
		return INSN_OK;
	return status == ZYDIS_STATUS_NO_MORE_DATA ? INSN_TRUNCATED : INSN_UNKNOWN;
}

unsigned int insn_mode(const struct mhv_segment *cs, bool long_mode)
{
	if (long_mode && (cs->attributes & X86_SEGMENT_LONG))
		return 64;
	return cs->attributes & X86_SEGMENT_32BIT ? 32 : 16;
}

enum insn_result insn_length(const void *bytes, size_t nr_bytes, unsigned int mode,
			     unsigned int *length)
{
	struct decoded d;
	enum insn_result result = decode(bytes, nr_bytes, mode, &d);

	if (result == INSN_OK)
		*length = d.insn.length;
	return result;
}

void insn_print(const void *bytes, size_t nr_bytes, unsigned int mode, char *text,
		size_t text_bytes)
{
	ZydisFormatter formatter;
	struct decoded d;

	if (decode(bytes, nr_bytes, mode, &d) != INSN_OK ||
	    !ZYAN_SUCCESS(ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_ATT)) ||
	    !ZYAN_SUCCESS(ZydisFormatterFormatInstruction(&formatter, &d.insn, d.op,
							  d.insn.operand_count_visible, text,
							  text_bytes, 0, NULL)))
		snprintf(text, text_bytes, "no instruction");
}

/* Returns the number of the 64-bit register that the register is part of, or INSN_NO_GPR. */
static __u8 gpr_number(ZydisRegister reg)
{
	ZydisRegister whole = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, reg);

	if (whole < ZYDIS_REGISTER_RAX || whole > ZYDIS_REGISTER_R15)
		return INSN_NO_GPR;
	return whole - ZYDIS_REGISTER_RAX;
}

static __u8 segment_number(ZydisRegister reg)
{
	switch (reg) {
	case ZYDIS_REGISTER_ES:
		return MHV_SEG_ES;
	case ZYDIS_REGISTER_CS:
		return MHV_SEG_CS;
	case ZYDIS_REGISTER_SS:
		return MHV_SEG_SS;
	case ZYDIS_REGISTER_FS:
		return MHV_SEG_FS;
	case ZYDIS_REGISTER_GS:
		return MHV_SEG_GS;
	default:
		return MHV_SEG_DS;
	}
}

static bool take_mem(const struct decoded *d, unsigned int n, struct insn_mem *mem)
{
	const ZydisDecodedOperand *op = &d->op[n];

	if (op->type != ZYDIS_OPERAND_TYPE_MEMORY || op->mem.type != ZYDIS_MEMOP_TYPE_MEM)
		return false;
	mem->segment = segment_number(op->mem.segment);
	if (op->mem.base == ZYDIS_REGISTER_RIP || op->mem.base == ZYDIS_REGISTER_EIP)
		mem->base = INSN_RIP;
	else
		mem->base = gpr_number(op->mem.base);
	mem->index = gpr_number(op->mem.index);
	mem->scale = op->mem.scale;
	mem->address_bytes = d->insn.address_width / 8;
	mem->displacement = op->mem.disp.has_displacement ? op->mem.disp.value : 0;
	return true;
}

static bool take_gpr(const struct decoded *d, unsigned int n, struct insn *insn)
{
	const ZydisDecodedOperand *op = &d->op[n];

	if (op->type != ZYDIS_OPERAND_TYPE_REGISTER)
		return false;
	insn->gpr = gpr_number(op->reg.value);
	insn->gpr_high = op->reg.value >= ZYDIS_REGISTER_AH && op->reg.value <= ZYDIS_REGISTER_BH;
	insn->gpr_size = op->size / 8;
	return insn->gpr != INSN_NO_GPR;
}

static bool take_move(const struct decoded *d, struct insn *insn)
{
	const ZydisDecodedOperand *source = &d->op[1];

	if (take_mem(d, 1, &insn->mem)) {
		insn->kind = INSN_LOAD;
		insn->size = source->size / 8;
		insn->sign_extend = d->insn.mnemonic == ZYDIS_MNEMONIC_MOVSX ||
			d->insn.mnemonic == ZYDIS_MNEMONIC_MOVSXD;
		return take_gpr(d, 0, insn);
	}
	if (!take_mem(d, 0, &insn->mem))
		return false;
	insn->kind = INSN_STORE;
	insn->size = d->op[0].size / 8;
	if (source->type != ZYDIS_OPERAND_TYPE_IMMEDIATE)
		return take_gpr(d, 1, insn);
	insn->has_immediate = true;
	insn->immediate = source->imm.value.u;
	return true;
}

/* The explicit and the implicit operands of string instructions have fixed places. */
static bool take_string(const struct decoded *d, enum insn_kind kind, struct insn *insn)
{
	const ZydisInstructionAttributes repeat = ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE |
		ZYDIS_ATTRIB_HAS_REPNE;

	insn->kind = kind;
	insn->rep = d->insn.attributes & repeat;
	insn->gpr = MHV_RAX;
	if (kind == INSN_OUTS) {
		insn->size = d->op[1].size / 8;
		return take_mem(d, 1, &insn->from);
	}
	insn->size = d->op[0].size / 8;
	if (!take_mem(d, 0, &insn->mem))
		return false;
	return kind != INSN_MOVS || take_mem(d, 1, &insn->from);
}

static bool take(const struct decoded *d, struct insn *insn)
{
	switch (d->insn.mnemonic) {
	case ZYDIS_MNEMONIC_MOV:
	case ZYDIS_MNEMONIC_MOVZX:
	case ZYDIS_MNEMONIC_MOVSX:
	case ZYDIS_MNEMONIC_MOVSXD:
		return take_move(d, insn);
	case ZYDIS_MNEMONIC_STOSB:
	case ZYDIS_MNEMONIC_STOSW:
	case ZYDIS_MNEMONIC_STOSD:
	case ZYDIS_MNEMONIC_STOSQ:
		return take_string(d, INSN_STOS, insn);
	case ZYDIS_MNEMONIC_MOVSB:
	case ZYDIS_MNEMONIC_MOVSW:
	case ZYDIS_MNEMONIC_MOVSQ:
		return take_string(d, INSN_MOVS, insn);
	case ZYDIS_MNEMONIC_MOVSD:
		/* Not the SSE instruction of that name */
		return d->insn.meta.category == ZYDIS_CATEGORY_STRINGOP &&
			take_string(d, INSN_MOVS, insn);
	case ZYDIS_MNEMONIC_INSB:
	case ZYDIS_MNEMONIC_INSW:
	case ZYDIS_MNEMONIC_INSD:
		return take_string(d, INSN_INS, insn);
	case ZYDIS_MNEMONIC_OUTSB:
	case ZYDIS_MNEMONIC_OUTSW:
	case ZYDIS_MNEMONIC_OUTSD:
		return take_string(d, INSN_OUTS, insn);
	default:
		return false;
	}
}

enum insn_result insn_decode(const void *bytes, size_t nr_bytes, unsigned int mode,
			     struct insn *insn)
{
	struct decoded d;
	enum insn_result result = decode(bytes, nr_bytes, mode, &d);

	if (result != INSN_OK)
		return result;
	memset(insn, 0, sizeof(*insn));
	insn->length = d.insn.length;
	insn->mode = mode;
	return take(&d, insn) ? INSN_OK : INSN_UNKNOWN;
}

static __u64 low_bytes(__u64 value, unsigned int bytes)
{
	return bytes < 8 ? value & ((1ULL << (8 * bytes)) - 1) : value;
}

__u64 insn_linear(const struct insn *insn, const struct insn_mem *mem, const struct vp_regs *regs)
{
	__u64 address = mem->displacement;

	if (mem->base == INSN_RIP)
		address += regs->rip + insn->length;
	else if (mem->base != INSN_NO_GPR)
		address += low_bytes(regs->gpr[mem->base], mem->address_bytes);
	if (mem->index != INSN_NO_GPR)
		address += low_bytes(regs->gpr[mem->index], mem->address_bytes) * mem->scale;
	address = low_bytes(address, mem->address_bytes);

	/* In 64-bit mode only FS and GS have a base. */
	if (insn->mode != 64)
		return low_bytes(address + regs->segment[mem->segment].base, 4);
	if (mem->segment == MHV_SEG_FS || mem->segment == MHV_SEG_GS)
		address += regs->segment[mem->segment].base;
	return address;
}

__u64 insn_store_value(const struct insn *insn, const __u64 *gpr)
{
	if (insn->has_immediate)
		return insn->immediate;
	return insn->gpr_high ? gpr[insn->gpr] >> 8 : gpr[insn->gpr];
}

/* Writes the low bytes of a register as the processor does: 4 bytes clear the upper half. */
static void write_low(__u64 *gpr, unsigned int bytes, __u64 value)
{
	if (bytes >= 4)
		*gpr = low_bytes(value, bytes);
	else
		*gpr = (*gpr & ~low_bytes(~0ULL, bytes)) | low_bytes(value, bytes);
}

void insn_load_register(const struct insn *insn, __u64 *gpr, __u64 value)
{
	unsigned int unused = 64 - 8 * insn->size;

	value = low_bytes(value, insn->size);
	if (insn->sign_extend)
		value = (__s64)(value << unused) >> unused;
	if (insn->gpr_high)
		gpr[insn->gpr] = (gpr[insn->gpr] & ~0xff00ULL) | (value & 0xff) << 8;
	else
		write_low(&gpr[insn->gpr], insn->gpr_size, value);
}

static void move_pointer(const struct insn *insn, unsigned int address_bytes, __u64 rflags,
			 __u64 *gpr)
{
	__u64 step = rflags & X86_RFLAGS_DF ? -(__u64)insn->size : insn->size;

	write_low(gpr, address_bytes, *gpr + step);
}

bool insn_string_step(const struct insn *insn, struct vp_regs *regs)
{
	bool reads = insn->kind == INSN_MOVS || insn->kind == INSN_OUTS;
	bool writes = insn->kind != INSN_OUTS;
	unsigned int address_bytes = reads ? insn->from.address_bytes : insn->mem.address_bytes;

	if (reads)
		move_pointer(insn, address_bytes, regs->rflags, &regs->gpr[MHV_RSI]);
	if (writes)
		move_pointer(insn, address_bytes, regs->rflags, &regs->gpr[MHV_RDI]);
	if (!insn->rep)
		return false;
	write_low(&regs->gpr[MHV_RCX], address_bytes, regs->gpr[MHV_RCX] - 1);
	return !insn_count_is_zero(insn, regs);
}

bool insn_count_is_zero(const struct insn *insn, const struct vp_regs *regs)
{
	const struct insn_mem *mem = insn->kind == INSN_OUTS ? &insn->from : &insn->mem;

	return insn->rep && !low_bytes(regs->gpr[MHV_RCX], mem->address_bytes);
}
