// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls as no driver makes them: each code that softhv answers refuses what the ABI forbids,
 * and those that are the driver's own tell what is wrong by the right status. Then what the driver
 * does when a ring of events was full, and before a reboot. With the module of tests/hvcalls.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <mshv/hvabi_state.h>
#include <mshv/hvabi_synic.h>
#include "../hvcalls/hvcalls.h"
#include "vmm.h"

#define NO_PARTITION	0x7fffffff
#define NO_VP		100
#define BELL_GPA	0x40000
#define PORT		0xabcd
#define REPS(n)		((__u64)(n) << MHV_CONTROL_REP_COUNT_SHIFT)
#define STARTS(n)	((__u64)(n) << MHV_CONTROL_REP_START_SHIFT)
#define VARHEAD(n)	((__u64)(n) << MHV_CONTROL_VARHEAD_SHIFT)

/*
 * All that softhv answers and that begin with a partition's name, with the size of the fixed part
 * of the input, of an element (or of what follows, where that is variable), and of the output.
 */
enum { SIMPLE, REP, VARIABLE };
static const struct {
	__u16 code;
	__u16 in;
	__u16 element;
	__u16 out;
	__u8 kind;
} calls[] = {
	{ MHV_HVCALL_INITIALIZE_PARTITION, 8, 0, 0, SIMPLE },
	{ MHV_HVCALL_FINALIZE_PARTITION, 8, 0, 0, SIMPLE },
	{ MHV_HVCALL_DELETE_PARTITION, 8, 0, 0, SIMPLE },
	{ MHV_HVCALL_GET_PARTITION_PROPERTY, 16, 0, 8, SIMPLE },
	{ MHV_HVCALL_SET_PARTITION_PROPERTY, 24, 0, 0, SIMPLE },
	{ MHV_HVCALL_DEPOSIT_MEMORY, 8, 8, 0, REP },
	{ MHV_HVCALL_WITHDRAW_MEMORY, 16, 0, 8, REP },
	{ MHV_HVCALL_GET_MEMORY_BALANCE, 16, 0, 16, SIMPLE },
	{ MHV_HVCALL_MAP_GPA_PAGES, 24, 8, 0, REP },
	{ MHV_HVCALL_UNMAP_GPA_PAGES, 24, 0, 0, REP },
	{ MHV_HVCALL_INSTALL_INTERCEPT, 24, 0, 0, SIMPLE },
	{ MHV_HVCALL_CREATE_VP, 40, 0, 0, SIMPLE },
	{ MHV_HVCALL_DELETE_VP, 16, 0, 0, SIMPLE },
	{ MHV_HVCALL_GET_VP_REGISTERS, 16, 4, 16, REP },
	{ MHV_HVCALL_SET_VP_REGISTERS, 16, 32, 0, REP },
	{ MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS, 32, 0, 16, SIMPLE },
	{ MHV_HVCALL_CLEAR_VIRTUAL_INTERRUPT, 8, 0, 0, SIMPLE },
	{ MHV_HVCALL_REGISTER_INTERCEPT_RESULT, 64, 0, 0, SIMPLE },
	{ MHV_HVCALL_ASSERT_VIRTUAL_INTERRUPT, 32, 0, 0, SIMPLE },
	{ MHV_HVCALL_SIGNAL_EVENT_DIRECT, 16, 0, 8, SIMPLE },
	{ MHV_HVCALL_POST_MESSAGE_DIRECT, 280, 0, 0, SIMPLE },
	{ MHV_HVCALL_DISPATCH_VP, 32, 0, 8, SIMPLE },
	{ MHV_HVCALL_GET_GPA_PAGES_ACCESS_STATES, 24, 0, 1, REP },
	{ MHV_HVCALL_MAP_VP_STATE_PAGE, 24, 0, 8, SIMPLE },
	{ MHV_HVCALL_UNMAP_VP_STATE_PAGE, 16, 0, 0, SIMPLE },
	{ MHV_HVCALL_GET_VP_STATE, 40, 0, 200, VARIABLE },
	{ MHV_HVCALL_SET_VP_STATE, 40, 200, 0, VARIABLE },
	{ MHV_HVCALL_GET_VP_CPUID_VALUES, 24, 24, 16, REP },
	{ MHV_HVCALL_GET_PARTITION_PROPERTY_EX, 24, 0, 16, SIMPLE },
};

#define NR_CALLS	(sizeof(calls) / sizeof(*calls))

static int hvcalls, partition, vp;
static __u64 id, nobody = NO_PARTITION;

static __u64 issue(struct hvcalls_call call)
{
	if (ioctl(hvcalls, HVCALLS_ISSUE, &call)) {
		printf("Bail out! hypercall %#llx: errno %d\n", call.control, errno);
		exit(2);
	}
	return call.result;
}

static __u16 status_of(__u64 control, const void *in, size_t in_size, void *out, size_t out_size)
{
	return issue((struct hvcalls_call){
		.control = control, .in = (uintptr_t)in, .in_size = in_size,
		.out = (uintptr_t)out, .out_size = out_size,
	}) & MHV_RESULT_STATUS_MASK;
}

