// SPDX-License-Identifier: GPL-2.0
/*
 * The module: /dev/mshv, and which hypervisor is behind it. What an ioctl does is in the file of
 * its subject.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/namei.h>
#include "hv/hvcall.h"
#include "hv/hyperv.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "irq/synic.h"
#include "trace/fire.h"
#include "trace/irq.h"

/*
 * The hypervisor behind every partition and every open descriptor of the device. Each of them holds
 * the owner's module, so the pointer does not change while they exist. The lock serializes
 * registering, unregistering and opening.
 */
const struct mshv_hypervisor *mshv_hv;
static DEFINE_MUTEX(mshv_hv_lock);

/* Finds out the properties of the hypervisor; mshv_hv is set already. */
static int mshv_hypervisor_setup(void)
{
	int ret;

	ret = mshv_call_get_partition_id() ?: mshv_synic_init();
	if (ret)
		return ret;
	ret = mshv_scheduler_init();
	if (ret) {
		mshv_synic_exit();
		return ret;
	}
	mshv_stats_hypervisor_open();
	mshv_caps_probe(true);
	return 0;
}

int mshv_hypervisor_register(const struct mshv_hypervisor *hv)
{
	int ret = -EBUSY;

	mutex_lock(&mshv_hv_lock);
	if (!mshv_hv) {
		mshv_hv = hv;
		mshv_hvcall_set_hypervisor(hv);
		ret = mshv_hypervisor_setup();
		if (ret) {
			mshv_withdraw(NULL);
			mshv_hvcall_set_hypervisor(NULL);
			mshv_hv = NULL;
		}
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
	if (!WARN_ON(mshv_hv != hv)) {
		mshv_stats_hypervisor_close();
		mshv_synic_exit();
		mshv_withdraw(NULL);
		mshv_hvcall_set_hypervisor(NULL);
		mshv_hv = NULL;
		mshv_caps_probe(false);
	}
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
		pr_info_once("no hypervisor: %s; load softhv for one in software\n",
			     mshv_hyperv_absence() ?: "it was taken away");
		return -ENODEV;
	}
	return 0;
}

static int mshv_dev_release(struct inode *inode, struct file *file)
{
	module_put(mshv_hv->owner);
	return 0;
}

static long mshv_dev_do_ioctl(unsigned int cmd, void __user *uarg)
{
	switch (cmd) {
	case MSHV_CREATE_PARTITION:
		return mshv_cap_call(NULL, CREATE_PARTITION, mshv_partition_create(uarg));
	case MSHV_CREATE_PARTITION_CAPS:
		return mshv_cap_call(NULL, CREATE_PARTITION_CAPS,
				     mshv_partition_create_caps(uarg));
	case MSHV_ROOT_HVCALL:
		return mshv_cap_call(NULL, ROOT_HVCALL, mshv_passthrough(NULL, NULL, uarg));
	case MSHV_GET_CAPS:
		return mshv_cap_call(NULL, GET_CAPS, mshv_caps_get(NULL, uarg));
	case MSHV_CHECK_EXTENSION:
		return mshv_cap_call(NULL, CHECK_EXTENSION, mshv_cap_check(NULL, uarg));
	default:
		return -ENOTTY;
	}
}

static long mshv_dev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	long ret;

	mshv_fire(mshv_ioctl_enter, MHV_PARTITION_ID_SELF, MSHV_NO_VP, cmd, NULL);
	ret = mshv_dev_do_ioctl(cmd, (void __user *)arg);
	mshv_fire(mshv_ioctl_exit, MHV_PARTITION_ID_SELF, MSHV_NO_VP, cmd, ret, NULL);
	return ret;
}

static const struct file_operations mshv_dev_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = mshv_dev_ioctl,
	.open = mshv_dev_open,
	.release = mshv_dev_release,
	.llseek = noop_llseek,
};

static struct miscdevice mshv_dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mshv",
	.fops = &mshv_dev_fops,
	.mode = 0600,
	.groups = mshv_caps_groups,
};

/*
 * Linux's own driver, which may be built in, has the device, the events and the hypervisor's
 * messages under the same names. misc_register() fails beside it, too, but prints a stack, as if
 * that were a bug, and the class of misc devices is not exported; so the device is looked for in
 * sysfs.
 */
static bool __init mshv_device_is_taken(void)
{
	struct path path;

	if (kern_path("/sys/class/misc/mshv", 0, &path))
		return false;
	path_put(&path);
	return true;
}

static int __init mshv_init(void)
{
	int ret;

	if (mshv_device_is_taken()) {
		pr_err("another driver has /dev/mshv; unload it first: modprobe -r mshv_root\n");
		return -EBUSY;
	}
	ret = mshv_slots_check();
	if (ret)
		return ret;
	mshv_caps_probe(false);
	ret = mshv_hvcall_init();
	if (ret)
		return ret;
	ret = mshv_irqfd_init();
	if (ret)
		goto err_hvcall;
	ret = mshv_hyperv_register();
	if (ret)
		goto err_irqfd;
	ret = misc_register(&mshv_dev);
	if (ret)
		goto err_hyperv;
	return 0;

err_hyperv:
	mshv_hyperv_unregister();
err_irqfd:
	mshv_irqfd_exit();
err_hvcall:
	mshv_hvcall_exit();
	return ret;
}

static void __exit mshv_exit(void)
{
	misc_deregister(&mshv_dev);
	mshv_hyperv_unregister();
	mshv_irqfd_exit();
	mshv_hvcall_exit();
}

module_init(mshv_init);
module_exit(mshv_exit);

MODULE_DESCRIPTION("/dev/mshv: partitions of the Microsoft hypervisor, with tracing");
MODULE_LICENSE("GPL");
