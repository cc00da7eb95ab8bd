// SPDX-License-Identifier: GPL-2.0
/*
 * What an update of mshvtop's model costs, with as many series as are asked for, of which some or all
 * have changed since the last one. The counters are memory of this process, as those of the BPF
 * programs are; nothing but the model is measured.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <mshv/exits.h>
#include "bench.h"
#include "model/model.h"
#include "view/rows.h"
#include "view/view.h"

#define REASONS			12	/* of each VP */
#define VPS_PER_PARTITION	8
#define SAMPLES			20	/* of a series at each change */
#define SETTLED			8	/* changes until a series has been in all its buckets */

struct refresh {
	struct counters counters;
	struct mshv_exit_series *exits;
	struct mshv_histogram *hists;
	struct mshv_counts_lost lost;
	struct sample sample;
	struct model *model;
	unsigned int nr_series;
	unsigned int nr_changed;
	unsigned int next;
};

static void *zeroed(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		bench_die("out of memory");
	return memory;
}

/* Latencies from 2 to 16 us, with a few of a millisecond */
static void change(struct refresh *r, unsigned int n)
{
	unsigned int vp = n / REASONS, i;
	struct mshv_exit_series *s = &r->exits[vp * MSHV_COUNTS_REASONS + 1 + n % REASONS];
	struct mshv_histogram *h = &r->hists[n];

	s->partition_id = 1 + vp / VPS_PER_PARTITION;
	s->vp_index = vp % VPS_PER_PARTITION;
	s->hist = 1 + n;
	for (i = 0; i < SAMPLES; i++) {
		__u64 ns = i ? 2000 + (n * 7919 + i * 6007 + r->next) % 14000 : 1000000 + n;

		s->count++;
		s->guest_ns += ns * 10;
		s->kernel_ns += ns / 2;
		s->vmm_ns += ns - ns / 2;
		s->max_ns = ns > s->max_ns ? ns : s->max_ns;
		h->bucket[hist_index(ns)]++;
	}
}

static struct owner *make_owners(unsigned int nr_vps, unsigned int *nr)
{
	struct owner *owners;
	unsigned int i;

	*nr = (nr_vps + VPS_PER_PARTITION - 1) / VPS_PER_PARTITION;
	owners = zeroed(*nr, sizeof(*owners));
	for (i = 0; i < nr_vps; i++) {
		struct owner *o = &owners[i / VPS_PER_PARTITION];

		if (!o->vps)
			o->vps = zeroed(VPS_PER_PARTITION, sizeof(*o->vps));
		o->partition_id = 1 + i / VPS_PER_PARTITION;
		o->tgid = 1000 + i / VPS_PER_PARTITION;
		snprintf(o->comm, sizeof(o->comm), "vmm");
		o->vps[o->nr_vps++] = i % VPS_PER_PARTITION;
	}
	return owners;
}

static void refresh_new(struct refresh *r, unsigned int series, unsigned int changed)
{
	struct counters *c = &r->counters;
	unsigned int i;

	r->nr_series = series;
	r->nr_changed = changed;
	c->nr_vp_slots = (series + REASONS - 1) / REASONS;
	c->nr_partition_slots = c->nr_vp_slots;
	c->nr_cpus = 1;
	c->nr_hists = series;
	r->exits = zeroed((size_t)c->nr_vp_slots * MSHV_COUNTS_REASONS, sizeof(*r->exits));
	r->hists = zeroed(series, sizeof(*r->hists));
	c->exits = r->exits;
	c->hists = r->hists;
	c->hvcalls = zeroed(MSHV_COUNTS_HVCALLS, sizeof(*c->hvcalls));
	c->partition_hvcalls = zeroed(c->nr_partition_slots, sizeof(*c->partition_hvcalls));
	c->partition_owners = zeroed(c->nr_partition_slots, sizeof(*c->partition_owners));
	c->hvcall_slot = zeroed(MSHV_COUNTS_HVCALL_CODES, sizeof(__u32));
	c->lost = &r->lost;
	r->sample.counters = c;
	r->sample.owners = make_owners(c->nr_vp_slots, &r->sample.nr_owners);
	r->sample.time_ns = 1;
	for (i = 0; i < series; i++)
		change(r, i);
}

static void load_model(struct refresh *r)
{
	static const struct source source = { .name = "bench", .kernel = "none" };

	r->model = model_new(&source, &r->sample);
	if (!r->model)
		bench_die("out of memory");
}

/* From counters that were never looked at to a screenful of text, without an interval yet */
static __u64 start(void *data)
{
	static const struct row_filter everything;
	struct refresh *r = data;
	FILE *out = fopen("/dev/null", "w");
	__u64 begin, took;

	if (!out)
		bench_die("/dev/null: %s", strerror(errno));
	begin = bench_clock();
	load_model(r);
	if (!view_text(out, r->model, &everything, 120))
		bench_die("out of memory");
	took = bench_clock() - begin;
	fclose(out);
	model_free(r->model);
	return took;
}

static __u64 refresh(void *data)
{
	struct refresh *r = data;
	unsigned int i;
	__u64 begin;

	for (i = 0; i < r->nr_changed; i++)
		change(r, (r->next + i) % r->nr_series);
	r->next += r->nr_changed;
	r->sample.time_ns += 1000000000;
	begin = bench_clock();
	if (!model_update(r->model, &r->sample))
		bench_die("out of memory");
	return bench_clock() - begin;
}

/* Let all series have been in all the buckets that they are ever in. */
static void settle(struct refresh *r)
{
	unsigned int changed = r->nr_changed, i;

	r->nr_changed = r->nr_series;
	for (i = 0; i < SETTLED; i++)
		refresh(r);
	r->nr_changed = changed;
}

static long resident_kib(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[128];
	long kib = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "VmRSS: %ld", &kib) == 1)
			break;
	if (!kib)
		bench_die("/proc/self/status: %s", strerror(errno));
	fclose(file);
	return kib;
}

static unsigned int number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || n < 1 || n > 10000000)
		bench_die("'%s' is not a number of series", text);
	return n;
}

/**
 * bench_start() - what it takes to show something for the first time
 * @series: how many series there are
 */
void bench_start(const char *series)
{
	struct refresh r = { 0 };

	refresh_new(&r, number(series), 1);
	bench_figure(1, start, &r);
}

/**
 * bench_refresh() - what an update costs
 * @series: how many series there are
 * @changed: how many have changed
 */
void bench_refresh(const char *series, const char *changed)
{
	struct refresh r = { 0 };

	refresh_new(&r, number(series), number(changed));
	load_model(&r);
	settle(&r);
	bench_figure(1, refresh, &r);
}

/**
 * bench_memory() - memory of a process with so many series that all have changed, the counters
 * that it has mapped included; in bytes
 * @series: how many
 */
void bench_memory(const char *series)
{
	struct refresh r = { 0 };

	refresh_new(&r, number(series), number(series));
	load_model(&r);
	settle(&r);
	printf("%ld 0.00\n", resident_kib() * 1024);
}
