// SPDX-License-Identifier: GPL-2.0
/* The columns of details; the functions only pick values out of the model. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <mshv/exits.h>
#include "view/columns_detail.h"
#include "slow.h"
#include "source/tally.h"

static struct value number(double number)
{
	return (struct value){ .number = number };
}

static struct value text(const char *text)
{
	struct value v = { .none = !text[0] };

	snprintf(v.text, sizeof(v.text), "%s", text);
	return v;
}

static struct value per_second(const struct row *row, double now, double total)
{
	__u64 ns = row->total ? row->model->total_ns : row->model->interval_ns;

	if (row->total)
		now = total;
	return (struct value){ .none = !ns, .number = ns ? now * 1e9 / ns : 0 };
}

/* --- Tallies ---------------------------------------------------------------------------------- */

static struct value get_what(const struct row *row)
{
	struct value v = { 0 };

	tally_text(&row->tally->key, v.text, sizeof(v.text));
	v.none = !v.text[0];
	return v;
}

static struct value get_kind(const struct row *row)
{
	return text(tally_kind_name(row->tally->key.kind));
}

static struct value get_access(const struct row *row)
{
	return text(tally_access(&row->tally->key));
}

static struct value get_partition(const struct row *row)
{
	__u64 id = row->tally->key.partition_id;

	return (struct value){ .none = !id, .number = id };
}

/* Growth of a counter of the hypervisor; negative when the counter falls */
static struct value get_rate(const struct row *row)
{
	const struct model_tally *t = row->tally;

	if (tally_is_counter(&t->key))
		return per_second(row, (__s64)t->now.count, (__s64)t->total.count);
	return per_second(row, t->now.count, t->total.count);
}

static struct value get_calls(const struct row *row)
{
	struct value v = get_rate(row);

	v.none = v.none || tally_is_counter(&row->tally->key);
	return v;
}

static struct value get_total(const struct row *row)
{
	return number(row->tally->total.count);
}

static struct value get_errors(const struct row *row)
{
	return number(row->total ? row->tally->total.errors : row->tally->now.errors);
}

static struct value get_page_rate(const struct row *row)
{
	if (tally_is_counter(&row->tally->key))
		return get_rate(row);
	return per_second(row, row->tally->now.amount, row->tally->total.amount);
}

static struct value get_pages(const struct row *row)
{
	const struct model_tally *t = row->tally;

	return number(tally_is_counter(&t->key) ? t->last.count : t->total.amount);
}

static struct value get_vp(const struct row *row)
{
	bool has = row->tally->key.kind == TALLY_VP;

	return (struct value){ .none = !has, .number = row->tally->key.access };
}

static struct value get_value(const struct row *row)
{
	return number(row->tally->last.count);
}

/* Share of the rows of the same kind in the same partition */
static struct value get_share(const struct row *row)
{
	const struct model_detail *d = row->model->detail;
	__u64 all = 0, mine;
	unsigned int i;

	for (i = 0; i < d->nr_tallies; i++) {
		const struct model_tally *t = &d->tally[i];

		if (t->key.kind == row->tally->key.kind &&
		    t->key.partition_id == row->tally->key.partition_id)
			all += row->total ? t->total.count : t->now.count;
	}
	mine = row->total ? row->tally->total.count : row->tally->now.count;
	return (struct value){ .none = !all, .number = model_share(mine, all) };
}

const struct column intercept_columns[NR_INTERCEPT_COLUMNS] = {
	{ "what", "WHAT", 31, 16, true, 0, VALUE_TEXT, get_what,
	  "port, MSR, CPUID leaf, guest page, vector or control word" },
	{ "access", "ACCESS", 7, 0, true, 0, VALUE_TEXT, get_access,
	  "whether it was read or written" },
	{ "partition", "PART", 4, 0, false, 0, VALUE_NUMBER, get_partition,
	  "the partition" },
	{ "rate", "RATE/s", 7, 0, false, 0, VALUE_RATE, get_rate,
	  "intercepts per second" },
	{ "share", "%", 3, 0, false, 0, VALUE_PERCENT, get_share,
	  "share of the partition's intercepts of this kind" },
	{ "total", "TOTAL", 6, 0, false, 1, VALUE_COUNT, get_total,
	  "intercepts while this was looked at" },
};

