// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual processors: their descriptors, and the pages of theirs that the VMM maps. A VP stays with
 * its partition until that is destroyed, whether its descriptor is open or not.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/io.h>
#include "compat.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/trace.h"
#include "trace/cap.h"
#include "trace/irq.h"

/* The ioctls that work under the VP's lock */
#define mshv_vp_call(vp, name, call)							\
	mshv_locked(&(vp)->lock, mshv_cap_call((vp)->partition, name, call))

/*
 * Every build has RUN_VP and every partition may use it, so there is nothing to check. That it is
 * used is noted when a VP starts (run.c), not each time.
 */
static long mshv_vp_run_ioctl(struct mshv_vp *vp, void __user *uarg)
{
	long ret = mshv_locked(&vp->lock, mshv_vp_run(vp, uarg));

	if (trace_mshv_cap_use_enabled())
		mshv_cap_end(vp->partition, &mshv_cap_RUN_VP, ret);
	return ret;
}

static long mshv_vp_do_ioctl(struct mshv_vp *vp, unsigned int cmd, void __user *uarg)
{
	struct mshv_partition *partition = vp->partition;

	switch (cmd) {
	case MSHV_RUN_VP:
		return mshv_vp_run_ioctl(vp, uarg);
	case MSHV_GET_VP_STATE:
		return mshv_vp_call(vp, GET_VP_STATE, mshv_vp_state_get(vp, uarg));
	case MSHV_SET_VP_STATE:
		return mshv_vp_call(vp, SET_VP_STATE, mshv_vp_state_set(vp, uarg));
	case MSHV_ROOT_HVCALL:
		return mshv_vp_call(vp, ROOT_HVCALL, mshv_passthrough(partition, vp, uarg));
	case MSHV_GET_CAPS:
		return mshv_cap_call(partition, GET_CAPS, mshv_caps_get(partition, uarg));
	case MSHV_CHECK_EXTENSION:
		return mshv_cap_call(partition, CHECK_EXTENSION, mshv_cap_check(partition, uarg));
	default:
		return -ENOTTY;
	}
}

static long mshv_vp_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct mshv_vp *vp = file->private_data;
	long ret;

	if (trace_mshv_ioctl_enter_enabled())
		mshv_fire(mshv_ioctl_enter, vp->partition->id, vp->index, cmd, vp->partition);
	ret = mshv_vp_do_ioctl(vp, cmd, (void __user *)arg);
	if (trace_mshv_ioctl_exit_enabled())
		mshv_fire(mshv_ioctl_exit, vp->partition->id, vp->index, cmd, ret, vp->partition);
	return ret;
}

/* The page that the VMM gets to see at an offset of the descriptor; NULL if there is none. */
static void *mshv_vp_page(struct mshv_vp *vp, unsigned long pgoff)
{
	switch (pgoff) {
	case MSHV_VP_MMAP_OFFSET_REGISTERS:
		return vp->registers;
	case MSHV_VP_MMAP_OFFSET_INTERCEPT_MESSAGE:
		return vp->message;
	case MSHV_VP_MMAP_OFFSET_CONTROL:
		return (void *)vp->control;
	default:
		return NULL;
	}
}

/* The capability of the page at an offset of the descriptor; NULL if no page is ever there. */
static const struct mshv_cap *mshv_vp_page_cap(unsigned long pgoff)
{
	switch (pgoff) {
	case MSHV_VP_MMAP_OFFSET_REGISTERS:
		return &mshv_cap_VP_REGISTERS_PAGE;
	case MSHV_VP_MMAP_OFFSET_INTERCEPT_MESSAGE:
	case MSHV_VP_MMAP_OFFSET_GHCB:
		return &mshv_cap_VP_INTERCEPT_PAGE;
	case MSHV_VP_MMAP_OFFSET_CONTROL:
		return &mshv_cap_VP_CONTROL_PAGE;
	default:
		return NULL;
	}
}

static vm_fault_t mshv_vp_fault(struct vm_fault *vmf)
{
	struct mshv_vp *vp = vmf->vma->vm_file->private_data;
	void *page = mshv_vp_page(vp, vmf->pgoff);

	if (!page)
		return VM_FAULT_SIGBUS;
	return vmf_insert_pfn(vmf->vma, vmf->address, virt_to_phys(page) >> PAGE_SHIFT);
}

static const struct vm_operations_struct mshv_vp_vm_ops = {
	.fault = mshv_vp_fault,
};

/*
 * The pages are there as long as the VP is, and are mostly the hypervisor's. They are mapped as
 * VM_PFNMAP, so that nobody gets a reference to a page and writes to it when it is used for
 * something else.
 */
