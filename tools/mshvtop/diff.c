// SPDX-License-Identifier: GPL-2.0
/* mshvtop diff: command line, two recordings, and what the exit status says about them. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "compare/diff.h"
#include "err.h"
#include "help.h"
#include "options.h"

#define EXIT_BROKEN	2	/* a rule is */
#define EXIT_UNKNOWN	3	/* whether one is could not be found out */

#define DEFAULT_LEVEL	1.0	/* percent */
#define DEFAULT_LEAST	5.0
#define WIDTH		80	/* where there is no terminal */

enum {
	OPTION_JSON = 256,
	OPTION_FAIL_ON,
	OPTION_LEVEL,
	OPTION_LEAST,
};

const struct argp_option diff_options[] = {
	{ "fail-on", OPTION_FAIL_ON, "RULE", 0, "End with status 2 if a row breaks RULE: "
	  "METRIC:+N% or METRIC:-N%, METRIC being rate, p50, p90, p99, max or share; may be "
	  "repeated", 0 },
	{ "json", OPTION_JSON, NULL, 0, "Write one JSON object", 0 },
	{ "level", OPTION_LEVEL, "PERCENT", 0, "Chance of a false finding in all rows together, "
	  "at most 10 (1)", 0 },
	{ "least", OPTION_LEAST, "PERCENT", 0, "Smallest change that matters (5)", 0 },
	{ 0 }
};

static const char doc[] =
	"Compare two recordings: which exits, hypercalls and VPs differ in rate, latency and share "
	"of VP time, sorted by how much."
	"\vWhat differs does so by more than chance, judged by how much intervals of each "
	"recording vary, and by 5 % at least. Record 30 intervals or more.\n"
	"Exit status: 0; 1 after an error, or if a file is damaged; 2 if a rule is broken; 3 if "
	"none is, as far as could be found out, but one may be; 64 for wrong usage.";

/**
 * struct arguments - the command line
 * @path: the recordings
 * @nr: entries of @path
 * @json: write JSON
 * @settings: how to compare
 */
struct arguments {
	const char *path[2];
	unsigned int nr;
	bool json;
	struct diff_settings settings;
};

static double percent(struct argp_state *state, const char *option, const char *text, double low,
		      double high)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value >= low && value <= high))
		argp_error(state, "--%s %s: not a number of percent from %g to %g", option, text,
			   low, high);
	return value / 100;
}

static void add_rule(struct diff_settings *settings, const char *text, struct argp_state *state)
{
	struct diff_rule *rules;

	rules = reallocarray(settings->rules, settings->nr_rules + 1, sizeof(*rules));
	if (!rules) {
		err("out of memory");
		exit(EXIT_RUNTIME);
	}
	settings->rules = rules;
	if (!diff_rule_parse(&rules[settings->nr_rules++], text))
		argp_error(state, "--fail-on %s: not METRIC:+N%% or METRIC:-N%% with METRIC rate, "
			   "p50, p90, p99, max or share", text);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case OPTION_FAIL_ON:
		add_rule(&a->settings, arg, state);
		break;
	case OPTION_JSON:
		a->json = true;
		break;
	case OPTION_LEVEL:
		a->settings.level = percent(state, "level", arg, 1e-9, 10);
		break;
	case OPTION_LEAST:
		a->settings.least = percent(state, "least", arg, 0, 1000);
		break;
	case ARGP_KEY_ARG:
		if (a->nr == 2)
			argp_error(state, "%s: two recordings only", arg);
		a->path[a->nr++] = arg;
		break;
	case ARGP_KEY_END:
		if (a->nr < 2)
			argp_error(state, "two recordings are needed; mshvtop record makes them");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static bool take(struct diff_side *side, const char *path, bool *damaged)
{
	static const struct rec_range all_of_it;
	struct source *source = source_rec_open(path, &all_of_it);
	bool ok;

	if (!source)
		return false;
	side->path = path;
	side->damaged = source->damaged;
	*damaged |= source->damaged;
	diff_take_facts(side, source);
	ok = diff_take(side, source);
	source->close(source);
	if (side->lost)
		err("%s: %llu events are missing from it", path, side->lost);
	if (ok && side->nr_intervals < 10)
		err("%s: %u intervals say little about how they vary; record 30 or more", path,
		    side->nr_intervals);
	return ok;
}

static unsigned int width(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return WIDTH;
}

static int status_of(const struct diff_result *result, const struct diff_settings *settings)
{
	enum diff_answer worst = DIFF_HOLDS, one;
	unsigned int i;

	for (i = 0; i < settings->nr_rules; i++) {
		one = diff_rule_answer(&settings->rules[i], result);
		if (one > worst)
			worst = one;
	}
	return worst == DIFF_BROKEN ? EXIT_BROKEN : worst == DIFF_UNKNOWN ? EXIT_UNKNOWN : EXIT_OK;
}

static int compare(const struct arguments *args, const struct diff_side *sides)
{
	struct diff_result result;
	int status = EXIT_RUNTIME;

	if (!diff_compare(&result, &sides[0], &sides[1], &args->settings))
		goto out_free;
	if (!args->json)
		diff_text(stdout, &sides[0], &sides[1], &result, &args->settings, width());
	else if (!diff_json(stdout, &sides[0], &sides[1], &result, &args->settings))
		goto out_free;
	if (fflush(stdout) || ferror(stdout))
		err_errno("standard output");
	else
		status = status_of(&result, &args->settings);
out_free:
	diff_result_free(&result);
	return status;
}

/**
 * diff_main() - the whole of mshvtop diff
 * @argc: arguments, from the name on
 * @argv: likewise
 *
 * Return: exit status.
 */
int diff_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = diff_options, .parser = parse, .args_doc = "FILE FILE", .doc = doc,
	};
	struct arguments args = {
		.settings = { .level = DEFAULT_LEVEL / 100, .least = DEFAULT_LEAST / 100 },
	};
	struct diff_side sides[2] = { 0 };
	int status = EXIT_RUNTIME;
	bool damaged = false;

	argp_err_exit_status = EXIT_USAGE;
	help_parse(&argp, argc, argv, 0, &args);
	if (take(&sides[0], args.path[0], &damaged) && take(&sides[1], args.path[1], &damaged))
		status = compare(&args, sides);
	/*
	 * A comparison of which a part is missing may show that a rule is broken, but not that it
	 * holds.
	 */
	if (damaged && (status == EXIT_OK || status == EXIT_UNKNOWN))
		status = EXIT_RUNTIME;
	diff_side_free(&sides[0]);
	diff_side_free(&sides[1]);
	free(args.settings.rules);
	return status;
}
