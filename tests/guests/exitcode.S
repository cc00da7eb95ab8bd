/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ends the whole machine by the exit port: one exit (IO_PORT); the exit code is ECX.
 */
#include "guest.h"

begin
	mov	%ecx, %eax
	out	%eax, $PORT_EXIT
	end	$99			/* never reached */
