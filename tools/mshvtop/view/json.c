// SPDX-License-Identifier: GPL-2.0
/*
 * The model as JSON: one object on one line for each interval, and before it one more if something
 * was lost in that interval; docs/json.md has the schema. Times are nanoseconds, all numbers are
 * integers, names are those of the lists in include/mshv. "interval" is the last interval, "total"
 * is since the start. A field's meaning never changes within a schema number; fields may be added.
 */
#include <jansson.h>
#include <time.h>
#include "json_put.h"
#include "names.h"
#include "version.h"
#include "view/view.h"
#include "view/json.h"

#define SCHEMA	1
#define NS_PER_SEC	1000000000ULL

static void put_time_text(json_t *record, __u64 wall_ns, bool *ok)
{
	time_t seconds = wall_ns / NS_PER_SEC;
	char text[64], day[40] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s.%09uZ", day, (unsigned int)(wall_ns % NS_PER_SEC));
	put_text(record, "time", text, ok);
}

/**
 * view_json_head() - begin a record
 * @record: the record
 * @m: the model
 * @type: of the record
 * @ok: cleared without memory
 */
void view_json_head(json_t *record, const struct model *m, const char *type, bool *ok)
{
	put_number(record, "schema", SCHEMA, ok);
	put_text(record, "type", type, ok);
	put_number(record, "time_ns", m->wall_ns, ok);
	/* Programs that have floating point numbers only round that one. */
	put_time_text(record, m->wall_ns, ok);
	put_number(record, "interval_ns", m->interval_ns, ok);
}

/**
 * view_json_write() - write a record as a line, and free it
 * @out: where to
 * @record: the record
 * @ok: it is complete
 *
 * Return: @ok; errors of @out are for the caller to find.
 */
bool view_json_write(FILE *out, json_t *record, bool ok)
{
	if (ok && !json_dumpf(record, out, JSON_COMPACT))
		putc('\n', out);
	json_decref(record);
	return ok;
}

/* A time, or null without samples */
static void put_time(json_t *object, const char *key, bool there, __u64 ns, bool *ok)
{
	put(object, key, there ? json_integer(ns) : json_null(), ok);
}

static void put_latency(json_t *object, const struct hist *hist, __u64 max_ns, bool *ok)
{
	bool there = hist->n;

	put_time(object, "p50_ns", there, there ? hist_percentile(hist, 50, max_ns) : 0, ok);
	put_time(object, "p99_ns", there, there ? hist_percentile(hist, 99, max_ns) : 0, ok);
	put_time(object, "max_ns", there, max_ns, ok);
}

/* --- Exits ----------------------------------------------------------------------------------- */

static json_t *exit_sum(const struct model_exit_sum *sum, const struct hist *hist, __u64 max_ns,
			bool *ok)
{
	json_t *o = json_object();

	put_number(o, "count", sum->count, ok);
	put_number(o, "guest_ns", sum->ns[MODEL_GUEST], ok);
	put_number(o, "kernel_ns", sum->ns[MODEL_KERNEL], ok);
	put_number(o, "vmm_ns", sum->ns[MODEL_VMM], ok);
	put_number(o, "halted_ns", sum->ns[MODEL_HALTED], ok);
	put_latency(o, hist, max_ns, ok);
	return o;
}

static void put_exit(json_t *object, const struct model_exit *e, bool *ok)
{
	const struct model_latency *l = &e->latency;
	struct hist room;

	put(object, "interval", exit_sum(&e->now, model_now(l, &room), l->now_max_ns, ok), ok);
	put(object, "total", exit_sum(&e->total, model_total(l, &room), l->max_ns, ok), ok);
}

/* Nothing of it is known. */
static void put_unknown(json_t *object, const char *key, bool *ok)
{
	json_t *sum = json_object_get(object, key), *value;
	const char *name;
	void *next;

	json_object_foreach_safe(sum, next, name, value)
		put(sum, name, json_null(), ok);
}

/* VPs without a slot are not counted. */
static void put_exits_of(json_t *object, const struct model_exit *e, bool counted, bool *ok)
{
	put_exit(object, e, ok);
	if (counted)
		return;
	put_unknown(object, "interval", ok);
	put_unknown(object, "total", ok);
}

static json_t *reasons(const struct model_scope *scope, bool *ok)
{
	json_t *list = json_array();
	char room[NAME_SIZE];
	unsigned int i;

	for (i = 0; i < MSHV_COUNTS_REASONS; i++) {
		json_t *o;

		if (!scope->reason[i]->total.count)
			continue;
		o = json_object();
		put_text(o, "reason", exit_name(i, room), ok);
		put_exit(o, scope->reason[i], ok);
		append(list, o, ok);
	}
	return list;
}

