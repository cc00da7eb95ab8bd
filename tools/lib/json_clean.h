/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MSHV_JSON_CLEAN_H
#define MSHV_JSON_CLEAN_H

#include <stdbool.h>
#include <jansson.h>

bool json_clean(json_t *value);

#endif /* MSHV_JSON_CLEAN_H */
