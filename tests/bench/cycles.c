// SPDX-License-Identifier: GPL-2.0
/*
 * Exit cycles of a guest that does nothing but write to a port, by our driver and by KVM: run the
 * guest, see the write, back into the guest. And hypercalls that a VMM passes through.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/kvm.h>
#include <mshv/exits.h>
#include "bench.h"
#include "../ioctl/vmm.h"

#define CYCLES		10240
#define HVCALLS		10240
#define GUEST_AT	0x1000
#define GUEST_PORT	0x80

/* 1: out %al, $0x80; jmp 1b */
static const unsigned char guest[] = { 0xe6, GUEST_PORT, 0xeb, 0xfc };
#define OUT_BYTES	2

#define MAX_VPS		16

struct mshv_guest {
	int vp;
	struct mhv_vp_register_page *page;
	pthread_t thread;
	__u64 cycles;
};

struct mshv_guests {
	struct mshv_guest guest[MAX_VPS];
	int partition;
	unsigned int nr;
};

static void check(bool done, const char *what)
{
	if (!done)
		bench_die("%s: %s", what, strerror(errno));
}

static void *guest_memory(void)
{
	char *memory = pages_new(2);

	memcpy(memory + GUEST_AT, guest, sizeof(guest));
	return memory;
}

static void mshv_cycle(struct mshv_guest *g)
{
	struct mshv_run_vp run;
	const struct mhv_message *message = (void *)run.msg_buf;

	if (ioctl(g->vp, MSHV_RUN_VP, &run) ||
	    message->header.message_type != MHV_MSG_X64_IO_PORT_INTERCEPT)
		bench_die("MSHV_RUN_VP: no port write: %s", strerror(errno));
	g->page->rip += OUT_BYTES;
	g->page->dirty |= MHV_REGISTER_PAGE_DIRTY_IP;
}

static __u64 mshv_cycles(void *data)
{
	__u64 begin = bench_clock();
	unsigned int i;

	for (i = 0; i < CYCLES; i++)
		mshv_cycle(data);
	return bench_clock() - begin;
}

static int mshv_partition_new(void)
{
	int partition = partition_new(device_open());

	check(!memory_set(partition, guest_memory(), 0, 2 * PAGE, WRITABLE | EXECUTABLE),
	      "MSHV_SET_GUEST_MEMORY");
	return partition;
}

static void mshv_guest_new(struct mshv_guest *g, int partition, __u32 index)
{
	const union mhv_register_value active = { .reg64 = 0 };

	g->vp = vp_create(partition, index);
	check(g->vp >= 0, "MSHV_CREATE_VP");
	/* All but the first would wait for a startup IPI. */
	check(!vp_start(g->vp, index, GUEST_AT) &&
	      !register_set(g->vp, index, MHV_REG_INTERNAL_ACTIVITY_STATE, &active),
	      "SET_VP_REGISTERS");
	g->page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, g->vp,
		       MSHV_VP_MMAP_OFFSET_REGISTERS * PAGE);
	check(g->page != MAP_FAILED, "register page");
}

/**
 * bench_cycles() - exit cycles of our driver
 * @probe: what watches them
 */
void bench_cycles(const char *probe)
{
	struct mshv_guest g;

	bench_attach(probe);
	mshv_guest_new(&g, mshv_partition_new(), 0);
	bench_figure(CYCLES, mshv_cycles, &g);
}

static void guests_new(struct mshv_guests *gs, const char *nr)
{
	unsigned int i;

	gs->nr = atoi(nr);
	if (gs->nr < 1 || gs->nr > MAX_VPS)
		bench_die("'%s' is not a number of VPs", nr);
	gs->partition = mshv_partition_new();
	for (i = 0; i < gs->nr; i++)
		mshv_guest_new(&gs->guest[i], gs->partition, i);
}

static void start_threads(struct mshv_guests *gs, void *(*run)(void *data))
{
	unsigned int i;

	for (i = 0; i < gs->nr; i++)
		if (pthread_create(&gs->guest[i].thread, NULL, run, &gs->guest[i]))
			bench_die("no thread");
}

static void join_threads(struct mshv_guests *gs)
{
	unsigned int i;

	for (i = 0; i < gs->nr; i++)
		pthread_join(gs->guest[i].thread, NULL);
}

static void *run_cycles(void *data)
{
	mshv_cycles(data);
	return NULL;
}

static __u64 all_cycles(void *data)
{
	__u64 begin = bench_clock();

	start_threads(data, run_cycles);
	join_threads(data);
	return bench_clock() - begin;
}

