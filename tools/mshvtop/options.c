// SPDX-License-Identifier: GPL-2.0
/*
 * The command line: one table of options; each mode takes a part of it. Wrong usage ends the
 * program here, with EXIT_USAGE.
 */
#include <argp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "err.h"
#include "help.h"
#include "num.h"
#include "options.h"
#include "tui/tui.h"
#include "version.h"

#define MIN_DELAY	0.1
#define MAX_DELAY	3600.0
#define DEFAULT_DELAY	1.0
#define MAX_SECONDS	1e9
#define NS_PER_US	1000
#define MAX_SLOW_US	60000000ULL
#define DEFAULT_SLOW_NS	1000000ULL

enum {
	OPTION_ONCE = 256,
	OPTION_JSON,
	OPTION_CSV,
	OPTION_PID,
	OPTION_DEBUG,
	OPTION_BEGIN,
	OPTION_END,
	OPTION_SLOW,
	OPTION_DETAILS,
	OPTION_NO_DETAILS,
};

const char *argp_program_version = "mshvtop " MSHV_TOOLS_VERSION;

#define DELAY	{ "delay", 'd', "SECONDS", 0, "Length of an interval, 0.1 to 3600 (1)", 0 }
#define DEBUG	{ "debug", OPTION_DEBUG, NULL, 0, "Show what libbpf says", 0 }
#define SLOW \
	{ "slow", OPTION_SLOW, "US", 0, "Slow is what takes so many us or more (1000)", 0 }
#define VIEWS \
	{ "batch", 'b', NULL, 0, "Write frames as text instead of showing a screen", 0 }, \
	{ "json", OPTION_JSON, NULL, 0, "Write frames as JSON, one object on one line each", 0 }, \
	{ "csv", OPTION_CSV, NULL, 0, "Write frames as lines of comma-separated values", 0 }, \
	{ "iterations", 'n', "N", 0, "End after N frames; implies -b", 0 }, \
	{ "once", OPTION_ONCE, NULL, 0, "Write one frame: -b -n 1", 0 }, \
	{ "details", OPTION_DETAILS, NULL, 0, "In frames: also what the screens 4 to 8 show", 0 }, \
	{ "partition", 'p', "ID", 0, "Show this partition only", 0 }, \
	{ "pid", OPTION_PID, "PID", 0, "Show the partitions of this VMM only", 0 }, \
	{ "no-color", 'C', NULL, 0, "No colours", 0 }

static const struct argp_option live_table[] = {
	DELAY, VIEWS, SLOW, DEBUG, { 0 }
};

static const struct argp_option record_table[] = {
	{ "output", 'o', "FILE", 0, "The recording; a file that is there is replaced", 0 },
	DELAY,
	{ "iterations", 'n', "N", 0, "End after N intervals", 0 },
	SLOW,
	{ "no-details", OPTION_NO_DETAILS, NULL, 0, "Counters and histograms only, which costs "
	  "least", 0 },
	DEBUG,
	{ 0 }
};

static const struct argp_option replay_table[] = {
	{ "delay", 'd', "SECONDS", 0, "Length of an interval at least (as recorded)", 0 },
	VIEWS,
	{ "begin", OPTION_BEGIN, "WHEN", 0, "Begin there: seconds from the beginning, or a "
	  "clock time HH:MM[:SS]", 0 },
	{ "end", OPTION_END, "WHEN", 0, "End there", 0 },
	{ 0 }
};

