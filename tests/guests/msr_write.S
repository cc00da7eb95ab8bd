/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes the count that is left to an MSR; at last reads the MSR and checks it.
 * Per iteration: 1 exit (MSR), and 1 more at the end. Ends with HLT after ECX iterations, exit code
 * 0; with 1 when the value is wrong.
 */
#include "guest.h"

begin
	mov	%ecx, %ebp
	mov	$MSR_SCRATCH, %ecx
	mov	$0x89abcdef, %edx
	test	%ebp, %ebp
	jz	2f
1:	mov	%ebp, %eax
	wrmsr
	dec	%ebp
	jnz	1b

	rdmsr
	cmp	$1, %eax
	jne	3f
	cmp	$0x89abcdef, %edx
	jne	3f
2:	end
3:	end	$1
