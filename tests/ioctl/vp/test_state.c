// SPDX-License-Identifier: GPL-2.0
/*
 * MSHV_GET_VP_STATE and MSHV_SET_VP_STATE: what they refuse, the size that they tell, and that what
 * is set is what is got; MSHV_GET_GPAP_ACCESS_BITMAP: what it refuses, and that it tells what the
 * guest has read and written.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <mshv/hvabi_state.h>
#include "vmm.h"

#define CODE_GPA	0x1000
#define DATA_GPA	0x10000

/* mov [0x8000], %al; mov %al, [0x9000]; out; the data segment is at DATA_GPA - 0x8000. */
static const __u8 guest[] = { 0xa2, 0x00, 0x80, 0xa0, 0x00, 0x90, 0xe6, 0x10 };

static int state_call(int vp, bool set, __u8 type, __u32 size, void *buffer, __u32 *actual)
{
	struct mshv_get_set_vp_state args = {
		.type = type, .buf_sz = size, .buf_ptr = (uintptr_t)buffer,
	};
	int ret = ioctl(vp, set ? MSHV_SET_VP_STATE : MSHV_GET_VP_STATE, &args);

	if (actual)
		*actual = args.buf_sz;
	return ret;
}

static int get(int vp, __u8 type, void *buffer)
{
	return state_call(vp, false, type, PAGE, buffer, NULL);
}

static int set(int vp, __u8 type, void *buffer)
{
	return state_call(vp, true, type, PAGE, buffer, NULL);
}

static void test_bad_state(int vp)
{
	const unsigned long both[] = { MSHV_GET_VP_STATE, MSHV_SET_VP_STATE };
	char *buffer = pages_new(2);
	struct mshv_get_set_vp_state good = {
		.type = MSHV_VP_STATE_SIMP, .buf_sz = PAGE, .buf_ptr = (uintptr_t)buffer,
	}, args;
	int i;

	for (i = 0; i < 2; i++) {
		fails(ioctl(vp, both[i], BAD_POINTER), EFAULT);
		args = good;
		args.type = MSHV_VP_STATE_COUNT;
		fails(ioctl(vp, both[i], &args), EINVAL);
		args = good;
		args.rsvd[1] = 1;
		fails(ioctl(vp, both[i], &args), EINVAL);
		args = good;
		args.buf_sz = 0;
		fails(ioctl(vp, both[i], &args), EINVAL);
		args.buf_sz = 100;
		fails(ioctl(vp, both[i], &args), EINVAL);
		args = good;
		args.buf_ptr += 8;
		fails(ioctl(vp, both[i], &args), EINVAL);
		args = good;
		args.buf_sz = 508 * PAGE;
		fails(ioctl(vp, both[i], &args), EINVAL);
		ok(args.buf_sz == PAGE, "the size is told all the same");
		args = good;
		args.buf_ptr = KERNEL_ADDRESS;
		fails(ioctl(vp, both[i], &args), EFAULT);
		args.buf_ptr = PAGE;
		fails(ioctl(vp, both[i], &args), EFAULT);
		args.type = MSHV_VP_STATE_SYNTHETIC_TIMERS;
		fails(ioctl(vp, both[i], &args), EFAULT);
		args.buf_ptr = ~0ULL & ~(PAGE - 1);
		args.buf_sz = 2 * PAGE;
		fails(ioctl(vp, both[i], &args), EOVERFLOW);
	}
	munmap(buffer, 2 * PAGE);
}

static void test_pages(int vp)
{
	const __u8 types[] = { MSHV_VP_STATE_SIMP, MSHV_VP_STATE_SIEFP };
	__u8 *before = pages_new(1), *after = pages_new(1);
	__u32 size;
	size_t i, n;

	for (i = 0; i < sizeof(types); i++) {
		for (n = 0; n < PAGE; n++)
			before[n] = n * 7 + i;
		ok(!set(vp, types[i], before), "state %u set", types[i]);
		memset(after, 0xff, PAGE);
		ok(!state_call(vp, false, types[i], PAGE, after, &size) && size == PAGE,
		   "and got, of a page's size");
		ok(!memcmp(before, after, PAGE), "and is the same");
	}
	munmap(before, PAGE);
	munmap(after, PAGE);
}

