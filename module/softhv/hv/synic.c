// SPDX-License-Identifier: GPL-2.0
/*
 * The root partition's SynIC: pages and MSRs of each CPU, messages for its SINTs, and the interrupt
 * by which the driver hears of them. VPs and CPUs remember what has to be told, and a message is
 * made from that when its place on the message page is free; so there is no queue that could
 * overflow.
 *
 * synic_lock is the innermost lock: it is taken with a VP locked, and from hard interrupts.
 */
#include <linux/cpu.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/irq_work.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#include "softhv/hv/counters.h"

#define SYNIC_VERSION	1

/**
 * struct synic - one CPU's
 * @vps: those that there is something to tell about here
 * @completions: partitions with a hypercall that is done
 * @doorbell: ports were added to the ring since the CPU was told of it
 * @offline: the CPU is on its way out
 * @scontrol: the MSR
 * @simp: the MSR, as the two that follow
 * @siefp: likewise
 * @sirbp: likewise
 * @sint: the MSRs
 * @head: where the next port goes in each ring
 * @messages: the page that @simp names
 * @rings: the page that @sirbp names
 * @events: the page that @siefp names
 * @work: the interrupt, raised by this CPU itself
 * @csd: the interrupt, raised by another CPU
 */
struct synic {
	struct list_head vps;
	struct list_head completions;
	bool doorbell;
	bool offline;
	u64 scontrol;
	u64 simp;
	u64 siefp;
	u64 sirbp;
	u64 sint[MHV_NR_SINTS];
	u8 head[MHV_NR_SINTS];
	struct mhv_message_page *messages;
	struct mhv_event_ring_page *rings;
	void *events;
	struct irq_work work;
	call_single_data_t csd;
};

static DEFINE_PER_CPU(struct synic, synic);
static DEFINE_RAW_SPINLOCK(synic_lock);	/* all of all CPUs', and what VPs are to tell */
static LIST_HEAD(synic_held);		/* partitions with a hypercall that waits for a release */
static void (*synic_handler)(void);	/* called within RCU's read side */

static bool synic_usable(unsigned int cpu)
{
	const struct synic *synic_of = per_cpu_ptr(&synic, cpu);

	return !synic_of->offline && (synic_of->scontrol & synic_of->simp & MHV_SYNIC_ENABLE) &&
	       !(synic_of->sint[MHV_SINT_INTERCEPTION] & MHV_SINT_MASKED);
}

/* The CPU that is to be told; without a better one, this CPU, when its SynIC is turned on. */
static unsigned int synic_target(void)
{
	unsigned int cpu, this = smp_processor_id();

	if (synic_usable(this))
		return this;
	for_each_online_cpu(cpu)
		if (synic_usable(cpu))
			return cpu;
	return this;
}

/* Takes the signal of a VP that is to be told here. synic_lock held. */
static void synic_take_signal(struct softhv_vp *vp)
{
	vp->tell &= ~SOFTHV_TELL_SIGNAL;
	if (!vp->tell)
		list_del_init(&vp->told);
}

/* Signals of a partition's VPs, all that there are here. synic_lock held */
static void synic_make_bitset(struct synic *here, struct softhv_partition *partition,
			      struct mhv_message *message)
{
	struct mhv_vp_signal_bitset *set = (void *)message->payload;
	u64 vps[SOFTHV_MAX_VPS / BITS_PER_TYPE(u64)] = {};
	struct softhv_vp *vp, *next;
	unsigned int i, banks = 0;

	list_for_each_entry_safe(vp, next, &here->vps, told) {
		if (vp->partition != partition || !(vp->tell & SOFTHV_TELL_SIGNAL))
			continue;
		vps[vp->index / BITS_PER_TYPE(u64)] |= BIT_ULL(vp->index % BITS_PER_TYPE(u64));
		set->vp_count++;
		synic_take_signal(vp);
	}
	message->header.message_type = MHV_MSG_SCHEDULER_VP_SIGNAL_BITSET;
	message->header.payload_size = sizeof(*set);
	set->partition_id = partition->id;
	for (i = 0; i < ARRAY_SIZE(vps); i++) {
		if (!vps[i])
			continue;
		set->valid_bank_mask |= BIT_ULL(i);
		set->bank[banks++] = vps[i];
	}
}

