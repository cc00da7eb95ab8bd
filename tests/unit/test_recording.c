// SPDX-License-Identifier: GPL-2.0
/*
 * A recording shows what the counters showed, from any sample on; what is wrong with a file is
 * noticed, and neither crashes the reader nor changes what was before it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source_gen.h"
#include "recording/file.h"
#include "model/detail.h"
#include "record/detail.h"
#include "record/sample.h"
#include "record/recorder.h"
#include "record/travel.h"
#include "view/view.h"
#include "../../tools/mshvtrace/recorded.h"

#define SECOND		1000000000ULL
#define SAMPLES		(2 * REC_KEY_EVERY + 5)

static const struct row_filter everything;
static const struct rec_range all_of_it;

static char path[64];
static char *frames[SAMPLES];	/* as seen live */

/* A load in which VPs come and go, a slot changes its owner and a hypercall has no name */
static void some_load(struct gen *g, unsigned int round)
{
	static const __u32 codes[] = { 0x50, 0xc2, 0x4e };
	unsigned int i;

	for (i = 0; i < 20 + round; i++)
		gen_exit(g, 3, i % 2, i % 2, MSHV_EXIT_IO_PORT, 900, 100, 2000 + 37 * i * round,
			 0);
	gen_exit(g, 4 + round / 10, 0, 2, MSHV_EXIT_HALT, 900, 100, 0, 5000);
	if (round % 3 == 0)
		gen_exit(g, 3, 0, 0, 30, 900, 100, 70000000000ULL, 0);
	gen_hvcall(g, round % 2, codes[round % 3], round % 5 == 0, 1000 + round, 3, 0);
	g->lost.no_vp_slot += round % 4 == 0;
	g->cpu_ns += 12345;
	gen_disown_all(g);
	gen_own(g, 3, 100, "qemu-system-x86", 2);
	gen_own(g, 4 + round / 10, 101 + round / 10, "vmm", 1);
}

/* A port that is used in every interval, one from interval 40 on, and a counter that goes away */
static const struct tally_entry tallies[] = {
	{ { 3, 0x3f8, MSHV_TALLY_IO_PORT, 1 }, { 10, 0, 0 } },
	{ { 3, 0x80, MSHV_TALLY_IO_PORT, 0 }, { 3, 0, 0 } },
	{ { 3, 5, TALLY_PARTITION, 0 }, { 1000, 0, 0 } },
};

static const struct mshv_slow slow_exit = {
	.partition_id = 3, .vp_index = 1,
	.arg = { 7, MSHV_EXIT_IO_PORT, 42000, 81000, 1331000, 0 },
	.message_type = 0x80010000,
	.message = { 0x0000010000000000, 0, 0, 0x1000, 0, 0x103f8, 'A' },
};

static const struct mshv_slow slow_hvcall = {
	.partition_id = 4, .vp_index = ~0U, .is_hvcall = 1,
	.arg = { 0x004b, 0, 512, 512, 0, 2475000 },
	.nr_stack = 2, .stack = { 0xffffffffc0001000, 0xffffffffc0002000 },
};

static void name_symbol(const struct source *source, __u64 entry, char *text)
{
	(void)source;
	snprintf(text, SYMBOL_SIZE, "function_%llu+0x10", entry >> 12 & 3);
}

