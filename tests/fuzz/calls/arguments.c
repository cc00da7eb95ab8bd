// SPDX-License-Identifier: GPL-2.0
/*
 * Arguments of ioctls: mostly what makes sense, so that calls get far, then damaged in some places;
 * sometimes nothing but chance. An ioctl that is not known here gets chance.
 */
#include <stdint.h>
#include <string.h>
#include "calls.h"
#include "vmm.h"

static const __u32 register_names[] = {
#define MSHV_REGISTER(name, NAME) name,
#include <mshv/registers.def>
};

static const __u16 codes[] = {
#define MSHV_HYPERCALL(code, name) code,
#include <mshv/hypercalls.def>
};

static const __u32 properties[] = {
	MHV_PROP_PRIVILEGE_FLAGS, MHV_PROP_SYNTHETIC_PROC_FEATURES, MHV_PROP_TIME_FREEZE,
	MHV_PROP_REFERENCE_TIME, MHV_PROP_PROCESSORS_PER_SOCKET, MHV_PROP_GPA_PAGE_ACCESS_TRACKING,
	MHV_PROP_UNIMPLEMENTED_MSR_ACTION, MHV_PROP_PROCESSOR_VENDOR,
	MHV_PROP_PROCESSOR_XSAVE_FEATURES, MHV_PROP_CL_FLUSH_SIZE, MHV_PROP_XSAVE_STATES,
	MHV_PROP_MAX_XSAVE_DATA_SIZE, MHV_PROP_PROCESSOR_CLOCK_FREQUENCY,
	MHV_PROP_PROCESSOR_FEATURES0, MHV_PROP_PROCESSOR_FEATURES1, MHV_PROP_GUEST_OS_ID,
	MHV_PROP_VMM_CAPABILITIES, MHV_PROP_ASSIGNABLE_SYNTHETIC_PROC_FEATURES,
};

/* Marsaglia's xorshift64*, whose numbers of 32 bits are good enough */
__u64 random_next(struct thread *thread)
{
	__u64 x = thread->random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	thread->random = x;
	return x * 0x2545f4914f6cdd1dULL;
}

__u64 random_below(struct thread *thread, __u64 below)
{
	return (random_next(thread) >> 16) % below;
}

bool one_in(struct thread *thread, unsigned int n)
{
	return !random_below(thread, n);
}

#define PICK(thread, array)	((array)[random_below(thread, COUNT(array))])

/* A descriptor of a kind, or in rare cases of any; -1 if there is none */
int random_fd(struct thread *thread, enum kind kind)
{
	struct slot *slots = thread->process->slots;
	size_t i, first = random_below(thread, NR_SLOTS);

	if (kind == KIND_ANY || one_in(thread, 16))
		return slots[first].fd;
	for (i = 0; i < NR_SLOTS; i++) {
		const struct slot *slot = &slots[(first + i) % NR_SLOTS];

		if ((enum kind)slot->kind == kind)
			return slot->fd;
	}
	return -1;
}

static __u64 random_pointer(struct thread *thread)
{
	static const __u64 bad[] = { 0, 8, KERNEL_ADDRESS, 1ULL << 47, (1ULL << 47) - PAGE, ~0ULL };

	switch (random_below(thread, 8)) {
	case 0:
		return PICK(thread, bad);
	case 1:
		/* It ends where there is no memory. */
		return (uintptr_t)thread->pointed + ARGUMENT_BYTES - random_below(thread, 64);
	case 2:
		return (uintptr_t)thread->process->guest + random_below(thread, GUEST_PAGES) * PAGE;
	case 3:
		return (uintptr_t)thread->process->pages[random_below(thread, 8)];
	default:
		return (uintptr_t)thread->pointed;
	}
}

