// SPDX-License-Identifier: GPL-2.0
/*
 * What a VMM that emulates instructions asks the hypervisor: translations of addresses with every
 * result, and which pages were accessed and written to.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <mshv/hvabi_state.h>
#include "vmm.h"

#define MEMORY_PAGES	64
#define TABLES_GPA	0x10000	/* PML4, PDPT, PD, PT, one after another */
#define CODE_GPA	0x1000
#define READ_ONLY_GPA	0x100000
#define NOWHERE_GPA	0x200000

#define P		1ULL
#define W		2ULL
#define U		4ULL
#define A		0x20ULL
#define D		0x40ULL
#define LARGE		0x80ULL
#define NX		(1ULL << 63)

#define READ		MHV_TRANSLATE_VALIDATE_READ
#define WRITE		MHV_TRANSLATE_VALIDATE_WRITE
#define EXECUTE		MHV_TRANSLATE_VALIDATE_EXECUTE
#define EXEMPT		MHV_TRANSLATE_PRIVILEGE_EXEMPT
#define MARK		MHV_TRANSLATE_SET_PAGE_TABLE_BITS

static __u64 *tables;
static int vp;

static int translate(__u64 gva, __u64 flags, struct mhv_output_translate_virtual_address *out)
{
	struct mhv_input_translate_virtual_address in = {
		.control_flags = flags, .gva_page = gva / PAGE,
	};

	return hvcall(vp, MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS, 0, &in, sizeof(in), out,
		      sizeof(*out), NULL);
}

static void gives(const char *what, __u64 gva, __u64 flags, __u32 result, __u64 gpa)
{
	struct mhv_output_translate_virtual_address out = { .result_code = 0xff };
	int ret = translate(gva, flags, &out);

	ok(!ret && out.result_code == result && out.gpa_page == gpa / PAGE,
	   "%s (%d, result %u, page %#llx)", what, ret, out.result_code, out.gpa_page);
}

static void set(__u32 name, __u64 value)
{
	union mhv_register_value number = { .reg64 = value };

	if (register_set(vp, 0, name, &number))
		ok(false, "register %#x set to %#llx", name, value);
}

static void set_cpl(unsigned int cpl)
{
	union mhv_register_value ss = {
		.segment = { .limit = ~0U, .attributes = 0xc093 | cpl << 5 },
	};

	register_set(vp, 0, MHV_REG_SS, &ss);
}

/* Each page of the first 2 MiB as the entry in the last table says */
static void map_pages(void)
{
	memset(tables, 0, 4 * PAGE);
	tables[0] = (TABLES_GPA + PAGE) | P | W | U;
	tables[512] = (TABLES_GPA + 2 * PAGE) | P | W | U;
	tables[1024] = (TABLES_GPA + 3 * PAGE) | P | W | U;
	tables[1025] = 0 | P | W | LARGE;
	tables[1026] = PAGE * 2 | P | W | LARGE;
	for (int i = 0; i < 16; i++)
		tables[1536 + i] = CODE_GPA | P | W | U;
	tables[1536 + 1] = CODE_GPA | P | U;
	tables[1536 + 2] = CODE_GPA | P | W;
	tables[1536 + 3] = CODE_GPA | P | W | U | NX;
	tables[1536 + 4] = CODE_GPA | W | U;
	tables[1536 + 5] = NOWHERE_GPA | P | W | U;
	tables[1536 + 6] = READ_ONLY_GPA | P | W | U;
	tables[1536 + 7] = 1ULL << 51 | P | W | U;
}

static void long_mode(void)
{
	map_pages();
	set(MHV_REG_CR3, TABLES_GPA);
	set(MHV_REG_CR4, 0x20);
	set(MHV_REG_EFER, 0xd00);
	set(MHV_REG_CR0, 0x80010031);
	set_cpl(0);
}

