/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which rows a table has, and in which order: the part of a view between model and columns. Rows
 * are taken anew from each update of the model, and equal rows keep their place by identity.
 */
#ifndef MSHVTOP_ROWS_H
#define MSHVTOP_ROWS_H

#include <stdbool.h>
#include "view/columns.h"

/**
 * struct row_filter - what is wanted; all zero for everything
 * @by_partition: only this partition
 * @partition_id: the partition for @by_partition
 * @tgid: only partitions of this VMM, unless 0
 */
struct row_filter {
	bool by_partition;
	__u64 partition_id;
	__u32 tgid;
};

/**
 * struct rows - the rows of one table
 * @nr: rows
 * @total: they show what happened since the start
 * @row: @nr rows
 * @capacity: rows that @row has room for
 */
struct rows {
	unsigned int nr;
	bool total;
	struct row *row;
	unsigned int capacity;
};

bool filter_matches(const struct row_filter *filter, const struct model_partition *partition);
bool rows_partitions(struct rows *rows, const struct model *m, const struct row_filter *filter);
bool rows_vps(struct rows *rows, const struct model *m, const struct row_filter *filter);
bool rows_exits(struct rows *rows, const struct model *m, const struct model_scope *scope);
bool rows_hvcalls(struct rows *rows, const struct model *m);
bool rows_tallies(struct rows *rows, const struct model *m, unsigned int kinds,
		  const struct row_filter *filter);
unsigned int rows_kinds(enum table_id table);
bool rows_counted(struct rows *rows, const struct model *m, enum table_id table,
		  const struct row_filter *filter);
bool rows_slow(struct rows *rows, const struct model *m, const struct row_filter *filter);
bool rows_caps(struct rows *rows, const struct model *m, const struct row_filter *filter);
bool rows_programs(struct rows *rows, const struct model *m);
void rows_sort(struct rows *rows, const struct column *by, bool ascending);
void rows_free(struct rows *rows);

#endif /* MSHVTOP_ROWS_H */
