// SPDX-License-Identifier: GPL-2.0
/*
 * What the model makes of counters that a generator moves: differences, rates, shares, percentiles,
 * partitions that come and go, and slots that get another owner.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source_gen.h"
#include "model/model.h"
#include "model/history.h"
#include "view/rows.h"

#define SECOND	1000000000ULL
#define IO	MSHV_EXIT_IO_PORT
#define HALT	MSHV_EXIT_HALT

struct fixture {
	struct gen *g;
	struct model *m;
};

static void start(struct fixture *f)
{
	struct sample first = gen_sample(f->g, 0);

	f->m = model_new(&f->g->source, &first);
	assert_non_null(f->m);
}

static void step(struct fixture *f, __u64 ns)
{
	struct sample sample = gen_sample(f->g, ns);

	assert_true(model_update(f->m, &sample));
}

static void exits(struct fixture *f, __u64 partition, __u32 vp, __u32 slot, __u32 reason,
		  __u64 vmm_ns, unsigned int n)
{
	while (n--)
		gen_exit(f->g, partition, vp, slot, reason, 1000, 500, vmm_ns, 0);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->g = gen_new(64, 2, 64);
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

static const struct model_partition *partition(const struct fixture *f, __u64 id)
{
	const struct model_partition *p = model_find_partition(f->m, id);

	assert_non_null(p);
	return p;
}

static __u64 nr_now(const struct model_latency *latency)
{
	struct hist room;

	return model_now(latency, &room)->n;
}

static __u64 nr_total(const struct model_latency *latency)
{
	struct hist room;

	return model_total(latency, &room)->n;
}

static void what_was_counted_before_the_start_is_subtracted(void **state)
{
	struct fixture *f = *state;

	gen_own(f->g, 3, 100, "vmm", 1);
	exits(f, 3, 0, 0, IO, 2000, 50);
	gen_hvcall(f->g, 0, 0x50, false, 100, 3, 0);
	start(f);
	assert_int_equal(f->m->exits.all.total.count, 0);
	exits(f, 3, 0, 0, IO, 2000, 7);
	gen_hvcall(f->g, 1, 0x50, false, 100, 3, 0);
	step(f, SECOND);
	assert_int_equal(f->m->exits.all.now.count, 7);
	assert_int_equal(f->m->exits.all.total.count, 7);
	assert_int_equal(nr_total(&f->m->exits.all.latency), 7);
	assert_int_equal(f->m->hvcalls.total.count, 1);
	assert_int_equal(partition(f, 3)->hvcalls.total, 1);
}

static void totals_are_the_sum_of_the_intervals(void **state)
{
	struct fixture *f = *state;
	__u64 sum = 0;
	int i;

	gen_own(f->g, 3, 100, "vmm", 1);
	start(f);
	for (i = 0; i < 20; i++) {
		exits(f, 3, 0, 0, IO, 1000 * i, i * 3);
		exits(f, 3, 0, 0, HALT, 100, i % 4);
		step(f, SECOND / 2);
		assert_int_equal(f->m->exits.all.now.count, i * 3 + i % 4);
		sum += f->m->exits.all.now.count;
		assert_int_equal(f->m->exits.all.total.count, sum);
		assert_int_equal(partition(f, 3)->exits.all.total.count, sum);
		assert_int_equal(partition(f, 3)->vps[0]->exits.all.total.count, sum);
	}
	assert_int_equal(f->m->frames, 20);
	assert_int_equal(f->m->total_ns, 10 * SECOND);
}

static void rates_follow_the_measured_interval(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_true(model_rate(f->m, 100) == 0);
	exits(f, 3, 0, 0, IO, 2000, 500);
	step(f, SECOND / 4);
	assert_int_equal(f->m->interval_ns, SECOND / 4);
	assert_true(model_rate(f->m, f->m->exits.all.now.count) == 2000);
}

static void an_interval_without_events_is_empty(void **state)
{
	struct fixture *f = *state;

	gen_own(f->g, 3, 100, "vmm", 1);
	start(f);
	exits(f, 3, 0, 0, IO, 2000, 5);
	gen_hvcall(f->g, 0, 0x50, true, 100, 3, 0);
	step(f, SECOND);
	step(f, SECOND);
	assert_int_equal(f->m->exits.all.now.count, 0);
	assert_int_equal(f->m->exits.all.latency.p99_ns, 0);
	assert_int_equal(f->m->exits.all.latency.now_max_ns, 0);
	assert_int_equal(f->m->exits.all.latency.max_ns, 2500);
	assert_int_equal(f->m->exits.all.total.count, 5);
	assert_int_equal(f->m->hvcalls.now.count, 0);
	assert_int_equal(partition(f, 3)->hvcalls.now, 0);
	assert_int_equal(model_top_reason(&f->m->exits, false), -1);
	assert_true(model_share(0, 0) == 0);
}

static void an_interval_of_no_length_has_no_rates(void **state)
{
	struct fixture *f = *state;

	start(f);
	exits(f, 3, 0, 0, IO, 2000, 5);
	step(f, 0);
	assert_int_equal(f->m->exits.all.now.count, 5);
	assert_true(model_rate(f->m, 5) == 0);
}

static void shares_of_time_add_up(void **state)
{
	struct fixture *f = *state;
	const struct model_exit_sum *now;
	double sum = 0;
	int i;

	start(f);
	gen_exit(f->g, 3, 0, 0, IO, 600, 90, 270, 40);
	gen_exit(f->g, 3, 1, 1, HALT, 100, 20, 0, 5000);
	step(f, SECOND);
	now = &f->m->exits.all.now;
	assert_int_equal(now->ns[MODEL_GUEST], 700);
	assert_int_equal(now->ns[MODEL_KERNEL], 110);
	assert_int_equal(now->ns[MODEL_VMM], 270);
	assert_int_equal(now->ns[MODEL_HALTED], 5040);
	assert_int_equal(model_time_sum(now), 6120);
	assert_int_equal(model_latency_sum(now), 380);
	for (i = 0; i < MODEL_NR_TIMES; i++)
		sum += model_share(now->ns[i], model_time_sum(now));
	assert_true(sum > 99.999 && sum < 100.001);
}

static void every_level_has_the_sum_of_the_one_below(void **state)
{
	struct fixture *f = *state;
	__u64 host = 0, vps, reasons;
	unsigned int i, j, r;

	gen_own(f->g, 3, 100, "a", 2);
	gen_own(f->g, 4, 101, "b", 1);
	start(f);
	exits(f, 3, 0, 0, IO, 1000, 11);
	exits(f, 3, 1, 1, IO, 5000, 7);
	exits(f, 3, 1, 1, HALT, 5000, 2);
	exits(f, 4, 0, 2, MSHV_EXIT_MSR, 300, 31);
	step(f, SECOND);
	for (i = 0; i < f->m->nr_partitions; i++) {
		const struct model_partition *p = f->m->partitions[i];

		for (vps = 0, j = 0; j < p->nr_vps; j++)
			vps += p->vps[j]->exits.all.now.count;
		for (reasons = 0, r = 0; r < MSHV_COUNTS_REASONS; r++)
			reasons += p->exits.reason[r]->now.count;
		assert_int_equal(vps, p->exits.all.now.count);
		assert_int_equal(reasons, vps);
		assert_int_equal(nr_now(&p->exits.all.latency), vps);
		host += vps;
	}
	assert_int_equal(host, 51);
	assert_int_equal(f->m->exits.all.now.count, 51);
	assert_int_equal(model_top_reason(&partition(f, 3)->exits, false), IO);
	assert_int_equal(model_top_reason(&f->m->exits, false), MSHV_EXIT_MSR);
}

static void percentiles_are_those_of_the_interval(void **state)
{
	struct fixture *f = *state;
	const struct model_latency *latency;
	int i;

	start(f);
	exits(f, 3, 0, 0, IO, 1000000, 1000);
	step(f, SECOND);
	for (i = 1; i <= 1000; i++)
		gen_exit(f->g, 3, 0, 0, IO, 0, i * 10, 0, 0);
	step(f, SECOND);
	latency = &f->m->exits.reason[IO]->latency;
	assert_in_range(latency->p50_ns, 5000 - 5000 / 16, 5000 + 5000 / 16);
	assert_in_range(latency->p99_ns, 9900 - 9900 / 16, 9900 + 9900 / 16);
	assert_in_range(latency->now_max_ns, 10000, 10625);
	assert_int_equal(latency->max_ns, 1000500);
	assert_int_equal(nr_total(latency), 2000);
}

static void a_vp_without_exits_is_there(void **state)
{
	struct fixture *f = *state;
	const struct row_filter everything = { 0 };
	struct rows rows = { 0 };

	gen_own(f->g, 3, 100, "vmm", 4);
	start(f);
	step(f, SECOND);
	assert_int_equal(f->m->nr_live_partitions, 1);
	assert_int_equal(f->m->nr_live_vps, 4);
	assert_int_equal(partition(f, 3)->nr_vps, 4);
	assert_true(rows_vps(&rows, f->m, &everything));
	assert_int_equal(rows.nr, 4);
	rows_free(&rows);
}

static void a_slot_given_again_counts_for_its_new_owner(void **state)
{
	struct fixture *f = *state;

	start(f);
	exits(f, 3, 0, 5, IO, 1000, 100);
	step(f, SECOND);
	exits(f, 9, 2, 5, IO, 1000, 30);
	step(f, SECOND);
	assert_int_equal(partition(f, 3)->exits.all.total.count, 100);
	assert_int_equal(partition(f, 3)->exits.all.now.count, 0);
	assert_int_equal(partition(f, 9)->exits.all.total.count, 30);
	assert_int_equal(nr_now(&partition(f, 9)->exits.all.latency), 30);
	assert_int_equal(partition(f, 9)->vps[0]->index, 2);
	assert_int_equal(f->m->exits.all.total.count, 130);
	assert_int_equal(f->m->lost.overwritten, 0);
}

static void a_new_owner_with_the_same_count_is_not_overlooked(void **state)
{
	struct fixture *f = *state;

	start(f);
	exits(f, 3, 0, 5, IO, 1000, 10);
	step(f, SECOND);
	exits(f, 3, 1, 5, IO, 1000, 10);
	step(f, SECOND);
	assert_int_equal(partition(f, 3)->exits.all.total.count, 20);
	assert_int_equal(partition(f, 3)->nr_vps, 2);
}

static void what_nobody_read_before_it_was_overwritten_is_lost_and_counted(void **state)
{
	struct fixture *f = *state;

	start(f);
	exits(f, 3, 0, 5, IO, 1000, 10);
	step(f, SECOND);
	exits(f, 3, 0, 5, IO, 1000, 4);
	exits(f, 4, 0, 5, IO, 1000, 3);
	exits(f, 5, 0, 5, IO, 1000, 1);
	step(f, SECOND);
	assert_int_equal(f->m->lost.overwritten, 4 + 3);
	assert_int_equal(model_lost_sum(&f->m->lost), 7);
	assert_int_equal(f->m->exits.all.total.count, 11);
	step(f, SECOND);
	assert_int_equal(f->m->lost.overwritten, 7);
}

static void a_partition_that_is_gone_keeps_name_and_counts_for_a_while(void **state)
{
	struct fixture *f = *state;
	const struct model_partition *p;

	gen_own(f->g, 3, 100, "vmm", 1);
	start(f);
	exits(f, 3, 0, 0, IO, 1000, 10);
	gen_disown_all(f->g);
	step(f, SECOND);
	p = partition(f, 3);
	assert_true(p->gone);
	assert_true(p->vps[0]->gone);
	assert_string_equal(p->vmm, "vmm");
	assert_int_equal(p->exits.all.total.count, 10);
	assert_int_equal(f->m->nr_live_partitions, 0);
	assert_int_equal(f->m->nr_live_vps, 0);
	step(f, MODEL_KEEP_GONE_NS - SECOND);
	assert_ptr_equal(model_find_partition(f->m, 3), p);
	step(f, 2 * SECOND);
	assert_null(model_find_partition(f->m, 3));
	assert_int_equal(f->m->exits.all.total.count, 10);

	/* its slot moves once more */
	exits(f, 3, 0, 0, IO, 1000, 2);
	step(f, SECOND);
	assert_int_equal(partition(f, 3)->exits.all.total.count, 2);
	assert_int_equal(f->m->exits.all.total.count, 12);
}

