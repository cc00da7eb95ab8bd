// SPDX-License-Identifier: GPL-2.0
/*
 * Batch mode. What ends it (an interrupt, the end of the command) also ends the running interval,
 * so that the last frame's totals are those of everything up to then.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "batch.h"
#include "caps.h"
#include "err.h"
#include "view.h"

#define MAX_WIDTH	120
#define NS_PER_SEC	1000000000ULL

/**
 * struct batch - a run
 * @signals: signalfd of those that end it
 * @before: signal mask as it was
 * @command: process to end with; 0: none
 * @status: what @command ended with, as an exit status; only once @command is 0 again
 */
struct batch {
	int signals;
	sigset_t before;
	pid_t command;
	int status;
};

static __u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_SEC + t.tv_nsec;
}

static bool catch_signals(struct batch *b)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &b->before);
	/* A reader that has seen enough is no error: writing fails instead. */
	signal(SIGPIPE, SIG_IGN);
	b->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (b->signals < 0)
		err_errno("signalfd");
	return b->signals >= 0;
}

/* Standard output is the frames'. */
static bool start_command(struct batch *b, char **command)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int error;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &b->before);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	error = posix_spawnp(&b->command, command[0], &actions, &attributes, command, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (error) {
		b->command = 0;
		err("%s: cannot be run: %s", command[0], strerror(error));
	}
	return !error;
}

/* Return: whether the command has ended just now */
static bool reap_command(struct batch *b)
{
	int status;

	if (!b->command || waitpid(b->command, &status, WNOHANG) != b->command)
		return false;
	b->command = 0;
	b->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return true;
}

/* Wait for a moment, or for the end before it. Return: whether to go on */
static bool wait_until(struct batch *b, __u64 deadline_ns)
{
	struct pollfd fd = { .fd = b->signals, .events = POLLIN };
	struct signalfd_siginfo info;
	struct timespec left;
	__u64 now;

	for (;;) {
		while (read(b->signals, &info, sizeof(info)) == sizeof(info)) {
			if (info.ssi_signo != SIGCHLD || reap_command(b))
				return false;
		}
		now = now_ns();
		if (now >= deadline_ns)
			return true;
		left.tv_sec = (deadline_ns - now) / NS_PER_SEC;
		left.tv_nsec = (deadline_ns - now) % NS_PER_SEC;
		ppoll(&fd, 1, &left, NULL);
	}
}

static unsigned int text_width(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col && size.ws_col < MAX_WIDTH)
		return size.ws_col;
	return MAX_WIDTH;
}

enum frame_result { FRAME_OK, FRAME_FAILED, FRAME_UNREAD };

static enum frame_result write_frame(const struct model *m, const struct options *options)
{
	bool ok;

	if (options->json) {
		ok = view_json(stdout, m, &options->filter);
	} else {
		if (m->frames > 1)
			putchar('\n');
		ok = view_text(stdout, m, &options->filter, text_width());
	}
	if (!ok) {
		err("out of memory");
		return FRAME_FAILED;
	}
	if (!fflush(stdout) && !ferror(stdout))
		return FRAME_OK;
	if (errno == EPIPE)
		return FRAME_UNREAD;
	err_errno("standard output");
	return FRAME_FAILED;
}

static enum frame_result run_frames(struct batch *b, struct source *source, struct model *m,
				    const struct options *options)
{
	__u64 interval_ns = options->delay * NS_PER_SEC;
	__u64 deadline_ns = m->time_ns;
	enum frame_result result;
	struct sample sample;
	bool more;

	do {
		deadline_ns += interval_ns;
		/* After a time without running, intervals are not made up for. */
		if (deadline_ns < now_ns())
			deadline_ns = now_ns() + interval_ns;
		more = wait_until(b, deadline_ns);
		if (!source->read(source, &sample) || !model_update(m, &sample))
			return FRAME_FAILED;
		result = write_frame(m, options);
		if (options->frames && m->frames >= options->frames)
			more = false;
	} while (more && result == FRAME_OK);
	return result;
}

/**
 * batch_run() - write frames until the end
 * @source: the source
 * @m: a model of it
 * @options: how long, how often, what, and the command to run if there is one
 *
 * Privileges are dropped before the first frame, but not those of the command.
 *
 * Return: exit status.
 */
int batch_run(struct source *source, struct model *m, const struct options *options)
{
	struct batch b = { .signals = -1 };
	int status = EXIT_RUNTIME;
	enum frame_result result;

	if (!catch_signals(&b))
		return EXIT_RUNTIME;
	if (options->command && !start_command(&b, options->command))
		goto out_close;
	if (!caps_drop())
		goto out_command;
	result = run_frames(&b, source, m, options);
	if (result != FRAME_FAILED)
		status = EXIT_OK;
out_command:
	if (b.command)
		kill(b.command, SIGTERM);
	else if (status == EXIT_OK)
		status = b.status;
out_close:
	close(b.signals);
	return status;
}
