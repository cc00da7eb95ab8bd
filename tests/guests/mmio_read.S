/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads a register that counts its reads, and checks the count.
 * Per iteration: 1 exit (UNMAPPED_GPA). Ends with HLT after ECX iterations, exit code 0; with 1
 * when the value is wrong.
 */
#include "guest.h"

begin
	xor	%edx, %edx
	jecxz	2f
1:	inc	%edx
	mov	MMIO_READS, %eax
	cmp	%edx, %eax
	jne	3f
	cmp	%edx, %ecx
	jne	1b
2:	end
3:	end	$1
