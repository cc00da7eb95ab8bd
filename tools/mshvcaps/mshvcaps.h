/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the commands of mshvcaps share. A snapshot is JSON throughout: what a host can do, and what
 * its partitions were granted and use, by names, so that hosts with newer and older drivers can be
 * compared by a tool of any age.
 */
#ifndef MSHVCAPS_H
#define MSHVCAPS_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>
#include "hostcaps.h"

/* The answer is no: something is missing, different or in the way. */
#define EXIT_NO		2

/* host.c */
bool host_ask(struct hostcaps *caps);

/* snapshot.c */
json_t *snapshot_take(const struct hostcaps *caps);
json_t *snapshot_load(const char *path);
json_t *snapshot_find(json_t *snapshot, const char *name);
bool snapshot_usable(json_t *snapshot, const char *name);

/* list.c */
void list_print(FILE *out, const struct hostcaps *caps, bool all);

/* check.c */
int check_need(const struct hostcaps *caps, const char *list);

/* diff.c */
int diff_snapshots(FILE *out, json_t *a, json_t *b);
int diff_migrate(FILE *out, json_t *a, json_t *b, long long partition);

/* used.c */
int used_run(__u32 number, bool is_partition, double seconds, bool json);

#endif /* MSHVCAPS_H */