/* What is beside the counters: an exit took long in every tenth interval, with a hypercall. */
static void some_details(struct sample *sample, unsigned int round)
{
	static struct program_cost programs[] = { { .name = "mshv_exit" } };
	static struct tally_entry now[3];
	static struct mshv_slow slow[2];
	unsigned int i, nr = 0;

	for (i = 0; i < 3; i++) {
		if ((i == 1 && round < 40) || (i == 2 && round > 50))
			continue;
		now[nr] = tallies[i];
		now[nr++].value.count *= round + 1;
	}
	/* They come in order. */
	if (nr > 1 && round >= 40) {
		struct tally_entry first = now[0];

		now[0] = now[1];
		now[1] = first;
	}
	sample->tallies = now;
	sample->nr_tallies = nr;
	programs[0].runs = 100 * round;
	programs[0].ns = 100000 * round;
	sample->programs = programs;
	sample->nr_programs = 1;
	sample->self_rss_bytes = 1000000 + round;
	sample->lost_tallies = round / 2;
	sample->lost_slow = round / 10;
	slow[0] = slow_exit;
	slow[1] = slow_hvcall;
	for (i = 0; i < 2; i++)
		slow[i].time_ns = sample->time_ns - 1000 * (2 - i);
	sample->slow = slow;
	sample->nr_slow = round % 10 ? 0 : 2;
}

/* A partition is granted something, and uses it later. */
#define GRANTED_AT	7
#define USED_AT		(REC_KEY_EVERY + 3)

static void some_caps(struct gen *g, struct sample *sample, unsigned int round)
{
	static const struct hostcaps caps = {
		.told = true,
		.nr = 3,
		.infos = {
			{ .id = MSHV_CAP_RUN_VP, .state = MSHV_CAP_STATE_USABLE,
			  .marks = 1 << MSHV_CAP_MARK_BIT_BASE },
			{ .id = MSHV_CAP_IRQFD, .state = MSHV_CAP_STATE_USABLE },
			{ .id = MSHV_CAP_DEBUGFS_STATS, .state = MSHV_CAP_STATE_ABSENT,
			  .reason = MSHV_CAP_REASON_NOT_BUILT },
		},
	};

	g->owners[0].caps_known = true;
	memset(&g->owners[0].granted, 0, sizeof(g->owners[0].granted));
	memset(&g->owners[0].used, 0, sizeof(g->owners[0].used));
	if (round >= GRANTED_AT)
		cap_set_add(&g->owners[0].granted, MSHV_CAP_IRQFD);
	if (round >= USED_AT)
		cap_set_add(&g->owners[0].used, MSHV_CAP_IRQFD);
	sample->caps = &caps;
}

static char *text_of(const struct model *m, const struct source *source)
{
	const struct view_before beginning = { 0 };
	const struct view_details details = {
		.source = source, .filter = &everything, .before = &beginning,
	};
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_true(view_json(out, m, &everything));
	assert_true(view_json_details(out, m, &details));
	fclose(out);
	return text;
}

static void record(void)
{
	struct gen *g = gen_new(64, 2, 64);
	struct sample sample;
	struct recorder *r;
	struct model *m;
	unsigned int i;

	g->source.details = true;
	g->source.symbol = name_symbol;
	some_load(g, 0);
	sample = gen_sample(g, 0);
	some_details(&sample, 0);
	some_caps(g, &sample, 0);
	m = model_new(&g->source, &sample);
	assert_non_null(m);
	r = recorder_new(path, &g->source, &sample, SECOND, NULL);
	assert_non_null(r);
	assert_true(recorder_start(r) && recorder_add(r, &sample));
	for (i = 1; i < SAMPLES; i++) {
		some_load(g, i);
		sample = gen_sample(g, SECOND);
		some_details(&sample, i);
		some_caps(g, &sample, i);
		assert_true(model_update(m, &sample));
		frames[i] = text_of(m, &g->source);
		assert_true(recorder_add(r, &sample));
	}
	assert_true(recorder_end(r));
	model_free(m);
	g->source.close(&g->source);
}

static int set_up(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/test_recording.XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	record();
	return 0;
}

static int tear_down(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		free(frames[i]);
		frames[i] = NULL;
	}
	return unlink(path);
}

/* Messages about damage are what is tested, not what is to be read. */
static struct source *open_quietly(const struct rec_range *range)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), kept = dup(STDERR_FILENO);
	struct source *source;

	dup2(null, STDERR_FILENO);
	source = source_rec_open(path, range);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(null);
	return source;
}

