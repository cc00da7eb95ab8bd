/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads the serial port's line status.
 * Per iteration: 1 exit (IO_PORT). Ends with HLT after ECX iterations, exit code 0; with 1 at the
 * first value that is not the one of an idle port.
 */
#include "guest.h"

begin
	mov	$PORT_SERIAL_LSR, %edx
	jecxz	2f
1:	mov	$0x12345678, %eax
	in	%dx, %al
	cmp	$0x12345660, %eax
	jne	3f
	dec	%ecx
	jnz	1b
2:	end
3:	end	$1
