// SPDX-License-Identifier: GPL-2.0
/*
 * IRQFD: an eventfd that raises a guest's interrupt when it is signalled, at once and in the
 * context of whoever signals it. A level-triggered one tells of the guest's end of interrupt by a
 * second eventfd, so that the VMM raises it again if its device still wants it.
 *
 * An irqfd goes when the VMM unties it, closes its eventfd or the partition, whichever is first: it
 * is taken off the partition's list, once, under the list's lock, and freed by a work item.
 */
#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include <mshv/hvabi_synic.h>
#include "compat.h"
#include "irq/eventfd.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/irq.h"

/**
 * struct mshv_irqfd - an eventfd that raises an interrupt
 * @partition: whose guest gets it; outlives the irqfd
 * @eventfd: what is signalled; a reference
 * @resample: signalled when the guest is done with the interrupt; a reference, or NULL
 * @node: in the partition's list
 * @gsi: by which the interrupt is looked up
 * @wait: on @eventfd's wait queue
 * @poll: puts @wait there
 * @shutdown: frees it
 */
struct mshv_irqfd {
	struct mshv_partition *partition;
	struct eventfd_ctx *eventfd;
	struct eventfd_ctx *resample;
	struct list_head node;
	u32 gsi;
	wait_queue_entry_t wait;
	poll_table poll;
	struct work_struct shutdown;
};

/* Its own, so that flushing it waits for nobody else's work. */
static struct workqueue_struct *mshv_irqfd_workqueue;

/**
 * mshv_irqfd_init() - get ready for irqfds
 *
 * Return: 0, or -ENOMEM.
 */
int mshv_irqfd_init(void)
{
	mshv_irqfd_workqueue = alloc_workqueue("mshv-irqfd", WQ_UNBOUND, 0);
	return mshv_irqfd_workqueue ? 0 : -ENOMEM;
}

/**
 * mshv_irqfd_exit() - undo mshv_irqfd_init()
 */
void mshv_irqfd_exit(void)
{
	destroy_workqueue(mshv_irqfd_workqueue);
}

static void mshv_irqfd_free(struct mshv_irqfd *irqfd)
{
	if (irqfd->resample)
		eventfd_ctx_put(irqfd->resample);
	if (irqfd->eventfd)
		eventfd_ctx_put(irqfd->eventfd);
	kfree(irqfd);
}

static void mshv_irqfd_shutdown(struct work_struct *work)
{
	struct mshv_irqfd *irqfd = container_of(work, struct mshv_irqfd, shutdown);
	u64 count;

	/* From here on the eventfd does not call us; and then no reader of the list sees it. */
	eventfd_ctx_remove_wait_queue(irqfd->eventfd, &irqfd->wait, &count);
	synchronize_srcu_expedited(&irqfd->partition->interrupts.srcu);
	mshv_irqfd_free(irqfd);
}

/* The list's lock is held: who takes it off the list is the one who frees it. */
static void mshv_irqfd_deactivate(struct mshv_irqfd *irqfd)
{
	list_del_rcu(&irqfd->node);
	queue_work(mshv_irqfd_workqueue, &irqfd->shutdown);
}

static void mshv_irqfd_fire(struct mshv_irqfd *irqfd)
{
	struct mshv_partition *partition = irqfd->partition;
	struct mshv_interrupt interrupt;
	bool routed;
	int idx;

	idx = srcu_read_lock(&partition->interrupts.srcu);
	routed = mshv_msi_route(partition, irqfd->gsi, &interrupt);
	if (trace_mshv_irqfd_fire_enabled())
		mshv_fire(mshv_irqfd_fire, partition->id, irqfd->gsi, routed, partition);
	if (routed)
		mshv_interrupt_assert(partition, &interrupt);
	srcu_read_unlock(&partition->interrupts.srcu, idx);
}

/* The eventfd is being closed: it was the last one who could untie the irqfd by it. */
static void mshv_irqfd_hung_up(struct mshv_irqfd *irqfd)
{
	struct mshv_interrupts *interrupts = &irqfd->partition->interrupts;
	struct mshv_irqfd *listed;
	unsigned long flags;

	spin_lock_irqsave(&interrupts->lock, flags);
	list_for_each_entry(listed, &interrupts->irqfds, node) {
		if (listed == irqfd) {
			mshv_irqfd_deactivate(irqfd);
			break;
		}
	}
	spin_unlock_irqrestore(&interrupts->lock, flags);
}

