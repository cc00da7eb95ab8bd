// SPDX-License-Identifier: GPL-2.0
/*
 * The live source where the driver is Linux's own, mshv_root: counters as bpf/mainline.bpf.c makes
 * them of that driver's events. Partitions are known from those events alone, because that driver's
 * descriptors in /proc do not name them; so a partition appears once one of its VPs has run.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <mshv/layout.h>
#include <mshv/mainline.h>
#include "kernel/bpf_check.h"
#include "kernel/event_args.h"
#include "err.h"
#include "source/extra.h"
#include "mainline.skel.h"
#include "scheduler.skel.h"
#include "source/source.h"

#define CALL_FUNCTION	"hv_std_hypercall"
#define KICK_EVENT	"mshv_vp_wait_for_hv_kick"
/* Of the driver's variable hv_scheduler_type (hv_scheduler_type in Linux's hvgdk_mini.h) */
#define ROOT_SCHEDULER	4

/* Sizes of the pools of histograms: most VPs and CPUs see only a few of all reasons and codes. */
#define HISTS_FOR_VPS	(2 * MSHV_MAINLINE_VPS)
#define HISTS_PER_CPU	32

enum map_of {
	MAP_EXITS,
	MAP_VPS,
	MAP_OWNERS,
	MAP_HVCALLS,
	MAP_HISTS,
	NR_MAPS
};

/**
 * struct mainline - the source
 * @counters: in the maps
 * @maps: memory of the maps
 * @vps: in the maps
 * @live: VPs that exist, by partition and number
 * @indices: numbers of the VPs; @owners points into this array
 * @owners: as in struct sample
 */
struct mainline {
	struct source source;
	struct mainline_bpf *skel;
	struct extra *extra;
	struct counters counters;
	struct {
		void *at;
		size_t size;
	} maps[NR_MAPS];
	const struct mshv_mainline_vp *vps;
	struct mshv_partition_hvcalls *partition_hvcalls;
	struct mshv_mainline_vp live[MSHV_MAINLINE_VPS];
	__u32 indices[MSHV_MAINLINE_VPS];
	struct owner owners[MSHV_MAINLINE_VPS];
};

static bool show_libbpf;

static int print_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return show_libbpf ? vfprintf(stderr, format, args) : 0;
}

/* --- Partitions and VPs ----------------------------------------------------------------------- */

static int compare_vps(const void *a, const void *b)
{
	const struct mshv_mainline_vp *x = a, *y = b;

	if (x->partition_id != y->partition_id)
		return x->partition_id < y->partition_id ? -1 : 1;
	return (x->vp_index > y->vp_index) - (x->vp_index < y->vp_index);
}

static void name_owner(const struct mainline *s, struct owner *owner)
{
	const struct mshv_partition_owner *known;
	unsigned int i;

	for (i = 0; i < MSHV_MAINLINE_PARTITIONS; i++) {
		known = &s->counters.partition_owners[i];
		if (known->partition_id != owner->partition_id)
			continue;
		owner->tgid = known->tgid;
		text_clean(owner->comm, sizeof(owner->comm), known->comm, sizeof(known->comm));
		return;
	}
}

static unsigned int find_owners(struct mainline *s)
{
	unsigned int i, nr_live = 0, nr = 0;
	struct owner *owner = NULL;

	for (i = 0; i < MSHV_MAINLINE_VPS; i++)
		if (s->vps[i].live)
			s->live[nr_live++] = s->vps[i];
	qsort(s->live, nr_live, sizeof(s->live[0]), compare_vps);
	for (i = 0; i < nr_live; i++) {
		if (!owner || owner->partition_id != s->live[i].partition_id) {
			owner = &s->owners[nr++];
			memset(owner, 0, sizeof(*owner));
			owner->partition_id = s->live[i].partition_id;
			owner->vps = &s->indices[i];
			name_owner(s, owner);
		}
		s->indices[i] = s->live[i].vp_index;
		owner->nr_vps++;
	}
	return nr;
}

