// SPDX-License-Identifier: GPL-2.0
/*
 * The devices of devices.h: the values that accesses read, and what writes do. Calls come from the
 * VPs' threads at the same time.
 */
#include <stdio.h>
#include <string.h>

#include "devices.h"
#include "vm.h"

/* 16550 registers by offset, and the bits that matter to a guest that polls */
enum {
	UART_DATA = 0,
	UART_IER = 1,
	UART_IIR = 2,
	UART_LCR = 3,
	UART_MCR = 4,
	UART_LSR = 5,
	UART_MSR = 6,
	UART_SCRATCH = 7,
};

#define UART_LCR_DLAB		0x80
#define UART_IIR_NONE		0x01
#define UART_LSR_SEND_READY	0x60	/* nothing waits to be sent, and nothing was received */
#define UART_MSR_CONNECTED	0xb0	/* carrier, data set ready, clear to send */

static __u8 uart_read(struct vm_devices *dev, unsigned int reg)
{
	bool dlab = dev->serial_lcr & UART_LCR_DLAB;

	switch (reg) {
	case UART_DATA:
		return dlab ? dev->serial_divisor[0] : 0;
	case UART_IER:
		return dlab ? dev->serial_divisor[1] : dev->serial_ier;
	case UART_IIR:
		return UART_IIR_NONE;
	case UART_LCR:
		return dev->serial_lcr;
	case UART_MCR:
		return dev->serial_mcr;
	case UART_LSR:
		return UART_LSR_SEND_READY;
	case UART_MSR:
		return UART_MSR_CONNECTED;
	default:
		return dev->serial_scratch;
	}
}

static void uart_write(struct vm_devices *dev, unsigned int reg, __u8 value)
{
	bool dlab = dev->serial_lcr & UART_LCR_DLAB;

	switch (reg) {
	case UART_DATA:
		if (dlab)
			dev->serial_divisor[0] = value;
		else
			putchar(value);
		break;
	case UART_IER:
		if (dlab)
			dev->serial_divisor[1] = value;
		else
			dev->serial_ier = value & 0xf;
		break;
	case UART_LCR:
		dev->serial_lcr = value;
		break;
	case UART_MCR:
		dev->serial_mcr = value & 0x1f;
		break;
	case UART_SCRATCH:
		dev->serial_scratch = value;
		break;
	}
}

/* An access wider than a register reaches the registers beside it, as on an 8-bit bus. */
static __u8 io_read_byte(struct vp *vp, __u16 port)
{
	struct vm_devices *dev = &vp->vm->devices;
	__u8 value;

	if (port == VM_PORT_DEBUG)
		return VM_PORT_DEBUG;
	if (port < VM_PORT_SERIAL || port > VM_PORT_SERIAL_LAST)
		return 0xff;
	pthread_mutex_lock(&dev->lock);
	value = uart_read(dev, port - VM_PORT_SERIAL);
	pthread_mutex_unlock(&dev->lock);
	return value;
}

static void io_write_byte(struct vp *vp, __u16 port, __u8 value)
{
	struct vm_devices *dev = &vp->vm->devices;

	if (port == VM_PORT_DEBUG)
		putchar(value);
	if (port < VM_PORT_SERIAL || port > VM_PORT_SERIAL_LAST)
		return;
	pthread_mutex_lock(&dev->lock);
	uart_write(dev, port - VM_PORT_SERIAL, value);
	pthread_mutex_unlock(&dev->lock);
	/* Without the lock: a slow device keeps nobody but its user waiting. */
	if (port == VM_PORT_SERIAL + UART_DATA)
		vm_delay(vp->vm->options->serial_delay_us);
}

__u32 io_read(struct vp *vp, __u16 port, unsigned int bytes)
{
	__u32 value = 0;
	unsigned int i;

	for (i = 0; i < bytes; i++)
		value |= (__u32)io_read_byte(vp, port + i) << (8 * i);
	return value;
}

void io_write(struct vp *vp, __u16 port, unsigned int bytes, __u32 value)
{
	struct vm *vm = vp->vm;
	int none = -1;
	unsigned int i;

	if (port == VM_PORT_EXIT) {
		if (bytes < 4)
			value &= (1U << (8 * bytes)) - 1;
		atomic_compare_exchange_strong(&vm->exit_code, &none, vm_exit_code(value));
		vm_stop(vm);
		return;
	}
	for (i = 0; i < bytes; i++)
		io_write_byte(vp, port + i, value >> (8 * i));
}

static __u32 mmio_register(struct vp *vp, unsigned int reg)
{
	struct vm_devices *dev = &vp->vm->devices;
	__u32 value;

	switch (reg) {
	case VM_MMIO_ID:
		return VM_MMIO_ID_VALUE;
	case VM_MMIO_SCRATCH:
		pthread_mutex_lock(&dev->lock);
		value = dev->mmio_scratch;
		pthread_mutex_unlock(&dev->lock);
		return value;
	case VM_MMIO_READS:
		return ++vp->devices.mmio_reads;
	default:
		return 0;
	}
}

__u64 mmio_read(struct vp *vp, __u64 gpa, unsigned int bytes)
{
	unsigned int offset = gpa & (MHV_PAGE_SIZE - 1);
	unsigned int shift = 8 * (offset & 3);
	unsigned int reg;
	__u64 value = 0;

	if (gpa - offset != VM_MMIO_GPA)
		return ~0ULL;
	/* At most three registers; only those that the access touches are read. */
	for (reg = offset & ~3U; reg < offset + bytes; reg += 4) {
		__u64 part = mmio_register(vp, reg);

		if (reg < offset)
			value |= part >> shift;
		else
			value |= part << (8 * (reg - offset));
	}
	return value;
}

void mmio_write(struct vp *vp, __u64 gpa, unsigned int bytes, __u64 value)
{
	struct vm_devices *dev = &vp->vm->devices;
	__u8 scratch[4];
	unsigned int i;

	pthread_mutex_lock(&dev->lock);
	memcpy(scratch, &dev->mmio_scratch, sizeof(scratch));
	for (i = 0; i < bytes; i++) {
		__u64 at = gpa + i - (VM_MMIO_GPA + VM_MMIO_SCRATCH);

		if (at < sizeof(scratch))
			scratch[at] = value >> (8 * i);
	}
	memcpy(&dev->mmio_scratch, scratch, sizeof(scratch));
	pthread_mutex_unlock(&dev->lock);
}

__u64 msr_read(struct vp *vp, __u32 msr)
{
	switch (msr) {
	case VM_MSR_SCRATCH:
		return vp->devices.msr_scratch;
	case VM_MSR_VP_INDEX:
		return vp->index;
	default:
		return 0;
	}
}

void msr_write(struct vp *vp, __u32 msr, __u64 value)
{
	if (msr == VM_MSR_SCRATCH)
		vp->devices.msr_scratch = value;
}

void cpuid_leaf(const struct vp *vp, __u32 leaf, struct cpuid_result *result)
{
	if (leaf != VM_CPUID_LEAF)
		return;
	memcpy(&result->eax, "mshv", 4);
	memcpy(&result->ebx, "run ", 4);
	result->ecx = vp->index;
	result->edx = vp->vm->nr_vps;
}

__u32 guest_hypercall(struct vp *vp, __u32 number, __u32 parameter)
{
	switch (number) {
	case VM_HYPERCALL_PUTCHAR:
		putchar(parameter & 0xff);
		return 0;
	case VM_HYPERCALL_VP_INDEX:
		return vp->index;
	default:
		return -1;
	}
}