/* As in a PID namespace, or without the privilege to look at the VMM */
static void a_partition_that_cannot_be_seen_is_not_gone(void **state)
{
	const struct model_partition *p;
	struct fixture *f = *state;
	struct sample sample;

	gen_own(f->g, 4, 101, "seen", 1);
	start(f);
	f->g->partition_owners[2].tgid = 77;
	memcpy(f->g->partition_owners[2].comm, "hidden", 7);
	f->g->partition_owners[2].partition_id = 6;
	exits(f, 6, 0, 0, IO, 1000, 1);
	sample = gen_sample(f->g, SECOND);
	sample.owners_partial = true;
	assert_true(model_update(f->m, &sample));
	p = partition(f, 6);
	assert_true(p->hidden && !p->gone && !p->vps[0]->gone);
	assert_string_equal(p->vmm, "hidden");
	assert_false(partition(f, 4)->hidden);
	/* The other one cannot be seen any more. */
	gen_disown_all(f->g);
	sample = gen_sample(f->g, SECOND);
	sample.owners_partial = true;
	assert_true(model_update(f->m, &sample));
	assert_true(partition(f, 4)->hidden && !partition(f, 4)->gone);
	/* Now all can be looked at, and there is none. */
	step(f, SECOND);
	assert_true(p->gone && !p->hidden && p->vps[0]->gone);
	assert_true(partition(f, 4)->gone);
}

