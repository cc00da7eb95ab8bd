// SPDX-License-Identifier: GPL-2.0
/*
 * Loads the BPF programs that count, sized for this host, attaches them, and maps their counters.
 *
 * The sizes of the arrays are known only at load time, and still the programs reach them by
 * address, without a look-up. Each array is the single value of a map. libbpf gives programs the
 * address of a map's value only for global variables, whose size is fixed, so this file puts the
 * addresses of the arrays into the instructions that libbpf is about to load.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "kernel/bpf_check.h"
#include "err.h"
#include "source/programs.h"
#include "counts.skel.h"

/* Size of the pool of histograms: most VPs and CPUs see only a few of all reasons and codes. */
#define HISTS_PER_VP_SLOT	8
#define HISTS_PER_CPU		32
/* upper limit, as a fraction of the host's memory: one part in so many */
#define HISTS_MEMORY_PART	64
/*
 * Number 0 means "no histogram", and the verifier assumes that an index may lead one entry further.
 */
#define HISTS_SPARE_BEFORE	1
#define HISTS_SPARE_AFTER	1
/* The verifier accepts no offset into a value beyond this limit. */
#define VALUE_BYTES_MAX		(1ULL << 29)

static bool show_libbpf;

static int print_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return show_libbpf ? vfprintf(stderr, format, args) : 0;
}

static struct bpf_map *get_map(const struct counts_bpf *skel, enum programs_map map)
{
	switch (map) {
	case PROGRAMS_EXITS:
		return skel->maps.exits;
	case PROGRAMS_HVCALLS:
		return skel->maps.hvcalls;
	case PROGRAMS_HISTS:
		return skel->maps.hists;
	case PROGRAMS_PARTITION_HVCALLS:
		return skel->maps.partition_hvcalls;
	default:
		return skel->maps.partition_owners;
	}
}

/* --- Programs that take addresses of map values ---------------------------------------------- */

static bool is_array(const struct counts_bpf *skel, int fd)
{
	unsigned int i;

	for (i = 0; i < PROGRAMS_NR_MAPS; i++)
		if (bpf_map__fd(get_map(skel, i)) == fd)
			return true;
	return false;
}

/* libbpf's common code has replaced names by descriptors, and loads what is left here. */
static int prepare_counter(struct bpf_program *program, struct bpf_prog_load_opts *options,
			   long cookie)
{
	/* The instructions are the program's own and not loaded yet. */
	struct bpf_insn *insn = (struct bpf_insn *)bpf_program__insns(program);
	const struct bpf_insn *end = insn + bpf_program__insn_cnt(program);
	const struct counts_bpf *skel = *(struct counts_bpf **)cookie;

	(void)options;
	for (; insn < end; insn++) {
		if (insn->code != (BPF_LD | BPF_IMM | BPF_DW))
			continue;
		if (insn->src_reg == BPF_PSEUDO_MAP_FD && is_array(skel, insn->imm))
			insn->src_reg = BPF_PSEUDO_MAP_VALUE;
		insn++;
	}
	return 0;
}

static int attach_counter(const struct bpf_program *program, long cookie, struct bpf_link **link)
{
	(void)cookie;
	*link = bpf_program__attach_trace(program);
	return libbpf_get_error(*link);
}

static struct counts_bpf *loading;

static bool register_counters(void)
{
	static bool registered;
	LIBBPF_OPTS(libbpf_prog_handler_opts, options,
		.cookie = (long)&loading,
		.prog_prepare_load_fn = prepare_counter,
		.prog_attach_fn = attach_counter,
	);

	if (!registered)
		registered = libbpf_register_prog_handler("counter+", BPF_PROG_TYPE_TRACING,
							  BPF_TRACE_RAW_TP, &options) >= 0;
	return registered;
}

static bool set_targets(const struct counts_bpf *skel)
{
	struct bpf_program *program;
	const char *event;

	bpf_object__for_each_program(program, skel->obj) {
		event = strchr(bpf_program__section_name(program), '/') + 1;
		if (bpf_program__set_attach_target(program, 0, event)) {
			err_errno("%s: BPF programs cannot be attached to it", event);
			return false;
		}
	}
	return true;
}

