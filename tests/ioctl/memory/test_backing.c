// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory that is not just anonymous pages: what the kernel itself cannot access, what is a
 * device's, what others provide page by page. The guest runs from it, or the VMM is told that it
 * cannot; the host does not care.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <mshv/hvabi_state.h>
#include "memory/touch.h"

#ifndef SYS_memfd_secret
#define SYS_memfd_secret	447
#endif

#define CODE_GPA	0x1000
#define TABLES_GPA	0x2000
#define NOTHING_GPA	0x8000
#define SECRET_PAGES	4

/* mov %al, NOTHING_GPA; out: an instruction that the hypervisor wants to look at */
static const __u8 store[] = { 0xa2, 0x00, 0x80, 0xe6, 0x10 };

static __u32 run(int vp)
{
	struct mhv_message message = {};

	return ioctl(vp, MSHV_RUN_VP, &message) ? 0 : message.header.message_type;
}

static void test_secret(int device)
{
	int partition = partition_new(device), vp = vp_create(partition, 0);
	const size_t bytes = SECRET_PAGES * PAGE;
	union mhv_register_value cr0 = { .reg64 = 0x80000011 }, cr3 = { .reg64 = TABLES_GPA };
	struct mhv_input_translate_virtual_address in = {
		.control_flags = MHV_TRANSLATE_VALIDATE_READ | MHV_TRANSLATE_SET_PAGE_TABLE_BITS,
	};
	struct mhv_output_translate_virtual_address out = {};
	int fd = syscall(SYS_memfd_secret, 0);
	__u8 *at;

	ok(fd >= 0 && !ftruncate(fd, bytes), "secret memory");
	at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	memcpy(at, store, sizeof(store));
	/* A table of pages whose first entry is the table of tables */
	((__u32 *)(at + PAGE))[0] = TABLES_GPA | 7;
	ok(!memory_set(partition, at, CODE_GPA, bytes, WRITABLE | EXECUTABLE), "is the guest's");
	vp_start(vp, 0, CODE_GPA);
	ok(run(vp) == MHV_MSG_UNMAPPED_GPA, "the guest runs from it");

	ok(!register_set(vp, 0, MHV_REG_CR3, &cr3) && !register_set(vp, 0, MHV_REG_CR0, &cr0),
	   "its page tables are there");
	ok(!hvcall(vp, MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS, 0, &in, sizeof(in), &out, sizeof(out),
		   NULL) && out.result_code == MHV_TRANSLATE_GPA_NO_READ_ACCESS,
	   "where nobody else can read them (%u)", out.result_code);
	close(vp);
	close(partition);
	munmap(at, bytes);
	close(fd);
}

static bool executes(const struct toucher *toucher, __u64 gpa, __u32 *type)
{
	struct mhv_message message = {};
	union mhv_register_value cs = {
		.segment = { .base = gpa, .limit = 0xffff, .attributes = 0x9b },
	};
	union mhv_register_value ip = { .reg64 = 0 };

	alarm(10);
	*type = 0;
	if (register_set(toucher->vp, 0, MHV_REG_CS, &cs) ||
	    register_set(toucher->vp, 0, MHV_REG_RIP, &ip) ||
	    ioctl(toucher->vp, MSHV_RUN_VP, &message))
		return false;
	alarm(0);
	*type = message.header.message_type;
	return true;
}

/* A device may be read from and written to. To execute from it is the VMM's business. */
static void test_device(int device)
{
	const __u64 gpa = 0x100000;
	struct toucher toucher;
	int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	__u32 type;
	void *at;

	if (fd < 0) {
		ok(true, "the firmware's memory # SKIP the kernel has no /dev/mem");
		return;
	}
	at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0xf0000);
	ok(at != MAP_FAILED && toucher_open(&toucher, device), "the firmware's memory");
	ok(!memory_set(toucher.partition, at, gpa, PAGE, WRITABLE | EXECUTABLE), "is the guest's");
	ok(toucher_touch(&toucher, TOUCH_READ, gpa) == MHV_MSG_X64_IO_PORT_INTERCEPT, "to be read");
	ok(executes(&toucher, gpa, &type) && type == MHV_MSG_GPA_INTERCEPT,
	   "not to be executed, as the VMM is told (%#x)", type);
	toucher_close(&toucher);
	munmap(at, PAGE);
	close(fd);
}

