// SPDX-License-Identifier: GPL-2.0
/*
 * A stand-in for Linux's own driver, for tests of the tools: a module of its name, with its device
 * node and its files in debugfs. Its other half has the events, as Linux 7.2 (mainline.c) or Azure
 * Linux (azure/azure.c) has them. There is no hypervisor behind it: what it tells is made up, but
 * counted. Writing N to the parameter "run" plays a partition of two VPs whose VMM handles N
 * intercepts on each. For virtual machines of tests alone.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include "standin.h"

static struct dentry *debugfs_root;
atomic64_t standin_partition_id = ATOMIC64_INIT(1);
atomic64_t standin_intercepts;

static int run_set(const char *text, const struct kernel_param *param)
{
	unsigned int rounds;
	int ret;

	ret = kstrtouint(text, 0, &rounds);
	if (ret)
		return ret;
	standin_play(rounds);
	return 0;
}

static const struct kernel_param_ops run_ops = { .set = run_set };
module_param_cb(run, &run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "play a partition with so many intercepts on each of two VPs");

static int hypervisor_show(struct seq_file *file, void *data)
{
	seq_printf(file, "%-27s: %u\n", "HvLogicalProcessors", 2);
	seq_printf(file, "%-27s: %llu\n", "HvPartitions",
		   (u64)atomic64_read(&standin_partition_id));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hypervisor);

static int vp_show(struct seq_file *file, void *data)
{
	u64 half = atomic64_read(&standin_intercepts) / 2;

	seq_printf(file, "%-43s: %llu\n", "VpIoInstructionsCount", half);
	seq_printf(file, "%-43s: %llu\n", "VpCpuidInstructionsCount", half);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vp);

/* Unlike the parameter, the device can be written to by several tasks at once. */
static ssize_t device_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	unsigned int calls, pause_us;
	char text[32];

	if (size >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, size))
		return -EFAULT;
	text[size] = '\0';
	if (sscanf(text, "%u %u", &calls, &pause_us) != 2)
		return -EINVAL;
	standin_call(calls, pause_us);
	return size;
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.write = device_write,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mshv",
	.fops = &device_fops,
	.mode = 0600,
};

static int __init standin_init(void)
{
	struct dentry *dir;
	int ret;

	ret = misc_register(&device);
	if (ret)
		return ret;
	debugfs_root = debugfs_create_dir("mshv", NULL);
	debugfs_create_file("stats", 0400, debugfs_root, NULL, &hypervisor_fops);
	dir = debugfs_create_dir("partition", debugfs_root);
	dir = debugfs_create_dir("1", dir);
	dir = debugfs_create_dir("vp", dir);
	dir = debugfs_create_dir("0", dir);
	debugfs_create_file("stats", 0400, dir, NULL, &vp_fops);
	return 0;
}

static void __exit standin_exit(void)
{
	debugfs_remove_recursive(debugfs_root);
	misc_deregister(&device);
}

module_init(standin_init);
module_exit(standin_exit);
MODULE_DESCRIPTION("Stand-in for Linux's driver of the Microsoft hypervisor, for tests");
MODULE_LICENSE("GPL");
