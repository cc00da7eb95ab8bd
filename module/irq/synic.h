/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The SynIC of each CPU: where the hypervisor's messages and doorbells arrive, and what they do.
 */
#ifndef MSHV_SYNIC_H
#define MSHV_SYNIC_H

#include <linux/types.h>
#include <mshv/hvabi_synic.h>

/* synic.c */
int mshv_synic_init(void);
void mshv_synic_exit(void);
bool mshv_synic_is_on(void);
void mshv_synic_doorbells(void);

/* message.c */
void mshv_message_handle(const struct mhv_message *message);

#endif /* MSHV_SYNIC_H */