/* A VP's own page, which the kernel does not give to anybody else: the VMM is told. */
static void test_vp_page(int device)
{
	const __u64 gpa = 0x100000;
	struct toucher toucher;
	void *at;

	ok(toucher_open(&toucher, device), "a partition");
	at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, toucher.vp,
		  MSHV_VP_MMAP_OFFSET_REGISTERS * PAGE);
	ok(at != MAP_FAILED && !memory_set(toucher.partition, at, gpa, PAGE, WRITABLE | EXECUTABLE),
	   "its register page as its memory");
	ok(toucher_touch(&toucher, TOUCH_WRITE, gpa) == MHV_MSG_GPA_INTERCEPT,
	   "which it cannot access");
	munmap(at, PAGE);
	toucher_close(&toucher);
}

/* Memory that covers the local APIC, where there is one: no use of it makes RUN_VP hang. */
static void test_apic_page(int device)
{
	const __u64 gpa = 0xfee00000;
	struct toucher toucher = { .partition = partition_new(device), .code = pages_new(1) };
	__u8 *at = pages_new(3);
	__u32 type;

	toucher.vp = vp_create(toucher.partition, 0);
	ok(!memory_set(toucher.partition, at, gpa - PAGE, 3 * PAGE, WRITABLE | EXECUTABLE),
	   "memory around the APIC");
	memset(at, 0x90, 3 * PAGE);
	ok(executes(&toucher, gpa, &type), "executing from it ends (%#x)", type);
	toucher_close(&toucher);
	munmap(at, 3 * PAGE);
}

static int userfault_open(void *at, size_t bytes)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = (uintptr_t)at, .len = bytes },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 && errno == ENOSYS) {
		ok(true, "userfaultfd # SKIP the kernel has none");
		return -1;
	}
	ok(fd >= 0 && !ioctl(fd, UFFDIO_API, &api) && !ioctl(fd, UFFDIO_REGISTER, &range),
	   "userfaultfd");
	return fd;
}

static bool userfault_wait(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	struct uffd_msg event;

	return poll(&poll_fd, 1, 10000) == 1 && read(fd, &event, sizeof(event)) == sizeof(event) &&
	       event.event == UFFD_EVENT_PAGEFAULT;
}

struct waiter {
	struct toucher toucher;
	__u64 gpa;
	__u32 type;
	int error;
};

static void *wait_for_page(void *arg)
{
	struct waiter *waiter = arg;

	waiter->type = toucher_touch(&waiter->toucher, TOUCH_WRITE, waiter->gpa);
	waiter->error = errno;
	return NULL;
}

static void on_signal(int number)
{
	(void)number;
}

/*
 * Whoever provides the pages may take time: others go on, and a signal ends the wait. False if the
 * kernel has no userfaultfd.
 */
