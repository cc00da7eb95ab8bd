// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory on demand: a guest reads and writes a byte here and there while its memory is given
 * back, shared, protected, moved, unmapped or taken away, and sees what its owner sees; what there
 * is no memory for comes to the VMM.
 */
#include <fcntl.h>
#include <glob.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "vmm.h"

#define GIB		(1ULL << 30)
#define CODE_GPA	0x1000
#define DATA_GPA	0x100000ULL
#define DATA_PAGES	16

/* mov [0], %al; out. mov %al, [0]; out. Then, for ever: write to 16 pages in turn. */
static const __u8 code[] = {
	0xa0, 0x00, 0x00, 0xe6, 0x10,
	0xa2, 0x00, 0x00, 0xe6, 0x10,
	0x88, 0x05, 0x81, 0xc7, 0x00, 0x10, 0xeb, 0xf8,
};
#define READ_AT		0
#define WRITE_AT	5
#define LOOP_AT		10

static int partition, vp;
static __u8 *data;

static void set_registers(__u64 gpa, __u64 rip, __u64 rax)
{
	union mhv_register_value ds = {
		.segment = { .base = gpa, .limit = 0xffff, .attributes = 0x93 },
	};
	union mhv_register_value value = { .reg64 = rax };

	register_set(vp, 0, MHV_REG_DS, &ds);
	register_set(vp, 0, MHV_REG_RAX, &value);
	vp_start(vp, 0, rip);
}

static int run(void)
{
	struct mhv_message message;
	const struct mhv_io_port_intercept *io = (const void *)message.payload;

	if (ioctl(vp, MSHV_RUN_VP, &message))
		return -errno;
	if (message.header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT)
		return io->rax & 0xff;
	return message.header.message_type == MHV_MSG_GPA_INTERCEPT ? 1000 : 2000;
}

#define TO_VMM	1000

/* The byte, TO_VMM, or something else that is wrong */
static int guest_read(__u64 gpa)
{
	set_registers(gpa, CODE_GPA + READ_AT, 0);
	return run();
}

/* The same byte if it was written */
static int guest_write(__u64 gpa, __u8 byte)
{
	set_registers(gpa, CODE_GPA + WRITE_AT, byte);
	return run();
}

static long resident_pages(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = -1;

	if (file && fscanf(file, "%*d %ld", &pages) != 1)
		pages = -1;
	if (file)
		fclose(file);
	return pages;
}

/* Where the data region is mapped, after a test has done something to it */
static void data_new(void)
{
	data = mmap(data, DATA_PAGES * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | (data ? MAP_FIXED : 0), -1, 0);
}

