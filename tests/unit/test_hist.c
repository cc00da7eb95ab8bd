// SPDX-License-Identifier: GPL-2.0
/*
 * The histogram's arithmetic, which BPF and the tools share, and the percentiles taken from it:
 * every bucket's edges, and percentiles against sorted samples.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "histq.h"

#define UNIT	(1 << MSHV_HIST_UNIT_BITS)
#define LAST	(MSHV_HIST_BUCKETS - 1)
#define TOP	(1ULL << MSHV_HIST_MAX_BITS)

static void every_bucket_holds_exactly_its_own_range(void **state)
{
	__u32 i;

	(void)state;
	assert_int_equal(mshv_hist_lower_ns(0), 0);
	for (i = 0; i < MSHV_HIST_BUCKETS; i++) {
		__u64 low = mshv_hist_lower_ns(i), end = mshv_hist_lower_ns(i + 1);

		assert_true(low < end);
		assert_int_equal(hist_index(low), i);
		assert_int_equal(hist_index(end - 1), i);
		assert_true(end - low <= UNIT || (end - low) * 16 <= low);
	}
	assert_int_equal(mshv_hist_lower_ns(MSHV_HIST_BUCKETS), TOP);
}

static void what_is_above_the_range_goes_into_the_last_bucket(void **state)
{
	(void)state;
	assert_int_equal(hist_index(TOP - 1), LAST);
	assert_int_equal(hist_index(TOP), LAST);
	assert_int_equal(hist_index(TOP * 16), LAST);
	assert_int_equal(hist_index(UINT64_MAX), LAST);
}

/* Another way to the same number: the position of the leading one, by the compiler's builtin */
static __u32 index_by_clz(__u64 ns)
{
	__u64 units = ns / UNIT;
	int shift;

	if (ns >= TOP)
		return LAST;
	if (units < MSHV_HIST_SUB)
		return units;
	shift = 63 - __builtin_clzll(units) - MSHV_HIST_SUB_BITS;
	return shift * MSHV_HIST_SUB + (units >> shift);
}

static void index_agrees_with_another_computation(void **state)
{
	__u64 ns;
	int i;

	(void)state;
	for (ns = 0; ns < 1 << 20; ns++)
		assert_int_equal(hist_index(ns), index_by_clz(ns));
	srandom(1);
	for (i = 0; i < 1000000; i++) {
		ns = ((__u64)random() << 31 | random()) >> (random() % 62);
		assert_int_equal(hist_index(ns), index_by_clz(ns));
	}
}

/* --- Percentiles ----------------------------------------------------------------------------- */

#define SAMPLES	20000

static double uniform(void)
{
	return (random() + 1.0) / ((double)RAND_MAX + 2);
}

static __u64 from_narrow(void)
{
	return 4000 + 2000 * uniform();
}

static __u64 from_uniform(void)
{
	return 1000000 * uniform();
}

static __u64 from_exponential(void)
{
	return -50000 * log(uniform());
}

static __u64 from_log_normal(void)
{
	return 10000 * exp(sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform()));
}

static __u64 from_two_peaks(void)
{
	return uniform() < 0.95 ? 3000 + 500 * uniform() : 9000000 + 1000000 * uniform();
}

static __u64 from_constant(void)
{
	return 12345;
}