static void test_results(void)
{
	long_mode();
	gives("a page", 0, READ | WRITE | EXECUTE, MHV_TRANSLATE_SUCCESS, CODE_GPA);
	gives("in a large page", 0x200000 + CODE_GPA, READ, MHV_TRANSLATE_SUCCESS, CODE_GPA);
	gives("without a check", 4 * PAGE + 0x400000 * 4, 0, MHV_TRANSLATE_PAGE_NOT_PRESENT, 0);
	gives("an entry that is not present", 4 * PAGE, 0, MHV_TRANSLATE_PAGE_NOT_PRESENT, 0);
	gives("an address that is not canonical", 1ULL << 50, 0, MHV_TRANSLATE_PAGE_NOT_PRESENT, 0);
	gives("reserved bits of a large page", 0x400000, READ,
	      MHV_TRANSLATE_INVALID_PAGE_TABLE_FLAGS, 0);
	gives("an address bit too many", 7 * PAGE, READ, MHV_TRANSLATE_INVALID_PAGE_TABLE_FLAGS, 0);
	gives("no memory", 5 * PAGE, READ, MHV_TRANSLATE_GPA_UNMAPPED, NOWHERE_GPA);
	gives("memory that can be read", 6 * PAGE, READ, MHV_TRANSLATE_SUCCESS, READ_ONLY_GPA);
	gives("but not written", 6 * PAGE, WRITE, MHV_TRANSLATE_GPA_NO_WRITE_ACCESS, READ_ONLY_GPA);

	gives("no write where CR0.WP counts", PAGE, WRITE, MHV_TRANSLATE_PRIVILEGE_VIOLATION,
	      CODE_GPA);
	set(MHV_REG_CR0, 0x80000031);
	gives("a write where it does not", PAGE, WRITE, MHV_TRANSLATE_SUCCESS, CODE_GPA);
	gives("no execution", 3 * PAGE, EXECUTE, MHV_TRANSLATE_PRIVILEGE_VIOLATION, CODE_GPA);

	set_cpl(3);
	gives("the supervisor's page is not the user's", 2 * PAGE, READ,
	      MHV_TRANSLATE_PRIVILEGE_VIOLATION, CODE_GPA);
	gives("but for who is exempt", 2 * PAGE, READ | EXEMPT, MHV_TRANSLATE_SUCCESS, CODE_GPA);
	gives("nor has the user CR0.WP", PAGE, WRITE, MHV_TRANSLATE_PRIVILEGE_VIOLATION, CODE_GPA);
}

static void test_marks(void)
{
	long_mode();
	gives("a look", 0, WRITE, MHV_TRANSLATE_SUCCESS, CODE_GPA);
	ok(!(tables[1536] & (A | D)), "marks nothing");
	gives("an access", 0, READ | MARK, MHV_TRANSLATE_SUCCESS, CODE_GPA);
	ok((tables[1536] & (A | D)) == A && (tables[0] & A) && (tables[512] & A) &&
	   (tables[1024] & A), "marks all entries as accessed");
	gives("a write", 0, WRITE | MARK, MHV_TRANSLATE_SUCCESS, CODE_GPA);
	ok((tables[1536] & (A | D)) == (A | D) && !(tables[1024] & D), "and the last as dirty");
}

static void test_modes(void)
{
	__u32 *legacy = (__u32 *)tables;

	set(MHV_REG_CR0, 0x11);
	set(MHV_REG_EFER, 0);
	set(MHV_REG_CR4, 0);
	set_cpl(0);
	gives("an address without paging is itself", CODE_GPA, READ, MHV_TRANSLATE_SUCCESS,
	      CODE_GPA);

	memset(tables, 0, 4 * PAGE);
	legacy[0] = (TABLES_GPA + PAGE) | P | W;
	legacy[1] = 0x400000 | P | W | LARGE;
	legacy[1024 + 5] = CODE_GPA | P | W;
	set(MHV_REG_CR4, 0x10);
	set(MHV_REG_CR0, 0x80000011);
	gives("two levels", 5 * PAGE, READ, MHV_TRANSLATE_SUCCESS, CODE_GPA);
	gives("a page of 4 MiB", 0x400000 + CODE_GPA, READ, MHV_TRANSLATE_GPA_UNMAPPED,
	      0x400000 + CODE_GPA);

	memset(tables, 0, 4 * PAGE);
	tables[0] = (TABLES_GPA + PAGE) | P;
	tables[512] = (TABLES_GPA + 2 * PAGE) | P | W;
	tables[1024 + 5] = CODE_GPA | P | W;
	set(MHV_REG_CR0, 0x11);
	set(MHV_REG_CR4, 0x20);
	set(MHV_REG_CR0, 0x80000011);
	gives("three levels", 5 * PAGE, WRITE | MARK, MHV_TRANSLATE_SUCCESS, CODE_GPA);
	ok(tables[0] == ((TABLES_GPA + PAGE) | P), "whose first has no marks");
	set(MHV_REG_CR0, 0x11);
}