static void no_more_than_so_many_partitions_are_kept_when_gone(void **state)
{
	struct fixture *f = *state;
	unsigned int i;

	start(f);
	for (i = 0; i < MODEL_KEEP_GONE + 20; i++) {
		gen_own(f->g, 10 + i, 100, "vmm", 1);
		step(f, 1000);
		gen_disown_all(f->g);
	}
	step(f, 1000);
	assert_int_equal(f->m->nr_partitions, MODEL_KEEP_GONE);
	assert_int_equal(f->m->partitions[0]->id, 10 + 20);
}

static void an_id_that_comes_back_with_another_vmm_is_another_partition(void **state)
{
	struct fixture *f = *state;

	gen_own(f->g, 3, 100, "old", 1);
	start(f);
	exits(f, 3, 0, 0, IO, 1000, 10);
	step(f, SECOND);
	gen_disown_all(f->g);
	gen_own(f->g, 3, 200, "new", 1);
	exits(f, 3, 0, 1, IO, 1000, 4);
	step(f, SECOND);
	assert_int_equal(f->m->nr_partitions, 2);
	assert_int_equal(partition(f, 3)->tgid, 200);
	assert_int_equal(partition(f, 3)->exits.all.total.count, 4);
	assert_true(f->m->partitions[1]->gone);
	assert_int_equal(f->m->partitions[1]->exits.all.total.count, 10);
}

