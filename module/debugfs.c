// SPDX-License-Identifier: GPL-2.0
/*
 * The hypervisor's statistics in debugfs, at the paths and in the lines of Linux 7.2
 * (drivers/hv/mshv_debugfs.c there): mshv/stats, mshv/lp/N/stats, mshv/partition/ID/stats,
 * mshv/partition/ID/vp/N/stats. The hypervisor writes to the pages at any time. A file is removed
 * before its page is unmapped. The root partition is one of the partitions; its VPs are the CPUs.
 */
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <mshv/hvabi_synic.h>
#include "hv/hvcalls.h"
#include "mshv.h"
#include "debugfs.h"

struct mshv_counter {
	u16 index;
	const char *name;
};

#define MSHV_COUNTER_ENTRY(index, name)	{ index, #name },

static const struct mshv_counter mshv_hypervisor_counters[] = {
#define MSHV_COUNTER_HYPERVISOR MSHV_COUNTER_ENTRY
#include <mshv/counters.def>
};

static const struct mshv_counter mshv_lp_counters[] = {
#define MSHV_COUNTER_LP MSHV_COUNTER_ENTRY
#include <mshv/counters.def>
};

static const struct mshv_counter mshv_partition_counters[] = {
#define MSHV_COUNTER_PARTITION MSHV_COUNTER_ENTRY
#include <mshv/counters.def>
};

static const struct mshv_counter mshv_vp_counters[] = {
#define MSHV_COUNTER_VP MSHV_COUNTER_ENTRY
#include <mshv/counters.def>
};

#define MSHV_STATS_HV_LOGICAL_PROCESSORS	1	/* HvLogicalProcessors */

/* Statistics of the one hypervisor; set and cleared under the lock of main.c */
static struct mshv_stats mshv_hypervisor_stats;
static struct mshv_stats *mshv_lp_stats;
static u32 mshv_nr_lps;
static struct dentry *mshv_lp_dir, *mshv_partition_dir;

/* The root partition, and its VPs by the number of the CPU */
static struct mshv_stats mshv_self_stats;
static struct mshv_stats *mshv_self_vp_stats;

/**
 * mshv_stats_counter() - the value of a counter
 * @stats: statistics, which may have no page
 * @index: its index in counters.def
 *
 * Return: the value from the parent's page, or else from the object's own page; 0 without a page.
 */
u64 mshv_stats_counter(const struct mshv_stats *stats, u32 index)
{
	const struct mhv_stats_page *parent = stats->page[MHV_STATS_AREA_PARENT];
	const struct mhv_stats_page *self = stats->page[MHV_STATS_AREA_SELF];
	u64 value = parent ? READ_ONCE(parent->counter[index]) : 0;

	return value || !self ? value : READ_ONCE(self->counter[index]);
}

static void mshv_stats_print(struct seq_file *m, const struct mshv_counter *counters, int count,
			     int width)
{
	const struct mshv_stats *stats = m->private;
	int i;

	for (i = 0; i < count; i++)
		seq_printf(m, "%-*s: %llu\n", width, counters[i].name,
			   mshv_stats_counter(stats, counters[i].index));
}