/* Return: samples that are as they were */
static unsigned int check_frames(struct source *source)
{
	struct sample sample;
	unsigned int i;
	struct model *m;
	char *text;

	assert_true(source->read(source, &sample));
	m = model_new(source, &sample);
	assert_non_null(m);
	for (i = 1; source->read(source, &sample); i++) {
		assert_true(i < SAMPLES);
		assert_true(model_update(m, &sample));
		text = text_of(m, source);
		assert_string_equal(text, frames[i]);
		free(text);
	}
	assert_true(source->ended);
	model_free(m);
	return i;
}

static void a_recording_shows_what_the_counters_showed(void **state)
{
	struct source *source = source_rec_open(path, &all_of_it);

	(void)state;
	assert_non_null(source);
	assert_true(source->recorded && !source->damaged);
	assert_int_equal(source->nr_samples, SAMPLES);
	assert_int_equal(check_frames(source), SAMPLES);
	assert_non_null(strstr(source_rec_facts(source), "\"kernel\""));
	source->close(source);
}

static void any_sample_can_be_gone_to(void **state)
{
	static const unsigned int places[] = { SAMPLES - 1, 1, REC_KEY_EVERY, REC_KEY_EVERY - 1,
					       40, 39, 2, SAMPLES - 2 };
	struct source *source = source_rec_open(path, &all_of_it);
	struct sample sample;
	unsigned int i;

	(void)state;
	assert_non_null(source);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		source->seek(source, places[i]);
		assert_true(source->read(source, &sample));
		assert_int_equal(sample.time_ns, (5 + places[i]) * SECOND);
		/* IO_PORT of VP 0: half of 20 + round in each round */
		assert_int_equal(sample.counters->exits[MSHV_EXIT_IO_PORT].count,
				 ({ unsigned int sum = 0, r;
				    for (r = 0; r <= places[i]; r++)
					    sum += (21 + r) / 2;
				    sum; }));
	}
	source->close(source);
}

/* Frames far from the beginning lack partitions that were gone by then, but no events. */
static void a_model_goes_back_and_on(void **state)
{
	static const unsigned int places[] = { 5, 6, 3, 30, 29, 1, SAMPLES - 1, 50, 2 };
	struct source *source = source_rec_open(path, &all_of_it);
	struct sample sample;
	unsigned int i, n;
	struct model *m;
	char *text;

	(void)state;
	assert_non_null(source);
	assert_true(source->read(source, &sample));
	m = model_new(source, &sample);
	assert_non_null(m);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		n = places[i];
		assert_true(travel_to(m, source, n));
		assert_int_equal(m->time_ns, (5 + n) * SECOND);
		assert_int_equal(m->interval_ns, SECOND);
		assert_int_equal(m->exits.reason[MSHV_EXIT_IO_PORT]->now.count, 20 + n);
		if (n > REC_KEY_EVERY)
			continue;
		text = text_of(m, source);
		assert_string_equal(text, frames[n]);
		free(text);
	}
	model_free(m);
	source->close(source);
}

