// SPDX-License-Identifier: GPL-2.0
/*
 * What the parent has registered as the result of CPUID leaves and of access to MSRs, for one VP or
 * for all of a partition: HVCALL_REGISTER_INTERCEPT_RESULT. And what comes out: the answer to a
 * guest's CPUID, HVCALL_GET_VP_CPUID_VALUES. Which features exist at all is decided in cpuid.c.
 */
#include <linux/mm.h>

#include "softhv/softhv.h"

/* A registered result; the key is all but the values. */
struct softhv_result {
	u8 type;		/* MHV_INTERCEPT_CPUID or _MSR */
	bool any_subleaf;
	bool always;
	u8 action;
	u32 index;		/* leaf or MSR */
	u32 subleaf;		/* or MHV_INTERCEPT_ACCESS_* */
	u32 value[4];		/* EAX, EBX, ECX, EDX */
	u32 mask[4];
};

#define RESULTS_PER_PAGE \
	((PAGE_SIZE - sizeof(void *) - sizeof(u64)) / sizeof(struct softhv_result))

struct softhv_results {
	struct softhv_results *next;
	u64 count;
	struct softhv_result result[RESULTS_PER_PAGE];
};

static bool softhv_same_result(const struct softhv_result *a, const struct softhv_result *b)
{
	return a->type == b->type && a->index == b->index && a->subleaf == b->subleaf &&
	       a->any_subleaf == b->any_subleaf;
}

