// SPDX-License-Identifier: GPL-2.0
/*
 * Without memory: each ioctl that allocates some is made again and again, and every time another
 * one of its allocations, or copies from and to the caller, fails by the kernel's fault injection.
 * Each time the call succeeds all the same, or it fails with the right errno and has changed
 * nothing; the next one succeeds. Last, partitions are closed so. Skipped on kernels that cannot
 * inject faults.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>
#include "vmm.h"

#define MEMORY_PAGES	16
#define CODE_GPA	0x1000
#define OTHER_GPA	0x100000
#define GSIS		4
/* More than any call allocates */
#define MAX_FAULTS	2000

/* out %al, $0x10 */
static const __u8 guest[] = { 0xe6, 0x10 };

static int device, partition, vp, event, resample, fail_nth;
static __u8 *memory, *buffer;

static const char *const settings[][2] = {
	{ "failslab/ignore-gfp-wait", "N" }, { "failslab/verbose", "0" },
	{ "fail_page_alloc/ignore-gfp-wait", "N" }, { "fail_page_alloc/verbose", "0" },
	{ "fail_page_alloc/min-order", "0" }, { "fail_usercopy/verbose", "0" },
};

/* Whether the kernel can; then every allocation of this thread may fail, and the log is silent. */
static bool faults_prepare(void)
{
	char path[128];
	size_t i;
	int fd;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s", settings[i][0]);
		fd = open(path, O_WRONLY);
		if (fd < 0)
			return false;
		if (write(fd, settings[i][1], 1) != 1)
			ok(false, "%s set to %s", path, settings[i][1]);
		close(fd);
	}
	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR);
	return fail_nth >= 0;
}

static void fault_set(int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", nth);

	/* A fault that was left may hit this. */
	if (pwrite(fail_nth, text, length, 0) != length &&
	    pwrite(fail_nth, text, length, 0) != length) {
		printf("Bail out! fail-nth: %s\n", strerror(errno));
		exit(2);
	}
}

/* Or this */
static bool fault_happened(void)
{
	char text[16] = {};
	bool happened = pread(fail_nth, text, sizeof(text) - 1, 0) > 0 && !atoi(text);

	fault_set(0);
	return happened;
}

struct operation {
	const char *name;
	int (*call)(void);
	void (*before)(void);
	void (*undo)(int ret);		/* what a call that succeeded did */
	bool changes;			/* also if it fails */
};

static int create_partition(void)
{
	struct mshv_create_partition args = { .pt_flags = 1 << MSHV_PT_BIT_LAPIC };

	return ioctl(device, MSHV_CREATE_PARTITION, &args);
}

static int create_partition_caps(void)
{
	const __u32 required = MSHV_CAP_RUN_VP;
	struct mshv_create_partition_caps args = {
		.size = sizeof(args), .nr_required = 1, .required_ptr = (uintptr_t)&required,
	};

	return ioctl(device, MSHV_CREATE_PARTITION_CAPS, &args);
}

static void close_it(int fd)
{
	close(fd);
}

static int other = -1;

static void other_create(void)
{
	if (other >= 0)
		close(other);
	other = create_partition();
}

static int other_initialize(void)
{
	return ioctl(other, MSHV_INITIALIZE_PARTITION);
}

static void other_new(void)
{
	other_create();
	other_initialize();
}

static int other_create_vp(void)
{
	struct mshv_create_vp args = { .vp_index = 3 };

	return ioctl(other, MSHV_CREATE_VP, &args);
}

static int map(void)
{
	return memory_set(partition, memory, OTHER_GPA, MEMORY_PAGES * PAGE, WRITABLE);
}

static int unmap(void)
{
	return memory_set(partition, memory, OTHER_GPA, MEMORY_PAGES * PAGE, UNMAP);
}

static void unmap_again(int ret)
{
	(void)ret;
	unmap();
}

static void map_before(void)
{
	map();
}

static int run(void)
{
	return ioctl(vp, MSHV_RUN_VP, buffer);
}

/* New memory, so that all that a fault takes is allocated; and no message that is left */
static void run_before(void)
{
	run();
	memory_set(partition, memory, 0, MEMORY_PAGES * PAGE, UNMAP);
	madvise(memory, MEMORY_PAGES * PAGE, MADV_DONTNEED);
	memcpy(memory + CODE_GPA, guest, sizeof(guest));
	memory_set(partition, memory, 0, MEMORY_PAGES * PAGE, WRITABLE | EXECUTABLE);
	vp_start(vp, 0, CODE_GPA);
}

