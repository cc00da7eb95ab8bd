/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads and writes where there is neither memory nor a device: reads give all ones, writes are
 * dropped. 2 exits (UNMAPPED_GPA) per iteration. Ends with HLT after ECX iterations, exit code 0;
 * with 1 when a value is wrong.
 */
#include "../guest.h"

#define NOTHING	0xe0000000

begin
	jecxz	2f
1:	movl	$0, NOTHING
	mov	NOTHING, %eax
	cmp	$-1, %eax
	jne	3f
	dec	%ecx
	jnz	1b
2:	end
3:	end	$1
