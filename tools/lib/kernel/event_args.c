// SPDX-License-Identifier: GPL-2.0
/*
 * Looks up the events' arguments in BTF. The kernel has for each event a typedef btf_trace_EVENT,
 * which BPF programs are checked against, and a function __traceiter_EVENT, which calls them. Only
 * the function's arguments have names; both have the same arguments in the same order, and before
 * those one for the kernel itself.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/btf.h>
#include "err.h"
#include "kernel/event_args.h"

#define KERNEL_BTF	"/sys/kernel/btf/vmlinux"
#define PREFIX		"__traceiter_mshv_"
#define EVENT_OFFSET	(sizeof("__traceiter_") - 1)
/* Arguments that the kernel has put before the event's */
#define OWN_ARGUMENTS	1

struct event {
	const char *name;
	const struct btf_type *proto;
};

/**
 * struct event_args - the events that BTF tells of
 * @btf: what is looked into
 * @kernel: the kernel's BTF, or NULL if @btf is the caller's
 * @module: the driver's BTF, or NULL
 * @driver: the driver's name, for messages
 * @nr: entries of @events
 * @events: the events
 */
struct event_args {
	const struct btf *btf;
	struct btf *kernel;
	struct btf *module;
	const char *driver;
	unsigned int nr;
	struct event *events;
};

static const struct btf_type *proto_of(const struct btf *btf, const struct btf_type *type)
{
	const struct btf_type *proto;

	if (!btf_is_func(type))
		return NULL;
	proto = btf__type_by_id(btf, type->type);
	return proto && btf_is_func_proto(proto) ? proto : NULL;
}

static bool add_event(struct event_args *e, const char *name, const struct btf_type *proto)
{
	struct event *events = realloc(e->events, (e->nr + 1) * sizeof(*events));

	if (!events)
		return false;
	e->events = events;
	e->events[e->nr++] = (struct event){ name, proto };
	return true;
}

/* The driver's own types come after the kernel's, so what is found later counts. */
static bool collect(struct event_args *e)
{
	const struct btf_type *type, *proto;
	const char *name;
	unsigned int id;

	for (id = 1; id < btf__type_cnt(e->btf); id++) {
		type = btf__type_by_id(e->btf, id);
		proto = type ? proto_of(e->btf, type) : NULL;
		name = proto ? btf__name_by_offset(e->btf, type->name_off) : NULL;
		if (!name || strncmp(name, PREFIX, strlen(PREFIX)))
			continue;
		if (!add_event(e, name + EVENT_OFFSET, proto))
			return false;
	}
	return true;
}

/**
 * event_args_new() - the events that are described in BTF
 * @btf: the BTF; stays the caller's, and must last as long
 *
 * Return: the handle, or NULL without memory.
 */
struct event_args *event_args_new(const struct btf *btf)
{
	struct event_args *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->btf = btf;
	e->driver = "this driver";
	if (collect(e))
		return e;
	event_args_free(e);
	return NULL;
}

/**
 * event_args_open() - the events of a driver in the running kernel
 * @driver: its name as a module; the kernel's own BTF has the events of a driver that is built in
 *
 * Return: the handle, or NULL, which has been reported.
 */
struct event_args *event_args_open(const char *driver)
{
	struct event_args *e = calloc(1, sizeof(*e));
	char path[128];

	if (!e) {
		err("out of memory");
		return NULL;
	}
	e->driver = driver;
	snprintf(path, sizeof(path), "/sys/kernel/btf/%s", driver);
	e->kernel = btf__parse(KERNEL_BTF, NULL);
	if (!e->kernel) {
		err_errno("%s: cannot be read", KERNEL_BTF);
		goto err_free;
	}
	e->btf = e->kernel;
	if (!access(path, F_OK)) {
		e->module = btf__parse_split(path, e->kernel);
		if (!e->module) {
			err_errno("%s: cannot be read", path);
			goto err_free;
		}
		e->btf = e->module;
	}
	if (collect(e))
		return e;
	err("out of memory");
err_free:
	event_args_free(e);
	return NULL;
}

static const struct event *find_event(const struct event_args *e, const char *name)
{
	unsigned int i;

	for (i = e->nr; i > 0; i--)
		if (!strcmp(e->events[i - 1].name, name))
			return &e->events[i - 1];
	return NULL;
}

/**
 * event_args_has() - whether there is an event
 * @e: the events
 * @event: its name
 *
 * Return: true if so.
 */
bool event_args_has(const struct event_args *e, const char *event)
{
	return find_event(e, event);
}

/**
 * event_args_find() - which of an event's arguments has a name
 * @e: the events
 * @event: the event
 * @argument: its name
 *
 * Return: its index, from 0; -1 if there is no such event or no such argument.
 */
int event_args_find(const struct event_args *e, const char *event, const char *argument)
{
	const struct event *found = find_event(e, event);
	const struct btf_param *param;
	const char *name;
	unsigned int i;

	if (!found)
		return -1;
	param = btf_params(found->proto);
	for (i = OWN_ARGUMENTS; i < btf_vlen(found->proto); i++) {
		name = btf__name_by_offset(e->btf, param[i].name_off);
		if (name && !strcmp(name, argument))
			return i - OWN_ARGUMENTS;
	}
	return -1;
}

/**
 * event_args_need() - which of an event's arguments has a name, if there is no doing without
 * @e: the events
 * @event: the event
 * @argument: its name
 *
 * Return: its index, from 0; -1 if there is none, which has been reported.
 */
int event_args_need(const struct event_args *e, const char *event, const char *argument)
{
	int index = event_args_find(e, event, argument);

	if (index >= 0)
		return index;
	if (!event_args_has(e, event))
		err("%s: %s has no such event, or no BTF that tells of it", event, e->driver);
	else
		err("%s: %s's event of this name has no argument %s", event, e->driver,
		    argument);
	return -1;
}

/**
 * event_args_free() - free it
 * @e: the events, or NULL
 */
void event_args_free(struct event_args *e)
{
	if (!e)
		return;
	btf__free(e->module);
	btf__free(e->kernel);
	free(e->events);
	free(e);
}
