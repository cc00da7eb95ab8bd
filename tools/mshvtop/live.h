/* SPDX-License-Identifier: GPL-2.0 */
/* The live screens over a source, or over a recording. */
#ifndef MSHVTOP_LIVE_H
#define MSHVTOP_LIVE_H

#include "tui/tui.h"

int live_run(struct source *source, struct model *model, const struct tui_options *options);

#endif /* MSHVTOP_LIVE_H */
