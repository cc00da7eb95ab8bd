/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --apic --vps 2: two VPs in turn wake each other out of HLT by an interrupt, ECX times.
 * One exit (IO_PORT); exit code 0, or the number of the check that failed.
 */
#include "apic.h"

#define VECTOR		0x50

apic_begin
	gate	VECTOR got
	mov	%ecx, rounds
	xor	%edi, %edi
	start_others
	/* An APIC that is off loses what is sent to it. */
1:	pause
	cmpl	$0, ready
	je	1b
other:	mov	%edi, ready
	mov	rounds, %ecx
	xor	%ebx, %ebx
1:	/* VP 1 waits first; each round brings one interrupt to each. */
	test	%edi, %edi
	jnz	2f
	movl	$ICR_OTHERS | VECTOR, APIC + APIC_ICR
2:	inc	%ebx
	lea	count(,%edi,4), %ebp
	wait_until (%ebp), %ebx
	test	%edi, %edi
	jz	3f
	movl	$ICR_OTHERS | VECTOR, APIC + APIC_ICR
3:	cmp	%ecx, %ebx
	jb	1b
	test	%edi, %edi
	jnz	4f
	cmp	%ecx, count
	check	1
	cmp	%ecx, count + 4
	check	2
	finish	$0
4:	hlt
	jmp	4b

got:	lock incl count(,%edi,4)
	movl	$0, APIC + APIC_EOI
	iret

	.bss
	.balign	4
rounds:	.skip	4
ready:	.skip	4
count:	.skip	8
apic_data
