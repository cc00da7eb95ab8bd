/* SPDX-License-Identifier: GPL-2.0 */
/* Probabilities of Student's t distribution. */
#ifndef MSHVTOP_STATS_STUDENT_H
#define MSHVTOP_STATS_STUDENT_H

double student_two_sided(double t, double df);

#endif /* MSHVTOP_STATS_STUDENT_H */
