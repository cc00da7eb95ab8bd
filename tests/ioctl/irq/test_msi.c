// SPDX-License-Identifier: GPL-2.0
/*
 * SET_MSI_ROUTING: what a table may say, and that a bad one changes nothing.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "vmm.h"

#define MAX_GSIS	4096

static struct mshv_user_irq_table *table_new(__u32 nr)
{
	struct mshv_user_irq_table *table;
	__u32 i;

	table = calloc(1, sizeof(*table) + nr * sizeof(table->entries[0]));
	table->nr = nr;
	for (i = 0; i < nr; i++) {
		table->entries[i].gsi = i;
		table->entries[i].address_lo = 0xfee00000;
		table->entries[i].data = 0x30;
	}
	return table;
}

static int route(int partition, const struct mshv_user_irq_table *table)
{
	return ioctl(partition, MSHV_SET_MSI_ROUTING, table);
}

/* A level-triggered route is what RESAMPLE wants, so it tells whether there is one. */
static bool is_level(int partition, __u32 gsi)
{
	struct mshv_user_irqfd args = {
		.fd = eventfd(0, 0), .resamplefd = eventfd(0, 0), .gsi = gsi,
		.flags = 1 << MSHV_IRQFD_BIT_RESAMPLE,
	};
	bool level = !ioctl(partition, MSHV_IRQFD, &args);

	close(args.fd);
	close(args.resamplefd);
	return level;
}

int main(void)
{
	int device = device_open(), partition = partition_new(device), other;
	struct mshv_user_irq_table *one = table_new(1), *two = table_new(2);
	struct mshv_user_irq_table *all = table_new(MAX_GSIS), *more = table_new(MAX_GSIS + 1);
	struct mshv_user_irq_table none = {};

	ok(!route(partition, &none), "an empty table");
	ok(!route(partition, one), "one entry");
	ok(!route(partition, all), "as many entries as can be");
	ok(!route(partition, &none), "none again");

	fails(route(partition, BAD_POINTER), EFAULT);
	fails(route(partition, more), EINVAL);
	more->nr = ~0U;
	fails(route(partition, more), EINVAL);
	fails(ioctl(device, MSHV_SET_MSI_ROUTING, &none), ENOTTY);

	one->entries[0].data |= 1 << 15;
	ok(!route(partition, one) && is_level(partition, 0), "a level-triggered entry");
	one->rsvd = 1;
	fails(route(partition, one), EINVAL);
	one->rsvd = 0;
	two->entries[1].gsi = MAX_GSIS;
	fails(route(partition, two), EINVAL);
	two->entries[1].gsi = 0;
	fails(route(partition, two), EINVAL);
	two->entries[1].gsi = 1;
	two->entries[1].address_hi = 1;
	fails(route(partition, two), EINVAL);
	ok(is_level(partition, 0), "a bad table changes nothing");
	two->entries[1].address_hi = 0;
	ok(!route(partition, two) && !is_level(partition, 0), "the table is replaced");
	two->entries[1].gsi = MAX_GSIS - 1;
	two->entries[1].data |= 1 << 15;
	ok(!route(partition, two) && is_level(partition, MAX_GSIS - 1), "the last GSI");
	ok(!route(partition, &none) && !is_level(partition, MAX_GSIS - 1), "the table is emptied");

	other = partition_new(device);
	ok(!route(partition, one) && !is_level(other, 0), "each partition has its own");
	ok(!route(other, all), "a table is left when the partition goes");
	close(other);
	close(partition);
	ok(softhv_counter("partitions") == 0, "no partition is left");
	return done();
}