static void a_partition_that_nobody_owns_is_named_by_the_counters(void **state)
{
	struct fixture *f = *state;

	start(f);
	f->g->partition_owners[2].tgid = 77;
	memcpy(f->g->partition_owners[2].comm, "short\x1blived", 12);
	f->g->partition_owners[2].partition_id = 6;
	exits(f, 6, 0, 0, IO, 1000, 1);
	step(f, SECOND);
	assert_true(partition(f, 6)->gone);
	assert_int_equal(partition(f, 6)->tgid, 77);
	assert_string_equal(partition(f, 6)->vmm, "short\\x1blived");
}

static void partitions_are_in_order_of_their_ids(void **state)
{
	static const __u64 ids[] = { 9, 2, 7, 4, 11, 3 };
	struct fixture *f = *state;
	unsigned int i;

	start(f);
	for (i = 0; i < 6; i++)
		exits(f, ids[i], 0, i, IO, 1000, 1);
	step(f, SECOND);
	assert_int_equal(f->m->nr_partitions, 6);
	for (i = 1; i < 6; i++)
		assert_true(f->m->partitions[i - 1]->id < f->m->partitions[i]->id);
}

static void hypercalls_are_summed_over_cpus(void **state)
{
	struct fixture *f = *state;
	const struct model_hvcall *h;

	start(f);
	gen_hvcall(f->g, 0, 0x50, false, 1000, 3, 0);
	gen_hvcall(f->g, 1, 0x50, true, 3000, 3, 0);
	gen_hvcall(f->g, 1, 0x4e, false, 9000, 4, 1);
	step(f, SECOND);
	h = &f->m->hvcall[f->g->hvcall_slot[0x50]];
	assert_int_equal(h->code, 0x50);
	assert_int_equal(h->now.count, 2);
	assert_int_equal(h->now.errors, 1);
	assert_int_equal(h->now.ns, 4000);
	assert_int_equal(h->latency.max_ns, 3000);
	assert_int_equal(f->m->hvcalls.now.count, 3);
	assert_int_equal(partition(f, 3)->hvcalls.now, 2);
	assert_int_equal(partition(f, 4)->hvcalls.now, 1);
}

