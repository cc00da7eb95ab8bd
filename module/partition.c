// SPDX-License-Identifier: GPL-2.0
/*
 * Partitions: their descriptors, and how they come and go.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "hvcall.h"
#include "hvcalls.h"
#include "mshv.h"
#include "trace.h"
#include "trace_irq.h"

static_assert(MSHV_NUM_CPU_FEATURES_BANKS == MHV_CPU_FEATURE_BANKS);

/* All partitions, by id, for those who hear of one from the hypervisor; read under RCU */
static DEFINE_HASHTABLE(mshv_partitions, 6);
static DEFINE_SPINLOCK(mshv_partitions_lock);

/**
 * mshv_partition_find() - a partition by its id
 * @id: from the hypervisor
 *
 * Context: any; RCU read side, as long as the partition is used.
 * Return: the partition, or NULL.
 */
struct mshv_partition *mshv_partition_find(u64 id)
{
	struct mshv_partition *partition;

	hash_for_each_possible_rcu(mshv_partitions, partition, node, id)
		if (partition->id == id)
			return partition;
	return NULL;
}

static void mshv_partition_enlist(struct mshv_partition *partition)
{
	spin_lock(&mshv_partitions_lock);
	hash_add_rcu(mshv_partitions, &partition->node, partition->id);
	spin_unlock(&mshv_partitions_lock);
}

/* When it returns, nobody else has the partition or one of its VPs. */
static void mshv_partition_delist(struct mshv_partition *partition)
{
	spin_lock(&mshv_partitions_lock);
	hash_del_rcu(&partition->node);
	spin_unlock(&mshv_partitions_lock);
	synchronize_rcu();
}

/*
 * In this order: the VPs' pages are the hypervisor's, and go first. The kernel may want a page of
 * guest memory at any time, so that goes while the hypervisor still lets it be taken away. Once the
 * partition is finalized it uses none of what it got for it.
 */
static void mshv_partition_destroy(struct mshv_partition *partition)
{
	int i;

	trace_mshv_destroy_partition(partition->id);

	if (partition->initialized)
		mshv_scheduler_stop(partition);
	mshv_partition_delist(partition);
	for (i = 0; i < MSHV_MAX_VPS; i++)
		if (partition->vps[i])
			mshv_vp_destroy(partition->vps[i]);
	mshv_memory_destroy(partition);
	mshv_stats_partition_close(partition);
	if (partition->initialized)
		mshv_call_finalize_partition(partition);
	mshv_withdraw(partition);
	WARN_ON_ONCE(mshv_call_delete_partition(partition));

	mshv_interrupts_destroy(partition);
	mshv_partition_slot_put(partition);
	mutex_destroy(&partition->lock);
	kfree(partition);
	module_put(mshv_hv->owner);
}

/**
 * mshv_partition_get() - take another reference
 * @partition: to which the caller has one
 */
void mshv_partition_get(struct mshv_partition *partition)
{
	refcount_inc(&partition->refs);
}

/**
 * mshv_partition_put() - drop a reference; the last one destroys the partition
 * @partition: the partition
 *
 * Context: may sleep, holds no lock of the driver.
 */
void mshv_partition_put(struct mshv_partition *partition)
{
	if (refcount_dec_and_test(&partition->refs))
		mshv_partition_destroy(partition);
}

static int mshv_partition_initialize(struct mshv_partition *partition)
{
	int ret;

	if (partition->initialized)
		return 0;
	ret = mshv_call_initialize_partition(partition);
	if (ret) {
		mshv_withdraw(partition);
		return ret;
	}
	partition->initialized = true;
	mshv_stats_partition_open(partition);
	return 0;
}

