/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Executes breakpoints; for mshvrun --exception 3. Without that the first one is a triple fault.
 * Per iteration: 1 exit (EXCEPTION). Ends with HLT after ECX iterations, exit code 0.
 */
#include "../guest.h"

begin
	jecxz	2f
1:	int3
	dec	%ecx
	jnz	1b
2:	end
