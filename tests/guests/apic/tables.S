/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mshvrun --apic: a page table that lies in the APIC's page. The processor's walk is no access
 * to the APIC; there is no memory that could be a table, which ends the VM (UNMAPPED_GPA), exit
 * code 72. Exit code 1: the guest goes on.
 */
#include "apic.h"

#define CR0_PG		0x80000000
#define CR4_PSE		0x10
#define PDE_LARGE	0x83
#define PDE_TABLE	0x03
#define LINEAR		0x40000000

apic_begin
	movl	$PDE_LARGE, directory
	movl	$APIC + PDE_TABLE, directory + (LINEAR >> 22) * 4
	mov	$CR4_PSE, %eax
	mov	%eax, %cr4
	mov	$directory, %eax
	mov	%eax, %cr3
	mov	%cr0, %eax
	or	$CR0_PG, %eax
	mov	%eax, %cr0
	jmp	1f
1:	mov	%eax, LINEAR
	finish	$1
other:	hlt
	jmp	other

	.bss
	.balign	4096
directory:
	.skip	4096
apic_data