static void says(const char *what, __u16 status, __u16 wanted)
{
	ok(status == wanted, "%s: %#x (%#x)", what, wanted, status);
}

#define CALL(code, in)		status_of(MHV_HVCALL_##code, &(in), sizeof(in), NULL, 0)
#define CALL_OUT(code, in, out)	status_of(MHV_HVCALL_##code, &(in), sizeof(in), &(out), sizeof(out))

static __u64 control_of(size_t i)
{
	return calls[i].code | (calls[i].kind == REP ? REPS(1) : 0);
}

/* Each call once with a control word or parameters that are wrong in the same way */
static void refuse_all(const char *what, __u64 control, __u32 offset, __u64 address, __u16 wanted)
{
	struct mhv_vp_state_header timers = {
		.partition_id = nobody, .type = MHV_VP_STATE_SYNTHETIC_TIMERS,
	};
	__u16 wrong = 0, status;
	__u8 in[512], out[256];
	size_t i, in_size;
	__u64 words;

	for (i = 0; i < NR_CALLS; i++) {
		in_size = calls[i].in + calls[i].element;
		/* One that ends with the page is right. */
		if (offset + in_size == PAGE)
			continue;
		memset(in, 0, sizeof(in));
		memcpy(in, &nobody, sizeof(nobody));
		words = 0;
		if (calls[i].kind == VARIABLE) {
			memcpy(in, &timers, sizeof(timers));
			words = VARHEAD(calls[i].element / sizeof(__u64));
		}
		if (calls[i].code == MHV_HVCALL_POST_MESSAGE_DIRECT)
			in[offsetof(struct mhv_input_post_message_direct, message)] = 1;
		if (calls[i].code == MHV_HVCALL_REGISTER_INTERCEPT_RESULT)
			in[offsetof(struct mhv_input_register_intercept_result, intercept_type)] =
				MHV_INTERCEPT_CPUID;
		status = issue((struct hvcalls_call){
			.control = control_of(i) | words | control, .in = (uintptr_t)in,
			.in_size = offset + in_size > PAGE ? PAGE - offset : in_size,
			.offset = offset,
			.out = calls[i].out ? (uintptr_t)out : 0, .out_size = calls[i].out,
			.address = address,
		}) & MHV_RESULT_STATUS_MASK;
		if (status != wanted)
			wrong = calls[i].code;
	}
	ok(!wrong, "%s (not: %#x)", what, wrong);
}

static void test_abi(void)
{
	__u8 in[512] = {}, out[256];
	__u16 wrong = 0, status;
	size_t i;

	refuse_all("the partition is not there", 0, 0, 0, MHV_STATUS_INVALID_PARTITION_ID);
	refuse_all("reserved bits of the control word", 1ULL << 27, 0, 0,
		   MHV_STATUS_INVALID_HYPERCALL_INPUT);
	refuse_all("for a nested hypervisor", MHV_CONTROL_NESTED, 0, 0,
		   MHV_STATUS_INVALID_HYPERCALL_INPUT);
	refuse_all("an element beyond the last", STARTS(1), 0, 0,
		   MHV_STATUS_INVALID_HYPERCALL_INPUT);
	refuse_all("parameters that are not aligned", 0, 4, 0, MHV_STATUS_INVALID_ALIGNMENT);
	refuse_all("parameters across a page", 0, PAGE - 8, 0, MHV_STATUS_INVALID_ALIGNMENT);
	refuse_all("parameters where there is no memory", 0, 0, 1ULL << 50,
		   MHV_STATUS_INVALID_PARAMETER);

	for (i = 0; i < NR_CALLS; i++) {
		if (calls[i].kind == VARIABLE || (!calls[i].out && calls[i].kind == SIMPLE &&
						  calls[i].in <= 16))
			continue;
		status = status_of(control_of(i) | MHV_CONTROL_FAST, in, 16, NULL, 0);
		if (status != MHV_STATUS_INVALID_HYPERCALL_INPUT)
			wrong = calls[i].code;
	}
	ok(!wrong, "what has no room in registers (not: %#x)", wrong);
	for (wrong = 0, i = 0; i < NR_CALLS; i++) {
		status = status_of((control_of(i) & ~REPS(1)) |
				   (calls[i].kind == REP ? 0 : REPS(1)) |
				   (calls[i].kind == VARIABLE ? 0 : VARHEAD(1)), in, 400, out, 256);
		if (status != MHV_STATUS_INVALID_HYPERCALL_INPUT)
			wrong = calls[i].code;
	}
	ok(!wrong, "elements or words of another kind of call (not: %#x)", wrong);
	says("a code that nobody knows", status_of(0x1ff, in, 8, NULL, 0),
	     MHV_STATUS_INVALID_HYPERCALL_CODE);
	says("a code beyond all", status_of(0xffff, in, 8, NULL, 0),
	     MHV_STATUS_INVALID_HYPERCALL_CODE);
	says("a code that is the guests'", status_of(MHV_HVCALL_SEND_IPI, in, 16, NULL, 0),
	     MHV_STATUS_INVALID_HYPERCALL_CODE);
}

