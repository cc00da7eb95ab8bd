// SPDX-License-Identifier: GPL-2.0
/*
 * The model's histograms, all of them, against plain ones that are counted beside: of the interval
 * and in total, by series, VP, partition and host, while slots change their owners, VPs their
 * slots, and totals begin anew. All random numbers come from a fixed seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source_gen.h"
#include "model/model.h"

#define SECOND		1000000000ULL
#define PARTITIONS	3
#define VPS		3	/* of each partition */
#define REASONS		5
#define SLOTS		(PARTITIONS * VPS + 4)
#define ALL		REASONS

/* Latencies of a VP, by reason and of all */
struct counted {
	struct hist now[REASONS + 1];
	struct hist total[REASONS + 1];
};

struct fixture {
	struct gen *g;
	struct model *m;
	struct counted vp[PARTITIONS][VPS];
	struct counted partition[PARTITIONS];
	struct counted host;
	int slot[PARTITIONS][VPS];
	bool taken[SLOTS];
	unsigned short seed[3];
};

static unsigned int below(struct fixture *f, unsigned int limit)
{
	return nrand48(f->seed) % limit;
}

static void clear(struct counted *c, bool total)
{
	unsigned int i;

	for (i = 0; i <= REASONS; i++) {
		hist_init(&c->now[i]);
		if (total)
			hist_init(&c->total[i]);
	}
}

static void clear_all(struct fixture *f, bool total)
{
	unsigned int p, v;

	clear(&f->host, total);
	for (p = 0; p < PARTITIONS; p++) {
		clear(&f->partition[p], total);
		for (v = 0; v < VPS; v++)
			clear(&f->vp[p][v], total);
	}
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	unsigned int p, v;

	assert_non_null(f);
	memset(f->seed, 3, sizeof(f->seed));
	f->g = gen_new(SLOTS, 1, SLOTS * REASONS);
	for (p = 0; p < PARTITIONS; p++) {
		gen_own(f->g, 1 + p, 100 + p, "vmm", VPS);
		for (v = 0; v < VPS; v++) {
			f->slot[p][v] = p * VPS + v;
			f->taken[p * VPS + v] = true;
		}
	}
	clear_all(f, true);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	model_free(f->m);
	f->g->source.close(&f->g->source);
	free(f);
	return 0;
}

static void count(struct counted *c, unsigned int reason, unsigned int bucket, __u64 n)
{
	hist_add(&c->now[reason], bucket, n);
	hist_add(&c->total[reason], bucket, n);
	hist_add(&c->now[ALL], bucket, n);
	hist_add(&c->total[ALL], bucket, n);
}

/* n cycles of the same latency, not all of them by way of gen_exit() */
static void exits(struct fixture *f, unsigned int p, unsigned int v, unsigned int reason, __u64 ns,
		  __u32 n)
{
	struct mshv_exit_series *s = &f->g->exits[f->slot[p][v] * MSHV_COUNTS_REASONS + reason];

	gen_exit(f->g, 1 + p, v, f->slot[p][v], reason, 0, ns, 0, 0);
	s->count += n - 1;
	s->kernel_ns += (n - 1) * ns;
	f->g->hists[s->hist - 1].bucket[hist_index(ns)] += n - 1;
	count(&f->vp[p][v], reason, hist_index(ns), n);
	count(&f->partition[p], reason, hist_index(ns), n);
	count(&f->host, reason, hist_index(ns), n);
}

static void some_exits(struct fixture *f)
{
	unsigned int i, n;
	__u64 ns;

	for (i = below(f, 40); i; i--) {
		ns = below(f, 10) ? 1000 + below(f, 20000) : 1ULL << below(f, 36);
		n = below(f, 8) ? 1 + below(f, 3) : 1 + below(f, 100000);
		exits(f, below(f, PARTITIONS), below(f, VPS), below(f, REASONS), ns, n);
	}
}

/* A VP gets a slot that is free, and leaves its own to whoever gets it next. */
static void move_a_vp(struct fixture *f)
{
	unsigned int p = below(f, PARTITIONS), v = below(f, VPS), to;

	do
		to = below(f, SLOTS);
	while (f->taken[to]);
	f->taken[f->slot[p][v]] = false;
	f->taken[to] = true;
	f->slot[p][v] = to;
}

static void start(struct fixture *f)
{
	struct sample first = gen_sample(f->g, 0);

	f->m = model_new(&f->g->source, &first);
	assert_non_null(f->m);
	clear_all(f, true);
}

static void check_hist(const struct hist *found, const struct hist *wanted)
{
	unsigned int i;

	assert_int_equal(found->n, wanted->n);
	assert_int_equal(found->lo, wanted->lo);
	assert_int_equal(found->hi, wanted->hi);
	for (i = 0; i < MSHV_HIST_BUCKETS; i++)
		assert_int_equal(found->bucket[i], wanted->bucket[i]);
}

