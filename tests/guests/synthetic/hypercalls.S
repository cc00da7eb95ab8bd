/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --synthetic 0x2f000fff --apic -c 3: the guest's hypercalls in their slow, fast and
 * XMM-fast forms, and what they refuse; interrupts to sets of VPs; a flush of a VP's translations,
 * which that VP sees as soon as the call is over. One exit (IO_PORT); exit code 0, or the number
 * of the check that failed.
 */
#include "synthetic.h"

#define FLUSH_SPACE	0x02
#define FLUSH_LIST	0x03
#define LONG_SPIN	0x08
#define SEND_IPI	0x0b
#define FLUSH_SPACE_EX	0x13
#define FLUSH_LIST_EX	0x14
#define SEND_IPI_EX	0x15
#define POST_MESSAGE	0x5c
#define SIGNAL_EVENT	0x5d

#define FAST		0x10000
#define VARHEAD		0x20000		/* times the number of words */
#define STATUS_INVALID_CONNECTION	0x12

#define CROSSING	0x2ffff8
#define VECTOR		0x60
#define VPS		3
#define FLUSH_ROUNDS	200
#define WINDOW		0xc0000000	/* where VP 2 looks at PAGE_A or PAGE_B */
#define PTE		0x03
#define PTE_LARGE	0x83
#define CR0_PG		0x80000000
#define CR4_PSE		0x10
#define CR4_OSFXSR	0x200

/* A call with input in memory, or two words in registers. Result in EDX:EAX. */
.macro hypercall control low=$0 high=$0 low2=$0 high2=$0 reps=$0
	mov	\low, %ecx
	mov	\high, %ebx
	mov	\low2, %esi
	mov	\high2, %edi
	mov	$\control, %eax
	mov	\reps, %edx
	call	PAGE_C
.endm

/* Check NUMBER: the result. */
.macro result number status reps=0
	cmp	$\status, %eax
	check	\number
	cmp	$\reps, %edx
	check	\number
.endm

/* Wait until each VP has had so many interrupts. */
.macro until vp0 vp1 vp2
.Luntil\@:
	pause
	cmpl	$\vp0, count
	jne	.Luntil\@
	cmpl	$\vp1, count + 4
	jne	.Luntil\@
	cmpl	$\vp2, count + 8
	jne	.Luntil\@
.endm

apic_begin
	fault_gates
	gate	VECTOR interrupt
	mov	%cr4, %eax
	or	$CR4_OSFXSR, %eax
	mov	%eax, %cr4
	movl	$pt + PTE, pd + (WINDOW >> 22) * 4
	movl	$PTE_LARGE, pd
	movl	$APIC & 0xffc00000 | PTE_LARGE, pd + (APIC >> 22) * 4
	movl	$0x11, PAGE_A
	movl	$0x22, PAGE_B
	movl	$PAGE_A + PTE, pt
	msr_put	MSR_GUEST_OS_ID $1
	msr_put	MSR_HYPERCALL $PAGE_C | 1
	start_others
