// SPDX-License-Identifier: GPL-2.0
/* The stream views: JSON that parses and keeps to its schema, and text that keeps to its width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "source_gen.h"
#include "view/view.h"

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

/* --- What is beside the counters -------------------------------------------------------------- */

static const struct mshv_slow slow_exit = {
	.partition_id = 3, .vp_index = 1,
	.arg = { 7, MSHV_EXIT_IO_PORT, 42000, 81000, 1331000, 5 },
	.message_type = 0x80010000,
	/* header of a write at 0x1000, then port 0x3f8 and one byte; rax is 'A' */
	.message = { 0x0000010000000000, 0, 0, 0x1000, 0, 0x103f8, 'A' },
};

static const struct mshv_slow slow_hvcall = {
	.partition_id = ~0ULL, .vp_index = ~0U, .is_hvcall = 1,
	.arg = { 0x004b, 0, 512, 510, 5, 2475000 },
	.nr_stack = 3, .stack = { 1, 2, 3 },
};

/* The first place is that of the event itself. */
static void name_symbol(const struct source *source, __u64 entry, char *text)
{
	(void)source;
	snprintf(text, SYMBOL_SIZE, entry == 1 ? "__traceiter_it+0x1" : "place_%llu+0x10", entry);
}

/* A second in which each kind of detail grows by what it has here, and two events took long */
static void step_details(void)
{
	static const struct tally_entry steps[] = {
		{ { 3, 0x3f8, MSHV_TALLY_IO_PORT, 1 }, { 40, 0, 0 } },
		{ { 4, 0x80000001, MSHV_TALLY_CPUID, 7 }, { 2, 0, 0 } },
		{ { 3, 49, MSHV_TALLY_INTERRUPT, 0 }, { 11, 0, 2 } },
		{ { 3, 0, MSHV_TALLY_FAULT, 1 }, { 5, 2560, 1 } },
		{ { 0, 2, TALLY_HYPERVISOR, 0 }, { 4, 0, 0 } },
		{ { 0, 4, TALLY_HYPERVISOR, 0 }, { -3, 0, 0 } },
		{ { 3, 5, TALLY_PARTITION, 0 }, { 1024, 0, 0 } },
		{ { 3, 13, TALLY_VP, 1 }, { 14900, 0, 0 } },
	};
	enum { FALLS = 5 };
	static struct program_cost program = { .name = "mshv_exit" };
	struct tally_entry now[sizeof(steps) / sizeof(steps[0])];
	struct mshv_slow slow[2] = { slow_exit, slow_hvcall };
	struct sample sample;
	unsigned int i;

	some_load();
	sample = gen_sample(g, SECOND);
	memcpy(now, steps, sizeof(now));
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		now[i].value.count *= m->frames + 1;
		now[i].value.amount *= m->frames + 1;
		now[i].value.errors *= m->frames + 1;
	}
	now[FALLS].value.count += 100;
	slow[0].time_ns = sample.time_ns - 250000000;
	slow[1].time_ns = sample.time_ns - 125000000;
	program.runs = 10 * (m->frames + 1);
	program.ns = 1000 * (m->frames + 1);
	sample.tallies = now;
	sample.nr_tallies = sizeof(steps) / sizeof(steps[0]);
	sample.slow = slow;
	sample.nr_slow = 2;
	sample.programs = &program;
	sample.nr_programs = 1;
	sample.self_rss_bytes = 12 << 20;
	sample.self_maps_bytes = 34 << 20;
	g->source.symbol = name_symbol;
	assert_true(model_update(m, &sample));
}

enum format {
	JSON,
	CSV,
	TEXT,
};

/* The details of the second of two intervals */
static char *text_of_details(enum format format, const struct row_filter *filter)
{
	struct view_before before;
	const struct view_details d = {
		.source = &g->source, .filter = filter, .before = &before,
	};
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	step_details();
	view_before_set(&before, m);
	step_details();
	if (format == JSON) {
		assert_true(view_json_details(out, m, &d));
	} else if (format == CSV) {
		view_csv_head(out);
		view_csv(out, m, filter);
		assert_true(view_csv_details(out, m, &d));
	} else {
		assert_true(view_text_details(out, m, &d, 80));
	}
	fclose(out);
	return text;
}