static void test_partition(void)
{
	struct mhv_input_create_partition create = { .flags = 1ULL << 63 };
	struct {
		struct mhv_deposit_memory head;
		__u64 pages[1];
	} deposit = { .pages = { 1ULL << 39 } };
	struct mhv_input_get_memory_balance balance = { .partition_id = id };
	struct mhv_output_get_memory_balance balanced = {};
	struct mhv_partition_id made = {};

	says("a flag that there is not", CALL_OUT(CREATE_PARTITION, create, made),
	     MHV_STATUS_INVALID_PARAMETER);
	create.flags = MHV_CREATE_NESTED_VIRT;
	says("nested virtualization", CALL_OUT(CREATE_PARTITION, create, made),
	     MHV_STATUS_FEATURE_UNAVAILABLE);
	create.flags = 0;
	create.isolation_properties = 1;
	says("isolation", CALL_OUT(CREATE_PARTITION, create, made), MHV_STATUS_FEATURE_UNAVAILABLE);
	create.isolation_properties = 0;
	says("a partition", CALL_OUT(CREATE_PARTITION, create, made), MHV_STATUS_SUCCESS);
	says("without memory", CALL(INITIALIZE_PARTITION, made), MHV_STATUS_INSUFFICIENT_MEMORY);
	deposit.head.partition_id = made.partition_id;
	says("deposited what is no memory", status_of(MHV_HVCALL_DEPOSIT_MEMORY | REPS(1), &deposit,
						      sizeof(deposit), NULL, 0),
	     MHV_STATUS_INVALID_PARAMETER);
	says("finalized too early", CALL(FINALIZE_PARTITION, made),
	     MHV_STATUS_INVALID_PARTITION_STATE);
	says("deleted", CALL(DELETE_PARTITION, made), MHV_STATUS_SUCCESS);
	says("and once more", CALL(DELETE_PARTITION, made), MHV_STATUS_INVALID_PARTITION_ID);

	made.partition_id = id;
	says("initialized again", CALL(INITIALIZE_PARTITION, made),
	     MHV_STATUS_INVALID_PARTITION_STATE);
	says("deleted while it is in use", CALL(DELETE_PARTITION, made),
	     MHV_STATUS_INVALID_PARTITION_STATE);
	says("its memory", CALL_OUT(GET_MEMORY_BALANCE, balance, balanced), MHV_STATUS_SUCCESS);
	ok(balanced.pages_in_use > 0 && (long)(balanced.pages_in_use + balanced.pages_available) ==
	   softhv_counter("deposited_pages"), "is what was deposited");
	says("who calls", status_of(MHV_HVCALL_GET_PARTITION_ID, NULL, 0, &made, sizeof(made)),
	     MHV_STATUS_SUCCESS);
	ok(made.partition_id && made.partition_id != id, "is not the guest");
}

static void test_vp(void)
{
	struct mhv_input_create_vp create = { .partition_id = id, .vp_index = 256 };
	struct mhv_input_delete_vp delete = { .partition_id = id, .vp_index = NO_VP };
	struct mhv_input_map_vp_state_page map = { .partition_id = id, .vp_index = NO_VP };
	struct mhv_input_unmap_vp_state_page unmap = {
		.partition_id = id, .type = MHV_VP_STATE_PAGE_GHCB,
	};
	struct mhv_input_dispatch_vp dispatch = { .partition_id = id, .flags = 1 << 7 };
	struct mhv_output_dispatch_vp dispatched;
	struct mhv_output_map_vp_state_page mapped;
	struct {
		struct mhv_input_set_vp_registers head;
		struct mhv_register_assoc element;
	} set = { .head = { .partition_id = id, .vp_index = 0 },
		  .element = { .name = MHV_REG_VP_INDEX } };
	__u64 control = MHV_HVCALL_SET_VP_REGISTERS | REPS(1);

	says("a VP too many", CALL(CREATE_VP, create), MHV_STATUS_INVALID_VP_INDEX);
	create.vp_index = 0;
	says("one that is there", CALL(CREATE_VP, create), MHV_STATUS_INVALID_VP_INDEX);
	create.vp_index = 1;
	create.flags = 1;
	says("with flags", CALL(CREATE_VP, create), MHV_STATUS_INVALID_PARAMETER);
	says("none to delete", CALL(DELETE_VP, delete), MHV_STATUS_INVALID_VP_INDEX);

	says("no VP's page", CALL_OUT(MAP_VP_STATE_PAGE, map, mapped), MHV_STATUS_INVALID_VP_INDEX);
	map.vp_index = 0;
	says("its registers", CALL_OUT(MAP_VP_STATE_PAGE, map, mapped), MHV_STATUS_OBJECT_IN_USE);
	map.type = MHV_VP_STATE_PAGE_INTERCEPT_MESSAGE;
	says("its messages", CALL_OUT(MAP_VP_STATE_PAGE, map, mapped), MHV_STATUS_OBJECT_IN_USE);
	map.type = MHV_VP_STATE_PAGE_GHCB;
	says("what encrypted guests have", CALL_OUT(MAP_VP_STATE_PAGE, map, mapped),
	     MHV_STATUS_INVALID_PARAMETER);
	says("and away with it", CALL(UNMAP_VP_STATE_PAGE, unmap), MHV_STATUS_INVALID_PARAMETER);

	says("dispatched with an unknown flag", CALL_OUT(DISPATCH_VP, dispatch, dispatched),
	     MHV_STATUS_INVALID_PARAMETER);
	dispatch.flags = 0;
	dispatch.vp_index = NO_VP;
	says("no VP dispatched", CALL_OUT(DISPATCH_VP, dispatch, dispatched),
	     MHV_STATUS_INVALID_VP_INDEX);
	dispatch.vp_index = 0;
	says("one that is suspended", CALL_OUT(DISPATCH_VP, dispatch, dispatched),
	     MHV_STATUS_SUCCESS);
	ok(dispatched.dispatch_state == MHV_DISPATCH_STATE_BLOCKED &&
	   dispatched.dispatch_event == MHV_DISPATCH_EVENT_SUSPEND, "as it says");

	says("a register that only tells", status_of(control, &set, sizeof(set), NULL, 0),
	     MHV_STATUS_ACCESS_DENIED);
	set.element.name = 0x7fffffff;
	says("none", status_of(control, &set, sizeof(set), NULL, 0), MHV_STATUS_INVALID_PARAMETER);
	set.head.input_vtl = 1;
	says("of another trust level", status_of(control, &set, sizeof(set), NULL, 0),
	     MHV_STATUS_INVALID_PARAMETER);
	set.head.input_vtl = 0;
	set.element = (struct mhv_register_assoc){
		.name = MHV_REG_PENDING_INTERRUPTION, .value.reg64 = MHV_PENDING_INTERRUPTION | 2,
	};
	says("a value that cannot be", status_of(control, &set, sizeof(set), NULL, 0),
	     MHV_STATUS_INVALID_REGISTER_VALUE);
}

