// SPDX-License-Identifier: GPL-2.0
/*
 * The device's and the partition's ioctls but for memory and hypercalls: what they refuse, with
 * which errno and without changing anything, what they do, and what is left when all is closed.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "vmm.h"

static int create(int device, const void *args)
{
	return ioctl(device, MSHV_CREATE_PARTITION, args);
}

static void test_device(int device)
{
	struct mshv_create_partition_v2 args = { .pt_num_cpu_fbanks = MSHV_NUM_CPU_FEATURES_BANKS };
	struct stat status;
	__u32 capability = 0;

	ok(!stat("/dev/mshv", &status) && (status.st_mode & 07777) == 0600, "mode 0600");
	fails(ioctl(device, 0x5401, &args), ENOTTY);
	ok(!ioctl(device, MSHV_CHECK_EXTENSION, &capability), "mainline's capabilities are not there");
	fails(ioctl(device, _IOW(MSHV_IOCTL, 0, struct mshv_create_partition_v2), &args), ENOTTY);
	fails(ioctl(device, MSHV_INITIALIZE_PARTITION), ENOTTY);
	fails(ioctl(device, MSHV_CREATE_VP, &capability), ENOTTY);
	fails(ioctl(device, _IO(MSHV_IOCTL, 0x7f)), ENOTTY);
	fails(ioctl(device, 0), ENOTTY);
}

/* Both forms of the argument */
static void test_create_refuses(int device)
{
	struct mshv_create_partition args = {};
	struct mshv_create_partition_v2 v2 = {
		.pt_flags = 1 << MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES,
		.pt_num_cpu_fbanks = MSHV_NUM_CPU_FEATURES_BANKS,
	};
	char *end = (char *)pages_new(2) + PAGE;

	munmap(end, PAGE);
	fails(create(device, BAD_POINTER), EFAULT);
	fails(create(device, end - sizeof(args) / 2), EFAULT);
	args.pt_flags = 1 << MSHV_PT_BIT_COUNT;
	fails(create(device, &args), EINVAL);
	args.pt_flags = 1ULL << 63;
	fails(create(device, &args), EINVAL);
	args.pt_flags = 0;
	args.pt_isolation = MSHV_PT_ISOLATION_COUNT;
	fails(create(device, &args), EINVAL);

	/* Where the short form ends, the long one does not. */
	memcpy(end - sizeof(args), &v2, sizeof(args));
	fails(create(device, end - sizeof(args)), EFAULT);
	v2.pt_num_cpu_fbanks = 1;
	fails(create(device, &v2), EINVAL);
	v2.pt_num_cpu_fbanks = MSHV_NUM_CPU_FEATURES_BANKS;
	v2.pt_rsvd[5] = 1;
	fails(create(device, &v2), EINVAL);
	v2.pt_rsvd[5] = 0;
	v2.pt_rsvd1[1] = 1;
	fails(create(device, &v2), EINVAL);
	v2.pt_rsvd1[1] = 0;
	v2.pt_isolation = 1;
	fails(create(device, &v2), EINVAL);
}

/* No descriptor is to be had: the partition, or the VP, that was made for it goes again. */
static void test_no_descriptors(int device)
{
	struct mshv_create_partition args = {};
	int partition = partition_new(device), vp, keep;
	struct rlimit limit, none;
	long partitions, vps;

	keep = open("/sys/kernel/debug/softhv/partitions", O_RDONLY);
	getrlimit(RLIMIT_NOFILE, &limit);
	none = limit;
	none.rlim_cur = keep + 1;

	partitions = softhv_counter("partitions");
	vps = softhv_counter("vps");
	setrlimit(RLIMIT_NOFILE, &none);
	errno = 0;
	ok(create(device, &args) == -1 && errno == EMFILE, "EMFILE: a partition too many");
	errno = 0;
	ok(vp_create(partition, 0) == -1 && errno == EMFILE, "EMFILE: a VP too many");
	setrlimit(RLIMIT_NOFILE, &limit);
	ok(softhv_counter("partitions") == partitions, "no partition is left of that");
	ok(softhv_counter("vps") == vps, "no VP is left of that");
	vp = vp_create(partition, 0);
	ok(vp >= 0, "the VP can be made when there are descriptors");
	close(vp);
	close(partition);
	close(keep);
}