/* Whether there are signals for more than one VP of the first one's partition. synic_lock held */
static bool synic_wants_bitset(const struct synic *here)
{
	struct softhv_vp *first = list_first_entry(&here->vps, struct softhv_vp, told), *vp = first;

	list_for_each_entry_continue(vp, &here->vps, told)
		if (vp->partition == first->partition && (vp->tell & SOFTHV_TELL_SIGNAL))
			return true;
	return false;
}

/* synic_lock held */
static void synic_make_signal(struct synic *here, struct mhv_message *message)
{
	struct mhv_vp_signal_pair *pairs = (void *)message->payload;
	struct softhv_vp *vp, *next;

	if (synic_wants_bitset(here)) {
		vp = list_first_entry(&here->vps, struct softhv_vp, told);
		synic_make_bitset(here, vp->partition, message);
		return;
	}
	message->header.message_type = MHV_MSG_SCHEDULER_VP_SIGNAL_PAIR;
	message->header.payload_size = sizeof(*pairs);
	list_for_each_entry_safe(vp, next, &here->vps, told) {
		if (pairs->vp_count == MHV_SIGNAL_PAIRS)
			break;
		if (!(vp->tell & SOFTHV_TELL_SIGNAL))
			continue;
		pairs->partition_ids[pairs->vp_count] = vp->partition->id;
		pairs->vp_indexes[pairs->vp_count++] = vp->index;
		synic_take_signal(vp);
	}
}

/* synic_lock held */
static void synic_make_completion(struct softhv_partition *partition, struct mhv_message *message)
{
	struct mhv_async_completion *completion = (void *)message->payload;

	message->header.message_type = MHV_MSG_ASYNC_CALL_COMPLETION;
	message->header.payload_size = sizeof(*completion);
	completion->partition_id = partition->id;
	completion->status = partition->completion.status;
	completion->completion_count = partition->completion.count;
	partition->completion.count = 0;
	list_del_init(&partition->completion.told);
}

/* synic_lock held, and there is something to tell. */
static void synic_make_message(struct synic *here, struct mhv_message *message)
{
	struct mhv_sint_notification *notification = (void *)message->payload;
	struct mhv_opaque_intercept *intercept = (void *)message->payload;
	struct softhv_vp *vp;

	if (here->doorbell) {
		here->doorbell = false;
		message->header.message_type = MHV_MSG_SYNIC_SINT_INTERCEPT;
		message->header.payload_size = sizeof(*notification);
		notification->sint_index = MHV_SINT_DOORBELL;
		return;
	}
	if (!list_empty(&here->completions)) {
		synic_make_completion(list_first_entry(&here->completions, struct softhv_partition,
						       completion.told), message);
		return;
	}
	vp = list_first_entry(&here->vps, struct softhv_vp, told);
	if (!(vp->tell & SOFTHV_TELL_INTERCEPT)) {
		synic_make_signal(here, message);
		return;
	}
	message->header.message_type = MHV_MSG_OPAQUE_INTERCEPT;
	message->header.payload_size = sizeof(*intercept);
	message->header.sender = vp->partition->id;
	intercept->vp_index = vp->index;
	vp->tell &= ~SOFTHV_TELL_INTERCEPT;
	if (!vp->tell)
		list_del_init(&vp->told);
}

static bool synic_has_more(const struct synic *here)
{
	return here->doorbell || !list_empty(&here->vps) || !list_empty(&here->completions);
}

/* On the CPU itself, synic_lock held. Returns whether there is a message for the driver. */
static bool synic_deliver(struct synic *here)
{
	struct mhv_message *slot = &here->messages->sint[MHV_SINT_INTERCEPTION];
	struct mhv_message message = {};

	if (READ_ONCE(slot->header.message_type)) {
		if (synic_has_more(here))
			slot->header.flags |= MHV_MESSAGE_PENDING;
		return true;
	}
	if (!synic_has_more(here) || !synic_usable(smp_processor_id()))
		return false;

	synic_make_message(here, &message);
	if (synic_has_more(here))
		message.header.flags = MHV_MESSAGE_PENDING;
	*slot = message;
	softhv_count_message(message.header.message_type);
	return true;
}