/* --- Sizes ------------------------------------------------------------------------------------- */

static __u64 at_most(__u64 wanted, __u64 most)
{
	return wanted < most ? wanted : most;
}

static unsigned int choose_hists(const struct counters *c)
{
	__u64 memory = (__u64)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) / HISTS_MEMORY_PART;
	__u64 wanted = (__u64)c->nr_vp_slots * HISTS_PER_VP_SLOT + c->nr_cpus * HISTS_PER_CPU;

	memory = at_most(memory, VALUE_BYTES_MAX);
	return at_most(wanted, memory / sizeof(struct mshv_histogram) - HISTS_SPARE_BEFORE -
		       HISTS_SPARE_AFTER);
}

/* Events of slots beyond the largest index are counted as lost. */
static bool choose_sizes(struct counters *c)
{
	int cpus = libbpf_num_possible_cpus();

	if (cpus < 0) {
		err("/sys/devices/system/cpu/possible: %s", strerror(-cpus));
		return false;
	}
	c->nr_cpus = cpus;
	if (!bpf_parameter("max_vp_slots", &c->nr_vp_slots) ||
	    !bpf_parameter("max_partition_slots", &c->nr_partition_slots))
		return false;
	c->nr_vp_slots = at_most(c->nr_vp_slots, VALUE_BYTES_MAX / MSHV_COUNTS_REASONS /
				 sizeof(struct mshv_exit_series));
	c->nr_partition_slots = at_most(c->nr_partition_slots, VALUE_BYTES_MAX / c->nr_cpus /
					sizeof(struct mshv_partition_hvcalls));
	c->nr_hists = choose_hists(c);
	return true;
}

static bool size_maps(struct programs *p)
{
	struct counters *c = &p->counters;
	__u64 bytes[PROGRAMS_NR_MAPS];
	struct bpf_map *map;
	unsigned int i;

	if (!choose_sizes(c))
		return false;
	p->skel->rodata->fixed.nr_exits = (__u64)c->nr_vp_slots * MSHV_COUNTS_REASONS;
	p->skel->rodata->fixed.nr_hists = c->nr_hists;
	p->skel->rodata->fixed.nr_hvcalls = (__u64)c->nr_cpus * MSHV_COUNTS_HVCALLS;
	p->skel->rodata->fixed.nr_partition_slots = c->nr_partition_slots;
	p->skel->rodata->fixed.nr_partition_hvcalls = (__u64)c->nr_cpus * c->nr_partition_slots;
	bytes[PROGRAMS_EXITS] = p->skel->rodata->fixed.nr_exits * sizeof(*c->exits);
	bytes[PROGRAMS_HVCALLS] = p->skel->rodata->fixed.nr_hvcalls * sizeof(*c->hvcalls);
	bytes[PROGRAMS_HISTS] = (HISTS_SPARE_BEFORE + (__u64)c->nr_hists + HISTS_SPARE_AFTER) *
				sizeof(*c->hists);
	bytes[PROGRAMS_PARTITION_HVCALLS] = p->skel->rodata->fixed.nr_partition_hvcalls *
					    sizeof(*c->partition_hvcalls);
	bytes[PROGRAMS_PARTITION_OWNERS] = (__u64)c->nr_partition_slots *
					   sizeof(*c->partition_owners);
	for (i = 0; i < PROGRAMS_NR_MAPS; i++) {
		map = get_map(p->skel, i);
		if (bytes[i] > VALUE_BYTES_MAX || bpf_map__set_value_size(map, bytes[i])) {
			err("%s: cannot have %llu bytes", bpf_map__name(map), bytes[i]);
			return false;
		}
	}
	return true;
}

