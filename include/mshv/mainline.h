/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF programs for Linux's own driver, mshv_root, share with the tools beside the layout
 * of the counters: which virtual processors there are. That driver has no slot numbers, so they are
 * given out here. Included by BPF and tools after __u32 and __u64 are defined.
 */
#ifndef MSHV_MAINLINE_H
#define MSHV_MAINLINE_H

/* Number of slots; events of VPs beyond that are counted as lost */
#define MSHV_MAINLINE_VPS		2048
#define MSHV_MAINLINE_PARTITIONS	512

/**
 * struct mshv_mainline_vp - the virtual processor in a slot
 * @partition_id: its partition
 * @vp_index: its number
 * @live: it exists
 */
struct mshv_mainline_vp {
	__u64 partition_id;
	__u32 vp_index;
	__u32 live;
};

#endif /* MSHV_MAINLINE_H */
