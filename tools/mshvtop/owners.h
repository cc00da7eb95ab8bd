/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which partitions and VPs exist and which processes hold them, from the descriptors in /proc. A
 * full scan looks at every process; a quick one at those that are known to hold partitions.
 */
#ifndef MSHVTOP_OWNERS_H
#define MSHVTOP_OWNERS_H

#include <stdbool.h>
#include "source.h"

struct owners;

struct owners *owners_new(const char *proc);
bool owners_scan_all(struct owners *o);
bool owners_scan(struct owners *o, const __u32 *tgids, unsigned int nr);
const struct owner *owners_list(const struct owners *o, unsigned int *nr);
void owners_free(struct owners *o);

#endif /* MSHVTOP_OWNERS_H */
