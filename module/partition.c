// SPDX-License-Identifier: GPL-2.0
/*
 * Partitions: their descriptors, and how they come and go.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "hv/hvcall.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/trace.h"
#include "trace/irq.h"

static_assert(MSHV_NUM_CPU_FEATURES_BANKS == MHV_CPU_FEATURE_BANKS);

/* More capabilities than there will be, of each class */
#define MSHV_MAX_WANTED_CAPS	256

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
 * The order matters. The VPs' state pages are the hypervisor's and are unmapped first. The kernel
 * may want a page of guest memory at any time, so guest memory is unmapped while the hypervisor
 * still allows that. A finalized partition uses no deposited page any more.
 */
static void mshv_partition_destroy(struct mshv_partition *partition)
{
	int i;

	mshv_fire(mshv_destroy_partition, partition->id);

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
	mshv_call_delete_partition(partition);

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

/* Make VPs leave their guests, and not enter them again */
static void mshv_partition_stop_vps(struct mshv_partition *partition)
{
	struct mshv_vp *vp;
	int i;

	for (i = 0; i < MSHV_MAX_VPS; i++) {
		vp = READ_ONCE(partition->vps[i]);
		if (!vp)
			continue;
		/* A hypervisor that runs VPs itself is told; else the driver does not enter. */
		if (!mshv_scheduler_is_root())
			mshv_call_stop_vp(vp);
		/* With mshv_vp_dispatch(): it sees @dead, or we see that it is inside. */
		while (READ_ONCE(vp->run.dispatched))
			kick_all_cpus_sync();
		wake_up(&vp->run.wait);
	}
}

/**
 * mshv_partition_kill() - stop a guest for good, because it has a page that it must not have
 * @partition: the partition, which has a region of memory
 * @gfn: guest page number of the page, which the hypervisor does not take away
 *
 * When it returns, no VP is in the guest, and none enters it again: RUN_VP fails with -EIO.
 * Context: task context, also of the kernel's notifiers; does not sleep, and allocates nothing.
 */
void mshv_partition_kill(struct mshv_partition *partition, u64 gfn)
{
	/* A full barrier, with mshv_vp_dispatch() */
	if (!xchg(&partition->dead, true))
		pr_err("%s: keeps guest page %#llx of partition %llu, which is stopped\n",
		       mshv_hv->name, gfn, partition->id);

	/* Without references nobody runs a VP, and after a grace period the VPs go. */
	rcu_read_lock();
	if (refcount_read(&partition->refs))
		mshv_partition_stop_vps(partition);
	rcu_read_unlock();
}

static long mshv_partition_initialize(struct mshv_partition *partition)
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

MSHV_DECLARE_CAP(INITIALIZE_PARTITION, .handler = mshv_partition_initialize,
		 .trial = MSHV_TRIAL_INITIALIZE);

/* The ioctls that work under the partition's lock */
#define mshv_partition_call(partition, name, call)					\
	mshv_locked(&(partition)->lock, mshv_cap_call(partition, name, call))

static long mshv_partition_do_ioctl(struct mshv_partition *partition, unsigned int cmd,
				    void __user *uarg)
{
	switch (cmd) {
	case MSHV_INITIALIZE_PARTITION:
		return mshv_partition_call(partition, INITIALIZE_PARTITION,
					   mshv_partition_initialize(partition));
	case MSHV_CREATE_VP:
		return mshv_partition_call(partition, CREATE_VP, mshv_vp_create(partition, uarg));
	case MSHV_SET_GUEST_MEMORY:
		return mshv_partition_call(partition, SET_GUEST_MEMORY,
					   mshv_memory_set(partition, uarg));
	case MSHV_IRQFD:
		return mshv_partition_call(partition, IRQFD, mshv_irqfd(partition, uarg));
	case MSHV_IOEVENTFD:
		return mshv_partition_call(partition, IOEVENTFD, mshv_ioeventfd(partition, uarg));
	case MSHV_SET_MSI_ROUTING:
		return mshv_partition_call(partition, SET_MSI_ROUTING,
					   mshv_msi_set_routing(partition, uarg));
	case MSHV_GET_GPAP_ACCESS_BITMAP:
		return mshv_partition_call(partition, GET_GPAP_ACCESS_BITMAP,
					   mshv_gpap_access_bitmap(partition, uarg));
	case MSHV_ROOT_HVCALL:
		return mshv_partition_call(partition, ROOT_HVCALL,
					   mshv_passthrough(partition, NULL, uarg));
	case MSHV_ENABLE_CAP:
		return mshv_partition_call(partition, ENABLE_CAP, mshv_cap_enable(partition, uarg));
	case MSHV_GET_CAPS:
		return mshv_cap_call(partition, GET_CAPS, mshv_caps_get(partition, uarg));
	case MSHV_CHECK_EXTENSION:
		return mshv_cap_call(partition, CHECK_EXTENSION, mshv_cap_check(partition, uarg));
	default:
		return -ENOTTY;
	}
}

static long mshv_partition_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct mshv_partition *partition = file->private_data;
	long ret;

	mshv_fire(mshv_ioctl_enter, partition->id, MSHV_NO_VP, cmd, partition);
	ret = mshv_partition_do_ioctl(partition, cmd, (void __user *)arg);
	mshv_fire(mshv_ioctl_exit, partition->id, MSHV_NO_VP, cmd, ret, partition);
	return ret;
}

