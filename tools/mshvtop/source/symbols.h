/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of addresses in the kernel. The file is opened before privileges are dropped, because it
 * shows no addresses without them, and is read when the first name is asked for.
 */
#ifndef MSHVTOP_SYMBOLS_H
#define MSHVTOP_SYMBOLS_H

#include <linux/types.h>
#include "recording/slow.h"

void symbols_open(void);
void symbol_name(__u64 address, char *text);
void symbols_close(void);

#endif /* MSHVTOP_SYMBOLS_H */
