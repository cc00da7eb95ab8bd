/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls that fail by request. Without a request the check is one untaken branch.
 */
#ifndef SOFTHV_FAULT_H
#define SOFTHV_FAULT_H

#include <linux/jump_label.h>
#include <linux/types.h>

struct dentry;

DECLARE_STATIC_KEY_FALSE(softhv_fault_wanted);

bool softhv_fault_take(u16 code, u16 *status);
void softhv_fault_init(struct dentry *dir);

#endif /* SOFTHV_FAULT_H */