/* A number of which somebody may have thought too little */
__u64 random_value(struct thread *thread)
{
	switch (random_below(thread, 12)) {
	case 0:
		return 0;
	case 1:
		return ~0ULL >> random_below(thread, 64);
	case 2:
		return (1ULL << random_below(thread, 64)) - random_below(thread, 3) + 1;
	case 3:
		return PICK(thread, register_names);
	case 4:
		return PICK(thread, properties);
	case 5:
		return PAGE * random_below(thread, 4096);
	case 6:
		return random_pointer(thread);
	case 7:
		return random_fd(thread, KIND_ANY);
	case 8:
		return random_next(thread);
	default:
		return random_below(thread, 16);
	}
}

static void fill(struct thread *thread, void *at, size_t bytes)
{
	__u8 *to = at;
	size_t i, width;
	__u64 value;

	for (i = 0; i < bytes; i += width) {
		width = 1 << random_below(thread, 4);
		if (width > bytes - i)
			width = 1;
		value = random_value(thread);
		memcpy(to + i, &value, width);
	}
}

/* Some places of it become something else. */
static void damage(struct thread *thread, void *at, size_t bytes)
{
	size_t times = 1 + random_below(thread, 3), width, offset;
	__u64 value;

	while (times--) {
		width = 1 << random_below(thread, 4);
		if (width > bytes)
			width = 1;
		offset = random_below(thread, bytes / width) * width;
		value = random_value(thread);
		memcpy((__u8 *)at + offset, &value, width);
	}
}

static void make_partition(struct thread *thread, void *at)
{
	struct mshv_create_partition_v2 *args = at;

	args->pt_flags = random_below(thread, 1 << MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES);
	if (one_in(thread, 4)) {
		args->pt_flags |= 1 << MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES;
		args->pt_num_cpu_fbanks = MSHV_NUM_CPU_FEATURES_BANKS;
		args->pt_cpu_fbanks[0] = random_next(thread) & random_next(thread);
		args->pt_cpu_fbanks[1] = random_next(thread) & random_next(thread);
		args->pt_disabled_xsave = random_below(thread, 4);
	}
}

static void make_memory(struct thread *thread, void *at)
{
	struct mshv_user_mem_region *args = at;
	__u64 first = random_below(thread, GUEST_PAGES);
	__u64 pages = 1 + random_below(thread, GUEST_PAGES - first);

	/* Guests' code is where they begin; regions that are unmapped are likely to be the same. */
	if (!one_in(thread, 3)) {
		first = 256 * random_below(thread, 4);
		pages = 256;
	}
	args->size = pages * PAGE;
	args->guest_pfn = first;
	args->userspace_addr = (uintptr_t)thread->process->guest + first * PAGE;
	args->flags = one_in(thread, 4) ? UNMAP : random_below(thread, 4);
}

static void make_irqs(struct thread *thread, const struct request *request, void *at)
{
	struct mshv_user_irq_table *table = at;
	struct mshv_user_irqfd *irqfd = at;
	__u32 i;

	if (request->number == MSHV_IRQFD) {
		irqfd->fd = random_fd(thread, KIND_EVENT);
		irqfd->gsi = random_below(thread, 4);
		irqfd->flags = random_below(thread, 8) < 5 ? 0 : random_below(thread, 4);
		irqfd->resamplefd = random_fd(thread, KIND_EVENT);
		return;
	}
	table->nr = random_below(thread, 5);
	for (i = 0; i < table->nr; i++) {
		table->entries[i].gsi = i;
		table->entries[i].address_lo = 0xfee00000 | random_below(thread, 4) << 12 |
					       random_below(thread, 4) << 2;
		table->entries[i].data = random_below(thread, 1 << 16);
	}
}

static void make_ioeventfd(struct thread *thread, void *at)
{
	struct mshv_user_ioeventfd *args = at;

	args->datamatch = random_below(thread, 4);
	args->addr = 0x10000 + random_below(thread, 8) * 8;
	args->len = 1 << random_below(thread, 4);
	args->fd = random_fd(thread, KIND_EVENT);
	args->flags = random_below(thread, 8);
	if (one_in(thread, 2))
		args->flags &= ~(1u << MSHV_IOEVENTFD_BIT_PIO);
}

