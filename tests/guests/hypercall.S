/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Asks mshvrun for the VP's index by hypercall and checks it; at last prints "ok" and makes a
 * call that there is none of.
 * Per iteration: 1 exit (HYPERCALL), and 4 more at the end. Ends with HLT after ECX iterations,
 * exit code 0; with 1 when an answer is wrong.
 */
#include "guest.h"

.macro print character
	mov	$HYPERCALL_PUTCHAR, %eax
	mov	$\character, %ecx
	vmmcall
.endm

begin
	mov	%ecx, %ebp
	test	%ebp, %ebp
	jz	2f
1:	mov	$HYPERCALL_VP_INDEX, %eax
	vmmcall
	cmp	%edi, %eax
	jne	3f
	dec	%ebp
	jnz	1b

2:	print	0x6f			/* o */
	print	0x6b			/* k */
	print	0x0a
	mov	$0x1000, %eax
	vmmcall
	cmp	$-1, %eax
	jne	3f
	end
3:	end	$1