static bool map_counters(struct programs *p)
{
	size_t page = sysconf(_SC_PAGESIZE);
	struct counters *c = &p->counters;
	unsigned int i;

	for (i = 0; i < PROGRAMS_NR_MAPS; i++) {
		struct bpf_map *map = get_map(p->skel, i);
		size_t size = (bpf_map__value_size(map) + page - 1) & ~(page - 1);
		void *at = mmap(NULL, size, PROT_READ, MAP_SHARED, bpf_map__fd(map), 0);

		if (at == MAP_FAILED) {
			err_errno("%s: cannot be mapped", bpf_map__name(map));
			return false;
		}
		p->maps[i].at = at;
		p->maps[i].size = size;
	}
	c->exits = p->maps[PROGRAMS_EXITS].at;
	c->hvcalls = p->maps[PROGRAMS_HVCALLS].at;
	c->hists = (struct mshv_histogram *)p->maps[PROGRAMS_HISTS].at + HISTS_SPARE_BEFORE;
	c->partition_hvcalls = p->maps[PROGRAMS_PARTITION_HVCALLS].at;
	c->partition_owners = p->maps[PROGRAMS_PARTITION_OWNERS].at;
	c->hvcall_slot = p->skel->data->hvcall_slot;
	c->lost = &p->skel->bss->lost;
	return true;
}

/**
 * programs_load() - load the programs, not yet attached
 * @p: gets them
 * @debug: show what libbpf says
 *
 * Return: false if that is not possible, which has been reported; programs_unload() is needed
 * either way.
 */
bool programs_load(struct programs *p, bool debug)
{
	static const char * const events[] = { "mshv_exit_done", "mshv_hvcall_exit" };
	int error;

	memset(p, 0, sizeof(*p));
	show_libbpf = debug;
	libbpf_set_print(print_libbpf);
	if (!bpf_check(events, sizeof(events) / sizeof(events[0])))
		return false;
	p->skel = register_counters() ? counts_bpf__open() : NULL;
	if (!p->skel) {
		err_errno("BPF object: cannot be opened");
		return false;
	}
	if (!set_targets(p->skel) || !size_maps(p))
		return false;
	loading = p->skel;
	error = counts_bpf__load(p->skel);
	if (error) {
		bpf_say_not_loaded("BPF programs", -error);
		return false;
	}
	return map_counters(p);
}

static bool attach_one(const struct bpf_program *program, struct bpf_link **link)
{
	*link = bpf_program__attach(program);
	if (*link)
		return true;
	err_errno("BPF programs: cannot be attached; --debug shows why");
	return false;
}

/**
 * programs_attach() - begin to count
 * @p: the programs, not attached
 * @events: PROGRAMS_ON_*, one or more
 *
 * Return: false if that is not possible, which has been reported.
 */
bool programs_attach(struct programs *p, unsigned int events)
{
	if ((events & PROGRAMS_ON_EXITS) &&
	    !attach_one(p->skel->progs.mshv_exit, &p->skel->links.mshv_exit))
		return false;
	return !(events & PROGRAMS_ON_HVCALLS) ||
	       attach_one(p->skel->progs.mshv_hvcall, &p->skel->links.mshv_hvcall);
}

/**
 * programs_object() - the programs as libbpf has them
 * @p: the programs, loaded
 *
 * Return: valid until programs_unload().
 */
struct bpf_object *programs_object(const struct programs *p)
{
	return p->skel->obj;
}

/**
 * programs_cost() - what the kernel says of the programs
 * @p: the programs
 * @missed: events that no program counted, because they came while one ran on the same CPU
 * @run_ns: time in them, 0 unless the kernel's kernel.bpf_stats_enabled is on
 */
void programs_cost(const struct programs *p, __u64 *missed, __u64 *run_ns)
{
	struct bpf_program *program;

	*missed = 0;
	*run_ns = 0;
	bpf_object__for_each_program(program, p->skel->obj) {
		struct bpf_prog_info info = { 0 };
		__u32 size = sizeof(info);

		if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
			continue;
		*missed += info.recursion_misses;
		*run_ns += info.run_time_ns;
	}
}

/**
 * programs_unload() - detach and free what programs_load() made, as far as it came
 * @p: the programs
 */
void programs_unload(struct programs *p)
{
	unsigned int i;

	for (i = 0; i < PROGRAMS_NR_MAPS; i++)
		if (p->maps[i].at)
			munmap(p->maps[i].at, p->maps[i].size);
	counts_bpf__destroy(p->skel);
	memset(p, 0, sizeof(*p));
}
