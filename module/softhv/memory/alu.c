// SPDX-License-Identifier: GPL-2.0
/*
 * What instructions compute that softhv completes for a guest: the result, and the status flags as
 * the processor itself sets them.
 */
#include <linux/bits.h>
#include <asm/processor-flags.h>

#include "softhv/memory/decode.h"

#define ALU_FLAGS	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | \
			 X86_EFLAGS_SF | X86_EFLAGS_OF)

/* BT comes first because it sets the carry flag, which some of the instructions use or keep. */
#define ALU_RUN(insn, type, left, right, carry, flags)					\
do {											\
	type alu_result = (left), alu_right = (right);					\
											\
	asm volatile("btl $0, %[cf]\n\t" insn "\n\tpushfq\n\tpopq %[fl]"		\
		     : [dst] "+q" (alu_result), [fl] "=&r" (flags)			\
		     : [src] "q" (alu_right), [cf] "r" (carry)				\
		     : "cc", "memory");							\
	(left) = alu_result;								\
} while (0)

#define ALU_SIZES(mnemonic, operands, size, left, right, carry, flags)			\
do {											\
	switch (size) {									\
	case 1:										\
		ALU_RUN(mnemonic "b " operands, u8, left, right, carry, flags);		\
		break;									\
	case 2:										\
		ALU_RUN(mnemonic "w " operands, u16, left, right, carry, flags);	\
		break;									\
	case 4:										\
		ALU_RUN(mnemonic "l " operands, u32, left, right, carry, flags);	\
		break;									\
	default:									\
		ALU_RUN(mnemonic "q " operands, u64, left, right, carry, flags);	\
	}										\
} while (0)

#define ALU_TWO		"%[src], %[dst]"
#define ALU_ONE		"%[dst]"

/* The bit of @left that @bit names, as the carry flag; and what becomes of it */
static u64 alu_bit(enum softhv_alu_op op, u8 size, u64 left, u64 bit, u64 *rflags)
{
	u64 mask = BIT_ULL(bit & (8 * size - 1));

	*rflags &= ~(u64)X86_EFLAGS_CF;
	if (left & mask)
		*rflags |= X86_EFLAGS_CF;
	switch (op) {
	case SOFTHV_ALU_BTS:
		return left | mask;
	case SOFTHV_ALU_BTR:
		return left & ~mask;
	case SOFTHV_ALU_BTC:
		return left ^ mask;
	default:
		return left;
	}
}

static u64 alu_multiply(u8 size, u64 left, u64 right, unsigned long *flags)
{
	u32 carry = 0;

	/* There is no form for bytes. */
	if (size == 2)
		ALU_RUN("imulw " ALU_TWO, u16, left, right, carry, *flags);
	else if (size == 4)
		ALU_RUN("imull " ALU_TWO, u32, left, right, carry, *flags);
	else
		ALU_RUN("imulq " ALU_TWO, u64, left, right, carry, *flags);
	return left;
}

/**
 * softhv_alu() - compute as an instruction does
 * @op: which; none that moves or exchanges
 * @size: of the operands in bytes: 1, 2, 4 or 8
 * @left: the destination, in its low @size bytes
 * @right: the source, likewise, or the number of a bit
 * @rflags: the guest's; their status flags are read and set
 *
 * Return: the destination's new value; for CMP and TEST a value of no meaning.
 */
u64 softhv_alu(enum softhv_alu_op op, u8 size, u64 left, u64 right, u64 *rflags)
{
	u32 carry = !!(*rflags & X86_EFLAGS_CF);
	unsigned long flags;

	switch (op) {
	case SOFTHV_ALU_ADD:
		ALU_SIZES("add", ALU_TWO, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_OR:
		ALU_SIZES("or", ALU_TWO, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_ADC:
		ALU_SIZES("adc", ALU_TWO, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_SBB:
		ALU_SIZES("sbb", ALU_TWO, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_AND:
		ALU_SIZES("and", ALU_TWO, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_SUB:
		ALU_SIZES("sub", ALU_TWO, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_XOR:
		ALU_SIZES("xor", ALU_TWO, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_CMP:
		ALU_SIZES("cmp", ALU_TWO, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_TEST:
		ALU_SIZES("test", ALU_TWO, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_NEG:
		ALU_SIZES("neg", ALU_ONE, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_INC:
		ALU_SIZES("inc", ALU_ONE, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_DEC:
		ALU_SIZES("dec", ALU_ONE, size, left, right, carry, flags);
		break;
	case SOFTHV_ALU_IMUL:
		left = alu_multiply(size, left, right, &flags);
		break;
	case SOFTHV_ALU_NOT:
		return ~left;
	case SOFTHV_ALU_BT:
	case SOFTHV_ALU_BTS:
	case SOFTHV_ALU_BTR:
	case SOFTHV_ALU_BTC:
		return alu_bit(op, size, left, right, rflags);
	default:
		return left;
	}
	*rflags = (*rflags & ~(u64)ALU_FLAGS) | (flags & ALU_FLAGS);
	return left;
}

/**
 * softhv_alu_condition() - does a condition hold
 * @condition: the low four bits of the opcode of CMOVcc
 * @rflags: the guest's
 */
bool softhv_alu_condition(u8 condition, u64 rflags)
{
	bool less = !!(rflags & X86_EFLAGS_SF) != !!(rflags & X86_EFLAGS_OF);
	bool holds = false;

	switch (condition >> 1) {
	case 0:
		holds = rflags & X86_EFLAGS_OF;
		break;
	case 1:
		holds = rflags & X86_EFLAGS_CF;
		break;
	case 2:
		holds = rflags & X86_EFLAGS_ZF;
		break;
	case 3:
		holds = rflags & (X86_EFLAGS_CF | X86_EFLAGS_ZF);
		break;
	case 4:
		holds = rflags & X86_EFLAGS_SF;
		break;
	case 5:
		holds = rflags & X86_EFLAGS_PF;
		break;
	case 6:
		holds = less;
		break;
	case 7:
		holds = less || (rflags & X86_EFLAGS_ZF);
		break;
	}
	return holds != (condition & 1);
}
