// SPDX-License-Identifier: GPL-2.0
/*
 * IOEVENTFD: guest writes to an address signal an eventfd, and do not end RUN_VP. The hypervisor
 * knows the writes by a doorbell (port.c). Limits and errors are those of Linux 7.2
 * drivers/hv/mshv_eventfd.c. The list is under the partition's lock; the interrupt handler has its
 * own way to an ioeventfd, by the port's number.
 */
#include <linux/eventfd.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <mshv/hvabi_synic.h>
#include "compat.h"
#include "irq/eventfd.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/irq.h"

static int mshv_doorbell_size(u32 len)
{
	switch (len) {
	case 0:
		return MHV_DOORBELL_SIZE_ANY;
	case 1:
		return MHV_DOORBELL_SIZE_BYTE;
	case 2:
		return MHV_DOORBELL_SIZE_WORD;
	case 4:
		return MHV_DOORBELL_SIZE_DWORD;
	case 8:
		return MHV_DOORBELL_SIZE_QWORD;
	default:
		return -EINVAL;
	}
}

static bool mshv_ioeventfd_same_place(const struct mshv_ioeventfd *ioeventfd,
				      const struct mshv_user_ioeventfd *args)
{
	return ioeventfd->addr == args->addr && ioeventfd->len == args->len;
}

static bool mshv_ioeventfd_taken(struct mshv_partition *partition,
				 const struct mshv_user_ioeventfd *args)
{
	bool wildcard = !(args->flags & BIT(MSHV_IOEVENTFD_BIT_DATAMATCH));
	struct mshv_ioeventfd *other;

	list_for_each_entry(other, &partition->interrupts.ioeventfds, node)
		if (mshv_ioeventfd_same_place(other, args) &&
		    (wildcard || other->wildcard || other->datamatch == args->datamatch))
			return true;
	return false;
}

static int mshv_ioeventfd_open(struct mshv_ioeventfd *ioeventfd, u64 doorbell_flags)
{
	int ret;

	if (ioeventfd->wildcard)
		doorbell_flags |= MHV_DOORBELL_ANY_VALUE;
	ret = mshv_port_open(ioeventfd, doorbell_flags);
	mshv_fire(mshv_assign_ioeventfd, ioeventfd->partition->id, ioeventfd->addr, ioeventfd->len,
		  ioeventfd->datamatch, ioeventfd->wildcard, ioeventfd->eventfd,
		  ret ? ret : (int)ioeventfd->port);
	return ret;
}

static int mshv_ioeventfd_assign(struct mshv_partition *partition,
				 const struct mshv_user_ioeventfd *args)
{
	int ret, size = mshv_doorbell_size(args->len);
	struct mshv_ioeventfd *ioeventfd;
	struct eventfd_ctx *eventfd;

	if (size < 0 || args->addr + args->len < args->addr)
		return -EINVAL;
	eventfd = eventfd_ctx_fdget(args->fd);
	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	ret = -EEXIST;
	if (mshv_ioeventfd_taken(partition, args))
		goto err_put;
	ret = -ENOMEM;
	ioeventfd = kzalloc(sizeof(*ioeventfd), GFP_KERNEL_ACCOUNT);
	if (!ioeventfd)
		goto err_put;

	ioeventfd->partition = partition;
	ioeventfd->eventfd = eventfd;
	ioeventfd->addr = args->addr;
	ioeventfd->len = args->len;
	if (args->flags & BIT(MSHV_IOEVENTFD_BIT_DATAMATCH))
		ioeventfd->datamatch = args->datamatch;
	else
		ioeventfd->wildcard = true;
	ret = mshv_ioeventfd_open(ioeventfd, size);
	if (ret)
		goto err_free;
	list_add_tail(&ioeventfd->node, &partition->interrupts.ioeventfds);
	return 0;

err_free:
	kfree(ioeventfd);
err_put:
	eventfd_ctx_put(eventfd);
	return ret;
}

/* Closes the door; the ioeventfd is freed when no interrupt handler has it any more. */
static void mshv_ioeventfd_close(struct mshv_ioeventfd *ioeventfd, struct list_head *closed)
{
	mshv_fire(mshv_deassign_ioeventfd, ioeventfd->partition->id, ioeventfd->addr,
		  ioeventfd->len, ioeventfd->datamatch, ioeventfd->wildcard, ioeventfd->eventfd);
	mshv_port_close(ioeventfd);
	list_move(&ioeventfd->node, closed);
}

static void mshv_ioeventfd_free(struct list_head *closed)
{
	struct mshv_ioeventfd *ioeventfd, *next;

	synchronize_rcu();
	list_for_each_entry_safe(ioeventfd, next, closed, node) {
		eventfd_ctx_put(ioeventfd->eventfd);
		kfree(ioeventfd);
	}
}

