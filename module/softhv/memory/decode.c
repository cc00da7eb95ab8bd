// SPDX-License-Identifier: GPL-2.0
/*
 * Decodes the instruction with which a guest reads or writes memory that softhv itself answers for.
 * The address is known from the exit, so only the length of the address forms matters. Decoded are
 * instructions with one operand in memory that compilers make of an access to a register of a
 * device: moves, arithmetic and logic, tests, and the locked ones. VP locked.
 */
#include <linux/bitops.h>
#include <linux/bits.h>

#include "softhv/memory/decode.h"

#define NPF_WRITE	BIT_ULL(1)

#define REX_R		BIT(2)
#define REX_W		BIT(3)

#define MODRM_MOD(modrm)	((modrm) >> 6)
#define MODRM_REG(modrm)	(((modrm) >> 3) & 7)
#define MODRM_RM(modrm)		((modrm) & 7)

/**
 * struct mmio_insn - an instruction as far as it is decoded
 * @bytes: it, and what follows it
 * @count: how many bytes are known
 * @at: the next to look at
 * @wide: 64-bit mode
 * @lock: it has a LOCK prefix
 * @rex: its REX prefix, or 0
 * @operand: operand size in bytes, but for instructions on bytes
 * @address: address size in bytes
 */
struct mmio_insn {
	u8 bytes[SOFTHV_MAX_INSN];
	u8 count;
	u8 at;
	bool wide;
	bool lock;
	u8 rex;
	u8 operand;
	u8 address;
};

/* The next byte; what is behind the end is found out at the end. */
static u8 mmio_next(struct mmio_insn *insn)
{
	u8 at = insn->at++;

	return at < insn->count ? insn->bytes[at] : 0;
}

static void mmio_prefixes(struct softhv_vp *vp, struct mmio_insn *insn)
{
	const struct vmcb_save_area *save = &vp->vmcb->save;
	bool big = save->cs.attrib & SVM_SELECTOR_DB_MASK;
	bool operand = false, address = false;
	u8 byte;

	insn->wide = (save->efer & EFER_LMA) && (save->cs.attrib & SVM_SELECTOR_L_MASK);
	for (;;) {
		byte = mmio_next(insn);
		switch (byte) {
		case 0x66:
			operand = true;
			break;
		case 0x67:
			address = true;
			break;
		case 0xf0:
			insn->lock = true;
			break;
		case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65: case 0xf2:
		case 0xf3:
			break;
		default:
			if (!insn->wide || (byte & 0xf0) != 0x40)
				goto done;
			insn->rex = byte;
			continue;
		}
		/* Only right before the opcode it is one. */
		insn->rex = 0;
	}
done:
	insn->at--;
	insn->operand = (big || insn->wide) != operand ? 4 : 2;
	if (insn->rex & REX_W)
		insn->operand = 8;
	insn->address = big != address ? 4 : 2;
	if (insn->wide)
		insn->address = address ? 4 : 8;
}

/* Skip a ModRM byte and what belongs to it. False if it names no memory. */
static bool mmio_modrm(struct mmio_insn *insn, u8 *modrm)
{
	u8 mod, rm;

	*modrm = mmio_next(insn);
	mod = MODRM_MOD(*modrm);
	rm = MODRM_RM(*modrm);
	if (mod == 3)
		return false;
	if (insn->address == 2) {
		if (mod == 2 || (mod == 0 && rm == 6))
			insn->at += 2;
		else if (mod == 1)
			insn->at++;
		return true;
	}
	if (rm == 4)
		rm = mmio_next(insn) & 7;	/* SIB: its base */
	if (mod == 2 || (mod == 0 && rm == 5))
		insn->at += 4;
	else if (mod == 1)
		insn->at++;
	return true;
}

/* The register of an operand of @size bytes; without REX, 4 to 7 are the high bytes of 0 to 3. */
static void mmio_register(const struct mmio_insn *insn, struct softhv_mmio *access, u8 number,
			  u8 size)
{
	access->reg_size = size;
	access->reg = number | (insn->rex & REX_R ? 8 : 0);
	access->high = size == 1 && !insn->rex && number >= 4;
	if (access->high)
		access->reg -= 4;
}

