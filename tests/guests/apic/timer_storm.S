/* SPDX-License-Identifier: GPL-2.0 */
/* Every VP sets its timer to the shortest period, and halts with interrupts off, for ever. */
#include "apic.h"

apic_begin
	xor	%edi, %edi
	start_others
other:	movl	$0xb, APIC + APIC_DIVIDE
	movl	$LVT_PERIODIC | 0x50, APIC + APIC_LVT_TIMER
	movl	$1, APIC + APIC_INITIAL
	cli
1:	hlt
	jmp	1b
apic_data
