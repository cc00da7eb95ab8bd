// SPDX-License-Identifier: GPL-2.0
/*
 * A hypervisor that fails: a VMM does everything with a partition, and softhv makes one hypercall
 * of it fail (debugfs softhv/fail_call): each hypercall of the list, with each status of the list, at
 * its first call, and with some statuses at each later call. Every ioctl then succeeds or sets an
 * errno, closing leaves nothing, and another guest runs.
 *
 * With the argument "keep", the hypercalls by which the driver takes something back fail. What the
 * hypervisor keeps then stays in softhv until that is unloaded, so the counters are not looked at.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>
#include <mshv/hvabi_state.h>
#include "vmm.h"

#define MEMORY_PAGES	4
#define CODE_GPA	0x1000
#define MAX_CALLS	64

/* out %al, $0x10 */
static const __u8 guest[] = { 0xe6, 0x10 };

static const struct {
	__u16 code;
	const char *name;
} calls[] = {
#define MSHV_HYPERCALL(code, name) { code, #name },
#include <mshv/hypercalls.def>
};

static const __u16 statuses[] = {
#define MSHV_STATUS(code, name, error) code,
#include <mshv/status.def>
	0xfffe,		/* in no list */
};

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* How long a VP runs at most; longer on a slow machine */
static long run_us = 50000;
static int device, fail_call;
static __u8 *memory, *buffer;
static long tries, failures, wrong, not_ended;

static void fault_set(__u16 code, __u16 status, unsigned int nth)
{
	char text[40];
	int length = snprintf(text, sizeof(text), "%#x %#x %u", code, status, nth);

	if (lseek(fail_call, 0, SEEK_SET) || write(fail_call, text, length) != length) {
		printf("Bail out! fail_call: %s\n", strerror(errno));
		exit(2);
	}
}

static bool fault_happened(void)
{
	unsigned int nth = 1;
	char text[40] = {};

	if (lseek(fail_call, 0, SEEK_SET) || read(fail_call, text, sizeof(text) - 1) <= 0 ||
	    sscanf(text, "%*x %*x %u", &nth) != 1) {
		printf("Bail out! fail_call: %s\n", text);
		exit(2);
	}
	return !nth;
}

/* What an ioctl returned: not negative, or -1 with an errno that a VMM knows */
static int answer(int ret)
{
	if (ret >= 0)
		return ret;
	failures++;
	if (ret != -1 || errno <= 0 || errno > 133)
		wrong++;
	return -1;
}

static void state_get_set(int vp, __u8 type)
{
	struct mshv_get_set_vp_state args = {
		.type = type, .buf_sz = PAGE, .buf_ptr = (uintptr_t)buffer,
	};

	if (!answer(ioctl(vp, MSHV_GET_VP_STATE, &args)))
		answer(ioctl(vp, MSHV_SET_VP_STATE, &args));
}

static void interrupts_use(int partition, int event, int bell)
{
	struct {
		struct mshv_user_irq_table head;
		struct mshv_user_irq_entry entry;
	} table = { .head.nr = 1, .entry = { .gsi = 1, .address_lo = 0xfee00000, .data = 0x8030 } };
	struct mshv_user_irqfd irqfd = { .fd = event, .gsi = 1 };
	struct mshv_user_ioeventfd ioeventfd = { .addr = 0x200000, .len = 4, .fd = bell };

	answer(ioctl(partition, MSHV_SET_MSI_ROUTING, &table));
	if (!answer(ioctl(partition, MSHV_IRQFD, &irqfd))) {
		eventfd_write(event, 1);
		irqfd.flags = 1 << MSHV_IRQFD_BIT_DEASSIGN;
		answer(ioctl(partition, MSHV_IRQFD, &irqfd));
	}
	if (!answer(ioctl(partition, MSHV_IOEVENTFD, &ioeventfd))) {
		ioeventfd.flags = 1 << MSHV_IOEVENTFD_BIT_DEASSIGN;
		answer(ioctl(partition, MSHV_IOEVENTFD, &ioeventfd));
	}
}

