/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Capabilities for the screens' tests: what a driver that was made up can do, and what the VMMs of
 * generator.c, which includes this, do with it in every second that somebody looks.
 */
#ifndef TESTS_MADE_CAPS_H
#define TESTS_MADE_CAPS_H

#include <string.h>
#include <linux/mshv.h>
#include "source/source.h"

#define MADE_BASE	(1 << MSHV_CAP_MARK_BIT_BASE)

static const struct hostcaps made_host_caps = {
	.told = true,
	.nr = 10,
	.infos = {
		{ .id = 0, .state = MSHV_CAP_STATE_REMOVED, .reason = MSHV_CAP_REASON_REMOVED },
		{ .id = MSHV_CAP_CREATE_VP, .state = MSHV_CAP_STATE_USABLE, .marks = MADE_BASE },
		{ .id = MSHV_CAP_RUN_VP, .state = MSHV_CAP_STATE_USABLE, .marks = MADE_BASE },
		{ .id = MSHV_CAP_IRQFD, .state = MSHV_CAP_STATE_USABLE },
		{ .id = MSHV_CAP_IOEVENTFD, .state = MSHV_CAP_STATE_USABLE },
		{ .id = MSHV_CAP_CREATE_PARTITION_CAPS, .state = MSHV_CAP_STATE_USABLE },
		{ .id = MSHV_CAP_PT_NESTED_VIRTUALIZATION, .state = MSHV_CAP_STATE_UNAVAILABLE,
		  .reason = MSHV_CAP_REASON_HYPERVISOR },
		{ .id = MSHV_CAP_VP_REGISTERS_PAGE, .state = MSHV_CAP_STATE_USABLE },
		{ .id = MSHV_CAP_ONLY_GRANTED, .state = MSHV_CAP_STATE_USABLE },
		{ .id = MSHV_CAP_DEBUGFS_STATS, .state = MSHV_CAP_STATE_ABSENT,
		  .reason = MSHV_CAP_REASON_NOT_BUILT },
	},
};

/* The last time is in nanoseconds before the sample. */
static const struct capwatch_row made_cap_rows[] = {
	{ { 3, MSHV_CAP_RUN_VP, 1412 }, { .uses = 25700, .last_ns = 10000 } },
	{ { 3, MSHV_CAP_IRQFD, 1412 }, { .uses = 2, .failures = 1, .last_ns = 250000000 } },
	{ { 4, MSHV_CAP_RUN_VP, 1533 }, { .uses = 12900, .last_ns = 20000 } },
	{ { 4, MSHV_CAP_PT_NESTED_VIRTUALIZATION, 1533 }, { .rejects = 1 } },
	{ { CAPWATCH_DEVICE, MSHV_CAP_CREATE_PARTITION_CAPS, 1534 },
	  { .uses = 1, .last_ns = 500000000 } },
	{ { CAPWATCH_DEVICE, MSHV_CAP_DEBUGFS_STATS, 999 }, { .rejects = 3 } },
};

#define NR_MADE_CAP_ROWS	(sizeof(made_cap_rows) / sizeof(made_cap_rows[0]))

/* What was used since a partition was made, and before anybody looked */
static inline void own_caps(struct owner *o)
{
	static const __u32 used[] = {
		MSHV_CAP_CREATE_VP, MSHV_CAP_RUN_VP, MSHV_CAP_CREATE_PARTITION_CAPS,
	};
	unsigned int i;

	o->caps_known = true;
	memset(&o->granted, 0, sizeof(o->granted));
	memset(&o->enabled, 0, sizeof(o->enabled));
	memset(&o->used, 0, sizeof(o->used));
	for (i = 0; i < sizeof(used) / sizeof(used[0]); i++)
		cap_set_add(&o->used, used[i]);
	cap_set_add(&o->granted, MSHV_CAP_VP_REGISTERS_PAGE);
	if (o->partition_id == 3)
		cap_set_add(&o->used, MSHV_CAP_IRQFD);
	if (o->partition_id == 5) {
		cap_set_add(&o->granted, MSHV_CAP_ONLY_GRANTED);
		cap_set_add(&o->enabled, MSHV_CAP_ONLY_GRANTED);
	}
}

/* Adds a second's counts to the sample while they are wanted. */
static inline void add_caps(struct sample *sample, bool wanted)
{
	static struct capwatch_row rows[NR_MADE_CAP_ROWS];
	unsigned int i;

	if (!wanted)
		return;
	for (i = 0; i < NR_MADE_CAP_ROWS; i++) {
		const struct mshv_capstat *step = &made_cap_rows[i].count;

		rows[i].key = made_cap_rows[i].key;
		rows[i].count.uses += step->uses;
		rows[i].count.failures += step->failures;
		rows[i].count.rejects += step->rejects;
		rows[i].count.last_ns = step->last_ns ? sample->time_ns - step->last_ns : 0;
	}
	sample->caps = &made_host_caps;
	sample->cap_rows = rows;
	sample->nr_cap_rows = NR_MADE_CAP_ROWS;
}

#endif /* TESTS_MADE_CAPS_H */
