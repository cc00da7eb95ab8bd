// SPDX-License-Identifier: GPL-2.0
/* A recording that is made to cost its reader much memory or time does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "source_gen.h"
#include "recording_file.h"
#include "model/model.h"
#include "recording/file.h"

#define SECOND		1000000000ULL
#define MANY		60000

static int set_up(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/test_costly.XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sizes_that_are_not_used_cost_nothing),
		TEST(records_far_apart_do_not_fill_the_memory),
		TEST(partitions_out_of_order_are_damage),
		TEST(many_partitions_take_no_longer_each_than_few),
		TEST(many_gone_partitions_take_no_longer_each_than_few),
		TEST(a_block_of_nothing_does_not_fill_the_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
