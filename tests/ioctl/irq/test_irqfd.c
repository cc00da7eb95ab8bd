// SPDX-License-Identifier: GPL-2.0
/*
 * IRQFD: eventfds tied and untied, what is refused, who takes what is signalled, that it interrupts
 * the guest, and that neither order of closing nor SIGKILL leaves anything behind.
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "vmm.h"

#define DEASSIGN	(1 << MSHV_IRQFD_BIT_DEASSIGN)
#define RESAMPLE	(1 << MSHV_IRQFD_BIT_RESAMPLE)
#define LEVEL		(1 << 15)
#define NO_FD		1000

#define EDGE_GSI	5
#define LEVEL_GSI	6
#define NO_GSI		7

#define CODE_GPA	0x1000
#define HANDLER_GPA	0x1100
#define APIC_GPA	0xfee00000
#define VECTOR		0x30
#define LEVEL_VECTOR	0x31

#define HALT_PORT	0xeb
#define INTERRUPT_PORT	0xea

/* What comes, comes in this time, be the machine as slow as it may. */
#define PATIENCE_MS	20000
#define QUIET_MS	250

#define NR_SIGNALS	1000

/* Real mode, DS on the APIC. movl $0x1ff, SVR; 1: out %al, $0xeb; sti; hlt; cli; jmp 1b */
static const __u8 guest[] = {
	0x66, 0xc7, 0x06, 0xf0, 0x00, 0xff, 0x01, 0x00, 0x00,
	0xe6, HALT_PORT, 0xfb, 0xf4, 0xfa, 0xeb, 0xf9,
};

/* out %al, $0xea; movl $0, EOI; iret */
static const __u8 handler[] = {
	0xe6, INTERRUPT_PORT, 0x66, 0xc7, 0x06, 0xb0, 0x00, 0x00, 0x00, 0x00, 0x00, 0xcf,
};

