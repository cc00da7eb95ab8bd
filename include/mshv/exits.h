/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The dense numbers of exit reasons (exits.def): what mshv_exit_done carries and what the counters
 * are indexed by; and what stands for no VP, no partition, no slot. Included by the driver, BPF and
 * tools, after the fixed-size types (__u32, ...) are defined; includes no type header itself.
 */
#ifndef MSHV_EXITS_H
#define MSHV_EXITS_H

enum mshv_exit_reason {
#define MSHV_EXIT(name, message) MSHV_EXIT_##name,
#include <mshv/exits.def>
#undef MSHV_EXIT
	MSHV_NR_EXITS
};

/* vp_index of an event that belongs to no VP, and partition_id of one that belongs to none */
#define MSHV_NO_VP		0xffffffffU
#define MSHV_NO_PARTITION	0ULL
#define MSHV_NO_CAP		0xffffffffU

/* A partition or VP beyond what the driver has slots for */
#define MSHV_NO_SLOT		0xffffffffU

#endif /* MSHV_EXITS_H */
