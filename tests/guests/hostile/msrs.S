/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads every MSR of the ranges that there are, then writes it: nothing, everything, and the number of
 * a page of its memory. Exit code 0, or 1 if an MSR had an address of the host's kernel in it, 2 if no
 * MSR could be read.
 */
#include "hostile.h"

#define MSR_TSC_ADJUST	0x3b
#define MSR_RESET	0x40000003
#define KERNEL_HIGH	0xffff8000
#define SOME_PAGE	0x00800001

hostile_begin
	xor	%ebp, %ebp
range:	mov	ranges(, %ebp, 8), %esi
	mov	ranges + 4(, %ebp, 8), %edi
	inc	%ebp
	cmp	%esi, %edi
	je	done
msr:	mov	%esi, %ecx
	xor	%edx, %edx
	mov	faults, %ebx
	tried	rdmsr
	cmp	%ebx, faults
	jne	1f
	incl	readable
	/* By how much this guest has moved its TSC, which is less than nothing */
	cmp	$MSR_TSC_ADJUST, %esi
	je	1f
	cmp	$KERNEL_HIGH, %edx
	jb	1f
	finish	$1
1:	cmp	$MSR_RESET, %esi
	je	2f
	xor	%eax, %eax
	xor	%edx, %edx
	tried	wrmsr
	mov	$-1, %eax
	mov	$-1, %edx
	tried	wrmsr
	mov	$SOME_PAGE, %eax
	xor	%edx, %edx
	tried	wrmsr
2:	inc	%esi
	cmp	%edi, %esi
	jne	msr
	jmp	range
done:	cmpl	$10, readable
	jae	3f
	finish	$2
3:	finish	$0

	.data
	.balign	4
ranges:	.long	0, 0x2000, 0x40000000, 0x40000200, 0xc0000000, 0xc0000400
	.long	0xc0010000, 0xc0011400, 0, 0
readable:
	.long	0
hostile_data
