/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages on standard error, each one line that begins with the program's name. A message names
 * the thing, then the value, then what to do.
 */
#ifndef MSHV_ERR_H
#define MSHV_ERR_H

/* Exit statuses of all tools; a tool documents its own above these. */
#define EXIT_OK		0
#define EXIT_RUNTIME	1
#define EXIT_USAGE	64

void err_set_program(const char *name);
void err(const char *format, ...) __attribute__((format(printf, 1, 2)));
void err_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* MSHV_ERR_H */
