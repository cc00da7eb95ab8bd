/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes to a register that keeps its value; then every form of access that drivers use, checked.
 * Per iteration: 1 exit (UNMAPPED_GPA), and 13 more at the end. Ends with HLT after ECX
 * iterations, exit code 0; with the number of the check that failed otherwise. Meant for one VP:
 * the register is shared.
 */
#include "guest.h"

/* check NUMBER: the comparison before it must have been equal */
.macro check number
	mov	$\number, %ebp
	jne	fail
.endm

begin
	mov	$MMIO_SCRATCH, %ebx
	jecxz	2f
1:	mov	%ecx, (%ebx)
	dec	%ecx
	jnz	1b

2:	movl	$0x11223344, MMIO_SCRATCH	/* immediate */
	mov	(%ebx), %eax
	cmp	$0x11223344, %eax
	check	1
	mov	$0xffff8899, %edx
	mov	%dh, 1(%ebx)			/* high byte register */
	movzwl	(%ebx), %eax
	cmp	$0x8844, %eax
	check	2
	movsbl	1(%ebx), %eax
	cmp	$0xffffff88, %eax
	check	3
	mov	$-1, %eax
	movb	$0x7f, 3(%ebx)
	mov	2(%ebx), %ax			/* keeps the upper half */
	cmp	$0xffff7f22, %eax
	check	4
	mov	$MMIO_SCRATCH - 0x80, %esi
	mov	$0x20, %ecx
	mov	(%esi, %ecx, 4), %ah		/* base and scaled index */
	cmp	$0xffff4422, %eax
	check	5

	cld
	mov	$MMIO_SCRATCH, %edi
	mov	$0xcafe0001, %eax
	stosl
	cmp	$MMIO_SCRATCH + 4, %edi
	check	6
	mov	$MMIO_SCRATCH, %esi
	lea	-8(%esp), %edi
	movsl					/* from device to memory */
	cmpl	$0xcafe0001, -8(%esp)
	check	7
	movl	$0x55667788, -8(%esp)
	lea	-8(%esp), %esi
	mov	$MMIO_SCRATCH, %edi
	mov	$2, %ecx
	rep movsw				/* from memory to device: an exit per element */
	mov	MMIO_SCRATCH, %eax
	cmp	$0x55667788, %eax
	check	8
	cmp	$MMIO_SCRATCH + 4, %edi
	check	9
	test	%ecx, %ecx
	check	10
	end
fail:	end	%ebp
