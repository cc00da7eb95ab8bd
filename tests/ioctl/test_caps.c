// SPDX-License-Identifier: GPL-2.0
/*
 * Capabilities: what is told of them in one call and one by one, that nothing is told that would
 * fail, creation by what is required, what is turned on, and the errno of each refusal.
 */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>
#include "vmm.h"

#define ROOM	256

static const struct {
	const char *name;
	__u32 id;
	bool base;
} listed[] = {
#define BASE		true
#define OPTIONAL	false
#define OPTIN		false
#define MSHV_CAP(id, name, kind, class, source, doc) { #name, id, class },
#include <mshv/caps.def>
};

static const __u32 removed[] = {
#define MSHV_CAP_REMOVED(id, name, why) id,
#include <mshv/caps.def>
};

#define NR_LISTED	(sizeof(listed) / sizeof(listed[0]))
#define NR_REMOVED	(sizeof(removed) / sizeof(removed[0]))

static struct mshv_cap_info infos[ROOM];

static int get_caps(int fd)
{
	struct mshv_get_caps args = {
		.size = sizeof(args), .entry_size = sizeof(infos[0]), .nr = ROOM,
		.entries_ptr = (uintptr_t)infos,
	};

	memset(infos, 0xff, sizeof(infos));
	return ioctl(fd, MSHV_GET_CAPS, &args) ? -1 : (int)args.nr;
}

static const struct mshv_cap_info *info_of(__u32 id)
{
	unsigned int i;

	for (i = 0; i < ROOM && infos[i].id != ~0U; i++)
		if (infos[i].id == id)
			return &infos[i];
	return NULL;
}

static int check(int fd, __u32 id)
{
	return ioctl(fd, MSHV_CHECK_EXTENSION, &id);
}

/* One call tells all, on every descriptor; asking for one tells the same. */
static void test_list(int fd, const char *what)
{
	const struct mshv_cap_info *info;
	unsigned int i, wrong = 0, unusable = 0, usable;
	int nr = get_caps(fd), one;

	ok(nr == NR_LISTED + NR_REMOVED, "%s: one call tells all %zu", what, NR_LISTED + NR_REMOVED);
	for (i = 0; i < NR_LISTED; i++) {
		info = info_of(listed[i].id);
		usable = info && info->state == MSHV_CAP_STATE_USABLE;
		one = check(fd, listed[i].id);
		if (!info || !!one != usable || one < 0 ||
		    (usable && info->value && info->value <= INT_MAX && one != (int)info->value) ||
		    (usable ? info->reason : !info->reason) ||
		    listed[i].base != !!(info->marks & 1 << MSHV_CAP_MARK_BIT_BASE)) {
			printf("# %s: state %d, %d by itself\n", listed[i].name,
			       info ? (int)info->state : -1, one);
			wrong++;
		}
		if (listed[i].base && !usable) {
			printf("# %s: base, and not usable\n", listed[i].name);
			unusable++;
		}
	}
	ok(!wrong, "%s: asking for one tells the same as asking for all", what);
	ok(!unusable, "%s: all that is base is usable", what);
	for (i = 0; i < NR_REMOVED; i++) {
		info = info_of(removed[i]);
		ok(info && info->state == MSHV_CAP_STATE_REMOVED && !check(fd, removed[i]),
		   "%s: %u is told as removed", what, removed[i]);
	}
	ok(!check(fd, 0x7fffffff) && !check(fd, ~0U), "%s: an unknown id is 0, no error", what);
}

