/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting at each exit: in the statistics pages of the hypervisor's ABI (stats.c has everything
 * else about them), and of messages for debugfs. Inline, for the few files that count at each exit.
 */
#ifndef SOFTHV_COUNTERS_H
#define SOFTHV_COUNTERS_H

#include <linux/atomic.h>
#include <linux/percpu.h>
#include <asm/local64.h>

#include "softhv/softhv.h"

/* Names in the form of counters.def */
enum {
#define MSHV_COUNTER_HYPERVISOR(index, name) SOFTHV_##name = index,
#define MSHV_COUNTER_LP(index, name) SOFTHV_##name = index,
#define MSHV_COUNTER_PARTITION(index, name) SOFTHV_##name = index,
#define MSHV_COUNTER_VP(index, name) SOFTHV_##name = index,
#include <mshv/counters.def>
};

/* CPUs as VPs of the root partition; each counts by itself, also in the middle of its counting. */
DECLARE_PER_CPU(struct softhv_stats, softhv_root_vp_stats);

/* What debugfs shows of messages, in the order of messages.def */
enum {
#define MSHV_MESSAGE(type, name) SOFTHV_MESSAGE_##name,
#include <mshv/messages.def>
#undef MSHV_MESSAGE
	SOFTHV_MESSAGE_UNLISTED
};

extern atomic_long_t softhv_messages[SOFTHV_MESSAGE_UNLISTED + 1];

static inline void softhv_count(struct softhv_stats *stats, u32 index)
{
	WRITE_ONCE(stats->counter[index], stats->counter[index] + 1);
}

static inline void softhv_set(struct softhv_stats *stats, u32 index, u64 value)
{
	WRITE_ONCE(stats->counter[index], value);
}

static inline void softhv_count_root(u32 index)
{
	u64 *counter = this_cpu_read(softhv_root_vp_stats.counter);

	local64_inc((local64_t *)&counter[index]);
}

/**
 * softhv_stats_hypercall() - count a hypercall of the root partition's VP that this CPU is
 *
 * Context: any but NMI, preemption disabled.
 */
static inline void softhv_stats_hypercall(void)
{
	softhv_count_root(SOFTHV_VpHypercallsCount);
}

/**
 * softhv_stats_synic() - count an interrupt by its SynIC of that VP
 *
 * Context: as softhv_stats_hypercall().
 */
static inline void softhv_stats_synic(void)
{
	softhv_count_root(SOFTHV_VpSyntheticInterrupts);
}

/**
 * softhv_stats_blocked() - tell the parent whether a VP would run if it were dispatched
 * @vp: any; its lock is not needed to say that it is
 * @blocked: it is not
 */
static inline void softhv_stats_blocked(struct softhv_vp *vp, bool blocked)
{
	softhv_set(&vp->stats, SOFTHV_VpRootDispatchThreadBlocked, blocked);
}

/* The compiler turns the switch into a few comparisons, or none where the type is constant. */
static __always_inline u32 softhv_message_index(u32 type)
{
	switch (type) {
#define MSHV_MESSAGE(type, name) case type: return SOFTHV_MESSAGE_##name;
#include <mshv/messages.def>
#undef MSHV_MESSAGE
	}
	return SOFTHV_MESSAGE_UNLISTED;
}

/**
 * softhv_count_message() - a message has been made for the parent
 * @type: enum mhv_message_type
 *
 * Context: any.
 */
static __always_inline void softhv_count_message(u32 type)
{
	atomic_long_inc(&softhv_messages[softhv_message_index(type)]);
}

#endif /* SOFTHV_COUNTERS_H */
