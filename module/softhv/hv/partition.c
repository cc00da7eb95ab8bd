// SPDX-License-Identifier: GPL-2.0
/*
 * Partitions: their list, and their life: created, initialized, finalized, deleted (TLFS
 * "Partition management"). What is inside of one is other files' business.
 *
 * The root partition stands for the host. It has a pool of memory and properties, and no more; it
 * inherits the memory that a deleted partition was not relieved of.
 */
#define pr_fmt(fmt) "softhv: " fmt

#include <linux/hashtable.h>
#include <linux/slab.h>

#include "softhv/softhv.h"

#define SOFTHV_CREATE_FLAGS	(MHV_CREATE_SMT_ENABLED_GUEST | MHV_CREATE_GPA_SUPER_PAGES | \
				 MHV_CREATE_EXO_PARTITION | MHV_CREATE_LAPIC | \
				 MHV_CREATE_INTERCEPT_MESSAGE_PAGE | MHV_CREATE_X2APIC)

#define SOFTHV_PARTITION_PAGES	2	/* root of the page tables, statistics */

static DEFINE_HASHTABLE(softhv_partitions, 6);
static DEFINE_SPINLOCK(softhv_partitions_lock);	/* changes to the table, and the next id */
static u64 softhv_last_id = SOFTHV_ROOT_ID;

static struct softhv_partition softhv_root = {
	.id = SOFTHV_ROOT_ID,
	.lock = __SPIN_LOCK_UNLOCKED(softhv_root.lock),
	.state = SOFTHV_INITIALIZED,
};

/**
 * softhv_partition_find() - a child partition by its id
 * @id: from a hypercall
 *
 * Context: RCU read side; the partition may be used as long.
 * Return: the partition, which may be deleted as soon as it is not locked, or %NULL.
 */
struct softhv_partition *softhv_partition_find(u64 id)
{
	struct softhv_partition *partition;

	hash_for_each_possible_rcu(softhv_partitions, partition, node, id)
		if (partition->id == id)
			return partition;
	return NULL;
}

/**
 * softhv_partition_find_any() - a partition by its id, be it the root partition
 * @id: from a hypercall
 *
 * Context: RCU read side; the partition may be used as long.
 * Return: the partition or %NULL.
 */
struct softhv_partition *softhv_partition_find_any(u64 id)
{
	if (softhv_is_root(id))
		return &softhv_root;
	return softhv_partition_find(id);
}

static u16 softhv_check_create(const struct mhv_input_create_partition *in)
{
	if ((in->flags & ~(SOFTHV_CREATE_FLAGS | MHV_CREATE_NESTED_VIRT)) || in->padding)
		return MHV_STATUS_INVALID_PARAMETER;
	if ((in->flags & MHV_CREATE_NESTED_VIRT) || in->isolation_properties)
		return MHV_STATUS_FEATURE_UNAVAILABLE;
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_create_partition() - HVCALL_CREATE_PARTITION
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_create_partition(struct softhv_args *args)
{
	const struct mhv_input_create_partition *in = args->in;
	struct mhv_output_create_partition *out = args->out;
	struct softhv_partition *partition;
	u16 status = softhv_check_create(in);

	if (status)
		return status;
	partition = kzalloc(sizeof(*partition), GFP_ATOMIC);
	if (!partition)
		return MHV_STATUS_NO_RESOURCES;
	spin_lock_init(&partition->lock);
	INIT_LIST_HEAD(&partition->completion.told);
	partition->state = SOFTHV_CREATED;
	INIT_LIST_HEAD(&partition->overlays);
	softhv_clock_init(partition);
	partition->creation_flags = in->flags;
	partition->disabled_features = in->disabled_processor_features[0];
	partition->properties[SOFTHV_PROP_PROCESSORS_PER_SOCKET] = 1;

	spin_lock(&softhv_partitions_lock);
	partition->id = ++softhv_last_id;
	hash_add_rcu(softhv_partitions, &partition->node, partition->id);
	spin_unlock(&softhv_partitions_lock);

	atomic_long_inc(&softhv_nr_partitions);
	softhv_stats_hypervisor();
	out->partition_id = partition->id;
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_initialize_partition() - HVCALL_INITIALIZE_PARTITION
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_initialize_partition(struct softhv_args *args)
{
	const struct mhv_partition_id *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->partition_id);
	u16 status = MHV_STATUS_INVALID_PARTITION_STATE;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;

	spin_lock(&partition->lock);
	if (partition->state == SOFTHV_CREATED &&
	    softhv_pages_left(partition) < SOFTHV_PARTITION_PAGES +
			softhv_guest_pages(partition, SOFTHV_PARTITION_OVERLAYS)) {
		status = MHV_STATUS_INSUFFICIENT_MEMORY;
	} else if (partition->state == SOFTHV_CREATED) {
		softhv_npt_create(partition);
		softhv_stats_create(partition, &partition->stats);
		softhv_guest_create(partition);
		softhv_stats_partition(partition, false);
		partition->state = SOFTHV_INITIALIZED;
		status = MHV_STATUS_SUCCESS;
	}
	spin_unlock(&partition->lock);
	return status;
}

/* Takes VPs that run out of their guests. All pages of the partition are in its pool then. */
static void softhv_tear_down(struct softhv_partition *partition)
{
	u32 i;

	for (i = 0; i < SOFTHV_MAX_VPS; i++) {
		struct softhv_vp *vp = softhv_vp_find(partition, i);

		if (vp)
			softhv_vp_destroy(vp);
	}

	softhv_disconnect_all(partition);
	spin_lock(&partition->lock);
	softhv_results_free(partition, &partition->results);
	softhv_stats_destroy(partition, &partition->stats);
	softhv_guest_destroy(partition);
	softhv_npt_destroy(partition);
	partition->state = SOFTHV_FINALIZED;
	spin_unlock(&partition->lock);
}

/**
 * softhv_finalize_partition() - HVCALL_FINALIZE_PARTITION
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_finalize_partition(struct softhv_args *args)
{
	const struct mhv_partition_id *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->partition_id);
	u16 status = MHV_STATUS_INVALID_PARTITION_STATE;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;

	/* From here on nobody else makes a VP or a mapping. */
	spin_lock(&partition->lock);
	if (partition->state == SOFTHV_INITIALIZED) {
		partition->state = SOFTHV_FINALIZING;
		status = MHV_STATUS_SUCCESS;
	}
	spin_unlock(&partition->lock);

	if (!status)
		softhv_tear_down(partition);
	return status;
}

