// SPDX-License-Identifier: GPL-2.0
/*
 * The model from the outside: made from a first sample, brought up to date with each further one.
 * An update empties the interval's values, merges the owners, adds what the counters gained, and
 * works out percentiles. It makes no system call.
 */
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "model/priv.h"

static void clear_exit(struct model_exit *exit)
{
	memset(&exit->now, 0, sizeof(exit->now));
	model_clear_latency(&exit->latency);
}

static void clear_scope(struct model_scope *scope)
{
	__u32 left;

	clear_exit(&scope->all);
	for (left = scope->touched; left; left &= left - 1)
		clear_exit(scope->reason[__builtin_ctz(left)]);
	scope->touched = 0;
}

static void clear_hvcall(struct model_hvcall *hvcall)
{
	memset(&hvcall->now, 0, sizeof(hvcall->now));
	model_clear_latency(&hvcall->latency);
}

/* Partitions and VPs without changes have empty interval values already. */
static void clear_interval(struct model *m)
{
	unsigned int i, j;

	clear_scope(&m->exits);
	clear_hvcall(&m->hvcalls);
	for (i = 0; i < MSHV_COUNTS_HVCALLS; i++)
		clear_hvcall(&m->hvcall[i]);
	for (i = 0; i < m->nr_partitions; i++) {
		struct model_partition *p = m->partitions[i];

		p->hvcalls.now = 0;
		if (!p->exits.touched)
			continue;
		clear_scope(&p->exits);
		for (j = 0; j < p->nr_vps; j++)
			if (p->vps[j]->exits.touched)
				clear_scope(&p->vps[j]->exits);
	}
	arena_reset(&m->state->arena);
}

static void take_times(struct model *m, const struct sample *sample)
{
	struct model_state *s = m->state;

	if (s->first) {
		m->start_ns = sample->time_ns;
		s->total_start_ns = sample->time_ns;
	} else {
		m->interval_ns = sample->time_ns - m->time_ns;
		m->self_cpu_ns = sample->self_cpu_ns - s->self_cpu_ns;
		m->self_bpf_ns = sample->self_bpf_ns - s->self_bpf_ns;
		m->frames++;
		m->history_ns[m->frames % MODEL_HISTORY] = m->interval_ns;
	}
	m->time_ns = sample->time_ns;
	m->wall_ns = sample->wall_ns;
	m->total_ns = sample->time_ns - s->total_start_ns;
	s->self_cpu_ns = sample->self_cpu_ns;
	s->self_bpf_ns = sample->self_bpf_ns;
}

static void take_lost(struct model *m, const struct sample *sample,
		      const struct mshv_counts_lost *lost)
{
	const struct model_state *s = m->state;

	m->lost.no_vp_slot = lost->no_vp_slot;
	m->lost.no_hist = lost->no_hist;
	m->lost.bad_reason = lost->bad_reason;
	m->lost.overwritten = 0;
	if (lost->overwritten > s->overwritten)
		m->lost.overwritten = lost->overwritten - s->overwritten;
	m->lost.missed = sample->missed;
}

/**
 * model_update() - go on to the next sample
 * @m: the model
 * @sample: of the source that the model was made for, later than the one before
 *
 * Return: false without memory, which has been reported; the model is of no use then.
 */
bool model_update(struct model *m, const struct sample *sample)
{
	/*
	 * This is read before the counters, so that every record that was overwritten by then is
	 * noticed.
	 */
	struct mshv_counts_lost lost = *sample->counters->lost;

	m->state->owners_sorted = false;
	clear_interval(m);
	take_times(m, sample);
	if (!model_merge_owners(m, sample) || !model_sweep_exits(m, sample->counters) ||
	    !model_sweep_hvcalls(m, sample->counters) || !model_take_detail(m, sample)) {
		err("out of memory");
		return false;
	}
	if (m->state->first)
		m->state->overwritten = lost.overwritten;
	take_lost(m, sample, &lost);
	if (model_drop_gone(m))
		return true;
	err("out of memory");
	return false;
}

static unsigned int source_lacks(const char *name)
{
	const unsigned int lacks = MODEL_LACKS_TIMES | MODEL_LACKS_CALLERS | MODEL_LACKS_DETAILS;

	if (!strcmp(name, SOURCE_MAINLINE_SPLIT))
		return lacks & ~MODEL_LACKS_TIMES;
	if (!strcmp(name, SOURCE_MAINLINE_NO_CALLS))
		return lacks | MODEL_LACKS_HVCALLS;
	return strcmp(name, SOURCE_MAINLINE) ? 0 : lacks;
}

