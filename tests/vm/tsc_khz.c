// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the rate of this machine's time stamp counter in kHz. QEMU without KVM hands the counter on to
 * its machines, and a kernel that measures it there against emulated timers is wrong, by a factor of 50
 * at times, when the machine is busy. It measures only, and changes nothing.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

#define INTERVAL_NS	100000000
#define TRIES		100

struct moment {
	uint64_t tsc;
	uint64_t ns;
};

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* Both clocks at one time: of many tries the one in which the least came between. */
static struct moment read_clocks(void)
{
	uint64_t best = UINT64_MAX;
	struct moment moment = { 0 };

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = __rdtsc(), ns = clock_ns(), gap = __rdtsc() - before;

		if (gap >= best)
			continue;
		best = gap;
		moment = (struct moment){ .tsc = before + gap / 2, .ns = ns };
	}
	return moment;
}

int main(void)
{
	const struct timespec interval = { .tv_nsec = INTERVAL_NS };
	struct moment from = read_clocks(), to;

	nanosleep(&interval, NULL);
	to = read_clocks();
	printf("%.0f\n", (double)(to.tsc - from.tsc) * 1e6 / (double)(to.ns - from.ns));
	return 0;
}
