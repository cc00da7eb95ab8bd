// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of capabilities as the driver prints them, their names, and who may move where: also the
 * example of three hosts that no version number can tell apart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <linux/mshv.h>
#include "caps/capnames.h"
#include "err.h"
#include "recording/file.h"
#include "text.h"
#include "../../tools/mshvcaps/mshvcaps.h"

static void names_and_ids(void **state)
{
	unsigned int at = 0, nr = 0;
	char room[NAME_SIZE];
	__u32 id, again;

	(void)state;
	while ((at = cap_listed(at, &id))) {
		assert_true(cap_number(cap_name(id, room), &again));
		assert_int_equal(again, id);
		assert_true(strlen(cap_doc(id)) > 0);
		nr++;
	}
	assert_true(nr > MSHV_CAP_VP_CONTROL_PAGE - MSHV_CAP_CREATE_PARTITION);
	assert_string_equal(cap_name(0x4711, room), "0x4711");
	assert_true(cap_number("0x4711", &id) && id == 0x4711);
	assert_false(cap_number("NO_SUCH_THING", &id));
	assert_string_equal(cap_state_name(99), "?");
}

static void sets(void **state)
{
	struct cap_set set;

	(void)state;
	assert_true(cap_set_parse(&set, "3000000,00000001"));
	assert_true(cap_set_has(&set, MSHV_CAP_CREATE_PARTITION));
	assert_false(cap_set_has(&set, MSHV_CAP_CREATE_PARTITION + 1));
	assert_true(cap_set_has(&set, MSHV_CAP_CREATE_PARTITION + 56));
	assert_true(cap_set_has(&set, MSHV_CAP_CREATE_PARTITION + 57));
	assert_false(cap_set_has(&set, MSHV_CAP_CREATE_PARTITION + 58));
	assert_false(cap_set_has(&set, 0));
	assert_false(cap_set_has(&set, 0xffffffff));
	assert_true(cap_set_parse(&set, "0"));
	assert_false(cap_set_parse(&set, ""));
	assert_false(cap_set_parse(&set, "no"));
	assert_false(cap_set_parse(&set, "123456789"));
	assert_false(cap_set_parse(&set, "1,1,1,1,1,1,1,1,1"));
}

/* A host that can do @can, comma-separated; with a VM that was granted @granted, unless NULL */
static json_t *host(const char *can, const char *granted)
{
	json_t *o = json_pack("{s:s, s:[], s:[]}", "type", "mshv-capabilities", "capabilities",
			      "partitions");
	json_t *caps = json_object_get(o, "capabilities"), *names = json_array();
	char *copy, *name, *save;

	copy = strdup(can);
	for (name = strtok_r(copy, ",", &save); name; name = strtok_r(NULL, ",", &save))
		json_array_append_new(caps, json_pack("{s:s, s:s, s:i}", "name", name, "state",
						      "USABLE", "value", 1));
	free(copy);
	copy = strdup(granted ? granted : "");
	for (name = strtok_r(copy, ",", &save); name; name = strtok_r(NULL, ",", &save))
		json_array_append_new(names, json_string(name));
	free(copy);
	if (granted)
		json_array_append_new(json_object_get(o, "partitions"),
				      json_pack("{s:i, s:s, s:O, s:[]}", "id", 3, "comm", "vmm",
						"granted", names, "used"));
	json_decref(names);
	return o;
}

static bool may_move(const char *from, const char *granted, const char *to, const char *blocks)
{
	json_t *a = host(from, granted), *b = host(to, NULL);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int status = diff_migrate(out, a, b, 0);

	fclose(out);
	json_decref(a);
	json_decref(b);
	assert_true(status == EXIT_OK || status == EXIT_NO);
	if (blocks)
		assert_non_null(strstr(text, blocks));
	free(text);
	return status == EXIT_OK;
}

/*
 * The host gets ppgtt, then context, then loses ppgtt. Which of them a VM may move between hangs on
 * what the VM was granted, not on what its host could do.
 */
static void ppgtt_and_context(void **state)
{
	static const char old[] = "none", ppgtt[] = "none,ppgtt";
	static const char both[] = "none,ppgtt,context", context[] = "none,context";

	(void)state;
	assert_true(may_move(old, "none", ppgtt, NULL));
	assert_true(may_move(ppgtt, "none", old, NULL));
	assert_false(may_move(ppgtt, "none,ppgtt", old, "ppgtt"));
	assert_true(may_move(ppgtt, "none,ppgtt", both, NULL));
	assert_true(may_move(both, "none,ppgtt", ppgtt, NULL));
	assert_false(may_move(both, "none,ppgtt,context", ppgtt, "context"));
	/* ppgtt is gone */
	assert_true(may_move(both, "none,context", context, NULL));
	assert_true(may_move(context, "none,context", both, NULL));
	assert_false(may_move(both, "none,ppgtt,context", context, "ppgtt"));
	assert_false(may_move(ppgtt, "none,ppgtt", context, "ppgtt"));
	assert_true(may_move(ppgtt, "none", context, NULL));
	assert_false(may_move(context, "none,context", ppgtt, "context"));
}

