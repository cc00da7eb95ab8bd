/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine that mshvrun runs: a partition, its memory, its VPs and what they share. The map of
 * guest physical memory and the exit codes are here; the ports, registers and MSRs that guests see
 * are in devices.h.
 */
#ifndef MSHVRUN_VM_H
#define MSHVRUN_VM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <linux/types.h>

#include <mshv/exits.h>
#include <mshv/hvabi.h>

#include "devices.h"
#include "caps/hostcaps.h"

/* Guest memory: RAM, with a page of read-only memory in it, below the MMIO page */
#define VM_ROM_GPA		0xc0000ULL
#define VM_ROM_BYTES		MHV_PAGE_SIZE
#define VM_MAX_MEM_MIB		(VM_MMIO_GPA >> 20)
#define VM_MIN_MEM_MIB		2
#define VM_STACK_BYTES		0x10000ULL
#define VM_MAX_VPS		256

/* Exit codes that are not the guest's own */
enum {
	VM_EXIT_SETUP = 1,
	VM_EXIT_EXCEPTION = 70,
	VM_EXIT_TRIPLE_FAULT = 71,
	VM_EXIT_UNHANDLED = 72,
};

/**
 * struct vm_intercept - an intercept to install
 * @type: enum mhv_intercept_type
 * @parameter: CPUID leaf, MSR or vector
 */
struct vm_intercept {
	__u32 type;
	__u64 parameter;
};

struct vm_options {
	const char *image;
	unsigned int nr_vps;
	__u64 mem_bytes;
	__u64 load_gpa;
	__u64 arg;		/* RCX of each VP at the start */
	struct vm_intercept *intercepts;
	unsigned int nr_intercepts;
	unsigned int delay_us;	/* slept at each exit */
	unsigned int delay_reason;	/* only at those of this reason; MSHV_NR_EXITS: at all */
	unsigned int serial_delay_us;	/* slept at each byte that the serial device sends */
	bool apic;		/* a local APIC for each VP */
	bool x2apic;		/* which can be used by MSRs */
	__u64 synthetic;	/* SYNTHETIC_PROC_FEATURES */
	bool verbose;
};

/**
 * struct vp - a virtual processor; touched by its own thread only while that runs
 * @page: the register page, NULL where the hypervisor has none
 * @control: tells the driver not to enter the guest, NULL where the driver does not listen
 * @kicked: told to leave the guest
 * @finished: the thread is at its end
 * @exit_code: 0 to 255, valid once @finished
 * @exits: messages from the hypervisor, by reason
 */
struct vp {
	struct vm *vm;
	__u32 index;
	int fd;
	struct mhv_vp_register_page *page;
	volatile struct mshv_vp_control *control;
	pthread_t thread;
	bool started;
	bool kicked;
	atomic_bool finished;
	int exit_code;
	__u64 exits[MSHV_NR_EXITS];
	struct vp_devices devices;
};

/**
 * struct vm - the partition and all that belongs to it
 * @caps: what the driver can do
 * @stop: the VPs are to end
 * @exit_code: what the exit port was given first, -1 while nothing was
 * @event: eventfd; written to when a VP ends and when @stop is set
 */
struct vm {
	const struct vm_options *options;
	int device;
	int fd;
	struct hostcaps caps;
	__u8 *ram;
	__u8 *rom;
	struct vp *vps;
	unsigned int nr_vps;
	atomic_bool stop;
	atomic_int exit_code;
	int event;
	struct vm_devices devices;
};

/**
 * vm_create() - make the partition, its memory and its VPs, ready to run
 * @vm: filled in; to be given to vm_destroy() also after a failure
 * @options: stay valid as long as @vm
 *
 * Return: true, or false after an error message.
 */
bool vm_create(struct vm *vm, const struct vm_options *options);

/**
 * vm_destroy() - take the machine apart
 * @vm: no VP of it runs
 */
void vm_destroy(struct vm *vm);

/**
 * vm_run() - run all VPs, each in a thread, until they have ended or a signal comes
 * @vm: from vm_create()
 *
 * Ends at SIGINT, SIGTERM and SIGHUP, unless they were ignored before. To be called once.
 *
 * Return: the exit status for the process.
 */
int vm_run(struct vm *vm);

/**
 * vm_stop() - make all VPs end soon; for any thread
 * @vm: a machine that runs
 */
void vm_stop(struct vm *vm);

/**
 * vm_exit_code() - what a guest's value becomes as exit status: it has 8 bits, and a value that is
 *	not 0 must not become 0
 * @value: the guest's
 *
 * Return: 0 to 255.
 */
int vm_exit_code(__u64 value);

/**
 * vm_delay() - sleep, as something slow would
 * @us: microseconds; 0: not at all
 */
void vm_delay(unsigned int us);

#endif /* MSHVRUN_VM_H */
