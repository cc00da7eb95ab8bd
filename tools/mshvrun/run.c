// SPDX-License-Identifier: GPL-2.0
/*
 * The running machine: a thread for each VP, and the main thread, which waits for their end and for
 * signals. VPs are got out of MSHV_RUN_VP by a signal of their own.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
#include "exits.h"
#include "vm.h"

#include <linux/mshv.h>

/* Gets a VP's thread out of MSHV_RUN_VP. */
#define KICK_SIGNAL	SIGUSR1

/* How often VPs are kicked that may not have been in MSHV_RUN_VP the last time */
#define KICK_INTERVAL_MS	10

static const int end_signals[] = { SIGINT, SIGTERM, SIGHUP };

#define NR_END_SIGNALS	(sizeof(end_signals) / sizeof(end_signals[0]))

static void kicked(int signal)
{
	(void)signal;
}

static void wake_main(struct vm *vm)
{
	eventfd_write(vm->event, 1);
}

void vm_stop(struct vm *vm)
{
	vm->stop = true;
	wake_main(vm);
}

int vm_exit_code(__u64 value)
{
	return value > 255 ? 255 : value;
}

void vm_delay(unsigned int us)
{
	const struct timespec delay = {
		.tv_sec = us / 1000000,
		.tv_nsec = us % 1000000 * 1000,
	};

	if (us)
		nanosleep(&delay, NULL);
}

static void *run_vp(void *arg)
{
	struct vp *vp = arg;
	struct vm *vm = vp->vm;
	union {
		struct mshv_run_vp run;
		struct mhv_message message;
	} buffer;

	while (!vm->stop) {
		if (ioctl(vp->fd, MSHV_RUN_VP, &buffer.run)) {
			if (errno == EINTR)
				continue;
			err_errno("VP %u does not run; the kernel's log may say why", vp->index);
			vp->exit_code = VM_EXIT_UNHANDLED;
			break;
		}
		if (!exit_handle(vp, &buffer.message))
			break;
	}
	vp->finished = true;
	wake_main(vm);
	return NULL;
}

static bool start_vps(struct vm *vm)
{
	struct sigaction action = { .sa_handler = kicked };
	unsigned int i;
	char name[16];
	int error;

	sigaction(KICK_SIGNAL, &action, NULL);
	for (i = 0; i < vm->nr_vps; i++) {
		struct vp *vp = &vm->vps[i];

		error = pthread_create(&vp->thread, NULL, run_vp, vp);
		if (error) {
			err("no thread for VP %u: %s", i, strerror(error));
			return false;
		}
		vp->started = true;
		snprintf(name, sizeof(name), "vp:%u", i);
		pthread_setname_np(vp->thread, name);
	}
	return true;
}

/*
 * A signal alone has no effect on a VP that has looked at vm->stop but is not in MSHV_RUN_VP yet.
 * Where the driver looks at immediate_exit, no kick is lost; elsewhere this is repeated until the
 * VP has finished.
 */
static void kick(struct vp *vp)
{
	if (vp->control) {
		if (vp->kicked)
			return;
		vp->control->immediate_exit = 1;
	}
	vp->kicked = true;
	pthread_kill(vp->thread, KICK_SIGNAL);
}

/* Tells whether all VPs have finished, and whether one has to be kicked again. */
static bool kick_vps(struct vm *vm, bool *again)
{
	bool all_finished = true;
	unsigned int i;

	*again = false;
	for (i = 0; i < vm->nr_vps; i++) {
		struct vp *vp = &vm->vps[i];

		if (!vp->started || vp->finished)
			continue;
		all_finished = false;
		if (!vm->stop)
			continue;
		kick(vp);
		if (!vp->control)
			*again = true;
	}
	return all_finished;
}

/* Returns the signal that ended the machine, or 0. */
static int wait_for_end(struct vm *vm, int signals)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = vm->event, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	eventfd_t count;
	int signal = 0;
	bool again;

	while (!kick_vps(vm, &again)) {
		poll(fds, 2, again ? KICK_INTERVAL_MS : -1);
		eventfd_read(vm->event, &count);
		if (read(signals, &info, sizeof(info)) == sizeof(info)) {
			signal = info.ssi_signo;
			vm->stop = true;
		}
	}
	return signal;
}

/* What the VPs have left as exit code */
static int exit_code(const struct vm *vm)
{
	unsigned int i;

	if (vm->exit_code >= 0)
		return vm->exit_code;
	for (i = 0; i < vm->nr_vps; i++) {
		if (vm->vps[i].exit_code)
			return vm->vps[i].exit_code;
	}
	return 0;
}

int vm_run(struct vm *vm)
{
	struct sigaction action;
	bool started;
	sigset_t set;
	unsigned int i;
	int signals, signal;

	sigemptyset(&set);
	for (i = 0; i < NR_END_SIGNALS; i++) {
		sigaction(end_signals[i], NULL, &action);
		if (action.sa_handler != SIG_IGN)
			sigaddset(&set, end_signals[i]);
	}
	/* The VPs' threads inherit the mask, so that these signals wait for the descriptor. */
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0) {
		err_errno("no signalfd");
		return VM_EXIT_SETUP;
	}

	started = start_vps(vm);
	if (!started)
		vm_stop(vm);
	signal = wait_for_end(vm, signals);
	for (i = 0; i < vm->nr_vps; i++) {
		if (vm->vps[i].started)
			pthread_join(vm->vps[i].thread, NULL);
	}
	close(signals);
	if (!started)
		return VM_EXIT_SETUP;
	return signal ? 128 + signal : exit_code(vm);
}