static bool test_userfault(int device)
{
	const size_t pages = 8;
	struct waiter waiter = { .gpa = 0x100000 };
	struct uffdio_zeropage zero = { .range.len = PAGE };
	struct sigaction action = { .sa_handler = on_signal };
	__u8 *at = pages_new(pages), *other = pages_new(1);
	int userfault = userfault_open(at, pages * PAGE);
	pthread_t thread;

	if (userfault < 0)
		return false;
	sigaction(SIGUSR1, &action, NULL);
	ok(toucher_open(&waiter.toucher, device), "a partition");
	ok(!memory_set(waiter.toucher.partition, at, waiter.gpa, pages * PAGE, WRITABLE),
	   "memory that is provided page by page");

	pthread_create(&thread, NULL, wait_for_page, &waiter);
	ok(userfault_wait(userfault), "the guest wants a page");
	ok(!memory_set(waiter.toucher.partition, other, 0x200000, PAGE, WRITABLE) &&
	   !memory_set(waiter.toucher.partition, other, 0x200000, PAGE, UNMAP),
	   "other memory comes and goes meanwhile");
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	ok(!waiter.type && waiter.error == EINTR, "a signal ends the wait (%#x, errno %d)",
	   waiter.type, waiter.error);

	pthread_create(&thread, NULL, wait_for_page, &waiter);
	ok(userfault_wait(userfault), "the guest wants the page again");
	zero.range.start = (uintptr_t)at;
	ok(!ioctl(userfault, UFFDIO_ZEROPAGE, &zero), "which is provided");
	pthread_join(thread, NULL);
	ok(waiter.type == MHV_MSG_X64_IO_PORT_INTERCEPT && at[0] == 1, "the guest has it (%#x)",
	   waiter.type);

	waiter.gpa += PAGE;
	pthread_create(&thread, NULL, wait_for_page, &waiter);
	ok(userfault_wait(userfault), "the guest wants another one");
	ok(!memory_set(waiter.toucher.partition, at, 0x100000, pages * PAGE, UNMAP),
	   "the memory is taken away from it meanwhile");
	zero.range.start = (uintptr_t)at + PAGE;
	ok(!ioctl(userfault, UFFDIO_ZEROPAGE, &zero), "the page is provided");
	pthread_join(thread, NULL);
	ok(waiter.type == MHV_MSG_GPA_INTERCEPT || waiter.type == MHV_MSG_UNMAPPED_GPA,
	   "the VMM is told that there is none (%#x)", waiter.type);
	toucher_close(&waiter.toucher);
	close(userfault);
	munmap(at, pages * PAGE);
	munmap(other, PAGE);
	return true;
}

/* A VMM that is killed while its guest waits for a page */
static void test_userfault_killed(int device)
{
	__u8 *at = pages_new(1);
	struct toucher toucher;
	int userfault, status = 0, i;
	pid_t child = fork();

	if (!child) {
		userfault_open(at, PAGE);
		if (!toucher_open(&toucher, device) ||
		    memory_set(toucher.partition, at, 0x100000, PAGE, WRITABLE))
			_exit(1);
		toucher_touch(&toucher, TOUCH_WRITE, 0x100000);
		_exit(2);
	}
	for (i = 0; i < 200 && softhv_counter("vps") == 0; i++)
		usleep(10000);
	usleep(200000);
	userfault = kill(child, SIGKILL);
	ok(!userfault && waitpid(child, &status, 0) == child && WIFSIGNALED(status),
	   "a VMM is killed while its guest waits (%#x)", status);
	ok(softhv_counter("partitions") == 0, "its partition is gone");
	munmap(at, PAGE);
}

/* A page that the host's memory has lost: the guest does not get it, and the VMM is told. */
static void test_poisoned(int device)
{
	const __u64 gpa = 0x100000;
	__u8 *at = pages_new(2);
	struct toucher toucher;

	memset(at, 1, 2 * PAGE);
	/* The kernel tells whoever has the page. */
	signal(SIGBUS, on_signal);
	ok(toucher_open(&toucher, device) &&
	   !memory_set(toucher.partition, at, gpa, 2 * PAGE, WRITABLE), "a partition");
	ok(toucher_touch(&toucher, TOUCH_WRITE, gpa) == MHV_MSG_X64_IO_PORT_INTERCEPT, "has a page");
	if (madvise(at, PAGE, MADV_HWPOISON)) {
		ok(errno == EINVAL, "a kernel that does not deal with broken memory");
	} else {
		ok(toucher_touch(&toucher, TOUCH_READ, gpa) == MHV_MSG_GPA_INTERCEPT,
		   "which breaks");
		ok(toucher_touch(&toucher, TOUCH_WRITE, gpa + PAGE) ==
		   MHV_MSG_X64_IO_PORT_INTERCEPT, "the page next to it does not");
	}
	toucher_close(&toucher);
	munmap(at, 2 * PAGE);
}

int main(void)
{
	int device = device_open();

	test_secret(device);
	test_device(device);
	test_vp_page(device);
	test_apic_page(device);
	if (test_userfault(device))
		test_userfault_killed(device);
	test_poisoned(device);
	ok(softhv_counter("gpa_pages") == 0, "no mapped page is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
