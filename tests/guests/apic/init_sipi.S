/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --apic, with any number of VPs: VP 0 starts all others by INIT and startup IPI, each
 * says that it runs in a place of its own, and once more after a second INIT. A startup IPI to a
 * VP that runs changes nothing. One exit (IO_PORT); exit code 0, or the number of the check that
 * failed.
 */
#include "apic.h"

apic_begin
	mov	$2, %ebx
again:	start_others
	xor	%edx, %edx
1:	inc	%edx
	cmp	%esi, %edx
	jae	3f
2:	pause
	cmpb	$1, alive(%edx)
	jne	2b
	movb	$0, alive(%edx)
	jmp	1b
3:	/* No VP starts because of that: all have started. */
	movl	$ICR_SIPI | ICR_OTHERS + STARTUP_PAGE, APIC + APIC_ICR
	dec	%ebx
	jnz	again

	lea	-1(%esi), %eax
	add	%eax, %eax
	cmp	%eax, started
	check	1
	finish	$0

other:	lock incl started
	movb	$1, alive(%edi)
1:	pause
	jmp	1b

	.bss
started:
	.skip	4
alive:	.skip	256
apic_data
