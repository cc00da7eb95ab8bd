/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls of each number with random inputs, as often as -a says, and the instructions by which
 * guests make guests, or that are for firmware. Exit code 0, or 1 if such an instruction did not
 * fault.
 */
#include "hostile.h"

hostile_begin
	mov	%ecx, rounds
round:	xor	%ebp, %ebp
call:	random
	mov	%eax, %edx
	random
	and	$0xffff0000, %eax
	or	%ebp, %eax
	push	%eax
	random
	mov	%eax, %ecx
	random
	and	$0xffffff, %eax
	mov	%eax, %esi
	random
	mov	%eax, %edi
	xor	%ebx, %ebx
	pop	%eax
	push	%ebp
	tried	vmmcall
	tried	vmcall
	pop	%ebp
	inc	%ebp
	cmp	$0x200, %ebp
	jb	call
	decl	rounds
	jnz	round

	movl	$0, faults
	mov	$0x800000, %eax
	tried	vmrun
	tried	vmload
	tried	vmsave
	tried	stgi
	tried	clgi
	tried	skinit
	xor	%ecx, %ecx
	tried	invlpga
	tried	rsm
	tried	.byte 0x0f, 0x37		/* GETSEC */
	cmpl	$9, faults
	je	1f
	finish	$1
1:	xor	%ecx, %ecx
	mov	$-1, %eax
	mov	$-1, %edx
	tried	xsetbv
	mov	$0x800000, %eax
	xor	%edx, %edx
	tried	monitor
	tried	wbinvd
	tried	invd
	tried	rdpmc
	tried	.byte 0x0f, 0x01, 0xfd		/* RDPRU */
	tried	.byte 0xf3, 0x0f, 0xc7, 0xf8	/* RDPID */
	tried	rdtscp
	finish	$0

	.bss
	.balign	4
rounds:	.skip	4
hostile_data
