// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions that touch devices are decoded and executed as the processor would: addresses,
 * partial registers, sign extension, string steps. Bytes are those that an assembler makes of the
 * comment beside them. Needs no hypervisor.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../tools/mshvrun/decode.h"

#define BYTES(...)	((const __u8[]){ __VA_ARGS__ }), sizeof((const __u8[]){ __VA_ARGS__ })

static struct vp_regs some_regs(void)
{
	struct vp_regs regs = { .rip = 0x10000 };
	unsigned int i;

	for (i = 0; i < MHV_NR_GPRS; i++)
		regs.gpr[i] = 0x1122334455660000ULL + (i << 8) + i;
	for (i = 0; i < MHV_NR_PAGE_SEGMENTS; i++)
		regs.segment[i].base = 0x100000 * i;
	return regs;
}

static struct insn decoded(const __u8 *bytes, size_t nr_bytes, unsigned int mode)
{
	struct insn insn;

	assert_int_equal(insn_decode(bytes, nr_bytes, mode, &insn), INSN_OK);
	assert_int_equal(insn.length, nr_bytes);
	return insn;
}

static void a_load_names_its_operands(void **state)
{
	/* mov 0x12(%rbx,%r9,4), %r15d */
	struct insn insn = decoded(BYTES(0x46, 0x8b, 0x7c, 0x8b, 0x12), 64);
	struct vp_regs regs = some_regs();

	(void)state;
	assert_int_equal(insn.kind, INSN_LOAD);
	assert_int_equal(insn.size, 4);
	assert_int_equal(insn.gpr, MHV_R15);
	regs.gpr[MHV_RBX] = 0xffff800000000000ULL;
	regs.gpr[MHV_R9] = 0x100;
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 0xffff800000000412ULL);
	insn_load_register(&insn, regs.gpr, ~0ULL);
	assert_int_equal(regs.gpr[MHV_R15], 0xffffffff);
}

static void narrow_loads_keep_the_rest_of_the_register(void **state)
{
	struct vp_regs regs = some_regs();
	struct insn insn;

	(void)state;
	insn = decoded(BYTES(0x8a, 0x03), 64);		/* mov (%rbx), %al */
	insn_load_register(&insn, regs.gpr, 0xfedc);
	assert_int_equal(regs.gpr[MHV_RAX], 0x11223344556600dcULL);
	insn = decoded(BYTES(0x8a, 0x23), 64);		/* mov (%rbx), %ah */
	insn_load_register(&insn, regs.gpr, 0xba);
	assert_int_equal(regs.gpr[MHV_RAX], 0x112233445566badcULL);
	insn = decoded(BYTES(0x40, 0x8a, 0x23), 64);	/* mov (%rbx), %spl */
	insn_load_register(&insn, regs.gpr, 0x77);
	assert_int_equal(regs.gpr[MHV_RSP], 0x1122334455660477ULL);
	insn = decoded(BYTES(0x66, 0x8b, 0x0b), 64);	/* mov (%rbx), %cx */
	insn_load_register(&insn, regs.gpr, 0xabcdef);
	assert_int_equal(regs.gpr[MHV_RCX], 0x112233445566cdefULL);
	insn = decoded(BYTES(0x48, 0x8b, 0x13), 64);	/* mov (%rbx), %rdx */
	insn_load_register(&insn, regs.gpr, 0x8877665544332211ULL);
	assert_int_equal(regs.gpr[MHV_RDX], 0x8877665544332211ULL);
}

static void extending_loads_extend(void **state)
{
	struct vp_regs regs = some_regs();
	struct insn insn;

	(void)state;
	insn = decoded(BYTES(0x0f, 0xb6, 0x03), 64);		/* movzbl (%rbx), %eax */
	assert_int_equal(insn.size, 1);
	insn_load_register(&insn, regs.gpr, 0x1f0);
	assert_int_equal(regs.gpr[MHV_RAX], 0xf0);
	insn = decoded(BYTES(0x0f, 0xbe, 0x03), 64);		/* movsbl (%rbx), %eax */
	insn_load_register(&insn, regs.gpr, 0xf0);
	assert_int_equal(regs.gpr[MHV_RAX], 0xfffffff0);
	insn = decoded(BYTES(0x48, 0x0f, 0xbf, 0x03), 64);	/* movswq (%rbx), %rax */
	assert_int_equal(insn.size, 2);
	insn_load_register(&insn, regs.gpr, 0x8001);
	assert_int_equal(regs.gpr[MHV_RAX], 0xffffffffffff8001ULL);
	insn = decoded(BYTES(0x48, 0x63, 0x03), 64);		/* movslq (%rbx), %rax */
	assert_int_equal(insn.size, 4);
	insn_load_register(&insn, regs.gpr, 0x80000000);
	assert_int_equal(regs.gpr[MHV_RAX], 0xffffffff80000000ULL);
	insn = decoded(BYTES(0x66, 0x0f, 0xbe, 0x0b), 64);	/* movsbw (%rbx), %cx */
	insn_load_register(&insn, regs.gpr, 0x80);
	assert_int_equal(regs.gpr[MHV_RCX], 0x112233445566ff80ULL);
}

