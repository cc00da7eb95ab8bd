// SPDX-License-Identifier: GPL-2.0
/*
 * Details of the live source. The programs of a group have names that begin with the group's; their
 * counts stay when the programs are detached.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "source/detail.h"
#include "detail.skel.h"
#include "kernel/bpf_check.h"
#include "err.h"

#define MAX_PROGRAMS	32

/* Slow events that are kept between two samples, at most */
#define MAX_SLOW	256

static const struct {
	unsigned int want;
	const char *prefix;
} groups[] = {
	{ WANT_INTERCEPT, "intercept_" },
	{ WANT_INTERRUPT, "interrupt_" },
	{ WANT_MEMORY, "memory_" },
	{ WANT_SLOW, "slow_" },
};

/**
 * struct detail - the programs and what was read last
 * @skel: the programs
 * @links: links of the attached programs, in the order of attaching
 * @wanted: groups that are attached
 * @ring: the ring buffer of slow events
 * @tallies: as in struct sample
 * @nr_tallies: entries of @tallies
 * @room: entries that @tallies has room for
 * @slow: as in struct sample
 * @nr_slow: entries of @slow
 * @dropped: slow events that @slow had no room for
 */
struct detail {
	struct detail_bpf *skel;
	struct bpf_link *links[MAX_PROGRAMS];
	unsigned int wanted;
	struct ring_buffer *ring;
	struct tally_entry *tallies;
	unsigned int nr_tallies;
	unsigned int room;
	struct mshv_slow slow[MAX_SLOW];
	unsigned int nr_slow;
	__u64 dropped;
};

static unsigned int program_group(const struct bpf_program *program)
{
	const char *name = bpf_program__name(program);
	unsigned int i;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (!strncmp(name, groups[i].prefix, strlen(groups[i].prefix)))
			return groups[i].want;
	return 0;
}

static int take_slow(void *context, void *data, size_t size)
{
	struct detail *d = context;

	if (size < sizeof(d->slow[0]))
		return 0;
	if (d->nr_slow == MAX_SLOW) {
		d->dropped++;
		return 0;
	}
	memcpy(&d->slow[d->nr_slow++], data, sizeof(d->slow[0]));
	return 0;
}

/* The events whose arguments the programs take */
static bool check(const struct detail_bpf *skel)
{
	const char *events[MAX_PROGRAMS], *section;
	struct bpf_program *program;
	unsigned int nr = 0;

	bpf_object__for_each_program(program, skel->obj) {
		section = strchr(bpf_program__section_name(program), '/');
		if (section && nr < MAX_PROGRAMS)
			events[nr++] = section + 1;
	}
	return bpf_check(events, nr);
}

/**
 * detail_open() - load the programs, attached to nothing
 *
 * Return: the handle, or NULL, which has been reported.
 */
struct detail *detail_open(void)
{
	struct detail *d = calloc(1, sizeof(*d));
	int error;

	if (!d) {
		err("out of memory");
		return NULL;
	}
	d->skel = detail_bpf__open();
	if (!d->skel) {
		err_errno("BPF object for details: cannot be opened");
		goto err_close;
	}
	if (!check(d->skel))
		goto err_close;
	error = detail_bpf__load(d->skel);
	if (error) {
		bpf_say_not_loaded("BPF programs for details", -error);
		goto err_close;
	}
	d->ring = ring_buffer__new(bpf_map__fd(d->skel->maps.slow), take_slow, d, NULL);
	if (!d->ring) {
		err_errno("slow: cannot be mapped");
		goto err_close;
	}
	d->room = bpf_map__max_entries(d->skel->maps.tallies);
	d->tallies = calloc(d->room, sizeof(d->tallies[0]));
	if (!d->tallies) {
		err("out of memory");
		goto err_close;
	}
	return d;
err_close:
	detail_close(d);
	return NULL;
}

static bool attach(struct bpf_program *program, struct bpf_link **link)
{
	long error;

	*link = bpf_program__attach(program);
	error = libbpf_get_error(*link);
	if (!error)
		return true;
	*link = NULL;
	err("%s: cannot be attached: %s", bpf_program__name(program), strerror(-error));
	return false;
}

/**
 * detail_want() - choose the groups of programs that are attached
 * @d: the programs
 * @wanted: groups, WANT_*; all others are detached
 * @slow_ns: events that take less time are not slow
 *
 * Return: false if something cannot be attached, which has been reported.
 */
bool detail_want(struct detail *d, unsigned int wanted, __u64 slow_ns)
{
	struct bpf_program *program;
	unsigned int i = 0;
	bool ok = true;

	d->skel->bss->slow_ns = slow_ns;
	if (wanted == d->wanted)
		return true;
	bpf_object__for_each_program(program, d->skel->obj) {
		bool want = program_group(program) & wanted;

		if (i == MAX_PROGRAMS)
			break;
		if (want && !d->links[i]) {
			ok = attach(program, &d->links[i]) && ok;
		} else if (!want && d->links[i]) {
			bpf_link__destroy(d->links[i]);
			d->links[i] = NULL;
		}
		i++;
	}
	d->wanted = wanted;
	return ok;
}

static int compare_tallies(const void *a, const void *b)
{
	return tally_compare(&((const struct tally_entry *)a)->key,
			     &((const struct tally_entry *)b)->key);
}

static void read_tallies(struct detail *d)
{
	int fd = bpf_map__fd(d->skel->maps.tallies);
	struct mshv_tally_key key, *before = NULL;

	d->nr_tallies = 0;
	while (d->nr_tallies < d->room && !bpf_map_get_next_key(fd, before, &key)) {
		struct tally_entry *entry = &d->tallies[d->nr_tallies];

		entry->key = key;
		before = &key;
		if (!bpf_map_lookup_elem(fd, &key, &entry->value))
			d->nr_tallies++;
	}
	qsort(d->tallies, d->nr_tallies, sizeof(d->tallies[0]), compare_tallies);
}

/**
 * detail_read() - hand over the counts and the slow events
 * @d: the programs
 * @sample: gets it; valid until the next reading
 */
void detail_read(struct detail *d, struct sample *sample)
{
	d->nr_slow = 0;
	ring_buffer__consume(d->ring);
	if (d->wanted)
		read_tallies(d);
	sample->tallies = d->tallies;
	sample->nr_tallies = d->nr_tallies;
	sample->slow = d->slow;
	sample->nr_slow = d->nr_slow;
	sample->lost_tallies = d->skel->bss->lost_tallies;
	sample->lost_slow = d->skel->bss->lost_slow + d->dropped;
}

/**
 * detail_programs() - the programs, for what they cost
 * @d: the programs
 */
struct bpf_object *detail_programs(const struct detail *d)
{
	return d->skel->obj;
}

/**
 * detail_close() - detach and free everything
 * @d: the programs, or NULL
 */
void detail_close(struct detail *d)
{
	unsigned int i;

	if (!d)
		return;
	for (i = 0; i < MAX_PROGRAMS; i++)
		bpf_link__destroy(d->links[i]);
	ring_buffer__free(d->ring);
	detail_bpf__destroy(d->skel);
	free(d->tallies);
	free(d);
}
