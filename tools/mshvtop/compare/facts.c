// SPDX-License-Identifier: GPL-2.0
/*
 * What recordings say about where and how they were made. Two that were not made the same way differ
 * in what that changes, too; nobody has to guess that.
 */
#include <jansson.h>
#include <string.h>
#include "compare/diff.h"
#include "text.h"

const char * const diff_fact_names[DIFF_NR_FACTS] = {
	[DIFF_HOST] = "host",
	[DIFF_KERNEL] = "kernel",
	[DIFF_SOURCE] = "source",
	[DIFF_CPU] = "cpu",
	[DIFF_CPUS] = "cpus",
	[DIFF_INTERVAL] = "interval",
	[DIFF_DETAILS] = "details",
};

static void set_text(struct diff_side *side, enum diff_fact fact, const char *text)
{
	if (text)
		text_clean(side->facts[fact], DIFF_FACT, text, strlen(text));
}

static void set_number(struct diff_side *side, enum diff_fact fact, json_t *number, double unit,
		       const char *format)
{
	if (json_is_integer(number))
		snprintf(side->facts[fact], DIFF_FACT, format, json_integer_value(number) / unit);
}

/**
 * diff_take_facts() - find out about a recording
 * @side: gets what it says
 * @source: the recording
 */
void diff_take_facts(struct diff_side *side, const struct source *source)
{
	const char *text = source_rec_facts(source);
	json_t *facts = text ? json_loads(text, 0, NULL) : NULL, *cpu = json_object_get(facts, "cpu");

	set_text(side, DIFF_HOST, json_string_value(json_object_get(facts, "host")));
	set_text(side, DIFF_CPU, json_string_value(json_object_get(cpu, "model")));
	set_number(side, DIFF_CPUS, json_object_get(cpu, "online"), 1, "%.0f");
	set_number(side, DIFF_INTERVAL, json_object_get(facts, "interval_ns"), 1e9, "%g s");
	set_text(side, DIFF_KERNEL, source->kernel);
	set_text(side, DIFF_SOURCE, source->name);
	set_text(side, DIFF_DETAILS, source->details ? "yes" : "no");
	json_decref(facts);
}

/**
 * diff_fact_differs() - whether two recordings say something else
 * @a: first recording
 * @b: second one
 * @fact: about what
 */
bool diff_fact_differs(const struct diff_side *a, const struct diff_side *b, enum diff_fact fact)
{
	return strcmp(a->facts[fact], b->facts[fact]);
}
