/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interrupts into a guest and writes out of it that go by eventfds: routes, irqfds, ioeventfds and
 * the hypervisor's ports behind the latter. What they say by hypercall is in hvcalls.h.
 */
#ifndef MSHV_EVENTFD_H
#define MSHV_EVENTFD_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/types.h>

struct eventfd_ctx;
struct mshv_msi_table;
struct mshv_partition;

/**
 * struct mshv_interrupts - what a partition has of all that
 * @srcu: read side: whoever goes by @routes or @irqfds, in any context
 * @routes: by GSI; replaced under the partition's lock
 * @lock: changes to @irqfds; taken with interrupts disabled, within an eventfd's own lock
 * @irqfds: eventfds that raise an interrupt
 * @ioeventfds: writes that signal an eventfd; under the partition's lock
 */
struct mshv_interrupts {
	struct srcu_struct srcu;
	struct mshv_msi_table __rcu *routes;
	spinlock_t lock;
	struct list_head irqfds;
	struct list_head ioeventfds;
};

/**
 * struct mshv_interrupt - an interrupt, as an MSI says it
 * @dest: APIC id, or a logical destination
 * @vector: 0 to 255
 * @type: enum mhv_interrupt_type
 * @level: level-triggered
 * @logical: @dest is logical
 */
struct mshv_interrupt {
	u64 dest;
	u32 vector;
	u32 type;
	bool level;
	bool logical;
};

/**
 * struct mshv_ioeventfd - guest writes that signal an eventfd
 * @partition: whose guest
 * @eventfd: what is signalled; a reference
 * @node: in the partition's list
 * @addr: where the guest writes
 * @datamatch: what it has to write, unless @wildcard
 * @len: how many bytes it has to write; 0: any number
 * @port: number of the hypervisor's port
 * @wildcard: whatever it writes
 */
struct mshv_ioeventfd {
	struct mshv_partition *partition;
	struct eventfd_ctx *eventfd;
	struct list_head node;
	u64 addr;
	u64 datamatch;
	u32 len;
	u32 port;
	bool wildcard;
};

/* interrupt.c */
int mshv_interrupts_init(struct mshv_partition *partition);
void mshv_interrupts_release(struct mshv_partition *partition);
void mshv_interrupts_destroy(struct mshv_partition *partition);
void mshv_interrupt_assert(struct mshv_partition *partition,
			   const struct mshv_interrupt *interrupt);

/* msi.c */
long mshv_msi_set_routing(struct mshv_partition *partition, void __user *uarg);
bool mshv_msi_route(struct mshv_partition *partition, u32 gsi, struct mshv_interrupt *interrupt);
void mshv_msi_destroy(struct mshv_partition *partition);

/* irqfd.c */
int mshv_irqfd_init(void);
void mshv_irqfd_exit(void);
long mshv_irqfd(struct mshv_partition *partition, void __user *uarg);
bool mshv_irqfd_accepts(struct mshv_partition *partition, u32 gsi, bool level);
bool mshv_irqfd_ack(struct mshv_partition *partition, u32 vector);
void mshv_irqfd_release(struct mshv_partition *partition);

/* ioeventfd.c */
long mshv_ioeventfd(struct mshv_partition *partition, void __user *uarg);
void mshv_ioeventfd_fire(struct mshv_ioeventfd *ioeventfd);
void mshv_ioeventfd_release(struct mshv_partition *partition);

/* port.c */
int mshv_port_open(struct mshv_ioeventfd *ioeventfd, u64 doorbell_flags);
void mshv_port_close(struct mshv_ioeventfd *ioeventfd);
void mshv_port_ring(u32 port);

#endif /* MSHV_EVENTFD_H */
