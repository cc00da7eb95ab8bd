/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Single steps that the guest handles itself, in kernel and in user mode, over instructions that
 * the CPU completes, the hypervisor, and the VMM: behind each comes one debug exception, which says
 * that it is for a step. Exits (IO_PORT, MSR, CPUID, HYPERCALL, UNMAPPED_GPA): as many as there are
 * such instructions, and one. Exit code 0, or the number of the exception, from 1, that did not
 * come or came elsewhere.
 */
#include "../guest.h"

#define EFLAGS_TF	0x100
#define EFLAGS_IOPL	0x3000
#define DR6_BS		0x4000

#define SELECTOR_CODE	0x08
#define SELECTOR_DATA	0x10
#define USER_CODE	0x1b
#define USER_DATA	0x23
#define SELECTOR_TSS	0x28
#define VECTOR_DB	1
#define VECTOR_RETURN	0x30

/* An instruction, and where its exception is to say that the guest is */
.macro step insn:vararg
	\insn
.Lstep\@:
	.data
	.long	.Lstep\@
	.text
.endm

.macro gate vector handler attributes
	mov	$\handler, %eax
	mov	%ax, idt + 8 * \vector
	movw	$SELECTOR_CODE, idt + 8 * \vector + 2
	movw	$\attributes, idt + 8 * \vector + 4
	shr	$16, %eax
	mov	%ax, idt + 8 * \vector + 6
.endm

	.data
	.balign	4
places:

begin
	lgdt	gdt_pointer
	lidt	idt_pointer
	ljmp	$SELECTOR_CODE, $1f
1:	gate	VECTOR_DB, debug, 0x8e00
	gate	VECTOR_RETURN, user_done, 0xee00
	mov	%esp, tss + 4
	movl	$SELECTOR_DATA, tss + 8
	mov	$tss, %eax
	mov	%ax, gdt + SELECTOR_TSS + 2
	shr	$16, %eax
	mov	%al, gdt + SELECTOR_TSS + 4
	mov	$SELECTOR_TSS, %eax
	ltr	%ax

	pushf
	orl	$EFLAGS_TF, (%esp)
	popf
	step	mov $MSR_EFER, %ecx
	step	rdmsr
	step	wrmsr
	step	mov $MSR_SCRATCH, %ecx
	step	wrmsr
	step	rdmsr
	step	wbinvd
	step	mov %cr4, %eax
	step	mov %eax, %cr4
	step	mov $HYPERCALL_VP_INDEX, %eax
	step	vmmcall
	.data
both_places:
	.long	both
	.text
	call	both

	movl	$(both_places - places) / 4, steps
	/* Below what the exceptions use, which begin here again */
	lea	-0x100(%esp), %ecx
	push	$USER_DATA
	push	%ecx
	push	$EFLAGS_TF | EFLAGS_IOPL | 2
	push	$USER_CODE
	push	$user
	mov	$USER_DATA, %eax
	mov	%ax, %ds
	mov	%ax, %es
	iret
user:	call	both
	int	$VECTOR_RETURN
user_done:
	cmpl	$(places_end - places) / 4, steps
	jne	bad
	movl	$-1, steps
	jmp	bad

	/* What both modes step through */
both:	step	xor %eax, %eax
	step	cpuid
	step	mov $CPUID_LEAF, %eax
	step	cpuid
	step	mov $PORT_SERIAL_LSR, %edx
	step	in %dx, %al
	step	mov $PORT_POST, %edx
	step	out %eax, %dx
	step	mov MMIO_ID, %eax
	step	mov %eax, MMIO_SCRATCH
	step	mov $PORT_SERIAL, %edx
	step	mov $text, %esi
	step	outsb
	step	mov $1, %ecx
	step	rep outsb
	step	nop
	step	pushf
	step	andl $~EFLAGS_TF, (%esp)
	step	popf
	ret

debug:	push	%eax
	push	%ecx
	mov	%dr6, %eax
	test	$DR6_BS, %eax
	jz	bad
	xor	%eax, %eax
	mov	%eax, %dr6
	mov	steps, %ecx
	cmp	$(places_end - places) / 4, %ecx
	jae	bad
	mov	places(, %ecx, 4), %eax
	cmp	8(%esp), %eax
	jne	bad
	incl	steps
	pop	%ecx
	pop	%eax
	iret

bad:	mov	steps, %eax
	inc	%eax
	mov	$PORT_EXIT, %dx
	out	%eax, %dx
	hlt

	.data
places_end:
	.balign	8
gdt:	.quad	0, 0x00cf9b000000ffff, 0x00cf93000000ffff
	.quad	0x00cffb000000ffff, 0x00cff3000000ffff
	.quad	0x0000890000000067
gdt_pointer:
	.word	. - gdt - 1
	.long	gdt
idt_pointer:
	.word	256 * 8 - 1
	.long	idt
text:	.ascii	"ok\n"
	.bss
	.balign	8
steps:	.skip	4
tss:	.skip	104
	.balign	8
idt:	.skip	256 * 8
