// SPDX-License-Identifier: GPL-2.0
/*
 * Events as text and JSON. A table says for each kind what its arguments are called and how they
 * are written; text reads as strace's does: NAME(arguments) = result <duration>.
 */
#include <jansson.h>
#include <string.h>
#include <mshv/exits.h>
#include "decode.h"
#include "names.h"
#include "slow.h"

/* Holds what slow_arguments() writes. */
#define ARGUMENTS	160

/* The hypervisor's name for the caller's own partition */
#define PARTITION_SELF	(~0ULL)

enum format {
	FORMAT_END,	/* no more arguments */
	FORMAT_NUMBER,
	FORMAT_HEX,
	FORMAT_NS,	/* nanoseconds; with a unit in text */
	FORMAT_FLAG,	/* its name if set; a truth value in JSON */
	FORMAT_WRITE,	/* a direction: write or read */
	FORMAT_ACCESS,	/* enum mhv_intercept_access_type */
	FORMAT_MESSAGE,	/* a message type's name */
	FORMAT_STATUS,	/* a hypercall status's name */
	FORMAT_RET,	/* a result: negative for an error */
	FORMAT_NAME,	/* is in the event's name already; left out of the text */
};

/**
 * struct argument - an argument of an event
 * @name: its name
 * @format: how it is written
 * @elsewhere: the name that it has in other kernels, or NULL
 */
struct argument {
	const char *name;
	enum format format;
	const char *elsewhere;
};

/**
 * struct kind - a kind of event
 * @json: its name in JSON
 * @prefix: what its name begins with in text
 * @argument: its arguments
 */
struct kind {
	const char *json;
	const char *prefix;
	struct argument argument[MSHV_TRACE_ARGS + 1];
};

/* Arguments that have a meaning of their own here */
enum {
	HVCALL_CODE,
	HVCALL_CONTROL,
	HVCALL_REPS,
	HVCALL_REPS_DONE,
	HVCALL_STATUS,
	HVCALL_DURATION_NS,
};

enum {
	EXIT_VP_SLOT,
	EXIT_REASON,
	EXIT_GUEST_NS,
	EXIT_KERNEL_NS,
	EXIT_VMM_NS,
	EXIT_HALTED_NS,
};

