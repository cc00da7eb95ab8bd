/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --synthetic 0xfff --apic, with one VP: the leaves, the MSRs that are only numbers,
 * what they refuse, and the hypercall page as an overlay: its code, that it cannot be written to,
 * that it moves, and that what it covered is there again. One exit (IO_PORT); exit code 0, or the
 * number of the check that failed.
 */
#include "synthetic.h"

#define CODE		0xc3d9010f	/* VMMCALL; RET */
#define LEAF_LAST	0x40000006
#define PRIVILEGES	0xe73		/* those of the features below without SynIC and timers */

.macro leaf number
	mov	$\number, %eax
	xor	%ecx, %ecx
	cpuid
.endm

apic_begin
	fault_gates

	mov	$1, %eax
	cpuid
	bt	$31, %ecx
	sbb	%eax, %eax
	cmp	$-1, %eax
	check	1
	leaf	0x40000000
	cmp	$LEAF_LAST, %eax
	check	2
	cmp	$0x7263694d, %ebx		/* "Microsoft Hv" */
	check	3
	cmp	$0x666f736f, %ecx
	check	4
	cmp	$0x76482074, %edx
	check	5
	leaf	0x40000001
	cmp	$0x31237648, %eax
	check	6
	leaf	0x40000003
	and	$PRIVILEGES, %eax
	cmp	$PRIVILEGES, %eax
	check	7
	and	$0x130, %edx			/* XMM input, guest idle, frequencies */
	cmp	$0x130, %edx
	check	8
	leaf	0x40000005
	cmp	$256, %eax
	check	9
	leaf	LEAF_LAST + 1
	or	%ebx, %eax
	check	10

	/* Numbers */
	msr_get	MSR_HV_VP_INDEX
	or	%edx, %eax
	check	11
	msr_put	MSR_HV_VP_INDEX $0
	faulted	12
	msr_get	MSR_TSC_FREQUENCY
	cmp	$10000000, %eax
	adc	$0, %edx
	cmp	$1, %edx			/* below 10 MHz, or from 4.3 GHz on */
	ja	1f
	test	%eax, %eax
	jz	1f
	cmp	%eax, %eax
1:	check	13
	msr_put	MSR_TSC_FREQUENCY $0
	faulted	14
	msr_get	MSR_APIC_FREQUENCY
	cmp	$1000000000, %eax
	check	15
	msr_put	MSR_TIME_REF_COUNT $0
	faulted	16
	msr_get	MSR_VP_RUNTIME
	mov	%eax, %esi
	mov	$1000000, %ecx
