/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clock of all durations that the driver reports. No other file of the driver reads a clock for
 * an event.
 */
#ifndef MSHV_CLOCK_H
#define MSHV_CLOCK_H

#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>
#include <asm/tsc.h>

/**
 * mshv_clock_ns() - now
 *
 * CLOCK_MONOTONIC by its fast accessor: callable with interrupts off and from any context, the
 * same on all CPUs whatever the clock source is, and the clock of bpf_ktime_get_ns() and of the
 * trace clock "mono", so that times can be laid side by side.
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

/**
 * mshv_clock_has_ticks() - is the TSC good for durations
 *
 * The kernel takes it for unstable where it stops, changes its rate, or differs between CPUs.
 */
static inline bool mshv_clock_has_ticks(void)
{
	return boot_cpu_has(X86_FEATURE_TSC) && tsc_khz && !check_tsc_unstable();
}

/**
 * mshv_clock_ticks() - now, for durations alone
 *
 * Reading the TSC takes a tenth of the time of mshv_clock_ns(), which matters where a clock is read
 * at each exit.
 *
 * Return: cycles of the TSC.
 */
static inline u64 mshv_clock_ticks(void)
{
	return rdtsc_ordered();
}

#endif /* MSHV_CLOCK_H */
