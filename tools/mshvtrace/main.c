// SPDX-License-Identifier: GPL-2.0
/* mshvtrace: command line, and the loop that takes events until something ends it. */
#include <argp.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>
#include "privileges.h"
#include "decode.h"
#include "err.h"
#include "help.h"
#include "import.h"
#include "names.h"
#include "num.h"
#include "recorded.h"
#include "recording/file.h"
#include "stream.h"
#include "summary.h"
#include "version.h"

#define DEFAULT_BUFFER_KIB	4096
#define MAX_BUFFER_KIB		(1 << 20)

/* Longest time that an event waits to be shown; losses are looked for at the same interval */
#define POLL_MS			100
#define LOST_NS			1000000000ULL

#define LIVE_ADVICE		"filter more, or give a larger --buffer"

enum {
	OPTION_VP = 256,
	OPTION_PID,
	OPTION_CODE,
	OPTION_REASON,
	OPTION_MIN,
	OPTION_JSON,
	OPTION_BUFFER,
	OPTION_DEBUG,
};

const char *argp_program_version = "mshvtrace " MSHV_TOOLS_VERSION;

static const char doc[] =
	"Show hypercalls, exits and intercepts of virtual machines as they happen, a line for each."
	"\vFilters act in the kernel: what is not asked for costs nothing.\n"
	"Exit status: 0, also after an interrupt; 1 after an error; 64 for wrong usage.";