static json_t *details(const struct row_filter *filter)
{
	char *text = text_of_details(JSON, filter);
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(root);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	free(text);
	return root;
}

static void text_is(json_t *root, const char *path, const char *text)
{
	json_t *value = at(root, path);

	if (!json_is_string(value))
		fail_msg("%s: not a text", path);
	assert_string_equal(json_string_value(value), text);
}

static void details_have_what_was_counted(void **state)
{
	json_t *root;

	(void)state;
	root = details(&everything);
	text_is(root, "type", "details");
	assert_int_equal(integer(root, "schema"), 1);
	assert_int_equal(json_array_size(at(root, "intercepts")), 2);
	assert_int_equal(integer(root, "intercepts.0.partition"), 3);
	text_is(root, "intercepts.0.kind", "IO_PORT");
	assert_int_equal(integer(root, "intercepts.0.number"), 0x3f8);
	text_is(root, "intercepts.0.what", "0x3f8 COM1");
	text_is(root, "intercepts.0.access", "out");
	assert_int_equal(integer(root, "intercepts.0.interval.count"), 40);
	assert_int_equal(integer(root, "intercepts.0.total.count"), 80);
	assert_int_equal(integer(root, "intercepts.1.number"), 0x80000001);
	assert_int_equal(integer(root, "intercepts.1.subleaf"), 7);
	assert_true(json_is_null(at(root, "intercepts.1.access")));
	assert_int_equal(json_array_size(at(root, "interrupts")), 1);
	text_is(root, "interrupts.0.what", "vector 49");
	assert_int_equal(integer(root, "interrupts.0.interval.errors"), 2);
	assert_int_equal(json_array_size(at(root, "memory")), 1);
	text_is(root, "memory.0.kind", "FAULT");
	text_is(root, "memory.0.access", "write");
	assert_int_equal(integer(root, "memory.0.interval.pages"), 2560);
	assert_int_equal(integer(root, "memory.0.total.errors"), 2);
	assert_int_equal(json_array_size(at(root, "counters")), 4);
	text_is(root, "counters.0.counter", "HvPartitions");
	text_is(root, "counters.0.of", "hypervisor");
	assert_true(json_is_null(at(root, "counters.0.partition")));
	assert_int_equal(integer(root, "counters.1.interval"), -3);
	assert_int_equal(integer(root, "counters.1.value"), 94);
	assert_int_equal(integer(root, "counters.3.vp"), 1);
	assert_int_equal(integer(root, "counters.3.interval"), 14900);
	assert_int_equal(integer(root, "counters.3.value"), 2 * 14900);
	text_is(root, "programs.0.program", "mshv_exit");
	assert_int_equal(integer(root, "programs.0.interval.bpf_ns"), 1000);
	assert_int_equal(integer(root, "programs.0.total.runs"), 20);
	assert_int_equal(integer(root, "rss_bytes"), 12 << 20);
	assert_int_equal(integer(root, "maps_bytes"), 34 << 20);
	json_decref(root);
}

