// SPDX-License-Identifier: GPL-2.0
/*
 * Properties of partitions and of the system, TLFS hv_partition_property_code. Those that are only
 * stored are stored here; those that describe the processor are the same for all partitions but
 * for the features that one was created without.
 */
#include <linux/log2.h>
#include <linux/moduleparam.h>
#include <asm/processor.h>
#include <asm/tsc.h>

#include "softhv/softhv.h"

/* When SET_PARTITION_PROPERTY is answered */
enum {
	SOFTHV_ANSWER_AT_ONCE,
	SOFTHV_ANSWER_LATER,
	SOFTHV_ANSWER_HELD,	/* held back until the parameter changes */
	SOFTHV_NR_ANSWERS
};

static unsigned int late_properties;

static int late_properties_set(const char *value, const struct kernel_param *parameter)
{
	int ret = param_set_uint_minmax(value, parameter, 0, SOFTHV_NR_ANSWERS - 1);

	if (!ret && READ_ONCE(late_properties) != SOFTHV_ANSWER_HELD)
		softhv_synic_release();
	return ret;
}

static const struct kernel_param_ops late_properties_ops = {
	.set = late_properties_set,
	.get = param_get_uint,
};

module_param_cb(late_properties, &late_properties_ops, &late_properties, 0600);
MODULE_PARM_DESC(late_properties,
		 "answer SET_PARTITION_PROPERTY at once (0, the default), by a message (1), or so when it is set to another value (2)");

/**
 * softhv_property_init() - answer later if softhv is to be unkind, and nothing else was asked for
 */
void softhv_property_init(void)
{
	if (softhv_unkind && late_properties == SOFTHV_ANSWER_AT_ONCE)
		late_properties = SOFTHV_ANSWER_LATER;
}

/* When a property can be set */
enum softhv_property_time {
	SOFTHV_SET_ALWAYS,
	SOFTHV_SET_EARLY,	/* before the partition is initialized */
};

static const struct {
	u32 code;
	enum softhv_stored_property stored;
	enum softhv_property_time when;
	u64 max;
} softhv_properties[] = {
	{ MHV_PROP_PRIVILEGE_FLAGS, SOFTHV_PROP_PRIVILEGE_FLAGS, SOFTHV_SET_EARLY, U64_MAX },
	{ MHV_PROP_SYNTHETIC_PROC_FEATURES, SOFTHV_PROP_SYNTHETIC_PROC_FEATURES,
	  SOFTHV_SET_EARLY, U64_MAX },
	{ MHV_PROP_TIME_FREEZE, SOFTHV_PROP_TIME_FREEZE, SOFTHV_SET_ALWAYS, 1 },
	{ MHV_PROP_PROCESSORS_PER_SOCKET, SOFTHV_PROP_PROCESSORS_PER_SOCKET, SOFTHV_SET_ALWAYS,
	  SOFTHV_MAX_VPS },
	{ MHV_PROP_GPA_PAGE_ACCESS_TRACKING, SOFTHV_PROP_GPA_PAGE_ACCESS_TRACKING,
	  SOFTHV_SET_ALWAYS, 1 },
	{ MHV_PROP_UNIMPLEMENTED_MSR_ACTION, SOFTHV_PROP_UNIMPLEMENTED_MSR_ACTION,
	  SOFTHV_SET_ALWAYS, MHV_UNIMPLEMENTED_MSR_IGNORE_WRITE_READ_ZERO },
	{ MHV_PROP_GUEST_OS_ID, SOFTHV_PROP_GUEST_OS_ID, SOFTHV_SET_ALWAYS, U64_MAX },
};

static u64 softhv_vendor(void)
{
	return boot_cpu_data.x86_vendor == X86_VENDOR_HYGON ? MHV_PROCESSOR_VENDOR_HYGON :
							     MHV_PROCESSOR_VENDOR_AMD;
}