/* --- Partitions and VPs ---------------------------------------------------------------------- */

static json_t *partition(const struct model *m, const struct model_partition *p, bool *ok)
{
	json_t *o = json_object(), *hvcalls = json_object();

	put_number(o, "partition", p->id, ok);
	put_number(o, "pid", p->tgid, ok);
	put_text(o, "vmm", p->vmm, ok);
	put(o, "gone", p->hidden ? json_null() : json_boolean(p->gone), ok);
	put(o, "vps", p->hidden ? json_null() : json_integer(p->nr_live_vps), ok);
	put_exits_of(o, &p->exits.all, model_partition_counted(m, p), ok);
	put_number(hvcalls, "interval", p->hvcalls.now, ok);
	put_number(hvcalls, "total", p->hvcalls.total, ok);
	put(o, "hypercalls", hvcalls, ok);
	put(o, "exits", reasons(&p->exits, ok), ok);
	return o;
}

static json_t *vp(const struct model *m, const struct model_vp *v, bool *ok)
{
	json_t *o = json_object();

	put_number(o, "partition", v->partition->id, ok);
	put_number(o, "vp", v->index, ok);
	put(o, "gone", v->partition->hidden ? json_null() : json_boolean(v->gone), ok);
	put_exits_of(o, &v->exits.all, model_vp_counted(m, v), ok);
	put(o, "exits", reasons(&v->exits, ok), ok);
	return o;
}

static void put_partitions(json_t *frame, const struct model *m, const struct row_filter *filter,
			   bool *ok)
{
	json_t *partitions = json_array(), *vps = json_array();
	unsigned int i, j;

	for (i = 0; i < m->nr_partitions; i++) {
		const struct model_partition *p = m->partitions[i];

		if (!filter_matches(filter, p))
			continue;
		append(partitions, partition(m, p, ok), ok);
		for (j = 0; j < p->nr_vps; j++)
			append(vps, vp(m, p->vps[j], ok), ok);
	}
	put(frame, "partitions", partitions, ok);
	put(frame, "vps", vps, ok);
}

/* --- Hypercalls ------------------------------------------------------------------------------ */

static json_t *hvcall_sum(const struct model_hvcall_sum *sum, const struct hist *hist, __u64 max_ns,
			  bool *ok)
{
	json_t *o = json_object();

	put_number(o, "count", sum->count, ok);
	put_number(o, "errors", sum->errors, ok);
	put_number(o, "reps", sum->reps, ok);
	put_number(o, "duration_ns", sum->ns, ok);
	put_latency(o, hist, max_ns, ok);
	return o;
}

static void put_hvcall(json_t *object, const struct model_hvcall *h, bool *ok)
{
	const struct model_latency *l = &h->latency;
	struct hist room;

	put(object, "interval", hvcall_sum(&h->now, model_now(l, &room), l->now_max_ns, ok), ok);
	put(object, "total", hvcall_sum(&h->total, model_total(l, &room), l->max_ns, ok), ok);
}

static json_t *hvcalls(const struct model *m, bool *ok)
{
	json_t *list = json_array();
	char room[NAME_SIZE];
	unsigned int i;

	for (i = 0; i < MSHV_COUNTS_HVCALLS; i++) {
		const struct model_hvcall *h = &m->hvcall[i];
		json_t *o;

		if (!h->total.count)
			continue;
		o = json_object();
		if (h->code == MODEL_HVCALL_OTHER) {
			put_text(o, "hypercall", "OTHER", ok);
			put(o, "code", json_null(), ok);
		} else {
			put_text(o, "hypercall", hvcall_name(h->code, room), ok);
			put_number(o, "code", h->code, ok);
		}
		put_hvcall(o, h, ok);
		append(list, o, ok);
	}
	return list;
}

/* --- The frame ------------------------------------------------------------------------------- */

static void put_host(json_t *frame, const struct model *m, bool *ok)
{
	json_t *host = json_object(), *exits = json_object(), *calls = json_object();

	put(host, "partitions", m->partial ? json_null() : json_integer(m->nr_live_partitions), ok);
	put(host, "vps", m->partial ? json_null() : json_integer(m->nr_live_vps), ok);
	put_exit(exits, &m->exits.all, ok);
	put(host, "exits", exits, ok);
	put_hvcall(calls, &m->hvcalls, ok);
	put(host, "hypercalls", calls, ok);
	put(frame, "host", host, ok);
}

