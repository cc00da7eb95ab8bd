// SPDX-License-Identifier: GPL-2.0
/*
 * The SynIC of each CPU: its pages, the interrupt handler, and the protocol of messages and of the
 * event ring (TLFS "Synthetic Interrupt Controller"; Linux 7.2 drivers/hv/mshv_synic.c). What a
 * message means is in message.c. A root partition's pages are the hypervisor's, which says where
 * they are. What somebody else has enabled is left as it is.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpuhotplug.h>
#include <linux/io.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/reboot.h>
#include <linux/workqueue.h>
#include <asm/irq_vectors.h>
#include "irq/eventfd.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "irq/synic.h"
#include "trace/fire.h"
#include "trace/irq.h"

/**
 * struct mshv_synic - what we have of a CPU's SynIC
 * @messages: page with a message for each SINT
 * @rings: page with a ring of events for each SINT
 * @tail: where in the doorbells' ring the next event is expected
 * @more: goes on with doorbells that the interrupt handler left
 * @enabled_simp: we have enabled the former
 * @enabled_siefp: we have enabled the page of event flags; no port of ours sets any
 * @enabled_sirbp: we have enabled the latter
 * @enabled_scontrol: we have enabled the SynIC
 */
struct mshv_synic {
	struct mhv_message_page *messages;
	struct mhv_event_ring_page *rings;
	u32 tail;
	struct work_struct more;
	bool enabled_simp;
	bool enabled_siefp;
	bool enabled_sirbp;
	bool enabled_scontrol;
};

/* Only the CPU itself touches it: its hotplug thread, and its interrupt handler. */
static DEFINE_PER_CPU(struct mshv_synic, mshv_synic);
static int mshv_synic_hotplug_state = -1;

/**
 * mshv_synic_is_on() - tell whether messages and doorbells arrive
 *
 * Context: somebody holds the hypervisor.
 */
bool mshv_synic_is_on(void)
{
	return mshv_synic_hotplug_state >= 0;
}

static u64 mshv_synic_read(u32 msr)
{
	u64 value;

	preempt_disable();
	value = mshv_hv->read_msr(msr);
	preempt_enable();
	return value;
}

static void mshv_synic_write(u32 msr, u64 value)
{
	preempt_disable();
	mshv_hv->write_msr(msr, value);
	preempt_enable();
}

/* True if it was not enabled before. */
static bool mshv_synic_enable(u32 msr)
{
	u64 value = mshv_synic_read(msr);

	if (value & MHV_SYNIC_ENABLE)
		return false;
	mshv_synic_write(msr, value | MHV_SYNIC_ENABLE);
	return true;
}

static void mshv_synic_disable(u32 msr, bool *enabled)
{
	if (*enabled)
		mshv_synic_write(msr, mshv_synic_read(msr) & ~MHV_SYNIC_ENABLE);
	*enabled = false;
}

static void *mshv_synic_map(u32 msr)
{
	u64 address = mshv_synic_read(msr) & ~(u64)(MHV_PAGE_SIZE - 1);

	return address ? memremap(address, MHV_PAGE_SIZE, MEMREMAP_WB) : NULL;
}

/*
 * The next event of a ring, 0 if it is empty. Events are in consecutive places; where they begin is
 * the hypervisor's business, which goes on where it was when the driver was loaded before.
 */
static u32 mshv_ring_take(struct mhv_event_ring *ring, u32 *tail)
{
	u32 i, place, port;

	for (i = 0; i < MHV_EVENT_RING_SIZE; i++) {
		place = (*tail + i) % MHV_EVENT_RING_SIZE;
		port = READ_ONCE(ring->data[place]);
		if (!port)
			continue;
		WRITE_ONCE(ring->data[place], 0);
		*tail = (place + 1) % MHV_EVENT_RING_SIZE;
		return port;
	}
	return 0;
}

