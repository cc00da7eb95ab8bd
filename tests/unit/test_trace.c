// SPDX-License-Identifier: GPL-2.0
/* Events as mshvtrace writes them: as strace would, and as JSON that parses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <linux/types.h>
#include <mshv/exits.h>
#include "names.h"
#include "../../tools/mshvtrace/decode.h"
#include "../../tools/mshvtrace/summary.h"

static const struct mshv_trace_record map_pages = {
	.time_ns = 7001234567, .partition_id = 2, .vp_index = MSHV_NO_VP, .tgid = 99,
	.kind = MSHV_TRACE_HVCALL, .arg = { 0x4b, 0, 512, 512, 0, 12345 },
};

static const struct mshv_trace_record failed = {
	.time_ns = 7000000000, .partition_id = 2, .vp_index = 1, .tgid = 99,
	.kind = MSHV_TRACE_HVCALL, .arg = { 0xf123, 0, 0, 0, 0xd, 800 },
};

static const struct mshv_trace_record io_exit = {
	.time_ns = 8000000000, .partition_id = 2, .vp_index = 0, .tgid = 99,
	.kind = MSHV_TRACE_EXIT,
	.arg = { 4, MSHV_EXIT_IO_PORT, 999600, 1500, 2000000000, 0 },
};

static const struct mshv_trace_record io = {
	.time_ns = 8000000000, .partition_id = 2, .vp_index = 0, .tgid = 99,
	.kind = MSHV_TRACE_IO_PORT, .arg = { 0x3f8, 1, 1, 0, 0, 0x41, 0x10020 },
};

static const struct mshv_trace_record fault = {
	.time_ns = 8000000000, .partition_id = 2, .vp_index = 0, .tgid = 99,
	.kind = MSHV_TRACE_GPA, .arg = { 0x80000000, 0xd0000000, 0xd0000000, 1, 0x10020 },
};

static void check_text(const struct mshv_trace_record *r, const char *wanted)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	event_text(out, r, 7000000000);
	fclose(out);
	assert_string_equal(text, wanted);
	free(text);
}

static void text_is_as_straces(void **state)
{
	(void)state;
	check_text(&map_pages, "    0.001234     99 HVCALL_MAP_GPA_PAGES(pt=2, reps=512/512) = "
		   "SUCCESS <12.3us>\n");
	check_text(&failed, "    0.000000     99 HVCALL_0xf123(pt=2, vp=1) = INVALID_PARTITION_ID "
		   "<800ns>\n");
	check_text(&io_exit, "    1.000000     99 EXIT_IO_PORT(pt=2, vp=0, guest=1.00ms, "
		   "kernel=1.50us, vmm=2.00s, halted=0ns) <2.00s>\n");
	check_text(&io, "    1.000000     99 INTERCEPT_IO_PORT(pt=2, vp=0, port=0x3f8, size=1, "
		   "write, rax=0x41, rip=0x10020)\n");
	check_text(&fault, "    1.000000     99 INTERCEPT_GPA(pt=2, vp=0, UNMAPPED_GPA, "
		   "gpa=0xd0000000, gva=0xd0000000, write, rip=0x10020)\n");
}

static void mainlines_events_have_names(void **state)
{
	const struct mshv_trace_record left = {
		.time_ns = 8000000000, .partition_id = 2, .vp_index = 1, .tgid = 99,
		.kind = MSHV_TRACE_mshv_run_vp_exit, .arg = { 0x80010000, -4ULL },
	};
	const struct mshv_trace_record deleted = {
		.time_ns = 8000000000, .partition_id = 2, .vp_index = MSHV_NO_VP, .tgid = 99,
		.kind = MSHV_TRACE_mshv_hvcall_delete_partition, .arg = { 0xd },
	};
	/* Azure's has no number of pages. */
	const struct mshv_trace_record withdrawn = {
		.time_ns = 8000000000, .partition_id = 2, .vp_index = MSHV_NO_VP, .tgid = 99,
		.kind = MSHV_TRACE_mshv_hvcall_withdraw_memory, .absent = 1, .arg = { 0, 0xd },
	};

	(void)state;
	check_text(&left, "    1.000000     99 mshv_run_vp_exit(pt=2, vp=1, "
		   "X64_IO_PORT_INTERCEPT, ret=-4)\n");
	check_text(&deleted, "    1.000000     99 mshv_hvcall_delete_partition(pt=2, "
		   "status=INVALID_PARTITION_ID)\n");
	check_text(&withdrawn, "    1.000000     99 mshv_hvcall_withdraw_memory(pt=2, "
		   "status=INVALID_PARTITION_ID)\n");
}

