// SPDX-License-Identifier: GPL-2.0
/*
 * What a VMM registers for CPUID and for MSRs, and what the guest and the VMM see of it.
 */
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <mshv/hvabi_state.h>
#include <mshv/hvabi_synic.h>
#include "vmm.h"

#define CODE_GPA	0x1000
#define LEAF		0x80000002	/* a piece of the CPU's name */
#define UNKNOWN_MSR	0xc0011999

static int vps[2];

static int result_set(int vp, const struct mhv_input_register_intercept_result *in)
{
	/* The call's own size: the union's has padding behind. */
	return hvcall(vp, MHV_HVCALL_REGISTER_INTERCEPT_RESULT, 0, in,
		      offsetof(struct mhv_input_register_intercept_result, cpuid) +
		      sizeof(struct mhv_cpuid_result_parameters), NULL, 0, NULL);
}

static struct mhv_input_register_intercept_result leaf(__u32 vp_index, __u32 number, __u32 eax)
{
	return (struct mhv_input_register_intercept_result){
		.vp_index = vp_index, .intercept_type = MHV_INTERCEPT_CPUID,
		.cpuid = {
			.leaf = number, .always_override = 1,
			.eax = { eax, ~0U }, .ebx = { 0xb, 0xf }, .ecx = { 3, 0 },
			.edx = { 4, ~0U },
		},
	};
}

static int cpuid(int vp, __u32 index, __u32 number, __u32 subleaf, __u32 flags,
		 struct mhv_cpuid_values *values)
{
	struct {
		struct mhv_input_get_vp_cpuid_values head;
		struct mhv_cpuid_leaf leaf;
	} in = {
		.head = { .vp_index = index, .flags = flags },
		.leaf = { .eax = number, .ecx = subleaf },
	};

	return hvcall(vp, MHV_HVCALL_GET_VP_CPUID_VALUES, 1, &in, sizeof(in), values,
		      sizeof(*values), NULL);
}

static __u32 eax_of(int vp, __u32 number, __u32 subleaf)
{
	struct mhv_cpuid_values values = {};

	cpuid(vps[vp], vp, number, subleaf, MHV_CPUID_VALUES_REGISTERED, &values);
	return values.eax;
}

static void test_registered(void)
{
	struct mhv_input_register_intercept_result in = leaf(0, LEAF, 0x1234);
	struct mhv_cpuid_values plain = {}, values = {};

	ok(!cpuid(vps[0], 0, LEAF, 0, 0, &plain), "what the CPU says");
	ok(!result_set(vps[0], &in), "a result");
	ok(!cpuid(vps[0], 0, LEAF, 0, MHV_CPUID_VALUES_REGISTERED, &values) &&
	   values.eax == 0x1234 && values.ebx == ((plain.ebx & ~0xfU) | 0xb) &&
	   values.ecx == plain.ecx && values.edx == 4, "counts where its masks have bits");
	ok(!cpuid(vps[0], 0, LEAF, 0, 0, &values) && !memcmp(&values, &plain, sizeof(plain)),
	   "what the CPU says is still known");
	ok(eax_of(1, LEAF, 0) == plain.eax, "another VP's is as before");

	in = leaf(MHV_ANY_VP, LEAF, 0x77);
	ok(!result_set(vps[0], &in) && eax_of(1, LEAF, 0) == 0x77, "a result for all VPs");
	ok(eax_of(0, LEAF, 0) == 0x1234, "goes behind a VP's own");
	in = leaf(0, LEAF, 0x55);
	ok(!result_set(vps[0], &in) && eax_of(0, LEAF, 0) == 0x55, "a new result for the old");

	in = leaf(0, 0xb, 1);
	ok(!result_set(vps[0], &in), "a result for all subleaves");
	in = leaf(0, 0xb, 2);
	in.cpuid.subleaf_specific = 1;
	in.cpuid.subleaf = 1;
	ok(!result_set(vps[0], &in) && eax_of(0, 0xb, 0) == 1 && eax_of(0, 0xb, 1) == 2 &&
	   eax_of(0, 0xb, 2) == 1, "and one for one of them");

	for (__u32 i = 0; i < 200; i++) {
		in = leaf(0, 0x40000100 + i, i);
		if (result_set(vps[0], &in))
			ok(false, "result %u", i);
	}
	ok(eax_of(0, 0x40000100, 0) == 0 && eax_of(0, 0x40000100 + 199, 0) == 199,
	   "as many as there are leaves");

	in = leaf(0, 1, 0x600);
	in.cpuid.ecx.value = ~0U;
	in.cpuid.ecx.mask = ~0U;
	ok(!result_set(vps[0], &in) &&
	   !cpuid(vps[0], 0, 1, 0, MHV_CPUID_VALUES_REGISTERED, &values) &&
	   values.eax == 0x600 && !(values.ecx & (1 << 26 | 1 << 5)),
	   "no feature that the hypervisor has not (%#x)", values.ecx);
}