/* What an older or a younger caller passes */
static void test_sizes(int fd)
{
	struct {
		struct mshv_get_caps args;
		__u64 tail;
	} longer = { .args = { .size = sizeof(longer), .entry_size = sizeof(infos[0]) } };
	struct {
		struct mshv_cap_info info;
		__u64 tail;
	} wide[2];
	struct mshv_get_caps args = { .size = sizeof(args), .entry_size = sizeof(infos[0]) };
	__u32 id = MSHV_CAP_IRQFD;

	ok(!ioctl(fd, MSHV_GET_CAPS, &args) && args.nr == NR_LISTED + NR_REMOVED,
	   "without room it tells how many there are");
	ok(!ioctl(fd, MSHV_GET_CAPS, &longer), "a longer argument will do, if the rest is 0");
	longer.tail = 1;
	fails(ioctl(fd, MSHV_GET_CAPS, &longer), E2BIG);
	args.size = 8;
	fails(ioctl(fd, MSHV_GET_CAPS, &args), EINVAL);
	args.size = 2 * PAGE;
	fails(ioctl(fd, MSHV_GET_CAPS, &args), E2BIG);
	args.size = sizeof(args);
	args.rsvd = 1;
	fails(ioctl(fd, MSHV_GET_CAPS, &args), EINVAL);
	args.rsvd = 0;
	args.entry_size = 8;
	fails(ioctl(fd, MSHV_GET_CAPS, &args), EINVAL);
	args.entry_size = sizeof(wide[0]);
	args.nr = 2;
	args.entries_ptr = (uintptr_t)BAD_POINTER;
	fails(ioctl(fd, MSHV_GET_CAPS, &args), EFAULT);
	args.entries_ptr = (uintptr_t)wide;
	memset(wide, 0xff, sizeof(wide));
	ok(!ioctl(fd, MSHV_GET_CAPS, &args) && args.entry_size == sizeof(infos[0]) &&
	   !wide[0].tail && !wide[1].tail && wide[0].info.id == 0 && wide[1].info.id == 1,
	   "longer entries are filled up by 0");
	fails(ioctl(fd, MSHV_GET_CAPS, BAD_POINTER), EFAULT);
	fails(ioctl(fd, MSHV_CHECK_EXTENSION, BAD_POINTER), EFAULT);
	fails(ioctl(fd, _IOWR(MSHV_IOCTL, 0x40, id), &id), ENOTTY);
}

static bool usable(__u32 id)
{
	const struct mshv_cap_info *info = info_of(id);

	return info && info->state == MSHV_CAP_STATE_USABLE;
}

/* The flags that are told are those that are taken. */
static void test_flags(int device)
{
	const struct mshv_cap_info *info;
	struct mshv_create_partition args;
	int bit, fd, wrong = 0;

	get_caps(device);
	info = info_of(MSHV_CAP_CREATE_PARTITION);
	for (bit = 0; bit < 64; bit++) {
		args = (struct mshv_create_partition) { .pt_flags = 1ULL << bit };
		/* Flags that go with another one or another argument */
		if (bit == MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES || bit == MSHV_PT_BIT_X2APIC)
			continue;
		fd = ioctl(device, MSHV_CREATE_PARTITION, &args);
		if ((fd >= 0) != !!(info->flags & args.pt_flags)) {
			printf("# flag %d: returned %d, told %#llx\n", bit, fd, info->flags);
			wrong++;
		}
		if (fd >= 0)
			close(fd);
	}
	ok(!wrong, "creation takes the flags that it is said to take, and no other");
	ok(info->min_size == sizeof(struct mshv_create_partition) &&
	   info->max_size == sizeof(struct mshv_create_partition_v2), "both sizes are told");
	ok(info_of(MSHV_CAP_IRQFD_RESAMPLE)->flags == 1 << MSHV_IRQFD_BIT_RESAMPLE,
	   "a flag tells its bit");
	ok(info_of(MSHV_CAP_IOEVENTFD_PIO)->state == MSHV_CAP_STATE_UNAVAILABLE &&
	   info_of(MSHV_CAP_IOEVENTFD_PIO)->reason == MSHV_CAP_REASON_HYPERVISOR,
	   "what is bound to fail is told as unavailable, with the reason");
}

static int create(int device, struct mshv_create_partition_caps *args)
{
	args->size = sizeof(*args);
	return ioctl(device, MSHV_CREATE_PARTITION_CAPS, args);
}

