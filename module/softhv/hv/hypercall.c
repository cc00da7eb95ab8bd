// SPDX-License-Identifier: GPL-2.0
/*
 * The hypercall ABI: takes the control word and the parameters apart, checks what can be checked
 * without knowing the call, and hands on to the call's own function. TLFS "Hypercall interface".
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/percpu.h>

#include "softhv/hv/counters.h"
#include "softhv/hv/fault.h"

/**
 * struct softhv_call - what the ABI says of one hypercall
 * @handler: does it; returns a status, and counts elements in &softhv_args.done
 * @in: size of the input's fixed part in bytes
 * @in_element: size of the input's elements
 * @out: size of a simple call's output
 * @out_element: size of the output's elements
 * @rep: takes a number of elements
 * @variable: the input's fixed part is followed by more words, as many as the caller says; some of
 *	them name the output instead of @out
 */
struct softhv_call {
	u16 (*handler)(struct softhv_args *args);
	u16 in;
	u8 in_element;
	u8 out;
	u8 out_element;
	bool rep;
	bool variable;
};

#define SOFTHV_MAX_INPUT	sizeof(struct mhv_input_post_message_direct)

static const struct softhv_call softhv_calls[SOFTHV_NR_CODES] = {
	[MHV_HVCALL_CREATE_PARTITION] = {
		.handler = softhv_create_partition,
		.in = sizeof(struct mhv_input_create_partition),
		.out = sizeof(struct mhv_output_create_partition),
	},
	[MHV_HVCALL_INITIALIZE_PARTITION] = {
		.handler = softhv_initialize_partition,
		.in = sizeof(struct mhv_partition_id),
	},
	[MHV_HVCALL_FINALIZE_PARTITION] = {
		.handler = softhv_finalize_partition,
		.in = sizeof(struct mhv_partition_id),
	},
	[MHV_HVCALL_DELETE_PARTITION] = {
		.handler = softhv_delete_partition,
		.in = sizeof(struct mhv_partition_id),
	},
	[MHV_HVCALL_GET_PARTITION_PROPERTY] = {
		.handler = softhv_get_partition_property,
		.in = sizeof(struct mhv_input_get_partition_property),
		.out = sizeof(struct mhv_output_get_partition_property),
	},
	[MHV_HVCALL_SET_PARTITION_PROPERTY] = {
		.handler = softhv_set_partition_property,
		.in = sizeof(struct mhv_input_set_partition_property),
	},
	[MHV_HVCALL_GET_PARTITION_ID] = {
		.handler = softhv_get_partition_id,
		.out = sizeof(struct mhv_partition_id),
	},
	[MHV_HVCALL_DEPOSIT_MEMORY] = {
		.handler = softhv_deposit_memory,
		.in = sizeof(struct mhv_deposit_memory),
		.in_element = sizeof(u64),
		.rep = true,
	},
	[MHV_HVCALL_WITHDRAW_MEMORY] = {
		.handler = softhv_withdraw_memory,
		.in = sizeof(struct mhv_input_withdraw_memory),
		.out_element = sizeof(u64),
		.rep = true,
	},
	[MHV_HVCALL_GET_MEMORY_BALANCE] = {
		.handler = softhv_get_memory_balance,
		.in = sizeof(struct mhv_input_get_memory_balance),
		.out = sizeof(struct mhv_output_get_memory_balance),
	},
	[MHV_HVCALL_MAP_GPA_PAGES] = {
		.handler = softhv_map_gpa_pages,
		.in = sizeof(struct mhv_input_map_gpa_pages),
		.in_element = sizeof(u64),
		.rep = true,
	},
	[MHV_HVCALL_UNMAP_GPA_PAGES] = {
		.handler = softhv_unmap_gpa_pages,
		.in = sizeof(struct mhv_input_unmap_gpa_pages),
		.rep = true,
	},
	[MHV_HVCALL_INSTALL_INTERCEPT] = {
		.handler = softhv_install_intercept,
		.in = sizeof(struct mhv_input_install_intercept),
	},
	[MHV_HVCALL_CREATE_VP] = {
		.handler = softhv_create_vp,
		.in = sizeof(struct mhv_input_create_vp),
	},
	[MHV_HVCALL_DELETE_VP] = {
		.handler = softhv_delete_vp,
		.in = sizeof(struct mhv_input_delete_vp),
	},
	[MHV_HVCALL_GET_VP_REGISTERS] = {
		.handler = softhv_get_vp_registers,
		.in = sizeof(struct mhv_input_get_vp_registers),
		.in_element = sizeof(u32),
		.out_element = sizeof(union mhv_register_value),
		.rep = true,
	},
	[MHV_HVCALL_SET_VP_REGISTERS] = {
		.handler = softhv_set_vp_registers,
		.in = sizeof(struct mhv_input_set_vp_registers),
		.in_element = sizeof(struct mhv_register_assoc),
		.rep = true,
	},
	[MHV_HVCALL_CLEAR_VIRTUAL_INTERRUPT] = {
		.handler = softhv_clear_virtual_interrupt,
		.in = sizeof(struct mhv_partition_id),
	},
	[MHV_HVCALL_GET_SYSTEM_PROPERTY] = {
		.handler = softhv_get_system_property,
		.in = sizeof(struct mhv_input_get_system_property),
		.out = sizeof(struct mhv_output_get_system_property),
	},
	[MHV_HVCALL_ASSERT_VIRTUAL_INTERRUPT] = {
		.handler = softhv_assert_virtual_interrupt,
		.in = sizeof(struct mhv_input_assert_virtual_interrupt),
	},
	[MHV_HVCALL_DISPATCH_VP] = {
		/*
		 * Placeholder: softhv_hypercall() handles DISPATCH_VP itself, except for unusual
		 * control words.
		 */
		.in = sizeof(struct mhv_input_dispatch_vp),
		.out = sizeof(struct mhv_output_dispatch_vp),
	},
	[MHV_HVCALL_MAP_VP_STATE_PAGE] = {
		.handler = softhv_map_vp_state_page,
		.in = sizeof(struct mhv_input_map_vp_state_page),
		.out = sizeof(struct mhv_output_map_vp_state_page),
	},
	[MHV_HVCALL_UNMAP_VP_STATE_PAGE] = {
		.handler = softhv_unmap_vp_state_page,
		.in = sizeof(struct mhv_input_unmap_vp_state_page),
	},
	[MHV_HVCALL_TRANSLATE_VIRTUAL_ADDRESS] = {
		.handler = softhv_translate_virtual_address,
		.in = sizeof(struct mhv_input_translate_virtual_address),
		.out = sizeof(struct mhv_output_translate_virtual_address),
	},
	[MHV_HVCALL_GET_GPA_PAGES_ACCESS_STATES] = {
		.handler = softhv_get_gpa_pages_access_states,
		.in = sizeof(struct mhv_input_get_gpa_pages_access_states),
		.out_element = sizeof(u8),
		.rep = true,
	},
	[MHV_HVCALL_GET_VP_STATE] = {
		.handler = softhv_get_vp_state,
		.in = sizeof(struct mhv_vp_state_header),
		.out = sizeof(struct mhv_synthetic_timers_state),
		.variable = true,
	},
	[MHV_HVCALL_SET_VP_STATE] = {
		.handler = softhv_set_vp_state,
		.in = sizeof(struct mhv_vp_state_header),
		.variable = true,
	},
	[MHV_HVCALL_REGISTER_INTERCEPT_RESULT] = {
		.handler = softhv_register_intercept_result,
		.in = sizeof(struct mhv_input_register_intercept_result),
	},
	[MHV_HVCALL_GET_VP_CPUID_VALUES] = {
		.handler = softhv_get_vp_cpuid_values,
		.in = sizeof(struct mhv_input_get_vp_cpuid_values),
		.in_element = sizeof(struct mhv_cpuid_leaf),
		.out_element = sizeof(struct mhv_cpuid_values),
		.rep = true,
	},
	[MHV_HVCALL_MAP_STATS_PAGE] = {
		.handler = softhv_map_stats_page,
		.in = sizeof(struct mhv_input_map_stats_page),
		.out = sizeof(struct mhv_output_map_stats_page),
	},
	[MHV_HVCALL_UNMAP_STATS_PAGE] = {
		.handler = softhv_unmap_stats_page,
		.in = sizeof(struct mhv_input_map_stats_page),
	},
	[MHV_HVCALL_MAP_STATS_PAGE2] = {
		.handler = softhv_map_stats_page2,
		.in = sizeof(struct mhv_input_map_stats_page2),
	},
	[MHV_HVCALL_CREATE_PORT] = {
		.handler = softhv_create_port,
		.in = sizeof(struct mhv_input_create_port),
	},
	[MHV_HVCALL_DELETE_PORT] = {
		.handler = softhv_delete_port,
		.in = sizeof(struct mhv_input_delete_port),
	},
	[MHV_HVCALL_CONNECT_PORT] = {
		.handler = softhv_connect_port,
		.in = sizeof(struct mhv_input_connect_port),
	},
	[MHV_HVCALL_DISCONNECT_PORT] = {
		.handler = softhv_disconnect_port,
		.in = sizeof(struct mhv_input_disconnect_port),
	},
	[MHV_HVCALL_NOTIFY_PORT_RING_EMPTY] = {
		.handler = softhv_notify_port_ring_empty,
		.in = sizeof(struct mhv_input_notify_port_ring_empty),
	},
	[MHV_HVCALL_SIGNAL_EVENT_DIRECT] = {
		.handler = softhv_signal_event_direct,
		.in = sizeof(struct mhv_input_signal_event_direct),
		.out = sizeof(struct mhv_output_signal_event_direct),
	},
	[MHV_HVCALL_POST_MESSAGE_DIRECT] = {
		.handler = softhv_post_message_direct,
		.in = sizeof(struct mhv_input_post_message_direct),
	},
	[MHV_HVCALL_GET_PARTITION_PROPERTY_EX] = {
		.handler = softhv_get_partition_property_ex,
		.in = sizeof(struct mhv_input_get_partition_property_ex),
		.out = sizeof(struct mhv_vmm_capabilities),
	},
};

