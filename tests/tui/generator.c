// SPDX-License-Identifier: GPL-2.0
/*
 * mshvtop over counters that are made up: the same options, model and view, but no kernel. Every
 * read is one second later than the one before, whatever the clock says, and adds the same counts,
 * so that the screens are the same in every run. MSHV_TUI_SCENE chooses what there is to be seen;
 * with MSHV_TUI_VPS there are so many VPs, 1 to 10,000, of as many partitions as that takes. Of
 * mshvtop's modes there is record, for tests of the replay.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <mshv/exits.h>
#include "../unit/source_gen.h"
#include "err.h"
#include "made_caps.h"
#include "num.h"
#include "options.h"
#include "recording/slow.h"
#include "record/recorder.h"
#include "live.h"

#define NR_VP_SLOTS	16
#define NR_PARTITIONS	3
#define NR_HISTS	128
#define NR_CODES	7
#define MAX_VPS		10000
#define NS_PER_SEC	1000000000ULL
#define SELF_NS		4000000ULL

/**
 * struct made_exits - exits that a VP has in every second
 * @vp_slot: the VP
 * @reason: why
 * @rate: how many
 * @median_us: of the latency
 * @spread: standard deviation of the latency's logarithm
 * @vmm: the VMM's part of the latency
 * @guest_us: time in the guest before each
 * @halted_us: time halted in each
 */
struct made_exits {
	unsigned int vp_slot;
	enum mshv_exit_reason reason;
	unsigned int rate;
	double median_us;
	double spread;
	double vmm;
	double guest_us;
	double halted_us;
};

static const struct made_exits busy[] = {
	{ 0, MSHV_EXIT_IO_PORT, 14200, 9.1, 0.6, 0.8, 42, 0 },
	{ 1, MSHV_EXIT_IO_PORT, 7900, 8.6, 0.5, 0.8, 95, 0 },
	{ 0, MSHV_EXIT_MSR, 2370, 6.2, 0.4, 0.7, 40, 0 },
	{ 1, MSHV_EXIT_MSR, 2000, 6.2, 0.4, 0.7, 40, 0 },
	{ 2, MSHV_EXIT_UNMAPPED_GPA, 1810, 15.6, 0.8, 0.9, 210, 0 },
	{ 3, MSHV_EXIT_UNMAPPED_GPA, 1000, 17.0, 0.9, 0.9, 210, 0 },
	{ 2, MSHV_EXIT_CPUID, 1220, 3.1, 0.3, 0.6, 100, 0 },
	{ 3, MSHV_EXIT_HALT, 610, 4.4, 0.7, 0.0, 180, 1100 },
	{ 3, MSHV_EXIT_HOST_INTERRUPT, 251, 1.9, 0.3, 0.0, 220, 0 },
	{ 4, MSHV_EXIT_CPUID, 8700, 2.9, 0.2, 0.6, 88, 0 },
	{ 4, MSHV_EXIT_HYPERCALL, 4200, 4.8, 0.9, 0.7, 20, 0 },
	{ 5, MSHV_EXIT_HALT, 1900, 5.1, 0.8, 0.1, 120, 320 },
	{ 5, MSHV_EXIT_HYPERCALL, 1900, 21.0, 1.3, 0.7, 60, 0 },
};

/* struct made_calls - hypercalls of one code in every second */
struct made_calls {
	unsigned int code;
	unsigned int rate;
	unsigned int errors;
	double median_us;
	double spread;
};

static const struct made_calls calls[NR_CODES] = {
	{ 0x00c2, 51000, 0, 1.1, 0.3 },		/* DISPATCH_VP */
	{ 0x0051, 2100, 0, 0.8, 0.2 },		/* SET_VP_REGISTERS */
	{ 0x0050, 1900, 0, 0.7, 0.2 },		/* GET_VP_REGISTERS */
	{ 0x004b, 310, 12, 14.0, 1.2 },		/* MAP_GPA_PAGES */
	{ 0x0048, 12, 0, 180.0, 0.4 },		/* DEPOSIT_MEMORY */
	{ 0x0094, 640, 0, 1.4, 0.3 },		/* ASSERT_VIRTUAL_INTERRUPT */
	{ 0x010f, 3, 3, 0.5, 0.2 },		/* DISABLE_HYP_EX */
};

struct made_partition {
	__u64 id;
	__u32 tgid;
	const char *comm;
	unsigned int first_vp;
	unsigned int nr_vps;
};

