// SPDX-License-Identifier: GPL-2.0
/*
 * Who runs VPs. With the root scheduler the driver dispatches them by hypercall, and is told when
 * one that it found blocked is ready again. With the hypervisor's own scheduler threads of softhv
 * run all VPs that are not suspended, in turn, and the driver is told of their intercepts. A module
 * parameter decides which of the two schedules the VPs of all partitions.
 */
#define pr_fmt(fmt) "softhv: " fmt

#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <trace/events/ipi.h>	/* smp_send_reschedule() */

#include "softhv/hv/counters.h"

static char *scheduler = "root";
module_param(scheduler, charp, 0444);
MODULE_PARM_DESC(scheduler, "who runs VPs: root (the driver, the default) or hypervisor (softhv)");

bool softhv_sched_own __read_mostly;
static struct task_struct **sched_threads;
static unsigned int sched_nr_threads;

/*
 * Below the VP's lock; taken in hard interrupts. Protects the queue and &softhv_vp.turn of all VPs,
 * and with the latter that a VP which is kicked still has its counters.
 */
static DEFINE_SPINLOCK(sched_lock);	/* the queue, and &softhv_vp.turn of all VPs */
static LIST_HEAD(sched_queue);		/* VPs that want to run */
static DECLARE_WAIT_QUEUE_HEAD(sched_wait);

/**
 * softhv_sched_ready() - a VP has something to do, as far as it is not suspended
 * @vp: any; RCU read side
 *
 * Context: any but NMI.
 */
void softhv_sched_ready(struct softhv_vp *vp)
{
	unsigned long flags;
	bool queued = false;

	if (!softhv_sched_own) {
		if (!READ_ONCE(vp->dispatch_suspend))
			softhv_synic_tell(vp, SOFTHV_TELL_SIGNAL);
		return;
	}
	spin_lock_irqsave(&sched_lock, flags);
	switch (vp->turn) {
	case SOFTHV_TURN_IDLE:
		vp->turn = SOFTHV_TURN_QUEUED;
		list_add_tail(&vp->queued, &sched_queue);
		queued = true;
		break;
	case SOFTHV_TURN_RUNNING:
		vp->turn = SOFTHV_TURN_AGAIN;
		break;
	case SOFTHV_TURN_QUEUED:
	case SOFTHV_TURN_AGAIN:
	case SOFTHV_TURN_NEVER:
		break;
	}
	spin_unlock_irqrestore(&sched_lock, flags);
	if (queued)
		wake_up(&sched_wait);
}

/**
 * softhv_sched_forget() - a VP never wants to run again
 * @vp: being deleted, locked
 */
void softhv_sched_forget(struct softhv_vp *vp)
{
	spin_lock(&sched_lock);
	vp->turn = SOFTHV_TURN_NEVER;
	list_del_init(&vp->queued);
	spin_unlock(&sched_lock);
}

/* A VP that was deleted has no counters any more. */
static bool sched_unblock(struct softhv_vp *vp)
{
	bool blocked;

	spin_lock(&sched_lock);
	blocked = vp->turn != SOFTHV_TURN_NEVER && xchg(&vp->blocked, false);
	/* The parent reads this counter when it hears of the signal. */
	if (blocked)
		softhv_stats_blocked(vp, false);
	spin_unlock(&sched_lock);
	return blocked;
}

/**
 * softhv_vp_kick() - a VP was sent something: make it look
 * @vp: any; RCU read side; what it was sent is written already
 *
 * Context: any but NMI.
 */
void softhv_vp_kick(struct softhv_vp *vp)
{
	unsigned long flags;

	/*
	 * The VP sets in_guest, or blocked, before it looks for the last time whether there is
	 * something. So either it finds what was sent, or it is found here.
	 */
	smp_mb();
	local_irq_save(flags);
	if (READ_ONCE(vp->in_guest))
		smp_send_reschedule(READ_ONCE(vp->cpu));
	else if (READ_ONCE(vp->blocked) && sched_unblock(vp))
		softhv_sched_ready(vp);
	local_irq_restore(flags);
}

/* The VP whose turn it is, or NULL. RCU read side: it may be deleted, but does not go away. */
static struct softhv_vp *sched_next(void)
{
	struct softhv_vp *vp;

	spin_lock_irq(&sched_lock);
	vp = list_first_entry_or_null(&sched_queue, struct softhv_vp, queued);
	if (vp) {
		list_del_init(&vp->queued);
		vp->turn = SOFTHV_TURN_RUNNING;
	}
	spin_unlock_irq(&sched_lock);
	return vp;
}

static void sched_done(struct softhv_vp *vp, bool again)
{
	spin_lock_irq(&sched_lock);
	if (vp->turn == SOFTHV_TURN_AGAIN || (vp->turn == SOFTHV_TURN_RUNNING && again)) {
		vp->turn = SOFTHV_TURN_QUEUED;
		list_add_tail(&vp->queued, &sched_queue);
	} else if (vp->turn == SOFTHV_TURN_RUNNING) {
		vp->turn = SOFTHV_TURN_IDLE;
	}
	spin_unlock_irq(&sched_lock);
}

static int sched_thread(void *unused)
{
	struct softhv_vp *vp;

	while (!kthread_should_stop()) {
		wait_event_idle(sched_wait,
				!list_empty_careful(&sched_queue) || kthread_should_stop());
		preempt_disable();
		rcu_read_lock();
		vp = sched_next();
		if (vp)
			sched_done(vp, softhv_run_turn(vp));
		rcu_read_unlock();
		preempt_enable();
		cond_resched();
	}
	return 0;
}

/**
 * softhv_sched_init() - find out who runs VPs, and start the threads if softhv does
 *
 * Context: process context, may sleep.
 * Return: 0, -EINVAL with the reason in the log, -ENOMEM, or an errno of kthread_run().
 */
int softhv_sched_init(void)
{
	struct task_struct *thread;
	unsigned int nr;

	if (!strcmp(scheduler, "root"))
		return 0;
	if (strcmp(scheduler, "hypervisor")) {
		pr_err("scheduler=%s: must be root or hypervisor\n", scheduler);
		return -EINVAL;
	}
	softhv_sched_own = true;
	nr = num_online_cpus();
	sched_threads = kcalloc(nr, sizeof(*sched_threads), GFP_KERNEL);
	if (!sched_threads)
		return -ENOMEM;
	for (; sched_nr_threads < nr; sched_nr_threads++) {
		thread = kthread_run(sched_thread, NULL, "softhv/%u", sched_nr_threads);
		if (IS_ERR(thread)) {
			softhv_sched_exit();
			return PTR_ERR(thread);
		}
		sched_threads[sched_nr_threads] = thread;
	}
	return 0;
}

/**
 * softhv_sched_exit() - undo softhv_sched_init()
 *
 * Context: process context, may sleep; no VP is left.
 */
void softhv_sched_exit(void)
{
	while (sched_nr_threads)
		kthread_stop(sched_threads[--sched_nr_threads]);
	kfree(sched_threads);
	sched_threads = NULL;
}