static void test_timers(int vp)
{
	struct mhv_synthetic_timers_state *before = pages_new(1), *after = pages_new(1);
	__u32 size;
	size_t i;

	for (i = 0; i < MHV_NR_STIMERS; i++) {
		before->timer[i].config = i << 16;
		before->timer[i].count = 1000 + i;
		before->timer[i].adjustment = 7 * i;
	}
	ok(!set(vp, MSHV_VP_STATE_SYNTHETIC_TIMERS, before), "timers set");
	ok(!state_call(vp, false, MSHV_VP_STATE_SYNTHETIC_TIMERS, PAGE, after, &size) &&
	   size == sizeof(*after), "and got, of 200 bytes");
	ok(!memcmp(before, after, sizeof(*before)), "and are the same");
	munmap(before, PAGE);
	munmap(after, PAGE);
}

static void test_xsave(int vp)
{
	__u8 *before = pages_new(1), *after = pages_new(1);
	union mhv_register_value xmm = { .reg128 = { .low = 0x1122334455667788, .high = 42 } };
	__u32 size = 0;

	ok(!register_set(vp, 0, MHV_REG_XMM3, &xmm), "a register set");
	ok(!state_call(vp, false, MSHV_VP_STATE_XSAVE, PAGE, before, &size), "extended state got");
	ok(size > 512 && size <= PAGE, "of %u bytes", size);
	ok(!memcmp(before + 160 + 3 * 16, &xmm, 16), "the register is in it");
	ok(before[527] & 0x80, "in compacted form");
	before[160 + 3 * 16] = 0x99;
	ok(!set(vp, MSHV_VP_STATE_XSAVE, before), "set with another value");
	ok(!get(vp, MSHV_VP_STATE_XSAVE, after) && !memcmp(before, after, size), "and got again");
	before[512 + 16] = 1;
	ok(set(vp, MSHV_VP_STATE_XSAVE, before) == -1 && errno == EINVAL, "EINVAL: reserved bytes");
	/* Setting only reads the buffer. */
	mprotect(after, PAGE, PROT_READ);
	ok(!set(vp, MSHV_VP_STATE_XSAVE, after), "set from memory that is read-only");
	fails(get(vp, MSHV_VP_STATE_XSAVE, after), EFAULT);
	munmap(before, PAGE);
	munmap(after, PAGE);
}

static int bitmap(int partition, __u8 type, __u8 op, __u64 gpa, __u64 pages, void *at)
{
	struct mshv_gpap_access_bitmap args = {
		.access_type = type, .access_op = op, .page_count = pages,
		.gpap_base = gpa / PAGE, .bitmap_ptr = (uintptr_t)at,
	};

	return ioctl(partition, MSHV_GET_GPAP_ACCESS_BITMAP, &args);
}

#define ACCESSED	MSHV_GPAP_ACCESS_TYPE_ACCESSED
#define DIRTY		MSHV_GPAP_ACCESS_TYPE_DIRTY
#define NOOP		MSHV_GPAP_ACCESS_OP_NOOP
#define CLEAR		MSHV_GPAP_ACCESS_OP_CLEAR
#define SET		MSHV_GPAP_ACCESS_OP_SET

static void test_bad_bitmap(int partition)
{
	struct mshv_gpap_access_bitmap args = { .page_count = 8, .bitmap_ptr = 4096, .rsvd[2] = 1 };
	__u8 *at = pages_new(1);

	fails(ioctl(partition, MSHV_GET_GPAP_ACCESS_BITMAP, BAD_POINTER), EFAULT);
	fails(ioctl(partition, MSHV_GET_GPAP_ACCESS_BITMAP, &args), EINVAL);
	fails(bitmap(partition, MSHV_GPAP_ACCESS_TYPE_COUNT, NOOP, 0, 8, at), EINVAL);
	fails(bitmap(partition, DIRTY, MSHV_GPAP_ACCESS_OP_COUNT, 0, 8, at), EINVAL);
	fails(bitmap(partition, DIRTY, NOOP, 0, 0, at), EINVAL);
	fails(bitmap(partition, DIRTY, NOOP, 0, 8, NULL), EINVAL);
	fails(bitmap(partition, DIRTY, NOOP, 0, (1ULL << 40) + 1, at), E2BIG);
	fails(bitmap(partition, DIRTY, NOOP, 0, ~0ULL, at), E2BIG);
	fails(bitmap(partition, DIRTY, NOOP, 0, 8, (void *)KERNEL_ADDRESS), EFAULT);
	fails(bitmap(partition, DIRTY, NOOP, 0, 8, BAD_POINTER), EFAULT);
	fails(bitmap(partition, DIRTY, NOOP, 1ULL << 60, 8, at), EINVAL);
	munmap(at, PAGE);
}