/* The partition is in no table any more, and has nothing but free pages. */
static void softhv_partition_free(struct softhv_partition *partition)
{
	softhv_synic_forget_partition(partition);
	softhv_pages_move(partition, &softhv_root);
	atomic_long_dec(&softhv_nr_partitions);
	softhv_stats_hypervisor();
	kfree_rcu(partition, rcu);
}

/**
 * softhv_delete_partition() - HVCALL_DELETE_PARTITION
 * @args: parameters
 *
 * A partition that was never initialized is deleted without being finalized. Memory that it still
 * has can be withdrawn from its parent, the root partition.
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_delete_partition(struct softhv_args *args)
{
	const struct mhv_partition_id *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->partition_id);
	u16 status = MHV_STATUS_INVALID_PARTITION_STATE;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;

	spin_lock(&partition->lock);
	if (partition->state == SOFTHV_CREATED || partition->state == SOFTHV_FINALIZED) {
		partition->state = SOFTHV_DELETED;
		status = MHV_STATUS_SUCCESS;
	} else if (partition->state == SOFTHV_DELETED) {
		status = MHV_STATUS_INVALID_PARTITION_ID;
	}
	spin_unlock(&partition->lock);
	if (status)
		return status;

	spin_lock(&softhv_partitions_lock);
	hash_del_rcu(&partition->node);
	spin_unlock(&softhv_partitions_lock);
	softhv_partition_free(partition);
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_get_partition_id() - HVCALL_GET_PARTITION_ID: who calls
 * @args: parameters
 *
 * Return: status.
 */
u16 softhv_get_partition_id(struct softhv_args *args)
{
	struct mhv_partition_id *out = args->out;

	out->partition_id = SOFTHV_ROOT_ID;
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_partition_exit() - take away what is left of partitions
 *
 * Context: process context, may sleep; no hypercall is made any more.
 */
void softhv_partition_exit(void)
{
	struct softhv_partition *partition;
	struct hlist_node *next;
	u64 pages;
	int i;

	local_irq_disable();
	rcu_read_lock();
	hash_for_each_safe(softhv_partitions, i, next, partition, node) {
		pr_warn("partition %llu: was not deleted\n", partition->id);
		if (partition->state == SOFTHV_INITIALIZED)
			softhv_tear_down(partition);
		hash_del_rcu(&partition->node);
		softhv_partition_free(partition);
	}
	rcu_read_unlock();
	pages = softhv_pages_drop(&softhv_root);
	local_irq_enable();
	if (pages)
		pr_warn("%llu deposited pages were not withdrawn\n", pages);
	rcu_barrier();
}
