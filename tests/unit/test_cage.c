// SPDX-License-Identifier: GPL-2.0
/*
 * A library that crashes on a damaged file ends its own process only, and a file that has taken it
 * over can neither open files nor run programs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../tools/mshvtrace/cage.h"
#include "../../tools/mshvtrace/import.h"

static const struct cage_limits limits = { .memory_bytes = 64 << 20, .cpu_seconds = 2 };

static bool count(void *data, const struct mshv_trace_record *r)
{
	unsigned int *nr = data;

	assert_int_equal(r->time_ns, ++*nr);
	return true;
}

static bool take_three(void *data, const struct mshv_trace_record *r)
{
	(void)r;
	return ++*(unsigned int *)data < 3;
}

static void put(struct cage *cage, unsigned int nr)
{
	struct mshv_trace_record r = { .kind = MSHV_TRACE_EXIT };
	unsigned int i;

	for (i = 1; i <= nr; i++) {
		r.time_ns = i;
		if (!cage_put(cage, &r))
			return;
	}
}

static bool well(struct cage *cage, void *data, __u64 *lost)
{
	put(cage, *(unsigned int *)data);
	*lost = 42;
	return true;
}

static bool refuse(struct cage *cage, void *data, __u64 *lost)
{
	(void)cage;
	(void)data;
	(void)lost;
	return false;
}

static bool crash(struct cage *cage, void *data, __u64 *lost)
{
	(void)lost;
	put(cage, 100000);
	raise(*(int *)data);
	return true;
}

static bool loop(struct cage *cage, void *data, __u64 *lost)
{
	(void)cage;
	(void)lost;
	while (!*(volatile bool *)data)
		;
	return true;
}

static bool leave(struct cage *cage, void *data, __u64 *lost)
{
	(void)cage;
	(void)data;
	(void)lost;
	_exit(0);
}

static bool lie(struct cage *cage, void *data, __u64 *lost)
{
	struct mshv_trace_record r = { .kind = MSHV_NR_TRACE_KINDS };

	(void)data;
	(void)lost;
	cage_put(cage, &r);
	return true;
}

static bool escape(struct cage *cage, void *data, __u64 *lost)
{
	char *const words[] = { (char *)"true", NULL };

	(void)cage;
	*lost = open("/etc/passwd", O_RDONLY) >= 0;
	*lost |= (open("/tmp/test_cage_made", O_WRONLY | O_CREAT, 0600) >= 0) << 1;
	*lost |= (execv("/bin/true", words) >= 0) << 2;
	*lost |= (socket(AF_INET, SOCK_STREAM, 0) >= 0) << 3;
	*lost |= (kill(getppid(), 0) >= 0) << 4;
	*lost |= (fork() >= 0) << 5;
	*lost |= (!!malloc(256 << 20)) << 6;
	*lost |= (unlink(data) >= 0) << 7;
	return true;
}

static enum cage_result run(cage_work work, void *data, unsigned int *nr, __u64 *lost)
{
	int kept = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	enum cage_result result;

	*nr = 0;
	dup2(null, STDERR_FILENO);
	result = cage_run("name", &limits, work, data, count, nr, lost);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(null);
	return result;
}

static void events_come_out_in_their_order(void **state)
{
	unsigned int nr, many = 100000;
	__u64 lost;

	(void)state;
	assert_int_equal(run(well, &many, &nr, &lost), CAGE_OK);
	assert_int_equal(nr, many);
	assert_int_equal(lost, 42);
	nr = 0;
	assert_int_equal(cage_run("name", &limits, well, &many, take_three, &nr, &lost), CAGE_OK);
	assert_int_equal(nr, 3);
	assert_int_equal(run(refuse, NULL, &nr, &lost), CAGE_REFUSED);
}

static void a_crash_is_told_from_an_end(void **state)
{
	static const int signals[] = { SIGSEGV, SIGABRT, SIGBUS };
	unsigned int nr, i;
	bool never = false;
	__u64 lost;
	int signal;

	(void)state;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		signal = signals[i];
		assert_int_equal(run(crash, &signal, &nr, &lost), CAGE_DIED);
		assert_true(nr > 90000);
	}
	assert_int_equal(run(loop, &never, &nr, &lost), CAGE_DIED);
	assert_int_equal(run(leave, NULL, &nr, &lost), CAGE_DIED);
	assert_int_equal(run(lie, NULL, &nr, &lost), CAGE_DIED);
}

static void nothing_gets_out(void **state)
{
	char path[] = "/tmp/test_cage.XXXXXX";
	unsigned int nr;
	__u64 lost;

	(void)state;
	close(mkstemp(path));
	assert_int_equal(run(escape, path, &nr, &lost), CAGE_OK);
	assert_int_equal(lost, 0);
	assert_int_equal(access("/tmp/test_cage_made", F_OK), -1);
	assert_int_equal(unlink(path), 0);
}

static void a_file_that_is_no_trace_is_refused(void **state)
{
	const struct stream_options options = { .kinds = -1U };
	char path[] = "/tmp/test_cage.XXXXXX";
	int fd = mkstemp(path), kept = dup(STDERR_FILENO), null;
	unsigned int nr = 0;
	__u64 lost;

	(void)state;
	assert_int_equal(write(fd, "\027\010\104tracing", 10), 10);
	close(fd);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	dup2(null, STDERR_FILENO);
	assert_int_not_equal(import_read(path, &options, count, &nr, &lost), CAGE_OK);
	assert_int_equal(import_read("/dev/zero", &options, count, &nr, &lost), CAGE_FAILED);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(null);
	assert_int_equal(nr, 0);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_come_out_in_their_order),
		cmocka_unit_test(a_crash_is_told_from_an_end),
		cmocka_unit_test(nothing_gets_out),
		cmocka_unit_test(a_file_that_is_no_trace_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
