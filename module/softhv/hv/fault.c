// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls that fail by request, for tests of what the driver does then: debugfs
 * "softhv/fail_call" takes three numbers, "CODE STATUS NTH". The NTH call of CODE from then on does
 * nothing and answers STATUS; the calls before and after it are carried out. A read shows the three
 * numbers; NTH is 0 once the call has failed. A call's CODE with NTH 0 takes the request back.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include "softhv/hv/fault.h"

DEFINE_STATIC_KEY_FALSE(softhv_fault_wanted);

/* The lock is for the request, which hypercalls read in any context. */
static DEFINE_RAW_SPINLOCK(softhv_fault_lock);
static struct {
	u16 code;
	u16 status;
	u32 nth;
} softhv_fault;

/* The key follows the request, as seen by those who write it. */
static DEFINE_MUTEX(softhv_fault_mutex);

/**
 * softhv_fault_take() - tell whether a hypercall is to fail
 * @code: the hypercall's code
 * @status: where to put the status to answer
 *
 * Context: any but NMI.
 */
bool softhv_fault_take(u16 code, u16 *status)
{
	unsigned long flags;
	bool taken = false;

	raw_spin_lock_irqsave(&softhv_fault_lock, flags);
	if (softhv_fault.nth && softhv_fault.code == code && !--softhv_fault.nth) {
		*status = softhv_fault.status;
		taken = true;
	}
	raw_spin_unlock_irqrestore(&softhv_fault_lock, flags);
	return taken;
}

static int softhv_fail_call_show(struct seq_file *file, void *unused)
{
	u16 code, status;
	u32 nth;

	raw_spin_lock_irq(&softhv_fault_lock);
	code = softhv_fault.code;
	status = softhv_fault.status;
	nth = softhv_fault.nth;
	raw_spin_unlock_irq(&softhv_fault_lock);
	seq_printf(file, "0x%04x 0x%04x %u\n", code, status, nth);
	return 0;
}

static int softhv_fail_call_open(struct inode *inode, struct file *file)
{
	return single_open(file, softhv_fail_call_show, inode->i_private);
}

static ssize_t softhv_fail_call_write(struct file *file, const char __user *utext, size_t size,
				      loff_t *offset)
{
	char text[40];
	u16 code, status;
	u32 nth;

	if (size >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, utext, size))
		return -EFAULT;
	text[size] = 0;
	if (sscanf(text, "%hi %hi %u", &code, &status, &nth) != 3)
		return -EINVAL;

	mutex_lock(&softhv_fault_mutex);
	raw_spin_lock_irq(&softhv_fault_lock);
	softhv_fault.code = code;
	softhv_fault.status = status;
	softhv_fault.nth = nth;
	raw_spin_unlock_irq(&softhv_fault_lock);
	if (nth)
		static_branch_enable(&softhv_fault_wanted);
	else
		static_branch_disable(&softhv_fault_wanted);
	mutex_unlock(&softhv_fault_mutex);
	return size;
}

static const struct file_operations softhv_fail_call_fops = {
	.owner = THIS_MODULE,
	.open = softhv_fail_call_open,
	.read = seq_read,
	.write = softhv_fail_call_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/**
 * softhv_fault_init() - make the file by which hypercalls are made to fail
 * @dir: softhv's directory in debugfs
 */
void softhv_fault_init(struct dentry *dir)
{
	debugfs_create_file("fail_call", 0600, dir, NULL, &softhv_fail_call_fops);
}
