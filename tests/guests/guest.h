/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the guests share: the numbers of mshvrun's devices (tools/mshvrun/devices.h) and a few
 * macros. A guest begins in 32-bit protected mode, flat, without paging and interrupts: ECX
 * mshvrun's --arg (here: the count), EDI index of the VP, ESI number of VPs, EBX bytes of memory,
 * ESP a stack. HLT ends the VP, EAX is its exit code.
 */

#define PORT_POST		0x80
#define PORT_DEBUG		0xe9
#define PORT_EXIT		0xf4
#define PORT_SERIAL		0x3f8
#define PORT_SERIAL_LSR		0x3fd
#define SERIAL_LSR_READY	0x20

#define MMIO_ID			0xd0000000
#define MMIO_SCRATCH		0xd0000004
#define MMIO_READS		0xd0000008
#define MMIO_ID_VALUE		0x4d534856

#define ROM			0xc0000

#define MSR_SCRATCH		0x40000200
#define MSR_VP_INDEX		0x40000201
#define MSR_EFER		0xc0000080

#define CPUID_LEAF		0x40000100
#define CPUID_EAX		0x7668736d	/* "mshv" */

#define HYPERCALL_PUTCHAR	0
#define HYPERCALL_VP_INDEX	1

/* Where a guest starts */
.macro begin
	.code32
	.text
	.globl _start
_start:
.endm

/* End this VP. */
.macro end code=$0
	mov	\code, %eax
	hlt
.endm

/* Send AL, as a driver does that polls: two exits. Changes AH and DX. */
.macro serial_putc
	mov	%al, %ah
	mov	$PORT_SERIAL_LSR, %dx
.Lpoll\@:
	in	%dx, %al
	test	$SERIAL_LSR_READY, %al
	jz	.Lpoll\@
	mov	%ah, %al
	mov	$PORT_SERIAL, %dx
	out	%al, %dx
.endm
