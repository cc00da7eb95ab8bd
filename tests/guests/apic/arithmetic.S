/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --apic: instructions other than MOV on the APIC's page, each compared with the same
 * instruction on memory that has the register's value: what the registers and the memory hold
 * afterwards, and the flags, for CF set and clear before. One exit (IO_PORT); exit code 0, or the
 * number of the instruction, from 1, that does something else on the APIC's page.
 */
#include "apic.h"

/* The status flags: OF, SF, ZF, AF, PF, CF */
#define STATUS		0x8d5

/* DFR has the highest four bits; all others are set. */
#define DFR_FIXED	0x0fffffff
#define DFR_VALUE	0x5fffffff

/* What a form leaves behind: EAX, EBX, flags, the place */
#define RESULT_SIZE	16

/* A form, with ESI the place */
.macro form insn:vararg
	.text
.Lform\@:
	\insn
	ret
	.data
	.long	.Lform\@
.endm

apic_begin
	xor	%ebp, %ebp
next:	mov	forms(, %ebp, 4), %edi
	inc	%ebp
	test	%edi, %edi
	jz	done
	xor	%edx, %edx		/* the carry flag, and each register to be moved or not */
1:	mov	$memory, %esi
	mov	$expected, %ecx
	call	try
	mov	$APIC + APIC_DFR, %esi
	mov	$found, %ecx
	call	try
	orl	$DFR_FIXED, expected + 12
	xor	%ecx, %ecx
2:	mov	expected(%ecx), %eax
	cmp	%eax, found(%ecx)
	je	3f
	finish	%ebp
3:	add	$4, %ecx
	cmp	$RESULT_SIZE, %ecx
	jb	2b
	inc	%edx
	cmp	$4, %edx
	jb	1b
	jmp	next
done:	finish	$0

/* Run the form EDI on the place ESI; to ECX what it leaves behind. EDX is kept. */
try:	push	%ecx
	push	%edx
	movl	$DFR_VALUE, (%esi)
	mov	$DFR_VALUE, %eax
	mov	$0xa1b2c3d4, %ebx
	test	$2, %dl
	jz	4f
	mov	$0x7f01, %eax
	mov	$0x5fffffff, %ebx
4:	bt	$0, %edx
	call	*%edi
	pushf
	mov	8(%esp), %ecx
	mov	%eax, (%ecx)
	mov	%ebx, 4(%ecx)
	pop	%eax
	and	$STATUS, %eax
	mov	%eax, 8(%ecx)
	mov	(%esi), %eax
	mov	%eax, 12(%ecx)
	pop	%edx
	pop	%ecx
	ret
other:	hlt
	jmp	other

	.data
	.balign	4
forms:
.irp	op, add, or, adc, sbb, and, sub, xor, cmp
	form	\op	%ebx, (%esi)
	form	\op	(%esi), %ebx
	form	\op	(%esi), %bx
	form	\op	(%esi), %bl
	form	\op	3(%esi), %bh
	form	\op\()l	$0x12345678, (%esi)
	form	\op\()l	$-5, (%esi)
.endr
.irp	op, add, or, adc, sbb, and, sub, xor
	form	lock \op\()l	$0x70000000, (%esi)
	form	lock \op	%ebx, (%esi)
.endr
	form	cmpb	$0x5f, 3(%esi)
	form	cmpw	$-1, (%esi)
	form	cmp	%bl, 3(%esi)
	form	test	%ebx, (%esi)
	form	test	%bx, 2(%esi)
	form	test	%bh, 3(%esi)
	form	testl	$0x80000000, (%esi)
	form	testb	$0x40, 3(%esi)
	form	testw	$0x4000, 2(%esi)
	form	notl	(%esi)
	form	negl	(%esi)
	form	incl	(%esi)
	form	decl	(%esi)
	form	lock incl	(%esi)
	form	lock notl	(%esi)
	form	xchg	%ebx, (%esi)
	form	xadd	%ebx, (%esi)
	form	lock xadd	%ebx, (%esi)
	form	cmpxchg	%ebx, (%esi)
	form	lock cmpxchg	%ebx, (%esi)
	form	btl	$31, (%esi)
	form	btl	$62, (%esi)
	form	btsl	$31, (%esi)
	form	btrl	$30, (%esi)
	form	btcl	$28, (%esi)
	form	lock btsl	$29, (%esi)
	form	cmovc	(%esi), %ebx
	form	cmovnc	(%esi), %ebx
	form	cmovz	(%esi), %ebx
	form	cmovg	(%esi), %bx
	form	imul	(%esi), %ebx
	.data
	.long	0
	.bss
	.balign	4
memory:	.skip	4
expected:
	.skip	RESULT_SIZE
found:	.skip	RESULT_SIZE
apic_data
