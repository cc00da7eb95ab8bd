/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads the MSR that holds the VP's index, and checks it.
 * Per iteration: 1 exit (MSR). Ends with HLT after ECX iterations, exit code 0; with 1 when the
 * value is wrong.
 */
#include "guest.h"

begin
	mov	%ecx, %ebp
	mov	$MSR_VP_INDEX, %ecx
	test	%ebp, %ebp
	jz	2f
1:	mov	$-1, %edx
	rdmsr
	cmp	%edi, %eax
	jne	3f
	test	%edx, %edx
	jnz	3f
	dec	%ebp
	jnz	1b
2:	end
3:	end	$1
