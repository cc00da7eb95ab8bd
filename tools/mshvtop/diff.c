// SPDX-License-Identifier: GPL-2.0
/* mshvtop diff: command line, recordings, and what the exit status says about them. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "compare/diff.h"
#include "compare/runs.h"
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
	"Compare two recordings, or with -- several of each kind: which exits, hypercalls and VPs "
	"differ in rate, latency and share of VP time, sorted by how much."
	"\vWhat differs does so by more than chance, judged by how much intervals of each "
	"recording vary, and by 5 % at least. Record 30 intervals or more. Of several "
	"recordings of each kind, it is how much recordings of the same kind vary.\n"
	"Exit status: 0; 1 after an error, or if a file is damaged; 2 if a rule is broken; 3 if "
	"none is, as far as could be found out, but one may be; 64 for wrong usage.";

/**
 * struct arguments - the command line
 * @path: the recordings of each kind
 * @nr: entries of each of @path
 * @quoted: recordings are divided by --
 * @json: write JSON
 * @settings: how to compare
 */
struct arguments {
	const char **path[2];
	unsigned int nr[2];
	bool quoted;
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

/* Recordings before -- are of the first kind, those after it of the second. */
static void add_path(struct arguments *a, const char *path, struct argp_state *state)
{
	unsigned int kind = state->quoted && state->next > state->quoted;
	const char **grown;

	grown = reallocarray(a->path[kind], a->nr[kind] + 1, sizeof(*grown));
	if (!grown) {
		err("out of memory");
		exit(EXIT_RUNTIME);
	}
	a->path[kind] = grown;
	grown[a->nr[kind]++] = path;
	a->quoted |= kind;
}

static void check_paths(struct arguments *a, struct argp_state *state)
{
	if (a->quoted && a->nr[0] && (a->nr[0] > 1) == (a->nr[1] > 1))
		return;
	if (a->quoted && a->nr[0])
		argp_error(state, "one recording only of one kind: how much recordings of this kind "
			   "vary is unknown");
	if (a->nr[0] < 2)
		argp_error(state, "two recordings are needed; mshvtop record makes them");
	if (a->nr[0] > 2)
		argp_error(state, "%s: two recordings only, or several of each kind with -- "
			   "between them", a->path[0][2]);
	/* Two recordings without -- between them are one of each kind. */
	a->path[1] = malloc(sizeof(a->path[1][0]));
	if (!a->path[1]) {
		err("out of memory");
		exit(EXIT_RUNTIME);
	}
	a->path[1][0] = a->path[0][1];
	a->nr[0] = 1;
	a->nr[1] = 1;
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
		add_path(a, arg, state);
		break;
	case ARGP_KEY_END:
		check_paths(a, state);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static bool take(struct diff_side *side, const char *path, bool alone, bool *damaged)
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
	if (ok && alone && side->nr_intervals < 10)
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

static bool print(const struct arguments *args, const struct diff_side *sides,
		  const struct diff_result *result)
{
	if (args->json)
		return diff_json(stdout, &sides[0], &sides[1], result, &args->settings);
	diff_text(stdout, &sides[0], &sides[1], result, &args->settings, width());
	return true;
}

static int compare(const struct arguments *args, struct diff_side **runs, struct diff_side *joined)
{
	const struct diff_side *sides = joined;
	struct diff_side pair[2];
	struct diff_result result;
	int status = EXIT_RUNTIME;
	bool ok;

	if (args->nr[0] == 1) {
		pair[0] = runs[0][0];
		pair[1] = runs[1][0];
		sides = pair;
		ok = diff_compare(&result, &sides[0], &sides[1], &args->settings);
	} else {
		ok = runs_compare(&result, runs[0], args->nr[0], runs[1], args->nr[1], joined,
				  &args->settings);
	}
	if (!ok || !print(args, sides, &result))
		goto out_free;
	if (fflush(stdout) || ferror(stdout))
		err_errno("standard output");
	else
		status = status_of(&result, &args->settings);
out_free:
	diff_result_free(&result);
	return status;
}

/* The files' names, for one of several */
static char *names_of(const struct arguments *args, unsigned int kind)
{
	unsigned int i;
	size_t size;
	char *names;
	FILE *out = open_memstream(&names, &size);

	if (!out)
		return NULL;
	for (i = 0; i < args->nr[kind]; i++)
		fprintf(out, "%s%s", i ? " " : "", args->path[kind][i]);
	return fclose(out) ? NULL : names;
}

/* A run and its copy would say that runs do not vary. */
static bool all_differ(const struct diff_side *runs, unsigned int nr)
{
	unsigned int i, j;

	for (i = 0; i < nr; i++) {
		for (j = i + 1; j < nr; j++) {
			if (!diff_same(&runs[i], &runs[j]))
				continue;
			err("%s: the same recording as %s", runs[j].path, runs[i].path);
			return false;
		}
	}
	return true;
}

static bool take_all(const struct arguments *args, struct diff_side **runs,
		     struct diff_side *joined, bool *damaged)
{
	unsigned int i, j;

	for (i = 0; i < 2; i++) {
		runs[i] = calloc(args->nr[i], sizeof(runs[i][0]));
		joined[i].path = names_of(args, i);
		if (!runs[i] || !joined[i].path) {
			err("out of memory");
			return false;
		}
		for (j = 0; j < args->nr[i]; j++)
			if (!take(&runs[i][j], args->path[i][j], args->nr[i] == 1, damaged))
				return false;
		if (!all_differ(runs[i], args->nr[i]))
			return false;
		if (args->nr[i] > 1 && !runs_join(&joined[i], runs[i], args->nr[i])) {
			err("out of memory");
			return false;
		}
	}
	return true;
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
		.options = diff_options, .parser = parse, .args_doc = "FILE FILE\nFILE... -- FILE...",
		.doc = doc,
	};
	struct arguments args = {
		.settings = { .level = DEFAULT_LEVEL / 100, .least = DEFAULT_LEAST / 100 },
	};
	struct diff_side *runs[2] = { 0 }, joined[2] = { 0 };
	int status = EXIT_RUNTIME;
	bool damaged = false;
	unsigned int i, j;

	argp_err_exit_status = EXIT_USAGE;
	help_parse(&argp, argc, argv, ARGP_IN_ORDER, &args);
	if (take_all(&args, runs, joined, &damaged))
		status = compare(&args, runs, joined);
	/*
	 * A comparison of which a part is missing may show that a rule is broken, but not that it
	 * holds.
	 */
	if (damaged && (status == EXIT_OK || status == EXIT_UNKNOWN))
		status = EXIT_RUNTIME;
	for (i = 0; i < 2; i++) {
		for (j = 0; runs[i] && j < args.nr[i]; j++)
			diff_side_free(&runs[i][j]);
		free(runs[i]);
		free((char *)joined[i].path);
		diff_side_free(&joined[i]);
		free(args.path[i]);
	}
	free(args.settings.rules);
	return status;
}
