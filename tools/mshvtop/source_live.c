// SPDX-License-Identifier: GPL-2.0
/*
 * The live source: loads the BPF programs, sized for this host, attaches them, and shows their
 * maps. Nothing is pinned, so the kernel takes everything back when the process ends, however that
 * happens.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <mshv/hvabi.h>
#include "bpf_check.h"
#include "err.h"
#include "extra.h"
#include "owners.h"
#include "source.h"
#include "stats.skel.h"

/* Histograms in the pool: most VPs and CPUs have far fewer reasons and codes than there are. */
#define HISTS_PER_VP_SLOT	8
#define HISTS_PER_CPU		32
/* of the host's memory at most, as 1 in so many */
#define HISTS_MEMORY_PART	64

enum {
	MAP_EXITS,
	MAP_HVCALLS,
	MAP_HISTS,
	MAP_PARTITION_HVCALLS,
	MAP_PARTITION_OWNERS,
	NR_MAPS
};

struct mapping {
	void *at;
	size_t size;
};

struct live {
	struct source source;
	struct counters counters;
	struct stats_bpf *skel;
	struct mapping maps[NR_MAPS];
	struct owners *owners;
	struct extra *extra;
	__u32 *tgids;		/* @counters.nr_partition_slots */
	__u64 changes;		/* as in count_changes() */
	bool scan_again;
};

static struct bpf_map *live_map(const struct live *live, unsigned int map)
{
	switch (map) {
	case MAP_EXITS:
		return live->skel->maps.exits;
	case MAP_HVCALLS:
		return live->skel->maps.hvcalls;
	case MAP_HISTS:
		return live->skel->maps.hists;
	case MAP_PARTITION_HVCALLS:
		return live->skel->maps.partition_hvcalls;
	default:
		return live->skel->maps.partition_owners;
	}
}

static unsigned int choose_hists(const struct counters *c)
{
	__u64 memory = (__u64)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
	__u64 most = memory / HISTS_MEMORY_PART / sizeof(struct mshv_histogram);
	__u64 wanted = (__u64)c->nr_vp_slots * HISTS_PER_VP_SLOT + c->nr_cpus * HISTS_PER_CPU;

	return wanted < most ? wanted : most;
}

static bool size_maps(struct live *live)
{
	struct counters *c = &live->counters;
	int cpus = libbpf_num_possible_cpus();
	__u64 entries[NR_MAPS];
	unsigned int i;

	if (cpus < 0) {
		err("/sys/devices/system/cpu/possible: %s", strerror(-cpus));
		return false;
	}
	c->nr_cpus = cpus;
	if (!bpf_parameter("max_vp_slots", &c->nr_vp_slots) ||
	    !bpf_parameter("max_partition_slots", &c->nr_partition_slots))
		return false;
	c->nr_hists = choose_hists(c);
	entries[MAP_EXITS] = (__u64)c->nr_vp_slots * MSHV_STATS_REASONS;
	entries[MAP_HVCALLS] = (__u64)c->nr_cpus * MSHV_STATS_HVCALLS;
	entries[MAP_HISTS] = c->nr_hists;
	entries[MAP_PARTITION_HVCALLS] = (__u64)c->nr_cpus * c->nr_partition_slots;
	entries[MAP_PARTITION_OWNERS] = c->nr_partition_slots;
	for (i = 0; i < NR_MAPS; i++) {
		if (entries[i] > UINT32_MAX ||
		    bpf_map__set_max_entries(live_map(live, i), entries[i])) {
			err("%s: cannot have %llu entries", bpf_map__name(live_map(live, i)),
			    entries[i]);
			return false;
		}
	}
	live->skel->rodata->nr_partition_slots = c->nr_partition_slots;
	live->skel->rodata->nr_hists = c->nr_hists;
	return true;
}

static bool map_counters(struct live *live)
{
	struct counters *c = &live->counters;
	unsigned int i;

	for (i = 0; i < NR_MAPS; i++) {
		struct bpf_map *map = live_map(live, i);
		struct mapping *m = &live->maps[i];
		size_t page = sysconf(_SC_PAGESIZE);

		m->size = (size_t)bpf_map__value_size(map) * bpf_map__max_entries(map);
		m->size = (m->size + page - 1) & ~(page - 1);
		m->at = mmap(NULL, m->size, PROT_READ, MAP_SHARED, bpf_map__fd(map), 0);
		if (m->at == MAP_FAILED) {
			m->at = NULL;
			err_errno("%s: cannot be mapped", bpf_map__name(map));
			return false;
		}
	}
	c->exits = live->maps[MAP_EXITS].at;
	c->hvcalls = live->maps[MAP_HVCALLS].at;
	c->hists = live->maps[MAP_HISTS].at;
	c->partition_hvcalls = live->maps[MAP_PARTITION_HVCALLS].at;
	c->partition_owners = live->maps[MAP_PARTITION_OWNERS].at;
	c->hvcall_slot = live->skel->data->hvcall_slot;
	c->lost = &live->skel->bss->lost;
	return true;
}