static void a_code_in_no_list_has_a_row_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct rows rows = { 0 };

	start(f);
	f->g->hvcall_slot[0x13f] = 120;
	gen_hvcall(f->g, 0, 0x13f, false, 1000, 3, 0);
	f->g->hvcall_slot[0x13e] = 0;
	gen_hvcall(f->g, 0, 0x13e, false, 1000, 3, 0);
	step(f, SECOND);
	assert_true(rows_hvcalls(&rows, f->m));
	assert_int_equal(rows.nr, 2);
	assert_int_equal(rows.row[0].hvcall->code, MODEL_HVCALL_OTHER);
	assert_int_equal(rows.row[1].hvcall->code, 0x13f);
	rows_free(&rows);
}

static void a_partition_slot_given_again_counts_for_its_new_owner(void **state)
{
	struct fixture *f = *state;
	int i;

	start(f);
	for (i = 0; i < 5; i++)
		gen_hvcall(f->g, 0, 0x50, false, 1000, 3, 0);
	step(f, SECOND);
	for (i = 0; i < 2; i++)
		gen_hvcall(f->g, 0, 0x50, false, 1000, 8, 0);
	step(f, SECOND);
	assert_int_equal(partition(f, 3)->hvcalls.total, 5);
	assert_int_equal(partition(f, 8)->hvcalls.total, 2);
}

static void counts_go_on_when_histograms_run_out(void **state)
{
	struct fixture *f = *state;

	f->g->counters.nr_hists = 1;
	start(f);
	exits(f, 3, 0, 0, IO, 1000, 5);
	exits(f, 3, 0, 0, HALT, 1000, 6);
	step(f, SECOND);
	assert_int_equal(f->m->exits.all.now.count, 11);
	assert_int_equal(nr_now(&f->m->exits.all.latency), 5);
	assert_int_equal(f->m->exits.reason[HALT]->latency.max_ns, 1500);
	assert_int_equal(f->m->exits.reason[HALT]->latency.p99_ns, 0);
	assert_int_equal(f->m->lost.no_hist, 6);
}

static void a_record_that_changes_its_owner_just_now_waits(void **state)
{
	struct fixture *f = *state;

	start(f);
	exits(f, 3, 0, 0, IO, 1000, 5);
	f->g->exits[IO].partition_id = 0;
	step(f, SECOND);
	assert_int_equal(f->m->exits.all.now.count, 0);
	f->g->exits[IO].partition_id = 3;
	step(f, SECOND);
	assert_int_equal(f->m->exits.all.now.count, 5);
}

static void totals_begin_anew_after_a_reset(void **state)
{
	struct fixture *f = *state;

	start(f);
	exits(f, 3, 0, 0, IO, 9000, 5);
	gen_hvcall(f->g, 0, 0x50, false, 1000, 3, 0);
	step(f, SECOND);
	model_reset_totals(f->m);
	assert_int_equal(f->m->exits.all.total.count, 0);
	exits(f, 3, 0, 0, IO, 1000, 2);
	step(f, SECOND);
	assert_int_equal(f->m->exits.all.total.count, 2);
	assert_int_equal(nr_total(&f->m->exits.all.latency), 2);
	assert_int_equal(f->m->exits.all.latency.max_ns, 9500);
	assert_int_equal(f->m->hvcalls.total.count, 0);
	assert_int_equal(partition(f, 3)->hvcalls.total, 0);
	assert_int_equal(f->m->total_ns, SECOND);
}