static int eventfd_new(void)
{
	return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

static int irqfd(int partition, int fd, int resamplefd, __u32 gsi, __u32 flags)
{
	struct mshv_user_irqfd args = {
		.fd = fd, .resamplefd = resamplefd, .gsi = gsi, .flags = flags,
	};

	return ioctl(partition, MSHV_IRQFD, &args);
}

static int routes_set_to(int partition, __u32 level)
{
	struct {
		struct mshv_user_irq_table head;
		struct mshv_user_irq_entry entries[2];
	} table = {
		.head.nr = 2,
		.entries = {
			{ .gsi = EDGE_GSI, .address_lo = APIC_GPA, .data = VECTOR },
			{ .gsi = LEVEL_GSI, .address_lo = APIC_GPA, .data = LEVEL_VECTOR | level },
		},
	};

	return ioctl(partition, MSHV_SET_MSI_ROUTING, &table);
}

static int routes_set(int partition)
{
	return routes_set_to(partition, LEVEL);
}

/* Whether somebody has taken what was signalled */
static bool is_taken(int fd)
{
	uint64_t count = 1;

	if (write(fd, &count, sizeof(count)) != sizeof(count))
		return false;
	return read(fd, &count, sizeof(count)) == -1 && errno == EAGAIN;
}

static void test_errors(int device, int partition)
{
	int fd = eventfd_new(), resample = eventfd_new(), other = partition_new(device);
	int pipes[2];

	ok(!pipe(pipes), "a pipe");
	fails(ioctl(partition, MSHV_IRQFD, BAD_POINTER), EFAULT);
	fails(ioctl(device, MSHV_IRQFD, BAD_POINTER), ENOTTY);
	fails(irqfd(partition, fd, -1, EDGE_GSI, 4), EINVAL);
	fails(irqfd(partition, fd, -1, EDGE_GSI, 0x80000000), EINVAL);
	fails(irqfd(partition, NO_FD, -1, EDGE_GSI, 0), EBADF);
	fails(irqfd(partition, -1, -1, EDGE_GSI, 0), EBADF);
	fails(irqfd(partition, pipes[0], -1, EDGE_GSI, 0), EINVAL);
	fails(irqfd(partition, fd, NO_FD, LEVEL_GSI, RESAMPLE), EBADF);
	fails(irqfd(partition, fd, pipes[0], LEVEL_GSI, RESAMPLE), EINVAL);
	fails(irqfd(partition, fd, resample, EDGE_GSI, RESAMPLE), EINVAL);
	fails(irqfd(partition, fd, resample, NO_GSI, RESAMPLE), EINVAL);
	fails(irqfd(partition, NO_FD, -1, EDGE_GSI, DEASSIGN), EBADF);
	fails(irqfd(partition, pipes[0], -1, EDGE_GSI, DEASSIGN), EINVAL);
	ok(!is_taken(fd), "what was refused is not tied");

	ok(!irqfd(partition, fd, -1, EDGE_GSI, 0), "an edge-triggered interrupt");
	fails(irqfd(partition, fd, -1, EDGE_GSI, 0), EBUSY);
	fails(irqfd(partition, fd, -1, NO_GSI, 0), EBUSY);
	fails(irqfd(partition, fd, resample, LEVEL_GSI, RESAMPLE), EBUSY);
	ok(!irqfd(other, eventfd_new(), -1, EDGE_GSI, 0), "another partition's, without a route");
	close(other);
	close(pipes[0]);
	close(pipes[1]);
	close(resample);
	close(fd);
}

static void test_taken(int partition)
{
	int fd = eventfd_new(), resample = eventfd_new(), level = eventfd_new();
	uint64_t count = 3;

	ok(!is_taken(fd), "nobody takes it before");
	ok(!irqfd(partition, fd, -1, EDGE_GSI, 0) && is_taken(fd), "the driver takes it");
	ok(!irqfd(partition, fd, -1, NO_GSI, DEASSIGN) && is_taken(fd),
	   "another GSI is not what was tied");
	ok(!irqfd(partition, fd, -1, EDGE_GSI, DEASSIGN) && !is_taken(fd), "untied");
	ok(!irqfd(partition, fd, -1, EDGE_GSI, DEASSIGN), "untied once more");
	ok(!irqfd(partition, fd, -1, NO_GSI, 0) && is_taken(fd), "without a route, and tied again");
	ok(!irqfd(partition, fd, -1, NO_GSI, DEASSIGN), "untied");

	ok(!irqfd(partition, level, resample, LEVEL_GSI, RESAMPLE) && is_taken(level),
	   "a level-triggered interrupt");
	ok(read(resample, &count, sizeof(count)) == -1 && errno == EAGAIN,
	   "the guest is not done with it");
	fails(routes_set_to(partition, 0), EINVAL);
	ok(!routes_set(partition), "a route that stays level-triggered");
	ok(!irqfd(partition, level, -1, LEVEL_GSI, DEASSIGN), "untied");
	ok(!routes_set_to(partition, 0) && !routes_set(partition),
	   "without a resampler a route may be edge-triggered");

	count = 3;
	ok(write(fd, &count, sizeof(count)) == sizeof(count), "signalled before it is tied");
	ok(!irqfd(partition, fd, -1, EDGE_GSI, 0) && is_taken(fd), "taken afterwards");
	close(fd);
	close(level);
	close(resample);
}

/* A partition whose VP 0 waits for interrupts and tells of each by a port */
static int guest_new(int device, int *vp)
{
	union mhv_register_value ds = {
		.segment = { .base = APIC_GPA, .limit = 0xffff, .attributes = 0x93 },
	};
	union mhv_register_value ss = { .segment = { .limit = 0xffff, .attributes = 0x93 } };
	union mhv_register_value rsp = { .reg64 = 0x8000 };
	int partition = partition_new(device);
	__u8 *at = pages_new(16);
	__u32 *vectors = (__u32 *)at;

	memcpy(at + CODE_GPA, guest, sizeof(guest));
	memcpy(at + HANDLER_GPA, handler, sizeof(handler));
	vectors[VECTOR] = HANDLER_GPA;
	vectors[LEVEL_VECTOR] = HANDLER_GPA;
	*vp = vp_create(partition, 0);
	ok(!memory_set(partition, at, 0, 16 * PAGE, WRITABLE | EXECUTABLE) &&
	   !vp_start(*vp, 0, CODE_GPA) && !register_set(*vp, 0, MHV_REG_DS, &ds) &&
	   !register_set(*vp, 0, MHV_REG_SS, &ss) && !register_set(*vp, 0, MHV_REG_RSP, &rsp) &&
	   !routes_set(partition), "a guest with an interrupt handler");
	return partition;
}

static void on_alarm(int signal)
{
	(void)signal;
}

/*
 * Runs the VP to its next OUT, for so long at most. The port, or 0. The signal comes again and again,
 * as one may be over before RUN_VP begins.
 */
static __u16 port_next(int vp, unsigned int limit_ms)
{
	struct timeval limit = { .tv_sec = limit_ms / 1000, .tv_usec = limit_ms % 1000 * 1000 };
	struct itimerval timer = { .it_value = limit, .it_interval = limit }, off = {};
	struct sigaction action = { .sa_handler = on_alarm };
	union mhv_register_value rip = {};
	struct mhv_message message;
	const struct mhv_io_port_intercept *io = (const void *)message.payload;
	int ret;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	ret = ioctl(vp, MSHV_RUN_VP, &message);
	setitimer(ITIMER_REAL, &off, NULL);
	if (ret || message.header.message_type != MHV_MSG_X64_IO_PORT_INTERCEPT)
		return 0;
	rip.reg64 = io->header.rip + 2;
	return register_set(vp, 0, MHV_REG_RIP, &rip) ? 0 : io->port;
}

/* Runs the VP until its handler is called. */
static bool is_interrupted(int vp)
{
	return port_next(vp, PATIENCE_MS) == INTERRUPT_PORT;
}

/* Runs it until it is about to halt, its handler having returned. */
static bool is_done(int vp)
{
	return port_next(vp, PATIENCE_MS) == HALT_PORT;
}

/* Lets it halt. */
static bool is_quiet(int vp)
{
	return !port_next(vp, QUIET_MS);
}

/* Whether the guest's end of an interrupt arrives at an eventfd */
static bool is_resampled(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	uint64_t count;

	return poll(&poll_fd, 1, PATIENCE_MS) == 1 &&
	       read(fd, &count, sizeof(count)) == sizeof(count) && count == 1;
}

static void *signal_later(void *argument)
{
	uint64_t count = 1;

	usleep(50000);
	if (write(*(int *)argument, &count, sizeof(count)) != sizeof(count))
		ok(false, "an eventfd signalled");
	return NULL;
}

/* The VP is halted, and woken by what another thread signals meanwhile. */
static bool is_woken(int vp, int *fd)
{
	pthread_t thread;
	sigset_t alarm;
	bool woken;

	/* The alarm is for the thread that runs the VP. */
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	pthread_create(&thread, NULL, signal_later, fd);
	pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	woken = is_interrupted(vp);
	pthread_join(thread, NULL);
	return woken;
}

static void test_interrupts(int device, int signals)
{
	int fd = eventfd_new(), level = eventfd_new(), resample = eventfd_new(), vp, partition, i;
	uint64_t count;

	partition = guest_new(device, &vp);
	ok(!irqfd(partition, fd, -1, EDGE_GSI, 0) &&
	   !irqfd(partition, level, resample, LEVEL_GSI, RESAMPLE), "tied");
	ok(is_done(vp) && is_quiet(vp), "it halts, and nothing comes");
	ok(is_taken(fd) && is_interrupted(vp), "an interrupt that waits for the VP");
	ok(is_done(vp) && is_quiet(vp), "it comes once");
	ok(is_woken(vp, &fd), "a halted VP is woken");
	ok(is_done(vp) && is_quiet(vp), "and halts again");

	ok(is_taken(level) && is_interrupted(vp), "a level-triggered interrupt");
	ok(read(resample, &count, sizeof(count)) == -1, "the guest is not done with it");
	ok(is_done(vp) && is_resampled(resample), "when it is the second eventfd tells");
	ok(is_taken(fd) && is_interrupted(vp) && is_done(vp) && is_quiet(vp) &&
	   read(resample, &count, sizeof(count)) == -1, "but not of an edge-triggered one");
	/* It goes by the hypervisor, which says when the VP is ready. */
	ok(is_woken(vp, &level), "a halted VP is woken by a level-triggered one");
	ok(is_done(vp) && is_resampled(resample) && is_quiet(vp), "and halts again");

	for (i = 0; i < signals; i++)
		if (!is_taken(fd) || !is_interrupted(vp) || !is_done(vp))
			break;
	ok(i == signals, "each of %d signals interrupts once", signals);

	ok(!irqfd(partition, fd, -1, EDGE_GSI, DEASSIGN) && !is_taken(fd) && is_quiet(vp),
	   "nothing comes when it is untied");
	close(partition);
	close(vp);
	close(fd);
	close(level);
	close(resample);
}

static void *signal_forever(void *argument)
{
	uint64_t count = 1;
	int fd = *(int *)argument;

	while (write(fd, &count, sizeof(count)) == sizeof(count))
		;
	return NULL;
}

/* Untied, rerouted and closed while another thread signals it */
static void test_races(int device)
{
	int partition = partition_new(device), fd = eventfd(0, EFD_CLOEXEC), i, failed = 0;
	pthread_t thread;

	routes_set(partition);
	pthread_create(&thread, NULL, signal_forever, &fd);
	for (i = 0; i < 50; i++) {
		failed += irqfd(partition, fd, -1, EDGE_GSI, 0) != 0;
		failed += routes_set(partition) != 0;
		failed += irqfd(partition, fd, -1, EDGE_GSI, DEASSIGN) != 0;
	}
	ok(!failed, "tied, rerouted and untied under fire");
	ok(!irqfd(partition, fd, -1, EDGE_GSI, 0), "tied");
	close(partition);
	ok(softhv_counter("partitions") == 0, "the partition goes under fire");
	pthread_cancel(thread);
	pthread_join(thread, NULL);
	close(fd);
}

static void test_order(int device)
{
	int i, partition, fd;

	for (i = 0; i < 20; i++) {
		partition = partition_new(device);
		fd = eventfd_new();
		if (irqfd(partition, fd, -1, EDGE_GSI, 0))
			ok(false, "tied");
		close(i % 2 ? partition : fd);
		close(i % 2 ? fd : partition);
	}
	ok(softhv_counter("partitions") == 0, "closed in either order");

	partition = partition_new(device);
	for (i = 0; i < 20; i++) {
		fd = eventfd_new();
		if (irqfd(partition, fd, -1, i, 0))
			ok(false, "tied");
		close(fd);
	}
	close(partition);
	ok(softhv_counter("partitions") == 0, "eventfds closed, then the partition");
}

static void test_kill(int device)
{
	pid_t child = fork();
	int status;

	if (!child) {
		int partition = partition_new(device), fd = eventfd(0, 0);

		routes_set(partition);
		irqfd(partition, fd, -1, EDGE_GSI, 0);
		irqfd(partition, eventfd_new(), eventfd_new(), LEVEL_GSI, RESAMPLE);
		signal_forever(&fd);
		_exit(1);
	}
	usleep(200000);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "a VMM killed as it signals");
	ok(softhv_counter("partitions") == 0, "its partition is gone");
}

/* With any argument: only interrupts into a guest, a few */
int main(int argc, char **argv)
{
	int device = device_open(), partition;

	(void)argv;
	if (argc > 1) {
		test_interrupts(device, 10);
		return done();
	}
	partition = partition_new(device);
	ok(!routes_set(partition), "routes set");
	test_errors(device, partition);
	test_taken(partition);
	close(partition);
	test_interrupts(device, NR_SIGNALS);
	test_races(device);
	test_order(device);
	test_kill(device);
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