static const struct argp_option table[] = {
	{ "events", 'e', "KIND", 0, "Only hypercalls, exits, intercepts, or a list", 0 },
	{ "partition", 'p', "ID", 0, "Only this partition", 0 },
	{ "vp", OPTION_VP, "N", 0, "Only VPs of this number", 0 },
	{ "pid", OPTION_PID, "PID", 0, "Only partitions of this VMM", 0 },
	{ "code", OPTION_CODE, "NAME", 0, "Only hypercalls of this name or code", 0 },
	{ "reason", OPTION_REASON, "NAME", 0, "Only exits for this reason", 0 },
	{ "min-us", OPTION_MIN, "N", 0, "Only hypercalls and exits that took so long", 0 },
	{ "number", 'n', "N", 0, "End after N events", 0 },
	{ "summary", 'c', NULL, 0, "Print a table at the end instead of the events", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write events as JSON, one object on one line each", 0 },
	{ "input", 'i', "FILE", 0, "Read a trace.dat of trace-cmd, or what took long in "
	  "a recording of mshvtop", 0 },
	{ "buffer", OPTION_BUFFER, "KIB", 0, "Size of the buffer (4096)", 0 },
	{ "debug", OPTION_DEBUG, NULL, 0, "Show what libbpf says", 0 },
	{ 0 }
};

#define HYPERCALLS	(1U << MSHV_TRACE_HVCALL)
#define EXITS		(1U << MSHV_TRACE_EXIT)
#define ALL		((1U << MSHV_NR_TRACE_KINDS) - 1)
#define INTERCEPTS	(ALL & ~(HYPERCALLS | EXITS))

/**
 * struct trace - state of the program
 * @options: for the stream
 * @input: name of the file to read, or NULL for the running system
 * @summary: where events go with -c, else NULL
 * @count: print a table at the end
 * @json: write JSON
 * @limit: end after so many events; 0: do not
 * @nr: events so far
 * @start_ns: where times are written from
 * @lost: events lost so far, as reported
 * @failed: an error was reported
 */
struct trace {
	struct stream_options options;
	const char *input;
	struct summary *summary;
	bool count;
	bool json;
	__u64 limit;
	__u64 nr;
	__u64 start_ns;
	__u64 lost;
	bool failed;
};

/* --- Command line ---------------------------------------------------------------------------- */

static __u64 number(struct argp_state *state, const char *option, const char *text, __u64 low,
		    __u64 high)
{
	__u64 value;

	if (!num_parse_u64(text, low, high, &value))
		argp_error(state, "%s %s: not a number from %llu to %llu", option, text, low, high);
	return value;
}

static void add_kinds(struct stream_options *o, char *list, struct argp_state *state)
{
	char *word, *save;

	for (word = strtok_r(list, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		if (!strcmp(word, "hypercalls"))
			o->kinds |= HYPERCALLS;
		else if (!strcmp(word, "exits"))
			o->kinds |= EXITS;
		else if (!strcmp(word, "intercepts"))
			o->kinds |= INTERCEPTS;
		else
			argp_error(state, "-e %s: none of hypercalls, exits, intercepts", word);
	}
}

static void choose_buffer(struct stream_options *o, __u64 kib)
{
	o->buffer_bytes = sysconf(_SC_PAGESIZE);
	while (o->buffer_bytes < kib * 1024)
		o->buffer_bytes *= 2;
}

/* A filter on a field that only some kinds of events have leaves all other kinds out. */
static void choose_kinds(struct stream_options *o, struct argp_state *state)
{
	const struct mshv_trace_filter *f = &o->filter;
	__u32 possible = ALL;

	if (f->code || f->reason)
		possible = (f->code ? HYPERCALLS : 0) | (f->reason ? EXITS : 0);
	if (f->min_ns)
		possible &= ~INTERCEPTS;
	o->kinds = o->kinds ? o->kinds & possible : possible;
	if (!o->kinds)
		argp_error(state, "nothing is left: --code is for hypercalls, --reason for exits, "
			   "--min-us for both");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct trace *t = state->input;
	struct mshv_trace_filter *f = &t->options.filter;
	unsigned int value;

	switch (key) {
	case 'e':
		t->options.kinds_given = true;
		add_kinds(&t->options, arg, state);
		break;
	case 'p':
		f->partition_id = number(state, "-p", arg, 1, UINT64_MAX);
		break;
	case OPTION_VP:
		f->vp_index = number(state, "--vp", arg, 0, UINT32_MAX - 2) + 1;
		break;
	case OPTION_PID:
		f->tgid = number(state, "--pid", arg, 1, INT32_MAX);
		break;
	case OPTION_CODE:
		if (!hvcall_number(arg, &value))
			argp_error(state, "--code %s: neither a hypercall's name nor a code", arg);
		f->code = value + 1;
		break;
	case OPTION_REASON:
		if (!exit_number(arg, &value))
			argp_error(state, "--reason %s: neither an exit's name nor a number", arg);
		f->reason = value + 1;
		break;
	case OPTION_MIN:
		f->min_ns = number(state, "--min-us", arg, 1, UINT32_MAX) * 1000;
		break;
	case 'n':
		t->limit = number(state, "-n", arg, 1, UINT64_MAX);
		break;
	case 'c':
		t->count = true;
		break;
	case OPTION_JSON:
		t->json = true;
		break;
	case 'i':
		t->input = arg;
		break;
	case OPTION_BUFFER:
		choose_buffer(&t->options, number(state, "--buffer", arg, 64, MAX_BUFFER_KIB));
		break;
	case OPTION_DEBUG:
		t->options.debug = true;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: no arguments, only options", arg);
		break;
	case ARGP_KEY_END:
		if (t->count && t->json)
			argp_error(state, "-c and --json: one of them");
		if (t->input && f->tgid && !rec_is_one(t->input))
			argp_error(state, "-i and --pid: a trace.dat has threads, no processes");
		choose_kinds(&t->options, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* --- Events ---------------------------------------------------------------------------------- */

static bool take_recorded(void *data, const struct mshv_trace_record *r,
			  const struct rec_slow *slow)
{
	struct trace *t = data;
	bool ok = true;

	if (r->kind >= MSHV_NR_RECORD_KINDS)
		return true;
	if (!t->start_ns)
		t->start_ns = r->time_ns;
	if (t->summary)
		ok = summary_add(t->summary, r);
	else if (t->json)
		ok = event_json(stdout, r, slow);
	else
		event_text(stdout, r, t->start_ns);
	if (slow && !t->summary && !t->json)
		event_text_more(stdout, slow);
	if (!ok) {
		err("out of memory");
		t->failed = true;
	}
	t->nr++;
	return ok && (!t->limit || t->nr < t->limit);
}

static bool take(void *data, const struct mshv_trace_record *r)
{
	return take_recorded(data, r, NULL);
}

static void report_lost(struct trace *t, __u64 lost, const char *advice)
{
	if (lost == t->lost)
		return;
	if (t->json)
		printf("{\"type\":\"lost\",\"count\":%llu}\n", lost - t->lost);
	else
		err("%llu events lost; %s", lost - t->lost, advice);
	t->lost = lost;
}

/* Return: whether the output can still be written */
static bool flush(struct trace *t)
{
	if (!fflush(stdout) && !ferror(stdout))
		return true;
	if (errno != EPIPE) {
		err_errno("standard output");
		t->failed = true;
	}
	return false;
}

static void finish(struct trace *t)
{
	if (t->summary)
		summary_print(stdout, t->summary);
	flush(t);
}

/* Times are from the first event. */
static void read_file(struct trace *t)
{
	enum cage_result result;
	__u64 lost;

	t->start_ns = 0;
	if (rec_is_one(t->input)) {
		/* Events before the damage were shown. */
		t->failed = !recorded_read(t->input, &t->options, take_recorded, t, &lost) ||
			    t->failed;
		report_lost(t, lost, "record again with a shorter interval, or a larger --slow");
	} else {
		result = import_read(t->input, &t->options, take, t, &lost);
		report_lost(t, lost, "record again with a larger trace-cmd record -b");
		t->failed = t->failed || result != CAGE_OK;
		if (result == CAGE_REFUSED || result == CAGE_FAILED)
			return;
	}
	finish(t);
}

static __u64 now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static void loop(struct trace *t, struct stream *s, int signals)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = stream_fd(s), .events = POLLIN },
	};
	enum stream_result result = STREAM_EMPTY;
	__u64 looked_ns = now_ns();

	while (result != STREAM_ENDED && !fds[0].revents) {
		if (poll(fds, 2, result == STREAM_MORE ? 0 : POLL_MS) < 0 && errno != EINTR)
			break;
		result = stream_read(s);
		if (now_ns() - looked_ns >= LOST_NS) {
			report_lost(t, stream_lost(s), LIVE_ADVICE);
			looked_ns = now_ns();
		}
		if (!flush(t))
			result = STREAM_ENDED;
	}
	stream_stop(s);
	/* Events that came before the end are shown. */
	if (result != STREAM_ENDED)
		while (stream_read(s) == STREAM_MORE)
			;
	report_lost(t, stream_lost(s), LIVE_ADVICE);
	finish(t);
}

static int catch_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		err_errno("signalfd");
	return fd;
}

static void run_live(struct trace *t)
{
	struct stream *s = NULL;
	int signals;

	signals = catch_signals();
	if (signals >= 0)
		s = stream_open(&t->options, take, t);
	if (s && caps_drop())
		loop(t, s, signals);
	else
		t->failed = true;
	stream_close(s);
	if (signals >= 0)
		close(signals);
}

int main(int argc, char **argv)
{
	static const struct argp argp = { .options = table, .parser = parse, .doc = doc };
	struct trace t = { .start_ns = now_ns() };

	err_set_program("mshvtrace");
	choose_buffer(&t.options, DEFAULT_BUFFER_KIB);
	argp_err_exit_status = EXIT_USAGE;
	help_parse(&argp, argc, argv, 0, &t);
	if (t.count)
		t.summary = summary_new();
	if (t.input)
		read_file(&t);
	else
		run_live(&t);
	summary_free(t.summary);
	return t.failed ? EXIT_RUNTIME : EXIT_OK;
}
