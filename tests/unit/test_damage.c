// SPDX-License-Identifier: GPL-2.0
/*
 * No figure is shown that a recording does not vouch for: blocks that are missing, doubled, moved or
 * another recorder's are noticed, in files of this format and of the one before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "source_gen.h"
#include "recording_file.h"
#include "err.h"
#include "frames.h"
#include "model/model.h"
#include "options.h"
#include "record/recorder.h"
#include "recording/file.h"
#include "text.h"
#include "view/view.h"

#define SECOND		1000000000ULL
#define SAMPLES		(REC_KEY_EVERY + 9)
#define MAX_BLOCKS	256

static bool with_details;

/* A file, block by block */
static struct {
	struct rec_head head;
	struct {
		struct rec_block head;
		__u8 *data;
	} block[MAX_BLOCKS];
	unsigned int nr;
} file;

/* In sample n there are so many exits. */
static __u64 exits_of(unsigned int n)
{
	return 3 + 2 * n;
}

static void record(void)
{
	struct gen *g = gen_new(8, 1, 16);
	struct recorder *r;
	struct sample sample;
	unsigned int i, j;

	g->source.details = with_details;
	gen_own(g, 3, 100, "vmm", 1);
	sample = gen_sample(g, 0);
	r = recorder_new(path, &g->source, &sample, SECOND, NULL);
	assert_non_null(r);
	assert_true(recorder_start(r));
	for (i = 0; i < SAMPLES; i++) {
		for (j = 0; j < (i ? 2 : 3); j++)
			gen_exit(g, 3, 0, 0, MSHV_EXIT_IO_PORT, 900, 100, 2000, 0);
		sample = gen_sample(g, i ? SECOND : 0);
		assert_true(recorder_add(r, &sample));
	}
	assert_true(recorder_end(r));
	g->source.close(&g->source);
}

static void read_file(void)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct rec_block head;

	assert_true(fd >= 0);
	assert_int_equal(read(fd, &file.head, sizeof(file.head)), sizeof(file.head));
	file.nr = 0;
	while (read(fd, &head, sizeof(head)) == sizeof(head)) {
		assert_true(file.nr < MAX_BLOCKS);
		file.block[file.nr].head = head;
		file.block[file.nr].data = malloc(head.stored + 1);
		assert_int_equal(read(fd, file.block[file.nr].data, head.stored), head.stored);
		file.nr++;
	}
	close(fd);
}

static void free_file(void)
{
	while (file.nr)
		free(file.block[--file.nr].data);
}

/* Write some of the blocks, in some order: as they are, or as format 1 has them. */
static void write_file(const unsigned int *order, unsigned int nr, __u32 format)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	struct rec_head head = file.head;
	unsigned int i;

	assert_true(fd >= 0);
	head.format = format;
	if (format < REC_CHAINED)
		head.seed = 0;
	assert_int_equal(write(fd, &head, sizeof(head)), sizeof(head));
	for (i = 0; i < nr; i++) {
		struct rec_block block = file.block[order[i]].head;

		if (format < REC_CHAINED)
			block.head_crc = crc32(0, (const Bytef *)&block,
					       offsetof(struct rec_block, head_crc));
		assert_int_equal(write(fd, &block, sizeof(block)), sizeof(block));
		assert_int_equal(write(fd, file.block[order[i]].data, block.stored), block.stored);
	}
	close(fd);
}

