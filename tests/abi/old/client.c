// SPDX-License-Identifier: GPL-2.0
/*
 * A VMM as it was written for the first release, and is compiled with the header of that release,
 * which lies beside it. It knows of no capability. It and that header are never changed: they stand
 * for all programs that are in use and cannot be built again. Runs a guest that writes a byte to
 * port 0x80 and halts, and says which.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/mshv.h>

#define PAGE		4096
#define GUEST_PFN	16

/* The hypervisor's, TLFS */
#define HVCALL_SET_VP_REGISTERS	0x0051
#define REGISTER_RIP		0x00020010
#define REGISTER_CS		0x00060001
#define MESSAGE_IO_PORT		0x80010000

struct assoc {
	uint32_t name;
	uint32_t reserved[3];
	union {
		uint64_t reg64;
		struct {
			uint64_t base;
			uint32_t limit;
			uint16_t selector;
			uint16_t attributes;
		} segment;
	} value;
};

struct set_registers {
	uint64_t partition_id;
	uint32_t vp_index;
	uint32_t vtl;
	struct assoc assoc[2];
};

static const uint8_t guest[] = { 0xb0, 0x2a, 0xe6, 0x80, 0xf4 }; /* mov $42, %al; out; hlt */

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int start(int vp)
{
	struct set_registers in = {
		.assoc = {
			{ .name = REGISTER_CS,
			  .value.segment = { .limit = 0xffff, .attributes = 0x9b } },
			{ .name = REGISTER_RIP, .value.reg64 = GUEST_PFN * PAGE },
		},
	};
	struct mshv_root_hvcall call = {
		.code = HVCALL_SET_VP_REGISTERS,
		.reps = 2,
		.in_sz = sizeof(in),
		.in_ptr = (uintptr_t)&in,
	};

	return ioctl(vp, MSHV_ROOT_HVCALL, &call);
}

int main(void)
{
	struct mshv_create_partition create = { .pt_flags = 0 };
	struct mshv_user_mem_region region = {
		.size = PAGE,
		.guest_pfn = GUEST_PFN,
		.flags = 1 << MSHV_SET_MEM_BIT_EXECUTABLE | 1 << MSHV_SET_MEM_BIT_WRITABLE,
	};
	struct mshv_create_vp create_vp = { .vp_index = 0 };
	struct mshv_run_vp run;
	int device, partition, vp;
	uint32_t type;
	void *memory;

	device = open("/dev/mshv", O_RDWR | O_CLOEXEC);
	if (device < 0)
		return fail("/dev/mshv");
	partition = ioctl(device, MSHV_CREATE_PARTITION, &create);
	if (partition < 0)
		return fail("MSHV_CREATE_PARTITION");
	if (ioctl(partition, MSHV_INITIALIZE_PARTITION))
		return fail("MSHV_INITIALIZE_PARTITION");
	memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return fail("mmap");
	memcpy(memory, guest, sizeof(guest));
	region.userspace_addr = (uintptr_t)memory;
	if (ioctl(partition, MSHV_SET_GUEST_MEMORY, &region))
		return fail("MSHV_SET_GUEST_MEMORY");
	vp = ioctl(partition, MSHV_CREATE_VP, &create_vp);
	if (vp < 0)
		return fail("MSHV_CREATE_VP");
	if (start(vp))
		return fail("MSHV_ROOT_HVCALL");
	if (ioctl(vp, MSHV_RUN_VP, &run))
		return fail("MSHV_RUN_VP");
	memcpy(&type, run.msg_buf, sizeof(type));
	if (type != MESSAGE_IO_PORT) {
		fprintf(stderr, "message %#x, should be %#x\n", type, MESSAGE_IO_PORT);
		return 1;
	}
	puts("the guest wrote to a port");
	return 0;
}