/* --- Samples ---------------------------------------------------------------------------------- */

static __u64 clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static __u64 smaller(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

/*
 * A hypercall is lost when the program at its end was skipped, or when that one found no beginning
 * because the program there was skipped. A call that began before the programs were attached has no
 * beginning either, and is not lost: nobody has asked for it.
 */
static void add_cost(struct mainline *s, struct sample *sample)
{
	const struct mainline_bpf *skel = s->skel;
	struct bpf_program *program;
	__u64 beginnings = 0;

	sample->missed = skel->bss->lost_calls;
	bpf_object__for_each_program(program, skel->obj) {
		struct bpf_prog_info info = { 0 };
		__u32 size = sizeof(info);

		if (bpf_program__fd(program) < 0 ||
		    bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
			continue;
		if (program == skel->progs.mainline_call)
			beginnings = info.recursion_misses;
		else
			sample->missed += info.recursion_misses;
		sample->self_bpf_ns += info.run_time_ns;
	}
	if (skel->bss->unbegun_calls > skel->bss->lost_calls)
		sample->missed += smaller(beginnings,
					  skel->bss->unbegun_calls - skel->bss->lost_calls);
}

static bool mainline_read(struct source *source, struct sample *sample)
{
	struct mainline *s = (struct mainline *)source;

	memset(sample, 0, sizeof(*sample));
	add_cost(s, sample);
	sample->self_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	sample->counters = &s->counters;
	sample->nr_owners = find_owners(s);
	sample->owners = s->owners;
	if (!extra_read(s->extra, sample))
		return false;
	sample->wall_ns = clock_ns(CLOCK_REALTIME);
	sample->time_ns = clock_ns(CLOCK_MONOTONIC);
	return true;
}

static bool mainline_want(struct source *source, unsigned int wanted, __u64 slow_ns)
{
	return extra_want(((struct mainline *)source)->extra, wanted, slow_ns);
}

static void mainline_close(struct source *source)
{
	struct mainline *s = (struct mainline *)source;
	unsigned int i;

	extra_close(s->extra);
	for (i = 0; i < NR_MAPS; i++)
		if (s->maps[i].at)
			munmap(s->maps[i].at, s->maps[i].size);
	mainline_bpf__destroy(s->skel);
	free(s->partition_hvcalls);
	free(s);
}

/* --- Programs --------------------------------------------------------------------------------- */

static bool choose_sizes(struct mainline *s)
{
	struct counters *c = &s->counters;
	int cpus = libbpf_num_possible_cpus();

	if (cpus < 0) {
		err("/sys/devices/system/cpu/possible: %s", strerror(-cpus));
		return false;
	}
	c->nr_cpus = cpus;
	c->nr_vp_slots = MSHV_MAINLINE_VPS;
	c->nr_partition_slots = MSHV_MAINLINE_PARTITIONS;
	c->nr_hists = HISTS_FOR_VPS + cpus * HISTS_PER_CPU;
	s->skel->rodata->nr_hists = c->nr_hists;
	bpf_map__set_max_entries(s->skel->maps.hists, c->nr_hists);
	bpf_map__set_max_entries(s->skel->maps.hvcalls, cpus * MSHV_COUNTS_HVCALLS);
	return true;
}

static bool fill_queue(const struct bpf_map *map, unsigned int nr)
{
	__u32 slot;

	for (slot = 0; slot < nr; slot++) {
		if (!bpf_map_update_elem(bpf_map__fd(map), NULL, &slot, BPF_ANY))
			continue;
		err_errno("%s: cannot be filled", bpf_map__name(map));
		return false;
	}
	return true;
}

static bool map_one(struct mainline *s, enum map_of which, const struct bpf_map *map)
{
	size_t page = sysconf(_SC_PAGESIZE), size;
	void *at;

	size = (size_t)bpf_map__value_size(map) * bpf_map__max_entries(map);
	size = (size + page - 1) & ~(page - 1);
	at = mmap(NULL, size, PROT_READ, MAP_SHARED, bpf_map__fd(map), 0);
	if (at == MAP_FAILED) {
		err_errno("%s: cannot be mapped", bpf_map__name(map));
		return false;
	}
	s->maps[which].at = at;
	s->maps[which].size = size;
	return true;
}

static bool map_counters(struct mainline *s)
{
	struct counters *c = &s->counters;

	s->partition_hvcalls = calloc((size_t)c->nr_cpus * c->nr_partition_slots,
				      sizeof(*s->partition_hvcalls));
	if (!s->partition_hvcalls) {
		err("out of memory");
		return false;
	}
	if (!map_one(s, MAP_EXITS, s->skel->maps.exits) ||
	    !map_one(s, MAP_VPS, s->skel->maps.vps) ||
	    !map_one(s, MAP_OWNERS, s->skel->maps.partition_owners) ||
	    !map_one(s, MAP_HVCALLS, s->skel->maps.hvcalls) ||
	    !map_one(s, MAP_HISTS, s->skel->maps.hists))
		return false;
	s->vps = s->maps[MAP_VPS].at;
	c->exits = s->maps[MAP_EXITS].at;
	c->partition_owners = s->maps[MAP_OWNERS].at;
	c->hvcalls = s->maps[MAP_HVCALLS].at;
	c->hists = s->maps[MAP_HISTS].at;
	c->partition_hvcalls = s->partition_hvcalls;
	c->hvcall_slot = s->skel->bss->hvcall_slot;
	c->lost = &s->skel->bss->lost;
	return true;
}

static bool find_argument(const struct event_args *e, const char *event, const char *argument,
			  __u8 *place)
{
	int index = event_args_need(e, event, argument);

	*place = index;
	if (index >= MSHV_LAYOUT_PLACES)
		err("%s: %s is its argument %d, further behind than can be read", event, argument,
		    index + 1);
	return index >= 0 && index < MSHV_LAYOUT_PLACES;
}

/*
 * Whether the driver dispatches VPs, and not the hypervisor. Where that cannot be found out, the
 * answer is no, and times in guest and halted are not told apart.
 */
static bool root_scheduler(void)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	struct scheduler_bpf *skel = scheduler_bpf__open_and_load();
	bool root = skel && !bpf_prog_test_run_opts(bpf_program__fd(skel->progs.read_scheduler),
						    &options) &&
		    skel->bss->scheduler == ROOT_SCHEDULER;

	scheduler_bpf__destroy(skel);
	return root;
}

/* Kernels have these events with their arguments in different orders. */
static bool find_arguments(struct mshv_run_layout *l, bool *kicks)
{
	const struct {
		const char *event;
		const char *argument;
		__u8 *place;
	} wanted[] = {
		{ "mshv_run_vp_exit", "partition_id", &l->exit.partition_id },
		{ "mshv_run_vp_exit", "vp_index", &l->exit.vp_index },
		{ "mshv_run_vp_exit", "hv_message_type", &l->exit.message },
		{ "mshv_run_vp_exit", "ret", &l->exit.ret },
		{ "mshv_run_vp_entry", "partition_id", &l->entry.partition_id },
		{ "mshv_run_vp_entry", "vp_index", &l->entry.vp_index },
		{ "mshv_vp_release", "partition_id", &l->release.partition_id },
		{ "mshv_vp_release", "vp_index", &l->release.vp_index },
		{ "mshv_partition_release", "partition_id", &l->partition_release.partition_id },
	};
	struct event_args *e = event_args_open(BPF_LINUX_DRIVER);
	unsigned int i;
	bool ok = e;

	for (i = 0; ok && i < sizeof(wanted) / sizeof(wanted[0]); i++)
		ok = find_argument(e, wanted[i].event, wanted[i].argument, wanted[i].place);
	*kicks = ok && event_args_has(e, KICK_EVENT);
	event_args_free(e);
	return ok;
}

static bool load(struct mainline *s)
{
	bool calls = bpf_linux_function(CALL_FUNCTION), kicks;
	int error;

	s->skel = mainline_bpf__open();
	if (!s->skel) {
		err_errno("BPF object: cannot be opened");
		return false;
	}
	bpf_program__set_autoload(s->skel->progs.mainline_call, calls);
	bpf_program__set_autoload(s->skel->progs.mainline_call_end, calls);
	if (!find_arguments((struct mshv_run_layout *)&s->skel->rodata->layout, &kicks) ||
	    !choose_sizes(s))
		return false;
	bpf_program__set_autoload(s->skel->progs.mainline_kick,
				  calls && kicks && root_scheduler());
	error = mainline_bpf__load(s->skel);
	if (error) {
		bpf_say_not_loaded("BPF programs", -error);
		return false;
	}
	return fill_queue(s->skel->maps.free_vps, MSHV_MAINLINE_VPS) &&
	       fill_queue(s->skel->maps.free_partitions, MSHV_MAINLINE_PARTITIONS) &&
	       map_counters(s);
}

static bool attach_one(const struct bpf_program *program, struct bpf_link **link)
{
	*link = bpf_program__attach(program);
	return *link;
}

/*
 * The probe of a call's end is attached first: a beginning without an end would leave an entry
 * behind.
 */
static bool attach_calls(struct mainline *s)
{
	if (bpf_program__fd(s->skel->progs.mainline_call) < 0 ||
	    !attach_one(s->skel->progs.mainline_call_end, &s->skel->links.mainline_call_end))
		return false;
	if (attach_one(s->skel->progs.mainline_call, &s->skel->links.mainline_call))
		return true;
	bpf_link__destroy(s->skel->links.mainline_call_end);
	s->skel->links.mainline_call_end = NULL;
	return false;
}

static bool attach(struct mainline *s)
{
	struct mainline_bpf *skel = s->skel;
	bool calls = attach_calls(s);

	/* Before the first cycle begins, it is settled what of it will be known. */
	skel->bss->split = calls && bpf_program__fd(skel->progs.mainline_kick) >= 0 &&
			   attach_one(skel->progs.mainline_kick, &skel->links.mainline_kick);
	if (!attach_one(skel->progs.mainline_vp_release, &skel->links.mainline_vp_release) ||
	    !attach_one(skel->progs.mainline_partition_release,
			&skel->links.mainline_partition_release) ||
	    !attach_one(skel->progs.mainline_exit, &skel->links.mainline_exit) ||
	    !attach_one(skel->progs.mainline_entry, &skel->links.mainline_entry)) {
		err_errno("BPF programs: cannot be attached; --debug shows why");
		return false;
	}
	snprintf(s->source.name, sizeof(s->source.name), "%s",
		 skel->bss->split ? SOURCE_MAINLINE_SPLIT :
		 calls ? SOURCE_MAINLINE : SOURCE_MAINLINE_NO_CALLS);
	return true;
}

/**
 * source_mainline_open() - watch this host, whose driver is Linux's own
 * @debug: show what libbpf says
 *
 * Return: the source, already counting, or NULL when that is not possible, which has been reported.
 */
struct source *source_mainline_open(bool debug)
{
	struct mainline *s;
	struct utsname uts;

	if (!bpf_privileged())
		return NULL;
	show_libbpf = debug;
	libbpf_set_print(print_libbpf);
	s = calloc(1, sizeof(*s));
	if (!s) {
		err("out of memory");
		return NULL;
	}
	s->source.read = mainline_read;
	s->source.want = mainline_want;
	s->source.close = mainline_close;
	uname(&uts);
	snprintf(s->source.kernel, sizeof(s->source.kernel), "%s", uts.release);
	if (!load(s) || !attach(s))
		goto err_close;
	s->extra = extra_open(s->skel->obj, false);
	if (s->extra)
		return &s->source;
err_close:
	mainline_close(&s->source);
	return NULL;
}
