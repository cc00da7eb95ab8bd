// SPDX-License-Identifier: GPL-2.0
/* Brings together everything beside the counters; each part is read only while a view wants it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "source/caplive.h"
#include "source/detail.h"
#include "err.h"
#include "source/extra.h"
#include "source/debugfs.h"

#define STATISTICS_DIR	"/sys/kernel/debug/mshv"
#define MAX_PROGRAMS	40

/**
 * struct extra - everything beside the counters
 * @counting: the programs that count
 * @detail: details, or NULL
 * @caps: capabilities, or NULL
 * @wanted: WANT_*
 * @statistics: as read last
 * @both: tallies of @detail and of @statistics, joined
 * @programs: as in struct sample
 */
struct extra {
	struct bpf_object *counting;
	struct detail *detail;
	struct caplive *caps;
	unsigned int wanted;
	struct statistics statistics;
	struct tally_entry *both;
	struct program_cost programs[MAX_PROGRAMS];
};

/**
 * extra_open() - get ready
 * @counting: the programs that count; stay the caller's
 * @details: whether details may be wanted
 *
 * Return: the handle, or NULL, which has been reported.
 */
struct extra *extra_open(struct bpf_object *counting, bool details)
{
	struct extra *x = calloc(1, sizeof(*x));

	if (!x) {
		err("out of memory");
		return NULL;
	}
	x->counting = counting;
	if (!details)
		return x;
	x->detail = detail_open();
	if (x->detail)
		x->caps = caplive_open();
	if (x->caps)
		return x;
	extra_close(x);
	return NULL;
}

/**
 * extra_want() - choose what is read
 * @x: the extras
 * @wanted: WANT_*
 * @slow_ns: for WANT_SLOW
 *
 * Return: false if a part is not available, which has been reported.
 */
bool extra_want(struct extra *x, unsigned int wanted, __u64 slow_ns)
{
	bool ok;

	x->wanted = wanted;
	if (!x->detail)
		return true;
	ok = detail_want(x->detail, wanted & ~(WANT_COUNTERS | WANT_CAPS | WANT_SETS),
			 slow_ns);
	return caplive_want(x->caps, wanted & WANT_CAPS) && ok;
}

static unsigned int add_programs(struct extra *x, struct bpf_object *object, unsigned int nr)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object) {
		struct program_cost *cost = &x->programs[nr];
		struct bpf_prog_info info = { 0 };
		__u32 size = sizeof(info);

		if (nr == MAX_PROGRAMS ||
		    bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
			continue;
		snprintf(cost->name, sizeof(cost->name), "%s", bpf_program__name(program));
		cost->runs = info.run_cnt;
		cost->ns = info.run_time_ns;
		cost->missed = info.recursion_misses;
		nr++;
	}
	return nr;
}

static __u64 maps_bytes(struct bpf_object *object)
{
	struct bpf_map *map;
	__u64 bytes = 0;

	bpf_object__for_each_map(map, object)
		bytes += (__u64)(bpf_map__key_size(map) + bpf_map__value_size(map)) *
			 bpf_map__max_entries(map);
	return bytes;
}

static __u64 rss_bytes(void)
{
	unsigned long long all, resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file && fscanf(file, "%llu %llu", &all, &resident) != 2)
		resident = 0;
	if (file)
		fclose(file);
	return resident * sysconf(_SC_PAGESIZE);
}

static void add_cost(struct extra *x, struct bpf_object *object, struct sample *sample)
{
	sample->nr_programs = add_programs(x, object, sample->nr_programs);
	sample->self_maps_bytes += maps_bytes(object);
}

static void read_cost(struct extra *x, struct sample *sample)
{
	add_cost(x, x->counting, sample);
	if (x->detail) {
		add_cost(x, detail_programs(x->detail), sample);
		add_cost(x, caplive_programs(x->caps), sample);
	}
	sample->programs = x->programs;
	sample->self_rss_bytes = rss_bytes();
}

/* Kinds of statistics come after all others. */
static bool join(struct extra *x, struct sample *sample)
{
	unsigned int nr = sample->nr_tallies + x->statistics.nr;
	struct tally_entry *both = reallocarray(x->both, nr, sizeof(*both));

	if (!both) {
		err("out of memory");
		return false;
	}
	x->both = both;
	if (sample->nr_tallies)
		memcpy(both, sample->tallies, sample->nr_tallies * sizeof(*both));
	memcpy(&both[sample->nr_tallies], x->statistics.entry, x->statistics.nr * sizeof(*both));
	sample->tallies = both;
	sample->nr_tallies = nr;
	return true;
}

/**
 * extra_read() - read what is wanted
 * @x: the extras
 * @sample: has the owners; gets the rest, valid until the next reading
 *
 * Return: false without memory, which has been reported.
 */
bool extra_read(struct extra *x, struct sample *sample)
{
	read_cost(x, sample);
	if (x->detail)
		detail_read(x->detail, sample);
	if (x->caps)
		caplive_read(x->caps, sample);
	if (!(x->wanted & WANT_COUNTERS))
		return true;
	if (!statistics_read(&x->statistics, STATISTICS_DIR, sample->owners, sample->nr_owners)) {
		err("out of memory");
		return false;
	}
	return !x->statistics.nr || join(x, sample);
}

/**
 * extra_close() - free everything
 * @x: the extras, or NULL
 */
void extra_close(struct extra *x)
{
	if (!x)
		return;
	detail_close(x->detail);
	caplive_close(x->caps);
	statistics_free(&x->statistics);
	free(x->both);
	free(x);
}
