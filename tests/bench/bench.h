/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the benchmarks share: reading the clock, which counts instructions in the virtual machine
 * that they are made for, and printing figures. Whatever is needed and cannot be had ends the
 * program.
 */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stdbool.h>
#include <linux/types.h>

/* Each figure is the median of so many runs, after one that is not counted. */
#define BENCH_RUNS	5

/**
 * struct bench_probe - what watches while something is measured
 * @name: as on the command line
 * @program: of bench.bpf.c; NULL for none of those
 * @mshvtop: PROGRAMS_ON_*: programs of mshvtop
 */
struct bench_probe {
	const char *name;
	const char *program;
	unsigned int mshvtop;
};

__u64 bench_clock(void);
__attribute__((noreturn, format(printf, 1, 2))) void bench_die(const char *format, ...);
void bench_figure(double per, __u64 (*run)(void *data), void *data);

void bench_attach(const char *probe);

void bench_events(const char *event, const char *probe);
__u64 bench_counted(unsigned int reason);
void bench_cycles(const char *probe);
void bench_scaling(const char *vps);
void bench_lost(const char *vps, const char *seconds);
void bench_costs(const char *what);
void bench_reading(const char *how);
void bench_kvm_cycles(void);
void bench_hvcalls(const char *probe);
void bench_start(const char *series);
void bench_refresh(const char *series, const char *changed);
void bench_memory(const char *series);

#endif /* TESTS_BENCH_H */
