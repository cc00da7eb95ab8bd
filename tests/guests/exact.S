/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exits that can be counted: nothing but these.
 * Per iteration: 4 exits: a write to port 0x80 (IO_PORT), CPUID of mshvrun's leaf (CPUID), a read
 * of an MSR (MSR), a read of a device register (UNMAPPED_GPA). Ends with HLT (HALT) after ECX
 * iterations, exit code 0.
 */
#include "guest.h"

begin
	mov	%ecx, %ebp
	test	%ebp, %ebp
	jz	2f
1:	out	%al, $PORT_POST
	mov	$CPUID_LEAF, %eax
	xor	%ecx, %ecx
	cpuid
	mov	$MSR_VP_INDEX, %ecx
	rdmsr
	mov	MMIO_READS, %eax
	dec	%ebp
	jnz	1b
2:	end
