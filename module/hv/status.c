// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's status as an errno, from the one list of statuses.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include "mshv.h"

static const struct {
	u16 status;
	u16 err;
} mshv_statuses[] = {
#define MSHV_STATUS(code, name, err) { code, err },
#include <mshv/status.def>
#undef MSHV_STATUS
};

/**
 * mshv_status_to_errno() - errno for a status
 * @status: enum mhv_status, or one that is in no list
 *
 * Return: 0, or the negative errno that Linux 7.2's driver gives; -EIO where it has no better one.
 */
int mshv_status_to_errno(u16 status)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(mshv_statuses); i++)
		if (mshv_statuses[i].status == status)
			return -mshv_statuses[i].err;
	return -EIO;
}
