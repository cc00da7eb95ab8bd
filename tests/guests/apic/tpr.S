/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --apic: the task priority keeps interrupts of lower and of the same class back, by the
 * APIC's register as by CR8, and what was kept back comes as soon as it is lowered. One exit
 * (IO_PORT); exit code 0, or the number of the check that failed.
 */
#include "apic.h"

#define VECTOR		0x45

/* AMD's way to CR8 outside of 64-bit mode: LOCK MOV CR0 */
.macro write_cr8
	.byte	0xf0, 0x0f, 0x22, 0xc0
.endm
.macro read_cr8
	.byte	0xf0, 0x0f, 0x20, 0xc0
.endm

.macro send_and_wait
	movl	$ICR_SELF | VECTOR, APIC + APIC_ICR
	nop
	nop
.endm

apic_begin
	gate	VECTOR got
	sti
	movl	$0x50, APIC + APIC_TPR
	mov	APIC + APIC_PPR, %eax
	cmp	$0x50, %eax
	check	1
	send_and_wait
	cmpl	$0, count
	check	2
	movl	$0x40, APIC + APIC_TPR
	nop
	cmpl	$0, count
	check	3
	movl	$0x30, APIC + APIC_TPR
	nop
	cmpl	$1, count
	check	4

	mov	$5, %eax
	write_cr8
	mov	APIC + APIC_TPR, %eax
	cmp	$0x50, %eax
	check	5
	send_and_wait
	cmpl	$1, count
	check	6
	mov	$4, %eax
	write_cr8
	nop
	cmpl	$1, count
	check	7
	mov	$3, %eax
	write_cr8
	nop
	cmpl	$2, count
	check	8
	read_cr8
	cmp	$3, %eax
	check	9
	finish	$0

got:	counts	count

other:	hlt

	.lcomm	count, 4
apic_data