static int compare(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

static void check_percentiles(__u64 (*draw)(void))
{
	static const double percents[] = { 0, 1, 25, 50, 90, 95, 99, 99.9, 100 };
	static __u64 samples[SAMPLES];
	struct hist *h = hist_new();
	unsigned int i;

	assert_non_null(h);
	for (i = 0; i < SAMPLES; i++) {
		samples[i] = draw();
		hist_add(h, hist_index(samples[i]), 1);
	}
	qsort(samples, SAMPLES, sizeof(samples[0]), compare);
	for (i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		__u64 rank = ceil(percents[i] * SAMPLES / 100);
		__u64 exact = samples[rank ? rank - 1 : 0];
		__u64 found = hist_percentile(h, percents[i], samples[SAMPLES - 1]);
		__u64 width = exact / 16 < UNIT ? UNIT : exact / 16;
		__u64 most = exact / 31 < UNIT / 2 ? UNIT / 2 : exact / 31;

		assert_in_range(found, exact < most ? 0 : exact - most, exact + most);
		found = hist_quantile(h, percents[i], samples[SAMPLES - 1]);
		assert_in_range(found, exact < width ? 0 : exact - width, exact + width);
	}
	assert_true(hist_percentile(h, 100, samples[SAMPLES - 1]) <= samples[SAMPLES - 1]);
	free(h);
}

static void percentiles_are_within_half_a_bucket_of_the_exact_ones(void **state)
{
	(void)state;
	srandom(7);
	check_percentiles(from_narrow);
	check_percentiles(from_uniform);
	check_percentiles(from_exponential);
	check_percentiles(from_log_normal);
	check_percentiles(from_two_peaks);
	check_percentiles(from_constant);
}

static void a_change_of_a_tenth_is_seen_as_one(void **state)
{
	struct hist *before = hist_new(), *after = hist_new();
	double ratio;
	__u64 ns;
	int i;

	(void)state;
	for (i = 0; i < SAMPLES; i++) {
		ns = from_narrow();
		hist_add(before, hist_index(ns), 1);
		hist_add(after, hist_index(ns + ns / 10), 1);
	}
	ratio = (double)hist_quantile(after, 99, UINT64_MAX) /
		hist_quantile(before, 99, UINT64_MAX);
	assert_true(ratio > 1.07 && ratio < 1.13);
	free(before);
	free(after);
}

static void an_empty_histogram_has_no_percentiles(void **state)
{
	struct hist *h = hist_new();

	(void)state;
	assert_int_equal(hist_percentile(h, 50, 1000), 0);
	assert_int_equal(hist_bound(h, 1000), 0);
	hist_add(h, 3, 0);
	assert_int_equal(h->n, 0);
	free(h);
}

static void one_sample_is_every_percentile(void **state)
{
	struct hist *h = hist_new();

	(void)state;
	hist_add(h, hist_index(100000), 1);
	assert_in_range(hist_percentile(h, 0, 100000), 96000, 100000);
	assert_in_range(hist_percentile(h, 100, 100000), 96000, 100000);
	free(h);
}

static void the_last_bucket_ends_at_the_longest_sample(void **state)
{
	struct hist *h = hist_new();

	(void)state;
	hist_add(h, LAST, 10);
	assert_in_range(hist_percentile(h, 99, TOP * 4), TOP, TOP * 4);
	assert_int_equal(hist_bound(h, TOP * 4), TOP * 4);
	free(h);
}

/* --- Keeping histograms ---------------------------------------------------------------------- */

static void the_bound_is_the_end_of_the_highest_bucket_or_the_maximum(void **state)
{
	struct hist *h = hist_new();
	__u32 bucket = hist_index(5000);

	(void)state;
	hist_add(h, bucket, 1);
	assert_int_equal(hist_bound(h, 5001), 5001);
	assert_int_equal(hist_bound(h, 1000000), mshv_hist_lower_ns(bucket + 1) - 1);
	free(h);
}

static void merging_and_clearing_touch_what_is_in_use(void **state)
{
	struct hist *a = hist_new(), *b = hist_new();
	unsigned int i;

	(void)state;
	hist_add(a, 10, 2);
	assert_int_equal(a->hi, 11);
	hist_add(a, 11, 1);
	assert_int_equal(a->hi, 12);
	hist_add(b, 3, 1);
	hist_add(b, LAST, 4);
	hist_merge(a, b);
	assert_int_equal(a->n, 8);
	assert_int_equal(a->lo, 3);
	assert_int_equal(a->hi, MSHV_HIST_BUCKETS);
	assert_int_equal(a->bucket[10], 2);
	assert_int_equal(a->bucket[LAST], 4);
	hist_clear(b);
	hist_merge(a, b);
	assert_int_equal(a->n, 8);
	hist_clear(a);
	for (i = 0; i < MSHV_HIST_BUCKETS; i++)
		assert_int_equal(a->bucket[i], 0);
	assert_int_equal(a->lo, MSHV_HIST_BUCKETS);
	free(a);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bucket_holds_exactly_its_own_range),
		cmocka_unit_test(what_is_above_the_range_goes_into_the_last_bucket),
		cmocka_unit_test(index_agrees_with_another_computation),
		cmocka_unit_test(percentiles_are_within_half_a_bucket_of_the_exact_ones),
		cmocka_unit_test(a_change_of_a_tenth_is_seen_as_one),
		cmocka_unit_test(an_empty_histogram_has_no_percentiles),
		cmocka_unit_test(one_sample_is_every_percentile),
		cmocka_unit_test(the_last_bucket_ends_at_the_longest_sample),
		cmocka_unit_test(the_bound_is_the_end_of_the_highest_bucket_or_the_maximum),
		cmocka_unit_test(merging_and_clearing_touch_what_is_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
