/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --apic, with one VP or with up to four: what the registers of the APIC's page hold
 * and refuse, by each form of MOV; errors; which VPs an interrupt goes to, by each kind of destination.
 * One exit (IO_PORT); exit code 0, or the number of the check that failed.
 */
#include "apic.h"

#define VECTOR		0x50
#define VECTOR_CLUSTER	0x60
#define VECTOR_ERROR	0x70

#define DFR_CLUSTER	0x0fffffff
#define DIVIDE_BY_1	0xb
#define DIVIDE_BY_128	0xa
#define ESR_SEND	0x20
#define ESR_REGISTER	0x80

/* Check NUMBER: the register holds VALUE. */
.macro holds number register value
	mov	APIC + \register, %eax
	cmp	$\value, %eax
	check	\number
.endm

/* Send to a destination in the form of the upper half of the ICR. Changes EAX. */
.macro send destination command
	mov	\destination, %eax
	shl	$24, %eax
	mov	%eax, APIC + APIC_ICR_HIGH
	movl	$\command, APIC + APIC_ICR
.endm

/* Wait until a VP's counter, EBX its index, has a value. */
.macro until value
.Luntil\@:
	pause
	cmpl	$\value, count(,%ebx,4)
	jne	.Luntil\@
.endm

apic_begin
	gate	VECTOR got
	gate	VECTOR_CLUSTER got_cluster
	gate	VECTOR_ERROR got_error
	holds	1 APIC_ID 0
	holds	2 APIC_VERSION 0x50014
	movl	$-1, APIC + APIC_ID
	holds	3 APIC_ID 0
	holds	4 APIC_DFR -1
	movl	$DFR_CLUSTER & 0xf0000000, APIC + APIC_DFR
	holds	5 APIC_DFR DFR_CLUSTER
	movl	$-1, APIC + APIC_DFR
	movl	$0x01ffffff, APIC + APIC_LDR
	holds	6 APIC_LDR 0x01000000
	movl	$0x12ffffff, APIC + APIC_ICR_HIGH
	holds	7 APIC_ICR_HIGH 0x12000000
	movl	$-1, APIC + APIC_DIVIDE
	holds	8 APIC_DIVIDE DIVIDE_BY_1

	/* The table, with an APIC that is on and with one that is off */
	xor	%ebx, %ebx
1:	mov	%ebx, %ecx
	shl	$4, %ecx
	movl	$-1, APIC + APIC_LVT_TIMER(%ecx)
	mov	APIC + APIC_LVT_TIMER(%ecx), %edx
	cmp	lvt_bits(,%ebx,4), %edx
	check	9
	inc	%ebx
	cmp	$6, %ebx
	jb	1b
	movl	$0xff, APIC + APIC_SVR
	movl	$VECTOR_ERROR, APIC + APIC_LVT_ERROR
	holds	10 APIC_LVT_ERROR 0x10000 + VECTOR_ERROR
	movl	$SVR_ENABLE, APIC + APIC_SVR
	holds	11 APIC_LVT_ERROR 0x10000 + VECTOR_ERROR

	/* Parts of a register, and what is between two of them */
	movb	APIC + APIC_SVR, %bl
	cmp	$0xff, %bl
	check	12
	movb	APIC + APIC_SVR + 1, %bh
	cmp	$1, %bh
	check	13
	movw	APIC + APIC_SVR, %ax
	cmp	$SVR_ENABLE, %ax
	check	14
	movzbl	APIC + APIC_SVR + 1, %edx
	cmp	$1, %edx
	check	15
	movsbl	APIC + APIC_SVR, %edx
	cmp	$-1, %edx
	check	16
	movzwl	APIC + APIC_SVR, %edx
	cmp	$SVR_ENABLE, %edx
	check	17
	mov	APIC + APIC_SVR + 4, %edx
	test	%edx, %edx
	check	18

	/* Errors, each shown once: no such register, one that is read-only, a vector below 16 */
	movl	$0, APIC + APIC_ESR
	mov	APIC + 0x3f0, %eax
	holds	19 APIC_ESR 0
	movl	$0, APIC + APIC_ESR
	holds	20 APIC_ESR ESR_REGISTER
	movl	$0, APIC + APIC_ESR
	holds	21 APIC_ESR 0
	movl	$VECTOR_ERROR, APIC + APIC_LVT_ERROR
	sti
	movl	$0, APIC + APIC_VERSION
	nop
	cmpl	$1, errors
	check	22
	movl	$ICR_SELF | 8, APIC + APIC_ICR
	nop
	cmpl	$2, errors
	check	23
	movl	$0, APIC + APIC_ESR
	holds	24 APIC_ESR ESR_REGISTER | ESR_SEND

	/* A timer that does not come to its end */
	movl	$DIVIDE_BY_128, APIC + APIC_DIVIDE
	movl	$-1, APIC + APIC_INITIAL
	holds	25 APIC_INITIAL -1
	mov	APIC + APIC_CURRENT, %eax
	test	%eax, %eax
	setnz	%al
	cmp	$1, %al
	check	26
	movl	$0, APIC + APIC_INITIAL
	holds	27 APIC_CURRENT 0

	/* To itself: by id, by logical id, to all; and to nobody */
	xor	%ebx, %ebx
	send	$0, VECTOR
	until	1
	send	$1, ICR_LOGICAL | VECTOR
	until	2
	send	$1, ICR_LOGICAL | ICR_LOWEST | VECTOR
	until	3
	movl	$ICR_ALL | VECTOR, APIC + APIC_ICR
	until	4
	send	$0xff, VECTOR
	until	5
	send	$0xf0, VECTOR
	send	$0xf0, ICR_LOGICAL | VECTOR
	movl	$ICR_OTHERS | VECTOR, APIC + APIC_ICR
	nop
	cmpl	$5, count
	check	28
	cmp	$1, %esi
	je	9f

	/* To others, one after another: by id and by logical id */
	start_others
	mov	$1, %ebx
