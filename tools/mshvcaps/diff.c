// SPDX-License-Identifier: GPL-2.0
/*
 * Two hosts: what differs, and whether a VM may move from one to the other. It may if all that its
 * partition was granted or has used at the source can be used at the target; what the source could
 * have done besides does not matter. That is not the same in both directions, and no version number
 * could say it.
 */
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "mshvcaps.h"

/* Capabilities whose value is a mask, all of which the target has to have */
static const char * const masks[] = {
	"HV_XSAVE_STATES", "HV_PROCESSOR_FEATURES", "HW_XSAVE",
};

static unsigned long long value_of(json_t *snapshot, const char *name, const char *member)
{
	json_t *value = json_object_get(snapshot_find(snapshot, name), member);

	return json_is_integer(value) ? (unsigned long long)json_integer_value(value) :
					strtoull(json_string_value(value) ?: "0", NULL, 0);
}

static bool same(json_t *a, json_t *b, const char *name)
{
	return value_of(a, name, "value") == value_of(b, name, "value") &&
	       value_of(a, name, "flags") == value_of(b, name, "flags") &&
	       value_of(a, name, "max_size") == value_of(b, name, "max_size");
}

/* Lines for what A has got and B has not, or has otherwise. */
static bool print_differences(FILE *out, json_t *a, json_t *b, char sign)
{
	bool differs = false;
	json_t *cap;
	size_t i;

	json_array_foreach(json_object_get(a, "capabilities"), i, cap) {
		const char *name = json_string_value(json_object_get(cap, "name"));

		if (!name || !snapshot_usable(a, name))
			continue;
		if (!snapshot_usable(b, name)) {
			fprintf(out, "%c %s\n", sign, name);
			differs = true;
		} else if (sign == '-' && !same(a, b, name)) {
			fprintf(out, "~ %s: value %#llx, flags %#llx -> value %#llx, flags %#llx\n",
				name, value_of(a, name, "value"), value_of(a, name, "flags"),
				value_of(b, name, "value"), value_of(b, name, "flags"));
			differs = true;
		}
	}
	return differs;
}

/**
 * diff_snapshots() - print what differs between two hosts
 * @out: where to
 * @a: one; what only it can do is marked by -
 * @b: the other; what only it can do is marked by +
 *
 * Return: exit status.
 */
int diff_snapshots(FILE *out, json_t *a, json_t *b)
{
	bool differs = print_differences(out, a, b, '-');

	return print_differences(out, b, a, '+') || differs ? EXIT_NO : EXIT_OK;
}

static bool is_mask(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(masks) / sizeof(masks[0]); i++)
		if (!strcmp(masks[i], name))
			return true;
	return false;
}

/* Why a capability of the source's stands in the way, or NULL */
static const char *obstacle(json_t *a, json_t *b, const char *name)
{
	unsigned long long from = value_of(a, name, "value"), to = value_of(b, name, "value");

	if (!snapshot_usable(b, name))
		return "not usable at the target";
	if (is_mask(name) ? from & ~to : from > to)
		return "the target's value is less";
	return NULL;
}

static bool contains(json_t *array, const char *name)
{
	json_t *entry;
	size_t i;

	json_array_foreach(array, i, entry)
		if (!strcmp(json_string_value(entry) ?: "", name))
			return true;
	return false;
}

static bool print_obstacles(FILE *out, json_t *a, json_t *b, json_t *partition, const char *set,
			    const char *but)
{
	json_t *name, *other = but ? json_object_get(partition, but) : NULL;
	bool blocked = false;
	const char *why;
	size_t i;

	json_array_foreach(json_object_get(partition, set), i, name) {
		const char *text = json_string_value(name);

		if (!text || (other && contains(other, text)))
			continue;
		why = obstacle(a, b, text);
		if (!why)
			continue;
		fprintf(out, "  %s: %s, %s\n", text, set, why);
		blocked = true;
	}
	return blocked;
}

/* What everybody is granted */
static bool print_base(FILE *out, json_t *a, json_t *b)
{
	bool blocked = false;
	json_t *cap;
	size_t i;

	json_array_foreach(json_object_get(a, "capabilities"), i, cap) {
		const char *name = json_string_value(json_object_get(cap, "name"));

		if (!name || !json_is_true(json_object_get(cap, "base")) ||
		    snapshot_usable(b, name))
			continue;
		fprintf(out, "  %s: base, not usable at the target\n", name);
		blocked = true;
	}
	return blocked;
}

/**
 * diff_migrate() - whether VMs may move from one host to another; prints what is in the way
 * @out: where to
 * @a: where they are
 * @b: where they are to be
 * @partition: which; 0: all
 *
 * Return: exit status.
 */
int diff_migrate(FILE *out, json_t *a, json_t *b, long long partition)
{
	bool blocked = print_base(out, a, b), found = false;
	json_t *p;
	size_t i;

	json_array_foreach(json_object_get(a, "partitions"), i, p) {
		json_int_t id = json_integer_value(json_object_get(p, "id"));
		const char *comm = json_string_value(json_object_get(p, "comm"));
		bool in_the_way;

		if (partition && id != partition)
			continue;
		found = true;
		in_the_way = print_obstacles(out, a, b, p, "granted", NULL);
		in_the_way |= print_obstacles(out, a, b, p, "used", "granted");
		fprintf(out, "partition %lld (%s): %s\n", (long long)id, comm ?: "?",
			in_the_way || blocked ? "no" : "yes");
		blocked |= in_the_way;
	}
	if (!found && partition) {
		err("partition %lld: not in the source's snapshot", partition);
		return EXIT_RUNTIME;
	}
	if (!found)
		fprintf(out, "no partitions: %s\n", blocked ? "no" : "yes");
	return blocked ? EXIT_NO : EXIT_OK;
}
