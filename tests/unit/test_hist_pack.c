// SPDX-License-Identifier: GPL-2.0
/*
 * Packed histograms against plain ones: whatever is packed comes out again, counts of every size
 * grow into the next, and what has changed since the last look is found, also where a bucket of
 * 32 bits has wrapped around.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "recording/hist_pack.h"

#define ROUNDS	300

static unsigned short seed[3];

static __u64 random_below(__u64 limit)
{
	return ((__u64)nrand48(seed) << 31 | nrand48(seed)) % limit;
}

static int set_up(void **state)
{
	(void)state;
	memset(seed, 1, sizeof(seed));
	return 0;
}

/* Some neighbours and a few far away, as latencies are */
static unsigned int random_bucket(void)
{
	return random_below(4) ? 100 + random_below(40) : random_below(MSHV_HIST_BUCKETS);
}

static void fill(struct hist *h, unsigned int bits)
{
	unsigned int i;

	hist_init(h);
	for (i = random_below(60); i; i--)
		hist_add(h, random_bucket(), 1 + random_below((1ULL << bits) - 1));
}

static struct hist_pack *packed(const struct hist *h)
{
	struct hist_pack *pack = malloc(hist_pack_size(h));

	assert_non_null(pack);
	hist_pack(pack, h);
	return pack;
}

static void assert_same(const struct hist *a, const struct hist *b)
{
	unsigned int i;

	assert_int_equal(a->n, b->n);
	assert_int_equal(a->lo, b->lo);
	assert_int_equal(a->hi, b->hi);
	for (i = 0; i < MSHV_HIST_BUCKETS; i++)
		assert_int_equal(a->bucket[i], b->bucket[i]);
}

static void assert_holds(const struct hist_pack *pack, const struct hist *h)
{
	struct hist out;

	hist_init(&out);
	if (pack)
		hist_unpack(&out, pack, false);
	assert_same(&out, h);
}

static void what_is_packed_comes_out_again(void **state)
{
	static const unsigned int bits[] = { 7, 8, 9, 16, 17, 31, 32, 33, 57 };
	struct hist_pack *pack, *copy;
	unsigned int i, round;
	struct hist h;

	(void)state;
	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		for (round = 0; round < ROUNDS; round++) {
			fill(&h, bits[i]);
			pack = packed(&h);
			assert_holds(pack, &h);
			copy = hist_pack_copy(pack);
			free(pack);
			assert_non_null(copy);
			assert_holds(copy, &h);
			free(copy);
		}
	}
}

static void a_packed_histogram_is_as_small_as_its_counts(void **state)
{
	static const struct { __u64 count; size_t size; } sizes[] = {
		{ 255, 1 }, { 256, 2 }, { 65535, 2 }, { 65536, 4 }, { UINT32_MAX, 4 },
		{ 1ULL << 32, 8 },
	};
	struct hist h;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		hist_init(&h);
		hist_add(&h, 0, 1);
		hist_add(&h, HIST_BLOCK - 1, sizes[i].count);
		hist_add(&h, MSHV_HIST_BUCKETS - 1, 1);
		assert_int_equal(hist_pack_size(&h),
				 sizeof(struct hist_pack) + 2 * HIST_BLOCK * sizes[i].size);
	}
	hist_init(&h);
	assert_int_equal(hist_pack_size(&h), sizeof(struct hist_pack));
}

/* What was added, told bucket by bucket */
static void plain_gain(struct hist *h, const __u32 *live, const __u32 *before)
{
	unsigned int i;

	hist_init(h);
	for (i = 0; i < MSHV_HIST_BUCKETS; i++)
		hist_add(h, i, (__u32)(live[i] - before[i]));
}

static void check_gain(const struct hist_gain *gain, const struct hist *wanted, struct hist *sum,
		       struct hist_pack **seen)
{
	struct hist_pack *alone = malloc(hist_gain_size(gain));
	struct hist h;
	unsigned int percent;

