/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model's part for capabilities: what the host can do, and what each partition was granted,
 * uses and was refused of it. Uses on /dev/mshv by a VMM are counted to its partitions. The list is
 * empty until the source was asked for capabilities.
 */
#ifndef MSHVTOP_MODEL_CAPS_H
#define MSHVTOP_MODEL_CAPS_H

#include "model/model.h"

/* partition_id of entries that say what the host can do, and of processes without a partition */
#define MODEL_CAP_HOST		0
#define MODEL_CAP_DEVICE	CAPWATCH_DEVICE

struct model_cap_sum {
	__u64 uses;
	__u64 failures;
	__u64 refusals;
};

/**
 * struct model_cap - a capability of the host, of a partition, or of a process without a partition
 * @partition_id: the partition, or MODEL_CAP_HOST, or MODEL_CAP_DEVICE
 * @tgid: the VMM's process id; 0 if not known
 * @vmm: the VMM's name; empty if not known
 * @id: MSHV_CAP_*, or any number that somebody was refused
 * @told: the driver has said what the fields below say
 * @state: MSHV_CAP_STATE_*
 * @reason: MSHV_CAP_REASON_*
 * @base: every partition has it
 * @granted: asked for when the partition was made, and held
 * @enabled: turned on
 * @used: used since the partition was made
 * @last_ns: last counted use, CLOCK_MONOTONIC; 0 if there was no use
 * @last: the counts themselves, since the programs were loaded
 * @now: in the interval
 * @total: since the start
 */
struct model_cap {
	__u64 partition_id;
	__u32 tgid;
	char vmm[TEXT_ROOM(MSHV_COUNTS_COMM)];
	__u32 id;
	bool told;
	__u32 state;
	__u32 reason;
	bool base;
	bool granted;
	bool enabled;
	bool used;
	__u64 last_ns;
	struct model_cap_sum last;
	struct model_cap_sum now;
	struct model_cap_sum total;
};

bool model_cap_touched(const struct model_cap *cap);

#endif /* MSHVTOP_MODEL_CAPS_H */
