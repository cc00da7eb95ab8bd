// SPDX-License-Identifier: GPL-2.0
/*
 * No figure is shown that a recording does not vouch for: blocks that are missing, doubled, moved or
 * another recorder's are noticed, in files of this format and of the one before. What is made to
 * cost much does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "source_gen.h"
#include "model/model.h"
#include "record/recorder.h"
#include "recording/file.h"

#define SECOND		1000000000ULL
#define SAMPLES		(REC_KEY_EVERY + 9)
#define MAX_BLOCKS	256
#define MANY		60000

static const struct rec_range all_of_it;
static char path[64];
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

/* Return: lines of messages; @source gets the source */
static unsigned int open_counting(const struct rec_range *range, struct source **source)
{
	char messages[] = "/tmp/test_damage_said.XXXXXX", text[4096];
	int said = mkstemp(messages), kept = dup(STDERR_FILENO);
	unsigned int lines = 0;
	ssize_t i, got;

	assert_true(said >= 0);
	dup2(said, STDERR_FILENO);
	*source = source_rec_open(path, range);
	dup2(kept, STDERR_FILENO);
	close(kept);
	got = pread(said, text, sizeof(text), 0);
	for (i = 0; i < got; i++)
		lines += text[i] == '\n';
	close(said);
	unlink(messages);
	return lines;
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

/* --- What is made to cost much ---------------------------------------------------------------- */

static void put_layout(struct rec_writer *w, __u32 vp_slots, __u32 partition_slots, __u32 cpus,
		       __u32 hists)
{
	const __u32 numbers[] = {
		vp_slots, partition_slots, cpus, hists, MSHV_COUNTS_REASONS, MSHV_COUNTS_HVCALLS,
		MSHV_COUNTS_HVCALL_CODES, MSHV_HIST_BUCKETS, MSHV_HIST_UNIT_BITS,
		MSHV_HIST_SUB_BITS, 8, 8, 2, 4, 0,
	};
	struct buf b = { 0 };
	unsigned int i;

	buf_text(&b, "generator");
	buf_text(&b, "1.2.3");
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		buf_number(&b, numbers[i]);
	assert_true(rec_write(w, REC_LAYOUT, 0, &b));
	buf_free(&b);
}

static void begin_sample(struct buf *b, unsigned int n)
{
	buf_clear(b);
	buf_number(b, 2);
	buf_number(b, (1 + n) * SECOND);
	buf_number(b, (1700000000 + n) * SECOND);
}

static void put_sample(struct rec_writer *w, struct buf *b, unsigned int n)
{
	assert_true(rec_write(w, REC_SAMPLE, n % REC_KEY_EVERY ? 0 : REC_FLAG_KEY, b));
}

static void zeros(struct buf *b, unsigned int nr)
{
	while (nr--)
		buf_number(b, 0);
}

static void finish(struct rec_writer *w, struct buf *b, unsigned int samples)
{
	buf_clear(b);
	buf_number(b, samples);
	assert_true(rec_write(w, REC_END, 0, b));
	assert_true(rec_close(w));
	buf_free(b);
}

/* Return: whether it was read at all; neither memory nor time is more than what it may ask for */
static bool read_all_within(double seconds)
{
	struct source *source;
	struct sample sample;
	struct rusage before, after;
	struct model *m = NULL;
	clock_t start = clock();
	struct stat st;
	bool ok = true;

	getrusage(RUSAGE_SELF, &before);
	open_counting(&all_of_it, &source);
	while (source && source->read(source, &sample)) {
		if (!m)
			m = model_new(source, &sample);
		else
			ok = model_update(m, &sample);
		assert_true(m && ok);
	}
	getrusage(RUSAGE_SELF, &after);
	assert_int_equal(stat(path, &st), 0);
	assert_true((after.ru_maxrss - before.ru_maxrss) * 1024 <
		    2 * (REC_TIMES * st.st_size + REC_ANYWAY));
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < seconds);
	model_free(m);
	ok = source && !source->damaged;
	if (source)
		source->close(source);
	return ok;
}

