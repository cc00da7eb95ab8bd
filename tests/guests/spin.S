/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Computes for ever, in registers only. No exits but those that the host causes; ends by a signal
 * to mshvrun.
 */
#include "guest.h"

begin
1:	imul	$1103515245, %eax
	add	$12345, %eax
	jmp	1b
