/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Comparing two recordings: what each says row by row and interval by interval (take.c), what
 * differs (compare.c), which rules that breaks (rules.c), and how it is shown.
 */
#ifndef MSHVTOP_DIFF_H
#define MSHVTOP_DIFF_H

#include <stdbool.h>
#include <stdio.h>
#include "histq.h"
#include "model/model.h"
#include "source/source.h"

#define DIFF_NAME	96

/* With fewer intervals nothing is found. */
#define DIFF_MIN_INTERVALS	4

/* A row with fewer samples in each recording says nothing about a rule. */
#define DIFF_MIN_SAMPLES	20

/* Samples that these percentiles need in each recording; the median needs DIFF_MIN_SAMPLES. */
#define DIFF_MIN_P90	50
#define DIFF_MIN_P99	200

/*
 * With more intervals than this, neighbours are merged: more of them would not make the estimate of
 * their variance better.
 */
#define DIFF_MAX_INTERVALS	256

enum diff_kind {
	DIFF_TOTAL,
	DIFF_VP,
	DIFF_EXIT,
	DIFF_HVCALL,
	DIFF_NR_KINDS
};

/* What two recordings should have in common, for their difference to be that of what was recorded */
enum diff_fact {
	DIFF_HOST,
	DIFF_KERNEL,
	DIFF_SOURCE,
	DIFF_CPU,
	DIFF_CPUS,
	DIFF_INTERVAL,
	DIFF_DETAILS,
	DIFF_NR_FACTS
};

#define DIFF_FACT	96

/**
 * struct diff_cell - what happened to a row in an interval
 * @count: events
 * @time_ns: their latencies, summed up
 * @whole_ns: the VP time that @time_ns is a part of
 * @lo: first bucket in use
 * @nr: buckets from there on
 * @bucket: @nr counts
 */
struct diff_cell {
	double count;
	double time_ns;
	double whole_ns;
	unsigned int lo;
	unsigned int nr;
	__u32 *bucket;
};

/**
 * struct diff_row - a row of one recording
 * @kind: what it is about
 * @name: name of the row, the same in both recordings
 * @cells: one for each interval
 * @max_ns: longest latency
 * @hist: of all intervals
 */
struct diff_row {
	enum diff_kind kind;
	char name[DIFF_NAME];
	struct diff_cell *cells;
	__u64 max_ns;
	struct hist hist;
};

/**
 * struct diff_side - a recording
 * @path: its file
 * @title: kernel, VMMs and length, for people
 * @nr_intervals: intervals
 * @seconds: length of each
 * @nr_rows: entries of @rows
 * @rows: in no order
 * @tree: @rows for tfind()
 * @guests: partitions, see take.c
 * @nr_guests: entries of @guests
 * @lost: events that are missing from it
 * @damaged: the recording is damaged
 * @facts: where and how it was made, by enum diff_fact; empty where it does not say
 */
struct diff_side {
	const char *path;
	char title[160];
	unsigned int nr_intervals;
	double *seconds;
	unsigned int nr_rows;
	struct diff_row **rows;
	void *tree;
	struct diff_guest *guests;
	unsigned int nr_guests;
	__u64 lost;
	bool damaged;
	char facts[DIFF_NR_FACTS][DIFF_FACT];
};

extern const char * const diff_fact_names[DIFF_NR_FACTS];

void diff_take_facts(struct diff_side *side, const struct source *source);
bool diff_fact_differs(const struct diff_side *a, const struct diff_side *b, enum diff_fact fact);

bool diff_take(struct diff_side *side, struct source *source);
struct diff_row *diff_row(const struct diff_side *side, enum diff_kind kind, const char *name);
bool diff_add(struct diff_side *side, enum diff_kind kind, const char *name, unsigned int interval,
	      const struct diff_cell *cell, const struct hist *hist, __u64 max_ns);
bool diff_side_init(struct diff_side *side, unsigned int nr_intervals);
void diff_side_free(struct diff_side *side);

enum diff_metric {
	METRIC_RATE,
	METRIC_P50,
	METRIC_P90,
	METRIC_P99,
	METRIC_MAX,
	METRIC_SHARE,
	NR_METRICS
};