const struct column interrupt_columns[NR_INTERRUPT_COLUMNS] = {
	{ "event", "EVENT", 10, 0, true, 0, VALUE_TEXT, get_kind,
	  "interrupt asserted, irqfd or ioeventfd fired, resample, or VP woken" },
	{ "what", "WHAT", 31, 16, true, 0, VALUE_TEXT, get_what,
	  "vector, GSI, address or VP" },
	{ "partition", "PART", 4, 0, false, 0, VALUE_NUMBER, get_partition,
	  "the partition" },
	{ "rate", "RATE/s", 7, 0, false, 0, VALUE_RATE, get_rate,
	  "events per second" },
	{ "total", "TOTAL", 6, 0, false, 0, VALUE_COUNT, get_total,
	  "events while this was looked at" },
	{ "errors", "ERRORS", 6, 0, false, 0, VALUE_COUNT, get_errors,
	  "asserted without success, or fired without a route" },
};

const struct column memory_columns[NR_MEMORY_COLUMNS] = {
	{ "partition", "PART", 4, 0, false, 0, VALUE_NUMBER, get_partition,
	  "the partition" },
	{ "event", "EVENT", 10, 0, true, 0, VALUE_TEXT, get_kind,
	  "what was done; partition: a counter of the hypervisor" },
	{ "what", "WHAT", 24, 16, true, 0, VALUE_TEXT, get_what,
	  "the hypervisor's name of the counter" },
	{ "rate", "CALLS/s", 7, 0, false, 0, VALUE_RATE, get_calls,
	  "times per second" },
	{ "page_rate", "PAGES/s", 7, 0, false, 0, VALUE_RATE, get_page_rate,
	  "pages of 4 KiB per second" },
	{ "pages", "PAGES", 6, 0, false, 0, VALUE_COUNT, get_pages,
	  "pages while this was looked at; of a counter its value" },
	{ "errors", "ERRORS", 6, 0, false, 0, VALUE_COUNT, get_errors,
	  "failures" },
};

const struct column counter_columns[NR_COUNTER_COLUMNS] = {
	{ "counter", "COUNTER", 44, 24, true, 0, VALUE_TEXT, get_what,
	  "the hypervisor's name; from debugfs, not from exits that Linux saw" },
	{ "of", "OF", 10, 0, true, 0, VALUE_TEXT, get_kind,
	  "what has the counter" },
	{ "partition", "PART", 4, 0, false, 0, VALUE_NUMBER, get_partition,
	  "the partition" },
	{ "vp", "VP", 4, 0, false, 0, VALUE_NUMBER, get_vp,
	  "the virtual processor" },
	{ "rate", "RATE/s", 7, 0, false, 0, VALUE_RATE, get_rate,
	  "how much it grows per second; times are in units of 100 ns" },
	{ "value", "VALUE", 7, 0, false, 0, VALUE_COUNT, get_value,
	  "its value" },
};

/* --- What took long --------------------------------------------------------------------------- */

static struct value get_when(const struct row *row)
{
	time_t seconds = row->slow->wall_ns / 1000000000;
	struct value v = { .number = row->slow->nr };
	char clock[16];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	snprintf(v.text, sizeof(v.text), "%s.%03u", clock,
		 (unsigned int)(row->slow->wall_ns / 1000000 % 1000));
	return v;
}

static struct value get_slow_partition(const struct row *row)
{
	__u64 id = row->slow->event.partition_id;

	/* A hypercall that is for no partition has -1 there. */
	return (struct value){ .none = !id || id == ~0ULL, .number = id };
}

static struct value get_slow_vp(const struct row *row)
{
	__u32 vp = row->slow->event.vp_index;