static int mshv_stats_show(struct seq_file *m, void *unused)
{
	const struct mshv_stats *stats = m->private;

	switch (stats->type) {
	case MHV_STATS_HYPERVISOR:
		mshv_stats_print(m, mshv_hypervisor_counters,
				 ARRAY_SIZE(mshv_hypervisor_counters), 27);
		break;
	case MHV_STATS_LOGICAL_PROCESSOR:
		mshv_stats_print(m, mshv_lp_counters, ARRAY_SIZE(mshv_lp_counters), 32);
		break;
	case MHV_STATS_PARTITION:
		mshv_stats_print(m, mshv_partition_counters, ARRAY_SIZE(mshv_partition_counters),
				 37);
		break;
	case MHV_STATS_VP:
		mshv_stats_print(m, mshv_vp_counters, ARRAY_SIZE(mshv_vp_counters), 43);
		break;
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(mshv_stats);

static void mshv_stats_map(struct mshv_stats *stats, struct mshv_partition *partition)
{
	int area;

	for (area = 0; area < MSHV_STATS_AREAS; area++) {
		stats->identity.area = area;
		if (mshv_call_map_stats_page(partition, stats->type, &stats->identity,
					     &stats->page[area]))
			stats->page[area] = NULL;
		/* Logical processors and the hypervisor have one area only. */
		if (stats->type == MHV_STATS_HYPERVISOR ||
		    stats->type == MHV_STATS_LOGICAL_PROCESSOR)
			break;
	}
}

static void mshv_stats_unmap(struct mshv_stats *stats, struct mshv_partition *partition)
{
	int area;

	for (area = 0; area < MSHV_STATS_AREAS; area++) {
		if (!stats->page[area])
			continue;
		stats->identity.area = area;
		mshv_call_unmap_stats_page(partition, stats->type, &stats->identity);
		stats->page[area] = NULL;
	}
}

static bool mshv_stats_mapped(const struct mshv_stats *stats)
{
	return stats->page[MHV_STATS_AREA_SELF] || stats->page[MHV_STATS_AREA_PARENT];
}

static struct dentry *mshv_stats_numbered_dir(u64 number, struct dentry *parent)
{
	char name[24];

	snprintf(name, sizeof(name), "%llu", number);
	return debugfs_create_dir(name, parent);
}

/* Takes over @dir. */
static void mshv_stats_file(struct mshv_stats *stats, struct dentry *dir)
{
	stats->dir = dir;
	if (mshv_stats_mapped(stats))
		debugfs_create_file("stats", 0400, dir, stats, &mshv_stats_fops);
}

static void mshv_stats_close(struct mshv_stats *stats, struct mshv_partition *partition)
{
	debugfs_remove(stats->dir);
	stats->dir = NULL;
	mshv_stats_unmap(stats, partition);
}

/**
 * mshv_stats_partition_open() - show the statistics of a partition
 * @partition: initialized just now
 *
 * Context: sleeps, allocates memory.
 */
void mshv_stats_partition_open(struct mshv_partition *partition)
{
	struct mshv_stats *stats = &partition->stats;

	stats->type = MHV_STATS_PARTITION;
	stats->identity.partition_id = partition->id;
	mshv_stats_map(stats, partition);
	mshv_stats_file(stats, mshv_stats_numbered_dir(partition->id, mshv_partition_dir));
	partition->vp_dir = debugfs_create_dir("vp", stats->dir);
}

/**
 * mshv_stats_partition_close() - undo mshv_stats_partition_open()
 * @partition: not finalized yet, the statistics of its VPs closed
 */
void mshv_stats_partition_close(struct mshv_partition *partition)
{
	mshv_stats_close(&partition->stats, partition);
}

/**
 * mshv_stats_vp_open() - show the statistics of a VP
 * @vp: made just now
 *
 * Context: sleeps, allocates memory.
 */
void mshv_stats_vp_open(struct mshv_vp *vp)
{
	struct mshv_stats *stats = &vp->stats;

	stats->type = MHV_STATS_VP;
	stats->identity.partition_id = vp->partition->id;
	stats->identity.vp_index = vp->index;
	mshv_stats_map(stats, vp->partition);
	mshv_stats_file(stats, mshv_stats_numbered_dir(vp->index, vp->partition->vp_dir));
}

/**
 * mshv_stats_vp_close() - undo mshv_stats_vp_open()
 * @vp: still there in the hypervisor
 */
void mshv_stats_vp_close(struct mshv_vp *vp)
{
	mshv_stats_close(&vp->stats, vp->partition);
}

static void mshv_stats_lps_open(u32 count)
{
	struct mshv_stats *stats;
	u32 i;

	mshv_lp_stats = kcalloc(count, sizeof(*mshv_lp_stats), GFP_KERNEL);
	if (!mshv_lp_stats)
		return;
	mshv_nr_lps = count;
	mshv_lp_dir = debugfs_create_dir("lp", mshv_hypervisor_stats.dir);
	for (i = 0; i < count; i++) {
		stats = &mshv_lp_stats[i];
		stats->type = MHV_STATS_LOGICAL_PROCESSOR;
		stats->identity.lp_index = i;
		mshv_stats_map(stats, NULL);
		mshv_stats_file(stats, mshv_stats_numbered_dir(i, mshv_lp_dir));
	}
}

/* On the CPU in question */
static void mshv_read_vp_index(void *index)
{
	*(u32 *)index = mshv_hv->read_msr(MHV_MSR_VP_INDEX);
}

/* CPUs that come online later have no file, as in Linux. */
static void mshv_stats_self_vps_open(struct dentry *dir)
{
	struct mshv_stats *stats;
	u32 *index;
	int cpu;

	mshv_self_vp_stats = kcalloc(nr_cpu_ids, sizeof(*mshv_self_vp_stats), GFP_KERNEL);
	if (!mshv_self_vp_stats)
		return;
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		stats = &mshv_self_vp_stats[cpu];
		stats->type = MHV_STATS_VP;
		stats->identity.partition_id = mshv_self_id;
		index = &stats->identity.vp_index;
		if (smp_call_function_single(cpu, mshv_read_vp_index, index, true))
			continue;
		mshv_stats_map(stats, NULL);
		mshv_stats_file(stats, mshv_stats_numbered_dir(stats->identity.vp_index, dir));
	}
	cpus_read_unlock();
}

static void mshv_stats_self_open(void)
{
	struct mshv_stats *stats = &mshv_self_stats;
	struct dentry *vp_dir;

	stats->type = MHV_STATS_PARTITION;
	stats->identity.partition_id = mshv_self_id;
	mshv_stats_map(stats, NULL);
	mshv_stats_file(stats, mshv_stats_numbered_dir(mshv_self_id, mshv_partition_dir));
	vp_dir = debugfs_create_dir("vp", stats->dir);
	/* The hypervisor's number of a CPU is read from a SynIC MSR. */
	if (mshv_hv->read_msr)
		mshv_stats_self_vps_open(vp_dir);
}

static void mshv_stats_self_close(void)
{
	int cpu;

	if (mshv_self_vp_stats)
		for_each_possible_cpu(cpu)
			mshv_stats_close(&mshv_self_vp_stats[cpu], NULL);
	kfree(mshv_self_vp_stats);
	mshv_self_vp_stats = NULL;
	mshv_stats_close(&mshv_self_stats, NULL);
}

/**
 * mshv_stats_hypervisor_open() - show the statistics of the hypervisor and of the root partition
 *
 * Context: sleeps, allocates memory; nobody uses the hypervisor yet.
 */
void mshv_stats_hypervisor_open(void)
{
	struct mshv_stats *stats = &mshv_hypervisor_stats;

	stats->type = MHV_STATS_HYPERVISOR;
	mshv_stats_map(stats, NULL);
	mshv_stats_file(stats, debugfs_create_dir("mshv", NULL));
	mshv_partition_dir = debugfs_create_dir("partition", stats->dir);
	if (mshv_stats_mapped(stats))
		mshv_stats_lps_open(mshv_stats_counter(stats, MSHV_STATS_HV_LOGICAL_PROCESSORS));
	mshv_stats_self_open();
}

/**
 * mshv_stats_hypervisor_close() - undo mshv_stats_hypervisor_open()
 *
 * Context: sleeps; nobody uses the hypervisor any more.
 */
void mshv_stats_hypervisor_close(void)
{
	u32 i;

	mshv_stats_self_close();
	for (i = 0; i < mshv_nr_lps; i++)
		mshv_stats_close(&mshv_lp_stats[i], NULL);
	kfree(mshv_lp_stats);
	mshv_lp_stats = NULL;
	mshv_nr_lps = 0;
	mshv_stats_close(&mshv_hypervisor_stats, NULL);
}

static void mshv_probe_stats(struct mshv_cap_answer *answer)
{
	if (!IS_ENABLED(CONFIG_DEBUG_FS))
		answer->reason = MSHV_CAP_REASON_KERNEL;
}

MSHV_DECLARE_CAP(DEBUGFS_STATS, .handler = mshv_stats_partition_open, .probe = mshv_probe_stats);
