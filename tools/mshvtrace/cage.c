// SPDX-License-Identifier: GPL-2.0
/*
 * A library that reads a damaged file may crash, or do what the file wants. So it runs in a process
 * of its own, which can read the files that are open, get memory, and write to one pipe, and which
 * has limits. What comes out of the pipe is believed as little as the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include "cage.h"
#include "err.h"
#include "privileges.h"

/* What the process needs; everything else is refused by EPERM. */
static const int allowed[] = {
	SYS_read, SYS_pread64, SYS_readv, SYS_lseek, SYS_write, SYS_writev, SYS_close, SYS_fstat,
	SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_brk, SYS_exit,
	SYS_exit_group, SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_rt_sigaction, SYS_futex,
	SYS_getpid, SYS_gettid, SYS_tgkill, SYS_clock_gettime, SYS_getrandom, SYS_sysinfo,
};

#define NR_ALLOWED	(sizeof(allowed) / sizeof(allowed[0]))

/* The last record: no event, but how the work went */
#define KIND_DONE	(~0U)
#define KIND_REFUSED	(~0U - 1)

struct cage {
	FILE *out;
	bool failed;
};

static bool filter_calls(void)
{
	struct sock_filter code[5 + NR_ALLOWED + 2], *at = code;
	struct sock_fprog program = { .filter = code };
	unsigned int i;

	*at++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					     offsetof(struct seccomp_data, arch));
	*at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
	*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	*at++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					     offsetof(struct seccomp_data, nr));
	for (i = 0; i < NR_ALLOWED; i++)
		*at++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i],
						     NR_ALLOWED - i, 0);
	*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	*at++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = at - code;
	return !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static __u64 memory_now(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file && fscanf(file, "%lu", &pages) != 1)
		pages = 0;
	if (file)
		fclose(file);
	return pages * sysconf(_SC_PAGESIZE);
}

static bool set_limit(int resource, __u64 limit)
{
	const struct rlimit l = { .rlim_cur = limit, .rlim_max = limit };
	struct rlimit now;

	if (!getrlimit(resource, &now) && now.rlim_max < limit)
		return true;
	return !setrlimit(resource, &l);
}

/* No other process, no file, and nothing that a signal's default does not end */
static bool lock_in(const struct cage_limits *limits)
{
	sigset_t none;
	int i;

	for (i = 1; i < SIGRTMIN; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return false;
	return set_limit(RLIMIT_AS, memory_now() + limits->memory_bytes) &&
	       set_limit(RLIMIT_CPU, limits->cpu_seconds) && set_limit(RLIMIT_CORE, 0) &&
	       set_limit(RLIMIT_FSIZE, 0) && caps_drop_all() && filter_calls();
}

/**
 * cage_put() - hand an event out
 * @cage: the process
 * @r: the event
 *
 * Return: whether to go on.
 */
bool cage_put(struct cage *cage, const struct mshv_trace_record *r)
{
	if (fwrite(r, sizeof(*r), 1, cage->out) != 1)
		cage->failed = true;
	return !cage->failed;
}

static void run_inside(int out, const struct cage_limits *limits, cage_work work, void *data)
{
	struct mshv_trace_record last = { .kind = KIND_DONE };
	struct cage cage = { .out = fdopen(out, "w") };
	__u64 lost = 0;

	if (!cage.out || !lock_in(limits)) {
		err_errno("a process without rights cannot be made");
		_exit(EXIT_RUNTIME);
	}
	if (!work(&cage, data, &lost))
		last.kind = KIND_REFUSED;
	last.arg[0] = lost;
	cage_put(&cage, &last);
	_exit(fflush(cage.out) || cage.failed ? EXIT_RUNTIME : EXIT_OK);
}

/* Return: whether the last record came, or no more are wanted */
static bool take_all(FILE *in, stream_take take, void *data, struct mshv_trace_record *last,
		     unsigned long *nr)
{
	struct mshv_trace_record r;

	while (fread(&r, sizeof(r), 1, in) == 1) {
		*last = r;
		if (r.kind == KIND_DONE || r.kind == KIND_REFUSED)
			return true;
		if (r.kind >= MSHV_NR_TRACE_KINDS)
			return false;
		++*nr;
		if (!take(data, &r)) {
			last->kind = KIND_DONE;
			last->arg[0] = 0;
			return true;
		}
	}
	return false;
}

static void report_death(const char *name, int status, unsigned long nr)
{
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
		err("%s: reading it takes too long for its size, so it is damaged; the %lu events "
		    "before that were used", name, nr);
	else if (WIFSIGNALED(status))
		err("%s: damaged: the library that reads it crashed (%s); the %lu events before that "
		    "were used", name, strsignal(WTERMSIG(status)), nr);
	else
		err("%s: damaged: the library that reads it gave up; the %lu events before that were "
		    "used", name, nr);
}

static enum cage_result take_from(int in, pid_t child, const char *name, stream_take take,
				  void *data, __u64 *lost)
{
	struct mshv_trace_record last = { 0 };
	FILE *file = fdopen(in, "r");
	unsigned long nr = 0;
	bool done = false;
	int status = 0;

	if (file)
		done = take_all(file, take, data, &last, &nr);
	else
		err_errno("a pipe");
	if (done)
		kill(child, SIGKILL);
	if (file)
		fclose(file);
	else
		close(in);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (done) {
		*lost = last.arg[0];
		return last.kind == KIND_DONE ? CAGE_OK : CAGE_REFUSED;
	}
	report_death(name, status, nr);
	return CAGE_DIED;
}

/**
 * cage_run() - do some work in a process without rights
 * @name: of what is read, for messages
 * @limits: what the process may use
 * @work: the work, which hands out events by cage_put()
 * @work_data: for @work
 * @take: takes the events, in this process
 * @take_data: for @take
 * @lost: gets what @work found
 *
 * Return: how it went.
 */
enum cage_result cage_run(const char *name, const struct cage_limits *limits, cage_work work,
			  void *work_data, stream_take take, void *take_data, __u64 *lost)
{
	int pipes[2];
	pid_t child;

	*lost = 0;
	if (pipe2(pipes, O_CLOEXEC)) {
		err_errno("a pipe");
		return CAGE_FAILED;
	}
	fflush(NULL);
	child = fork();
	if (!child) {
		close(pipes[0]);
		run_inside(pipes[1], limits, work, work_data);
	}
	close(pipes[1]);
	if (child < 0) {
		err_errno("a process");
		close(pipes[0]);
		return CAGE_FAILED;
	}
	return take_from(pipes[0], child, name, take, take_data, lost);
}