/* Calls by code; the last element is for all codes beyond. */
static u64 __percpu *softhv_counts;

/**
 * softhv_pfn_is_ram() - may memory be read and written through the kernel's direct map
 * @pfn: a page number from anywhere
 *
 * Context: any.
 * Return: true for memory of the kernel's page allocator, and the page of zeros; false for a page
 * that is broken, and for one that was deposited: that is the hypervisor's alone.
 */
bool softhv_pfn_is_ram(u64 pfn)
{
	struct page *page;

	if (pfn != PHYS_PFN(PFN_PHYS(pfn)) || !pfn_valid(pfn))
		return false;
	page = pfn_to_page(pfn);
	if (PageHWPoison(page) || softhv_page_is_deposited(page))
		return false;
	return !PageReserved(page) || is_zero_pfn(pfn);
}

/**
 * softhv_hypercall_count() - how often a hypercall was made, on all CPUs
 * @code: its code; SOFTHV_NR_CODES for all that are not smaller
 */
u64 softhv_hypercall_count(u16 code)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(softhv_counts + code, cpu));
	return sum;
}

/**
 * softhv_hypercall_init() - prepare for hypercalls
 *
 * Return: 0 or -ENOMEM.
 */
int softhv_hypercall_init(void)
{
	softhv_counts = __alloc_percpu((SOFTHV_NR_CODES + 1) * sizeof(u64), sizeof(u64));
	return softhv_counts ? 0 : -ENOMEM;
}