/* Every way to be granted three capabilities, and every host */
static void all_combinations(void **state)
{
	static const char * const names[] = { "x", "y", "z" };
	char granted[8], can[8];
	unsigned int vm, to, i;

	(void)state;
	for (vm = 0; vm < 8; vm++) {
		for (to = 0; to < 8; to++) {
			granted[0] = can[0] = '\0';
			for (i = 0; i < 3; i++) {
				if (vm & 1U << i)
					strcat(strcat(granted, names[i]), ",");
				if (to & 1U << i)
					strcat(strcat(can, names[i]), ",");
			}
			assert_int_equal(may_move("x,y,z", granted, can, NULL), !(vm & ~to));
		}
	}
}

static void masks_and_values(void **state)
{
	json_t *a = host("HV_XSAVE_STATES,HV_PHYSICAL_ADDRESS_WIDTH",
			 "HV_XSAVE_STATES,HV_PHYSICAL_ADDRESS_WIDTH");
	json_t *b = host("HV_XSAVE_STATES,HV_PHYSICAL_ADDRESS_WIDTH", NULL);
	FILE *out = fopen("/dev/null", "w");

	(void)state;
	json_object_set_new(snapshot_find(a, "HV_XSAVE_STATES"), "value", json_string("0x400000000000003"));
	json_object_set_new(snapshot_find(b, "HV_XSAVE_STATES"), "value", json_string("0x400000000000004"));
	assert_int_equal(diff_migrate(out, a, b, 0), EXIT_NO);
	json_object_set_new(snapshot_find(b, "HV_XSAVE_STATES"), "value", json_string("0x400000000000007"));
	assert_int_equal(diff_migrate(out, a, b, 0), EXIT_OK);
	json_object_set_new(snapshot_find(a, "HV_PHYSICAL_ADDRESS_WIDTH"), "value",
			    json_integer(48));
	assert_int_equal(diff_migrate(out, a, b, 0), EXIT_NO);
	assert_int_equal(diff_migrate(out, a, b, 3), EXIT_NO);
	fclose(out);
	json_decref(a);
	json_decref(b);
}

/* What a tool of this age does not know is compared like any other, and what is base is needed. */
static void base_is_needed(void **state)
{
	json_t *a = host("MIND_READING,RUN_VP", ""), *b = host("MIND_READING", NULL);
	FILE *out = fopen("/dev/null", "w");

	(void)state;
	assert_int_equal(diff_migrate(out, a, b, 0), EXIT_OK);
	json_object_set_new(snapshot_find(a, "RUN_VP"), "base", json_true());
	assert_int_equal(diff_migrate(out, a, b, 0), EXIT_NO);
	assert_int_equal(diff_snapshots(out, a, b), EXIT_NO);
	assert_int_equal(diff_snapshots(out, a, a), EXIT_OK);
	fclose(out);
	json_decref(a);
	json_decref(b);
}

static bool put_snapshot(struct rec_writer *w, json_t *snapshot)
{
	struct buf block = { 0 };
	char *text = json_dumps(snapshot, JSON_COMPACT);
	bool ok;

	buf_bytes(&block, text, strlen(text));
	ok = rec_write(w, REC_CAPS, REC_FLAG_SKIP, &block);
	buf_free(&block);
	free(text);
	json_decref(snapshot);
	return ok;
}

/* A VM that is gone before the recording ends counts as it was last, and so does one that goes on. */
static void recordings_have_all_partitions(void **state)
{
	char path[] = "/tmp/mshv-test-caps.XXXXXX";
	json_t *first = host("x", "x"), *second = host("x", "x,y"), *all, *target;
	FILE *out = fopen("/dev/null", "w");
	struct rec_writer *w;

	(void)state;
	close(mkstemp(path));
	json_object_set_new(json_array_get(json_object_get(second, "partitions"), 0), "id",
			    json_integer(4));
	w = rec_create(path);
	assert_non_null(w);
	assert_true(put_snapshot(w, host("x,y,z", "x,z")));
	assert_true(put_snapshot(w, first));
	assert_true(put_snapshot(w, second));
	assert_true(rec_close(w));
	all = snapshot_load(path);
	assert_non_null(all);
	assert_int_equal(json_array_size(json_object_get(all, "partitions")), 2);
	target = host("x", NULL);
	assert_int_equal(diff_migrate(out, all, target, 3), EXIT_OK);
	assert_int_equal(diff_migrate(out, all, target, 4), EXIT_NO);
	assert_int_equal(diff_migrate(out, all, target, 0), EXIT_NO);
	json_decref(target);
	json_decref(all);
	/* One without capabilities */
	w = rec_create(path);
	assert_true(rec_close(w));
	assert_null(snapshot_load(path));
	fclose(out);
	unlink(path);
}

static int migrate(json_t *a, json_t *b, char **text)
{
	size_t size;
	FILE *out = open_memstream(text, &size);
	int status = diff_migrate(out, a, b, 0);

	fclose(out);
	return status;
}

