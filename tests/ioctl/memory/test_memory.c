// SPDX-License-Identifier: GPL-2.0
/*
 * MSHV_SET_GUEST_MEMORY: what it refuses, with which errno and without changing anything; that no
 * page is taken before the guest touches it; and that nothing is left when it is unmapped or closed.
 */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "vmm.h"

#define PAGES	64

static int set(int partition, const struct mshv_user_mem_region *args)
{
	return ioctl(partition, MSHV_SET_GUEST_MEMORY, args);
}

static void test_bad_arguments(int partition)
{
	const struct mshv_user_mem_region good = {
		.size = PAGE, .userspace_addr = (uintptr_t)pages_new(4), .flags = WRITABLE,
	};
	struct mshv_user_mem_region args = good;

	fails(ioctl(partition, MSHV_SET_GUEST_MEMORY, BAD_POINTER), EFAULT);
	args.size = 0;
	fails(set(partition, &args), EINVAL);
	args.size = PAGE + 8;
	fails(set(partition, &args), EINVAL);
	args.size = 1ULL << 62;
	fails(set(partition, &args), EINVAL);
	args = good;
	args.userspace_addr += 8;
	fails(set(partition, &args), EINVAL);
	args = good;
	args.flags = 1 << MSHV_SET_MEM_BIT_COUNT;
	fails(set(partition, &args), EINVAL);
	args = good;
	args.rsvd[6] = 1;
	fails(set(partition, &args), EINVAL);
	args = good;
	args.guest_pfn = ~0ULL;
	fails(set(partition, &args), EINVAL);
	args.size = 2 * PAGE;
	fails(set(partition, &args), EINVAL);
	args.guest_pfn = 1ULL << 40;
	fails(set(partition, &args), EINVAL);
	args = good;
	args.userspace_addr = KERNEL_ADDRESS;
	fails(set(partition, &args), EINVAL);
	args.userspace_addr = PAGE;
	fails(set(partition, &args), EINVAL);
}

/* More than a guest has addresses for: refused, and not a word in the kernel's log. */
static void test_too_large(int partition)
{
	size_t bytes = 1ULL << 43;
	void *at = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	ok(at != MAP_FAILED, "8 TiB of addresses");
	fails(memory_set(partition, at, 0, bytes, 0), EINVAL);
	munmap(at, bytes);
}

/* What is behind a region counts when the guest touches it. */
static void test_no_memory_there(int partition)
{
	char *at = pages_new(4);
	void *readonly = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(at + 2 * PAGE, PAGE);
	ok(!memory_set(partition, at, 0, 4 * PAGE, WRITABLE), "memory with a hole");
	ok(!memory_set(partition, at, 0, 4 * PAGE, UNMAP), "and unmapped");
	ok(!memory_set(partition, readonly, 0, PAGE, WRITABLE), "read-only memory, for writing");
	ok(!memory_set(partition, readonly, 0, PAGE, UNMAP), "and unmapped");
	fails(memory_set(partition, at + 2 * PAGE, 0, PAGE, WRITABLE), EINVAL);
}