/**
 * softhv_hypercall_exit() - undo softhv_hypercall_init()
 */
void softhv_hypercall_exit(void)
{
	free_percpu(softhv_counts);
}

static u16 softhv_check_control(const struct softhv_call *call, u64 control, u16 reps, u16 start)
{
	if (control & (MHV_CONTROL_RSVD_MASK | MHV_CONTROL_NESTED))
		return MHV_STATUS_INVALID_HYPERCALL_INPUT;
	if (!call->variable && (control & MHV_CONTROL_VARHEAD_MASK))
		return MHV_STATUS_INVALID_HYPERCALL_INPUT;
	if (call->rep ? start >= reps : (reps || start))
		return MHV_STATUS_INVALID_HYPERCALL_INPUT;
	if ((control & MHV_CONTROL_FAST) &&
	    (call->rep || call->variable || call->out || call->in > 2 * sizeof(u64)))
		return MHV_STATUS_INVALID_HYPERCALL_INPUT;
	return MHV_STATUS_SUCCESS;
}

/* The page of the CPU's last parameters; a page that was memory once stays memory. */
static DEFINE_PER_CPU(u64, softhv_known_pfn) = U64_MAX;

static bool softhv_parameters_are_ram(u64 pfn)
{
	if (likely(pfn == this_cpu_read(softhv_known_pfn)))
		return true;
	if (!softhv_pfn_is_ram(pfn))
		return false;
	this_cpu_write(softhv_known_pfn, pfn);
	return true;
}

/* Find a list of parameters in memory. */
static u16 softhv_parameters(u64 pa, u32 size, void **va)
{
	if (!size)
		return MHV_STATUS_SUCCESS;
	if (!IS_ALIGNED(pa, sizeof(u64)) || offset_in_page(pa) + size > PAGE_SIZE)
		return MHV_STATUS_INVALID_ALIGNMENT;
	if (!softhv_parameters_are_ram(PHYS_PFN(pa)))
		return MHV_STATUS_INVALID_PARAMETER;
	*va = phys_to_virt(pa);
	return MHV_STATUS_SUCCESS;
}

