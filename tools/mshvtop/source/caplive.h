/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The live source's part for capabilities: what the driver can do, and which process uses, or is
 * refused, which capability. The programs of bpf/caps.bpf.c count this while a screen shows it.
 */
#ifndef MSHVTOP_CAPLIVE_H
#define MSHVTOP_CAPLIVE_H

#include "source/source.h"

struct bpf_object;
struct caplive;

struct caplive *caplive_open(void);
bool caplive_want(struct caplive *c, bool wanted);
void caplive_read(struct caplive *c, struct sample *sample);
struct bpf_object *caplive_programs(const struct caplive *c);
void caplive_close(struct caplive *c);

#endif /* MSHVTOP_CAPLIVE_H */
