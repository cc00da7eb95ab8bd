/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of tallies: the kind of event and the number (port, MSR, page, ...) that was counted, with
 * the name of the port, MSR or counter where it has one.
 */
#ifndef MSHVTOP_TALLY_H
#define MSHVTOP_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include "source/source.h"

/* Whether it is a statistic of the hypervisor, not a count of events */
static inline bool tally_is_counter(const struct mshv_tally_key *key)
{
	return key->kind >= MSHV_NR_TALLIES;
}

const char *tally_kind_name(__u32 kind);
void tally_text(const struct mshv_tally_key *key, char *text, size_t size);
const char *tally_access(const struct mshv_tally_key *key);

#endif /* MSHVTOP_TALLY_H */