static const struct made_partition made[NR_PARTITIONS] = {
	{ 3, 1412, "qemu-system-x86", 0, 4 },
	{ 4, 1533, "mshvrun", 4, 1 },
	{ 5, 1534, "mshvrun", 5, 1 },
};

enum scene {
	SCENE_BUSY,
	SCENE_EMPTY,
	SCENE_LEAPFROG,	/* the first two partitions take turns at the top */
	SCENE_LOST,	/* some histograms lack samples */
	SCENE_GONE,	/* the second partition goes away after the first interval */
	SCENE_SLOW,	/* the first interval does not end */
	SCENE_ERROR,	/* the source fails after the first interval */
	NR_SCENES
};

static const char * const scenes[NR_SCENES] = {
	"busy", "empty", "leapfrog", "lost", "gone", "slow", "error",
};

static enum scene scene;
static unsigned int steps;
static unsigned int nr_vps;	/* 0: those of the scene */
static unsigned int wanted;

/* What is beside the counters: each grows by its count in every second that it is wanted in. */
static const struct {
	unsigned int want;
	struct tally_entry step;
} made_tallies[] = {
	{ WANT_INTERCEPT, { { 3, 0x3f8, MSHV_TALLY_IO_PORT, 1 }, { 14900, 0, 0 } } },
	{ WANT_INTERCEPT, { { 3, 0x3fd, MSHV_TALLY_IO_PORT, 0 }, { 4000, 0, 0 } } },
	{ WANT_INTERCEPT, { { 3, 0xcf8, MSHV_TALLY_IO_PORT, 1 }, { 1100, 0, 0 } } },
	{ WANT_INTERCEPT, { { 3, 0x1b, MSHV_TALLY_MSR, 0 }, { 70, 0, 0 } } },
	{ WANT_INTERCEPT, { { 3, 0x40000070, MSHV_TALLY_MSR, 1 }, { 4300, 0, 0 } } },
	{ WANT_INTERRUPT, { { 3, 49, MSHV_TALLY_INTERRUPT, 0 }, { 2300, 0, 0 } } },
	{ WANT_INTERRUPT, { { 3, 4, MSHV_TALLY_IRQFD, 0 }, { 1200, 0, 3 } } },
	{ WANT_INTERRUPT, { { 3, 0xfe003000, MSHV_TALLY_IOEVENTFD, 1 }, { 640, 0, 0 } } },
	{ WANT_MEMORY, { { 3, 0, MSHV_TALLY_FAULT, 1 }, { 37, 18944, 0 } } },
	{ WANT_MEMORY, { { 4, 0, MSHV_TALLY_DEPOSIT, 0 }, { 2, 512, 0 } } },
	{ WANT_COUNTERS, { { 0, 2, TALLY_HYPERVISOR, 0 }, { 4, 0, 0 } } },
	{ WANT_COUNTERS, { { 3, 5, TALLY_PARTITION, 0 }, { 1024, 0, 0 } } },
	{ WANT_COUNTERS, { { 3, 13, TALLY_VP, 0 }, { 14900, 0, 0 } } },
};

#define NR_MADE_TALLIES	(sizeof(made_tallies) / sizeof(made_tallies[0]))

static const struct mshv_slow made_slow = {
	.partition_id = 3,
	.arg = { 0, MSHV_EXIT_IO_PORT, 42000, 81000, 1331000, 0 },
	.message_type = 0x80010000,
	/* header of a write at 0x1000, then port 0x3f8 and one byte; rax is 'A' */
	.message = { 0x0000010000000000, 0, 0, 0x1000, 0, 0x103f8, 'A' },
};

static const struct mshv_slow made_slow_hvcall = {
	.partition_id = 3,
	.vp_index = ~0U,
	.is_hvcall = 1,
	.arg = { 0x004b, 0, 512, 512, 0, 2475000 },
	.nr_stack = 2,
	.stack = { 0xffffffffc0001000, 0xffffffffc0002000 },
};

/* The part of a log-normal distribution that is below a time. */
static double below(double ns, double median_us, double spread)
{
	return ns <= 0 ? 0 : 0.5 * erfc(-log(ns / (median_us * 1000)) / (spread * sqrt(2)));
}

/* The n-th of some times that are distributed like that; called with n growing from 0. */
static __u64 nth_time(unsigned int n, unsigned int of, double median_us, double spread)
{
	static unsigned int bucket;

	if (!n)
		bucket = 0;
	while (lround(below(mshv_hist_lower_ns(bucket + 1), median_us, spread) * of) <= n &&
	       bucket < MSHV_HIST_BUCKETS - 1)
		bucket++;
	return mshv_hist_lower_ns(bucket) + 5;
}

