/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instructions that softhv completes for a guest, because they access memory that softhv answers
 * for: decode.c finds out what one does, alu.c computes. VP locked.
 */
#ifndef SOFTHV_DECODE_H
#define SOFTHV_DECODE_H

#include "softhv/softhv.h"

/* What an instruction does; the order of some is that of their opcodes. */
enum softhv_alu_op {
	SOFTHV_ALU_MOV,
	SOFTHV_ALU_ADD,
	SOFTHV_ALU_OR,
	SOFTHV_ALU_ADC,
	SOFTHV_ALU_SBB,
	SOFTHV_ALU_AND,
	SOFTHV_ALU_SUB,
	SOFTHV_ALU_XOR,
	SOFTHV_ALU_CMP,
	SOFTHV_ALU_TEST,
	SOFTHV_ALU_NOT,
	SOFTHV_ALU_NEG,
	SOFTHV_ALU_INC,
	SOFTHV_ALU_DEC,
	SOFTHV_ALU_BT,
	SOFTHV_ALU_BTS,
	SOFTHV_ALU_BTR,
	SOFTHV_ALU_BTC,
	SOFTHV_ALU_IMUL,
	SOFTHV_ALU_XCHG,
	SOFTHV_ALU_XADD,
	SOFTHV_ALU_CMPXCHG,
	SOFTHV_ALU_CMOV,
};

/**
 * struct softhv_mmio - an access to memory by an instruction
 * @gpa: where
 * @value: the operand that is not in memory: what is written, added, or the number of a bit
 * @op: what the instruction does
 * @read: it reads the memory
 * @write: it writes the memory
 * @to_register: the result goes to the register
 * @sign_extend: what is moved is extended to @reg_size with its sign, else with zeroes
 * @condition: of CMOV
 * @high: the register is AH, CH, DH or BH, named by @reg as RAX, RCX, RDX or RBX
 * @size: of the access in bytes: 1, 2, 4 or 8
 * @length: of the instruction in bytes
 * @reg: the register, enum mhv_gpr
 * @reg_size: what of it is used, in bytes; 0 if no register is
 */
struct softhv_mmio {
	u64 gpa;
	u64 value;
	enum softhv_alu_op op;
	bool read;
	bool write;
	bool to_register;
	bool sign_extend;
	u8 condition;
	bool high;
	u8 size;
	u8 length;
	u8 reg;
	u8 reg_size;
};

bool softhv_mmio_decode(struct softhv_vp *vp, u64 gpa, struct softhv_mmio *access);
u64 softhv_mmio_compute(struct softhv_vp *vp, const struct softhv_mmio *access, u64 memory);

/* alu.c */
u64 softhv_alu(enum softhv_alu_op op, u8 size, u64 left, u64 right, u64 *rflags);
bool softhv_alu_condition(u8 condition, u64 rflags);

#endif /* SOFTHV_DECODE_H */
