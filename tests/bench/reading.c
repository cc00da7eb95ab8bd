// SPDX-License-Identifier: GPL-2.0
/*
 * Three ways to read the counters of a BPF map: a system call for each key, one for a batch of keys,
 * and mapped memory, which is what mshvtop does. The sum of all counts is what is asked for.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <mshv/counts.h>
#include "bench.h"

#define RECORDS		10000
#define BATCH		1000

struct reading {
	int map;
	struct mshv_exit_series *records;	/* the map's own memory, or copies */
	__u32 *keys;
};

static __u64 sum_of(const struct mshv_exit_series *records, unsigned int nr)
{
	__u64 sum = 0;
	unsigned int i;

	for (i = 0; i < nr; i++)
		sum += records[i].count;
	return sum;
}

static __u64 by_key(void *data)
{
	struct reading *r = data;
	__u64 begin = bench_clock(), sum = 0;
	__u32 key;

	for (key = 0; key < RECORDS; key++) {
		if (bpf_map_lookup_elem(r->map, &key, &r->records[0]))
			bench_die("map: %s", strerror(errno));
		sum += r->records[0].count;
	}
	if (sum)
		bench_die("counts of nothing");
	return bench_clock() - begin;
}

static __u64 by_batch(void *data)
{
	struct reading *r = data;
	__u64 begin = bench_clock(), sum = 0;
	__u32 done, from, to, count;

	for (done = 0; done < RECORDS; done += count, from = to) {
		count = BATCH;
		if (bpf_map_lookup_batch(r->map, done ? &from : NULL, &to, r->keys, r->records,
					 &count, NULL) && errno != ENOENT)
			bench_die("map: %s", strerror(errno));
		sum += sum_of(r->records, count);
	}
	if (sum)
		bench_die("counts of nothing");
	return bench_clock() - begin;
}

static __u64 by_memory(void *data)
{
	struct reading *r = data;
	__u64 begin = bench_clock();

	if (sum_of(r->records, RECORDS))
		bench_die("counts of nothing");
	return bench_clock() - begin;
}

/**
 * bench_reading() - what it costs to read a record of the counters
 * @how: "key", "batch" or "memory"
 */
void bench_reading(const char *how)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	const size_t size = RECORDS * sizeof(struct mshv_exit_series);
	struct reading r;

	r.map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "reading", sizeof(__u32),
			       sizeof(struct mshv_exit_series), RECORDS, &opts);
	if (r.map < 0)
		bench_die("BPF map: %s", strerror(errno));
	r.keys = calloc(BATCH, sizeof(*r.keys));
	if (strcmp(how, "memory"))
		r.records = calloc(BATCH, sizeof(*r.records));
	else
		r.records = mmap(NULL, size, PROT_READ, MAP_SHARED, r.map, 0);
	if (!r.keys || !r.records || r.records == MAP_FAILED)
		bench_die("%s", strerror(errno));
	bench_figure(RECORDS, !strcmp(how, "key") ? by_key : !strcmp(how, "batch") ? by_batch :
		     by_memory, &r);
}
