/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of capabilities, of their states, reasons, sources and kinds, and sets of capabilities. Ids
 * that are not in this program's list (include/mshv/caps.def) are shown as numbers, because the
 * driver may be newer.
 */
#ifndef MSHV_CAPNAMES_H
#define MSHV_CAPNAMES_H

#include <stdbool.h>
#include <linux/types.h>
#include "names.h"

/* Number of ids in a set, from MSHV_CAP_CREATE_PARTITION on */
#define CAP_SET_BITS	256

/**
 * struct cap_set - some capabilities
 * @bits: bit n is the capability with id MSHV_CAP_CREATE_PARTITION + n
 */
struct cap_set {
	__u64 bits[CAP_SET_BITS / 64];
};

bool cap_set_has(const struct cap_set *set, __u32 id);
void cap_set_add(struct cap_set *set, __u32 id);
bool cap_set_parse(struct cap_set *set, const char *text);

const char *cap_name(__u32 id, char *room);
const char *cap_doc(__u32 id);
bool cap_number(const char *name, __u32 *id);
const char *cap_state_name(__u32 state);
__u32 cap_state_number(const char *name);
const char *cap_reason_name(__u32 reason);
__u32 cap_reason_number(const char *name);
const char *cap_reason_text(__u32 reason);
const char *cap_source_name(__u32 source);
const char *cap_kind_name(__u32 kind);
unsigned int cap_listed(unsigned int at, __u32 *id);

#endif /* MSHV_CAPNAMES_H */