/* The same; before it says that the ring is empty it makes the hypervisor signal the next event. */
static u32 mshv_ring_next(struct mhv_event_ring *ring, u32 sint, u32 *tail)
{
	u32 port = mshv_ring_take(ring, tail);

	if (port)
		return port;
	if (READ_ONCE(ring->ring_full)) {
		/* Events wait in the hypervisor for a place. */
		WRITE_ONCE(ring->ring_full, 0);
		mshv_call_notify_port_ring_empty(sint);
		port = mshv_ring_take(ring, tail);
	}
	if (!port) {
		WRITE_ONCE(ring->signal_masked, 0);
		/* With the hypervisor: it sees that it has to signal, or we see its event. */
		mb();
		port = mshv_ring_take(ring, tail);
	}
	if (port)
		WRITE_ONCE(ring->signal_masked, 1);
	return port;
}

/**
 * mshv_synic_doorbells() - deal with the doorbells that have rung
 *
 * Guests that ring without a pause could keep the CPU here, so no more doorbells than a ring holds
 * are dealt with at once. The others wait for a work item, with the ring's signal still masked.
 * Context: interrupts disabled, RCU read side.
 */
void mshv_synic_doorbells(void)
{
	struct mshv_synic *synic = this_cpu_ptr(&mshv_synic);
	struct mhv_event_ring *ring;
	unsigned int i;
	u32 port;

	if (!synic->rings)
		return;
	ring = &synic->rings->sint[MHV_SINT_DOORBELL];
	for (i = 0; i < MHV_EVENT_RING_SIZE; i++) {
		port = mshv_ring_next(ring, MHV_SINT_DOORBELL, &synic->tail);
		if (!port)
			return;
		mshv_port_ring(port);
	}
	queue_work_on(smp_processor_id(), system_highpri_wq, &synic->more);
}

static void mshv_synic_more(struct work_struct *work)
{
	unsigned long flags;

	local_irq_save(flags);
	rcu_read_lock();
	mshv_synic_doorbells();
	rcu_read_unlock();
	local_irq_restore(flags);
}

static void mshv_synic_interrupt(void)
{
	struct mhv_message_page *messages = this_cpu_read(mshv_synic.messages);
	struct mhv_message *message;
	u32 type;

	if (!messages)
		return;
	message = &messages->sint[MHV_SINT_INTERCEPTION];
	type = READ_ONCE(message->header.message_type);
	if (type == MHV_MSG_NONE)
		return;
	if (trace_mshv_synic_message_enabled())
		mshv_fire(mshv_synic_message, smp_processor_id(), type);
	mshv_message_handle(message);

	WRITE_ONCE(message->header.message_type, MHV_MSG_NONE);
	/* With the hypervisor: it finds the place empty, or we find that it wants to be told. */
	mb();
	if (READ_ONCE(message->header.flags) & MHV_MESSAGE_PENDING)
		mshv_hv->write_msr(MHV_MSR_EOM, 0);
}

static void mshv_synic_mask(u32 sint)
{
	mshv_synic_write(MHV_MSR_SINT0 + sint,
			 mshv_synic_read(MHV_MSR_SINT0 + sint) | MHV_SINT_MASKED);
}

static int mshv_synic_cpu_down(unsigned int cpu)
{
	struct mshv_synic *synic = per_cpu_ptr(&mshv_synic, cpu);
	struct mhv_event_ring_page *rings = synic->rings;
	struct mhv_message_page *messages = synic->messages;

	mshv_synic_mask(MHV_SINT_DOORBELL);
	mshv_synic_mask(MHV_SINT_INTERCEPTION);
	mshv_synic_disable(MHV_MSR_SCONTROL, &synic->enabled_scontrol);
	mshv_synic_disable(MHV_MSR_SIRBP, &synic->enabled_sirbp);
	mshv_synic_disable(MHV_MSR_SIEFP, &synic->enabled_siefp);
	mshv_synic_disable(MHV_MSR_SIMP, &synic->enabled_simp);

	/* An interrupt on this CPU is either done, or finds nothing from here on. */
	WRITE_ONCE(synic->messages, NULL);
	barrier();
	synic->rings = NULL;
	if (messages)
		memunmap(messages);
	if (rings)
		memunmap(rings);
	return 0;
}

