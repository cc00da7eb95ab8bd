/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The capabilities of a driver, asked for in one go. A driver without the capability interface
 * (Linux's own) gives no answer; the caller then goes by what such a driver always had.
 */
#ifndef MSHV_HOSTCAPS_H
#define MSHV_HOSTCAPS_H

#include <stdbool.h>
#include <linux/types.h>
#include <linux/mshv.h>

/* Upper limit of the number of capabilities */
#define HOSTCAPS_ROOM	512

/**
 * struct hostcaps - what a driver tells
 * @told: the driver has answered; otherwise all other fields are empty
 * @nr: how many
 * @infos: the answers
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