static void stores_have_a_value(void **state)
{
	struct vp_regs regs = some_regs();
	struct insn insn;

	(void)state;
	regs.gpr[MHV_RDX] = 0xa1b2;
	insn = decoded(BYTES(0x88, 0x33), 64);			/* mov %dh, (%rbx) */
	assert_int_equal(insn.kind, INSN_STORE);
	assert_int_equal(insn.size, 1);
	assert_int_equal(insn_store_value(&insn, regs.gpr) & 0xff, 0xa1);
	insn = decoded(BYTES(0x4c, 0x89, 0x23), 64);		/* mov %r12, (%rbx) */
	assert_int_equal(insn.size, 8);
	assert_int_equal(insn_store_value(&insn, regs.gpr), 0x1122334455660c0cULL);
	/* movq $-2, (%rbx) */
	insn = decoded(BYTES(0x48, 0xc7, 0x03, 0xfe, 0xff, 0xff, 0xff), 64);
	assert_int_equal(insn.size, 8);
	assert_int_equal(insn_store_value(&insn, regs.gpr), ~1ULL);
	/* movw $0x1234, (%rbx) */
	insn = decoded(BYTES(0x66, 0xc7, 0x03, 0x34, 0x12), 64);
	assert_int_equal(insn.size, 2);
	assert_int_equal(insn_store_value(&insn, regs.gpr) & 0xffff, 0x1234);
}

static void absolute_addresses_are_taken_whole(void **state)
{
	struct vp_regs regs = some_regs();
	struct insn insn;

	(void)state;
	insn = decoded(BYTES(0xa1, 0x08, 0x00, 0x00, 0xd0), 32);	/* mov 0xd0000008, %eax */
	regs.segment[MHV_SEG_DS].base = 0;
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 0xd0000008);
	/* mov 0xd0000008, %ecx */
	insn = decoded(BYTES(0x8b, 0x0d, 0x08, 0x00, 0x00, 0xd0), 32);
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 0xd0000008);
	/* movabs 0xffff8000d0000000, %eax */
	insn = decoded(BYTES(0xa1, 0, 0, 0, 0xd0, 0, 0x80, 0xff, 0xff), 64);
	assert_int_equal(insn.size, 4);
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 0xffff8000d0000000ULL);
}

static void rip_relative_counts_from_the_end(void **state)
{
	/* movl $1, 0x1000(%rip) */
	struct insn insn = decoded(BYTES(0xc7, 0x05, 0, 0x10, 0, 0, 1, 0, 0, 0), 64);
	struct vp_regs regs = some_regs();

	(void)state;
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 0x10000 + 10 + 0x1000);
}

static void segments_count_by_mode(void **state)
{
	struct vp_regs regs = some_regs();
	struct insn insn;

	(void)state;
	regs.gpr[MHV_RBX] = 0x10;
	regs.gpr[MHV_RBP] = 0x20;
	insn = decoded(BYTES(0x8b, 0x03), 32);			/* mov (%ebx), %eax */
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 0x100000 * MHV_SEG_DS + 0x10);
	insn = decoded(BYTES(0x8b, 0x45, 0x00), 32);		/* mov 0(%ebp), %eax */
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 0x100000 * MHV_SEG_SS + 0x20);
	insn = decoded(BYTES(0x26, 0x8b, 0x03), 32);		/* mov %es:(%ebx), %eax */
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 0x10);
	insn = decoded(BYTES(0x8b, 0x03), 64);			/* mov (%rbx), %eax */
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 0x10);
	insn = decoded(BYTES(0x65, 0x8b, 0x03), 64);		/* mov %gs:(%rbx), %eax */
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 0x100000 * MHV_SEG_GS + 0x10);
}

