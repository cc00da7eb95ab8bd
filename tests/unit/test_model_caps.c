// SPDX-License-Identifier: GPL-2.0
/* What the model makes of capabilities: whose they are, what is new, and what stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/mshv.h>
#include "source_gen.h"
#include "model/detail.h"
#include "view/rows.h"

#define VMM	100
#define OTHER	200
#define UNKNOWN	0x4711

static const struct hostcaps host = {
	.told = true,
	.nr = 3,
	.infos = {
		{ .id = 0, .state = MSHV_CAP_STATE_REMOVED },
		{ .id = MSHV_CAP_RUN_VP, .state = MSHV_CAP_STATE_USABLE },
		{ .id = MSHV_CAP_IRQFD, .state = MSHV_CAP_STATE_USABLE },
	},
};

static struct capwatch_row counted[] = {
	{ { 7, MSHV_CAP_RUN_VP, VMM }, { .uses = 10, .failures = 1, .last_ns = 42 } },
	{ { 7, UNKNOWN, VMM }, { .rejects = 1 } },
	{ { CAPWATCH_DEVICE, MSHV_CAP_IRQFD, VMM }, { .uses = 3 } },
	{ { CAPWATCH_DEVICE, UNKNOWN, OTHER }, { .rejects = 2 } },
};

static bool read_caps(struct source *source, struct sample *sample)
{
	gen_read(source, sample);
	sample->caps = &host;
	sample->cap_rows = counted;
	sample->nr_cap_rows = sizeof(counted) / sizeof(counted[0]);
	return true;
}

static struct gen *watched(void)
{
	struct gen *g = gen_new(4, 1, 4);

	g->source.read = read_caps;
	gen_own(g, 7, VMM, "vmm", 1);
	gen_own(g, 8, VMM, "vmm", 1);
	return g;
}

static const struct model_cap *cap_of(const struct model *m, __u64 partition, __u32 id)
{
	unsigned int i;

	for (i = 0; i < m->detail->nr_caps; i++)
		if (m->detail->cap[i].partition_id == partition && m->detail->cap[i].id == id)
			return &m->detail->cap[i];
	return NULL;
}

static void what_is_counted_belongs_to_partitions(void **state)
{
	struct gen *g = watched();
	struct sample sample = gen_sample(g, 0);
	struct model *m = model_new(&g->source, &sample);
	const struct model_cap *cap;

	(void)state;
	cap = cap_of(m, 7, MSHV_CAP_RUN_VP);
	assert_true(cap->last.uses == 10 && cap->last.failures == 1 && cap->last_ns == 42);
	assert_int_equal(cap->tgid, VMM);
	assert_string_equal(cap->vmm, "vmm");
	assert_false(model_cap_touched(cap_of(m, 8, MSHV_CAP_RUN_VP)));
	/* What a VMM does on the device is all its partitions', and nobody else's. */
	assert_int_equal(cap_of(m, 7, MSHV_CAP_IRQFD)->last.uses, 3);
	assert_int_equal(cap_of(m, 8, MSHV_CAP_IRQFD)->last.uses, 3);
	assert_null(cap_of(m, MODEL_CAP_DEVICE, MSHV_CAP_IRQFD));
	assert_false(model_cap_touched(cap_of(m, MODEL_CAP_HOST, MSHV_CAP_IRQFD)));
	/* What is in no list is shown, too. */
	cap = cap_of(m, 7, UNKNOWN);
	assert_true(cap->last.refusals == 1 && !cap->told);
	cap = cap_of(m, MODEL_CAP_DEVICE, UNKNOWN);
	assert_true(cap->last.refusals == 2 && cap->tgid == OTHER);
	model_free(m);
	g->source.close(&g->source);
}

static void only_what_is_new_is_in_the_interval(void **state)
{
	struct gen *g = watched();
	struct sample sample = gen_sample(g, 0);
	struct model *m = model_new(&g->source, &sample);
	const struct model_cap *cap;

	(void)state;
	counted[0].count.uses += 5;
	sample = gen_sample(g, 1000000000);
	assert_true(model_update(m, &sample));
	cap = cap_of(m, 7, MSHV_CAP_RUN_VP);
	assert_true(cap->now.uses == 5 && !cap->now.failures && cap->total.uses == 15);
	model_reset_totals(m);
	/* Nobody looks: nothing is new, and nothing is lost. */
	sample = gen_sample(g, 1000000000);
	sample.caps = NULL;
	assert_true(model_update(m, &sample));
	cap = cap_of(m, 7, MSHV_CAP_RUN_VP);
	assert_true(!cap->now.uses && !cap->total.uses && cap->last.uses == 15);
	/* The partition goes, and what was counted of it stays. */
	gen_disown_all(g);
	sample = gen_sample(g, 1000000000);
	assert_true(model_update(m, &sample));
	cap = cap_of(m, 7, MSHV_CAP_RUN_VP);
	assert_true(cap->last.uses == 15 && !cap->granted);
	assert_string_equal(cap->vmm, "vmm");
	assert_null(cap_of(m, 8, MSHV_CAP_RUN_VP));
	model_free(m);
	g->source.close(&g->source);
}

static unsigned int nr_rows(const struct model *m, const struct row_filter *filter)
{
	struct rows rows = { 0 };
	unsigned int nr;

	assert_true(rows_caps(&rows, m, filter));
	nr = rows.nr;
	rows_free(&rows);
	return nr;
}

static void rows_are_what_somebody_has_to_do_with(void **state)
{
	static const struct row_filter all, one = { .by_partition = true, .partition_id = 8 },
				       other = { .tgid = OTHER };
	struct gen *g = watched();
	struct sample sample = gen_sample(g, 0);
	struct model *m = model_new(&g->source, &sample);

	(void)state;
	/* RUN_VP, IRQFD and the unknown one of 7, IRQFD of 8, and the refusal of the other */
	assert_int_equal(nr_rows(m, &all), 5);
	/* Of one partition all that there are, but for what was removed */
	assert_int_equal(nr_rows(m, &one), 2);
	assert_int_equal(nr_rows(m, &other), 1);
	sample = gen_sample(g, 1000000000);
	sample.nr_cap_rows = 0;
	assert_true(model_update(m, &sample));
	/* What nobody has to do with is the host's. */
	assert_int_equal(nr_rows(m, &all), 2);
	model_free(m);
	g->source.close(&g->source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_counted_belongs_to_partitions),
		cmocka_unit_test(only_what_is_new_is_in_the_interval),
		cmocka_unit_test(rows_are_what_somebody_has_to_do_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
