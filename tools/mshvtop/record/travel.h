/* SPDX-License-Identifier: GPL-2.0 */
/* Moving through what is recorded, in either direction. */
#ifndef MSHVTOP_TRAVEL_H
#define MSHVTOP_TRAVEL_H

#include "model/model.h"
#include "source/source.h"

bool travel_to(struct model *m, struct source *source, unsigned long n);

#endif /* MSHVTOP_TRAVEL_H */