	return (struct value){ .none = vp == ~0U, .number = vp };
}

static struct value get_slow_name(const struct row *row)
{
	struct value v = { 0 };

	slow_name(&row->slow->event, v.text, sizeof(v.text));
	return v;
}

static struct value get_latency(const struct row *row)
{
	return number(slow_latency_ns(&row->slow->event));
}

/* The latency of an exit is kernel and VMM time */
static struct value slow_part(const struct row *row, unsigned int arg)
{
	return (struct value){ .none = row->slow->event.is_hvcall,
			       .number = row->slow->event.arg[arg] };
}

static struct value get_slow_kernel(const struct row *row)
{
	return slow_part(row, SLOW_EXIT_KERNEL_NS);
}

static struct value get_slow_vmm(const struct row *row)
{
	return slow_part(row, SLOW_EXIT_VMM_NS);
}

static struct value get_arguments(const struct row *row)
{
	char arguments[96];

	slow_arguments(&row->slow->event, arguments, sizeof(arguments));
	return text(arguments);
}

const struct column slow_columns[NR_SLOW_COLUMNS] = {
	{ "when", "TIME", 12, 0, true, 0, VALUE_TEXT, get_when,
	  "when it ended" },
	{ "partition", "PART", 4, 0, false, 0, VALUE_NUMBER, get_slow_partition,
	  "the partition" },
	{ "vp", "VP", 3, 0, false, 0, VALUE_NUMBER, get_slow_vp,
	  "the virtual processor" },
	{ "what", "WHAT", 31, 14, true, 0, VALUE_TEXT, get_slow_name,
	  "the exit's reason, or the hypercall" },
	{ "latency", "us", 6, 0, false, 0, VALUE_US, get_latency,
	  "how long it took, us" },
	{ "hv", "hv us", 6, 0, false, 1, VALUE_US, get_slow_kernel,
	  "hypervisor's and driver's part of that, us" },
	{ "vmm", "vmm us", 6, 0, false, 1, VALUE_US, get_slow_vmm,
	  "VMM's part of that, us" },
	{ "arguments", "ARGUMENTS", 80, 20, true, 0, VALUE_TEXT, get_arguments,
	  "what it was about; all of it is beneath the table" },
};

/* --- The tool's own cost ---------------------------------------------------------------------- */

static struct value get_program(const struct row *row)
{
	return text(row->program->name);
}

static struct value get_runs(const struct row *row)
{
	struct value v = per_second(row, row->program->now.runs, row->program->total.runs);

	v.none = v.none || !row->program->total.runs;
	return v;
}

static struct value get_run_ns(const struct row *row)
{
	const struct program_cost *cost = row->total ? &row->program->total : &row->program->now;

	return (struct value){ .none = !cost->runs,
			       .number = cost->runs ? (double)cost->ns / cost->runs : 0 };
}

static struct value get_cpu(const struct row *row)
{
	struct value v = per_second(row, row->program->now.ns, row->program->total.ns);

	v.none = v.none || !row->program->total.runs;
	v.number /= 1e7;
	return v;
}

static struct value get_missed(const struct row *row)
{
	return number(row->total ? row->program->total.missed : row->program->now.missed);
}

const struct column cost_columns[NR_COST_COLUMNS] = {
	{ "program", "PROGRAM", 20, 0, true, 0, VALUE_TEXT, get_program,
	  "BPF program" },
	{ "runs", "RUNS/s", 7, 0, false, 0, VALUE_RATE, get_runs,
	  "runs per second; only while kernel.bpf_stats_enabled is 1" },
	{ "ns", "ns/RUN", 6, 0, false, 0, VALUE_COUNT, get_run_ns,
	  "mean time of a run, ns" },
	{ "cpu", "%CPU", 5, 0, false, 0, VALUE_RATE, get_cpu,
	  "share of one CPU's time" },
	{ "missed", "MISSED", 6, 0, false, 0, VALUE_COUNT, get_missed,
	  "events that came while a program ran on the same CPU" },
};