static void test_memory(void)
{
	struct {
		struct mhv_input_map_gpa_pages head;
		__u64 pages[1];
	} map = { .head = { .target_partition_id = id, .target_gpa_base = 0x1000,
			    .map_flags = 0x10 } };
	struct mhv_input_unmap_gpa_pages unmap = {
		.target_partition_id = id, .target_gpa_base = 0x1000, .unmap_flags = 1,
	};
	__u64 control = MHV_HVCALL_MAP_GPA_PAGES | REPS(1);
	__u64 uncontrol = MHV_HVCALL_UNMAP_GPA_PAGES | REPS(1);

	says("mapped with a flag that there is not", status_of(control, &map, sizeof(map), NULL, 0),
	     MHV_STATUS_INVALID_PARAMETER);
	map.head.map_flags = MHV_MAP_GPA_READABLE;
	map.pages[0] = 1ULL << 39;
	says("what is no memory", status_of(control, &map, sizeof(map), NULL, 0),
	     MHV_STATUS_INVALID_PARAMETER);
	map.head.map_flags |= MHV_MAP_GPA_NOT_CACHED;
	map.pages[0] = 1ULL << 51;
	says("nor a device's", status_of(control, &map, sizeof(map), NULL, 0),
	     MHV_STATUS_INVALID_PARAMETER);
	map.head.map_flags = MHV_MAP_GPA_NO_ACCESS | MHV_MAP_GPA_LARGE_PAGE;
	map.head.target_gpa_base = 1;
	says("a large page at an odd place", status_of(control, &map, sizeof(map), NULL, 0),
	     MHV_STATUS_INVALID_PARAMETER);
	map.head.map_flags = MHV_MAP_GPA_NO_ACCESS;
	map.head.target_gpa_base = 1ULL << 50;
	says("where no guest can get", status_of(control, &map, sizeof(map), NULL, 0),
	     MHV_STATUS_INVALID_PARAMETER);
	says("unmapped with a flag that there is not",
	     status_of(uncontrol, &unmap, sizeof(unmap), NULL, 0), MHV_STATUS_INVALID_PARAMETER);
	unmap.unmap_flags = 0;
	says("what is not mapped", status_of(uncontrol, &unmap, sizeof(unmap), NULL, 0),
	     MHV_STATUS_SUCCESS);
}