/**
 * bench_scaling() - an exit cycle while several VPs of a partition run, a thread for each
 * @vps: how many
 *
 * The clock counts what all CPUs do, so the figure is the same for all numbers as long as no CPU
 * waits for another.
 */
void bench_scaling(const char *vps)
{
	static struct mshv_guests gs;

	guests_new(&gs, vps);
	bench_figure((double)CYCLES * gs.nr, all_cycles, &gs);
}

static bool stop_all;

static void *run_until_stopped(void *data)
{
	struct mshv_guest *g = data;

	for (; !__atomic_load_n(&stop_all, __ATOMIC_RELAXED); g->cycles++)
		mshv_cycle(g);
	return NULL;
}

/**
 * bench_lost() - how many exits mshvtop's programs miss while VPs do nothing but exit
 * @vps: how many
 * @seconds: how long
 *
 * Prints the number that was missed; the number of exits goes to the standard error.
 */
void bench_lost(const char *vps, const char *seconds)
{
	static struct mshv_guests gs;
	__u64 cycles = 0, counted;
	unsigned int i;

	bench_attach("mshvtop");
	guests_new(&gs, vps);
	start_threads(&gs, run_until_stopped);
	sleep(atoi(seconds));
	__atomic_store_n(&stop_all, true, __ATOMIC_RELAXED);
	join_threads(&gs);
	for (i = 0; i < gs.nr; i++) {
		cycles += gs.guest[i].cycles;
		munmap(gs.guest[i].page, PAGE);
		close(gs.guest[i].vp);
	}
	/* The last cycle of each VP ends when it goes away. */
	close(gs.partition);
	counted = bench_counted(MSHV_EXIT_IO_PORT);
	fprintf(stderr, "%llu exits in %s s\n", cycles, seconds);
	printf("%lld 0.00\n", (long long)(cycles - counted));
}

static __u64 hvcalls(void *data)
{
	struct {
		struct mhv_input_get_vp_registers head;
		__u32 name;
	} in = { .name = MHV_REG_RIP };
	struct mshv_guest *g = data;
	union mhv_register_value out;
	__u64 begin = bench_clock();
	unsigned int i;

	for (i = 0; i < HVCALLS; i++)
		if (hvcall(g->vp, MHV_HVCALL_GET_VP_REGISTERS, 1, &in,
			   sizeof(in.head) + sizeof(in.name), &out, sizeof(out), NULL))
			bench_die("GET_VP_REGISTERS: %s", strerror(errno));
	return bench_clock() - begin;
}

/**
 * bench_hvcalls() - MSHV_ROOT_HVCALL to read a register
 * @probe: what watches them
 */
void bench_hvcalls(const char *probe)
{
	struct mshv_guest g;

	bench_attach(probe);
	mshv_guest_new(&g, mshv_partition_new(), 0);
	bench_figure(HVCALLS, hvcalls, &g);
}

struct kvm_guest {
	int vcpu;
	struct kvm_run *run;
};

static __u64 kvm_cycles(void *data)
{
	struct kvm_guest *g = data;
	__u64 begin = bench_clock();
	unsigned int i;

	for (i = 0; i < CYCLES; i++)
		if (ioctl(g->vcpu, KVM_RUN, 0) || g->run->exit_reason != KVM_EXIT_IO ||
		    g->run->io.port != GUEST_PORT)
			bench_die("KVM_RUN: no port write: %s", strerror(errno));
	return bench_clock() - begin;
}

static void kvm_guest_new(struct kvm_guest *g)
{
	struct kvm_userspace_memory_region memory = {
		.memory_size = 2 * PAGE,
		.userspace_addr = (uintptr_t)guest_memory(),
	};
	struct kvm_regs regs = { .rip = GUEST_AT, .rflags = 2 };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	struct kvm_sregs sregs;
	int vm, size;

	check(kvm >= 0, "/dev/kvm");
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	check(vm >= 0, "KVM_CREATE_VM");
	check(!ioctl(vm, KVM_SET_USER_MEMORY_REGION, &memory), "KVM_SET_USER_MEMORY_REGION");
	g->vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	check(g->vcpu >= 0, "KVM_CREATE_VCPU");
	check(!ioctl(g->vcpu, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	check(!ioctl(g->vcpu, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
	check(!ioctl(g->vcpu, KVM_SET_REGS, &regs), "KVM_SET_REGS");
	size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	g->run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, g->vcpu, 0);
	check(g->run != MAP_FAILED, "struct kvm_run");
}

/**
 * bench_kvm_cycles() - the same exit cycles by KVM
 */
void bench_kvm_cycles(void)
{
	struct kvm_guest g;

	kvm_guest_new(&g);
	bench_figure(CYCLES, kvm_cycles, &g);
}
