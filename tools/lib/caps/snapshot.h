/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A snapshot is JSON throughout: what a host can do, and what its partitions were granted and use,
 * by names, so that hosts with newer and older drivers can be compared by a tool of any age.
 * Recordings hold snapshots, too.
 */
#ifndef MSHV_SNAPSHOT_H
#define MSHV_SNAPSHOT_H

#include <stdbool.h>
#include <jansson.h>
#include "caps/hostcaps.h"
#include "owners.h"

/* Member of a snapshot from a recording that is damaged: more may have been in it. */
#define SNAPSHOT_DAMAGED	"damaged"

json_t *snapshot_make(const struct hostcaps *caps, const struct owner *owners, unsigned int nr);
json_t *snapshot_take(const struct hostcaps *caps);
json_t *snapshot_load(const char *path);
json_t *snapshot_parse(const char *text, size_t size);
bool snapshot_fits(size_t size, __u64 most);
void snapshot_hostcaps(json_t *snapshot, struct hostcaps *caps);
void snapshot_sets(json_t *snapshot, struct owner *owners, unsigned int nr);
json_t *snapshot_find(json_t *snapshot, const char *name);
bool snapshot_usable(json_t *snapshot, const char *name);

#endif /* MSHV_SNAPSHOT_H */
