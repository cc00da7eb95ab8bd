// SPDX-License-Identifier: GPL-2.0
/*
 * Making and taking apart of the machine, see vm.h: the calls to the driver in their order. Nothing
 * here runs a VP.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "caps/capnames.h"
#include "err.h"
#include "hvcall.h"
#include "regs.h"
#include "vm.h"

#include <linux/mshv.h>

#define DEVICE	"/dev/mshv"

static bool open_device(struct vm *vm)
{
	vm->device = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (vm->device >= 0)
		return true;
	switch (errno) {
	case ENOENT:
		err(DEVICE ": not there; modprobe mshv, and also softhv without a Microsoft hypervisor");
		break;
	case EACCES:
	case EPERM:
		err_errno(DEVICE ": cannot open; run as root");
		break;
	case ENODEV:
	case ENXIO:
		err_errno(DEVICE ": there is no hypervisor; modprobe softhv");
		break;
	default:
		err_errno(DEVICE ": cannot open");
	}
	return false;
}

/* More than are ever asked for */
#define MAX_WANTED	8

/* What the machine cannot do without; the driver's base goes without saying. */
static unsigned int required_caps(const struct vm *vm, __u32 *ids)
{
	unsigned int nr = 0;

	if (vm->options->apic)
		ids[nr++] = MSHV_CAP_PT_LAPIC;
	if (vm->options->x2apic)
		ids[nr++] = MSHV_CAP_PT_X2APIC;
	return nr;
}

static bool check_caps(const struct vm *vm, const __u32 *ids, unsigned int nr)
{
	const struct mshv_cap_info *missing = hostcaps_missing(&vm->caps, ids, nr);
	char room[NAME_SIZE];

	if (!vm->caps.told || !missing)
		return true;
	err("%s: %s, but needed for what is asked for: %s; see mshvcaps list",
	    cap_name(missing->id, room), cap_state_name(missing->state),
	    cap_reason_text(missing->reason));
	return false;
}

/* By capabilities where the driver has them, else as it was always done. */
static int create_by_caps(const struct vm *vm, __u64 flags, const __u32 *required,
			  unsigned int nr_required)
{
	static const __u32 optional[] = { MSHV_CAP_VP_REGISTERS_PAGE, MSHV_CAP_VP_CONTROL_PAGE };
	struct mshv_create_partition_caps by_caps = {
		.size = sizeof(by_caps),
		.nr_required = nr_required,
		.required_ptr = (uintptr_t)required,
		.nr_optional = sizeof(optional) / sizeof(optional[0]),
		.optional_ptr = (uintptr_t)optional,
		.pt_flags = flags,
	};
	struct mshv_create_partition plain = { .pt_flags = flags };

	if (hostcaps_usable(&vm->caps, MSHV_CAP_CREATE_PARTITION_CAPS))
		return ioctl(vm->device, MSHV_CREATE_PARTITION_CAPS, &by_caps);
	return ioctl(vm->device, MSHV_CREATE_PARTITION, &plain);
}

static bool set_synthetic_features(struct vm *vm)
{
	struct mhv_input_set_partition_property in = {
		.property_code = MHV_PROP_SYNTHETIC_PROC_FEATURES,
		.property_value = vm->options->synthetic,
	};
	struct hvcall call = {
		.code = MHV_HVCALL_SET_PARTITION_PROPERTY,
		.what = "SET_PARTITION_PROPERTY of the synthetic processor features",
		.in = &in,
		.in_bytes = sizeof(in),
	};

	return !vm->options->synthetic || hvcall(vm->fd, &call);
}

static bool create_partition(struct vm *vm)
{
	__u32 required[MAX_WANTED];
	unsigned int nr = required_caps(vm, required);
	__u64 flags = 0;

	if (!hostcaps_get(vm->device, &vm->caps)) {
		err_errno(DEVICE ": does not tell its capabilities");
		return false;
	}
	if (!check_caps(vm, required, nr))
		return false;
	if (vm->options->apic)
		flags |= 1ULL << MSHV_PT_BIT_LAPIC;
	if (vm->options->x2apic)
		flags |= 1ULL << MSHV_PT_BIT_X2APIC;
	vm->fd = create_by_caps(vm, flags, required, nr);
	if (vm->fd < 0) {
		if (errno == ENODEV)
			err_errno("no partition: there is no hypervisor; modprobe softhv");
		else
			err_errno("no partition; the kernel's log may say why");
		return false;
	}
	if (!set_synthetic_features(vm))
		return false;
	if (ioctl(vm->fd, MSHV_INITIALIZE_PARTITION)) {
		err_errno("cannot initialize the partition; the kernel's log may say why");
		return false;
	}
	return true;
}