static int set_up(void **state)
{
	int fd;

	(void)state;
	with_details = *state;
	snprintf(path, sizeof(path), "/tmp/test_damage.XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	record();
	read_file();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free_file();
	return unlink(path);
}

/* All that is shown is true. Return: samples that are shown, 0 if none are */
static unsigned int check_shown(bool *damaged)
{
	struct source *source;
	struct sample sample;
	unsigned int n = 0, lines = open_counting(&all_of_it, &source);

	*damaged = !source || source->damaged;
	if (*damaged)
		assert_true(lines > 0);
	while (source && source->read(source, &sample)) {
		assert_int_equal(sample.time_ns, (5 + n) * SECOND);
		assert_int_equal(sample.counters->exits[MSHV_EXIT_IO_PORT].count, exits_of(n));
		n++;
	}
	if (source)
		source->close(source);
	return n;
}

static unsigned int samples_before(unsigned int block)
{
	unsigned int i, nr = 0;

	for (i = 0; i < block; i++)
		nr += file.block[i].head.type == REC_SAMPLE;
	return nr;
}

enum change { MISSING, DOUBLED, SWAPPED, NR_CHANGES };

static unsigned int change_order(unsigned int *order, unsigned int at, enum change change)
{
	unsigned int i, nr = 0;

	for (i = 0; i < file.nr; i++) {
		if (i == at && change == MISSING)
			continue;
		if (i == at && change == DOUBLED)
			order[nr++] = i;
		order[nr++] = i;
	}
	if (change == SWAPPED) {
		order[at] = at + 1;
		order[at + 1] = at;
	}
	return nr;
}

static void every_block_that_is_not_in_its_place_is_noticed(void **state)
{
	unsigned int order[MAX_BLOCKS + 1], at, nr, shown, change;
	bool damaged;

	(void)state;
	for (at = 0; at < file.nr - 1; at++) {
		for (change = 0; change < NR_CHANGES; change++) {
			nr = change_order(order, at, change);
			write_file(order, nr, REC_FORMAT);
			shown = check_shown(&damaged);
			assert_true(damaged);
			assert_int_equal(shown, samples_before(at + (change == DOUBLED)));
		}
	}
}

/* There, what only the last number can tell is noticed as well, if less exactly. */
static void samples_of_format_1_are_counted_and_in_order(void **state)
{
	unsigned int order[MAX_BLOCKS + 1], at, nr, change;
	bool damaged;

	(void)state;
	nr = change_order(order, file.nr, DOUBLED);
	write_file(order, nr, 1);
	assert_int_equal(check_shown(&damaged), SAMPLES);
	assert_false(damaged);
	for (at = 0; at < file.nr - 1; at++) {
		for (change = 0; change < NR_CHANGES; change++) {
			__u16 type = file.block[at].head.type, next = file.block[at + 1].head.type;

			/* What is known of VMMs is not shown. */
			if (type == REC_VMM || type == REC_FACTS || type == REC_CAPS ||
			    (change == SWAPPED && type == REC_LAYOUT && next != REC_SAMPLE))
				continue;
			nr = change_order(order, at, change);
			write_file(order, nr, 1);
			assert_true(check_shown(&damaged) <= samples_before(at) + 1);
			assert_true(damaged);
		}
	}
}

static void what_is_behind_the_end_is_damage(void **state)
{
	unsigned int order[MAX_BLOCKS + 1], nr = change_order(order, file.nr - 1, DOUBLED);
	bool damaged;

	(void)state;
	write_file(order, nr, 1);
	assert_int_equal(check_shown(&damaged), SAMPLES);
	assert_true(damaged);
	write_file(order, nr, REC_FORMAT);
	assert_int_equal(check_shown(&damaged), SAMPLES);
	assert_true(damaged);
}

/* Interleaved, as two recorders would write into one file */
static void two_recorders_do_not_mix(void **state)
{
	unsigned int i, nr = file.nr;
	struct rec_head head = file.head;
	unsigned int order[MAX_BLOCKS];
	bool damaged;

	(void)state;
	assert_true(2 * nr <= MAX_BLOCKS);
	record();
	read_file();
	/* read_file() has begun anew, so the first one's blocks are still there behind. */
	assert_int_equal(file.nr, nr);
	assert_int_not_equal(file.head.seed, head.seed);
	file.head = head;
	for (i = 0; i < nr; i++)
		order[i] = i;
	write_file(order, nr, REC_FORMAT);
	assert_int_equal(check_shown(&damaged), 0);
	assert_true(damaged);
}

static void a_second_recorder_is_refused(void **state)
{
	struct rec_writer *first = rec_create(path), *second;
	struct buf block = { 0 };
	struct stat before, after;

	(void)state;
	assert_non_null(first);
	second = rec_create(path);
	assert_null(second);
	assert_int_equal(stat(path, &before), 0);
	/* Nothing has happened to the file yet. */
	assert_true(before.st_size > 1000);
	buf_number(&block, 1);
	assert_true(rec_write(first, REC_FACTS, REC_FLAG_SKIP, &block));
	assert_true(rec_start(first));
	assert_null(rec_create(path));
	assert_int_equal(stat(path, &after), 0);
	assert_true(after.st_size && after.st_size < 100);
	assert_true(rec_close(first));
	second = rec_create(path);
	assert_non_null(second);
	rec_abandon(second);
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(before.st_size, after.st_size);
	buf_free(&block);
}

static void a_recording_that_does_not_begin_leaves_no_file(void **state)
{
	struct rec_writer *w;

	(void)state;
	unlink(path);
	w = rec_create(path);
	assert_non_null(w);
	assert_int_equal(access(path, F_OK), 0);
	rec_abandon(w);
	assert_int_equal(access(path, F_OK), -1);
	record();
}

static void a_pipe_is_refused_at_once(void **state)
{
	struct source *source;

	(void)state;
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(20);
	assert_int_equal(open_counting(&all_of_it, &source), 1);
	assert_null(source);
	assert_null(rec_create(path));
	assert_false(rec_is_one(path));
	alarm(0);
}

static void a_full_disk_is_said_once(void **state)
{
	char messages[] = "/tmp/test_damage_said.XXXXXX", text[512];
	int said = mkstemp(messages), kept = dup(STDERR_FILENO);
	struct rec_writer *w = rec_create("/dev/full");
	struct buf block = { 0 };
	ssize_t got;

	(void)state;
	assert_non_null(w);
	buf_number(&block, 1);
	dup2(said, STDERR_FILENO);
	assert_false(rec_start(w));
	assert_false(rec_write(w, REC_FACTS, REC_FLAG_SKIP, &block));
	assert_false(rec_close(w));
	dup2(kept, STDERR_FILENO);
	close(kept);
	got = pread(said, text, sizeof(text) - 1, 0);
	assert_true(got > 0);
	text[got] = '\0';
	assert_ptr_equal(strchr(text, '\n'), &text[got - 1]);
	close(said);
	unlink(messages);
	buf_free(&block);
}

/* --- Clocks ---------------------------------------------------------------------------------- */

struct moment_case {
	double begin;
	double end;
	unsigned int nr;
	__u64 first_ns;
};

/* The clock is set back by an hour in the middle; seconds from the beginning do not care. */
static void seconds_go_by_a_clock_that_nobody_sets(void **state)
{
	static const struct moment_case cases[] = {
		{ 0, 100, 10, 5 }, { 2, 4, 3, 7 }, { 4, 6.5, 3, 9 }, { 6, 9, 4, 11 },
	};
	struct gen *g = gen_new(8, 1, 16);
	struct sample sample = gen_sample(g, 0);
	struct recorder *r = recorder_new(path, &g->source, &sample, SECOND, NULL);
	struct source *source;
	unsigned int i;

	(void)state;
	assert_true(r && recorder_start(r));
	for (i = 0; i < 10; i++) {
		sample = gen_sample(g, i ? SECOND : 0);
		if (i >= 5)
			sample.wall_ns -= 3600 * SECOND;
		assert_true(recorder_add(r, &sample));
	}
	assert_true(recorder_end(r));
	g->source.close(&g->source);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct rec_range range = {
			.begin = { .given = true, .seconds = cases[i].begin },
			.end = { .given = true, .seconds = cases[i].end },
		};

		assert_int_equal(open_counting(&range, &source), 0);
		assert_non_null(source);
		assert_int_equal(source->nr_samples, cases[i].nr);
		assert_true(source->read(source, &sample));
		assert_int_equal(sample.time_ns, cases[i].first_ns * SECOND);
		source->close(source);
	}
}

