// SPDX-License-Identifier: GPL-2.0
/*
 * Loads the BPF programs for the kinds of events that are wanted, and empties their buffer. Nothing
 * is pinned, so the kernel takes everything back when the process ends, however that happens.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <mshv/layout.h>
#include "decode.h"
#include "err.h"
#include "kernel/bpf_check.h"
#include "kernel/event_args.h"
#include "stream.h"
#include "mainline_trace.skel.h"
#include "trace.skel.h"

/**
 * struct stream - an open stream
 * @skel: the programs; NULL where the driver is Linux's own
 * @mainline: those for that driver, else NULL
 * @ring: their buffer
 * @take: takes events
 * @data: for @take
 * @taken: events taken in the running stream_read()
 * @stopped: @take has had enough
 */
struct stream {
	struct trace_bpf *skel;
	struct mainline_trace_bpf *mainline;
	struct ring_buffer *ring;
	stream_take take;
	void *data;
	unsigned int taken;
	bool stopped;
};

/*
 * Events that are taken in one go. More may come faster than they are taken, so the caller gets a
 * chance to act in between.
 */
#define MAX_TAKEN	1024

static const struct {
	const char *program;
	const char *event;
} kinds[MSHV_NR_TRACE_KINDS] = {
#define MSHV_TRACE_KIND(kind, tracepoint) \
	[MSHV_TRACE_##kind] = { "mshv_trace_" #kind, #tracepoint },
	MSHV_TRACE_KINDS(MSHV_TRACE_KIND)
#undef MSHV_TRACE_KIND
};

static bool show_libbpf;

static int print_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	return show_libbpf ? vfprintf(stderr, format, args) : 0;
}

static bool check(const struct stream_options *options)
{
	const char *events[MSHV_NR_TRACE_KINDS];
	unsigned int i, nr = 0;

	for (i = 0; i < MSHV_NR_TRACE_KINDS; i++)
		if (options->kinds & 1U << i)
			events[nr++] = kinds[i].event;
	return bpf_check(events, nr);
}

static bool load(struct stream *s, const struct stream_options *options)
{
	unsigned int i;
	int error;

	s->skel = trace_bpf__open();
	if (!s->skel) {
		err_errno("BPF object: cannot be opened");
		return false;
	}
	memcpy((void *)&s->skel->rodata->filter, &options->filter, sizeof(options->filter));
	bpf_map__set_max_entries(s->skel->maps.events, options->buffer_bytes);
	for (i = 0; i < MSHV_NR_TRACE_KINDS; i++) {
		struct bpf_program *program =
			bpf_object__find_program_by_name(s->skel->obj, kinds[i].program);

		bpf_program__set_autoload(program, options->kinds & 1U << i);
	}
	error = trace_bpf__load(s->skel);
	if (error) {
		bpf_say_not_loaded("BPF programs", -error);
		return false;
	}
	error = trace_bpf__attach(s->skel);
	if (error) {
		err("BPF programs: cannot be attached: %s; --debug shows why", strerror(-error));
		return false;
	}
	return true;
}

static const struct {
	const char *name;
	bool has_vp;
} mainline_events[MSHV_NR_MAINLINE] = {
#define MSHV_MAINLINE(event, vp, ...) { #event, vp },
#include <mshv/mainline.def>
#undef MSHV_MAINLINE
};

static bool too_far(const char *event, const char *argument, int place)
{
	if (place < MSHV_LAYOUT_PLACES)
		return false;
	err("%s: %s is its argument %d, further behind than can be read", event, argument,
	    place + 1);
	return true;
}

/* An event without its partition or VP is refused; without another argument it is shown. */
static bool find_arguments(const struct event_args *e, unsigned int i, struct mshv_trace_layout *l)
{
	const char *event = mainline_events[i].name, *argument, *elsewhere;
	int place;
	unsigned int a;

	memset(l, MSHV_NO_ARGUMENT, sizeof(*l));
	place = event_args_need(e, event, "partition_id");
	if (place < 0 || too_far(event, "partition_id", place))
		return false;
	l->partition_id = place;
	if (mainline_events[i].has_vp) {
		place = event_args_need(e, event, "vp_index");
		if (place < 0 || too_far(event, "vp_index", place))
			return false;
		l->vp_index = place;
	}
	for (a = 0; a < MSHV_TRACE_ARGS; a++) {
		argument = event_argument(MSHV_NR_TRACE_KINDS + i, a, &elsewhere);
		if (!argument)
			break;
		place = event_args_find(e, event, argument);
		if (place < 0 && elsewhere)
			place = event_args_find(e, event, elsewhere);
		if (too_far(event, argument, place))
			return false;
		if (place >= 0)
			l->arg[a] = place;
	}
	return true;
}