static void passthrough_use(int partition, int vp)
{
	struct mhv_input_get_partition_property get = {
		.property_code = MHV_PROP_PROCESSOR_VENDOR,
	};
	struct mhv_input_set_partition_property set = {
		.property_code = MHV_PROP_GPA_PAGE_ACCESS_TRACKING, .property_value = 1,
	};
	struct mhv_input_translate_virtual_address translate = { .gva_page = CODE_GPA / PAGE };
	struct mshv_gpap_access_bitmap bitmap = {
		.page_count = MEMORY_PAGES, .bitmap_ptr = (uintptr_t)buffer,
	};
	__u64 value[2];

	answer(hvcall(partition, MHV_HVCALL_GET_PARTITION_PROPERTY, 0, &get, sizeof(get), value, 8,
		      NULL));
	answer(hvcall(partition, MHV_HVCALL_SET_PARTITION_PROPERTY, 0, &set, sizeof(set), NULL, 0,
		      NULL));
	answer(hvcall(vp, MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS, 0, &translate, sizeof(translate),
		      value, sizeof(value), NULL));
	answer(ioctl(partition, MSHV_GET_GPAP_ACCESS_BITMAP, &bitmap));
}

/* A guest's whole life. True if the guest's instruction came to the VMM. */
static bool live(void)
{
	struct itimerval limit = { .it_value.tv_usec = run_us, .it_interval.tv_usec = run_us };
	struct mshv_create_partition args = { .pt_flags = 1 << MSHV_PT_BIT_LAPIC };
	int partition, vp, event = eventfd(0, EFD_NONBLOCK), bell = eventfd(0, EFD_NONBLOCK);
	struct mhv_message message = {};
	bool ran = false;

	partition = answer(ioctl(device, MSHV_CREATE_PARTITION, &args));
	if (partition < 0)
		goto out;
	if (answer(ioctl(partition, MSHV_INITIALIZE_PARTITION)))
		goto out_partition;
	vp = answer(vp_create(partition, 0));
	if (vp < 0)
		goto out_partition;
	memcpy(memory + CODE_GPA, guest, sizeof(guest));
	answer(memory_set(partition, memory, 0, MEMORY_PAGES * PAGE, WRITABLE | EXECUTABLE));
	answer(vp_start(vp, 0, CODE_GPA));
	/* A VP that did not get its registers may run for ever. */
	setitimer(ITIMER_REAL, &limit, NULL);
	if (!answer(ioctl(vp, MSHV_RUN_VP, &message)))
		ran = message.header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT;
	setitimer(ITIMER_REAL, &(struct itimerval){}, NULL);
	state_get_set(vp, MSHV_VP_STATE_LAPIC);
	state_get_set(vp, MSHV_VP_STATE_XSAVE);
	interrupts_use(partition, event, bell);
	passthrough_use(partition, vp);
	answer(memory_set(partition, memory, 0, MEMORY_PAGES * PAGE, UNMAP));
	close(vp);
out_partition:
	close(partition);
out:
	close(event);
	close(bell);
	return ran;
}

/* Whether a hypercall takes back what the driver gave, so that a failure leaves it there */
static bool takes_back(__u16 code)
{
	switch (code) {
	case MHV_HVCALL_FINALIZE_PARTITION:
	case MHV_HVCALL_DELETE_PARTITION:
	case MHV_HVCALL_WITHDRAW_MEMORY:
	case MHV_HVCALL_UNMAP_GPA_PAGES:
	case MHV_HVCALL_DELETE_VP:
	case MHV_HVCALL_DELETE_PORT:
	case MHV_HVCALL_DISCONNECT_PORT:
	case MHV_HVCALL_UNMAP_VP_STATE_PAGE:
	case MHV_HVCALL_UNMAP_STATS_PAGE:
		return true;
	default:
		return false;
	}
}

/* Pages that the hypervisor got for itself, which stay there until the driver lets go of it */
static long root_pages;