static void make_bitmap(struct thread *thread, void *at)
{
	struct mshv_gpap_access_bitmap *args = at;

	args->access_type = random_below(thread, MSHV_GPAP_ACCESS_TYPE_COUNT);
	args->access_op = random_below(thread, MSHV_GPAP_ACCESS_OP_COUNT);
	args->gpap_base = 256 * random_below(thread, 4);
	args->page_count = 1 + random_below(thread, 512);
	args->bitmap_ptr = random_pointer(thread);
}

static void make_state(struct thread *thread, void *at)
{
	struct mshv_get_set_vp_state *args = at;

	args->type = random_below(thread, MSHV_VP_STATE_COUNT);
	args->buf_sz = PAGE * (1 + one_in(thread, 4));
	args->buf_ptr = one_in(thread, 4) ? random_pointer(thread) : (uintptr_t)thread->pointed;
}

static void make_caps(struct thread *thread, const struct request *request, void *at)
{
	static const __u32 ids[] = {
		MSHV_CAP_ONLY_GRANTED, MSHV_CAP_CREATE_VP, MSHV_CAP_VP_CONTROL_PAGE,
		MSHV_CAP_SET_GUEST_MEMORY, 0x1ff,
	};
	struct mshv_create_partition_caps *create = at;
	struct mshv_enable_cap *enable = at;
	struct mshv_get_caps *get = at;
	__u32 *list = (__u32 *)thread->pointed;
	size_t i;

	for (i = 0; i < 8; i++)
		list[i] = one_in(thread, 2) ? 0x100 + random_below(thread, 0x40) : PICK(thread, ids);
	switch (request->number) {
	case MSHV_GET_CAPS:
		*get = (struct mshv_get_caps){
			.size = sizeof(*get), .entry_size = sizeof(struct mshv_cap_info),
			.nr = random_below(thread, 100), .entries_ptr = random_pointer(thread),
		};
		break;
	case MSHV_ENABLE_CAP:
		*enable = (struct mshv_enable_cap){ .size = sizeof(*enable), .id = PICK(thread, ids) };
		break;
	case MSHV_CREATE_PARTITION_CAPS:
		*create = (struct mshv_create_partition_caps){
			.size = sizeof(*create), .nr_required = random_below(thread, 2),
			.nr_optional = random_below(thread, 9), .required_ptr = (uintptr_t)list,
			.optional_ptr = (uintptr_t)list, .pt_flags = random_below(thread, 8),
		};
		break;
	}
}

/* What a segment, a table or another register of a guest may be */
static void register_value(struct thread *thread, union mhv_register_value *value)
{
	fill(thread, value, sizeof(*value));
	if (one_in(thread, 2))
		value->segment = (struct mhv_segment){ .limit = ~0u, .attributes = 0x809b };
	else if (one_in(thread, 2))
		value->reg128 = (struct mhv_u128){ .low = random_below(thread, GUEST_PAGES * PAGE) };
}