static int mshv_vp_mmap(struct file *file, struct vm_area_struct *vma)
{
	const struct mshv_cap *cap = mshv_vp_page_cap(vma->vm_pgoff);
	struct mshv_vp *vp = file->private_data;
	int ret;

	/* One page, so that the capability that is asked is that of all that is mapped. */
	if (!cap || vma_pages(vma) != 1 || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (!mshv_vp_page(vp, vma->vm_pgoff) || !mshv_cap_is_built(cap))
		return -ENODEV;
	ret = mshv_cap_begin(vp->partition, cap);
	if (ret)
		return ret;
	mshv_vma_set_flags(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_ops = &mshv_vp_vm_ops;
	mshv_cap_end(vp->partition, cap, 0);
	return 0;
}

MSHV_DECLARE_CAP(VP_REGISTERS_PAGE, .handler = mshv_vp_mmap, .trial = MSHV_TRIAL_REGISTERS_PAGE);
MSHV_DECLARE_CAP(VP_INTERCEPT_PAGE, .handler = mshv_vp_mmap, .trial = MSHV_TRIAL_INTERCEPT_PAGE);
MSHV_DECLARE_CAP(VP_CONTROL_PAGE, .handler = mshv_vp_mmap, .trial = MSHV_TRIAL_VP);

static int mshv_vp_release(struct inode *inode, struct file *file)
{
	struct mshv_vp *vp = file->private_data;

	mshv_fire(mshv_vp_release, vp->partition->id, vp->index);
	mshv_partition_put(vp->partition);
	return 0;
}

static void mshv_vp_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct mshv_vp *vp = file->private_data;

	seq_printf(m, "mshv_partition_id:\t%llu\n", vp->partition->id);
	seq_printf(m, "mshv_vp_index:\t%u\n", vp->index);
	seq_printf(m, "mshv_vp_slot:\t%d\n", vp->slot);
}

static const struct file_operations mshv_vp_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = mshv_vp_ioctl,
	.mmap = mshv_vp_mmap,
	.release = mshv_vp_release,
	.show_fdinfo = mshv_vp_show_fdinfo,
	.llseek = noop_llseek,
};

static void mshv_vp_unmap_pages(struct mshv_vp *vp)
{
	if (vp->registers)
		mshv_call_unmap_vp_state_page(vp, MHV_VP_STATE_PAGE_REGISTERS);
	if (vp->message)
		mshv_call_unmap_vp_state_page(vp, MHV_VP_STATE_PAGE_INTERCEPT_MESSAGE);
}

static int mshv_vp_map_pages(struct mshv_vp *vp)
{
	return mshv_call_map_vp_state_page(vp, MHV_VP_STATE_PAGE_INTERCEPT_MESSAGE,
					   (void **)&vp->message) ?:
	       mshv_call_map_vp_state_page(vp, MHV_VP_STATE_PAGE_REGISTERS,
					   (void **)&vp->registers);
}

/* Makes the VP in the hypervisor and its descriptor; the partition's lock is held. */
static int mshv_vp_setup(struct mshv_vp *vp)
{
	struct mshv_partition *partition = vp->partition;
	struct file *file;
	int fd, ret;

	ret = mshv_call_create_vp(partition, vp->index);
	if (ret)
		return ret;
	ret = mshv_vp_map_pages(vp);
	if (ret)
		goto err_unmap;

	mshv_stats_vp_open(vp);

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0) {
		ret = fd;
		goto err_stats;
	}
	file = anon_inode_getfile("mshv_vp", &mshv_vp_fops, vp, O_RDWR);
	if (IS_ERR(file)) {
		ret = PTR_ERR(file);
		goto err_put_fd;
	}

	mshv_partition_get(partition);
	vp->slot = mshv_vp_slot_get(vp);
	/* Interrupt handlers find it from here on. */
	smp_store_release(&partition->vps[vp->index], vp);
	WRITE_ONCE(partition->nr_vps, partition->nr_vps + 1);
	/* From here on the VMM can use and close it. */
	fd_install(fd, file);
	return fd;

err_put_fd:
	put_unused_fd(fd);
err_stats:
	mshv_stats_vp_close(vp);
err_unmap:
	mshv_vp_unmap_pages(vp);
	mshv_call_delete_vp(partition, vp->index);
	return ret;
}

static void mshv_vp_free(struct mshv_vp *vp)
{
	free_page((unsigned long)vp->control);
	kfree(vp);
}

/**
 * mshv_vp_create() - MSHV_CREATE_VP
 * @partition: whose, its lock held
 * @uarg: struct mshv_create_vp
 *
 * Return: a descriptor; -EFAULT, -EINVAL when the index is too high, -EEXIST, -ENOMEM, -EMFILE or
 * -ENFILE, or the errno of a hypercall's status.
 */
long mshv_vp_create(struct mshv_partition *partition, void __user *uarg)
{
	struct mshv_create_vp args;
	struct mshv_vp *vp;
	int ret;

	if (copy_from_user(&args, uarg, sizeof(args)))
		return -EFAULT;
	if (args.vp_index >= MSHV_MAX_VPS)
		return -EINVAL;
	if (partition->vps[args.vp_index])
		return -EEXIST;

	vp = kzalloc(sizeof(*vp), GFP_KERNEL_ACCOUNT);
	if (!vp)
		return -ENOMEM;
	vp->control = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!vp->control) {
		kfree(vp);
		return -ENOMEM;
	}
	vp->partition = partition;
	vp->index = args.vp_index;
	mutex_init(&vp->lock);
	init_waitqueue_head(&vp->run.wait);

	ret = mshv_vp_setup(vp);
	mshv_fire(mshv_create_vp, partition->id, args.vp_index, ret);
	if (ret < 0)
		mshv_vp_free(vp);
	return ret;
}

MSHV_DECLARE_IOCTL(CREATE_VP, mshv_vp_create, struct mshv_create_vp, .trial = MSHV_TRIAL_VP);

/**
 * mshv_vp_destroy() - be done with a VP
 * @vp: the VP, its descriptor closed, its partition about to be finalized
 *
 * The hypervisor deletes the VP itself, when the partition is finalized.
 */
void mshv_vp_destroy(struct mshv_vp *vp)
{
	if (trace_mshv_exit_done_enabled())
		mshv_cycle_end(vp);
	mshv_fire(mshv_destroy_vp, vp->partition->id, vp->index, vp->slot, vp);

	mshv_stats_vp_close(vp);
	mshv_vp_unmap_pages(vp);
	mshv_vp_slot_put(vp);
	mutex_destroy(&vp->lock);
	mshv_vp_free(vp);
}