static int mshv_synic_cpu_up(unsigned int cpu)
{
	struct mshv_synic *synic = per_cpu_ptr(&mshv_synic, cpu);
	struct mhv_message_page *messages = mshv_synic_map(MHV_MSR_SIMP);

	synic->rings = mshv_synic_map(MHV_MSR_SIRBP);
	synic->tail = 0;
	if (!messages || !synic->rings) {
		if (messages)
			memunmap(messages);
		mshv_synic_cpu_down(cpu);
		return -ENOMEM;
	}
	synic->enabled_simp = mshv_synic_enable(MHV_MSR_SIMP);
	synic->enabled_siefp = mshv_synic_enable(MHV_MSR_SIEFP);
	synic->enabled_sirbp = mshv_synic_enable(MHV_MSR_SIRBP);
	/* After the ring of events, which the handler of messages goes on to. */
	barrier();
	WRITE_ONCE(synic->messages, messages);

	mshv_synic_write(MHV_MSR_SINT0 + MHV_SINT_INTERCEPTION, HYPERVISOR_CALLBACK_VECTOR);
	/* A doorbell's interrupt comes as a message too. */
	mshv_synic_write(MHV_MSR_SINT0 + MHV_SINT_DOORBELL,
			 HYPERVISOR_CALLBACK_VECTOR | MHV_SINT_AS_INTERCEPT);
	synic->enabled_scontrol = mshv_synic_enable(MHV_MSR_SCONTROL);
	return 0;
}

static void mshv_synic_off(void)
{
	if (!mshv_synic_is_on())
		return;
	cpuhp_remove_state(mshv_synic_hotplug_state);
	mshv_synic_hotplug_state = -1;
}

/*
 * The machine goes down, or another kernel is about to run here: its memory is not for the
 * hypervisor to write messages to, and interrupts of ours would be news to it.
 */
static int mshv_synic_reboot(struct notifier_block *notifier, unsigned long action, void *unused)
{
	mshv_synic_off();
	return NOTIFY_DONE;
}

static struct notifier_block mshv_synic_reboot_notifier = {
	.notifier_call = mshv_synic_reboot,
};

/* Whether the hypervisor has a SynIC for us at all */
static bool mshv_synic_offered(void)
{
	return mshv_hv->read_msr && mshv_hv->write_msr && mshv_hv->set_interrupt_handler;
}

/**
 * mshv_synic_init() - let messages and doorbells arrive, on every CPU that is or comes online
 *
 * Does nothing if the hypervisor has no SynIC to offer.
 * Context: process context, sleeps; mshv_hv is set.
 * Return: 0 or an errno.
 */
int mshv_synic_init(void)
{
	int ret, cpu;

	if (!mshv_synic_offered())
		return 0;
	for_each_possible_cpu(cpu)
		INIT_WORK(&per_cpu_ptr(&mshv_synic, cpu)->more, mshv_synic_more);
	ret = mshv_hv->set_interrupt_handler(mshv_synic_interrupt);
	if (ret) {
		pr_err("%s: no interrupt for us (%d); is another driver using it?\n",
		       mshv_hv->name, ret);
		return ret;
	}
	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "mshv:online", mshv_synic_cpu_up,
				mshv_synic_cpu_down);
	if (ret < 0) {
		pr_err("%s: no SynIC pages (%d)\n", mshv_hv->name, ret);
		mshv_hv->set_interrupt_handler(NULL);
		return ret;
	}
	mshv_synic_hotplug_state = ret;
	register_reboot_notifier(&mshv_synic_reboot_notifier);
	return 0;
}

/**
 * mshv_synic_exit() - undo mshv_synic_init()
 *
 * Context: process context, sleeps; no partition is left.
 */
void mshv_synic_exit(void)
{
	int cpu;

	if (!mshv_synic_offered())
		return;
	unregister_reboot_notifier(&mshv_synic_reboot_notifier);
	mshv_synic_off();
	mshv_hv->set_interrupt_handler(NULL);
	for_each_possible_cpu(cpu)
		cancel_work_sync(&per_cpu_ptr(&mshv_synic, cpu)->more);
}

static void mshv_probe_synic(struct mshv_cap_answer *answer)
{
	if (!mshv_synic_is_on())
		answer->reason = MSHV_CAP_REASON_HYPERVISOR;
}

MSHV_DECLARE_CAP(HV_SYNIC, .probe = mshv_probe_synic);