/* Hard interrupt */
static void synic_interrupt(void)
{
	void (*handler)(void);
	bool told;

	raw_spin_lock(&synic_lock);
	told = synic_deliver(this_cpu_ptr(&synic));
	raw_spin_unlock(&synic_lock);
	if (told)
		softhv_stats_synic();

	rcu_read_lock();
	handler = smp_load_acquire(&synic_handler);	/* what the driver set up for it */
	if (told && handler)
		handler();
	rcu_read_unlock();
}

static void synic_work(struct irq_work *work)
{
	synic_interrupt();
}

static void synic_call(void *unused)
{
	synic_interrupt();
}

/*
 * Interrupts are disabled. If the interrupt was raised before and has not come yet, that one is
 * good for this time too.
 */
static void synic_raise(unsigned int cpu)
{
	struct synic *there = per_cpu_ptr(&synic, cpu);

	if (cpu == smp_processor_id())
		irq_work_queue(&there->work);
	else if (cpu_online(cpu))
		(void)smp_call_function_single_async(cpu, &there->csd);
}

/**
 * softhv_synic_tell() - let the root know something about a VP
 * @vp: any; RCU read side
 * @what: SOFTHV_TELL_*
 *
 * A second notification of the same kind before the first one is told counts once. Context: any but
 * NMI.
 */
void softhv_synic_tell(struct softhv_vp *vp, u32 what)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&synic_lock, flags);
	if (!vp->untold) {
		if (!vp->tell) {
			vp->told_by = synic_target();
			list_add_tail(&vp->told, &per_cpu_ptr(&synic, vp->told_by)->vps);
		}
		if (what & ~vp->tell & SOFTHV_TELL_SIGNAL)
			vp->signal_count++;
		vp->tell |= what;
		synic_raise(vp->told_by);
	}
	raw_spin_unlock_irqrestore(&synic_lock, flags);
}

/**
 * softhv_synic_forget() - tell nothing more about a VP
 * @vp: being deleted
 *
 * Context: interrupts disabled.
 */
void softhv_synic_forget(struct softhv_vp *vp)
{
	raw_spin_lock(&synic_lock);
	vp->untold = true;
	vp->tell = 0;
	list_del_init(&vp->told);
	raw_spin_unlock(&synic_lock);
}

/**
 * softhv_synic_complete() - let the root know that a hypercall is done which was pending
 * @partition: about which it was; RCU read side
 * @status: what came of it
 * @held: not before softhv_synic_release()
 *
 * Context: interrupts disabled.
 */
void softhv_synic_complete(struct softhv_partition *partition, u16 status, bool held)
{
	unsigned int cpu;

	raw_spin_lock(&synic_lock);
	partition->completion.status = status;
	partition->completion.count++;
	if (held) {
		list_move_tail(&partition->completion.told, &synic_held);
	} else {
		cpu = synic_target();
		list_move_tail(&partition->completion.told, &per_cpu_ptr(&synic, cpu)->completions);
		synic_raise(cpu);
	}
	raw_spin_unlock(&synic_lock);
}

/**
 * softhv_synic_release() - let the root know of the hypercalls that were held
 *
 * Context: any but NMI.
 */
void softhv_synic_release(void)
{
	unsigned long flags;
	unsigned int cpu;

	raw_spin_lock_irqsave(&synic_lock, flags);
	if (!list_empty(&synic_held)) {
		cpu = synic_target();
		list_splice_tail_init(&synic_held, &per_cpu_ptr(&synic, cpu)->completions);
		synic_raise(cpu);
	}
	raw_spin_unlock_irqrestore(&synic_lock, flags);
}

/**
 * softhv_synic_forget_partition() - tell of no hypercall about a partition any more
 * @partition: being deleted
 *
 * Context: interrupts disabled.
 */
void softhv_synic_forget_partition(struct softhv_partition *partition)
{
	raw_spin_lock(&synic_lock);
	list_del_init(&partition->completion.told);
	raw_spin_unlock(&synic_lock);
}

