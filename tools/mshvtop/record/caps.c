// SPDX-License-Identifier: GPL-2.0
/* Blocks of capabilities, read. */
#include <string.h>
#include "record/caps.h"
#include "caps/snapshot.h"

/**
 * rec_caps_take() - read another snapshot
 * @caps: what was read last, which is replaced
 * @at: where the block begins
 * @c: its bytes
 *
 * Return: false if it is no snapshot.
 */
bool rec_caps_take(struct rec_caps *caps, off_t at, const struct cursor *c)
{
	json_t *snapshot = snapshot_parse((const char *)c->at, c->end - c->at);

	if (!snapshot)
		return false;
	json_decref(caps->snapshot);
	caps->snapshot = snapshot;
	caps->at = at;
	snapshot_hostcaps(snapshot, &caps->host);
	return true;
}

/**
 * rec_caps_free() - free a snapshot
 * @caps: the snapshot, which is none afterwards
 */
void rec_caps_free(struct rec_caps *caps)
{
	json_decref(caps->snapshot);
	memset(caps, 0, sizeof(*caps));
}
