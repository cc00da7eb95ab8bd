// SPDX-License-Identifier: GPL-2.0
/*
 * The intercepts of a guest: what INSTALL_INTERCEPT accepts, and each message that a guest of a few
 * bytes can cause, with what it says. Guests that run to an end of their own are in tests/guests.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <mshv/hvabi_synic.h>
#include "vmm.h"

#define CODE_GPA	0x1000
#define MEMORY_PAGES	16
#define READ_ONLY_GPA	0x20000
#define NOWHERE_GPA	0x30000
#define VECTOR_BP	3
#define VECTOR_UD	6

/* out %al, $0x10; where every guest here that has nothing else to do ends */
#define END		0xe6, 0x10

static int partition, vp;
static __u8 *memory;
static struct mhv_message message;

static int install(__u32 type, __u64 parameter, __u32 access)
{
	struct mhv_input_install_intercept in = {
		.access_type_mask = access, .intercept_type = type,
		.intercept_parameter = parameter,
	};

	return hvcall(partition, MHV_HVCALL_INSTALL_INTERCEPT, 0, &in, sizeof(in), NULL, 0, NULL);
}

static void set(__u32 name, __u64 value)
{
	union mhv_register_value number = { .reg64 = value };

	if (register_set(vp, 0, name, &number))
		ok(false, "register %#x set to %#llx", name, value);
}

static void set_data_segment(__u64 base)
{
	union mhv_register_value ds = {
		.segment = { .base = base, .limit = 0xffff, .attributes = 0x93 },
	};

	register_set(vp, 0, MHV_REG_DS, &ds);
}

static __u64 get(__u32 name)
{
	struct {
		struct mhv_input_get_vp_registers head;
		__u32 names[2];
	} in = { .names = { name } };
	union mhv_register_value value = {};

	hvcall(vp, MHV_HVCALL_GET_VP_REGISTERS, 1, &in, sizeof(in), &value, sizeof(value), NULL);
	return value.reg64;
}

/* Runs the bytes from CODE_GPA; type of the message. */
static __u32 run(const __u8 *code, size_t bytes)
{
	memcpy(memory + CODE_GPA, code, bytes);
	memset(&message, 0, sizeof(message));
	if (vp_start(vp, 0, CODE_GPA) || ioctl(vp, MSHV_RUN_VP, &message))
		return MHV_MSG_NONE;
	return message.header.message_type;
}

#define RUN(...) run((const __u8 []){ __VA_ARGS__ }, sizeof((const __u8 []){ __VA_ARGS__ }))

static const struct mhv_intercept_header *header(void)
{
	return (const void *)message.payload;
}

static bool header_is(__u8 length, __u8 access, __u64 rip)
{
	return header()->vp_index == 0 && (header()->insn_len_cr8 & 0xf) == length &&
	       header()->access_type == access && header()->rip == rip;
}

static void test_bad_installs(void)
{
	struct mhv_input_install_intercept in = { .intercept_type = MHV_INTERCEPT_CPUID };
	__u16 status;

	fails(install(MHV_INTERCEPT_MMIO, 0, MHV_INTERCEPT_ACCESS_READ), EINVAL);
	fails(install(MHV_INTERCEPT_CPUID, 0, MHV_INTERCEPT_ACCESS_READ), EINVAL);
	fails(install(MHV_INTERCEPT_CPUID, 1ULL << 32, MHV_INTERCEPT_ACCESS_EXECUTE), EINVAL);
	fails(install(MHV_INTERCEPT_IO_PORT, 0x10000, MHV_INTERCEPT_ACCESS_READ), EINVAL);
	fails(install(MHV_INTERCEPT_IO_PORT, 0, MHV_INTERCEPT_ACCESS_EXECUTE), EINVAL);
	fails(install(MHV_INTERCEPT_EXCEPTION, 32, MHV_INTERCEPT_ACCESS_EXECUTE), EINVAL);
	fails(install(MHV_INTERCEPT_MSR_INDEX, 0, 8), EINVAL);
	for (__u32 i = 0; i < 1000; i++) {
		in.access_type_mask = MHV_INTERCEPT_ACCESS_EXECUTE;
		in.intercept_parameter = 0x50000000 + i;
		if (hvcall(partition, MHV_HVCALL_INSTALL_INTERCEPT, 0, &in, sizeof(in), NULL, 0,
			   &status))
			break;
	}
	ok(status == MHV_STATUS_NO_RESOURCES, "more leaves than there is room for (%#x)", status);
	for (__u32 i = 0; i < 1000; i++)
		install(MHV_INTERCEPT_CPUID, 0x50000000 + i, 0);
	ok(!install(MHV_INTERCEPT_CPUID, 0x50000000, MHV_INTERCEPT_ACCESS_EXECUTE) &&
	   !install(MHV_INTERCEPT_CPUID, 0x50000000, 0), "and taken away again");
	ok(!install(MHV_INTERCEPT_IO_PORT, 0x10, MHV_INTERCEPT_ACCESS_READ), "a port");
}

