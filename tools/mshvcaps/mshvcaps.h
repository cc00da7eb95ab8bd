/* SPDX-License-Identifier: GPL-2.0 */
/* What the commands of mshvcaps share. */
#ifndef MSHVCAPS_H
#define MSHVCAPS_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>
#include "caps/hostcaps.h"
#include "caps/snapshot.h"

/* The answer is no: something is missing, different or in the way. */
#define EXIT_NO		2
/* It could not be found out. */
#define EXIT_UNKNOWN	3

/* host.c */
bool host_ask(struct hostcaps *caps);

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
