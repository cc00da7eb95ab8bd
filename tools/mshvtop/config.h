/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the user left the live view: kept in $XDG_CONFIG_HOME/mshvtop/config, by default
 * ~/.config/mshvtop/config. Options of the command line come first, and are not remembered.
 */
#ifndef MSHVTOP_CONFIG_H
#define MSHVTOP_CONFIG_H

#include "tui/tui.h"

void config_load(struct tui_settings *settings);
void config_save(const struct tui_settings *settings);

#endif /* MSHVTOP_CONFIG_H */