/* At a multiple of a large page, so that the guest can have such pages where the kernel has them */
static __u8 *map_pages(size_t bytes)
{
	const size_t align = 1UL << MHV_LARGE_PAGE_SHIFT;
	__u8 *at = mmap(NULL, bytes + align, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
	size_t before;

	if (at == MAP_FAILED) {
		err_errno("%zu MiB of guest memory; try a smaller --mem", bytes >> 20);
		return NULL;
	}
	before = align - (uintptr_t)at % align;
	munmap(at, before);
	if (before < align)
		munmap(at + before + bytes, align - before);
	return at + before;
}

static bool give_memory(struct vm *vm, __u64 gpa, __u8 *at, size_t bytes, unsigned int flags)
{
	struct mshv_user_mem_region region = {
		.size = bytes,
		.guest_pfn = gpa >> MHV_PAGE_SHIFT,
		.userspace_addr = (uintptr_t)at,
		.flags = flags | 1 << MSHV_SET_MEM_BIT_EXECUTABLE,
	};

	if (!ioctl(vm->fd, MSHV_SET_GUEST_MEMORY, &region))
		return true;
	err_errno("%zu bytes of guest memory at %#llx; try a smaller --mem", bytes, gpa);
	return false;
}

static bool create_memory(struct vm *vm)
{
	const unsigned int writable = 1 << MSHV_SET_MEM_BIT_WRITABLE;
	__u64 above = VM_ROM_GPA + VM_ROM_BYTES;
	__u64 bytes = vm->options->mem_bytes;

	vm->ram = map_pages(bytes);
	vm->rom = map_pages(VM_ROM_BYTES);
	if (!vm->ram || !vm->rom)
		return false;
	strcpy((char *)vm->rom, "mshvrun: read-only memory");
	return give_memory(vm, 0, vm->ram, VM_ROM_GPA, writable) &&
		give_memory(vm, VM_ROM_GPA, vm->rom, VM_ROM_BYTES, 0) &&
		give_memory(vm, above, vm->ram + above, bytes - above, writable);
}

/* Where an image may lie: in one piece of RAM, below the stacks. */
static bool image_fits(const struct vm *vm, __u64 bytes)
{
	__u64 stacks = vm->options->mem_bytes - vm->nr_vps * VM_STACK_BYTES;
	__u64 begin = vm->options->load_gpa;
	__u64 limit = begin < VM_ROM_GPA ? VM_ROM_GPA : stacks;

	if (begin >= VM_ROM_GPA && begin < VM_ROM_GPA + VM_ROM_BYTES) {
		err("--load %#llx: read-only memory is there; choose another address", begin);
		return false;
	}
	if (begin < limit && bytes <= limit - begin)
		return true;
	err("%s: %llu bytes at %#llx do not fit below %#llx; choose another --load, or more --mem",
	    vm->options->image, bytes, begin, limit);
	return false;
}

static bool load_image(struct vm *vm)
{
	const char *image = vm->options->image;
	__u8 *to = vm->ram + vm->options->load_gpa;
	struct stat stat;
	ssize_t got = 0;
	int fd;

	fd = open(image, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &stat)) {
		err_errno("%s: cannot read the guest's image", image);
		goto fail;
	}
	if (!S_ISREG(stat.st_mode) || !stat.st_size) {
		err("%s: no guest image: it is empty or not a file", image);
		goto fail;
	}
	if (!image_fits(vm, stat.st_size))
		goto fail;
	for (off_t at = 0; at < stat.st_size; at += got) {
		got = read(fd, to + at, stat.st_size - at);
		if (got <= 0) {
			err("%s: only %jd of %jd bytes can be read", image, (intmax_t)at,
			    (intmax_t)stat.st_size);
			goto fail;
		}
	}
	close(fd);
	return true;

fail:
	if (fd >= 0)
		close(fd);
	return false;
}

/* Without the page VPs are got out of the guest by signals alone. */
static struct mshv_vp_control *vp_map_control(const struct vm *vm, int fd)
{
	void *page;

