// SPDX-License-Identifier: GPL-2.0
/*
 * Raising an interrupt in a guest: by a vector on the VP's register page where the hypervisor takes
 * it from there, as Linux 7.2 does, or else by hypercall. From any context. The page is mapped by
 * the VMM too, so nothing here trusts what is on it.
 */
#include <linux/atomic.h>
#include <linux/wait.h>
#include <mshv/hvabi_synic.h>
#include "irq/eventfd.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "trace/fire.h"
#include "trace/irq.h"

/* interrupt_vectors: a count in the lowest byte, then the vectors */
#define MSHV_MAX_VECTORS	7
#define MSHV_VECTOR_SHIFT(n)	(8 * ((n) + 1))

/* A physical destination that stands for all APICs */
#define MSHV_APIC_BROADCAST	0xff

/* A VMM that writes to the page at the same time gets no more of our time than this. */
#define MSHV_VECTOR_TRIES	4

static unsigned int mshv_vectors_count(u64 vectors)
{
	return vectors & 0xff;
}

/* Position of a vector; the count if it is not there. */
static unsigned int mshv_vectors_find(u64 vectors, u8 vector)
{
	unsigned int i;

	for (i = 0; i < mshv_vectors_count(vectors); i++)
		if ((u8)(vectors >> MSHV_VECTOR_SHIFT(i)) == vector)
			break;
	return i;
}

static u64 mshv_vectors_put(u64 vectors, unsigned int n, u8 vector)
{
	vectors &= ~(0xffULL << MSHV_VECTOR_SHIFT(n));
	return vectors | (u64)vector << MSHV_VECTOR_SHIFT(n);
}

/* False if there is no room. */
static bool mshv_vector_add(struct mshv_vp *vp, u8 vector)
{
	u64 *vectors = &vp->registers->interrupt_vectors;
	u64 old = READ_ONCE(*vectors);
	unsigned int count, tries;

	for (tries = 0; tries < MSHV_VECTOR_TRIES; tries++) {
		count = mshv_vectors_count(old);
		if (count > MSHV_MAX_VECTORS)
			return false;
		if (mshv_vectors_find(old, vector) < count)
			return true;
		if (count == MSHV_MAX_VECTORS)
			return false;
		if (try_cmpxchg(vectors, &old, mshv_vectors_put(old, count, vector) + 1))
			return true;
	}
	return false;
}

/*
 * False if the hypervisor has taken the vector. True if it was taken away, or if the VMM keeps it
 * from being taken away: then the interrupt may come twice, but does not wait for another exit.
 */
static bool mshv_vector_remove(struct mshv_vp *vp, u8 vector)
{
	u64 *vectors = &vp->registers->interrupt_vectors;
	u64 old = READ_ONCE(*vectors), new;
	unsigned int count, n, tries;

	for (tries = 0; tries < MSHV_VECTOR_TRIES; tries++) {
		count = mshv_vectors_count(old);
		if (count > MSHV_MAX_VECTORS)
			return true;
		n = mshv_vectors_find(old, vector);
		if (n == count)
			return false;
		new = mshv_vectors_put(old, n, old >> MSHV_VECTOR_SHIFT(count - 1));
		new = mshv_vectors_put(new, count - 1, 0) - 1;
		if (try_cmpxchg(vectors, &old, new))
			return true;
	}
	return true;
}

/*
 * Leaves the vector on the register page. A VP that is in the guest would not look for it there, so
 * it must go the other way then.
 */
static bool mshv_interrupt_assert_fast(struct mshv_partition *partition,
				       const struct mshv_interrupt *interrupt)
{
	struct mshv_vp *vp;

	if (!mshv_hv->takes_vectors || !mshv_scheduler_is_root() || interrupt->logical ||
	    interrupt->level || interrupt->type != MHV_INTERRUPT_FIXED ||
	    interrupt->dest >= MSHV_APIC_BROADCAST)
		return false;
	/* With mshv_vp_setup(): who sees the VP sees all of it. */
	vp = smp_load_acquire(&partition->vps[interrupt->dest]);
	if (!vp || !mshv_vector_add(vp, interrupt->vector))
		return false;

	/* With mshv_vp_dispatch(): it sees the vector, or we see that it is under way. */
	smp_mb();
	if (READ_ONCE(vp->run.dispatched) && mshv_vector_remove(vp, interrupt->vector))
		return false;
	mshv_vp_wake(vp, MSHV_KICK_INTERRUPT);
	return true;
}

/**
 * mshv_interrupt_assert() - raise an interrupt in a guest
 * @partition: whose guest; its srcu is read-locked
 * @interrupt: which
 *
 * What the hypervisor makes of it is in the event; whoever signals an eventfd cannot be told.
 * Context: any but NMI.
 */
void mshv_interrupt_assert(struct mshv_partition *partition,
			   const struct mshv_interrupt *interrupt)
{
	bool fast = mshv_interrupt_assert_fast(partition, interrupt);
	u16 status = MHV_STATUS_SUCCESS;

	if (!fast)
		status = mshv_call_assert_virtual_interrupt(partition, interrupt);
	if (trace_mshv_assert_interrupt_enabled())
		mshv_fire(mshv_assert_interrupt, partition->id, interrupt->vector, interrupt->type,
			  interrupt->dest, fast, status, partition);
}

/**
 * mshv_interrupts_init() - prepare a new partition for interrupts
 * @partition: the partition
 *
 * Return: 0, or -ENOMEM.
 */
int mshv_interrupts_init(struct mshv_partition *partition)
{
	struct mshv_interrupts *interrupts = &partition->interrupts;

	spin_lock_init(&interrupts->lock);
	INIT_LIST_HEAD(&interrupts->irqfds);
	INIT_LIST_HEAD(&interrupts->ioeventfds);
	return init_srcu_struct(&interrupts->srcu);
}

/**
 * mshv_interrupts_release() - let go of all eventfds
 * @partition: whose descriptor is closed, so that there will be no more
 *
 * Context: may sleep.
 */
void mshv_interrupts_release(struct mshv_partition *partition)
{
	mshv_ioeventfd_release(partition);
	mshv_irqfd_release(partition);
}

/**
 * mshv_interrupts_destroy() - undo mshv_interrupts_init()
 * @partition: about to be freed, without any eventfd
 */
void mshv_interrupts_destroy(struct mshv_partition *partition)
{
	mshv_msi_destroy(partition);
	cleanup_srcu_struct(&partition->interrupts.srcu);
}

static void mshv_probe_vector_injection(struct mshv_cap_answer *answer)
{
	if (!mshv_hv || !mshv_hv->takes_vectors)
		answer->reason = MSHV_CAP_REASON_HYPERVISOR;
}

MSHV_DECLARE_CAP(HV_VECTOR_INJECTION, .probe = mshv_probe_vector_injection,
		 .trial = MSHV_TRIAL_REGISTERS_PAGE);
