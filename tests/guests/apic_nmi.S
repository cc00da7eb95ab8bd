/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --apic: an NMI comes with interrupts off, another one that is sent from its handler
 * comes after that one's IRET and not before, and a third one ends HLT. One exit (IO_PORT); exit
 * code 0, or the number of the check that failed.
 */
#include "apic.h"

apic_begin
	gate	2 nmi
	movl	$ICR_NMI, APIC + APIC_ICR
	nop
	nop
	cmpl	$2, count
	check	1
	cmpl	$1, deepest
	check	2

	cmpl	$2, %esi
	jne	1f
	/* The other VP sends it when this one has halted, or just before; HLT with interrupts off */
	start_others
	hlt
	cmpl	$3, count
	check	3
1:	finish	$0

nmi:	incl	depth
	mov	depth, %eax
	cmp	deepest, %eax
	jbe	1f
	mov	%eax, deepest
1:	incl	count
	cmpl	$1, count
	jne	2f
	movl	$ICR_NMI, APIC + APIC_ICR
	nop
	nop
	cmpl	$1, count
	check	4
2:	decl	depth
	iret

other:	movl	$10000000, %ecx
1:	loop	1b
	movl	$ICR_NMI | ICR_OTHERS, APIC + APIC_ICR
2:	hlt
	jmp	2b

	.lcomm	count, 4
	.lcomm	depth, 4
	.lcomm	deepest, 4
apic_data