static u64 mmio_mask(u8 size)
{
	return GENMASK_ULL(8 * size - 1, 0);
}

static u64 mmio_register_value(const struct softhv_vp *vp, const struct softhv_mmio *access)
{
	return (vp->gpr[access->reg] >> (access->high ? 8 : 0)) & mmio_mask(access->reg_size);
}

/* The destination is in memory, the source is a register. */
static bool mmio_to_memory(struct softhv_vp *vp, struct mmio_insn *insn,
			   struct softhv_mmio *access, enum softhv_alu_op op, u8 size)
{
	u8 modrm;

	if (!mmio_modrm(insn, &modrm))
		return false;
	mmio_register(insn, access, MODRM_REG(modrm), size);
	access->op = op;
	access->size = size;
	access->value = mmio_register_value(vp, access);
	access->read = op != SOFTHV_ALU_MOV;
	access->write = op != SOFTHV_ALU_CMP && op != SOFTHV_ALU_TEST && op != SOFTHV_ALU_BT;
	return true;
}

/* The destination is a register, the source is in memory. */
static bool mmio_to_register(struct softhv_vp *vp, struct mmio_insn *insn,
			     struct softhv_mmio *access, enum softhv_alu_op op, u8 size)
{
	u8 modrm;

	if (!mmio_modrm(insn, &modrm))
		return false;
	mmio_register(insn, access, MODRM_REG(modrm), size);
	access->op = op;
	access->size = size;
	access->value = mmio_register_value(vp, access);
	access->read = true;
	access->to_register = true;
	return true;
}

/* MOVZX, MOVSX, MOVSXD: what is in memory is smaller than the register. */
static bool mmio_extend(struct softhv_vp *vp, struct mmio_insn *insn, struct softhv_mmio *access,
			u8 size, bool sign)
{
	if (!mmio_to_register(vp, insn, access, SOFTHV_ALU_MOV, insn->operand))
		return false;
	access->size = size;
	access->sign_extend = sign;
	return true;
}

static u64 mmio_immediate(struct mmio_insn *insn, u8 size, u8 bytes)
{
	u64 value = 0;
	u8 i;

	for (i = 0; i < bytes; i++)
		value |= (u64)mmio_next(insn) << (8 * i);
	return sign_extend64(value, 8 * bytes - 1) & mmio_mask(size);
}

/* The destination is in memory, the source is an immediate of so many bytes, or there is none. */
static bool mmio_with_immediate(struct mmio_insn *insn, struct softhv_mmio *access,
				enum softhv_alu_op op, u8 size, u8 bytes)
{
	access->op = op;
	access->size = size;
	if (bytes)
		access->value = mmio_immediate(insn, size, bytes);
	access->read = op != SOFTHV_ALU_MOV;
	access->write = op != SOFTHV_ALU_CMP && op != SOFTHV_ALU_TEST && op != SOFTHV_ALU_BT;
	return true;
}

/* Opcodes whose ModRM byte says which instruction they are */
static bool mmio_group(struct mmio_insn *insn, struct softhv_mmio *access, u8 opcode)
{
	u8 size = opcode & 1 ? insn->operand : 1;
	u8 bytes = min_t(u8, size, 4);
	u8 modrm, reg;

	if (!mmio_modrm(insn, &modrm))
		return false;
	reg = MODRM_REG(modrm);
	switch (opcode) {
	case 0x83:
		bytes = 1;
		fallthrough;
	case 0x80: case 0x81:
		return mmio_with_immediate(insn, access, SOFTHV_ALU_ADD + reg, size, bytes);
	case 0xc6: case 0xc7:
		return !reg && mmio_with_immediate(insn, access, SOFTHV_ALU_MOV, size, bytes);
	case 0xf6: case 0xf7:
		if (reg < 2)
			return mmio_with_immediate(insn, access, SOFTHV_ALU_TEST, size, bytes);
		return reg < 4 && mmio_with_immediate(insn, access, SOFTHV_ALU_NOT + reg - 2, size,
						      0);
	case 0xfe: case 0xff:
		return reg < 2 && mmio_with_immediate(insn, access, SOFTHV_ALU_INC + reg, size, 0);
	}
	return false;
}