static void test_create_refuses(int device)
{
	__u32 ids[] = { MSHV_CAP_IRQFD, MSHV_CAP_PT_NESTED_VIRTUALIZATION, 0x12345 };
	struct mshv_create_partition_caps args = {
		.nr_required = 3, .required_ptr = (uintptr_t)ids,
	};
	struct {
		struct mshv_create_partition_caps args;
		__u64 tail;
	} longer = { .args = { .size = sizeof(longer) }, .tail = 1 };

	fails(create(device, &args), EOPNOTSUPP);
	ok(args.missing == MSHV_CAP_PT_NESTED_VIRTUALIZATION, "the first that is missing is named");
	fails(create(device, &args), EINVAL);
	args.missing = 0;
	ids[1] = MSHV_CAP_IRQFD;
	fails(create(device, &args), EOPNOTSUPP);
	ok(args.missing == 0x12345, "so is one that nobody knows");

	args = (struct mshv_create_partition_caps) { .pt_flags = 1ULL << 40 };
	fails(create(device, &args), EOPNOTSUPP);
	args = (struct mshv_create_partition_caps) {
		.pt_flags = 1ULL << MSHV_PT_BIT_NESTED_VIRTUALIZATION };
	fails(create(device, &args), EOPNOTSUPP);
	args = (struct mshv_create_partition_caps) { .pt_isolation = 1 };
	fails(create(device, &args), EOPNOTSUPP);
	args = (struct mshv_create_partition_caps) { .pt_disabled_xsave = 1 };
	fails(create(device, &args), EINVAL);
	args = (struct mshv_create_partition_caps) { .nr_optional = 257 };
	fails(create(device, &args), EINVAL);
	args = (struct mshv_create_partition_caps) {
		.nr_optional = 1, .optional_ptr = (uintptr_t)BAD_POINTER };
	fails(create(device, &args), EFAULT);
	args.size = 16;
	fails(ioctl(device, MSHV_CREATE_PARTITION_CAPS, &args), EINVAL);
	fails(ioctl(device, MSHV_CREATE_PARTITION_CAPS, &longer), E2BIG);
	fails(ioctl(device, MSHV_CREATE_PARTITION_CAPS, BAD_POINTER), EFAULT);
}

/* All eight ways to ask for three */
static void test_combinations(int device)
{
	static const __u32 three[] = { MSHV_CAP_IRQFD, MSHV_CAP_GPAP_DIRTY,
				       MSHV_CAP_VP_REGISTERS_PAGE };
	unsigned int set, i, granted;
	__u32 ids[4];
	int fd;

	for (set = 0; set < 8; set++) {
		struct mshv_create_partition_caps args = { .optional_ptr = (uintptr_t)ids };

		for (i = 0; i < 3; i++)
			if (set & 1 << i)
				ids[args.nr_optional++] = three[i];
		/* One that is not there is no reason to fail. */
		ids[args.nr_optional++] = MSHV_CAP_PT_NESTED_VIRTUALIZATION;
		fd = create(device, &args);
		get_caps(fd);
		for (i = 0, granted = 0; i < 3; i++)
			if (info_of(three[i])->marks & 1 << MSHV_CAP_MARK_BIT_GRANTED)
				granted |= 1 << i;
		ok(fd >= 0 && granted == set &&
		   !(info_of(MSHV_CAP_PT_NESTED_VIRTUALIZATION)->marks &
		     1 << MSHV_CAP_MARK_BIT_GRANTED), "of three, set %u is granted", set);
		close(fd);
	}
}

static int try_irqfd(int partition)
{
	struct mshv_user_irqfd args = { .fd = eventfd(0, 0), .gsi = 5 };
	int ret = ioctl(partition, MSHV_IRQFD, &args), error = errno;

	close(args.fd);
	errno = error;
	return ret;
}

