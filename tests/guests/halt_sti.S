/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ends at once with HLT, interrupts on, which mshvrun says on standard error. One exit (HALT); the
 * exit code is ECX.
 */
#include "guest.h"

begin
	sti
	nop				/* past the shadow of STI */
	end	%ecx
