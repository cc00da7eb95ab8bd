/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads and writes ports in all widths, each -a-th but the one that ends the machine; then CPUID
 * leaves, each of the same distance within its ranges. Exit code 0.
 */
#include "hostile.h"

hostile_begin
	mov	%ecx, step
	xor	%ebp, %ebp
port:	cmp	$PORT_EXIT, %bp
	je	1f
	mov	%ebp, %edx
	random
	tried	in %dx, %al
	tried	in %dx, %ax
	tried	in %dx, %eax
	tried	out %al, %dx
	tried	out %ax, %dx
	tried	out %eax, %dx
	mov	$0x800000, %edi
	mov	$3, %ecx
	cld
	tried	rep insb
	mov	$0x800000, %esi
	mov	$3, %ecx
	tried	rep outsl
1:	add	step, %ebp
	cmp	$0x10000, %ebp
	jb	port

	xor	%ebp, %ebp
2:	mov	%ebp, %eax
	mov	%ebp, %ecx
	tried	cpuid
	add	step, %ebp
	lea	0x40000000(%ebp), %eax
	tried	cpuid
	lea	0x80000000(%ebp), %eax
	tried	cpuid
	cmp	$0x2000, %ebp
	jb	2b
	finish	$0

	.bss
	.balign	4
step:	.skip	4
hostile_data
