/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Jumps to where there is no memory. One exit (UNMAPPED_GPA, execute), which mshvrun cannot handle:
 * exit code 72.
 */
#include "../guest.h"

begin
	mov	$0xe0000000, %eax
	jmp	*%eax