/* 2026-10-25 in Berlin: 2:59:59 is followed by 2:00:00. */
static void clock_times_are_those_of_the_day(void **state)
{
	const __u64 midnight = 1792879200;	/* 2026-10-25 00:00 +0200 */
	struct gen *g = gen_new(8, 1, 16);
	struct sample sample = gen_sample(g, 0);
	struct recorder *r = recorder_new(path, &g->source, &sample, SECOND, NULL);
	const struct rec_range range = {
		.begin = { .given = true, .by_clock = true, .seconds = 4 * 3600 },
		.end = { .given = true, .by_clock = true, .seconds = 5 * 3600 },
	};
	struct source *source;
	unsigned int i;

	(void)state;
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	if (!daylight)
		skip();
	assert_true(r && recorder_start(r));
	for (i = 0; i < 8; i++) {
		sample = gen_sample(g, 3600 * SECOND);
		sample.wall_ns = (midnight + i * 3600) * SECOND;
		assert_true(recorder_add(r, &sample));
	}
	assert_true(recorder_end(r));
	g->source.close(&g->source);
	assert_int_equal(open_counting(&range, &source), 0);
	assert_non_null(source);
	assert_int_equal(source->nr_samples, 2);
	assert_true(source->read(source, &sample));
	assert_int_equal(sample.wall_ns, (midnight + 5 * 3600) * SECOND);
	source->close(source);
	unsetenv("TZ");
	tzset();
}

