// SPDX-License-Identifier: GPL-2.0
/*
 * A typed wrapper for each hypercall about interrupts, ports and schedulers; see hvcalls.c. Those
 * that may be made from an interrupt handler do not give the hypervisor memory.
 */
#include <linux/string.h>
#include <mshv/hvabi_synic.h>
#include "irq/eventfd.h"
#include "hv/hvcall.h"
#include "hv/hvcalls.h"
#include "mshv.h"

/* Our own partition, which the ports belong to. Set with mshv_hv. */
u64 mshv_self_id;

/**
 * mshv_call_get_partition_id() - learn the name of our own partition
 */
int mshv_call_get_partition_id(void)
{
	struct mhv_partition_id out = {};
	struct mshv_hvcall call = {
		.vp_index = MSHV_NO_VP, .code = MHV_HVCALL_GET_PARTITION_ID,
		.out = &out, .out_size = sizeof(out),
	};
	int ret = mshv_hvcall(&call);

	mshv_self_id = out.partition_id;
	return ret;
}

/**
 * mshv_call_get_system_property() - get a property of the hypervisor
 * @property: MHV_SYSTEM_PROP_*
 * @value: where to put it
 */
int mshv_call_get_system_property(u32 property, u64 *value)
{
	struct mhv_input_get_system_property in = { .property_id = property };
	struct mhv_output_get_system_property out = {};
	struct mshv_hvcall call = {
		.vp_index = MSHV_NO_VP, .code = MHV_HVCALL_GET_SYSTEM_PROPERTY,
		.in = &in, .in_size = sizeof(in), .out = &out, .out_size = sizeof(out),
	};
	int ret = mshv_hvcall(&call);

	*value = out.value;
	return ret;
}

/**
 * mshv_call_get_vp_register() - get a VP's register of up to 64 bits
 * @vp: the VP
 * @name: enum mhv_register_name
 * @value: where to put it
 */
int mshv_call_get_vp_register(struct mshv_vp *vp, u32 name, u64 *value)
{
	struct {
		struct mhv_input_get_vp_registers head;
		u32 name;
		u32 padding;
	} in = {
		.head = { .partition_id = vp->partition->id, .vp_index = vp->index },
		.name = name,
	};
	union mhv_register_value out = {};
	struct mshv_hvcall call = {
		.partition = vp->partition, .vp_index = vp->index,
		.code = MHV_HVCALL_GET_VP_REGISTERS, .reps = 1, .in = &in, .in_size = sizeof(in),
		.out = &out, .out_size = sizeof(out),
	};
	int ret = mshv_hvcall(&call);

	*value = out.reg64;
	return ret;
}

/**
 * mshv_call_clear_suspends() - let the hypervisor run a VP
 * @vp: the VP
 *
 * In this order: once the second is cleared the VP may have its next intercept, which must not be
 * cleared too.
 */
int mshv_call_clear_suspends(struct mshv_vp *vp)
{
	struct {
		struct mhv_input_set_vp_registers head;
		struct mhv_register_assoc elements[2];
	} in = {
		.head = { .partition_id = vp->partition->id, .vp_index = vp->index },
		.elements = {
			{ .name = MHV_REG_INTERCEPT_SUSPEND },
			{ .name = MHV_REG_EXPLICIT_SUSPEND },
		},
	};
	struct mshv_hvcall call = {
		.partition = vp->partition, .vp_index = vp->index,
		.code = MHV_HVCALL_SET_VP_REGISTERS, .reps = ARRAY_SIZE(in.elements),
		.in = &in, .in_size = sizeof(in),
	};

	return mshv_hvcall(&call);
}

/**
 * mshv_call_assert_virtual_interrupt() - raise an interrupt in a guest
 * @partition: whose guest
 * @interrupt: which
 *
 * Context: any but NMI.
 * Return: enum mhv_status.
 */
u16 mshv_call_assert_virtual_interrupt(struct mshv_partition *partition,
				       const struct mshv_interrupt *interrupt)
{
	struct mhv_input_assert_virtual_interrupt in = {
		.partition_id = partition->id,
		.interrupt_type = interrupt->type,
		.control_flags = (interrupt->level ? MHV_INTERRUPT_LEVEL_TRIGGERED : 0) |
				 (interrupt->logical ? MHV_INTERRUPT_LOGICAL_DEST : 0),
		.dest_addr = interrupt->dest,
		.vector = interrupt->vector,
	};
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP,
		.code = MHV_HVCALL_ASSERT_VIRTUAL_INTERRUPT, .in = &in, .in_size = sizeof(in),
	};

	mshv_hvcall_no_deposit(&call);
	return call.status;
}