/* The input of a hypercall, whose first eight bytes are the driver's; and the sizes for it */
static void make_input(struct thread *thread, struct mshv_root_hvcall *args, __u8 *input)
{
	struct mhv_input_set_vp_registers *set = (void *)input;
	struct mhv_input_get_vp_registers *get = (void *)input;
	struct mhv_input_get_partition_property *property = (void *)input;
	__u16 reps = 1 + random_below(thread, one_in(thread, 2) ? 1 : 8), i;

	fill(thread, input, 512);
	args->reps = reps;
	args->in_sz = 8 * (1 + random_below(thread, 8));
	args->out_sz = 8 * random_below(thread, 32);
	switch (args->code) {
	case MHV_HVCALL_SET_VP_REGISTERS:
		*set = (struct mhv_input_set_vp_registers){ .vp_index = random_below(thread, 2) };
		for (i = 0; i < reps; i++) {
			set->elements[i] = (struct mhv_register_assoc){
				.name = PICK(thread, register_names),
			};
			register_value(thread, &set->elements[i].value);
		}
		args->in_sz = sizeof(*set) + reps * sizeof(set->elements[0]);
		args->out_sz = 0;
		break;
	case MHV_HVCALL_GET_VP_REGISTERS:
		*get = (struct mhv_input_get_vp_registers){ .vp_index = random_below(thread, 2) };
		for (i = 0; i < reps; i++)
			get->names[i] = PICK(thread, register_names);
		args->in_sz = sizeof(*get) + reps * sizeof(get->names[0]);
		args->out_sz = reps * sizeof(union mhv_register_value);
		break;
	case MHV_HVCALL_GET_PARTITION_PROPERTY:
	case MHV_HVCALL_GET_PARTITION_PROPERTY_EX:
	case MHV_HVCALL_SET_PARTITION_PROPERTY:
		*property = (struct mhv_input_get_partition_property){
			.property_code = PICK(thread, properties),
		};
		args->reps = 0;
		args->in_sz = args->code == MHV_HVCALL_GET_PARTITION_PROPERTY ? 16 : 24;
		args->out_sz = args->code == MHV_HVCALL_SET_PARTITION_PROPERTY ? 0 : 8;
		break;
	default:
		if (one_in(thread, 2))
			args->reps = 0;
	}
}

static void make_hypercall(struct thread *thread, void *at)
{
	static const __u16 likely[] = {
		MHV_HVCALL_SET_VP_REGISTERS, MHV_HVCALL_GET_VP_REGISTERS,
		MHV_HVCALL_SET_PARTITION_PROPERTY, MHV_HVCALL_GET_PARTITION_PROPERTY,
		MHV_HVCALL_INSTALL_INTERCEPT, MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS,
	};
	struct mshv_root_hvcall *args = at;

	args->code = one_in(thread, 2) ? PICK(thread, likely) : PICK(thread, codes);
	make_input(thread, args, thread->pointed);
	args->in_ptr = (uintptr_t)thread->pointed;
	if (one_in(thread, 8))
		args->in_ptr = random_pointer(thread);
	if (args->out_sz)
		args->out_ptr = (uintptr_t)thread->pointed + PAGE;
}

static void make_sense(struct thread *thread, const struct request *request, void *at)
{
	switch (request->number) {
	case MSHV_CREATE_PARTITION:
		make_partition(thread, at);
		break;
	case MSHV_CREATE_VP:
		*(__u32 *)at = random_below(thread, 4);
		break;
	case MSHV_SET_GUEST_MEMORY:
		make_memory(thread, at);
		break;
	case MSHV_IRQFD:
	case MSHV_SET_MSI_ROUTING:
		make_irqs(thread, request, at);
		break;
	case MSHV_IOEVENTFD:
		make_ioeventfd(thread, at);
		break;
	case MSHV_GET_GPAP_ACCESS_BITMAP:
		make_bitmap(thread, at);
		break;
	case MSHV_ROOT_HVCALL:
		make_hypercall(thread, at);
		break;
	case MSHV_GET_VP_STATE:
	case MSHV_SET_VP_STATE:
		make_state(thread, at);
		break;
	case MSHV_GET_CAPS:
	case MSHV_CREATE_PARTITION_CAPS:
	case MSHV_ENABLE_CAP:
		make_caps(thread, request, at);
		break;
	default:
		fill(thread, at, 256);
	}
}

/* Where the argument of a call is: the memory that it needs, or what a caller may pass instead */
void *argument_make(struct thread *thread, const struct request *request)
{
	size_t bytes = _IOC_SIZE(request->number) ?: 128;

	memset(thread->arguments, 0, 512);
	if (one_in(thread, 8)) {
		fill(thread, thread->arguments, 256);
	} else {
		make_sense(thread, request, thread->arguments);
		if (one_in(thread, 3))
			damage(thread, thread->arguments, bytes);
	}
	if (!one_in(thread, 16))
		return thread->arguments;
	return (void *)(uintptr_t)random_pointer(thread);
}