static void test_ports(void)
{
	const struct mhv_io_port_intercept *io = (const void *)message.payload;

	set(MHV_REG_RAX, 0x12345678);
	ok(RUN(END) == MHV_MSG_X64_IO_PORT_INTERCEPT && header_is(2, MHV_ACCESS_WRITE, CODE_GPA) &&
	   io->port == 0x10 && (io->access_info & MHV_IO_SIZE_MASK) == 1 &&
	   io->rax == 0x12345678, "a byte to a port");
	/* in %dx, %eax */
	set(MHV_REG_RDX, 0x5658);
	ok(RUN(0x66, 0xed) == MHV_MSG_X64_IO_PORT_INTERCEPT &&
	   header_is(2, MHV_ACCESS_READ, CODE_GPA) && io->port == 0x5658 &&
	   (io->access_info & MHV_IO_SIZE_MASK) == 4, "a double word from a port");
	/* rep outsb */
	set(MHV_REG_RCX, 3);
	set(MHV_REG_RSI, 0x2000);
	set_data_segment(0);
	ok(RUN(0xf3, 0x6e) == MHV_MSG_X64_IO_PORT_INTERCEPT &&
	   io->access_info == (1 | MHV_IO_STRING | MHV_IO_REP) && io->rcx == 3 &&
	   io->rsi == 0x2000, "a string to a port");
}

static void test_msrs(void)
{
	const struct mhv_msr_intercept *msr = (const void *)message.payload;
	const __u32 index = 0xc0011234;

	ok(!install(MHV_INTERCEPT_MSR_INDEX, index, MHV_INTERCEPT_ACCESS_WRITE), "an MSR's writes");
	set(MHV_REG_RCX, index);
	set(MHV_REG_RAX, 5);
	set(MHV_REG_RDX, 6);
	ok(RUN(0x0f, 0x30) == MHV_MSG_X64_MSR_INTERCEPT &&
	   header_is(2, MHV_ACCESS_WRITE, CODE_GPA) && msr->msr == index &&
	   (__u32)msr->rax == 5 && (__u32)msr->rdx == 6, "come with its value");
	ok(!install(MHV_INTERCEPT_MSR_INDEX, index, 0), "taken away");
	ok(!install(MHV_INTERCEPT_MSR, 0, MHV_INTERCEPT_ACCESS_READ), "reads of unknown MSRs");
	ok(RUN(0x0f, 0x32) == MHV_MSG_X64_MSR_INTERCEPT && header_is(2, MHV_ACCESS_READ, CODE_GPA),
	   "come");
	install(MHV_INTERCEPT_MSR, 0, 0);
}

static void test_cpuid_and_hypercall(void)
{
	const struct mhv_cpuid_intercept *cpuid = (const void *)message.payload;
	const struct mhv_hypercall_intercept *call = (const void *)message.payload;

	ok(!install(MHV_INTERCEPT_CPUID, 0x40000077, MHV_INTERCEPT_ACCESS_EXECUTE), "a CPUID leaf");
	set(MHV_REG_RAX, 0x40000077);
	set(MHV_REG_RCX, 9);
	ok(RUN(0x0f, 0xa2) == MHV_MSG_X64_CPUID_INTERCEPT &&
	   header_is(2, MHV_ACCESS_EXECUTE, CODE_GPA) && (__u32)cpuid->rax == 0x40000077 &&
	   (__u32)cpuid->rcx == 9, "comes with its subleaf");
	ok(!install(MHV_INTERCEPT_CPUID, 0x40000077, 0) &&
	   RUN(0x0f, 0xa2, END) == MHV_MSG_X64_IO_PORT_INTERCEPT, "and no more when taken away");

	ok(!install(MHV_INTERCEPT_HYPERCALL, 0, MHV_INTERCEPT_ACCESS_EXECUTE), "hypercalls");
	set(MHV_REG_RCX, 0x1234);
	set(MHV_REG_R8, 0x5678);
	ok(RUN(0x0f, 0x01, 0xd9) == MHV_MSG_HYPERCALL_INTERCEPT &&
	   header_is(3, MHV_ACCESS_EXECUTE, CODE_GPA) && call->rcx == 0x1234 && call->r8 == 0x5678,
	   "come with their registers");
	install(MHV_INTERCEPT_HYPERCALL, 0, 0);
}

