/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A load like that of a small real guest, for demonstrations: rounds of computing, with accesses
 * of every kind between them. Which ones, and how long it computes, is drawn from a generator
 * that each VP seeds with its index; higher VPs compute longer and so exit less often.
 * Per round: 4 to 16 exits, and 24 more in every 16th round, which prints a line. Ends with HLT
 * after ECX rounds, exit code 0; a count of 0 means 2^32.
 */
#include "guest.h"

/* The next random number, 16 bits in EAX; EBX keeps the generator. */
.macro random
	imul	$1664525, %ebx, %ebx
	add	$1013904223, %ebx
	mov	%ebx, %eax
	shr	$16, %eax
.endm

/* Go to label in all but one of 2^bits cases. */
.macro mostly bits, label
	random
	test	$(1 << \bits) - 1, %al
	jnz	\label
.endm

begin
	mov	%ecx, %esi		/* rounds left */
	lea	1(%edi), %ebx
	imul	$0x9e3779b9, %ebx, %ebx
round:
	call	compute
	test	$15, %esi
	jnz	1f
	call	print
1:	call	identify
	call	device
	call	registers
	mostly	3, 2f
	mov	$HYPERCALL_VP_INDEX, %eax
	vmmcall
2:	dec	%esi
	jnz	round
	end

/* 64 to 1,087 steps, times 1, 2, 4 or 8 by the VP's index */
compute:
	random
	and	$1023, %eax
	add	$64, %eax
	mov	%edi, %ecx
	and	$3, %ecx
	shl	%cl, %eax
	mov	%eax, %ecx
1:	imul	$48271, %edx, %edx
	rol	$7, %edx
	loop	1b
	ret

/* Once, or in one of 4 cases five times */
identify:
	mov	$1, %ebp
	mostly	2, 1f
	mov	$5, %ebp
1:	push	%ebx
	mov	$CPUID_LEAF, %eax
	xor	%ecx, %ecx
	cpuid
	pop	%ebx
	dec	%ebp
	jnz	1b
	ret

/* A port, a device register read once to four times, in one of 2 cases written, seldom ROM */
device:
	random
	out	%al, $PORT_POST
	mov	%eax, %ecx
	and	$3, %ecx
	inc	%ecx
1:	mov	MMIO_READS, %eax
	loop	1b
	mostly	1, 2f
	mov	%eax, MMIO_SCRATCH
2:	mostly	4, 3f
	mov	%eax, ROM
3:	ret

/* An MSR is read; in one of 2 cases it was written before, and twice in some */
registers:
	mov	$MSR_SCRATCH, %ecx
	xor	%edx, %edx
	mostly	1, 2f
	wrmsr
	mostly	2, 2f
	wrmsr
2:	rdmsr
	ret

/* "VP 0: busy" and a line feed, by a port that is polled, with the VP's digit in its place */
print:
	mov	$text, %ebp
1:	mov	(%ebp), %al
	test	%al, %al
	jz	3f
	cmp	$'n, %al
	jne	2f
	mov	%edi, %eax
	and	$7, %al
	add	$'0, %al
2:	serial_putc
	inc	%ebp
	jmp	1b
3:	ret

	.data
text:	.asciz	"VP n: busy\r\n"