/* Called by the eventfd, its lock held and interrupts disabled. 1: nobody else needs to wake up. */
static int mshv_irqfd_wakeup(wait_queue_entry_t *wait, unsigned int mode, int sync, void *key)
{
	struct mshv_irqfd *irqfd = container_of(wait, struct mshv_irqfd, wait);
	__poll_t events = key_to_poll(key);
	int ret = 0;
	u64 count;

	if (events & EPOLLIN) {
		eventfd_ctx_do_read(irqfd->eventfd, &count);
		mshv_irqfd_fire(irqfd);
		ret = 1;
	}
	if (events & EPOLLHUP)
		mshv_irqfd_hung_up(irqfd);
	return ret;
}

static void mshv_irqfd_queue(struct file *file, wait_queue_head_t *queue, poll_table *poll)
{
	struct mshv_irqfd *irqfd = container_of(poll, struct mshv_irqfd, poll);

	/* First and alone: what is signalled is not for those who read the eventfd. */
	irqfd->wait.flags |= WQ_FLAG_EXCLUSIVE;
	add_wait_queue_priority(queue, &irqfd->wait);
}

/* Takes what the irqfd consists of; on failure the caller frees it. */
static int mshv_irqfd_setup(struct mshv_irqfd *irqfd, struct file *file,
			    const struct mshv_user_irqfd *args)
{
	struct mshv_partition *partition = irqfd->partition;
	struct mshv_interrupt interrupt;
	struct eventfd_ctx *eventfd;
	bool level;
	int idx;

	eventfd = eventfd_ctx_fileget(file);
	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	irqfd->eventfd = eventfd;
	if (!(args->flags & BIT(MSHV_IRQFD_BIT_RESAMPLE)))
		return 0;

	eventfd = eventfd_ctx_fdget(args->resamplefd);
	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	irqfd->resample = eventfd;

	idx = srcu_read_lock(&partition->interrupts.srcu);
	level = mshv_msi_route(partition, args->gsi, &interrupt) && interrupt.level;
	srcu_read_unlock(&partition->interrupts.srcu, idx);
	return level ? 0 : -EINVAL;
}

static int mshv_irqfd_enlist(struct mshv_irqfd *irqfd)
{
	struct mshv_interrupts *interrupts = &irqfd->partition->interrupts;
	struct mshv_irqfd *other;
	int ret = 0;

	spin_lock_irq(&interrupts->lock);
	list_for_each_entry(other, &interrupts->irqfds, node)
		if (other->eventfd == irqfd->eventfd)
			ret = -EBUSY;
	if (!ret)
		list_add_tail_rcu(&irqfd->node, &interrupts->irqfds);
	spin_unlock_irq(&interrupts->lock);
	return ret;
}

static int mshv_irqfd_assign(struct mshv_partition *partition, const struct mshv_user_irqfd *args)
{
	struct mshv_irqfd *irqfd;
	struct file *file;
	int ret;

	/* While we have the file it is not released, so nobody frees the irqfd meanwhile. */
	file = fget(args->fd);
	if (!file)
		return -EBADF;
	irqfd = kzalloc(sizeof(*irqfd), GFP_KERNEL_ACCOUNT);
	ret = -ENOMEM;
	if (!irqfd)
		goto out;
	irqfd->partition = partition;
	irqfd->gsi = args->gsi;
	INIT_WORK(&irqfd->shutdown, mshv_irqfd_shutdown);
	init_waitqueue_func_entry(&irqfd->wait, mshv_irqfd_wakeup);
	init_poll_funcptr(&irqfd->poll, mshv_irqfd_queue);

	ret = mshv_irqfd_setup(irqfd, file, args) ?: mshv_irqfd_enlist(irqfd);
	if (ret) {
		mshv_irqfd_free(irqfd);
		goto out;
	}
	/* It may have been signalled before. */
	if (vfs_poll(file, &irqfd->poll) & EPOLLIN)
		mshv_irqfd_fire(irqfd);
out:
	fput(file);
	return ret;
}

static int mshv_irqfd_deassign(struct mshv_partition *partition,
			       const struct mshv_user_irqfd *args)
{
	struct mshv_interrupts *interrupts = &partition->interrupts;
	struct eventfd_ctx *eventfd = eventfd_ctx_fdget(args->fd);
	struct mshv_irqfd *irqfd, *next;

	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);

	spin_lock_irq(&interrupts->lock);
	list_for_each_entry_safe(irqfd, next, &interrupts->irqfds, node)
		if (irqfd->eventfd == eventfd && irqfd->gsi == args->gsi)
			mshv_irqfd_deactivate(irqfd);
	spin_unlock_irq(&interrupts->lock);
	eventfd_ctx_put(eventfd);

	/* Once we return, the eventfd raises nothing any more. */
	flush_workqueue(mshv_irqfd_workqueue);
	return 0;
}