/* A page is the hypervisor's from when it is deposited until it is withdrawn. */
static void test_deposited(void)
{
	struct {
		struct mhv_deposit_memory head;
		__u64 pages[2];
	} deposit = {};
	struct {
		struct mhv_input_map_gpa_pages head;
		__u64 pages[1];
	} map = { .head = { .target_partition_id = id, .target_gpa_base = 0x2001,
			    .map_flags = MHV_MAP_GPA_READABLE, .padding = ~0U } };
	struct mhv_input_unmap_gpa_pages unmap = {
		.target_partition_id = id, .target_gpa_base = 0x2001, .padding = ~0U,
	};
	struct mhv_input_create_partition create = {};
	struct mhv_partition_id made = {};
	struct mhv_input_withdraw_memory withdraw = {};
	__u64 page = 0, withdrawn[2] = {};
	__u8 *near = pages_new(1);
	__u64 result;
	long before;

	ok(!ioctl(hvcalls, HVCALLS_PAGE, &page) && page, "a page that is nobody's");
	ok(!memory_set(partition, near, 0x2000 * PAGE, PAGE, 0), "memory, with tables for more");
	before = softhv_counter("deposited_pages");
	says("a partition", CALL_OUT(CREATE_PARTITION, create, made), MHV_STATUS_SUCCESS);
	deposit.head.partition_id = withdraw.partition_id = made.partition_id;
	deposit.pages[0] = deposit.pages[1] = page;
	result = issue((struct hvcalls_call){
		.control = MHV_HVCALL_DEPOSIT_MEMORY | REPS(2), .in = (uintptr_t)&deposit,
		.in_size = sizeof(deposit),
	});
	ok((result & MHV_RESULT_STATUS_MASK) == MHV_STATUS_INVALID_PARAMETER &&
	   (result & MHV_RESULT_REPS_MASK) >> MHV_RESULT_REPS_SHIFT == 1,
	   "the same page twice: the first time only (%#llx)", result);
	says("and once more", status_of(MHV_HVCALL_DEPOSIT_MEMORY | REPS(1), &deposit,
					sizeof(deposit), NULL, 0), MHV_STATUS_INVALID_PARAMETER);
	ok(softhv_counter("deposited_pages") == before + 1, "counts once");
	map.pages[0] = page;
	says("mapped into a guest", status_of(MHV_HVCALL_MAP_GPA_PAGES | REPS(1), &map, sizeof(map),
					      NULL, 0), MHV_STATUS_INVALID_PARAMETER);
	says("used for parameters", issue((struct hvcalls_call){
		.control = MHV_HVCALL_GET_MEMORY_BALANCE, .address = page * PAGE,
		.out = (uintptr_t)withdrawn, .out_size = sizeof(withdrawn),
	}) & MHV_RESULT_STATUS_MASK, MHV_STATUS_INVALID_PARAMETER);

	says("withdrawn", status_of(MHV_HVCALL_WITHDRAW_MEMORY | REPS(2), &withdraw,
				    sizeof(withdraw), withdrawn, sizeof(withdrawn)),
	     MHV_STATUS_NO_RESOURCES);
	ok(withdrawn[0] == page && !withdrawn[1], "one page");
	says("mapped into a guest, with any padding", status_of(MHV_HVCALL_MAP_GPA_PAGES | REPS(1),
								&map, sizeof(map), NULL, 0),
	     MHV_STATUS_SUCCESS);
	says("unmapped, with any padding", status_of(MHV_HVCALL_UNMAP_GPA_PAGES | REPS(1), &unmap,
						     sizeof(unmap), NULL, 0), MHV_STATUS_SUCCESS);
	says("deleted", CALL(DELETE_PARTITION, made), MHV_STATUS_SUCCESS);
	ok(softhv_counter("deposited_pages") == before, "no page is left");
	ok(!memory_set(partition, near, 0x2000 * PAGE, PAGE, UNMAP), "memory unmapped");
	munmap(near, PAGE);
}

/* A program's page cannot become the hypervisor's. */
static void test_deposited_of_a_program(void)
{
	struct {
		struct mhv_deposit_memory head;
		__u64 pages[1];
	} deposit = { .head.partition_id = id };
	__u8 *at = pages_new(1);
	int fd = open("/proc/self/pagemap", O_RDONLY);
	__u64 entry = 0;

	at[0] = 1;
	ok(pread(fd, &entry, sizeof(entry), (uintptr_t)at / PAGE * sizeof(entry)) == sizeof(entry) &&
	   entry >> 63, "a program's page");
	deposit.pages[0] = entry & ((1ULL << 55) - 1);
	says("deposited", status_of(MHV_HVCALL_DEPOSIT_MEMORY | REPS(1), &deposit, sizeof(deposit),
				    NULL, 0), MHV_STATUS_INVALID_PARAMETER);
	close(fd);
}

/* Runs a VP until that fails; what it is told otherwise is of no interest. */
static void *run_on(void *arg)
{
	struct mhv_message message;

	while (!ioctl((intptr_t)arg, MSHV_RUN_VP, &message))
		usleep(1000);
	return (void *)(intptr_t)errno;
}

/* Take away all memory that a partition has to spare. Returns how many pages. */
static int withdraw_all(__u64 from, __u64 *pages, int room)
{
	struct mhv_input_withdraw_memory in = { .partition_id = from };
	int count = 0, given;
	__u64 result;

	do {
		result = issue((struct hvcalls_call){
			.control = MHV_HVCALL_WITHDRAW_MEMORY | REPS(16), .in = (uintptr_t)&in,
			.in_size = sizeof(in), .out = (uintptr_t)(pages + count),
			.out_size = 16 * sizeof(*pages),
		});
		given = (result & MHV_RESULT_REPS_MASK) >> MHV_RESULT_REPS_SHIFT;
		count += given;
	} while (given == 16 && count + 16 <= room);
	return count;
}

static bool deposit_all(__u64 to, const __u64 *pages, int count)
{
	struct {
		struct mhv_deposit_memory head;
		__u64 pages[1];
	} in = { .head.partition_id = to };
	int i;

	for (i = 0; i < count; i++) {
		in.pages[0] = pages[i];
		if (status_of(MHV_HVCALL_DEPOSIT_MEMORY | REPS(1), &in, sizeof(in), NULL, 0))
			return false;
	}
	return true;
}