static void test_reserved(void)
{
	__u8 *at = mmap(NULL, 8 * GIB, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	const __u64 gpa = 1 * GIB + 3 * PAGE;
	long deposited, before, rss;

	/* The code's page is there from now on. */
	guest_read(DATA_GPA);
	deposited = softhv_counter("deposited_pages");
	before = softhv_counter("gpa_pages");
	madvise(at, 8 * GIB, MADV_NOHUGEPAGE);
	ok(!memory_set(partition, at, gpa, 8 * GIB, WRITABLE), "8 GiB at an odd address");
	rss = resident_pages();
	ok(softhv_counter("deposited_pages") - deposited < 64, "reserving took %ld pages",
	   softhv_counter("deposited_pages") - deposited);
	ok(guest_read(gpa + 5) == 0, "a byte of it reads as 0");
	ok(guest_write(gpa + GIB, 0x11) == 0x11 && at[GIB] == 0x11, "one is written to");
	at[2 * GIB + 7] = 0x77;
	ok(guest_read(gpa + 2 * GIB + 7) == 0x77, "one is read");
	ok(resident_pages() - rss < 40, "%ld pages more are resident", resident_pages() - rss);
	ok(softhv_counter("gpa_pages") - before < 8, "%ld pages are the guest's",
	   softhv_counter("gpa_pages") - before);
	ok(!memory_set(partition, at, gpa, 8 * GIB, UNMAP), "unmapped");
	ok(softhv_counter("gpa_pages") == before, "and the guest has none of them");
	ok(guest_read(gpa + GIB) == 2000, "it reads from nothing there");
	munmap(at, 8 * GIB);
}

static void test_two_addresses(void)
{
	const __u64 other = 0x200000;

	ok(!memory_set(partition, data, other, DATA_PAGES * PAGE, 0), "a second, read-only address");
	ok(guest_write(DATA_GPA + 9, 0x42) == 0x42 && guest_read(other + 9) == 0x42,
	   "what is written at one is read at the other");
	ok(data[9] == 0x42, "and by the owner");
	ok(guest_write(other + 9, 0x43) == TO_VMM && data[9] == 0x42, "it cannot be written to there");
	ok(!memory_set(partition, data, other, DATA_PAGES * PAGE, UNMAP), "unmapped");
	ok(guest_read(other + 9) == 2000 && guest_read(DATA_GPA + 9) == 0x42, "one is left");
}

static void test_given_back(void)
{
	long before;

	ok(guest_write(DATA_GPA, 0x5a) == 0x5a && guest_write(DATA_GPA + PAGE, 0x5b) == 0x5b,
	   "two pages written to");
	before = softhv_counter("gpa_pages");
	madvise(data, DATA_PAGES * PAGE, MADV_DONTNEED);
	ok(softhv_counter("gpa_pages") <= before - 2, "given back, and not the guest's any more");
	ok(guest_read(DATA_GPA) == 0 && guest_read(DATA_GPA + PAGE) == 0, "the guest reads 0");
	ok(guest_write(DATA_GPA, 1) == 1 && data[0] == 1, "and writes to what its owner has");
}

static void test_fork(void)
{
	int pipes[2], status;
	pid_t child;
	char go;

	ok(guest_write(DATA_GPA, 1) == 1 && !pipe(pipes), "a page before a fork");
	child = fork();
	if (!child) {
		close(pipes[1]);
		_exit(read(pipes[0], &go, 1) < 0 ? 99 : data[0]);
	}
	ok(guest_read(DATA_GPA) == 1, "read while it is shared");
	ok(guest_write(DATA_GPA, 2) == 2, "written to while it is shared");
	ok(guest_read(DATA_GPA) == 2 && data[0] == 2, "the parent's is written to");
	close(pipes[1]);
	waitpid(child, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 1, "the child's is as it was");
	close(pipes[0]);
}

static void test_protected(void)
{
	ok(guest_write(DATA_GPA, 3) == 3, "a page written to");
	mprotect(data, PAGE, PROT_READ);
	ok(guest_read(DATA_GPA) == 3, "read when it is read-only");
	ok(guest_write(DATA_GPA, 4) == TO_VMM && data[0] == 3, "a write comes to the VMM");
	mprotect(data, PAGE, PROT_NONE);
	ok(guest_read(DATA_GPA) == TO_VMM, "a read when there is no access");
	mprotect(data, PAGE, PROT_READ | PROT_WRITE);
	ok(run() == 3, "goes on when there is");
	ok(guest_write(DATA_GPA, 5) == 5 && data[0] == 5, "a write too");
}

static void test_moved(void)
{
	__u8 *elsewhere = pages_new(DATA_PAGES);

	ok(guest_write(DATA_GPA, 6) == 6, "a page written to");
	ok(mremap(data, DATA_PAGES * PAGE, DATA_PAGES * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		  elsewhere) == elsewhere, "moved");
	ok(guest_read(DATA_GPA) == TO_VMM, "the guest has nothing there");
	ok(elsewhere[0] == 6, "it is where it was moved to");
	data_new();
	ok(run() == 0, "new memory is there");
	ok(guest_write(DATA_GPA, 7) == 7 && data[0] == 7 && elsewhere[0] == 6, "and another");
	munmap(elsewhere, DATA_PAGES * PAGE);
}

static void test_unmapped(void)
{
	long before;

	ok(guest_write(DATA_GPA + PAGE, 8) == 8, "a page written to");
	before = softhv_counter("gpa_pages");
	munmap(data, DATA_PAGES * PAGE);
	ok(softhv_counter("gpa_pages") < before, "unmapped by the VMM, and not the guest's any more");
	ok(guest_write(DATA_GPA + PAGE, 9) == TO_VMM && run() == TO_VMM, "the VMM hears of it");
	data_new();
	ok(run() == 9 && data[PAGE] == 9, "until there is memory again");
}

static void test_execute(void)
{
	union mhv_register_value cs = {
		.segment = { .base = DATA_GPA, .limit = 0xffff, .attributes = 0x9b },
	};

	set_registers(DATA_GPA, 0, 0);
	register_set(vp, 0, MHV_REG_CS, &cs);
	ok(run() == TO_VMM, "memory that is not executable");
}

/* Memory of a device that does not mind being read: virtio's table of interrupts */
static volatile __u8 *device_map(void)
{
	void *at = MAP_FAILED;
	glob_t found;
	size_t i;
	int fd;

	if (glob("/sys/bus/pci/devices/*/resource1", 0, NULL, &found))
		return NULL;
	for (i = 0; i < found.gl_pathc && at == MAP_FAILED; i++) {
		fd = open(found.gl_pathv[i], O_RDWR | O_SYNC);
		at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		close(fd);
	}
	globfree(&found);
	return at == MAP_FAILED ? NULL : at;
}

/* What is not the kernel's memory: a device's is mapped, a page that only looks so is not. */
static void test_device(void)
{
	const __u64 gpa = 0x400000, page_gpa = 0x500000;
	volatile __u8 *device = device_map();
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, vp,
			  (off_t)MSHV_VP_MMAP_OFFSET_REGISTERS * PAGE);
	bool same = true;
	long before;

	ok(page != MAP_FAILED && !memory_set(partition, page, page_gpa, PAGE, WRITABLE),
	   "a page of the hypervisor's");
	ok(guest_read(page_gpa) == TO_VMM, "is not for guests");
	ok(!memory_set(partition, page, page_gpa, PAGE, UNMAP), "unmapped");
	/* It would keep the VP's descriptor open. */
	munmap(page, PAGE);
	if (!device) {
		ok(true, "no device to try # SKIP");
		return;
	}
	before = softhv_counter("gpa_pages");
	ok(!memory_set(partition, (void *)device, gpa, PAGE, WRITABLE), "a device's memory");
	for (int i = 0; i < 16; i++)
		same &= guest_read(gpa + i) == device[i];
	ok(same, "the guest reads what its owner does");
	ok(softhv_counter("gpa_pages") == before + 1, "one page");
	munmap((void *)device, PAGE);
	ok(softhv_counter("gpa_pages") == before, "none when its owner has it no more");
	ok(guest_read(gpa) == TO_VMM, "and the VMM hears of it");
	ok(!memory_set(partition, (void *)device, gpa, PAGE, UNMAP), "unmapped");
}