/* All bits registered: those stay that describe, and those that the hypervisor has. */
static __u64 limited(__u32 number, __u32 subleaf, struct mhv_cpuid_values *values)
{
	struct mhv_input_register_intercept_result in = leaf(0, number, ~0U);

	in.cpuid.ebx.value = in.cpuid.ebx.mask = ~0U;
	in.cpuid.ecx.value = in.cpuid.ecx.mask = ~0U;
	in.cpuid.edx.value = in.cpuid.edx.mask = ~0U;
	*values = (struct mhv_cpuid_values){};
	if (result_set(vps[0], &in) ||
	    cpuid(vps[0], 0, number, subleaf, MHV_CPUID_VALUES_REGISTERED, values))
		ok(false, "leaf %#x registered", number);
	return values->eax | values->ebx | values->ecx | values->edx;
}

static void test_limits(void)
{
	static const __u32 empty[] = {
		0x5, 0x9, 0xa, 0xd, 0xf, 0x10, 0x12, 0x14, 0x19, 0x1c, 0x1d, 0x1e, 0x20, 0x23, 0x24,
		0x8000000a, 0x8000001b, 0x8000001c, 0x8000001f, 0x80000020, 0x80000022, 0x80000023,
	};
	struct mhv_cpuid_values values;

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		ok(!limited(empty[i], 0, &values), "leaf %#x stays empty", empty[i]);
	ok(limited(6, 0, &values) == 4, "of leaf 6 only that the APIC's timer runs on");
	limited(7, 0, &values);
	ok(!values.eax && !(values.ebx & (1 << 5 | 1 << 10)) && !(values.edx & 7 << 26),
	   "of leaf 7 neither AVX2, INVPCID nor speculation control");
	ok(!limited(7, 1, &values), "and no other subleaf");
	limited(0x80000007, 0, &values);
	ok(!values.eax && !values.ebx && !values.ecx && !(values.edx & ~(1U << 8)),
	   "of 0x80000007 an invariant TSC at most");
	limited(0x80000008, 0, &values);
	ok((values.eax & 0xff) <= 52 && values.eax >> 8 == 48 && !values.ebx && !values.edx &&
	   values.ecx, "of 0x80000008 no more bits of address, no barriers, but threads (%#x)",
	   values.eax);
	limited(0x80000021, 0, &values);
	ok(!(values.eax & (1 << 7 | 1 << 8 | 1 << 17 | 3 << 27)) && !values.ebx,
	   "of 0x80000021 nothing that has an MSR or is a barrier");
	ok(limited(0x80000005, 0, &values) == ~0U && limited(0x4000000a, 0, &values) == ~0U,
	   "caches, and a hypervisor's leaf, are what was registered");
}

static void test_bad_input(void)
{
	struct mhv_input_register_intercept_result in = leaf(2, LEAF, 1);
	struct mhv_cpuid_values values;

	fails(result_set(vps[0], &in), EINVAL);
	in = leaf(0, LEAF, 1);
	in.intercept_type = MHV_INTERCEPT_EXCEPTION;
	fails(result_set(vps[0], &in), EINVAL);
	in = leaf(0, LEAF, 1);
	in.cpuid.subleaf_specific = 2;
	fails(result_set(vps[0], &in), EINVAL);
	in = leaf(0, LEAF, 1);
	in.cpuid.always_override = 2;
	fails(result_set(vps[0], &in), EINVAL);
	in = leaf(0, LEAF, 1);
	in.cpuid.padding = 1;
	fails(result_set(vps[0], &in), EINVAL);
	in = (struct mhv_input_register_intercept_result){
		.intercept_type = MHV_INTERCEPT_MSR, .msr = { .msr = UNKNOWN_MSR },
	};
	fails(result_set(vps[0], &in), EINVAL);
	in.msr.access_type = MHV_INTERCEPT_ACCESS_READ;
	in.msr.action = 2;
	fails(result_set(vps[0], &in), EINVAL);
	fails(cpuid(vps[0], 2, LEAF, 0, 0, &values), EINVAL);
	fails(cpuid(vps[0], 0, LEAF, 0, 4, &values), EINVAL);
}

