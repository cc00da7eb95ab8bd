// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a trace.dat by libtracecmd, in a process without rights, and makes of its events the records
 * that come from the BPF programs, through the same filters. Fields are found by name, as the file's own formats have
 * them, so that a file of another version of the driver can be read; what it lacks is left out.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <trace-cmd.h>
#include <unistd.h>
#include "err.h"
#include "filter.h"
#include "import.h"

/* What reading may cost: memory by the file's size, and time */
#define MEMORY_ANYWAY		(256ULL << 20)
#define MEMORY_TIMES		100
#define SECONDS_ANYWAY		30
#define BYTES_PER_SECOND	(256 << 10)

/* The fields that become a record's arguments, in their order */
static const struct import_kind {
	const char *event;
	const char *fields[MSHV_TRACE_ARGS];
} kinds[MSHV_NR_TRACE_KINDS] = {
	[MSHV_TRACE_HVCALL] = { "mshv_hvcall_exit", {
		"code", "control", "reps", "reps_done", "status", "duration_ns" } },
	[MSHV_TRACE_EXIT] = { "mshv_exit_done", {
		"vp_slot", "reason", "guest_ns", "kernel_ns", "vmm_ns", "halted_ns" } },
	[MSHV_TRACE_IO_PORT] = { "mshv_intercept_io_port", {
		"port", "size", "is_write", "is_string", "is_rep", "rax", "rip" } },
	[MSHV_TRACE_MSR] = { "mshv_intercept_msr", { "msr", "is_write", "value", "rip" } },
	[MSHV_TRACE_CPUID] = { "mshv_intercept_cpuid", { "leaf", "subleaf", "rip" } },
	[MSHV_TRACE_GPA] = { "mshv_intercept_gpa", {
		"message_type", "gpa", "gva", "access_type", "rip" } },
	[MSHV_TRACE_EXCEPTION] = { "mshv_intercept_exception", {
		"vector", "error_code", "parameter", "rip" } },
	[MSHV_TRACE_HYPERCALL] = { "mshv_intercept_hypercall", {
		"rax", "rcx", "rdx", "r8", "rip" } },
	[MSHV_TRACE_HALT] = { "mshv_intercept_halt", { "rip" } },
	[MSHV_TRACE_TRIPLE_FAULT] = { "mshv_intercept_triple_fault", { "rip" } },
	[MSHV_TRACE_OTHER] = { "mshv_intercept_other", {
		"message_type", "payload0", "payload1" } },
};

/**
 * struct import - a file that is being read
 * @fd: the file
 * @options: what is wanted
 * @cage: the process in which it is read
 * @lost: events that were lost as it was recorded
 */
struct import {
	int fd;
	const struct stream_options *options;
	struct cage *cage;
	__u64 lost;
};

/* Return: false if the event has no such field, which is then 0 */
static bool field(struct tep_event *event, const char *name, struct tep_record *record,
		  __u64 *value)
{
	unsigned long long got = 0;
	bool there = !tep_get_field_val(NULL, event, name, record, &got, 0);

	*value = there ? got : 0;
	return there;
}

/* Return: 0 to go on */
static int take_record(struct tracecmd_input *input, struct tep_record *record, int cpu, void *data)
{
	struct import *import = data;
	struct tep_handle *tep = tracecmd_get_tep(input);
	struct tep_event *event = tep_find_event_by_record(tep, record);
	struct mshv_trace_record r = { .time_ns = record->ts };
	__u64 vp_index;
	unsigned int i;

	(void)cpu;
	/* -1: events were lost, and their number is not known */
	if (record->missed_events)
		import->lost += record->missed_events > 0 ? record->missed_events : 1;
	if (!event || strcmp(event->system, "mshv"))
		return 0;
	while (r.kind < MSHV_NR_TRACE_KINDS && strcmp(event->name, kinds[r.kind].event))
		r.kind++;
	if (r.kind == MSHV_NR_TRACE_KINDS || !(import->options->kinds & (1U << r.kind)))
		return 0;
	field(event, "partition_id", record, &r.partition_id);
	field(event, "vp_index", record, &vp_index);
	r.vp_index = vp_index;
	r.tgid = tep_data_pid(tep, record);
	for (i = 0; i < MSHV_TRACE_ARGS && kinds[r.kind].fields[i]; i++)
		if (!field(event, kinds[r.kind].fields[i], record, &r.arg[i]))
			r.absent |= 1U << i;
	if (!filter_wants(import->options, &r))
		return 0;
	return !cage_put(import->cage, &r);
}

/* In the process without rights */
static bool read_inside(struct cage *cage, void *data, __u64 *lost)
{
	struct import *import = data;
	struct tracecmd_input *input;

	import->cage = cage;
	if (!import->options->debug) {
		tracecmd_set_loglevel(TEP_LOG_NONE);
		tep_set_loglevel(TEP_LOG_NONE);
	}
	input = tracecmd_open_fd(import->fd, TRACECMD_FL_LOAD_NO_PLUGINS);
	if (!input)
		return false;
	tracecmd_iterate_events(input, NULL, 0, take_record, import);
	*lost = import->lost;
	return true;
}

/**
 * import_read() - take the events of a trace.dat, in the order of their times
 * @file: its name
 * @options: what is wanted; filter.tgid has no meaning, as such a file has threads, no processes
 * @take: takes events; tgid of a record is the thread's id
 * @data: for @take
 * @lost: gets the number of events that were lost as it was recorded
 *
 * Return: how it went; CAGE_DIED at damage, after events before the damage were taken. All but
 * CAGE_OK was reported.
 */
enum cage_result import_read(const char *file, const struct stream_options *options,
			     stream_take take, void *data, __u64 *lost)
{
	struct import import = { .options = options };
	enum cage_result result = CAGE_FAILED;
	struct cage_limits limits;
	struct stat st;

	/* No writer is waited for, if this is a pipe. */
	import.fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (import.fd < 0 || fstat(import.fd, &st)) {
		err_errno("%s", file);
		goto out_close;
	}
	if (!S_ISREG(st.st_mode)) {
		err("%s: not a regular file; a trace.dat has to be one", file);
		goto out_close;
	}
	limits.memory_bytes = MEMORY_ANYWAY + MEMORY_TIMES * (__u64)st.st_size;
	limits.cpu_seconds = SECONDS_ANYWAY + st.st_size / BYTES_PER_SECOND;
	result = cage_run(file, &limits, read_inside, &import, take, data, lost);
	if (result == CAGE_REFUSED)
		err("%s: not a trace.dat, or damaged at its beginning; record one with trace-cmd "
		    "record -e mshv", file);
out_close:
	if (import.fd >= 0)
		close(import.fd);
	return result;
}