/**
 * softhv_synic_ring() - put a port into the event ring of a CPU
 * @root_vp: the CPU, or MHV_ANY_VP
 * @sint: whose ring
 * @port: not 0
 *
 * Context: interrupts disabled.
 * Return: false if the ring is full, or there is no such CPU or ring: the caller has to remember
 * the port until HVCALL_NOTIFY_PORT_RING_EMPTY.
 */
bool softhv_synic_ring(u32 root_vp, u32 sint, u32 port)
{
	struct mhv_event_ring *ring;
	struct synic *there;
	u32 *place;
	bool done;

	if (sint >= MHV_NR_SINTS || (root_vp != MHV_ANY_VP && root_vp >= nr_cpu_ids))
		return false;
	raw_spin_lock(&synic_lock);
	if (root_vp == MHV_ANY_VP)
		root_vp = synic_target();
	there = per_cpu_ptr(&synic, root_vp);
	ring = &there->rings->sint[sint];
	place = &ring->data[there->head[sint]];
	if (READ_ONCE(*place)) {
		WRITE_ONCE(ring->ring_full, 1);
		/* The CPU empties the ring first, and then looks whether it was full. */
		smp_mb();
	}
	done = !READ_ONCE(*place) && (there->sirbp & MHV_SYNIC_ENABLE);
	if (done) {
		WRITE_ONCE(*place, port);
		there->head[sint] = (there->head[sint] + 1) % MHV_EVENT_RING_SIZE;
		/* The CPU unmasks the signal first, and then looks into the ring once more. */
		smp_mb();
	}
	if (done && !READ_ONCE(ring->signal_masked)) {
		there->doorbell = true;
		synic_raise(root_vp);
	}
	raw_spin_unlock(&synic_lock);
	return done;
}

/**
 * softhv_synic_take() - take a port out of the event ring of a CPU that is gone
 * @nr: the CPU, after softhv_synic_offline()
 * @sint: whose ring
 *
 * Context: interrupts disabled.
 * Return: the port that was put there first; 0 if the ring is empty.
 */
u32 softhv_synic_take(unsigned int nr, u32 sint)
{
	struct synic *there = per_cpu_ptr(&synic, nr);
	struct mhv_event_ring *ring = &there->rings->sint[sint];
	u32 i, port = 0;
	u32 *place;

	raw_spin_lock(&synic_lock);
	for (i = 0; i < MHV_EVENT_RING_SIZE && !port; i++) {
		place = &ring->data[(there->head[sint] + i) % MHV_EVENT_RING_SIZE];
		port = READ_ONCE(*place);
		WRITE_ONCE(*place, 0);
	}
	/* Who comes back there begins with an empty ring, and wants to be told of its events. */
	if (!port) {
		there->doorbell = false;
		WRITE_ONCE(ring->ring_full, 0);
		WRITE_ONCE(ring->signal_masked, 0);
	}
	raw_spin_unlock(&synic_lock);
	return port;
}

/**
 * softhv_synic_read_msr() - see struct mshv_hypervisor
 * @msr: which
 */
u64 softhv_synic_read_msr(u32 msr)
{
	const struct synic *here = this_cpu_ptr(&synic);

	switch (msr) {
	case MHV_MSR_VP_INDEX:
		return smp_processor_id();
	case MHV_MSR_SCONTROL:
		return here->scontrol;
	case MHV_MSR_SVERSION:
		return SYNIC_VERSION;
	case MHV_MSR_SIEFP:
		return here->siefp;
	case MHV_MSR_SIMP:
		return here->simp;
	case MHV_MSR_SIRBP:
		return here->sirbp;
	case MHV_MSR_SINT0 ... MHV_MSR_SINT0 + MHV_NR_SINTS - 1:
		return here->sint[msr - MHV_MSR_SINT0];
	}
	return 0;
}

/* Where the pages are is not the driver's choice. */
static void synic_enable_page(u64 *msr, u64 value)
{
	*msr = (*msr & ~MHV_SYNIC_ENABLE) | (value & MHV_SYNIC_ENABLE);
}

/**
 * softhv_synic_write_msr() - see struct mshv_hypervisor
 * @msr: which
 * @value: what to write
 */
