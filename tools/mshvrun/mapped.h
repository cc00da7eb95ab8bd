/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In which pages the guest has its memory, by the hypervisor's statistics.
 */
#ifndef MSHVRUN_MAPPED_H
#define MSHVRUN_MAPPED_H

#include <stdbool.h>
#include <linux/types.h>

/**
 * struct mapped - pages that the guest has
 * @large: of 2 MiB
 * @small: of 4 KiB
 */
struct mapped {
	__u64 large;
	__u64 small;
};

/**
 * mapped_read() - read how many pages a partition has
 * @mapped: where to put them
 * @fd: the partition's descriptor
 *
 * Return: true, or false when it cannot be known: the driver or its debugfs does not tell.
 */
bool mapped_read(struct mapped *mapped, int fd);

#endif /* MSHVRUN_MAPPED_H */
