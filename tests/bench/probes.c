// SPDX-License-Identifier: GPL-2.0
/* What can watch while something is measured, and the loop that only fires an event. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <bpf/libbpf.h>
#include "bench.h"
#include "bench.skel.h"
#include "source/programs.h"

#define EVENTS		20480

static const struct bench_probe probes[] = {
	{ .name = "none" },
	{ .name = "empty-exit", .program = "empty_exit_done" },
	{ .name = "empty-hvcall", .program = "empty_hvcall_exit" },
	{ .name = "empty-entry", .program = "empty_run_vp_entry" },
	{ .name = "raw-exit", .program = "raw_exit_done" },
	{ .name = "raw-hvcall", .program = "raw_hvcall_exit" },
	{ .name = "mshvtop-exit", .mshvtop = PROGRAMS_ON_EXITS },
	{ .name = "mshvtop-hvcall", .mshvtop = PROGRAMS_ON_HVCALLS },
	{ .name = "mshvtop", .mshvtop = PROGRAMS_ON_EXITS | PROGRAMS_ON_HVCALLS },
};

static struct programs programs;

static void attach_program(const char *name)
{
	struct bench_bpf *skel = bench_bpf__open();
	struct bpf_program *program;

	if (!skel)
		bench_die("BPF object: %s", strerror(errno));
	bpf_object__for_each_program(program, skel->obj)
		bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), name));
	if (bench_bpf__load(skel))
		bench_die("%s: cannot be loaded", name);
	program = bpf_object__find_program_by_name(skel->obj, name);
	if (!bpf_program__attach(program))
		bench_die("%s: cannot be attached: %s", name, strerror(errno));
}

/**
 * bench_attach() - let something watch until this process ends
 * @probe: its name
 */
void bench_attach(const char *probe)
{
	const struct bench_probe *p;
	unsigned int i;

	for (i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		p = &probes[i];
		if (strcmp(p->name, probe))
			continue;
		if (p->program)
			attach_program(p->program);
		if (p->mshvtop && (!programs_load(&programs, false) ||
				   !programs_attach(&programs, p->mshvtop)))
			bench_die("%s: cannot be attached", probe);
		return;
	}
	bench_die("%s: no such probe", probe);
}

/**
 * bench_counted() - exits that mshvtop's programs have counted so far, of all VPs
 * @reason: of which reason
 */
__u64 bench_counted(unsigned int reason)
{
	const struct counters *c = &programs.counters;
	__u64 sum = 0;
	unsigned int i;

	for (i = 0; i < c->nr_vp_slots; i++)
		sum += c->exits[i * MSHV_COUNTS_REASONS + reason].count;
	return sum;
}

static __u64 fire(void *data)
{
	const char *path = data;
	__u64 cycles = 0;
	FILE *file;

	file = fopen(path, "w");
	if (!file || fprintf(file, "%u", EVENTS) < 0 || fclose(file))
		bench_die("%s: %s", path, strerror(errno));
	file = fopen(path, "r");
	if (!file || fscanf(file, "%llu", &cycles) != 1)
		bench_die("%s: %s", path, strerror(errno));
	fclose(file);
	return cycles;
}

/**
 * bench_events() - what an event costs that is fired in a loop, the loop included
 * @event: the event
 * @probe: what watches it
 */
void bench_events(const char *event, const char *probe)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/debug/mshv_bench/%s", event);
	bench_attach(probe);
	bench_figure(EVENTS, fire, path);
}
