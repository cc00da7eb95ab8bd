// SPDX-License-Identifier: GPL-2.0
/*
 * The live source: the counters of the BPF programs, and the owners of partitions from /proc.
 * Owners are looked for only when they may have changed. This file adds no BPF program of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <mshv/hvabi.h>
#include "kernel/bpf_check.h"
#include "err.h"
#include "source/extra.h"
#include "owners.h"
#include "source/programs.h"
#include "source/source.h"
#include "source/symbols.h"

struct live {
	struct source source;
	struct programs programs;
	struct owners *owners;
	struct extra *extra;
	__u32 *tgids;		/* one for each partition slot */
	__u64 changes;		/* as in count_changes() */
	bool scan_again;
	bool scan_always;	/* used capabilities change without such a hypercall */
};

/*
 * Hypercalls that are made when partitions or VPs come or go. They are counted anyway, so no
 * further program is needed.
 */
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
			sum += c->hvcalls[cpu * MSHV_COUNTS_HVCALLS +
					  c->hvcall_slot[codes[i]]].count;
	return sum;
}

/*
 * Look for owners only when they may have changed, and once more at the next sample: the descriptor
 * of a new partition or VP is there only after the hypercall that made it.
 */
static bool update_owners(struct live *live)
{
	const struct counters *c = &live->programs.counters;
	__u64 changes = count_changes(c);
	unsigned int i, nr = 0;

	if (changes == live->changes && !live->scan_again && !live->scan_always)
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

static bool live_read(struct source *source, struct sample *sample)
{
	struct live *live = (struct live *)source;
	struct rusage usage;

	if (!update_owners(live))
		return false;
	memset(sample, 0, sizeof(*sample));
	programs_cost(&live->programs, &sample->missed, &sample->self_bpf_ns);
	getrusage(RUSAGE_SELF, &usage);
	sample->self_cpu_ns = timeval_ns(&usage.ru_utime) + timeval_ns(&usage.ru_stime);
	sample->counters = &live->programs.counters;
	sample->owners = owners_list(live->owners, &sample->nr_owners);
	sample->owners_partial = owners_partial(live->owners);
	if (!extra_read(live->extra, sample))
		return false;
	sample->wall_ns = timespec_ns(CLOCK_REALTIME);
	sample->time_ns = timespec_ns(CLOCK_MONOTONIC);
	return true;
}

static bool live_want(struct source *source, unsigned int wanted, __u64 slow_ns)
{
	struct live *live = (struct live *)source;

	live->scan_always = wanted & (WANT_CAPS | WANT_SETS);
	return extra_want(live->extra, wanted, slow_ns);
}

static void live_symbol(const struct source *source, __u64 entry, char *text)
{
	(void)source;
	symbol_name(entry, text);
}

static void live_close(struct source *source)
{
	struct live *live = (struct live *)source;

	symbols_close();
	extra_close(live->extra);
	programs_unload(&live->programs);
	owners_free(live->owners);
	free(live->tgids);
	free(live);
}

static bool find_owners(struct live *live)
{
	live->tgids = calloc(live->programs.counters.nr_partition_slots, sizeof(live->tgids[0]));
	live->owners = owners_new("/proc");
	if (live->tgids && live->owners && owners_scan_all(live->owners)) {
		live->scan_again = true;
		if (owners_partial(live->owners))
			err("/proc: not all processes can be looked at, so which VMs and VPs exist is "
			    "known only in part; CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH in the host's "
			    "PID namespace are needed");
		return true;
	}
	err_errno("/proc: cannot be searched for VMMs");
	return false;
}

/**
 * source_live_open() - watch this host
 * @debug: show what libbpf says
 * @details: whether details may be wanted
 *
 * Return: the source, already counting, or NULL when that is not possible, which has been reported.
 */
struct source *source_live_open(bool debug, bool details)
{
	struct utsname uts;
	struct live *live;

	if (bpf_linux_driver())
		return source_mainline_open(debug);
	live = calloc(1, sizeof(*live));
	if (!live) {
		err("out of memory");
		return NULL;
	}
	live->source.read = live_read;
	live->source.want = live_want;
	live->source.symbol = live_symbol;
	live->source.details = details;
	live->source.close = live_close;
	uname(&uts);
	snprintf(live->source.kernel, sizeof(live->source.kernel), "%s", uts.release);
	bpf_watched(live->source.name, sizeof(live->source.name));
	if (!programs_load(&live->programs, debug) ||
	    !programs_attach(&live->programs, PROGRAMS_ON_EXITS | PROGRAMS_ON_HVCALLS) ||
	    !find_owners(live))
		goto err_close;
	live->extra = extra_open(programs_object(&live->programs), details);
	if (live->extra) {
		if (details)
			symbols_open();
		return &live->source;
	}
err_close:
	live_close(&live->source);
	return NULL;
}