static void each_vm_has_an_answer_of_its_own(void **state)
{
	json_t *a = host("x,y", "x,y"), *b = host("x", NULL), *partitions;
	char *text;

	(void)state;
	partitions = json_object_get(a, "partitions");
	json_array_append_new(partitions, json_pack("{s:i, s:s, s:[s], s:[]}", "id", 4, "comm", "two",
						    "granted", "x", "used"));
	json_array_append_new(partitions, json_pack("{s:i, s:s}", "id", 5, "comm", "three"));
	assert_int_equal(migrate(a, b, &text), EXIT_NO);
	assert_non_null(strstr(text, "partition 3 (vmm): no\n"));
	assert_non_null(strstr(text, "partition 4 (two): yes\n"));
	assert_non_null(strstr(text, "partition 5 (three): unknown\n"));
	free(text);
	json_array_remove(partitions, 0);
	assert_int_equal(migrate(a, b, &text), EXIT_UNKNOWN);
	free(text);
	json_array_remove(partitions, 1);
	assert_int_equal(migrate(a, b, &text), EXIT_OK);
	free(text);
	json_decref(a);
	json_decref(b);
}

static void what_a_snapshot_does_not_say_is_unknown(void **state)
{
	json_t *a = host("x", "x"), *b = host("x", NULL);
	char *text;

	(void)state;
	json_object_del(snapshot_find(b, "x"), "value");
	assert_int_equal(migrate(a, b, &text), EXIT_UNKNOWN);
	free(text);
	json_object_set_new(snapshot_find(b, "x"), "value", json_integer(1));
	json_object_set_new(snapshot_find(b, "x"), "state", json_null());
	assert_int_equal(migrate(a, b, &text), EXIT_UNKNOWN);
	free(text);
	json_object_set_new(snapshot_find(b, "x"), "state", json_string("USABLE"));
	assert_int_equal(migrate(a, b, &text), EXIT_OK);
	free(text);
	json_object_del(a, "partitions");
	assert_int_equal(migrate(a, b, &text), EXIT_UNKNOWN);
	free(text);
	json_decref(a);
	json_decref(b);
}

/* The second snapshot, in which something was used that the first does not know, is damaged. */
static void a_damaged_recording_never_says_yes(void **state)
{
	char path[] = "/tmp/mshv-test-caps.XXXXXX";
	json_t *target = host("x", NULL), *all;
	struct rec_writer *w;
	struct stat st;
	char *text, byte;
	int fd;

	(void)state;
	close(mkstemp(path));
	w = rec_create(path);
	assert_non_null(w);
	assert_true(put_snapshot(w, host("x", "x")));
	assert_true(put_snapshot(w, host("x,y", "x,y")));
	assert_true(rec_close(w));
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(pread(fd, &byte, 1, st.st_size - 5), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, st.st_size - 5), 1);
	all = snapshot_load(path);
	assert_non_null(all);
	assert_int_equal(migrate(all, target, &text), EXIT_UNKNOWN);
	assert_null(strstr(text, "yes"));
	free(text);
	assert_int_equal(migrate(target, all, &text), EXIT_UNKNOWN);
	free(text);
	json_decref(all);
	/* Cut off within a block */
	assert_int_equal(ftruncate(fd, st.st_size - 3), 0);
	all = snapshot_load(path);
	assert_non_null(all);
	assert_int_equal(migrate(all, target, &text), EXIT_UNKNOWN);
	free(text);
	json_decref(all);
	close(fd);
	json_decref(target);
	unlink(path);
}

static void a_vmm_may_have_any_name(void **state)
{
	struct owner owner = { .partition_id = 3, .tgid = 7, .caps_known = true };
	static const struct hostcaps caps = { .told = true };
	json_t *o;

	(void)state;
	/* Cut in the middle of a character by the kernel */
	text_clean(owner.comm, sizeof(owner.comm), "машинах", 15);
	o = snapshot_make(&caps, &owner, 1);
	assert_non_null(o);
	assert_string_equal(json_string_value(json_object_get(
		json_array_get(json_object_get(o, "partitions"), 0), "comm")), "машинах");
	json_decref(o);
	text_clean(owner.comm, sizeof(owner.comm), "\xff\x1b[2J", 5);
	o = snapshot_make(&caps, &owner, 1);
	assert_non_null(o);
	json_decref(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_ids),
		cmocka_unit_test(sets),
		cmocka_unit_test(ppgtt_and_context),
		cmocka_unit_test(all_combinations),
		cmocka_unit_test(masks_and_values),
		cmocka_unit_test(base_is_needed),
		cmocka_unit_test(recordings_have_all_partitions),
		cmocka_unit_test(each_vm_has_an_answer_of_its_own),
		cmocka_unit_test(what_a_snapshot_does_not_say_is_unknown),
		cmocka_unit_test(a_damaged_recording_never_says_yes),
		cmocka_unit_test(a_vmm_may_have_any_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
