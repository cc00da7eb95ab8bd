/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that the driver is built for, 6.1 to 6.12, behind one interface.
 * No other file of the driver may ask for a kernel's version.
 */
#ifndef MSHV_COMPAT_H
#define MSHV_COMPAT_H

#include <linux/entry-kvm.h>
#include <linux/eventfd.h>
#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <linux/version.h>

/*
 * Before 6.2 a long-term pin for reading takes the page that a private mapping shares, and the next
 * write of its owner goes to another one. A forced pin for writing gives the mapping its own page
 * first; it fails with EFAULT on shared memory that is mapped read-only, which needs no such thing.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define MSHV_FOLL_READ_UNSHARE	0
#else
#define MSHV_FOLL_READ_UNSHARE	(FOLL_WRITE | FOLL_FORCE)
#endif

/**
 * mshv_vma_set_flags() - add flags to a mapping
 * @vma: the mapping, being made
 * @flags: VM_*
 */
static inline void mshv_vma_set_flags(struct vm_area_struct *vma, unsigned long flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_set(vma, flags);
#else
	vma->vm_flags |= flags;
#endif
}

/**
 * mshv_xfer_to_guest_mode() - do the work that a task has pending before it enters a guest
 *
 * The kernel's function is KVM's: when it finds a signal it notes that in the vCPU. All VPs hand it
 * the same one, of which it touches two members and nobody reads any.
 *
 * Context: task context, interrupts and preemption enabled; sleeps.
 * Return: 0, or -EINTR when a signal is pending.
 */
static inline int mshv_xfer_to_guest_mode(void)
{
	static struct kvm_run run;
	static struct kvm_vcpu vcpu = { .run = &run };

	return xfer_to_guest_mode_handle_work(&vcpu);
}

/**
 * mshv_eventfd_signal() - signal an eventfd
 * @eventfd: a reference to it
 *
 * Context: any but NMI.
 */
static inline void mshv_eventfd_signal(struct eventfd_ctx *eventfd)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	eventfd_signal(eventfd);
#else
	eventfd_signal(eventfd, 1);
#endif
}

#endif /* MSHV_COMPAT_H */
