/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor's statistics pages of one object, and the file in debugfs that shows them. An
 * object for which the hypervisor has no pages has no file; that is no error.
 */
#ifndef MSHV_DEBUGFS_H
#define MSHV_DEBUGFS_H

#include <mshv/hvabi_state.h>

struct dentry;
struct mshv_partition;
struct mshv_vp;

/* By enum mhv_stats_area: what the object may know of itself, and what only its parent may */
#define MSHV_STATS_AREAS	2

/**
 * struct mshv_stats - the statistics of an object
 * @type: what it is
 * @identity: which one
 * @page: by enum mhv_stats_area; NULL where the hypervisor has none
 * @dir: the object's directory in debugfs
 */
struct mshv_stats {
	enum mhv_stats_object type;
	struct mhv_stats_identity identity;
	const struct mhv_stats_page *page[MSHV_STATS_AREAS];
	struct dentry *dir;
};

u64 mshv_stats_counter(const struct mshv_stats *stats, u32 index);

void mshv_stats_partition_open(struct mshv_partition *partition);
void mshv_stats_partition_close(struct mshv_partition *partition);
void mshv_stats_vp_open(struct mshv_vp *vp);
void mshv_stats_vp_close(struct mshv_vp *vp);

void mshv_stats_hypervisor_open(void);
void mshv_stats_hypervisor_close(void);

#endif /* MSHV_DEBUGFS_H */
