// SPDX-License-Identifier: GPL-2.0
/*
 * Options may come before the mode or behind it, as the help shows them. A setting that is not
 * understood changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "num.h"
#include "options.h"

#define MAX_WORDS	16

/* Split at spaces. */
static void parse(struct options *o, const char *line, char *room)
{
	char *argv[MAX_WORDS] = { 0 }, *save, *word;
	int argc = 0;

	strcpy(room, line);
	for (word = strtok_r(room, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	options_parse(o, argc, argv);
}

static void options_come_before_the_mode_or_behind_it(void **state)
{
	static const char * const lines[] = {
		"mshvtop -d 2 replay -b -p 3 FILE", "mshvtop replay -b -d 2 -p 3 FILE",
		"mshvtop -b -d2 -p 3 replay FILE", "mshvtop -bd 2 replay FILE -p 3",
		"mshvtop --delay=2 --batch --partition 3 replay FILE",
		"mshvtop --del 2 -p3 replay FILE --batch",
	};
	struct options o;
	char room[128];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		parse(&o, lines[i], room);
		assert_int_equal(o.mode, MODE_REPLAY);
		assert_true(o.batch && o.delay == 2 && o.filter.partition_id == 3);
		assert_string_equal(o.file, "FILE");
	}
	parse(&o, "mshvtop -o FILE --slow 5 record -d 3", room);
	assert_int_equal(o.mode, MODE_RECORD);
	assert_true(o.delay == 3 && o.slow_ns == 5000);
	assert_string_equal(o.file, "FILE");
}

static void an_argument_is_no_mode(void **state)
{
	static const char * const lines[] = {
		"mshvtop record -o replay", "mshvtop -o replay record", "mshvtop --output replay record",
	};
	struct options o;
	char room[128];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		parse(&o, lines[i], room);
		assert_int_equal(o.mode, MODE_RECORD);
		assert_string_equal(o.file, "replay");
	}
	parse(&o, "mshvtop -b -- replay", room);
	assert_int_equal(o.mode, MODE_LIVE);
}

/* What config_load() makes of a line of [view] */
static struct tui_settings settings_of(const char *line)
{
	char dir[] = "/tmp/test_options.XXXXXX", path[64];
	struct tui_settings settings;
	int kept = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	FILE *out;

	assert_non_null(mkdtemp(dir));
	setenv("XDG_CONFIG_HOME", dir, 1);
	snprintf(path, sizeof(path), "%s/mshvtop", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/mshvtop/config", dir);
	out = fopen(path, "w");
	assert_non_null(out);
	fprintf(out, "%s\n", line);
	fclose(out);
	dup2(null, STDERR_FILENO);
	config_load(&settings);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(null);
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	rmdir(dir);
	return settings;
}

static void a_setting_that_is_not_understood_changes_nothing(void **state)
{
	static const char * const lines[] = {
		"[view]\ninterval = 0", "[view]\ninterval = 1e9", "[view]\ninterval = -3",
		"[view]\ninterval = nan", "[view]\ninterval = inf", "[view]\ninterval = 2 s",
		"[view]\ninterval =", "[view]\ninterval = 1e-400", "[view]\npane = maybe",
		"[view]\nmap = Yes", "[view]\nmouse = 1", "[partitions]\nascending = down",
		"[partitions]\nhidden = pid, nothing", "[partitions]\nsort = nothing",
	};
	struct tui_settings defaults = settings_of(""), settings;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		settings = settings_of(lines[i]);
		assert_memory_equal(&settings, &defaults, sizeof(settings));
	}
	assert_true(settings_of("[view]\ninterval = 7").interval == 7);
}

static void numbers_are_all_of_the_text(void **state)
{
	static const char * const no[] = { "", "-1", " 1", "1 ", "0x", "0x-1", "0x+1", "0x 1", "1e3",
					   "18446744073709551616" };
	double seconds = 42;
	__u64 value = 42;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		assert_false(num_parse_u64(no[i], 0, ~0ULL, &value));
		assert_int_equal(value, 42);
	}
	assert_false(num_parse_seconds("nan", 0, 100, &seconds));
	assert_false(num_parse_seconds("101", 0, 100, &seconds));
	assert_true(seconds == 42);
	assert_true(num_parse_u64("0x1F", 0, 31, &value) && value == 31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_come_before_the_mode_or_behind_it),
		cmocka_unit_test(an_argument_is_no_mode),
		cmocka_unit_test(a_setting_that_is_not_understood_changes_nothing),
		cmocka_unit_test(numbers_are_all_of_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