static void what_is_beside_the_counters_comes_back(void **state)
{
	static const unsigned int places[] = { 3, 30, 45, 64, 65, 41, 60, 20 };
	struct source *source = source_rec_open(path, &all_of_it);
	char text[SYMBOL_SIZE];
	struct sample sample;
	unsigned int i, n;

	(void)state;
	assert_non_null(source);
	assert_true(source->details);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct tally_entry *last;

		n = places[i];
		source->seek(source, n);
		assert_true(source->read(source, &sample));
		/* What is gone stays until a sample is in full. */
		assert_int_equal(sample.nr_tallies, n < 40 ? 2 : n < 2 * REC_KEY_EVERY ? 3 : 2);
		last = &sample.tallies[n < 40 ? 0 : 1];
		assert_int_equal(last->key.number, 0x3f8);
		assert_int_equal(last->key.access, 1);
		assert_int_equal(last->value.count, 10 * (n + 1));
		if (n >= 40) {
			assert_int_equal(sample.tallies[0].key.number, 0x80);
			assert_int_equal(sample.tallies[0].value.count, 3 * (n + 1));
		}
		assert_int_equal(sample.nr_programs, 1);
		assert_string_equal(sample.programs[0].name, "mshv_exit");
		assert_int_equal(sample.programs[0].runs, 100 * n);
		assert_int_equal(sample.self_rss_bytes, 1000000 + n);
		assert_int_equal(sample.lost_tallies, n / 2);
		assert_int_equal(sample.lost_slow, n / 10);
		assert_int_equal(sample.nr_slow, n % 10 ? 0 : 2);
		if (!sample.nr_slow)
			continue;
		assert_int_equal(sample.slow[0].time_ns, sample.time_ns - 2000);
		assert_memory_equal(sample.slow[0].arg, slow_exit.arg, sizeof(slow_exit.arg));
		assert_memory_equal(sample.slow[0].message, slow_exit.message,
				    sizeof(slow_exit.message));
		assert_int_equal(sample.slow[1].nr_stack, 2);
		source->symbol(source, sample.slow[1].stack[1], text);
		assert_string_equal(text, "function_2+0x10");
	}
	source->close(source);
}

static bool count_event(void *data, const struct mshv_trace_record *r, const struct rec_slow *slow)
{
	unsigned int *nr = data;

	assert_int_equal(r->partition_id, slow->event.partition_id);
	if (r->kind == MSHV_TRACE_HVCALL) {
		assert_int_equal(r->arg[0], 0x4b);
		assert_string_equal(slow->place[0], "function_1+0x10");
		nr[0]++;
	} else {
		assert_int_equal(r->arg[1], MSHV_EXIT_IO_PORT);
		assert_int_equal(r->tgid, 100);
		nr[1]++;
	}
	return true;
}

static const struct model_cap *find_cap(const struct model *m, __u64 partition_id, __u32 id)
{
	unsigned int i;

	for (i = 0; i < m->detail->nr_caps; i++)
		if (m->detail->cap[i].partition_id == partition_id && m->detail->cap[i].id == id)
			return &m->detail->cap[i];
	return NULL;
}

static const struct model_cap *cap_at(struct model *m, struct source *source, unsigned long n)
{
	assert_true(travel_to(m, source, n));
	return find_cap(m, 3, MSHV_CAP_IRQFD);
}

static void capabilities_come_back(void **state)
{
	struct source *source = source_rec_open(path, &all_of_it);
	const struct model_cap *cap;
	struct sample sample;
	struct model *m;

	(void)state;
	assert_non_null(source);
	assert_true(source->read(source, &sample));
	m = model_new(source, &sample);
	assert_non_null(m);
	cap = cap_at(m, source, GRANTED_AT - 1);
	assert_true(cap->told && cap->state == MSHV_CAP_STATE_USABLE && !cap->base);
	assert_false(cap->granted || cap->used);
	assert_true(find_cap(m, MODEL_CAP_HOST, MSHV_CAP_RUN_VP)->base);
	cap = find_cap(m, MODEL_CAP_HOST, MSHV_CAP_DEBUGFS_STATS);
	assert_int_equal(cap->state, MSHV_CAP_STATE_ABSENT);
	assert_int_equal(cap->reason, MSHV_CAP_REASON_NOT_BUILT);
	assert_true(cap_at(m, source, GRANTED_AT)->granted);
	assert_false(cap_at(m, source, GRANTED_AT + 1)->used);
	assert_true(cap_at(m, source, USED_AT + 1)->used);
	assert_false(cap_at(m, source, 2)->granted);
	cap = cap_at(m, source, SAMPLES - 1);
	assert_true(cap->granted && cap->used && !cap->enabled);
	assert_true(m->lacks & MODEL_LACKS_USES);
	model_free(m);
	source->close(source);
}

