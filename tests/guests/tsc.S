/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TSC, TSC_ADJUST and TSC_AUX as a guest writes them: writing one of the first two moves the other;
 * the third is what RDPID shows, on processors that have that (-a 1). No exits but HLT; exit code 0,
 * or the number of the check that failed.
 */
#include "guest.h"

#define MSR_TSC		0x10
#define MSR_TSC_ADJUST	0x3b
#define MSR_TSC_AUX	0xc0000103

/* Upper halves of 64 bits: all beyond what a machine counts while the guest runs */
#define FAR		0x100000
#define AUX		0x12345678

/* The upper half of the TSC, or of an MSR, is at least so much more than before, which is in EBX. */
.macro at_least code high
	sub	%ebx, %edx
	cmp	$\high, %edx
	jge	.Lok\@
	end	$\code
.Lok\@:
.endm

begin
	mov	%ecx, %ebp
	rdtsc
	mov	%edx, %ebx
	add	$FAR + 1, %edx
	mov	$MSR_TSC, %ecx
	wrmsr
	rdtsc
	at_least 1 FAR
	xor	%ebx, %ebx
	mov	$MSR_TSC_ADJUST, %ecx
	rdmsr
	at_least 2 FAR

	xor	%eax, %eax
	mov	$3 * FAR, %edx
	wrmsr
	rdtsc
	at_least 3 2*FAR

	mov	$AUX, %eax
	xor	%edx, %edx
	mov	$MSR_TSC_AUX, %ecx
	wrmsr
	test	%ebp, %ebp
	jz	1f
	rdpid	%eax
	cmp	$AUX, %eax
	jne	2f
	/* Again after exits to the VMM */
	mov	$PORT_POST, %dx
	out	%al, %dx
	rdpid	%eax
	cmp	$AUX, %eax
	jne	2f
1:	end
2:	end	$4
