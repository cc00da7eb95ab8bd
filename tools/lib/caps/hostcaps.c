// SPDX-License-Identifier: GPL-2.0
/* One ioctl, and questions to its answer. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include "caps/hostcaps.h"

/**
 * hostcaps_get() - ask a driver
 * @fd: the device, a partition or a VP; the answer is about this object
 * @caps: the result
 *
 * Return: false with errno set, if the driver has the ioctl and the ioctl failed.
 */
bool hostcaps_get(int fd, struct hostcaps *caps)
{
	struct mshv_get_caps args = {
		.size = sizeof(args),
		.entry_size = sizeof(caps->infos[0]),
		.nr = HOSTCAPS_ROOM,
		.entries_ptr = (uintptr_t)caps->infos,
	};

	memset(caps, 0, sizeof(*caps));
	if (ioctl(fd, MSHV_GET_CAPS, &args))
		return errno == ENOTTY;
	caps->told = true;
	caps->nr = args.nr < HOSTCAPS_ROOM ? args.nr : HOSTCAPS_ROOM;
	return true;
}

/**
 * hostcaps_find() - the driver's answer about one capability
 * @caps: what was told
 * @id: MSHV_CAP_*, or any other number
 *
 * Return: the answer, or NULL.
 */
const struct mshv_cap_info *hostcaps_find(const struct hostcaps *caps, __u32 id)
{
	unsigned int i;

	for (i = 0; i < caps->nr; i++)
		if (caps->infos[i].id == id)
			return &caps->infos[i];
	return NULL;
}

/**
 * hostcaps_usable() - whether a capability can be used
 * @caps: what was told
 * @id: MSHV_CAP_*, or any other number
 */
bool hostcaps_usable(const struct hostcaps *caps, __u32 id)
{
	const struct mshv_cap_info *info = hostcaps_find(caps, id);

	return info && info->state == MSHV_CAP_STATE_USABLE;
}

/**
 * hostcaps_missing() - the first of some capabilities that cannot be used
 * @caps: what was told
 * @ids: which
 * @nr: how many
 *
 * Return: the answer about the first missing capability, with all fields but the id 0 if the driver
 * does not know it; NULL if all can be used. Valid until the next call.
 */
const struct mshv_cap_info *hostcaps_missing(const struct hostcaps *caps, const __u32 *ids,
					     unsigned int nr)
{
	static struct mshv_cap_info unknown;
	const struct mshv_cap_info *info;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (hostcaps_usable(caps, ids[i]))
			continue;
		info = hostcaps_find(caps, ids[i]);
		unknown = (struct mshv_cap_info) { .id = ids[i] };
		return info ? info : &unknown;
	}
	return NULL;
}
