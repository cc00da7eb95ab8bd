// SPDX-License-Identifier: GPL-2.0
/*
 * Doorbells: ports of the root partition that a guest rings by a write to a guest physical address,
 * without an intercept. CREATE_PORT, CONNECT_PORT and what undoes them. There are no other ports:
 * messages and events go to guests directly (synic_guest.c).
 */
#include <linux/list.h>
#include <linux/slab.h>

#include "softhv/memory/decode.h"

/**
 * struct softhv_port - a doorbell
 * @node: in the list of ports
 * @doorbell: in its partition's list while it is connected
 * @id: of the port: what comes out of the event ring
 * @partition_id: whose guests may ring it
 * @target_vp: CPU whose ring it goes to, or MHV_ANY_VP
 * @target_sint: whose ring
 * @pending: it was rung while the ring was full
 * @connection_id: while it is connected
 * @connection: likewise: where it is, and what rings it
 */
struct softhv_port {
	struct list_head node;
	struct hlist_node doorbell;
	u32 id;
	u64 partition_id;
	u32 target_vp;
	u32 target_sint;
	bool pending;
	u32 connection_id;
	struct mhv_connection_info connection;
};

static LIST_HEAD(softhv_ports);
/* All ports, connections included; taken after a partition's lock, before the SynIC's */
static DEFINE_RAW_SPINLOCK(softhv_ports_lock);

static struct softhv_port *softhv_find_port(u32 id)
{
	struct softhv_port *port;

	list_for_each_entry(port, &softhv_ports, node)
		if (port->id == id)
			return port;
	return NULL;
}

static struct softhv_port *softhv_find_connection(struct softhv_partition *partition, u32 id)
{
	struct softhv_port *port;

	hlist_for_each_entry(port, &partition->doorbells, doorbell)
		if (port->connection_id == id)
			return port;
	return NULL;
}

