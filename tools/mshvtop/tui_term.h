/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The terminal: taken over and given back as it was, on every way out that a process can act on.
 */
#ifndef MSHVTOP_TUI_TERM_H
#define MSHVTOP_TUI_TERM_H

#include <stdbool.h>
#include <stddef.h>

bool term_open(bool color, bool mouse);
int term_signal_fd(void);
bool term_take_signals(void);
void term_redraw(void);
void term_last_error(char *text, size_t size);
void term_close(void);

#endif /* MSHVTOP_TUI_TERM_H */
