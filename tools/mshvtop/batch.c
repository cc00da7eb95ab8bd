// SPDX-License-Identifier: GPL-2.0
/*
 * Hands samples to a sink at intervals. An interrupt, or the end of the command, ends the run and
 * cuts the running interval short, so the last frame's totals hold everything up to that moment.
 */
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "batch.h"
#include "privileges.h"
#include "err.h"

#define NS_PER_SEC	1000000000ULL

/**
 * struct batch - a run
 * @signals: signalfd of the signals that end the run
 * @before: signal mask as it was
 * @command: process whose end ends the run; 0: none
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
	/*
	 * A reader that closes the pipe early is no error: SIGPIPE is ignored, and the write fails
	 * instead.
	 */
	signal(SIGPIPE, SIG_IGN);
	b->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (b->signals < 0)
		err_errno("signalfd");
	return b->signals >= 0;
}

/* The frames may go to standard output, so the command's output goes to standard error. */
static bool start_command(struct batch *b, char **command, bool stdout_is_taken)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int error;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	if (stdout_is_taken)
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

/* The next frame of a recording: the first sample that is late enough, or the last sample */
static bool read_recorded(struct source *source, struct sink *sink, __u64 deadline_ns,
			  struct sample *sample)
{
	if (!source->read(source, sample))
		return false;
	while (sample->time_ns < deadline_ns && source->next < source->nr_samples) {
		if (sink->pass && !sink->pass(sink, sample))
			return false;
		if (!source->read(source, sample))
			return false;
	}
	return true;
}

static enum frame_result run_recorded(struct source *source, struct sink *sink,
				      const struct options *options, __u64 start_ns)
{
	enum frame_result result = FRAME_OK;
	struct sample sample;
	__u64 nr;

	sample.time_ns = start_ns;
	for (nr = 0; result == FRAME_OK && (!options->frames || nr < options->frames); nr++) {
		if (!read_recorded(source, sink,
				   sample.time_ns + (__u64)(options->delay * NS_PER_SEC), &sample))
			return source->ended ? FRAME_OK : FRAME_FAILED;
		result = sink->frame(sink, &sample);
	}
	return result;
}

static enum frame_result run_live(struct batch *b, struct source *source, struct sink *sink,
				  const struct options *options, __u64 start_ns)
{
	__u64 interval_ns = options->delay * NS_PER_SEC;
	__u64 deadline_ns = start_ns, nr = 0;
	enum frame_result result;
	struct sample sample;
	bool more;

	do {
		deadline_ns += interval_ns;
		/*
		 * Intervals that passed while the process did not run (stopped, suspended) are
		 * skipped.
		 */
		if (deadline_ns < now_ns())
			deadline_ns = now_ns() + interval_ns;
		more = wait_until(b, deadline_ns);
		if (!source->read(source, &sample))
			return FRAME_FAILED;
		result = sink->frame(sink, &sample);
		if (options->frames && ++nr >= options->frames)
			more = false;
	} while (more && result == FRAME_OK);
	return result;
}

/**
 * batch_run() - hand samples on until the end
 * @source: the source
 * @start_ns: time of the first sample, unless the sink takes that, too
 * @sink: takes the others
 * @options: how long, how often, and the command to run if there is one
 *
 * Privileges are dropped before the first frame, but not those of the command.
 *
 * Return: exit status.
 */
int batch_run(struct source *source, __u64 start_ns, struct sink *sink,
	      const struct options *options)
{
	struct batch b = { .signals = -1 };
	int status = EXIT_RUNTIME;
	enum frame_result result;
	struct sample first;

	if (source->recorded) {
		signal(SIGPIPE, SIG_IGN);
		result = run_recorded(source, sink, options, start_ns);
		return result == FRAME_FAILED ? EXIT_RUNTIME : EXIT_OK;
	}
	if (!catch_signals(&b))
		return EXIT_RUNTIME;
	if (sink->begin) {
		if (!source->read(source, &first) || !sink->begin(sink, &first))
			goto out_close;
		start_ns = first.time_ns;
	}
	if (options->command && !start_command(&b, options->command, sink->has_stdout))
		goto out_close;
	if ((sink->start && !sink->start(sink)) || !caps_drop())
		goto out_command;
	result = run_live(&b, source, sink, options, start_ns);
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