extern const char * const diff_metric_names[NR_METRICS];

/**
 * struct diff_value - a metric of a row in both recordings
 * @known: both have one
 * @guessed: there are too few samples for @known; @a, @b and @change are what they say
 * @tested: there are intervals enough for a test
 * @a: in the first: per second, nanoseconds, or part of VP time
 * @b: in the second
 * @change: (@b - @a) / @a; infinite if only @a is 0
 * @p: chance of such a difference without a cause; 1 where there is no test
 * @low: least change of the interval that has the true one in 95 of 100 cases; -1: unknown
 * @high: largest one; infinite: unknown
 * @bounded: the interval has both ends
 * @shows: smallest increase that would be found in eight of ten cases; infinite: unknown
 * @differs: the difference is neither chance nor too small to matter
 */
struct diff_value {
	bool known;
	bool guessed;
	bool tested;
	bool bounded;
	double a;
	double b;
	double change;
	double p;
	double low;
	double high;
	double shows;
	bool differs;
};

/**
 * struct diff_line - a row of the comparison
 * @kind: as in struct diff_row
 * @name: as in struct diff_row
 * @n_a: events in the first
 * @n_b: events in the second
 * @value: its metrics
 * @p: the least probability of its tests, corrected for the number of all tests
 * @differs: one of its metrics does
 * @effect: largest change of a metric that differs, as a logarithm; its absolute value
 */
struct diff_line {
	enum diff_kind kind;
	char name[DIFF_NAME];
	__u64 n_a;
	__u64 n_b;
	struct diff_value value[NR_METRICS];
	double p;
	bool differs;
	double effect;
};

enum diff_answer {
	DIFF_SILENT,	/* says nothing either way */
	DIFF_HOLDS,
	DIFF_UNKNOWN,	/* it may be broken, which could not be found out */
	DIFF_BROKEN,
};

/**
 * struct diff_rule - a change that makes the comparison fail
 * @text: as it was given
 * @metric: the metric
 * @change: as in struct diff_value: at least so much, in the direction of its sign
 */
struct diff_rule {
	const char *text;
	enum diff_metric metric;
	double change;
};

/**
 * struct diff_settings - how to compare
 * @level: chance of a false finding among all tests
 * @least: smallest change that matters
 * @rules: rules that must hold
 * @nr_rules: entries of @rules
 * @quick: leave the intervals of changes unknown
 */
struct diff_settings {
	double level;
	double least;
	bool quick;
	struct diff_rule *rules;
	unsigned int nr_rules;
};

/**
 * struct diff_result - a comparison
 * @lines: sorted: those that differ by effect, then the others by kind and name
 * @nr: entries of @lines
 * @nr_differ: lines that differ
 * @nr_tests: tests that were made and corrected for
 * @damaged: one of the recordings is
 * @same: both are the same recording
 * @only: VPs that only one of the recordings has: of the first, of the second
 * @nr_only: entries of @only
 */
struct diff_result {
	struct diff_line *lines;
	unsigned int nr;
	unsigned int nr_differ;
	unsigned int nr_tests;
	bool damaged;
	bool same;
	const struct diff_row **only[2];
	unsigned int nr_only[2];
};

bool diff_compare(struct diff_result *result, const struct diff_side *a, const struct diff_side *b,
		  const struct diff_settings *settings);
bool diff_same(const struct diff_side *a, const struct diff_side *b);
void diff_result_free(struct diff_result *result);

bool diff_rule_parse(struct diff_rule *rule, const char *text);
const char *diff_verdict(const struct diff_line *line);
enum diff_answer diff_rule_row(const struct diff_rule *rule, const struct diff_line *line);
enum diff_answer diff_rule_answer(const struct diff_rule *rule, const struct diff_result *result);

void diff_text(FILE *out, const struct diff_side *a, const struct diff_side *b,
	       const struct diff_result *result, const struct diff_settings *settings,
	       unsigned int width);
bool diff_json(FILE *out, const struct diff_side *a, const struct diff_side *b,
	       const struct diff_result *result, const struct diff_settings *settings);

int diff_main(int argc, char **argv);

#endif /* MSHVTOP_DIFF_H */
