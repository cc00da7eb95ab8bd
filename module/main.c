// SPDX-License-Identifier: GPL-2.0
/*
 * The module: /dev/mshv, and which hypervisor is behind it. What an ioctl does is in the file of its
 * subject; this one only dispatches.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include "mshv.h"

/*
 * Behind every partition and every open of the device; each holds the owner's module, so it does
 * not change under them. The lock is for those who come and go.
 */
const struct mshv_hypervisor *mshv_hv;
static DEFINE_MUTEX(mshv_hv_lock);

int mshv_hypervisor_register(const struct mshv_hypervisor *hv)
{
	int ret = -EBUSY;

	mutex_lock(&mshv_hv_lock);
	if (!mshv_hv) {
		mshv_hv = hv;
		ret = 0;
	}
	mutex_unlock(&mshv_hv_lock);

	if (!ret)
		pr_info("hypervisor: %s\n", hv->name);
	return ret;
}
EXPORT_SYMBOL_GPL(mshv_hypervisor_register);

void mshv_hypervisor_unregister(const struct mshv_hypervisor *hv)
{
	mutex_lock(&mshv_hv_lock);
	if (!WARN_ON(mshv_hv != hv))
		mshv_hv = NULL;
	mutex_unlock(&mshv_hv_lock);
}
EXPORT_SYMBOL_GPL(mshv_hypervisor_unregister);

static int mshv_dev_open(struct inode *inode, struct file *file)
{
	bool found;

	mutex_lock(&mshv_hv_lock);
	found = mshv_hv && try_module_get(mshv_hv->owner);
	mutex_unlock(&mshv_hv_lock);
	if (!found) {
		pr_info_once("no hypervisor: load one first, for instance softhv\n");
		return -ENODEV;
	}
	return 0;
}

static int mshv_dev_release(struct inode *inode, struct file *file)
{
	module_put(mshv_hv->owner);
	return 0;
}

static const struct file_operations mshv_dev_fops = {
	.owner = THIS_MODULE,
	.open = mshv_dev_open,
	.release = mshv_dev_release,
	.llseek = noop_llseek,
};

static struct miscdevice mshv_dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mshv",
	.fops = &mshv_dev_fops,
	.mode = 0600,
};

static int __init mshv_init(void)
{
	return misc_register(&mshv_dev);
}

static void __exit mshv_exit(void)
{
	misc_deregister(&mshv_dev);
}

module_init(mshv_init);
module_exit(mshv_exit);

MODULE_DESCRIPTION("/dev/mshv: partitions of the Microsoft hypervisor, with tracing");
MODULE_LICENSE("GPL");