static void test_exceptions(void)
{
	const struct mhv_exception_intercept *exception = (const void *)message.payload;
	const struct mhv_unsupported_feature *feature = (const void *)message.payload;

	ok(!install(MHV_INTERCEPT_EXCEPTION, VECTOR_UD, MHV_INTERCEPT_ACCESS_EXECUTE) &&
	   !install(MHV_INTERCEPT_EXCEPTION, VECTOR_BP, MHV_INTERCEPT_ACCESS_EXECUTE),
	   "two exceptions");
	ok(RUN(0x0f, 0x0b) == MHV_MSG_X64_EXCEPTION_INTERCEPT && exception->vector == VECTOR_UD,
	   "one comes with its vector");
	ok(RUN(0xcc) == MHV_MSG_X64_EXCEPTION_INTERCEPT && exception->vector == VECTOR_BP &&
	   (exception->info & MHV_EXCEPTION_SOFTWARE), "a breakpoint as what the guest asked for");
	/* int3 behind a prefix, which the hypervisor cannot tell from other software interrupts */
	ok(RUN(0x66, 0xcc) == MHV_MSG_UNSUPPORTED_FEATURE && feature->vp_index == 0 &&
	   feature->feature == MHV_UNSUPPORTED_INTERCEPT, "what is not supported is told");
	install(MHV_INTERCEPT_EXCEPTION, VECTOR_UD, 0);
	install(MHV_INTERCEPT_EXCEPTION, VECTOR_BP, 0);
}

static void test_memory(void)
{
	const struct mhv_memory_intercept *access = (const void *)message.payload;

	/* mov %al, 0x10 */
	set_data_segment(NOWHERE_GPA);
	ok(RUN(0xa2, 0x10, 0x00) == MHV_MSG_UNMAPPED_GPA &&
	   header()->access_type == MHV_ACCESS_WRITE && access->gpa == NOWHERE_GPA + 0x10 &&
	   access->insn_byte_count >= 3 && access->insn_bytes[0] == 0xa2, "a write to nothing");
	ok(RUN(0xa0, 0x10, 0x00) == MHV_MSG_UNMAPPED_GPA &&
	   header()->access_type == MHV_ACCESS_READ, "a read from nothing");
	/* ljmp $0x3000, $0 */
	ok(RUN(0xea, 0x00, 0x00, 0x00, 0x30) == MHV_MSG_UNMAPPED_GPA &&
	   header()->access_type == MHV_ACCESS_EXECUTE && access->gpa == NOWHERE_GPA,
	   "a jump to nothing");
	set_data_segment(READ_ONLY_GPA);
	ok(RUN(0xa2, 0x10, 0x00) == MHV_MSG_GPA_INTERCEPT &&
	   access->gpa == READ_ONLY_GPA + 0x10, "a write to read-only memory");
	ok(RUN(0xa0, 0x10, 0x00, END) == MHV_MSG_X64_IO_PORT_INTERCEPT, "which can be read");
	ok(RUN(0xea, 0x00, 0x00, 0x00, 0x20) == MHV_MSG_GPA_INTERCEPT &&
	   header()->access_type == MHV_ACCESS_EXECUTE, "but not executed");
}

static void test_deliverable(void)
{
	const struct mhv_interruption_deliverable *deliverable = (const void *)message.payload;
	union mhv_register_value nmi = { .reg64 = MHV_NOTIFY_NMI };

	set(MHV_REG_RFLAGS, 2);
	set(MHV_REG_DELIVERABILITY_NOTIFICATIONS, MHV_NOTIFY_INTERRUPT);
	/* nop; sti; nop; then the end */
	ok(RUN(0x90, 0xfb, 0x90, END) == MHV_MSG_X64_INTERRUPTION_DELIVERABLE &&
	   deliverable->type == MHV_PENDING_TYPE_INTERRUPT && header()->rip == CODE_GPA + 3,
	   "when the guest takes interrupts (RIP %#llx)", header()->rip);
	ok(!ioctl(vp, MSHV_RUN_VP, &message) &&
	   message.header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT, "told once");
	fails(register_set(vp, 0, MHV_REG_DELIVERABILITY_NOTIFICATIONS, &nmi), EINVAL);
}