static const struct kind kinds[MSHV_NR_RECORD_KINDS] = {
	[MSHV_TRACE_HVCALL] = { "hypercall", "HVCALL_", {
		{ "code", FORMAT_NAME }, { "control", FORMAT_NAME }, { "reps", FORMAT_NAME },
		{ "reps_done", FORMAT_NAME }, { "status", FORMAT_NAME },
		{ "duration_ns", FORMAT_NAME } } },
	[MSHV_TRACE_EXIT] = { "exit", "EXIT_", {
		{ "slot", FORMAT_NAME }, { "reason", FORMAT_NAME }, { "guest_ns", FORMAT_NS },
		{ "kernel_ns", FORMAT_NS }, { "vmm_ns", FORMAT_NS },
		{ "halted_ns", FORMAT_NS } } },
	[MSHV_TRACE_IO_PORT] = { "intercept_io_port", "INTERCEPT_IO_PORT", {
		{ "port", FORMAT_HEX }, { "size", FORMAT_NUMBER }, { "write", FORMAT_WRITE },
		{ "string", FORMAT_FLAG }, { "rep", FORMAT_FLAG }, { "rax", FORMAT_HEX },
		{ "rip", FORMAT_HEX } } },
	[MSHV_TRACE_MSR] = { "intercept_msr", "INTERCEPT_MSR", {
		{ "msr", FORMAT_HEX }, { "write", FORMAT_WRITE }, { "value", FORMAT_HEX },
		{ "rip", FORMAT_HEX } } },
	[MSHV_TRACE_CPUID] = { "intercept_cpuid", "INTERCEPT_CPUID", {
		{ "leaf", FORMAT_HEX }, { "subleaf", FORMAT_HEX }, { "rip", FORMAT_HEX } } },
	[MSHV_TRACE_GPA] = { "intercept_gpa", "INTERCEPT_GPA", {
		{ "message_type", FORMAT_MESSAGE }, { "gpa", FORMAT_HEX }, { "gva", FORMAT_HEX },
		{ "access", FORMAT_ACCESS }, { "rip", FORMAT_HEX } } },
	[MSHV_TRACE_EXCEPTION] = { "intercept_exception", "INTERCEPT_EXCEPTION", {
		{ "vector", FORMAT_NUMBER }, { "error_code", FORMAT_HEX },
		{ "parameter", FORMAT_HEX }, { "rip", FORMAT_HEX } } },
	[MSHV_TRACE_HYPERCALL] = { "intercept_hypercall", "INTERCEPT_HYPERCALL", {
		{ "rax", FORMAT_HEX }, { "rcx", FORMAT_HEX }, { "rdx", FORMAT_HEX },
		{ "r8", FORMAT_HEX }, { "rip", FORMAT_HEX } } },
	[MSHV_TRACE_HALT] = { "intercept_halt", "INTERCEPT_HALT", { { "rip", FORMAT_HEX } } },
	[MSHV_TRACE_TRIPLE_FAULT] = { "intercept_triple_fault", "INTERCEPT_TRIPLE_FAULT", {
		{ "rip", FORMAT_HEX } } },
	[MSHV_TRACE_OTHER] = { "intercept_other", "INTERCEPT_OTHER", {
		{ "message_type", FORMAT_MESSAGE }, { "payload0", FORMAT_HEX },
		{ "payload1", FORMAT_HEX } } },
#define MSHV_MAINLINE(event, vp, ...) \
	[MSHV_TRACE_##event] = { #event, #event, { __VA_ARGS__ } },
#include <mshv/mainline.def>
#undef MSHV_MAINLINE
};

static const char *access_name(unsigned int access, char *room)
{
	static const char * const names[] = { "read", "write", "execute" };

	if (access < sizeof(names) / sizeof(names[0]))
		return names[access];
	snprintf(room, NAME_SIZE, "0x%x", access);
	return room;
}

/**
 * event_argument() - what an argument is called in the driver's event
 * @kind: kind of event
 * @i: which of a record's arguments
 * @elsewhere: the name that it has in other kernels, or NULL
 *
 * Return: its name; NULL if the kind has fewer arguments.
 */
const char *event_argument(unsigned int kind, unsigned int i, const char **elsewhere)
{
	const struct argument *a = &kinds[kind].argument[i];

	if (i >= MSHV_TRACE_ARGS || a->format == FORMAT_END)
		return NULL;
	*elsewhere = a->elsewhere;
	return a->name;
}

/**
 * event_name() - what happened
 * @r: the event
 * @name: EVENT_NAME bytes
 */
void event_name(const struct mshv_trace_record *r, char *name)
{
	char room[NAME_SIZE];
	const char *what = "";

	if (r->kind == MSHV_TRACE_HVCALL)
		what = hvcall_name(r->arg[HVCALL_CODE], room);
	else if (r->kind == MSHV_TRACE_EXIT)
		what = exit_name(r->arg[EXIT_REASON], room);
	snprintf(name, EVENT_NAME, "%s%s", kinds[r->kind].prefix, what);
}

/**
 * event_duration() - duration of an event
 * @r: the event
 * @ns: the result: the duration of a hypercall, or the kernel and VMM time of an exit
 *
 * Return: false if events of this kind have no duration.
 */
bool event_duration(const struct mshv_trace_record *r, __u64 *ns)
{
	switch (r->kind) {
	case MSHV_TRACE_HVCALL:
		*ns = r->arg[HVCALL_DURATION_NS];
		return true;
	case MSHV_TRACE_EXIT:
		*ns = r->arg[EXIT_KERNEL_NS] + r->arg[EXIT_VMM_NS];
		return true;
	default:
		return false;
	}
}

/**
 * event_failed() - whether it is a hypercall with another status than SUCCESS
 * @r: the event
 *
 * Return: true if so.
 */
bool event_failed(const struct mshv_trace_record *r)
{
	return r->kind == MSHV_TRACE_HVCALL && r->arg[HVCALL_STATUS];
}

/* --- Text ------------------------------------------------------------------------------------- */

/*
 * Three digits and a fitting unit; lines stand alone, so units need not be the same in all lines.
 */
static void put_time(FILE *out, __u64 ns)
{
	static const char * const units[] = { "ns", "us", "ms", "s" };
	double value = ns;
	unsigned int i;

	for (i = 0; i < 3 && value >= 999.5; i++)
		value /= 1000;
	fprintf(out, "%.*f%s", !i || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2, value, units[i]);
}

static void put_argument(FILE *out, const struct argument *a, __u64 value)
{
	char room[NAME_SIZE];

	switch (a->format) {
	case FORMAT_HEX:
		fprintf(out, ", %s=0x%llx", a->name, value);
		break;
	case FORMAT_NUMBER:
		fprintf(out, ", %s=%llu", a->name, value);
		break;
	case FORMAT_NS:
		fprintf(out, ", %.*s=", (int)(strlen(a->name) - strlen("_ns")), a->name);
		put_time(out, value);
		break;
	case FORMAT_FLAG:
		if (value)
			fprintf(out, ", %s", a->name);
		break;
	case FORMAT_WRITE:
		fputs(value ? ", write" : ", read", out);
		break;
	case FORMAT_ACCESS:
		fprintf(out, ", %s", access_name(value, room));
		break;
	case FORMAT_MESSAGE:
		fprintf(out, ", %s", message_name(value, room));
		break;
	case FORMAT_STATUS:
		fprintf(out, ", status=%s", status_name(value, room));
		break;
	case FORMAT_RET:
		fprintf(out, ", %s=%d", a->name, (int)value);
		break;
	default:
		break;
	}
}

/**
 * event_text() - write an event as a line of text
 * @out: where to
 * @r: the event
 * @start_ns: what its time is written from
 */
void event_text(FILE *out, const struct mshv_trace_record *r, __u64 start_ns)
{
	const struct argument *a = kinds[r->kind].argument;
	__u64 since = r->time_ns > start_ns ? r->time_ns - start_ns : 0, ns;
	char name[EVENT_NAME], room[NAME_SIZE];
	unsigned int i;

	event_name(r, name);
	fprintf(out, "%5llu.%06llu %6u %s(pt=", since / 1000000000, since / 1000 % 1000000,
		r->tgid, name);
	if (r->partition_id == PARTITION_SELF)
		fputs("SELF", out);
	else
		fprintf(out, "%llu", r->partition_id);
	if (r->vp_index != MSHV_NO_VP)
		fprintf(out, ", vp=%u", r->vp_index);
	for (i = 0; a[i].format != FORMAT_END; i++)
		if (!(r->absent & 1U << i))
			put_argument(out, &a[i], r->arg[i]);
	if (r->kind == MSHV_TRACE_HVCALL && r->arg[HVCALL_REPS])
		fprintf(out, ", reps=%llu/%llu", r->arg[HVCALL_REPS_DONE], r->arg[HVCALL_REPS]);
	putc(')', out);
	if (r->kind == MSHV_TRACE_HVCALL)
		fprintf(out, " = %s", status_name(r->arg[HVCALL_STATUS], room));
	if (event_duration(r, &ns)) {
		fputs(" <", out);
		put_time(out, ns);
		putc('>', out);
	}
	putc('\n', out);
}

/**
 * event_text_more() - write further lines about a slow event (arguments, stack), as strace -k does
 * @out: where to
 * @slow: the event that was written
 */
void event_text_more(FILE *out, const struct rec_slow *slow)
{
	char text[ARGUMENTS];
	unsigned int i;

	/* The arguments of a hypercall are in its line already. */
	slow_arguments(&slow->event, text, sizeof(text));
	if (!slow->event.is_hvcall && text[0])
		fprintf(out, "%20s%s\n", "", text);
	for (i = 0; i < slow->event.nr_stack; i++)
		fprintf(out, "%19s> %s\n", "", slow->place[i]);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static json_t *value_json(const struct mshv_trace_record *r, unsigned int i)
{
	const struct argument *a = &kinds[r->kind].argument[i];
	__u64 value = r->arg[i];
	char room[NAME_SIZE];

	if (r->absent & 1U << i)
		return json_null();
	switch (a->format) {
	case FORMAT_FLAG:
	case FORMAT_WRITE:
		return json_boolean(value);
	case FORMAT_ACCESS:
		return json_string(access_name(value, room));
	case FORMAT_MESSAGE:
		return json_string(message_name(value, room));
	case FORMAT_STATUS:
		return json_string(status_name(value, room));
	case FORMAT_RET:
		return json_integer((int)value);
	default:
		break;
	}
	if (r->kind == MSHV_TRACE_HVCALL && i == HVCALL_STATUS)
		return json_string(status_name(value, room));
	if (r->kind == MSHV_TRACE_EXIT && i == EXIT_REASON)
		return json_string(exit_name(value, room));
	/* Beyond 2^63 it is a negative number: all bits are there. */
	return json_integer(value);
}

static bool add_more(json_t *o, const struct rec_slow *slow)
{
	json_t *stack = json_array();
	char text[ARGUMENTS];
	bool ok = stack;
	unsigned int i;

	for (i = 0; i < slow->event.nr_stack; i++)
		ok = !json_array_append_new(stack, json_string(slow->place[i])) && ok;
	slow_arguments(&slow->event, text, sizeof(text));
	if (!slow->event.is_hvcall)
		ok = !json_object_set_new(o, "arguments", json_string(text)) && ok;
	return !json_object_set_new(o, "stack", stack) && ok;
}

/**
 * event_json() - write an event as a line of JSON
 * @out: where to
 * @r: the event
 * @slow: what else is known of it, if it is from a recording of mshvtop; else NULL
 *
 * Return: false without memory.
 */
bool event_json(FILE *out, const struct mshv_trace_record *r, const struct rec_slow *slow)
{
	const struct argument *a = kinds[r->kind].argument;
	json_t *o = json_object();
	char room[NAME_SIZE];
	unsigned int i;
	bool ok;

	ok = !json_object_set_new(o, "type", json_string(kinds[r->kind].json)) &&
	     !json_object_set_new(o, "time_ns", json_integer(r->time_ns)) &&
	     !json_object_set_new(o, "partition", json_integer(r->partition_id)) &&
	     !json_object_set_new(o, "vp", r->vp_index == MSHV_NO_VP ? json_null() :
				  json_integer(r->vp_index)) &&
	     !json_object_set_new(o, "pid", json_integer(r->tgid));
	if (ok && r->kind == MSHV_TRACE_HVCALL)
		ok = !json_object_set_new(o, "hypercall", json_string(
						  hvcall_name(r->arg[HVCALL_CODE], room)));
	for (i = 0; ok && a[i].format != FORMAT_END; i++)
		ok = !a[i].name[0] || !json_object_set_new(o, a[i].name, value_json(r, i));
	ok = ok && (!slow || add_more(o, slow));
	if (ok && !json_dumpf(o, out, JSON_COMPACT))
		putc('\n', out);
	json_decref(o);
	return ok;
}
