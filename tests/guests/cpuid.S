/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Asks for mshvrun's CPUID leaf and checks it.
 * Per iteration: 1 exit (CPUID). Ends with HLT after ECX iterations, exit code 0; with 1 when the
 * answer is wrong.
 */
#include "guest.h"

begin
	mov	%ecx, %ebp
	test	%ebp, %ebp
	jz	2f
1:	mov	$CPUID_LEAF, %eax
	xor	%ecx, %ecx
	cpuid
	cmp	$CPUID_EAX, %eax
	jne	3f
	cmp	%edi, %ecx
	jne	3f
	cmp	%esi, %edx
	jne	3f
	dec	%ebp
	jnz	1b
2:	end
3:	end	$1
