/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Turns on paging with page tables that have the first 4 MiB only, and writes beyond; for mshvrun
 * --exception 14, which ends the VP with exit code 70. One exit (EXCEPTION, error code 2, parameter
 * 0x12345678). Without the option it is a triple fault, exit code 71.
 */
#include "../guest.h"

#define CR0_PG		0x80000000
#define CR4_PSE		0x10
#define PDE_4M		0x83		/* present, writable, 4 MiB */

begin
	movl	$PDE_4M, directory
	mov	%cr4, %eax
	or	$CR4_PSE, %eax
	mov	%eax, %cr4
	mov	$directory, %eax
	mov	%eax, %cr3
	mov	%cr0, %eax
	or	$CR0_PG, %eax
	mov	%eax, %cr0
	movl	$1, 0x12345678
	end

	.bss
	.balign	4096
directory:
	.skip	4096