static void details_have_what_took_long_in_the_interval(void **state)
{
	json_t *root;

	(void)state;
	root = details(&everything);
	assert_int_equal(integer(root, "slow_count"), 2);
	assert_int_equal(json_array_size(at(root, "slow")), 2);
	text_is(root, "slow.0.kind", "exit");
	text_is(root, "slow.0.reason", "IO_PORT");
	assert_int_equal(integer(root, "slow.0.time_ns"), m->wall_ns - 250000000);
	assert_int_equal(integer(root, "slow.0.partition"), 3);
	assert_int_equal(integer(root, "slow.0.vp"), 1);
	assert_int_equal(integer(root, "slow.0.latency_ns"), 1412000);
	assert_int_equal(integer(root, "slow.0.guest_ns"), 42000);
	assert_int_equal(integer(root, "slow.0.halted_ns"), 5);
	text_is(root, "slow.0.arguments", "port=0x3f8 write size=1 rax=0x41 rip=0x1000");
	text_is(root, "slow.1.hypercall", "MAP_GPA_PAGES");
	assert_int_equal(integer(root, "slow.1.code"), 0x4b);
	assert_true(json_is_null(at(root, "slow.1.partition")));
	assert_true(json_is_null(at(root, "slow.1.vp")));
	assert_int_equal(integer(root, "slow.1.reps_done"), 510);
	text_is(root, "slow.1.status", "INVALID_PARAMETER");
	assert_int_equal(json_array_size(at(root, "slow.1.stack")), 2);
	text_is(root, "slow.1.stack.0", "place_2+0x10");
	json_decref(root);
}

static void details_are_those_of_the_filter(void **state)
{
	const struct row_filter filter = { .by_partition = true, .partition_id = 4 };
	json_t *root;

	(void)state;
	root = details(&filter);
	assert_int_equal(json_array_size(at(root, "intercepts")), 1);
	text_is(root, "intercepts.0.kind", "CPUID");
	assert_int_equal(json_array_size(at(root, "interrupts")), 0);
	assert_int_equal(json_array_size(at(root, "slow")), 0);
	json_decref(root);
}

/* Linux's own driver tells nothing; a recording may have been made without it. */
static void details_that_cannot_be_known_are_null(void **state)
{
	json_t *root;

	(void)state;
	m->lacks = MODEL_LACKS_DETAILS;
	root = details(&everything);
	assert_true(json_is_null(at(root, "intercepts")));
	assert_true(json_is_null(at(root, "slow")));
	assert_int_equal(json_array_size(at(root, "counters")), 4);
	json_decref(root);
	m->lacks = 0;
	g->source.recorded = true;
	root = details(&everything);
	assert_true(json_is_null(at(root, "memory")));
	assert_true(json_is_null(at(root, "counters")));
	json_decref(root);
}

static void every_line_of_the_csv_has_all_columns(void **state)
{
	static const char * const there[] = {
		",lost,,,,,,0,", ",intercept,3,100,\"qemu-system-x86\",,IO_PORT,40,,,,,,,,,,,"
		"\"0x3f8 COM1\",out,,,,", ",interrupt,3,100,\"qemu-system-x86\",,INTERRUPT,11,2,",
		",\"\",write,2560,,,", ",counter,,,,,HvPartitions,4,,,,,,,,,,,\"hypervisor\",,,8,,",
		",slow,3,100,\"qemu-system-x86\",1,IO_PORT,1,,,42000,81000,1331000,5,,,,,"
		"\"port=0x3f8 write size=1 rax=0x41 rip=0x1000\",,,,",
		",slow,,,,,HVCALL_MAP_GPA_PAGES,1,1,510,,,,,2475000,,,,",
		",\"place_2+0x10;place_3+0x10\"", ",counter,,,,,HvVirtualProcessors,-3,",
		",program,,,,,mshv_exit,10,,,,,,,1000,",
	};
	unsigned int i, commas, columns = 0;
	char *text, *line, *save;

	(void)state;
	text = text_of_details(CSV, &everything);
	for (i = 0; i < sizeof(there) / sizeof(there[0]); i++)
		if (!strstr(text, there[i]))
			fail_msg("no \"%s\" in:\n%s", there[i], text);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		for (commas = 0, i = 0; line[i]; i++)
			commas += line[i] == ',';
		if (!columns)
			columns = commas;
		if (commas != columns)
			fail_msg("%u commas, not %u: %s", commas, columns, line);
	}
	free(text);
}

