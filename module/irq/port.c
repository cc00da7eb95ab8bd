// SPDX-License-Identifier: GPL-2.0
/*
 * Doorbell ports: our end of what a guest's write rings. The numbers of ports are ours to choose;
 * one that was given back is taken again as late as possible, because a ring of its may still be
 * under way. TLFS "Inter-Partition Communication"; Linux 7.2 drivers/hv/mshv_synic.c.
 */
#include <linux/rcupdate.h>
#include <linux/xarray.h>
#include <mshv/hvabi_synic.h>
#include "irq/eventfd.h"
#include "hv/hvcalls.h"
#include "mshv.h"
#include "irq/synic.h"

/* Read under RCU by the interrupt handler */
static DEFINE_XARRAY_ALLOC1(mshv_ports);
static u32 mshv_port_next;

/**
 * mshv_port_open() - let a guest's writes ring
 * @ioeventfd: which writes; gets the port's number
 * @doorbell_flags: MHV_DOORBELL_*
 *
 * Return: 0; -EOPNOTSUPP if the hypervisor has no SynIC to ring at; -ENOSPC; -ENOMEM; or the errno
 * of a hypercall's status.
 */
int mshv_port_open(struct mshv_ioeventfd *ioeventfd, u64 doorbell_flags)
{
	int ret;

	if (!mshv_synic_is_on())
		return -EOPNOTSUPP;
	ret = xa_alloc_cyclic(&mshv_ports, &ioeventfd->port, ioeventfd,
			      XA_LIMIT(1, MHV_PORT_ID_MASK), &mshv_port_next, GFP_KERNEL_ACCOUNT);
	if (ret < 0)
		return ret == -EBUSY ? -ENOSPC : ret;

	ret = mshv_call_create_port(ioeventfd->partition, ioeventfd->port);
	if (ret)
		goto err_erase;
	ret = mshv_call_connect_port(ioeventfd, doorbell_flags);
	if (ret)
		goto err_delete;
	return 0;

err_delete:
	mshv_call_delete_port(ioeventfd->port);
err_erase:
	xa_erase(&mshv_ports, ioeventfd->port);
	return ret;
}

/**
 * mshv_port_close() - let a guest's writes ring no more
 * @ioeventfd: which writes; the interrupt handler may have it until an RCU grace period has passed
 */
void mshv_port_close(struct mshv_ioeventfd *ioeventfd)
{
	mshv_call_disconnect_port(ioeventfd->partition, ioeventfd->port);
	mshv_call_delete_port(ioeventfd->port);
	xa_erase(&mshv_ports, ioeventfd->port);
}

/**
 * mshv_port_ring() - a port was rung
 * @port: its number; nothing happens if it was closed meanwhile
 *
 * Context: interrupt.
 */
void mshv_port_ring(u32 port)
{
	struct mshv_ioeventfd *ioeventfd;

	rcu_read_lock();
	ioeventfd = xa_load(&mshv_ports, port);
	if (ioeventfd)
		mshv_ioeventfd_fire(ioeventfd);
	rcu_read_unlock();
}
