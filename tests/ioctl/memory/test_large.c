// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory in large pages of the VMM's is mapped as such, where it can be, and in pages of 4 KiB
 * otherwise; the hypervisor's counters tell. A large page that the kernel wants a part of is gone as
 * a whole, and what the guest has written stays. While somebody reads which pages are dirty, there
 * are no large pages, and each page of 4 KiB is dirty or is not.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <mshv/hvabi_state.h>
#include "memory/touch.h"

#define GPA		0x40000000UL
#define NR_LARGE	4
#define BYTES		(NR_LARGE * LARGE_PAGE)
#define PORT		MHV_MSG_X64_IO_PORT_INTERCEPT
#define PAGES_OF_LARGE	(LARGE_PAGE / PAGE)

static int device;

static long number_in(const char *path)
{
	FILE *file = fopen(path, "r");
	long value = -1;

	if (file) {
		if (fscanf(file, "%ld", &value) != 1)
			value = -1;
		fclose(file);
	}
	return value;
}

static bool write_to(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	bool written = file && fputs(text, file) >= 0;

	return file && !fclose(file) && written;
}

static __u8 *hugetlb_new(void)
{
	void *at = mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	ok(at != MAP_FAILED, "%d pages of hugetlb", NR_LARGE);
	return at;
}