/* CPUID, RDMSR of an MSR that is not known, and a port; another port in the handler of #GP. */
#define PORT_END	0xe9
#define PORT_FAULT	0xea
#define HANDLER_GPA	0x500
#define GP_VECTOR_GPA	(13 * 4)
static const __u8 handler[] = {
	0xe6, PORT_FAULT,			/* out %al, $PORT_FAULT */
};

static const __u8 code[] = {
	0x66, 0xb8, 0x02, 0x00, 0x00, 0x80,	/* mov $LEAF, %eax */
	0x0f, 0xa2,				/* cpuid */
	0x66, 0x89, 0xc6,			/* mov %eax, %esi */
	0x66, 0xb9, 0x99, 0x19, 0x01, 0xc0,	/* mov $UNKNOWN_MSR, %ecx */
	0x0f, 0x32,				/* rdmsr */
	0xe6, PORT_END,				/* out %al, $PORT_END */
};

/* The message, or the port if it is about one */
static __u32 run(__u64 *rsi)
{
	union mhv_register_value stack = { .reg64 = 2 * PAGE };
	struct mhv_message message = {};
	const struct mhv_io_port_intercept *io = (const void *)message.payload;

	*rsi = 0;
	if (register_set(vps[0], 0, MHV_REG_RSP, &stack) || vp_start(vps[0], 0, CODE_GPA) ||
	    ioctl(vps[0], MSHV_RUN_VP, &message))
		return MHV_MSG_NONE;
	if (message.header.message_type != MHV_MSG_X64_IO_PORT_INTERCEPT)
		return message.header.message_type;
	*rsi = io->rsi;
	return io->port;
}

static void test_guest(int partition)
{
	struct mhv_input_register_intercept_result in = {
		.intercept_type = MHV_INTERCEPT_MSR,
		.msr = { .msr = UNKNOWN_MSR, .access_type = MHV_INTERCEPT_ACCESS_READ,
			 .action = MHV_UNIMPLEMENTED_MSR_IGNORE_WRITE_READ_ZERO },
	};
	struct mhv_input_install_intercept intercept = {
		.access_type_mask = MHV_INTERCEPT_ACCESS_EXECUTE,
		.intercept_type = MHV_INTERCEPT_CPUID, .intercept_parameter = LEAF,
	};
	char *memory = pages_new(2);
	__u64 rsi = 0;

	memcpy(memory + CODE_GPA, code, sizeof(code));
	memcpy(memory + HANDLER_GPA, handler, sizeof(handler));
	*(__u32 *)(memory + GP_VECTOR_GPA) = HANDLER_GPA;
	ok(!memory_set(partition, memory, 0, 2 * PAGE, WRITABLE | EXECUTABLE), "memory");
	ok(!result_set(vps[0], &in), "a result for an MSR");
	ok(run(&rsi) == PORT_END && rsi == 0x55, "a guest sees both");

	hvcall(partition, MHV_HVCALL_INSTALL_INTERCEPT, 0, &intercept, sizeof(intercept), NULL, 0,
	       NULL);
	ok(run(&rsi) == PORT_END && rsi == 0x55,
	   "also where the VMM intercepts the leaf");
	in = leaf(0, LEAF, 0x66);
	in.cpuid.always_override = 0;
	result_set(vps[0], &in);
	ok(run(&rsi) == MHV_MSG_X64_CPUID_INTERCEPT, "unless the result does not override that");

	in = (struct mhv_input_register_intercept_result){
		.intercept_type = MHV_INTERCEPT_MSR,
		.msr = { .msr = UNKNOWN_MSR, .access_type = MHV_INTERCEPT_ACCESS_READ,
			 .action = MHV_UNIMPLEMENTED_MSR_FAULT },
	};
	result_set(vps[0], &in);
	in = leaf(0, LEAF, 0x66);
	result_set(vps[0], &in);
	ok(run(&rsi) == PORT_FAULT, "an MSR that is to fault does");
}

int main(void)
{
	int device = device_open();
	int partition = partition_new(device);

	vps[0] = vp_create(partition, 0);
	vps[1] = vp_create(partition, 1);
	test_registered();
	test_limits();
	test_bad_input();
	test_guest(partition);
	close(vps[0]);
	close(vps[1]);
	close(partition);
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
