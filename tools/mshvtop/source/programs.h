/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The BPF programs that count, loaded into this host's kernel, and their counters in our memory.
 * Nothing is pinned: the kernel takes all of it back when the process ends, however that happens.
 */
#ifndef MSHVTOP_PROGRAMS_H
#define MSHVTOP_PROGRAMS_H

#include "source/source.h"

struct bpf_object;
struct counts_bpf;

enum programs_map {
	PROGRAMS_EXITS,
	PROGRAMS_HVCALLS,
	PROGRAMS_HISTS,
	PROGRAMS_PARTITION_HVCALLS,
	PROGRAMS_PARTITION_OWNERS,
	PROGRAMS_NR_MAPS
};

/**
 * struct programs - programs and counters
 * @counters: the counters; valid until programs_unload()
 * @skel: the programs
 * @maps: memory of each map's value
 */
struct programs {
	struct counters counters;
	struct counts_bpf *skel;
	struct {
		void *at;
		size_t size;
	} maps[PROGRAMS_NR_MAPS];
};

/* What to attach to */
enum {
	PROGRAMS_ON_EXITS = 1,
	PROGRAMS_ON_HVCALLS = 2,
};

bool programs_load(struct programs *p, bool debug);
bool programs_attach(struct programs *p, unsigned int events);
struct bpf_object *programs_object(const struct programs *p);
void programs_cost(const struct programs *p, __u64 *missed, __u64 *run_ns);
void programs_unload(struct programs *p);

#endif /* MSHVTOP_PROGRAMS_H */
