// SPDX-License-Identifier: GPL-2.0
/*
 * VMMs that are killed at random moments, MSHV_KILLS of them (100): each makes partitions, runs
 * guests and closes them again and again with two threads. Afterwards everything is given back, and
 * a guest runs. MSHV_SEED repeats a run.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "vmm.h"

#define MEMORY_PAGES	16
#define CODE_GPA	0x1000
/* Longest life: long enough for several partitions */
#define MAX_US		30000

/* out %al, $0x10; jmp to itself */
static const __u8 guest[] = { 0xe6, 0x10, 0xeb, 0xfe };

static int device;

static bool guest_runs(void)
{
	__u8 *memory = pages_new(MEMORY_PAGES);
	struct mhv_message message = {};
	int partition = partition_new(device), vp = vp_create(partition, 0);
	bool ran;

	memcpy(memory + CODE_GPA, guest, sizeof(guest));
	ran = vp >= 0 && !memory_set(partition, memory, 0, MEMORY_PAGES * PAGE,
				     WRITABLE | EXECUTABLE) &&
	      !vp_start(vp, 0, CODE_GPA) && !ioctl(vp, MSHV_RUN_VP, &message) &&
	      message.header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT;
	close(vp);
	close(partition);
	return ran;
}

static void *live(void *unused)
{
	int event = eventfd(0, EFD_NONBLOCK), bell = eventfd(0, EFD_NONBLOCK);
	struct mshv_user_irqfd irqfd = { .fd = event, .gsi = 1 };
	struct mshv_user_ioeventfd ioeventfd = { .addr = 0x200000, .len = 4, .fd = bell };
	struct mhv_input_set_partition_property set = {
		.property_code = MHV_PROP_GPA_PAGE_ACCESS_TRACKING, .property_value = 1,
	};
	__u8 *memory = pages_new(MEMORY_PAGES);
	struct mhv_message message;
	union mhv_register_value rip = { .reg64 = CODE_GPA + 2 };
	int partition, vp;

	memcpy(memory + CODE_GPA, guest, sizeof(guest));
	for (;;) {
		partition = partition_new(device);
		vp = vp_create(partition, 0);
		memory_set(partition, memory, 0, MEMORY_PAGES * PAGE, WRITABLE | EXECUTABLE);
		ioctl(partition, MSHV_IRQFD, &irqfd);
		ioctl(partition, MSHV_IOEVENTFD, &ioeventfd);
		hvcall(partition, MHV_HVCALL_SET_PARTITION_PROPERTY, 0, &set, sizeof(set), NULL, 0,
		       NULL);
		vp_start(vp, 0, CODE_GPA);
		ioctl(vp, MSHV_RUN_VP, &message);
		/* Every fourth guest runs until the VMM is killed. */
		if (!(random() & 3)) {
			register_set(vp, 0, MHV_REG_RIP, &rip);
			ioctl(vp, MSHV_RUN_VP, &message);
		}
		memory_set(partition, memory, 0, MEMORY_PAGES * PAGE, UNMAP);
		close(vp);
		close(partition);
	}
	return unused;
}

static bool is_empty(void)
{
	return !softhv_counter("partitions") && !softhv_counter("vps") &&
	       !softhv_counter("ports") && !softhv_counter("gpa_pages") &&
	       !softhv_counter("deposited_pages");
}

static bool becomes_empty(void)
{
	int i;

	for (i = 0; i < 3000 && !is_empty(); i++)
		usleep(10000);
	return is_empty();
}

/* True if it was killed, and did not end otherwise. */
static bool kill_one(unsigned int seed)
{
	pthread_t thread;
	int status = 0;
	pid_t child = fork();

	if (!child) {
		srandom(seed);
		pthread_create(&thread, NULL, live, NULL);
		live(NULL);
	}
	usleep(random() % MAX_US);
	kill(child, SIGKILL);
	return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
	       WTERMSIG(status) == SIGKILL;
}

static unsigned int number(const char *name, unsigned int otherwise)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 0) : otherwise;
}

int main(void)
{
	unsigned int kills = number("MSHV_KILLS", 100), seed = number("MSHV_SEED", 1), i;
	struct state before, after;
	unsigned int killed = 0, left = 0;

	device = device_open();
	srandom(seed);
	state_read(&before);
	for (i = 0; i < kills; i++) {
		killed += kill_one(seed + i);
		if (!becomes_empty()) {
			left++;
			break;
		}
	}
	state_read(&after);
	ok(killed == kills, "%u of %u VMMs were killed (seed %u)", killed, kills, seed);
	ok(!left, "nothing is left in the hypervisor");
	ok(state_same(&before, &after), "no page is pinned, no descriptor is open");
	ok(guest_runs(), "a guest runs");
	return done();
}
