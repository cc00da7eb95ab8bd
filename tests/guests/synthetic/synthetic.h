/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the guests share that use the hypervisor's own interface: numbers of MSRs and leaves, and
 * checks. For mshvrun --synthetic --apic; each ends the machine by the exit port: 0, or the number
 * of the check that failed. EBP counts the faults (#GP, #UD) that were expected.
 */
#include "../apic/apic.h"

#define MSR_GUEST_OS_ID		0x40000000
#define MSR_HYPERCALL		0x40000001
#define MSR_HV_VP_INDEX		0x40000002
#define MSR_RESET		0x40000003
#define MSR_VP_RUNTIME		0x40000010
#define MSR_TIME_REF_COUNT	0x40000020
#define MSR_REFERENCE_TSC	0x40000021
#define MSR_TSC_FREQUENCY	0x40000022
#define MSR_APIC_FREQUENCY	0x40000023
#define MSR_SCONTROL		0x40000080
#define MSR_SVERSION		0x40000081
#define MSR_SIEFP		0x40000082
#define MSR_SIMP		0x40000083
#define MSR_EOM			0x40000084
#define MSR_SINT0		0x40000090
#define MSR_EOI			0x40000070
#define MSR_ICR			0x40000071
#define MSR_TPR			0x40000072
#define MSR_VP_ASSIST_PAGE	0x40000073
#define MSR_STIMER0_CONFIG	0x400000b0
#define MSR_STIMER0_COUNT	0x400000b1
#define MSR_GUEST_IDLE		0x400000f0
#define MSR_TSC			0x10

#define STATUS_INVALID_CODE	2
#define STATUS_INVALID_INPUT	3
#define STATUS_INVALID_ALIGNMENT	4
#define STATUS_INVALID_PARAMETER	5
#define STATUS_ACCESS_DENIED	6

/* Pages that no guest uses for anything else */
#define PAGE_A			0x300000
#define PAGE_B			0x301000
#define PAGE_C			0x302000

/* Read an MSR into EDX:EAX. Changes ECX. */
.macro msr_get number
	mov	$\number, %ecx
	rdmsr
.endm

.macro msr_put number low high=$0
	mov	\low, %eax
	mov	\high, %edx
	mov	$\number, %ecx
	wrmsr
.endm

/* Check NUMBER: the instruction before has faulted. */
.macro faulted number
	cmpl	$1, faults
	check	\number
	movl	$0, faults
.endm

/* Check NUMBER: no instruction since the last check has faulted. */
.macro not_faulted number
	cmpl	$0, faults
	check	\number
.endm

/* Handlers of #UD and #GP: they count, and go on behind the instruction. */
.macro fault_gates
	gate	6 fault_ud
	gate	13 fault_gp
.endm

.macro fault_handlers
	/* VMMCALL has three bytes. */
fault_ud:
	incl	faults
	addl	$3, (%esp)
	iret
	/* RDMSR and WRMSR have two; "skip" says if it is another instruction. */
fault_gp:
	incl	faults
	push	%eax
	mov	skip, %eax
	add	%eax, 8(%esp)
	pop	%eax
	add	$4, %esp
	iret

	.data
	.balign	4
skip:	.long	2
	.bss
	.balign	4
faults:	.skip	4
	.text
.endm
