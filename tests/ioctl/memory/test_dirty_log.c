// SPDX-License-Identifier: GPL-2.0
/*
 * test_dirty_log [ROUNDS]: a dirty log that can be trusted. Two VPs count in pages that are chosen by
 * a sequence which the test knows, too. Meanwhile the VMM reads and clears the log and copies each
 * page that it names, as a migration does, while the memory is split, joined, written-protected,
 * shared by a fork, compacted and paged out. After each round the copy is what the guest has, and
 * the guest has counted right. Each round is done with each kind of memory.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "memory/touch.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

#define GPA		0x40000000U
#define PAGES		2048U
#define BYTES		(PAGES * PAGE)
#define PAGES_OF_LARGE	(LARGE_PAGE / PAGE)
#define NR_VPS		2
#define BATCH		500U		/* counts in one run of a VP */
#define LOGS		4		/* readings of the log in a round */
#define ROUNDS		10
#define MULTIPLIER	1664525U
#define INCREMENT	1013904223U
#define OFFSETS		((PAGES - 1) * PAGE)

#define LE32(value)	(value) & 0xff, (value) >> 8 & 0xff, (value) >> 16 & 0xff, (value) >> 24 & 0xff

/* Real mode: EBX the sequence's last number, ECX how many to go, EDI the first page's counter */
static const __u8 code[] = {
	0x66, 0x69, 0xdb, LE32(MULTIPLIER),	/* next: imul $MULTIPLIER, %ebx */
	0x66, 0x81, 0xc3, LE32(INCREMENT),	/* add $INCREMENT, %ebx */
	0x66, 0x89, 0xd8,			/* mov %ebx, %eax */
	0x66, 0xc1, 0xe8, 0x08,			/* shr $8, %eax */
	0x66, 0x25, LE32(OFFSETS),		/* and $OFFSETS, %eax */
	0x66, 0x67, 0xff, 0x04, 0x07,		/* incl (%edi, %eax) */
	0x66, 0x49,				/* dec %ecx */
	0x75, 0xdc,				/* jnz next */
	0xe6, 0x10				/* out %al, $0x10 */
};

/* The beginning of a page: a counter of each VP */
union counters {
	__u32 of[NR_VPS];
	__u64 all;
};

struct writer {
	int vp;
	__u32 index;
	__u32 sequence;		/* as the test has it */
	__u32 batches;		/* of this round */
	int error;
};

struct guest {
	int partition;
	__u8 *low;
	__u8 *memory;
	struct writer writers[NR_VPS];
	union counters copy[PAGES];
	union counters expected[PAGES];
	long named;		/* by the log, all in all */
	long batches;		/* of all VPs */
};

static atomic_bool stop;
static unsigned int dice = 1;

/* The same ones each time */
static unsigned int throw_dice(unsigned int below)
{
	dice = dice * 1103515245 + 12345;
	return (dice >> 16) % below;
}

static void *run(void *arg)
{
	const union mhv_register_value count = { .reg64 = BATCH };
	struct writer *writer = arg;
	struct mhv_message message;

	while (!stop && !writer->error) {
		if (register_set(writer->vp, writer->index, MHV_REG_RCX, &count) ||
		    vp_start(writer->vp, writer->index, 0))
			writer->error = errno;
		/* Memory that the VMM may not write to for the moment: the guest tries again. */
		do {
			if (ioctl(writer->vp, MSHV_RUN_VP, &message))
				writer->error = errno;
			else if (message.header.message_type == MHV_MSG_GPA_INTERCEPT)
				usleep(500);
		} while (!writer->error && message.header.message_type == MHV_MSG_GPA_INTERCEPT);
		if (!writer->error && message.header.message_type != MHV_MSG_X64_IO_PORT_INTERCEPT)
			writer->error = -1;
		writer->batches++;
	}
	return NULL;
}

