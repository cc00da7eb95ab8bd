// SPDX-License-Identifier: GPL-2.0
/*
 * IOEVENTFD: writes tied to eventfds and untied, what is refused, that guest writes signal the
 * eventfd that they should and end RUN_VP only when there is none, and that nothing is left.
 */
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "vmm.h"

#define DATAMATCH	(1 << MSHV_IOEVENTFD_BIT_DATAMATCH)
#define PIO		(1 << MSHV_IOEVENTFD_BIT_PIO)
#define DEASSIGN	(1 << MSHV_IOEVENTFD_BIT_DEASSIGN)
#define NO_FD		1000

#define CODE_GPA	0x1000
#define BELL_GPA	0x40000

/*
 * mov $0x4000, %ax; mov %ax, %ds; movb $1, 0; movb $2, 0; movw $1, 0; movl $1, 0; and the end:
 * out %al, $0xe9
 */
static const __u8 guest[] = {
	0xb8, 0x00, 0x40, 0x8e, 0xd8,
	0xc6, 0x06, 0x00, 0x00, 0x01,
	0xc6, 0x06, 0x00, 0x00, 0x02,
	0xc7, 0x06, 0x00, 0x00, 0x01, 0x00,
	0x66, 0xc7, 0x06, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
	0xe6, 0xe9,
};

/* Lengths of the four writes, which the hypervisor does not tell */
static const __u8 lengths[] = { 5, 5, 6, 9 };