/* What was not asked for works all the same, but not in a partition that wants only what it has. */
static void test_only_granted(int device)
{
	__u32 ids[] = { MSHV_CAP_IOEVENTFD, MSHV_CAP_VP_REGISTERS_PAGE };
	struct mshv_create_partition_caps args = {
		.nr_required = 2, .required_ptr = (uintptr_t)ids,
		.pt_flags = 1 << MSHV_PT_BIT_LAPIC,
	};
	struct mshv_enable_cap enable = { .size = sizeof(enable), .id = MSHV_CAP_ONLY_GRANTED };
	int plain = create(device, &args), strict = create(device, &args), vp;
	void *page;

	ok(!ioctl(plain, MSHV_INITIALIZE_PARTITION), "initialized");
	ok(!try_irqfd(plain), "what is not granted works as it always does");
	fails(ioctl(plain, MSHV_ENABLE_CAP, &enable), EBADFD);

	enable.flags = 1;
	fails(ioctl(strict, MSHV_ENABLE_CAP, &enable), EOPNOTSUPP);
	enable.flags = 0;
	enable.id = 0x12345;
	fails(ioctl(strict, MSHV_ENABLE_CAP, &enable), EOPNOTSUPP);
	enable.id = MSHV_CAP_CORE_API_STABLE;
	fails(ioctl(strict, MSHV_ENABLE_CAP, &enable), EOPNOTSUPP);
	enable.id = MSHV_CAP_IRQFD;
	fails(ioctl(strict, MSHV_ENABLE_CAP, &enable), EINVAL);
	enable.id = MSHV_CAP_ONLY_GRANTED;
	enable.size = 4;
	fails(ioctl(strict, MSHV_ENABLE_CAP, &enable), EINVAL);
	enable.size = sizeof(enable);
	fails(ioctl(strict, MSHV_ENABLE_CAP, BAD_POINTER), EFAULT);
	fails(ioctl(device, MSHV_ENABLE_CAP, &enable), ENOTTY);
	ok(!ioctl(strict, MSHV_ENABLE_CAP, &enable), "only what is granted, from here on");
	ok(!ioctl(strict, MSHV_ENABLE_CAP, &enable), "once more, which does nothing");
	ok(get_caps(strict) > 0 && check(strict, MSHV_CAP_IRQFD) == 1, "questions are answered");

	ok(!ioctl(strict, MSHV_INITIALIZE_PARTITION), "what is base needs no grant");
	fails(try_irqfd(strict), EOPNOTSUPP);
	vp = vp_create(strict, 0);
	page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, vp, 0);
	ok(page != MAP_FAILED, "what is granted works");
	munmap(page, PAGE);
	page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, vp,
		    MSHV_VP_MMAP_OFFSET_INTERCEPT_MESSAGE * PAGE);
	ok(page == MAP_FAILED && errno == EOPNOTSUPP, "a page that is not granted does not");
	close(vp);
	close(strict);
	close(plain);
}

/* --- What is usable works ---------------------------------------------------------------------- */

static struct try {
	int device;
	int partition;
	int vp;
	void *buffer;
} try;

/* Only what is level-triggered has an end to tell of. */
static int try_irqfd_flags(__u32 flag)
{
	struct {
		struct mshv_user_irq_table table;
		struct mshv_user_irq_entry entry;
	} routing = {
		.table.nr = 1,
		.entry = { .gsi = 6, .address_lo = 0xfee00000, .data = 1 << 15 | 0x31 },
	};
	struct mshv_user_irqfd args = { .fd = eventfd(0, 0), .resamplefd = eventfd(0, 0), .gsi = 6 };
	int ret;

	if (flag == MSHV_IRQFD_BIT_RESAMPLE)
		args.flags = 1 << flag;
	ret = ioctl(try.partition, MSHV_SET_MSI_ROUTING, &routing);
	if (!ret)
		ret = ioctl(try.partition, MSHV_IRQFD, &args);
	args.flags = 1 << MSHV_IRQFD_BIT_DEASSIGN;
	if (!ret)
		ret = ioctl(try.partition, MSHV_IRQFD, &args);
	close(args.fd);
	close(args.resamplefd);
	return ret;
}

static int try_ioeventfd_flags(__u32 flag)
{
	struct mshv_user_ioeventfd args = {
		.fd = eventfd(0, 0), .addr = 8 * PAGE, .len = 4, .flags = 1 << flag,
	};
	int ret;

	if (flag == MSHV_IOEVENTFD_BIT_DEASSIGN)
		args.flags = 0;
	ret = ioctl(try.partition, MSHV_IOEVENTFD, &args);
	args.flags |= 1 << MSHV_IOEVENTFD_BIT_DEASSIGN;
	if (!ret)
		ret = ioctl(try.partition, MSHV_IOEVENTFD, &args);
	close(args.fd);
	return ret;
}

static int try_routing(__u32 nr)
{
	struct mshv_user_irq_table args = { .nr = nr };

	return ioctl(try.partition, MSHV_SET_MSI_ROUTING, &args);
}

static int try_bitmap(__u32 type)
{
	struct mshv_gpap_access_bitmap args = {
		.access_type = type, .page_count = 1, .bitmap_ptr = (uintptr_t)try.buffer,
	};

	return ioctl(try.partition, MSHV_GET_GPAP_ACCESS_BITMAP, &args);
}

