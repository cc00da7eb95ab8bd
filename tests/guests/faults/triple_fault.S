/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Divides by zero with no interrupt descriptor table. One exit (TRIPLE_FAULT); exit code 71.
 */
#include "../guest.h"

begin
	xor	%ecx, %ecx
	div	%ecx
	end
