// SPDX-License-Identifier: GPL-2.0
/*
 * What a VMM asks of the driver less often than to run: memory for a guest, partitions and VPs that
 * come and go, interrupts by eventfd. System calls included.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bench.h"
#include "../ioctl/vmm.h"

#define MEMORY_MIB	256
#define PARTITIONS	16
#define VPS		16
#define INTERRUPTS	1024

#define APIC_GPA	0xfee00000
#define CODE_GPA	0x1000
#define HANDLER_GPA	0x1100
#define STACK_GPA	0x8000
#define GSI		3
#define VECTOR		0x40

/* Real mode, DS is where the APIC is. movl $0x1ff, SVR; out %al, $0x80; 1: sti; hlt; jmp 1b */
static const __u8 guest[] = {
	0x66, 0xc7, 0x06, 0xf0, 0x00, 0xff, 0x01, 0x00, 0x00, 0xe6, 0x80, 0xfb, 0xf4, 0xeb, 0xfc,
};
#define OUT_AT		9	/* its APIC takes interrupts from here on */
#define OUT_BYTES	2

/* out %al, $0x80; movl $0, EOI; iret */
static const __u8 handler[] = {
	0xe6, 0x80, 0x66, 0xc7, 0x06, 0xb0, 0x00, 0x00, 0x00, 0x00, 0x00, 0xcf,
};

/**
 * struct cost - what is measured
 * @device: /dev/mshv
 * @partition: the guest's
 * @vp: its VP
 * @memory: what becomes guest memory
 * @event: what interrupts the guest
 * @nr_vps: of the partitions that go away
 * @ran: when the VP had run
 * @part: what of what is done counts
 */
struct cost {
	int device;
	int partition;
	int vp;
	void *memory;
	int event;
	unsigned int nr_vps;
	__u64 ran;
	enum { COST_FIRST, COST_SECOND, COST_BOTH } part;
};

static void check(bool done, const char *what)
{
	if (!done)
		bench_die("%s: %s", what, strerror(errno));
}

/* The first counts or the second, or both: of two things that can only be done in turn. */
static __u64 cost_of(const struct cost *c, __u64 first, __u64 second)
{
	return (c->part == COST_SECOND ? 0 : first) + (c->part == COST_FIRST ? 0 : second);
}

static __u64 map_memory(void *data)
{
	const __u64 size = MEMORY_MIB << 20;
	struct cost *c = data;
	__u64 begin = bench_clock(), mapped;

	check(!memory_set(c->partition, c->memory, 0, size, WRITABLE | EXECUTABLE),
	      "MSHV_SET_GUEST_MEMORY");
	mapped = bench_clock();
	check(!memory_set(c->partition, c->memory, 0, size, UNMAP), "MSHV_SET_GUEST_MEMORY");
	return cost_of(c, mapped - begin, bench_clock() - mapped);
}

static void memory_new(struct cost *c)
{
	const size_t size = MEMORY_MIB << 20;

	c->partition = partition_new(c->device);
	c->memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(c->memory != MAP_FAILED, "mmap");
	memset(c->memory, 1, size);
}

static __u64 make_partitions(void *data)
{
	struct cost *c = data;
	int partition[PARTITIONS], vp[PARTITIONS][VPS];
	__u64 begin = bench_clock(), made, end;
	unsigned int i, j;

	for (i = 0; i < PARTITIONS; i++)
		partition[i] = partition_new(c->device);
	made = bench_clock();
	for (i = 0; i < PARTITIONS; i++)
		for (j = 0; j < c->nr_vps; j++) {
			vp[i][j] = vp_create(partition[i], j);
			check(vp[i][j] >= 0, "MSHV_CREATE_VP");
		}
	end = bench_clock();
	for (i = 0; i < PARTITIONS; i++) {
		for (j = 0; j < c->nr_vps; j++)
			close(vp[i][j]);
		close(partition[i]);
	}
	return cost_of(c, made - begin, bench_clock() - end);
}

static __u64 make_vps(void *data)
{
	struct cost *c = data;
	int partition = partition_new(c->device);
	__u64 begin = bench_clock(), made;
	int vp[VPS];
	unsigned int i;

	for (i = 0; i < VPS; i++) {
		vp[i] = vp_create(partition, i);
		check(vp[i] >= 0, "MSHV_CREATE_VP");
	}
	made = bench_clock();
	for (i = 0; i < VPS; i++)
		close(vp[i]);
	close(partition);
	return made - begin;
}

