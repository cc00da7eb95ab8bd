// SPDX-License-Identifier: GPL-2.0
/*
 * Who runs the VPs: the driver, by DISPATCH_VP (the root scheduler; run.c), or the hypervisor's own
 * scheduler. In the latter case RUN_VP takes away what keeps the VP from running, and waits for the
 * message that it has an intercept; on a signal it suspends the VP. Linux 7.2
 * drivers/hv/mshv_root_main.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>
#include "hv/hvcalls.h"
#include "mshv.h"
#include "irq/synic.h"
#include "trace/fire.h"
#include "trace/trace.h"
#include "trace/irq.h"

/* How long a signal that the hypervisor has sent may be under way */
#define MSHV_SIGNAL_TIMEOUT_JIFFIES	HZ

u64 mshv_scheduler;

/**
 * mshv_scheduler_init() - ask the hypervisor which scheduler it has
 *
 * Return: 0 or an errno; -ENODEV, after a message, if VPs could not be run.
 */
int mshv_scheduler_init(void)
{
	int ret = mshv_call_get_system_property(MHV_SYSTEM_PROP_SCHEDULER_TYPE, &mshv_scheduler);

	if (ret) {
		pr_err("%s: does not tell its scheduler (%d)\n", mshv_hv->name, ret);
		return ret;
	}
	if (!mshv_scheduler_is_root() && !mshv_synic_is_on()) {
		pr_err("%s: runs VPs itself, but has no SynIC to tell what comes of it\n",
		       mshv_hv->name);
		return -ENODEV;
	}
	return 0;
}

/* Suspends a VP that the hypervisor may be running. True: it has an intercept all the same. */
static int mshv_vp_suspend(struct mshv_vp *vp, bool *intercepted)
{
	u64 suspended = 0;
	int ret;

	ret = mshv_call_set_vp_register(vp, MHV_REG_EXPLICIT_SUSPEND, MHV_SUSPENDED) ?:
	      mshv_call_get_vp_register(vp, MHV_REG_INTERCEPT_SUSPEND, &suspended);
	*intercepted = suspended & MHV_SUSPENDED;
	return ret;
}

/*
 * If an intercept had suspended the VP before this function did, its message comes or is under way.
 * The message is waited for, so that the next RUN_VP does not take it for a new one. Only a killed
 * process does not wait: it makes no further RUN_VP.
 */
static int mshv_vp_wait(struct mshv_vp *vp)
{
	bool intercepted;
	int ret;

	if (!wait_event_interruptible(vp->run.wait, READ_ONCE(vp->run.kicked) ||
						    READ_ONCE(vp->partition->dead)))
		return READ_ONCE(vp->run.kicked) ? 0 : -EIO;
	ret = mshv_vp_suspend(vp, &intercepted);
	if (ret)
		return ret;
	if (!intercepted || wait_event_killable(vp->run.wait, READ_ONCE(vp->run.kicked)))
		return -EINTR;
	return 0;
}

/**
 * mshv_vp_run_by_hypervisor() - let the hypervisor run a VP until it has an intercept
 * @vp: the VP, its lock held
 *
 * Context: task context, sleeps.
 * Return: 0; -EINTR on a signal; or the errno of a hypercall's status.
 */
int mshv_vp_run_by_hypervisor(struct mshv_vp *vp)
{
	enum mshv_exit_reason reason;
	int ret;

	if (trace_mshv_exit_done_enabled())
		mshv_cycle_enter_guest(vp);
	mshv_cap_mark(vp->partition, &mshv_cap_RUN_VP);
	ret = mshv_call_clear_suspends(vp);
	if (trace_mshv_vp_clear_explicit_suspend_enabled())
		mshv_fire(mshv_vp_clear_explicit_suspend, vp->partition->id, vp->index, ret);
	if (!ret)
		ret = READ_ONCE(vp->partition->dead) ? -EIO : mshv_vp_wait(vp);

	if (!ret)
		WRITE_ONCE(vp->run.kicked, false);
	if (trace_mshv_exit_done_enabled()) {
		if (!ret)
			reason = mshv_intercept_reason(READ_ONCE(vp->message->header.message_type));
		else
			reason = ret == -EINTR ? MSHV_EXIT_SIGNAL : MSHV_EXIT_DISPATCH_FAILED;
		mshv_cycle_exit_guest(vp, reason);
	}
	return ret;
}

static void mshv_vp_drain_signals(struct mshv_vp *vp)
{
	u64 sent;

	/* Not every hypervisor counts its signals. */
	if (!mshv_call_get_vp_register(vp, MHV_REG_VP_ROOT_SIGNAL_COUNT, &sent))
		wait_event_timeout(vp->run.wait, atomic64_read(&vp->run.signals) >= sent,
				   MSHV_SIGNAL_TIMEOUT_JIFFIES);
	mshv_fire(mshv_drain_vp_signals, vp->partition->id, vp->index);
}

/**
 * mshv_scheduler_stop() - wait until no signal about a partition's VPs is under way
 * @partition: initialized, about to be destroyed
 *
 * Context: sleeps; nobody runs a VP of the partition.
 */
void mshv_scheduler_stop(struct mshv_partition *partition)
{
	struct mshv_vp *vp;
	int i, ret;

	if (!mshv_scheduler_is_root() || !mshv_synic_is_on())
		return;
	for (i = 0; i < MSHV_MAX_VPS; i++) {
		vp = partition->vps[i];
		if (!vp)
			continue;
		ret = mshv_call_set_vp_register(vp, MHV_REG_DISPATCH_SUSPEND, MHV_SUSPENDED);
		mshv_fire(mshv_disable_vp_dispatch, partition->id, vp->index, ret);
		mshv_vp_drain_signals(vp);
	}
}

static void mshv_probe_root_scheduler(struct mshv_cap_answer *answer)
{
	if (!mshv_hv || !mshv_scheduler_is_root())
		answer->reason = MSHV_CAP_REASON_HYPERVISOR;
}

MSHV_DECLARE_CAP(HV_ROOT_SCHEDULER, .probe = mshv_probe_root_scheduler);
