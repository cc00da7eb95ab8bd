// SPDX-License-Identifier: GPL-2.0
/* The columns of capabilities; the functions only pick values out of the model. */
#include <stdio.h>
#include <linux/mshv.h>
#include "caps/capnames.h"
#include "view/columns_detail.h"

static struct value text(const char *text)
{
	struct value v = { .none = !text[0] };

	snprintf(v.text, sizeof(v.text), "%s", text);
	return v;
}

static const struct model_cap_sum *sum(const struct row *row)
{
	return row->total ? &row->cap->total : &row->cap->now;
}

/*
 * A capability of the host that no process touches has no counts; in a recording there are none
 * either.
 */
static struct value count(const struct row *row, double number)
{
	return (struct value){ .none = row->cap->partition_id == MODEL_CAP_HOST ||
			       row->model->lacks & MODEL_LACKS_USES, .number = number };
}

static struct value get_name(const struct row *row)
{
	char room[NAME_SIZE];

	return text(cap_name(row->cap->id, room));
}

static struct value get_partition(const struct row *row)
{
	__u64 id = row->cap->partition_id;

	return (struct value){ .none = id == MODEL_CAP_HOST || id == MODEL_CAP_DEVICE,
			       .number = id };
}

static struct value get_pid(const struct row *row)
{
	return (struct value){ .none = !row->cap->tgid, .number = row->cap->tgid };
}

static struct value get_vmm(const struct row *row)
{
	return text(row->cap->vmm);
}

static struct value get_state(const struct row *row)
{
	return text(row->cap->told ? cap_state_name(row->cap->state) : "");
}

static struct value get_grant(const struct row *row)
{
	const struct model_cap *cap = row->cap;

	return text(cap->enabled ? "on" : cap->granted ? "yes" : cap->base ? "base" : "");
}

static struct value get_used(const struct row *row)
{
	return text(row->cap->used || row->cap->last.uses ? "yes" : "");
}

static struct value get_rate(const struct row *row)
{
	__u64 ns = row->total ? row->model->total_ns : row->model->interval_ns;
	struct value v = count(row, ns ? sum(row)->uses * 1e9 / ns : 0);

	v.none = v.none || !ns;
	return v;
}

static struct value get_age(const struct row *row)
{
	__u64 last_ns = row->cap->last_ns, now_ns = row->model->time_ns;

	return (struct value){ .none = !last_ns,
			       .number = now_ns > last_ns ? (now_ns - last_ns) / 1e9 : 0 };
}

static struct value get_uses(const struct row *row)
{
	return count(row, row->cap->total.uses);
}

static struct value get_failures(const struct row *row)
{
	return count(row, sum(row)->failures);
}

/* Refusals are rare and matter, so the column shows their total, not the interval's. */
static struct value get_refusals(const struct row *row)
{
	return count(row, row->cap->total.refusals);
}

/* The state REMOVED needs no further reason. */
static struct value get_what(const struct row *row)
{
	const struct model_cap *cap = row->cap;

	if (cap->told && cap->state != MSHV_CAP_STATE_USABLE &&
	    cap->state != MSHV_CAP_STATE_REMOVED)
		return text(cap_reason_text(cap->reason));
	return text(cap_doc(cap->id));
}

const struct column cap_columns[NR_CAP_COLUMNS] = {
	{ "capability", "NAME", 26, 18, true, 0, VALUE_TEXT, get_name,
	  "the capability" },
	{ "partition", "PART", 4, 0, false, 0, VALUE_NUMBER, get_partition,
	  "the partition; -: the host, or who asks on /dev/mshv" },
	{ "pid", "PID", 7, 0, false, 0, VALUE_NUMBER, get_pid,
	  "process id of its VMM" },
	{ "vmm", "VMM", 15, 8, true, 2, VALUE_TEXT, get_vmm,
	  "name of its VMM" },
	{ "state", "STATE", 11, 7, true, 0, VALUE_TEXT, get_state,
	  "whether it can be used here" },
	{ "grant", "GRANT", 5, 0, true, 0, VALUE_TEXT, get_grant,
	  "yes: granted at creation; on: turned on; base: every partition has it" },
	{ "rate", "USES/s", 7, 0, false, 0, VALUE_RATE, get_rate,
	  "uses per second that succeeded" },
	{ "used", "USED", 4, 0, true, 0, VALUE_TEXT, get_used,
	  "whether the partition has used it since it was made" },
	{ "age", "s AGO", 6, 0, false, 0, VALUE_RATE, get_age,
	  "seconds since the last use while this was looked at" },
	{ "uses", "USES", 6, 0, false, 2, VALUE_COUNT, get_uses,
	  "uses that succeeded while this was looked at" },
	{ "failures", "FAILED", 6, 0, false, 1, VALUE_COUNT, get_failures,
	  "uses that failed" },
	{ "refusals", "REFUSED", 7, 0, false, 0, VALUE_COUNT, get_refusals,
	  "times that it was refused while this was looked at" },
	{ "what", "WHAT", 56, 16, true, 3, VALUE_TEXT, get_what,
	  "what it is, or why it cannot be used" },
};