1:	loop	1b
	msr_get	MSR_VP_RUNTIME
	cmp	%esi, %eax
	setbe	%al
	test	%al, %al
	check	17
	msr_get	MSR_RESET
	faulted	18
	msr_get	0x400001f0
	faulted	19
	not_faulted 20

	/* No hypercalls before the guest has told who it is */
	movl	$0x11111111, PAGE_A
	movl	$0x22222222, PAGE_B
	vmmcall
	faulted	21
	msr_put	MSR_HYPERCALL $PAGE_A | 1
	msr_get	MSR_HYPERCALL
	test	$1, %al
	check	22
	cmpl	$0x11111111, PAGE_A
	check	23
	msr_put	MSR_GUEST_OS_ID $0x1234 $0x8100
	msr_get	MSR_GUEST_OS_ID
	cmp	$0x1234, %eax
	check	24
	cmp	$0x8100, %edx
	check	25
	msr_put	MSR_HYPERCALL $PAGE_A | 1
	not_faulted 26
	cmpl	$CODE, PAGE_A
	check	27
	cmpl	$0, PAGE_A + 0xffc
	check	28
	movl	$10, skip
	movl	$0, PAGE_A
	faulted	29
	movl	$2, skip
	cmpl	$CODE, PAGE_A
	check	30

	/* A call by way of the page; there is none with that code. */
	xor	%edx, %edx
	mov	$0x7777, %eax
	xor	%ebx, %ebx
	xor	%ecx, %ecx
	xor	%edi, %edi
	xor	%esi, %esi
	mov	$PAGE_A, %ebp
	call	*%ebp
	cmp	$STATUS_INVALID_CODE, %eax
	check	31
	test	%edx, %edx
	check	32

	/* Elsewhere, and away */
	msr_put	MSR_HYPERCALL $PAGE_B | 1
	cmpl	$0x11111111, PAGE_A
	check	33
	cmpl	$CODE, PAGE_B
	check	34
	movl	$0x33333333, PAGE_A
	cmpl	$0x33333333, PAGE_A
	check	35
	msr_put	MSR_HYPERCALL $1 $0x100000	/* no such address */
	faulted	36
	msr_put	MSR_HYPERCALL $APIC | 1
	faulted	37
	cmpl	$CODE, PAGE_B
	check	38

	/* Two at one place: the later one is seen, then the earlier one, then memory. */
	msr_put	MSR_VP_ASSIST_PAGE $PAGE_B | 1
	cmpl	$0, PAGE_B
	check	39
	movl	$0x44444444, PAGE_B + 8
	msr_put	MSR_VP_ASSIST_PAGE $PAGE_C | 1
	cmpl	$CODE, PAGE_B
	check	40
	cmpl	$0x44444444, PAGE_C + 8
	check	41
	msr_put	MSR_VP_ASSIST_PAGE $PAGE_B | 1
	msr_put	MSR_HYPERCALL $0
	cmpl	$0x44444444, PAGE_B + 8
	check	42
	msr_put	MSR_VP_ASSIST_PAGE $0
	cmpl	$0x22222222, PAGE_B
	check	43

	/* Who tells no more who it is has no hypercall page; who locks it keeps it. */
	msr_put	MSR_HYPERCALL $PAGE_A | 1
	msr_put	MSR_GUEST_OS_ID $0
	cmpl	$0x33333333, PAGE_A
	check	44
	msr_get	MSR_HYPERCALL
	cmp	$PAGE_A, %eax
	check	45
	vmmcall
	faulted	46
	msr_put	MSR_GUEST_OS_ID $1
	msr_put	MSR_HYPERCALL $PAGE_A | 3
	not_faulted 47
	msr_put	MSR_HYPERCALL $PAGE_B | 1
	faulted	48
	cmpl	$CODE, PAGE_A
	check	49

	/* The APIC by MSRs */
	msr_put	MSR_TPR $0x50
	msr_get	MSR_TPR
	cmp	$0x50, %eax
	check	50
	mov	APIC + APIC_TPR, %eax
	cmp	$0x50, %eax
	check	51
	msr_put	MSR_TPR $0x100
	faulted	52
	msr_put	MSR_TPR $0
	gate	0x50 interrupt
	sti
	msr_put	MSR_ICR $0x50 | ICR_SELF
	nop
	cmpl	$1, interrupts
	check	53
	msr_put	MSR_ICR $0x50			/* to APIC id 0 */
	nop
	cmpl	$2, interrupts
	check	54
	cli
	mov	APIC + APIC_ISR + 0x20, %eax
	test	%eax, %eax
	check	55
	msr_get	MSR_EOI
	faulted	56

	/* Idle until an interrupt, though interrupts are disabled */
	movl	$0x50, APIC + APIC_LVT_TIMER
	movl	$1000000, APIC + APIC_INITIAL
	msr_get	MSR_GUEST_IDLE
	mov	APIC + APIC_CURRENT, %eax
	test	%eax, %eax
	check	57
	cmpl	$2, interrupts
	check	58
	sti
	nop
	cmpl	$3, interrupts
	check	59
	msr_put	MSR_GUEST_IDLE $0
	faulted	60
	finish	$0

interrupt:
	push	%eax
	push	%ecx
	push	%edx
	incl	interrupts
	msr_put	MSR_EOI $0
	pop	%edx
	pop	%ecx
	pop	%eax
	iret

other:	hlt
	fault_handlers

	.bss
	.balign	4
interrupts:
	.skip	4
apic_data
