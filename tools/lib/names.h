/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of exit reasons, hypercalls, messages and statuses, from the lists in include/mshv. A
 * number in no list is named by its hexadecimal value, so that nothing is ever left out.
 */
#ifndef MSHV_NAMES_H
#define MSHV_NAMES_H

#include <stdbool.h>
#include <linux/types.h>

/* Holds any name that is made from a number; names from the lists need no room. */
#define NAME_SIZE	16

const char *exit_name(unsigned int reason, char *room);
const char *hvcall_name(unsigned int code, char *room);
const char *message_name(__u32 type, char *room);
const char *status_name(unsigned int status, char *room);

bool exit_number(const char *name, unsigned int *reason);
bool hvcall_number(const char *name, unsigned int *code);

#endif /* MSHV_NAMES_H */
