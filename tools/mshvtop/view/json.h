/* SPDX-License-Identifier: GPL-2.0 */
/* What all records of mshvtop's JSON begin and end with. */
#ifndef MSHVTOP_VIEW_JSON_H
#define MSHVTOP_VIEW_JSON_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>
#include "model/model.h"

void view_json_head(json_t *record, const struct model *m, const char *type, bool *ok);
bool view_json_write(FILE *out, json_t *record, bool ok);

#endif /* MSHVTOP_VIEW_JSON_H */