/* Until the next write to a port, which is at @rip */
static void run_to(struct cost *c, __u64 rip)
{
	const union mhv_register_value behind = { .reg64 = rip + OUT_BYTES };
	struct mshv_run_vp run;

	check(!ioctl(c->vp, MSHV_RUN_VP, &run), "MSHV_RUN_VP");
	c->ran = bench_clock();
	check(!register_set(c->vp, 0, MHV_REG_RIP, &behind), "SET_VP_REGISTERS");
}

static __u64 interrupt(void *data)
{
	struct cost *c = data;
	const uint64_t one = 1;
	__u64 sum = 0, begin, written;
	unsigned int i;

	for (i = 0; i < INTERRUPTS; i++) {
		begin = bench_clock();
		check(write(c->event, &one, sizeof(one)) == sizeof(one), "eventfd");
		written = bench_clock();
		c->ran = written;
		if (c->vp >= 0)
			run_to(c, HANDLER_GPA);
		sum += cost_of(c, written - begin, c->ran - written);
	}
	return sum;
}

static void interrupt_guest_new(struct cost *c)
{
	struct {
		struct mshv_user_irq_table head;
		struct mshv_user_irq_entry entry;
	} table = {
		.head.nr = 1,
		.entry = { .gsi = GSI, .address_lo = APIC_GPA, .data = VECTOR },
	};
	struct mshv_user_irqfd irqfd = { .fd = c->event, .gsi = GSI };
	union mhv_register_value apic = {
		.segment = { .base = APIC_GPA, .limit = 0xffff, .attributes = 0x93 },
	};
	union mhv_register_value stack = { .reg64 = STACK_GPA };
	__u8 *at = pages_new(STACK_GPA / PAGE);

	memcpy(at + CODE_GPA, guest, sizeof(guest));
	memcpy(at + HANDLER_GPA, handler, sizeof(handler));
	((__u32 *)at)[VECTOR] = HANDLER_GPA;
	c->partition = partition_new(c->device);
	c->vp = vp_create(c->partition, 0);
	check(c->vp >= 0, "MSHV_CREATE_VP");
	check(!memory_set(c->partition, at, 0, STACK_GPA, WRITABLE | EXECUTABLE),
	      "MSHV_SET_GUEST_MEMORY");
	check(!vp_start(c->vp, 0, CODE_GPA) && !register_set(c->vp, 0, MHV_REG_DS, &apic) &&
	      !register_set(c->vp, 0, MHV_REG_RSP, &stack), "SET_VP_REGISTERS");
	check(!ioctl(c->partition, MSHV_SET_MSI_ROUTING, &table), "MSHV_SET_MSI_ROUTING");
	check(!ioctl(c->partition, MSHV_IRQFD, &irqfd), "MSHV_IRQFD");
	run_to(c, CODE_GPA + OUT_AT);
}

/**
 * bench_costs() - what something costs that a VMM asks of the driver
 * @what: which
 */
void bench_costs(const char *what)
{
	struct cost c = { .device = device_open(), .vp = -1 };

	if (!strcmp(what, "map-gib") || !strcmp(what, "unmap-gib")) {
		memory_new(&c);
		c.part = what[0] == 'u' ? COST_SECOND : COST_FIRST;
		bench_figure(MEMORY_MIB / 1024.0, map_memory, &c);
	} else if (!strcmp(what, "create-partition")) {
		c.part = COST_FIRST;
		bench_figure(PARTITIONS, make_partitions, &c);
	} else if (!strcmp(what, "destroy-partition")) {
		c.part = COST_SECOND;
		bench_figure(PARTITIONS, make_partitions, &c);
	} else if (!strcmp(what, "destroy-partition-of-16-vps")) {
		c.part = COST_SECOND;
		c.nr_vps = VPS;
		bench_figure(PARTITIONS, make_partitions, &c);
	} else if (!strcmp(what, "create-vp")) {
		bench_figure(VPS, make_vps, &c);
	} else {
		c.event = eventfd(0, 0);
		check(c.event >= 0, "eventfd");
		if (strcmp(what, "eventfd"))
			interrupt_guest_new(&c);
		c.part = strcmp(what, "irqfd-to-guest") ? COST_FIRST : COST_BOTH;
		bench_figure(INTERRUPTS, interrupt, &c);
	}
}
