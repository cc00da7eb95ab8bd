// SPDX-License-Identifier: GPL-2.0
/*
 * bench: measures one thing, and prints the median of five runs and their spread in percent.
 * tests/bench/measure runs it for each row of the table. Only for the virtual machine of
 * tests/vm/run with --icount: elsewhere the clock counts no instructions.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <x86intrin.h>
#include "bench.h"

/**
 * bench_clock() - now
 *
 * Return: instructions since the boot, where the machine's clock counts those.
 */
__u64 bench_clock(void)
{
	unsigned int cpu;

	return __rdtscp(&cpu);
}

/**
 * bench_die() - say what is wrong and exit
 * @format: what
 */
void bench_die(const char *format, ...)
{
	va_list args;

	fputs("bench: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static int compare(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

/**
 * bench_figure() - run something several times, and print what it takes
 * @per: print the result divided by this
 * @run: does it; returns what it took
 * @data: for @run
 */
void bench_figure(double per, __u64 (*run)(void *data), void *data)
{
	__u64 result[BENCH_RUNS];
	unsigned int i;

	run(data);
	for (i = 0; i < BENCH_RUNS; i++)
		result[i] = run(data);
	qsort(result, BENCH_RUNS, sizeof(result[0]), compare);
	printf("%.1f %.2f\n", result[BENCH_RUNS / 2] / per,
	       100.0 * (result[BENCH_RUNS - 1] - result[0]) / result[BENCH_RUNS / 2]);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 4 && !strcmp(what, "event"))
		bench_events(argv[2], argv[3]);
	else if (argc == 3 && !strcmp(what, "cycle"))
		bench_cycles(argv[2]);
	else if (argc == 3 && !strcmp(what, "hvcall"))
		bench_hvcalls(argv[2]);
	else if (argc == 2 && !strcmp(what, "kvm-cycle"))
		bench_kvm_cycles();
	else if (argc == 3 && !strcmp(what, "scaling"))
		bench_scaling(argv[2]);
	else if (argc == 4 && !strcmp(what, "lost"))
		bench_lost(argv[2], argv[3]);
	else if (argc == 3 && !strcmp(what, "cost"))
		bench_costs(argv[2]);
	else if (argc == 3 && !strcmp(what, "reading"))
		bench_reading(argv[2]);
	else if (argc == 3 && !strcmp(what, "start"))
		bench_start(argv[2]);
	else if (argc == 4 && !strcmp(what, "refresh"))
		bench_refresh(argv[2], argv[3]);
	else if (argc == 3 && !strcmp(what, "memory"))
		bench_memory(argv[2]);
	else
		bench_die("usage: bench event EVENT PROBE | cycle PROBE | hvcall PROBE | "
			  "kvm-cycle | scaling VPS | lost VPS SECONDS | cost WHAT | "
			  "reading key|batch|memory | start SERIES | refresh SERIES CHANGED | "
			  "memory SERIES");
	return 0;
}
