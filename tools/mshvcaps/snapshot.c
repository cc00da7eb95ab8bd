// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots: {"type": "mshv-capabilities", "host", "kernel", "capabilities": [...], "partitions":
 * [...]}. Members that are not known are left alone, and names that are not known are compared like
 * any other.
 */
#include <string.h>
#include <sys/utsname.h>
#include "capnames.h"
#include "err.h"
#include "mshvcaps.h"
#include "owners.h"
#include "version.h"

#define TYPE	"mshv-capabilities"

static void put(json_t *object, const char *key, json_t *value, bool *ok)
{
	if (json_object_set_new(object, key, value))
		*ok = false;
}

static void append(json_t *array, json_t *value, bool *ok)
{
	if (json_array_append_new(array, value))
		*ok = false;
}

/* Not every program that reads JSON has integers of 64 bits. */
static json_t *hex(__u64 value)
{
	char text[24];

	snprintf(text, sizeof(text), "%#llx", value);
	return json_string(text);
}

static json_t *capability(const struct mshv_cap_info *info, bool *ok)
{
	json_t *o = json_object();
	char room[NAME_SIZE];

	put(o, "id", json_integer(info->id), ok);
	put(o, "name", json_string(cap_name(info->id, room)), ok);
	put(o, "state", json_string(cap_state_name(info->state)), ok);
	put(o, "reason", json_string(cap_reason_name(info->reason)), ok);
	put(o, "kind", json_string(cap_kind_name(info->kind)), ok);
	put(o, "source", json_string(cap_source_name(info->source)), ok);
	put(o, "base", json_boolean(info->marks & 1 << MSHV_CAP_MARK_BIT_BASE), ok);
	put(o, "optin", json_boolean(info->marks & 1 << MSHV_CAP_MARK_BIT_OPTIN), ok);
	put(o, "value", hex(info->value), ok);
	put(o, "flags", hex(info->flags), ok);
	put(o, "min_size", json_integer(info->min_size), ok);
	put(o, "max_size", json_integer(info->max_size), ok);
	return o;
}

static json_t *names(const struct hostcaps *caps, const struct cap_set *set, bool *ok)
{
	json_t *array = json_array();
	char room[NAME_SIZE];
	unsigned int i;

	for (i = 0; i < caps->nr; i++)
		if (cap_set_has(set, caps->infos[i].id))
			append(array, json_string(cap_name(caps->infos[i].id, room)), ok);
	return array;
}

static json_t *partition(const struct hostcaps *caps, const struct owner *owner, bool *ok)
{
	json_t *o = json_object();

	put(o, "id", json_integer(owner->partition_id), ok);
	put(o, "pid", json_integer(owner->tgid), ok);
	put(o, "comm", json_string(owner->comm), ok);
	put(o, "granted", names(caps, &owner->granted, ok), ok);
	put(o, "enabled", names(caps, &owner->enabled, ok), ok);
	put(o, "used", names(caps, &owner->used, ok), ok);
	return o;
}

static json_t *partitions(const struct hostcaps *caps, bool *ok)
{
	struct owners *owners = owners_new("/proc");
	const struct owner *list;
	json_t *array = json_array();
	unsigned int i, nr;

	if (!owners || !owners_scan_all(owners)) {
		err_errno("/proc: cannot be read");
		*ok = false;
	} else {
		list = owners_list(owners, &nr);
		for (i = 0; i < nr; i++)
			append(array, partition(caps, &list[i], ok), ok);
	}
	owners_free(owners);
	return array;
}

/**
 * snapshot_take() - what this host can do, and what its partitions have to do with it
 * @caps: what the driver tells
 *
 * Return: the snapshot, or NULL, which has been reported.
 */
json_t *snapshot_take(const struct hostcaps *caps)
{
	json_t *o = json_object(), *list = json_array();
	struct utsname name;
	bool ok = true;
	unsigned int i;

	uname(&name);
	put(o, "type", json_string(TYPE), &ok);
	put(o, "tool", json_string("mshvcaps " MSHV_TOOLS_VERSION), &ok);
	put(o, "host", json_string(name.nodename), &ok);
	put(o, "kernel", json_string(name.release), &ok);
	for (i = 0; i < caps->nr; i++)
		append(list, capability(&caps->infos[i], &ok), &ok);
	put(o, "capabilities", list, &ok);
	put(o, "partitions", partitions(caps, &ok), &ok);
	if (ok)
		return o;
	err("snapshot: cannot be made");
	json_decref(o);
	return NULL;
}

static bool is_snapshot(json_t *o)
{
	const char *type = json_string_value(json_object_get(o, "type"));

	return type && !strcmp(type, TYPE) && json_is_array(json_object_get(o, "capabilities"));
}

/**
 * snapshot_load() - read a snapshot
 * @path: file
 *
 * Return: the snapshot, or NULL, which has been reported.
 */
json_t *snapshot_load(const char *path)
{
	json_error_t error;
	json_t *o = json_load_file(path, 0, &error);

	if (!o) {
		err("%s: line %d: %s", path, error.line, error.text);
		return NULL;
	}
	if (is_snapshot(o))
		return o;
	err("%s: no snapshot of capabilities; make one by mshvcaps list --json", path);
	json_decref(o);
	return NULL;
}

/**
 * snapshot_find() - a capability of a snapshot
 * @snapshot: the snapshot
 * @name: its name
 *
 * Return: the capability, which is the snapshot's, or NULL.
 */
json_t *snapshot_find(json_t *snapshot, const char *name)
{
	json_t *cap;
	size_t i;

	json_array_foreach(json_object_get(snapshot, "capabilities"), i, cap) {
		const char *its = json_string_value(json_object_get(cap, "name"));

		if (its && !strcmp(its, name))
			return cap;
	}
	return NULL;
}

/**
 * snapshot_usable() - whether a capability can be used on the snapshot's host
 * @snapshot: the snapshot
 * @name: its name
 */
bool snapshot_usable(json_t *snapshot, const char *name)
{
	json_t *cap = snapshot_find(snapshot, name);
	const char *state = cap ? json_string_value(json_object_get(cap, "state")) : NULL;

	return state && !strcmp(state, "USABLE");
}
