// SPDX-License-Identifier: GPL-2.0
/* Every number of the lists has its name, no list has a number twice, and no number has none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <linux/types.h>
#include <mshv/exits.h>
#include <mshv/counts.h>
#include "names.h"

struct entry {
	__u32 number;
	const char *name;
};

static const struct entry exits[] = {
#define MSHV_EXIT(name, message) { MSHV_EXIT_##name, #name },
#include <mshv/exits.def>
#undef MSHV_EXIT
};

static const struct entry hvcalls[] = {
#define MSHV_HYPERCALL(code, name) { code, #name },
#include <mshv/hypercalls.def>
#undef MSHV_HYPERCALL
};

static const struct entry messages[] = {
#define MSHV_MESSAGE(type, name) { type, #name },
#include <mshv/messages.def>
#undef MSHV_MESSAGE
};

static const struct entry statuses[] = {
#define MSHV_STATUS(code, name, err) { code, #name },
#include <mshv/status.def>
#undef MSHV_STATUS
};

#define COUNT(list)	(sizeof(list) / sizeof((list)[0]))

static void check(const struct entry *list, size_t nr, const char *(*name)(unsigned int, char *))
{
	char room[NAME_SIZE];
	size_t i, j;

	for (i = 0; i < nr; i++) {
		assert_string_equal(name(list[i].number, room), list[i].name);
		assert_true(i == 0 || list[i - 1].number < list[i].number);
		for (j = 0; j < i; j++)
			assert_string_not_equal(list[i].name, list[j].name);
	}
}

static void every_number_in_a_list_has_its_name(void **state)
{
	(void)state;
	check(exits, COUNT(exits), exit_name);
	check(hvcalls, COUNT(hvcalls), hvcall_name);
	check(messages, COUNT(messages), message_name);
	check(statuses, COUNT(statuses), status_name);
}

static void a_number_in_no_list_is_shown_as_hex(void **state)
{
	char room[NAME_SIZE];

	(void)state;
	assert_string_equal(exit_name(MSHV_NR_EXITS, room), "0x16");
	assert_string_equal(exit_name(UINT32_MAX, room), "0xffffffff");
	assert_string_equal(hvcall_name(0x8001, room), "0x8001");
	assert_string_equal(message_name(0x12345678, room), "0x12345678");
	assert_string_equal(status_name(0x7fff, room), "0x7fff");
}

static void counters_have_room_for_all_of_the_lists(void **state)
{
	size_t i;

	(void)state;
	assert_true(MSHV_NR_EXITS <= MSHV_COUNTS_REASONS);
	assert_true(COUNT(hvcalls) < MSHV_COUNTS_HVCALLS);
	for (i = 0; i < COUNT(hvcalls); i++)
		assert_true(hvcalls[i].number < MSHV_COUNTS_HVCALL_CODES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_in_a_list_has_its_name),
		cmocka_unit_test(a_number_in_no_list_is_shown_as_hex),
		cmocka_unit_test(counters_have_room_for_all_of_the_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
