// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots: {"type": "mshv-capabilities", "host", "kernel", "capabilities": [...], "partitions":
 * [...]}. Unknown members are left alone, and unknown names are compared like any other.
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "caps/capnames.h"
#include "err.h"
#include "json_put.h"
#include "owners.h"
#include "recording/file.h"
#include "caps/snapshot.h"
#include "version.h"

#define TYPE	"mshv-capabilities"

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

/**
 * snapshot_make() - a snapshot of given answers: the host's capabilities, and its partitions'
 * @caps: what the driver tells
 * @owners: the partitions
 * @nr: entries of @owners
 *
 * Return: the snapshot, or NULL, which has been reported.
 */
json_t *snapshot_make(const struct hostcaps *caps, const struct owner *owners, unsigned int nr)
{
	json_t *o = json_object(), *list = json_array(), *partitions = json_array();
	struct utsname name;
	bool ok = true;
	unsigned int i;

	uname(&name);
	put(o, "type", json_string(TYPE), &ok);
	put(o, "tool", json_string("mshvtop " MSHV_TOOLS_VERSION), &ok);
	put(o, "host", json_string(name.nodename), &ok);
	put(o, "kernel", json_string(name.release), &ok);
	for (i = 0; i < caps->nr; i++)
		append(list, capability(&caps->infos[i], &ok), &ok);
	put(o, "capabilities", list, &ok);
	for (i = 0; i < nr; i++)
		append(partitions, partition(caps, &owners[i], &ok), &ok);
	put(o, "partitions", partitions, &ok);
	if (ok)
		return o;
	err("snapshot: cannot be made");
	json_decref(o);
	return NULL;
}

/**
 * snapshot_take() - a snapshot of this host: its capabilities, and its partitions'
 * @caps: what the driver tells
 *
 * Return: the snapshot, or NULL, which has been reported.
 */
json_t *snapshot_take(const struct hostcaps *caps)
{
	struct owners *owners = owners_new("/proc");
	const struct owner *list;
	json_t *o = NULL;
	unsigned int nr;

	if (owners && owners_scan_all(owners)) {
		list = owners_list(owners, &nr);
		o = snapshot_make(caps, list, nr);
	} else {
		err_errno("/proc: cannot be read");
	}
	owners_free(owners);
	return o;
}

static bool is_snapshot(json_t *o)
{
	const char *type = json_string_value(json_object_get(o, "type"));

	return type && !strcmp(type, TYPE) && json_is_array(json_object_get(o, "capabilities"));
}

/**
 * snapshot_parse() - a snapshot that a recording has
 * @text: JSON
 * @size: of @text
 *
 * Return: the snapshot, or NULL if it is none.
 */
json_t *snapshot_parse(const char *text, size_t size)
{
	json_t *o = json_loadb(text, size, 0, NULL);

	if (is_snapshot(o))
		return o;
	json_decref(o);
	return NULL;
}

static json_int_t number(json_t *partition, const char *key)
{
	return json_integer_value(json_object_get(partition, key));
}

static bool same_partition(json_t *a, json_t *b)
{
	return number(a, "id") == number(b, "id") && number(a, "pid") == number(b, "pid");
}

/*
 * The host's capabilities are the later snapshot's. Partitions that are not in the later snapshot
 * any more are kept as the earlier one has them.
 */
static bool follow(json_t **earlier, json_t *later)
{
	json_t *known = json_object_get(later, "partitions"), *was, *is;
	size_t i, j;
	bool ok = true;

	json_array_foreach(json_object_get(*earlier, "partitions"), i, was) {
		bool there = false;

		json_array_foreach(known, j, is)
			there = there || same_partition(was, is);
		if (!there && json_array_append(known, was))
			ok = false;
	}
	json_decref(*earlier);
	*earlier = later;
	return ok;
}

static bool is_recording(const char *path)
{
	FILE *in = fopen(path, "re");
	char magic[sizeof(REC_MAGIC) - 1];
	bool is = in && fread(magic, sizeof(magic), 1, in) == 1 &&
		  !memcmp(magic, REC_MAGIC, sizeof(magic));

	if (in)
		fclose(in);
	return is;
}

