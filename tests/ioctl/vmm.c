// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests of the driver's ioctls share; see vmm.h. Whatever is needed and cannot be had ends
 * the program: it would not be a failure of what is tested.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "vmm.h"

static int tests, failures;

void ok(bool passed, const char *format, ...)
{
	va_list args;

	failures += !passed;
	printf("%sok %d - ", passed ? "" : "not ", ++tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

int done(void)
{
	printf("1..%d\n", tests);
	return failures != 0;
}

static void bail_out(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(2);
}

long softhv_counter(const char *name)
{
	char path[128];
	long value;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/kernel/debug/softhv/%s", name);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%ld", &value) != 1)
		bail_out(path);
	fclose(file);
	return value;
}

static long count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	long count = 0;

	if (!dir)
		bail_out("/proc/self/fd");
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static long pinned_kib(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	long kib = -1;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "VmPin: %ld", &kib) == 1)
			break;
	if (kib < 0)
		bail_out("/proc/self/status");
	fclose(file);
	return kib;
}

void state_read(struct state *state)
{
	state->partitions = softhv_counter("partitions");
	state->vps = softhv_counter("vps");
	state->gpa_pages = softhv_counter("gpa_pages");
	state->ports = softhv_counter("ports");
	state->pinned_kib = pinned_kib();
	state->descriptors = count_descriptors();
}

bool state_same(const struct state *a, const struct state *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool fd_line_is(int fd, const char *name, const char *value)
{
	char path[64], line[256], wanted[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	snprintf(wanted, sizeof(wanted), "%s:\t%s\n", name, value);
	file = fopen(path, "r");
	if (!file)
		bail_out(path);
	while (fgets(line, sizeof(line), file))
		found |= !strcmp(line, wanted);
	fclose(file);
	return found;
}

/* By the descriptor of the partition, or of one of its VPs */
__u64 partition_id(int fd)
{
	unsigned long long id = 0;
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "r");
	if (!file)
		bail_out(path);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "mshv_partition_id: %llu", &id) == 1)
			break;
	fclose(file);
	return id;
}

/* What the hypervisor's statistics say of a VP: it waits for an interrupt. */
bool vp_is_blocked(int partition, __u32 index)
{
	char path[96], line[80];
	bool blocked = false;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/kernel/debug/mshv/partition/%llu/vp/%u/stats",
		 partition_id(partition), index);
	file = fopen(path, "r");
	if (!file)
		bail_out(path);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, "VpRootDispatchThreadBlocked ", 28))
			blocked = !strcmp(strchr(line, ':'), ": 1\n");
	fclose(file);
	return blocked;
}

bool vp_wait_blocked(int partition, __u32 index)
{
	for (int i = 0; i < 3000; i++) {
		if (vp_is_blocked(partition, index))
			return true;
		usleep(10000);
	}
	return false;
}

int device_open(void)
{
	int fd = open("/dev/mshv", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		bail_out("/dev/mshv");
	return fd;
}

int partition_create(int device)
{
	/* Without a local APIC, HLT would come to the VMM. */
	struct mshv_create_partition args = { .pt_flags = 1 << MSHV_PT_BIT_LAPIC };
	int fd = ioctl(device, MSHV_CREATE_PARTITION, &args);

	if (fd < 0)
		bail_out("MSHV_CREATE_PARTITION");
	return fd;
}

int partition_new(int device)
{
	int fd = partition_create(device);

	if (ioctl(fd, MSHV_INITIALIZE_PARTITION))
		bail_out("MSHV_INITIALIZE_PARTITION");
	return fd;
}

int vp_create(int partition, __u32 index)
{
	struct mshv_create_vp args = { .vp_index = index };

	return ioctl(partition, MSHV_CREATE_VP, &args);
}

int memory_set(int partition, void *at, __u64 gpa, __u64 bytes, __u8 flags)
{
	struct mshv_user_mem_region args = {
		.size = bytes,
		.guest_pfn = gpa / PAGE,
		.userspace_addr = (uintptr_t)at,
		.flags = flags,
	};

	return ioctl(partition, MSHV_SET_GUEST_MEMORY, &args);
}

void *pages_new(size_t count)
{
	void *at = mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);

	if (at == MAP_FAILED)
		bail_out("mmap");
	return at;
}

int hvcall(int fd, __u16 code, __u16 reps, const void *in, size_t in_bytes, void *out,
	   size_t out_bytes, __u16 *status)
{
	struct mshv_root_hvcall args = {
		.code = code, .reps = reps,
		.in_sz = in_bytes, .in_ptr = (uintptr_t)in,
		.out_sz = out_bytes, .out_ptr = (uintptr_t)out,
	};
	int ret = ioctl(fd, MSHV_ROOT_HVCALL, &args);

	if (status)
		*status = args.status;
	return ret;
}

int register_set(int vp, __u32 index, __u32 name, const union mhv_register_value *value)
{
	struct {
		struct mhv_input_set_vp_registers head;
		struct mhv_register_assoc element;
	} in = { .head.vp_index = index, .element = { .name = name, .value = *value } };

	return hvcall(vp, MHV_HVCALL_SET_VP_REGISTERS, 1, &in, sizeof(in), NULL, 0, NULL);
}

/* Real mode, code segment at 0. */
int vp_start(int vp, __u32 index, __u64 rip)
{
	union mhv_register_value cs = { .segment = { .limit = 0xffff, .attributes = 0x9b } };
	union mhv_register_value ip = { .reg64 = rip };

	return register_set(vp, index, MHV_REG_CS, &cs) ?:
	       register_set(vp, index, MHV_REG_RIP, &ip);
}
