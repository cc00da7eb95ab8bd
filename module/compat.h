/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The differences between the kernels that mshv.ko is built for, 6.1 to 7.2, behind one interface.
 * No other file of mshv.ko asks for a kernel's version, except the transport to the Microsoft
 * hypervisor (hv/hyperv.c). softhv has a file of its own, softhv/compat.h.
 */
#ifndef MSHV_COMPAT_H
#define MSHV_COMPAT_H

#include <linux/eventfd.h>
#include <linux/mm.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#include <linux/entry-virt.h>
#else
#include <linux/entry-kvm.h>
#include <linux/kvm_host.h>
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#include <asm/cpuid/api.h>
#else
#include <asm/processor.h>
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
 * mshv_follow_pfn() - find the page behind an address of a mapping of what is not memory
 * @vma: the mapping, VM_IO or VM_PFNMAP, its mmap lock held
 * @uaddr: the address
 * @write: it has to be writable
 * @pfn: where to put the page's number
 *
 * Return: 0, or -EFAULT when there is none at the moment.
 */
static inline int mshv_follow_pfn(struct vm_area_struct *vma, unsigned long uaddr, bool write,
				  unsigned long *pfn)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	struct follow_pfnmap_args args = { .vma = vma, .address = uaddr };
	bool writable;

	if (follow_pfnmap_start(&args))
		return -EFAULT;
	*pfn = args.pfn;
	writable = args.writable;
	follow_pfnmap_end(&args);
#else
	bool writable;
	spinlock_t *lock;
	pte_t *pte;

	if (follow_pte(vma->vm_mm, uaddr, &pte, &lock))
		return -EFAULT;
	__acquire(lock);	/* its declaration does not say so */
	*pfn = pte_pfn(*pte);
	writable = pte_write(*pte);
	pte_unmap_unlock(pte, lock);
#endif
	return write && !writable ? -EFAULT : 0;
}

/**
 * mshv_xfer_to_guest_mode() - do the work that a task has pending before it enters a guest
 *
 * Before 6.18 the kernel's function is KVM's and notes a signal in its vCPU. All VPs hand it the
 * same dummy vCPU; the function writes two members of it, which nobody reads.
 *
 * Context: task context, interrupts and preemption enabled; sleeps.
 * Return: 0, or -EINTR when a signal is pending.
 */
static inline int mshv_xfer_to_guest_mode(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	return xfer_to_guest_mode_handle_work();
#else
	static struct kvm_run run;
	static struct kvm_vcpu vcpu = { .run = &run };

	return xfer_to_guest_mode_handle_work(&vcpu);
#endif
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
