/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The capabilities of a driver, asked for in one go. A driver that has no capabilities to tell of
 * (mainline's, or one built without) leaves the caller with what such a driver always had.
 */
#ifndef MSHV_HOSTCAPS_H
#define MSHV_HOSTCAPS_H

#include <stdbool.h>
#include <linux/types.h>
#include <linux/mshv.h>

/* More than there will be */
#define HOSTCAPS_ROOM	512

/**
 * struct hostcaps - what a driver tells
 * @told: it tells; else all else is empty
 * @nr: how many
 * @infos: of each
 */
struct hostcaps {
	bool told;
	unsigned int nr;
	struct mshv_cap_info infos[HOSTCAPS_ROOM];
};

bool hostcaps_get(int fd, struct hostcaps *caps);
const struct mshv_cap_info *hostcaps_find(const struct hostcaps *caps, __u32 id);
bool hostcaps_usable(const struct hostcaps *caps, __u32 id);
const struct mshv_cap_info *hostcaps_missing(const struct hostcaps *caps, const __u32 *ids,
					     unsigned int nr);

#endif /* MSHV_HOSTCAPS_H */
