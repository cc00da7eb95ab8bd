/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The differences between the kernels that softhv.ko is built for, 6.1 to 7.2, behind one
 * interface. No other file of softhv asks for a kernel's version, except the assembly
 * (svm/entry.S).
 */
#ifndef SOFTHV_COMPAT_H
#define SOFTHV_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/version.h>
#include <asm/svm.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#include <asm/cpuid/api.h>
#include <asm/msr.h>
#define softhv_rdmsr(msr, value)	rdmsrq(msr, value)
#define softhv_wrmsr(msr, value)	wrmsrq(msr, value)
#else
#include <asm/msr.h>
#include <asm/processor.h>
#define softhv_rdmsr(msr, value)	rdmsrl(msr, value)
#define softhv_wrmsr(msr, value)	wrmsrl(msr, value)
#endif

/**
 * softhv_hrtimer_setup() - prepare a timer, which is not started
 * @timer: the timer
 * @function: what it calls when it fires
 * @clock: CLOCK_*
 * @mode: HRTIMER_MODE_*
 */
static inline void softhv_hrtimer_setup(struct hrtimer *timer,
				      enum hrtimer_restart (*function)(struct hrtimer *),
				      clockid_t clock, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

/**
 * softhv_vmcb_enable_npt() - have a guest run with nested page tables
 * @control: of its VMCB, which asks for nothing beside
 */
static inline void softhv_vmcb_enable_npt(struct vmcb_control_area *control)
{
#ifdef SVM_MISC_ENABLE_NP
	control->misc_ctl = SVM_MISC_ENABLE_NP;
#else
	control->nested_ctl = SVM_NESTED_CTL_NP_ENABLE;
#endif
}

#endif /* SOFTHV_COMPAT_H */
