/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --apic: ECX interrupts of the APIC's periodic timer, waiting for each with HLT, then
 * one of the one-shot timer, and none after it. One exit (IO_PORT); exit code 0, or the number of
 * the check that failed.
 */
#include "apic.h"

#define VECTOR		0x40
#define PERIOD		1000000		/* at 1 GHz, divided by 2: 2 ms */
#define LONGEST		-1		/* 8.6 s */

apic_begin
	gate	VECTOR tick
	movl	$0, APIC + APIC_DIVIDE
	movl	$VECTOR | LVT_PERIODIC, APIC + APIC_LVT_TIMER
	movl	$PERIOD, APIC + APIC_INITIAL
	mov	APIC + APIC_INITIAL, %eax
	cmp	$PERIOD, %eax
	check	1
	wait_until ticks, %ecx

	/* The last one may be pending yet. */
	movl	$0, APIC + APIC_INITIAL
	sti
	nop
	nop
	cli
	movl	$0, ticks
	movl	$VECTOR, APIC + APIC_LVT_TIMER
	movl	$LONGEST, APIC + APIC_INITIAL
	mov	APIC + APIC_CURRENT, %eax
	test	%eax, %eax
	setnz	%al
	cmp	$1, %al
	check	2
	movl	$PERIOD, APIC + APIC_INITIAL
	wait_until ticks, $1
	mov	APIC + APIC_CURRENT, %eax
	test	%eax, %eax
	check	3
	finish	$0

tick:	counts	ticks

other:	hlt

	.lcomm	ticks, 4
apic_data
