// SPDX-License-Identifier: GPL-2.0
/*
 * IRQFD: eventfds tied and untied, what is refused, who takes what is signalled, and that neither
 * order of closing nor SIGKILL leaves anything behind.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
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

static int routes_set(int partition)
{
	struct {
		struct mshv_user_irq_table head;
		struct mshv_user_irq_entry entries[2];
	} table = {
		.head.nr = 2,
		.entries = {
			{ .gsi = EDGE_GSI, .address_lo = 0xfee00000, .data = 0x30 },
			{ .gsi = LEVEL_GSI, .address_lo = 0xfee00000, .data = 0x31 | LEVEL },
		},
	};

	return ioctl(partition, MSHV_SET_MSI_ROUTING, &table);
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
	ok(!irqfd(partition, level, -1, LEVEL_GSI, DEASSIGN), "untied");

	count = 3;
	ok(write(fd, &count, sizeof(count)) == sizeof(count), "signalled before it is tied");
	ok(!irqfd(partition, fd, -1, EDGE_GSI, 0) && is_taken(fd), "taken afterwards");
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

int main(void)
{
	int device = device_open(), partition = partition_new(device);

	ok(!routes_set(partition), "routes set");
	test_errors(device, partition);
	test_taken(partition);
	close(partition);
	test_races(device);
	test_order(device);
	test_kill(device);
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
