// SPDX-License-Identifier: GPL-2.0
/*
 * Two hosts: what differs, and whether a VM may move from one to the other. It may if all that its
 * partition was granted or has used at the source can be used at the target; what the source could
 * have done besides does not matter. That is not the same in both directions, and no version number
 * could say it. What a snapshot does not tell is no yes: the answer is "unknown" then.
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

enum answer {
	ANSWER_YES,
	ANSWER_UNKNOWN,
	ANSWER_NO,
};

static enum answer worse(enum answer a, enum answer b)
{
	return a > b ? a : b;
}

static const char *answer_name(enum answer answer)
{
	return answer == ANSWER_YES ? "yes" : answer == ANSWER_NO ? "no" : "unknown";
}

static int answer_status(enum answer answer)
{
	return answer == ANSWER_YES ? EXIT_OK : answer == ANSWER_NO ? EXIT_NO : EXIT_UNKNOWN;
}

/* What is behind damage may be anything. */
static enum answer of_damage(FILE *out, json_t *a, json_t *b)
{
	enum answer answer = ANSWER_YES;

	if (json_object_get(a, SNAPSHOT_DAMAGED)) {
		fprintf(out, "the first recording is damaged: it may have more\n");
		answer = ANSWER_UNKNOWN;
	}
	if (json_object_get(b, SNAPSHOT_DAMAGED)) {
		fprintf(out, "the second recording is damaged: it may have more\n");
		answer = ANSWER_UNKNOWN;
	}
	return answer;
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
	enum answer answer = of_damage(out, a, b);
	bool differs = print_differences(out, a, b, '-');

	if (print_differences(out, b, a, '+') || differs)
		answer = ANSWER_NO;
	return answer_status(answer);
}

static bool is_mask(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(masks) / sizeof(masks[0]); i++)
		if (!strcmp(masks[i], name))
			return true;
	return false;
}

/* Why a capability of the source's stands in the way, or may do so */
static enum answer obstacle(json_t *a, json_t *b, const char *name, const char **why)
{
	json_t *source = snapshot_find(a, name), *target = snapshot_find(b, name);
	unsigned long long from = value_of(a, name, "value"), to = value_of(b, name, "value");

	*why = "the snapshot does not say whether the target has it";
	if (target && !json_is_string(json_object_get(target, "state")))
		return ANSWER_UNKNOWN;
	*why = "not usable at the target";
	if (!snapshot_usable(b, name))
		return ANSWER_NO;
	*why = "its value is not in both snapshots";
	if (!source || !json_object_get(source, "value") != !json_object_get(target, "value"))
		return ANSWER_UNKNOWN;
	*why = "the target's value is less";
	if (is_mask(name) ? from & ~to : from > to)
		return ANSWER_NO;
	return ANSWER_YES;
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

static enum answer print_obstacles(FILE *out, json_t *a, json_t *b, json_t *partition,
				   const char *set, const char *but)
{
	json_t *names = json_object_get(partition, set), *name;
	json_t *other = but ? json_object_get(partition, but) : NULL;
	enum answer all = ANSWER_YES, answer;
	const char *why;
	size_t i;

	if (!json_is_array(names)) {
		fprintf(out, "  %s: the snapshot does not have it\n", set);
		return ANSWER_UNKNOWN;
	}
	json_array_foreach(names, i, name) {
		const char *text = json_string_value(name);

		if (!text) {
			fprintf(out, "  %s: has something that is no name\n", set);
			all = worse(all, ANSWER_UNKNOWN);
			continue;
		}
		if (other && contains(other, text))
			continue;
		answer = obstacle(a, b, text, &why);
		if (answer != ANSWER_YES)
			fprintf(out, "  %s: %s, %s\n", text, set, why);
		all = worse(all, answer);
	}
	return all;
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
	enum answer base = of_damage(out, a, b), all;
	bool found = false;
	json_t *p;
	size_t i;

	if (print_base(out, a, b))
		base = ANSWER_NO;
	all = base;
	if (!json_is_array(json_object_get(a, "partitions")))
		all = worse(all, ANSWER_UNKNOWN);
	json_array_foreach(json_object_get(a, "partitions"), i, p) {
		json_int_t id = json_integer_value(json_object_get(p, "id"));
		const char *comm = json_string_value(json_object_get(p, "comm"));
		enum answer own;

		if (partition && id != partition)
			continue;
		found = true;
		own = print_obstacles(out, a, b, p, "granted", NULL);
		own = worse(own, print_obstacles(out, a, b, p, "used", "granted"));
		own = worse(own, base);
		fprintf(out, "partition %lld (%s): %s\n", (long long)id, comm ?: "?",
			answer_name(own));
		all = worse(all, own);
	}
	if (!found && partition) {
		err("partition %lld: not in the source's snapshot", partition);
		return EXIT_RUNTIME;
	}
	if (!found)
		fprintf(out, "no partitions: %s\n", answer_name(all));
	return answer_status(all);
}