/*
 * The hypervisor does not take a page away: it has no memory to split the block that the page is in,
 * which has become a large one behind the driver's back. The guest must not run on.
 */
static void test_page_kept(int device)
{
	static const __u8 code[] = { 0xeb, 0xfe };	/* jmp . */
	const __u64 gfn = 0x200;
	struct {
		struct mhv_input_map_gpa_pages head;
		__u64 pages[1];
	} map = { .head = { .target_gpa_base = gfn,
			    .map_flags = MHV_MAP_GPA_NO_ACCESS | MHV_MAP_GPA_LARGE_PAGE } };
	int victim = partition_new(device), spinning = vp_create(victim, 0), count;
	__u8 *low = pages_new(2), *at = pages_new(1);
	__u64 id_of = partition_id(victim), pages[1024];
	struct mhv_input_translate_virtual_address touch = {
		.control_flags = MHV_TRANSLATE_VALIDATE_WRITE, .gva_page = gfn,
	};
	struct mhv_output_translate_virtual_address touched = {};
	pthread_t thread;
	void *error;

	memcpy(low + PAGE, code, sizeof(code));
	ok(!memory_set(victim, low, 0, 2 * PAGE, EXECUTABLE) &&
	   !memory_set(victim, at, gfn * PAGE, PAGE, WRITABLE), "memory");
	ok(!vp_start(spinning, 0, PAGE) &&
	   !hvcall(spinning, MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS, 0, &touch, sizeof(touch),
		   &touched, sizeof(touched), NULL) && !touched.result_code, "which the guest has");
	pthread_create(&thread, NULL, run_on, (void *)(intptr_t)spinning);
	usleep(100000);

	map.head.target_partition_id = id_of;
	says("its page is in a large one", status_of(MHV_HVCALL_MAP_GPA_PAGES | REPS(1), &map,
						     sizeof(map), NULL, 0), MHV_STATUS_SUCCESS);
	count = withdraw_all(id_of, pages, 1024);
	ok(count > 0, "there is no memory to split it (%d pages)", count);
	madvise(at, PAGE, MADV_DONTNEED);
	pthread_join(thread, &error);
	ok((intptr_t)error == EIO, "the guest is stopped (errno %ld)", (long)(intptr_t)error);
	ok(deposit_all(id_of, pages, count), "the memory is there again");
	close(spinning);
	close(victim);
	munmap(at, PAGE);
	munmap(low, 2 * PAGE);
}

static void test_statistics(void)
{
	struct mhv_input_map_stats_page map = {
		.type = 0x77, .identity.area = MHV_STATS_AREA_SELF,
	};
	struct mhv_input_map_stats_page2 map2;
	struct mhv_output_map_stats_page out;
	struct mhv_input_get_system_property property = { .property_id = 0x777 };
	struct mhv_output_get_system_property value;

	says("statistics of what there is not", CALL_OUT(MAP_STATS_PAGE, map, out),
	     MHV_STATUS_INVALID_PARAMETER);
	map.type = MHV_STATS_LOGICAL_PROCESSOR;
	map.identity.lp_index = 0xffff;
	says("of no processor", CALL_OUT(MAP_STATS_PAGE, map, out), MHV_STATUS_INVALID_LP_INDEX);
	map.type = MHV_STATS_PARTITION;
	map.identity.partition_id = nobody;
	says("of no partition", CALL_OUT(MAP_STATS_PAGE, map, out),
	     MHV_STATUS_INVALID_PARTITION_ID);
	map.type = MHV_STATS_VP;
	map.identity.partition_id = id;
	map.identity.vp_index = NO_VP;
	says("of no VP", CALL_OUT(MAP_STATS_PAGE, map, out), MHV_STATUS_INVALID_VP_INDEX);
	map.identity.vp_index = 0;
	map.identity.area = MHV_STATS_AREA_INTERNAL;
	says("of an area that there is not", CALL_OUT(MAP_STATS_PAGE, map, out),
	     MHV_STATUS_INVALID_PARAMETER);
	map.identity.area = MHV_STATS_AREA_SELF;
	says("of a VP", CALL_OUT(MAP_STATS_PAGE, map, out), MHV_STATUS_SUCCESS);

	map2 = (struct mhv_input_map_stats_page2){ .map = map, .map_location = 1ULL << 39 };
	says("on what is no memory", CALL(MAP_STATS_PAGE2, map2), MHV_STATUS_INVALID_PARAMETER);
	ioctl(hvcalls, HVCALLS_PAGE, &map2.map_location);
	says("on a page of ours", CALL(MAP_STATS_PAGE2, map2), MHV_STATUS_SUCCESS);
	says("and once more", CALL(MAP_STATS_PAGE2, map2), MHV_STATUS_OBJECT_IN_USE);
	says("or on the hypervisor's", CALL_OUT(MAP_STATS_PAGE, map, out),
	     MHV_STATUS_OBJECT_IN_USE);
	says("and off it again", CALL(UNMAP_STATS_PAGE, map), MHV_STATUS_SUCCESS);

	says("a property of the machine that there is not",
	     CALL_OUT(GET_SYSTEM_PROPERTY, property, value), MHV_STATUS_UNKNOWN_PROPERTY);
	property.property_id = MHV_SYSTEM_PROP_SCHEDULER_TYPE;
	says("its scheduler", CALL_OUT(GET_SYSTEM_PROPERTY, property, value), MHV_STATUS_SUCCESS);
	ok(value.value == MHV_SCHEDULER_ROOT, "is the driver");
}

