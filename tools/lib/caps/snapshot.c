// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots: {"type": "mshv-capabilities", "host", "kernel", "capabilities": [...], "partitions":
 * [...]}. Unknown members are left alone, and unknown names are compared like any other.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "caps/capnames.h"
#include "err.h"
#include "json_clean.h"
#include "json_put.h"
#include "owners.h"
#include "recording/file.h"
#include "caps/snapshot.h"
#include "version.h"

#define TYPE	"mshv-capabilities"

/* Memory that a byte of JSON may take once it is parsed: a number in an array, with its comma */
#define BYTES_OF_BYTE	48

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
	if (!owner->caps_known)
		return o;
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

	if (is_snapshot(o) && json_clean(o))
		return o;
	json_decref(o);
	return NULL;
}

/**
 * snapshot_fits() - whether a snapshot may be parsed
 * @size: its size as text
 * @most: bytes of memory that it may take
 */
bool snapshot_fits(size_t size, __u64 most)
{
	return size <= most / BYTES_OF_BYTE;
}

static json_int_t number(json_t *partition, const char *key)
{
	return json_integer_value(json_object_get(partition, key));
}

static void name_partition(char *name, size_t size, json_t *partition)
{
	snprintf(name, size, "%lld %lld", (long long)number(partition, "id"),
		 (long long)number(partition, "pid"));
}

/*
 * The host's capabilities are the later snapshot's. Partitions that are not in the later snapshot
 * any more are kept as the earlier one has them.
 */
static bool follow(json_t **earlier, json_t *later)
{
	json_t *partitions = json_object_get(later, "partitions"), *known = json_object(), *p;
	char name[48];
	bool ok = true;
	size_t i;

	if (!json_is_array(partitions)) {
		partitions = json_array();
		put(later, "partitions", partitions, &ok);
	}
	json_array_foreach(partitions, i, p) {
		name_partition(name, sizeof(name), p);
		put(known, name, json_true(), &ok);
	}
	json_array_foreach(json_object_get(*earlier, "partitions"), i, p) {
		name_partition(name, sizeof(name), p);
		if (!json_object_get(known, name) && json_array_append(partitions, p))
			ok = false;
	}
	json_decref(known);
	json_decref(*earlier);
	*earlier = later;
	return ok;
}

static enum rec_result take_block(struct rec_reader *file, json_t **all)
{
	json_t *o = NULL;

	if (snapshot_fits(file->raw.size, rec_may_ask(file)))
		o = snapshot_parse((const char *)file->raw.data, file->raw.size);
	if (!o) {
		file->why = "the capabilities make no sense";
		return REC_DAMAGED;
	}
	if (follow(all, o))
		return REC_OK;
	err("out of memory");
	return REC_FAILED;
}

/* All snapshots of a recording as one; what is before damage is used. */
static json_t *load_recording(const char *path)
{
	enum rec_result result = REC_FAILED;
	struct rec_reader file;
	json_t *all = NULL;
	unsigned long nr = 0;

	if (!rec_open(&file, path))
		goto out_close;
	do {
		result = rec_next(&file);
		if (result == REC_OK && file.head.type == REC_CAPS) {
			result = take_block(&file, &all);
			nr += result == REC_OK;
		}
	} while (result == REC_OK);
	rec_say_end(&file, result, "snapshots", nr);
	if (result == REC_FAILED) {
		json_decref(all);
		all = NULL;
	} else if (!all) {
		err("%s: no capabilities in it; the driver that was recorded did not tell any",
		    path);
	} else if (result != REC_EOF) {
		json_object_set_new(all, SNAPSHOT_DAMAGED, json_true());
	}
out_close:
	rec_reader_close(&file);
	return all;
}

/* Return: whether the file has more, or its end; pipes are waited for while somebody writes. */
static bool read_some(int fd, struct buf *text, ssize_t *got)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	char some[4096];

	*got = read(fd, some, sizeof(some));
	if (*got > 0)
		buf_bytes(text, some, *got);
	if (*got >= 0)
		return !text->failed;
	if (errno != EINTR && errno != EAGAIN)
		return false;
	return poll(&ready, 1, -1) >= 0 || errno == EINTR;
}

static bool read_file(const char *path, struct buf *text)
{
	/* A pipe that nobody writes to is empty; it is not waited for. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t got = -1;
	bool ok = fd >= 0;

	while (ok && got)
		ok = read_some(fd, text, &got);
	if (!ok)
		err_errno("%s: cannot be read", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

/**
 * snapshot_load() - read a snapshot
 * @path: file: a snapshot, or a recording of mshvtop
 *
 * Return: the snapshot, or NULL, which has been reported. Of a recording it has all partitions that
 * there were, each with what it was granted and has used when it was last seen; if the recording is
 * damaged, SNAPSHOT_DAMAGED is set in it.
 */
json_t *snapshot_load(const char *path)
{
	struct buf text = { 0 };
	json_error_t error;
	json_t *o = NULL;

	if (rec_is_one(path))
		return load_recording(path);
	if (!read_file(path, &text))
		goto out_free;
	o = json_loadb((const char *)text.data, text.size, 0, &error);
	if (!o) {
		err("%s: line %d: %s", path, error.line, error.text);
		goto out_free;
	}
	if (is_snapshot(o) && json_clean(o))
		goto out_free;
	err("%s: no snapshot of capabilities; make one by mshvcaps list --json", path);
	json_decref(o);
	o = NULL;
out_free:
	buf_free(&text);
	return o;
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
		owners[at].caps_known = json_is_array(json_object_get(partition, "granted"));
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
