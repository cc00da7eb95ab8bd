// SPDX-License-Identifier: GPL-2.0
/*
 * Hands a test program's hypercalls to softhv as they are, so that each status can be seen that the
 * driver takes care not to cause. It gets at softhv by addresses that whoever loads it reads from
 * /proc/kallsyms; root can do anything to the kernel by it, so it never leaves the virtual machine.
 */
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <mshv/hvabi.h>
#include "hvcalls.h"

#define HOLD_LIMIT_NS	(15ULL * NSEC_PER_SEC)

static unsigned long hypercall;
module_param(hypercall, ulong, 0400);
MODULE_PARM_DESC(hypercall, "Address of softhv_hypercall()");

static unsigned long reboot;
module_param(reboot, ulong, 0400);
MODULE_PARM_DESC(reboot, "Address of mshv_synic_reboot()");

static struct page *spare_page;
static bool held, released;

static u64 issue(u64 control, u64 input, u64 output)
{
	u64 (*call)(u64 control, u64 input, u64 output) = (void *)hypercall;
	unsigned long flags;
	u64 result;

	if ((control & MHV_CONTROL_CODE_MASK) == MHV_HVCALL_DISPATCH_VP) {
		preempt_disable();
		result = call(control, input, output);
		preempt_enable();
	} else {
		local_irq_save(flags);
		result = call(control, input, output);
		local_irq_restore(flags);
	}
	return result;
}

static long do_issue(struct hvcalls_call __user *ucall)
{
	u8 *in = (void *)get_zeroed_page(GFP_KERNEL), *out = (void *)get_zeroed_page(GFP_KERNEL);
	struct hvcalls_call call;
	u64 input, output;
	long ret = -ENOMEM;

	if (!in || !out)
		goto out;
	ret = -EFAULT;
	if (copy_from_user(&call, ucall, sizeof(call)))
		goto out;
	ret = -EINVAL;
	if (call.offset > PAGE_SIZE || call.in_size > PAGE_SIZE - call.offset ||
	    call.out_size > PAGE_SIZE)
		goto out;
	ret = -EFAULT;
	if (copy_from_user(in + call.offset, u64_to_user_ptr(call.in), call.in_size))
		goto out;

	input = call.address ?: virt_to_phys(in) + call.offset;
	output = call.out ? virt_to_phys(out) : 0;
	if (call.control & MHV_CONTROL_FAST) {
		input = ((u64 *)in)[0];
		output = ((u64 *)in)[1];
	}
	call.result = issue(call.control, input, output);
	ret = 0;
	if (copy_to_user(ucall, &call, sizeof(call)) ||
	    (call.out && copy_to_user(u64_to_user_ptr(call.out), out, call.out_size)))
		ret = -EFAULT;
out:
	free_page((unsigned long)in);
	free_page((unsigned long)out);
	return ret;
}

static long do_hold(void)
{
	u64 end = ktime_get_mono_fast_ns() + HOLD_LIMIT_NS;
	bool in_time = true;

	WRITE_ONCE(released, false);
	local_irq_disable();
	WRITE_ONCE(held, true);
	while (!READ_ONCE(released) && in_time) {
		cpu_relax();
		in_time = ktime_get_mono_fast_ns() < end;
	}
	WRITE_ONCE(held, false);
	local_irq_enable();
	return in_time ? 0 : -ETIMEDOUT;
}

static long hvcalls_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int (*notify)(struct notifier_block *notifier, unsigned long action, void *data) =
		(void *)reboot;

	switch (cmd) {
	case HVCALLS_ISSUE:
		return do_issue((void __user *)arg);
	case HVCALLS_PAGE:
		return put_user((u64)page_to_pfn(spare_page), (u64 __user *)arg);
	case HVCALLS_HOLD:
		return do_hold();
	case HVCALLS_RELEASE:
		WRITE_ONCE(released, true);
		return 0;
	case HVCALLS_HELD:
		return READ_ONCE(held) ? 0 : -EAGAIN;
	case HVCALLS_REBOOT:
		notify(NULL, SYS_RESTART, NULL);
		return 0;
	default:
		return -ENOTTY;
	}
}

static const struct file_operations hvcalls_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = hvcalls_ioctl,
};

static struct miscdevice hvcalls_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = HVCALLS_DEVICE,
	.fops = &hvcalls_fops,
	.mode = 0600,
};

static int __init hvcalls_init(void)
{
	int ret;

	if (!hypercall || !reboot)
		return -EINVAL;
	spare_page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!spare_page)
		return -ENOMEM;
	ret = misc_register(&hvcalls_device);
	if (ret)
		__free_page(spare_page);
	return ret;
}

static void __exit hvcalls_exit(void)
{
	misc_deregister(&hvcalls_device);
	__free_page(spare_page);
}

module_init(hvcalls_init);
module_exit(hvcalls_exit);

MODULE_DESCRIPTION("Hypercalls of a test program's, for softhv");
MODULE_LICENSE("GPL");
