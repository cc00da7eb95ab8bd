/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an instruction that touched a device does, from its bytes: the few forms that compilers and
 * drivers use for MMIO, and string I/O. Pure functions of their arguments: no VM, no memory.
 */
#ifndef MSHVRUN_DECODE_H
#define MSHVRUN_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "regs.h"

#define INSN_MAX_BYTES	15

enum insn_kind {
	INSN_LOAD,	/* memory to register: MOV, MOVZX, MOVSX, MOVSXD */
	INSN_STORE,	/* register or immediate to memory: MOV */
	INSN_STOS,	/* RAX to mem */
	INSN_MOVS,	/* from to mem */
	INSN_INS,	/* port to mem */
	INSN_OUTS,	/* from to port */
};

/**
 * struct insn_mem - a memory operand
 * @segment: enum mhv_segment_index
 * @base: enum mhv_gpr, INSN_NO_GPR or INSN_RIP
 * @index: enum mhv_gpr or INSN_NO_GPR
 * @scale: of the index
 * @address_bytes: 2, 4 or 8: the effective address wraps there
 * @displacement: added
 */
struct insn_mem {
	__u8 segment;
	__u8 base;
	__u8 index;
	__u8 scale;
	__u8 address_bytes;
	__s64 displacement;
};

#define INSN_NO_GPR	0xff
#define INSN_RIP	0xfe

/**
 * struct insn - an instruction that accesses memory
 * @kind: what it does
 * @length: bytes
 * @size: bytes of a memory access
 * @mode: 16, 32 or 64
 * @rep: has a repeat prefix (string instructions)
 * @sign_extend: LOAD: into a wider register
 * @has_immediate: STORE: of @immediate, not of a register
 * @gpr: LOAD, STORE: enum mhv_gpr
 * @gpr_high: ... bits 15:8 of it
 * @gpr_size: LOAD: bytes of the register
 * @immediate: value to store
 * @mem: the operand; of the two of MOVS the one that is written
 * @from: MOVS, OUTS: the operand that is read
 */
struct insn {
	enum insn_kind kind;
	__u8 length;
	__u8 size;
	__u8 mode;
	bool rep;
	bool sign_extend;
	bool has_immediate;
	__u8 gpr;
	bool gpr_high;
	__u8 gpr_size;
	__u64 immediate;
	struct insn_mem mem;
	struct insn_mem from;
};

enum insn_result {
	INSN_OK,
	INSN_TRUNCATED,		/* more bytes are needed */
	INSN_UNKNOWN,		/* not an instruction, or none of those above */
};

/**
 * insn_mode() - how to read a VP's instructions
 * @cs: code segment
 * @long_mode: EFER.LMA is set
 *
 * Return: 16, 32 or 64.
 */
unsigned int insn_mode(const struct mhv_segment *cs, bool long_mode);

/**
 * insn_decode() - decode an instruction that accesses memory
 * @bytes: where it begins
 * @nr_bytes: how many there are, may be more than it has
 * @mode: from insn_mode()
 * @insn: filled in
 *
 * Return: INSN_OK, or why not.
 */
enum insn_result insn_decode(const void *bytes, size_t nr_bytes, unsigned int mode,
			     struct insn *insn);

/**
 * insn_length() - length of any instruction
 * @bytes: where it begins
 * @nr_bytes: how many there are, may be more than it has
 * @mode: from insn_mode()
 * @length: filled in
 *
 * Return: INSN_OK, or why not.
 */
enum insn_result insn_length(const void *bytes, size_t nr_bytes, unsigned int mode,
			     unsigned int *length);

/**
 * insn_print() - an instruction as text, for messages
 * @bytes: where it begins
 * @nr_bytes: how many there are
 * @mode: from insn_mode()
 * @text: filled in, always terminated
 * @text_bytes: size of it
 */
void insn_print(const void *bytes, size_t nr_bytes, unsigned int mode, char *text,
		size_t text_bytes);

/**
 * insn_linear() - the linear address of a memory operand
 * @insn: the instruction
 * @mem: its operand
 * @regs: registers before it
 *
 * Return: the address.
 */
__u64 insn_linear(const struct insn *insn, const struct insn_mem *mem, const struct vp_regs *regs);

/**
 * insn_store_value() - what a STORE or STOS writes
 * @insn: the instruction
 * @gpr: registers before it
 *
 * Return: the value; bits above insn->size bytes mean nothing.
 */
__u64 insn_store_value(const struct insn *insn, const __u64 *gpr);

/**
 * insn_load_register() - what a LOAD does to its register
 * @insn: the instruction
 * @gpr: registers, changed
 * @value: what memory held
 */
void insn_load_register(const struct insn *insn, __u64 *gpr, __u64 value);

/**
 * insn_string_step() - move the registers of a string instruction on by one element
 * @insn: the instruction
 * @regs: changed: RSI, RDI and RCX as far as the instruction uses them
 *
 * Return: whether there are more elements.
 */
bool insn_string_step(const struct insn *insn, struct vp_regs *regs);

/**
 * insn_count_is_zero() - whether a string instruction has nothing to do
 * @insn: the instruction
 * @regs: registers before it
 *
 * Return: true for a repeat prefix with a count of 0.
 */
bool insn_count_is_zero(const struct insn *insn, const struct vp_regs *regs);

#endif /* MSHVRUN_DECODE_H */