/* A few slots among millions are few. */
static void sizes_that_are_not_used_cost_nothing(void **state)
{
	struct rec_writer *w = rec_create(path);
	struct buf b = { 0 };
	unsigned int i;

	(void)state;
	assert_non_null(w);
	put_layout(w, (1 << 20) - 1, (1 << 20) - 1, (1 << 16) - 1, (1 << 22) - 1);
	for (i = 0; i < 1000; i++) {
		begin_sample(&b, i);
		zeros(&b, 2);
		buf_number(&b, 1000000 * MSHV_COUNTS_REASONS);
		buf_number(&b, 1);
		zeros(&b, 5);
		buf_number(&b, i % REC_KEY_EVERY ? 0 : 3);
		buf_number(&b, 0);
		zeros(&b, 4);
		put_sample(w, &b, i);
	}
	finish(w, &b, 1000);
	assert_true(read_all_within(5));
}

/* Each record is a page away from the one before. */
static void records_far_apart_do_not_fill_the_memory(void **state)
{
	struct rec_writer *w = rec_create(path);
	struct buf b = { 0 };
	unsigned int i;

	(void)state;
	assert_non_null(w);
	put_layout(w, 16, (1 << 20) - 1, 4000, 128);
	begin_sample(&b, 0);
	zeros(&b, 4);
	for (i = 0; i < 500000; i++) {
		buf_number(&b, 256);
		zeros(&b, 2);
	}
	zeros(&b, 2);
	put_sample(w, &b, 0);
	finish(w, &b, 1);
	read_all_within(10);
}

static void put_owners(struct buf *b, unsigned int nr, unsigned int first, int step)
{
	unsigned int i;

	buf_number(b, 1);
	buf_number(b, nr);
	for (i = 0; i < nr; i++) {
		buf_number(b, first + step * (int)i);
		buf_number(b, 1);
		buf_text(b, "x");
		buf_number(b, 0);
	}
	zeros(b, 5);
}

static void partitions_out_of_order_are_damage(void **state)
{
	struct rec_writer *w = rec_create(path);
	struct buf b = { 0 };

	(void)state;
	assert_non_null(w);
	put_layout(w, 16, 16, 1, 128);
	begin_sample(&b, 0);
	put_owners(&b, 1000, 1000, -1);
	put_sample(w, &b, 0);
	finish(w, &b, 1);
	assert_false(read_all_within(5));
}

/* They come and go, each time between those that were there. */
static void many_partitions_take_no_longer_each_than_few(void **state)
{
	struct rec_writer *w = rec_create(path);
	struct buf b = { 0 };
	unsigned int i;

	(void)state;
	assert_non_null(w);
	put_layout(w, 16, 16, 1, 128);
	for (i = 0; i < 6; i++) {
		begin_sample(&b, i);
		put_owners(&b, MANY / 4, 1 + i % 3, 3);
		put_sample(w, &b, i);
	}
	finish(w, &b, 6);
	assert_true(read_all_within(5));
}

/* The owners do not know them, and their numbers fall from slot to slot. */
static void many_gone_partitions_take_no_longer_each_than_few(void **state)
{
	struct rec_writer *w = rec_create(path);
	struct buf b = { 0 };
	unsigned int i, n;

	(void)state;
	assert_non_null(w);
	put_layout(w, MANY, 16, 1, 128);
	for (n = 0; n < 3; n++) {
		begin_sample(&b, n);
		zeros(&b, 2);
		for (i = 0; i < 2000; i++) {
			buf_number(&b, i ? MSHV_COUNTS_REASONS : 1);
			buf_number(&b, 1 + rand() % 1000);
			zeros(&b, 5);
			buf_number(&b, n ? 0 : MANY - i);
			buf_number(&b, 0);
		}
		zeros(&b, 4);
		put_sample(w, &b, n);
	}
	finish(w, &b, 3);
	assert_true(read_all_within(5));
}

static void a_block_of_nothing_does_not_fill_the_memory(void **state)
{
	struct rec_writer *w = rec_create(path);
	struct buf b = { 0 };
	struct stat st;

	(void)state;
	assert_non_null(w);
	put_layout(w, 16, 16, 1, 128);
	begin_sample(&b, 0);
	zeros(&b, 50000000);
	put_sample(w, &b, 0);
	finish(w, &b, 1);
	/* What a writer would have to compress too well is not compressed. */
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > 50000000);
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
		TEST(sizes_that_are_not_used_cost_nothing),
		TEST(records_far_apart_do_not_fill_the_memory),
		TEST(partitions_out_of_order_are_damage),
		TEST(many_partitions_take_no_longer_each_than_few),
		TEST(many_gone_partitions_take_no_longer_each_than_few),
		TEST(a_block_of_nothing_does_not_fill_the_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
