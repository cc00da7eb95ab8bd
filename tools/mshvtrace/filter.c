// SPDX-License-Identifier: GPL-2.0
/* Does what bpf/trace.bpf.c does before it hands an event on. */
#include "filter.h"

/* Where a filter finds its argument in the records of hypercalls and exits */
enum {
	HVCALL_CODE,
	HVCALL_DURATION_NS = 5,
	EXIT_REASON = 1,
	EXIT_KERNEL_NS = 3,
	EXIT_VMM_NS,
};

/**
 * filter_wants() - whether an event is asked for
 * @options: what is asked for
 * @r: the event
 */
bool filter_wants(const struct stream_options *options, const struct mshv_trace_record *r)
{
	const struct mshv_trace_filter *f = &options->filter;

	if (!(options->kinds & 1U << r->kind))
		return false;
	if (f->partition_id && r->partition_id != f->partition_id)
		return false;
	if (f->tgid && r->tgid != f->tgid)
		return false;
	if (f->vp_index && r->vp_index != f->vp_index - 1)
		return false;
	if (r->kind == MSHV_TRACE_HVCALL)
		return (!f->code || r->arg[HVCALL_CODE] == f->code - 1) &&
		       r->arg[HVCALL_DURATION_NS] >= f->min_ns;
	if (r->kind == MSHV_TRACE_EXIT)
		return (!f->reason || r->arg[EXIT_REASON] == f->reason - 1) &&
		       r->arg[EXIT_KERNEL_NS] + r->arg[EXIT_VMM_NS] >= f->min_ns;
	return true;
}