static const struct made_partition *owner_of(unsigned int vp_slot)
{
	const struct made_partition *p = made;

	while (vp_slot >= p->first_vp + p->nr_vps)
		p++;
	return p;
}

static void add_exits(struct gen *g, const struct made_exits *e)
{
	const struct made_partition *p = owner_of(e->vp_slot);
	unsigned int i, rate = e->rate;

	if (scene == SCENE_LEAPFROG && p == &made[0] && steps % 2)
		rate /= 10;
	for (i = 0; i < rate; i++) {
		__u64 ns = nth_time(i, rate, e->median_us, e->spread);
		__u64 vmm_ns = ns * e->vmm;

		gen_exit(g, p->id, e->vp_slot - p->first_vp, e->vp_slot, e->reason,
			 e->guest_us * 1000, ns - vmm_ns, vmm_ns, e->halted_us * 1000);
	}
}

static void add_calls(struct gen *g, const struct made_calls *c)
{
	static const unsigned int turns[] = { 0, 1, 0, 2, 0, 1, 0, 0 };
	unsigned int i, slot;

	for (i = 0; i < c->rate; i++) {
		slot = turns[i % 8];
		gen_hvcall(g, 0, c->code, i < c->errors,
			   nth_time(i, c->rate, c->median_us, c->spread), made[slot].id, slot);
	}
}

static void own_partitions(struct gen *g)
{
	unsigned int i;

	gen_disown_all(g);
	for (i = 0; i < NR_PARTITIONS; i++)
		if (scene != SCENE_GONE || i != 1 || steps < 2)
			gen_own(g, made[i].id, made[i].tgid, made[i].comm, made[i].nr_vps);
	for (i = 0; i < g->nr_owners; i++)
		own_caps(&g->owners[i]);
}

/* VPs in partitions of eight, no two of which have the same rate */
static void add_many(struct gen *g)
{
	struct made_exits e = { 0, MSHV_EXIT_CPUID, 0, 3.0, 0.4, 0.6, 90, 0 };
	unsigned int i, slot;
	char name[16];

	gen_disown_all(g);
	for (slot = 0; slot < nr_vps; slot += GEN_MAX_VPS) {
		unsigned int left = nr_vps - slot, vps = left < GEN_MAX_VPS ? left : GEN_MAX_VPS;

		snprintf(name, sizeof(name), "vmm-%u", slot / GEN_MAX_VPS);
		gen_own(g, 2 + slot / GEN_MAX_VPS, 2000 + slot / GEN_MAX_VPS, name, vps);
	}
	for (slot = 0; slot < nr_vps; slot++) {
		e.reason = slot % 3 ? MSHV_EXIT_CPUID : MSHV_EXIT_IO_PORT;
		e.rate = 10 + slot * 7 % 90;
		for (i = 0; i < e.rate; i++) {
			__u64 ns = nth_time(i, e.rate, e.median_us, e.spread);

			gen_exit(g, 2 + slot / GEN_MAX_VPS, slot % GEN_MAX_VPS, slot, e.reason,
				 e.guest_us * 1000, ns / 2, ns - ns / 2, 0);
		}
	}
}

static bool want(struct source *source, unsigned int what, __u64 slow_ns)
{
	(void)source;
	(void)slow_ns;
	wanted = what;
	return true;
}

static void symbol(const struct source *source, __u64 entry, char *text)
{
	(void)source;
	snprintf(text, SYMBOL_SIZE, "made_up_function+0x%llx", entry & 0xffff);
}