/**
 * mshv_call_clear_virtual_interrupt() - take back an external interrupt (ExtINT)
 * @partition: whose guest
 *
 * Context: any but NMI.
 * Return: 0, or the errno of the status.
 */
int mshv_call_clear_virtual_interrupt(struct mshv_partition *partition)
{
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP,
		.code = MHV_HVCALL_CLEAR_VIRTUAL_INTERRUPT,
		.fast = true, .fast_in = { partition->id },
	};

	return mshv_hvcall_no_deposit(&call);
}

/**
 * mshv_call_create_port() - make a doorbell port, whose rings may interrupt any of our CPUs
 * @partition: which will ring it
 * @port: its number
 *
 * The port is our own partition's, and so is the memory for it.
 */
int mshv_call_create_port(struct mshv_partition *partition, u32 port)
{
	struct mhv_input_create_port in = {
		.port_partition_id = mshv_self_id,
		.port_id = port,
		.connection_partition_id = partition->id,
		.port_info = {
			.port_type = MHV_PORT_DOORBELL,
			.target_sint = MHV_SINT_DOORBELL,
			.target_vp = MHV_ANY_VP,
		},
	};
	struct mshv_hvcall call = {
		.vp_index = MSHV_NO_VP, .code = MHV_HVCALL_CREATE_PORT,
		.in = &in, .in_size = sizeof(in),
	};

	return mshv_hvcall(&call);
}

/**
 * mshv_call_delete_port() - delete a port
 * @port: its number
 */
int mshv_call_delete_port(u32 port)
{
	struct mshv_hvcall call = {
		.vp_index = MSHV_NO_VP, .code = MHV_HVCALL_DELETE_PORT,
		.fast = true, .fast_in = { mshv_self_id, port },
	};

	return mshv_hvcall(&call);
}

/**
 * mshv_call_connect_port() - let a guest's writes ring a port
 * @ioeventfd: which writes, and which port; the connection gets the same number
 * @flags: MHV_DOORBELL_*
 */
int mshv_call_connect_port(const struct mshv_ioeventfd *ioeventfd, u64 flags)
{
	struct mhv_input_connect_port in = {
		.connection_partition_id = ioeventfd->partition->id,
		.connection_id = ioeventfd->port,
		.port_partition_id = mshv_self_id,
		.port_id = ioeventfd->port,
		.connection_info = {
			.port_type = MHV_PORT_DOORBELL,
			.gpa = ioeventfd->addr,
			.trigger_value = ioeventfd->datamatch,
			.flags = flags,
		},
	};
	struct mshv_hvcall call = {
		.partition = ioeventfd->partition, .vp_index = MSHV_NO_VP,
		.code = MHV_HVCALL_CONNECT_PORT, .in = &in, .in_size = sizeof(in),
	};

	return mshv_hvcall(&call);
}

/**
 * mshv_call_disconnect_port() - let a guest's writes ring a port no more
 * @partition: whose guest
 * @port: the port's number
 */
int mshv_call_disconnect_port(struct mshv_partition *partition, u32 port)
{
	struct mshv_hvcall call = {
		.partition = partition, .vp_index = MSHV_NO_VP,
		.code = MHV_HVCALL_DISCONNECT_PORT, .fast = true,
		.fast_in = { partition->id, port | (u64)MHV_DISCONNECT_DOORBELL << 32 },
	};

	return mshv_hvcall(&call);
}

/**
 * mshv_call_notify_port_ring_empty() - say that a ring of events, which was full, has room
 * @sint: whose ring
 *
 * Context: interrupt.
 * Return: 0, or the errno of the status.
 */
int mshv_call_notify_port_ring_empty(u32 sint)
{
	struct mshv_hvcall call = {
		.vp_index = MSHV_NO_VP, .code = MHV_HVCALL_NOTIFY_PORT_RING_EMPTY,
		.fast = true, .fast_in = { sint },
	};

	return mshv_hvcall_no_deposit(&call);
}