static void rows_are_sorted_and_equal_ones_keep_their_place(void **state)
{
	const struct table *table = &tables[TABLE_PARTITIONS];
	const struct row_filter everything = { 0 };
	struct fixture *f = *state;
	struct rows rows = { 0 };

	gen_own(f->g, 3, 100, "c", 1);
	gen_own(f->g, 4, 101, "b", 1);
	gen_own(f->g, 5, 102, "a", 1);
	start(f);
	exits(f, 4, 0, 1, IO, 1000, 2);
	step(f, SECOND);
	assert_true(rows_partitions(&rows, f->m, &everything));
	rows_sort(&rows, column_find(table, "exits"), false);
	assert_int_equal(rows.row[0].partition->id, 4);
	assert_int_equal(rows.row[1].partition->id, 3);
	assert_int_equal(rows.row[2].partition->id, 5);
	rows_sort(&rows, column_find(table, "vmm"), true);
	assert_int_equal(rows.row[0].partition->id, 5);
	/* no latency without exits: below every latency */
	rows_sort(&rows, column_find(table, "p99"), true);
	assert_int_equal(rows.row[2].partition->id, 4);
	rows_free(&rows);
}

static void filters_leave_what_they_name(void **state)
{
	const struct row_filter by_id = { .by_partition = true, .partition_id = 4 };
	const struct row_filter by_pid = { .tgid = 100 };
	struct fixture *f = *state;
	struct rows rows = { 0 };

	gen_own(f->g, 3, 100, "a", 1);
	gen_own(f->g, 4, 101, "b", 3);
	start(f);
	step(f, SECOND);
	assert_true(rows_partitions(&rows, f->m, &by_id));
	assert_int_equal(rows.nr, 1);
	assert_int_equal(rows.row[0].partition->id, 4);
	assert_true(rows_vps(&rows, f->m, &by_id));
	assert_int_equal(rows.nr, 3);
	assert_true(rows_partitions(&rows, f->m, &by_pid));
	assert_int_equal(rows.nr, 1);
	assert_int_equal(rows.row[0].partition->id, 3);
	rows_free(&rows);
}

static void a_host_without_partitions_is_all_zero(void **state)
{
	struct fixture *f = *state;

	start(f);
	step(f, SECOND);
	assert_int_equal(f->m->nr_partitions, 0);
	assert_int_equal(f->m->exits.all.total.count, 0);
	assert_int_equal(model_time_sum(&f->m->exits.all.now), 0);
	assert_int_equal(model_lost_sum(&f->m->lost), 0);
}

static bool moment(const struct fixture *f, unsigned int ago, struct moment *moment)
{
	return model_moment(f->m, &f->m->exits.all.latency, ago, moment);
}

static __u32 moment_count(const struct fixture *f, unsigned int ago)
{
	struct moment then;

	assert_true(moment(f, ago, &then));
	return then.count;
}

static void moments_are_those_of_their_intervals(void **state)
{
	const unsigned int short_octave = hist_index(1000) / MSHV_HIST_SUB;
	const unsigned int long_octave = hist_index(100500) / MSHV_HIST_SUB;
	struct fixture *f = *state;
	struct moment then;

	start(f);
	assert_false(moment(f, 0, &then));
	exits(f, 1, 0, 0, IO, 500, 30);
	exits(f, 1, 0, 0, IO, 100000, 10);
	step(f, SECOND);
	step(f, 2 * SECOND);
	exits(f, 1, 0, 0, IO, 500, 5);
	step(f, 3 * SECOND);
	assert_true(moment(f, 0, &then));
	assert_int_equal(then.count, 5);
	assert_int_equal(then.share[short_octave], 255);
	assert_true(then.seconds == 3.0);
	assert_true(moment(f, 1, &then));
	assert_int_equal(then.count, 0);
	assert_true(then.seconds == 2.0);
	assert_true(moment(f, 2, &then));
	assert_int_equal(then.count, 40);
	assert_int_equal(then.share[short_octave], 192);
	assert_int_equal(then.share[long_octave], 64);
	assert_false(moment(f, 3, &then));
}

