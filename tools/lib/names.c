// SPDX-License-Identifier: GPL-2.0
/*
 * Names from the lists in include/mshv, and back. Each function is generated from its list, so a
 * new name takes one line in the list and nothing else.
 */
#include <stdio.h>
#include <string.h>
#include <linux/types.h>
#include <mshv/exits.h>
#include "names.h"
#include "num.h"

static const char *number(char *room, unsigned int value)
{
	snprintf(room, NAME_SIZE, "0x%x", value);
	return room;
}

/**
 * exit_name() - name of an exit reason
 * @reason: enum mshv_exit_reason, or a number beyond it
 * @room: NAME_SIZE bytes, used for a number beyond it
 *
 * Return: the name, or @room.
 */
const char *exit_name(unsigned int reason, char *room)
{
	static const char * const names[] = {
#define MSHV_EXIT(name, message) [MSHV_EXIT_##name] = #name,
#include <mshv/exits.def>
#undef MSHV_EXIT
	};

	return reason < MSHV_NR_EXITS ? names[reason] : number(room, reason);
}

/**
 * hvcall_name() - name of a hypercall
 * @code: hypercall code
 * @room: NAME_SIZE bytes, used for a code that has no name
 *
 * Return: the name, or @room.
 */
const char *hvcall_name(unsigned int code, char *room)
{
	switch (code) {
#define MSHV_HYPERCALL(value, name) case value: return #name;
#include <mshv/hypercalls.def>
#undef MSHV_HYPERCALL
	}
	return number(room, code);
}

/**
 * message_name() - name of a message type
 * @type: message type
 * @room: NAME_SIZE bytes, used for a type that has no name
 *
 * Return: the name, or @room.
 */
const char *message_name(__u32 type, char *room)
{
	switch (type) {
#define MSHV_MESSAGE(value, name) case value: return #name;
#include <mshv/messages.def>
#undef MSHV_MESSAGE
	}
	return number(room, type);
}

/**
 * status_name() - name of a hypercall's status
 * @status: status, the low 16 bits of the result
 * @room: NAME_SIZE bytes, used for a status that has no name
 *
 * Return: the name, or @room.
 */
const char *status_name(unsigned int status, char *room)
{
	switch (status) {
#define MSHV_STATUS(value, name, err) case value: return #name;
#include <mshv/status.def>
#undef MSHV_STATUS
	}
	return number(room, status);
}

static bool parse_number(const char *text, __u64 high, unsigned int *result)
{
	__u64 value;

	if (!num_parse_u64(text, 0, high, &value))
		return false;
	*result = value;
	return true;
}

/**
 * exit_number() - exit reason of a name
 * @name: a name from the list, or a number
 * @reason: the result
 *
 * Return: false if it is neither.
 */
bool exit_number(const char *name, unsigned int *reason)
{
	char room[NAME_SIZE];

	for (*reason = 0; *reason < MSHV_NR_EXITS; ++*reason)
		if (!strcmp(name, exit_name(*reason, room)))
			return true;
	return parse_number(name, 0xfffffffe, reason);
}

/**
 * hvcall_number() - code of a hypercall's name
 * @name: a name from the list, with or without HVCALL_ before it, or a code
 * @code: the result
 *
 * Return: false if it is neither.
 */
bool hvcall_number(const char *name, unsigned int *code)
{
	static const struct {
		const char *name;
		unsigned int code;
	} names[] = {
#define MSHV_HYPERCALL(value, name) { #name, value },
#include <mshv/hypercalls.def>
#undef MSHV_HYPERCALL
	};
	const char *bare = name;
	size_t i;

	if (!strncmp(name, "HVCALL_", strlen("HVCALL_")))
		bare += strlen("HVCALL_");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(bare, names[i].name)) {
			*code = names[i].code;
			return true;
		}
	}
	return parse_number(name, 0xffff, code);
}
