/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --apic: an NMI comes with interrupts off, another one that is sent from its handler
 * comes after that one's IRET and not before, which faults the first time, and a third one ends
 * HLT. One exit (IO_PORT); exit code 0, or the number of the check that failed.
 */
#include "apic.h"

#define NO_SELECTOR	0x18
#define EFLAGS_TF	0x100

apic_begin
	gate	2 nmi
	gate	13 fault
	movl	$ICR_NMI, APIC + APIC_ICR
	nop
	nop
	/* What is late comes with the next exit. */
	mov	APIC + APIC_ID, %eax
	cmpl	$2, count
	check	1
	cmpl	$1, faults
	check	5
	cmpl	$1, deepest
	check	2

	cmpl	$2, %esi
	jne	1f
	/* The other VP sends it until this one has halted and is awake; HLT with interrupts off */
	start_others
	hlt
	movl	$1, awake
	xor	%eax, %eax
	cmpl	$3, count
	setb	%al
	test	%eax, %eax
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
	movl	$NO_SELECTOR, 4(%esp)
2:	decl	depth
leave:	iret

/* That an NMI waits for the IRET's end does not show here. Beyond EFLAGS is the IRET's frame. */
fault:	incl	faults
	cmpl	$NO_SELECTOR, (%esp)
	check	6
	cmpl	$leave, 4(%esp)
	check	7
	testl	$EFLAGS_TF, 12(%esp)
	check	8
	movl	$SELECTOR_CODE, 20(%esp)
	add	$4, %esp
	iret

/* One that comes before the HLT does not end it. */
other:	movl	$10000000, %ecx
1:	loop	1b
	cmpl	$0, awake
	jne	2f
	movl	$ICR_NMI | ICR_OTHERS, APIC + APIC_ICR
	jmp	other
2:	hlt
	jmp	2b

	.lcomm	awake, 4
	.lcomm	count, 4
	.lcomm	faults, 4
	.lcomm	depth, 4
	.lcomm	deepest, 4
apic_data
