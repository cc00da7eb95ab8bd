// SPDX-License-Identifier: GPL-2.0
/*
 * simulate-diff [-n PAIRS] [-s SEED] [KIND...]: how often mshvtop diff is wrong. For each kind of
 * load so many pairs of recordings are made up. In one of a hundred pairs of the same load at most
 * may it find anything; in pairs of which one has a large change it must find the change. Output is
 * TAP.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "load.h"

#define INTERVALS	120
#define LEVEL		0.01
#define PAIRS		120

/*
 * The same twice is found to differ in more than LEVEL, by more than chance of so many deviations
 */
#define DEVIATIONS	3

/* Changes that are many times their spread */
#define MUST_BE_FOUND	0.99

/* In one of so many pairs, intervals are looked at, and whether a change shows that should. */
#define INTERVALS_EACH	10

/**
 * struct kind - a kind of load, and of change
 * @name: for the command line
 * @about: for people
 * @like: what all rows have in common; their size and spread are those of rows[]
 * @host: the host, of both recordings
 * @rate: factor on all rates in the second recording; 0: 1
 * @slow: part of the first row's events that is slow in the second recording
 */
struct kind {
	const char *name;
	const char *about;
	struct load like;
	struct load_host host;
	double rate;
	double slow;
};

static const struct kind kinds[] = {
	{ .name = "steady", .about = "independent events" },
	{ .name = "ar30", .about = "rates and latencies wander, correlation of neighbours 0.3",
	  .like = { .wander = 0.3, .memory = 0.3 } },
	{ .name = "ar60", .about = "likewise, 0.6", .like = { .wander = 0.3, .memory = 0.6 } },
	{ .name = "ar80", .about = "likewise, 0.8", .like = { .wander = 0.3, .memory = 0.8 } },
	{ .name = "ar90", .about = "likewise, 0.9", .like = { .wander = 0.3, .memory = 0.9 } },
	{ .name = "ar95", .about = "likewise, 0.95", .like = { .wander = 0.3, .memory = 0.95 } },
	{ .name = "drift", .about = "rates fall by a third during a recording, and wander",
	  .like = { .wander = 0.2, .memory = 0.6, .follows = 1 }, .host = { .trend = 0.4 } },
	{ .name = "bursts", .about = "bursts of five intervals, with eight times the rate",
	  .like = { .burst = 0.05 } },
	{ .name = "host", .about = "other load that all rows see, correlation 0.9",
	  .like = { .wander = 0.1, .memory = 0.3, .follows = 1 },
	  .host = { .wander = 0.4, .memory = 0.9 } },
	{ .name = "host95", .about = "likewise, 0.95, and rows wander by themselves",
	  .like = { .wander = 0.3, .memory = 0.9, .follows = 1 },
	  .host = { .wander = 0.4, .memory = 0.95 } },
	{ .name = "third", .about = "rates down by a third everywhere, beside other load",
	  .like = { .wander = 0.2, .memory = 0.6, .follows = 1 },
	  .host = { .wander = 0.2, .memory = 0.6 }, .rate = 2.0 / 3 },
	{ .name = "slow", .about = "a fifth of one row's events becomes 44 times as long",
	  .slow = 0.2 },
	{ .name = "slow95", .about = "likewise, rates and latencies wander, 0.95",
	  .like = { .wander = 0.3, .memory = 0.95 }, .slow = 0.2 },
	{ .name = "slowbursts", .about = "likewise, in bursts", .like = { .burst = 0.05 },
	  .slow = 0.2 },
	{ .name = "slowhost", .about = "likewise, beside other load that all rows see, 0.95",
	  .like = { .wander = 0.2, .memory = 0.6, .follows = 1 },
	  .host = { .wander = 0.8, .memory = 0.95 }, .slow = 0.2 },
};

#define NR_KINDS	(sizeof(kinds) / sizeof(kinds[0]))

static const struct load rows[] = {
	{ .name = "IO_PORT", .mean = 60, .median_ns = 160000, .sigma = 0.5 },
	{ .name = "CPUID", .mean = 40, .median_ns = 12000, .sigma = 0.3 },
	{ .name = "MSR", .mean = 25, .median_ns = 9000, .sigma = 1.2 },
	{ .name = "HALT", .mean = 15, .median_ns = 90000, .sigma = 0.8 },
	{ .name = "RARE", .mean = 2, .median_ns = 40000, .sigma = 1 },
};

#define NR_ROWS		(sizeof(rows) / sizeof(rows[0]))
#define SLOW_NS		(44 * 160000)

/**
 * struct tally - what was found in the pairs of a kind
 * @pairs: pairs
 * @alarms: pairs in which something was found that is not so
 * @by: rows in which a metric was found to differ although it does not
 * @hits: pairs in which the change was found
 * @intervals: intervals of changes
 * @covering: those which the true change is in
 * @tried: pairs with a change of which the pair before says that it would be found
 * @shown: those in which it was
 */
struct tally {
	unsigned int pairs;
	unsigned int alarms;
	unsigned int by[NR_METRICS];
	unsigned int hits;
	unsigned int intervals;
	unsigned int covering;
	unsigned int tried;
	unsigned int shown;
};

/* Return: whether a metric of a row has really changed */
static bool is_real(const struct kind *kind, const struct diff_line *line, unsigned int metric)
{
	/* A share of VP time falls with the rate. */
	if (kind->rate && (metric == METRIC_RATE || metric == METRIC_SHARE))
		return true;
	return kind->slow && !strcmp(line->name, rows[0].name);
}

