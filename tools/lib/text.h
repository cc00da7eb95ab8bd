/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text from outside: names that processes gave themselves, what is in files, arguments. None of it
 * reaches a terminal, CSV, JSON or a log but through here.
 */
#ifndef MSHV_TEXT_H
#define MSHV_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* What a name of so many bytes may become, with the byte that ends it: \xHH for each of them */
#define TEXT_ROOM(bytes)	(4 * (bytes) + 1)

size_t text_clean(char *out, size_t size, const char *in, size_t length);
bool text_is_clean(const char *text);
void text_fit(char *out, size_t size, const char *in, unsigned int columns, bool pad);
unsigned int text_columns(const char *text);

#endif /* MSHV_TEXT_H */