/* Transparent huge pages, at a multiple of their size */
static __u8 *huge_new(void)
{
	__u8 *at = mmap(NULL, BYTES + LARGE_PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	at += LARGE_PAGE - (uintptr_t)at % LARGE_PAGE;
	madvise(at, BYTES, MADV_HUGEPAGE);
	memset(at, 0, BYTES);
	return at;
}

static bool touch_all(const struct toucher *toucher, enum touch how, __u64 gpa)
{
	bool passed = true;

	for (__u64 i = 0; i < NR_LARGE; i++)
		passed &= toucher_touch(toucher, how, gpa + i * LARGE_PAGE) == PORT;
	return passed;
}

static bool has(const struct toucher *toucher, long large, long small)
{
	long got_large = partition_counter(toucher->partition, "PtGpaPages2M");
	long got_small = partition_counter(toucher->partition, "PtGpaPages4K");
	long got = partition_counter(toucher->partition, "PtGpaPages");

	if (got_large != large || (small >= 0 && got_small != small) ||
	    got != got_large * (long)PAGES_OF_LARGE + got_small) {
		printf("# %ld large pages and %ld small ones, %ld in all\n", got_large, got_small,
		       got);
		return false;
	}
	return true;
}

static void test_hugetlb(void)
{
	struct toucher toucher;
	__u8 *at = hugetlb_new();

	ok(toucher_open(&toucher, device), "a partition");
	ok(!memory_set(toucher.partition, at, GPA, BYTES, WRITABLE), "has them");
	ok(touch_all(&toucher, TOUCH_READ, GPA) && has(&toucher, NR_LARGE, 1),
	   "a touch gives a large page");
	ok(touch_all(&toucher, TOUCH_WRITE, GPA + 5 * PAGE) && at[5 * PAGE] == 1 &&
	   has(&toucher, NR_LARGE, 1), "it can be written to");
	ok(!memory_set(toucher.partition, at, GPA, BYTES, UNMAP) && has(&toucher, 0, 1), "unmapped");

	ok(!memory_set(toucher.partition, at, GPA, BYTES, 0) &&
	   touch_all(&toucher, TOUCH_READ, GPA) && has(&toucher, NR_LARGE, 1), "only to be read");
	ok(toucher_touch(&toucher, TOUCH_WRITE, GPA) == MHV_MSG_GPA_INTERCEPT, "is not written to");
	ok(!memory_set(toucher.partition, at, GPA, BYTES, UNMAP) && has(&toucher, 0, 1), "unmapped");

	ok(!memory_set(toucher.partition, at, GPA + PAGE, BYTES, WRITABLE) &&
	   touch_all(&toucher, TOUCH_WRITE, GPA + PAGE) && has(&toucher, 0, -1) &&
	   at[LARGE_PAGE] == 1, "in another place of a large page: pages of 4 KiB");
	ok(!memory_set(toucher.partition, at, GPA + PAGE, BYTES, UNMAP) && has(&toucher, 0, 1),
	   "unmapped");
	ok(!memory_set(toucher.partition, at + PAGE, GPA + PAGE, BYTES - 2 * PAGE, WRITABLE) &&
	   touch_all(&toucher, TOUCH_WRITE, GPA + PAGE) &&
	   has(&toucher, NR_LARGE - 2, -1), "the first and the last one in part");
	toucher_close(&toucher);
	munmap(at, BYTES);
}

/* As hugetlb in one mapping and a file's */
static void test_shared(void)
{
	int fd = memfd_create("guest", MFD_HUGETLB);
	struct toucher toucher;
	__u8 *at;

	ok(fd >= 0 && !ftruncate(fd, BYTES), "a file of hugetlb");
	at = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ok(toucher_open(&toucher, device), "a partition");
	ok(!memory_set(toucher.partition, at, GPA, BYTES, WRITABLE) &&
	   touch_all(&toucher, TOUCH_WRITE, GPA) && has(&toucher, NR_LARGE, 1), "large pages");
	ok(!ftruncate(fd, LARGE_PAGE) && has(&toucher, 1, 1), "the file gets shorter");
	ok(toucher_touch(&toucher, TOUCH_WRITE, GPA + LARGE_PAGE) == MHV_MSG_GPA_INTERCEPT,
	   "the VMM is told when the guest wants what is gone");
	ok(toucher_touch(&toucher, TOUCH_WRITE, GPA) == PORT && at[0] == 2, "what is left is there");
	toucher_close(&toucher);
	munmap(at, BYTES);
	close(fd);
}

static void test_transparent(void)
{
	__u8 *at = huge_new();
	struct toucher toucher;

	ok(toucher_open(&toucher, device), "a partition");
	ok(!memory_set(toucher.partition, at, GPA, BYTES, WRITABLE) &&
	   touch_all(&toucher, TOUCH_WRITE, GPA) && has(&toucher, NR_LARGE, 1),
	   "transparent huge pages are large pages");
	ok(!madvise(at + 7 * PAGE, PAGE, MADV_DONTNEED) && has(&toucher, NR_LARGE - 1, 1),
	   "the kernel takes a part of one");
	ok(toucher_touch(&toucher, TOUCH_WRITE, GPA) == PORT && at[0] == 2 &&
	   has(&toucher, NR_LARGE - 1, -1), "what is left of it comes in pages of 4 KiB");
	ok(toucher_touch(&toucher, TOUCH_WRITE, GPA + 7 * PAGE) == PORT && at[7 * PAGE] == 1,
	   "and what was taken comes anew");
	ok(!mprotect(at + LARGE_PAGE, LARGE_PAGE, PROT_READ) &&
	   toucher_touch(&toucher, TOUCH_READ, GPA + LARGE_PAGE) == PORT &&
	   has(&toucher, NR_LARGE - 1, -1), "a large page that the VMM may only read");
	ok(toucher_touch(&toucher, TOUCH_WRITE, GPA + LARGE_PAGE) == MHV_MSG_GPA_INTERCEPT,
	   "neither may the guest write to it");
	ok(!mprotect(at + LARGE_PAGE, LARGE_PAGE, PROT_READ | PROT_WRITE) &&
	   toucher_touch(&toucher, TOUCH_WRITE, GPA + LARGE_PAGE) == PORT && at[LARGE_PAGE] == 2,
	   "until it may again");
	toucher_close(&toucher);
	munmap(at, BYTES);
}

static bool track(int partition, bool on)
{
	struct mhv_input_set_partition_property in = {
		.property_code = MHV_PROP_GPA_PAGE_ACCESS_TRACKING, .property_value = on,
	};

	return !hvcall(partition, MHV_HVCALL_SET_PARTITION_PROPERTY, 0, &in, sizeof(in), NULL, 0,
		       NULL);
}

/* How many of the first large page's pages are dirty; -1 on failure. Then none is, with CLEAR. */
static int count_dirty(int partition, __u8 op, __u8 *dirty)
{
	struct mshv_gpap_access_bitmap args = {
		.access_type = MSHV_GPAP_ACCESS_TYPE_DIRTY, .access_op = op,
		.page_count = PAGES_OF_LARGE, .gpap_base = GPA / PAGE,
		.bitmap_ptr = (uintptr_t)dirty,
	};
	int count = 0;

	if (ioctl(partition, MSHV_GET_GPAP_ACCESS_BITMAP, &args))
		return -1;
	for (size_t i = 0; i < PAGES_OF_LARGE / 8; i++)
		count += __builtin_popcount(dirty[i]);
	return count;
}

static void test_dirty(__u8 *at, const char *name)
{
	__u8 dirty[PAGES_OF_LARGE / 8];
	struct toucher toucher;
	int by;

	for (by = 0; by < 2; by++) {
		ok(toucher_open(&toucher, device), "a partition with %s", name);
		ok(!memory_set(toucher.partition, at, GPA, BYTES, WRITABLE) &&
		   touch_all(&toucher, TOUCH_WRITE, GPA + 3 * PAGE) &&
		   has(&toucher, NR_LARGE, 1), "large pages");
		ok(by ? count_dirty(toucher.partition, MSHV_GPAP_ACCESS_OP_CLEAR, dirty) > 0 &&
			dirty[0] & 1 << 3 : track(toucher.partition, true), "pages are tracked");
		ok(has(&toucher, 0, -1), "there are no large pages any more");
		count_dirty(toucher.partition, MSHV_GPAP_ACCESS_OP_CLEAR, dirty);
		ok(toucher_touch(&toucher, TOUCH_WRITE, GPA + 9 * PAGE) == PORT &&
		   toucher_touch(&toucher, TOUCH_READ, GPA + 20 * PAGE) == PORT &&
		   toucher_touch(&toucher, TOUCH_WRITE, GPA + 200 * PAGE) == PORT,
		   "the guest writes to two pages");
		ok(count_dirty(toucher.partition, MSHV_GPAP_ACCESS_OP_CLEAR, dirty) == 2 &&
		   dirty[1] == 1 << 1 && dirty[25] == 1, "which are dirty, and no other");
		ok(!count_dirty(toucher.partition, MSHV_GPAP_ACCESS_OP_NOOP, dirty), "forgotten");
		ok(toucher_touch(&toucher, TOUCH_WRITE, GPA + 300 * PAGE) == PORT &&
		   track(toucher.partition, false), "pages are not tracked any more");
		ok(touch_all(&toucher, TOUCH_WRITE, GPA) && has(&toucher, NR_LARGE, 1),
		   "there are large pages again");
		ok(count_dirty(toucher.partition, MSHV_GPAP_ACCESS_OP_NOOP, dirty) > 0 &&
		   dirty[300 / 8] & 1 << 300 % 8, "and what was dirty is so");
		toucher_close(&toucher);
	}
}

int main(void)
{
	const char *pool = "/proc/sys/vm/nr_hugepages";
	__u8 *at;

	device = device_open();
	write_to("/proc/sys/vm/compact_memory", "1");
	ok(write_to(pool, "8") && number_in(pool) == 8, "8 pages for hugetlb");
	test_hugetlb();
	test_shared();
	test_transparent();
	at = hugetlb_new();
	test_dirty(at, "hugetlb");
	munmap(at, BYTES);
	test_dirty(huge_new(), "transparent huge pages");
	ok(write_to(pool, "0") && number_in(pool) == 0, "all of hugetlb is free");
	ok(softhv_counter("gpa_pages") == 0, "no mapped page is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
