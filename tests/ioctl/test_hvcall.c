// SPDX-License-Identifier: GPL-2.0
/*
 * MSHV_ROOT_HVCALL: its argument, its list of codes on each descriptor, whose partition it is
 * about, and what comes back when the hypercall fails.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "vmm.h"

#define CODE_MAX	0x200

static int call(int fd, struct mshv_root_hvcall *args)
{
	return ioctl(fd, MSHV_ROOT_HVCALL, args);
}

static void test_bad_arguments(int fd)
{
	struct mhv_input_get_partition_property in = {
		.property_code = MHV_PROP_PROCESSOR_VENDOR,
	};
	char out[2 * PAGE];
	const struct mshv_root_hvcall good = {
		.code = MHV_HVCALL_GET_PARTITION_PROPERTY, .in_sz = sizeof(in),
		.in_ptr = (uintptr_t)&in, .out_sz = 8, .out_ptr = (uintptr_t)out,
	};
	struct mshv_root_hvcall args = good;

	ok(!call(fd, &args) && !args.status, "a property");
	fails(ioctl(fd, MSHV_ROOT_HVCALL, BAD_POINTER), EFAULT);
	args = good;
	args.status = 1;
	fails(call(fd, &args), EINVAL);
	args = good;
	args.in_ptr = 0;
	fails(call(fd, &args), EINVAL);
	args = good;
	args.in_sz = 7;
	fails(call(fd, &args), EINVAL);
	args.in_sz = PAGE + 1;
	fails(call(fd, &args), EINVAL);
	args = good;
	args.rsvd[0] = 1;
	fails(call(fd, &args), EINVAL);
	args = good;
	args.out_sz = 0;
	fails(call(fd, &args), EINVAL);
	args.out_sz = PAGE + 1;
	fails(call(fd, &args), EINVAL);
	args = good;
	args.reps = 0x1000;
	fails(call(fd, &args), EINVAL);
	args = good;
	args.in_ptr = 8;
	fails(call(fd, &args), EFAULT);
	args = good;
	args.out_ptr = 8;
	fails(call(fd, &args), EFAULT);
}

/* Where the whole argument cannot be written back */
static void test_readonly_argument(int fd)
{
	struct mhv_input_get_partition_property in = {
		.property_code = MHV_PROP_PROCESSOR_VENDOR,
	};
	struct mshv_root_hvcall *args = pages_new(1);

	*args = (struct mshv_root_hvcall){
		.code = MHV_HVCALL_GET_PARTITION_PROPERTY, .in_sz = sizeof(in),
		.in_ptr = (uintptr_t)&in,
	};
	mprotect(args, PAGE, PROT_READ);
	fails(call(fd, args), EFAULT);
	munmap(args, PAGE);
}

static bool listed(int code, const __u16 *list, int count)
{
	for (int i = 0; i < count; i++)
		if (list[i] == code)
			return true;
	return false;
}

/*
 * All codes that are not in the list are refused before the hypervisor sees them: one that it saw
 * has a status. None of those in the list does any harm with an input of zeroes.
 */
static void test_codes(int fd, const char *name, const __u16 *list, int count)
{
	__u64 in[8] = {}, out[8];
	int wrong = -1;
	__u16 status;

	for (int code = 0; code <= CODE_MAX; code++) {
		int ret = hvcall(fd, code, 0, in, sizeof(in), out, sizeof(out), &status);
		bool refused = ret == -1 && errno == EINVAL && !status;

		if (refused == listed(code, list, count))
			wrong = code;
	}
	ok(wrong < 0, "the codes that the %s's descriptor allows (wrong: %#x)", name, wrong);
}

static void test_allow_lists(int device, int partition, int vp)
{
	static const __u16 codes[] = {
		0x45, 0x44, 0x101, 0x4d, 0x50, 0x51, 0x52, 0x56, 0x91, 0x94, 0xc9, 0xc0, 0xc1, 0xf4,
	};

	test_codes(device, "device", codes + 1, 2);
	test_codes(partition, "partition", codes, sizeof(codes) / sizeof(*codes));
	/* SET_PARTITION_PROPERTY is not a VP's. */
	test_codes(vp, "VP", codes + 1, sizeof(codes) / sizeof(*codes) - 1);
}

/* The partition in the input is whose descriptor it is, whatever the VMM writes there. */
static void test_partition_id(int one, int two)
{
	struct mhv_input_set_partition_property set = {
		.property_code = MHV_PROP_UNIMPLEMENTED_MSR_ACTION, .property_value = 1,
	};
	struct mhv_input_get_partition_property get = {
		.property_code = MHV_PROP_UNIMPLEMENTED_MSR_ACTION,
	};
	__u64 value[2] = { 7, 7 };

	set.partition_id = MHV_PARTITION_ID_SELF;
	ok(!hvcall(one, MHV_HVCALL_SET_PARTITION_PROPERTY, 0, &set, sizeof(set), NULL, 0, NULL),
	   "a property set by one partition's descriptor");
	hvcall(one, MHV_HVCALL_GET_PARTITION_PROPERTY, 0, &get, sizeof(get), &value[0], 8, NULL);
	hvcall(two, MHV_HVCALL_GET_PARTITION_PROPERTY, 0, &get, sizeof(get), &value[1], 8, NULL);
	ok(value[0] == 1 && value[1] == 0, "is that one's alone (%llu, %llu)", value[0], value[1]);
}

static void test_failure(int partition)
{
	struct mhv_input_get_partition_property in = { .property_code = 0x7fffffff };
	__u64 out = 0x5a5a5a5a;
	__u16 status;

	fails(hvcall(partition, MHV_HVCALL_GET_PARTITION_PROPERTY, 0, &in, sizeof(in), &out,
		     sizeof(out), &status), EIO);
	ok(status == MHV_STATUS_UNKNOWN_PROPERTY, "the status comes back (%#x)", status);
	ok(out == 0x5a5a5a5a, "the output of a call that failed does not");
}

static void test_reps(int vp)
{
	struct {
		struct mhv_input_get_vp_registers head;
		__u32 names[4];
	} in = { .names = { MHV_REG_RIP, MHV_REG_RFLAGS, 0x7fffffff, MHV_REG_RAX } };
	union mhv_register_value out[4] = {};
	struct mshv_root_hvcall args = {
		.code = MHV_HVCALL_GET_VP_REGISTERS, .in_sz = sizeof(in),
		.in_ptr = (uintptr_t)&in, .out_sz = sizeof(out), .out_ptr = (uintptr_t)out,
	};

	args.reps = 2;
	ok(!call(vp, &args) && args.reps == 2, "two registers");
	ok(out[0].reg64 == 0xfff0 && out[1].reg64 == 2, "of a VP that was reset");
	args.reps = 4;
	ok(call(vp, &args) == -1 && args.status && args.reps == 2,
	   "a bad one among four: %d done before it, status %#x", args.reps, args.status);
}

int main(void)
{
	int device = device_open();
	int one = partition_new(device), two = partition_new(device);
	int vp = vp_create(one, 0);

	test_bad_arguments(device);
	test_bad_arguments(one);
	test_bad_arguments(vp);
	test_readonly_argument(one);
	test_allow_lists(device, one, vp);
	test_partition_id(one, two);
	test_failure(one);
	test_reps(vp);
	close(vp);
	close(one);
	close(two);
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
