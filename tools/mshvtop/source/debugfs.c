// SPDX-License-Identifier: GPL-2.0
/* Reads debugfs' mshv/; a file or a counter that is not there is left out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "source/debugfs.h"

struct counter_name {
	__u32 kind;
	__u32 number;
	const char *name;
};

static const struct counter_name names[] = {
#define MSHV_COUNTER_HYPERVISOR(index, name) { TALLY_HYPERVISOR, index, #name },
#define MSHV_COUNTER_PARTITION(index, name) { TALLY_PARTITION, index, #name },
#define MSHV_COUNTER_VP(index, name) { TALLY_VP, index, #name },
#include <mshv/counters.def>
#undef MSHV_COUNTER_HYPERVISOR
#undef MSHV_COUNTER_PARTITION
#undef MSHV_COUNTER_VP
};

#define NR_NAMES	(sizeof(names) / sizeof(names[0]))

/**
 * statistics_name() - the name of a counter
 * @kind: TALLY_HYPERVISOR, TALLY_PARTITION or TALLY_VP
 * @number: its place
 *
 * Return: the name, "" if it has none.
 */
const char *statistics_name(__u32 kind, __u64 number)
{
	unsigned int i;

	for (i = 0; i < NR_NAMES; i++)
		if (names[i].kind == kind && names[i].number == number)
			return names[i].name;
	return "";
}

/* The files have the counters in the list's order, so the next one is tried first. */
static const struct counter_name *find_name(__u32 kind, const char *name, unsigned int *next)
{
	unsigned int i, at;

	for (i = 0; i < NR_NAMES; i++) {
		at = (*next + i) % NR_NAMES;
		if (names[at].kind != kind || strcmp(names[at].name, name))
			continue;
		*next = at + 1;
		return &names[at];
	}
	return NULL;
}

/**
 * statistics_number() - the place of a counter
 * @kind: TALLY_HYPERVISOR, TALLY_PARTITION or TALLY_VP
 * @name: its name
 * @number: the result
 *
 * Return: false if there is no such counter.
 */
bool statistics_number(__u32 kind, const char *name, __u64 *number)
{
	unsigned int next = 0;
	const struct counter_name *found = find_name(kind, name, &next);

	if (found)
		*number = found->number;
	return found;
}

static struct tally_entry *add(struct statistics *s)
{
	struct tally_entry *grown;

	if (s->nr == s->room) {
		grown = reallocarray(s->entry, s->room ? s->room * 2 : 1024, sizeof(*grown));
		if (!grown)
			return NULL;
		s->entry = grown;
		s->room = s->room ? s->room * 2 : 1024;
	}
	memset(&s->entry[s->nr], 0, sizeof(s->entry[0]));
	return &s->entry[s->nr++];
}

static bool read_file(struct statistics *s, const char *path, __u32 kind, __u64 partition_id,
		      __u32 vp)
{
	const struct counter_name *found;
	struct tally_entry *entry;
	unsigned long long value;
	unsigned int next = 0;
	FILE *file = fopen(path, "re");
	char line[128], name[64];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63[^: ] : %llu", name, &value) != 2)
			continue;
		found = find_name(kind, name, &next);
		if (!found)
			continue;
		entry = add(s);
		if (!entry) {
			fclose(file);
			return false;
		}
		entry->key.partition_id = partition_id;
		entry->key.kind = kind;
		entry->key.number = found->number;
		entry->key.access = vp;
		entry->value.count = value;
	}
	if (file)
		fclose(file);
	return true;
}

static int compare(const void *a, const void *b)
{
	return tally_compare(&((const struct tally_entry *)a)->key,
			     &((const struct tally_entry *)b)->key);
}

/**
 * statistics_read() - read all counters
 * @s: gets them, in place of what was in it
 * @dir: the directory, /sys/kernel/debug/mshv but in tests
 * @owners: the partitions that exist
 * @nr_owners: how many
 *
 * Return: false without memory.
 */
bool statistics_read(struct statistics *s, const char *dir, const struct owner *owners,
		     unsigned int nr_owners)
{
	unsigned int i, j, vps = 0;
	char path[160];

	s->nr = 0;
	snprintf(path, sizeof(path), "%s/stats", dir);
	if (!read_file(s, path, TALLY_HYPERVISOR, 0, 0))
		return false;
	for (i = 0; i < nr_owners; i++) {
		const struct owner *o = &owners[i];

		snprintf(path, sizeof(path), "%s/partition/%llu/stats", dir, o->partition_id);
		if (!read_file(s, path, TALLY_PARTITION, o->partition_id, 0))
			return false;
		for (j = 0; j < o->nr_vps && vps < STATISTICS_MAX_VPS; j++, vps++) {
			snprintf(path, sizeof(path), "%s/partition/%llu/vp/%u/stats", dir,
				 o->partition_id, o->vps[j]);
			if (!read_file(s, path, TALLY_VP, o->partition_id, o->vps[j]))
				return false;
		}
	}
	if (s->nr)
		qsort(s->entry, s->nr, sizeof(s->entry[0]), compare);
	return true;
}

/**
 * statistics_free() - free the values
 * @s: usable again afterwards
 */
void statistics_free(struct statistics *s)
{
	free(s->entry);
	memset(s, 0, sizeof(*s));
}
