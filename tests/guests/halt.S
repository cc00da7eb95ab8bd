/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ends at once with HLT, interrupts off. One exit (HALT); the exit code is ECX.
 */
#include "guest.h"

begin
	end	%ecx