static void what_took_long_is_read_without_the_counters(void **state)
{
	struct stream_options options = { .kinds = -1U };
	unsigned int nr[2] = { 0, 0 };
	__u64 lost;

	(void)state;
	assert_true(rec_is_one(path));
	assert_true(recorded_read(path, &options, count_event, nr, &lost));
	assert_int_equal(nr[0], (SAMPLES + 9) / 10);
	assert_int_equal(nr[1], nr[0]);
	assert_int_equal(lost, (SAMPLES - 1) / 10);
	options.filter.reason = 1 + MSHV_EXIT_MSR;
	options.filter.min_ns = 2475001;
	assert_true(recorded_read(path, &options, count_event, nr, &lost));
	assert_int_equal(nr[0] + nr[1], 2 * ((SAMPLES + 9) / 10));
	options.filter = (struct mshv_trace_filter){ .tgid = 100 };
	assert_true(recorded_read(path, &options, count_event, nr, &lost));
	assert_int_equal(nr[1], 2 * ((SAMPLES + 9) / 10));
}

static void a_part_is_what_lies_between_two_moments(void **state)
{
	const struct rec_range range = {
		.begin = { .given = true, .seconds = 10 },
		.end = { .given = true, .seconds = 12.5 },
	};
	struct source *source = source_rec_open(path, &range);
	struct sample sample;

	(void)state;
	assert_non_null(source);
	assert_int_equal(source->nr_samples, 3);
	assert_true(source->read(source, &sample));
	assert_int_equal(sample.time_ns, 15 * SECOND);
	source->close(source);
}

static void a_file_that_is_cut_off_is_used_up_to_there(void **state)
{
	unsigned int nr, last = SAMPLES;
	struct source *source;
	struct stat st;
	off_t size;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	for (size = st.st_size - 1; size > 0; size -= 41) {
		assert_int_equal(truncate(path, size), 0);
		source = open_quietly(&all_of_it);
		nr = source ? check_frames(source) : 0;
		assert_true(nr <= last && nr + 1 >= last);
		assert_true(!source || !source->damaged);
		if (source)
			source->close(source);
		last = nr;
	}
	assert_int_equal(last, 0);
}

