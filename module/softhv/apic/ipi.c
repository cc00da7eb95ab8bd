// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts from VP to VP and from the parent: which VPs a destination names, and what each kind
 * of interrupt does to them. No function here locks a VP.
 */
#include <asm/apicdef.h>

#include "softhv/softhv.h"

#define ICR_VECTOR	0xff
#define ICR_SHORTHAND	0xc0000
#define ICR_LOGICAL	0x800

#define ALL_OF_XAPIC	0xffU
#define ALL_OF_X2APIC	0xffffffffU

#define FIRST_VECTOR	16

/**
 * struct ipi - an interrupt and where it goes
 * @dest: APIC id or logical destination
 * @mode: enum mhv_interrupt_type, which has the numbers of the delivery modes
 * @vector: its vector
 * @logical: what @dest is
 * @level: it is level triggered
 */
struct ipi {
	u32 dest;
	u32 mode;
	u8 vector;
	bool logical;
	bool level;
};

static bool ipi_matches_xapic(const struct softhv_lapic *lapic, const struct ipi *ipi)
{
	u32 mda = READ_ONCE(lapic->ldr) >> 24;

	if (ipi->dest == ALL_OF_XAPIC || ipi->dest == ALL_OF_X2APIC)
		return true;
	if (!ipi->logical)
		return READ_ONCE(lapic->id) >> 24 == ipi->dest;
	if (READ_ONCE(lapic->dfr) == APIC_DFR_FLAT)
		return mda & ipi->dest;
	return mda >> 4 == ipi->dest >> 4 && (mda & ipi->dest & 0xf);
}

static bool ipi_matches(const struct softhv_vp *vp, const struct ipi *ipi)
{
	const struct softhv_lapic *lapic = &vp->lapic;
	u32 ldr = READ_ONCE(lapic->ldr);

	if (!softhv_lapic_x2apic(vp))
		return ipi_matches_xapic(lapic, ipi);
	if (ipi->dest == ALL_OF_X2APIC)
		return true;
	if (!ipi->logical)
		return READ_ONCE(lapic->id) == ipi->dest;
	return ldr >> 16 == ipi->dest >> 16 && (ldr & ipi->dest & 0xffff);
}

static void ipi_deliver(struct softhv_vp *vp, const struct ipi *ipi)
{
	struct softhv_lapic *lapic = &vp->lapic;

	switch (ipi->mode) {
	case MHV_INTERRUPT_FIXED:
	case MHV_INTERRUPT_LOWEST_PRIORITY:
		if (softhv_lapic_accepts(vp))
			softhv_lapic_post(vp, ipi->vector, ipi->level);
		break;
	case MHV_INTERRUPT_NMI:
		softhv_lapic_request(vp, SOFTHV_REQUEST_NMI);
		break;
	case MHV_INTERRUPT_INIT:
		softhv_lapic_request(vp, SOFTHV_REQUEST_INIT);
		break;
	case MHV_INTERRUPT_SIPI:
		/* The first one starts the VP, those behind it do nothing. */
		if (!test_bit(SOFTHV_REQUEST_SIPI, &lapic->requests))
			WRITE_ONCE(lapic->sipi_vector, ipi->vector);
		softhv_lapic_request(vp, SOFTHV_REQUEST_SIPI);
		break;
	case MHV_INTERRUPT_EXTINT:
		WRITE_ONCE(lapic->extint_vector, ipi->vector);
		softhv_lapic_request(vp, SOFTHV_REQUEST_EXTINT);
		break;
	case MHV_INTERRUPT_LOCALINT0:
	case MHV_INTERRUPT_LOCALINT1:
		softhv_lapic_lint(vp, ipi->mode - MHV_INTERRUPT_LOCALINT0, ipi->vector);
		break;
	}
}

/* To all VPs that match, or to the one of them that has the least to do. */
static void ipi_send(struct softhv_partition *partition, const struct ipi *ipi,
		     const struct softhv_vp *except)
{
	u32 limit = READ_ONCE(partition->vp_limit);
	struct softhv_vp *vp, *lowest = NULL;
	u32 i;

	for (i = 0; i < limit; i++) {
		vp = softhv_vp_find(partition, i);
		if (!vp || vp == except || !ipi_matches(vp, ipi))
			continue;
		if (ipi->mode != MHV_INTERRUPT_LOWEST_PRIORITY)
			ipi_deliver(vp, ipi);
		else if (softhv_lapic_accepts(vp) &&
			 (!lowest || READ_ONCE(vp->lapic.ppr) < READ_ONCE(lowest->lapic.ppr)))
			lowest = vp;
	}
	if (lowest)
		ipi_deliver(lowest, ipi);
}

