/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Builds page tables, enters 64-bit mode and does everything once more there, checked, through a
 * mapping of memory and device that is not the identity.
 * Per iteration: 7 exits: a port write, CPUID, RDMSR, WRMSR, a device register read and written, a
 * hypercall; in the end 19 more. Ends the machine by the exit port after ECX iterations: 0, or the
 * number of the check that failed. Meant for one VP; others halt at once.
 */
#include "guest.h"

#define CR0_PG		0x80000000
#define CR4_PAE		0x20
#define EFER_LME	0x100
#define PTE_TABLE	0x03		/* present, writable */
#define PTE_LARGE	0x83		/* ... 2 MiB */
#define PTE_DEVICE	0x93		/* ... not cached */
#define SELECTOR_CODE64	0x08

/* Everything below 4 GiB that is mapped appears once more here. */
#define HIGH		0xffff800000000000

.macro check number
	mov	$\number, %ebp
	jne	fail
.endm

begin
	test	%edi, %edi
	jnz	halt

	movl	$pdpt + PTE_TABLE, pml4
	movl	$pdpt + PTE_TABLE, pml4 + 256 * 8
	movl	$pd_memory + PTE_TABLE, pdpt
	movl	$pd_device + PTE_TABLE, pdpt + (MMIO_ID >> 30) * 8
	movl	$MMIO_ID + PTE_DEVICE, pd_device + (MMIO_ID >> 21 & 511) * 8
	mov	$PTE_LARGE, %eax
	xor	%edx, %edx
1:	mov	%eax, pd_memory(, %edx, 8)
	add	$0x200000, %eax
	inc	%edx
	cmp	$512, %edx
	jne	1b

	mov	%ecx, %ebp
	mov	$CR4_PAE, %eax
	mov	%eax, %cr4
	mov	$pml4, %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_LME, %eax
	wrmsr
	mov	%cr0, %eax
	or	$CR0_PG, %eax
	mov	%eax, %cr0
	lgdt	gdt_pointer
	ljmp	$SELECTOR_CODE64, $long_mode
halt:	end

	.code64
long_mode:
	mov	%ebp, %r12d
	mov	$HIGH, %r13
	mov	$MMIO_ID, %r14d
	add	%r13, %r14
	test	%r12d, %r12d
	jz	2f
1:	out	%al, $PORT_POST
	mov	$CPUID_LEAF, %eax
	cpuid
	mov	$MSR_VP_INDEX, %ecx
	rdmsr
	mov	$MSR_SCRATCH, %ecx
	wrmsr
	mov	8(%r14), %eax
	mov	%r12d, 4(%r14)
	mov	$HYPERCALL_VP_INDEX, %eax
	vmmcall
	dec	%r12d
	jnz	1b

2:	cld
	lea	text(%r13), %rsi
	mov	$text_end - text, %ecx
	mov	$PORT_SERIAL, %edx
	rep outsb
	lea	text_end(%r13), %rax
	cmp	%rax, %rsi
	check	1

	lea	buffer(%r13), %rdi
	mov	$8, %ecx
	mov	$PORT_DEBUG, %edx
	rep insb
	movabs	$0xe9e9e9e9e9e9e9e9, %rax
	cmp	%rax, buffer
	check	2
	movl	$0x11223344, 4(%r14)
	mov	(%r14), %r10			/* two registers by one access */
	movabs	$0x11223344 << 32 | MMIO_ID_VALUE, %rax
	cmp	%rax, %r10
	check	3
	mov	$-1, %rax
	movabs	HIGH + MMIO_ID, %eax		/* clears the upper half */
	cmp	$MMIO_ID_VALUE, %rax
	check	4
	mov	$0x80000001, %eax
	mov	%eax, 4(%r14)
	movslq	4(%r14), %r9
	cmp	$-0x7fffffff, %r9
	check	5
	lea	4(%r14), %rdi
	mov	$0xcafe0002, %eax
	stosl
	movzbl	7(%r14), %eax
	cmp	$0xca, %rax
	check	6

	lea	text(%r13), %rsi
	lea	4(%r14), %rdi
	mov	$4, %ecx
	rep movsb				/* an exit per element */
	mov	4(%r14), %r15d
	cmp	text, %r15d
	check	7
	mov	$-1, %rax
	mov	$-1, %rdx
	mov	$MSR_VP_INDEX, %ecx
	rdmsr
	or	%rdx, %rax
	check	8
	mov	$-1, %rbx
	mov	$CPUID_LEAF, %eax
	cpuid
	cmp	$0x206e7572, %rbx		/* "run " */
	check	9
	mov	ROM, %rax
	mov	%rbx, ROM(%r13)
	cmp	%rax, ROM
	check	10
	mov	$0x10, %ecx
	mov	-0x80(%r14, %rcx, 8), %r8b
	cmp	$MMIO_ID_VALUE & 0xff, %r8b
	check	11
	xor	%ebp, %ebp
fail:	mov	%ebp, %eax
	out	%eax, $PORT_EXIT
	hlt					/* never reached */

	.data
text:	.ascii	"64-bit mode with paging.\n"
text_end:
	.balign	8
gdt:	.quad	0
	.quad	0x00209b0000000000		/* 64-bit code */
gdt_pointer:
	.word	. - gdt - 1
	.long	gdt

	.bss
buffer:
	.skip	8
	.balign	4096
pml4:	.skip	4096
pdpt:	.skip	4096
pd_memory:
	.skip	4096
pd_device:
	.skip	4096
