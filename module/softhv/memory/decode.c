// SPDX-License-Identifier: GPL-2.0
/*
 * Decodes the instruction with which a guest reads or writes memory that softhv itself answers for.
 * The address is known from the exit, so only the length of the address forms matters. The forms of
 * MOV are known, which drivers use for device registers, and no others. VP locked.
 */
#include <linux/bitops.h>
#include <linux/bits.h>

#include "softhv/softhv.h"

#define NPF_WRITE	BIT_ULL(1)

#define MAX_INSN	15

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
 * @rex: its REX prefix, or 0
 * @operand: operand size in bytes, but for instructions on bytes
 * @address: address size in bytes
 */
struct mmio_insn {
	u8 bytes[MAX_INSN];
	u8 count;
	u8 at;
	bool wide;
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

static void mmio_store(struct softhv_vp *vp, const struct mmio_insn *insn,
		       struct softhv_mmio *access, u8 number, u8 size)
{
	mmio_register(insn, access, number, size);
	access->write = true;
	access->size = size;
	access->value = (vp->gpr[access->reg] >> (access->high ? 8 : 0)) & mmio_mask(size);
}

static void mmio_load(const struct mmio_insn *insn, struct softhv_mmio *access, u8 number, u8 size,
		      u8 reg_size)
{
	mmio_register(insn, access, number, reg_size);
	access->write = false;
	access->size = size;
}

static bool mmio_immediate(struct mmio_insn *insn, struct softhv_mmio *access, u8 size)
{
	u8 bytes = min_t(u8, size, 4);
	u64 value = 0;
	u8 i;

	for (i = 0; i < bytes; i++)
		value |= (u64)mmio_next(insn) << (8 * i);
	access->write = true;
	access->size = size;
	access->value = sign_extend64(value, 8 * bytes - 1) & mmio_mask(size);
	return true;
}

/* 0F B6, B7, BE, BF: MOVZX and MOVSX from a byte or a word */
static bool mmio_extend(struct mmio_insn *insn, struct softhv_mmio *access)
{
	u8 opcode = mmio_next(insn);
	u8 modrm;

	if ((opcode & 0xf6) != 0xb6 || !mmio_modrm(insn, &modrm))
		return false;
	mmio_load(insn, access, MODRM_REG(modrm), opcode & 1 ? 2 : 1, insn->operand);
	access->sign_extend = opcode & 8;
	return true;
}

static bool mmio_mov(struct softhv_vp *vp, struct mmio_insn *insn, struct softhv_mmio *access)
{
	u8 opcode = mmio_next(insn);
	u8 size = opcode & 1 ? insn->operand : 1;
	u8 modrm;

	switch (opcode) {
	case 0x88: case 0x89:
		if (!mmio_modrm(insn, &modrm))
			return false;
		mmio_store(vp, insn, access, MODRM_REG(modrm), size);
		return true;
	case 0x8a: case 0x8b:
		if (!mmio_modrm(insn, &modrm))
			return false;
		mmio_load(insn, access, MODRM_REG(modrm), size, size);
		return true;
	case 0x63:
		if (!insn->wide || !mmio_modrm(insn, &modrm))
			return false;
		mmio_load(insn, access, MODRM_REG(modrm), min_t(u8, insn->operand, 4),
			  insn->operand);
		access->sign_extend = true;
		return true;
	case 0xa0: case 0xa1: case 0xa2: case 0xa3:
		insn->at += insn->address;
		insn->rex &= ~REX_R;
		if (opcode & 2)
			mmio_store(vp, insn, access, 0, size);
		else
			mmio_load(insn, access, 0, size, size);
		return true;
	case 0xc6: case 0xc7:
		return mmio_modrm(insn, &modrm) && !MODRM_REG(modrm) &&
		       mmio_immediate(insn, access, size);
	case 0x0f:
		return mmio_extend(insn, access);
	}
	return false;
}

/**
 * softhv_mmio_decode() - find out how a guest accesses memory
 * @vp: locked, with an exit for a nested page fault
 * @gpa: what it accesses
 * @access: how
 *
 * Return: false if it is no MOV, if the instruction cannot be read or is no longer that which
 * exited, or if it is not an instruction that accesses @gpa but the delivery of an event.
 */
bool softhv_mmio_decode(struct softhv_vp *vp, u64 gpa, struct softhv_mmio *access)
{
	const struct vmcb_control_area *control = &vp->vmcb->control;
	struct mmio_insn insn = {};

	*access = (struct softhv_mmio){ .gpa = gpa };
	if (control->exit_int_info & SVM_EXITINTINFO_VALID)
		return false;
	insn.count = softhv_fetch(vp, insn.bytes, sizeof(insn.bytes));
	mmio_prefixes(vp, &insn);
	if (!mmio_mov(vp, &insn, access) || insn.at > insn.count)
		return false;
	access->length = insn.at;
	return access->write == !!(control->exit_info_1 & NPF_WRITE);
}

/**
 * softhv_mmio_complete() - let a guest go on after an access
 * @vp: locked
 * @access: from softhv_mmio_decode()
 * @value: what was read; of no meaning for a write
 */
void softhv_mmio_complete(struct softhv_vp *vp, const struct softhv_mmio *access, u64 value)
{
	u64 *gpr = &vp->gpr[access->reg];
	u64 mask = mmio_mask(access->reg_size ?: 8);

	if (!access->write) {
		value &= mmio_mask(access->size);
		if (access->sign_extend)
			value = sign_extend64(value, 8 * access->size - 1);
		/* What is written to 32 bits of a register clears the upper ones. */
		if (access->reg_size >= 4)
			*gpr = value & mask;
		else if (access->high)
			*gpr = (*gpr & ~(mask << 8)) | (value & mask) << 8;
		else
			*gpr = (*gpr & ~mask) | (value & mask);
	}
	softhv_skip(vp, access->length);
}
