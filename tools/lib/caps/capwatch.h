/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of who uses which capability, by BPF programs that are attached between capwatch_start()
 * and capwatch_stop(). Uses at other times are not counted.
 */
#ifndef MSHV_CAPWATCH_H
#define MSHV_CAPWATCH_H

#include <stdbool.h>
#include <linux/types.h>
#include <mshv/capstat.h>

/* partition_id of uses on /dev/mshv */
#define CAPWATCH_DEVICE	(~0ULL)

struct bpf_object;
struct capwatch;

/**
 * struct capwatch_row - counters of a capability in a partition, by one process
 * @key: partition, capability and process
 * @count: the counters
 */
struct capwatch_row {
	struct mshv_capstat_key key;
	struct mshv_capstat count;
};

struct capwatch *capwatch_load(void);
bool capwatch_start(struct capwatch *w);
void capwatch_stop(struct capwatch *w);
const struct capwatch_row *capwatch_read(struct capwatch *w, unsigned int *nr);
__u64 capwatch_lost(const struct capwatch *w);
struct bpf_object *capwatch_programs(const struct capwatch *w);
void capwatch_close(struct capwatch *w);

#endif /* MSHV_CAPWATCH_H */