static void damage_is_noticed_wherever_it_is(void **state)
{
	struct source *source;
	unsigned int nr;
	struct stat st;
	__u8 byte;
	off_t at;
	int fd;

	(void)state;
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	for (at = sizeof(struct rec_head); at < st.st_size; at += 43) {
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= 0x10;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		source = open_quietly(&all_of_it);
		nr = source ? check_frames(source) : 0;
		assert_true(!source || source->damaged);
		assert_true(nr <= SAMPLES);
		if (source)
			source->close(source);
		byte ^= 0x10;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	close(fd);
}

/* Checksums do not keep out what was made to fit them. */
static void bytes_that_make_no_sense_do_no_harm(void **state)
{
	struct gen *g = gen_new(64, 2, 64);
	struct sample sample, decoded;
	struct rec_owners owners = { 0 };
	struct buf b = { 0 }, written = { 0 }, layout_bytes = { 0 }, detail = { 0 };
	struct rec_tallies before = { 0 };
	struct rec_details details = { 0 };
	struct rec_layout layout;
	struct rec_image *image;
	struct cursor c;
	unsigned int i;

	(void)state;
	some_load(g, 5);
	sample = gen_sample(g, 0);
	image = rec_image_new(sample.counters);
	rec_encode_layout(&layout_bytes, &g->source, sample.counters);
	rec_encode_sample(&b, image, &sample, &written, true);
	some_details(&sample, 45);
	rec_encode_detail(&detail, &before, &sample, true);
	srand(1);
	for (i = 0; i < 20000; i++) {
		size_t at = rand() % b.size, end = b.size - (i % 4 ? 0 : rand() % b.size);
		__u8 kept = b.data[at];

		c = (struct cursor){ layout_bytes.data, layout_bytes.data + layout_bytes.size,
				     false };
		assert_true(rec_decode_layout(&c, &layout));
		b.data[at] = rand();
		c = (struct cursor){ b.data, b.data + end, false };
		rec_decode_sample(&c, &layout, image, &owners, &decoded, i % 3);
		b.data[at] = kept;

		at = rand() % layout_bytes.size;
		kept = layout_bytes.data[at];
		layout_bytes.data[at] = rand();
		c = (struct cursor){ layout_bytes.data, layout_bytes.data + layout_bytes.size,
				     false };
		rec_decode_layout(&c, &layout);
		layout_bytes.data[at] = kept;

		at = rand() % detail.size;
		kept = detail.data[at];
		detail.data[at] = rand();
		c = (struct cursor){ detail.data, detail.data + detail.size, false };
		rec_decode_detail(&c, &details, i % 3);
		detail.data[at] = kept;
	}
	rec_tallies_free(&before);
	rec_tallies_free(&details.tallies);
	buf_free(&detail);
	rec_owners_free(&owners);
	rec_image_free(image);
	buf_free(&b);
	buf_free(&written);
	buf_free(&layout_bytes);
	g->source.close(&g->source);
}

/* A layout as another version might write it: fewer reasons, another order, longer records */
static void reasons_go_by_name(void **state)
{
	static const __u32 numbers[] = { 4, 4, 1, 4, 3, 8, 16, MSHV_HIST_BUCKETS,
					 MSHV_HIST_UNIT_BITS, MSHV_HIST_SUB_BITS, 9, 8, 2, 4 };
	const __u64 exit[] = { 7, 10, 20, 30, 40, 50, 3, 0, 999 };
	struct rec_owners owners = { 0 };
	struct counters sizes = { .nr_vp_slots = 4, .nr_partition_slots = 4, .nr_cpus = 1,
				  .nr_hists = 4 };
	struct rec_image *image = rec_image_new(&sizes);
	struct rec_layout layout;
	struct sample sample;
	struct buf b = { 0 };
	struct cursor c;
	unsigned int i;

	(void)state;
	buf_text(&b, "source");
	buf_text(&b, "kernel");
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		buf_number(&b, numbers[i]);
	buf_number(&b, 2);
	buf_text(&b, "CPUID");
	buf_text(&b, "FROM_THE_FUTURE");
	c = (struct cursor){ b.data, b.data + b.size, false };
	assert_true(rec_decode_layout(&c, &layout));
	assert_int_equal(layout.reason[0], MSHV_EXIT_CPUID);
	assert_int_equal(layout.reason[1], MSHV_NR_EXITS);

	buf_clear(&b);
	buf_number(&b, 0);	/* no numbers */
	buf_number(&b, 0);	/* owners as before */
	buf_number(&b, 0);	/* no codes */
	buf_number(&b, 4);	/* VP slot 1, their reason 0 */
	for (i = 0; i < 9; i++)
		buf_number(&b, exit[i]);
	for (i = 0; i < 4; i++)
		buf_number(&b, 0);
	c = (struct cursor){ b.data, b.data + b.size, false };
	assert_true(rec_decode_sample(&c, &layout, image, &owners, &sample, true));
	assert_int_equal(image->exits[MSHV_COUNTS_REASONS + MSHV_EXIT_CPUID].count, 7);
	assert_int_equal(image->exits[MSHV_COUNTS_REASONS + MSHV_EXIT_CPUID].partition_id, 3);
	rec_image_free(image);
	buf_free(&b);
}

#define TEST(test)	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_recording_shows_what_the_counters_showed),
		TEST(any_sample_can_be_gone_to),
		TEST(a_model_goes_back_and_on),
		TEST(what_is_beside_the_counters_comes_back),
		TEST(capabilities_come_back),
		TEST(what_took_long_is_read_without_the_counters),
		TEST(a_part_is_what_lies_between_two_moments),
		TEST(a_file_that_is_cut_off_is_used_up_to_there),
		TEST(damage_is_noticed_wherever_it_is),
		cmocka_unit_test(bytes_that_make_no_sense_do_no_harm),
		cmocka_unit_test(reasons_go_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
