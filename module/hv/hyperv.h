/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The transport to the Microsoft hypervisor, for a kernel that is its root partition.
 */
#ifndef MSHV_HYPERV_H
#define MSHV_HYPERV_H

int mshv_hyperv_register(void);
void mshv_hyperv_unregister(void);
const char *mshv_hyperv_absence(void);

#endif /* MSHV_HYPERV_H */