static void add_details(struct sample *sample)
{
	static struct program_cost programs[] = { { "mshv_exit", 0, 0, 0 },
						  { "mshv_hvcall", 0, 0, 0 } };
	static struct tally_entry tallies[NR_MADE_TALLIES];
	static struct mshv_slow slow[2];
	unsigned int i;

	for (i = 0; i < NR_MADE_TALLIES; i++) {
		const struct tally_entry *step = &made_tallies[i].step;

		tallies[i].key = step->key;
		if (!(made_tallies[i].want & wanted))
			continue;
		tallies[i].value.count += step->value.count;
		tallies[i].value.amount += step->value.amount;
		tallies[i].value.errors += step->value.errors;
	}
	add_caps(sample, wanted & WANT_CAPS);
	sample->tallies = tallies;
	sample->nr_tallies = NR_MADE_TALLIES;
	slow[0] = made_slow;
	slow[0].time_ns = sample->time_ns - 250 * 1000 * 1000;
	slow[1] = made_slow_hvcall;
	slow[1].time_ns = sample->time_ns - 125 * 1000 * 1000;
	sample->slow = slow;
	sample->nr_slow = wanted & WANT_SLOW ? 2 : 0;
	for (i = 0; i < 2; i++) {
		programs[i].runs += 50000;
		programs[i].ns += 10000000;
	}
	sample->programs = programs;
	sample->nr_programs = 2;
	sample->self_rss_bytes = 12 << 20;
	sample->self_maps_bytes = 34 << 20;
}

static bool read_scene(struct source *source, struct sample *sample)
{
	struct gen *g = (struct gen *)source;
	unsigned int i;

	if (scene == SCENE_ERROR && steps > 1) {
		err("counters: not there any more; load mshv.ko again");
		return false;
	}
	if (scene == SCENE_SLOW && steps > 0)
		sleep(60);
	if (nr_vps) {
		add_many(g);
	} else if (scene != SCENE_EMPTY) {
		own_partitions(g);
		for (i = 0; i < sizeof(busy) / sizeof(busy[0]); i++)
			add_exits(g, &busy[i]);
		for (i = 0; i < NR_CODES; i++)
			add_calls(g, &calls[i]);
	}
	if (scene == SCENE_LOST)
		g->lost.no_hist += 1234;
	steps++;
	g->time_ns += NS_PER_SEC;
	g->cpu_ns += SELF_NS;
	gen_read(source, sample);
	add_details(sample);
	return true;
}

static enum scene chosen_scene(void)
{
	const char *name = getenv("MSHV_TUI_SCENE");
	int i;

	for (i = 0; name && i < NR_SCENES; i++)
		if (!strcmp(name, scenes[i]))
			return i;
	return SCENE_BUSY;
}

static unsigned int chosen_vps(void)
{
	const char *text = getenv("MSHV_TUI_VPS");
	__u64 nr = 0;

	if (text && !num_parse_u64(text, 1, MAX_VPS, &nr))
		err("MSHV_TUI_VPS=%s: not a number from 1 to %d", text, MAX_VPS);
	return nr;
}

static int record(struct source *source, const struct sample *first, const struct options *options)
{
	struct recorder *r = recorder_new(options->file, source, first, NS_PER_SEC, NULL);
	struct sample sample;
	bool ok = r && recorder_start(r) && recorder_add(r, first);
	__u64 i;

	for (i = 0; ok && i < options->frames; i++)
		ok = source->read(source, &sample) && recorder_add(r, &sample);
	if (ok)
		ok = recorder_end(r);
	else if (r)
		recorder_abandon(r);
	return ok ? EXIT_OK : EXIT_RUNTIME;
}

static int show(struct source *source, const struct sample *first, const struct options *options)
{
	const struct tui_options tui = {
		.interval = options->delay_given ? options->delay : 0,
		.color = options->color,
		.filter = options->filter,
		.slow_ns = options->slow_ns,
	};
	struct model *m = model_new(source, first);
	int status = EXIT_RUNTIME;

	if (m)
		status = live_run(source, m, &tui);
	if (m)
		model_free(m);
	return status;
}

int main(int argc, char **argv)
{
	int status = EXIT_RUNTIME;
	struct options options;
	struct sample first;
	struct gen *g;

	setlocale(LC_CTYPE, "");
	err_set_program("mshvtop");
	options_parse(&options, argc, argv);
	scene = chosen_scene();
	nr_vps = chosen_vps();
	g = nr_vps ? gen_new(nr_vps, 1, nr_vps) : gen_new(NR_VP_SLOTS, 1, NR_HISTS);
	snprintf(g->source.kernel, sizeof(g->source.kernel), "6.12.117-made-up-amd64");
	g->source.read = read_scene;
	g->source.want = want;
	g->source.symbol = symbol;
	g->source.details = !options.no_details;
	if (options.mode == MODE_RECORD)
		wanted = options.no_details ? 0 : WANT_RECORDED | WANT_CAPS;
	if (g->source.read(&g->source, &first))
		status = options.mode == MODE_RECORD ? record(&g->source, &first, &options) :
						       show(&g->source, &first, &options);
	g->source.close(&g->source);
	return status;
}