static void moments_take_in_other_powers_of_two(void **state)
{
	const unsigned int octave = hist_index(1000) / MSHV_HIST_SUB;
	struct fixture *f = *state;
	struct moment then;

	start(f);
	exits(f, 1, 0, 0, IO, 500, 8);
	step(f, SECOND);
	exits(f, 1, 0, 0, IO, 100000, 1);
	step(f, SECOND);
	gen_exit(f->g, 1, 0, 0, IO, 0, 20, 0, 0);
	step(f, SECOND);
	assert_true(moment(f, 2, &then));
	assert_int_equal(then.share[octave], 255);
	assert_int_equal(then.share[hist_index(100500) / MSHV_HIST_SUB], 0);
	assert_true(moment(f, 1, &then));
	assert_int_equal(then.share[octave], 0);
	assert_int_equal(then.share[hist_index(100500) / MSHV_HIST_SUB], 255);
	assert_true(moment(f, 0, &then));
	assert_int_equal(then.share[0], 255);
	assert_int_equal(then.share[octave], 0);
}

static void moments_are_forgotten_after_so_many_intervals(void **state)
{
	struct fixture *f = *state;
	struct moment then;
	unsigned int i;

	start(f);
	exits(f, 1, 0, 0, IO, 500, 30);
	step(f, SECOND);
	for (i = 0; i < MODEL_HISTORY + 5; i++)
		step(f, SECOND);
	for (i = 0; i < MODEL_HISTORY; i++)
		assert_int_equal(moment_count(f, i), 0);
	exits(f, 1, 0, 0, IO, 500, 7);
	step(f, SECOND);
	assert_int_equal(moment_count(f, 0), 7);
	for (i = 1; i < MODEL_HISTORY; i++)
		assert_int_equal(moment_count(f, i), 0);
	assert_false(moment(f, MODEL_HISTORY, &then));
}

#define TEST(test)	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_counted_before_the_start_is_subtracted),
		TEST(totals_are_the_sum_of_the_intervals),
		TEST(rates_follow_the_measured_interval),
		TEST(an_interval_without_events_is_empty),
		TEST(an_interval_of_no_length_has_no_rates),
		TEST(shares_of_time_add_up),
		TEST(every_level_has_the_sum_of_the_one_below),
		TEST(percentiles_are_those_of_the_interval),
		TEST(a_vp_without_exits_is_there),
		TEST(a_slot_given_again_counts_for_its_new_owner),
		TEST(a_new_owner_with_the_same_count_is_not_overlooked),
		TEST(what_nobody_read_before_it_was_overwritten_is_lost_and_counted),
		TEST(a_partition_that_is_gone_keeps_name_and_counts_for_a_while),
		TEST(a_partition_that_cannot_be_seen_is_not_gone),
		TEST(no_more_than_so_many_partitions_are_kept_when_gone),
		TEST(an_id_that_comes_back_with_another_vmm_is_another_partition),
		TEST(a_partition_that_nobody_owns_is_named_by_the_counters),
		TEST(partitions_are_in_order_of_their_ids),
		TEST(hypercalls_are_summed_over_cpus),
		TEST(a_code_in_no_list_has_a_row_of_its_own),
		TEST(a_partition_slot_given_again_counts_for_its_new_owner),
		TEST(counts_go_on_when_histograms_run_out),
		TEST(a_record_that_changes_its_owner_just_now_waits),
		TEST(totals_begin_anew_after_a_reset),
		TEST(rows_are_sorted_and_equal_ones_keep_their_place),
		TEST(filters_leave_what_they_name),
		TEST(a_host_without_partitions_is_all_zero),
		TEST(moments_are_those_of_their_intervals),
		TEST(moments_take_in_other_powers_of_two),
		TEST(moments_are_forgotten_after_so_many_intervals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
