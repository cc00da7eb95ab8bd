/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --synthetic 0x2f400fff --apic, with any number of VPs up to 16, to be killed: each VP
 * has all of its overlays, a periodic timer, and interrupts the others. First VP 0 moves an overlay
 * from one gigabyte to the next, until that is refused. It never ends, unless that never was:
 * exit code 1.
 */
#include "synthetic.h"

#define VECTOR		0x60
#define TIMER_VECTOR	0x61
#define MOVES		1000

apic_begin
	fault_gates
	gate	VECTOR interrupt
	gate	TIMER_VECTOR interrupt
	mov	$MOVES, %edi
	mov	$0x40000001, %esi
	xor	%ebp, %ebp
1:	mov	$MSR_VP_ASSIST_PAGE, %ecx
	mov	%esi, %eax
	mov	%ebp, %edx
	wrmsr
	add	$0x40000000, %esi
	adc	$0, %ebp
	and	$0xff, %ebp			/* below 2^40 */
	dec	%edi
	jnz	1b
	cmpl	$0, faults
	setz	%al
	test	%al, %al
	check	1
	movl	$0, faults

	/* Where there are tables already, it goes on. */
	msr_put	MSR_VP_ASSIST_PAGE, $PAGE_A|1
	not_faulted 2
	msr_put	MSR_GUEST_OS_ID, $1
	msr_put	MSR_HYPERCALL, $PAGE_B|1
	msr_put	MSR_REFERENCE_TSC, $PAGE_C|1
	not_faulted 3
	start_others
	xor	%edi, %edi

other:	mov	%edi, %esi
	shl	$16, %esi
	add	$0x400001, %esi
	mov	$MSR_SIMP, %ecx
	mov	%esi, %eax
	xor	%edx, %edx
	wrmsr
	add	$0x1000, %esi
	mov	$MSR_SIEFP, %ecx
	mov	%esi, %eax
	wrmsr
	add	$0x1000, %esi
	mov	$MSR_VP_ASSIST_PAGE, %ecx
	mov	%esi, %eax
	wrmsr
	msr_put	MSR_STIMER0_COUNT, $20000
	msr_put	MSR_STIMER0_CONFIG, $0x1003|TIMER_VECTOR<<4
	sti
2:	movl	$VECTOR|ICR_OTHERS, APIC + APIC_ICR
	hlt
	jmp	2b

interrupt:
	push	%eax
	movl	$0, APIC + APIC_EOI
	lock incl interrupts
	mov	interrupts, %eax
	cmp	$100, %eax
	jne	3f
	push	%edx
	mov	$PORT_SERIAL, %dx
	mov	$10, %al
	out	%al, %dx
	pop	%edx
3:	pop	%eax
	iret

	fault_handlers

	.bss
	.balign	4
interrupts:
	.skip	4
apic_data