static void test_bad_input(void)
{
	struct mhv_output_translate_virtual_address out;
	struct mhv_input_translate_virtual_address in = { .vp_index = 1 };

	fails(translate(0, 1ULL << 5, &out), EINVAL);
	fails(translate(0, 1ULL << 63, &out), EINVAL);
	fails(hvcall(vp, MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS, 0, &in, sizeof(in), &out,
		     sizeof(out), NULL), EINVAL);
	in.vp_index = 0;
	in.gva_page = 1ULL << 52;
	fails(hvcall(vp, MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS, 0, &in, sizeof(in), &out,
		     sizeof(out), NULL), EINVAL);
	in.gva_page = 0;
	in.padding = 1;
	fails(hvcall(vp, MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS, 0, &in, sizeof(in), &out,
		     sizeof(out), NULL), EINVAL);
}

static int access_states(__u64 gfn, __u16 pages, __u64 flags, __u8 *out)
{
	struct mhv_input_get_gpa_pages_access_states in = {
		.flags = flags, .gpa_page_number = gfn,
	};

	return hvcall(vp, MHV_HVCALL_GET_GPA_PAGES_ACCESS_STATES, pages, &in, sizeof(in), out,
		      pages, NULL);
}

/* A guest that reads 0x3000, writes 0x4000 and says so at a port */
static const __u8 code[] = {
	0xa0, 0x00, 0x30,		/* mov 0x3000, %al */
	0xa2, 0x00, 0x40,		/* mov %al, 0x4000 */
	0xe6, 0xe9,			/* out %al, $0xe9 */
};

static bool run(void)
{
	union mhv_register_value data = { .segment = { .limit = 0xffff, .attributes = 0x93 } };
	struct mhv_message message = {};

	set(MHV_REG_CR0, 0x10);
	return !register_set(vp, 0, MHV_REG_DS, &data) && !vp_start(vp, 0, CODE_GPA) &&
	       !ioctl(vp, MSHV_RUN_VP, &message) &&
	       message.header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT;
}

static void test_access(void *memory)
{
	__u64 both = MHV_GPA_CLEAR_ACCESSED | MHV_GPA_CLEAR_DIRTY;
	__u8 states[8] = {};

	memcpy((char *)memory + CODE_GPA, code, sizeof(code));
	ok(!access_states(0, 8, both, states), "states cleared");
	ok(!access_states(0, 8, 0, states) && !states[1] && !states[3] && !states[4],
	   "nothing accessed");
	ok(run(), "a guest ran");
	ok(!access_states(0, 8, 0, states), "states read");
	ok((states[1] & 3) == MHV_GPA_ACCESSED, "its code accessed (%u)", states[1]);
	ok((states[3] & 3) == MHV_GPA_ACCESSED, "what it read accessed (%u)", states[3]);
	ok((states[4] & 3) == (MHV_GPA_ACCESSED | MHV_GPA_DIRTY), "what it wrote dirty (%u)",
	   states[4]);
	ok(!states[5] && !states[2], "no other page");

	ok(!access_states(0, 8, both, states) && states[4] == 3, "cleared, with the states before");
	ok(!access_states(0, 8, 0, states) && !states[4], "and gone");
	ok(run() && !access_states(0, 8, 0, states) && states[4] == 3,
	   "a second write is seen as the first was");
	ok(!access_states(3, 1, both, states) &&
	   !access_states(3, 1, MHV_GPA_SET_DIRTY, states) && !states[0] &&
	   !access_states(3, 1, 0, states) && states[0] == MHV_GPA_DIRTY, "a page set dirty");

	fails(access_states(0, 8, 1 << 4, states), EINVAL);
	fails(access_states(0, 8, MHV_GPA_CLEAR_DIRTY | MHV_GPA_SET_DIRTY, states), EINVAL);
	fails(access_states(1ULL << 52, 8, 0, states), EINVAL);
	ok(!access_states(0x10000, 1, 0, states) && !states[0], "where nothing is mapped");
}

int main(void)
{
	int device = device_open();
	int partition = partition_new(device);
	void *memory = pages_new(MEMORY_PAGES), *rom = pages_new(1);

	tables = (__u64 *)((char *)memory + TABLES_GPA);
	vp = vp_create(partition, 0);
	ok(vp >= 0 &&
	   !memory_set(partition, memory, 0, MEMORY_PAGES * PAGE, WRITABLE | EXECUTABLE) &&
	   !memory_set(partition, rom, READ_ONLY_GPA, PAGE, EXECUTABLE), "a partition");
	test_results();
	test_marks();
	test_modes();
	test_bad_input();
	test_access(memory);
	close(vp);
	close(partition);
	return done();
}