static int try_state(__u32 type)
{
	struct mshv_get_set_vp_state args = {
		.type = type, .buf_sz = PAGE, .buf_ptr = (uintptr_t)try.buffer,
	};
	int ret = ioctl(try.vp, MSHV_GET_VP_STATE, &args);

	args.buf_sz = PAGE;
	return ret ?: ioctl(try.vp, MSHV_SET_VP_STATE, &args);
}

static int try_page(__u32 page)
{
	void *at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, try.vp, page * PAGE);

	return at == MAP_FAILED ? -1 : munmap(at, PAGE);
}

static int try_creation(__u32 flags)
{
	struct mshv_create_partition_v2 args = {
		.pt_flags = flags, .pt_num_cpu_fbanks = MSHV_NUM_CPU_FEATURES_BANKS,
	};
	int fd = ioctl(try.device, MSHV_CREATE_PARTITION, &args);

	return fd < 0 ? fd : close(fd);
}

static const struct {
	__u32 id;
	int (*run)(__u32 arg);
	__u32 arg;
} tries[] = {
	{ MSHV_CAP_IRQFD, try_irqfd_flags, MSHV_IRQFD_BIT_COUNT },
	{ MSHV_CAP_IRQFD_DEASSIGN, try_irqfd_flags, MSHV_IRQFD_BIT_DEASSIGN },
	{ MSHV_CAP_IRQFD_RESAMPLE, try_irqfd_flags, MSHV_IRQFD_BIT_RESAMPLE },
	{ MSHV_CAP_IOEVENTFD_DATAMATCH, try_ioeventfd_flags, MSHV_IOEVENTFD_BIT_DATAMATCH },
	{ MSHV_CAP_IOEVENTFD_PIO, try_ioeventfd_flags, MSHV_IOEVENTFD_BIT_PIO },
	{ MSHV_CAP_IOEVENTFD_DEASSIGN, try_ioeventfd_flags, MSHV_IOEVENTFD_BIT_DEASSIGN },
	{ MSHV_CAP_SET_MSI_ROUTING, try_routing, 0 },
	{ MSHV_CAP_GPAP_ACCESSED, try_bitmap, MSHV_GPAP_ACCESS_TYPE_ACCESSED },
	{ MSHV_CAP_GPAP_DIRTY, try_bitmap, MSHV_GPAP_ACCESS_TYPE_DIRTY },
	{ MSHV_CAP_VP_STATE_LAPIC, try_state, MSHV_VP_STATE_LAPIC },
	{ MSHV_CAP_VP_STATE_XSAVE, try_state, MSHV_VP_STATE_XSAVE },
	{ MSHV_CAP_VP_STATE_SIMP, try_state, MSHV_VP_STATE_SIMP },
	{ MSHV_CAP_VP_STATE_SIEFP, try_state, MSHV_VP_STATE_SIEFP },
	{ MSHV_CAP_VP_STATE_SYNTHETIC_TIMERS, try_state, MSHV_VP_STATE_SYNTHETIC_TIMERS },
	{ MSHV_CAP_VP_REGISTERS_PAGE, try_page, MSHV_VP_MMAP_OFFSET_REGISTERS },
	{ MSHV_CAP_VP_INTERCEPT_PAGE, try_page, MSHV_VP_MMAP_OFFSET_INTERCEPT_MESSAGE },
	{ MSHV_CAP_VP_CONTROL_PAGE, try_page, MSHV_VP_MMAP_OFFSET_CONTROL },
	{ MSHV_CAP_PT_LAPIC, try_creation, 1 << MSHV_PT_BIT_LAPIC },
	{ MSHV_CAP_PT_X2APIC, try_creation, 1 << MSHV_PT_BIT_LAPIC | 1 << MSHV_PT_BIT_X2APIC },
	{ MSHV_CAP_PT_GPA_SUPER_PAGES, try_creation, 1 << MSHV_PT_BIT_GPA_SUPER_PAGES },
	{ MSHV_CAP_PT_CPU_AND_XSAVE_FEATURES, try_creation,
	  1 << MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES },
	{ MSHV_CAP_PT_NESTED_VIRTUALIZATION, try_creation, 1 << MSHV_PT_BIT_NESTED_VIRTUALIZATION },
	{ MSHV_CAP_PT_SMT_ENABLED_GUEST, try_creation, 1 << MSHV_PT_BIT_SMT_ENABLED_GUEST },
};