/* Read-only properties */
static u16 softhv_get_fixed(struct softhv_partition *partition, u32 code, u64 *value)
{
	switch (code) {
	case MHV_PROP_REFERENCE_TIME:
		*value = softhv_reference_time(partition);
		break;
	case MHV_PROP_PROCESSOR_VENDOR:
		*value = softhv_vendor();
		break;
	case MHV_PROP_PROCESSOR_FEATURES0:
		*value = softhv_caps.features & ~partition->disabled_features;
		break;
	case MHV_PROP_PROCESSOR_FEATURES1:
	case MHV_PROP_PROCESSOR_XSAVE_FEATURES:
		*value = 0;
		break;
	case MHV_PROP_XSAVE_STATES:
		*value = XFEATURE_MASK_FPSSE;
		break;
	case MHV_PROP_MAX_XSAVE_DATA_SIZE:
		*value = sizeof(struct fxregs_state) + sizeof(struct xstate_header);
		break;
	case MHV_PROP_CL_FLUSH_SIZE:
		*value = ilog2(boot_cpu_data.x86_clflush_size);
		break;
	case MHV_PROP_PHYSICAL_ADDRESS_WIDTH:
		*value = softhv_caps.gpa_bits;
		break;
	case MHV_PROP_PROCESSOR_CLOCK_FREQUENCY:
		*value = tsc_khz * 1000ULL;
		break;
	default:
		return MHV_STATUS_UNKNOWN_PROPERTY;
	}
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_get_partition_property() - HVCALL_GET_PARTITION_PROPERTY
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_get_partition_property(struct softhv_args *args)
{
	const struct mhv_input_get_partition_property *in = args->in;
	struct softhv_partition *partition = softhv_partition_find_any(in->partition_id);
	struct mhv_output_get_partition_property *out = args->out;
	u64 value = 0;
	u16 status;
	int i;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	if (in->padding)
		return MHV_STATUS_INVALID_PARAMETER;

	for (i = 0; i < ARRAY_SIZE(softhv_properties); i++) {
		if (softhv_properties[i].code != in->property_code)
			continue;
		out->property_value = READ_ONCE(partition->properties[softhv_properties[i].stored]);
		return MHV_STATUS_SUCCESS;
	}
	status = softhv_get_fixed(partition, in->property_code, &value);
	if (!status)
		out->property_value = value;
	return status;
}

static u16 softhv_set_property(struct softhv_partition *partition,
			       const struct mhv_input_set_partition_property *in)
{
	u16 status = MHV_STATUS_SUCCESS;
	u64 value;
	int i;

	if (in->padding)
		return MHV_STATUS_INVALID_PARAMETER;

	for (i = 0; i < ARRAY_SIZE(softhv_properties); i++)
		if (softhv_properties[i].code == in->property_code)
			break;
	if (i == ARRAY_SIZE(softhv_properties))
		return softhv_get_fixed(partition, in->property_code, &value) ?:
		       MHV_STATUS_ACCESS_DENIED;
	if (in->property_value > softhv_properties[i].max)
		return MHV_STATUS_PROPERTY_VALUE_OUT_OF_RANGE;

	spin_lock(&partition->lock);
	if (partition->state != SOFTHV_CREATED &&
	    (softhv_properties[i].when == SOFTHV_SET_EARLY ||
	     partition->state != SOFTHV_INITIALIZED))
		status = MHV_STATUS_INVALID_PARTITION_STATE;
	else
		WRITE_ONCE(partition->properties[softhv_properties[i].stored], in->property_value);
	if (!status && in->property_code == MHV_PROP_TIME_FREEZE)
		softhv_time_freeze(partition, in->property_value);
	spin_unlock(&partition->lock);
	if (!status && in->property_code == MHV_PROP_TIME_FREEZE && !in->property_value)
		softhv_tsc_put_back(partition);
	return status;
}

/**
 * softhv_set_partition_property() - HVCALL_SET_PARTITION_PROPERTY
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status; CALL_PENDING if what came of it is told by a message.
 */
u16 softhv_set_partition_property(struct softhv_args *args)
{
	const struct mhv_input_set_partition_property *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->partition_id);
	unsigned int late = READ_ONCE(late_properties);
	u16 status;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	status = softhv_set_property(partition, in);
	if (late == SOFTHV_ANSWER_AT_ONCE)
		return status;
	softhv_synic_complete(partition, status, late == SOFTHV_ANSWER_HELD);
	return MHV_STATUS_CALL_PENDING;
}

/**
 * softhv_get_partition_property_ex() - HVCALL_GET_PARTITION_PROPERTY_EX
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_get_partition_property_ex(struct softhv_args *args)
{
	const struct mhv_input_get_partition_property_ex *in = args->in;
	struct mhv_synthetic_proc_features *features = args->out;
	struct mhv_vmm_capabilities *capabilities = args->out;

	if (!softhv_partition_find_any(in->partition_id))
		return MHV_STATUS_INVALID_PARTITION_ID;
	if (in->padding || in->arg)
		return MHV_STATUS_INVALID_PARAMETER;

	switch (in->property_code) {
	case MHV_PROP_VMM_CAPABILITIES:
		*capabilities = (struct mhv_vmm_capabilities){
			.bank_count = MHV_VMM_CAPABILITIES_BANKS,
		};
		return MHV_STATUS_SUCCESS;
	case MHV_PROP_ASSIGNABLE_SYNTHETIC_PROC_FEATURES:
		*features = (struct mhv_synthetic_proc_features){
			.bank_count = MHV_SYNTHETIC_PROC_FEATURES_BANKS,
			.banks = { SOFTHV_GUEST_FEATURES },
		};
		return MHV_STATUS_SUCCESS;
	default:
		return MHV_STATUS_UNKNOWN_PROPERTY;
	}
}

/**
 * softhv_get_system_property() - HVCALL_GET_SYSTEM_PROPERTY
 * @args: parameters
 *
 * Return: status.
 */
u16 softhv_get_system_property(struct softhv_args *args)
{
	const struct mhv_input_get_system_property *in = args->in;
	struct mhv_output_get_system_property *out = args->out;

	if (in->property_id != MHV_SYSTEM_PROP_SCHEDULER_TYPE)
		return MHV_STATUS_UNKNOWN_PROPERTY;
	out->value = softhv_sched_is_own() ? MHV_SCHEDULER_LP : MHV_SCHEDULER_ROOT;
	return MHV_STATUS_SUCCESS;
}