/* Replace a result, or add one. Partition locked, and the VP whose results they are. */
static u16 softhv_store_result(struct softhv_partition *partition, struct softhv_results **results,
			       const struct softhv_result *result)
{
	struct softhv_results *page;
	u32 i;

	BUILD_BUG_ON(sizeof(*page) > PAGE_SIZE);
	for (page = *results; page; page = page->next) {
		for (i = 0; i < page->count; i++) {
			if (softhv_same_result(&page->result[i], result)) {
				page->result[i] = *result;
				return MHV_STATUS_SUCCESS;
			}
		}
	}

	page = *results;
	if (!page || page->count == RESULTS_PER_PAGE) {
		page = softhv_page_take(partition);
		if (!page)
			return MHV_STATUS_INSUFFICIENT_MEMORY;
		page->next = *results;
		*results = page;
	}
	page->result[page->count++] = *result;
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_results_free() - forget all results, and give their pages back to the pool
 * @partition: locked
 * @results: the VP's, locked or not used by anybody else; or the partition's own
 */
void softhv_results_free(struct softhv_partition *partition, struct softhv_results **results)
{
	struct softhv_results *page;

	while ((page = *results)) {
		*results = page->next;
		softhv_page_return(partition, page);
	}
}

static const struct softhv_result *softhv_find_leaf(const struct softhv_results *page, u32 leaf,
						    u32 subleaf)
{
	const struct softhv_result *found = NULL;
	u32 i;

	for (; page; page = page->next) {
		for (i = 0; i < page->count; i++) {
			const struct softhv_result *result = &page->result[i];

			if (result->type != MHV_INTERCEPT_CPUID || result->index != leaf)
				continue;
			if (!result->any_subleaf && result->subleaf == subleaf)
				return result;
			if (result->any_subleaf)
				found = result;
		}
	}
	return found;
}

static bool softhv_apply_results(const struct softhv_results *results, u32 leaf, u32 subleaf,
				 struct softhv_cpuid *value, bool *always)
{
	const struct softhv_result *result = softhv_find_leaf(results, leaf, subleaf);
	u32 *registers[] = { &value->eax, &value->ebx, &value->ecx, &value->edx };
	int i;

	if (!result)
		return false;
	for (i = 0; i < ARRAY_SIZE(registers); i++)
		*registers[i] = (*registers[i] & ~result->mask[i]) |
				(result->value[i] & result->mask[i]);
	*always = result->always;
	return true;
}

/**
 * softhv_cpuid_result() - what CPUID says to a guest, with what the parent registered
 * @vp: locked; its partition is not
 * @leaf: EAX
 * @subleaf: ECX
 * @value: the result
 *
 * A VP's own results go before those for all VPs; one for a subleaf goes before one for all.
 * Return: whether that is the answer even if the parent intercepts the leaf.
 */
bool softhv_cpuid_result(struct softhv_vp *vp, u32 leaf, u32 subleaf, struct softhv_cpuid *value)
{
	struct softhv_partition *partition = vp->partition;
	bool always = false, found;

	softhv_cpuid(vp, leaf, subleaf, value);
	found = softhv_apply_results(vp->results, leaf, subleaf, value, &always);
	if (!found) {
		spin_lock(&partition->lock);
		found = softhv_apply_results(partition->results, leaf, subleaf, value, &always);
		spin_unlock(&partition->lock);
	}
	if (found)
		softhv_cpuid_limit(vp, leaf, subleaf, value);
	return always;
}

static bool softhv_find_msr(const struct softhv_results *page, u32 msr, u8 access, u64 *action)
{
	u32 i;

	for (; page; page = page->next) {
		for (i = 0; i < page->count; i++) {
			const struct softhv_result *result = &page->result[i];

			if (result->type == MHV_INTERCEPT_MSR && result->index == msr &&
			    (result->subleaf & access)) {
				*action = result->action;
				return true;
			}
		}
	}
	return false;
}

/**
 * softhv_msr_result() - what the parent registered for an MSR that softhv does not know
 * @vp: locked; its partition is not
 * @msr: which
 * @access: MHV_INTERCEPT_ACCESS_READ or _WRITE
 * @action: MHV_UNIMPLEMENTED_MSR_*
 *
 * Return: whether there is something.
 */
bool softhv_msr_result(struct softhv_vp *vp, u32 msr, u8 access, u64 *action)
{
	struct softhv_partition *partition = vp->partition;
	bool found = softhv_find_msr(vp->results, msr, access, action);

	if (!found) {
		spin_lock(&partition->lock);
		found = softhv_find_msr(partition->results, msr, access, action);
		spin_unlock(&partition->lock);
	}
	return found;
}

static u16 softhv_result_cpuid(const struct mhv_cpuid_result_parameters *in,
			       struct softhv_result *result)
{
	if (in->subleaf_specific > 1 || in->always_override > 1 || in->padding)
		return MHV_STATUS_INVALID_PARAMETER;
	*result = (struct softhv_result){
		.type = MHV_INTERCEPT_CPUID,
		.any_subleaf = !in->subleaf_specific,
		.always = in->always_override,
		.index = in->leaf,
		.subleaf = in->subleaf_specific ? in->subleaf : 0,
		.value = { in->eax.value, in->ebx.value, in->ecx.value, in->edx.value },
		.mask = { in->eax.mask, in->ebx.mask, in->ecx.mask, in->edx.mask },
	};
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_result_msr(const struct mhv_msr_result_parameters *in,
			     struct softhv_result *result)
{
	u32 valid = MHV_INTERCEPT_ACCESS_READ | MHV_INTERCEPT_ACCESS_WRITE;

	if (!in->access_type || (in->access_type & ~valid) ||
	    in->action > MHV_UNIMPLEMENTED_MSR_IGNORE_WRITE_READ_ZERO)
		return MHV_STATUS_INVALID_PARAMETER;
	*result = (struct softhv_result){
		.type = MHV_INTERCEPT_MSR,
		.index = in->msr,
		.subleaf = in->access_type,
		.action = in->action,
	};
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_store_for_all(u64 partition_id, const struct softhv_result *result)
{
	struct softhv_partition *partition = softhv_partition_find(partition_id);
	u16 status = MHV_STATUS_INVALID_PARTITION_STATE;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	spin_lock(&partition->lock);
	if (partition->state == SOFTHV_INITIALIZED)
		status = softhv_store_result(partition, &partition->results, result);
	spin_unlock(&partition->lock);
	return status;
}

static u16 softhv_store_for_vp(u64 partition_id, u32 index, const struct softhv_result *result)
{
	struct softhv_partition *partition;
	struct softhv_vp *vp;
	u16 status;

	status = softhv_vp_get_locked(partition_id, index, 0, &vp);
	if (status)
		return status;
	partition = vp->partition;
	spin_lock(&partition->lock);
	status = softhv_store_result(partition, &vp->results, result);
	spin_unlock(&partition->lock);
	softhv_vp_unlock(vp);
	return status;
}

/**
 * softhv_register_intercept_result() - HVCALL_REGISTER_INTERCEPT_RESULT
 * @args: parameters
 *
 * A result for CPUID is what a guest sees, within the features that there are. A leaf that the
 * parent intercepts still exits, with the result as the default, unless the result overrides that.
 * A result for an MSR tells what happens if softhv does not know the MSR and nobody intercepts it.
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_register_intercept_result(struct softhv_args *args)
{
	const struct mhv_input_register_intercept_result *in = args->in;
	struct softhv_result result;
	u16 status;

	if (in->intercept_type == MHV_INTERCEPT_CPUID)
		status = softhv_result_cpuid(&in->cpuid, &result);
	else if (in->intercept_type == MHV_INTERCEPT_MSR)
		status = softhv_result_msr(&in->msr, &result);
	else
		status = MHV_STATUS_INVALID_PARAMETER;
	if (status)
		return status;
	if (in->vp_index == MHV_ANY_VP)
		return softhv_store_for_all(in->partition_id, &result);
	return softhv_store_for_vp(in->partition_id, in->vp_index, &result);
}

/**
 * softhv_get_vp_cpuid_values() - HVCALL_GET_VP_CPUID_VALUES
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_get_vp_cpuid_values(struct softhv_args *args)
{
	const struct mhv_input_get_vp_cpuid_values *in = args->in;
	const struct mhv_cpuid_leaf *leaves = args->in_list;
	struct mhv_cpuid_values *values = args->out;
	struct softhv_vp *vp;
	u16 status;

	if ((in->flags & ~MHV_CPUID_VALUES_FLAGS) || in->reserved)
		return MHV_STATUS_INVALID_PARAMETER;
	status = softhv_vp_get_locked(in->partition_id, in->vp_index, 0, &vp);
	if (status)
		return status;
	for (; args->done < args->reps; args->done++) {
		u32 leaf = READ_ONCE(leaves[args->done].eax);
		u32 subleaf = READ_ONCE(leaves[args->done].ecx);
		struct softhv_cpuid value;

		if (in->flags & MHV_CPUID_VALUES_REGISTERED)
			softhv_cpuid_result(vp, leaf, subleaf, &value);
		else
			softhv_cpuid(vp, leaf, subleaf, &value);
		values[args->done] = (struct mhv_cpuid_values){
			value.eax, value.ebx, value.ecx, value.edx,
		};
	}
	softhv_vp_unlock(vp);
	return MHV_STATUS_SUCCESS;
}
