// SPDX-License-Identifier: GPL-2.0
/* The table that -c prints: a line for each name, sorted by total time. */
#include <stdlib.h>
#include <string.h>
#include "decode.h"
#include "histq.h"
#include "num.h"
#include "summary.h"

/**
 * struct line - events of one name
 * @name: the name
 * @count: how many
 * @errors: how many failed
 * @total_ns: how long all of them took
 * @max_ns: how long the longest took
 * @hist: how long each took
 */
struct line {
	char name[EVENT_NAME];
	__u64 count;
	__u64 errors;
	__u64 total_ns;
	__u64 max_ns;
	struct hist *hist;
};

struct summary {
	struct line *lines;
	unsigned int nr;
};

/**
 * summary_new() - an empty summary
 *
 * Return: the summary, or NULL without memory.
 */
struct summary *summary_new(void)
{
	return calloc(1, sizeof(struct summary));
}

static struct line *find_line(struct summary *s, const char *name)
{
	struct line *grown;
	unsigned int i;

	for (i = 0; i < s->nr; i++)
		if (!strcmp(s->lines[i].name, name))
			return &s->lines[i];
	grown = reallocarray(s->lines, s->nr + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	s->lines = grown;
	grown = &grown[s->nr];
	memset(grown, 0, sizeof(*grown));
	snprintf(grown->name, sizeof(grown->name), "%s", name);
	grown->hist = hist_new();
	if (!grown->hist)
		return NULL;
	s->nr++;
	return grown;
}

/**
 * summary_add() - count an event
 * @s: the summary
 * @r: the event
 *
 * Return: false without memory.
 */
bool summary_add(struct summary *s, const struct mshv_trace_record *r)
{
	char name[EVENT_NAME];
	struct line *line;
	__u64 ns;

	event_name(r, name);
	line = find_line(s, name);
	if (!line)
		return false;
	line->count++;
	line->errors += event_failed(r);
	if (!event_duration(r, &ns))
		return true;
	line->total_ns += ns;
	if (ns > line->max_ns)
		line->max_ns = ns;
	hist_add(line->hist, hist_index(ns), 1);
	return true;
}

static int compare(const void *x, const void *y)
{
	const struct line *a = x, *b = y;

	if (a->total_ns != b->total_ns)
		return a->total_ns < b->total_ns ? 1 : -1;
	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return strcmp(a->name, b->name);
}

/**
 * summary_print() - write the table
 * @out: where to
 * @s: the summary, which is sorted
 */
void summary_print(FILE *out, struct summary *s)
{
	char mean[NUM_SIZE], p50[NUM_SIZE], p99[NUM_SIZE], max[NUM_SIZE];
	unsigned int i;

	if (s->nr)
		qsort(s->lines, s->nr, sizeof(s->lines[0]), compare);
	fprintf(out, "%12s %10s %8s %7s %7s %7s %7s  %s\n", "seconds", "events", "errors",
		"mean us", "p50us", "p99us", "max us", "name");
	for (i = 0; i < s->nr; i++) {
		const struct line *l = &s->lines[i];

		fprintf(out, "%12.6f %10llu %8llu", l->total_ns / 1e9, l->count, l->errors);
		if (l->hist->n) {
			num_us(mean, (double)l->total_ns / l->count);
			num_us(p50, hist_percentile(l->hist, 50, l->max_ns));
			num_us(p99, hist_percentile(l->hist, 99, l->max_ns));
			num_us(max, l->max_ns);
			fprintf(out, " %7s %7s %7s %7s", mean, p50, p99, max);
		} else {
			fprintf(out, " %7s %7s %7s %7s", "-", "-", "-", "-");
		}
		fprintf(out, "  %s\n", l->name);
	}
}

/**
 * summary_free() - free a summary
 * @s: the summary, or NULL
 */
void summary_free(struct summary *s)
{
	unsigned int i;

	if (!s)
		return;
	for (i = 0; i < s->nr; i++)
		free(s->lines[i].hist);
	free(s->lines);
	free(s);
}
