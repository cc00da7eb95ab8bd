/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The transport between the driver and a hypervisor: the hypercall ABI itself, so that everything
 * above it is the same code on every hypervisor. A hypervisor that is a module (softhv) registers
 * itself; neither side may include another header of the other side.
 *
 * What the driver relies on beyond the TLFS, for whoever implements a hypervisor:
 *
 * Contexts
 *   Every hypercall comes from a CPU of the root partition that cannot change meanwhile. Interrupts
 *   are disabled, except for DISPATCH_VP, which has preemption disabled and interrupts enabled. Any
 *   number of CPUs make hypercalls at the same time, also about the same partition and VP; the
 *   driver dispatches a VP on one CPU at a time. A hypercall never sleeps. The handler of
 *   set_interrupt_handler() is called in hard interrupt context, on the CPU that the message or
 *   event is for, and may make hypercalls.
 *
 * Running a VP, root scheduler
 *   DISPATCH_VP comes back when the VP has an intercept, is blocked, or when the CPU has an
 *   interrupt for the host, which is handled before the hypercall returns or right after it.
 *   The driver looks for pending work (signals, rescheduling) before DISPATCH_VP, with interrupts
 *   enabled, so an interrupt that brings work may come between the look and the hypercall, and is
 *   over by then. Who closes this window: a hypervisor with @looks_again gives the VP back at once;
 *   for any other the driver limits the stay in the guest by a time slice of 10 ms, which the
 *   hypervisor has to keep.
 *   A blocked VP may be dispatched at any time: the answer is BLOCKED again, without harm.
 *   Signals: when DISPATCH_VP has answered BLOCKED, the hypervisor sends
 *   SCHEDULER_VP_SIGNAL_PAIR or _BITSET once the VP can run: when an interrupt or another event
 *   comes for it, and also when EXPLICIT_SUSPEND is cleared after DISPATCH_VP has answered
 *   SUSPEND. Signals that the VP does not need any more do no harm. The driver itself dispatches
 *   a VP again after it has cleared EXPLICIT_SUSPEND; Linux's driver waits for the signal.
 *   A VP with an intercept is suspended until DISPATCH_VP has CLEAR_INTERCEPT_SUSPEND.
 *
 * Running a VP, the hypervisor's own scheduler
 *   The VP runs while neither INTERCEPT_SUSPEND nor EXPLICIT_SUSPEND is set; OPAQUE_INTERCEPT says
 *   that the VP has an intercept. Setting EXPLICIT_SUSPEND returns when the VP has left the guest.
 *
 * Rep hypercalls
 *   A rep count of 0 is refused with INVALID_HYPERCALL_INPUT or INVALID_PARAMETER and touches
 *   neither input nor output. A call may stop after any number of elements; the driver goes on
 *   where it stopped, or deposits memory first, if the status asks for memory.
 *
 * Memory
 *   Mapping a page that is mapped already may clear its accessed and dirty bits, so the driver maps
 *   a page again only if its access has to change. When an unmapping hypercall has returned, no VP
 *   writes to the pages any more. Padding in the input of memory hypercalls may hold anything.
 *
 * Answers that come later
 *   SET_PARTITION_PROPERTY may answer CALL_PENDING; ASYNC_CALL_COMPLETION then has the status. At
 *   most one such call per partition is under way.
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
 * @looks_again: DISPATCH_VP looks for the host's pending work once more, with interrupts disabled,
 *	right before it enters the guest, and gives the VP back if there is some
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
	bool looks_again;
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
