/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the live source shows beside the counters: details, the hypervisor's statistics, and what
 * mshvtop itself costs.
 */
#ifndef MSHVTOP_EXTRA_H
#define MSHVTOP_EXTRA_H

#include "source/source.h"

struct bpf_object;
struct extra;

struct extra *extra_open(struct bpf_object *counting, bool details);
bool extra_want(struct extra *x, unsigned int wanted, __u64 slow_ns);
bool extra_read(struct extra *x, struct sample *sample);
void extra_close(struct extra *x);

#endif /* MSHVTOP_EXTRA_H */
