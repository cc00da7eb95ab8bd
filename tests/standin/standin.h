/* SPDX-License-Identifier: GPL-2.0 */
/* What a stand-in's two halves share: its files, and the partition that it plays. */
#ifndef STANDIN_H
#define STANDIN_H

#include <linux/atomic.h>
#include <linux/types.h>

#define NR_VPS		2
#define IO_PORT_MESSAGE	0x80010000
#define CPUID_MESSAGE	0x80010002

/* Partitions and intercepts so far */
extern atomic64_t standin_partition_id;
extern atomic64_t standin_intercepts;

void standin_play(unsigned int rounds);
void standin_call(unsigned int calls, unsigned int pause_us);

#endif /* STANDIN_H */