static bool take_block(const struct buf *block, json_t **all)
{
	json_t *o = snapshot_parse((const char *)block->data, block->size);

	return !o || follow(all, o);
}

/* All snapshots of a recording as one; what is before damage is used. */
static json_t *load_recording(const char *path)
{
	off_t at = sizeof(struct rec_head);
	enum rec_result result = REC_OK;
	struct buf block = { 0 };
	struct rec_block head;
	json_t *all = NULL;
	int fd = rec_open(path);

	if (fd < 0)
		return NULL;
	while (result == REC_OK) {
		result = rec_read_head(fd, at, &head);
		if (result == REC_OK && head.type == REC_CAPS)
			result = rec_read_data(fd, at, &head, &block);
		if (result == REC_OK && head.type == REC_CAPS && !take_block(&block, &all))
			result = REC_FAILED;
		at += sizeof(head) + head.stored;
	}
	if (result == REC_CUT || result == REC_DAMAGED)
		err("%s: %s; what is before it is used", path,
		    result == REC_CUT ? "cut off" : "damaged");
	if (!all)
		err("%s: no capabilities in it; the driver that was recorded did not tell any",
		    path);
	buf_free(&block);
	close(fd);
	return all;
}

/**
 * snapshot_load() - read a snapshot
 * @path: file: a snapshot, or a recording of mshvtop
 *
 * Return: the snapshot, or NULL, which has been reported. Of a recording it has all partitions that
 * there were, each with what it was granted and has used when it was last seen.
 */
json_t *snapshot_load(const char *path)
{
	json_error_t error;
	json_t *o;

	if (is_recording(path))
		return load_recording(path);
	o = json_load_file(path, 0, &error);
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

static const char *word(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/**
 * snapshot_hostcaps() - capabilities of a snapshot's host, as far as screens show them
 * @snapshot: the snapshot
 * @caps: the result
 */
void snapshot_hostcaps(json_t *snapshot, struct hostcaps *caps)
{
	json_t *cap;
	size_t i;

	memset(caps, 0, sizeof(*caps));
	caps->told = true;
	json_array_foreach(json_object_get(snapshot, "capabilities"), i, cap) {
		struct mshv_cap_info *info = &caps->infos[caps->nr];

		if (caps->nr == HOSTCAPS_ROOM)
			return;
		info->id = number(cap, "id");
		info->state = cap_state_number(word(cap, "state"));
		info->reason = cap_reason_number(word(cap, "reason"));
		if (json_is_true(json_object_get(cap, "base")))
			info->marks |= 1 << MSHV_CAP_MARK_BIT_BASE;
		caps->nr++;
	}
}

static void set_of(json_t *partition, const char *key, struct cap_set *set)
{
	json_t *name;
	__u32 id;
	size_t i;

	memset(set, 0, sizeof(*set));
	json_array_foreach(json_object_get(partition, key), i, name)
		if (json_is_string(name) && cap_number(json_string_value(name), &id))
			cap_set_add(set, id);
}

/**
 * snapshot_sets() - capability sets of partitions
 * @snapshot: the snapshot, whose partitions are ascending by id
 * @owners: the partitions, likewise; those that the snapshot has get their sets
 * @nr: entries of @owners
 */
void snapshot_sets(json_t *snapshot, struct owner *owners, unsigned int nr)
{
	unsigned int at = 0;
	json_t *partition;
	size_t i;

	json_array_foreach(json_object_get(snapshot, "partitions"), i, partition) {
		__u64 id = number(partition, "id");

		while (at < nr && owners[at].partition_id < id)
			at++;
		if (at == nr || owners[at].partition_id != id)
			continue;
		owners[at].caps_known = true;
		set_of(partition, "granted", &owners[at].granted);
		set_of(partition, "enabled", &owners[at].enabled);
		set_of(partition, "used", &owners[at].used);
	}
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
