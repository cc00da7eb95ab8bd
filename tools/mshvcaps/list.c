// SPDX-License-Identifier: GPL-2.0
/* The table of capabilities, for people. */
#include "caps/capnames.h"
#include "mshvcaps.h"

static void print_row(FILE *out, const struct mshv_cap_info *info)
{
	const bool usable = info->state == MSHV_CAP_STATE_USABLE;
	char room[NAME_SIZE], flags[24] = "-", size[24] = "-";

	if (info->flags)
		snprintf(flags, sizeof(flags), "%#llx", info->flags);
	if (info->min_size != info->max_size)
		snprintf(size, sizeof(size), "%u-%u", info->min_size, info->max_size);
	else if (info->max_size)
		snprintf(size, sizeof(size), "%u", info->max_size);
	fprintf(out, "0x%03x %-26s %-11s %-7s %-10s %#-17llx %-8s %-7s %s\n", info->id,
		cap_name(info->id, room), cap_state_name(info->state), cap_kind_name(info->kind),
		cap_source_name(info->source), info->value, flags, size,
		usable || info->state == MSHV_CAP_STATE_REMOVED ? cap_doc(info->id) :
								  cap_reason_text(info->reason));
}

/**
 * list_print() - print all capabilities
 * @out: where to
 * @caps: what the driver tells
 * @all: also those that were removed
 */
void list_print(FILE *out, const struct hostcaps *caps, bool all)
{
	unsigned int i;

	fprintf(out, "%-5s %-26s %-11s %-7s %-10s %-17s %-8s %-7s %s\n", "ID", "NAME", "STATE",
		"KIND", "SOURCE", "VALUE", "FLAGS", "BYTES", "WHAT, OR WHY NOT");
	for (i = 0; i < caps->nr; i++)
		if (all || caps->infos[i].state != MSHV_CAP_STATE_REMOVED)
			print_row(out, &caps->infos[i]);
}