static struct mhv_input_create_port port_of(__u32 number)
{
	return (struct mhv_input_create_port){
		.port_partition_id = MHV_PARTITION_ID_SELF, .port_id = number,
		.connection_partition_id = id,
		.port_info = {
			.port_type = MHV_PORT_DOORBELL, .target_sint = MHV_SINT_DOORBELL,
			.target_vp = MHV_ANY_VP,
		},
	};
}

static struct mhv_input_connect_port connection_of(__u32 number)
{
	return (struct mhv_input_connect_port){
		.connection_partition_id = id, .connection_id = number,
		.port_partition_id = MHV_PARTITION_ID_SELF, .port_id = number,
		.connection_info = {
			.port_type = MHV_PORT_DOORBELL, .gpa = BELL_GPA,
			.flags = MHV_DOORBELL_ANY_VALUE,
		},
	};
}

static void test_ports(void)
{
	struct mhv_input_create_port port = port_of(PORT);
	struct mhv_input_connect_port connect = connection_of(PORT);
	struct mhv_input_delete_port delete = {
		.port_partition_id = MHV_PARTITION_ID_SELF, .port_id = PORT,
	};
	struct mhv_input_disconnect_port disconnect = {
		.connection_partition_id = id, .connection_id = PORT,
	};
	struct mhv_input_notify_port_ring_empty notify = { .sint_index = MHV_NR_SINTS };

	port.port_partition_id = id;
	says("a guest's port", CALL(CREATE_PORT, port), MHV_STATUS_INVALID_PARTITION_ID);
	port = port_of(0);
	says("port 0", CALL(CREATE_PORT, port), MHV_STATUS_INVALID_PORT_ID);
	port = port_of(PORT);
	port.connection_partition_id = nobody;
	says("a port for nobody", CALL(CREATE_PORT, port), MHV_STATUS_INVALID_PARTITION_ID);
	port = port_of(PORT);
	port.port_info.port_type = MHV_PORT_EVENT;
	says("one for events", CALL(CREATE_PORT, port), MHV_STATUS_INVALID_PARAMETER);
	port = port_of(PORT);
	port.port_info.target_sint = MHV_NR_SINTS;
	says("one at no SINT", CALL(CREATE_PORT, port), MHV_STATUS_INVALID_PARAMETER);
	port = port_of(PORT);
	port.port_info.target_vp = 0xffff;
	says("one at no CPU", CALL(CREATE_PORT, port), MHV_STATUS_INVALID_VP_INDEX);
	says("connected to none", CALL(CONNECT_PORT, connect), MHV_STATUS_INVALID_PORT_ID);
	port = port_of(PORT);
	says("a port", CALL(CREATE_PORT, port), MHV_STATUS_SUCCESS);
	says("and once more", CALL(CREATE_PORT, port), MHV_STATUS_INVALID_PORT_ID);

	connect.connection_info.flags = 7;
	says("a write of no size", CALL(CONNECT_PORT, connect), MHV_STATUS_INVALID_PARAMETER);
	connect = connection_of(PORT);
	connect.connection_id = 1 << 24;
	says("a connection beyond all", CALL(CONNECT_PORT, connect),
	     MHV_STATUS_INVALID_CONNECTION_ID);
	connect = connection_of(PORT);
	says("connected", CALL(CONNECT_PORT, connect), MHV_STATUS_SUCCESS);
	says("and once more", CALL(CONNECT_PORT, connect), MHV_STATUS_INVALID_CONNECTION_ID);
	connect.connection_id++;
	says("by another name", CALL(CONNECT_PORT, connect), MHV_STATUS_OBJECT_IN_USE);
	says("deleted meanwhile", CALL(DELETE_PORT, delete), MHV_STATUS_OBJECT_IN_USE);
	disconnect.flags = 2;
	says("disconnected with a flag that there is not", CALL(DISCONNECT_PORT, disconnect),
	     MHV_STATUS_INVALID_PARAMETER);
	disconnect.flags = MHV_DISCONNECT_DOORBELL;
	says("disconnected", CALL(DISCONNECT_PORT, disconnect), MHV_STATUS_SUCCESS);
	says("and once more", CALL(DISCONNECT_PORT, disconnect), MHV_STATUS_INVALID_CONNECTION_ID);
	says("deleted", CALL(DELETE_PORT, delete), MHV_STATUS_SUCCESS);
	says("and once more", CALL(DELETE_PORT, delete), MHV_STATUS_INVALID_PORT_ID);

	says("no ring", CALL(NOTIFY_PORT_RING_EMPTY, notify), MHV_STATUS_INVALID_PARAMETER);
	notify.sint_index = MHV_SINT_DOORBELL;
	says("a ring", CALL(NOTIFY_PORT_RING_EMPTY, notify), MHV_STATUS_SUCCESS);
}