	hist_init(&h);
	hist_add_gain(&h, gain);
	assert_same(&h, wanted);
	assert_int_equal(gain->n, wanted->n);
	for (percent = 0; percent <= 100; percent++)
		assert_int_equal(hist_gain_percentile(gain, percent, UINT64_MAX - 1),
				 hist_percentile(wanted, percent, UINT64_MAX - 1));
	assert_int_equal(hist_gain_bound(gain, UINT64_MAX - 1),
			 hist_bound(wanted, UINT64_MAX - 1));
	assert_non_null(alone);
	hist_gain_pack(alone, gain);
	assert_holds(alone, wanted);
	free(alone);
	assert_true(hist_pack_add(seen, gain));
	hist_merge(sum, wanted);
	assert_holds(*seen, sum);
}

/* Steps of a size, so that the sums pass through all sizes of a count, and wrap around. */
static void follow(unsigned int bits, bool expect)
{
	__u32 live[MSHV_HIST_BUCKETS] = { 0 }, before[MSHV_HIST_BUCKETS];
	struct hist_pack *seen = NULL;
	struct hist sum, wanted;
	struct hist_gain gain;
	unsigned int round, i;

	hist_init(&sum);
	for (round = 0; round < ROUNDS; round++) {
		memcpy(before, live, sizeof(live));
		for (i = random_below(30); i; i--)
			live[random_bucket()] += random_below(1ULL << bits);
		plain_gain(&wanted, live, before);
		hist_gain_take(&gain, seen, live, expect ? wanted.n : HIST_ANY);
		check_gain(&gain, &wanted, &sum, &seen);
	}
	assert_true(sum.n > 0);
	free(seen);
}

static void changes_are_found_whatever_the_size_of_a_count(void **state)
{
	static const unsigned int bits[] = { 1, 4, 9, 13, 20, 24, 29, 32 };
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		follow(bits[i], false);
		follow(bits[i], true);
	}
}

/* In a block that is there: in its first and in its last buckets, by little and by much */
static void counts_grow_into_the_next_size(void **state)
{
	static const unsigned int bits[] = { 8, 16, 32 }, buckets[] = { 80, 83, 84, 87 };
	__u32 live[MSHV_HIST_BUCKETS];
	struct hist_pack *seen;
	struct hist_gain gain;
	struct hist h, wanted;
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 3; i++) {
		for (j = 0; j < 8; j++) {
			__u64 before = j % 2 ? (1ULL << bits[i]) - 1 : 1ULL << (bits[i] - 1);
			__u32 more = j % 2 ? 1 : (1ULL << (bits[i] - 1)) + 1;
			unsigned int bucket = buckets[j / 2];

			hist_init(&h);
			hist_add(&h, 82, 1);
			hist_add(&h, bucket, before);
			seen = packed(&h);
			memset(live, 0, sizeof(live));
			live[82] = 2;
			live[bucket] = before + more;
			wanted = h;
			hist_add(&wanted, 82, 1);
			hist_add(&wanted, bucket, more);
			hist_gain_take(&gain, seen, live, HIST_ANY);
			assert_int_equal(gain.n, 1ULL + more);
			assert_true(hist_pack_add(&seen, &gain));
			assert_holds(seen, &wanted);
			free(seen);
		}
	}
}

static void a_bucket_may_wrap_around(void **state)
{
	__u32 live[MSHV_HIST_BUCKETS] = { 0 };
	struct hist_pack *seen = NULL;
	struct hist_gain gain;
	struct hist h;
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		live[77] += 0xc0000000;
		live[78]++;
		hist_gain_take(&gain, seen, live, HIST_ANY);
		assert_int_equal(gain.n, 0xc0000001ULL);
		assert_true(hist_pack_add(&seen, &gain));
	}
	hist_init(&h);
	hist_unpack(&h, seen, false);
	assert_int_equal(h.bucket[77], 5 * 0xc0000000ULL);
	assert_int_equal(h.bucket[78], 5);
	free(seen);
}