static u16 softhv_check_port(const struct mhv_input_create_port *in)
{
	const struct mhv_port_info *info = &in->port_info;

	if (!softhv_is_root(in->port_partition_id) ||
	    !softhv_partition_find(in->connection_partition_id))
		return MHV_STATUS_INVALID_PARTITION_ID;
	/* In the event ring, 0 is an empty place. */
	if (!in->port_id || (in->port_id & ~MHV_PORT_ID_MASK))
		return MHV_STATUS_INVALID_PORT_ID;
	if (info->port_type != MHV_PORT_DOORBELL || in->port_vtl || in->min_connection_vtl ||
	    in->padding || info->padding || info->reserved)
		return MHV_STATUS_INVALID_PARAMETER;
	if (info->target_sint >= MHV_NR_SINTS)
		return MHV_STATUS_INVALID_PARAMETER;
	if (info->target_vp != MHV_ANY_VP && info->target_vp >= nr_cpu_ids)
		return MHV_STATUS_INVALID_VP_INDEX;
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_create_port() - HVCALL_CREATE_PORT
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_create_port(struct softhv_args *args)
{
	const struct mhv_input_create_port *in = args->in;
	u16 status = softhv_check_port(in);
	struct softhv_port *port;

	if (status)
		return status;
	port = kzalloc(sizeof(*port), GFP_ATOMIC);
	if (!port)
		return MHV_STATUS_NO_RESOURCES;
	INIT_HLIST_NODE(&port->doorbell);
	port->id = in->port_id;
	port->partition_id = in->connection_partition_id;
	port->target_vp = in->port_info.target_vp;
	port->target_sint = in->port_info.target_sint;

	raw_spin_lock(&softhv_ports_lock);
	if (softhv_find_port(port->id))
		status = MHV_STATUS_INVALID_PORT_ID;
	else
		list_add(&port->node, &softhv_ports);
	raw_spin_unlock(&softhv_ports_lock);
	if (status)
		kfree(port);
	else
		atomic_long_inc(&softhv_nr_ports);
	return status;
}

/**
 * softhv_delete_port() - HVCALL_DELETE_PORT
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status; OBJECT_IN_USE while the port is connected.
 */
u16 softhv_delete_port(struct softhv_args *args)
{
	const struct mhv_input_delete_port *in = args->in;
	u16 status = MHV_STATUS_SUCCESS;
	struct softhv_port *port;

	if (!softhv_is_root(in->port_partition_id))
		return MHV_STATUS_INVALID_PARTITION_ID;
	if (in->reserved)
		return MHV_STATUS_INVALID_PARAMETER;

	raw_spin_lock(&softhv_ports_lock);
	port = softhv_find_port(in->port_id);
	if (!port)
		status = MHV_STATUS_INVALID_PORT_ID;
	else if (!hlist_unhashed(&port->doorbell))
		status = MHV_STATUS_OBJECT_IN_USE;
	else
		list_del(&port->node);
	raw_spin_unlock(&softhv_ports_lock);
	if (!status) {
		atomic_long_dec(&softhv_nr_ports);
		kfree(port);
	}
	return status;
}

static u16 softhv_check_connection(const struct mhv_input_connect_port *in)
{
	const struct mhv_connection_info *info = &in->connection_info;

	if (!softhv_is_root(in->port_partition_id))
		return MHV_STATUS_INVALID_PARTITION_ID;
	if (in->connection_id & ~MHV_PORT_ID_MASK)
		return MHV_STATUS_INVALID_CONNECTION_ID;
	if (in->connection_vtl || in->reserved0 || in->reserved1 || in->reserved2 ||
	    info->padding || info->port_type != MHV_PORT_DOORBELL)
		return MHV_STATUS_INVALID_PARAMETER;
	if ((info->flags & ~(u64)(MHV_DOORBELL_SIZE_MASK | MHV_DOORBELL_ANY_VALUE)) ||
	    (info->flags & MHV_DOORBELL_SIZE_MASK) > MHV_DOORBELL_SIZE_QWORD ||
	    info->gpa >> softhv_caps.gpa_bits)
		return MHV_STATUS_INVALID_PARAMETER;
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_connect_port() - HVCALL_CONNECT_PORT
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_connect_port(struct softhv_args *args)
{
	const struct mhv_input_connect_port *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->connection_partition_id);
	struct softhv_port *port;
	u16 status;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	status = softhv_check_connection(in);
	if (status)
		return status;

	spin_lock(&partition->lock);
	raw_spin_lock(&softhv_ports_lock);
	port = softhv_find_port(in->port_id);
	if (!port || port->partition_id != partition->id)
		status = MHV_STATUS_INVALID_PORT_ID;
	else if (partition->state != SOFTHV_INITIALIZED)
		status = MHV_STATUS_INVALID_PARTITION_STATE;
	else if (softhv_find_connection(partition, in->connection_id))
		status = MHV_STATUS_INVALID_CONNECTION_ID;
	else if (!hlist_unhashed(&port->doorbell))
		status = MHV_STATUS_OBJECT_IN_USE;
	if (!status) {
		port->connection_id = in->connection_id;
		port->connection = in->connection_info;
		hlist_add_head(&port->doorbell, &partition->doorbells);
	}
	raw_spin_unlock(&softhv_ports_lock);
	spin_unlock(&partition->lock);
	return status;
}

static void softhv_disconnect(struct softhv_port *port)
{
	hlist_del_init(&port->doorbell);
	port->pending = false;
}

/**
 * softhv_disconnect_port() - HVCALL_DISCONNECT_PORT
 * @args: parameters
 *
 * When it returns, no guest rings the port any more.
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_disconnect_port(struct softhv_args *args)
{
	const struct mhv_input_disconnect_port *in = args->in;
	struct softhv_partition *partition = softhv_partition_find(in->connection_partition_id);
	struct softhv_port *port;

	if (!partition)
		return MHV_STATUS_INVALID_PARTITION_ID;
	if (in->flags & ~MHV_DISCONNECT_DOORBELL)
		return MHV_STATUS_INVALID_PARAMETER;

	raw_spin_lock(&softhv_ports_lock);
	port = softhv_find_connection(partition, in->connection_id);
	if (port)
		softhv_disconnect(port);
	raw_spin_unlock(&softhv_ports_lock);
	return port ? MHV_STATUS_SUCCESS : MHV_STATUS_INVALID_CONNECTION_ID;
}

/**
 * softhv_disconnect_all() - disconnect all ports that a partition's guests can ring
 * @partition: not locked, being finalized
 */
void softhv_disconnect_all(struct softhv_partition *partition)
{
	struct softhv_port *port;
	struct hlist_node *next;

	raw_spin_lock(&softhv_ports_lock);
	hlist_for_each_entry_safe(port, next, &partition->doorbells, doorbell)
		softhv_disconnect(port);
	raw_spin_unlock(&softhv_ports_lock);
}

static void softhv_ring(struct softhv_port *port)
{
	port->pending = !softhv_synic_ring(port->target_vp, port->target_sint, port->id);
}

/**
 * softhv_notify_port_ring_empty() - HVCALL_NOTIFY_PORT_RING_EMPTY: the ring has places again
 * @args: parameters
 *
 * Context: interrupts disabled, RCU read side.
 * Return: status.
 */
u16 softhv_notify_port_ring_empty(struct softhv_args *args)
{
	const struct mhv_input_notify_port_ring_empty *in = args->in;
	struct softhv_port *port;

	if (in->sint_index >= MHV_NR_SINTS)
		return MHV_STATUS_INVALID_PARAMETER;
	raw_spin_lock(&softhv_ports_lock);
	list_for_each_entry(port, &softhv_ports, node)
		if (port->pending && port->target_sint == in->sint_index)
			softhv_ring(port);
	raw_spin_unlock(&softhv_ports_lock);
	return MHV_STATUS_SUCCESS;
}

/**
 * softhv_ports_move() - ring at another CPU what one that is gone has not heard
 * @nr: the CPU, after softhv_synic_offline()
 *
 * Context: interrupts disabled.
 */
void softhv_ports_move(unsigned int nr)
{
	struct softhv_port *port;
	u32 sint, id;

	raw_spin_lock(&softhv_ports_lock);
	for (sint = 0; sint < MHV_NR_SINTS; sint++) {
		while ((id = softhv_synic_take(nr, sint))) {
			port = softhv_find_port(id);
			if (port)
				softhv_ring(port);
		}
	}
	raw_spin_unlock(&softhv_ports_lock);
}

static bool softhv_rings(const struct mhv_connection_info *info, const struct softhv_mmio *access)
{
	u32 size = info->flags & MHV_DOORBELL_SIZE_MASK;

	if (size != MHV_DOORBELL_SIZE_ANY && access->size != 1 << (size - MHV_DOORBELL_SIZE_BYTE))
		return false;
	if (info->flags & MHV_DOORBELL_ANY_VALUE)
		return true;
	return access->value == (info->trigger_value & GENMASK_ULL(8 * access->size - 1, 0));
}

/**
 * softhv_doorbell() - ring a doorbell if a guest has written to its address
 * @vp: locked, with an exit for a nested page fault on a write
 * @gpa: where
 *
 * Return: true if it did, and the instruction is done.
 */
bool softhv_doorbell(struct softhv_vp *vp, u64 gpa)
{
	struct softhv_partition *partition = vp->partition;
	struct softhv_mmio access;
	struct softhv_port *port;
	bool rung = false;

	if (hlist_empty(&partition->doorbells) || !softhv_mmio_decode(vp, gpa, &access))
		return false;
	/* Nobody here knows what is to be read there. */
	if (access.read)
		return false;

	raw_spin_lock(&softhv_ports_lock);
	hlist_for_each_entry(port, &partition->doorbells, doorbell) {
		if (port->connection.gpa == gpa && softhv_rings(&port->connection, &access)) {
			softhv_ring(port);
			rung = true;
			break;
		}
	}
	raw_spin_unlock(&softhv_ports_lock);
	if (rung)
		softhv_skip(vp, access.length);
	return rung;
}

/**
 * softhv_port_exit() - take away what is left of ports
 *
 * Context: process context; no hypercall is made any more.
 */
void softhv_port_exit(void)
{
	struct softhv_port *port, *next;

	list_for_each_entry_safe(port, next, &softhv_ports, node)
		kfree(port);
	INIT_LIST_HEAD(&softhv_ports);
}
