/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a recording says about where it was made: host, kernel, driver and VMMs, as JSON that later
 * versions may add to. Nothing that tells of users: no command lines of VMMs, no environment.
 */
#ifndef MSHVTOP_REC_FACTS_H
#define MSHVTOP_REC_FACTS_H

#include <linux/types.h>
#include "source/source.h"

char *facts_of_host(const struct source *source, __u64 wall_ns, __u64 interval_ns, char **command);
char *facts_of_vmm(const struct owner *owner);
char *facts_of_caps(const struct sample *sample);

#endif /* MSHVTOP_REC_FACTS_H */