static void check_exit(const struct model_exit *e, const struct counted *wanted, unsigned int which)
{
	const struct model_latency *l = &e->latency;
	const struct hist *now = &wanted->now[which];
	struct hist room;

	check_hist(model_now(l, &room), now);
	check_hist(model_total(l, &room), &wanted->total[which]);
	assert_int_equal(e->now.count, now->n);
	assert_int_equal(e->total.count, wanted->total[which].n);
	assert_int_equal(l->some, !!now->n);
	assert_int_equal(l->now_max_ns, hist_bound(now, l->max_ns));
	assert_int_equal(l->p50_ns, hist_percentile(now, 50, l->now_max_ns));
	assert_int_equal(l->p99_ns, hist_percentile(now, 99, l->now_max_ns));
}

static void check_scope(const struct model_scope *scope, const struct counted *wanted)
{
	unsigned int i;

	for (i = 0; i < REASONS; i++)
		check_exit(scope->reason[i], wanted, i);
	check_exit(&scope->all, wanted, ALL);
}

static void step_by(struct fixture *f, __u64 ns)
{
	struct sample sample = gen_sample(f->g, ns);

	assert_true(model_update(f->m, &sample));
}

static void step(struct fixture *f)
{
	unsigned int p, v;

	step_by(f, SECOND);
	check_scope(&f->m->exits, &f->host);
	for (p = 0; p < PARTITIONS; p++) {
		const struct model_partition *found = model_find_partition(f->m, 1 + p);

		assert_non_null(found);
		check_scope(&found->exits, &f->partition[p]);
		for (v = 0; v < VPS; v++)
			check_scope(&found->vps[v]->exits, &f->vp[p][v]);
	}
	clear_all(f, false);
}

static void every_histogram_is_what_was_counted(void **state)
{
	struct fixture *f = *state;
	int i;

	some_exits(f);
	start(f);
	for (i = 0; i < 200; i++) {
		some_exits(f);
		step(f);
	}
}

static void slots_and_vps_may_change_places(void **state)
{
	struct fixture *f = *state;
	int i;

	some_exits(f);
	start(f);
	for (i = 0; i < 300; i++) {
		if (below(f, 3) == 0)
			move_a_vp(f);
		some_exits(f);
		step(f);
	}
	assert_int_equal(f->m->lost.overwritten, 0);
}

static void a_vp_may_be_counted_in_two_slots_in_an_interval(void **state)
{
	struct fixture *f = *state;
	int i;

	start(f);
	for (i = 0; i < 6; i++) {
		exits(f, 1, 2, 0, 3000, 10);
		f->taken[f->slot[1][2]] = false;
		f->slot[1][2] = i % 2 ? SLOTS - 1 : SLOTS - 2;
		exits(f, 1, 2, 0, 90000, 5);
		step(f);
	}
}

static void totals_begin_anew_as_often_as_one_likes(void **state)
{
	struct fixture *f = *state;
	int i;

	some_exits(f);
	start(f);
	for (i = 0; i < 100; i++) {
		if (below(f, 4) == 0)
			move_a_vp(f);
		some_exits(f);
		step(f);
		if (below(f, 3))
			continue;
		model_reset_totals(f->m);
		clear_all(f, true);
	}
}

static void counts_pass_32_bits(void **state)
{
	struct fixture *f = *state;
	struct hist room;
	int i;

	exits(f, 0, 0, 1, 5000, UINT32_MAX - 2);
	start(f);
	for (i = 0; i < 4; i++) {
		exits(f, 0, 0, 1, 5000, 0xe0000000);
		exits(f, 0, 0, 1, 70000, 3);
		step(f);
	}
	assert_int_equal(model_total(&f->m->partitions[0]->vps[0]->exits.all.latency, &room)->n,
			 4 * 0xe0000003ULL);
}

static void a_partition_that_was_forgotten_begins_anew(void **state)
{
	struct fixture *f = *state;
	const struct model_partition *p;
	struct hist room;

	start(f);
	exits(f, 2, 0, 1, 5000, 20);
	exits(f, 2, 0, 2, 5000, 7);
	step(f);
	f->g->nr_owners = 2;
	step_by(f, SECOND);
	step_by(f, MODEL_KEEP_GONE_NS);
	step_by(f, SECOND);
	assert_null(model_find_partition(f->m, 3));

	exits(f, 2, 0, 1, 6000, 3);
	step_by(f, SECOND);
	p = model_find_partition(f->m, 3);
	assert_non_null(p);
	assert_int_equal(model_total(&p->exits.all.latency, &room)->n, 3);
	assert_int_equal(model_now(&p->exits.all.latency, &room)->n, 3);
	exits(f, 2, 0, 2, 6000, 4);
	step_by(f, SECOND);
	assert_int_equal(model_total(&p->exits.all.latency, &room)->n, 7);
	assert_int_equal(model_total(&p->vps[0]->exits.reason[2]->latency, &room)->n, 4);
	assert_int_equal(model_total(&f->m->exits.all.latency, &room)->n, 34);
}

#define TEST(test)	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_histogram_is_what_was_counted),
		TEST(slots_and_vps_may_change_places),
		TEST(a_vp_may_be_counted_in_two_slots_in_an_interval),
		TEST(totals_begin_anew_as_often_as_one_likes),
		TEST(counts_pass_32_bits),
		TEST(a_partition_that_was_forgotten_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