static bool is_for_root(__u16 code, __u16 status)
{
	switch (status) {
	case MHV_STATUS_INSUFFICIENT_ROOT_MEMORY:
	case MHV_STATUS_INSUFFICIENT_CONTIGUOUS_ROOT_MEMORY:
		return true;
	case MHV_STATUS_INSUFFICIENT_MEMORY:
	case MHV_STATUS_INSUFFICIENT_CONTIGUOUS_MEMORY:
		/* The new partition is not there yet; a port is the root partition's. */
		return code == MHV_HVCALL_CREATE_PARTITION || code == MHV_HVCALL_CREATE_PORT;
	default:
		return false;
	}
}

static bool is_empty(void)
{
	return !softhv_counter("partitions") && !softhv_counter("vps") &&
	       !softhv_counter("ports") && !softhv_counter("gpa_pages") &&
	       softhv_counter("deposited_pages") == root_pages;
}

/* True if the call came so often. */
static bool try(const char *name, __u16 code, __u16 status, unsigned int nth, bool keep)
{
	bool happened;

	fault_set(code, status, nth);
	live();
	happened = fault_happened();
	fault_set(code, status, 0);
	if (!happened)
		return false;
	tries++;
	if (is_for_root(code, status))
		root_pages = softhv_counter("deposited_pages");
	if (!keep && !is_empty()) {
		ok(false, "%s failed with %#x at call %u, which leaves nothing", name, status, nth);
		exit(1);
	}
	return true;
}

/*
 * The driver waits, killably, for the completion of a SET_PARTITION_PROPERTY that is pending, and a
 * call that only says so is never completed. test_property has the calls that are.
 */
static bool is_no_failure(__u16 code, __u16 status)
{
	return status == MHV_STATUS_SUCCESS || (code == MHV_HVCALL_SET_PARTITION_PROPERTY &&
						status == MHV_STATUS_CALL_PENDING);
}

static bool is_tried_later(__u16 status)
{
	return status == MHV_STATUS_INVALID_PARAMETER || status == MHV_STATUS_CALL_PENDING ||
	       status == MHV_STATUS_INSUFFICIENT_MEMORY;
}

static void test_call(const char *name, __u16 code, bool keep)
{
	long before = tries, wrong_before = wrong;
	unsigned int nth;
	size_t i;

	for (i = 0; i < COUNT(statuses); i++) {
		if (is_no_failure(code, statuses[i]))
			continue;
		if (!try(name, code, statuses[i], 1, keep))
			return;
		for (nth = 2; is_tried_later(statuses[i]) && nth < MAX_CALLS; nth++)
			if (!try(name, code, statuses[i], nth, keep))
				break;
		if (nth == MAX_CALLS)
			not_ended++;
	}
	ok(wrong == wrong_before, "%s: failed %ld times, always an errno", name, tries - before);
	ok(live(), "%s: then a guest runs", name);
}

static void on_alarm(int signal)
{
	(void)signal;
}

int main(int argc, char **argv)
{
	bool keep = argc == 2 && !strcmp(argv[1], "keep");
	struct sigaction action = { .sa_handler = on_alarm };
	const char *slow = getenv("MSHV_SLOW");
	size_t i;

	if (slow)
		run_us *= atoi(slow) > 1 ? atoi(slow) : 1;
	/* setitimer() takes whole seconds apart. */
	if (run_us > 900000)
		run_us = 900000;
	sigaction(SIGALRM, &action, NULL);
	fail_call = open("/sys/kernel/debug/softhv/fail_call", O_RDWR | O_CLOEXEC);
	device = device_open();
	memory = pages_new(MEMORY_PAGES);
	buffer = pages_new(1);
	ok(fail_call >= 0 && live(), "a guest runs when nothing fails");
	for (i = 0; i < COUNT(calls); i++)
		if (takes_back(calls[i].code) == keep)
			test_call(calls[i].name, calls[i].code, keep);
	ok(failures && tries > 300, "%ld hypercalls failed, %ld ioctls with them", tries, failures);
	ok(!not_ended, "no hypercall is made without end");
	return done();
}