/* NMIs are the VMM's where there is no APIC of the hypervisor's. */
static void test_nmi_deliverable(void)
{
	const struct mhv_interruption_deliverable *deliverable = (const void *)message.payload;

	set(MHV_REG_RFLAGS, 2);
	set(MHV_REG_DELIVERABILITY_NOTIFICATIONS, MHV_NOTIFY_NMI);
	ok(RUN(END) == MHV_MSG_X64_INTERRUPTION_DELIVERABLE &&
	   deliverable->type == MHV_PENDING_TYPE_NMI && header()->rip == CODE_GPA,
	   "when it takes NMIs");
}

static void test_bad_state(void)
{
	const struct mhv_invalid_vp_register *invalid = (const void *)message.payload;
	union mhv_register_value table = { .table = { .limit = 0 } }, old;

	/* Long mode without protected mode */
	set(MHV_REG_EFER, 0x100);
	set(MHV_REG_CR4, 0x20);
	set(MHV_REG_CR0, 0x80000010);
	ok(RUN(END) == MHV_MSG_INVALID_VP_REGISTER_VALUE && invalid->vp_index == 0,
	   "registers that do not fit together (%#x)", message.header.message_type);
	set(MHV_REG_CR0, 0x10);
	set(MHV_REG_CR4, 0);
	set(MHV_REG_EFER, 0);
	ok(RUN(END) == MHV_MSG_X64_IO_PORT_INTERCEPT, "put right, they do");

	/* Without an IDT an exception has no way but out. */
	old.table = (struct mhv_table){ .limit = 0x3ff };
	register_set(vp, 0, MHV_REG_IDTR, &table);
	ok(RUN(0x0f, 0x0b) == MHV_MSG_UNRECOVERABLE_EXCEPTION, "a triple fault");
	ok(get(MHV_REG_INTERCEPT_SUSPEND) & MHV_SUSPENDED, "after which the VP stays suspended");
	register_set(vp, 0, MHV_REG_IDTR, &old);
	/* Where the hypervisor runs VPs, this one would run from here on. */
	set(MHV_REG_EXPLICIT_SUSPEND, MHV_SUSPENDED);
	set(MHV_REG_INTERCEPT_SUSPEND, 0);
	ok(RUN(END) == MHV_MSG_X64_IO_PORT_INTERCEPT, "until that is cleared");

	register_set(vp, 0, MHV_REG_IDTR, &table);
	ok(RUN(0x0f, 0x0b) == MHV_MSG_UNRECOVERABLE_EXCEPTION, "another triple fault");
	register_set(vp, 0, MHV_REG_IDTR, &old);
	ok(RUN(END) == MHV_MSG_X64_IO_PORT_INTERCEPT, "a VP whose registers are set anew runs");
}

/* Without an APIC of the hypervisor's, HLT is the VMM's. */
static void test_without_apic(int device)
{
	struct mshv_create_partition args = {};
	int with_apic = vp, bare = ioctl(device, MSHV_CREATE_PARTITION, &args);

	ok(bare >= 0 && !ioctl(bare, MSHV_INITIALIZE_PARTITION), "a partition without an APIC");
	vp = vp_create(bare, 0);
	ok(!memory_set(bare, memory, 0, MEMORY_PAGES * PAGE, WRITABLE | EXECUTABLE) &&
	   RUN(0xf4) == MHV_MSG_X64_HALT && header_is(1, MHV_ACCESS_EXECUTE, CODE_GPA),
	   "a guest that halts");
	test_nmi_deliverable();
	close(vp);
	close(bare);
	vp = with_apic;
}

int main(void)
{
	int device = device_open();

	partition = partition_new(device);
	vp = vp_create(partition, 0);
	memory = pages_new(MEMORY_PAGES);
	ok(!memory_set(partition, memory, 0, MEMORY_PAGES * PAGE, WRITABLE | EXECUTABLE) &&
	   !memory_set(partition, pages_new(1), READ_ONLY_GPA, PAGE, 0), "memory");

	test_bad_installs();
	test_ports();
	test_msrs();
	test_cpuid_and_hypercall();
	test_exceptions();
	test_memory();
	test_deliverable();
	test_bad_state();
	test_without_apic(device);
	close(vp);
	close(partition);
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
