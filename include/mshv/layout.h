/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the arguments of an event of Linux's own driver stand, as the tools find it in the running
 * kernel and tell the BPF programs before they are loaded. Included by BPF and tools after __u8 is
 * defined.
 */
#ifndef MSHV_LAYOUT_H
#define MSHV_LAYOUT_H

/* Place of an argument that the event has not */
#define MSHV_NO_ARGUMENT	0xff
/* Places that the programs can read */
#define MSHV_LAYOUT_PLACES	10

/**
 * struct mshv_run_layout - the events that mshvtop counts
 * @exit: arguments of mshv_run_vp_exit
 * @entry: of mshv_run_vp_entry
 * @release: of mshv_vp_release
 * @partition_release: of mshv_partition_release
 */
struct mshv_run_layout {
	struct {
		__u8 partition_id;
		__u8 vp_index;
		__u8 message;
		__u8 ret;
	} exit;
	struct {
		__u8 partition_id;
		__u8 vp_index;
	} entry, release;
	struct {
		__u8 partition_id;
	} partition_release;
};

#endif /* MSHV_LAYOUT_H */