static int irqfd(__u32 flags)
{
	struct mshv_user_irqfd args = {
		.fd = event, .resamplefd = resample, .gsi = 1, .flags = flags,
	};

	return ioctl(partition, MSHV_IRQFD, &args);
}

static int irqfd_assign(void)
{
	return irqfd(0);
}

static int irqfd_assign_resample(void)
{
	return irqfd(1 << MSHV_IRQFD_BIT_RESAMPLE);
}

static void irqfd_deassign(int ret)
{
	(void)ret;
	irqfd(1 << MSHV_IRQFD_BIT_DEASSIGN);
}

static int ioeventfd(__u32 flags)
{
	struct mshv_user_ioeventfd args = {
		.addr = 0x200000, .len = 4, .fd = event, .flags = flags,
	};

	return ioctl(partition, MSHV_IOEVENTFD, &args);
}

static int ioeventfd_assign(void)
{
	return ioeventfd(0);
}

static void ioeventfd_deassign(int ret)
{
	(void)ret;
	ioeventfd(1 << MSHV_IOEVENTFD_BIT_DEASSIGN);
}

static int set_routes(void)
{
	struct {
		struct mshv_user_irq_table head;
		struct mshv_user_irq_entry entries[GSIS];
	} args = { .head.nr = GSIS };
	__u32 i;

	/* Level-triggered, for the eventfd with a second one */
	for (i = 0; i < GSIS; i++)
		args.entries[i] = (struct mshv_user_irq_entry){
			.gsi = i, .address_lo = 0xfee00000, .data = 0x8030 + i,
		};
	return ioctl(partition, MSHV_SET_MSI_ROUTING, &args);
}

static int get_bitmap(void)
{
	struct mshv_gpap_access_bitmap args = {
		.page_count = MEMORY_PAGES, .bitmap_ptr = (uintptr_t)buffer,
	};

	return ioctl(partition, MSHV_GET_GPAP_ACCESS_BITMAP, &args);
}

static int get_property(void)
{
	struct mhv_input_get_partition_property in = {
		.property_code = MHV_PROP_PROCESSOR_VENDOR,
	};
	__u64 value;

	return hvcall(partition, MHV_HVCALL_GET_PARTITION_PROPERTY, 0, &in, sizeof(in), &value,
		      sizeof(value), NULL);
}

static int state(unsigned long cmd, __u8 type)
{
	struct mshv_get_set_vp_state args = {
		.type = type, .buf_sz = PAGE, .buf_ptr = (uintptr_t)buffer,
	};

	return ioctl(vp, cmd, &args);
}

static int get_apic(void)
{
	return state(MSHV_GET_VP_STATE, MSHV_VP_STATE_LAPIC);
}

static void apic_before(void)
{
	get_apic();
}

static int set_apic(void)
{
	return state(MSHV_SET_VP_STATE, MSHV_VP_STATE_LAPIC);
}

static int get_xsave(void)
{
	return state(MSHV_GET_VP_STATE, MSHV_VP_STATE_XSAVE);
}

static int get_timers(void)
{
	return state(MSHV_GET_VP_STATE, MSHV_VP_STATE_SYNTHETIC_TIMERS);
}

static int set_xsave(void)
{
	return state(MSHV_SET_VP_STATE, MSHV_VP_STATE_XSAVE);
}

static void xsave_before(void)
{
	get_xsave();
}

static int get_caps(void)
{
	struct mshv_get_caps args = {
		.size = sizeof(args), .entry_size = sizeof(struct mshv_cap_info),
		.nr = PAGE / sizeof(struct mshv_cap_info), .entries_ptr = (uintptr_t)buffer,
	};

	return ioctl(device, MSHV_GET_CAPS, &args);
}

static int enable_cap(void)
{
	struct mshv_enable_cap args = { .size = sizeof(args), .id = MSHV_CAP_ONLY_GRANTED };

	return ioctl(other, MSHV_ENABLE_CAP, &args);
}

