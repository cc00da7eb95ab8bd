// SPDX-License-Identifier: GPL-2.0
/*
 * Loads the programs of bpf/caps.bpf.c and reads their map. Loading and attaching are two steps:
 * loading needs privileges that a tool gives up afterwards and has no running cost; attaching needs
 * none of these privileges, and makes each use of a capability slower.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "kernel/bpf_check.h"
#include "caps/capwatch.h"
#include "caps.skel.h"
#include "err.h"

struct capwatch {
	struct caps_bpf *skel;
	struct capwatch_row *rows;	/* MSHV_CAPSTAT_RECORDS */
};

/**
 * capwatch_load() - get ready to watch
 *
 * Return: the watch, or NULL, which has been reported.
 */
struct capwatch *capwatch_load(void)
{
	static const char * const events[] = {
		"mshv_cap_query", "mshv_cap_enable", "mshv_cap_use", "mshv_cap_reject",
	};
	struct capwatch *w;
	int error;

	if (!bpf_check(events, sizeof(events) / sizeof(events[0])))
		return NULL;
	w = calloc(1, sizeof(*w));
	if (w)
		w->rows = calloc(MSHV_CAPSTAT_RECORDS, sizeof(*w->rows));
	if (!w || !w->rows) {
		err("out of memory");
		goto err_close;
	}
	w->skel = caps_bpf__open();
	error = w->skel ? caps_bpf__load(w->skel) : -errno;
	if (!error)
		return w;
	bpf_say_not_loaded("BPF programs for capabilities", -error);
err_close:
	capwatch_close(w);
	return NULL;
}

/**
 * capwatch_start() - count from now on
 * @w: the watch; nothing happens if it counts already
 *
 * Return: false if that fails, which has been reported.
 */
bool capwatch_start(struct capwatch *w)
{
	int error;

	if (w->skel->links.mshv_caps_use)
		return true;
	error = caps_bpf__attach(w->skel);
	if (!error)
		return true;
	err("BPF programs for capabilities: cannot be attached: %s", strerror(-error));
	return false;
}

/**
 * capwatch_stop() - stop counting; the counts stay
 * @w: the watch
 */
void capwatch_stop(struct capwatch *w)
{
	caps_bpf__detach(w->skel);
}

/**
 * capwatch_read() - the counters now
 * @w: the watch
 * @nr: how many rows
 *
 * Return: rows in no order, valid until the next call.
 */
const struct capwatch_row *capwatch_read(struct capwatch *w, unsigned int *nr)
{
	int map = bpf_map__fd(w->skel->maps.caps);
	struct mshv_capstat_key *before = NULL;

	for (*nr = 0; *nr < MSHV_CAPSTAT_RECORDS; before = &w->rows[(*nr)++].key) {
		struct capwatch_row *row = &w->rows[*nr];

		if (bpf_map_get_next_key(map, before, &row->key) ||
		    bpf_map_lookup_elem(map, &row->key, &row->count))
			break;
	}
	return w->rows;
}

/**
 * capwatch_lost() - events that were not counted because the map was full
 * @w: the watch
 */
__u64 capwatch_lost(const struct capwatch *w)
{
	return w->skel->bss->lost;
}

/**
 * capwatch_programs() - the programs, for what they cost
 * @w: the watch
 */
struct bpf_object *capwatch_programs(const struct capwatch *w)
{
	return w->skel->obj;
}

/**
 * capwatch_close() - stop watching
 * @w: the watch, or NULL
 */
void capwatch_close(struct capwatch *w)
{
	if (!w)
		return;
	caps_bpf__destroy(w->skel);
	free(w->rows);
	free(w);
}
