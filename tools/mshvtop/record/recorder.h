/* SPDX-License-Identifier: GPL-2.0 */
/* Samples of a source into a file that reader.c reads. */
#ifndef MSHVTOP_RECORDER_H
#define MSHVTOP_RECORDER_H

#include <stdbool.h>
#include "source/source.h"

struct recorder;

struct recorder *recorder_new(const char *path, const struct source *source,
			      const struct sample *sample, __u64 interval_ns, char **command);
bool recorder_start(struct recorder *r);
bool recorder_add(struct recorder *r, const struct sample *sample);
bool recorder_end(struct recorder *r);
void recorder_abandon(struct recorder *r);

#endif /* MSHVTOP_RECORDER_H */
