/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the live source needs of the host, each checked by itself, so that the message can say what
 * is missing and how to get it. libbpf would only say that something did not load.
 */
#ifndef MSHVTOP_LIVE_CHECK_H
#define MSHVTOP_LIVE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

bool live_check(void);
bool live_parameter(const char *name, unsigned int *value);
void live_name(char *name, size_t size);

#endif /* MSHVTOP_LIVE_CHECK_H */