static int eventfd_new(void)
{
	return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

static int bell(int partition, int fd, __u64 addr, __u32 len, __u32 flags, __u64 datamatch)
{
	struct mshv_user_ioeventfd args = {
		.datamatch = datamatch, .addr = addr, .len = len, .fd = fd, .flags = flags,
	};

	return ioctl(partition, MSHV_IOEVENTFD, &args);
}

/* The eventfd was signalled so often; the interrupt that does it may be under way for a while. */
static bool has_rung(int fd, __u64 times)
{
	uint64_t count;
	__u64 sum = 0;
	int tries;

	for (tries = 0; tries < 3000; tries++) {
		if (read(fd, &count, sizeof(count)) == sizeof(count))
			sum += count;
		if (sum >= times)
			break;
		usleep(10000);
	}
	return sum == times;
}

static void test_errors(int device, int partition)
{
	struct mshv_user_ioeventfd padded = { .fd = eventfd_new(), .rsvd = { 1 } };
	int fd = eventfd_new(), other = eventfd_new(), pipes[2];

	ok(!pipe(pipes), "a pipe");
	fails(ioctl(partition, MSHV_IOEVENTFD, BAD_POINTER), EFAULT);
	fails(ioctl(device, MSHV_IOEVENTFD, BAD_POINTER), ENOTTY);
	fails(ioctl(partition, MSHV_IOEVENTFD, &padded), EINVAL);
	fails(bell(partition, fd, BELL_GPA, 1, 8, 0), EINVAL);
	fails(bell(partition, fd, BELL_GPA, 3, 0, 0), EINVAL);
	fails(bell(partition, fd, BELL_GPA, 16, 0, 0), EINVAL);
	fails(bell(partition, fd, ~0ULL, 8, 0, 0), EINVAL);
	/* Where no guest can write: the hypervisor refuses, and the port goes again. */
	fails(bell(partition, fd, 1ULL << 60, 8, 0, 0), EINVAL);
	fails(bell(partition, fd, 0x70, 1, PIO, 0), EOPNOTSUPP);
	fails(bell(partition, fd, 0x70, 1, PIO | DEASSIGN, 0), EOPNOTSUPP);
	fails(bell(partition, NO_FD, BELL_GPA, 1, 0, 0), EBADF);
	fails(bell(partition, pipes[0], BELL_GPA, 1, 0, 0), EINVAL);
	fails(bell(partition, NO_FD, BELL_GPA, 1, DEASSIGN, 0), EBADF);
	fails(bell(partition, pipes[0], BELL_GPA, 1, DEASSIGN, 0), EINVAL);
	fails(bell(partition, fd, BELL_GPA, 1, DEASSIGN, 0), ENOENT);

	ok(!bell(partition, fd, BELL_GPA, 4, DATAMATCH, 7), "a value at an address");
	fails(bell(partition, other, BELL_GPA, 4, DATAMATCH, 7), EEXIST);
	fails(bell(partition, other, BELL_GPA, 4, 0, 0), EEXIST);
	fails(bell(partition, fd, BELL_GPA, 4, DEASSIGN, 7), ENOENT);
	fails(bell(partition, fd, BELL_GPA, 4, DEASSIGN | DATAMATCH, 8), ENOENT);
	fails(bell(partition, other, BELL_GPA, 4, DEASSIGN | DATAMATCH, 7), ENOENT);
	fails(bell(partition, fd, BELL_GPA, 2, DEASSIGN | DATAMATCH, 7), ENOENT);
	ok(!bell(partition, other, BELL_GPA, 4, DATAMATCH, 8), "another value there");
	ok(!bell(partition, other, BELL_GPA, 2, 0, 0), "any value of another width");
	ok(softhv_counter("ports") == 3, "three ports");
	ok(!bell(partition, fd, BELL_GPA, 4, DEASSIGN | DATAMATCH, 7), "untied");
	fails(bell(partition, fd, BELL_GPA, 4, DEASSIGN | DATAMATCH, 7), ENOENT);
	ok(!bell(partition, other, BELL_GPA, 4, DEASSIGN | DATAMATCH, 8), "untied");
	ok(!bell(partition, other, BELL_GPA, 2, DEASSIGN, 0), "untied");
	ok(softhv_counter("ports") == 0, "no port is left");
	close(pipes[0]);
	close(pipes[1]);
	close(padded.fd);
	close(fd);
	close(other);
}

/* A partition that is not initialized has no writes; the port that was made for them goes again. */
static void test_too_early(int device)
{
	int partition = partition_create(device), fd = eventfd_new();

	fails(bell(partition, fd, BELL_GPA, 1, 0, 0), EIO);
	close(partition);
	close(fd);
}

/* Runs the guest from its first write, or a later one, to its end; how many of them came to us. */
static int run_guest(int vp, unsigned int first)
{
	union mhv_register_value ds = {
		.segment = { .base = BELL_GPA, .limit = 0xffff, .selector = 0x4000,
			     .attributes = 0x93 },
	};
	struct mhv_message message;
	unsigned int i, length;
	__u64 rip = CODE_GPA + 5;
	int writes = 0;

	for (i = 0; i < first; i++)
		rip += lengths[i];
	vp_start(vp, 0, rip);
	register_set(vp, 0, MHV_REG_DS, &ds);
	while (!ioctl(vp, MSHV_RUN_VP, &message)) {
		const struct mhv_memory_intercept *memory = (const void *)message.payload;
		union mhv_register_value next = { .reg64 = CODE_GPA + 5 };

		if (message.header.message_type != MHV_MSG_UNMAPPED_GPA)
			return message.header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT ?
			       writes : -1;
		writes++;
		for (i = 0; i < sizeof(lengths) && next.reg64 <= memory->header.rip; i++) {
			length = lengths[i];
			next.reg64 += length;
		}
		register_set(vp, 0, MHV_REG_RIP, &next);
	}
	return -1;
}

static void test_writes(int partition)
{
	int any = eventfd_new(), value = eventfd_new(), word = eventfd_new(), vp;
	__u8 *at = pages_new(16);

	memcpy(at + CODE_GPA, guest, sizeof(guest));
	ok(!memory_set(partition, at, 0, 16 * PAGE, WRITABLE | EXECUTABLE), "memory mapped");
	vp = vp_create(partition, 0);
	ok(run_guest(vp, 0) == 4, "all writes come to the VMM");

	ok(!bell(partition, any, BELL_GPA, 0, 0, 0), "any write tied");
	ok(run_guest(vp, 0) == 0, "no write comes to the VMM");
	ok(has_rung(any, 4), "each has rung");
	ok(!bell(partition, any, BELL_GPA, 0, DEASSIGN, 0), "untied");
	ok(run_guest(vp, 0) == 4, "all writes come to the VMM again");

	ok(!bell(partition, value, BELL_GPA, 1, DATAMATCH, 2), "a byte of a value tied");
	ok(!bell(partition, word, BELL_GPA, 2, 0, 0), "any word tied");
	ok(run_guest(vp, 0) == 2, "another byte and the double word come to the VMM");
	ok(has_rung(value, 1), "the value has rung");
	ok(has_rung(word, 1), "the word has rung");
	ok(run_guest(vp, 3) == 1, "the double word alone");
	ok(!bell(partition, any, BELL_GPA, 4, DATAMATCH, 1ULL << 32 | 1), "a double word of a value");
	ok(run_guest(vp, 3) == 0 && has_rung(any, 1), "of which four bytes count");
	ok(has_rung(any, 0) && has_rung(value, 0), "and nothing else has rung");
	close(vp);
	close(any);
	close(value);
	close(word);
}

static void test_order(int device)
{
	int i, partition, fd;

	for (i = 0; i < 6; i++) {
		partition = partition_new(device);
		fd = eventfd_new();
		if (bell(partition, fd, BELL_GPA, 4, 0, 0))
			ok(false, "tied");
		close(i % 2 ? partition : fd);
		close(i % 2 ? fd : partition);
	}
	ok(softhv_counter("partitions") == 0, "closed in either order");
	ok(softhv_counter("ports") == 0, "and no port is left");
}

/* A guest that rings without end: inc %ax; mov %al, (0); jmp */
static void test_kill(int device)
{
	static const __u8 ringer[] = {
		0xb8, 0x00, 0x40, 0x8e, 0xd8, 0x40, 0xa2, 0x00, 0x00, 0xeb, 0xfa,
	};
	int fd = eventfd_new(), status;
	pid_t child = fork();

	if (!child) {
		int partition = partition_new(device), vp = vp_create(partition, 0);
		struct mhv_message message;
		__u8 *at = pages_new(16);

		memcpy(at + CODE_GPA, ringer, sizeof(ringer));
		memory_set(partition, at, 0, 16 * PAGE, WRITABLE | EXECUTABLE);
		bell(partition, fd, BELL_GPA, 0, 0, 0);
		vp_start(vp, 0, CODE_GPA);
		ioctl(vp, MSHV_RUN_VP, &message);
		_exit(1);
	}
	while (read(fd, &(uint64_t){ 0 }, sizeof(uint64_t)) < 0)
		usleep(1000);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "a VMM killed as its guest rings");
	ok(softhv_counter("partitions") == 0 && softhv_counter("ports") == 0, "all of it is gone");
	close(fd);
}

int main(void)
{
	int device = device_open(), partition = partition_new(device);

	test_errors(device, partition);
	test_too_early(device);
	test_writes(partition);
	close(partition);
	test_order(device);
	test_kill(device);
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