/* IMUL with an immediate: what is in memory is multiplied, a register gets it. */
static bool mmio_multiply(struct softhv_vp *vp, struct mmio_insn *insn, struct softhv_mmio *access,
			  u8 bytes)
{
	if (!mmio_to_register(vp, insn, access, SOFTHV_ALU_IMUL, insn->operand))
		return false;
	access->value = mmio_immediate(insn, insn->operand, bytes);
	return true;
}

static bool mmio_two_bytes(struct softhv_vp *vp, struct mmio_insn *insn,
			   struct softhv_mmio *access)
{
	u8 opcode = mmio_next(insn);
	u8 size = opcode & 1 ? insn->operand : 1;
	u8 modrm;

	switch (opcode) {
	case 0x40 ... 0x4f:
		access->condition = opcode & 0xf;
		return mmio_to_register(vp, insn, access, SOFTHV_ALU_CMOV, insn->operand);
	case 0xa3: case 0xab: case 0xb3: case 0xbb:
		/* A bit beyond the operand is in another one, whose address the exit has told. */
		return mmio_to_memory(vp, insn, access, SOFTHV_ALU_BT + (opcode >> 3 & 3),
				      insn->operand);
	case 0xba:
		return mmio_modrm(insn, &modrm) && MODRM_REG(modrm) >= 4 &&
		       mmio_with_immediate(insn, access, SOFTHV_ALU_BT + MODRM_REG(modrm) - 4,
					   insn->operand, 1);
	case 0xaf:
		return mmio_to_register(vp, insn, access, SOFTHV_ALU_IMUL, insn->operand);
	case 0xb0: case 0xb1:
		return mmio_to_memory(vp, insn, access, SOFTHV_ALU_CMPXCHG, size);
	case 0xc0: case 0xc1:
		return mmio_to_memory(vp, insn, access, SOFTHV_ALU_XADD, size);
	case 0xc3:
		return mmio_to_memory(vp, insn, access, SOFTHV_ALU_MOV, insn->operand);
	case 0xb6: case 0xb7: case 0xbe: case 0xbf:
		return mmio_extend(vp, insn, access, opcode & 1 ? 2 : 1, opcode & 8);
	}
	return false;
}

/* MOV between the accumulator and an address in the instruction */
static bool mmio_accumulator(struct softhv_vp *vp, struct mmio_insn *insn,
			     struct softhv_mmio *access, bool store, u8 size)
{
	insn->at += insn->address;
	access->reg = MHV_RAX;
	access->reg_size = size;
	access->size = size;
	access->value = mmio_register_value(vp, access);
	access->read = !store;
	access->write = store;
	access->to_register = !store;
	return true;
}

static bool mmio_opcode(struct softhv_vp *vp, struct mmio_insn *insn, struct softhv_mmio *access)
{
	u8 opcode = mmio_next(insn);
	u8 size = opcode & 1 ? insn->operand : 1;

	/* ADD, OR, ADC, SBB, AND, SUB, XOR, CMP, each to memory and to a register */
	if (opcode < 0x40 && (opcode & 7) < 4) {
		enum softhv_alu_op op = SOFTHV_ALU_ADD + (opcode >> 3);

		return opcode & 2 ? mmio_to_register(vp, insn, access, op, size) :
				    mmio_to_memory(vp, insn, access, op, size);
	}
	switch (opcode) {
	case 0x0f:
		return mmio_two_bytes(vp, insn, access);
	case 0x63:
		return insn->wide &&
		       mmio_extend(vp, insn, access, min_t(u8, insn->operand, 4), true);
	case 0x69:
		return mmio_multiply(vp, insn, access, min_t(u8, insn->operand, 4));
	case 0x6b:
		return mmio_multiply(vp, insn, access, 1);
	case 0x84: case 0x85:
		return mmio_to_memory(vp, insn, access, SOFTHV_ALU_TEST, size);
	case 0x86: case 0x87:
		return mmio_to_memory(vp, insn, access, SOFTHV_ALU_XCHG, size);
	case 0x88: case 0x89:
		return mmio_to_memory(vp, insn, access, SOFTHV_ALU_MOV, size);
	case 0x8a: case 0x8b:
		return mmio_to_register(vp, insn, access, SOFTHV_ALU_MOV, size);
	case 0xa0: case 0xa1: case 0xa2: case 0xa3:
		return mmio_accumulator(vp, insn, access, opcode & 2, size);
	}
	return mmio_group(insn, access, opcode);
}

