/* SPDX-License-Identifier: GPL-2.0 */
/* Frames on standard output, one for each interval, until something ends them. */
#ifndef MSHVTOP_BATCH_H
#define MSHVTOP_BATCH_H

#include "model.h"
#include "options.h"
#include "source.h"

int batch_run(struct source *source, struct model *m, const struct options *options);

#endif /* MSHVTOP_BATCH_H */
