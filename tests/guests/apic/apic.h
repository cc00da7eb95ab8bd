/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the guests with an APIC share, for mshvrun --apic: the APIC's registers, interrupt gates,
 * and the start of further VPs. Beyond apic_begin they are in 32-bit protected mode with a GDT and
 * an IDT of their own. They end the machine by the exit port: HLT waits for an interrupt here.
 */
#include "../guest.h"

#define APIC			0xfee00000
#define APIC_ID			0x020
#define APIC_VERSION		0x030
#define APIC_TPR		0x080
#define APIC_PPR		0x0a0
#define APIC_EOI		0x0b0
#define APIC_LDR		0x0d0
#define APIC_DFR		0x0e0
#define APIC_SVR		0x0f0
#define APIC_ISR		0x100
#define APIC_TMR		0x180
#define APIC_IRR		0x200
#define APIC_ESR		0x280
#define APIC_ICR		0x300
#define APIC_ICR_HIGH		0x310
#define APIC_LVT_TIMER		0x320
#define APIC_LVT_LINT0		0x350
#define APIC_LVT_LINT1		0x360
#define APIC_LVT_ERROR		0x370
#define APIC_INITIAL		0x380
#define APIC_CURRENT		0x390
#define APIC_DIVIDE		0x3e0

#define SVR_ENABLE		0x1ff
#define LVT_PERIODIC		0x20000
#define ICR_LOWEST		0x00100
#define ICR_NMI			0x00400
#define ICR_INIT		0x04500
#define ICR_SIPI		0x04600
#define ICR_LOGICAL		0x00800
#define ICR_SELF		0x40000
#define ICR_ALL			0x80000
#define ICR_OTHERS		0xc0000

#define MSR_APIC_BASE		0x1b
#define APIC_BASE_X2APIC	0x400

/* Number of the page where "startup" is: a page behind the image's begin */
#define STARTUP_PAGE		0x11

#define SELECTOR_CODE		0x08
#define SELECTOR_DATA		0x10

/* End the machine: 0, or the number of the check that failed. */
.macro finish code
	mov	\code, %eax
	mov	$PORT_EXIT, %dx
	out	%eax, %dx
.Lend\@:
	hlt
	jmp	.Lend\@
.endm

/* Check NUMBER: the flags must say "equal". */
.macro check number
	je	.Lok\@
	finish	$\number
.Lok\@:
.endm

/* Interrupts with this vector go to that handler. Changes EAX. */
.macro gate vector handler
	mov	$\handler, %eax
	mov	%ax, idt + 8 * \vector
	movw	$SELECTOR_CODE, idt + 8 * \vector + 2
	movw	$0x8e00, idt + 8 * \vector + 4
	shr	$16, %eax
	mov	%ax, idt + 8 * \vector + 6
.endm

/* The first VP begins: GDT, IDT, and its APIC on. */
.macro apic_begin
begin
	lgdt	gdt_pointer
	lidt	idt_pointer
	ljmp	$SELECTOR_CODE, $.Lbegin\@
.Lbegin\@:
	movl	$SVR_ENABLE, APIC + APIC_SVR
.endm

/* End of an interrupt handler that counts in a variable. */
.macro counts name
	lock incl \name
	movl	$0, APIC + APIC_EOI
	iret
.endm

/* Wait with HLT until a variable has at least this value. */
.macro wait_until name value
	cli
.Lwait\@:
	cmpl	\value, \name
	jge	.Ldone\@
	sti
	hlt
	cli
	jmp	.Lwait\@
.Ldone\@:
.endm

/* Tables, and what the other VPs run: it ends in a jump to "other" with the index in EDI. */
.macro apic_data
	.text
	.org	0x1000
startup:
	.code16
	cli
	mov	%cs, %ax
	mov	%ax, %ds
	lgdtl	gdt_pointer - startup
	mov	%cr0, %eax
	or	$1, %eax
	mov	%eax, %cr0
	ljmpl	$SELECTOR_CODE, $startup32
	.code32
startup32:
	mov	$SELECTOR_DATA, %ax
	mov	%ax, %ds
	mov	%ax, %es
	mov	%ax, %ss
	lidt	idt_pointer
	movl	$SVR_ENABLE, APIC + APIC_SVR
	mov	APIC + APIC_ID, %edi
	shr	$24, %edi
	mov	%edi, %esp
	shl	$12, %esp
	add	$0x81000, %esp
	jmp	other

	.data
	.balign	8
gdt:	.quad	0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdt_pointer:
	.word	. - gdt - 1
	.long	gdt
idt_pointer:
	.word	256 * 8 - 1
	.long	idt
	.bss
	.balign	8
idt:	.skip	256 * 8
.endm

/* Start all other VPs by INIT and a startup IPI. */
.macro start_others
	movl	$ICR_INIT | ICR_OTHERS, APIC + APIC_ICR
	movl	$ICR_SIPI | ICR_OTHERS + STARTUP_PAGE, APIC + APIC_ICR
.endm