static void count(struct tally *tally, const struct kind *kind, const struct diff_result *result)
{
	unsigned int i, j;
	bool alarm = false, hit = false;

	for (i = 0; i < result->nr; i++) {
		const struct diff_line *line = &result->lines[i];

		for (j = 0; j < NR_METRICS; j++) {
			if (!line->value[j].differs)
				continue;
			if (!is_real(kind, line, j)) {
				tally->by[j]++;
				alarm = true;
			}
		}
		hit |= kind->slow && !strcmp(line->name, rows[0].name) &&
		       line->value[METRIC_P90].differs && line->value[METRIC_P90].change > 5;
	}
	tally->pairs++;
	tally->alarms += alarm;
	tally->hits += hit;
}

/* How many intervals have the true change in them, of all but the row that is made slow */
static void count_intervals(struct tally *tally, const struct kind *kind,
			    const struct diff_result *result)
{
	unsigned int i, j;

	for (i = 0; i < result->nr; i++) {
		if (kind->slow && !strcmp(result->lines[i].name, rows[0].name))
			continue;
		for (j = 0; j < NR_METRICS; j++) {
			const struct diff_value *v = &result->lines[i].value[j];
			double truth = kind->rate && j == METRIC_RATE ? kind->rate - 1 : 0;

			if (j == METRIC_MAX || (kind->rate && j == METRIC_SHARE) || !v->bounded)
				continue;
			tally->intervals++;
			tally->covering += v->low <= truth && truth <= v->high;
		}
	}
}

static const struct diff_line *first_row(const struct diff_result *result)
{
	unsigned int i;

	for (i = 0; strcmp(result->lines[i].name, rows[0].name); i++)
		;
	return &result->lines[i];
}

/* Make a pair up, compare it, and count. Return: false without memory. */
static bool compare(struct tally *tally, const struct kind *kind, const struct load *before,
		    const struct load *after, bool quick, double *shows)
{
	const struct diff_settings settings = { .level = LEVEL, .least = 0.05, .quick = quick };
	struct load_host host = kind->host;
	struct diff_side a = { 0 }, b = { 0 };
	struct diff_result result = { 0 };
	bool ok;

	host.rate = kind->rate;
	ok = load_generate(&a, INTERVALS, before, NR_ROWS, &kind->host) &&
	     load_generate(&b, INTERVALS, after, NR_ROWS, &host) &&
	     diff_compare(&result, &a, &b, &settings);
	if (ok && *shows) {
		tally->tried++;
		tally->shown += first_row(&result)->value[METRIC_P90].differs;
	} else if (ok) {
		count(tally, kind, &result);
		if (!quick) {
			count_intervals(tally, kind, &result);
			*shows = first_row(&result)->value[METRIC_P90].shows;
		}
	}
	diff_result_free(&result);
	diff_side_free(&a);
	diff_side_free(&b);
	return ok;
}

static bool simulate(struct tally *tally, const struct kind *kind)
{
	struct load before[NR_ROWS], after[NR_ROWS];
	double shows = 0;
	unsigned int i;

	for (i = 0; i < NR_ROWS; i++) {
		before[i] = kind->like;
		before[i].name = rows[i].name;
		before[i].mean = rows[i].mean;
		before[i].median_ns = rows[i].median_ns;
		before[i].sigma = rows[i].sigma;
	}
	memcpy(after, before, sizeof(after));
	after[0].slow = kind->slow;
	after[0].slow_ns = SLOW_NS;
	if (!compare(tally, kind, before, after, tally->pairs % INTERVALS_EACH, &shows))
		return false;
	if (kind->slow || !shows || isinf(shows))
		return true;
	after[0].scale = 1 + shows;
	return compare(tally, kind, before, after, true, &shows);
}

static bool is_wanted(const char *name, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

/* Return: whether the figures are as good as they have to be */
static bool report(const struct kind *kind, unsigned int number, const struct tally *t)
{
	double limit = LEVEL * t->pairs + DEVIATIONS * sqrt(LEVEL * t->pairs);
	bool good = t->alarms <= limit && (!kind->slow || t->hits >= MUST_BE_FOUND * t->pairs);
	unsigned int i;

	printf("%s %u - %s, %s: %u pairs, %.2f %% false", good ? "ok" : "not ok", number,
	       kind->name, kind->about, t->pairs, 100.0 * t->alarms / t->pairs);
	if (kind->slow)
		printf(", %.1f %% found", 100.0 * t->hits / t->pairs);
	for (i = 0; i < NR_METRICS; i++)
		if (t->by[i])
			printf(", %s %u", diff_metric_names[i], t->by[i]);
	printf("; %.1f %% of %u intervals", 100.0 * t->covering / t->intervals, t->intervals);
	if (t->tried)
		printf(", %.0f %% of %u shown", 100.0 * t->shown / t->tried, t->tried);
	putchar('\n');
	fflush(stdout);
	return good;
}

int main(int argc, char **argv)
{
	unsigned long pairs = PAIRS, seed = 1, i, j;
	unsigned int number = 0;
	bool good = true;
	int option;

	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		if (option == 'n')
			pairs = strtoul(optarg, NULL, 10);
		else if (option == 's')
			seed = strtoul(optarg, NULL, 10);
		else
			return 64;
	}
	for (i = 0; i < NR_KINDS; i++) {
		struct tally tally = { 0 };

		if (!is_wanted(kinds[i].name, &argv[optind]))
			continue;
		load_seed(seed * NR_KINDS + i);
		for (j = 0; j < pairs; j++)
			if (!simulate(&tally, &kinds[i]))
				return 1;
		good &= report(&kinds[i], ++number, &tally);
	}
	printf("1..%u\n", number);
	return !good;
}
