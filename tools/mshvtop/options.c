// SPDX-License-Identifier: GPL-2.0
/* The command line. Wrong usage ends the program here, with EXIT_USAGE. */
#include <argp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "num.h"
#include "options.h"
#include "tui.h"
#include "version.h"

#define MIN_DELAY	0.1
#define MAX_DELAY	3600.0

enum {
	OPTION_ONCE = 256,
	OPTION_JSON,
	OPTION_PID,
	OPTION_DEBUG,
};

const char *argp_program_version = "mshvtop " MSHV_TOOLS_VERSION;

static const char doc[] =
	"Show what virtual machines on this host leave their guests for, and how long it takes."
	"\vWith COMMAND, frames are written until it ends; its output goes to standard error, "
	"and its exit status is mshvtop's. An interrupt ends the running interval, which is "
	"still written.\n"
	"Exit status: 0; 1 after an error; 64 for wrong usage.";

static const struct argp_option table[] = {
	{ "delay", 'd', "SECONDS", 0, "Length of an interval, 0.1 to 3600 (1)", 0 },
	{ "batch", 'b', NULL, 0, "Write frames as text instead of showing a screen", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write frames as JSON, one object on one line each", 0 },
	{ "iterations", 'n', "N", 0, "End after N frames; implies -b", 0 },
	{ "once", OPTION_ONCE, NULL, 0, "Write one frame: -b -n 1", 0 },
	{ "partition", 'p', "ID", 0, "Show this partition only", 0 },
	{ "pid", OPTION_PID, "PID", 0, "Show the partitions of this VMM only", 0 },
	{ "no-color", 'C', NULL, 0, "No colours", 0 },
	{ "debug", OPTION_DEBUG, NULL, 0, "Show what libbpf says", 0 },
	{ 0 }
};

static void parse_frames(struct options *o, const char *arg, struct argp_state *state)
{
	if (!num_parse_u64(arg, 1, UINT64_MAX, &o->frames))
		argp_error(state, "-n %s: not a number above 0", arg);
	o->batch = true;
}

static void parse_partition(struct options *o, const char *arg, struct argp_state *state)
{
	if (!num_parse_u64(arg, 1, UINT64_MAX, &o->filter.partition_id))
		argp_error(state, "-p %s: not a partition id; column PART has them", arg);
	o->filter.by_partition = true;
}

static void parse_pid(struct options *o, const char *arg, struct argp_state *state)
{
	__u64 pid;

	if (!num_parse_u64(arg, 1, INT32_MAX, &pid))
		argp_error(state, "--pid %s: not a process id; column PID has them", arg);
	o->filter.tgid = pid;
}

static void check(const struct options *o, struct argp_state *state)
{
	if (o->command && !o->batch)
		argp_error(state, "%s: a command needs -b or --json", o->command[0]);
	if (!o->batch && o->delay > TUI_MAX_INTERVAL)
		argp_error(state, "-d %g: the screen is renewed every %g s at least; use -b",
			   o->delay, TUI_MAX_INTERVAL);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'd':
		if (!num_parse_seconds(arg, MIN_DELAY, MAX_DELAY, &o->delay))
			argp_error(state, "-d %s: not a number of seconds from %g to %g", arg,
				   MIN_DELAY, MAX_DELAY);
		break;
	case 'b':
		o->batch = true;
		break;
	case OPTION_JSON:
		o->batch = true;
		o->json = true;
		break;
	case 'n':
		parse_frames(o, arg, state);
		break;
	case OPTION_ONCE:
		o->batch = true;
		o->frames = 1;
		break;
	case 'p':
		parse_partition(o, arg, state);
		break;
	case OPTION_PID:
		parse_pid(o, arg, state);
		break;
	case 'C':
		o->color = false;
		break;
	case OPTION_DEBUG:
		o->debug = true;
		break;
	case ARGP_KEY_ARG:
		/* It and all that follows are the command's. */
		o->command = &state->argv[state->next - 1];
		state->next = state->argc;
		break;
	case ARGP_KEY_END:
		check(o, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/**
 * options_parse() - read the command line
 * @options: the result
 * @argc: as main() got it
 * @argv: as main() got it; @options points into it
 *
 * Does not return after --help, --version or wrong usage.
 */
void options_parse(struct options *options, int argc, char **argv)
{
	static const struct argp argp = {
		.options = table,
		.parser = parse,
		.args_doc = "[COMMAND [ARG...]]",
		.doc = doc,
	};
	const char *no_color = getenv("NO_COLOR");

	memset(options, 0, sizeof(*options));
	options->delay = 1;
	options->color = !no_color || !no_color[0];
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, options);
}
