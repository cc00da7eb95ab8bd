/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes to read-only memory, where the value is dropped, and reads it back, which is no exit.
 * Per iteration: 1 exit (GPA_INTERCEPT). Ends with HLT after ECX iterations, exit code 0; with 1
 * when the memory has changed.
 */
#include "../guest.h"

begin
	mov	ROM, %edx
	jecxz	2f
1:	mov	%ecx, ROM
	cmp	%edx, ROM
	jne	3f
	dec	%ecx
	jnz	1b
2:	end
3:	end	$1
