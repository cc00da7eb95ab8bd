// SPDX-License-Identifier: GPL-2.0
/*
 * Properties of partitions and of the machine: which there are, which can be set and when, what is
 * refused; and that it makes no difference when the hypervisor answers later, by a message.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "vmm.h"

static int get(int fd, __u32 code, __u64 *value, __u16 *status)
{
	struct mhv_input_get_partition_property in = { .property_code = code };

	return hvcall(fd, MHV_HVCALL_GET_PARTITION_PROPERTY, 0, &in, sizeof(in), value,
		      sizeof(*value), status);
}

static int set(int fd, __u32 code, __u64 value, __u16 *status)
{
	struct mhv_input_set_partition_property in = {
		.property_code = code, .property_value = value,
	};

	return hvcall(fd, MHV_HVCALL_SET_PARTITION_PROPERTY, 0, &in, sizeof(in), NULL, 0, status);
}

static void test_get(int fd, const char *name)
{
	static const __u32 codes[] = {
		MHV_PROP_PRIVILEGE_FLAGS, MHV_PROP_SYNTHETIC_PROC_FEATURES, MHV_PROP_TIME_FREEZE,
		MHV_PROP_REFERENCE_TIME, MHV_PROP_PROCESSORS_PER_SOCKET,
		MHV_PROP_GPA_PAGE_ACCESS_TRACKING, MHV_PROP_UNIMPLEMENTED_MSR_ACTION,
		MHV_PROP_PROCESSOR_VENDOR, MHV_PROP_PROCESSOR_XSAVE_FEATURES,
		MHV_PROP_CL_FLUSH_SIZE, MHV_PROP_PHYSICAL_ADDRESS_WIDTH, MHV_PROP_XSAVE_STATES,
		MHV_PROP_MAX_XSAVE_DATA_SIZE, MHV_PROP_PROCESSOR_CLOCK_FREQUENCY,
		MHV_PROP_PROCESSOR_FEATURES0, MHV_PROP_PROCESSOR_FEATURES1, MHV_PROP_GUEST_OS_ID,
	};
	struct mhv_input_get_partition_property_ex in = {
		.property_code = MHV_PROP_VMM_CAPABILITIES,
	};
	struct mhv_vmm_capabilities capabilities = {};
	__u32 missing = 0;
	__u16 status;
	__u64 value;

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (get(fd, codes[i], &value, NULL))
			missing = codes[i];
	ok(!missing, "properties by the %s's descriptor (missing: %#x)", name, missing);
	ok(!get(fd, MHV_PROP_PHYSICAL_ADDRESS_WIDTH, &value, NULL) && value >= 36 && value <= 52,
	   "addresses have %llu bits", value);
	fails(get(fd, 0x12345, &value, &status), EIO);
	ok(status == MHV_STATUS_UNKNOWN_PROPERTY, "one that there is not (%#x)", status);

	ok(!hvcall(fd, MHV_HVCALL_GET_PARTITION_PROPERTY_EX, 0, &in, sizeof(in), &capabilities,
		   sizeof(capabilities), NULL) && capabilities.bank_count,
	   "capabilities for VMMs, of %u banks", capabilities.bank_count);
	in.arg = 1;
	fails(hvcall(fd, MHV_HVCALL_GET_PARTITION_PROPERTY_EX, 0, &in, sizeof(in), &capabilities,
		     sizeof(capabilities), NULL), EINVAL);
	in.arg = 0;
	in.property_code = 0x12345;
	fails(hvcall(fd, MHV_HVCALL_GET_PARTITION_PROPERTY_EX, 0, &in, sizeof(in), &capabilities,
		     sizeof(capabilities), &status), EIO);
	ok(status == MHV_STATUS_UNKNOWN_PROPERTY, "another that there is not (%#x)", status);
}

static void test_set(int device, const char *how)
{
	int partition = partition_create(device);
	__u64 value = 0;
	__u16 status;

	ok(!set(partition, MHV_PROP_SYNTHETIC_PROC_FEATURES, 0x06400ffb, NULL) &&
	   !get(partition, MHV_PROP_SYNTHETIC_PROC_FEATURES, &value, NULL) && value == 0x06400ffb,
	   "features before the partition is initialized, %s", how);
	ioctl(partition, MSHV_INITIALIZE_PARTITION);
	fails(set(partition, MHV_PROP_SYNTHETIC_PROC_FEATURES, 0, &status), EIO);
	ok(status == MHV_STATUS_INVALID_PARTITION_STATE, "not afterwards (%#x)", status);
	ok(!set(partition, MHV_PROP_TIME_FREEZE, 1, &status) && status == MHV_STATUS_SUCCESS &&
	   !get(partition, MHV_PROP_TIME_FREEZE, &value, NULL) && value == 1, "time frozen");
	ok(!set(partition, MHV_PROP_TIME_FREEZE, 0, NULL), "and not");
	fails(set(partition, MHV_PROP_TIME_FREEZE, 2, &status), EIO);
	ok(status == MHV_STATUS_PROPERTY_VALUE_OUT_OF_RANGE, "half frozen is no value (%#x)",
	   status);
	fails(set(partition, MHV_PROP_PROCESSOR_VENDOR, 1, &status), EIO);
	ok(status == MHV_STATUS_ACCESS_DENIED, "what is nobody's to set (%#x)", status);
	fails(set(partition, 0x12345, 1, &status), EIO);
	ok(status == MHV_STATUS_UNKNOWN_PROPERTY, "what there is not (%#x)", status);
	close(partition);
}

static void set_late(const char *value)
{
	int fd = open("/sys/module/softhv/parameters/late_properties", O_WRONLY);

	if (fd < 0 || write(fd, value, 1) != 1)
		ok(false, "softhv told when to answer");
	close(fd);
}

static int failed;

/* One call at a time on a descriptor, whoever makes it */
static void *set_often(void *argument)
{
	int partition = *(int *)argument;

	for (int i = 0; i < 100; i++)
		if (set(partition, MHV_PROP_TIME_FREEZE, i & 1, NULL))
			__atomic_add_fetch(&failed, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void test_late(int device)
{
	int partition = partition_new(device), status;
	pthread_t threads[3];
	pid_t child;
	int i;

	set_late("1");
	test_set(device, "answered later");
	for (i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, set_often, &partition);
	for (i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	ok(!failed, "three threads that set one (%d failed)", failed);

	child = fork();
	if (!child) {
		for (;;)
			set_often(&partition);
	}
	usleep(20000);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	/* An answer that the killed one did not wait for may be under way. */
	for (i = 0; i < 3000 && set(partition, MHV_PROP_TIME_FREEZE, 0, NULL); i++)
		usleep(1000);
	ok(i < 3000, "a killed one leaves nothing behind");
	close(partition);
	set_late("0");
}

/* A call whose caller is killed before the hypervisor answers; true when it has been made. */
static bool killed_call(int partition, int vp)
{
	__u64 value = 0;
	int i, status;
	pid_t child = fork();

	if (!child) {
		set(partition, MHV_PROP_TIME_FREEZE, 1, NULL);
		_exit(0);
	}
	for (i = 0; i < 30000 && !value; i++) {
		get(vp, MHV_PROP_TIME_FREEZE, &value, NULL);
		usleep(1000);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return value && WIFSIGNALED(status);
}

/* While a call is not answered there is no other; a partition can go meanwhile. */
static void test_held(int device)
{
	int partition = partition_new(device), vp = vp_create(partition, 0), other;
	int i;

	set_late("2");
	ok(killed_call(partition, vp), "a call that is not answered, its caller killed");
	fails(set(partition, MHV_PROP_TIME_FREEZE, 0, NULL), EPERM);
	fails(set(partition, MHV_PROP_TIME_FREEZE, 0, NULL), EPERM);
	set_late("0");
	for (i = 0; i < 30000 && set(partition, MHV_PROP_TIME_FREEZE, 0, NULL); i++)
		usleep(1000);
	ok(i < 30000, "another one when it is answered");
	close(vp);
	close(partition);

	other = partition_new(device);
	vp = vp_create(other, 0);
	set_late("2");
	ok(killed_call(other, vp), "another that is not answered");
	close(vp);
	close(other);
	ok(softhv_counter("partitions") == 0, "its partition goes all the same");
	set_late("0");
}

int main(void)
{
	int device = device_open();
	int partition = partition_new(device), vp = vp_create(partition, 0);

	test_get(device, "device");
	test_get(partition, "partition");
	test_get(vp, "VP");
	test_set(device, "answered at once");
	close(vp);
	close(partition);
	test_late(device);
	test_held(device);
	ok(softhv_counter("partitions") == 0, "no partition is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