static bool guest_open(struct guest *guest, int device, void *memory)
{
	union mhv_register_value ds = { .segment = { .limit = ~0u, .attributes = 0x8093 } };
	struct mshv_create_partition args = {};
	struct writer *writer;
	__u32 i;

	memset(guest, 0, sizeof(*guest));
	guest->partition = ioctl(device, MSHV_CREATE_PARTITION, &args);
	if (guest->partition < 0 || ioctl(guest->partition, MSHV_INITIALIZE_PARTITION))
		return false;
	guest->memory = memory;
	guest->low = pages_new(1);
	memcpy(guest->low, code, sizeof(code));
	if (memory_set(guest->partition, guest->low, 0, PAGE, EXECUTABLE) ||
	    memory_set(guest->partition, memory, GPA, BYTES, WRITABLE))
		return false;
	for (i = 0; i < NR_VPS; i++) {
		const union mhv_register_value edi = { .reg64 = GPA + i * sizeof(__u32) };
		const union mhv_register_value ebx = { .reg64 = i };

		writer = &guest->writers[i];
		writer->index = writer->sequence = i;
		writer->vp = vp_create(guest->partition, i);
		if (writer->vp < 0 || register_set(writer->vp, i, MHV_REG_DS, &ds) ||
		    register_set(writer->vp, i, MHV_REG_RDI, &edi) ||
		    register_set(writer->vp, i, MHV_REG_RBX, &ebx))
			return false;
	}
	return true;
}

static void guest_close(struct guest *guest)
{
	for (int i = 0; i < NR_VPS; i++)
		close(guest->writers[i].vp);
	close(guest->partition);
	munmap(guest->low, PAGE);
	munmap(guest->memory, BYTES);
}

static bool track(const struct guest *guest, bool on)
{
	struct mhv_input_set_partition_property in = {
		.property_code = MHV_PROP_GPA_PAGE_ACCESS_TRACKING, .property_value = on,
	};

	return !hvcall(guest->partition, MHV_HVCALL_SET_PARTITION_PROPERTY, 0, &in, sizeof(in),
		       NULL, 0, NULL);
}

static union counters counters_at(const struct guest *guest, unsigned int page)
{
	const volatile __u64 *at = (const __u64 *)(guest->memory + (size_t)page * PAGE);

	return (union counters){ .all = *at };
}

/* Read the log, and copy what it names; all if @all. Returns how many pages it names, or -1. */
static int copy_dirty(struct guest *guest, bool all)
{
	__u8 dirty[PAGES / 8];
	struct mshv_gpap_access_bitmap args = {
		.access_type = MSHV_GPAP_ACCESS_TYPE_DIRTY,
		.access_op = MSHV_GPAP_ACCESS_OP_CLEAR, .page_count = PAGES,
		.gpap_base = GPA / PAGE, .bitmap_ptr = (uintptr_t)dirty,
	};
	int count = 0;

	if (ioctl(guest->partition, MSHV_GET_GPAP_ACCESS_BITMAP, &args))
		return -1;
	for (unsigned int i = 0; i < PAGES; i++) {
		if (all || dirty[i / 8] & 1 << i % 8)
			guest->copy[i] = counters_at(guest, i);
		count += !!(dirty[i / 8] & 1 << i % 8);
	}
	return count;
}

static void compact(void)
{
	FILE *file = fopen("/proc/sys/vm/compact_memory", "w");

	if (file) {
		fputs("1", file);
		fclose(file);
	}
}

/* What the kernel, and a VMM, may do to memory; not every kind of memory takes everything. */
static void disturb(const struct guest *guest)
{
	unsigned int page = throw_dice(PAGES), count = 1 + throw_dice(64);
	__u8 *at = guest->memory + (size_t)page * PAGE;
	__u8 *block = guest->memory + page / PAGES_OF_LARGE * LARGE_PAGE;
	size_t bytes = (page + count > PAGES ? PAGES - page : count) * PAGE;
	pid_t child;

	switch (throw_dice(7)) {
	case 0:
		mprotect(at, bytes, PROT_READ);
		usleep(1000);
		mprotect(at, bytes, PROT_READ | PROT_WRITE);
		break;
	case 1:
		madvise(block, LARGE_PAGE, MADV_COLLAPSE);
		break;
	case 2:
		compact();
		break;
	case 3:
		child = fork();
		if (!child)
			_exit(0);
		waitpid(child, NULL, 0);
		break;
	case 4:
		madvise(at, bytes, MADV_PAGEOUT);
		break;
	case 5:
		madvise(at, bytes, MADV_COLD);
		break;
	case 6:
		/* All of it: Linux 6.1 warns of itself when it splits memory of hugetlb. */
		mprotect(guest->memory, BYTES, PROT_READ);
		mprotect(guest->memory, BYTES, PROT_READ | PROT_WRITE);
		break;
	}
}

static bool start(struct guest *guest, pthread_t *threads)
{
	bool started = true;

	stop = false;
	for (int i = 0; i < NR_VPS; i++)
		started &= !pthread_create(&threads[i], NULL, run, &guest->writers[i]);
	return started;
}

