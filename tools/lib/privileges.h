/* SPDX-License-Identifier: GPL-2.0 */
/* Giving up privileges once everything that needs them is open. */
#ifndef MSHV_CAPS_H
#define MSHV_CAPS_H

#include <stdbool.h>

bool caps_have_admin(void);
bool caps_drop(void);
bool caps_drop_all(void);

#endif /* MSHV_CAPS_H */
