// SPDX-License-Identifier: GPL-2.0
/*
 * A VMM tells a VP not to enter the guest by a flag in memory, so that no kick is lost that comes
 * between two MSHV_RUN_VPs.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>
#include "vmm.h"

#define CODE_GPA	0x1000
#define SPIN_GPA	(CODE_GPA + 3)
#define ROUNDS		300
#define WAIT_S		20

/* out %al, $0xe9; hlt; at SPIN_GPA, jmp . */
static const __u8 guest[] = { 0xe6, 0xe9, 0xf4, 0xeb, 0xfe };

static struct {
	int vp;
	volatile struct mshv_vp_control *control;
	pthread_barrier_t begin;
} test;

static void on_signal(int signal)
{
	(void)signal;
}

static void go_to(__u64 at)
{
	union mhv_register_value rip = { .reg64 = at };

	register_set(test.vp, 0, MHV_REG_RIP, &rip);
}

static bool is_output(const struct mhv_message *message)
{
	return message->header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT;
}

/* If the guest ran, there would be a message. */
static void test_flag(void)
{
	struct mhv_message message = {};
	int i;

	test.control->immediate_exit = 1;
	for (i = 0; i < 3; i++)
		fails(ioctl(test.vp, MSHV_RUN_VP, &message), EINTR);
	test.control->immediate_exit = 0;
	ok(ioctl(test.vp, MSHV_RUN_VP, BAD_POINTER) == -1 && errno == EFAULT,
	   "the guest runs when the flag is cleared");
	test.control->immediate_exit = 255;
	ok(!ioctl(test.vp, MSHV_RUN_VP, &message) && is_output(&message),
	   "a message that waits is delivered all the same");
	fails(ioctl(test.vp, MSHV_RUN_VP, &message), EINTR);
	test.control->immediate_exit = 0;
}

static void *run_vp(void *delay)
{
	struct mhv_message message;
	volatile uintptr_t left = (uintptr_t)delay;
	int ret;

	pthread_barrier_wait(&test.begin);
	while (left)
		left--;
	ret = ioctl(test.vp, MSHV_RUN_VP, &message);
	return (void *)(intptr_t)(ret && errno == EINTR);
}

/*
 * A thread that is about to call MSHV_RUN_VP for a guest that never stops by itself gets one kick,
 * before or after that. Return: whether MSHV_RUN_VP failed with EINTR.
 */
static bool kick_ends(unsigned int round)
{
	struct timespec until;
	pthread_t thread;
	bool kept = true;
	void *result;

	test.control->immediate_exit = 0;
	if (pthread_create(&thread, NULL, run_vp, (void *)(uintptr_t)(round % 30 * 300)))
		return false;
	pthread_barrier_wait(&test.begin);
	test.control->immediate_exit = 1;
	pthread_kill(thread, SIGUSR1);

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WAIT_S;
	while (pthread_timedjoin_np(thread, &result, &until)) {
		kept = false;
		pthread_kill(thread, SIGUSR1);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec++;
	}
	test.control->immediate_exit = 0;
	return kept && result;
}

static void test_race(const char *what, __u64 at)
{
	unsigned int i;

	go_to(at);
	for (i = 0; i < ROUNDS && kick_ends(i); i++)
		;
	ok(i == ROUNDS, "no kick is lost, %s (round %u)", what, i);
}

static void *map_control(int flags, size_t pages)
{
	return mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, flags, test.vp,
		    (off_t)MSHV_VP_MMAP_OFFSET_CONTROL * PAGE);
}

int main(void)
{
	int device = device_open(), partition = partition_new(device);
	struct sigaction action = { .sa_handler = on_signal };
	__u8 *memory = pages_new(16);

	sigaction(SIGUSR1, &action, NULL);
	pthread_barrier_init(&test.begin, NULL, 2);
	memcpy(memory + CODE_GPA, guest, sizeof(guest));
	ok(!memory_set(partition, memory, 0, 16 * PAGE, WRITABLE | EXECUTABLE), "memory");
	test.vp = vp_create(partition, 0);
	ok(test.vp >= 0 && !vp_start(test.vp, 0, CODE_GPA), "a VP");

	fails(map_control(MAP_PRIVATE, 1) == MAP_FAILED ? -1 : 0, EINVAL);
	fails(map_control(MAP_SHARED, 2) == MAP_FAILED ? -1 : 0, EINVAL);
	test.control = map_control(MAP_SHARED, 1);
	ok(test.control != MAP_FAILED, "the control page mapped");
	if (test.control == MAP_FAILED)
		return done();
	ok(!test.control->immediate_exit, "a VP may enter the guest at first");

	test_flag();
	test_race("a guest that spins", SPIN_GPA);
	test_race("a guest that halts", CODE_GPA + 2);
	return done();
}
