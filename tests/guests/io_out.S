/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes a byte to a port that nothing answers.
 * Per iteration: 1 exit (IO_PORT). Ends with HLT after ECX iterations, exit code 0.
 */
#include "guest.h"

begin
	jecxz	2f
1:	out	%al, $PORT_POST
	dec	%ecx
	jnz	1b
2:	end
