// SPDX-License-Identifier: GPL-2.0
/*
 * In which pages the guest has its memory, see mapped.h. The partition's name is in the
 * descriptor's fdinfo, and its counters are in debugfs.
 */
#include <stdio.h>

#include "mapped.h"

static bool read_partition_id(int fd, unsigned long long *id)
{
	char path[64], line[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "mshv_partition_id: %llu", id) == 1;
	fclose(file);
	return found;
}

bool mapped_read(struct mapped *mapped, int fd)
{
	unsigned long long id, value;
	bool large = false, small = false;
	char path[96], line[256];
	FILE *file;

	if (!read_partition_id(fd, &id))
		return false;
	snprintf(path, sizeof(path), "/sys/kernel/debug/mshv/partition/%llu/stats", id);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "PtGpaPages2M : %llu", &value) == 1) {
			mapped->large = value;
			large = true;
		} else if (sscanf(line, "PtGpaPages4K : %llu", &value) == 1) {
			mapped->small = value;
			small = true;
		}
	}
	fclose(file);
	return large && small;
}