/* Kernels differ in their events and in the order of the events' arguments. */
static bool choose_events(struct mainline_trace_bpf *skel)
{
	struct mshv_trace_layout *layouts = (struct mshv_trace_layout *)skel->rodata->layouts;
	struct event_args *e = event_args_open(BPF_LINUX_DRIVER);
	unsigned int i, nr = 0;
	bool ok = e;
	char name[64];

	for (i = 0; ok && i < MSHV_NR_MAINLINE; i++) {
		bool there = event_args_has(e, mainline_events[i].name);

		snprintf(name, sizeof(name), "on_%s", mainline_events[i].name);
		bpf_program__set_autoload(bpf_object__find_program_by_name(skel->obj, name), there);
		if (!there)
			continue;
		ok = find_arguments(e, i, &layouts[i]);
		nr++;
	}
	if (ok && !nr) {
		err("mshv_...: %s has no event that is known here, or no BTF that tells of them",
		    BPF_LINUX_DRIVER);
		ok = false;
	}
	event_args_free(e);
	return ok;
}

static bool load_mainline(struct stream *s, const struct stream_options *options)
{
	const struct mshv_trace_filter *f = &options->filter;
	int error;

	if (f->code || f->reason || f->min_ns || options->kinds_given) {
		err("-e, --code, --reason, --min-us: Linux's own driver, mshv_root, has no events "
		    "that tell these apart; only -p, --vp and --pid choose among them");
		return false;
	}
	s->mainline = mainline_trace_bpf__open();
	if (!s->mainline) {
		err_errno("BPF object: cannot be opened");
		return false;
	}
	memcpy((void *)&s->mainline->rodata->filter, f, sizeof(*f));
	if (!choose_events(s->mainline))
		return false;
	bpf_map__set_max_entries(s->mainline->maps.events, options->buffer_bytes);
	error = mainline_trace_bpf__load(s->mainline);
	if (!error)
		error = mainline_trace_bpf__attach(s->mainline);
	if (error)
		err("BPF programs: cannot be loaded or attached: %s; --debug shows why",
		    strerror(-error));
	return !error;
}

static const struct bpf_map *events_of(const struct stream *s)
{
	return s->mainline ? s->mainline->maps.events : s->skel->maps.events;
}

static int take_event(void *context, void *data, size_t size)
{
	struct stream *s = context;

	if (size < sizeof(struct mshv_trace_record))
		return 0;
	s->stopped = !s->take(s->data, data);
	if (s->stopped)
		return -ECANCELED;
	return ++s->taken < MAX_TAKEN ? 0 : -EAGAIN;
}

/**
 * stream_open() - begin
 * @options: what is wanted
 * @take: takes each event, in stream_read()
 * @data: for @take
 *
 * Return: the stream, or NULL, which has been reported.
 */
struct stream *stream_open(const struct stream_options *options, stream_take take, void *data)
{
	bool mainline = bpf_linux_driver();
	struct stream *s;

	show_libbpf = options->debug;
	libbpf_set_print(print_libbpf);
	if (mainline ? !bpf_privileged() : !check(options))
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s) {
		err("out of memory");
		return NULL;
	}
	s->take = take;
	s->data = data;
	if (mainline ? !load_mainline(s, options) : !load(s, options))
		goto err_close;
	s->ring = ring_buffer__new(bpf_map__fd(events_of(s)), take_event, s, NULL);
	if (s->ring)
		return s;
	err_errno("ring buffer of %u bytes: cannot be mapped", options->buffer_bytes);
err_close:
	stream_close(s);
	return NULL;
}

/**
 * stream_fd() - a descriptor that can be read when there are many events
 * @s: the stream
 *
 * A few events alone do not make the descriptor readable, so call stream_read() from time to time,
 * too.
 *
 * Return: the descriptor.
 */
int stream_fd(const struct stream *s)
{
	return ring_buffer__epoll_fd(s->ring);
}

/**
 * stream_read() - hand on events
 * @s: the stream
 *
 * Return: whether there may be more.
 */
enum stream_result stream_read(struct stream *s)
{
	int nr;

	s->taken = 0;
	nr = ring_buffer__consume(s->ring);
	if (s->stopped)
		return STREAM_ENDED;
	if (nr == -EAGAIN)
		return STREAM_MORE;
	if (nr >= 0 || nr == -EINTR)
		return STREAM_EMPTY;
	err("ring buffer: %s", strerror(-nr));
	return STREAM_ENDED;
}

/**
 * stream_lost() - events that no program could hand over
 * @s: the stream
 *
 * Return: those that the buffer had no room for, and those that came while a program ran.
 */
__u64 stream_lost(const struct stream *s)
{
	const struct bpf_object *object = s->mainline ? s->mainline->obj : s->skel->obj;
	__u64 lost = s->mainline ? s->mainline->bss->lost : s->skel->bss->lost;
	struct bpf_program *program;

	bpf_object__for_each_program(program, object) {
		struct bpf_prog_info info = { 0 };
		__u32 size = sizeof(info);

		if (bpf_program__fd(program) >= 0 &&
		    !bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
			lost += info.recursion_misses;
	}
	return lost;
}

/**
 * stream_stop() - let no more events come; those that are in the buffer can still be read
 * @s: the stream
 */
void stream_stop(struct stream *s)
{
	if (s->mainline)
		mainline_trace_bpf__detach(s->mainline);
	else
		trace_bpf__detach(s->skel);
}

/**
 * stream_close() - end
 * @s: the stream, or NULL
 */
void stream_close(struct stream *s)
{
	if (!s)
		return;
	ring_buffer__free(s->ring);
	trace_bpf__destroy(s->skel);
	mainline_trace_bpf__destroy(s->mainline);
	free(s);
}