static void text_has_a_table_of_each_kind_of_detail(void **state)
{
	static const char * const there[] = {
		"0x3f8 COM1", "vector 49", "FAULT", "port=0x3f8 write", "HvPartitions", "mshv_exit",
		"-3.00      94",
	};
	char *text, *line, *save;
	unsigned int i;

	(void)state;
	text = text_of_details(TEXT, &everything);
	for (i = 0; i < sizeof(there) / sizeof(there[0]); i++)
		if (!strstr(text, there[i]))
			fail_msg("no \"%s\" in:\n%s", there[i], text);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		assert_true(strlen(line) <= 80);
	free(text);
}

/* --- The document ----------------------------------------------------------------------------- */

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
	const struct view_before none = { 0 };
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
	root = details(&everything);
	check_documented(root, doc);
	json_decref(root);
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
	assert_string_equal(json_string_value(at(root, "partitions.1.vmm")), "say \"hi\"\\xff");
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

/* With one slot for three VPs, two have no numbers: none is better than a wrong one. */
static void a_vp_without_a_slot_has_no_numbers(void **state)
{
	unsigned int i, lines = 0;
	char *text, *line, *save;
	json_t *root;
	size_t size;
	FILE *out;

	(void)state;
	for (i = 0; i < 40; i++)
		gen_exit(g, 4, 0, 0, MSHV_EXIT_IO_PORT, 900, 100, 2000, 0);
	g->lost.no_vp_slot = 1234;
	step();
	root = frame(&everything);
	assert_int_equal(integer(root, "partitions.1.interval.count"), 40);
	assert_int_equal(integer(root, "vps.2.interval.count"), 40);
	for (i = 0; i < 2; i++) {
		char path[64];

		snprintf(path, sizeof(path), "vps.%u.total.count", i);
		assert_true(json_is_null(at(root, path)));
		snprintf(path, sizeof(path), "vps.%u.interval.guest_ns", i);
		assert_true(json_is_null(at(root, path)));
	}
	assert_true(json_is_null(at(root, "partitions.0.total.count")));
	json_decref(root);
	out = open_memstream(&text, &size);
	view_csv_head(out);
	view_csv(out, m, &everything);
	fclose(out);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		unsigned int commas = 0;
		const char *c;

		for (c = line; *c; c++)
			commas += *c == ',';
		assert_int_equal(commas, 24);
		lines += !!strstr(line, ",vp,3,100,\"qemu-system-x86\",0,,,,,,,,,,,,,");
		lines += !!strstr(line, ",partition,3,100,\"qemu-system-x86\",,,,,,,,,,,,,,");
	}
	assert_int_equal(lines, 2);
	free(text);
	out = open_memstream(&text, &size);
	assert_true(view_text(out, m, &everything, 120));
	fclose(out);
	line = strstr(text, "qemu-system-x86");
	assert_non_null(line);
	*strchr(line, '\n') = '\0';
	/* Its hypercalls have a counter of their own. */
	assert_null(strstr(strstr(line, " 0 ") + 2, " 0 "));
	free(text);
}

static void time_is_text_as_well(void **state)
{
	json_t *root;

	(void)state;
	step();
	root = frame(&everything);
	assert_int_equal(integer(root, "time_ns"), 1700000006000000000LL);
	assert_string_equal(json_string_value(at(root, "time")), "2023-11-14T22:13:26.000000000Z");
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
		TEST(details_have_what_was_counted),
		TEST(details_have_what_took_long_in_the_interval),
		TEST(details_are_those_of_the_filter),
		TEST(details_that_cannot_be_known_are_null),
		TEST(every_line_of_the_csv_has_all_columns),
		TEST(text_has_a_table_of_each_kind_of_detail),
		TEST(every_field_is_in_the_document),
		TEST(times_without_samples_are_null),
		TEST(names_with_odd_characters_are_still_json),
		TEST(a_filter_leaves_the_host_as_it_is),
		TEST(text_keeps_to_its_width),
		TEST(a_vp_without_a_slot_has_no_numbers),
		TEST(time_is_text_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
