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
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include "standin.h"

static DEFINE_MUTEX(run_lock);
static struct dentry *debugfs_root;
u64 standin_partition_id = 1;
u64 standin_intercepts;

static int run_set(const char *text, const struct kernel_param *param)
{
	unsigned int rounds;
	int ret;

	ret = kstrtouint(text, 0, &rounds);
	if (ret)
		return ret;
	mutex_lock(&run_lock);
	standin_play(rounds);
	mutex_unlock(&run_lock);
	return 0;
}

static const struct kernel_param_ops run_ops = { .set = run_set };
module_param_cb(run, &run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "play a partition with so many intercepts on each of two VPs");

static int hypervisor_show(struct seq_file *file, void *data)
{
	seq_printf(file, "%-27s: %u\n", "HvLogicalProcessors", 2);
	seq_printf(file, "%-27s: %llu\n", "HvPartitions", standin_partition_id);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hypervisor);

static int vp_show(struct seq_file *file, void *data)
{
	seq_printf(file, "%-43s: %llu\n", "VpIoInstructionsCount", standin_intercepts / 2);
	seq_printf(file, "%-43s: %llu\n", "VpCpuidInstructionsCount", standin_intercepts / 2);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vp);

static const struct file_operations device_fops = { .owner = THIS_MODULE };

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