static const struct {
	const char *name;
	struct argp argp;
} modes[] = {
	[MODE_LIVE] = { NULL, {
		.options = live_table,
		.args_doc = "[COMMAND [ARG...]]\nrecord -o FILE [COMMAND [ARG...]]\nreplay FILE\n"
			    "diff FILE FILE",
		.doc = "Show what virtual machines leave their guests for, and how long it takes. "
		       "record, replay and diff have a --help of their own."
		       "\vFrames end with COMMAND. Exit status: its, or 0; 1: an error; "
		       "64: wrong usage.",
	} },
	[MODE_RECORD] = { "record", {
		.options = record_table,
		.args_doc = "[COMMAND [ARG...]]",
		.doc = "Record everything that mshvtop could show, until an interrupt, or until "
		       "COMMAND ends, whose exit status then is that of mshvtop."
		       "\vmshvtop replay FILE shows it, mshvtop diff FILE FILE compares two.",
	} },
	[MODE_REPLAY] = { "replay", {
		.options = replay_table,
		.args_doc = "FILE",
		.doc = "Show a recording as mshvtop would have shown it."
		       "\vA file that is cut off is used up to there. Exit status: 0; 1 after an "
		       "error, or if the file is damaged; 64 for wrong usage.",
	} },
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

static void parse_slow(struct options *o, const char *arg, struct argp_state *state)
{
	if (!num_parse_u64(arg, 1, MAX_SLOW_US, &o->slow_ns))
		argp_error(state, "--slow %s: not a number of microseconds from 1 to %llu", arg,
			   MAX_SLOW_US);
	o->slow_ns *= NS_PER_US;
}

static void parse_moment(struct rec_moment *moment, const char *name, const char *arg,
			 struct argp_state *state)
{
	unsigned int hour, minute, second = 0;
	int end = 0, longer = 0;

	moment->given = true;
	if (sscanf(arg, "%2u:%2u%n:%2u%n", &hour, &minute, &end, &second, &longer) >= 2) {
		if (longer)
			end = longer;
		moment->by_clock = true;
		moment->seconds = hour * 3600 + minute * 60 + second;
		if (!arg[end] && hour < 24 && minute < 60 && second < 60)
			return;
	} else if (num_parse_seconds(arg, 0, MAX_SECONDS, &moment->seconds)) {
		return;
	}
	argp_error(state, "--%s %s: neither seconds nor a clock time HH:MM[:SS]", name, arg);
}

static void parse_argument(struct options *o, char *arg, struct argp_state *state)
{
	if (o->mode == MODE_REPLAY) {
		if (o->file)
			argp_error(state, "%s: one recording only", arg);
		o->file = arg;
		return;
	}
	/* It and all that follows are the command's. */
	o->command = &state->argv[state->next - 1];
	state->next = state->argc;
}

static void check(const struct options *o, struct argp_state *state)
{
	if (o->mode == MODE_RECORD && !o->file)
		argp_error(state, "no file; -o FILE names it");
	if (o->mode == MODE_REPLAY && !o->file)
		argp_error(state, "no recording; mshvtop record makes them");
	if (o->mode == MODE_LIVE && o->command && !o->batch)
		argp_error(state, "%s: neither record, replay nor diff; a command to run needs -b, "
			   "--json or --csv", o->command[0]);
	if (!o->batch && o->mode != MODE_RECORD && o->delay > TUI_MAX_INTERVAL)
		argp_error(state, "-d %g: the screen is renewed every %g s at least; use -b",
			   o->delay, TUI_MAX_INTERVAL);
}

static void set_format(struct options *o, enum format format)
{
	o->batch = true;
	o->format = format;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'd':
		if (!num_parse_seconds(arg, MIN_DELAY, MAX_DELAY, &o->delay))
			argp_error(state, "-d %s: not a number of seconds from %g to %g", arg,
				   MIN_DELAY, MAX_DELAY);
		o->delay_given = true;
		break;
	case 'b':
		o->batch = true;
		break;
	case 'o':
		o->file = arg;
		break;
	case OPTION_JSON:
		set_format(o, FORMAT_JSON);
		break;
	case OPTION_CSV:
		set_format(o, FORMAT_CSV);
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
	case OPTION_SLOW:
		parse_slow(o, arg, state);
		break;
	case OPTION_DETAILS:
		o->batch_details = true;
		break;
	case OPTION_NO_DETAILS:
		o->no_details = true;
		break;
	case OPTION_BEGIN:
		parse_moment(&o->range.begin, "begin", arg, state);
		break;
	case OPTION_END:
		parse_moment(&o->range.end, "end", arg, state);
		break;
	case 'C':
		o->color = false;
		break;
	case OPTION_DEBUG:
		o->debug = true;
		break;
	case ARGP_KEY_ARG:
		parse_argument(o, arg, state);
		break;
	case ARGP_KEY_END:
		check(o, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option *find_option(const char *name, size_t length)
{
	static const struct argp_option * const all[] = {
		live_table, record_table, replay_table, diff_options,
	};
	const struct argp_option *option, *begins = NULL;
	unsigned int i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (option = all[i]; option->name; option++) {
			if (length == 1 && option->key == name[0])
				return option;
			if (length == 1 || strncmp(option->name, name, length))
				continue;
			if (!option->name[length])
				return option;
			begins = option;
		}
	}
	return begins;
}

/* Whether the word after an option is its argument */
static bool takes_next(const char *word)
{
	const struct argp_option *option;
	const char *letter;

	if (word[1] == '-') {
		option = strchr(word, '=') ? NULL : find_option(word + 2, strlen(word + 2));
		return option && option->arg;
	}
	for (letter = word + 1; *letter; letter++) {
		option = find_option(letter, 1);
		if (option && option->arg)
			return !letter[1];
	}
	return false;
}

/**
 * options_find_mode() - where on the command line the mode is named, which options may precede
 * @argc: as main() got it
 * @argv: as main() got it
 *
 * Return: index of the first word that is no option and no option's argument; 0 if there is none.
 */
int options_find_mode(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (argv[i][0] != '-' || !argv[i][1])
			return i;
		i += takes_next(argv[i]);
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
	const char *no_color = getenv("NO_COLOR");
	static char name[32];
	struct argp argp;
	int at = options_find_mode(argc, argv);
	unsigned int i;

	memset(options, 0, sizeof(*options));
	options->slow_ns = DEFAULT_SLOW_NS;
	options->color = !no_color || !no_color[0];
	for (i = MODE_RECORD; at && i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(argv[at], modes[i].name))
			continue;
		options->mode = i;
		snprintf(name, sizeof(name), "mshvtop %s", modes[i].name);
		memmove(&argv[2], &argv[1], (at - 1) * sizeof(argv[0]));
		argv[1] = name;
		argc--;
		argv++;
		break;
	}
	if (options->mode != MODE_REPLAY)
		options->delay = DEFAULT_DELAY;
	argp = modes[options->mode].argp;
	argp.parser = parse;
	argp_err_exit_status = EXIT_USAGE;
	help_parse(&argp, argc, argv, options->mode == MODE_REPLAY ? 0 : ARGP_IN_ORDER, options);
	options->details = options->mode == MODE_RECORD ? !options->no_details :
			   !options->batch || options->batch_details;
}
