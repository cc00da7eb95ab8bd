/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clock of all durations that the driver reports. Nothing else in the driver may read a clock
 * for an event.
 */
#ifndef MSHV_CLOCK_H
#define MSHV_CLOCK_H

#include <linux/ktime.h>
#include <linux/timekeeping.h>

/**
 * mshv_clock_ns() - now
 *
 * CLOCK_MONOTONIC by its fast accessor: callable with interrupts off and from any context, the
 * same on all CPUs whatever the clock source is, and the clock of bpf_ktime_get_ns() and of the
 * trace clock "mono", so that times can be laid side by side. A raw TSC would be cheaper, but is
 * not the same on all CPUs everywhere.
 *
 * Return: nanoseconds.
 */
static inline u64 mshv_clock_ns(void)
{
	return ktime_get_mono_fast_ns();
}

/**
 * mshv_clock_since_ns() - time between two readings
 * @from: earlier reading
 * @to: later reading
 *
 * The fast accessor may step back by some nanoseconds when the clock is being adjusted.
 *
 * Return: nanoseconds, not below zero.
 */
static inline u64 mshv_clock_since_ns(u64 from, u64 to)
{
	return to > from ? to - from : 0;
}

#endif /* MSHV_CLOCK_H */
