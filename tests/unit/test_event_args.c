// SPDX-License-Identifier: GPL-2.0
/*
 * Arguments of events are found by their names, in BTF made here: of a kernel with the driver built
 * in, and of a module on top of a kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <bpf/btf.h>
#include "kernel/event_args.h"

static int u64_id(struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, "u64", BTF_KIND_INT);

	return id > 0 ? id : btf__add_int(btf, "u64", 8, 0);
}

/* What pahole makes of an event: a typedef without names of arguments, and a function with them */
static void add_event(struct btf *btf, const char *event, const char * const *arguments)
{
	int type = u64_id(btf), pointer, proto;
	char name[64];
	unsigned int i;

	pointer = btf__add_ptr(btf, 0);
	proto = btf__add_func_proto(btf, 0);
	btf__add_func_param(btf, NULL, pointer);
	for (i = 0; arguments[i]; i++)
		btf__add_func_param(btf, NULL, type);
	snprintf(name, sizeof(name), "btf_trace_%s", event);
	assert_true(btf__add_typedef(btf, name, btf__add_ptr(btf, proto)) > 0);
	proto = btf__add_func_proto(btf, type);
	btf__add_func_param(btf, "__data", pointer);
	for (i = 0; arguments[i]; i++)
		btf__add_func_param(btf, arguments[i], type);
	snprintf(name, sizeof(name), "__traceiter_%s", event);
	assert_true(btf__add_func(btf, name, BTF_FUNC_STATIC, proto) > 0);
}

static const char * const exit_mainline[] = {
	"partition_id", "vp_index", "hv_message_type", "ret", NULL
};
static const char * const exit_azure[] = {
	"ret", "partition_id", "vp_index", "hv_message_type", NULL
};
static const char * const release[] = { "partition_id", NULL };

static void check_mainline(const struct event_args *e)
{
	assert_int_equal(event_args_find(e, "mshv_run_vp_exit", "partition_id"), 0);
	assert_int_equal(event_args_find(e, "mshv_run_vp_exit", "vp_index"), 1);
	assert_int_equal(event_args_find(e, "mshv_run_vp_exit", "hv_message_type"), 2);
	assert_int_equal(event_args_find(e, "mshv_run_vp_exit", "ret"), 3);
	assert_int_equal(event_args_find(e, "mshv_partition_release", "partition_id"), 0);
}

static void test_orders(void **state)
{
	struct btf *btf = btf__new_empty();
	struct event_args *e;

	(void)state;
	add_event(btf, "mshv_run_vp_exit", exit_azure);
	e = event_args_new(btf);
	assert_non_null(e);
	assert_int_equal(event_args_find(e, "mshv_run_vp_exit", "ret"), 0);
	assert_int_equal(event_args_find(e, "mshv_run_vp_exit", "partition_id"), 1);
	assert_int_equal(event_args_find(e, "mshv_run_vp_exit", "vp_index"), 2);
	assert_int_equal(event_args_find(e, "mshv_run_vp_exit", "hv_message_type"), 3);
	event_args_free(e);
	btf__free(btf);
}

static void test_built_in(void **state)
{
	struct btf *btf = btf__new_empty();
	struct event_args *e;

	(void)state;
	btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	add_event(btf, "mshv_run_vp_exit", exit_mainline);
	add_event(btf, "mshv_partition_release", release);
	btf__add_int(btf, "char", 1, 0);
	e = event_args_new(btf);
	assert_non_null(e);
	check_mainline(e);
	event_args_free(e);
	btf__free(btf);
}

static void test_module(void **state)
{
	struct btf *kernel = btf__new_empty(), *module;
	struct event_args *e;

	(void)state;
	btf__add_int(kernel, "u64", 8, 0);
	add_event(kernel, "sched_switch", release);
	/* An event of the kernel's of the same name is not the module's. */
	add_event(kernel, "mshv_run_vp_exit", exit_azure);
	module = btf__new_empty_split(kernel);
	assert_non_null(module);
	add_event(module, "mshv_partition_release", release);
	add_event(module, "mshv_run_vp_exit", exit_mainline);
	e = event_args_new(module);
	assert_non_null(e);
	check_mainline(e);
	assert_false(event_args_has(e, "sched_switch"));
	event_args_free(e);
	btf__free(module);
	btf__free(kernel);
}

static void test_missing(void **state)
{
	static const char * const odd[] = { "partition_id", "vp_index_and_more", "", NULL };
	struct btf *btf = btf__new_empty();
	struct event_args *e;

	(void)state;
	add_event(btf, "mshv_run_vp_exit", odd);
	e = event_args_new(btf);
	assert_non_null(e);
	assert_true(event_args_has(e, "mshv_run_vp_exit"));
	assert_false(event_args_has(e, "mshv_run_vp"));
	assert_int_equal(event_args_find(e, "mshv_run_vp_exit", "vp_index"), -1);
	assert_int_equal(event_args_find(e, "mshv_run_vp_exit", "__data"), -1);
	assert_int_equal(event_args_find(e, "mshv_run_vp_entry", "partition_id"), -1);
	event_args_free(e);
	btf__free(btf);
}

/* A name without a function behind it, and no BTF types at all */
static void test_odd_btf(void **state)
{
	struct btf *btf = btf__new_empty();
	struct event_args *e = event_args_new(btf);

	(void)state;
	assert_non_null(e);
	assert_false(event_args_has(e, "mshv_run_vp_exit"));
	event_args_free(e);
	btf__add_typedef(btf, "__traceiter_mshv_run_vp_exit", btf__add_ptr(btf, 0));
	e = event_args_new(btf);
	assert_non_null(e);
	assert_false(event_args_has(e, "mshv_run_vp_exit"));
	event_args_free(e);
	btf__free(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_built_in),
		cmocka_unit_test(test_module),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_odd_btf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