static void test_bitmap(int partition, int vp)
{
	union mhv_register_value ds = {
		.segment = { .base = DATA_GPA - 0x8000, .limit = 0xffff, .attributes = 0x93 },
	};
	struct mhv_message message;
	__u8 *at = pages_new(1);
	const size_t pages = 1000;

	register_set(vp, 0, MHV_REG_DS, &ds);
	vp_start(vp, 0, CODE_GPA);
	ok(!ioctl(vp, MSHV_RUN_VP, &message) &&
	   message.header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT, "a page written, one read");

	memset(at, 0xff, PAGE);
	ok(!bitmap(partition, DIRTY, NOOP, 0, pages, at), "dirty pages of %zu", pages);
	ok(at[2] == 1 && at[3] == 0 && at[pages / 8] == 0xff, "one, and not a bit too far");
	ok(!bitmap(partition, ACCESSED, CLEAR, 0, 33, at) && at[2] == 3 && (at[0] & 2),
	   "two were accessed, and the code");
	ok(!at[4] && at[5] == 0, "bits beyond are zero");
	ok(!bitmap(partition, ACCESSED, NOOP, 0, 32, at) && !at[0] && !at[2], "cleared");
	ok(!bitmap(partition, DIRTY, NOOP, 0, 32, at) && !at[2], "what was not accessed is not dirty");
	ok(!bitmap(partition, DIRTY, SET, DATA_GPA, 1, at) && at[0] == 0, "set");
	ok(!bitmap(partition, DIRTY, CLEAR, DATA_GPA, 1, at) && at[0] == 1, "is set");
	ok(!bitmap(partition, DIRTY, NOOP, DATA_GPA, 1, at) && at[0] == 0, "is cleared");
	munmap(at, PAGE);
}

/* What the guest has done to pages is known when the kernel has taken them away. */
static void test_taken_away(int partition, int vp, __u8 *memory)
{
	const size_t pages = 32;
	__u8 *at = pages_new(1), states[2] = {};
	struct mhv_input_get_gpa_pages_access_states in = {
		.flags = MHV_GPA_CLEAR_ACCESSED | MHV_GPA_CLEAR_DIRTY,
		.gpa_page_number = DATA_GPA / PAGE,
	};
	struct mhv_message message;

	ok(!bitmap(partition, ACCESSED, CLEAR, 0, pages, at), "all forgotten");
	vp_start(vp, 0, CODE_GPA);
	ok(!ioctl(vp, MSHV_RUN_VP, &message), "a page written, one read");
	madvise(memory + DATA_GPA, 2 * PAGE, MADV_DONTNEED);
	ok(!bitmap(partition, DIRTY, NOOP, 0, pages, at) && (at[2] & 1), "dirty when it is gone");
	ok(!bitmap(partition, ACCESSED, NOOP, 0, pages, at) && at[2] == 3, "both accessed");
	ok(!at[3], "and no page that was not");
	vp_start(vp, 0, CODE_GPA);
	ok(!ioctl(vp, MSHV_RUN_VP, &message), "again, with new pages");
	madvise(memory + DATA_GPA, 2 * PAGE, MADV_DONTNEED);
	ok(!hvcall(vp, MHV_HVCALL_GET_GPA_PAGES_ACCESS_STATES, 2, &in, sizeof(in), states,
		   sizeof(states), NULL) && states[0] == (MHV_GPA_ACCESSED | MHV_GPA_DIRTY) &&
	   (states[1] & MHV_GPA_ACCESSED), "by hypercall too");
	ok(!bitmap(partition, ACCESSED, NOOP, 0, pages, at) && !at[2], "which forgets it");

	vp_start(vp, 0, CODE_GPA);
	ok(!ioctl(vp, MSHV_RUN_VP, &message), "once more");
	madvise(memory + DATA_GPA, 2 * PAGE, MADV_DONTNEED);
	ok(!bitmap(partition, DIRTY, CLEAR, 0, pages, at) && (at[2] & 1), "dirty, and forgotten");
	ok(!bitmap(partition, DIRTY, NOOP, 0, pages, at) && !at[2], "is not dirty any more");
	munmap(at, PAGE);
}

