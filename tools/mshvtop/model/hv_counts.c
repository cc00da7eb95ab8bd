// SPDX-License-Identifier: GPL-2.0
/*
 * Sums of the counters of a scope's VPs. Linux hears of unmapped pages and of protected pages by
 * two kinds of messages, but the hypervisor has one counter for both; this counter is shown at the
 * unmapped pages.
 */
#include <string.h>
#include <mshv/exits.h>
#include "model/hv_counts.h"
#include "source/debugfs.h"

static const struct {
	enum mshv_exit_reason reason;
	const char *counter;
} pairs[] = {
	{ MSHV_EXIT_IO_PORT, "VpIoInstructionsCount" },
	{ MSHV_EXIT_MSR, "VpMsrAccessesCount" },
	{ MSHV_EXIT_CPUID, "VpCpuidInstructionsCount" },
	{ MSHV_EXIT_HALT, "VpHltInstructionsCount" },
	{ MSHV_EXIT_HYPERCALL, "VpHypercallsCount" },
	{ MSHV_EXIT_UNMAPPED_GPA, "VpNestedPageFaultInterceptsCount" },
	{ MSHV_EXIT_HOST_INTERRUPT, "VpExternalInterruptsCount" },
	{ MSHV_EXIT_INTERRUPTION_DELIVERABLE, "VpPendingInterruptsCount" },
};

#define NR_PAIRS	(sizeof(pairs) / sizeof(pairs[0]))

/* Whose exits a scope has: all VPs', a partition's, or one VP's. */
struct whose {
	bool all;
	bool all_vps;
	__u64 partition_id;
	__u32 vp;
};

static bool find_scope(struct whose *whose, const struct model *m, const struct model_scope *scope)
{
	unsigned int i, j;

	memset(whose, 0, sizeof(*whose));
	whose->all = scope == &m->exits;
	if (whose->all)
		return true;
	for (i = 0; i < m->nr_partitions; i++) {
		const struct model_partition *p = m->partitions[i];

		whose->partition_id = p->id;
		whose->all_vps = scope == &p->exits;
		if (whose->all_vps)
			return true;
		for (j = 0; j < p->nr_vps; j++) {
			whose->vp = p->vps[j]->index;
			if (scope == &p->vps[j]->exits)
				return true;
		}
	}
	return false;
}

/**
 * hv_counts_take() - what the hypervisor counted of a scope's exits
 * @counts: the result
 * @m: the model
 * @scope: whose exits, one of the model's
 */
void hv_counts_take(struct hv_counts *counts, const struct model *m,
		    const struct model_scope *scope)
{
	const struct model_detail *d = m->detail;
	__u64 number[NR_PAIRS];
	struct whose whose;
	unsigned int i, j;

	memset(counts, 0, sizeof(*counts));
	if (!d->nr_tallies || d->tally[d->nr_tallies - 1].key.kind != TALLY_VP ||
	    !find_scope(&whose, m, scope))
		return;
	for (j = 0; j < NR_PAIRS; j++)
		if (!statistics_number(TALLY_VP, pairs[j].counter, &number[j]))
			number[j] = -1;
	/* Tallies of VPs are the last ones in the list. */
	for (i = d->nr_tallies; i-- && d->tally[i].key.kind == TALLY_VP;) {
		const struct model_tally *t = &d->tally[i];

		if (!whose.all && (t->key.partition_id != whose.partition_id ||
				   (!whose.all_vps && t->key.access != whose.vp)))
			continue;
		for (j = 0; j < NR_PAIRS; j++) {
			if (t->key.number != number[j])
				continue;
			counts->known[pairs[j].reason] = true;
			counts->now[pairs[j].reason] += t->now.count;
		}
	}
}
