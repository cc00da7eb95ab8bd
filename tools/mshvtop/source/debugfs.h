/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor's own counters, from the files that the driver (or Linux's) has in debugfs: also
 * of exits that never reach Linux. They are sums: there is no percentile in them.
 */
#ifndef MSHVTOP_STATISTICS_H
#define MSHVTOP_STATISTICS_H

#include "source/source.h"

/* VPs whose files are read at most, as that takes some system calls for each */
#define STATISTICS_MAX_VPS	256

/**
 * struct statistics - the values
 * @nr: entries of @entry
 * @entry: ascending by tally_compare()
 */
struct statistics {
	unsigned int nr;
	struct tally_entry *entry;
	unsigned int room;
};

bool statistics_read(struct statistics *s, const char *dir, const struct owner *owners,
		     unsigned int nr_owners);
const char *statistics_name(__u32 kind, __u64 number);
bool statistics_number(__u32 kind, const char *name, __u64 *number);
void statistics_free(struct statistics *s);

#endif /* MSHVTOP_STATISTICS_H */
