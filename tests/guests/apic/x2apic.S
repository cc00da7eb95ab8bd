/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --x2apic, with any number of VPs up to 16: the APIC's registers as MSRs, what they
 * refuse, from which mode it may go to which, and interrupts to one VP, to some and to all. One
 * exit (IO_PORT); exit code 0, or the number of the check that failed.
 */
#include "apic.h"

#define VECTOR		0x50
#define MSR_X2APIC	0x800
#define X2APIC_SELF_IPI	0x3f0
#define BASE_ON		0x800
#define CPUID_X2APIC	(1 << 21)
#define ESR_SEND	0x20

/* A register by its offset on the page: into EDX:EAX. Changes ECX. */
.macro get register
	mov	$MSR_X2APIC + (\register >> 4), %ecx
	rdmsr
.endm

.macro put register low high=$0
	mov	$MSR_X2APIC + (\register >> 4), %ecx
	mov	\low, %eax
	mov	\high, %edx
	wrmsr
.endm

/* Check NUMBER: the register holds VALUE. */
.macro holds number register value
	get	\register
	cmp	$\value, %eax
	check	\number
	test	%edx, %edx
	check	\number
.endm

/* Check NUMBER: the instruction before has raised #GP. */
.macro faulted number
	cmpl	$1, faults
	check	\number
	movl	$0, faults
.endm

/* Wait until a VP's counter, EBX its index, has a value. */
.macro until value
.Luntil\@:
	pause
	cmpl	$\value, count(,%ebx,4)
	jne	.Luntil\@
.endm

/* Into x2APIC mode, from xAPIC mode. Changes EAX, ECX, EDX. */
.macro enable
	mov	$MSR_APIC_BASE, %ecx
	rdmsr
	or	$APIC_BASE_X2APIC, %eax
	wrmsr
.endm

apic_begin
	gate	13 fault
	gate	VECTOR got
	mov	$1, %eax
	cpuid
	and	$CPUID_X2APIC, %ecx
	cmp	$CPUID_X2APIC, %ecx
	check	1
	get	APIC_ID
	faulted	2
	enable
	rdmsr
	and	$BASE_ON | APIC_BASE_X2APIC, %eax
	cmp	$BASE_ON | APIC_BASE_X2APIC, %eax
	check	3

	holds	4 APIC_ID 0
	holds	5 APIC_VERSION 0x50014
	holds	6 APIC_LDR 1
	holds	7 APIC_SVR SVR_ENABLE
	put	APIC_TPR $0x50
	holds	8 APIC_TPR 0x50
	holds	9 APIC_PPR 0x50
	put	APIC_TPR $0
	put	APIC_ID $0
	faulted	10
	put	APIC_LDR $0
	faulted	11
	get	APIC_DFR
	faulted	12
	get	APIC_EOI
	faulted	13
	put	APIC_EOI $1
	faulted	14
	put	APIC_ESR $1
	faulted	15
	get	APIC_ICR_HIGH
	faulted	16
	put	APIC_TPR $0x100
	faulted	17
	put	APIC_SVR $SVR_ENABLE $1
	faulted	18
	get	X2APIC_SELF_IPI
	faulted	19
	put	X2APIC_SELF_IPI $0x100
	faulted	20

	/* To itself */
	sti
	xor	%ebx, %ebx
	put	X2APIC_SELF_IPI $VECTOR
	until	1
	put	APIC_ICR $VECTOR $0
	until	2
	put	APIC_ICR $VECTOR | ICR_LOGICAL $1
	until	3
	put	APIC_ICR $VECTOR | ICR_ALL
	until	4
	put	APIC_ICR $VECTOR $-1
	until	5
	put	APIC_ICR $VECTOR | ICR_LOGICAL $0x10001
	put	APIC_ICR $VECTOR $0xff
	nop
	cmpl	$5, count
	check	21
	get	APIC_ICR
	cmp	$VECTOR, %eax
	check	22
	cmp	$0xff, %edx
	check	23
	put	APIC_ICR $8
	put	APIC_ESR $0
	holds	24 APIC_ESR ESR_SEND
	put	APIC_LVT_TIMER $VECTOR
	put	APIC_INITIAL $100000
	until	6

	/* To others, started from here: to one by id and by logical id, to all but this one */
	cmp	$1, %esi
	je	9f
	put	APIC_ICR $ICR_INIT | ICR_OTHERS
	put	APIC_ICR $ICR_SIPI | ICR_OTHERS + STARTUP_PAGE
	mov	$1, %ebx
1:	pause
	cmpb	$0, ready(%ebx)
	je	1b
	put	APIC_ICR $VECTOR %ebx
	until	1
	xor	%ebp, %ebp
	bts	%ebx, %ebp
	put	APIC_ICR $VECTOR | ICR_LOGICAL %ebp
	until	2
	inc	%ebx
	cmp	%esi, %ebx
	jb	1b
	put	APIC_ICR $VECTOR | ICR_OTHERS
	mov	$1, %ebx
2:	until	3
	inc	%ebx
	cmp	%esi, %ebx
	jb	2b
	cmpl	$6, count
	check	25

	/* Back only by way of off, and to x2APIC not from there */
9:	mov	$MSR_APIC_BASE, %ecx
	rdmsr
	and	$~APIC_BASE_X2APIC, %eax
	wrmsr
	faulted	26
	and	$~BASE_ON, %eax
	wrmsr
	or	$BASE_ON | APIC_BASE_X2APIC, %eax
	wrmsr
	faulted	27
	and	$~APIC_BASE_X2APIC, %eax
	wrmsr
	mov	APIC + APIC_VERSION, %eax
	cmp	$0x50014, %eax
	check	28
	finish	$0

got:	push	%eax
	push	%ecx
	push	%edx
	lock incl count(,%edi,4)
	put	APIC_EOI $0
	pop	%edx
	pop	%ecx
	pop	%eax
	iret

/* RDMSR and WRMSR have two bytes. */
fault:	incl	faults
	addl	$2, 4(%esp)
	add	$4, %esp
	iret

other:	enable
	movb	$1, ready(%edi)
	sti
1:	hlt
	jmp	1b

	.bss
	.balign	4
count:	.skip	4 * 16
faults:	.skip	4
ready:	.skip	16
apic_data