static u16 softhv_memory_call(const struct softhv_call *call, struct softhv_args *args, u64 input,
			      u64 output)
{
	u32 in_size = call->in + args->words * sizeof(u64) + args->reps * call->in_element;
	u32 out_size = call->out + args->reps * call->out_element;
	bool no_output = call->variable && !output;
	u64 header[SOFTHV_MAX_INPUT / sizeof(u64)];
	void *in = NULL;
	u16 status, i;

	status = softhv_parameters(input, in_size, &in);
	if (!status)
		status = softhv_parameters(output, no_output ? 0 : out_size, &args->out);
	if (status)
		return status;
	if (in_size && args->out && input < output + out_size && output < input + in_size)
		return MHV_STATUS_INVALID_PARAMETER;

	/* All of them consist of whole words. */
	for (i = 0; i < call->in / sizeof(u64); i++)
		header[i] = READ_ONCE(((const u64 *)in)[i]);
	args->in = header;
	args->in_list = in + call->in;
	return call->handler(args);
}

/* The address of the CPU's last DISPATCH_VP's parameters, which needs no second check. */
struct softhv_dispatch_place {
	u64 input;
	u64 output;
};

static DEFINE_PER_CPU(struct softhv_dispatch_place, softhv_dispatch_place) = { .input = U64_MAX };

static noinline u16 softhv_check_dispatch(u64 input, u64 output)
{
	const u32 in_size = sizeof(struct mhv_input_dispatch_vp);
	const u32 out_size = sizeof(struct mhv_output_dispatch_vp);
	void *unused;
	u16 status;

	status = softhv_parameters(input, in_size, &unused);
	if (!status)
		status = softhv_parameters(output, out_size, &unused);
	if (status)
		return status;
	if (input < output + out_size && output < input + in_size)
		return MHV_STATUS_INVALID_PARAMETER;
	this_cpu_write(softhv_dispatch_place.input, input);
	this_cpu_write(softhv_dispatch_place.output, output);
	return MHV_STATUS_SUCCESS;
}

/* DISPATCH_VP, which is made for each exit, in fewer steps */
static u16 softhv_dispatch_call(u64 input, u64 output)
{
	u16 status;

	if (unlikely(input != this_cpu_read(softhv_dispatch_place.input) ||
		     output != this_cpu_read(softhv_dispatch_place.output))) {
		status = softhv_check_dispatch(input, output);
		if (status)
			return status;
	}
	return softhv_dispatch_vp(phys_to_virt(input), phys_to_virt(output));
}

static noinline u64 softhv_call(u64 control, u64 input, u64 output)
{
	u16 code = control & MHV_CONTROL_CODE_MASK;
	u16 reps = (control & MHV_CONTROL_REP_COUNT_MASK) >> MHV_CONTROL_REP_COUNT_SHIFT;
	u16 start = (control & MHV_CONTROL_REP_START_MASK) >> MHV_CONTROL_REP_START_SHIFT;
	u64 registers[2] = { input, output };
	struct softhv_args args = {
		.in = registers, .reps = reps, .done = start,
		.words = (control & MHV_CONTROL_VARHEAD_MASK) >> MHV_CONTROL_VARHEAD_SHIFT,
	};
	const struct softhv_call *call;
	u16 status;

	if (code >= SOFTHV_NR_CODES)
		return MHV_STATUS_INVALID_HYPERCALL_CODE;
	call = &softhv_calls[code];
	if (!call->in && !call->out)
		return MHV_STATUS_INVALID_HYPERCALL_CODE;

	status = softhv_check_control(call, control, reps, start);
	if (status)
		return status;

	rcu_read_lock();
	if (control & MHV_CONTROL_FAST)
		status = call->handler(&args);
	else
		status = softhv_memory_call(call, &args, input, output);
	rcu_read_unlock();
	return status | (call->rep ? (u64)args.done << MHV_RESULT_REPS_SHIFT : 0);
}

/**
 * softhv_hypercall() - one hypercall; see struct mshv_hypervisor
 * @control: control word
 * @input: address of the input parameters, or the first of a fast call's
 * @output: address of the output parameters, or the second of a fast call's
 *
 * Return: the result word.
 */
u64 softhv_hypercall(u64 control, u64 input, u64 output)
{
	u16 code = control & MHV_CONTROL_CODE_MASK;
	u16 status;

	softhv_stats_hypercall();
	/* A rep hypercall that fails has done no element beyond where it started. */
	if (static_branch_unlikely(&softhv_fault_wanted) && softhv_fault_take(code, &status))
		return status | ((control & MHV_CONTROL_REP_START_MASK) >>
				 MHV_CONTROL_REP_START_SHIFT) << MHV_RESULT_REPS_SHIFT;
	if (likely(control == MHV_HVCALL_DISPATCH_VP)) {
		this_cpu_inc(softhv_counts[MHV_HVCALL_DISPATCH_VP]);
		return softhv_dispatch_call(input, output);
	}
	this_cpu_inc(softhv_counts[min_t(u16, code, SOFTHV_NR_CODES)]);
	return softhv_call(control, input, output);
}
