// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory that is not just anonymous pages: what the kernel itself cannot access, what is a
 * device's, what others provide page by page. The guest runs from it, or the VMM is told that it
 * cannot; the host does not care.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <mshv/hvabi_state.h>
#include "vmm.h"

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

int main(void)
{
	int device = device_open();

	test_secret(device);
	ok(softhv_counter("gpa_pages") == 0, "no mapped page is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