static int mshv_partition_release(struct inode *inode, struct file *file)
{
	struct mshv_partition *partition = file->private_data;

	mshv_fire(mshv_partition_release, partition->id);
	mshv_interrupts_release(partition);
	mshv_partition_put(partition);
	return 0;
}

/* In the masks of capabilities bit n is id MSHV_CAP_FIRST + n. */
static void mshv_partition_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct mshv_partition *partition = file->private_data;
	const struct mshv_partition_caps *caps = &partition->caps;

	if (!mshv_cap_is_built(&mshv_cap_FDINFO))
		return;
	seq_printf(m, "mshv_partition_id:\t%llu\n", partition->id);
	seq_printf(m, "mshv_partition_slot:\t%d\n", partition->slot);
	seq_printf(m, "mshv_vmm_tgid:\t%u\n", partition->vmm_tgid);
	seq_printf(m, "mshv_vps:\t%u\n", READ_ONCE(partition->nr_vps));
	seq_printf(m, "mshv_caps_granted:\t%*pb\n", MSHV_NR_CAPS, caps->granted);
	seq_printf(m, "mshv_caps_enabled:\t%*pb\n", MSHV_NR_CAPS, caps->enabled);
	seq_printf(m, "mshv_caps_used:\t%*pb\n", MSHV_NR_CAPS, caps->used);
}

MSHV_DECLARE_CAP(FDINFO, .handler = mshv_partition_show_fdinfo);

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

	/* The flags were read twice and may have changed in between; the first value counts. */
	args->pt_flags = flags;
	if (args->pt_isolation >= MSHV_PT_ISOLATION_COUNT)
		return -EINVAL;
	if (size == sizeof(*args) &&
	    (args->pt_num_cpu_fbanks != MSHV_NUM_CPU_FEATURES_BANKS ||
	     memchr_inv(args->pt_rsvd, 0, sizeof(args->pt_rsvd)) ||
	     memchr_inv(args->pt_rsvd1, 0, sizeof(args->pt_rsvd1))))
		return -EINVAL;
	return mshv_cap_check_flags(NULL, &mshv_cap_CREATE_PARTITION, flags);
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

/* Ids of capabilities, which a new partition asks for */
struct mshv_caps_wanted {
	const struct mshv_cap *ioctl;
	u32 *ids;
	u32 nr_required;
	u32 nr_optional;
};

