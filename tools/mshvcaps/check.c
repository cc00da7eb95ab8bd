// SPDX-License-Identifier: GPL-2.0
/* Whether this host has what is needed. */
#include <stdlib.h>
#include <string.h>
#include "caps/capnames.h"
#include "err.h"
#include "mshvcaps.h"

static bool check_one(const struct hostcaps *caps, const char *name)
{
	const struct mshv_cap_info *info;
	__u32 id;

	if (!cap_number(name, &id)) {
		printf("%s: not known to this mshvcaps\n", name);
		return false;
	}
	if (hostcaps_usable(caps, id))
		return true;
	info = hostcaps_find(caps, id);
	if (!info)
		printf("%s: not known to this driver\n", name);
	else
		printf("%s: %s: %s\n", name, cap_state_name(info->state),
		       cap_reason_text(info->reason));
	return false;
}

/**
 * check_need() - whether all of some capabilities can be used; prints those that cannot
 * @caps: what the driver tells
 * @list: names or numbers, separated by commas
 *
 * Return: exit status.
 */
int check_need(const struct hostcaps *caps, const char *list)
{
	char *copy = strdup(list), *name, *save;
	int status = EXIT_OK;

	if (!copy) {
		err("out of memory");
		return EXIT_RUNTIME;
	}
	for (name = strtok_r(copy, ",", &save); name; name = strtok_r(NULL, ",", &save))
		if (!check_one(caps, name))
			status = EXIT_NO;
	free(copy);
	return status;
}