/* --- Text ------------------------------------------------------------------------------------- */

#define EVIL	"\x1b[2J\x9b\n\xff\""

static void evil_symbol(const struct source *source, __u64 entry, char *text)
{
	(void)source;
	snprintf(text, SYMBOL_SIZE, "%llu%s,", entry, EVIL);
}

static void all_lines_are_clean(char *text)
{
	char *line, *save;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		assert_true(text_is_clean(line));
	free(text);
}

/* Every text that a recording has, in every format of frames and in mshvtrace's records */
static void no_text_is_shown_as_it_is(void **state)
{
	static struct program_cost program = { .name = "p" EVIL, .runs = 1, .ns = 1 };
	static struct mshv_slow slow = { .partition_id = 3, .is_hvcall = 1, .nr_stack = 2,
					 .stack = { 1, 2 }, .arg = { 0x4b, 0, 1, 1, 0, 2000000 } };
	static const struct row_filter everything;
	const struct view_before beginning = { 0 };
	struct gen *g = gen_new(8, 1, 16);
	struct view_details details = { .filter = &everything, .before = &beginning };
	struct source *source;
	struct recorder *r;
	struct sample sample;
	struct model *m = NULL;
	unsigned int i, lines;
	char *text;
	size_t size;
	FILE *out;

	(void)state;
	g->source.details = true;
	g->source.symbol = evil_symbol;
	snprintf(g->source.name, sizeof(g->source.name), "s%s", EVIL);
	snprintf(g->source.kernel, sizeof(g->source.kernel), "k%s", EVIL);
	gen_own(g, 3, 100, "vmm" EVIL, 1);
	memcpy(g->partition_owners[1].comm, "o" EVIL, sizeof("o" EVIL));
	g->partition_owners[1].partition_id = 5;
	sample = gen_sample(g, 0);
	r = recorder_new(path, &g->source, &sample, SECOND, NULL);
	assert_true(r && recorder_start(r));
	for (i = 0; i < 3; i++) {
		gen_exit(g, 3, 0, 0, MSHV_EXIT_IO_PORT, 900, 100, 2000, 0);
		gen_exit(g, 5, 0, 1, MSHV_EXIT_IO_PORT, 900, 100, 2000, 0);
		sample = gen_sample(g, i ? SECOND : 0);
		slow.time_ns = sample.time_ns - 1;
		sample.slow = &slow;
		sample.nr_slow = 1;
		program.runs = i + 1;
		sample.programs = &program;
		sample.nr_programs = 1;
		assert_true(recorder_add(r, &sample));
	}
	assert_true(recorder_end(r));
	g->source.close(&g->source);
	assert_int_equal(open_counting(&all_of_it, &source), 0);
	assert_non_null(source);
	details.source = source;
	for (i = 0; source->read(source, &sample); i++) {
		if (!m)
			m = model_new(source, &sample);
		else
			assert_true(model_update(m, &sample));
	}
	assert_int_equal(m->nr_partitions, 2);
	assert_string_equal(m->partitions[1]->vmm, "o\\x1b[2J\\x9b\\x0a\\xff\"");
	out = open_memstream(&text, &size);
	assert_true(view_text(out, m, &everything, 120));
	assert_true(view_text_details(out, m, &details, 200));
	assert_true(view_json(out, m, &everything));
	assert_true(view_json_details(out, m, &details));
	view_csv_head(out);
	view_csv(out, m, &everything);
	assert_true(view_csv_details(out, m, &details));
	fclose(out);
	assert_non_null(strstr(text, "\\x1b[2J"));
	for (lines = 0, i = 0; text[i]; i++)
		lines += text[i] == '\n';
	assert_true(lines > 20);
	/* The comma of a place is within quotes. */
	assert_non_null(strstr(text, ",\"1\\x1b[2J\\x9b\\x0a\\xff\"\",;2"));
	all_lines_are_clean(text);
	model_free(m);
	source->close(source);
}