static const struct operation operations[] = {
	{ .name = "CREATE_PARTITION", .call = create_partition, .undo = close_it },
	{ .name = "CREATE_PARTITION_CAPS", .call = create_partition_caps, .undo = close_it },
	{ .name = "INITIALIZE_PARTITION", .call = other_initialize, .before = other_create },
	{ .name = "CREATE_VP", .call = other_create_vp, .before = other_new, .undo = close_it },
	{ .name = "SET_GUEST_MEMORY", .call = map, .undo = unmap_again },
	{ .name = "SET_GUEST_MEMORY, to unmap", .call = unmap, .before = map_before },
	{ .name = "RUN_VP", .call = run, .before = run_before, .changes = true },
	{ .name = "SET_MSI_ROUTING", .call = set_routes },
	{ .name = "IRQFD", .call = irqfd_assign, .undo = irqfd_deassign },
	{ .name = "IRQFD with RESAMPLE", .call = irqfd_assign_resample, .undo = irqfd_deassign },
	{ .name = "IOEVENTFD", .call = ioeventfd_assign, .undo = ioeventfd_deassign },
	{ .name = "GET_GPAP_ACCESS_BITMAP", .call = get_bitmap },
	{ .name = "ROOT_HVCALL", .call = get_property },
	{ .name = "GET_VP_STATE of the APIC", .call = get_apic },
	{ .name = "SET_VP_STATE of the APIC", .call = set_apic, .before = apic_before },
	{ .name = "GET_VP_STATE of XSAVE", .call = get_xsave },
	{ .name = "SET_VP_STATE of XSAVE", .call = set_xsave, .before = xsave_before },
	{ .name = "GET_VP_STATE of the timers", .call = get_timers },
	{ .name = "GET_CAPS", .call = get_caps },
	{ .name = "ENABLE_CAP", .call = enable_cap, .before = other_create },
};

static void test_operation(const struct operation *operation)
{
	struct state before, after;
	int nth, ret, error, failed = 0, wrong = 0, left = 0;
	bool happened = true;

	for (nth = 1; happened && nth < MAX_FAULTS; nth++) {
		if (operation->before)
			operation->before();
		state_read(&before);
		fault_set(nth);
		errno = 0;
		ret = operation->call();
		error = errno;
		happened = fault_happened();
		if (ret < 0) {
			failed++;
			/* EIO: softhv had none, NO_RESOURCES. */
			if (error != ENOMEM && error != EFAULT && error != EIO)
				wrong = error;
			state_read(&after);
			if (!operation->changes && !state_same(&before, &after))
				left = nth;
		} else if (operation->undo) {
			operation->undo(ret);
		}
	}
	ok(ret >= 0 && !happened, "%s: succeeds when nothing fails any more (%d, errno %d)",
	   operation->name, ret, error);
	ok(failed && !wrong, "%s: the right errno by %d of %d faults (errno %d)", operation->name,
	   failed, nth - 2, wrong);
	ok(!left, "%s: which change nothing (fault %d)", operation->name, left);
}

/* An ioctl that is added to the header, and not here, fails the test. */
static void test_whole(void)
{
	static const struct {
		const char *name;
		unsigned long number;
		bool ours;
	} requests[] = {
#define KIND_DEVICE	true
#define KIND_PARTITION	true
#define KIND_VP		true
#define KIND_ANY	true
#define KIND_FOREIGN	false
#include "ioctls.inc"
	};
	size_t i, j, count = sizeof(operations) / sizeof(operations[0]);

	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		const char *name = requests[i].name + strlen("MSHV_");

		for (j = 0; j < count && strncmp(operations[j].name, name, strlen(name)); j++)
			;
		if (requests[i].ours && j == count)
			ok(false, "%s is among the calls that are made without memory", name);
	}
}

/* What is closed is gone, whatever memory there is for that. */
static void test_close(void)
{
	bool happened = true;
	int nth, fd;

	for (nth = 1; happened && nth < MAX_FAULTS; nth++) {
		other_new();
		fd = other_create_vp();
		memory_set(other, memory, 0, MEMORY_PAGES * PAGE, WRITABLE | EXECUTABLE);
		vp_start(fd, 3, CODE_GPA);
		close(other);
		fault_set(nth);
		close(fd);
		happened = fault_happened();
		other = -1;
		if (softhv_counter("partitions") != 1)
			break;
	}
	ok(!happened && softhv_counter("partitions") == 1, "closed, with %d faults", nth - 2);
}

int main(void)
{
	size_t i;

	test_whole();
	if (!faults_prepare()) {
		ok(true, "faults # SKIP the kernel injects none");
		return done();
	}
	device = device_open();
	partition = partition_new(device);
	vp = vp_create(partition, 0);
	event = eventfd(0, EFD_CLOEXEC);
	resample = eventfd(0, EFD_CLOEXEC);
	memory = pages_new(MEMORY_PAGES);
	buffer = pages_new(1);
	memset(buffer, 0, PAGE);
	ok(vp >= 0 && event >= 0 && resample >= 0, "a VP");

	for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		test_operation(&operations[i]);
	if (other >= 0)
		close(other);
	test_close();
	close(vp);
	close(partition);
	ok(softhv_counter("partitions") == 0, "no partition is left");
	ok(softhv_counter("ports") == 0, "no port is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
