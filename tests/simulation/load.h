/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recordings that are made up, for what mshvtop diff makes of them: rows whose rates and latencies
 * wander, drift and come in bursts, on a host whose other load all rows see. All random numbers
 * come from a seed.
 */
#ifndef SIMULATION_LOAD_H
#define SIMULATION_LOAD_H

#include <stdbool.h>
#include "compare/diff.h"

/**
 * struct load - how a row behaves
 * @name: the row
 * @mean: events in an interval
 * @median_ns: of the latency
 * @sigma: of the latency's logarithm
 * @wander: how far rate and latency wander from interval to interval, as a logarithm
 * @memory: how much of that stays for the next interval, 0..1
 * @burst: chance that a burst begins in an interval, of five intervals' mean length
 * @scale: all latencies are longer by this factor
 * @tail: those above the 98th percentile are longer by this factor
 * @follows: how far the row follows the host's other load
 * @slow: part of the events that is slow
 * @slow_ns: their latency's median
 */
struct load {
	const char *name;
	double mean;
	double median_ns;
	double sigma;
	double wander;
	double memory;
	double burst;
	double scale;
	double tail;
	double follows;
	double slow;
	double slow_ns;
};

/**
 * struct load_host - what all rows of a recording see
 * @wander: how far the host's other load wanders, as a logarithm of the rates that are left
 * @memory: how much of that stays for the next interval, 0..1
 * @trend: by how much rates fall from beginning to end, as a logarithm
 * @rate: factor on all rates; 0: 1
 */
struct load_host {
	double wander;
	double memory;
	double trend;
	double rate;
};

void load_seed(__u64 seed);
double load_uniform(void);
double load_normal(void);
bool load_generate(struct diff_side *side, unsigned int intervals, const struct load *loads,
		   unsigned int nr, const struct load_host *host);

#endif /* SIMULATION_LOAD_H */
