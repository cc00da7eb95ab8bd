/* SPDX-License-Identifier: GPL-2.0 */
/* Correction of probabilities for the number of tests. */
#ifndef MSHVTOP_STATS_HOLM_H
#define MSHVTOP_STATS_HOLM_H

#include <stdbool.h>

bool holm_adjust(double *p, unsigned int nr);

#endif /* MSHVTOP_STATS_HOLM_H */
