// SPDX-License-Identifier: GPL-2.0
/*
 * churn SECONDS: partitions come and go as fast as two threads can make them; each has a guest that
 * writes to a port some times. Meanwhile the longest and the mean grace period of RCU is measured, and
 * before that, beside two busy threads that do nothing of this. Prints numbers, one per line.
 */
#include <linux/membarrier.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "vmm.h"

#define THREADS		2
#define MEMORY_PAGES	4
#define CODE_GPA	0x1000
#define WRITES		8
#define CALM_SECONDS	3

/* out %al, $0x80; jmp to it */
static const __u8 guest[] = { 0xe6, 0x80, 0xeb, 0xfc };

static int device;
static atomic_bool stop;
static atomic_long partitions, exits;

static void *busy(void *unused)
{
	while (!stop)
		;
	return unused;
}

static bool live(__u8 *memory)
{
	struct mhv_message message;
	const union mhv_register_value next = { .reg64 = CODE_GPA };
	int partition = partition_new(device), vp = vp_create(partition, 0), i;
	bool lived = vp >= 0 && !vp_start(vp, 0, CODE_GPA) &&
		     !memory_set(partition, memory, 0, MEMORY_PAGES * PAGE, WRITABLE | EXECUTABLE);

	for (i = 0; lived && i < WRITES; i++) {
		lived = !ioctl(vp, MSHV_RUN_VP, &message) &&
			message.header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT &&
			!register_set(vp, 0, MHV_REG_RIP, &next);
		exits += lived;
	}
	close(vp);
	close(partition);
	return lived;
}

static void *churn(void *unused)
{
	__u8 *memory = pages_new(MEMORY_PAGES);

	memcpy(memory + CODE_GPA, guest, sizeof(guest));
	while (!stop) {
		if (!live(memory)) {
			printf("failed: %m\n");
			exit(1);
		}
		partitions++;
	}
	return unused;
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec + at.tv_nsec / 1e9;
}

/* What a grace period takes, in ms, beside two threads that do this */
static double measure(void *(*what)(void *), double seconds, double *longest)
{
	pthread_t threads[THREADS];
	double end = now() + seconds, begin, sum = 0, ms;
	long i, count = 0;

	stop = false;
	*longest = 0;
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, what, NULL);
	while (now() < end) {
		begin = now();
		if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0)) {
			perror("membarrier");
			exit(1);
		}
		ms = 1e3 * (now() - begin);
		*longest = ms > *longest ? ms : *longest;
		sum += ms;
		count++;
	}
	stop = true;
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return sum / count;
}

int main(int argc, char **argv)
{
	double mean, longest, seconds = argc > 1 ? strtod(argv[1], NULL) : CALM_SECONDS;

	device = device_open();
	mean = measure(busy, CALM_SECONDS, &longest);
	printf("grace_busy_ms %.1f\ngrace_busy_longest_ms %.1f\n", mean, longest);
	mean = measure(churn, seconds, &longest);
	printf("grace_ms %.1f\ngrace_longest_ms %.1f\n", mean, longest);
	printf("partitions %ld\nexits %ld\n", partitions, exits);
	return 0;
}