/* Stop the VPs, and count as they did. */
static bool finish(struct guest *guest, const pthread_t *threads)
{
	bool passed = true;

	stop = true;
	for (int i = 0; i < NR_VPS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < NR_VPS; i++) {
		struct writer *writer = &guest->writers[i];

		for (__u32 n = 0; n < writer->batches * BATCH; n++) {
			writer->sequence = writer->sequence * MULTIPLIER + INCREMENT;
			guest->expected[(writer->sequence >> 8 & OFFSETS) / PAGE].of[i]++;
		}
		guest->batches += writer->batches;
		writer->batches = 0;
		if (writer->error)
			printf("# VP %d: error %d\n", i, writer->error);
		passed &= !writer->error;
	}
	return passed;
}

static int count_differences(const struct guest *guest, const union counters *other)
{
	int count = 0;

	for (unsigned int i = 0; i < PAGES; i++)
		count += counters_at(guest, i).all != other[i].all;
	return count;
}

/* The VPs count without anybody who reads the log, in large pages where there are such. */
static bool round_untracked(struct guest *guest)
{
	pthread_t threads[NR_VPS];
	bool passed = track(guest, false) && start(guest, threads);

	usleep(5000);
	passed &= finish(guest, threads);
	return passed && track(guest, true) && copy_dirty(guest, true) >= 0;
}

static bool round_tracked(struct guest *guest)
{
	pthread_t threads[NR_VPS];
	bool passed = start(guest, threads);
	int lost, wrong, count, named = 0;

	for (int i = 0; i < LOGS; i++) {
		disturb(guest);
		usleep(2000);
		count = copy_dirty(guest, false);
		passed &= count >= 0;
		named += count;
	}
	passed &= finish(guest, threads);
	count = copy_dirty(guest, false);
	passed &= count >= 0 && named + count > 0;
	lost = count_differences(guest, guest->copy);
	wrong = count_differences(guest, guest->expected);
	if (lost || wrong)
		printf("# %d pages were not in the log, %d have counted wrong\n", lost, wrong);
	guest->named += named + count;
	return passed && !lost && !wrong;
}

/* Room for a kind of memory, at a multiple of a large page */
static __u8 *memory_new(int flags, int fd)
{
	__u8 *room = mmap(NULL, BYTES + LARGE_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	__u8 *at = room + (LARGE_PAGE - (uintptr_t)room % LARGE_PAGE);

	at = mmap(at, BYTES, PROT_READ | PROT_WRITE, MAP_FIXED | flags, fd, 0);
	return at == MAP_FAILED ? NULL : at;
}

static void test_log(int device, const char *kind, __u8 *memory, int rounds)
{
	static struct guest guest;
	int passed = 0, i;

	ok(memory && guest_open(&guest, device, memory), "a guest with %s", kind);
	for (i = 0; i < rounds; i++)
		passed += (i % 4 || round_untracked(&guest)) && round_tracked(&guest);
	ok(passed == rounds, "%d of %d rounds with %s are right: %ld counts, %ld pages in the log",
	   passed, rounds, kind, guest.batches * BATCH, guest.named);
	guest_close(&guest);
}

/* The pool of hugetlb; false if there are not as many pages to be had. */
static bool hugetlb_pool(int pages)
{
	FILE *file = fopen("/proc/sys/vm/nr_hugepages", "r+");
	int got = -1;

	if (!file)
		return false;
	fprintf(file, "%d", pages);
	rewind(file);
	if (fscanf(file, "%d", &got) != 1)
		got = -1;
	fclose(file);
	return got == pages;
}

int main(int argc, char **argv)
{
	int device = device_open(), rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
	int shared = memfd_create("guest", 0);
	__u8 *small = memory_new(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	__u8 *huge = memory_new(MAP_PRIVATE | MAP_ANONYMOUS, -1);

	madvise(small, BYTES, MADV_NOHUGEPAGE);
	test_log(device, "pages of 4 KiB", small, rounds);
	madvise(huge, BYTES, MADV_HUGEPAGE);
	memset(huge, 0, BYTES);
	test_log(device, "transparent huge pages", huge, rounds);
	compact();
	ok(hugetlb_pool(BYTES / LARGE_PAGE), "pages for hugetlb");
	test_log(device, "hugetlb", memory_new(MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1),
		 rounds);
	ok(hugetlb_pool(0), "all of hugetlb is free");
	ok(shared >= 0 && !ftruncate(shared, BYTES), "a file");
	test_log(device, "shared memory", memory_new(MAP_SHARED, shared), rounds);
	close(shared);
	ok(softhv_counter("gpa_pages") == 0, "no mapped page is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
