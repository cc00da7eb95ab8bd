/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts down in single steps, each of which ends in a debug exception; for mshvrun --exception 1.
 * Without that the first one is a triple fault, exit code 71.
 * Per iteration: 2 exits (EXCEPTION), and 2 more. Ends with HLT after ECX iterations, exit code 0.
 */
#include "../guest.h"

#define EFLAGS_TF	0x100

begin
	pushf
	orl	$EFLAGS_TF, (%esp)
	popf
	jecxz	2f
1:	dec	%ecx
	jnz	1b
2:	end
