// SPDX-License-Identifier: GPL-2.0
/* The stream views: JSON that parses and keeps to its schema, and text that keeps to its width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "source_gen.h"
#include "../../tools/mshvtop/view.h"

#define SECOND	1000000000ULL

static const struct row_filter everything;

static struct gen *g;
static struct model *m;

static void step(void)
{
	struct sample sample = gen_sample(g, SECOND);

	assert_true(model_update(m, &sample));
}

static int set_up(void **state)
{
	struct sample first;

	(void)state;
	g = gen_new(64, 2, 64);
	gen_own(g, 3, 100, "qemu-system-x86", 2);
	gen_own(g, 4, 101, "say \"hi\"\xff", 1);
	first = gen_sample(g, 0);
	m = model_new(&g->source, &first);
	assert_non_null(m);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	model_free(m);
	g->source.close(&g->source);
	return 0;
}

static void some_load(void)
{
	unsigned int i;

	for (i = 0; i < 40; i++)
		gen_exit(g, 3, i % 2, i % 2, MSHV_EXIT_IO_PORT, 900, 100, 2000, 0);
	gen_exit(g, 4, 0, 2, MSHV_EXIT_HALT, 900, 100, 0, 5000);
	gen_exit(g, 4, 0, 2, 30, 900, 100, 0, 5000);
	gen_hvcall(g, 0, 0x50, true, 1234, 3, 0);
	gen_hvcall(g, 1, 0xc2, false, 4321, 4, 1);
}

static char *text_of_json(const struct row_filter *filter)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_true(view_json(out, m, filter));
	fclose(out);
	return text;
}

static json_t *frame(const struct row_filter *filter)
{
	char *text = text_of_json(filter);
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	assert_non_null(root);
	free(text);
	return root;
}

/* A value by its path of keys and indices, such as "vps.0.vp" */
static json_t *at(json_t *value, const char *path)
{
	char *copy = strdup(path), *key, *save;

	for (key = strtok_r(copy, ".", &save); key; key = strtok_r(NULL, ".", &save)) {
		if (json_is_array(value))
			value = json_array_get(value, strtoul(key, NULL, 10));
		else
			value = json_object_get(value, key);
		if (!value)
			fail_msg("%s: no %s", path, key);
	}
	free(copy);
	return value;
}

static json_int_t integer(json_t *root, const char *path)
{
	json_t *value = at(root, path);

	if (!json_is_integer(value))
		fail_msg("%s: not an integer", path);
	return json_integer_value(value);
}

static void a_frame_is_one_line(void **state)
{
	char *text;

	(void)state;
	some_load();
	step();
	text = text_of_json(&everything);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	free(text);
}

static void check_exit_sums(json_t *owner, json_int_t now, json_int_t total)
{
	static const char * const keys[] = {
		"count", "guest_ns", "kernel_ns", "vmm_ns", "halted_ns", "p50_ns", "p99_ns",
		"max_ns",
	};
	static const char * const spans[] = { "interval", "total" };
	unsigned int i, j;

	for (i = 0; i < 2; i++) {
		json_t *sums = at(owner, spans[i]);

		assert_int_equal(json_object_size(sums), sizeof(keys) / sizeof(keys[0]));
		for (j = 0; j < sizeof(keys) / sizeof(keys[0]); j++) {
			json_t *value = at(sums, keys[j]);

			assert_true(json_is_integer(value) ||
				    (json_is_null(value) && !integer(sums, "count")));
		}
	}
	assert_int_equal(integer(owner, "interval.count"), now);
	assert_int_equal(integer(owner, "total.count"), total);
}

static void every_field_of_the_schema_is_there(void **state)
{
	json_t *root;

	(void)state;
	some_load();
	step();
	some_load();
	step();
	root = frame(&everything);
	assert_int_equal(integer(root, "schema"), 1);
	assert_string_equal(json_string_value(at(root, "source")), "generator");
	assert_string_equal(json_string_value(at(root, "kernel")), "1.2.3");
	assert_true(json_is_string(at(root, "version")));
	assert_int_equal(integer(root, "interval_ns"), SECOND);
	assert_int_equal(integer(root, "total_ns"), 2 * SECOND);
	assert_int_equal(integer(root, "time_ns"), m->wall_ns);

	assert_int_equal(integer(root, "host.partitions"), 2);
	assert_int_equal(integer(root, "host.vps"), 3);
	check_exit_sums(at(root, "host.exits"), 42, 84);
	assert_int_equal(integer(root, "host.hypercalls.interval.count"), 2);
	assert_int_equal(integer(root, "host.hypercalls.total.errors"), 2);

	assert_int_equal(json_array_size(at(root, "partitions")), 2);
	assert_int_equal(integer(root, "partitions.0.partition"), 3);
	assert_int_equal(integer(root, "partitions.0.pid"), 100);
	assert_int_equal(integer(root, "partitions.0.vps"), 2);
	assert_true(json_is_false(at(root, "partitions.0.gone")));
	check_exit_sums(at(root, "partitions.0"), 40, 80);
	check_exit_sums(at(root, "partitions.0.exits.0"), 40, 80);
	assert_int_equal(integer(root, "partitions.0.hypercalls.interval"), 1);
	assert_int_equal(integer(root, "partitions.0.hypercalls.total"), 2);

	assert_int_equal(json_array_size(at(root, "vps")), 3);
	assert_int_equal(integer(root, "vps.1.partition"), 3);
	assert_int_equal(integer(root, "vps.1.vp"), 1);
	check_exit_sums(at(root, "vps.1"), 20, 40);

	assert_int_equal(json_array_size(at(root, "exits")), 3);
	assert_string_equal(json_string_value(at(root, "exits.0.reason")), "IO_PORT");
	assert_string_equal(json_string_value(at(root, "exits.2.reason")), "0x1e");
	check_exit_sums(at(root, "exits.0"), 40, 80);
	assert_int_equal(integer(root, "exits.0.total.vmm_ns"), 80 * 2000);
	assert_int_equal(integer(root, "exits.0.total.max_ns"), 2100);

	assert_int_equal(json_array_size(at(root, "hypercalls")), 2);
	assert_string_equal(json_string_value(at(root, "hypercalls.0.hypercall")),
			    "GET_VP_REGISTERS");
	assert_int_equal(integer(root, "hypercalls.0.code"), 0x50);
	assert_int_equal(integer(root, "hypercalls.0.total.duration_ns"), 2 * 1234);
	assert_int_equal(integer(root, "hypercalls.0.total.reps"), 2);

	assert_int_equal(integer(root, "lost.no_vp_slot"), 0);
	assert_int_equal(integer(root, "lost.no_hist"), 0);
	assert_int_equal(integer(root, "lost.bad_reason"), 0);
	assert_int_equal(integer(root, "lost.overwritten"), 0);
	assert_int_equal(integer(root, "lost.missed"), 0);
	assert_int_equal(integer(root, "self.cpu_ns"), 0);
	assert_int_equal(integer(root, "self.bpf_ns"), 0);
	json_decref(root);
}