	if (!hostcaps_usable(&vm->caps, MSHV_CAP_VP_CONTROL_PAGE))
		return NULL;
	page = mmap(NULL, MHV_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    MSHV_VP_MMAP_OFFSET_CONTROL * sysconf(_SC_PAGE_SIZE));
	return page == MAP_FAILED ? NULL : page;
}

static bool create_vp(struct vm *vm, struct vp *vp)
{
	struct mshv_create_vp args = { .vp_index = vp->index };
	const struct vm_options *options = vm->options;
	__u64 gpr[MHV_NR_GPRS] = {
		[MHV_RCX] = options->arg,
		[MHV_RBX] = options->mem_bytes,
		[MHV_RSI] = vm->nr_vps,
		[MHV_RDI] = vp->index,
		[MHV_RSP] = options->mem_bytes - vp->index * VM_STACK_BYTES,
	};
	void *page = MAP_FAILED;

	vp->fd = ioctl(vm->fd, MSHV_CREATE_VP, &args);
	if (vp->fd < 0) {
		err_errno("no VP %u; try fewer --vps", vp->index);
		return false;
	}
	if (!vm->caps.told || hostcaps_usable(&vm->caps, MSHV_CAP_VP_REGISTERS_PAGE))
		page = mmap(NULL, MHV_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, vp->fd,
			    MSHV_VP_MMAP_OFFSET_REGISTERS * sysconf(_SC_PAGE_SIZE));
	/* Not every hypervisor has one; hypercalls do as well. */
	if (page != MAP_FAILED)
		vp->page = page;
	vp->control = vp_map_control(vm, vp->fd);
	return regs_start(vp, gpr, options->load_gpa);
}

static bool install_intercept(struct vm *vm, const struct vm_intercept *intercept)
{
	struct mhv_input_install_intercept in = {
		.intercept_type = intercept->type,
		.intercept_parameter = intercept->parameter,
		.access_type_mask = intercept->type == MHV_INTERCEPT_MSR_INDEX ?
			MHV_INTERCEPT_ACCESS_READ | MHV_INTERCEPT_ACCESS_WRITE :
			MHV_INTERCEPT_ACCESS_EXECUTE,
	};
	char what[80];
	struct hvcall call = {
		.code = MHV_HVCALL_INSTALL_INTERCEPT,
		.what = what,
		.in = &in,
		.in_bytes = sizeof(in),
	};

	snprintf(what, sizeof(what), "INSTALL_INTERCEPT of type %u, parameter %#llx",
		 intercept->type, intercept->parameter);
	return hvcall(vm->fd, &call);
}

bool vm_create(struct vm *vm, const struct vm_options *options)
{
	unsigned int i;

	memset(vm, 0, sizeof(*vm));
	vm->options = options;
	vm->device = -1;
	vm->fd = -1;
	vm->exit_code = -1;
	pthread_mutex_init(&vm->devices.lock, NULL);
	vm->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	vm->vps = calloc(options->nr_vps, sizeof(*vm->vps));
	if (vm->event < 0 || !vm->vps) {
		err_errno("cannot prepare %u VPs", options->nr_vps);
		return false;
	}
	vm->nr_vps = options->nr_vps;
	for (i = 0; i < vm->nr_vps; i++) {
		vm->vps[i].vm = vm;
		vm->vps[i].index = i;
		vm->vps[i].fd = -1;
	}

	if (!open_device(vm) || !create_partition(vm) || !create_memory(vm) || !load_image(vm))
		return false;
	for (i = 0; i < options->nr_intercepts; i++) {
		if (!install_intercept(vm, &options->intercepts[i]))
			return false;
	}
	for (i = 0; i < vm->nr_vps; i++) {
		if (!create_vp(vm, &vm->vps[i]))
			return false;
	}
	return true;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void vm_destroy(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < vm->nr_vps; i++) {
		if (vm->vps[i].page)
			munmap(vm->vps[i].page, MHV_PAGE_SIZE);
		if (vm->vps[i].control)
			munmap((void *)vm->vps[i].control, MHV_PAGE_SIZE);
		close_fd(vm->vps[i].fd);
	}
	close_fd(vm->fd);
	close_fd(vm->device);
	close_fd(vm->event);
	if (vm->ram)
		munmap(vm->ram, vm->options->mem_bytes);
	if (vm->rom)
		munmap(vm->rom, VM_ROM_BYTES);
	free(vm->vps);
	pthread_mutex_destroy(&vm->devices.lock);
}
