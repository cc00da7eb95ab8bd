/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --apic -c 2: what was sent to a VP before an INIT does not outlive the INIT, and a
 * startup IPI is one only after it, and only the first. -a is the number of rounds. Exit code 1: an
 * interrupt outlived an INIT; 2: a startup IPI did, which the INIT had overtaken; 3: the second of
 * two startup IPIs was taken.
 */
#include "apic.h"

#define VECTOR		0x50
#define WRONG_PAGE	(STARTUP_PAGE + 1)
#define IRR_WORD	(APIC_IRR + 0x20)
#define IRR_BIT		0x10000

.macro pauses
	mov	$20000, %edx
.Lpauses\@:
	dec	%edx
	jnz	.Lpauses\@
.endm

apic_begin
	mov	%ecx, rounds
	start_others
1:	pause
	cmpl	$0, ready
	je	1b
	pauses

	/* An interrupt, INIT, two startup IPIs */
	movl	$0, ready
	mov	$ICR_OTHERS | VECTOR, %eax
	mov	$ICR_INIT | ICR_OTHERS, %ebx
	mov	%eax, APIC + APIC_ICR
	mov	%ebx, APIC + APIC_ICR
	mov	$ICR_SIPI | ICR_OTHERS + STARTUP_PAGE, %eax
	mov	$ICR_SIPI | ICR_OTHERS + WRONG_PAGE, %ebx
	mov	%eax, APIC + APIC_ICR
	mov	%ebx, APIC + APIC_ICR
2:	pause
	cmpl	$0, ready
	je	2b
	pauses

	/* A startup IPI, INIT: nothing starts */
	movl	$0, ready
	mov	$ICR_SIPI | ICR_OTHERS + STARTUP_PAGE, %eax
	mov	$ICR_INIT | ICR_OTHERS, %ebx
	mov	%eax, APIC + APIC_ICR
	mov	%ebx, APIC + APIC_ICR
	pauses
	cmpl	$0, ready
	je	3f
	finish	$2
3:	movl	$ICR_SIPI | ICR_OTHERS + STARTUP_PAGE, APIC + APIC_ICR
	decl	rounds
	jnz	1b
4:	pause
	cmpl	$0, ready
	je	4b
	finish	$0

other:	mov	APIC + IRR_WORD, %eax
	test	$IRR_BIT, %eax
	jz	1f
	finish	$1
1:	movl	$1, ready
	cli
2:	hlt
	jmp	2b

	.bss
	.balign	4
rounds:	.skip	4
ready:	.skip	4
apic_data

	.text
	.org	0x2000
	.code16
	mov	$3, %eax
	mov	$PORT_EXIT, %dx
	out	%eax, %dx