static int mshv_ioeventfd_deassign(struct mshv_partition *partition,
				   const struct mshv_user_ioeventfd *args)
{
	bool wildcard = !(args->flags & BIT(MSHV_IOEVENTFD_BIT_DATAMATCH));
	struct eventfd_ctx *eventfd = eventfd_ctx_fdget(args->fd);
	struct mshv_ioeventfd *ioeventfd;
	LIST_HEAD(closed);

	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	list_for_each_entry(ioeventfd, &partition->interrupts.ioeventfds, node) {
		if (ioeventfd->eventfd == eventfd && ioeventfd->wildcard == wildcard &&
		    mshv_ioeventfd_same_place(ioeventfd, args) &&
		    (wildcard || ioeventfd->datamatch == args->datamatch)) {
			mshv_ioeventfd_close(ioeventfd, &closed);
			break;
		}
	}
	eventfd_ctx_put(eventfd);
	if (list_empty(&closed))
		return -ENOENT;
	mshv_ioeventfd_free(&closed);
	return 0;
}

/**
 * mshv_ioeventfd() - MSHV_IOEVENTFD
 * @partition: whose guest, its lock held
 * @uarg: struct mshv_user_ioeventfd
 *
 * Return: 0; -EFAULT; -EINVAL for an unknown flag, a bad length or address, or a descriptor that is
 * no eventfd; -EOPNOTSUPP for an I/O port, or without a SynIC; -EBADF; -EEXIST if such writes have
 * an eventfd; -ENOENT if there is none such to untie; -ENOMEM; or the errno of a hypercall's
 * status.
 */
long mshv_ioeventfd(struct mshv_partition *partition, void __user *uarg)
{
	struct mshv_user_ioeventfd args;
	int ret;

	if (copy_from_user(&args, uarg, sizeof(args)))
		return -EFAULT;
	if (memchr_inv(args.rsvd, 0, sizeof(args.rsvd)))
		return -EINVAL;
	ret = mshv_cap_check_flags(partition, &mshv_cap_IOEVENTFD, args.flags);
	if (ret)
		return ret;
	if (args.flags & BIT(MSHV_IOEVENTFD_BIT_PIO)) {
		mshv_cap_reject(partition, MSHV_CAP_IOEVENTFD_PIO, -EOPNOTSUPP);
		return -EOPNOTSUPP;
	}

	if (args.flags & BIT(MSHV_IOEVENTFD_BIT_DEASSIGN))
		ret = mshv_ioeventfd_deassign(partition, &args);
	else
		ret = mshv_ioeventfd_assign(partition, &args);
	mshv_cap_use_flags(partition, &mshv_cap_IOEVENTFD, args.flags, ret);
	return ret;
}

MSHV_DECLARE_IOCTL(IOEVENTFD, mshv_ioeventfd, struct mshv_user_ioeventfd,
		   .trial = MSHV_TRIAL_DOORBELL);
MSHV_DECLARE_FLAG(IOEVENTFD_DATAMATCH, MSHV_IOEVENTFD_BIT_DATAMATCH, IOEVENTFD);
MSHV_DECLARE_FLAG(IOEVENTFD_PIO, MSHV_IOEVENTFD_BIT_PIO, IOEVENTFD, .trial = MSHV_TRIAL_NEVER);
MSHV_DECLARE_FLAG(IOEVENTFD_DEASSIGN, MSHV_IOEVENTFD_BIT_DEASSIGN, IOEVENTFD);

/**
 * mshv_ioeventfd_fire() - the guest has written
 * @ioeventfd: whose doorbell rang
 *
 * Context: interrupt, RCU read side.
 */
void mshv_ioeventfd_fire(struct mshv_ioeventfd *ioeventfd)
{
	if (trace_mshv_ioeventfd_fire_enabled())
		mshv_fire(mshv_ioeventfd_fire, ioeventfd->partition->id, ioeventfd->addr,
			  ioeventfd->port, ioeventfd->partition);
	mshv_eventfd_signal(ioeventfd->eventfd);
}

/**
 * mshv_ioeventfd_release() - untie all ioeventfds
 * @partition: whose descriptor is closed
 *
 * Context: may sleep.
 */
void mshv_ioeventfd_release(struct mshv_partition *partition)
{
	struct mshv_ioeventfd *ioeventfd, *next;
	LIST_HEAD(closed);

	list_for_each_entry_safe(ioeventfd, next, &partition->interrupts.ioeventfds, node)
		mshv_ioeventfd_close(ioeventfd, &closed);
	if (!list_empty(&closed))
		mshv_ioeventfd_free(&closed);
}
