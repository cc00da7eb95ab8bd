/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Capabilities as a recording has them: a snapshot, which holds for all samples up to the next one.
 * How often they were used is not in it.
 */
#ifndef MSHVTOP_REC_CAPS_H
#define MSHVTOP_REC_CAPS_H

#include <jansson.h>
#include <sys/types.h>
#include "caps/hostcaps.h"
#include "recording/buf.h"

/**
 * struct rec_caps - the snapshot that was read last
 * @at: where its block begins; 0: none was read
 * @snapshot: the snapshot
 * @host: what its host can do
 */
struct rec_caps {
	off_t at;
	json_t *snapshot;
	struct hostcaps host;
};

bool rec_caps_take(struct rec_caps *caps, off_t at, const struct cursor *c);
void rec_caps_free(struct rec_caps *caps);

#endif /* MSHVTOP_REC_CAPS_H */
