/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What hostile guests share: each fault goes on at "resume", and is counted in "faults". They end the
 * machine by the exit port: 0 if the guest came to its end, else the number of what it could do.
 */
#include "../guest.h"

#define SELECTOR_CODE	0x08
#define VECTORS		256
#define FAULTS		32

.macro finish code
	mov	\code, %eax
	mov	$PORT_EXIT, %dx
	out	%eax, %dx
	hlt
.endm

/* GDT, IDT. ECX is kept. */
.macro hostile_begin
begin
	lgdt	gdt_pointer
	lidt	idt_pointer
	ljmp	$SELECTOR_CODE, $.Lbegin\@
.Lbegin\@:
	xor	%ebx, %ebx
.Lgate\@:
	mov	%ebx, %eax
	shl	$4, %eax
	add	$stubs, %eax
	cmp	$FAULTS, %ebx
	jb	.Lset\@
	mov	$ignored, %eax
.Lset\@:
	mov	%ax, idt(, %ebx, 8)
	movw	$SELECTOR_CODE, idt + 2(, %ebx, 8)
	movw	$0x8e00, idt + 4(, %ebx, 8)
	shr	$16, %eax
	mov	%ax, idt + 6(, %ebx, 8)
	inc	%ebx
	cmp	$VECTORS, %ebx
	jb	.Lgate\@
.endm

/* An instruction that may fault. */
.macro tried insn:vararg
	movl	$.Lnext\@, resume
	\insn
.Lnext\@:
.endm

/* The next random number in EAX; from Numerical Recipes. */
.macro random
	imul	$1664525, seed, %eax
	add	$1013904223, %eax
	mov	%eax, seed
	rol	$13, %eax
.endm

.macro hostile_data
	.text
	.balign	16
stubs:
	.set	vector, 0
	.rept	FAULTS
	.balign	16
	/* #DF, #TS, #NP, #SS, #GP, #PF, #AC, #CP, #VC and #SX have an error code. */
	.if	(0x60227d00 >> vector) & 1 == 0
	push	$0
	.endif
	jmp	fault
	.set	vector, vector + 1
	.endr
fault:	push	%eax
	mov	resume, %eax
	mov	%eax, 8(%esp)
	incl	faults
	pop	%eax
	add	$4, %esp
	iret
ignored:
	iret

	.data
	.balign	8
gdt:	.quad	0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdt_pointer:
	.word	. - gdt - 1
	.long	gdt
idt_pointer:
	.word	VECTORS * 8 - 1
	.long	idt
seed:	.long	1
	.bss
	.balign	8
idt:	.skip	VECTORS * 8
resume:	.skip	4
faults:	.skip	4
.endm
