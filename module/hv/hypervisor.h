/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The transport between the driver and a hypervisor: the hypercall ABI itself, so that everything
 * above it is the same code on every hypervisor. A hypervisor that is a module (softhv) registers
 * itself; neither side may include another header of the other side.
 */
#ifndef MSHV_HYPERVISOR_H
#define MSHV_HYPERVISOR_H

#include <linux/module.h>
#include <linux/types.h>

/**
 * struct mshv_hypervisor - what the driver needs of a hypervisor
 * @name: shown in messages and to tools
 * @owner: held while a partition, or an open of /dev/mshv, uses the hypervisor
 * @takes_vectors: DISPATCH_VP takes interrupts from the VP's register page
 *	(MHV_DISPATCH_SCAN_INTERRUPT_INJECTION), and empties interrupt_vectors there
 * @hypercall: one hypercall, as the ABI has it (TLFS "Hypercall interface"): @control is the
 *	control word; @input and @output are the physical addresses of 8-byte aligned parameters
 *	that do not cross a page, 0 where there are none, or for a fast call (bit 16 of the control
 *	word) the two register inputs. Returns the result word: status in bits 15:0, reps completed
 *	in bits 43:32. The caller has interrupts disabled, except for HVCALL_DISPATCH_VP, which is
 *	called with preemption disabled and interrupts enabled. Never sleeps.
 * @read_msr: a synthetic MSR of this CPU, which has its own SynIC (TLFS "Synthetic Interrupt
 *	Controller"; MHV_MSR_*). The caller has preemption disabled.
 * @write_msr: likewise; EOM may be written from the interrupt handler
 * @set_interrupt_handler: @handler is called on each CPU whose SynIC has a message or an event, in
 *	hard interrupt context. NULL takes it away, and returns when it runs nowhere any more.
 *	Process context, may sleep. Returns 0 or an errno.
 */
struct mshv_hypervisor {
	const char *name;
	struct module *owner;
	bool takes_vectors;
	u64 (*hypercall)(u64 control, u64 input, u64 output);
	u64 (*read_msr)(u32 msr);
	void (*write_msr)(u32 msr, u64 value);
	int (*set_interrupt_handler)(void (*handler)(void));
};

/**
 * mshv_hypervisor_register() - offer a hypervisor to the driver
 * @hv: stays valid until mshv_hypervisor_unregister()
 *
 * Context: process context, may sleep.
 * The hypervisor answers already while it is being registered.
 * Return: 0, -EBUSY when there is a hypervisor already, or an errno when it lacks what is needed.
 */
int mshv_hypervisor_register(const struct mshv_hypervisor *hv);

/**
 * mshv_hypervisor_unregister() - take a hypervisor away
 * @hv: what was registered
 *
 * To be called from the owner's module exit, where no user can be left.
 * Context: process context, may sleep.
 */
void mshv_hypervisor_unregister(const struct mshv_hypervisor *hv);

#endif /* MSHV_HYPERVISOR_H */
