/* SPDX-License-Identifier: GPL-2.0 */
/* The words and numbers in which people read a comparison, the same in each format. */
#ifndef MSHVTOP_WORDS_H
#define MSHVTOP_WORDS_H

#include "compare/diff.h"

#define WORDS_CHANGE	16
#define WORDS_INTERVAL	48

const char *words_kind(enum diff_kind kind);
const char *words_unit(enum diff_metric metric);
char words_sign(const struct diff_value *v, double least);
void words_name(char *text, size_t size, const struct diff_line *line);
void words_value(char *text, enum diff_metric metric, double value);
void words_change(char *text, size_t size, double change, double value);
void words_interval(char *text, size_t size, const struct diff_value *v);
void words_shows(char *text, size_t size, const struct diff_value *v);

#endif /* MSHVTOP_WORDS_H */
