/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VP 0 prints a line on the serial port, as a driver does that polls: 2 exits (IO_PORT) for each of
 * its 18 characters. Every VP ends with HLT, exit code 0.
 */
#include "guest.h"

begin
	test	%edi, %edi
	jnz	2f
	mov	$text, %esi
	cld
1:	lodsb
	test	%al, %al
	jz	2f
	serial_putc
	jmp	1b
2:	end

	.data
text:	.asciz	"Hello from VP 0!\r\n"