/* --- How recording begins --------------------------------------------------------------------- */

static bool read_later(struct source *source, struct sample *sample)
{
	((struct gen *)source)->time_ns += SECOND;
	return gen_read(source, sample);
}

/* In a process of its own, because it gives up privileges. Return: exit status */
static int run_recording(char **command)
{
	struct options options = { .mode = MODE_RECORD, .delay = 0.1, .frames = 1, .file = path,
				   .command = command };
	int status, null;
	pid_t child;

	child = fork();
	if (!child) {
		struct gen *g = gen_new(8, 1, 16);
		struct sample sample;

		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		dup2(null, STDERR_FILENO);
		g->source.read = read_later;
		if (!g->source.read(&g->source, &sample))
			_exit(99);
		_exit(record_run(&g->source, &sample, &options));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Whatever takes its time before does not belong to the first interval. */
static void the_first_sample_is_taken_last(void **state)
{
	char *command[] = { (char *)"sleep", (char *)"5", NULL };
	struct source *source;
	struct sample sample;

	(void)state;
	assert_int_equal(run_recording(command), 0);
	assert_int_equal(open_counting(&all_of_it, &source), 0);
	assert_non_null(source);
	assert_true(source->read(source, &sample));
	/* The source began at 5 s; its first sample was for the facts. */
	assert_int_equal(sample.time_ns, 7 * SECOND);
	assert_int_equal(source->nr_samples, 2);
	source->close(source);
}

static void a_command_that_cannot_be_run_leaves_the_file_as_it_was(void **state)
{
	char *command[] = { (char *)"/nonexistent/mispelled", NULL };
	bool damaged;

	(void)state;
	assert_int_equal(run_recording(command), EXIT_RUNTIME);
	assert_int_equal(check_shown(&damaged), SAMPLES);
	assert_false(damaged);
	unlink(path);
	assert_int_equal(run_recording(command), EXIT_RUNTIME);
	assert_int_equal(access(path, F_OK), -1);
	record();
}

#define TEST(test)	cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define TEST_BOTH(test)	TEST(test), \
	{ #test "_with_details", test, set_up, tear_down, (void *)"details" }

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_BOTH(every_block_that_is_not_in_its_place_is_noticed),
		TEST_BOTH(samples_of_format_1_are_counted_and_in_order),
		TEST(what_is_behind_the_end_is_damage),
		TEST(two_recorders_do_not_mix),
		TEST(a_second_recorder_is_refused),
		TEST(a_recording_that_does_not_begin_leaves_no_file),
		TEST(a_pipe_is_refused_at_once),
		TEST(a_full_disk_is_said_once),
		TEST(seconds_go_by_a_clock_that_nobody_sets),
		TEST(clock_times_are_those_of_the_day),
		TEST(no_text_is_shown_as_it_is),
		TEST(the_first_sample_is_taken_last),
		TEST(a_command_that_cannot_be_run_leaves_the_file_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
