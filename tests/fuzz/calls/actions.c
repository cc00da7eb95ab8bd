// SPDX-License-Identifier: GPL-2.0
/*
 * What a thread of an episode may do: an ioctl on one of the descriptors, or something with
 * descriptors, memory and processes while other threads use the same ones.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "calls.h"
#include "vmm.h"

/* A call that waits is interrupted so often. */
#define SIGNAL_NS	4000000

const struct request requests[] = {
#include "ioctls.inc"
};

const size_t nr_requests = COUNT(requests);

/* A descriptor takes the place of another, which is closed. */
void slot_put(struct thread *thread, int fd, enum kind kind)
{
	struct slot *slot = &thread->process->slots[random_below(thread, NR_SLOTS)];
	int old;

	if (fd < 0)
		return;
	slot->kind = KIND_NONE;
	old = atomic_exchange(&slot->fd, fd);
	slot->kind = kind;
	if (old >= 0)
		close(old);
}

static void note(const struct request *request, const void *argument, int ret)
{
	const struct mshv_root_hvcall *call = argument;
	const struct mhv_message *message = argument;

	tally->calls++;
	if (ret < 0)
		return;
	tally->done[request - requests]++;
	if (request->number == MSHV_ROOT_HVCALL && call->code < MAX_CODES)
		tally->hypercalls[call->code]++;
	if (request->number == MSHV_RUN_VP && message->header.message_type)
		tally->ran++;
}

static enum kind request_kind(struct thread *thread, const struct request *request)
{
	if (request->number == MSHV_ROOT_HVCALL)
		return KIND_DEVICE + random_below(thread, 3);
	return request->kind == KIND_FOREIGN ? KIND_ANY : request->kind;
}

static void call(struct thread *thread, const struct request *request)
{
	int fd = random_fd(thread, request_kind(thread, request));
	void *argument = argument_make(thread, request);
	int ret = ioctl(fd, request->number, argument);

	note(request, argument == thread->arguments ? argument : &(__u8 [512]){}, ret);
	if (ret < 0)
		return;
	if (request->number == MSHV_CREATE_VP)
		slot_put(thread, ret, KIND_VP);
	else if (request->number == MSHV_CREATE_PARTITION ||
		 request->number == MSHV_CREATE_PARTITION_CAPS)
		slot_put(thread, ret, KIND_PARTITION);
	else if (ret > 2)
		slot_put(thread, ret, KIND_ANY);
}

static const struct request *request_find(unsigned long number)
{
	const struct request *request = requests;

	while (request->number != number)
		request++;
	return request;
}

static void run(struct thread *thread)
{
	const struct request *request = request_find(MSHV_RUN_VP);
	int i, fd = random_fd(thread, KIND_VP);

	for (i = random_below(thread, 4); i >= 0; i--) {
		memset(thread->arguments, 0, 512);
		note(request, thread->arguments, ioctl(fd, MSHV_RUN_VP, thread->arguments));
	}
}

static void map_page(struct thread *thread)
{
	_Atomic(void *) *page = &thread->process->pages[random_below(thread, 8)];
	static const __u64 offsets[] = { 0, 1, 2, 3, MSHV_VP_MMAP_OFFSET_CONTROL, 1 << 20 };
	__u64 offset = offsets[random_below(thread, COUNT(offsets))];
	size_t bytes = one_in(thread, 8) ? random_below(thread, 4) * PAGE + 1 : PAGE;
	void *at = mmap(NULL, bytes, 1 + random_below(thread, 7),
			one_in(thread, 8) ? MAP_PRIVATE : MAP_SHARED, random_fd(thread, KIND_VP),
			offset * PAGE);

	if (at == MAP_FAILED)
		return;
	at = atomic_exchange(page, at);
	if (at)
		munmap(at, PAGE);
}

/* The VMM's side of a page that it shares with the driver or the hypervisor. Nothing promises that
 * the page is there: write() takes it, or says that it cannot. */
static void scribble(struct thread *thread)
{
	void *page = thread->process->pages[random_below(thread, 8)];
	__u64 value = random_value(thread);
	int ends[2];

	if (!page || pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return;
	if (write(ends[1], &value, sizeof(value)) == sizeof(value) &&
	    read(ends[0], (__u8 *)page + 8 * random_below(thread, PAGE / 8), sizeof(value)) < 0)
		tally->calls++;
	close(ends[0]);
	close(ends[1]);
}

static void change_memory(struct thread *thread)
{
	static const int advice[] = {
		MADV_DONTNEED, MADV_FREE, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_MERGEABLE,
		MADV_DONTFORK, MADV_DOFORK, MADV_WILLNEED, 21 /* PAGEOUT */, 25 /* COLLAPSE */,
	};
	size_t first = random_below(thread, GUEST_PAGES);
	size_t bytes = (1 + random_below(thread, GUEST_PAGES - first)) * PAGE;
	__u8 *at = thread->process->guest + first * PAGE;

	switch (random_below(thread, 6)) {
	case 0:
		mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1,
		     0);
		break;
	case 1:
		mprotect(at, bytes, random_below(thread, 8));
		break;
	case 2:
		mprotect(thread->process->guest, GUEST_PAGES * PAGE, PROT_READ | PROT_WRITE);
		break;
	default:
		madvise(at, bytes, advice[random_below(thread, COUNT(advice))]);
	}
}