1:	pause
	cmpb	$VPS - 1, ready
	jne	1b
	sti

	/* Interrupts: fast, slow, and by sets of VPs */
	hypercall SEND_IPI|FAST, $VECTOR, $0, $2
	result	1 0
	until	0 1 0
	movl	$VECTOR, input
	movl	$0, input + 4
	movl	$5, input + 8
	movl	$0, input + 12
	hypercall SEND_IPI, $input
	result	2 0
	until	1 1 1
	hypercall SEND_IPI|FAST, $VECTOR, $0, $0x80000000	/* a VP that there is not */
	result	3 0
	hypercall SEND_IPI|FAST, $15, $0, $1
	result	4 STATUS_INVALID_PARAMETER
	hypercall SEND_IPI|FAST, $0x100, $0, $1
	result	5 STATUS_INVALID_PARAMETER
	movl	$0, input + 8			/* sparse */
	movl	$5, input + 16			/* banks 0 and 2 */
	movl	$6, input + 24			/* VPs 1 and 2 */
	movl	$1, input + 32
	hypercall SEND_IPI_EX+2*VARHEAD, $input
	result	6 0
	until	1 2 2
	hypercall SEND_IPI_EX+VARHEAD, $input
	result	7 STATUS_INVALID_INPUT
	movl	$1, input + 8			/* all */
	hypercall SEND_IPI_EX, $input
	result	8 0
	until	2 3 3
	movl	$2, input + 8
	hypercall SEND_IPI_EX, $input
	result	9 STATUS_INVALID_PARAMETER
	movl	$1, xmm				/* bank 0, and the bank */
	movl	$4, xmm + 8
	movups	xmm, %xmm0
	hypercall SEND_IPI_EX+FAST+VARHEAD, $VECTOR
	result	10 0
	until	2 3 4
	hypercall SEND_IPI_EX+FAST+12*VARHEAD, $VECTOR
	result	11 STATUS_INVALID_INPUT		/* too long for the registers */

	/* What is wrong about a call */
	hypercall SEND_IPI, $input+4
	result	12 STATUS_INVALID_ALIGNMENT
	hypercall SEND_IPI, $CROSSING
	result	13 STATUS_INVALID_ALIGNMENT
	hypercall SEND_IPI, $0xd0000000
	result	14 STATUS_INVALID_PARAMETER
	hypercall SEND_IPI, $PAGE_C
	result	15 STATUS_INVALID_PARAMETER
	hypercall SEND_IPI, $input, $0, $0, $0, $1
	result	16 STATUS_INVALID_INPUT
	hypercall SEND_IPI+VARHEAD, $input
	result	17 STATUS_INVALID_INPUT
	hypercall SEND_IPI|0x8000000, $input
	result	18 STATUS_INVALID_INPUT
	hypercall FLUSH_LIST, $input
	result	19 STATUS_INVALID_INPUT
	hypercall POST_MESSAGE, $input
	result	20 STATUS_ACCESS_DENIED
	hypercall SIGNAL_EVENT|FAST, $7
	result	21 STATUS_INVALID_CONNECTION
	hypercall 0x40, $input
	result	22 STATUS_INVALID_CODE
	hypercall LONG_SPIN|FAST, $100
	result	23 0
	until	2 3 4

	/* Flushes: first what they answer */
	xor	%eax, %eax
	mov	$input, %edi
	mov	$24, %ecx
	cld
	rep stosl
	movl	$8, input + 8			/* extended ranges; no VP */
	hypercall FLUSH_LIST, $input, $0, $0, $0, $2
	result	24 0 2
	hypercall FLUSH_LIST, $input, $0, $0, $0, $0x10002
	result	25 0 2
	hypercall FLUSH_LIST, $input, $0, $0, $0, $0x20002
	result	26 STATUS_INVALID_INPUT
	movl	$0x10, input + 8
	hypercall FLUSH_LIST, $input, $0, $0, $0, $2
	result	27 STATUS_INVALID_PARAMETER
	movl	$0x10, input + 8
	hypercall FLUSH_SPACE, $input
	result	28 STATUS_INVALID_PARAMETER
	movl	$2, input + 8
	movl	$1, input + 24
	movl	$4, input + 32
	hypercall FLUSH_SPACE_EX+VARHEAD, $input
	result	29 0
	hypercall FLUSH_LIST_EX+VARHEAD, $input, $0, $0, $0, $3
	result	30 0 3

	/*
	 * Then what they do: VP 2 reads through its window all the time. As soon as the call for a
	 * new page is over, the old one is not to be seen.
	 */
	movl	$4, input + 16			/* VP 2 */
	mov	$FLUSH_ROUNDS, %ebp
2:	mov	pt, %eax
	xor	$PAGE_A ^ PAGE_B, %eax
	mov	%eax, pt
	hypercall FLUSH_SPACE, $input
	result	31 0
	mov	pt, %eax
	and	$0xfffff000, %eax
	mov	(%eax), %eax
	mov	%eax, wanted
	mov	%ebp, round
3:	pause
	cmp	%ebp, answered
	jne	3b
	cmpl	$0, stale
	check	32
	dec	%ebp
	jnz	2b
	finish	$0

interrupt:
	push	%eax
	mov	APIC + APIC_ID, %eax
	shr	$24, %eax
	lock incl count(,%eax,4)
	movl	$0, APIC + APIC_EOI
	pop	%eax
	iret

other:	cmp	$2, %edi
	jne	4f
	mov	%cr4, %eax
	or	$CR4_PSE, %eax
	mov	%eax, %cr4
	mov	$pd, %eax
	mov	%eax, %cr3
	mov	%cr0, %eax
	or	$CR0_PG, %eax
	mov	%eax, %cr0
4:	lock incb ready
	sti
	cmp	$2, %edi
	je	5f
4:	hlt
	jmp	4b
5:	mov	WINDOW, %eax
	mov	round, %ebx
	cmp	answered, %ebx
	je	5b
	mov	WINDOW, %eax
	cmp	wanted, %eax
	je	6f
	incl	stale
6:	mov	%ebx, answered
	jmp	5b

	fault_handlers

	.bss
	.balign	4096
pd:	.skip	4096
pt:	.skip	4096
input:	.skip	4096
xmm:	.skip	16
count:	.skip	4 * VPS
round:	.skip	4
wanted:	.skip	4
answered:
	.skip	4
stale:	.skip	4
ready:	.skip	1
apic_data
