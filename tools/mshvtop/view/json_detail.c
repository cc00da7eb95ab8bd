// SPDX-License-Identifier: GPL-2.0
/*
 * Details as JSON, in a record of their own after the frame: tallies of intercepts, interrupts and
 * changes of memory, the hypervisor's counters, slow events, and the cost of the BPF programs.
 * docs/json.md has the schema. A value that cannot be known is null.
 */
#include "json_put.h"
#include "names.h"
#include "slow.h"
#include "source/tally.h"
#include "view/view.h"
#include "view/json.h"

/**
 * struct making - a record that is being made
 * @record: the record
 * @m: what of
 * @details: what is wanted
 * @rows: room for rows
 * @ok: nothing has failed
 */
struct making {
	json_t *record;
	const struct model *m;
	const struct view_details *details;
	struct rows rows;
	bool ok;
};

/* Numbers that mean "none": 0 and -1 for partitions, -1 for VPs */
static json_t *id_or_null(__u64 id, bool none)
{
	return none ? json_null() : json_integer(id);
}

static json_t *text_or_null(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

/* --- Tallies ---------------------------------------------------------------------------------- */

static json_t *sums(const struct mshv_tally *t, enum table_id table, bool *ok)
{
	json_t *o = json_object();

	put_number(o, "count", t->count, ok);
	if (table == TABLE_MEMORY)
		put_number(o, "pages", t->amount, ok);
	if (table != TABLE_INTERCEPTS)
		put_number(o, "errors", t->errors, ok);
	return o;
}

static json_t *tally(const struct row *row, enum table_id table, bool *ok)
{
	const struct model_tally *t = row->tally;
	json_t *o = json_object();
	char what[96];

	tally_text(&t->key, what, sizeof(what));
	put(o, "partition", id_or_null(t->key.partition_id, !t->key.partition_id), ok);
	put_text(o, "kind", tally_kind_name(t->key.kind), ok);
	if (table != TABLE_MEMORY)
		put_number(o, "number", t->key.number, ok);
	if (t->key.kind == MSHV_TALLY_CPUID)
		put_number(o, "subleaf", t->key.access, ok);
	put(o, "what", text_or_null(what), ok);
	put(o, "access", text_or_null(tally_access(&t->key)), ok);
	put(o, "interval", sums(&t->now, table, ok), ok);
	put(o, "total", sums(&t->total, table, ok), ok);
	return o;
}

static json_t *counter(const struct row *row, enum table_id table, bool *ok)
{
	const struct model_tally *t = row->tally;
	json_t *o = json_object();
	char name[96];

	(void)table;
	tally_text(&t->key, name, sizeof(name));
	put_text(o, "counter", name, ok);
	put_text(o, "of", tally_kind_name(t->key.kind), ok);
	put(o, "partition", id_or_null(t->key.partition_id, t->key.kind == TALLY_HYPERVISOR), ok);
	put(o, "vp", id_or_null(t->key.access, t->key.kind != TALLY_VP), ok);
	put_number(o, "interval", t->now.count, ok);
	put_number(o, "value", t->last.count, ok);
	return o;
}

/* --- What took long --------------------------------------------------------------------------- */

static void put_exit(json_t *o, const struct mshv_slow *s, bool *ok)
{
	char room[NAME_SIZE];

	put_text(o, "reason", exit_name(s->arg[SLOW_EXIT_REASON], room), ok);
	put_number(o, "guest_ns", s->arg[SLOW_EXIT_GUEST_NS], ok);
	put_number(o, "kernel_ns", s->arg[SLOW_EXIT_KERNEL_NS], ok);
	put_number(o, "vmm_ns", s->arg[SLOW_EXIT_VMM_NS], ok);
	put_number(o, "halted_ns", s->arg[SLOW_EXIT_HALTED_NS], ok);
}

static void put_hvcall(json_t *o, const struct mshv_slow *s, const struct source *source, bool *ok)
{
	char room[NAME_SIZE], place[MSHV_SLOW_STACK][SYMBOL_SIZE];
	unsigned int i, nr = view_stack(source, s, place);
	json_t *stack = json_array();

	put_text(o, "hypercall", hvcall_name(s->arg[SLOW_HVCALL_CODE], room), ok);
	put_number(o, "code", s->arg[SLOW_HVCALL_CODE], ok);
	put_number(o, "reps", s->arg[SLOW_HVCALL_REPS], ok);
	put_number(o, "reps_done", s->arg[SLOW_HVCALL_REPS_DONE], ok);
	put_text(o, "status", status_name(s->arg[SLOW_HVCALL_STATUS], room), ok);
	for (i = 0; i < nr; i++)
		append(stack, json_string(place[i]), ok);
	put(o, "stack", stack, ok);
}

static json_t *slow(const struct row *row, const struct source *source, bool *ok)
{
	const struct mshv_slow *s = &row->slow->event;
	json_t *o = json_object();
	char arguments[160];

	slow_arguments(s, arguments, sizeof(arguments));
	put_text(o, "kind", s->is_hvcall ? "hypercall" : "exit", ok);
	put_number(o, "time_ns", row->slow->wall_ns, ok);
	put(o, "partition", id_or_null(s->partition_id, !s->partition_id ||
				       s->partition_id == ~0ULL), ok);
	put(o, "vp", id_or_null(s->vp_index, s->vp_index == ~0U), ok);
	put_number(o, "latency_ns", slow_latency_ns(s), ok);
	put(o, "arguments", text_or_null(arguments), ok);
	if (s->is_hvcall)
		put_hvcall(o, s, source, ok);
	else
		put_exit(o, s, ok);
	return o;
}

static void put_slow(struct making *k)
{
	const struct source *source = k->details->source;
	json_t *list;
	unsigned int i;

	if (!view_details_known(k->m, source, TABLE_SLOW)) {
		put(k->record, "slow", json_null(), &k->ok);
		put(k->record, "slow_count", json_null(), &k->ok);
		return;
	}
	if (!view_details_rows(&k->rows, k->m, TABLE_SLOW, k->details)) {
		k->ok = false;
		return;
	}
	list = json_array();
	for (i = 0; i < k->rows.nr; i++)
		append(list, slow(&k->rows.row[i], source, &k->ok), &k->ok);
	put(k->record, "slow", list, &k->ok);
	put_number(k->record, "slow_count",
		   k->m->detail->nr_slow - k->details->before->nr_slow, &k->ok);
}

/* --- What mshvtop costs ----------------------------------------------------------------------- */

static json_t *cost(const struct program_cost *c, bool *ok)
{
	json_t *o = json_object();

	put_number(o, "runs", c->runs, ok);
	put_number(o, "bpf_ns", c->ns, ok);
	put_number(o, "missed", c->missed, ok);
	return o;
}

static json_t *program(const struct row *row, enum table_id table, bool *ok)
{
	json_t *o = json_object();

	(void)table;
	put_text(o, "program", row->program->name, ok);
	put(o, "interval", cost(&row->program->now, ok), ok);
	put(o, "total", cost(&row->program->total, ok), ok);
	return o;
}

/* --- The record ------------------------------------------------------------------------------- */

static void put_table(struct making *k, const char *key, enum table_id table,
		      json_t *(*entry)(const struct row *row, enum table_id table, bool *ok))
{
	json_t *list;
	unsigned int i;

	if (!view_details_known(k->m, k->details->source, table)) {
		put(k->record, key, json_null(), &k->ok);
		return;
	}
	if (!view_details_rows(&k->rows, k->m, table, k->details)) {
		k->ok = false;
		return;
	}
	list = json_array();
	for (i = 0; i < k->rows.nr; i++) {
		const struct row *row = &k->rows.row[i];

		/* The hypervisor's counters of memory are among the others. */
		if (table != TABLE_MEMORY || !tally_is_counter(&row->tally->key))
			append(list, entry(row, table, &k->ok), &k->ok);
	}
	put(k->record, key, list, &k->ok);
}

/**
 * view_json_details() - write the details of the last interval as a line of JSON
 * @out: where to
 * @m: the model
 * @d: what is wanted
 *
 * Return: false without memory; errors of @out are for the caller to find.
 */
bool view_json_details(FILE *out, const struct model *m, const struct view_details *d)
{
	struct making k = { .record = json_object(), .m = m, .details = d, .ok = true };
	bool ok;

	view_json_head(k.record, m, "details", &k.ok);
	put_table(&k, "intercepts", TABLE_INTERCEPTS, tally);
	put_table(&k, "interrupts", TABLE_INTERRUPTS, tally);
	put_table(&k, "memory", TABLE_MEMORY, tally);
	put_slow(&k);
	put_table(&k, "counters", TABLE_COUNTERS, counter);
	put_table(&k, "programs", TABLE_COST, program);
	put_number(k.record, "rss_bytes", m->detail->rss_bytes, &k.ok);
	put_number(k.record, "maps_bytes", m->detail->maps_bytes, &k.ok);
	ok = view_json_write(out, k.record, k.ok);
	rows_free(&k.rows);
	return ok;
}
