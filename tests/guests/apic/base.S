/* SPDX-License-Identifier: GPL-2.0 */
/*
 * APIC_BASE written with the value that it has changes nothing. An APIC that is turned off and on
 * again has the state of a reset.
 */
#include "apic.h"

apic_begin
	cmp	$0, %ebp
	jne	other
	movl	$0x05000000, APIC + APIC_LDR
	mov	APIC + APIC_ID, %esi
	mov	$MSR_APIC_BASE, %ecx
	rdmsr
	wrmsr
	mov	APIC + APIC_LDR, %eax
	cmp	$0x05000000, %eax
	check	1
	mov	APIC + APIC_ID, %eax
	cmp	%esi, %eax
	check	2

	/* A timer that would fire for ever, and a spurious vector register of our own */
	movl	$0x1f0, APIC + APIC_SVR
	rdmsr
	mov	%eax, %ebx
	and	$~0x800, %eax
	wrmsr
	mov	%ebx, %eax
	wrmsr
	mov	APIC + APIC_SVR, %eax
	cmp	$0xff, %eax
	check	3
	mov	APIC + APIC_LVT_TIMER, %eax
	cmp	$0x10000, %eax
	check	4
	mov	APIC + APIC_LDR, %eax
	cmp	$0, %eax
	check	5
	finish	$0
other:	hlt
	jmp	other
apic_data
