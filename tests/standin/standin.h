/* SPDX-License-Identifier: GPL-2.0 */
/* What a stand-in's two halves share: its files, and the partition that it plays. */
#ifndef STANDIN_H
#define STANDIN_H

#include <linux/types.h>

#define NR_VPS		2
#define IO_PORT_MESSAGE	0x80010000
#define CPUID_MESSAGE	0x80010002

/* Partitions and intercepts so far, under a lock while one is played */
extern u64 standin_partition_id;
extern u64 standin_intercepts;

void standin_play(unsigned int rounds);

#endif /* STANDIN_H */
