// SPDX-License-Identifier: GPL-2.0
/*
 * A VP's descriptor: the pages that it shows, RUN_VP with its message, signals, and what the driver
 * does with a VP that has nothing to do.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include "vmm.h"

#define CODE_GPA	0x1000

/*
 * out %al, $0xe9; then hlt, again and again; at SPIN_GPA, jmp .; and at LOAD_GPA mov %ax, %fs and
 * out %al, $0xe9
 */
static const __u8 guest[] = {
	0xe6, 0xe9, 0xf4, 0xeb, 0xfd, 0xeb, 0xfe, 0x8e, 0xe0, 0xe6, 0xe9
};

#define SPIN_GPA	(CODE_GPA + 5)
#define LOAD_GPA	(CODE_GPA + 7)
#define ALARM_US	50000

static void on_alarm(int signal)
{
	(void)signal;
}

static void set_handler(int signal, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigaction(signal, &action, NULL);
}

/* Runs a VP that only a signal ends; it is repeated, as one may be over before RUN_VP begins. */
static int run_until_alarm(int vp, struct mhv_message *message)
{
	struct timeval period = { .tv_usec = ALARM_US };
	struct itimerval timer = { .it_value = period, .it_interval = period }, off = {};
	int ret, error;

	setitimer(ITIMER_REAL, &timer, NULL);
	ret = ioctl(vp, MSHV_RUN_VP, message);
	error = errno;
	setitimer(ITIMER_REAL, &off, NULL);
	errno = error;
	return ret;
}

static void *map(int vp, int flags, size_t pages, int page)
{
	return mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, flags, vp, (off_t)page * PAGE);
}

static int map_fails(int vp, int flags, int page)
{
	return map(vp, flags, 1, page) == MAP_FAILED ? -1 : 0;
}

static void test_pages(int vp)
{
	struct mhv_vp_register_page *registers;
	struct iovec iovec;
	int pipes[2];
	size_t pages;

	fails(map_fails(vp, MAP_SHARED, MSHV_VP_MMAP_OFFSET_GHCB), ENODEV);
	fails(map_fails(vp, MAP_SHARED, MSHV_VP_MMAP_OFFSET_COUNT), EINVAL);
	fails(map_fails(vp, MAP_SHARED, 1000000), EINVAL);
	fails(map_fails(vp, MAP_PRIVATE, MSHV_VP_MMAP_OFFSET_REGISTERS), EINVAL);

	registers = map(vp, MAP_SHARED, 1, MSHV_VP_MMAP_OFFSET_REGISTERS);
	ok(registers != MAP_FAILED, "the page of registers mapped");
	ok(registers->version <= MHV_REGISTER_PAGE_VERSION, "and read");

	/* Each page has a capability of its own, so each is mapped by itself. */
	for (pages = 2; pages <= 4; pages++)
		fails(map(vp, MAP_SHARED, pages, MSHV_VP_MMAP_OFFSET_REGISTERS) == MAP_FAILED ? -1 : 0,
		      EINVAL);

	/* A reference to such a page could outlive the VP. */
	ok(!pipe(pipes), "a pipe");
	iovec = (struct iovec){ .iov_base = registers, .iov_len = PAGE };
	ok(vmsplice(pipes[1], &iovec, 1, 0) == -1, "nobody else gets hold of a page");
	close(pipes[0]);
	close(pipes[1]);
	munmap(registers, PAGE);
}

static bool is_port(const struct mhv_message *message, __u16 port)
{
	const struct mhv_io_port_intercept *io = (const void *)message->payload;

	return message->header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT && io->port == port;
}

static void test_run(int vp)
{
	struct mhv_message message = {};
	union mhv_register_value rip = { .reg64 = CODE_GPA + 2 };
	struct timeval begin, end;

	ok(!vp_start(vp, 0, CODE_GPA), "registers set");
	/* The guest has got a page, so something is changed. */
	ok(ioctl(vp, MSHV_RUN_VP, BAD_POINTER) == -1 && errno == EFAULT, "EFAULT: no room for it");
	ok(!ioctl(vp, MSHV_RUN_VP, &message) && is_port(&message, 0xe9),
	   "a message that could not be written comes again");
	register_set(vp, 0, MHV_REG_RIP, &rip);

	set_handler(SIGALRM, on_alarm);
	for (int i = 0; i < 3; i++) {
		gettimeofday(&begin, NULL);
		fails(run_until_alarm(vp, &message), EINTR);
		gettimeofday(&end, NULL);
	}
	ok((end.tv_sec - begin.tv_sec) * 1000000 + end.tv_usec - begin.tv_usec >= ALARM_US,
	   "a halted VP waits until the signal");

	rip.reg64 = SPIN_GPA;
	register_set(vp, 0, MHV_REG_RIP, &rip);
	fails(run_until_alarm(vp, &message), EINTR);
}

/* Runs the guest from an address, having changed what the dirty bits say. True if it writes e9. */
static bool run_from(int vp, struct mhv_vp_register_page *page, __u64 rip, __u32 dirty)
{
	struct mhv_message message;

	page->rip = rip;
	page->dirty = dirty | MHV_REGISTER_PAGE_DIRTY_IP;
	return !ioctl(vp, MSHV_RUN_VP, &message) && is_port(&message, 0xe9);
}