static long mshv_partition_do_ioctl(struct mshv_partition *partition, unsigned int cmd,
				    void __user *uarg)
{
	long ret;

	switch (cmd) {
	case MSHV_INITIALIZE_PARTITION:
	case MSHV_CREATE_VP:
	case MSHV_SET_GUEST_MEMORY:
	case MSHV_IRQFD:
	case MSHV_IOEVENTFD:
	case MSHV_SET_MSI_ROUTING:
	case MSHV_GET_GPAP_ACCESS_BITMAP:
	case MSHV_ROOT_HVCALL:
		break;
	default:
		return -ENOTTY;
	}

	if (mutex_lock_killable(&partition->lock))
		return -EINTR;
	if (cmd == MSHV_INITIALIZE_PARTITION)
		ret = mshv_partition_initialize(partition);
	else if (cmd == MSHV_CREATE_VP)
		ret = mshv_vp_create(partition, uarg);
	else if (cmd == MSHV_SET_GUEST_MEMORY)
		ret = mshv_memory_set(partition, uarg);
	else if (cmd == MSHV_IRQFD)
		ret = mshv_irqfd(partition, uarg);
	else if (cmd == MSHV_IOEVENTFD)
		ret = mshv_ioeventfd(partition, uarg);
	else if (cmd == MSHV_SET_MSI_ROUTING)
		ret = mshv_msi_set_routing(partition, uarg);
	else if (cmd == MSHV_GET_GPAP_ACCESS_BITMAP)
		ret = mshv_gpap_access_bitmap(partition, uarg);
	else
		ret = mshv_passthrough(partition, NULL, uarg);
	mutex_unlock(&partition->lock);

	return ret;
}

static long mshv_partition_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct mshv_partition *partition = file->private_data;
	long ret;

	trace_mshv_ioctl_enter(partition->id, MSHV_NO_VP, cmd, partition);
	ret = mshv_partition_do_ioctl(partition, cmd, (void __user *)arg);
	trace_mshv_ioctl_exit(partition->id, MSHV_NO_VP, cmd, ret, partition);
	return ret;
}

static int mshv_partition_release(struct inode *inode, struct file *file)
{
	struct mshv_partition *partition = file->private_data;

	trace_mshv_partition_release(partition->id);
	mshv_interrupts_release(partition);
	mshv_partition_put(partition);
	return 0;
}

static void mshv_partition_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct mshv_partition *partition = file->private_data;

	seq_printf(m, "mshv_partition_id:\t%llu\n", partition->id);
	seq_printf(m, "mshv_partition_slot:\t%d\n", partition->slot);
	seq_printf(m, "mshv_vmm_tgid:\t%u\n", partition->vmm_tgid);
	seq_printf(m, "mshv_vps:\t%u\n", READ_ONCE(partition->nr_vps));
}

static const struct file_operations mshv_partition_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = mshv_partition_ioctl,
	.release = mshv_partition_release,
	.show_fdinfo = mshv_partition_show_fdinfo,
	.llseek = noop_llseek,
};

/* Reads either form of the argument. The longer one begins with the shorter one. */
static int mshv_partition_read_args(struct mshv_create_partition_v2 *args, const void __user *uarg)
{
	size_t size = sizeof(struct mshv_create_partition);
	u64 flags;

	memset(args, 0, sizeof(*args));
	if (get_user(flags, (const u64 __user *)uarg))
		return -EFAULT;
	if (flags & BIT_ULL(MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES))
		size = sizeof(*args);
	if (copy_from_user(args, uarg, size))
		return -EFAULT;

	/* What was read twice may have changed in between. */
	args->pt_flags = flags;
	if (args->pt_flags & ~(u64)MSHV_PT_FLAGS_MASK ||
	    args->pt_isolation >= MSHV_PT_ISOLATION_COUNT)
		return -EINVAL;
	if (size == sizeof(*args) &&
	    (args->pt_num_cpu_fbanks != MSHV_NUM_CPU_FEATURES_BANKS ||
	     memchr_inv(args->pt_rsvd, 0, sizeof(args->pt_rsvd)) ||
	     memchr_inv(args->pt_rsvd1, 0, sizeof(args->pt_rsvd1))))
		return -EINVAL;
	return 0;
}