static void addresses_wrap_at_their_width(void **state)
{
	struct vp_regs regs = some_regs();
	struct insn insn;

	(void)state;
	regs.segment[MHV_SEG_DS].base = 0;
	regs.gpr[MHV_RBX] = 0xfffffffe;
	insn = decoded(BYTES(0x8b, 0x43, 0x04), 32);		/* mov 4(%ebx), %eax */
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 2);
	regs.gpr[MHV_RBX] = 0xaaaafffe;
	regs.gpr[MHV_RSI] = 0xbbbb0003;
	insn = decoded(BYTES(0x67, 0x8b, 0x00), 32);		/* mov (%bx,%si), %eax */
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 1);
	regs.gpr[MHV_RBX] = 0x1fffffffeULL;
	insn = decoded(BYTES(0x67, 0x8b, 0x43, 0x04), 64);	/* mov 4(%ebx), %eax */
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 2);
}

static void string_instructions_step(void **state)
{
	struct vp_regs regs = some_regs();
	struct insn insn;

	(void)state;
	regs.gpr[MHV_RSI] = 0x1000;
	regs.gpr[MHV_RDI] = 0x2000;
	regs.gpr[MHV_RCX] = 2;
	insn = decoded(BYTES(0xf3, 0xa5), 32);			/* rep movsl */
	assert_int_equal(insn.kind, INSN_MOVS);
	assert_int_equal(insn.size, 4);
	assert_false(insn_count_is_zero(&insn, &regs));
	assert_int_equal(insn_linear(&insn, &insn.from, &regs), 0x100000 * MHV_SEG_DS + 0x1000);
	assert_int_equal(insn_linear(&insn, &insn.mem, &regs), 0x2000);
	assert_true(insn_string_step(&insn, &regs));
	assert_int_equal(regs.gpr[MHV_RSI], 0x1004);
	assert_int_equal(regs.gpr[MHV_RDI], 0x2004);
	assert_int_equal(regs.gpr[MHV_RCX], 1);
	regs.rflags = X86_RFLAGS_DF;
	assert_false(insn_string_step(&insn, &regs));
	assert_int_equal(regs.gpr[MHV_RSI], 0x1000);
	assert_true(insn_count_is_zero(&insn, &regs));

	regs.rflags = 0;
	insn = decoded(BYTES(0xaa), 64);			/* stosb */
	assert_int_equal(insn.kind, INSN_STOS);
	assert_int_equal(insn.size, 1);
	assert_false(insn_string_step(&insn, &regs));
	assert_int_equal(regs.gpr[MHV_RDI], 0x2001);
	assert_int_equal(regs.gpr[MHV_RSI], 0x1000);
	assert_int_equal(regs.gpr[MHV_RCX], 0);
	insn = decoded(BYTES(0x48, 0xab), 64);			/* stosq */
	assert_int_equal(insn.size, 8);
	assert_int_equal(insn_store_value(&insn, regs.gpr), regs.gpr[MHV_RAX]);
}

static void string_io_names_its_memory(void **state)
{
	struct vp_regs regs = some_regs();
	struct insn insn;

	(void)state;
	regs.gpr[MHV_RSI] = 0x1000;
	regs.gpr[MHV_RDI] = 0x2000;
	regs.gpr[MHV_RCX] = 0x10001;
	insn = decoded(BYTES(0xf3, 0x6e), 32);			/* rep outsb */
	assert_int_equal(insn.kind, INSN_OUTS);
	assert_int_equal(insn.size, 1);
	assert_int_equal(insn_linear(&insn, &insn.from, &regs), 0x100000 * MHV_SEG_DS + 0x1000);
	assert_true(insn_string_step(&insn, &regs));
	assert_int_equal(regs.gpr[MHV_RSI], 0x1001);
	assert_int_equal(regs.gpr[MHV_RDI], 0x2000);
	insn = decoded(BYTES(0x64, 0x6f), 32);			/* outsl %fs:(%esi) */
	assert_int_equal(insn.size, 4);
	assert_int_equal(insn_linear(&insn, &insn.from, &regs), 0x100000 * MHV_SEG_FS + 0x1001);
	insn = decoded(BYTES(0xf3, 0x67, 0x66, 0x6d), 32);	/* rep insw (%dx), %es:(%di) */
	assert_int_equal(insn.kind, INSN_INS);
	assert_int_equal(insn.size, 2);
	regs.gpr[MHV_RCX] = 0x10001;
	assert_false(insn_string_step(&insn, &regs));
	assert_int_equal(regs.gpr[MHV_RCX], 0x10000);
	assert_int_equal(regs.gpr[MHV_RDI], 0x2002);
	assert_true(insn_count_is_zero(&insn, &regs));
}

