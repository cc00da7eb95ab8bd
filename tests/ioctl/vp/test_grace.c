// SPDX-License-Identifier: GPL-2.0
/*
 * The host's grace periods of RCU do not wait for a guest that only spins: they take no longer than
 * beside a program that spins. Untying an ioeventfd waits for one, so that is what is measured.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/eventfd.h>
#include "vmm.h"

#define ROUNDS		10
#define CODE_GPA	0x1000
#define SLACK_MS	20

static void nothing(int signal)
{
	(void)signal;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void *run_vp(void *vp)
{
	struct mshv_run_vp message;

	pin(0);
	ioctl((intptr_t)vp, MSHV_RUN_VP, &message);
	return NULL;
}

static void *spin(void *unused)
{
	(void)unused;
	pin(0);
	for (;;)
		pthread_testcancel();
	return NULL;
}

static void give_up(const char *what)
{
	perror(what);
	exit(1);
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

/* Return: mean of the time that untying takes, in milliseconds */
static double measure(int partition)
{
	double sum = 0, begin;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		struct mshv_user_ioeventfd args = {
			.addr = 0x100000 + i * 8, .len = 4, .fd = eventfd(0, 0),
		};

		if (ioctl(partition, MSHV_IOEVENTFD, &args))
			give_up("MSHV_IOEVENTFD");
		args.flags = 1 << MSHV_IOEVENTFD_BIT_DEASSIGN;
		begin = now_ms();
		if (ioctl(partition, MSHV_IOEVENTFD, &args))
			give_up("MSHV_IOEVENTFD");
		sum += now_ms() - begin;
		close(args.fd);
	}
	return sum / ROUNDS;
}

int main(void)
{
	static const __u8 code[] = { 0xeb, 0xfe };	/* jmp to itself */
	int device = device_open(), partition = partition_new(device), vp;
	struct sigaction action = { .sa_handler = nothing };
	double beside_program, beside_guest;
	pthread_t thread;
	__u8 *memory;

	sigaction(SIGUSR1, &action, NULL);
	memory = pages_new(16);
	memcpy(memory + CODE_GPA, code, sizeof(code));
	ok(!memory_set(partition, memory, 0, 16 * PAGE, WRITABLE | EXECUTABLE), "memory");
	vp = vp_create(partition, 0);
	ok(vp >= 0 && !vp_start(vp, 0, CODE_GPA), "a VP");

	pin(1);
	if (pthread_create(&thread, NULL, spin, NULL))
		give_up("pthread_create");
	usleep(100000);
	beside_program = measure(partition);
	pthread_cancel(thread);
	pthread_join(thread, NULL);

	if (pthread_create(&thread, NULL, run_vp, (void *)(intptr_t)vp))
		give_up("pthread_create");
	usleep(100000);
	beside_guest = measure(partition);
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);

	printf("# %.1f ms beside a program that spins, %.1f ms beside a guest that does\n",
	       beside_program, beside_guest);
	ok(beside_guest <= 2 * beside_program + SLACK_MS, "a guest does not hold grace periods up");
	return done();
}