static struct model_work *new_work(void)
{
	struct model_work *w = malloc(sizeof(*w));
	unsigned int i;

	if (!w)
		return NULL;
	hist_init(&w->one);
	hist_init(&w->vp);
	hist_init(&w->partition);
	for (i = 0; i < MSHV_COUNTS_REASONS; i++)
		hist_init(&w->reason[i]);
	return w;
}

/**
 * model_new() - a model of what a source shows
 * @source: names it
 * @first: sample from which everything is counted
 *
 * Return: the model, or NULL without memory, which has been reported.
 */
struct model *model_new(const struct source *source, const struct sample *first)
{
	const struct counters *c = first->counters;
	struct model *m = calloc(1, sizeof(*m));
	struct model_state *s = calloc(1, sizeof(*s));
	unsigned int i;

	if (!m || !s) {
		err("out of memory");
		free(m);
		free(s);
		return NULL;
	}
	model_init_scope(&m->exits, &(struct model_latency){ .place = MODEL_KEPT });
	memcpy(m->source, source->name, sizeof(m->source));
	memcpy(m->kernel, source->kernel, sizeof(m->kernel));
	m->lacks = source_lacks(m->source) | (source->recorded ? MODEL_LACKS_USES : 0);
	for (i = 0; i < MSHV_COUNTS_HVCALLS; i++)
		m->hvcall[i].code = MODEL_HVCALL_OTHER;
	m->state = s;
	s->nr_slots = c->nr_vp_slots;
	s->nr_hvcalls = c->nr_cpus * MSHV_COUNTS_HVCALLS;
	s->nr_partition_hvcalls = c->nr_cpus * c->nr_partition_slots;
	s->seats = calloc(s->nr_slots, sizeof(s->seats[0]));
	s->hvcalls = calloc(s->nr_hvcalls, sizeof(s->hvcalls[0]));
	s->partition_hvcalls = calloc(s->nr_partition_hvcalls, sizeof(s->partition_hvcalls[0]));
	s->work = new_work();
	s->first = true;
	if (!s->seats || !s->hvcalls || !s->partition_hvcalls || !s->work) {
		err("out of memory");
		model_free(m);
		return NULL;
	}
	if (!model_update(m, first)) {
		model_free(m);
		return NULL;
	}
	s->first = false;
	return m;
}

/**
 * model_restart() - begin again, as if there had been no sample yet
 * @m: the model; nothing that was found in it before is valid any more
 * @first: sample from which everything is counted
 *
 * Return: false without memory, which has been reported; the model is as it was then.
 */
bool model_restart(struct model *m, const struct sample *first)
{
	struct source source = { .recorded = m->lacks & MODEL_LACKS_USES };
	struct model *fresh, before;

	memcpy(source.name, m->source, sizeof(source.name));
	memcpy(source.kernel, m->kernel, sizeof(source.kernel));
	fresh = model_new(&source, first);
	if (!fresh)
		return false;
	before = *m;
	*m = *fresh;
	*fresh = before;
	model_free(fresh);
	return true;
}

/* A histogram for which there is no memory keeps its old beginning. */
static void reset_latency(struct model *m, struct model_latency *latency)
{
	if (latency->place == MODEL_OF_SERIES)
		model_rebase(latency, m->state->work);
	else if (latency->place == MODEL_KEPT && latency->total)
		hist_clear(latency->total);
}

static void reset_exit(struct model *m, struct model_exit *exit)
{
	memset(&exit->total, 0, sizeof(exit->total));
	reset_latency(m, &exit->latency);
}

static void reset_scope(struct model *m, struct model_scope *scope)
{
	unsigned int i;

	reset_exit(m, &scope->all);
	for (i = 0; i < MSHV_COUNTS_REASONS; i++)
		if (model_has_exit(scope->reason[i]))
			reset_exit(m, scope->reason[i]);
}

static void reset_hvcall(struct model *m, struct model_hvcall *hvcall)
{
	memset(&hvcall->total, 0, sizeof(hvcall->total));
	reset_latency(m, &hvcall->latency);
}

/**
 * model_reset_totals() - let "total" begin at the last sample
 * @m: the model
 *
 * Maxima stay: the counters cannot tell when they were reached.
 */
