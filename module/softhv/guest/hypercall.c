// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls of guests, by VMMCALL: slow calls, whose input is in the guest's memory, and fast
 * ones, whose input is in registers, with XMM0 to XMM5 if it is long. None that softhv has for
 * guests has an output. TLFS "Hypercall interface". Those of the root partition are in
 * hv/hypercall.c.
 */
#include <linux/bitops.h>
#include <linux/mm.h>
#include <asm/processor-flags.h>

#include "softhv/hv/counters.h"

#define FAST_WORDS	14	/* two general registers, and six of SSE */
#define MAX_BANKS	64

/* The longest input is that of a flush with banks; POST_MESSAGE has 32 words. */
#define MAX_WORDS	(sizeof(struct mhv_input_flush_ex) / sizeof(u64) + MAX_BANKS)

/**
 * struct guest_call - a hypercall while it is handled
 * @vp: who makes it
 * @in: its input, without the list of a rep call
 * @words: how much of it follows the fixed part, in words of 64 bits
 * @yield: the VP gives its CPU to others
 */
struct guest_call {
	struct softhv_vp *vp;
	u64 in[MAX_WORDS];
	u16 words;
	bool yield;
};

/* VPs of a partition */
struct guest_targets {
	DECLARE_BITMAP(vps, SOFTHV_MAX_VPS);
};

/* VPs that do not exist may be named. */
static u16 guest_set_targets(const struct guest_call *call, const struct mhv_vp_set *set,
			     const u64 *banks, struct guest_targets *targets)
{
	unsigned long mask = set->valid_bank_mask;
	unsigned int bank, i = 0;

	bitmap_zero(targets->vps, SOFTHV_MAX_VPS);
	if (set->format == MHV_VP_SET_ALL) {
		bitmap_fill(targets->vps, SOFTHV_MAX_VPS);
		return MHV_STATUS_SUCCESS;
	}
	if (set->format != MHV_VP_SET_SPARSE)
		return MHV_STATUS_INVALID_PARAMETER;
	if (call->words != hweight64(mask))
		return MHV_STATUS_INVALID_HYPERCALL_INPUT;
	for_each_set_bit(bank, &mask, MAX_BANKS) {
		if (bank < ARRAY_SIZE(targets->vps))
			targets->vps[bank] = banks[i];
		i++;
	}
	return MHV_STATUS_SUCCESS;
}

static void guest_mask_targets(u64 mask, struct guest_targets *targets)
{
	bitmap_zero(targets->vps, SOFTHV_MAX_VPS);
	targets->vps[0] = mask;
}

static u16 guest_ipi(struct guest_call *call, u32 vector, u8 vtl,
		     const struct guest_targets *targets)
{
	struct softhv_partition *partition = call->vp->partition;
	u32 limit = READ_ONCE(partition->vp_limit), i;
	struct softhv_vp *vp;

	if (vector < 16 || vector > 0xff || (vtl & ~MHV_INPUT_VTL_USE))
		return MHV_STATUS_INVALID_PARAMETER;
	for_each_set_bit(i, targets->vps, limit) {
		vp = softhv_vp_find(partition, i);
		if (vp && softhv_lapic_accepts(vp))
			softhv_lapic_post(vp, vector, false);
	}
	return MHV_STATUS_SUCCESS;
}

static u16 guest_send_ipi(struct guest_call *call)
{
	const struct mhv_input_send_ipi *in = (const void *)call->in;
	struct guest_targets targets;

	guest_mask_targets(in->processor_mask, &targets);
	return guest_ipi(call, in->vector, in->target_vtl, &targets);
}

static u16 guest_send_ipi_ex(struct guest_call *call)
{
	const struct mhv_input_send_ipi_ex *in = (const void *)call->in;
	struct guest_targets targets;
	u16 status;

	status = guest_set_targets(call, &in->vps, (const u64 *)(in + 1), &targets);
	return status ?: guest_ipi(call, in->vector, in->target_vtl, &targets);
}

/*
 * Which translations are meant makes no difference: an entry to the guest forgets all or none.
 * Context: no VP but the caller's is locked, and that one is not in its guest.
 */
static u16 guest_flush_targets(struct guest_call *call, u64 flags,
			       const struct guest_targets *targets)
{
	u64 valid = MHV_FLUSH_ALL_PROCESSORS | MHV_FLUSH_ALL_ADDRESS_SPACES |
		    MHV_FLUSH_NON_GLOBAL_ONLY | MHV_FLUSH_EXTENDED_RANGES;

	if (flags & ~valid)
		return MHV_STATUS_INVALID_PARAMETER;
	softhv_vp_flush(call->vp->partition,
			flags & MHV_FLUSH_ALL_PROCESSORS ? NULL : targets->vps);
	return MHV_STATUS_SUCCESS;
}