/**
 * softhv_ipi_send() - a guest has written the interrupt command register
 * @vp: the sender, locked
 * @icr: the register, in the form that it has in the APIC's mode
 *
 * Context: interrupts disabled, RCU read side.
 */
void softhv_ipi_send(struct softhv_vp *vp, u64 icr)
{
	struct ipi ipi = {
		.dest = softhv_lapic_x2apic(vp) ? icr >> 32 : icr >> 56,
		.mode = (icr & APIC_DM_FIXED_MASK) >> 8,
		.vector = icr & ICR_VECTOR,
		.logical = icr & ICR_LOGICAL,
	};

	if (ipi.mode <= MHV_INTERRUPT_LOWEST_PRIORITY && ipi.vector < FIRST_VECTOR) {
		softhv_lapic_error(vp, APIC_ESR_SENDILL);
		return;
	}
	/* The deassertion of an INIT, which does nothing */
	if (ipi.mode == MHV_INTERRUPT_INIT && (icr & APIC_INT_LEVELTRIG) &&
	    !(icr & APIC_INT_ASSERT))
		return;

	switch (icr & ICR_SHORTHAND) {
	case APIC_DEST_SELF:
		ipi_deliver(vp, &ipi);
		return;
	case APIC_DEST_ALLINC:
	case APIC_DEST_ALLBUT:
		ipi.dest = ALL_OF_X2APIC;
		break;
	}
	ipi_send(vp->partition, &ipi, (icr & ICR_SHORTHAND) == APIC_DEST_ALLBUT ? vp : NULL);
}

static bool ipi_assert_ok(const struct mhv_input_assert_virtual_interrupt *in)
{
	u32 flags = MHV_INTERRUPT_LEVEL_TRIGGERED | MHV_INTERRUPT_LOGICAL_DEST;

	if ((in->control_flags & ~flags) || in->target_vtl || in->vector > 0xff ||
	    upper_32_bits(in->dest_addr))
		return false;
	switch (in->interrupt_type) {
	case MHV_INTERRUPT_FIXED:
	case MHV_INTERRUPT_LOWEST_PRIORITY:
		return in->vector >= FIRST_VECTOR;
	case MHV_INTERRUPT_NMI:
	case MHV_INTERRUPT_INIT:
	case MHV_INTERRUPT_SIPI:
	case MHV_INTERRUPT_EXTINT:
	case MHV_INTERRUPT_LOCALINT0:
	case MHV_INTERRUPT_LOCALINT1:
		return true;
	}
	return false;
}

/**
 * softhv_assert_virtual_interrupt() - HVCALL_ASSERT_VIRTUAL_INTERRUPT
 * @args: parameters
 *
 * An interrupt for a destination that no VP has is lost; that is no error of the parent. Context:
 * interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_assert_virtual_interrupt(struct softhv_args *args)
{
	const struct mhv_input_assert_virtual_interrupt *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->partition_id);
	struct ipi ipi = {
		.dest = in->dest_addr,
		.mode = in->interrupt_type,
		.vector = in->vector,
		.logical = in->control_flags & MHV_INTERRUPT_LOGICAL_DEST,
		.level = in->control_flags & MHV_INTERRUPT_LEVEL_TRIGGERED,
	};

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	if (!ipi_assert_ok(in))
		return MHV_STATUS_INVALID_PARAMETER;
	if (!(partition->creation_flags & MHV_CREATE_LAPIC))
		return MHV_STATUS_INVALID_PARTITION_STATE;
	ipi_send(partition, &ipi, NULL);
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_clear_virtual_interrupt() - HVCALL_CLEAR_VIRTUAL_INTERRUPT
 * @args: parameters
 *
 * Takes back an interrupt of the parent's PIC (ExtINT) that no VP has taken yet.
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_clear_virtual_interrupt(struct softhv_args *args)
{
	const struct mhv_partition_id *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->partition_id);
	struct softhv_vp *vp;
	u32 i;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	if (!(partition->creation_flags & MHV_CREATE_LAPIC))
		return MHV_STATUS_INVALID_PARTITION_STATE;
	for (i = 0; i < READ_ONCE(partition->vp_limit); i++) {
		vp = softhv_vp_find(partition, i);
		if (!vp)
			continue;
		clear_bit(SOFTHV_REQUEST_EXTINT, &vp->lapic.requests);
		softhv_lapic_request(vp, SOFTHV_REQUEST_CLEAR_EXTINT);
	}
	return MHV_STATUS_SUCCESS;
}