static long calls_of(const char *name)
{
	char found[64];
	long count, sum = 0;
	FILE *file = fopen("/sys/kernel/debug/softhv/hypercalls", "r");

	while (file && fscanf(file, "%*s %63s %ld", found, &count) == 2)
		if (!strcmp(found, name))
			sum = count;
	if (file)
		fclose(file);
	return sum;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* mov $100, %cx; mov %al, BELL_GPA by DS; loop; out %al, $0x10 */
static const __u8 ringer[] = { 0xb9, 100, 0, 0xa2, 0x00, 0x00, 0xe2, 0xfb, 0xe6, 0x10 };

/*
 * A guest rings a hundred times at a CPU that takes no interrupts: more than a ring has places for.
 * When it does again, the driver empties the ring and asks for what waited.
 */
static void test_full_ring(void)
{
	union mhv_register_value ds = {
		.segment = { .base = BELL_GPA, .limit = 0xffff, .attributes = 0x93 },
	};
	struct mhv_input_create_port port = port_of(PORT);
	struct mhv_input_connect_port connect = connection_of(PORT);
	struct mhv_input_disconnect_port disconnect = {
		.connection_partition_id = id, .connection_id = PORT,
		.flags = MHV_DISCONNECT_DOORBELL,
	};
	struct mhv_input_delete_port delete = {
		.port_partition_id = MHV_PARTITION_ID_SELF, .port_id = PORT,
	};
	char *hold[] = { "hypercalls", "hold", NULL };
	struct mhv_message message = {};
	__u8 *at = pages_new(16);
	long before = calls_of("NOTIFY_PORT_RING_EMPTY");
	int status, i, ret;
	pid_t holder;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
		ok(true, "a second CPU # SKIP");
		return;
	}
	pin(0);
	memcpy(at + 0x1000, ringer, sizeof(ringer));
	ok(!memory_set(partition, at, 0, 16 * PAGE, WRITABLE | EXECUTABLE) &&
	   !vp_start(vp, 0, 0x1000) && !register_set(vp, 0, MHV_REG_DS, &ds), "a guest that rings");
	port.port_info.target_vp = 1;
	says("at another CPU", CALL(CREATE_PORT, port), MHV_STATUS_SUCCESS);
	says("by a write", CALL(CONNECT_PORT, connect), MHV_STATUS_SUCCESS);

	/* A program of its own: nobody then waits for that CPU because of memory that both have. */
	if (posix_spawn(&holder, "/proc/self/exe", NULL, NULL, hold, environ)) {
		ok(false, "a process that holds the CPU");
		return;
	}
	for (i = 0; i < 10000 && ioctl(hvcalls, HVCALLS_HELD); i++)
		usleep(1000);
	ret = ioctl(vp, MSHV_RUN_VP, &message);
	ioctl(hvcalls, HVCALLS_RELEASE);
	waitpid(holder, &status, 0);
	ok(!ret && message.header.message_type == MHV_MSG_X64_IO_PORT_INTERCEPT, "it has");
	ok(!status, "the CPU was released (%#x)", status);
	for (i = 0; i < 10000 && calls_of("NOTIFY_PORT_RING_EMPTY") == before; i++)
		usleep(1000);
	ok(calls_of("NOTIFY_PORT_RING_EMPTY") > before, "the driver has asked for the rest");
	says("disconnected", CALL(DISCONNECT_PORT, disconnect), MHV_STATUS_SUCCESS);
	says("deleted", CALL(DELETE_PORT, delete), MHV_STATUS_SUCCESS);
}

/* Before a reboot nothing may interrupt us any more, so no write can be tied to an eventfd. */
static void test_reboot(void)
{
	struct mshv_user_ioeventfd args = { .addr = 0x70000, .len = 4, .fd = eventfd(0, 0) };

	ok(!ioctl(partition, MSHV_IOEVENTFD, &args), "a write tied to an eventfd");
	args.addr += 8;
	ok(!ioctl(hvcalls, HVCALLS_REBOOT), "a reboot");
	fails(ioctl(partition, MSHV_IOEVENTFD, &args), EOPNOTSUPP);
	close(args.fd);
}

int main(int argc, char **argv)
{
	int device;

	hvcalls = open("/dev/" HVCALLS_DEVICE, O_RDWR | O_CLOEXEC);
	if (hvcalls < 0) {
		printf("Bail out! /dev/" HVCALLS_DEVICE ": %s\n", strerror(errno));
		return 2;
	}
	if (argc == 2 && !strcmp(argv[1], "hold")) {
		pin(1);
		return ioctl(hvcalls, HVCALLS_HOLD) ? 1 : 0;
	}
	device = device_open();
	partition = partition_new(device);
	vp = vp_create(partition, 0);
	id = partition_id(partition);
	ok(id && vp >= 0, "a partition");

	test_abi();
	test_partition();
	test_vp();
	test_memory();
	test_deposited();
	test_deposited_of_a_program();
	test_page_kept(device);
	test_statistics();
	test_ports();
	test_full_ring();
	test_reboot();
	close(vp);
	close(partition);
	ok(softhv_counter("partitions") == 0, "no partition is left");
	ok(softhv_counter("ports") == 0, "no port is left");
	ok(softhv_counter("deposited_pages") == 0, "no deposited page is left");
	return done();
}
