/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A source for tests: counters in ordinary memory, moved by calls that count as bpf/counts.bpf.c
 * does, with a clock that moves only when told to. Including it takes cmocka.h before it.
 */
#ifndef TESTS_SOURCE_GEN_H
#define TESTS_SOURCE_GEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/types.h>
#include <mshv/exits.h>
#include "histq.h"
#include "source/source.h"

#define GEN_MAX_OWNERS	1280
#define GEN_PARTITION_SLOTS	8
#define GEN_MAX_VPS	8

struct gen {
	struct source source;
	struct counters counters;
	struct mshv_exit_series *exits;
	struct mshv_hvcall_series *hvcalls;
	struct mshv_partition_hvcalls *partition_hvcalls;
	struct mshv_partition_owner *partition_owners;
	struct mshv_histogram *hists;
	struct mshv_counts_lost lost;
	__u32 hvcall_slot[MSHV_COUNTS_HVCALL_CODES];
	__u32 hists_taken;
	struct owner owners[GEN_MAX_OWNERS];
	__u32 vps[GEN_MAX_OWNERS][GEN_MAX_VPS];
	unsigned int nr_owners;
	__u64 time_ns;
	__u64 cpu_ns;
};

static inline bool gen_read(struct source *source, struct sample *sample)
{
	struct gen *g = (struct gen *)source;

	memset(sample, 0, sizeof(*sample));
	sample->time_ns = g->time_ns;
	sample->wall_ns = 1700000000000000000ULL + g->time_ns;
	sample->counters = &g->counters;
	sample->owners = g->owners;
	sample->nr_owners = g->nr_owners;
	sample->self_cpu_ns = g->cpu_ns;
	return true;
}

static inline void gen_close(struct source *source)
{
	struct gen *g = (struct gen *)source;

	free(g->exits);
	free(g->hvcalls);
	free(g->partition_hvcalls);
	free(g->partition_owners);
	free(g->hists);
	free(g);
}

static inline struct gen *gen_new(unsigned int vp_slots, unsigned int cpus, unsigned int hists)
{
	static const __u32 codes[] = {
#define MSHV_HYPERCALL(code, name) code,
#include <mshv/hypercalls.def>
#undef MSHV_HYPERCALL
	};
	struct gen *g = calloc(1, sizeof(*g));
	struct counters *c = &g->counters;
	unsigned int i;

	assert_non_null(g);
	snprintf(g->source.name, sizeof(g->source.name), "generator");
	snprintf(g->source.kernel, sizeof(g->source.kernel), "1.2.3");
	g->source.read = gen_read;
	g->source.close = gen_close;
	c->nr_vp_slots = vp_slots;
	c->nr_partition_slots = GEN_PARTITION_SLOTS;
	c->nr_cpus = cpus;
	c->nr_hists = hists;
	g->exits = calloc(vp_slots * MSHV_COUNTS_REASONS, sizeof(*g->exits));
	g->hvcalls = calloc(cpus * MSHV_COUNTS_HVCALLS, sizeof(*g->hvcalls));
	g->partition_hvcalls = calloc(cpus * c->nr_partition_slots, sizeof(*g->partition_hvcalls));
	g->partition_owners = calloc(c->nr_partition_slots, sizeof(*g->partition_owners));
	g->hists = calloc(hists, sizeof(*g->hists));
	assert_true(g->exits && g->hvcalls && g->partition_hvcalls && g->partition_owners &&
		    g->hists);
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		g->hvcall_slot[codes[i]] = i + 1;
	c->exits = g->exits;
	c->hvcalls = g->hvcalls;
	c->hvcall_slot = g->hvcall_slot;
	c->partition_hvcalls = g->partition_hvcalls;
	c->partition_owners = g->partition_owners;
	c->hists = g->hists;
	c->lost = &g->lost;
	g->time_ns = 5000000000ULL;
	return g;
}

static inline void gen_time(struct gen *g, __u32 *hist, __u64 ns)
{
	if (!*hist && g->hists_taken < g->counters.nr_hists)
		*hist = ++g->hists_taken;
	if (*hist)
		g->hists[*hist - 1].bucket[hist_index(ns)]++;
	else
		g->lost.no_hist++;
}

/* Count an exit cycle of a VP in a slot. */
static inline void gen_exit(struct gen *g, __u64 partition, __u32 vp, __u32 slot, __u32 reason,
			    __u64 guest_ns, __u64 kernel_ns, __u64 vmm_ns, __u64 halted_ns)
{
	struct mshv_exit_series *s = &g->exits[slot * MSHV_COUNTS_REASONS + reason];
	__u32 hist = s->hist;

	if (s->partition_id != partition || s->vp_index != vp) {
		g->lost.overwritten += s->count;
		memset(s, 0, sizeof(*s));
		if (hist)
			memset(&g->hists[hist - 1], 0, sizeof(g->hists[0]));
		s->hist = hist;
		s->partition_id = partition;
		s->vp_index = vp;
	}
	s->count++;
	s->guest_ns += guest_ns;
	s->kernel_ns += kernel_ns;
	s->vmm_ns += vmm_ns;
	s->halted_ns += halted_ns;
	if (kernel_ns + vmm_ns > s->max_ns)
		s->max_ns = kernel_ns + vmm_ns;
	gen_time(g, &s->hist, kernel_ns + vmm_ns);
}

/* Count a hypercall on a CPU, for the partition in a slot. */
static inline void gen_hvcall(struct gen *g, unsigned int cpu, __u32 code, bool failed, __u64 ns,
			      __u64 partition, __u32 slot)
{
	struct mshv_hvcall_series *s =
		&g->hvcalls[cpu * MSHV_COUNTS_HVCALLS + g->hvcall_slot[code]];
	struct mshv_partition_hvcalls *p =
		&g->partition_hvcalls[cpu * g->counters.nr_partition_slots + slot];

	s->count++;
	s->errors += failed;
	s->reps++;
	s->total_ns += ns;
	if (ns > s->max_ns)
		s->max_ns = ns;
	gen_time(g, &s->hist, ns);
	if (p->partition_id != partition) {
		p->count = 0;
		p->partition_id = partition;
	}
	p->count++;
}

/* Let a partition exist, with VPs 0 .. nr_vps - 1; they are added in ascending order of id. */
static inline void gen_own(struct gen *g, __u64 partition, __u32 tgid, const char *comm,
			   unsigned int nr_vps)
{
	struct owner *o = &g->owners[g->nr_owners];
	unsigned int i;

	assert_true(g->nr_owners < GEN_MAX_OWNERS && nr_vps <= GEN_MAX_VPS);
	for (i = 0; i < nr_vps; i++)
		g->vps[g->nr_owners][i] = i;
	o->partition_id = partition;
	o->tgid = tgid;
	snprintf(o->comm, sizeof(o->comm), "%s", comm);
	o->nr_vps = nr_vps;
	o->vps = g->vps[g->nr_owners++];
}

static inline void gen_disown_all(struct gen *g)
{
	g->nr_owners = 0;
}

static inline struct sample gen_sample(struct gen *g, __u64 after_ns)
{
	struct sample sample;

	g->time_ns += after_ns;
	assert_true(g->source.read(&g->source, &sample));
	return sample;
}

#endif /* TESTS_SOURCE_GEN_H */
