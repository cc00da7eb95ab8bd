/* SPDX-License-Identifier: GPL-2.0 */
/* The version of all tools: what --version prints and machine formats carry. */
#ifndef MSHV_VERSION_H
#define MSHV_VERSION_H

#define MSHV_TOOLS_VERSION	"0.1"

#endif /* MSHV_VERSION_H */
