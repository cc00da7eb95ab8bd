// SPDX-License-Identifier: GPL-2.0
/*
 * TIME_FREEZE: while a partition's time is stopped, neither its reference time nor its VPs' TSCs go
 * on, and afterwards they go on from there. How long anything takes is measured, never assumed.
 */
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#include "vmm.h"

#define NS_PER_UNIT	100	/* of reference time */

static int partition, vp;

static uint64_t host_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static __u64 reference_ns(void)
{
	struct mhv_input_get_partition_property in = { .property_code = MHV_PROP_REFERENCE_TIME };
	__u64 value = 0;

	if (hvcall(partition, MHV_HVCALL_GET_PARTITION_PROPERTY, 0, &in, sizeof(in), &value,
		   sizeof(value), NULL))
		ok(false, "the reference time read");
	return value * NS_PER_UNIT;
}

static __u64 get(__u32 name)
{
	struct {
		struct mhv_input_get_vp_registers head;
		__u32 names[2];
	} in = { .names = { name } };
	union mhv_register_value value = {};

	if (hvcall(vp, MHV_HVCALL_GET_VP_REGISTERS, 1, &in, sizeof(in), &value, sizeof(value),
		   NULL))
		ok(false, "register %#x read", name);
	return value.reg64;
}

static __u64 tsc(void)
{
	return get(MHV_REG_TSC);
}

/* A VMM that restores a VP sets TSC and TSC_ADJUST in any order. */
static void test_restore(void)
{
	const __u64 far = 1ULL << 50;
	union mhv_register_value value = { .reg64 = far };

	ok(tsc() < far && !register_set(vp, 0, MHV_REG_TSC_ADJUST, &value), "TSC_ADJUST is set");
	ok(tsc() < far, "which does not move the TSC");
	ok(get(MHV_REG_TSC_ADJUST) == far, "and is read back");
	value.reg64 = 2 * far;
	ok(!register_set(vp, 0, MHV_REG_TSC, &value) && tsc() >= 2 * far, "the TSC is set");
	ok(get(MHV_REG_TSC_ADJUST) == far, "which does not move TSC_ADJUST");
	value.reg64 = 0;
	register_set(vp, 0, MHV_REG_TSC, &value);
}

static int freeze(__u64 frozen)
{
	struct mhv_input_set_partition_property in = {
		.property_code = MHV_PROP_TIME_FREEZE, .property_value = frozen,
	};

	return hvcall(partition, MHV_HVCALL_SET_PARTITION_PROPERTY, 0, &in, sizeof(in), NULL, 0,
		      NULL);
}

static void test_freeze(void)
{
	uint64_t begin_ns = host_ns(), begin_tsc = __builtin_ia32_rdtsc();
	__u64 first_ns = reference_ns(), first_tsc = tsc(), frozen_ns, frozen_tsc;
	uint64_t still_ns, still_tsc;

	ok(reference_ns() >= first_ns && tsc() > first_tsc, "time goes on");

	ok(!freeze(1) && !freeze(1), "time stopped, and once more");
	still_ns = host_ns();
	still_tsc = __builtin_ia32_rdtsc();
	frozen_ns = reference_ns();
	frozen_tsc = tsc();
	usleep(20000);
	ok(reference_ns() == frozen_ns, "the reference time stands still");
	ok(tsc() == frozen_tsc, "so does the TSC");
	still_ns = host_ns() - still_ns;
	still_tsc = __builtin_ia32_rdtsc() - still_tsc;

	ok(!freeze(0) && !freeze(0), "time goes on, and once more");
	ok(reference_ns() >= frozen_ns && tsc() > frozen_tsc, "from where it was");
	ok(reference_ns() - first_ns <= host_ns() - begin_ns - still_ns + NS_PER_UNIT,
	   "the reference time lacks what it stood still");
	ok(tsc() - first_tsc <= __builtin_ia32_rdtsc() - begin_tsc - still_tsc, "the TSC too");
}

int main(void)
{
	int device = device_open();

	partition = partition_new(device);
	vp = vp_create(partition, 0);
	test_restore();
	test_freeze();
	close(vp);
	close(partition);
	close(device);
	return done();
}