/* The partition has no other user yet. */
static void mshv_partition_set_caps(struct mshv_partition *partition,
				    const struct mshv_caps_wanted *wanted, u64 pt_flags)
{
	mshv_caps_grant(partition, wanted->ids, wanted->nr_required + wanted->nr_optional);
	mshv_cap_mark(partition, wanted->ioctl);
	mshv_cap_use_flags(partition, wanted->ioctl, pt_flags, 0);
}

/* A descriptor, or the errno of mshv_partition_create() */
static int mshv_partition_new(const struct mshv_create_partition_v2 *args,
			      const struct mshv_caps_wanted *wanted)
{
	struct mhv_input_create_partition in = {
		.compatibility_version = MHV_COMPATIBILITY_21_H2,
		.flags = mshv_partition_creation_flags(args->pt_flags),
		.disabled_processor_xsave_features = args->pt_disabled_xsave,
	};
	struct mshv_partition *partition;
	u64 id = MSHV_NO_PARTITION;
	int ret;

	memcpy(in.disabled_processor_features, args->pt_cpu_fbanks, sizeof(args->pt_cpu_fbanks));

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
	mshv_partition_set_caps(partition, wanted, args->pt_flags);

	mshv_partition_enlist(partition);
	ret = mshv_partition_install(partition);
	if (ret < 0)
		goto err_delete;
	mshv_fire(mshv_create_partition, id, ret);
	return ret;

err_delete:
	mshv_partition_delist(partition);
	mshv_call_delete_partition(partition);
err_interrupts:
	mshv_interrupts_destroy(partition);
err_free:
	kfree(partition);
	mshv_fire(mshv_create_partition, id, ret);
	return ret;
}

/**
 * mshv_partition_create() - MSHV_CREATE_PARTITION
 * @uarg: struct mshv_create_partition, or struct mshv_create_partition_v2 if its flags say so
 *
 * Return: a descriptor; -EFAULT, -EINVAL, -ENOMEM, -EMFILE or -ENFILE, or the errno of a
 * hypercall's status.
 */
long mshv_partition_create(void __user *uarg)
{
	const struct mshv_caps_wanted wanted = { .ioctl = &mshv_cap_CREATE_PARTITION };
	struct mshv_create_partition_v2 args;
	int ret;

	ret = mshv_partition_read_args(&args, uarg);
	return ret ?: mshv_partition_new(&args, &wanted);
}

/*
 * Converts to the longest form of the argument. A value that is not supported is EOPNOTSUPP, not
 * EINVAL.
 */
static int mshv_partition_convert_args(struct mshv_create_partition_v2 *to,
				       const struct mshv_create_partition_caps *from)
{
	const bool features = from->pt_flags & BIT_ULL(MSHV_PT_BIT_CPU_AND_XSAVE_FEATURES);

	if (from->missing || from->nr_required > MSHV_MAX_WANTED_CAPS ||
	    from->nr_optional > MSHV_MAX_WANTED_CAPS)
		return -EINVAL;
	if (!features && (from->pt_disabled_xsave ||
			  memchr_inv(from->pt_cpu_fbanks, 0, sizeof(from->pt_cpu_fbanks))))
		return -EINVAL;
	if (from->pt_isolation >= MSHV_PT_ISOLATION_COUNT ||
	    from->pt_flags & ~mshv_cap_flags(&mshv_cap_CREATE_PARTITION_CAPS)) {
		mshv_cap_reject(NULL, MSHV_CAP_CREATE_PARTITION_CAPS, -EOPNOTSUPP);
		return -EOPNOTSUPP;
	}
	*to = (struct mshv_create_partition_v2) {
		.pt_flags = from->pt_flags,
		.pt_isolation = from->pt_isolation,
		.pt_num_cpu_fbanks = MSHV_NUM_CPU_FEATURES_BANKS,
		.pt_disabled_xsave = from->pt_disabled_xsave,
	};
	memcpy(to->pt_cpu_fbanks, from->pt_cpu_fbanks, sizeof(to->pt_cpu_fbanks));
	return 0;
}