/* Hypercalls that come with a change of who owns what: counted anyway, so no program is needed. */
static __u64 count_changes(const struct counters *c)
{
	static const unsigned int codes[] = {
		MHV_HVCALL_CREATE_PARTITION, MHV_HVCALL_DELETE_PARTITION,
		MHV_HVCALL_CREATE_VP, MHV_HVCALL_DELETE_VP,
	};
	unsigned int cpu, i;
	__u64 sum = 0;

	for (cpu = 0; cpu < c->nr_cpus; cpu++)
		for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
			sum += c->hvcalls[cpu * MSHV_STATS_HVCALLS +
					  c->hvcall_slot[codes[i]]].count;
	return sum;
}

/*
 * Look for owners only when they may have changed, and once more at the next sample: a descriptor
 * is there only after the hypercall that made what it stands for.
 */
static bool update_owners(struct live *live)
{
	const struct counters *c = &live->counters;
	__u64 changes = count_changes(c);
	unsigned int i, nr = 0;

	if (changes == live->changes && !live->scan_again)
		return true;
	live->scan_again = changes != live->changes;
	live->changes = changes;
	for (i = 0; i < c->nr_partition_slots; i++)
		if (c->partition_owners[i].partition_id)
			live->tgids[nr++] = c->partition_owners[i].tgid;
	if (owners_scan(live->owners, live->tgids, nr))
		return true;
	err("out of memory");
	return false;
}

static __u64 timespec_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static __u64 timeval_ns(const struct timeval *t)
{
	return t->tv_sec * 1000000000ULL + t->tv_usec * 1000ULL;
}

static void read_programs(const struct live *live, struct sample *sample)
{
	struct bpf_program *program;

	sample->missed = 0;
	sample->self_bpf_ns = 0;
	bpf_object__for_each_program(program, live->skel->obj) {
		struct bpf_prog_info info = { 0 };
		__u32 size = sizeof(info);

		if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
			continue;
		sample->missed += info.recursion_misses;
		sample->self_bpf_ns += info.run_time_ns;
	}
}

static bool live_read(struct source *source, struct sample *sample)
{
	struct live *live = (struct live *)source;
	struct rusage usage;

	if (!update_owners(live))
		return false;
	memset(sample, 0, sizeof(*sample));
	read_programs(live, sample);
	getrusage(RUSAGE_SELF, &usage);
	sample->self_cpu_ns = timeval_ns(&usage.ru_utime) + timeval_ns(&usage.ru_stime);
	sample->counters = &live->counters;
	sample->owners = owners_list(live->owners, &sample->nr_owners);
	if (!extra_read(live->extra, sample))
		return false;
	sample->wall_ns = timespec_ns(CLOCK_REALTIME);
	sample->time_ns = timespec_ns(CLOCK_MONOTONIC);
	return true;
}

static bool live_want(struct source *source, unsigned int wanted, __u64 slow_ns)
{
	return extra_want(((struct live *)source)->extra, wanted, slow_ns);
}

static void live_close(struct source *source)
{
	struct live *live = (struct live *)source;
	unsigned int i;

	for (i = 0; i < NR_MAPS; i++)
		if (live->maps[i].at)
			munmap(live->maps[i].at, live->maps[i].size);
	extra_close(live->extra);
	stats_bpf__destroy(live->skel);
	owners_free(live->owners);
	free(live->tgids);
	free(live);
}

static bool show_libbpf;

static int print_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return show_libbpf ? vfprintf(stderr, format, args) : 0;
}

static bool load(struct live *live)
{
	int error;

	live->skel = stats_bpf__open();
	if (!live->skel) {
		err_errno("BPF object: cannot be opened");
		return false;
	}
	if (!size_maps(live))
		return false;
	error = stats_bpf__load(live->skel);
	if (error) {
		err("BPF programs: the kernel does not load them: %s; --debug shows why",
		    strerror(-error));
		return false;
	}
	if (!map_counters(live))
		return false;
	error = stats_bpf__attach(live->skel);
	if (error) {
		err("BPF programs: cannot be attached: %s; --debug shows why", strerror(-error));
		return false;
	}
	return true;
}

static bool find_owners(struct live *live)
{
	live->tgids = calloc(live->counters.nr_partition_slots, sizeof(live->tgids[0]));
	live->owners = owners_new("/proc");
	if (live->tgids && live->owners && owners_scan_all(live->owners)) {
		live->scan_again = true;
		return true;
	}
	err_errno("/proc: cannot be searched for VMMs");
	return false;
}

/**
 * source_live_open() - watch this host
 * @debug: show what libbpf says
 * @details: whether something may be wanted beside the counters
 *
 * Return: the source, already counting, or NULL when that is not possible, which has been reported.
 */
struct source *source_live_open(bool debug, bool details)
{
	static const char * const events[] = { "mshv_exit_done", "mshv_hvcall_exit" };
	struct utsname uts;
	struct live *live;

	show_libbpf = debug;
	libbpf_set_print(print_libbpf);
	if (!bpf_check(events, sizeof(events) / sizeof(events[0])))
		return NULL;
	live = calloc(1, sizeof(*live));
	if (!live) {
		err("out of memory");
		return NULL;
	}
	live->source.read = live_read;
	live->source.want = live_want;
	live->source.close = live_close;
	uname(&uts);
	snprintf(live->source.kernel, sizeof(live->source.kernel), "%s", uts.release);
	bpf_watched(live->source.name, sizeof(live->source.name));
	if (!load(live) || !find_owners(live))
		goto err_close;
	live->extra = extra_open(live->skel->obj, details);
	if (live->extra)
		return &live->source;
err_close:
	live_close(&live->source);
	return NULL;
}
