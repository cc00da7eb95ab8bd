/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which partitions and VPs exist and which processes hold them, from the descriptors in /proc. A
 * full scan looks at every process; a quick one only at processes that are known to hold
 * partitions.
 */
#ifndef MSHV_OWNERS_H
#define MSHV_OWNERS_H

#include <stdbool.h>
#include <linux/types.h>
#include <mshv/counts.h>
#include "caps/capnames.h"
#include "text.h"

/**
 * struct owner - a partition that exists, and the process behind it
 * @partition_id: partition
 * @tgid: process that holds it open; 0 if none was found
 * @comm: the process's name, cleaned
 * @nr_vps: entries of @vps
 * @vps: indices of the VPs that exist, ascending
 * @caps_known: the driver tells of capabilities, in the sets below
 * @granted: capabilities that the VMM asked for at creation
 * @enabled: capabilities that were turned on
 * @used: capabilities that were used
 */
struct owner {
	__u64 partition_id;
	__u32 tgid;
	char comm[TEXT_ROOM(MSHV_COUNTS_COMM)];
	unsigned int nr_vps;
	__u32 *vps;
	bool caps_known;
	struct cap_set granted;
	struct cap_set enabled;
	struct cap_set used;
};

struct owners;

struct owners *owners_new(const char *proc);
bool owners_scan_all(struct owners *o);
bool owners_scan(struct owners *o, const __u32 *tgids, unsigned int nr);
bool owners_partial(const struct owners *o);
const struct owner *owners_list(const struct owners *o, unsigned int *nr);
void owners_free(struct owners *o);

#endif /* MSHV_OWNERS_H */
