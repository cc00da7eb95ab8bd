// SPDX-License-Identifier: GPL-2.0
/*
 * softhv: a hypervisor in software, on AMD's SVM, that answers the Microsoft hypervisor's
 * hypercalls where there is none. It serves to develop, test and demonstrate everything above the
 * hypercall ABI. It does not protect the host against speculation by guests, so do not run hostile
 * guests. This file loads and unloads it.
 */
#define pr_fmt(fmt) "softhv: " fmt

#include <linux/module.h>

#include "hv/hypervisor.h"
#include "softhv/softhv.h"

bool softhv_unkind __read_mostly;
module_param_named(unkind, softhv_unkind, bool, 0444);
MODULE_PARM_DESC(unkind,
		 "do no more for the driver than the Microsoft hypervisor may do: do not look again for signals before a guest is entered, answer SET_PARTITION_PROPERTY by a message, map no large page where there are small ones");

static struct mshv_hypervisor softhv = {
	.name = "softhv",
	.owner = THIS_MODULE,
	.takes_vectors = true,
	.hypercall = softhv_hypercall,
	.read_msr = softhv_synic_read_msr,
	.write_msr = softhv_synic_write_msr,
	.set_interrupt_handler = softhv_synic_set_handler,
};

static int __init softhv_init(void)
{
	int ret = softhv_hypercall_init();

	if (ret)
		return ret;
	softhv.looks_again = !softhv_unkind;
	softhv_property_init();
	ret = softhv_stats_init();
	if (ret)
		goto hypercall_exit;
	ret = softhv_synic_init();
	if (ret)
		goto stats_exit;
	ret = softhv_svm_init();
	if (ret)
		goto synic_exit;
	ret = softhv_sched_init();
	if (ret)
		goto svm_exit;
	softhv_cpuid_init();
	softhv_debugfs_init();

	ret = mshv_hypervisor_register(&softhv);
	if (ret) {
		pr_err("the driver has another hypervisor already; unload that first\n");
		goto debugfs_exit;
	}
	return 0;

debugfs_exit:
	softhv_debugfs_exit();
	softhv_sched_exit();
svm_exit:
	softhv_svm_exit();
synic_exit:
	softhv_synic_exit();
stats_exit:
	softhv_stats_exit_all();
hypercall_exit:
	softhv_hypercall_exit();
	return ret;
}

static void __exit softhv_exit(void)
{
	mshv_hypervisor_unregister(&softhv);
	softhv_partition_exit();
	softhv_port_exit();
	softhv_debugfs_exit();
	softhv_sched_exit();
	softhv_svm_exit();
	softhv_synic_exit();
	softhv_stats_exit_all();
	softhv_hypercall_exit();
}

module_init(softhv_init);
module_exit(softhv_exit);

MODULE_DESCRIPTION("Software hypervisor with the Microsoft hypervisor's ABI, on AMD SVM");
MODULE_AUTHOR("The mshvtop authors");
MODULE_LICENSE("GPL");