/* Who changes a segment, be it a hypercall, the page itself or the guest: the page shows it. */
static void test_segments(int vp)
{
	struct mhv_vp_register_page *page = map(vp, MAP_SHARED, 1, MSHV_VP_MMAP_OFFSET_REGISTERS);
	union mhv_register_value value = { .segment = { .limit = 0xffff, .attributes = 0x93 } };
	volatile struct mhv_segment *fs = &page->segment[MHV_SEG_FS];

	vp_start(vp, 0, CODE_GPA);
	for (value.segment.base = 0x2000; value.segment.base < 0x4000; value.segment.base += 0x1000) {
		register_set(vp, 0, MHV_REG_FS, &value);
		ok(run_from(vp, page, CODE_GPA, 0) && fs->base == value.segment.base,
		   "a segment set by hypercall is shown");
	}
	for (int i = 0; i < 2; i++) {
		fs->base = 0x5000;
		fs->attributes = 0x0f93;
		ok(run_from(vp, page, CODE_GPA, MHV_REGISTER_PAGE_DIRTY_SEGMENT) &&
		   fs->base == 0x5000, "a segment set on the page stays");
		ok(fs->attributes == 0x93, "without attributes that there are not (%#x)",
		   fs->attributes);
	}
	page->gpr[MHV_RAX] = 0x123;
	ok(run_from(vp, page, LOAD_GPA, MHV_REGISTER_PAGE_DIRTY_GPR) && fs->base == 0x1230 &&
	   fs->selector == 0x123, "a segment that the guest has loaded is shown");
	munmap(page, PAGE);
}

/* Lets a traced process go on to its next stop by a system call; false if there is none. */
static bool next_stop(pid_t child, struct user_regs_struct *registers)
{
	int status;

	if (ptrace(PTRACE_SYSCALL, child, NULL, 0) || waitpid(child, &status, 0) != child ||
	    !WIFSTOPPED(status) || WSTOPSIG(status) != (SIGTRAP | 0x80))
		return false;
	return !ptrace(PTRACE_GETREGS, child, NULL, registers);
}

/*
 * A signal that comes on the way into RUN_VP, where only a debugger can send it for sure: the guest
 * does nothing. VMMs kick their VPs by that.
 */
static void test_signal_at_entry(int vp)
{
	struct user_regs_struct registers = {};
	struct mhv_message message = {};
	bool stopped;
	pid_t child;

	vp_start(vp, 0, CODE_GPA);
	set_handler(SIGUSR1, on_alarm);
	child = fork();
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		ioctl(vp, MSHV_RUN_VP, &message);
		_exit(1);
	}
	waitpid(child, NULL, 0);
	ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	do {
		stopped = next_stop(child, &registers);
	} while (stopped && (registers.orig_rax != SYS_ioctl || registers.rsi != MSHV_RUN_VP));
	ok(stopped, "stopped on the way into RUN_VP");
	kill(child, SIGUSR1);
	ok(next_stop(child, &registers) && (long)registers.rax == -EINTR,
	   "EINTR: a signal before the guest (%ld)", (long)registers.rax);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	ok(!ioctl(vp, MSHV_RUN_VP, &message) && is_port(&message, 0xe9), "which runs the next time");
}

/* SIGKILL while a VP runs or halts: all goes, though nobody cleans up. */
static void test_kill(int device)
{
	struct mhv_message message;
	int status;
	pid_t child = fork();

	if (!child) {
		int partition = partition_new(device);
		__u8 *at = pages_new(16);
		int vp = vp_create(partition, 0);

		memcpy(at + CODE_GPA, guest, sizeof(guest));
		memory_set(partition, at, 0, 16 * PAGE, WRITABLE | EXECUTABLE);
		vp_start(vp, 0, SPIN_GPA);
		ioctl(vp, MSHV_RUN_VP, &message);
		_exit(1);
	}
	usleep(300000);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "a VMM killed in its guest");
}

int main(void)
{
	int device = device_open(), partition = partition_new(device);
	char link[64] = "", path[64];
	__u8 *at = pages_new(16);
	int vp = vp_create(partition, 0);
	struct mshv_run_vp run;

	fails(ioctl(vp, 0x5401, &run), ENOTTY);
	fails(ioctl(vp, MSHV_INITIALIZE_PARTITION), ENOTTY);
	fails(ioctl(vp, MSHV_CREATE_VP, &run), ENOTTY);
	fails(ioctl(vp, _IOR(MSHV_IOCTL, 0x00, __u32), &run), ENOTTY);
	fails(ioctl(vp, _IO(MSHV_IOCTL, 0x7f)), ENOTTY);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", vp);
	ok(readlink(path, link, sizeof(link) - 1) > 0 && !strcmp(link, "anon_inode:mshv_vp"),
	   "its link reads %s", link);

	test_pages(vp);
	memcpy(at + CODE_GPA, guest, sizeof(guest));
	ok(!memory_set(partition, at, 0, 16 * PAGE, WRITABLE | EXECUTABLE), "memory mapped");
	test_signal_at_entry(vp);
	test_segments(vp);
	test_run(vp);
	close(partition);
	close(vp);
	test_kill(device);
	ok(softhv_counter("partitions") == 0, "no partition is left");
	ok(softhv_counter("gpa_pages") == 0, "no mapped page is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
