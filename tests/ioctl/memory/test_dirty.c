// SPDX-License-Identifier: GPL-2.0
/*
 * Two VPs touch the same page for the first time at the same moment: one writes to it, the other
 * reads from it. Every page that was written to is dirty. Both wait for the page, which userfaultfd
 * gives to both at once; who is first is left to chance.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "vmm.h"

#define PAGES		64
#define DATA_GPA	0x10000000
#define CODE_PAGES	16
#define WRITER_GPA	0x1000
#define READER_GPA	0x1100

/* EDI: the page */
static const __u8 writer[] = {
	0x67, 0xc6, 0x07, 0x01,			/* movb $1, (%edi) */
	0xe6, 0x10				/* out %al, $0x10 */
};

static const __u8 reader[] = {
	0x67, 0x8a, 0x07,			/* mov (%edi), %al */
	0xe6, 0x10
};

static int userfault_open(void *at, size_t bytes)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = (uintptr_t)at, .len = bytes },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd >= 0 && (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &range))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void *run(void *arg)
{
	struct mhv_message message;
	int vp = (intptr_t)arg;

	if (ioctl(vp, MSHV_RUN_VP, &message))
		return (void *)(intptr_t)errno;
	return (void *)(intptr_t)(message.header.message_type != MHV_MSG_X64_IO_PORT_INTERCEPT);
}

/* How many of @count VPs wait for a page within 10 s */
static int wait_for_faults(int userfault, int count)
{
	struct pollfd poll_fd = { .fd = userfault, .events = POLLIN };
	struct uffd_msg event;
	int i;

	for (i = 0; i < count && poll(&poll_fd, 1, 10000) == 1; i++)
		if (read(userfault, &event, sizeof(event)) != sizeof(event) ||
		    event.event != UFFD_EVENT_PAGEFAULT)
			break;
	return i;
}

static bool give_page(int userfault, void *at)
{
	static __u8 content[PAGE] __attribute__((aligned(PAGE)));
	struct uffdio_copy copy = {
		.dst = (uintptr_t)at, .src = (uintptr_t)content, .len = PAGE,
	};

	return !ioctl(userfault, UFFDIO_COPY, &copy);
}

/* Both VPs touch a page, @first having begun first. */
static bool touch(const int *vps, __u64 gpa, int first, int userfault, void *at)
{
	const union mhv_register_value edi = { .reg64 = gpa };
	const __u64 code[] = { WRITER_GPA, READER_GPA };
	bool passed = true;
	pthread_t threads[2];
	void *result;
	int i, n;

	for (n = 0; n < 2; n++) {
		i = n ? !first : first;
		if (vp_start(vps[i], i, code[i]) ||
		    register_set(vps[i], i, MHV_REG_RDI, &edi) ||
		    pthread_create(&threads[i], NULL, run, (void *)(intptr_t)vps[i]))
			return false;
		passed &= wait_for_faults(userfault, 1) == 1;
	}
	passed &= give_page(userfault, at);
	for (i = 0; i < 2; i++) {
		pthread_join(threads[i], &result);
		passed &= !result;
	}
	return passed;
}

/* Without local APICs, where the second VP would wait to be started */
static int partition_without_lapic(int device)
{
	struct mshv_create_partition args = {};
	int partition = ioctl(device, MSHV_CREATE_PARTITION, &args);

	ok(partition >= 0 && !ioctl(partition, MSHV_INITIALIZE_PARTITION), "a partition");
	return partition;
}

int main(void)
{
	union mhv_register_value ds = { .segment = { .limit = ~0u, .attributes = 0x8093 } };
	int device = device_open(), partition = partition_without_lapic(device), userfault, vps[2], i;
	__u8 *low = pages_new(CODE_PAGES), *data = pages_new(PAGES), dirty[PAGES / 8];
	struct mshv_gpap_access_bitmap args = {
		.access_type = MSHV_GPAP_ACCESS_TYPE_DIRTY, .page_count = PAGES,
		.gpap_base = DATA_GPA / PAGE, .bitmap_ptr = (uintptr_t)dirty,
	};
	int touched = 0, lost = 0;

	memcpy(low + WRITER_GPA, writer, sizeof(writer));
	memcpy(low + READER_GPA, reader, sizeof(reader));
	userfault = userfault_open(data, PAGES * PAGE);
	if (userfault < 0 && errno == ENOSYS) {
		ok(true, "userfaultfd # SKIP the kernel has none");
		return done();
	}
	ok(userfault >= 0, "userfaultfd");
	ok(!memory_set(partition, low, 0, CODE_PAGES * PAGE, WRITABLE | EXECUTABLE) &&
	   !memory_set(partition, data, DATA_GPA, PAGES * PAGE, WRITABLE), "memory");
	for (i = 0; i < 2; i++) {
		vps[i] = vp_create(partition, i);
		ok(vps[i] >= 0 && !register_set(vps[i], i, MHV_REG_DS, &ds), "VP %d", i);
	}

	for (i = 0; i < PAGES; i++)
		touched += touch(vps, DATA_GPA + (__u64)i * PAGE, i % 2, userfault, data + i * PAGE);
	ok(touched == PAGES, "%d pages were touched by two VPs at once", touched);
	ok(!ioctl(partition, MSHV_GET_GPAP_ACCESS_BITMAP, &args), "which pages are dirty");
	for (i = 0; i < PAGES; i++)
		lost += data[i * PAGE] == 1 && !(dirty[i / 8] & 1 << i % 8);
	ok(!lost, "%d of those written to are not dirty", lost);
	close(vps[0]);
	close(vps[1]);
	close(partition);
	return done();
}
