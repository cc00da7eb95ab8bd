/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The live source's part for details: loads the programs of bpf/detail.bpf.c while privileges are
 * there, attaches the programs of a group while a view wants it, and hands over the counts.
 */
#ifndef MSHVTOP_DETAIL_H
#define MSHVTOP_DETAIL_H

#include "source/source.h"

struct bpf_object;
struct detail;

struct detail *detail_open(void);
bool detail_want(struct detail *d, unsigned int wanted, __u64 slow_ns);
void detail_read(struct detail *d, struct sample *sample);
struct bpf_object *detail_programs(const struct detail *d);
void detail_close(struct detail *d);

#endif /* MSHVTOP_DETAIL_H */