static void other_instructions_are_refused(void **state)
{
	static const struct {
		__u8 bytes[8];
		unsigned int mode;
	} refused[] = {
		{ { 0x01, 0x03 }, 32 },			/* add %eax, (%ebx) */
		{ { 0x8c, 0x1b }, 32 },			/* mov %ds, (%ebx) */
		{ { 0x8e, 0x1b }, 32 },			/* mov (%ebx), %ds */
		{ { 0x89, 0xc3 }, 32 },			/* mov %eax, %ebx */
		{ { 0x87, 0x03 }, 32 },			/* xchg %eax, (%ebx) */
		{ { 0xf2, 0x0f, 0x10, 0x03 }, 64 },	/* movsd (%rbx), %xmm0 */
		{ { 0xf3, 0xa6 }, 32 },			/* repe cmpsb */
		{ { 0x0f, 0x0b }, 64 },			/* ud2 */
		{ { 0x06 }, 64 },			/* no instruction in 64-bit mode */
	};
	struct insn insn;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_int_equal(insn_decode(refused[i].bytes, sizeof(refused[i].bytes),
					     refused[i].mode, &insn), INSN_UNKNOWN);
}

static void a_cut_off_instruction_is_told_from_a_wrong_one(void **state)
{
	/* movq $0x44332211, 0x10203040(%rbx,%rcx,8) */
	static const __u8 bytes[] = { 0x48, 0xc7, 0x84, 0xcb, 0x40, 0x30, 0x20, 0x10, 0x11, 0x22,
		0x33, 0x44 };
	unsigned int length;
	struct insn insn;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(bytes); n++) {
		assert_int_equal(insn_decode(bytes, n, 64, &insn), INSN_TRUNCATED);
		assert_int_equal(insn_length(bytes, n, 64, &length), INSN_TRUNCATED);
	}
	assert_int_equal(insn_length(bytes, sizeof(bytes), 64, &length), INSN_OK);
	assert_int_equal(length, sizeof(bytes));
}

static void the_mode_comes_from_the_code_segment(void **state)
{
	struct mhv_segment cs = { .attributes = 0xc09b };

	(void)state;
	assert_int_equal(insn_mode(&cs, false), 32);
	assert_int_equal(insn_mode(&cs, true), 32);
	cs.attributes = 0x209b;
	assert_int_equal(insn_mode(&cs, true), 64);
	assert_int_equal(insn_mode(&cs, false), 16);
	cs.attributes = 0x9b;
	assert_int_equal(insn_mode(&cs, true), 16);
}

static void instructions_print(void **state)
{
	static const __u8 add[] = { 0x01, 0x03 };
	static const __u8 wrong[] = { 0x06 };
	char text[64];

	(void)state;
	insn_print(add, sizeof(add), 32, text, sizeof(text));
	assert_string_equal(text, "add %eax, (%ebx)");
	insn_print(wrong, sizeof(wrong), 64, text, sizeof(text));
	assert_string_equal(text, "no instruction");
	insn_print(add, sizeof(add), 32, text, 4);
	assert_true(memchr(text, '\0', 4) != NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_load_names_its_operands),
		cmocka_unit_test(narrow_loads_keep_the_rest_of_the_register),
		cmocka_unit_test(extending_loads_extend),
		cmocka_unit_test(stores_have_a_value),
		cmocka_unit_test(absolute_addresses_are_taken_whole),
		cmocka_unit_test(rip_relative_counts_from_the_end),
		cmocka_unit_test(segments_count_by_mode),
		cmocka_unit_test(addresses_wrap_at_their_width),
		cmocka_unit_test(string_instructions_step),
		cmocka_unit_test(string_io_names_its_memory),
		cmocka_unit_test(other_instructions_are_refused),
		cmocka_unit_test(a_cut_off_instruction_is_told_from_a_wrong_one),
		cmocka_unit_test(the_mode_comes_from_the_code_segment),
		cmocka_unit_test(instructions_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
