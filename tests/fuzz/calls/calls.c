// SPDX-License-Identifier: GPL-2.0
/*
 * calls [-s SEED] [-e FIRST] [-n CALLS] [-t SECONDS]: episodes of random calls, until so many have
 * been made or so long. Some episodes are killed. After each, the hypervisor has nothing left, and
 * at the end a guest runs. "calls -s SEED -e EPISODE -n 1" is one episode again.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "calls.h"
#include "vmm.h"

#define THREADS		3
#define STEPS		400
#define LIMIT_SECONDS	60

struct tally *tally;

static void on_alarm(int signal)
{
	(void)signal;
}

/* Memory in front of a page that is not there */
static void *guarded(size_t bytes)
{
	__u8 *at = mmap(NULL, bytes + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);

	if (at == MAP_FAILED || munmap(at + bytes, PAGE)) {
		perror("mmap");
		exit(2);
	}
	return at;
}

static void *steps(void *arg)
{
	struct thread *thread = arg;
	timer_t timer = alarms_start();
	int i;

	for (i = 0; i < STEPS; i++)
		act(thread);
	timer_delete(timer);
	return NULL;
}

/* With MSHV_FAIL the kernel lets allocations of this process and its children fail. */
static void fail_at_times(void)
{
	int fd = getenv("MSHV_FAIL") ? open("/proc/self/make-it-fail", O_WRONLY | O_CLOEXEC) : -1;

	if (fd >= 0 && write(fd, "1", 1) != 1)
		_exit(2);
	close(fd);
}

/* The process of an episode; it never returns. */
static void episode(__u64 seed)
{
	struct sigaction action = { .sa_handler = on_alarm };
	const struct rlimit files = { 256, 256 };
	struct process process = { .guest = guarded(GUEST_PAGES * PAGE) };
	struct thread threads[THREADS];
	pthread_t ids[THREADS];
	size_t i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGALRM, &action, NULL);
	setrlimit(RLIMIT_NOFILE, &files);
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, process.sockets))
		_exit(2);
	for (i = 0; i < NR_SLOTS; i++)
		process.slots[i].fd = -1;
	for (i = 0; i < THREADS; i++)
		threads[i] = (struct thread){
			.process = &process, .random = (seed + i + 1) * 0x9e3779b97f4a7c15ULL | 1,
			.arguments = guarded(ARGUMENT_BYTES), .pointed = guarded(ARGUMENT_BYTES),
		};
	fail_at_times();
	episode_begin(&threads[0]);
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&ids[i], NULL, steps, &threads[i]))
			_exit(2);
	for (i = 0; i < THREADS; i++)
		pthread_join(ids[i], NULL);
	_exit(0);
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec + at.tv_nsec / 1e9;
}

static bool is_empty(void)
{
	return !softhv_counter("partitions") && !softhv_counter("vps") &&
	       !softhv_counter("ports") && !softhv_counter("gpa_pages") &&
	       !softhv_counter("deposited_pages");
}

static void show_where(pid_t pid)
{
	char command[128];

	snprintf(command, sizeof(command), "for t in /proc/%d/task/*; do echo $t; cat $t/stack; done",
		 pid);
	printf("# where it is:\n");
	fflush(stdout);
	if (system(command))
		printf("# the kernel does not say\n");
}

/* Wait for an episode, which is killed after @kill_ms if that is not 0. False if it does not end. */
static bool episode_wait(pid_t pid, unsigned int kill_ms, double limit)
{
	double start = now();
	pid_t ended;
	int status;

	if (kill_ms) {
		usleep(1000 * kill_ms);
		kill(pid, SIGKILL);
	}
	while (now() - start < limit) {
		/* Children of the episode's processes come to this one. */
		do
			ended = waitpid(-1, &status, WNOHANG);
		while (ended > 0);
		if (ended < 0)
			return true;
		usleep(1000);
	}
	show_where(pid);
	kill(pid, SIGKILL);
	return false;
}

static bool empty_soon(double limit)
{
	double start = now();

	while (!is_empty()) {
		if (now() - start > limit)
			return false;
		usleep(1000);
	}
	return true;
}

static bool episode_run(__u64 seed, __u64 number, double limit)
{
	__u64 mixed = (seed << 32 | number) * 0xd6e8feb86659fd93ULL;
	unsigned int kill_ms = number % 4 ? 0 : 1 + (mixed >> 40) % 150;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		episode(mixed);
	if (pid < 0 || !episode_wait(pid, kill_ms, limit)) {
		ok(false, "seed %llu, episode %llu ends", seed, number);
		return false;
	}
	if (!empty_soon(limit)) {
		ok(false, "seed %llu, episode %llu leaves nothing: %ld partitions, %ld VPs, %ld pages, "
		   "%ld deposited, %ld ports", seed, number, softhv_counter("partitions"),
		   softhv_counter("vps"), softhv_counter("gpa_pages"),
		   softhv_counter("deposited_pages"), softhv_counter("ports"));
		return false;
	}
	return true;
}

/* A fuzzer whose calls are all refused finds nothing. */
static void tally_check(bool whole)
{
	int codes = 0;
	size_t i;

	for (i = 0; i < nr_requests; i++)
		if (requests[i].kind != KIND_FOREIGN && (whole || !tally->done[i]))
			ok(!whole || tally->done[i], "%s succeeded %ld times", requests[i].name,
			   tally->done[i]);
	for (i = 0; i < MAX_CODES; i++)
		codes += !!tally->hypercalls[i];
	ok(!whole || codes >= 5, "%d hypercalls succeeded", codes);
	ok(!whole || tally->ran, "guests had something for their VMM %ld times", tally->ran);
}

static void guest_runs(void)
{
	struct mhv_message message = {};
	int device = device_open(), partition = partition_new(device), vp = vp_create(partition, 0);
	__u8 *page = pages_new(1);

	memcpy(page, "\xe6\x10", 2);	/* out %al, $0x10 */
	ok(!memory_set(partition, page, 0, PAGE, EXECUTABLE) && !vp_start(vp, 0, 0) &&
	   !ioctl(vp, MSHV_RUN_VP, &message) &&
	   message.header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT, "then a guest runs");
	close(vp);
	close(partition);
	close(device);
	ok(empty_soon(LIMIT_SECONDS), "and leaves nothing");
}

int main(int argc, char **argv)
{
	long seed = 1, first = 0, calls = 0, seconds = 0;
	const char *slow = getenv("MSHV_SLOW");
	double limit = LIMIT_SECONDS * (slow ? strtod(slow, NULL) : 1), start = now();
	__u64 number;
	int option;

	while ((option = getopt(argc, argv, "s:e:n:t:")) != -1) {
		switch (option) {
		case 's': seed = strtol(optarg, NULL, 0); break;
		case 'e': first = strtol(optarg, NULL, 0); break;
		case 'n': calls = strtol(optarg, NULL, 0); break;
		case 't': seconds = strtol(optarg, NULL, 0); break;
		default:
			fprintf(stderr, "usage: calls [-s SEED] [-e FIRST] [-n CALLS] [-t SECONDS]\n");
			return 2;
		}
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED)
		return 2;
	for (number = first; ; number++) {
		if (!episode_run(seed, number, limit))
			return done();
		if ((calls && tally->calls >= calls) || (seconds && now() - start >= seconds))
			break;
	}
	ok(true, "seed %ld, %llu episodes, %ld calls, %.0f a second", seed, number + 1 - first,
	   tally->calls, tally->calls / (now() - start));
	tally_check(number - first > 20);
	guest_runs();
	return done();
}