static void put_lost(json_t *object, const struct view_before *all, bool *ok)
{
	const struct model_lost *lost = &all->lost;

	put_number(object, "no_vp_slot", lost->no_vp_slot, ok);
	put_number(object, "no_hist", lost->no_hist, ok);
	put_number(object, "bad_reason", lost->bad_reason, ok);
	put_number(object, "overwritten", lost->overwritten, ok);
	put_number(object, "missed", lost->missed, ok);
	put_number(object, "tallies", all->lost_tallies, ok);
	put_number(object, "slow", all->lost_slow, ok);
}

static void put_health(json_t *frame, const struct model *m, bool *ok)
{
	json_t *lost = json_object(), *self = json_object();
	struct view_before so_far;

	view_before_set(&so_far, m);
	put_lost(lost, &so_far, ok);
	put(frame, "lost", lost, ok);
	put_number(self, "cpu_ns", m->self_cpu_ns, ok);
	put_number(self, "bpf_ns", m->self_bpf_ns, ok);
	put(frame, "self", self, ok);
}

/* Replace every value that the source cannot know by null. */
static void blank_times(json_t *value)
{
	static const char * const missing[] = { "guest_ns", "kernel_ns", "halted_ns" };
	const char *key;
	json_t *part;
	size_t i;

	json_object_foreach(value, key, part)
		blank_times(part);
	json_array_foreach(value, i, part)
		blank_times(part);
	for (i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
		if (json_object_get(value, missing[i]))
			json_object_set_new(value, missing[i], json_null());
}

static void blank_missing(json_t *frame, unsigned int lacks)
{
	json_t *partition;
	size_t i;

	if (lacks & MODEL_LACKS_TIMES)
		blank_times(frame);
	if (lacks & MODEL_LACKS_CALLERS)
		json_array_foreach(json_object_get(frame, "partitions"), i, partition)
			json_object_set_new(partition, "hypercalls", json_null());
	if (lacks & MODEL_LACKS_HVCALLS) {
		json_object_set_new(json_object_get(frame, "host"), "hypercalls", json_null());
		json_object_set_new(frame, "hypercalls", json_null());
	}
}

/**
 * view_json() - write the last interval as a line of JSON
 * @out: where to
 * @m: the model
 * @filter: which partitions and VPs; the host's sums are not filtered
 *
 * Return: false without memory; errors of @out are for the caller to find.
 */
bool view_json(FILE *out, const struct model *m, const struct row_filter *filter)
{
	json_t *frame = json_object();
	bool ok = true;

	view_json_head(frame, m, "frame", &ok);
	put_text(frame, "version", MSHV_TOOLS_VERSION, &ok);
	put_text(frame, "source", m->source, &ok);
	put_text(frame, "kernel", m->kernel, &ok);
	put_number(frame, "total_ns", m->total_ns, &ok);
	put_host(frame, m, &ok);
	put_partitions(frame, m, filter, &ok);
	put(frame, "exits", reasons(&m->exits, &ok), &ok);
	put(frame, "hypercalls", hvcalls(m, &ok), &ok);
	put_health(frame, m, &ok);
	blank_missing(frame, m->lacks);
	return view_json_write(out, frame, ok);
}

/*
 * Return: events lost in the interval. A count may fall, when records that were taken for lost are
 * found after all.
 */
static __u64 grown(__u64 now, __u64 before)
{
	return now > before ? now - before : 0;
}

/**
 * view_json_lost() - write what was lost in the last interval as a line of JSON, if anything was
 * @out: where to
 * @m: the model
 * @before: what had been lost up to the interval
 *
 * Return: false without memory.
 */
bool view_json_lost(FILE *out, const struct model *m, const struct view_before *before)
{
	const struct model_lost *now = &m->lost, *was = &before->lost;
	const struct view_before gone = {
		.lost = {
			.no_vp_slot = grown(now->no_vp_slot, was->no_vp_slot),
			.no_hist = grown(now->no_hist, was->no_hist),
			.bad_reason = grown(now->bad_reason, was->bad_reason),
			.overwritten = grown(now->overwritten, was->overwritten),
			.missed = grown(now->missed, was->missed),
		},
		.lost_tallies = grown(m->detail->lost_tallies, before->lost_tallies),
		.lost_slow = grown(m->detail->lost_slow, before->lost_slow),
	};
	json_t *record;
	bool ok = true;

	if (!model_lost_sum(&gone.lost) && !gone.lost_tallies && !gone.lost_slow)
		return true;
	record = json_object();
	view_json_head(record, m, "lost", &ok);
	put_lost(record, &gone, &ok);
	return view_json_write(out, record, ok);
}