static json_t *json_of(const struct mshv_trace_record *r)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	json_t *root;

	assert_true(event_json(out, r, NULL));
	fclose(out);
	assert_ptr_equal(strchr(text, '\n'), text + size - 1);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	free(text);
	return root;
}

static void check_string(json_t *root, const char *key, const char *wanted)
{
	assert_string_equal(json_string_value(json_object_get(root, key)), wanted);
}

static void json_has_every_argument(void **state)
{
	json_t *root = json_of(&map_pages);

	(void)state;
	check_string(root, "type", "hypercall");
	check_string(root, "hypercall", "MAP_GPA_PAGES");
	check_string(root, "status", "SUCCESS");
	assert_true(json_is_null(json_object_get(root, "vp")));
	assert_int_equal(json_integer_value(json_object_get(root, "duration_ns")), 12345);
	assert_int_equal(json_integer_value(json_object_get(root, "reps_done")), 512);
	json_decref(root);
	root = json_of(&io_exit);
	check_string(root, "type", "exit");
	check_string(root, "reason", "IO_PORT");
	assert_int_equal(json_integer_value(json_object_get(root, "vmm_ns")), 2000000000);
	json_decref(root);
	root = json_of(&io);
	assert_true(json_is_true(json_object_get(root, "write")));
	assert_true(json_is_false(json_object_get(root, "rep")));
	json_decref(root);
	root = json_of(&fault);
	check_string(root, "message_type", "UNMAPPED_GPA");
	check_string(root, "access", "write");
	json_decref(root);
}

static void a_summary_adds_up(void **state)
{
	struct summary *s = summary_new();
	char *text;
	size_t size;
	FILE *out;

	(void)state;
	assert_true(summary_add(s, &io));
	assert_true(summary_add(s, &map_pages));
	assert_true(summary_add(s, &map_pages));
	assert_true(summary_add(s, &failed));
	out = open_memstream(&text, &size);
	summary_print(out, s);
	fclose(out);
	assert_non_null(strstr(text, "    0.000025          2        0    12.3 "));
	assert_non_null(strstr(text, "          1        1   0.800 "));
	assert_true(strstr(text, "HVCALL_MAP_GPA_PAGES\n") < strstr(text, "HVCALL_0xf123\n"));
	assert_non_null(strstr(text, "-  INTERCEPT_IO_PORT\n"));
	free(text);
	summary_free(s);
}

static void names_lead_back_to_numbers(void **state)
{
	unsigned int number;

	(void)state;
	assert_true(hvcall_number("HVCALL_MAP_GPA_PAGES", &number));
	assert_int_equal(number, 0x4b);
	assert_true(hvcall_number("MAP_GPA_PAGES", &number));
	assert_int_equal(number, 0x4b);
	assert_true(hvcall_number("0xc2", &number));
	assert_int_equal(number, 0xc2);
	assert_false(hvcall_number("0x10000", &number));
	assert_false(hvcall_number("MAP_GPA", &number));
	assert_true(exit_number("IO_PORT", &number));
	assert_int_equal(number, MSHV_EXIT_IO_PORT);
	assert_false(exit_number("io_port", &number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_as_straces),
		cmocka_unit_test(mainlines_events_have_names),
		cmocka_unit_test(json_has_every_argument),
		cmocka_unit_test(a_summary_adds_up),
		cmocka_unit_test(names_lead_back_to_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
