// SPDX-License-Identifier: GPL-2.0
/* Makes recordings up, interval by interval. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "load.h"

#define NR_NORMALS	8192
#define BURST_STAYS	0.8	/* chance that a burst goes on */
#define BURST_RATE	8
#define SLOWEST		2.0537	/* 98th percentile of the normal distribution */

static double normals[NR_NORMALS];	/* quantiles of the normal distribution, evenly spaced */
static __u64 state;

/* xorshift64*, Vigna, ACM Trans. Math. Softw. 42 (2016) 30 */
static __u64 number(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 2685821657736338717ULL;
}

static void fill_normals(void)
{
	double low, high, middle, p;
	unsigned int i, j;

	for (i = 0; i < NR_NORMALS; i++) {
		p = (i + 0.5) / NR_NORMALS;
		low = -6;
		high = 6;
		for (j = 0; j < 40; j++) {
			middle = (low + high) / 2;
			if (erfc(-middle / M_SQRT2) / 2 < p)
				low = middle;
			else
				high = middle;
		}
		normals[i] = low;
	}
}

/**
 * load_seed() - begin anew
 * @seed: what all random numbers follow from
 */
void load_seed(__u64 seed)
{
	unsigned int i;

	if (!normals[0])
		fill_normals();
	/* Neighbouring seeds differ in few bits, which takes some steps to spread. */
	state = seed * 0x9e3779b97f4a7c15ULL + 1;
	for (i = 0; i < 16; i++)
		number();
}

/**
 * load_uniform() - a random number
 *
 * Return: 0..1, any as likely as any other.
 */
double load_uniform(void)
{
	return (number() >> 11) * 0x1p-53;
}

/**
 * load_normal() - a random number of the standard normal distribution
 */
double load_normal(void)
{
	return normals[number() >> 51];
}

static unsigned int poisson(double mean)
{
	double limit = exp(-mean), product = load_uniform();
	unsigned int n = 0;

	if (mean > 500)
		return mean + sqrt(mean) * load_normal() + 0.5;
	for (; product > limit; product *= load_uniform())
		n++;
	return n;
}

static double latency(const struct load *load, double log_scale)
{
	double z = load_normal(), ns = load->median_ns;

	if (load->slow && load_uniform() < load->slow)
		ns = load->slow_ns;
	ns *= exp(load->sigma * z + log_scale);
	if (load->scale)
		ns *= load->scale;
	if (load->tail && z > SLOWEST)
		ns *= load->tail;
	return ns;
}

/* The next value of a first-order autoregression of variance 1 */
static double wander_on(double before, double memory)
{
	return memory * before + sqrt(1 - memory * memory) * load_normal();
}

static bool generate_row(struct diff_side *side, const struct load *load, double mean,
			 const double *host, struct hist *hist)
{
	double wander = load_normal(), log_scale;
	bool burst = load->burst && load_uniform() < 0.2;
	unsigned int i, j, n;
	__u64 max_ns = 0, ns;

	for (i = 0; i < side->nr_intervals; i++) {
		struct diff_cell cell = { .whole_ns = 2e9 };

		wander = wander_on(wander, load->memory);
		if (load->burst)
			burst = load_uniform() < (burst ? BURST_STAYS : load->burst);
		n = poisson(mean * exp(load->wander * wander - load->follows * host[i]) *
			    (burst ? BURST_RATE : 1));
		log_scale = load->wander * wander / 4 + load->follows * host[i] / 2 + burst;
		hist_clear(hist);
		for (j = 0; j < n; j++) {
			ns = latency(load, log_scale);
			hist_add(hist, hist_index(ns), 1);
			cell.time_ns += ns;
			if (ns > max_ns)
				max_ns = ns;
		}
		cell.count = n;
		if (!diff_add(side, DIFF_EXIT, load->name, i, &cell, hist, max_ns))
			return false;
	}
	return true;
}

/**
 * load_generate() - make up a recording
 * @side: the result, for diff_side_free() in any case
 * @intervals: its intervals, a second each
 * @loads: its rows
 * @nr: entries of @loads
 * @host: the host; NULL: idle
 *
 * Return: false without memory.
 */
bool load_generate(struct diff_side *side, unsigned int intervals, const struct load *loads,
		   unsigned int nr, const struct load_host *host)
{
	static const struct load_host idle;
	double *shared = calloc(intervals, sizeof(*shared)), wander = load_normal();
	struct hist *hist = hist_new();
	unsigned int i;
	bool ok;

	if (!host)
		host = &idle;
	memset(side, 0, sizeof(*side));
	side->path = "generated";
	ok = diff_side_init(side, intervals) && shared && hist;
	for (i = 0; ok && i < intervals; i++) {
		side->seconds[i] = 1;
		wander = wander_on(wander, host->memory);
		shared[i] = host->wander * wander + host->trend * i / intervals;
	}
	for (i = 0; ok && i < nr; i++)
		ok = generate_row(side, &loads[i], loads[i].mean * (host->rate ? host->rate : 1),
				  shared, hist);
	free(hist);
	free(shared);
	return ok;
}
