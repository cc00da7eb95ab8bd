/* SPDX-License-Identifier: GPL-2.0 */
/* What samples go to: frames on standard output by way of the model, or a recording. */
#ifndef MSHVTOP_FRAMES_H
#define MSHVTOP_FRAMES_H

#include "model/model.h"
#include "options.h"
#include "source/source.h"

int frames_run(struct source *source, struct model *m, const struct options *options);
int record_run(struct source *source, const struct sample *first, const struct options *options);

#endif /* MSHVTOP_FRAMES_H */