static void test_overlaps(int partition)
{
	char *at = pages_new(PAGES);
	const __u64 gpa = 16 * PAGE;

	ok(!memory_set(partition, at, gpa, 8 * PAGE, WRITABLE | EXECUTABLE), "8 pages mapped");
	ok(softhv_counter("gpa_pages") == 0, "none is the guest's before it touches it");
	fails(memory_set(partition, at, gpa, 8 * PAGE, WRITABLE), EEXIST);
	fails(memory_set(partition, at, gpa + 7 * PAGE, PAGE, WRITABLE), EEXIST);
	fails(memory_set(partition, at, gpa - PAGE, 2 * PAGE, WRITABLE), EEXIST);
	fails(memory_set(partition, at, gpa - PAGE, 16 * PAGE, WRITABLE), EEXIST);
	ok(!memory_set(partition, at, gpa + 8 * PAGE, 8 * PAGE, 0), "the same memory next to it");
	ok(!memory_set(partition, at, 0, 8 * PAGE, EXECUTABLE), "and once more below");

	fails(memory_set(partition, at, 1000 * PAGE, PAGE, UNMAP), ENOENT);
	fails(memory_set(partition, at, gpa, 7 * PAGE, UNMAP), EINVAL);
	fails(memory_set(partition, at + PAGE, gpa, 8 * PAGE, UNMAP), EINVAL);
	fails(memory_set(partition, at, gpa + PAGE, 7 * PAGE, UNMAP), EINVAL);
	fails(memory_set(partition, at, gpa, 16 * PAGE, UNMAP), EINVAL);
	ok(!memory_set(partition, at, gpa, 8 * PAGE, UNMAP | WRITABLE), "the first one unmapped");
	fails(memory_set(partition, at, gpa, 8 * PAGE, UNMAP), ENOENT);
	ok(!memory_set(partition, at, gpa, 8 * PAGE, WRITABLE), "and mapped again");
	ok(!memory_set(partition, at, gpa, 8 * PAGE, UNMAP), "and unmapped");
	ok(!memory_set(partition, at, gpa + 8 * PAGE, 8 * PAGE, UNMAP), "the second one unmapped");
	ok(!memory_set(partition, at, 0, 8 * PAGE, UNMAP), "the third one unmapped");
	ok(softhv_counter("gpa_pages") == 0, "the hypervisor has none");
	munmap(at, PAGES * PAGE);
}

static void test_not_pinned(int partition)
{
	const size_t pages = 3000;
	struct state before, mapped, after;
	char *at = pages_new(pages);

	state_read(&before);
	ok(!memory_set(partition, at, 0, pages * PAGE, WRITABLE), "%zu pages mapped", pages);
	state_read(&mapped);
	ok(state_same(&before, &mapped), "none is pinned, and none is the guest's");
	munmap(at, pages * PAGE);
	ok(!memory_set(partition, at, 0, pages * PAGE, UNMAP), "unmapped, though it was freed");
	state_read(&after);
	ok(state_same(&before, &after), "nothing has changed");
}

/* Memory that may not be locked can be a guest's. In a process of its own, for what it gives up. */
static void test_limit(int partition)
{
	struct rlimit limit = { 0 };
	char *at = pages_new(PAGES);
	int status;
	pid_t child = fork();

	if (!child) {
		if (setrlimit(RLIMIT_MEMLOCK, &limit))
			_exit(1);
		if (memory_set(partition, at, 0, PAGES * PAGE, WRITABLE))
			_exit(2);
		_exit(memory_set(partition, at, 0, PAGES * PAGE, UNMAP) ? 3 : 0);
	}
	waitpid(child, &status, 0);
	ok(!status, "RLIMIT_MEMLOCK does not matter (status %#x)", status);
	munmap(at, PAGES * PAGE);
}

/* The memory of one who dies while it is mapped */
static void test_owner_dies(int device)
{
	int partition = partition_new(device), status;
	pid_t child = fork();

	if (!child)
		_exit(memory_set(partition, pages_new(PAGES), 0, PAGES * PAGE, WRITABLE) != 0);
	waitpid(child, &status, 0);
	ok(!status, "mapped by a process that is dead");
	close(partition);
	ok(softhv_counter("gpa_pages") == 0, "gone with the partition");
}

static void test_shared_file(int partition)
{
	int fd = memfd_create("guest", 0);
	void *at, *readonly;

	ok(!ftruncate(fd, 4 * PAGE), "a file of 4 pages");
	at = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	readonly = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	ok(!memory_set(partition, at, 0, 4 * PAGE, WRITABLE), "shared memory");
	ok(!memory_set(partition, readonly, 8 * PAGE, 4 * PAGE, 0), "the same, read-only");
	close(fd);
}

int main(void)
{
	int device = device_open();
	int partition = partition_create(device);
	char *at = pages_new(1);

	/* The hypervisor refuses by INVALID_PARTITION_STATE, which has no errno of its own. */
	fails(memory_set(partition, at, 0, PAGE, WRITABLE), EIO);
	ioctl(partition, MSHV_INITIALIZE_PARTITION);

	test_bad_arguments(partition);
	test_too_large(partition);
	test_no_memory_there(partition);
	test_overlaps(partition);
	test_not_pinned(partition);
	test_limit(partition);
	test_owner_dies(device);
	test_shared_file(partition);
	close(partition);
	ok(softhv_counter("gpa_pages") == 0, "no mapped page is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
