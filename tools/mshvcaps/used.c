// SPDX-License-Identifier: GPL-2.0
/*
 * What a VM uses: since its partition was made, as the driver remembers it, and how often while it
 * is watched, as the trace shows it.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include "caps/capnames.h"
#include "privileges.h"
#include "caps/capwatch.h"
#include "err.h"
#include "mshvcaps.h"
#include "num.h"
#include "owners.h"

/**
 * struct used - what is shown of a partition
 * @owner: the partition
 * @rows: what was counted, of all partitions
 * @nr: how many
 * @seconds: how long; 0: nothing was counted
 */
struct used {
	const struct owner *owner;
	const struct capwatch_row *rows;
	unsigned int nr;
	double seconds;
};

static void add(struct mshv_capstat *to, const struct mshv_capstat *from)
{
	to->uses += from->uses;
	to->failures += from->failures;
	to->rejects += from->rejects;
	to->queries += from->queries;
	to->enables += from->enables;
	if (from->last_ns > to->last_ns)
		to->last_ns = from->last_ns;
}

/* What its process does on the device is the partition's too. */
static struct mshv_capstat count(const struct used *u, __u32 id)
{
	struct mshv_capstat sum = { 0 };
	unsigned int i;

	for (i = 0; i < u->nr; i++) {
		const struct mshv_capstat_key *key = &u->rows[i].key;

		if (key->cap == id && (key->partition_id == u->owner->partition_id ||
				       (key->partition_id == CAPWATCH_DEVICE &&
					key->tgid == u->owner->tgid)))
			add(&sum, &u->rows[i].count);
	}
	return sum;
}

static bool is_used(const struct used *u, __u32 id, struct mshv_capstat *c)
{
	*c = count(u, id);
	return cap_set_has(&u->owner->used, id) || c->uses || c->failures || c->rejects;
}

static void print_text(const struct used *u)
{
	struct mshv_capstat c;
	char room[NAME_SIZE];
	unsigned int at = 0;
	__u32 id;

	printf("partition %llu (%s, pid %u)\n", u->owner->partition_id, u->owner->comm,
	       u->owner->tgid);
	printf("%-26s %-7s %-7s", "NAME", "GRANTED", "USED");
	printf(u->seconds > 0 ? " %10s %10s %10s\n" : "\n", "USES/s", "FAILED", "REFUSED");
	while ((at = cap_listed(at, &id))) {
		if (!is_used(u, id, &c) && !cap_set_has(&u->owner->granted, id))
			continue;
		printf("%-26s %-7s %-7s", cap_name(id, room),
		       cap_set_has(&u->owner->granted, id) ? "yes" : "-",
		       cap_set_has(&u->owner->used, id) ? "yes" : "-");
		if (u->seconds > 0)
			printf(" %10.1f %10llu %10llu", c.uses / u->seconds, c.failures, c.rejects);
		putchar('\n');
	}
}

static json_t *to_json(const struct used *u)
{
	json_t *list = json_array(), *o;
	struct mshv_capstat c;
	char room[NAME_SIZE];
	unsigned int at = 0;
	__u32 id;

	while ((at = cap_listed(at, &id))) {
		if (!is_used(u, id, &c) && !cap_set_has(&u->owner->granted, id))
			continue;
		o = json_pack("{s:s, s:b, s:b}", "name", cap_name(id, room),
			      "granted", cap_set_has(&u->owner->granted, id),
			      "used", cap_set_has(&u->owner->used, id));
		if (o && u->seconds > 0)
			json_object_update_new(o, json_pack("{s:I, s:I, s:I}",
							    "uses", (json_int_t)c.uses,
							    "failures", (json_int_t)c.failures,
							    "rejects", (json_int_t)c.rejects));
		json_array_append_new(list, o);
	}
	return json_pack("{s:I, s:i, s:s, s:f, s:o}", "partition",
			 (json_int_t)u->owner->partition_id, "pid", (int)u->owner->tgid, "comm",
			 u->owner->comm, "seconds", u->seconds, "capabilities", list);
}

static bool print_json(const struct used *u)
{
	json_t *o = to_json(u);
	bool ok = o && !json_dumpf(o, stdout, JSON_COMPACT);

	putchar('\n');
	json_decref(o);
	if (!ok)
		err("out of memory");
	return ok;
}

/* Until the time is over or somebody interrupts; returns how long it was. */
static double wait_for(double seconds)
{
	struct timespec begin, end, limit = { .tv_sec = seconds };
	sigset_t set;

	limit.tv_nsec = (seconds - limit.tv_sec) * 1e9;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	sigtimedwait(&set, NULL, &limit);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9;
}

/* Shows all partitions that are meant. */
static int show(const struct owners *owners, struct used *u, __u32 number, bool is_partition,
		bool json)
{
	const struct owner *list;
	unsigned int i, nr, found = 0;
	int status = EXIT_OK;

	list = owners_list(owners, &nr);
	for (i = 0; i < nr; i++) {
		if (number != (is_partition ? list[i].partition_id : list[i].tgid))
			continue;
		found++;
		u->owner = &list[i];
		if (!list[i].caps_known)
			err("partition %llu: this driver does not tell what it uses",
			    list[i].partition_id);
		if (!json)
			print_text(u);
		else if (!print_json(u))
			status = EXIT_RUNTIME;
	}
	if (found)
		return status;
	err("%s %u: has no partition; see mshvtop", is_partition ? "partition" : "process", number);
	return EXIT_RUNTIME;
}

static bool watch(struct used *u, struct capwatch *w, double seconds)
{
	if (!capwatch_start(w) || !caps_drop())
		return false;
	u->seconds = wait_for(seconds);
	u->rows = capwatch_read(w, &u->nr);
	if (capwatch_lost(w))
		err("%llu events were not counted: too many capabilities in use",
		    capwatch_lost(w));
	return true;
}

/**
 * used_run() - show what a VM uses
 * @number: of its partition or its process
 * @is_partition: of its partition
 * @seconds: how long to count; 0: not at all
 * @json: for machines
 *
 * Return: exit status.
 */
int used_run(__u32 number, bool is_partition, double seconds, bool json)
{
	struct owners *owners = owners_new("/proc");
	struct capwatch *w = NULL;
	struct used u = { 0 };
	int status = EXIT_RUNTIME;

	if (!owners) {
		err_errno("/proc: cannot be read");
		return EXIT_RUNTIME;
	}
	if (seconds > 0) {
		w = capwatch_load();
		if (!w || !watch(&u, w, seconds))
			goto out;
	}
	if (owners_scan_all(owners))
		status = show(owners, &u, number, is_partition, json);
	else
		err_errno("/proc: cannot be read");
out:
	capwatch_close(w);
	owners_free(owners);
	return status;
}