static u16 guest_flush(struct guest_call *call)
{
	const struct mhv_input_flush *in = (const void *)call->in;
	struct guest_targets targets;

	guest_mask_targets(in->processor_mask, &targets);
	return guest_flush_targets(call, in->flags, &targets);
}

static u16 guest_flush_ex(struct guest_call *call)
{
	const struct mhv_input_flush_ex *in = (const void *)call->in;
	struct guest_targets targets;
	u16 status;

	status = guest_set_targets(call, &in->vps, (const u64 *)(in + 1), &targets);
	return status ?: guest_flush_targets(call, in->flags, &targets);
}

static u16 guest_long_spin_wait(struct guest_call *call)
{
	call->yield = true;
	return MHV_STATUS_SUCCESS;
}

/* Connections of guests are doorbells alone, which are rung by writes to memory. */
static u16 guest_no_connection(struct guest_call *call)
{
	return MHV_STATUS_INVALID_CONNECTION_ID;
}

/**
 * struct guest_call_type - what the ABI says of one hypercall
 * @handler: does it; a rep call is done with all of its elements, or with none
 * @code: its code
 * @in: size of the input's fixed part in bytes
 * @element: size of the input's elements, of a rep call
 * @variable: banks of a set of VPs follow the fixed part
 * @counter: what it counts as, beside hypercalls
 * @feature: of SYNTHETIC_PROC_FEATURES; without it there is no such call
 * @privilege: what the guest needs beside that for hypercalls
 */
struct guest_call_type {
	u16 (*handler)(struct guest_call *call);
	u16 code;
	u16 in;
	u8 element;
	bool variable;
	u16 counter;
	u64 feature;
	u64 privilege;
};

static const struct guest_call_type guest_calls[] = {
	{
		.code = MHV_HVCALL_FLUSH_VIRTUAL_ADDRESS_SPACE,
		.handler = guest_flush,
		.in = sizeof(struct mhv_input_flush),
		.counter = SOFTHV_VpVirtualMmuHypercalls,
		.feature = MHV_FEATURE_TLB_FLUSH,
	}, {
		.code = MHV_HVCALL_FLUSH_VIRTUAL_ADDRESS_LIST,
		.handler = guest_flush,
		.in = sizeof(struct mhv_input_flush),
		.element = sizeof(u64),
		.counter = SOFTHV_VpVirtualMmuHypercalls,
		.feature = MHV_FEATURE_TLB_FLUSH,
	}, {
		.code = MHV_HVCALL_NOTIFY_LONG_SPIN_WAIT,
		.handler = guest_long_spin_wait,
		.in = sizeof(struct mhv_input_long_spin_wait),
		.counter = SOFTHV_VpLongSpinWaitHypercalls,
		.feature = MHV_FEATURE_LONG_SPIN_WAIT,
	}, {
		.code = MHV_HVCALL_SEND_IPI,
		.handler = guest_send_ipi,
		.in = sizeof(struct mhv_input_send_ipi),
		.counter = SOFTHV_VpVirtualInterruptHypercalls,
		.feature = MHV_FEATURE_CLUSTER_IPI,
	}, {
		.code = MHV_HVCALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX,
		.handler = guest_flush_ex,
		.in = sizeof(struct mhv_input_flush_ex),
		.variable = true,
		.counter = SOFTHV_VpVirtualMmuHypercalls,
		.feature = MHV_FEATURE_TLB_FLUSH | MHV_FEATURE_EX_PROCESSOR_MASKS,
	}, {
		.code = MHV_HVCALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX,
		.handler = guest_flush_ex,
		.in = sizeof(struct mhv_input_flush_ex),
		.element = sizeof(u64),
		.variable = true,
		.counter = SOFTHV_VpVirtualMmuHypercalls,
		.feature = MHV_FEATURE_TLB_FLUSH | MHV_FEATURE_EX_PROCESSOR_MASKS,
	}, {
		.code = MHV_HVCALL_SEND_IPI_EX,
		.handler = guest_send_ipi_ex,
		.in = sizeof(struct mhv_input_send_ipi_ex),
		.variable = true,
		.counter = SOFTHV_VpVirtualInterruptHypercalls,
		.feature = MHV_FEATURE_CLUSTER_IPI | MHV_FEATURE_EX_PROCESSOR_MASKS,
	}, {
		.code = MHV_HVCALL_POST_MESSAGE,
		.handler = guest_no_connection,
		.in = sizeof(struct mhv_input_post_message),
		.counter = SOFTHV_VpSyntheticInterruptHypercalls,
		.privilege = MHV_PRIVILEGE_POST_MESSAGES,
	}, {
		.code = MHV_HVCALL_SIGNAL_EVENT,
		.handler = guest_no_connection,
		.in = sizeof(struct mhv_input_signal_event),
		.counter = SOFTHV_VpSyntheticInterruptHypercalls,
		.privilege = MHV_PRIVILEGE_SIGNAL_EVENTS,
	},
};

