/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Paging without PAE while EFER.LME is set is #GP, and changes nothing; EFER may be written again.
 * Exit code 1: there was no #GP; 2: the guest has paging afterwards.
 */
#include "../guest.h"

begin
	lgdt	gdt_pointer
	lidt	idt_pointer
	ljmp	$8, $1f
1:	mov	$general_protection, %eax
	mov	%ax, idt + 8 * 13
	movw	$8, idt + 8 * 13 + 2
	movw	$0x8e00, idt + 8 * 13 + 4
	shr	$16, %eax
	mov	%ax, idt + 8 * 13 + 6
	movl	$0x83, directory		/* a page of 4 MiB */
	mov	$0x10, %eax
	mov	%eax, %cr4
	mov	$directory, %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$0x100, %eax
	wrmsr
	mov	%cr0, %eax
	or	$0x80000000, %eax
	mov	%eax, %cr0
	mov	$1, %eax
	jmp	end
general_protection:
	mov	$MSR_EFER, %ecx
	rdmsr
	wrmsr
	mov	%cr0, %ebx
	mov	$2, %eax
	test	$0x80000000, %ebx
	jnz	end
	xor	%eax, %eax
end:	mov	$PORT_EXIT, %dx
	out	%eax, %dx
	hlt

	.data
	.balign	8
gdt:	.quad	0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdt_pointer:
	.word	. - gdt - 1
	.long	gdt
idt_pointer:
	.word	256 * 8 - 1
	.long	idt
	.bss
	.balign	4096
directory:
	.skip	4096
idt:	.skip	4096
