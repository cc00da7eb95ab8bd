/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --apic: sends itself three interrupts while it takes none, which then come in the
 * order of their priority. One exit (IO_PORT); exit code 0, or the number of the check that failed.
 */
#include "apic.h"

.macro records vector
	pusha
	mov	next, %eax
	movb	$\vector, order(%eax)
	incl	next
	movl	$0, APIC + APIC_EOI
	popa
	iret
.endm

apic_begin
	gate	0x41 low
	gate	0x61 middle
	gate	0x91 high
	movl	$ICR_SELF | 0x61, APIC + APIC_ICR
	movl	$ICR_SELF | 0x41, APIC + APIC_ICR
	movl	$ICR_SELF | 0x91, APIC + APIC_ICR
	mov	APIC + APIC_IRR + 0x20, %eax
	cmp	$1 << 1, %eax
	check	1
	cmpl	$0, next
	check	2
	sti
	nop
	nop
	cli
	cmpl	$3, next
	check	3
	cmpl	$0x416191, order
	check	4
	mov	APIC + APIC_ISR + 0x20, %eax
	test	%eax, %eax
	check	5
	finish	$0

low:	records	0x41
middle:	records	0x61
high:	records	0x91

other:	hlt

	.bss
	.balign	4
next:	.skip	4
order:	.skip	4
apic_data