void softhv_synic_write_msr(u32 msr, u64 value)
{
	struct synic *here;
	unsigned long flags;

	raw_spin_lock_irqsave(&synic_lock, flags);
	here = this_cpu_ptr(&synic);
	switch (msr) {
	case MHV_MSR_SCONTROL:
		here->scontrol = value & MHV_SYNIC_ENABLE;
		break;
	case MHV_MSR_SIEFP:
		synic_enable_page(&here->siefp, value);
		break;
	case MHV_MSR_SIMP:
		synic_enable_page(&here->simp, value);
		break;
	case MHV_MSR_SIRBP:
		synic_enable_page(&here->sirbp, value);
		break;
	case MHV_MSR_SINT0 ... MHV_MSR_SINT0 + MHV_NR_SINTS - 1:
		here->sint[msr - MHV_MSR_SINT0] = value;
		break;
	}
	/* After EOM, or where the SynIC was turned on, there may be something to tell. */
	if (synic_has_more(here))
		synic_raise(smp_processor_id());
	raw_spin_unlock_irqrestore(&synic_lock, flags);
}

/**
 * softhv_synic_set_handler() - see struct mshv_hypervisor
 * @handler: to be called in hard interrupts, or %NULL
 */
int softhv_synic_set_handler(void (*handler)(void))
{
	smp_store_release(&synic_handler, handler);	/* pairs with synic_interrupt() */
	/* Interrupts are read sides. */
	if (!handler)
		synchronize_rcu();
	return 0;
}

/**
 * softhv_synic_online() - a CPU has come
 * @nr: this CPU
 */
void softhv_synic_online(unsigned int nr)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&synic_lock, flags);
	per_cpu_ptr(&synic, nr)->offline = false;
	raw_spin_unlock_irqrestore(&synic_lock, flags);
}

/**
 * softhv_synic_offline() - a CPU is going: others tell what it has not told yet
 * @nr: this CPU
 */
void softhv_synic_offline(unsigned int nr)
{
	struct synic *here = per_cpu_ptr(&synic, nr);
	struct softhv_vp *vp;
	unsigned long flags;
	unsigned int to;

	raw_spin_lock_irqsave(&synic_lock, flags);
	here->offline = true;
	to = synic_target();
	if (to != nr) {
		list_for_each_entry(vp, &here->vps, told)
			vp->told_by = to;
		list_splice_tail_init(&here->vps, &per_cpu_ptr(&synic, to)->vps);
		list_splice_tail_init(&here->completions, &per_cpu_ptr(&synic, to)->completions);
		synic_raise(to);
	}
	raw_spin_unlock_irqrestore(&synic_lock, flags);
}

static void synic_free(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct synic *of = per_cpu_ptr(&synic, cpu);

		free_page((unsigned long)of->messages);
		free_page((unsigned long)of->rings);
		free_page((unsigned long)of->events);
	}
}

/**
 * softhv_synic_init() - give each CPU a SynIC
 *
 * Return: 0 or -ENOMEM.
 */
int softhv_synic_init(void)
{
	int cpu, sint;

	for_each_possible_cpu(cpu) {
		struct synic *of = per_cpu_ptr(&synic, cpu);

		of->messages = (void *)get_zeroed_page(GFP_KERNEL);
		of->rings = (void *)get_zeroed_page(GFP_KERNEL);
		of->events = (void *)get_zeroed_page(GFP_KERNEL);
		if (!of->messages || !of->rings || !of->events) {
			synic_free();
			return -ENOMEM;
		}
		of->simp = virt_to_phys(of->messages);
		of->sirbp = virt_to_phys(of->rings);
		of->siefp = virt_to_phys(of->events);
		for (sint = 0; sint < MHV_NR_SINTS; sint++)
			of->sint[sint] = MHV_SINT_MASKED;
		INIT_LIST_HEAD(&of->vps);
		INIT_LIST_HEAD(&of->completions);
		of->work = IRQ_WORK_INIT_HARD(synic_work);
		INIT_CSD(&of->csd, synic_call, NULL);
	}
	return 0;
}

/**
 * softhv_synic_exit() - undo softhv_synic_init()
 *
 * Context: process context, may sleep; there is no VP and no driver any more.
 */
void softhv_synic_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu_ptr(&synic, cpu)->work);
	/* Calls by other CPUs come in order, so those before this one have come. */
	kick_all_cpus_sync();
	synic_free();
}
