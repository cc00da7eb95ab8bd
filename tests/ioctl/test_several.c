// SPDX-License-Identifier: GPL-2.0
/*
 * Several partitions at once, with several VPs each, and threads that come and go: each guest sees
 * its own memory, counts what it should, and goes without the others' noticing.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "vmm.h"

#define CODE_GPA	0x1000
#define COUNTS_GPA	0x2000
#define PARTITIONS	4
#define VPS		2
#define ROUNDS		300

/* In turn: incl 0x2000(%bx); out %al, $0x10; jmp back */
static const __u8 guest[] = { 0x66, 0xff, 0x87, 0x00, 0x20, 0xe6, 0x10, 0xeb, 0xf7 };

struct vmm {
	int partition;
	__u8 *memory;
	pthread_t threads[VPS];
	struct {
		struct vmm *vmm;
		int fd;
		__u32 index;
		long exits;
		long interrupted;
	} vps[VPS];
};

static void *run(void *argument)
{
	typeof(((struct vmm *)NULL)->vps[0]) *vp = argument;
	struct mhv_message message;
	const struct mhv_io_port_intercept *io = (const void *)message.payload;
	union mhv_register_value rip = { .reg64 = CODE_GPA + 7 };
	union mhv_register_value rbx = { .reg64 = 4 * vp->index };

	register_set(vp->fd, vp->index, MHV_REG_RBX, &rbx);
	register_set(vp->fd, vp->index, MHV_REG_INTERNAL_ACTIVITY_STATE,
		     &(union mhv_register_value){});
	vp_start(vp->fd, vp->index, CODE_GPA);
	while (vp->exits < ROUNDS) {
		if (ioctl(vp->fd, MSHV_RUN_VP, &message)) {
			if (errno != EINTR)
				break;
			vp->interrupted++;
			continue;
		}
		if (message.header.message_type != MHV_MSG_X64_IO_PORT_INTERCEPT ||
		    io->header.vp_index != vp->index)
			break;
		vp->exits++;
		register_set(vp->fd, vp->index, MHV_REG_RIP, &rip);
	}
	return NULL;
}

static void vmm_start(struct vmm *vmm, int device)
{
	bool good = true;
	__u32 i;

	vmm->partition = partition_new(device);
	vmm->memory = pages_new(16);
	memcpy(vmm->memory + CODE_GPA, guest, sizeof(guest));
	good &= !memory_set(vmm->partition, vmm->memory, 0, 16 * PAGE, WRITABLE | EXECUTABLE);
	for (i = 0; i < VPS; i++) {
		vmm->vps[i].vmm = vmm;
		vmm->vps[i].index = i;
		vmm->vps[i].fd = vp_create(vmm->partition, i);
		good &= vmm->vps[i].fd >= 0;
		pthread_create(&vmm->threads[i], NULL, run, &vmm->vps[i]);
	}
	ok(good, "a partition with %d VPs", VPS);
}

static void on_signal(int signal)
{
	(void)signal;
}

static void vmm_check(struct vmm *vmm, unsigned int number)
{
	const __u32 *counts = (const __u32 *)(vmm->memory + COUNTS_GPA);
	__u32 i;

	for (i = 0; i < VPS; i++) {
		while (pthread_kill(vmm->threads[i], SIGUSR1) == 0 &&
		       pthread_tryjoin_np(vmm->threads[i], NULL))
			usleep(500);
		ok(vmm->vps[i].exits == ROUNDS && counts[i] == ROUNDS,
		   "guest %u's VP %u counted %u in %ld exits, through %ld signals", number, i,
		   counts[i], vmm->vps[i].exits, vmm->vps[i].interrupted);
		close(vmm->vps[i].fd);
	}
	close(vmm->partition);
	munmap(vmm->memory, 16 * PAGE);
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct vmm vmms[PARTITIONS] = {};
	int device = device_open(), i;

	sigaction(SIGUSR1, &action, NULL);
	for (i = 0; i < PARTITIONS; i++)
		vmm_start(&vmms[i], device);
	ok(softhv_counter("partitions") == PARTITIONS, "all of them at once");
	for (i = 0; i < PARTITIONS; i++)
		vmm_check(&vmms[i], i);
	ok(softhv_counter("partitions") == 0, "no partition is left");
	ok(softhv_counter("gpa_pages") == 0, "no mapped page is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