static void the_rest_is_looked_at_unless_all_is_found(void **state)
{
	__u32 live[MSHV_HIST_BUCKETS] = { 0 };
	struct hist_pack *seen = NULL;
	struct hist_gain gain;

	(void)state;
	live[20] = 5;
	hist_gain_take(&gain, seen, live, 5);
	assert_int_equal(gain.n, 5);
	assert_true(hist_pack_add(&seen, &gain));

	live[21] = 2;
	live[300] = 1;
	hist_gain_take(&gain, seen, live, 2);
	assert_int_equal(gain.n, 2);
	hist_gain_take(&gain, seen, live, 3);
	assert_int_equal(gain.n, 3);
	assert_int_equal(gain.hi, 301);
	hist_gain_take(&gain, seen, live, HIST_ANY);
	assert_int_equal(gain.n, 3);
	free(seen);
}

static void nothing_is_nothing(void **state)
{
	__u32 live[MSHV_HIST_BUCKETS] = { 0 };
	struct hist_pack *seen = NULL;
	struct hist_gain gain;
	struct hist h;

	(void)state;
	hist_gain_take(&gain, seen, live, HIST_ANY);
	assert_int_equal(gain.n, 0);
	assert_int_equal(hist_gain_percentile(&gain, 99, 1000), 0);
	assert_int_equal(hist_gain_bound(&gain, 1000), 0);
	assert_true(hist_pack_add(&seen, &gain));
	hist_init(&h);
	hist_add_gain(&h, &gain);
	assert_int_equal(h.hi, 0);
	if (seen)
		hist_unpack(&h, seen, true);
	assert_int_equal(h.lo, MSHV_HIST_BUCKETS);
	free(seen);
}

static void what_is_taken_away_is_gone(void **state)
{
	struct hist a, b, sum;
	struct hist_pack *pack;
	unsigned int round;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		fill(&a, 20);
		fill(&b, 9);
		sum = a;
		hist_merge(&sum, &b);
		pack = packed(&b);
		hist_unpack(&sum, pack, true);
		assert_same(&sum, &a);

		/* also if it was never there: less than nothing */
		hist_init(&sum);
		hist_unpack(&sum, pack, true);
		free(pack);
		pack = packed(&sum);
		hist_init(&sum);
		hist_unpack(&sum, pack, false);
		hist_merge(&sum, &b);
		hist_trim(&sum);
		hist_merge(&sum, &a);
		assert_same(&sum, &a);
		free(pack);
	}
}

static void memory_of_an_arena_is_used_again(void **state)
{
	enum { PIECES = 4000 };
	struct arena arena = { 0 };
	char *piece[PIECES];
	char *first = NULL;
	unsigned int round, i, j, size;

	(void)state;
	for (round = 0; round < 3; round++) {
		for (i = 0; i < PIECES; i++) {
			size = 1 + i % 200;
			piece[i] = arena_alloc(&arena, size);
			assert_non_null(piece[i]);
			assert_int_equal((uintptr_t)piece[i] % 8, 0);
			memset(piece[i], i & 0x7f, size);
		}
		for (i = 0; i < PIECES; i++)
			for (j = 0; j < 1 + i % 200; j++)
				assert_int_equal(piece[i][j], i & 0x7f);
		if (!round)
			first = piece[0];
		assert_ptr_equal(piece[0], first);
		arena_reset(&arena);
	}
	assert_non_null(arena_alloc(&arena, ARENA_MAX));
	arena_free(&arena);
	assert_null(arena.first);
}

#define TEST(test)	cmocka_unit_test_setup(test, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_packed_comes_out_again),
		TEST(a_packed_histogram_is_as_small_as_its_counts),
		TEST(changes_are_found_whatever_the_size_of_a_count),
		TEST(counts_grow_into_the_next_size),
		TEST(a_bucket_may_wrap_around),
		TEST(the_rest_is_looked_at_unless_all_is_found),
		TEST(nothing_is_nothing),
		TEST(what_is_taken_away_is_gone),
		TEST(memory_of_an_arena_is_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
