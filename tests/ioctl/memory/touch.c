// SPDX-License-Identifier: GPL-2.0
/*
 * A VP that touches one address of its memory; see touch.h.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "memory/touch.h"

#define WRITE_AT	0x10

/* EDI: the address */
static const __u8 read_code[] = {
	0x67, 0x8a, 0x07,		/* mov (%edi), %al */
	0xe6, 0x10			/* out %al, $0x10 */
};

static const __u8 write_code[] = {
	0x67, 0xfe, 0x07,		/* incb (%edi) */
	0xe6, 0x10
};

bool toucher_open(struct toucher *toucher, int device)
{
	union mhv_register_value ds = { .segment = { .limit = ~0u, .attributes = 0x8093 } };
	struct mshv_create_partition args = {};

	toucher->partition = ioctl(device, MSHV_CREATE_PARTITION, &args);
	if (toucher->partition < 0 || ioctl(toucher->partition, MSHV_INITIALIZE_PARTITION))
		return false;
	toucher->code = pages_new(1);
	memcpy(toucher->code, read_code, sizeof(read_code));
	memcpy((__u8 *)toucher->code + WRITE_AT, write_code, sizeof(write_code));
	toucher->vp = vp_create(toucher->partition, 0);
	return toucher->vp >= 0 && !register_set(toucher->vp, 0, MHV_REG_DS, &ds) &&
	       !memory_set(toucher->partition, toucher->code, 0, PAGE, EXECUTABLE);
}

void toucher_close(struct toucher *toucher)
{
	close(toucher->vp);
	close(toucher->partition);
	munmap(toucher->code, PAGE);
}

/* What the VMM is told: the port's intercept if the guest could; 0 if RUN_VP failed. */
__u32 toucher_touch(const struct toucher *toucher, enum touch how, __u64 gpa)
{
	const union mhv_register_value edi = { .reg64 = gpa };
	struct mhv_message message = {};

	if (register_set(toucher->vp, 0, MHV_REG_RDI, &edi) ||
	    vp_start(toucher->vp, 0, how == TOUCH_WRITE ? WRITE_AT : 0) ||
	    ioctl(toucher->vp, MSHV_RUN_VP, &message))
		return 0;
	return message.header.message_type;
}

/* A counter of the partition's in debugfs; -1 if there is none */
long partition_counter(int partition, const char *name)
{
	char path[96], line[80];
	size_t length = strlen(name);
	long value = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/kernel/debug/mshv/partition/%llu/stats",
		 partition_id(partition));
	file = fopen(path, "r");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length) && strchr(" :", line[length]))
			sscanf(strchr(line, ':'), ": %ld", &value);
	fclose(file);
	return value;
}
