/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Executes an invalid instruction; for mshvrun --exception 6, which ends the VP with exit code 70.
 * One exit (EXCEPTION). Without the option it is a triple fault (TRIPLE_FAULT), exit code 71.
 */
#include "../guest.h"

begin
	ud2
	end