static void check_documented(json_t *value, const char *doc)
{
	char quoted[64];
	const char *key;
	json_t *inner;
	size_t i;

	json_array_foreach(value, i, inner)
		check_documented(inner, doc);
	json_object_foreach(value, key, inner) {
		snprintf(quoted, sizeof(quoted), "`%s`", key);
		if (!strstr(doc, quoted))
			fail_msg("docs/json.md: no %s", quoted);
		check_documented(inner, doc);
	}
}

static void every_field_is_in_the_document(void **state)
{
	FILE *file = fopen("docs/json.md", "re");
	const struct model_lost none = { 0 };
	char doc[32768], *text;
	size_t size;
	FILE *out;
	json_t *root;

	(void)state;
	if (!file)
		fail_msg("docs/json.md: cannot be opened from here");
	doc[fread(doc, 1, sizeof(doc) - 1, file)] = '\0';
	fclose(file);
	some_load();
	g->lost.no_hist += 3;
	step();
	out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_true(view_json_lost(out, m, &none));
	assert_true(view_json(out, m, &everything));
	fclose(out);
	root = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "type")), "lost");
	check_documented(root, doc);
	json_decref(root);
	root = json_loads(strchr(text, '\n') + 1, 0, NULL);
	assert_non_null(root);
	check_documented(root, doc);
	json_decref(root);
	free(text);
}

static void times_without_samples_are_null(void **state)
{
	json_t *root;

	(void)state;
	some_load();
	step();
	step();
	root = frame(&everything);
	assert_true(json_is_null(at(root, "exits.0.interval.p99_ns")));
	assert_true(json_is_null(at(root, "exits.0.interval.max_ns")));
	assert_true(json_is_integer(at(root, "exits.0.total.p99_ns")));
	json_decref(root);
}

static void names_with_odd_characters_are_still_json(void **state)
{
	json_t *root;

	(void)state;
	step();
	root = frame(&everything);
	assert_string_equal(json_string_value(at(root, "partitions.1.vmm")), "say \"hi\"?");
	json_decref(root);
}

static void a_filter_leaves_the_host_as_it_is(void **state)
{
	const struct row_filter filter = { .by_partition = true, .partition_id = 4 };
	json_t *root;

	(void)state;
	some_load();
	step();
	root = frame(&filter);
	assert_int_equal(json_array_size(at(root, "partitions")), 1);
	assert_int_equal(integer(root, "partitions.0.partition"), 4);
	assert_int_equal(json_array_size(at(root, "vps")), 1);
	assert_int_equal(integer(root, "host.exits.total.count"), 42);
	json_decref(root);
}

static void text_keeps_to_its_width(void **state)
{
	static const unsigned int widths[] = { 80, 100, 120 };
	char *text, *line, *save;
	unsigned int i;
	size_t size;

	(void)state;
	snprintf(m->kernel, sizeof(m->kernel), "6.12.117+deb12-cloud-amd64-and-more-of-it");
	some_load();
	step();
	for (i = 0; i < 3; i++) {
		FILE *out = open_memstream(&text, &size);

		assert_true(view_text(out, m, &everything, widths[i]));
		fclose(out);
		assert_non_null(strstr(text, "lost 0\n"));
		assert_non_null(strstr(text, "2 partitions 3 VPs"));
		assert_non_null(strstr(text, "GET_VP_REGISTERS"));
		for (line = strtok_r(text, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save)) {
			assert_true(strlen(line) <= widths[i]);
			assert_true(line[strlen(line) - 1] != ' ');
		}
		free(text);
	}
}

#define TEST(test)	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_frame_is_one_line),
		TEST(every_field_of_the_schema_is_there),
		TEST(every_field_is_in_the_document),
		TEST(times_without_samples_are_null),
		TEST(names_with_odd_characters_are_still_json),
		TEST(a_filter_leaves_the_host_as_it_is),
		TEST(text_keeps_to_its_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