/* How often guests made each of them; the last one is for all that there are not. */
static atomic_long_t guest_call_counts[ARRAY_SIZE(guest_calls) + 1];

/**
 * softhv_guest_hypercall_count() - how often guests made a hypercall
 * @index: counts up from 0; the last one with a count stands for all codes that there are not
 * @code: filled in; SOFTHV_NR_CODES for those
 * @count: filled in
 *
 * Return: false if there is none of that index.
 */
bool softhv_guest_hypercall_count(u32 index, u16 *code, u64 *count)
{
	if (index > ARRAY_SIZE(guest_calls))
		return false;
	*code = index < ARRAY_SIZE(guest_calls) ? guest_calls[index].code : SOFTHV_NR_CODES;
	*count = atomic_long_read(&guest_call_counts[index]);
	return true;
}

static const struct guest_call_type *guest_count_call(struct softhv_vp *vp, u16 code)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(guest_calls) && guest_calls[i].code != code; i++)
		;
	atomic_long_inc(&guest_call_counts[i]);
	if (i == ARRAY_SIZE(guest_calls)) {
		softhv_count(&vp->stats, SOFTHV_VpOtherHypercalls);
		return NULL;
	}
	softhv_count(&vp->stats, guest_calls[i].counter);
	return &guest_calls[i];
}

static u16 guest_check_control(const struct guest_call_type *type, u64 control, u16 reps,
			       u16 start)
{
	if (control & (MHV_CONTROL_RSVD_MASK | MHV_CONTROL_NESTED))
		return MHV_STATUS_INVALID_HYPERCALL_INPUT;
	if (!type->variable && (control & MHV_CONTROL_VARHEAD_MASK))
		return MHV_STATUS_INVALID_HYPERCALL_INPUT;
	if (type->element ? start >= reps : (reps || start))
		return MHV_STATUS_INVALID_HYPERCALL_INPUT;
	return MHV_STATUS_SUCCESS;
}

static void guest_fast_input(struct guest_call *call, u64 first, u64 second, u32 size)
{
	u64 words[FAST_WORDS] = { first, second };

	memcpy(words + 2, call->vp->fpu->xmm_space, sizeof(words) - 2 * sizeof(u64));
	memcpy(call->in, words, size);
}

/*
 * Input in memory. *@missing: it is memory of the guest, but the parent has to map it first, as it
 * does when a guest reads there.
 */
static u16 guest_slow_input(struct guest_call *call, u64 gpa, u32 size, u32 total, bool *missing)
{
	struct softhv_partition *partition = call->vp->partition;
	u16 status = MHV_STATUS_SUCCESS;
	const u64 *from;
	u32 i;

	if (!IS_ALIGNED(gpa, sizeof(u64)) || offset_in_page(gpa) + total > PAGE_SIZE)
		return MHV_STATUS_INVALID_ALIGNMENT;
	spin_lock(&partition->lock);
	from = softhv_npt_is_overlay(partition, gpa) ? NULL : softhv_npt_read_ptr(partition, gpa);
	if (from) {
		for (i = 0; i < size / sizeof(u64); i++)
			call->in[i] = READ_ONCE(from[i]);
	} else {
		*missing = softhv_npt_access(partition, gpa, MHV_ACCESS_READ) == SOFTHV_NPT_DENIED;
		status = MHV_STATUS_INVALID_PARAMETER;
	}
	spin_unlock(&partition->lock);
	return status;
}