static void test_create(int device)
{
	struct mshv_create_partition_v2 v2 = {
		.pt_flags = 1 << MSHV_PT_BIT_LAPIC | 1 << MSHV_PT_BIT_X2APIC |
			    1 << MSHV_PT_BIT_GPA_SUPER_PAGES |
			    1 << MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES,
		.pt_num_cpu_fbanks = MSHV_NUM_CPU_FEATURES_BANKS,
	};
	char link[64] = "", path[64], tgid[32];
	int partition;

	partition = create(device, &v2);
	ok(partition >= 0, "the long form makes a partition");
	ok(fcntl(partition, F_GETFD) & FD_CLOEXEC, "its descriptor closes on exec");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", partition);
	ok(readlink(path, link, sizeof(link) - 1) > 0 && !strcmp(link, "anon_inode:mshv_partition"),
	   "its link reads %s", link);
	snprintf(tgid, sizeof(tgid), "%d", getpid());
	ok(fd_line_is(partition, "mshv_vmm_tgid", tgid), "fdinfo says who made it");
	ok(fd_line_is(partition, "mshv_vps", "0"), "fdinfo says that it has no VPs");
	ok(softhv_counter("partitions") == 1, "the hypervisor has it");
	close(partition);
	ok(softhv_counter("partitions") == 0, "the hypervisor has it no more when it is closed");
}

static void test_partition(int device)
{
	int partition = partition_create(device), vp, other;
	struct mshv_run_vp run;

	fails(ioctl(partition, 0x5401, &run), ENOTTY);
	fails(ioctl(partition, MSHV_RUN_VP, &run), ENOTTY);
	fails(ioctl(partition, MSHV_CREATE_PARTITION, &run), ENOTTY);
	fails(ioctl(partition, _IOW(MSHV_IOCTL, 0x01, __u64), &run), ENOTTY);
	fails(ioctl(partition, _IO(MSHV_IOCTL, 0x7f)), ENOTTY);

	/* The hypervisor refuses by INVALID_PARTITION_STATE, which has no errno of its own. */
	fails(vp_create(partition, 0), EIO);
	ok(!ioctl(partition, MSHV_INITIALIZE_PARTITION), "initialized");
	ok(!ioctl(partition, MSHV_INITIALIZE_PARTITION), "initialized again, which does nothing");

	fails(ioctl(partition, MSHV_CREATE_VP, BAD_POINTER), EFAULT);
	fails(vp_create(partition, 256), EINVAL);
	fails(vp_create(partition, ~0U), EINVAL);
	vp = vp_create(partition, 255);
	ok(vp >= 0, "VP 255 made");
	fails(vp_create(partition, 255), EEXIST);
	ok(fcntl(vp, F_GETFD) & FD_CLOEXEC, "its descriptor closes on exec");
	ok(fd_line_is(partition, "mshv_vps", "1"), "fdinfo of the partition counts it");
	close(vp);
	fails(vp_create(partition, 255), EEXIST);
	ok(softhv_counter("vps") == 1, "a VP stays when its descriptor is closed");

	other = partition_new(device);
	vp = vp_create(other, 0);
	close(other);
	ok(softhv_counter("partitions") == 2, "a partition stays while a VP's descriptor is open");
	ok(fd_line_is(vp, "mshv_vp_index", "0"), "and can be asked");
	close(vp);
	ok(softhv_counter("partitions") == 1, "it goes with the last one");
	close(partition);
}

/* Slots are dense, belong to one at a time, and are not handed out again at once. */
static void test_slots(int device)
{
	int one = partition_new(device), two = partition_new(device), vp, i;
	char slot[16];
	bool same;

	for (i = 0; i < 256; i++) {
		snprintf(slot, sizeof(slot), "%d", i);
		if (fd_line_is(one, "mshv_partition_slot", slot))
			break;
	}
	ok(i < 256, "a partition has a slot");
	ok(!fd_line_is(two, "mshv_partition_slot", slot), "another partition has another one");
	close(one);
	one = partition_new(device);
	same = fd_line_is(one, "mshv_partition_slot", slot);
	ok(!same, "a slot is not used again at once");

	vp = vp_create(one, 3);
	ok(!fd_line_is(vp, "mshv_vp_slot", "-1"), "a VP has a slot");
	close(vp);
	close(one);
	close(two);
}

int main(void)
{
	int device = device_open();

	test_device(device);
	test_create_refuses(device);
	test_create(device);
	test_no_descriptors(device);
	test_partition(device);
	test_slots(device);
	ok(softhv_counter("partitions") == 0, "no partition is left");
	ok(softhv_counter("vps") == 0, "no VP is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