/* Each part that can be used is: it works where it is told as usable, and fails where it is not. */
static void test_usable_works(int device)
{
	struct mshv_create_partition args = { .pt_flags = 1 << MSHV_PT_BIT_LAPIC };
	void *memory = pages_new(1);
	unsigned int i;
	int ret;

	try.device = device;
	try.buffer = pages_new(1);
	try.partition = ioctl(device, MSHV_CREATE_PARTITION, &args);
	ok(!ioctl(try.partition, MSHV_INITIALIZE_PARTITION) &&
	   !memory_set(try.partition, memory, 0, PAGE, WRITABLE), "a partition with memory");
	try.vp = vp_create(try.partition, 0);
	get_caps(device);
	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		ret = tries[i].run(tries[i].arg);
		ok(usable(tries[i].id) == !ret, "%#x is %s, and so it is told", tries[i].id,
		   ret ? "refused" : "taken");
	}
	close(try.vp);
	close(try.partition);
}

static unsigned int marks(int fd, __u32 id)
{
	get_caps(fd);
	return info_of(id)->marks;
}

static void test_used(int device)
{
	struct mshv_create_partition_caps args = { .pt_flags = 1 << MSHV_PT_BIT_LAPIC };
	const unsigned int is_used = 1 << MSHV_CAP_MARK_BIT_USED;
	int partition = create(device, &args), vp;
	void *page;

	ok(marks(partition, MSHV_CAP_PT_LAPIC) & is_used, "a flag of the creation is used");
	ok(!(marks(partition, MSHV_CAP_PT_X2APIC) & is_used), "another one is not");
	ioctl(partition, MSHV_INITIALIZE_PARTITION);
	vp = vp_create(partition, 0);
	ok(marks(vp, MSHV_CAP_CREATE_VP) & is_used, "a VP tells of its partition");
	ok(!(marks(vp, MSHV_CAP_VP_REGISTERS_PAGE) & is_used), "the register page is not in use");
	page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, vp, 0);
	ok(marks(vp, MSHV_CAP_VP_REGISTERS_PAGE) & is_used, "the register page is");
	munmap(page, PAGE);
	try_irqfd(partition);
	ok(marks(partition, MSHV_CAP_IRQFD) & is_used, "an irqfd is");
	ok(!(marks(partition, MSHV_CAP_IRQFD_DEASSIGN) & is_used), "its other flag is not");
	ok(!(marks(partition, MSHV_CAP_RUN_VP) & is_used), "no VP has run");
	close(vp);
	close(partition);
}

/* No two ids, names or bits of an ioctl are the same, and all numbers are of one row. */
static void test_ids(int device)
{
	unsigned int i, j, gaps = 0, twice = 0;

	for (i = 0; i < NR_LISTED; i++) {
		gaps += listed[i].id != listed[0].id + i;
		for (j = 0; j < i; j++)
			twice += !strcmp(listed[i].name, listed[j].name);
	}
	ok(!gaps && !twice && listed[0].id == MSHV_CAP_CREATE_PARTITION, "ids have no gaps");
	get_caps(device);
	ok(usable(MSHV_CAP_GET_CAPS) && !info_of(MSHV_CAP_CREATE_PARTITION_CAPS)->reason,
	   "the capability interface tells of itself");
	ok(info_of(MSHV_CAP_HV_PHYSICAL_ADDRESS_WIDTH)->value > 30 &&
	   info_of(MSHV_CAP_HV_PHYSICAL_ADDRESS_WIDTH)->source == MSHV_CAP_SOURCE_HYPERVISOR &&
	   info_of(MSHV_CAP_HW_XSAVE)->source == MSHV_CAP_SOURCE_HARDWARE,
	   "values and sources are told");
}

int main(void)
{
	int device = device_open(), partition, vp;

	test_ids(device);
	test_list(device, "device");
	partition = partition_new(device);
	vp = vp_create(partition, 0);
	test_list(partition, "partition");
	test_list(vp, "VP");
	test_sizes(device);
	test_sizes(vp);
	close(vp);
	close(partition);
	test_flags(device);
	test_usable_works(device);
	test_create_refuses(device);
	test_combinations(device);
	test_only_granted(device);
	test_used(device);
	ok(softhv_counter("partitions") == 0, "no partition is left");
	return done();
}
