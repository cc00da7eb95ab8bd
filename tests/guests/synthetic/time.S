/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --synthetic 0xfff --apic, with any number of VPs up to 16: the reference TSC page and
 * the reference counter are one clock, on one VP and across VPs, and do not go back. VPs hand a
 * time to each other, read in turn from the page and from the MSR. Then VP 0 changes its TSC: the
 * page is right for the new TSC if the VP is alone, and not valid if other VPs have another. One
 * exit (IO_PORT); exit code 0, or the number of the check that failed.
 */
#include "synthetic.h"

#define TSC_PAGE	PAGE_A
#define ROUNDS		400

apic_begin
	mov	%esi, vps
	fault_gates
	msr_put	MSR_REFERENCE_TSC $TSC_PAGE | 1
	cmpl	$0, TSC_PAGE
	setz	%al
	test	%al, %al
	check	1
	movl	$10, skip
	movl	$1, TSC_PAGE
	faulted	2
	movl	$2, skip

	/* MSR, page, MSR: no step goes back. */
	mov	$ROUNDS, %esi
1:	msr_get	MSR_TIME_REF_COUNT
	mov	%eax, low
	mov	%edx, high
	call	read_page
	jnz	2f
	finish	$3
2:	call	not_back
	check	4
	mov	%eax, low
	mov	%edx, high
	msr_get	MSR_TIME_REF_COUNT
	call	not_back
	check	5
	dec	%esi
	jnz	1b

	/* The rate: 10 million units while the TSC's frequency passes, to 1 in 1000 */
	msr_get	MSR_TSC_FREQUENCY
	mov	%eax, %esi
	shr	$7, %esi			/* ticks of 1/128 s */
	msr_get	MSR_TIME_REF_COUNT
	mov	%eax, low
	rdtsc
	mov	%eax, %ebx
3:	rdtsc
	sub	%ebx, %eax
	cmp	%esi, %eax
	jb	3b
	msr_get	MSR_TIME_REF_COUNT
	sub	low, %eax
	sub	$10000000 / 128, %eax
	cmp	$50000, %eax			/* exits take their time, but time does not run slow */
	setae	%al
	test	%al, %al
	check	6

	mov	vps, %esi
	cmp	$1, %esi
	je	alone

	/* With the others: each takes the time that it finds, and leaves a later one */
	msr_get	MSR_TIME_REF_COUNT
	mov	%eax, low
	mov	%edx, high
	start_others
	movl	$1, turn
4:	pause
	cmpl	$ROUNDS, turn
	jb	4b
	cmpl	$0, went_back
	check	7
	call	read_page
	jnz	5f
	finish	$8

	/* A TSC that is not the others': the page says so, and the MSR goes on. */
5:	msr_get	MSR_TIME_REF_COUNT
	mov	%eax, low
	mov	%edx, high
	mov	$MSR_TSC, %ecx
	rdmsr
	add	$0x10000, %edx
	wrmsr
	cmpl	$0, TSC_PAGE
	check	9
	msr_get	MSR_TIME_REF_COUNT
	call	not_back
	check	10
	finish	$0

	/* The page follows the TSC. */
alone:	mov	TSC_PAGE, %esi
	msr_get	MSR_TIME_REF_COUNT
	mov	%eax, low
	mov	%edx, high
	msr_put	MSR_TSC $0 $0x12345
	cmp	TSC_PAGE, %esi
	sete	%al
	test	%al, %al
	check	20
	call	read_page
	jnz	6f
	finish	$21
6:	call	not_back
	check	22
	mov	%eax, low
	mov	%edx, high
	msr_get	MSR_TIME_REF_COUNT
	call	not_back
	check	23
	sub	low, %eax
	sbb	high, %edx
	test	%edx, %edx
	check	24
	cmp	$10000000, %eax
	setae	%al
	test	%al, %al
	check	25
	finish	$0

	/* Is EDX:EAX not before "high:low"? ZF: it is not. Changes ECX. */
not_back:
	mov	%edx, %ecx
	cmp	low, %eax
	sbb	high, %ecx
	setb	%cl
	test	%cl, %cl
	ret

	/*
	 * TSC * scale >> 64, as four products; plus offset. Into EDX:EAX; ZF if the page is not
	 * valid. Changes EBX and ECX.
	 */
read_page:
	mov	TSC_PAGE, %ebx
	test	%ebx, %ebx
	jnz	1f
	ret
1:	push	%ebx
	push	%esi
	push	%ebp
	lfence
	rdtsc
	mov	%eax, %esi			/* EBP:ESI the TSC */
	mov	%edx, %ebp
	mull	TSC_PAGE + 8
	mov	%edx, %ecx			/* carried into bits 32 on */
	mov	%esi, %eax
	mull	TSC_PAGE + 12
	xor	%ebx, %ebx
	add	%eax, %ecx
	adc	%edx, %ebx			/* EBX:ECX from bit 32 on */
	mov	%ebp, %eax
	mull	TSC_PAGE + 8
	add	%eax, %ecx
	adc	%edx, %ebx
	setc	%cl
	movzbl	%cl, %ecx
	mov	%ebp, %eax
	mull	TSC_PAGE + 12
	add	%ebx, %eax
	adc	%ecx, %edx
	add	TSC_PAGE + 16, %eax
	adc	TSC_PAGE + 20, %edx
	pop	%ebp
	pop	%esi
	pop	%ebx
	cmp	TSC_PAGE, %ebx
	jne	read_page
	test	%ebx, %ebx
	ret

	/* VP EDI has its turn when "turn" modulo the number of the others is EDI - 1. */
other:	mov	%edi, %ebp
	dec	%ebp
	mov	vps, %esi
	dec	%esi
1:	pause
	mov	turn, %eax
	test	%eax, %eax
	jz	1b
	cmp	$ROUNDS, %eax
	jae	3f
	xor	%edx, %edx
	div	%esi
	cmp	%ebp, %edx
	jne	1b
	test	$1, %al
	jz	2f
	call	read_page
	call	not_back
	jmp	4f
2:	msr_get	MSR_TIME_REF_COUNT
	call	not_back
4:	jz	5f
	incl	went_back
5:	mov	%eax, low
	mov	%edx, high
	incl	turn
	jmp	1b
3:	hlt
	jmp	3b

	fault_handlers

	.bss
	.balign	8
low:	.skip	4
high:	.skip	4
turn:	.skip	4
went_back:
	.skip	4
vps:	.skip	4
apic_data