static void on_signal(int signal)
{
	(void)signal;
}

static volatile bool stop;
static int busy_result;

static void *busy(void *nothing)
{
	struct mhv_message message;

	(void)nothing;
	while (!stop) {
		if (!ioctl(vp, MSHV_RUN_VP, &message) || errno != EINTR)
			busy_result = 1;
	}
	return NULL;
}

/* All at once, while the guest writes to the pages */
static void test_busy(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	time_t end = time(NULL) + 4;
	unsigned int round;
	pthread_t thread;
	pid_t child;

	sigaction(SIGUSR1, &action, NULL);
	set_registers(DATA_GPA, CODE_GPA + LOOP_AT, 0xaa);
	pthread_create(&thread, NULL, busy, NULL);
	for (round = 0; time(NULL) < end; round++) {
		switch (round % 4) {
		case 0:
			madvise(data + PAGE, 3 * PAGE, MADV_DONTNEED);
			break;
		case 1:
			madvise(data + 4 * PAGE, 3 * PAGE, MADV_FREE);
			break;
		case 2:
			child = fork();
			if (!child)
				_exit(0);
			waitpid(child, NULL, 0);
			break;
		case 3:
			memset(data, 0, 2);
			break;
		}
	}
	for (round = 0; round < 5000 && data[0] != 0xaa; round++)
		usleep(1000);
	ok(data[0] == 0xaa, "what it writes is there");
	stop = true;
	while (pthread_kill(thread, SIGUSR1) == 0 && pthread_tryjoin_np(thread, NULL))
		usleep(1000);
	ok(!busy_result, "a guest that writes meanwhile does not notice");
}

/* The memory of a process that is dead is nobody's. */
static void test_owner_dies(void)
{
	const __u64 gpa = 0x300000;
	pid_t child = fork();

	if (!child) {
		__u8 *at = pages_new(1);

		_exit(memory_set(partition, at, gpa, PAGE, WRITABLE) || guest_write(gpa, 1) != 1);
	}
	waitpid(child, &busy_result, 0);
	ok(!busy_result, "a page of a process");
	ok(guest_read(gpa) == TO_VMM, "that is dead is not there any more");
}

int main(void)
{
	int device = device_open();
	__u8 *low = pages_new(16);

	partition = partition_new(device);
	memcpy(low + CODE_GPA, code, sizeof(code));
	ok(!memory_set(partition, low, 0, 16 * PAGE, WRITABLE | EXECUTABLE), "memory for code");
	data_new();
	ok(!memory_set(partition, data, DATA_GPA, DATA_PAGES * PAGE, WRITABLE), "and for data");
	vp = vp_create(partition, 0);
	ok(vp >= 0, "a VP");

	test_reserved();
	test_two_addresses();
	test_given_back();
	test_fork();
	test_protected();
	test_moved();
	test_unmapped();
	test_execute();
	test_device();
	test_busy();
	test_owner_dies();
	close(vp);
	close(partition);
	ok(softhv_counter("gpa_pages") == 0, "no mapped page is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