1:	pause
	cmpb	$0, ready(%ebx)
	je	1b
	send	%ebx, VECTOR
	until	1
	mov	%ebx, %ecx
	mov	$1, %edx
	shl	%cl, %edx
	send	%edx, ICR_LOGICAL | VECTOR
	until	2
	inc	%ebx
	cmp	%esi, %ebx
	jb	1b

	/* In clusters: all are in the first one, this VP by bit 0. */
	movl	$DFR_CLUSTER, APIC + APIC_DFR
	movl	$0x11000000, APIC + APIC_LDR
	movl	$ICR_OTHERS | VECTOR_CLUSTER, APIC + APIC_ICR
	mov	$1, %ebx
1:	until	3
	mov	%ebx, %ecx
	mov	$0x10, %edx
	bts	%ecx, %edx
	send	%edx, ICR_LOGICAL | VECTOR
	until	4
	send	$0x2f, ICR_LOGICAL | VECTOR
	inc	%ebx
	cmp	%esi, %ebx
	jb	1b

	/* The one with the least to do is another one, and only one. */
	movl	$0xf0, APIC + APIC_TPR
	send	$0x1f, ICR_LOGICAL | ICR_LOWEST | VECTOR
	lea	-1(%esi), %edx
	shl	$2, %edx
	inc	%edx
2:	xor	%eax, %eax
	mov	$1, %ebx
3:	add	count(,%ebx,4), %eax
	inc	%ebx
	cmp	%esi, %ebx
	jb	3b
	pause
	cmp	%edx, %eax
	jb	2b
	check	29
	movl	$0, APIC + APIC_TPR
	cmpl	$5, count
	check	30
9:	finish	$0

got:	lock incl count(,%edi,4)
	movl	$0, APIC + APIC_EOI
	iret

got_cluster:
	push	%ecx
	push	%edx
	mov	%edi, %ecx
	mov	$0x10, %edx
	bts	%ecx, %edx
	shl	$24, %edx
	movl	$DFR_CLUSTER, APIC + APIC_DFR
	mov	%edx, APIC + APIC_LDR
	lock incl count(,%edi,4)
	movl	$0, APIC + APIC_EOI
	pop	%edx
	pop	%ecx
	iret

got_error:
	counts	errors

other:	mov	%edi, %ecx
	mov	$0x1000000, %edx
	shl	%cl, %edx
	mov	%edx, APIC + APIC_LDR
	movb	$1, ready(%edi)
	sti
1:	hlt
	jmp	1b

	.data
	.balign	4
/* What there is of each entry: timer, thermal, performance, LINT0, LINT1, error */
lvt_bits:
	.long	0x300ff, 0x107ff, 0x107ff, 0x1a7ff, 0x1a7ff, 0x100ff
	.bss
	.balign	4
count:	.skip	4 * 8
errors:	.skip	4
ready:	.skip	8
apic_data
