// SPDX-License-Identifier: GPL-2.0
/* A comparison as one object of JSON; docs/json.md has the schema. */
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include "compare/diff.h"
#include "json_put.h"
#include "version.h"

#define SCHEMA	1

static const char * const kinds[DIFF_NR_KINDS] = {
	[DIFF_TOTAL] = "total",
	[DIFF_VP] = "vp",
	[DIFF_EXIT] = "exit",
	[DIFF_HVCALL] = "hypercall",
};

/* The unit is in the name, as everywhere. */
static const char * const keys[NR_METRICS] = {
	[METRIC_RATE] = "rate_per_s",
	[METRIC_P50] = "p50_ns",
	[METRIC_P90] = "p90_ns",
	[METRIC_P99] = "p99_ns",
	[METRIC_MAX] = "max_ns",
	[METRIC_SHARE] = "share",
};

/* A file may have any name. */
static json_t *json_path(const char *path)
{
	char clean[TEXT_ROOM(PATH_MAX)];

	text_clean(clean, sizeof(clean), path, strlen(path));
	return json_string(clean);
}

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *value(const struct diff_value *v, bool tested, bool *ok)
{
	json_t *o = json_object();

	if (!v->known) {
		json_decref(o);
		return json_null();
	}
	put(o, "a", number(v->a), ok);
	put(o, "b", number(v->b), ok);
	put(o, "change", number(v->change), ok);
	if (tested) {
		put(o, "p", number(v->p), ok);
		put(o, "differs", json_boolean(v->differs), ok);
		put(o, "change_low", v->low > -1 ? number(v->low) : json_null(), ok);
		put(o, "change_high", number(v->high), ok);
		put(o, "would_show", number(v->shows), ok);
	}
	return o;
}

static json_t *line(const struct diff_line *l, bool *ok)
{
	json_t *o = json_object();
	int i;

	put(o, "kind", json_string(kinds[l->kind]), ok);
	put(o, "name", json_string(l->name), ok);
	put(o, "differs", json_boolean(l->differs), ok);
	put(o, "p", number(l->p), ok);
	put(o, "samples_a", json_integer(l->n_a), ok);
	put(o, "samples_b", json_integer(l->n_b), ok);
	for (i = 0; i < NR_METRICS; i++)
		put(o, keys[i], value(&l->value[i], i != METRIC_MAX, ok), ok);
	return o;
}

static json_t *facts(const struct diff_side *s, bool *ok)
{
	json_t *o = json_object();
	unsigned int i;

	for (i = 0; i < DIFF_NR_FACTS; i++)
		put(o, diff_fact_names[i],
		    s->facts[i][0] ? json_string(s->facts[i]) : json_null(), ok);
	return o;
}

static json_t *side(const struct diff_side *s, bool *ok)
{
	json_t *o = json_object();

	put(o, "file", json_path(s->path), ok);
	put(o, "title", json_string(s->title), ok);
	put(o, "intervals", json_integer(s->nr_intervals), ok);
	put(o, "lost", json_integer(s->lost), ok);
	put(o, "damaged", json_boolean(s->damaged), ok);
	put(o, "facts", facts(s, ok), ok);
	return o;
}

/* Rows that say the same about a rule */
static json_t *rows_of_rule(const struct diff_rule *r, const struct diff_result *result,
			    enum diff_answer answer, bool *ok)
{
	json_t *rows = json_array();
	unsigned int i;

	for (i = 0; i < result->nr; i++) {
		const struct diff_line *l = &result->lines[i];
		json_t *row;

		if (diff_rule_row(r, l) != answer)
			continue;
		row = json_object();
		put(row, "kind", json_string(kinds[l->kind]), ok);
		put(row, "name", json_string(l->name), ok);
		append(rows, row, ok);
	}
	return rows;
}

static json_t *rule(const struct diff_rule *r, const struct diff_result *result, bool *ok)
{
	static const char * const words[] = {
		[DIFF_HOLDS] = "holds", [DIFF_UNKNOWN] = "unknown", [DIFF_BROKEN] = "broken",
	};
	json_t *o = json_object();

	put(o, "rule", json_string(r->text), ok);
	put(o, "answer", json_string(words[diff_rule_answer(r, result)]), ok);
	put(o, "broken_by", rows_of_rule(r, result, DIFF_BROKEN, ok), ok);
	put(o, "unknown_for", rows_of_rule(r, result, DIFF_UNKNOWN, ok), ok);
	return o;
}

static json_t *only(const struct diff_result *result, unsigned int which, bool *ok)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < result->nr_only[which]; i++)
		append(list, json_string(result->only[which][i]->name), ok);
	return list;
}

/**
 * diff_json() - write a comparison as JSON
 * @out: where to
 * @a: first recording
 * @b: second one
 * @result: the comparison
 * @settings: how it was made
 *
 * Return: false without memory.
 */
bool diff_json(FILE *out, const struct diff_side *a, const struct diff_side *b,
	       const struct diff_result *result, const struct diff_settings *settings)
{
	json_t *root = json_object(), *rows = json_array(), *rules = json_array();
	unsigned int i;
	bool ok = true;

	put(root, "schema", json_integer(SCHEMA), &ok);
	put(root, "type", json_string("diff"), &ok);
	put(root, "version", json_string(MSHV_TOOLS_VERSION), &ok);
	put(root, "a", side(a, &ok), &ok);
	put(root, "b", side(b, &ok), &ok);
	put(root, "level", json_real(settings->level), &ok);
	put(root, "least_change", json_real(settings->least), &ok);
	put(root, "tests", json_integer(result->nr_tests), &ok);
	for (i = 0; i < result->nr; i++)
		if (json_array_append_new(rows, line(&result->lines[i], &ok)))
			ok = false;
	put(root, "rows", rows, &ok);
	put(root, "vps_only_in_a", only(result, 0, &ok), &ok);
	put(root, "vps_only_in_b", only(result, 1, &ok), &ok);
	for (i = 0; i < settings->nr_rules; i++)
		if (json_array_append_new(rules, rule(&settings->rules[i], result, &ok)))
			ok = false;
	put(root, "rules", rules, &ok);
	if (ok && !json_dumpf(root, out, JSON_COMPACT))
		putc('\n', out);
	json_decref(root);
	return ok;
}