static int mshv_partition_read_wanted(struct mshv_caps_wanted *wanted,
				      const struct mshv_create_partition_caps *args)
{
	const u32 required = args->nr_required, optional = args->nr_optional;

	wanted->nr_required = required;
	wanted->nr_optional = optional;
	wanted->ids = kcalloc(required + optional + 1, sizeof(u32), GFP_KERNEL_ACCOUNT);
	if (!wanted->ids)
		return -ENOMEM;
	if (copy_from_user(wanted->ids, u64_to_user_ptr(args->required_ptr),
			   required * sizeof(u32)) ||
	    copy_from_user(wanted->ids + required, u64_to_user_ptr(args->optional_ptr),
			   optional * sizeof(u32)))
		return -EFAULT;
	return 0;
}

/**
 * mshv_partition_create_caps() - MSHV_CREATE_PARTITION_CAPS
 * @uarg: struct mshv_create_partition_caps; its missing is written with -EOPNOTSUPP
 *
 * Return: as mshv_partition_create(); -EOPNOTSUPP if something required cannot be had; -E2BIG.
 */
long mshv_partition_create_caps(void __user *uarg)
{
	struct mshv_caps_wanted wanted = { .ioctl = &mshv_cap_CREATE_PARTITION_CAPS };
	struct mshv_create_partition_caps __user *ucaps = uarg;
	struct mshv_create_partition_caps caps;
	struct mshv_create_partition_v2 args;
	u32 missing;
	int ret;

	ret = mshv_cap_copy_args(&caps, sizeof(caps), sizeof(caps), uarg) ?:
	      mshv_partition_convert_args(&args, &caps) ?:
	      mshv_partition_read_wanted(&wanted, &caps);
	if (ret)
		goto out;
	missing = mshv_caps_missing(wanted.ids, wanted.nr_required);
	if (missing == wanted.nr_required) {
		ret = mshv_partition_new(&args, &wanted);
	} else {
		mshv_cap_reject(NULL, wanted.ids[missing], -EOPNOTSUPP);
		ret = put_user(wanted.ids[missing], &ucaps->missing) ?: -EOPNOTSUPP;
	}
out:
	kfree(wanted.ids);
	return ret;
}

MSHV_DECLARE_CAP(CREATE_PARTITION, .handler = mshv_partition_create,
		 .trial = MSHV_TRIAL_PARTITION,
		 .min_size = sizeof(struct mshv_create_partition),
		 .max_size = sizeof(struct mshv_create_partition_v2));
MSHV_DECLARE_IOCTL(CREATE_PARTITION_CAPS, mshv_partition_create_caps,
		   struct mshv_create_partition_caps, .trial = MSHV_TRIAL_PARTITION);

#define MSHV_DECLARE_PT_FLAG(name, _trial)						\
	MSHV_DECLARE_CAP(PT_##name, .flag = BIT_ULL(MSHV_PT_BIT_##name), .trial = (_trial), \
			 .of = { &mshv_cap_CREATE_PARTITION, &mshv_cap_CREATE_PARTITION_CAPS })

MSHV_DECLARE_PT_FLAG(LAPIC, MSHV_TRIAL_LAPIC);
MSHV_DECLARE_PT_FLAG(X2APIC, MSHV_TRIAL_X2APIC);
MSHV_DECLARE_PT_FLAG(GPA_SUPER_PAGES, MSHV_TRIAL_SUPER_PAGES);
MSHV_DECLARE_PT_FLAG(CPU_AND_XSAVE_FEATURES, MSHV_TRIAL_PARTITION);
MSHV_DECLARE_PT_FLAG(NESTED_VIRTUALIZATION, MSHV_TRIAL_NESTED);
MSHV_DECLARE_PT_FLAG(SMT_ENABLED_GUEST, MSHV_TRIAL_SMT);