/* A descriptor goes through a socket, and may still be in it at the end. */
static void pass(struct thread *thread)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { .head = {
		.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
	} };
	char byte = 0;
	struct iovec vector = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &vector, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	enum kind kind = 1 + random_below(thread, KIND_EVENT);
	int fd = random_fd(thread, kind);

	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	if (sendmsg(thread->process->sockets[0], &message, MSG_DONTWAIT) < 0 || one_in(thread, 4))
		return;
	message.msg_controllen = sizeof(control);
	if (recvmsg(thread->process->sockets[1], &message, MSG_DONTWAIT) < 0 ||
	    message.msg_controllen < sizeof(control.head))
		return;
	memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
	slot_put(thread, fd, kind);
}

/* A call that waits is interrupted: each thread by a timer, which a child does not inherit. */
timer_t alarms_start(void)
{
	const struct itimerspec often = {
		.it_value.tv_nsec = SIGNAL_NS, .it_interval.tv_nsec = SIGNAL_NS,
	};
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM };
	timer_t timer = 0;

	event._sigev_un._tid = syscall(SYS_gettid);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &often, NULL))
		_exit(2);
	return timer;
}

/* A child has all the descriptors, but of memory a copy; it ends soon. */
static void fork_child(struct thread *thread)
{
	unsigned int steps = random_below(thread, 20);

	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarms_start();
	thread->random ^= 0x9e3779b97f4a7c15ULL;
	while (steps--)
		act(thread);
	_exit(0);
}

static void use_fd(struct thread *thread)
{
	enum kind kind = 1 + random_below(thread, KIND_EVENT);
	int fd = random_fd(thread, kind);
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	char path[40];

	switch (random_below(thread, 7)) {
	case 0:
		slot_put(thread, dup(fd), kind);
		break;
	case 1:
		slot_put(thread, open("/dev/mshv", O_RDWR | O_CLOEXEC), KIND_DEVICE);
		break;
	case 2:
		snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && read(fd, thread->pointed, PAGE) < 0)
			tally->calls++;
		close(fd);
		break;
	case 3:
		poll(&poll_fd, 1, 0);
		break;
	default:
		slot_put(thread, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), KIND_EVENT);
	}
}

/* One step of a thread */
void act(struct thread *thread)
{
	const struct request *request;

	switch (random_below(thread, 40)) {
	case 0 ... 5:
		run(thread);
		break;
	case 6:
	case 7:
		map_page(thread);
		break;
	case 8:
		scribble(thread);
		break;
	case 9:
	case 10:
		change_memory(thread);
		break;
	case 11:
		pass(thread);
		break;
	case 12:
	case 13:
		use_fd(thread);
		break;
	case 14:
		if (one_in(thread, 16))
			fork_child(thread);
		break;
	case 15:
		eventfd_write(random_fd(thread, KIND_EVENT), 1);
		break;
	case 16 ... 19:
		call(thread, request_find(MSHV_ROOT_HVCALL));
		break;
	default:
		do
			request = &requests[random_below(thread, nr_requests)];
		while (request->kind == KIND_FOREIGN && !one_in(thread, 8));
		call(thread, request);
	}
}

/* So that the first steps have something to work on */
void episode_begin(struct thread *thread)
{
	struct process *process = thread->process;
	struct mshv_create_partition args = { .pt_flags = random_below(thread, 8) };
	int device = open("/dev/mshv", O_RDWR | O_CLOEXEC), partition, vp;
	size_t i;

	for (i = 0; i < GUEST_PAGES * PAGE / 8; i++)
		((__u64 *)process->guest)[i] = random_next(thread);
	/* No MOV to debug registers: QEMU 7.2 aborts at times when a guest has a data breakpoint. */
	for (i = 0; i < GUEST_PAGES * PAGE - 1; i++)
		if (process->guest[i] == 0x0f && process->guest[i + 1] == 0x23)
			process->guest[i + 1] = 0x21;
	slot_put(thread, device, KIND_DEVICE);
	partition = ioctl(device, MSHV_CREATE_PARTITION, &args);
	if (partition < 0 || ioctl(partition, MSHV_INITIALIZE_PARTITION))
		return;
	if (!memory_set(partition, process->guest, 0, GUEST_PAGES * PAGE, WRITABLE | EXECUTABLE)) {
		vp = vp_create(partition, 0);
		vp_start(vp, 0, PAGE * random_below(thread, 16));
		slot_put(thread, vp, KIND_VP);
	}
	slot_put(thread, partition, KIND_PARTITION);
	for (i = 0; i < 3; i++)
		slot_put(thread, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), KIND_EVENT);
}