static u64 mshv_partition_creation_flags(u64 pt_flags)
{
	u64 flags = MHV_CREATE_EXO_PARTITION | MHV_CREATE_INTERCEPT_MESSAGE_PAGE;

	if (pt_flags & BIT_ULL(MSHV_PT_BIT_LAPIC))
		flags |= MHV_CREATE_LAPIC;
	if (pt_flags & BIT_ULL(MSHV_PT_BIT_X2APIC))
		flags |= MHV_CREATE_X2APIC;
	if (pt_flags & BIT_ULL(MSHV_PT_BIT_GPA_SUPER_PAGES))
		flags |= MHV_CREATE_GPA_SUPER_PAGES;
	if (pt_flags & BIT_ULL(MSHV_PT_BIT_NESTED_VIRTUALIZATION))
		flags |= MHV_CREATE_NESTED_VIRT;
	if (pt_flags & BIT_ULL(MSHV_PT_BIT_SMT_ENABLED_GUEST))
		flags |= MHV_CREATE_SMT_ENABLED_GUEST;
	return flags;
}

/* Makes the descriptor; once it is there, the partition may go at any time. */
static int mshv_partition_install(struct mshv_partition *partition)
{
	struct file *file;
	int fd;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	file = anon_inode_getfile("mshv_partition", &mshv_partition_fops, partition, O_RDWR);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}

	/* The open device holds the module too, so it is not going. */
	__module_get(mshv_hv->owner);
	partition->slot = mshv_partition_slot_get(partition);
	fd_install(fd, file);
	return fd;
}

/**
 * mshv_partition_create() - MSHV_CREATE_PARTITION
 * @uarg: struct mshv_create_partition, or struct mshv_create_partition_v2 if its flags say so
 *
 * Return: a descriptor; -EFAULT, -EINVAL, -ENOMEM, -EMFILE or -ENFILE, or the errno of a
 * hypercall's status.
 */
long mshv_partition_create(const void __user *uarg)
{
	struct mhv_input_create_partition in = {
		.compatibility_version = MHV_COMPATIBILITY_21_H2,
	};
	struct mshv_create_partition_v2 args;
	struct mshv_partition *partition;
	u64 id = MSHV_NO_PARTITION;
	int ret;

	ret = mshv_partition_read_args(&args, uarg);
	if (ret)
		return ret;
	in.flags = mshv_partition_creation_flags(args.pt_flags);
	memcpy(in.disabled_processor_features, args.pt_cpu_fbanks, sizeof(args.pt_cpu_fbanks));
	in.disabled_processor_xsave_features = args.pt_disabled_xsave;

	partition = kzalloc(sizeof(*partition), GFP_KERNEL_ACCOUNT);
	if (!partition)
		return -ENOMEM;
	refcount_set(&partition->refs, 1);
	mutex_init(&partition->lock);
	init_rwsem(&partition->memory_lock);
	partition->regions = RB_ROOT_CACHED;
	partition->vmm_tgid = task_tgid_nr(current);
	init_completion(&partition->async.done);
	ret = mshv_interrupts_init(partition);
	if (ret)
		goto err_free;

	ret = mshv_call_create_partition(&in, &id);
	if (ret)
		goto err_interrupts;
	partition->id = id;

	mshv_partition_enlist(partition);
	ret = mshv_partition_install(partition);
	if (ret < 0)
		goto err_delete;
	trace_mshv_create_partition(id, ret);
	return ret;

err_delete:
	mshv_partition_delist(partition);
	WARN_ON_ONCE(mshv_call_delete_partition(partition));
err_interrupts:
	mshv_interrupts_destroy(partition);
err_free:
	kfree(partition);
	trace_mshv_create_partition(id, ret);
	return ret;
}
