// SPDX-License-Identifier: GPL-2.0
/* Names of capabilities, generated from their list, and sets of them as the driver prints them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mshv.h>
#include "caps/capnames.h"
#include "num.h"

#define FIRST	MSHV_CAP_CREATE_PARTITION

struct listed {
	__u32 id;
	const char *name;
	const char *doc;
};

static const struct listed all[] = {
#define MSHV_CAP_REMOVED(id, name, why) { id, #name, why },
#include <mshv/caps.def>
#define MSHV_CAP(id, name, kind, class, source, doc) { id, #name, doc },
#include <mshv/caps.def>
};

#define NR_ALL	(sizeof(all) / sizeof(all[0]))

static const struct listed *find(__u32 id)
{
	unsigned int i;

	for (i = 0; i < NR_ALL; i++)
		if (all[i].id == id)
			return &all[i];
	return NULL;
}

/**
 * cap_set_has() - whether a capability is in a set
 * @set: the set
 * @id: MSHV_CAP_*, or any other number
 */
bool cap_set_has(const struct cap_set *set, __u32 id)
{
	__u32 bit = id - FIRST;

	return id >= FIRST && bit < CAP_SET_BITS && set->bits[bit / 64] >> bit % 64 & 1;
}

/**
 * cap_set_add() - put a capability into a set
 * @set: the set
 * @id: MSHV_CAP_*; one that sets have no room for is left out
 */
void cap_set_add(struct cap_set *set, __u32 id)
{
	__u32 bit = id - FIRST;

	if (id >= FIRST && bit < CAP_SET_BITS)
		set->bits[bit / 64] |= 1ULL << bit % 64;
}

/**
 * cap_set_parse() - a set as the driver's fdinfo has it
 * @set: the result
 * @text: groups of eight hexadecimal digits, separated by commas, the lowest last
 *
 * Return: false if it is something else, or too long.
 */
bool cap_set_parse(struct cap_set *set, const char *text)
{
	const char *at = text + strlen(text);
	unsigned int word = 0, digits;
	unsigned long value;
	char *end;

	memset(set, 0, sizeof(*set));
	while (at > text) {
		for (digits = 0; at > text && at[-1] != ','; digits++)
			at--;
		if (!digits || digits > 8 || word >= CAP_SET_BITS / 32)
			return false;
		value = strtoul(at, &end, 16);
		if (end != at + digits)
			return false;
		set->bits[word / 2] |= (__u64)value << 32 * (word % 2);
		word++;
		if (at > text)
			at--;
	}
	return word > 0;
}

/**
 * cap_name() - name of a capability
 * @id: MSHV_CAP_*
 * @room: NAME_SIZE bytes, used for one that has no name
 *
 * Return: the name, or @room.
 */
const char *cap_name(__u32 id, char *room)
{
	const struct listed *cap = find(id);

	if (cap)
		return cap->name;
	snprintf(room, NAME_SIZE, "0x%x", id);
	return room;
}

/**
 * cap_doc() - description of a capability
 * @id: MSHV_CAP_*
 *
 * Return: a few words; empty for one that is not listed.
 */
const char *cap_doc(__u32 id)
{
	const struct listed *cap = find(id);

	return cap ? cap->doc : "";
}

/**
 * cap_number() - id of a name
 * @name: a name from the list, or a number
 * @id: the result
 *
 * Return: false if it is neither.
 */
bool cap_number(const char *name, __u32 *id)
{
	unsigned int i;
	__u64 value;

	for (i = 0; i < NR_ALL; i++) {
		if (!strcmp(name, all[i].name)) {
			*id = all[i].id;
			return true;
		}
	}
	if (!num_parse_u64(name, 0, 0xfffffffe, &value))
		return false;
	*id = value;
	return true;
}

/**
 * cap_listed() - walk through the list
 * @at: 0 at first, then what was returned
 * @id: the capability at this place
 *
 * Return: the next place; 0 after the end, when @id is left alone.
 */
unsigned int cap_listed(unsigned int at, __u32 *id)
{
	if (at >= NR_ALL)
		return 0;
	*id = all[at].id;
	return at + 1;
}

#define NAME_OF(table, value) \
	((value) < sizeof(table) / sizeof((table)[0]) ? (table)[value] : "?")

/**
 * cap_state_name() - name of a state
 * @state: MSHV_CAP_STATE_*
 */
const char *cap_state_name(__u32 state)
{
	static const char * const names[] = {
#define MSHV_CAP_STATE(value, name) [value] = #name,
#include <mshv/caps.def>
	};

	return NAME_OF(names, state);
}

/* Names have no gaps; the number after the last name stands for an unknown name. */
static __u32 number_of(const char *name, const char *(*name_of)(__u32 number))
{
	__u32 number = 0;

	while (strcmp(name_of(number), "?") && strcmp(name_of(number), name))
		number++;
	return number;
}

/**
 * cap_state_number() - state of a name
 * @name: the name
 *
 * Return: MSHV_CAP_STATE_*, or a number that is no state.
 */
__u32 cap_state_number(const char *name)
{
	return number_of(name, cap_state_name);
}

/**
 * cap_reason_name() - name of a reason
 * @reason: MSHV_CAP_REASON_*
 */
const char *cap_reason_name(__u32 reason)
{
	static const char * const names[] = {
#define MSHV_CAP_REASON(value, name, text) [value] = #name,
#include <mshv/caps.def>
	};

	return NAME_OF(names, reason);
}

/**
 * cap_reason_number() - reason of a name
 * @name: the name
 *
 * Return: MSHV_CAP_REASON_*, or a number that is none.
 */
__u32 cap_reason_number(const char *name)
{
	return number_of(name, cap_reason_name);
}

/**
 * cap_reason_text() - why a capability cannot be used, for people
 * @reason: MSHV_CAP_REASON_*
 *
 * Return: the text, empty for none.
 */
const char *cap_reason_text(__u32 reason)
{
	static const char * const texts[] = {
#define MSHV_CAP_REASON(value, name, text) [value] = text,
#include <mshv/caps.def>
	};

	return NAME_OF(texts, reason);
}

/**
 * cap_source_name() - what a capability depends on
 * @source: MSHV_CAP_SOURCE_*
 */
const char *cap_source_name(__u32 source)
{
	static const char * const names[] = {
#define MSHV_CAP_SOURCE(value, name) [value] = #name,
#include <mshv/caps.def>
	};

	return NAME_OF(names, source);
}

/**
 * cap_kind_name() - kind of a capability, in one word
 * @kind: MSHV_CAP_KIND_*
 */
const char *cap_kind_name(__u32 kind)
{
	static const char * const names[] = {
#define MSHV_CAP_KIND(value, name) [value] = #name,
#include <mshv/caps.def>
	};

	return NAME_OF(names, kind);
}