void model_reset_totals(struct model *m)
{
	unsigned int i, j;

	m->state->total_start_ns = m->time_ns;
	m->total_ns = 0;
	reset_scope(m, &m->exits);
	reset_hvcall(m, &m->hvcalls);
	for (i = 0; i < MSHV_COUNTS_HVCALLS; i++)
		reset_hvcall(m, &m->hvcall[i]);
	for (i = 0; i < m->nr_partitions; i++) {
		struct model_partition *p = m->partitions[i];

		reset_scope(m, &p->exits);
		p->hvcalls.total = 0;
		for (j = 0; j < p->nr_vps; j++)
			reset_scope(m, &p->vps[j]->exits);
	}
	model_reset_detail(m);
}

/**
 * model_free() - free the model and everything in it
 * @m: the model, or NULL
 */
void model_free(struct model *m)
{
	struct model_state *s;
	unsigned int i;

	if (!m)
		return;
	s = m->state;
	model_free_objects(m);
	model_free_detail(m);
	model_free_scope(m, &m->exits);
	model_free_latency(m, &m->hvcalls.latency);
	for (i = 0; i < MSHV_COUNTS_HVCALLS; i++)
		model_free_latency(m, &m->hvcall[i].latency);
	model_free_seats(m);
	for (i = 0; s->hvcalls && i < s->nr_hvcalls; i++) {
		if (s->hvcalls[i])
			free(s->hvcalls[i]->hist);
		free(s->hvcalls[i]);
	}
	free(s->hvcalls);
	free(s->partition_hvcalls);
	free(s->owners);
	arena_free(&s->arena);
	free(s->work);
	free(s);
	free(m);
}

/**
 * model_find_partition() - look a partition up
 * @m: the model
 * @id: the hypervisor's id
 *
 * Return: the partition, one that exists before one that is gone; NULL if there is none.
 */
const struct model_partition *model_find_partition(const struct model *m, __u64 id)
{
	unsigned int at = model_first_partition(m, id);

	return at < m->nr_partitions && m->partitions[at]->id == id ? m->partitions[at] : NULL;
}

/**
 * model_top_reason() - the most frequent reason
 * @scope: whose exits
 * @total: since the start, not in the last interval
 *
 * Return: the reason, or -1 if there was no exit.
 */
int model_top_reason(const struct model_scope *scope, bool total)
{
	__u64 most = 0, count;
	int i, top = -1;

	for (i = 0; i < MSHV_COUNTS_REASONS; i++) {
		count = total ? scope->reason[i]->total.count : scope->reason[i]->now.count;
		if (count > most) {
			most = count;
			top = i;
		}
	}
	return top;
}

/**
 * model_time_sum() - all time of some exit cycles: guest, kernel, VMM and halted
 * @sum: the cycles
 *
 * Return: nanoseconds.
 */
__u64 model_time_sum(const struct model_exit_sum *sum)
{
	return sum->ns[MODEL_GUEST] + sum->ns[MODEL_KERNEL] + sum->ns[MODEL_VMM] +
	       sum->ns[MODEL_HALTED];
}

/**
 * model_latency_sum() - what the guest waited for in some exit cycles: kernel and VMM
 * @sum: the cycles
 *
 * Return: nanoseconds.
 */
__u64 model_latency_sum(const struct model_exit_sum *sum)
{
	return sum->ns[MODEL_KERNEL] + sum->ns[MODEL_VMM];
}

/**
 * model_lost_sum() - everything that is missing or misplaced in the counts
 * @lost: the parts
 *
 * Return: events.
 */
__u64 model_lost_sum(const struct model_lost *lost)
{
	return lost->no_vp_slot + lost->no_hist + lost->bad_reason + lost->overwritten +
	       lost->missed;
}

/**
 * model_rate() - how often something happened in the interval
 * @m: the model
 * @now: how many times
 *
 * Return: per second; 0 before the second sample.
 */
double model_rate(const struct model *m, __u64 now)
{
	return m->interval_ns ? now * 1e9 / m->interval_ns : 0;
}

/**
 * model_share() - part of a whole
 * @part: the part
 * @whole: the whole
 *
 * Return: percent; 0 of nothing.
 */
double model_share(__u64 part, __u64 whole)
{
	return whole ? part * 100.0 / whole : 0;
}
