/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables that every view shows: which columns each has, what a column takes from the model, how
 * it is written and what it means. Headings, sort keys and help come from here; a view only places
 * the cells. To add a column, add a line to a table in columns.c.
 */
#ifndef MSHVTOP_COLUMNS_H
#define MSHVTOP_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include "model/model.h"
#include "model/detail.h"

enum table_id {
	TABLE_PARTITIONS,
	TABLE_VPS,
	TABLE_EXITS,
	TABLE_HVCALLS,
	TABLE_INTERCEPTS,
	TABLE_INTERRUPTS,
	TABLE_MEMORY,
	TABLE_SLOW,
	TABLE_COUNTERS,
	TABLE_COST,
	TABLE_CAPS,
	NR_TABLES
};

/**
 * struct value - a cell's contents
 * @none: the value is not known or does not exist: written "-", sorts below everything
 * @number: all kinds except VALUE_TEXT; the last value of a trend
 * @text: VALUE_TEXT, VALUE_TREND
 */
struct value {
	bool none;
	double number;
	char text[96];
};

/**
 * struct row - what a line of a table is about
 * @model: the model that it is taken from
 * @total: show what happened since the start, not in the last interval
 * @partition: TABLE_PARTITIONS, and TABLE_VPS: the VP's
 * @vp: TABLE_VPS
 * @scope: TABLE_EXITS: whose exits
 * @reason: TABLE_EXITS
 * @hv_known: TABLE_EXITS: the hypervisor counts such exits, and was asked
 * @hv_now: TABLE_EXITS: how many it counted in the interval
 * @hvcall: TABLE_HVCALLS
 * @tally: TABLE_INTERCEPTS, TABLE_INTERRUPTS, TABLE_MEMORY, TABLE_COUNTERS
 * @slow: TABLE_SLOW
 * @program: TABLE_COST
 * @cap: TABLE_CAPS
 * @key: value that the row was sorted by
 */
struct row {
	const struct model *model;
	bool total;
	const struct model_partition *partition;
	const struct model_vp *vp;
	const struct model_scope *scope;
	unsigned int reason;
	bool hv_known;
	__u64 hv_now;
	const struct model_hvcall *hvcall;
	const struct model_tally *tally;
	const struct model_slow *slow;
	const struct model_program *program;
	const struct model_cap *cap;
	struct value key;
};

enum value_kind {
	VALUE_TEXT,
	VALUE_NUMBER,	/* an id: written in full */
	VALUE_COUNT,	/* three significant digits with SI suffix, no decimals below 1000 */
	VALUE_RATE,	/* per second; three significant digits with SI suffix */
	VALUE_ASKED_RATE, /* likewise, of a counter that is read only while a screen shows it */
	VALUE_PERCENT,	/* 0..100, no decimals */
	VALUE_US,	/* held in nanoseconds, written in microseconds */
	VALUE_TREND,	/* levels '0' to '8' from the oldest to the newest interval, in @text */
};

/**
 * struct column - a column of a table
 * @id: name in options and configuration
 * @heading: head of the column, no wider than @width
 * @width: of its cells, without the space between columns
 * @min: width down to which it may be cut where there is no room; 0 if it may not
 * @left: aligned left
 * @rank: 0 is always shown; of the others the highest are left out first where there is no room
 * @kind: how it is written
 * @get: takes its value from the model
 * @doc: one line of help, with the unit
 */
struct column {
	const char *id;
	const char *heading;
	unsigned char width;
	unsigned char min;
	bool left;
	unsigned char rank;
	enum value_kind kind;
	struct value (*get)(const struct row *row);
	const char *doc;
};

/**
 * struct table - a table
 * @name: for options and titles
 * @columns: from left to right
 * @nr_columns: entries of @columns
 * @sort: index of the column that it is sorted by, descending, unless told otherwise
 */
struct table {
	const char *name;
	const struct column *columns;
	unsigned int nr_columns;
	unsigned int sort;
};

/* No table has more columns than this. */
#define MAX_COLUMNS	20

/* Intervals of a trend at most */
#define TREND_LENGTH	24
#define TREND_LEVELS	8

extern const struct table tables[NR_TABLES];

bool table_is_missing(enum table_id table, const struct model *m);
const struct column *column_find(const struct table *table, const char *id);
unsigned int columns_of_screens(const struct table *table);
unsigned int columns_fit(const struct table *table, unsigned int hidden, unsigned int width,
			 unsigned char *widths);
void column_format(char *cell, size_t size, const struct column *column, unsigned int width,
		   const struct row *row);
void column_heading(char *cell, size_t size, const struct column *column, unsigned int width);
int column_compare(const struct column *column, const struct value *a, const struct value *b);

#endif /* MSHVTOP_COLUMNS_H */
