// SPDX-License-Identifier: GPL-2.0
/*
 * SET_MSI_ROUTING: which message-signalled interrupt a GSI stands for. The table is replaced as a
 * whole; when the ioctl returns nobody goes by the old one any more. Limits and errors are those of
 * Linux 7.2 drivers/hv/mshv_irq.c.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "irq/eventfd.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/irq.h"

#define MSHV_MAX_GSIS		4096

/* An MSI's address and data (Intel SDM 3A "Message Signalled Interrupts") */
#define MSI_ADDRESS_LOGICAL	(1U << 2)
#define MSI_ADDRESS_DEST_SHIFT	12
#define MSI_DATA_TYPE_SHIFT	8
#define MSI_DATA_TYPE_MASK	7
#define MSI_DATA_LEVEL		(1U << 15)

struct mshv_msi_route {
	u32 address;
	u32 data;
	bool valid;
};

struct mshv_msi_table {
	u32 nr_gsis;
	struct mshv_msi_route routes[];
};

/* NULL for no entries. */
static struct mshv_msi_table *mshv_msi_table_new(struct mshv_partition *partition,
						 const struct mshv_user_irq_entry *entries, u32 nr)
{
	struct mshv_msi_table *table;
	struct mshv_msi_route *route;
	u32 i, nr_gsis = 0;

	for (i = 0; i < nr; i++) {
		if (entries[i].gsi >= MSHV_MAX_GSIS || entries[i].address_hi ||
		    !mshv_irqfd_accepts(partition, entries[i].gsi,
					entries[i].data & MSI_DATA_LEVEL))
			return ERR_PTR(-EINVAL);
		nr_gsis = max(nr_gsis, entries[i].gsi + 1);
	}
	if (!nr)
		return NULL;

	table = kvzalloc(struct_size(table, routes, nr_gsis), GFP_KERNEL_ACCOUNT);
	if (!table)
		return ERR_PTR(-ENOMEM);
	table->nr_gsis = nr_gsis;
	for (i = 0; i < nr; i++) {
		route = &table->routes[entries[i].gsi];
		if (route->valid) {
			kvfree(table);
			return ERR_PTR(-EINVAL);
		}
		route->address = entries[i].address_lo;
		route->data = entries[i].data;
		route->valid = true;
	}
	return table;
}

/**
 * mshv_msi_set_routing() - MSHV_SET_MSI_ROUTING
 * @partition: whose, its lock held
 * @uarg: struct mshv_user_irq_table
 *
 * Return: 0; -EFAULT; -ENOMEM; -EINVAL for too many entries, an impossible one, two for a GSI, or
 * an edge-triggered one for a GSI whose irqfd has a resampler.
 */
long mshv_msi_set_routing(struct mshv_partition *partition, void __user *uarg)
{
	struct mshv_user_irq_table __user *utable = uarg;
	struct mshv_user_irq_entry *entries = NULL;
	struct mshv_msi_table *new, *old;
	struct mshv_user_irq_table args;

	if (copy_from_user(&args, uarg, sizeof(args)))
		return -EFAULT;
	if (args.nr > MSHV_MAX_GSIS || args.rsvd)
		return -EINVAL;
	if (args.nr) {
		entries = vmemdup_user(utable->entries, array_size(sizeof(*entries), args.nr));
		if (IS_ERR(entries))
			return PTR_ERR(entries);
	}
	new = mshv_msi_table_new(partition, entries, args.nr);
	kvfree(entries);
	if (IS_ERR(new))
		return PTR_ERR(new);

	old = rcu_replace_pointer(partition->interrupts.routes, new,
				  lockdep_is_held(&partition->lock));
	synchronize_srcu_expedited(&partition->interrupts.srcu);
	mshv_fire(mshv_update_routing_table, partition->id, old, new, args.nr);
	kvfree(old);
	return 0;
}

MSHV_DECLARE_IOCTL(SET_MSI_ROUTING, mshv_msi_set_routing, struct mshv_user_irq_table);

/**
 * mshv_msi_route() - the interrupt that a GSI stands for
 * @partition: whose GSI; its srcu is read-locked
 * @gsi: any number
 * @interrupt: where to put it
 *
 * Context: any but NMI.
 * Return: false if there is no route for it.
 */
bool mshv_msi_route(struct mshv_partition *partition, u32 gsi, struct mshv_interrupt *interrupt)
{
	const struct mshv_msi_table *table = srcu_dereference(partition->interrupts.routes,
							      &partition->interrupts.srcu);
	const struct mshv_msi_route *route;

	if (!table || gsi >= table->nr_gsis || !table->routes[gsi].valid)
		return false;
	route = &table->routes[gsi];
	interrupt->dest = (u8)(route->address >> MSI_ADDRESS_DEST_SHIFT);
	interrupt->logical = route->address & MSI_ADDRESS_LOGICAL;
	interrupt->vector = (u8)route->data;
	interrupt->type = route->data >> MSI_DATA_TYPE_SHIFT & MSI_DATA_TYPE_MASK;
	interrupt->level = route->data & MSI_DATA_LEVEL;
	return true;
}

/**
 * mshv_msi_destroy() - free a partition's routes
 * @partition: about to be freed
 */
void mshv_msi_destroy(struct mshv_partition *partition)
{
	kvfree(rcu_dereference_protected(partition->interrupts.routes, true));
}