/* What is set is told until it is cleared, whether the guest has the page, gets it, or loses it. */
static void test_set_stays(int partition, int vp, __u8 *memory)
{
	const __u64 untouched = DATA_GPA + 8 * PAGE, only_read = DATA_GPA + PAGE;
	struct mhv_message message;
	__u8 *at = pages_new(1);

	ok(!bitmap(partition, ACCESSED, CLEAR, 0, 64, at), "all forgotten");
	ok(!bitmap(partition, DIRTY, SET, untouched, 1, at) && !at[0], "a page set, which is not there");
	ok(!bitmap(partition, DIRTY, CLEAR, untouched, 1, at) && at[0] == 1, "is set");
	ok(!bitmap(partition, DIRTY, NOOP, untouched, 1, at) && !at[0], "is cleared");

	madvise(memory + DATA_GPA, 2 * PAGE, MADV_DONTNEED);
	ok(!bitmap(partition, ACCESSED, CLEAR, 0, 64, at), "all forgotten, two pages gone");
	ok(!bitmap(partition, DIRTY, SET, only_read, 1, at) && !at[0], "one of them set");
	vp_start(vp, 0, CODE_GPA);
	ok(!ioctl(vp, MSHV_RUN_VP, &message), "the guest reads from it");
	ok(!bitmap(partition, DIRTY, NOOP, only_read, 1, at) && at[0] == 1, "is set");
	madvise(memory + DATA_GPA, 2 * PAGE, MADV_DONTNEED);
	ok(!bitmap(partition, DIRTY, NOOP, only_read, 1, at) && at[0] == 1, "and when it is gone");
	ok(!bitmap(partition, DIRTY, CLEAR, only_read, 1, at) && at[0] == 1, "cleared");
	ok(!bitmap(partition, DIRTY, NOOP, only_read, 1, at) && !at[0], "is cleared");
	munmap(at, PAGE);
}

/* A page whose bit does not reach the VMM is told, and forgotten, the next time. */
static void test_not_heard(int partition, int vp)
{
	const __u64 first = DATA_GPA / PAGE;
	struct mhv_input_get_gpa_pages_access_states in = {
		.flags = MHV_GPA_CLEAR_ACCESSED | MHV_GPA_CLEAR_DIRTY, .gpa_page_number = first,
	};
	struct mhv_message message;
	__u8 *at = pages_new(2);

	munmap(at + PAGE, PAGE);
	ok(!bitmap(partition, ACCESSED, CLEAR, 0, 64, at), "all forgotten");
	vp_start(vp, 0, CODE_GPA);
	ok(!ioctl(vp, MSHV_RUN_VP, &message), "a page written");
	fails(bitmap(partition, DIRTY, CLEAR, DATA_GPA, 64, at + PAGE), EFAULT);
	ok(!bitmap(partition, DIRTY, NOOP, DATA_GPA, 1, at) && at[0] == 1, "it is still dirty");
	fails(hvcall(vp, MHV_HVCALL_GET_GPA_PAGES_ACCESS_STATES, 1, &in, sizeof(in), at + PAGE, 1,
		     NULL), EFAULT);
	ok(!bitmap(partition, DIRTY, CLEAR, DATA_GPA, 1, at) && at[0] == 1, "and again");
	ok(!bitmap(partition, DIRTY, NOOP, DATA_GPA, 1, at) && !at[0], "until that is told");
	munmap(at, PAGE);
}

int main(void)
{
	int device = device_open(), partition = partition_new(device), vp;
	__u8 *memory = pages_new(64);

	memcpy(memory + CODE_GPA, guest, sizeof(guest));
	ok(!memory_set(partition, memory, 0, 64 * PAGE, WRITABLE | EXECUTABLE), "memory");
	vp = vp_create(partition, 0);
	ok(vp >= 0, "a VP");

	test_bad_state(vp);
	test_pages(vp);
	test_timers(vp);
	test_xsave(vp);
	test_bad_bitmap(partition);
	test_bitmap(partition, vp);
	test_taken_away(partition, vp, memory);
	test_set_stays(partition, vp, memory);
	test_not_heard(partition, vp);
	close(vp);
	close(partition);
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