/* Control word, and the two words of input, by the mode that the guest is in */
static void guest_parameters(const struct softhv_vp *vp, bool wide, u64 *control, u64 *first,
			     u64 *second)
{
	const u64 *gpr = vp->gpr;

	if (wide) {
		*control = gpr[MHV_RCX];
		*first = gpr[MHV_RDX];
		*second = gpr[MHV_R8];
		return;
	}
	*control = gpr[MHV_RDX] << 32 | lower_32_bits(gpr[MHV_RAX]);
	*first = gpr[MHV_RBX] << 32 | lower_32_bits(gpr[MHV_RCX]);
	*second = gpr[MHV_RDI] << 32 | lower_32_bits(gpr[MHV_RSI]);
}

/* The hypercall's result; *@missing is the input's address if the parent has to map it first. */
static u64 guest_make_call(struct guest_call *call, bool wide, u64 *missing)
{
	struct softhv_partition *partition = call->vp->partition;
	u64 features = softhv_guest_features(partition), control, first, second;
	const struct guest_call_type *type;
	u16 reps, start, status;
	bool unmapped = false;
	u32 size, total;

	guest_parameters(call->vp, wide, &control, &first, &second);
	reps = (control & MHV_CONTROL_REP_COUNT_MASK) >> MHV_CONTROL_REP_COUNT_SHIFT;
	start = (control & MHV_CONTROL_REP_START_MASK) >> MHV_CONTROL_REP_START_SHIFT;
	call->words = (control & MHV_CONTROL_VARHEAD_MASK) >> MHV_CONTROL_VARHEAD_SHIFT;

	type = guest_count_call(call->vp, control & MHV_CONTROL_CODE_MASK);
	if (!type || (type->feature & ~features))
		return MHV_STATUS_INVALID_HYPERCALL_CODE;
	if (type->privilege & ~softhv_guest_privileges(partition))
		return MHV_STATUS_ACCESS_DENIED;
	status = guest_check_control(type, control, reps, start);
	if (status)
		return status;
	if (call->words > MAX_BANKS)
		return MHV_STATUS_INVALID_HYPERCALL_INPUT;

	size = type->in + call->words * sizeof(u64);
	total = size + reps * type->element;
	if (!(control & MHV_CONTROL_FAST)) {
		status = guest_slow_input(call, first, size, total, &unmapped);
		if (unmapped)
			*missing = first;
	} else if (total > FAST_WORDS * sizeof(u64)) {
		status = MHV_STATUS_INVALID_HYPERCALL_INPUT;
	} else {
		guest_fast_input(call, first, second, size);
	}
	if (!status)
		status = type->handler(call);
	return status | (u64)(status ? start : reps) << MHV_RESULT_REPS_SHIFT;
}

/**
 * softhv_guest_hypercall_ok() - can a VP make hypercalls, where it is
 * @vp: locked, at a VMMCALL
 */
bool softhv_guest_hypercall_ok(const struct softhv_vp *vp)
{
	const struct vmcb_save_area *save = &vp->vmcb->save;

	return (softhv_guest_privileges(vp->partition) & MHV_PRIVILEGE_HYPERCALL) &&
	       READ_ONCE(vp->partition->properties[SOFTHV_PROP_GUEST_OS_ID]) && !save->cpl &&
	       (save->cr0 & X86_CR0_PE) && !(save->rflags & X86_EFLAGS_VM);
}

/**
 * softhv_guest_hypercall() - make the hypercall that a VP is at
 * @vp: locked, at a VMMCALL, with softhv_guest_hypercall_ok()
 * @missing: filled in with the address of input that the parent has to map first; nothing has
 *	changed then
 *
 * Context: interrupts disabled, RCU read side. May wait for one exit of each of the other VPs.
 * Return: what to do next; SOFTHV_INTERCEPT if something is missing.
 */
enum softhv_next softhv_guest_hypercall(struct softhv_vp *vp, u64 *missing)
{
	bool wide = (vp->vmcb->save.efer & EFER_LMA) &&
		    (vp->vmcb->save.cs.attrib & SVM_SELECTOR_L_MASK);
	struct guest_call call = { .vp = vp };
	u64 result;

	*missing = U64_MAX;
	result = guest_make_call(&call, wide, missing);
	if (*missing != U64_MAX)
		return SOFTHV_INTERCEPT;
	if (wide) {
		vp->gpr[MHV_RAX] = result;
	} else {
		vp->gpr[MHV_RAX] = lower_32_bits(result);
		vp->gpr[MHV_RDX] = upper_32_bits(result);
	}
	softhv_skip(vp, 3);
	return call.yield ? SOFTHV_YIELD : SOFTHV_REENTER;
}
