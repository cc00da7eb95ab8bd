/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes a line to the serial port by one REP OUTSB, and fills a buffer from the debug port by one
 * REP INSB, which it checks.
 * Per iteration: 2 exits (IO_PORT, string, 18 and 16 elements). Ends with HLT after ECX iterations,
 * exit code 0; with 1 when a byte that was read is wrong.
 */
#include "guest.h"

#define LENGTH	16

begin
	mov	%ecx, %ebp
	cld
	test	%ebp, %ebp
	jz	2f
1:	mov	$text, %esi
	mov	$text_end - text, %ecx
	mov	$PORT_SERIAL, %edx
	rep outsb
	cmp	$text_end, %esi
	jne	3f

	lea	-LENGTH(%esp), %edi
	mov	$LENGTH, %ecx
	mov	$PORT_DEBUG, %edx
	rep insb
	cmp	%esp, %edi
	jne	3f
	sub	$LENGTH, %edi
	mov	$PORT_DEBUG, %al
	mov	$LENGTH, %ecx
	repe scasb
	jne	3f

	dec	%ebp
	jnz	1b
2:	end
3:	end	$1

	.data
text:	.ascii	"rep outsb prints.\n"
text_end:
