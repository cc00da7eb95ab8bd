/* SPDX-License-Identifier: GPL-2.0 */
/* How the driver fires its events. */
#ifndef MSHV_TRACE_FIRE_H
#define MSHV_TRACE_FIRE_H

#include <linux/irqflags.h>

/**
 * mshv_fire() - fire an event
 * @event: the event's name
 *
 * The kernel does not run a BPF program on a CPU on which the same program is running already: the
 * second event would not be counted. That happens when an interrupt comes during the program and
 * fires the same event, and in kernels newer than 6.12, where programs on events can be preempted,
 * when another task on that CPU does. So events are fired with interrupts off.
 */
#define mshv_fire(event, ...)						\
	do {								\
		unsigned long mshv_fire_flags;				\
									\
		if (trace_##event##_enabled()) {			\
			local_irq_save(mshv_fire_flags);		\
			trace_##event(__VA_ARGS__);			\
			local_irq_restore(mshv_fire_flags);		\
		}							\
	} while (0)

#endif /* MSHV_TRACE_FIRE_H */