/**
 * softhv_mmio_decode() - find out how a guest accesses memory
 * @vp: locked, with an exit for a nested page fault
 * @gpa: what it accesses
 * @access: how
 *
 * Return: false if it is an instruction that is not known here, cannot be read or is no longer that
 * which exited, or if it is not an instruction that accesses @gpa but the delivery of an event.
 */
bool softhv_mmio_decode(struct softhv_vp *vp, u64 gpa, struct softhv_mmio *access)
{
	const struct vmcb_control_area *control = &vp->vmcb->control;
	bool write = control->exit_info_1 & NPF_WRITE;
	struct mmio_insn insn = {};

	*access = (struct softhv_mmio){ .gpa = gpa };
	if (control->exit_int_info & SVM_EXITINTINFO_VALID)
		return false;
	insn.count = softhv_fetch(vp, insn.bytes, sizeof(insn.bytes));
	mmio_prefixes(vp, &insn);
	if (!mmio_opcode(vp, &insn, access) || insn.at > insn.count)
		return false;
	/* Only what reads and writes may be locked. */
	if (insn.lock && (!access->read || !access->write))
		return false;
	access->length = insn.at;
	/* Some processors ask for reading first where an instruction reads and writes. */
	return write ? access->write : access->read;
}

static void mmio_set_register(struct softhv_vp *vp, const struct softhv_mmio *access, u64 value)
{
	u64 mask = mmio_mask(access->reg_size);
	u64 *gpr = &vp->gpr[access->reg];

	/* What is written to 32 bits of a register clears the upper ones. */
	if (access->reg_size >= 4)
		*gpr = value & mask;
	else if (access->high)
		*gpr = (*gpr & ~(mask << 8)) | (value & mask) << 8;
	else
		*gpr = (*gpr & ~mask) | (value & mask);
}

/* Equal: the register goes to memory. Else memory goes to the accumulator, and is written again. */
static u64 mmio_compare_exchange(struct softhv_vp *vp, const struct softhv_mmio *access, u64 memory)
{
	struct softhv_mmio accumulator = { .reg = MHV_RAX, .reg_size = access->size };
	u64 left = mmio_register_value(vp, &accumulator);

	softhv_alu(SOFTHV_ALU_CMP, access->size, left, memory, &vp->vmcb->save.rflags);
	if (left == memory)
		return access->value;
	mmio_set_register(vp, &accumulator, memory);
	return memory;
}

/**
 * softhv_mmio_compute() - do what an instruction does but for its access to memory
 * @vp: locked
 * @access: from softhv_mmio_decode()
 * @memory: what memory holds, if the instruction reads it
 *
 * Changes registers and flags, but not RIP.
 * Return: what is to be written to memory, if the instruction does.
 */
u64 softhv_mmio_compute(struct softhv_vp *vp, const struct softhv_mmio *access, u64 memory)
{
	u64 *rflags = &vp->vmcb->save.rflags;
	u64 value = access->value, result;

	if (access->read)
		memory &= mmio_mask(access->size);
	switch (access->op) {
	case SOFTHV_ALU_MOV:
		if (!access->to_register)
			return value;
		result = access->sign_extend ? sign_extend64(memory, 8 * access->size - 1) : memory;
		break;
	case SOFTHV_ALU_CMOV:
		result = softhv_alu_condition(access->condition, *rflags) ? memory : value;
		break;
	case SOFTHV_ALU_XCHG:
		mmio_set_register(vp, access, memory);
		return value;
	case SOFTHV_ALU_XADD:
		result = softhv_alu(SOFTHV_ALU_ADD, access->size, memory, value, rflags);
		mmio_set_register(vp, access, memory);
		return result;
	case SOFTHV_ALU_CMPXCHG:
		return mmio_compare_exchange(vp, access, memory);
	default:
		if (!access->to_register)
			return softhv_alu(access->op, access->size, memory, value, rflags);
		result = softhv_alu(access->op, access->size, value, memory, rflags);
		if (access->op == SOFTHV_ALU_CMP)
			return 0;
	}
	mmio_set_register(vp, access, result);
	return 0;
}
