/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --synthetic 0x400fff --apic, with one VP: synthetic timers that interrupt directly,
 * once and periodically, and that send messages; a message that has to wait for its place; SINTs
 * that end their interrupts themselves. One exit (IO_PORT); exit code 0, or the number of the
 * check that failed.
 */
#include "synthetic.h"

#define ENABLE		0x1
#define PERIODIC	0x2
#define AUTO_ENABLE	0x8
#define DIRECT		0x1000
#define SINT		0x10000
#define SINT_AUTO_EOI	0x20000
#define SINT_MASKED	0x10000
#define DIRECT_VECTOR	0x70
#define SINT_VECTOR	0x71
#define AUTO_VECTOR	0x72
#define MESSAGES	PAGE_A
#define TIMER_EXPIRED	0x80000010
#define MS		10000		/* in units of the reference time */
#define MS_2		(2*MS)
#define DIRECT_CONFIG	(DIRECT|DIRECT_VECTOR<<4)
#define CONFIG0		MSR_STIMER0_CONFIG
#define COUNT0		MSR_STIMER0_COUNT
#define CONFIG1		(MSR_STIMER0_CONFIG+2)
#define COUNT1		(MSR_STIMER0_COUNT+2)
#define CONFIG2		(MSR_STIMER0_CONFIG+4)
#define COUNT2		(MSR_STIMER0_COUNT+4)
#define MSR_SINT2	(MSR_SINT0+2)
#define MSR_SINT3	(MSR_SINT0+3)

/* A timer expires so many units from now. The time is in "expiry". */
.macro expires_in count units
	msr_get	MSR_TIME_REF_COUNT
	add	$\units, %eax
	adc	$0, %edx
	mov	%eax, expiry
	mov	%edx, expiry + 4
	mov	$\count, %ecx
	wrmsr
.endm

/* Check NUMBER: "expiry" is over. */
.macro is_over number
	msr_get	MSR_TIME_REF_COUNT
	sub	expiry, %eax
	sbb	expiry + 4, %edx
	sets	%al
	test	%al, %al
	check	\number
.endm

/* Check NUMBER: the timer's configuration. */
.macro config_is number config value
	msr_get	\config
	cmp	$\value, %eax
	check	\number
.endm

/* Nothing happens for so many units. */
.macro pass units
	msr_get	MSR_TIME_REF_COUNT
	mov	%eax, %ebx
.Lpass\@:
	msr_get	MSR_TIME_REF_COUNT
	sub	%ebx, %eax
	cmp	$\units, %eax
	jb	.Lpass\@
.endm

apic_begin
	fault_gates
	gate	DIRECT_VECTOR direct
	gate	SINT_VECTOR by_sint
	gate	AUTO_VECTOR by_auto
	mov	$0x40000003, %eax
	cpuid
	and	$0x8, %eax
	cmp	$0x8, %eax
	check	1
	bt	$19, %edx
	sbb	%eax, %eax
	cmp	$-1, %eax
	check	2

	/* Directly, once: ahead, and in the past */
	msr_put	CONFIG0, $DIRECT_CONFIG|ENABLE
	expires_in COUNT0, 5*MS
	wait_until directs $1
	is_over	3
	config_is 4, CONFIG0, DIRECT_CONFIG
	pass	2*MS
	cmpl	$1, directs
	check	5
	msr_put	COUNT0, $1
	msr_put	CONFIG0, $DIRECT_CONFIG|ENABLE
	wait_until directs $2
	msr_put	CONFIG0, $DIRECT_CONFIG|AUTO_ENABLE
	expires_in COUNT0, MS
	wait_until directs $3
	is_over	6

	/* Periodically, until it is turned off */
	msr_put	CONFIG0, $DIRECT_CONFIG|PERIODIC
	msr_get	MSR_TIME_REF_COUNT
	add	$8 * 2 * MS, %eax
	adc	$0, %edx
	mov	%eax, expiry
	mov	%edx, expiry + 4
	msr_put	COUNT0, $2*MS
	msr_put	CONFIG0, $DIRECT_CONFIG|PERIODIC|ENABLE
	wait_until directs $11
	is_over	7
	msr_put	COUNT0, $0
	config_is 8, CONFIG0, (DIRECT_CONFIG|PERIODIC)
	mov	directs, %esi
	sti
	pass	6*MS
	cli
	cmp	directs, %esi
	check	9

	/* What cannot be */
	msr_put	CONFIG0, $0x2000
	faulted	10
	msr_put	CONFIG0, $DIRECT|15<<4
	faulted	11
	msr_put	CONFIG0, $0, $1
	faulted	12
	msr_put	COUNT1, $1
	msr_put	CONFIG1, $ENABLE	/* to SINT 0 */
	config_is 13, CONFIG1, 0
	msr_put	MSR_SINT2, $15
	faulted	14
	msr_put	MSR_SVERSION, $1
	faulted	15
	msr_put	MSR_SCONTROL, $2
	faulted	16

	/* A message */
	msr_put	MSR_SIMP, $MESSAGES|1
	msr_put	MSR_SCONTROL, $1
	msr_put	MSR_SINT2, $SINT_VECTOR
	msr_get	MSR_SINT2
	cmp	$SINT_VECTOR, %eax
	check	17
	msr_put	CONFIG1, $2*SINT|AUTO_ENABLE
	expires_in COUNT1, 2*MS
	wait_until sints $1
	is_over	18
	cmpl	$TIMER_EXPIRED, MESSAGES + 0x200
	check	19
	cmpl	$24, MESSAGES + 0x204
	check	20
	cmpl	$1, MESSAGES + 0x210
	check	21
	mov	expiry, %eax
	cmp	MESSAGES + 0x218, %eax
	check	22
	mov	expiry + 4, %eax
	cmp	MESSAGES + 0x21c, %eax
	check	23
	mov	MESSAGES + 0x220, %eax
	mov	MESSAGES + 0x224, %edx
	sub	expiry, %eax
	sbb	expiry + 4, %edx
	sets	%al
	test	%al, %al
	check	24

	/* Another one, which waits until the first is taken */
	expires_in COUNT1, MS
1:	cmpl	$0x118, MESSAGES + 0x204	/* "another one waits" */
	jne	1b
	cmpl	$1, sints
	check	25
	is_over	26
	movl	$0, MESSAGES + 0x200
	msr_put	MSR_EOM, $0
	wait_until sints $2
	cmpl	$24, MESSAGES + 0x204
	check	27
	mov	expiry, %eax
	cmp	MESSAGES + 0x218, %eax
	check	28

	/* A masked SINT gets its message without an interrupt. */
	movl	$0, MESSAGES + 0x200
	msr_put	MSR_SINT2, $SINT_VECTOR|SINT_MASKED
	expires_in COUNT1, MS
2:	cmpl	$TIMER_EXPIRED, MESSAGES + 0x200
	jne	2b
	is_over	29
	sti
	nop
	cli
	cmpl	$2, sints
	check	30

	/* An interrupt that ends when it begins */
	msr_put	MSR_SINT3, $AUTO_VECTOR|SINT_AUTO_EOI
	msr_put	CONFIG2, $3*SINT|AUTO_ENABLE
	expires_in COUNT2, MS
	wait_until autos $1
	mov	APIC + APIC_ISR + 0x30, %eax
	test	%eax, %eax
	check	31
	finish	$0

direct:	counts	directs
by_sint:
	counts	sints
by_auto:
	incl	autos
	iret
other:	hlt
	fault_handlers

	.bss
	.balign	8
expiry:	.skip	8
directs:
	.skip	4
sints:	.skip	4
autos:	.skip	4
apic_data
