/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One branch for all the events that RUN_VP may fire at each exit: it has a second copy of its
 * loop, which fires them, and turns to that while any of them is enabled. Those that it fires at
 * other times, a VP being halted or the host having work, have a branch each, as others have.
 */
#ifndef MSHV_TRACE_RUN_H
#define MSHV_TRACE_RUN_H

#include <linux/jump_label.h>

DECLARE_STATIC_KEY_FALSE(mshv_run_trace_key);

int mshv_run_trace_enable(void);
void mshv_run_trace_disable(void);

/* As TRACE_EVENT(), DEFINE_EVENT() */
#define MSHV_RUN_EVENT(name, proto, args, tstruct, assign, print)				\
	TRACE_EVENT_FN(name, PARAMS(proto), PARAMS(args), PARAMS(tstruct), PARAMS(assign),	\
		       PARAMS(print), mshv_run_trace_enable, mshv_run_trace_disable)
#define MSHV_RUN_EVENT_OF(template, name, proto, args)						\
	DEFINE_EVENT_FN(template, name, PARAMS(proto), PARAMS(args), mshv_run_trace_enable,	\
			mshv_run_trace_disable)

/**
 * mshv_run_is_traced() - may any of the events be enabled
 */
static __always_inline bool mshv_run_is_traced(void)
{
#ifdef NOTRACE
	return false;
#else
	return static_branch_unlikely(&mshv_run_trace_key);
#endif
}

#endif /* MSHV_TRACE_RUN_H */