/**
 * mshv_irqfd_accepts() - tell whether irqfds can live with a new route of a GSI
 * @partition: whose, its lock held, so that no irqfd comes
 * @gsi: the GSI
 * @level: the new route is level-triggered
 *
 * Return: false if an irqfd of this GSI has a resampler, which needs a level-triggered route.
 */
bool mshv_irqfd_accepts(struct mshv_partition *partition, u32 gsi, bool level)
{
	struct mshv_interrupts *interrupts = &partition->interrupts;
	struct mshv_irqfd *irqfd;
	bool accepts = true;

	spin_lock_irq(&interrupts->lock);
	list_for_each_entry(irqfd, &interrupts->irqfds, node)
		if (irqfd->gsi == gsi && irqfd->resample && !level)
			accepts = false;
	spin_unlock_irq(&interrupts->lock);
	return accepts;
}

/**
 * mshv_irqfd() - MSHV_IRQFD
 * @partition: whose guest, its lock held
 * @uarg: struct mshv_user_irqfd
 *
 * Return: 0; -EFAULT; -EINVAL for an unknown flag, a descriptor that is no eventfd, or RESAMPLE
 * without a level-triggered route; -EBADF; -EBUSY if the eventfd is tied already; -ENOMEM.
 */
long mshv_irqfd(struct mshv_partition *partition, void __user *uarg)
{
	struct mshv_user_irqfd args;
	int ret;

	if (copy_from_user(&args, uarg, sizeof(args)))
		return -EFAULT;
	ret = mshv_cap_check_flags(partition, &mshv_cap_IRQFD, args.flags);
	if (ret)
		return ret;

	if (args.flags & BIT(MSHV_IRQFD_BIT_DEASSIGN)) {
		ret = mshv_irqfd_deassign(partition, &args);
		mshv_fire(mshv_irqfd_deassign, partition->id, args.gsi, args.fd, args.flags, ret,
			  partition);
	} else {
		ret = mshv_irqfd_assign(partition, &args);
		mshv_fire(mshv_irqfd_assign, partition->id, args.gsi, args.fd, args.flags, ret,
			  partition);
	}
	mshv_cap_use_flags(partition, &mshv_cap_IRQFD, args.flags, ret);
	return ret;
}

MSHV_DECLARE_IOCTL(IRQFD, mshv_irqfd, struct mshv_user_irqfd, .trial = MSHV_TRIAL_INITIALIZE);
MSHV_DECLARE_FLAG(IRQFD_DEASSIGN, MSHV_IRQFD_BIT_DEASSIGN, IRQFD);
MSHV_DECLARE_FLAG(IRQFD_RESAMPLE, MSHV_IRQFD_BIT_RESAMPLE, IRQFD, .trial = MSHV_TRIAL_LAPIC);

/**
 * mshv_irqfd_ack() - the guest is done with a level-triggered interrupt
 * @partition: whose guest
 * @vector: the interrupt's
 *
 * Context: any but NMI.
 * Return: true if an irqfd waited for it, so that the VMM need not be told otherwise.
 */
bool mshv_irqfd_ack(struct mshv_partition *partition, u32 vector)
{
	struct mshv_interrupts *interrupts = &partition->interrupts;
	struct mshv_interrupt interrupt;
	struct mshv_irqfd *irqfd;
	bool acked = false;
	int idx;

	idx = srcu_read_lock(&interrupts->srcu);
	list_for_each_entry_srcu(irqfd, &interrupts->irqfds, node,
				 srcu_read_lock_held(&interrupts->srcu)) {
		if (!irqfd->resample || !mshv_msi_route(partition, irqfd->gsi, &interrupt) ||
		    interrupt.vector != vector)
			continue;
		if (interrupt.type == MHV_INTERRUPT_EXTINT)
			mshv_call_clear_virtual_interrupt(partition);
		if (trace_mshv_irqfd_resample_enabled())
			mshv_fire(mshv_irqfd_resample, partition->id, irqfd->gsi, vector,
				  partition);
		mshv_eventfd_signal(irqfd->resample);
		acked = true;
	}
	srcu_read_unlock(&interrupts->srcu, idx);
	return acked;
}

/**
 * mshv_irqfd_release() - untie all irqfds
 * @partition: whose descriptor is closed
 *
 * Context: may sleep.
 */
void mshv_irqfd_release(struct mshv_partition *partition)
{
	struct mshv_interrupts *interrupts = &partition->interrupts;
	struct mshv_irqfd *irqfd, *next;

	spin_lock_irq(&interrupts->lock);
	list_for_each_entry_safe(irqfd, next, &interrupts->irqfds, node)
		mshv_irqfd_deactivate(irqfd);
	spin_unlock_irq(&interrupts->lock);

	/* Also for those that their eventfds have taken off the list. */
	flush_workqueue(mshv_irqfd_workqueue);
}
